"""Signals that come while a child is started are held back, and end it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tagship.adapters.begun import Begun
from tagship.adapters.process import Conversation, follow, run
from tagship.adapters.signals import HeldSignals, swallowed_interrupts_return, termination_interrupts

SLEEPS = (sys.executable, "-c", "import time; time.sleep(600)")
STARTS: dict[str, Callable[[Path], object]] = {
    "run": lambda place: run(SLEEPS, cwd=place, timeout=60),
    "follow": lambda place: follow(SLEEPS, cwd=place, env=os.environ, timeout=60, on_line=print),
    "a conversation": lambda place: Conversation(SLEEPS, cwd=place, env=os.environ),
    "a program to be asked later": lambda place: Begun(SLEEPS, cwd=place, env=os.environ),
}


def test_what_comes_within_comes_at_the_end() -> None:
    before = signal.getsignal(signal.SIGINT)
    with HeldSignals() as held:
        os.kill(os.getpid(), signal.SIGINT)
        within = signal.getsignal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            held.release()

    assert within != before
    assert signal.getsignal(signal.SIGINT) == before


def test_what_was_released_is_not_held_any_more() -> None:
    with HeldSignals() as held:
        held.release()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_no_signal_interrupts_another_thread() -> None:
    handlers: list[object] = []

    def look() -> None:
        with HeldSignals(), termination_interrupts():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert handlers == [signal.getsignal(signal.SIGINT)]


class Discarded:
    """Something that does a thing when it is thrown away."""

    def __init__(self, last: Callable[[], object]) -> None:
        self.last = last

    def __del__(self) -> None:
        self.last()


def test_an_interrupt_that_nobody_got_comes_again(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C while a temporary directory was tidied up: a traceback was shown, and the release went on."""
    hook = sys.unraisablehook
    discarded = [Discarded(lambda: os.kill(os.getpid(), signal.SIGINT))]

    with pytest.raises(KeyboardInterrupt), swallowed_interrupts_return():  # noqa: PT012 -- two moments
        discarded.clear()
        time.sleep(30)

    assert sys.unraisablehook is hook
    assert capsys.readouterr().err == ""


def test_what_else_goes_wrong_there_is_told_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: told.append(what.exc_type))
    discarded = [Discarded(lambda: 1 // 0)]

    with swallowed_interrupts_return():
        discarded.clear()

    assert told == [ZeroDivisionError]


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_a_signal_in_the_middle_of_starting_a_child_ends_it(
    start: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python forks, the signal arrives, and only then is there anything by which the child could be ended."""
    children: list[subprocess.Popen[bytes]] = []
    begin: Callable[..., None] = subprocess.Popen.__init__

    def interrupted(child: "subprocess.Popen[bytes]", *words: object, **options: object) -> None:
        begin(child, *words, **options)
        children.append(child)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(subprocess.Popen, "__init__", interrupted)

    with pytest.raises(KeyboardInterrupt):
        start(tmp_path)

    (child,) = children
    assert child.wait(10) == -signal.SIGTERM
