"""A project whose setup.py draws the version out of the package, from the front door."""

import email
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cli.saying import say
from repositories import Repo, add_section, new_project

PLACE = "src/handmade/__init__.py"
PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
SETUP = """\
import re
from pathlib import Path

from setuptools import setup

HERE = Path(__file__).parent


def find_version(*parts):
    match = re.search(r'^__version__ = "(.+)"', HERE.joinpath(*parts).read_text("utf-8"), re.M)
    return match.group(1)


setup(
    name="handmade",
    version=find_version("src", "handmade", "__init__.py"),
    package_dir={"": "src"},
    packages=["handmade"],
)
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Released as 1.0.0, with one change since."""
    made = new_project(tmp_path / "project", pyproject=PYPROJECT)
    add_section(made, "1.0.0 - 2026-01-05", "- It begins.")
    made.commit({"setup.py": SETUP, PLACE: '__version__ = "1.0.0"\n'}, "Prepare 1.0.0")
    made.tag("v1.0.0")
    made.commit({"src/handmade/more.py": ""}, "Add a module")
    made.push()
    return made


def test_show_names_the_place(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    document = say(capsys, "-C", str(repo.path), "show", "--json", "--offline").document

    assert document["version"] == "1.0.0"
    assert document["version_source"] == {"kind": "python", "path": PLACE, "line": 1}
    assert document["dynamic"] is True
    assert document["unknown"] == {}


def test_show_tells_once_why_a_version_is_not_known(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.commit({"setup.py": SETUP.replace("match.group(1)", 'match.group(1) + ".dev1"')})

    document = say(capsys, "-C", str(repo.path), "show", "--json", "--offline").document

    why = "setup.py computes it, at line 16; the backend is not asked while offline"
    assert (document["version"], document["unknown"]) == (None, {"version": why})


def test_what_is_prepared_is_ready_and_what_is_built_carries_it(
    capsys: pytest.CaptureFixture[str], repo: Repo, tmp_path: Path
) -> None:
    prepared = say(capsys, "-C", str(repo.path), "prepare", "minor", "--offline", "--yes")
    checked = say(capsys, "-C", str(repo.path), "check", "--fast", "--offline", "--json")

    assert prepared.exit == 0, prepared.err
    assert (repo.path / PLACE).read_text("utf-8") == '__version__ = "1.1.0"\n'
    assert (checked.exit, checked.document["verdict"], checked.document["version"]) == (0, "ready", "1.1.0"), (
        checked.out
    )
    argv = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist")]
    subprocess.run(argv, cwd=repo.path, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl"))) as wheel:
        metadata = email.message_from_bytes(wheel.read("handmade-1.1.0.dist-info/METADATA"))
    assert metadata["Version"] == "1.1.0"


@pytest.mark.slow
def test_a_version_that_is_another_after_all_is_found_before_the_tag(
    capsys: pytest.CaptureFixture[str], repo: Repo
) -> None:
    repo.git("switch", "--quiet", "-c", "work")
    repo.commit({"setup.py": SETUP.replace("group(1)", "group(1)[2:]")}, "Cut the version")

    checked = say(capsys, "-C", str(repo.path), "check", "--only", "distributions-are-valid", "--json")

    assert checked.exit == 1, checked.out
    assert "the metadata says version 0.0" in checked.out
