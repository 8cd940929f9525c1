"""Ctrl-C and a job that is cancelled, in every stage; two runs at once."""

import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ship.commands import Commands, end, is_running, ship_to, to, token_of, wait_for
from ship.project import FILES, WAIT
from tagship.errors import Exit
from tagship.rehearsal.index import StandInIndex
from tagship.rehearsal.wire import Request, Response

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes"),
]
SIGNALS = [signal.SIGINT, signal.SIGTERM]


class Holding:
    """Holds the first request of a kind until it is let go."""

    def __init__(self, meant: Callable[[Request], bool]) -> None:
        self._meant = meant
        self.holds = threading.Event()
        self.lets_go = threading.Event()

    def __call__(self, request: Request) -> Response | None:
        if self._meant(request) and not self.holds.is_set():
            self.holds.set()
            self.lets_go.wait(60)
        return None


HELD: dict[str, Callable[[Request], bool]] = {
    "gate": lambda request: request.method == "GET",
    "credential": lambda request: request.method == "POST",
    "upload": lambda request: request.header("Content-Type").startswith("multipart/"),
    "prove": lambda request: request.path.startswith("/packages/"),
    "installing": lambda request: request.header("User-Agent").startswith("uv/"),
}


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("stage", list(HELD))
def test_a_signal_while_a_server_takes_its_time(
    commands: Commands, index: StandInIndex, stage: str, number: signal.Signals
) -> None:
    holding = Holding(HELD[stage])
    index.server.before = holding
    with commands.started(*ship_to(index.endpoints), variables=token_of(index)) as process:
        wait_for(holding.holds.is_set, process)
        said = end(process, number)
        holding.lets_go.set()

    check_interrupted(commands, index, said.check(Exit.INTERRUPTED).stderr)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_a_backend_works(
    commands: Commands, index: StandInIndex, tmp_path: Path, number: signal.Signals
) -> None:
    marker = tmp_path / "at work"
    with commands.started(*ship_to(index.endpoints), variables=token_of(index) | {WAIT: str(marker)}) as process:
        wait_for(lambda: marker.exists() and len(marker.read_text().split()) == 2, process)
        said = end(process, number)

    assert not any(is_running(int(pid)) for pid in marker.read_text().split())
    assert not (commands.project / "dist").exists()

    check_interrupted(commands, index, said.check(Exit.INTERRUPTED).stderr)


def check_interrupted(commands: Commands, index: StandInIndex, told: str) -> None:
    """It was told in words, nothing unfinished was left, and the second run brings it to its end."""
    assert "goes on from where the world stands" in told
    assert list(commands.temporary.iterdir()) == []
    assert not [path for path in commands.project.iterdir() if path.name.startswith(".tagship")]

    commands.run(*ship_to(index.endpoints), variables=token_of(index)).check(Exit.READY)

    assert {path.name for path in (commands.project / "dist").iterdir()} == FILES
    assert list(commands.temporary.iterdir()) == []
    assert sum(each.method == "POST" and each.status == 200 for each in index.log) == len(FILES)


def test_a_signal_in_json_mode_leaves_a_document(commands: Commands, index: StandInIndex) -> None:
    holding = Holding(HELD["gate"])
    index.server.before = holding
    with commands.started(*ship_to(index.endpoints, "--json"), variables=token_of(index)) as process:
        wait_for(holding.holds.is_set, process)
        said = end(process, signal.SIGINT)
        holding.lets_go.set()

    assert said.check(Exit.INTERRUPTED).document["kind"] == "interrupted"


def test_the_second_of_two_runs_says_so_and_harms_nothing(commands: Commands, index: StandInIndex) -> None:
    holding = Holding(HELD["upload"])
    index.server.before = holding
    with commands.started(*ship_to(index.endpoints), variables=token_of(index)) as first:
        wait_for(holding.holds.is_set, first)
        second = commands.run(*ship_to(index.endpoints, "--json"), variables=token_of(index))
        looking = commands.run("ship", "--plan", *to(index.endpoints), "--auth", "token", variables=token_of(index))
        holding.lets_go.set()
        _, told = first.communicate(timeout=60)

    assert first.returncode == Exit.READY, told
    assert second.check(Exit.INCOMPLETE).document["kind"] == "incomplete"
    assert "another tagship is at work" in json.loads(second.stdout)["message"]
    assert "todo" in looking.check(Exit.READY).stdout


def test_a_killed_run_does_not_lock_others_out(commands: Commands, index: StandInIndex, tmp_path: Path) -> None:
    marker = tmp_path / "at work"
    with commands.started(*ship_to(index.endpoints), variables=token_of(index) | {WAIT: str(marker)}) as process:
        wait_for(lambda: marker.exists() and len(marker.read_text().split()) == 2, process)
        end(process, signal.SIGKILL)
    os.killpg(os.getpgid(int(marker.read_text().split()[0])), signal.SIGKILL)

    assert [path for path in commands.project.iterdir() if path.name.startswith(".tagship")]

    commands.run(*ship_to(index.endpoints), variables=token_of(index)).check(Exit.READY)

    assert not [path for path in commands.project.iterdir() if path.name.startswith(".tagship")]
