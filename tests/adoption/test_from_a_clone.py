"""As a new user would: from the clone of a project without any release set-up to its release, by one command."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from adoption.adopted import FILES, READINESS_YML, SLUG, TRUSTED, Adopted, make_project
from adoption.stock import Stock
from pages import ROOT
from repositories import SETTINGS, Repo
from running.events import push
from tagship.domain.adoption import Adoption
from tagship.rehearsal.sample import HISTORY, files_of

pytestmark = pytest.mark.slow

PATIENCE = 240.0
"""Seconds after which a command is given up."""
TEST = """\
import unittest

from sample_ship import knots


class TestKnots(unittest.TestCase):
    def test_it(self):
        self.assertAlmostEqual(knots(1852 / 3600), 1.0)
"""
ONE_PYTHON = '"Programming Language :: Python :: 3.11"'
"""So that its tests run once and not on every Python that there is."""
Opening = Callable[[ExitStack, Repo, Adoption, Path], Adopted]
JOBS = ("gate", "credential", "build", "validate", "publish", "prove", "announce")
SHIPPED = dict.fromkeys(JOBS, "success") | {"failed": "skipped", "mended": "success"}


def cloned(repo: Repo, place: Path) -> Repo:
    """A clone as from the public host, which is the remote beside the repository."""
    address = f"https://github.com/{SLUG}.git"
    git = ("git", "-c", f"url.{repo.remote.as_uri()}.insteadOf={address}")
    words = (*git, "clone", "--quiet", address, str(place))
    subprocess.run(words, check=True, timeout=PATIENCE, env={**os.environ, **SETTINGS})
    clone = Repo(place)
    clone.hours = repo.hours
    clone.git("config", f"url.{repo.remote.as_uri()}.insteadOf", address)
    return clone


def initialised(repo: Repo, stock: Stock, inside: str = "") -> None:
    """The one command, with nobody asked, and everything made that it makes."""
    done = subprocess.run(
        [sys.executable, "-m", "tagship", "-C", str(repo.path / inside), "init", "--yes"],
        env={**os.environ, **SETTINGS, **stock.environment, "UV_NO_INDEX": "1", "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    repo.commit(message="Adopt tagship")
    repo.push("main")


def test_one_command_no_question_and_a_release(tmp_path: Path, stock: Stock, open_world: Opening) -> None:
    told = files_of(HISTORY)["pyproject.toml"].replace('"Typing :: Typed"', ONE_PYTHON)
    bare = make_project(tmp_path / "project", {"tests/test_knots.py": TEST, "pyproject.toml": told})
    repo = cloned(bare, tmp_path / "clone")
    initialised(repo, stock)
    with ExitStack() as stack:
        adopted = open_world(stack, _beside(repo, bare), TRUSTED, tmp_path)
        ready = adopted.run(READINESS_YML, push(adopted.repository, "main"))
        run = adopted.release()

        assert ready.conclusion == "success", ready.log
        assert run.conclusions == SHIPPED, run.log
        assert adopted.served() == FILES


def test_a_project_below_the_top_is_released(tmp_path: Path, stock: Stock, open_world: Opening) -> None:
    """Its files are built, and handed on, where the jobs look for them."""
    bare = Repo.new(tmp_path / "project")
    bare.commit({f"python/{path}": content for path, content in files_of(HISTORY).items()}, "Begin")
    bare.tag("v1.1.0")
    bare.commit({"README.md": "All of it.\n"}, "Tell what is here")
    bare.push()
    repo = cloned(bare, tmp_path / "clone")
    initialised(repo, stock, "python")
    with ExitStack() as stack:
        adopted = open_world(stack, _beside(repo, bare), TRUSTED, tmp_path)
        run = adopted.release()

        assert run.conclusions == SHIPPED, run.log
        assert adopted.served() == FILES


def _beside(repo: Repo, bare: Repo) -> Repo:
    """The clone, with its remote where those who open a world look for it."""
    repo.path.with_name(f"{repo.path.name}.git").symlink_to(bare.remote)
    return repo
