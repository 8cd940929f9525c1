"""What cannot be taken back is shown and asked for once; nobody is asked where nobody is."""

import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest

from repositories import Repo
from ship.commands import SECONDS, Commands, after, ship_to, to, token_of
from ship.project import FILES
from ship.scene import Scene, listing
from tagship.errors import Exit
from tagship.rehearsal.index import StandInIndex

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
QUESTION = "Go on? [y/N] "
COLUMNS = 80
# So that Ctrl-C becomes a signal.
TAKE_THE_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)"


class Typist:
    """Somebody at a terminal of 80 columns: reads what is there, waits for the question, types."""

    def __init__(self, commands: Commands, *words: str, **variables: str) -> None:
        self._here, there = pty.openpty()
        fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            after(TAKE_THE_TERMINAL, commands.argv(*words)),
            env=commands.environ(TERM="xterm-256color", **variables),
            stdin=there,
            stdout=there,
            stderr=there,
            start_new_session=True,
        )
        os.close(there)
        self.seen = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._here)

    def read_until(self, condition: Callable[[str], bool]) -> str:
        """What was shown up to the moment when the condition holds, or the end."""
        deadline = time.monotonic() + SECONDS
        while not condition(self.seen):
            assert time.monotonic() < deadline, self.seen
            try:
                got = os.read(self._here, 65536)
            except OSError:  # the other side is closed
                break
            if not got:
                break
            self.seen += got.decode("utf-8", "replace").replace("\r\n", "\n")
        return self.seen

    def is_quiet(self, seconds: float) -> bool:
        """Whether nothing more is shown for a while."""
        return not select.select([self._here], [], [], seconds)[0]

    def type(self, text: str) -> None:
        os.write(self._here, text.encode())

    def end(self) -> int:
        """The exit code, after everything was read."""
        self.read_until(lambda _: False)
        return self.process.wait(SECONDS)


def ask(commands: Commands, index: StandInIndex) -> Typist:
    words = ("ship", *to(index.endpoints), "--auth", "token", "--host", "none")
    return Typist(commands, *words, **token_of(index))


@pytest.mark.slow
def test_the_question_stands_alone(commands: Commands, index: StandInIndex) -> None:
    """Nothing moves while it is asked, and the cursor is where the answer goes."""
    with ask(commands, index) as person:
        shown = person.read_until(lambda seen: QUESTION in seen)

        assert person.is_quiet(0.6)
        assert shown.endswith(QUESTION)
        assert shown.rfind(SHOW_CURSOR) > shown.rfind(HIDE_CURSOR)

        person.type("n\n")
        code = person.end()

    # A carriage return begins a line anew: what a spinner showed there is gone.
    lines = [line.rpartition("\r")[2] for line in ESCAPE.sub("", shown).split("\n")]
    asked = "\n".join(lines)

    assert code == Exit.INTERRUPTED
    assert "(cannot be undone)" in asked.replace("\n           ", " ")
    assert asked.count("gate") == 1
    assert max(map(len, lines)) <= COLUMNS
    assert "not confirmed" in person.seen
    assert "Traceback" not in person.seen


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["n\n", "\n", "no\n", "yikes\n", "\x04", "\x03"])
def test_anything_but_yes_does_nothing(project: Repo, commands: Commands, index: StandInIndex, answer: str) -> None:
    before = listing(project.path)
    with ask(commands, index) as person:
        person.read_until(lambda seen: QUESTION in seen)
        person.type(answer)
        code = person.end()

    assert code == Exit.INTERRUPTED
    assert "Traceback" not in person.seen
    assert person.seen.rfind(SHOW_CURSOR) > person.seen.rfind(HIDE_CURSOR)
    assert listing(project.path) == before
    assert not any(each.method == "POST" and each.status == 200 for each in index.log)


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["y\n", "YES\n"])
def test_yes_goes_on(project: Repo, commands: Commands, index: StandInIndex, answer: str) -> None:
    with ask(commands, index) as person:
        person.read_until(lambda seen: QUESTION in seen)
        person.type(answer)
        code = person.end()
    shown = ESCAPE.sub("", person.seen)

    assert code == Exit.READY
    assert person.seen.rfind(SHOW_CURSOR) > person.seen.rfind(HIDE_CURSOR)
    assert shown.count(QUESTION) == 1
    assert {path.name for path in (project.path / "dist").iterdir()} == FILES
    for stage in ("gate", "credential", "build", "validate", "upload", "prove"):
        assert len(re.findall(rf"✓ {stage} +done ", shown)) == 1, shown


@pytest.mark.slow
def test_a_release_that_is_complete_asks_nothing(commands: Commands, index: StandInIndex) -> None:
    commands.run(*ship_to(index.endpoints), variables=token_of(index)).check(Exit.READY)
    with ask(commands, index) as person:
        code = person.end()

    assert code == Exit.READY
    assert QUESTION not in person.seen


@pytest.mark.slow
@pytest.mark.parametrize("command", ["ship", "publish"])
def test_without_a_terminal_yes_must_be_said(
    project: Repo, commands: Commands, index: StandInIndex, command: str
) -> None:
    if command == "publish":
        commands.run("build").check(Exit.READY)
    before = listing(project.path)
    said = commands.run(command, *to(index.endpoints), "--auth", "token", "--json", variables=token_of(index))

    assert said.check(Exit.USAGE).document["kind"] == "usage-error"
    assert "--yes" in str(said.document["remedy"])
    assert listing(project.path) == before
    assert not any(each.method == "POST" and each.status == 200 for each in index.log)


STAGES = ["gate", "credential", "build", "validate", "draft", "upload", "prove", "release"]


@pytest.mark.parametrize(
    ("finished", "states"),
    [
        ((), "done done todo todo todo todo todo todo"),
        (("build",), "done done done done todo todo todo todo"),
        (("ship",), "done done done done done done todo done"),
    ],
)
def test_a_plan_writes_nothing(world: Scene, finished: tuple[str, ...], states: str) -> None:
    for command in finished:
        world.run(command)
    before = everything(world)
    outcome = world.run(plan=True, format="json")
    steps = json.loads(outcome.stdout)["steps"]

    assert outcome.exit == Exit.READY
    assert [step["name"] for step in steps] == STAGES
    assert [step["state"] for step in steps] == states.split()
    assert everything(world) == before


def test_a_plan_shows_a_conflict_and_says_so(world: Scene) -> None:
    (world.dist / "stranger").mkdir(parents=True)
    before = everything(world)
    outcome = world.run(plan=True, format="json")
    states = {step["name"]: step["state"] for step in json.loads(outcome.stdout)["steps"]}

    assert outcome.exit == Exit.CONFLICT
    assert states["build"] == "conflict"
    assert states["gate"] == "done"
    assert everything(world) == before


def everything(world: Scene) -> object:
    """All that a release could change: every file with its content, every file and release elsewhere."""
    files = {
        str(path): path.read_bytes()
        for folder in (world.directory, world.index.store.directory)
        for path in Path(folder).rglob("*")
        if path.is_file()
    }
    releases = [(release.tag, release.draft, len(release.assets)) for release in world.host.releases]
    return files, listing(world.directory), world.served, releases
