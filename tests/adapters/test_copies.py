from collections.abc import Mapping, Sequence

import pytest
from packaging.version import Version

from tagship.adapters.copies import find_version_copies
from tagship.domain.facts import VersionCopy
from tagship.domain.project import TAG_IS_THE_VERSION, Project, VersionSource
from tagship.errors import ConfigError, Edit, InFile


class Files:
    """A tree that is a mapping."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def read(self, path: str) -> bytes | None:
        return self._files[path].encode() if path in self._files else None

    def paths(self) -> Sequence[str]:
        return sorted(self._files)


def project(source: VersionSource | None = None) -> Project:
    source = source or VersionSource("toml", "pyproject.toml", 3)
    return Project("Hand-Made", Version("1.0.0"), source, "hatchling.build", dynamic=False)


def copies(files: Mapping[str, str], *named: str, source: VersionSource | None = None) -> tuple[VersionCopy, ...]:
    return find_version_copies(Files(files), project(source), named)


@pytest.mark.parametrize(
    "path",
    [
        "src/hand_made/__init__.py",
        "src/hand_made/__about__.py",
        "src/hand_made/_version.py",
        "hand_made/__init__.py",
        "hand_made/version.py",
        "hand_made/__version__.py",
        "src/hand_made.py",
        "hand_made.py",
    ],
)
def test_the_customary_places(path: str) -> None:
    assert copies({path: '"""Words."""\n\n__version__ = "0.9.0"\n'}) == (VersionCopy(path, 3, "0.9.0"),)


@pytest.mark.parametrize(
    ("spelling", "version"),
    [
        ("__version__ = '1.0.0'", "1.0.0"),
        ('__version__: str = "1.0.0rc1"', "1.0.0rc1"),
        ('__version__: Final[str] = "v1.0.0"', "1.0.0"),
        ('__version__: typing.Final="1.0.0"', "1.0.0"),
    ],
)
def test_every_way_to_write_a_literal(spelling: str, version: str) -> None:
    assert [copy.text for copy in copies({"hand_made.py": spelling})] == [version]


@pytest.mark.parametrize(
    "spelling",
    ['__version__ = version("hand-made")', "__version__ = VERSION", '    __version__ = "1.0"', "version = 1"],
)
def test_what_is_no_literal_is_no_copy(spelling: str) -> None:
    assert copies({"hand_made.py": spelling}) == ()


def test_a_citation() -> None:
    assert copies({"CITATION.cff": 'cff-version: 1.2.0\nversion: "v0.9.0"\n'}) == (
        VersionCopy("CITATION.cff", 2, "0.9.0"),
    )


def test_the_projects_own_place_is_no_copy() -> None:
    own = VersionSource("python", "hand_made/__init__.py", 1)

    assert copies({"hand_made/__init__.py": '__version__ = "1.0.0"'}, "hand_made/__init__.py", source=own) == ()


def test_where_the_tag_is_the_version_a_module_may_hold_anything() -> None:
    files = {"hand_made/_version.py": '__version__ = "0.0.0"\n', "CITATION.cff": "version: 1.0.0\n"}

    assert [copy.path for copy in copies(files, source=VersionSource(TAG_IS_THE_VERSION))] == ["CITATION.cff"]


@pytest.mark.parametrize(
    ("content", "line", "version"),
    [
        ("image: registry/hand-made:1.0.0\n", 1, "1.0.0"),
        ("# 2026-01-05\nversion = v1.0.0rc1.\n", 2, "1.0.0rc1"),
        ('__version__ = "2.0"\nother = "1.0"\n', 1, "2.0"),
        ("python 3, then release 1.2.3.post1 of it\n", 1, "1.2.3.post1"),
    ],
)
def test_a_file_that_the_project_names(content: str, line: int, version: str) -> None:
    assert copies({"deploy.txt": content}, "deploy.txt") == (VersionCopy("deploy.txt", line, version),)


def test_a_place_is_told_once() -> None:
    files = {"hand_made/__init__.py": '__version__ = "1.0.0"\n'}

    assert len(copies(files, "hand_made/__init__.py")) == 1


@pytest.mark.parametrize(("files", "state"), [({}, "is not there"), ({"deploy.txt": "none here"}, "holds nothing")])
def test_a_named_file_that_tells_no_version(files: Mapping[str, str], state: str) -> None:
    with pytest.raises(ConfigError, match=state) as wrong:
        copies(files, "deploy.txt")

    assert wrong.value.where == InFile("deploy.txt")
    assert isinstance(wrong.value.remedy, Edit)
