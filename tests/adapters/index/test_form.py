"""The form says what the file says."""

import hashlib
from pathlib import Path

import pytest

from adapters.index.files import METADATA, artifact_of, make_sdist, make_wheel
from adapters.loopback import Asked
from tagship.adapters.index.form import FORM_NAMES, fill_form, metadata_fields
from tagship.domain.artifact import Artifact
from tagship.errors import Conflict, FactUnknown, Refused

FULL = """\
Metadata-Version: 2.5
Name: Pkg.Demo
Version: 1.0
Dynamic: summary
Platform: any
Supported-Platform: linux
Summary: schön
Description-Content-Type: text/markdown; charset=UTF-8
Keywords: one,two
Home-page: https://home.example
Download-URL: https://download.example
Author: A. Author
Author-email: A <a@author.example>
Maintainer: M
Maintainer-email: m@maintainer.example
License: old
License-Expression: MIT
License-File: LICENSE
License-File: NOTICE
Classifier: Programming Language :: Python
Classifier: Typing :: Typed
Requires: old1
Provides: old2
Obsoletes: old3
Requires-Dist: packaging>=24 ; extra == "x"
Requires-Dist: rich
Provides-Dist: p
Obsoletes-Dist: o
Requires-Python: >=3.11
Requires-External: libc
Project-URL: Home, https://home.example/a,b
Project-URL: Source, https://source.example
Provides-Extra: x
Import-Name: pkg_demo
Import-Namespace: ns
X-Unknown: dropped

# Title

--boundary-like line
Ünïcode
"""


def test_every_field_of_the_core_metadata_is_sent_under_the_forms_name() -> None:
    assert metadata_fields(FULL.encode(), "f") == (
        ("metadata_version", "2.5"),
        ("name", "Pkg.Demo"),
        ("version", "1.0"),
        ("platform", "any"),
        ("supported_platform", "linux"),
        ("summary", "schön"),
        ("description", "# Title\n\n--boundary-like line\nÜnïcode\n"),
        ("description_content_type", "text/markdown; charset=UTF-8"),
        ("keywords", "one,two"),
        ("home_page", "https://home.example"),
        ("download_url", "https://download.example"),
        ("author", "A. Author"),
        ("author_email", "A <a@author.example>"),
        ("maintainer", "M"),
        ("maintainer_email", "m@maintainer.example"),
        ("license", "old"),
        ("license_expression", "MIT"),
        ("license_file", "LICENSE"),
        ("license_file", "NOTICE"),
        ("classifiers", "Programming Language :: Python"),
        ("classifiers", "Typing :: Typed"),
        ("requires", "old1"),
        ("provides", "old2"),
        ("obsoletes", "old3"),
        ("requires_dist", 'packaging>=24 ; extra == "x"'),
        ("requires_dist", "rich"),
        ("provides_dist", "p"),
        ("obsoletes_dist", "o"),
        ("requires_python", ">=3.11"),
        ("requires_external", "libc"),
        ("project_urls", "Home, https://home.example/a,b"),
        ("project_urls", "Source, https://source.example"),
        ("provides_extra", "x"),
        ("dynamic", "summary"),
        ("import_name", "pkg_demo"),
        ("import_namespace", "ns"),
    )


@pytest.mark.parametrize(("metadata_version", "sent"), [("2.1", False), ("2.3", False), ("2.4", True)])
def test_licence_files_older_than_the_metadata_are_not_sent(metadata_version: str, *, sent: bool) -> None:
    raw = f"Metadata-Version: {metadata_version}\nName: a\nVersion: 1\nLicense-File: LICENSE\n"

    assert (("license_file", "LICENSE") in metadata_fields(raw.encode(), "f")) is sent


def test_twine_sends_the_same(tmp_path: Path) -> None:
    """The fields that both know, compared with what the reference uploader makes of the same file."""
    package = pytest.importorskip("twine.package", reason="the reference uploader is not installed")
    metadata = FULL.replace("License: old\n", "").replace("Metadata-Version: 2.5", "Metadata-Version: 2.4")
    metadata = metadata.replace("Import-Name: pkg_demo\n", "").replace("Import-Namespace: ns\n", "")
    metadata = metadata.replace("X-Unknown: dropped\n", "").replace("Name: Pkg.Demo", "Name: pkg-demo")
    path = make_wheel(tmp_path, metadata=metadata)
    theirs = package.PackageFile.from_filename(str(path), None).metadata_dictionary()

    ours: dict[str, list[str]] = {}
    for name, value in fill_form(path, artifact_of(path)).fields:
        ours.setdefault(name, []).append(value)

    for name, value in theirs.items():
        if name in {"keywords", "project_urls"}:  # lists there, joined or labelled on the wire
            continue
        assert ours[name] == (list(value) if isinstance(value, list) else [value])


def test_no_form_name_is_given_twice() -> None:
    assert len(set(FORM_NAMES.values())) == len(FORM_NAMES)


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ("Name: a\nVersion: 1\n\n", "metadata_version"),
        ("Metadata-Version: 2.1\nVersion: 1\n\n", "name"),
        ("Metadata-Version: 2.1\nName: a\nName: b\nVersion: 1\n\n", "name"),
        ("Metadata-Version: 2.1\nName: a\nVersion: 1\nProject-URL: Home, x\nProject-URL: Home, y\n\n", "project-url"),
        ("Metadata-Version: 2.1\nName: a\nVersion: 1\nDescription: x\n\nand y\n", "description"),
        ("", "metadata_version, name, version"),
    ],
)
def test_a_field_that_cannot_be_read_is_not_left_out(metadata: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        metadata_fields(metadata.encode(), "f")


def test_text_that_is_not_utf_8_is_not_sent() -> None:
    with pytest.raises(Refused, match="summary"):
        metadata_fields(METADATA.replace("short", "sch\xf6n").encode("latin-1"), "f")


@pytest.mark.parametrize(
    ("name", "pyversion"),
    [
        ("pkg_demo-1.0-py3-none-any.whl", "py3"),
        ("pkg_demo-1.0-1build-py2.py3-none-any.whl", "py2.py3"),
        ("pkg_demo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl", "cp312"),
    ],
)
def test_a_wheel_names_its_python(tmp_path: Path, name: str, pyversion: str) -> None:
    path = make_wheel(tmp_path, name=name)
    fields = dict(fill_form(path, artifact_of(path)).fields)

    assert (fields["filetype"], fields["pyversion"]) == ("bdist_wheel", pyversion)


def test_an_sdist_is_source(tmp_path: Path) -> None:
    path = make_sdist(tmp_path)
    fields = dict(fill_form(path, artifact_of(path)).fields)

    assert (fields["filetype"], fields["pyversion"]) == ("sdist", "source")
    assert fields["sha256_digest"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert fields["blake2_256_digest"] == hashlib.blake2b(path.read_bytes(), digest_size=32).hexdigest()


def test_a_file_that_changed_is_not_sent(tmp_path: Path) -> None:
    path = make_wheel(tmp_path)
    recorded = artifact_of(path)
    make_wheel(tmp_path, filling=b"x = 2\n")

    with pytest.raises(Conflict, match="has changed since"):
        fill_form(path, recorded)


def test_a_file_without_metadata_is_not_sent(tmp_path: Path) -> None:
    path = make_wheel(tmp_path, name="other-1.0-py3-none-any.whl")

    with pytest.raises(Refused, match="no readable metadata"):
        fill_form(path, artifact_of(path))


@pytest.mark.parametrize("name", ["pkg_demo-1.0-py3-none-any.whl", "pkg_demo-1.0.tar.gz"])
def test_a_broken_archive_is_not_sent(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 and no more")

    with pytest.raises(Refused, match="no readable metadata"):
        fill_form(path, artifact_of(path))


def test_a_file_of_another_kind_is_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("x")

    with pytest.raises(Refused, match="not the name of a wheel or an sdist"):
        fill_form(path, artifact_of(path))


def test_a_file_that_is_gone_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(FactUnknown, match="cannot be read"):
        fill_form(tmp_path / "pkg_demo-1.0.tar.gz", Artifact("pkg_demo-1.0.tar.gz", 1, "00"))


def test_the_length_is_known_before_the_first_byte(tmp_path: Path) -> None:
    path = make_wheel(tmp_path, metadata=FULL, filling=bytes(200_000))
    form = fill_form(path, artifact_of(path))
    steps: list[tuple[int, int]] = []
    stream = form.body(lambda done, total: steps.append((done, total)))

    body = b"".join(stream.chunks())

    assert len(body) == stream.length
    assert body.count(form.boundary.encode()) == len(form.fields) + 2
    size = path.stat().st_size
    assert (steps[0], steps[-1]) == ((0, size), (size, size))
    assert (
        Asked("POST", "/", {"content-type": form.content_type}, body, 0).headers["content-type"].endswith(form.boundary)
    )
