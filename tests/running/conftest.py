"""One evaluator and one stock of interpreters for all tests, and a repository with a single workflow for each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from node import package
from repositories import Repo
from running.events import Repository
from running.expressions import Evaluator
from running.jobs import Runner
from running.machine import Machine

WORKFLOW = ".github/workflows/w.yml"
Begin = Callable[..., Runner]


@pytest.fixture(scope="session")
def evaluator() -> Iterator[Evaluator]:
    package("@actions/expressions")
    with Evaluator(package("@actions/workflow-parser").parents[1]) as running:
        yield running


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(tmp_path_factory.mktemp("interpreters"))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.new(tmp_path / "project")


@pytest.fixture
def begin(evaluator: Evaluator, machine: Machine, repo: Repo, tmp_path: Path) -> Begin:
    """A runner for a repository whose main branch holds this one workflow and the tag v1.0."""

    def begin(workflow: str, **settings: object) -> Runner:
        repo.commit({WORKFLOW: workflow, "README.md": "what is here\n"})
        repo.tag("v1.0")
        repo.push()
        repository = Repository(repo.remote, **settings)  # type: ignore[arg-type]  # its own fields, by their names
        return Runner(repository, evaluator, tmp_path / "runs", machine)

    return begin
