from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType

import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.releases import a_broken_wheel, a_release_sdist, a_release_wheel, released
from fakes import an_sdist
from tagship.checks.digests import FilesMatchTheCommit, WheelsMatchTheSdist
from tagship.domain.artifact import Artifact
from tagship.domain.built import Blob
from tagship.domain.distribution import Distribution, Member
from tagship.errors import InFile

SOURCES = {
    "handmade/__init__.py": b"from handmade.core import go\n",
    "handmade/core.py": b"def go(): ...\n",
    "handmade/data/one.json": b"{}\n",
    "handmade/_version.py": b"version = '0'\n",
}
TOP = "handmade-1.2.0"
NOTHING: Mapping[str, bytes] = MappingProxyType({})


def a_file(name: str, content: bytes) -> Member:
    return Member(name, size=len(content), sha256=sha256(content).hexdigest())


def a_wheel_of(tags: str = "py3-none-any", changed: Mapping[str, bytes] = NOTHING) -> Distribution:
    """A wheel of the sources, with other content of those that are named by their stems."""
    return a_release_wheel(*(a_file(path, changed.get(stem(path), SOURCES[path])) for path in SOURCES), tags=tags)


def an_sdist_of(home: str = "src/", settings: bytes = b"", changed: Mapping[str, bytes] = NOTHING) -> Distribution:
    """An sdist of the sources below a directory, changed likewise; `settings` is its pyproject.toml."""
    files = {f"{home}{path}": changed.get(stem(path), content) for path, content in SOURCES.items()}
    files["pyproject.toml"], files["README.md"] = settings, changed.get("README", b"Read me.\n")
    made = a_release_sdist(*(a_file(f"{TOP}/{path}", content) for path, content in files.items()))
    return Distribution(made.artifact, made.members, made.metadata, texts={f"{TOP}/pyproject.toml": settings})


def stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def blobs(home: str = "src/", more: Mapping[str, bytes] = NOTHING) -> dict[str, Blob]:
    """The sources as a commit has them."""
    files = {f"{home}{path}": content for path, content in SOURCES.items()}
    files |= {"pyproject.toml": b"", "README.md": b"Read me.\n", **more}
    return {path: a_blob(content) for path, content in files.items()}


def a_blob(content: bytes) -> Blob:
    return Blob(frozenset({sha256(content).hexdigest()}), len(content))


@pytest.mark.parametrize("home", ["src/", "", "source/of/"])
def test_files_that_are_what_the_commit_has(home: str) -> None:
    facts = released(a_wheel_of(), an_sdist_of(home), blobs=blobs(home))

    passes(WheelsMatchTheSdist(), facts)
    passes(FilesMatchTheCommit(), facts)


@pytest.mark.parametrize("tags", ["py3-none-any", "cp311-cp311-manylinux_2_28_x86_64"])
@pytest.mark.parametrize("home", ["src/", ""])
def test_an_emptied_module(tags: str, home: str) -> None:
    wheel = a_wheel_of(tags, changed={"__init__": b""})

    (finding,) = finds(WheelsMatchTheSdist(), released(wheel, an_sdist_of(home)))

    assert "1 file: handmade/__init__.py" in finding.message
    assert finding.where == InFile(wheel.artifact.filename)


def test_an_emptied_module_is_not_explained_by_another_empty_one() -> None:
    sdist = an_sdist_of()
    full = Distribution(sdist.artifact, (*sdist.members, a_file(f"{TOP}/tests/__init__.py", b"")), sdist.metadata)

    finds(WheelsMatchTheSdist(), released(a_wheel_of(changed={"__init__": b""}), full))


def test_data_that_differs() -> None:
    finds(WheelsMatchTheSdist(), released(a_wheel_of(changed={"one": b"[]"}), an_sdist_of()))


def test_a_module_that_is_no_package() -> None:
    sdist = a_release_sdist(a_file(f"{TOP}/src/handmade.py", b"one = 1\n"))

    passes(WheelsMatchTheSdist(), released(a_release_wheel(a_file("handmade.py", b"one = 1\n")), sdist))
    finds(WheelsMatchTheSdist(), released(a_release_wheel(a_file("handmade.py", b"one = 2\n")), sdist))


def test_what_a_build_writes_may_differ() -> None:
    facts = released(a_wheel_of(changed={"_version": b"version = '1.2.0'\n"}), an_sdist_of(), blobs=blobs())

    passes(WheelsMatchTheSdist(), facts)
    passes(FilesMatchTheCommit(), facts)


def test_a_wheel_that_takes_one_of_two_trees() -> None:
    """As long as Python 2 lived, sdists had a tree for each."""
    sdist = an_sdist_of()
    other = [a_file(f"{TOP}/python2/{path}", b"# " + content) for path, content in SOURCES.items()]

    passes(
        WheelsMatchTheSdist(),
        released(
            a_wheel_of(changed={"core": b"# def go(): ...\n"}), Distribution(sdist.artifact, (*sdist.members, *other))
        ),
    )


def test_windows_ends_lines_in_its_own_way() -> None:
    converted = {stem(path): content.replace(b"\n", b"\r\n") for path, content in SOURCES.items()}

    passes(WheelsMatchTheSdist(), released(a_wheel_of("cp311-cp311-win_amd64", converted), an_sdist_of()))
    finds(WheelsMatchTheSdist(), released(a_wheel_of("cp311-cp311-manylinux_2_28_x86_64", converted), an_sdist_of()))
    finds(
        WheelsMatchTheSdist(),
        released(a_wheel_of("cp311-cp311-win_amd64", changed={"core": b"evil()\n"}), an_sdist_of()),
    )


def test_nothing_to_compare_with() -> None:
    older = an_sdist("1.1.0")

    skips(WheelsMatchTheSdist(), released(a_wheel_of()))
    skips(
        WheelsMatchTheSdist(), released(a_wheel_of(changed={"core": b""}), Distribution(older, an_sdist_of().members))
    )
    skips(FilesMatchTheCommit(), released(a_wheel_of(), an_sdist_of()))
    cannot_tell(WheelsMatchTheSdist(), released(a_broken_wheel(), an_sdist_of()))
    cannot_tell(FilesMatchTheCommit(), released(a_broken_wheel(), an_sdist_of(), blobs=blobs()))


def test_a_wheel_and_an_sdist_of_a_dirty_tree() -> None:
    dirty = {"core": b"def go(): boom\n"}

    wheels, sdists = finds(
        FilesMatchTheCommit(), released(a_wheel_of(changed=dirty), an_sdist_of(changed=dirty), blobs=blobs())
    )

    assert "src/handmade/core.py" in wheels.message
    assert "src/handmade/core.py" in sdists.message


def test_a_wheel_alone_of_a_dirty_tree() -> None:
    finds(FilesMatchTheCommit(), released(a_wheel_of(changed={"one": b"[]"}), blobs=blobs()))


def test_a_paper_in_the_sdist_that_was_changed() -> None:
    finds(FilesMatchTheCommit(), released(an_sdist_of(changed={"README": b"Read them."}), blobs=blobs()))


def test_what_attributes_let_git_rewrite() -> None:
    rewritten = {**blobs(), "src/handmade/core.py": Blob(frozenset(), 9)}

    passes(FilesMatchTheCommit(), released(a_wheel_of(changed={"core": b"$Id: 5$"}), blobs=rewritten))


def test_settings_that_a_backend_writes_anew() -> None:
    passes(FilesMatchTheCommit(), released(an_sdist_of(settings=b"[project]\n"), blobs=blobs()))


@pytest.mark.parametrize(
    "settings",
    [b'build-backend = "poetry_dynamic_versioning.backend"\n[tool.poetry-dynamic-versioning]\n',
     b'[tool.setuptools_scm]\nversion_file = "src/handmade/core.py"\n'],
)  # fmt: skip
def test_a_version_that_a_backend_writes_into_a_module(settings: bytes) -> None:
    written = released(
        a_wheel_of(changed={"core": b"def go(): 1.2.0\n"}), an_sdist_of(settings=settings), blobs=blobs()
    )
    more = released(a_wheel_of(changed={"core": b"evil()\n" * 30}), an_sdist_of(settings=settings), blobs=blobs())

    passes(FilesMatchTheCommit(), written)
    finds(FilesMatchTheCommit(), more)


def test_a_copy_elsewhere_that_the_wheel_is_made_of() -> None:
    facts = released(
        a_wheel_of(changed={"core": b"def go(): 3\n"}), blobs=blobs(more={"lib3/handmade/core.py": b"def go(): 3\n"})
    )

    passes(FilesMatchTheCommit(), facts)


def test_ten_thousand_files_that_all_differ() -> None:
    """Copies of each are looked for once, and not file by file."""
    paths = [f"handmade/m{number}.py" for number in range(10_000)]
    wheel = a_release_wheel(*(a_file(path, b"other") for path in paths))

    (finding,) = finds(FilesMatchTheCommit(), released(wheel, blobs={path: a_blob(b"") for path in paths}))

    assert "10,000 files" in finding.message


def test_a_file_that_names_no_release_is_no_kin_of_an_sdist() -> None:
    nameless = replace(a_wheel_of(), artifact=Artifact("handmade.whl", 1, "0" * 64))

    passes(WheelsMatchTheSdist(), released(nameless, a_wheel_of(), an_sdist_of()))


def test_what_the_wheel_alone_has_is_compared_with_nothing() -> None:
    wheel = a_wheel_of()
    alone = replace(wheel, members=(*wheel.members, a_file("handmade/made.txt", b"by the build")))

    passes(WheelsMatchTheSdist(), released(alone, an_sdist_of()))
