"""A version is set everywhere, and no other byte changes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from adapters.backends.trees import LiteralTree, backed_by, project_of
from adapters.versions.projects import ATTR, FILE, MATURIN, PROJECTS, SETUPTOOLS, STATIC, Files
from tagship.adapters.directory import DirectoryTree
from tagship.adapters.pyproject import read_project
from tagship.adapters.versions import find_version_copies, write_version
from tagship.adapters.versions.texts import EditedTree
from tagship.domain.change import FileChange
from tagship.domain.config import VersionFile
from tagship.domain.facts import Tree
from tagship.errors import ConfigError, FactUnknown, InFile, UsageError

OLD = Version("1.2.3")


def write(
    tree: Tree, version: str, *configured: VersionFile, carried: tuple[Version, ...] = ()
) -> tuple[FileChange, ...]:
    return write_version(tree, read_project(tree), Version(version), configured, carried=carried)


def edited(tree: Tree, changes: tuple[FileChange, ...]) -> Tree:
    return EditedTree(tree, {change.path: change.after or b"" for change in changes})


def changed_lines(changes: tuple[FileChange, ...]) -> dict[str, tuple[bytes, bytes]]:
    """Every line that is another one, before and after."""
    found = {}
    for change in changes:
        before, after = (change.before or b"").split(b"\n"), (change.after or b"").split(b"\n")
        assert len(before) == len(after)
        for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
            if old != new:
                found[f"{change.path}:{number}"] = (old, new)
    return found


@pytest.mark.parametrize("version", ["1.2.4", "2.0.0", "1.3.0rc1", "1.3.0.dev0"])
@pytest.mark.parametrize("particular", PROJECTS)
def test_there_and_back(particular: str, version: str) -> None:
    files, places = PROJECTS[particular]
    tree = LiteralTree(files)
    if "CMakeLists.txt" in files and not version.replace(".", "").isdecimal():
        pytest.skip("the project's own pattern takes numbers alone")

    changes = write(tree, version)

    lines = changed_lines(changes)
    wanted = {place for place in places if place != "docs/conf.py:1" or not version.startswith("1.2.")}
    assert set(lines) == wanted
    there = edited(tree, changes)
    assert read_project(there).version == Version(version)
    assert all(
        copy.says(Version(version)) for copy in find_version_copies(there, read_project(there), (), carried=[OLD])
    )
    back = write(there, str(OLD), carried=(Version(version),))
    assert {change.path: change.after for change in back} == {change.path: tree.read(change.path) for change in changes}


def test_only_the_characters_of_the_version() -> None:
    for files, _ in PROJECTS.values():
        for old, new in changed_lines(write(LiteralTree(files), "1.2.4")).values():
            assert len(old) == len(new)
            assert [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]] == [(ord("3"), ord("4"))]


def test_the_same_version_changes_nothing() -> None:
    for files, _ in PROJECTS.values():
        assert write(LiteralTree(files), "1.2.3") == ()


def test_where_the_tag_is_the_version_copies_still_change() -> None:
    scm = backed_by("setuptools.build_meta", "setuptools_scm", extra="[tool.setuptools_scm]\n")
    tree = LiteralTree({"pyproject.toml": scm, "CITATION.cff": "version: 1.2.3\n", "demo.py": '__version__ = "0"\n'})

    changes = write(tree, "1.3.0", carried=(OLD,))

    assert changed_lines(changes) == {"CITATION.cff:1": (b"version: 1.2.3", b"version: 1.3.0")}
    assert write(LiteralTree({"pyproject.toml": scm}), "1.3.0") == ()


def test_a_forgotten_copy_catches_up() -> None:
    tree = LiteralTree({"pyproject.toml": STATIC, "demo.py": '__version__ = "0.7"\n', "CITATION.cff": "version: 1.2.2"})

    assert set(changed_lines(write(tree, "1.2.3"))) == {"demo.py:1", "CITATION.cff:1"}


@pytest.mark.parametrize(
    ("version", "stated"),
    [("1.3.0rc1", b"1.3.0-rc.1"), ("1.3.0a2.dev3", b"1.3.0-alpha.2.dev.3"), ("1.4", b"1.4.0")],
)
def test_a_crate_is_spelt_by_semver(version: str, stated: bytes) -> None:
    cargo = '[package]\nname = "demo"\nversion = "1.2.3"\n'

    ((_, new),) = changed_lines(write(LiteralTree({"pyproject.toml": MATURIN, "Cargo.toml": cargo}), version)).values()

    assert new == b'version = "' + stated + b'"'


@pytest.mark.parametrize("version", ["1.2.3.4", "1!1.2.3", "1.2.3+local"])
def test_what_semver_cannot_spell(version: str) -> None:
    cargo = '[package]\nname = "demo"\nversion = "1.2.3"\n'

    with pytest.raises(UsageError) as wrong:
        write(LiteralTree({"pyproject.toml": MATURIN, "Cargo.toml": cargo}), version)
    assert wrong.value.remedy is not None


@pytest.mark.parametrize(
    "module",
    [
        "__version__ = (1, 2, 3)\n",
        'MAJOR = "1"\n__version__ = f"{MAJOR}.2.3"\n',
        '__version__ = "1.2" ".3"\n',
        '__version__ = "1." + "2.3"  # 1.2.3\n',
        '__version__ = "1.\\x32.3"\n',
    ],
)
def test_a_version_in_several_pieces(module: str) -> None:
    with pytest.raises(FactUnknown) as unknown:
        write(LiteralTree({"pyproject.toml": ATTR, "demo.py": module}), "1.2.4")

    assert unknown.value.where == InFile("demo.py", module.count("\n"))
    assert unknown.value.remedy is not None


def test_a_number_is_no_text() -> None:
    files: Files = {"pyproject.toml": ATTR, "demo.py": "__version__ = 1.2\n"}

    assert changed_lines(write(LiteralTree(files), "1.3")) == {
        "demo.py:1": (b"__version__ = 1.2", b"__version__ = 1.3")
    }
    with pytest.raises(FactUnknown):
        write(LiteralTree(files), "1.10")
    with pytest.raises(FactUnknown):
        write(LiteralTree(files), "1.2.1")


def test_code_that_computes_the_version() -> None:
    computed = "version_info = (1, 2, 3)\n__version__ = '.'.join(map(str, version_info))\n"
    files: Files = {"pyproject.toml": ATTR, "demo.py": computed}

    with pytest.raises(FactUnknown, match=r"demo\.py computes it, at line 2") as unknown:
        write(LiteralTree(files), "1.2.4")
    assert unknown.value.remedy is not None


def test_code_that_takes_it_from_a_file_that_the_project_names() -> None:
    files: Files = {
        "pyproject.toml": SETUPTOOLS,
        "setup.py": "from setuptools import setup\nsetup(version=known(open('release').read()))\n",
        "release": "1.2.3\n",
    }
    tree = LiteralTree(files)

    with pytest.raises(FactUnknown):
        write(tree, "1.2.4")
    assert changed_lines(write(tree, "1.2.4", VersionFile("release"))) == {"release:1": (b"1.2.3", b"1.2.4")}


def test_every_match_of_a_pattern_is_set() -> None:
    readme = "![v](badge/v1.2.3-blue)\n\n    pip install demo==1.2.3\n    pip install other==1.2.3\n"
    files: Files = {"pyproject.toml": STATIC, "README.md": readme}
    patterns = [VersionFile("README.md", pattern) for pattern in (r"demo==(?P<version>\S+)", r"/v(?P<version>[^-]+)-")]

    lines = changed_lines(write(LiteralTree(files), "1.10.0", *patterns))

    assert set(lines) == {"pyproject.toml:3", "README.md:1", "README.md:3"}


def test_a_pattern_that_the_new_version_would_escape() -> None:
    files: Files = {"pyproject.toml": STATIC, "README.md": "demo==1.2.3\n"}

    with pytest.raises(FactUnknown, match=r"README\.md") as unknown:
        write(LiteralTree(files), "1.3.0rc1", VersionFile("README.md", r"demo==(?P<version>1\.2\.\d)|z(?P<x>)"))
    assert unknown.value.where == InFile("README.md")


def test_a_pattern_that_cuts_the_new_version() -> None:
    files: Files = {"pyproject.toml": STATIC, "README.md": "\ndemo==1.2.3\n"}
    pinned = VersionFile("README.md", r"demo==(?P<version>[\d.]+)")

    assert len(write(LiteralTree(files), "1.3.0", pinned)) == 2
    with pytest.raises(FactUnknown) as unknown:
        write(LiteralTree(files), "1.3.0rc1", pinned)
    assert unknown.value.where == InFile("README.md", 2)


def test_the_pattern_of_the_project_itself_that_the_new_version_would_escape() -> None:
    files, _ = PROJECTS["scikit-build-core"]

    with pytest.raises(FactUnknown):
        write(LiteralTree(files), "1.3.0rc1")


def test_a_style_is_kept() -> None:
    padded = {"pyproject.toml": '[project]\nname = "demo"\nversion = "2025.08.30"\n'}
    dashed = {"pyproject.toml": '[project]\nname = "demo"\nversion = "4.10-dev0"\n'}

    assert b'"2025.09.01"' in (write(LiteralTree(padded), "2025.9.1")[0].after or b"")
    assert b'"4.11-dev0"' in (write(LiteralTree(dashed), "4.11.dev0")[0].after or b"")
    assert b'"4.10"' in (write(LiteralTree(dashed), "4.10")[0].after or b"")


def test_a_file_that_is_not_there_or_no_text() -> None:
    tree = LiteralTree({"pyproject.toml": STATIC, "blob": b"\0 1.2.3"})

    for path in ("blob", "gone", "../outside"):
        with pytest.raises(ConfigError):
            write(tree, "1.2.4", VersionFile(path))


def test_unreadable_bytes_stay_as_they_are() -> None:
    tree = LiteralTree({"pyproject.toml": STATIC, "NOTES": b"\xff\xfe 1.2.3 \x80\r\n"})

    changes = {change.path: change.after for change in write(tree, "1.2.4", VersionFile("NOTES"))}

    assert changes["NOTES"] == b"\xff\xfe 1.2.4 \x80\r\n"


@pytest.mark.parametrize("size", [1 << 20, 2 << 20])
@pytest.mark.timeout(60)
def test_long_files_take_little_time(size: int) -> None:
    padding = "# other==1.2.3, more==1.2.3 and not version 1.2.3\n"
    files: Files = {
        "pyproject.toml": FILE + padding * (size // len(padding)),
        "VERSION": "1.2.3\n",
        "demo.py": "# other==1.2.3\n" * (size // 15) + '__version__ = "1.2.3"\n',
        "package.json": '{"name": "demo", "x": ["' + "1.2.3 " * (size // 6) + '"], "version": "1.2.3"}',
    }

    changes = write(LiteralTree(files), "1.2.4")

    assert {change.path for change in changes} == {"VERSION", "demo.py", "package.json"}


_WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\0\"'\\", exclude_categories=("Cc", "Cs")), max_size=20
)
_LINES = st.lists(_WORDS.map(lambda text: "# " + text), max_size=4)
_ENDS = st.sampled_from(["\n", "\r\n"])
_VERSIONS = st.builds(
    lambda numbers, suffix: Version(".".join(map(str, numbers)) + suffix),
    st.lists(st.integers(0, 2100), min_size=2, max_size=4),
    st.sampled_from(["", "a1", "b2", "rc10", ".post1", ".dev0", "rc1.dev2"]),
)


@given(
    old=_VERSIONS,
    new=_VERSIONS,
    before=_LINES,
    after=_LINES,
    end=_ENDS,
    last=st.booleans(),
    quote=st.sampled_from("\"'"),
)
def test_any_version_in_any_surroundings(
    old: Version, new: Version, before: list[str], after: list[str], end: str, *, last: bool, quote: str
) -> None:
    lines = [*before, "[project]", 'name = "demo"', *after, f"version = {quote}{old}{quote}", *before]
    content = (end.join(lines) + (end if last else "")).encode()
    tree = LiteralTree({"pyproject.toml": content})

    changes = write(tree, str(new))

    expected = content.replace(f"version = {quote}{old}".encode(), f"version = {quote}{new}".encode())
    if old != new:
        assert [change.after for change in changes] == [expected]
        assert [change.after for change in write(edited(tree, changes), str(old))] == [content]
    else:
        assert changes == ()


@given(particular=st.sampled_from(sorted(PROJECTS)), new=_VERSIONS)
def test_any_version_in_any_project(particular: str, new: Version) -> None:
    tree = LiteralTree(PROJECTS[particular][0])
    try:
        changes = write(tree, str(new))
    except (FactUnknown, UsageError):
        # By SemVer there are three numbers, and the pattern of the one project takes no letters.
        assert any(path in {"Cargo.toml", "package.json", "CMakeLists.txt"} for path in tree.paths())
        return

    there = edited(tree, changes)

    assert read_project(there).version == new
    back = write(there, str(OLD), carried=(new,))
    assert {change.path: change.after for change in back} == {change.path: change.before for change in changes}


def test_a_link_out_of_the_tree_is_not_there(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    (inside / "docs").mkdir(parents=True)
    (inside / "pyproject.toml").write_text(STATIC, encoding="utf-8")
    for name in ("docs/conf.py", "VERSION"):
        outside = tmp_path / Path(name).name
        outside.write_text("release = '1.2.3'\n" if name.endswith(".py") else "1.2.3\n", encoding="utf-8")
        (inside / name).symlink_to(outside)
    tree = DirectoryTree(inside)

    assert [change.path for change in write(tree, "1.2.4")] == ["pyproject.toml"]
    with pytest.raises(ConfigError, match="is not there"):
        write(tree, "1.2.4", VersionFile("VERSION"))


def test_a_project_is_the_same_but_for_its_version() -> None:
    for files, _ in PROJECTS.values():
        there = edited(LiteralTree(files), write(LiteralTree(files), "1.2.4"))
        before, after = project_of(files), read_project(there)
        assert (before.name, before.version_source, before.backend) == (after.name, after.version_source, after.backend)
