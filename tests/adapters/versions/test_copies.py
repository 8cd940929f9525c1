from collections.abc import Mapping

import pytest
from packaging.version import Version

from adapters.backends.trees import LiteralTree
from tagship.adapters.versions import find_version_copies
from tagship.domain.config import VersionFile
from tagship.domain.facts import VersionCopy
from tagship.domain.project import TAG_IS_THE_VERSION, Project, VersionSource
from tagship.errors import ConfigError, Edit, InFile


def project(version: str | None = "1.0.0", source: VersionSource | None = None) -> Project:
    source = source or VersionSource("toml", "pyproject.toml", 3)
    return Project("Hand-Made", Version(version) if version else None, source, "hatchling.build", dynamic=False)


def copies(
    files: Mapping[str, str | bytes],
    *named: str | VersionFile,
    version: str | None = "1.0.0",
    source: VersionSource | None = None,
    carried: tuple[str, ...] = (),
) -> tuple[VersionCopy, ...]:
    configured = [VersionFile(file) if isinstance(file, str) else file for file in named]
    return find_version_copies(
        LiteralTree(files), project(version, source), configured, carried=[Version(each) for each in carried]
    )


def told(files: Mapping[str, str | bytes], *, version: str = "1.3.0", carried: tuple[str, ...] = ()) -> list[str]:
    return [f"{copy.path}:{copy.line} {copy.text}" for copy in copies(files, version=version, carried=carried)]


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
        VersionCopy("CITATION.cff", 2, "0.9.0", of_releases=True),
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


CONF = "project = 'demo'\nversion = '{0}'\n"


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("docs/conf.py", "release = '{0}'\n", 1),
        ("docs/source/conf.py", "# -*- coding: utf-8 -*-\nversion = release = '{0}'\n", 2),
        ("package.json", '{{\n  "name": "@acme/hand-made",\n  "version": "{0}"\n}}\n', 3),
        ("Cargo.toml", '[package]\nname = "hand_made"\nversion = "{0}"\n', 3),
        ("server.json", '{{"name": "io.example/hand-made", "version": "{0}", "packages": []}}', 1),
        ("codemeta.json", '{{\n"codeRepository": "x",\n"version": "{0}"}}', 3),
        (".zenodo.json", '{{"version": "{0}"}}', 1),
        ("meson.build", "project('hand-made', 'c',\n  version : '{0}',\n)\n", 2),
        ("pyproject.toml", '[project]\nversion = "9"\n\n[tool.poetry]\nversion = "{0}"\n', 5),
        ("pyproject.toml", '\n[tool.commitizen]\nname = "cz"\nversion = "{0}"\n[project]\n', 4),
        ("pyproject.toml", '[a]\n[b]\n[c]\n[tool.bumpversion]\ncurrent_version = "{0}"\n', 5),
        (".bumpversion.cfg", "[bumpversion]\ncurrent_version = {0}\ncommit = True\n", 2),
        (".cz.toml", '[tool.commitizen]\nversion = "{0}"\n', 2),
        ("setup.cfg", "[metadata]\nname = hand-made\nversion = {0}\n", 3),
        ("setup.py", "import setuptools\nsetuptools.setup(name='hand-made', version='{0}')\n", 2),
        ("VERSION", "{0}\n", 1),
        ("src/hand_made/VERSION", "v{0}", 1),
        ("hand_made/version.py", 'VERSION = "{0}"\n__version__ = VERSION\n', 1),
    ],
)
def test_customary_places_count_at_the_version_and_just_before_it(path: str, content: str, line: int) -> None:
    for version in ("1.3.0", "1.2.9", "1.2.0", "0.4.1"):
        expected = [f"{path}:{line} {version}"] if version != "0.4.1" else []
        assert told({path: content.format(version)}, version="1.3.0") == expected, version


@pytest.mark.parametrize(
    ("path", "content", "version"),
    [
        # A configuration of the documentation that nobody keeps in step.
        ("docs/conf.py", CONF.format("1.0"), "4.2.0"),
        # What generators begin with, in packages that have their own life.
        ("package.json", '{"name": "demo", "version": "0.0.0", "private": true}', "0.0.1"),
        ("package.json", '{"name": "hand-made", "version": "1.0.0", "private": true}', "1.0.1"),
        ("package.json", '{"name": "hand-made-frontend", "version": "1.0.0"}', "1.0.0"),
        ("Cargo.toml", '[package]\nname = "core"\nversion = "0.1.0"\n', "0.1.1"),
        # Of other packages, other tables, other levels.
        ("CITATION.cff", "cff-version: 1.2.0\npreferred-citation:\n  version: 1.2.0\n", "1.2.0"),
        ("server.json", '{"packages": [{"identifier": "other", "version": "1.2.0"}]}', "1.2.0"),
        ("codemeta.json", '{"softwareRequirements": {"version": "1.2.0"}}', "1.2.0"),
        ("pyproject.toml", '[tool.other]\nversion = "1.2.0"\n# [tool.poetry]\n', "1.2.0"),
        ("hand_made.py", '"""Example:\n\n__version__ = "1.2.0"\n"""\n', "1.2.0"),
        # A constant that is the version of something else.
        ("hand_made/__init__.py", 'VERSION = "1.2.0"\n', "1.2.0"),
        # Placeholders that a build fills.
        ("hand_made.py", '__version__ = "0.0.0"\n', "1.2.0"),
        ("hand_made.py", '__version__ = "0+unknown"\n', "1.2.0"),
        # Nothing that can be read.
        ("package.json", '{"version": "1.2.0"', "1.2.0"),
        ("Cargo.toml", "<<<<<<< ours\n", "1.2.0"),
        ("VERSION", "see 1.2.0\n", "1.2.0"),
        ("VERSION", b"\x00\x01 1.2.0", "1.2.0"),
    ],
)
def test_what_is_no_copy(path: str, content: str | bytes, version: str) -> None:
    assert told({path: content}, version=version) == []


def test_what_the_project_had_before_tells_a_forgotten_copy() -> None:
    files = {"CITATION.cff": "version: 2025.11\n"}

    assert told(files, version="2026.1") == []
    assert told(files, version="2026.1", carried=("2025.11",)) == ["CITATION.cff:1 2025.11"]
    assert told({"CITATION.cff": "version: 2026.0\n"}, version="2026.1", carried=("2025.11",)) == []


def test_another_name_must_say_exactly_the_version() -> None:
    files = {"package.json": '{"name": "web", "version": "1.2.0"}'}

    assert told(files, version="1.2.0") == ["package.json:1 1.2.0"]
    assert told(files, version="1.3.0") == []
    assert told(files, version="1.3.0", carried=("1.2.0",)) == ["package.json:1 1.2.0"]


@pytest.mark.parametrize("version", ["1.3.0", "1.3.7", "1.3.0rc1"])
def test_a_short_copy_says_the_first_numbers(version: str) -> None:
    (copy,) = copies({"docs/conf.py": CONF.format("1.3")}, version=version)

    assert copy == VersionCopy("docs/conf.py", 2, "1.3", parts=2, of_releases=True)
    assert copy.says(Version(version))
    assert not copy.says(Version("1.4.0"))


def test_a_copy_of_releases_does_not_follow_development() -> None:
    (copy,) = copies({"CITATION.cff": "version: 1.2.0\n"}, version="1.3.0.dev0")

    assert copy.says(Version("1.3.0.dev0"))
    assert not copy.says(Version("1.3.0"))


def test_a_server_and_its_package() -> None:
    packages = '[{"identifier": "other", "version": "7"}, {"identifier": "hand.made", "version": "1.3.0"}]'

    assert told({"server.json": f'{{"version": "1.2.0",\n "packages": {packages}}}'}) == [
        "server.json:1 1.2.0",
        "server.json:2 1.3.0",
    ]


def test_every_match_of_a_pattern_counts() -> None:
    pin = VersionFile("README.md", r"hand-made==(?P<version>\S+)")
    files = {"README.md": "pip install hand-made==0.1\n\nhand-made==0.2, or other==3\n"}

    assert [(copy.line, copy.text) for copy in copies(files, pin)] == [(1, "0.1"), (3, "0.2,")]


def test_a_named_file_is_read_by_its_format() -> None:
    files = {"web/package.json": '{"a": "7.7.7", "version": "0.1.0"}', "guide/conf.py": "# 3.4.5\nrelease = '0.1'\n"}

    assert [copy.text for copy in copies(files, *files)] == ["0.1.0", "0.1"]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("(", "no regular expression"), ("demo", "no group"), (r"demo-(?P<version>\d+)", "that its pattern finds")],
)
def test_a_pattern_that_does_not_find_a_version(pattern: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as wrong:
        copies({"deploy.txt": "nothing here"}, VersionFile("deploy.txt", pattern))

    assert wrong.value.where == InFile("deploy.txt")
    assert wrong.value.remedy is not None


def test_a_file_out_of_the_tree_is_not_there() -> None:
    with pytest.raises(ConfigError, match="is not there"):
        copies({"deploy.txt": "1.0.0"}, "../deploy.txt")


def test_nothing_is_known_before_the_first_tag() -> None:
    source = VersionSource(TAG_IS_THE_VERSION)
    files = {"CITATION.cff": "version: 1.0.0\n"}

    assert copies(files, version=None, source=source) == ()
    assert len(copies(files, version=None, source=source, carried=("1.0.0",))) == 1
