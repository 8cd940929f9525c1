"""Copies that another tool is configured to bump."""

from collections.abc import Mapping

import pytest
from packaging.version import Version

from adapters.backends.trees import LiteralTree
from tagship.adapters.pyproject import read_project
from tagship.adapters.versions import find_version_copies, write_version
from tagship.domain.project import Project, VersionSource

README = "|since| https://badges.example/since/v7.0.0.svg\n   compare/v7.0.0...master\nSince 7.0.0 it is so.\n"
BUMP2VERSION = """\
[bumpversion]
current_version = 7.0.0

[bumpversion:file (badge):README.rst]
search = /v{current_version}.svg
replace = /v{new_version}.svg

[bumpversion:file (link):README.rst]
search = /v{current_version}...master
replace = /v{new_version}...master

[bumpversion:file:CHANGES.rst]
search = Unreleased
replace = {new_version}

[bumpversion:file:LINKS]
search = {current_version}
replace = {new_version} {current_version}

[bumpversion:file:SHORT]
parse = (?P<major>\\d+)
serialize = {major}
"""
STATIC = '[project]\nname = "demo"\nversion = "7.0.0"\n'
FILES = {"README.rst": README, "CHANGES.rst": "Unreleased\n7.0.0\n", "LINKS": "7.0.0\n", "SHORT": "7.0.0\n"}
PROJECT = Project(
    "demo", Version("7.0.0"), VersionSource("[project]", "pyproject.toml", 3), "hatchling.build", dynamic=False
)


def copies(files: Mapping[str, str], *, carried: tuple[str, ...] = ()) -> list[str]:
    found = find_version_copies(LiteralTree(files), PROJECT, (), carried=frozenset(map(Version, carried)))
    return [f"{copy.path}:{copy.line} {copy.text}" for copy in found]


def test_bump2version_tells_what_stands_around_a_version() -> None:
    found = copies({"pyproject.toml": STATIC, ".bumpversion.cfg": BUMP2VERSION, **FILES})

    assert found == [".bumpversion.cfg:2 7.0.0", "README.rst:1 7.0.0", "README.rst:2 7.0.0"]


@pytest.mark.parametrize(
    ("told", "files", "expected"),
    [
        ('[tool.bumpversion]\nfiles = [{filename = "A"}]\n', {"A": "7.0.0 7.0.0.1 17.0.0"}, ["A:1 7.0.0"]),
        (
            '[tool.bumpversion]\nregex = true\n[[tool.bumpversion.files]]\nfilename = "A"\n',
            {"A": "7.0.0"},
            [],
        ),
        ('[tool.bumpversion]\nfiles = [{filename = "A", search = "v{current_version}"}]\n', {"A": "v7.0.0"}, []),
        ('[tool.commitizen]\nversion_files = ["A", "B:image"]\n', {"A": "7.0.0", "B": "x 7.0.0\nimage: x:7.0.0\n"},
         ["A:1 7.0.0", "B:2 7.0.0"]),
        ('[tool.semantic_release]\nversion_variables = ["A:demo:nf", "B:demo/demo@HASH  #:tf"]\n',
         {"A": "demo == 7.0.0\nother == 7.0.0\n", "B": "- uses: demo/demo@HASH  # v7.0.0\n"},
         ["A:1 7.0.0", "B:1 7.0.0"]),
        ('[tool.semantic_release]\nversion_variables = ["A", 1, "GONE:demo"]\n', {"A": "7.0.0"}, []),
        ("[tool.bumpversion\n", {"A": "7.0.0"}, []),
    ],
)  # fmt: skip
def test_what_other_tools_are_told(told: str, files: Mapping[str, str], expected: list[str]) -> None:
    assert copies({"pyproject.toml": STATIC, ".bumpversion.toml": told, **files}) == expected


def test_a_configuration_that_is_none_names_nothing() -> None:
    assert copies({"pyproject.toml": STATIC, ".bumpversion.cfg": "bumpversion:file: {\n", "A": "7.0.0"}) == []


def test_a_copy_that_was_forgotten_is_known_by_the_version_before() -> None:
    files = {"pyproject.toml": STATIC, ".bumpversion.cfg": BUMP2VERSION, "README.rst": README.replace("7.0.0", "6.9.0")}

    assert "README.rst:1 6.9.0" in copies(files, carried=("6.9.0",))


def test_they_are_written_with_the_version_and_nothing_else_is() -> None:
    files = {"pyproject.toml": STATIC, ".bumpversion.cfg": BUMP2VERSION, **FILES}

    tree = LiteralTree(files)

    changes = write_version(tree, read_project(tree), Version("7.1.0"), ())

    after = {change.path: (change.after or b"").decode() for change in changes}
    assert after == {
        ".bumpversion.cfg": BUMP2VERSION.replace("7.0.0", "7.1.0"),
        "README.rst": README.replace("v7.0.0", "v7.1.0"),
        "pyproject.toml": STATIC.replace("7.0.0", "7.1.0"),
    }
