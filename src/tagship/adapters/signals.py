"""The signals that ask us to end: made to interrupt, and held back while a child is started."""

import _thread
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, NoReturn, Self, TypeAlias

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_Handler: TypeAlias = Callable[[int, FrameType | None], object]

_ENDING = ("SIGTERM", "SIGHUP")
_SOON = 0.05
"""Seconds until a signal that was swallowed comes again: what was being thrown away is gone by then."""


@contextlib.contextmanager
def termination_interrupts() -> Iterator[None]:
    """Within, a SIGTERM or SIGHUP that nobody handles is a KeyboardInterrupt, so that what was begun is tidied up.

    Outside the main thread, where Python lets nobody handle signals, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in _numbers(_ENDING) if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def swallowed_interrupts_return() -> Iterator[None]:
    """Within, a KeyboardInterrupt comes again that Python could raise to nobody.

    One that arrives while an object is thrown away is shown as a traceback and forgotten, and a release would go on.
    """
    before = sys.unraisablehook
    timers: list[threading.Timer] = []

    def lost(what: "UnraisableHookArgs") -> None:
        if what.exc_type is not KeyboardInterrupt:
            before(what)
            return
        timers.append(threading.Timer(_SOON, _interrupt_main))
        timers[-1].daemon = True
        timers[-1].start()

    sys.unraisablehook = lost
    try:
        yield
    finally:
        sys.unraisablehook = before
        for timer in timers:
            timer.cancel()


class HeldSignals(contextlib.AbstractContextManager["HeldSignals"]):
    """Within, a signal that would end us is only remembered; it comes at `release`, or else at the end.

    Who starts a child must have it in hand before anything interrupts: a signal that arrives while Python forks would
    otherwise leave a child that nobody ends. A handler holds back, and no mask, which the child would inherit. Outside
    the main thread, which no signal interrupts, nothing changes.
    """

    def __init__(self) -> None:
        self._before: dict[int, _Handler] = {}
        self._come: list[int] = []

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            try:
                self._hold()
            except BaseException:
                self.release()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Put the handlers back; the first signal that came meanwhile comes now, and raises what its handler raises."""
        while self._before:
            number, handler = next(iter(self._before.items()))
            signal.signal(number, handler)
            del self._before[number]
        come, self._come = self._come, []
        if come:
            signal.raise_signal(come[0])

    def _hold(self) -> None:
        for number in _numbers(("SIGINT", *_ENDING)):
            handler = signal.getsignal(number)
            if callable(handler):
                self._before[number] = handler
                signal.signal(number, self._remember)

    def _remember(self, number: int, _frame: FrameType | None) -> None:
        self._come.append(number)


def _numbers(names: tuple[str, ...]) -> Iterator[signal.Signals]:
    """The signals of these names that the system has."""
    return (number for name in names if (number := getattr(signal, name, None)) is not None)


def _interrupt_main() -> None:
    """A SIGINT for the main thread, which ends its waiting as well where the system can do that."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:  # pragma: no cover -- Windows
        _thread.interrupt_main()


def _interrupt(number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt(f"asked to end by {signal.Signals(number).name}")
