"""The sample project, made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from repositories import Repo
from ship.commands import Commands
from ship.project import make_project
from ship.scene import Scene, scene
from tagship.rehearsal.index import StandInIndex
from tagship.rehearsal.sample import make_sample


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is ready to ship; to be copied, while its remote is only read."""
    return make_sample(tmp_path_factory.mktemp("template") / "sample")


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[Scene]:
    """A project, an index and a code host for one test."""
    with scene(template, tmp_path / "sample") as made:
        yield made


@pytest.fixture
def index() -> Iterator[StandInIndex]:
    """An index without a code host beside it."""
    with StandInIndex() as running:
        yield running
        assert running.server.crashes == []


@pytest.fixture
def project(tmp_path: Path) -> Repo:
    """A project that builds for real and is ready to ship."""
    return make_project(tmp_path / "handmade")


@pytest.fixture
def commands(project: Repo, tmp_path: Path) -> Commands:
    """tagship as a process, in that project."""
    return Commands(project.path, tmp_path / "surroundings")
