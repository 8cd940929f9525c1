"""How the tests of a project are run, by its files and by what is installed."""

import os
import sys
from pathlib import Path

import pytest

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.test_command import Environment, Suite, discover, nearest_environment

PYTHON = Path("/somewhere/bin/python")
OWN = Environment(PYTHON, Path("/somewhere"), ".venv")
RUNNING = Environment(PYTHON)
OURS = f"{sys.version_info.major}.{sys.version_info.minor}"
EVERYTHING = {"nox", "tox", "hatch", "pdm", "poe", "poetry", "uv", "make"}
TEST = "def test_it():\n    assert True\n"


def found(
    place: Path,
    files: dict[str, str],
    *,
    installed: set[str] = EVERYTHING,
    environment: Environment = OWN,
    may_install: bool = True,
) -> Suite | None:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    which = {name: f"/bin/{name}" for name in installed}.get
    return discover(DirectoryTree(place), which, environment, may_install=may_install)


def command(place: Path, files: dict[str, str], **more: object) -> tuple[str, ...] | None:
    suite = found(place, files, **more)  # type: ignore[arg-type]  # the keywords of found
    return None if suite is None else suite.argv


@pytest.mark.parametrize(
    ("files", "argv"),
    [
        ({"noxfile.py": "import nox\n@nox.session\ndef tests(session): ...\n"}, ("nox", "--session", "tests")),
        (
            {"noxfile.py": "@nox.session(python=['3.7', '3.8', 'pypy3'], name='test')\ndef run_them(session): ...\n"},
            ("nox", "--session", "test-3.8"),
        ),
        (
            {"noxfile.py": f"@nox.session(python=['{OURS}', '3.99'])\ndef tests(session): ...\n"},
            ("nox", "--session", f"tests-{OURS}"),
        ),
        ({"noxfile.py": "@session(python=ALL)\ndef tests(session): ...\n"}, ("nox", "--session", "tests")),
        ({"tox.ini": "[testenv]\ncommands = pytest {posargs:%s}\n"}, ("tox", "-e", "py")),
        ({"tox.toml": "[env_run_base]\ncommands = [['pytest']]\n"}, ("tox", "-e", "py")),
        ({"pyproject.toml": "[tool.tox.env_run_base]\ncommands = [['pytest']]\n"}, ("tox", "-e", "py")),
        ({"pyproject.toml": "[tool.tox]\nlegacy_tox_ini = '''\n[testenv]\n'''\n"}, ("tox", "-e", "py")),
        ({"pyproject.toml": "[tool.hatch.envs.default.scripts]\ntest = 'pytest'\n"}, ("hatch", "run", "test")),
        ({"pyproject.toml": "[tool.hatch.envs.dev.scripts]\ntests = 'pytest'\n"}, ("hatch", "run", "dev:tests")),
        ({"hatch.toml": "[envs.hatch-test]\nparallel = true\n"}, ("hatch", "test")),
        ({"pyproject.toml": "[tool.pdm.scripts]\ntest = 'pytest'\n"}, ("pdm", "run", "test")),
        ({"pyproject.toml": "[tool.poe.tasks]\ntest = 'pytest'\n"}, ("poe", "test")),
        (
            {"pyproject.toml": "[tool.poetry.group.dev.dependencies]\npytest = '*'\n", "poetry.lock": ""},
            ("poetry", "run", "pytest"),
        ),
        (
            {"pyproject.toml": "[dependency-groups]\ndev = ['PyTest>=8', {include-group = 'x'}]\n", "uv.lock": ""},
            ("uv", "run", "pytest"),
        ),
        ({"pyproject.toml": "[tool.pytest.ini_options]\n"}, (str(PYTHON), "-m", "pytest")),
        ({"setup.cfg": "[tool:pytest]\n"}, (str(PYTHON), "-m", "pytest")),
        ({"tests/conftest.py": ""}, (str(PYTHON), "-m", "pytest")),
        ({"tests/test_it.py": TEST}, (str(PYTHON), "-m", "pytest")),
        ({"tests/test_it.py": "import unittest\n"}, (str(PYTHON), "-m", "unittest", "discover", "-s", "tests")),
        (
            {"tests/__init__.py": "", "tests/test_it.py": "import unittest\n"},
            (str(PYTHON), "-m", "unittest", "discover"),
        ),
        ({"Makefile": "all:\n\ttrue\ntest: all\n\t./run\n"}, ("make", "test")),
    ],
)
def test_what_each_kind_of_project_says(tmp_path: Path, files: dict[str, str], argv: tuple[str, ...]) -> None:
    assert command(tmp_path, files) == argv


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"noxfile.py": "@nox.session\ndef lint(session): ...\n"},
        {"noxfile.py": "def ("},
        {"tox.ini": "[testenv:docs]\ncommands = sphinx-build\n"},
        {"tox.ini": "[[[\n"},
        {"pyproject.toml": "broken ="},
        {"Makefile": "test := 3\n"},
        {"src/demo/__init__.py": ""},
    ],
)
def test_nothing_is_made_up(tmp_path: Path, files: dict[str, str]) -> None:
    """Broken files are told elsewhere; here they are no hint."""
    assert command(tmp_path, files) is None


def test_the_most_deliberate_command_that_can_be_run_is_taken(tmp_path: Path) -> None:
    files = {
        "noxfile.py": "@nox.session\ndef tests(session): ...\n",
        "tox.ini": "[testenv]\ncommands = pytest\n",
        "pyproject.toml": "[dependency-groups]\ndev = ['pytest']\n",
        "uv.lock": "",
        "tests/test_it.py": TEST,
        "Makefile": "test:\n",
    }

    assert command(tmp_path, files) == ("nox", "--session", "tests")
    assert command(tmp_path, files, installed=EVERYTHING - {"nox"}) == ("tox", "-e", "py")
    assert command(tmp_path, files, installed={"uv", "make"}) == ("uv", "run", "pytest")
    assert command(tmp_path, files, installed={"make"}) == (str(PYTHON), "-m", "pytest")


def test_what_needs_the_network_is_passed_over_where_there_is_none(tmp_path: Path) -> None:
    files = {"noxfile.py": "@nox.session\ndef tests(session): ...\n", "tests/test_it.py": TEST}

    assert command(tmp_path, files, may_install=False) == (str(PYTHON), "-m", "pytest")


def test_tools_that_would_make_an_empty_environment_need_one_at_hand(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[tool.poetry.dependencies]\npytest = '*'\n[tool.pdm.scripts]\ntest = 'x'\n"}
    files["tests/test_it.py"] = TEST

    assert command(tmp_path, files, environment=RUNNING) == (str(PYTHON), "-m", "pytest")


def test_how_sure_one_can_be(tmp_path: Path) -> None:
    named = found(tmp_path / "named", {"noxfile.py": "@nox.session\ndef tests(session): ...\n"})
    guessed = found(tmp_path / "guessed", {"tests/test_it.py": TEST})

    assert named is not None
    assert guessed is not None
    assert (named.sure, named.installs, named.told_by) == (True, True, "noxfile.py has a session tests")
    assert (guessed.sure, guessed.installs) == (False, False)


def test_the_nearest_environment(tmp_path: Path) -> None:
    running, other = Path(sys.executable), tmp_path / "other"
    scripts = "Scripts/python.exe" if os.name == "nt" else "bin/python"

    assert nearest_environment(tmp_path, {"VIRTUAL_ENV": str(other)}, running) == Environment(running)

    for root in (other, tmp_path / ".venv"):
        (root / scripts).parent.mkdir(parents=True)
        (root / scripts).touch()
        told = nearest_environment(tmp_path, {"VIRTUAL_ENV": str(other)}, running)

        assert told.root == root
        assert told.python == root / scripts
