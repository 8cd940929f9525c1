"""One adopted project for the whole session, and a copy of it, with a world of its own, for each test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from adoption.adopted import SLUG, TRUSTED, Adopted, copied, make_project, settle, written
from adoption.stock import Stock, stocked
from repositories import Repo
from running import conftest as running_conftest
from running.admission import RUNS
from running.events import Repository
from running.expressions import Evaluator
from running.machine import Machine
from running.results import RunResult
from running.world import World
from tagship.domain.adoption import Adoption

Adopt = Callable[..., Adopted]
evaluator = running_conftest.evaluator
Stop = Callable[..., tuple[Adopted, RunResult]]


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    return stocked(tmp_path_factory.mktemp("stock") / "wheels")


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    if shutil.which("jq") is None:
        pytest.skip("the runner's image has jq, which is not installed here")
    programs = tmp_path_factory.mktemp("programs")
    gh = programs / "gh"
    program = Path(__file__).with_name("gh.py").read_text(encoding="utf-8")
    gh.write_text(f"#!/usr/bin/env python3\n{program}", encoding="utf-8")
    gh.chmod(0o755)
    return Machine(tmp_path_factory.mktemp("interpreters"), programs)


@pytest.fixture(scope="session")
def open_world(
    stock: Stock, evaluator: Evaluator, machine: Machine
) -> Callable[[ExitStack, Repo, Adoption, Path], Adopted]:
    """Puts a world around a repository; afterwards nothing in it may have crashed, or have looked for another one."""

    def open_world(stack: ExitStack, repo: Repo, adoption: Adoption, place: Path) -> Adopted:
        world = World(Repository(repo.remote, SLUG))
        stack.enter_context(world)
        stack.callback(lambda: _check_whole(world))
        settle(world, adoption)
        return Adopted(repo, world, world.runner(evaluator, place / "runs", machine, **stock.environment))

    return open_world


@pytest.fixture(scope="session")
def baked(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Adoption], Repo]:
    """The adopted project of an adoption, made once."""
    kept: dict[str, Repo] = {}

    def baked(adoption: Adoption) -> Repo:
        name = repr(adoption)
        if name not in kept:
            kept[name] = make_project(tmp_path_factory.mktemp("baked") / "project", written(adoption, stock))
        return kept[name]

    return baked


@pytest.fixture(scope="session")
def halted(
    baked: Callable[[Adoption], Repo],
    open_world: Callable[[ExitStack, Repo, Adoption, Path], Adopted],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Adoption, str], tuple[Repo, RunResult]]:
    """A release that a reviewer stopped before a job, made once; whoever runs it again goes on from there."""
    kept: dict[tuple[str, str], tuple[Repo, RunResult]] = {}

    def halted(adoption: Adoption, job: str) -> tuple[Repo, RunResult]:
        name = (repr(adoption), job)
        if name not in kept:
            place = tmp_path_factory.mktemp("halted")
            with ExitStack() as stack:
                adopted = open_world(stack, copied(baked(adoption), place), adoption, place)
                adopted.runner.approve = lambda begun, _environment: begun != job
                kept[name] = adopted.repo, adopted.release()
            shutil.rmtree(place / "runs")
        return kept[name]

    return halted


@pytest.fixture
def adopt(
    baked: Callable[[Adoption], Repo],
    open_world: Callable[[ExitStack, Repo, Adoption, Path], Adopted],
    tmp_path: Path,
) -> Iterator[Adopt]:
    """Gives an adopted project of its own."""
    with ExitStack() as stack:
        yield lambda adoption=TRUSTED: open_world(stack, copied(baked(adoption), tmp_path), adoption, tmp_path)


@pytest.fixture
def stop(
    halted: Callable[[Adoption, str], tuple[Repo, RunResult]],
    open_world: Callable[[ExitStack, Repo, Adoption, Path], Adopted],
    tmp_path: Path,
) -> Iterator[Stop]:
    """Gives an adopted project whose release a reviewer stopped before a job, and its run, to be run again."""
    with ExitStack() as stack:

        def stop(job: str, adoption: Adoption = TRUSTED) -> tuple[Adopted, RunResult]:
            repo, run = halted(adoption, job)
            adopted = open_world(stack, copied(repo, tmp_path), adoption, tmp_path)
            adopted.green(run.event.sha)
            adopted.runner.runs = run.number - RUNS
            adopted.world.watch(run)
            return adopted, run

        yield stop


def _check_whole(world: World) -> None:
    assert world.index.server.crashes + world.host.server.crashes + world.door.crashes == []
    assert world.door.refused == []
