"""A pipe that is read ahead, but not without end."""

import os
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from tagship.adapters.process import run, stoppable
from tagship.adapters.pump import AHEAD, CHUNK, Pump
from tagship.errors import FactUnknown


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    source, target = os.pipe()
    yield source, target
    for end in (source, target):
        try:
            os.close(end)
        except OSError:  # a test closed it
            continue


def test_everything_comes_in_order_and_then_the_end(pipe: tuple[int, int]) -> None:
    with os.fdopen(os.dup(pipe[0]), "rb") as reader:
        pump = Pump(reader)
        os.write(pipe[1], b"one")
        assert pump.chunks.get(timeout=5) == b"one"
        os.write(pipe[1], b"two")
        assert pump.chunks.get(timeout=5) == b"two"
        os.close(pipe[1])
        assert pump.chunks.get(timeout=5) == b""


def test_who_writes_without_end_is_made_to_wait(pipe: tuple[int, int]) -> None:
    written = 0
    os.set_blocking(pipe[1], False)
    with os.fdopen(os.dup(pipe[0]), "rb") as reader:
        pump = Pump(reader)
        deadline = time.monotonic() + 1.0
        while time.monotonic() < deadline:
            try:
                written += os.write(pipe[1], bytes(CHUNK))
            except BlockingIOError:
                time.sleep(0.05)
        pump.give_up()

    assert 0 < written <= (AHEAD + 4) * CHUNK


def test_the_pump_outlives_the_file_that_it_was_given(pipe: tuple[int, int]) -> None:
    """The number of a file that was closed may be another file's a moment later."""
    with os.fdopen(os.dup(pipe[0]), "rb") as reader:
        pump = Pump(reader)

    os.write(pipe[1], b"late")
    assert pump.chunks.get(timeout=5) == b"late"
    pump.give_up()


def test_patience_is_counted_from_the_first_question(pipe: tuple[int, int]) -> None:
    with os.fdopen(os.dup(pipe[0]), "rb") as reader:
        pump = Pump(reader)
        assert 0.9 < pump.last_seconds(1.0) <= 1.0
        time.sleep(0.1)
        assert pump.last_seconds(1.0) <= 0.9
        pump.give_up()


@pytest.mark.parametrize("followed", [True, False])
def test_what_a_thread_runs_ends_when_whoever_began_the_thread_wants_it(*, followed: bool) -> None:
    """However deep below it is started, and whether or not its lines are followed."""
    stop, refused = threading.Event(), list[FactUnknown]()

    def work() -> None:
        with stoppable(stop), pytest.raises(FactUnknown, match="stopped") as caught:
            run(["sleep", "600"], timeout=600, on_line=print if followed else None)
        refused.append(caught.value)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.3)
    stop.set()
    thread.join(10)

    assert len(refused) == 1


def test_what_is_said_to_a_slow_program_is_said_once() -> None:
    code = "import sys, time; time.sleep(0.7); print(len(sys.stdin.read()))"

    done = run([sys.executable, "-c", code], stdin=b"x" * 300_000, timeout=60, stop=threading.Event())

    assert done.text.strip() == "300000"


def test_who_does_not_listen_is_not_waited_for() -> None:
    done = run([sys.executable, "-c", "print('deaf')"], stdin=b"x" * 3_000_000, timeout=60, stop=threading.Event())

    assert done.text.strip() == "deaf"
