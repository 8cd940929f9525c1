"""How a job installs and runs the tests of projects of many kinds."""

import pytest

from tagship.adapters.adopting.pythons import pythons
from tagship.adapters.adopting.requirements import needs_of
from tagship.adapters.adopting.testing import LOCKED, below, run_of
from trees import Files

PROJECT = '[project]\nname = "handmade"\ndependencies = ["attrs>=20"]\n'
EXTRA = (
    PROJECT
    + '[project.optional-dependencies]\ntest = ["pytest>=8", "handmade[more]"]\nmore = ["six"]\ndocs = ["sphinx"]\n'
)
GROUP = PROJECT + '[dependency-groups]\nqa = [{include-group = "base"}, "coverage"]\nbase = ["pytest"]\n'
PYTEST = {"tests/test_a.py": "import pytest\n", "conftest.py": ""}
BY_HASH = ("python", "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "-r", LOCKED)
OWN = ("python", "-m", "pip", "install", "--no-deps", ".")


@pytest.mark.parametrize(
    ("files", "install", "command", "requirements"),
    [
        (
            {"noxfile.py": '@nox.session(python=["3.11", "3.12"])\ndef tests(session): ...\n'},
            (BY_HASH,),
            ("nox", "--session", "tests", "--force-python", "python"),
            ("nox",),
        ),
        ({"tox.ini": "[testenv]\ncommands = pytest\n"}, (BY_HASH,), ("tox", "run", "-e", "py"), ("tox",)),
        ({"hatch.toml": "[envs.hatch-test]\n"}, (BY_HASH,), ("hatch", "test"), ("hatch",)),
        (
            {"pyproject.toml": "[tool.pdm.scripts]\ntest = 'pytest'\n", "pdm.lock": ""},
            (BY_HASH, ("pdm", "sync")),
            ("pdm", "run", "test"),
            ("pdm",),
        ),
        (
            {"pyproject.toml": "[tool.pdm.scripts]\ntest = 'pytest'\n"},
            (BY_HASH, ("pdm", "install", "--no-lock")),
            ("pdm", "run", "test"),
            ("pdm",),
        ),
        (
            {"pyproject.toml": '[tool.poetry]\nname = "a"\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n'},
            (BY_HASH, ("poetry", "install")),
            ("poetry", "run", "pytest"),
            ("poetry",),
        ),
        (
            {"pyproject.toml": EXTRA, "uv.lock": ""},
            (("uv", "sync", "--locked", "--extra", "test"),),
            ("uv", "run", "--no-sync", "pytest"),
            (),
        ),
        (
            {"pyproject.toml": GROUP, "uv.lock": ""},
            (("uv", "sync", "--locked", "--group", "base"),),
            ("uv", "run", "--no-sync", "pytest"),
            (),
        ),
        (
            {"pyproject.toml": EXTRA, **PYTEST},
            (BY_HASH, OWN),
            ("python", "-m", "pytest"),
            ("attrs>=20", "pytest>=8", "six"),
        ),
        (
            {"pyproject.toml": PROJECT, "tests/test_a.py": "import unittest\n"},
            (BY_HASH, OWN),
            ("python", "-m", "unittest", "discover", "-s", "tests"),
            ("attrs>=20",),
        ),
        (
            {
                "setup.py": "setup()",
                **PYTEST,
                "requirements-dev.txt": "-r more.txt\n-e .\nblack # x\n",
                "more.txt": "pytest-cov==5\n",
            },
            (BY_HASH, (*OWN[:4], ".")),
            ("python", "-m", "pytest"),
            ("pytest", "pytest-cov==5", "black"),
        ),
        (
            {"pyproject.toml": '[project]\nname = "a"\n', "Makefile": "test:\n\ttrue\n"},
            (BY_HASH, OWN),
            ("make", "test"),
            ("pytest",),
        ),
        (
            {"pyproject.toml": '[tool.poe.tasks]\ntest = "x"\n'},
            (BY_HASH, (*OWN[:4], ".")),
            ("poe", "test"),
            ("pytest", "poethepoet"),
        ),
    ],
)
def test_each_kind_of_project(
    files: dict[str, str],
    install: tuple[tuple[str, ...], ...],
    command: tuple[str, ...],
    requirements: tuple[str, ...],
) -> None:
    found = run_of(Files(files), None, ("3.12",), ("",))

    assert found is not None
    assert (found[0].install, found[0].command, found[0].requirements) == (install, command, requirements)
    assert (found[0].locked is None) is (BY_HASH not in install)


def test_the_projects_own_word_comes_first() -> None:
    configured = ("python", "-m", "pytest", "-m", "not slow")
    found = run_of(Files({"pyproject.toml": PROJECT, "tox.ini": "[testenv]\ncommands=x\n"}), configured, (), ("",))

    assert found is not None
    assert found[0].command == configured
    assert found[0].tool == "pytest"


def test_where_nothing_tells() -> None:
    assert run_of(Files({"pyproject.toml": PROJECT}), None, (), ("",)) is None


def test_nothing_to_install_by_hash() -> None:
    bare = {"pyproject.toml": '[project]\nname = "a"\n', "tests/test_a.py": "import unittest\n"}
    found = run_of(Files(bare), None, (), ("",))

    assert found is not None
    assert (found[0].install, found[0].locked) == ((OWN,), None)


def test_several_packages_are_installed_together() -> None:
    files = {
        "pyproject.toml": "[tool.pytest.ini_options]\n",
        "packages/a/pyproject.toml": EXTRA,
        "packages/b/pyproject.toml": '[project]\nname = "b"\ndependencies = ["handmade", "idna"]\n',
    }
    found = run_of(Files(files), None, (), ("packages/a", "packages/b"))

    assert found is not None
    assert found[0].install[1][-2:] == ("./packages/a", "./packages/b")
    assert found[0].requirements == ("attrs>=20", "idna", "pytest>=8", "six")
    locked = run_of(Files({**files, "uv.lock": "", "pyproject.toml": GROUP}), None, (), ("packages/a", "packages/b"))
    assert locked is not None
    assert "--all-packages" in locked[0].install[0]


def test_a_project_in_a_directory_below() -> None:
    def moved(files: dict[str, str]) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]] | None:
        found = run_of(Files(files), None, (), ("",))
        assert found is not None
        run = below(found[0], "python")
        return None if run is None else (run.install, run.command)

    assert moved({"pyproject.toml": EXTRA, **PYTEST}) == (
        (BY_HASH, (*OWN[:-1], "./python")),
        ("python", "-m", "pytest", "python"),
    )
    assert moved({"noxfile.py": "@nox.session\ndef test(session): ...\n"}) == (
        (BY_HASH,),
        ("nox", "--noxfile", "python/noxfile.py", "--session", "test", "--force-python", "python"),
    )
    assert moved({"tox.ini": "[testenv]\ncommands = pytest\n"}) == (
        (BY_HASH,),
        ("tox", "run", "--root", "python", "-e", "py"),
    )
    assert moved({"pyproject.toml": EXTRA, "uv.lock": ""}) == (
        (("uv", "sync", "--project", "python", "--locked", "--extra", "test"),),
        ("uv", "run", "--directory", "python", "--no-sync", "pytest"),
    )
    assert moved({"hatch.toml": "[envs.hatch-test]\n"}) is None


def test_what_cannot_be_installed_from_an_index_is_left_out() -> None:
    listed = '[project]\nname = "a"\ndependencies = ["x @ https://example.org/x.whl", "-bad-", "y"]\n'
    odd = listed + '[project.optional-dependencies]\ntest = ["pytest", "a[test]", "also bad!"]\n'

    assert needs_of(Files({"pyproject.toml": odd}), "pytest").together == ("y", "pytest")
    dynamic = '[project]\nname = "a"\ndynamic = ["dependencies"]\n'
    assert needs_of(Files({"pyproject.toml": dynamic}), "pytest").own is None


def test_requirements_that_include_each_other_end() -> None:
    circle = {"tests/requirements.txt": "-r ../tests/requirements.txt\npytest --hash=sha256:00\n"}

    assert set(needs_of(Files(circle), "pytest").tests) == {"pytest"}


def test_pythons() -> None:
    def classified(*minors: int) -> dict[str, str]:
        listed = ", ".join(f'"Programming Language :: Python :: 3.{minor}"' for minor in minors)
        return {"pyproject.toml": f"classifiers = [{listed}]\n"}

    assert pythons(Files({}), [""], [None])[0] == "3.9"
    assert pythons(Files({}), [""], [">=3.11", "<3.13"]) == ("3.11", "3.12")
    assert pythons(Files(classified(8, 11, 13, 99)), [""], [">=3.10"]) == ("3.11", "3.13")
    assert pythons(Files(classified(8)), [""], [">=3.13"]) == ("3.13", "3.14")
    assert pythons(Files({}), [""], ["==3.14.2"]) == ("3.14",)
    assert pythons(Files({}), [""], ["<3"]) == ()
