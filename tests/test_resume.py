"""Every plan, cut before every write and run again, ends as if it had never been cut."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ship.cutting import UNCUT, Cut, Runner, running
from ship.scene import FILES, Outcome, Scene, scene
from sweeping import sweep
from tagship.errors import Exit
from tagship.rehearsal.sample import make_sample
from tagship.rehearsal.wire import Request, Response

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="every run is forked")

FINISHED: Mapping[str, Sequence[str]] = {
    "build": (),
    "publish": ("build",),
    "prove": ("build", "publish"),
    "announce": ("build", "publish", "prove"),
    "ship": (),
}
CHECK: Mapping[str, Callable[[Scene], None]] = {
    "build": Scene.check_built,
    "publish": Scene.check_published,
    "prove": Scene.check_published,
    "announce": Scene.check_released,
    "ship": Scene.check_released,
}
FEWEST_WRITES = {"build": 12, "publish": 8, "prove": 12, "announce": 8, "ship": 40}
MOST_WRITES = 100
VISIBLE = {".git", ".gitignore"}


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sample(tmp_path_factory.mktemp("template") / "sample")


@dataclass(frozen=True)
class Bench:
    """Where one cut after the other is tried."""

    runner: Runner
    template: Path
    directory: Path

    @contextmanager
    def world(self, command: str) -> Iterator[Scene]:
        """A world in which the command has everything that it needs."""
        with scene(self.template, self.directory / "sample", finished=FINISHED[command]) as made:
            yield made
        sweep(self.directory)
        self.directory.mkdir()

    def run(self, world: Scene, command: str, cut: Cut = UNCUT, *, real: bool = False) -> Outcome:
        """Run a command; unless it was killed it must leave no temporary file, no traceback and nothing unfinished."""
        temporary = self.directory / "temporary"
        temporary.mkdir()
        outcome = self.runner.run(world.outside, command, cut, temporary, real=real)
        left = [path.name for path in temporary.iterdir()] + unfinished(world)
        sweep(temporary)
        world.check_promises()

        assert "Traceback" not in outcome.stderr
        assert outcome.exit in {Exit.READY, -signal.SIGKILL if cut.hard else Exit.INTERRUPTED}, (cut, outcome)
        assert outcome.exit == -signal.SIGKILL or not left, (cut, outcome, left)

        return outcome


def unfinished(world: Scene) -> list[str]:
    """What lies in the project's directory under a name that nobody is meant to see."""
    hidden = (path.name for path in world.directory.iterdir() if path.name.startswith("."))
    return [name for name in hidden if name not in VISIBLE]


@pytest.fixture
def bench(runner: Runner, template: Path, tmp_path: Path) -> Bench:
    directory = tmp_path / "bench"
    directory.mkdir()
    return Bench(runner, template, directory)


@pytest.mark.parametrize(
    ("command", "hard", "every"),
    [
        pytest.param("build", False, 1, id="build-interrupted"),
        pytest.param("publish", False, 1, id="publish-interrupted"),
        pytest.param("prove", False, 1, id="prove-interrupted"),
        pytest.param("announce", False, 1, id="announce-interrupted"),
        # Its parts are those above, and cut at every write there.
        pytest.param("ship", False, 3, id="ship-interrupted", marks=pytest.mark.slow),
        pytest.param("ship", True, 1, id="ship-killed", marks=pytest.mark.slow),
    ],
)
def test_cut_before_every_write(bench: Bench, command: str, every: int, *, hard: bool) -> None:
    for number in range(1, MOST_WRITES, every):
        with bench.world(command) as world:
            sent = world.sent
            first = bench.run(world, command, Cut(number, hard=hard))
            if first.exit == Exit.READY:
                CHECK[command](world)

                assert FEWEST_WRITES[command] <= len(bench.runner.writes) < number <= len(bench.runner.writes) + every

                return
            where = (number, bench.runner.writes[-1:])
            again = bench.run(world, command)

            assert again.exit == Exit.READY, (where, again)

            CHECK[command](world)

            assert world.sent - sent == (len(FILES) if command in {"publish", "ship"} else 0), where
    pytest.fail("the run never came to its end")


@pytest.mark.parametrize("hard", [False, True], ids=["interrupted", "killed"])
def test_cut_after_every_request(bench: Bench, *, hard: bool) -> None:
    """The server did what it was asked to, and whoever asked never learns it."""
    number = 0
    while number < MOST_WRITES:
        number += 1
        with bench.world("ship") as world:
            ends = SignalAfter(number, bench.runner, signal.SIGKILL if hard else signal.SIGINT)
            world.index.server.after = world.host.server.after = ends
            first = bench.run(world, "ship", Cut(hard=hard))
            if first.exit == Exit.READY:
                assert number == len(["probe", "draft", *FILES, "manifest", "receipt", "release"]) + 1

                return
            again = bench.run(world, "ship")

            assert again.exit == Exit.READY, (number, again)
            assert world.sent == len(FILES)

            world.check_released()


class SignalAfter:
    """Sends a signal to whoever runs, after its n-th request that writes was carried out."""

    def __init__(self, number: int, runner: Runner, sent: signal.Signals) -> None:
        self._left = number
        self._runner = runner
        self._signal = sent

    def __call__(self, request: Request, response: Response) -> Response:
        if request.method not in {"GET", "HEAD"}:
            self._left -= 1
            if self._left == 0:
                while not self._runner.pid:
                    time.sleep(0.001)
                os.kill(self._runner.pid, self._signal)
        return response


@pytest.mark.parametrize("seed", range(3))
def test_cut_again_and_again(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    with bench.world("ship") as world:
        runs = 0
        while True:
            runs += 1
            cut = Cut(chance.randint(1, 2 * FEWEST_WRITES["ship"]), hard=chance.random() < 0.5)
            if bench.run(world, "ship", cut).exit == Exit.READY:
                break

        assert runs < MOST_WRITES

        bench.run(world, "ship")
        world.check_released()

        assert world.sent == len(FILES)


def test_every_kind_of_write_is_seen(bench: Bench) -> None:
    """A count that misses a kind of write would pass over it in silence."""
    with bench.world("ship") as world:
        bench.run(world, "ship")
    kinds = {write.split(" ", 1)[0] for write in bench.runner.writes}

    assert {"open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "send"} <= kinds
    assert any("POST" in write for write in bench.runner.writes)
    assert any("PATCH" in write for write in bench.runner.writes)


@pytest.mark.slow
@pytest.mark.parametrize("part", [0.05, 0.4, 0.75, 0.9, 0.98])
def test_cut_a_real_build_and_a_real_proof(bench: Bench, part: float) -> None:
    with bench.world("ship") as world:
        bench.run(world, "ship", real=True)
        world.check_released()
    writes = len(bench.runner.writes)
    with bench.world("ship") as world:
        first = bench.run(world, "ship", Cut(round(part * writes)), real=True)
        again = bench.run(world, "ship", real=True)

        assert (first.exit, again.exit) == (Exit.INTERRUPTED, Exit.READY), bench.runner.writes[-1:]
        assert world.sent == len(FILES)

        world.check_released()
