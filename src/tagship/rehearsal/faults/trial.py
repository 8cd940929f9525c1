"""One fault, from its arrangement to the resumed run: how it ended, and whether that is how it should."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from tagship.domain.plan import StageResult
from tagship.domain.trial import Trial
from tagship.errors import Exit
from tagship.rehearsal.faults.fault import Ending, Fault, ship
from tagship.rehearsal.faults.kit import Kit
from tagship.workflow.stages import Onlooker

Watch = Callable[[], AbstractContextManager[Onlooker]]
BLAMES_CREDENTIAL = re.compile(r"\b(?:token|credential|password)s?\b", re.IGNORECASE)


class Nobody:
    """An onlooker who does not look."""

    def stage_started(self, name: str, does: str) -> None:
        """Do not look."""

    def stage_put_off(self, name: str) -> None:
        """Do not look."""

    def stage_finished(self, result: StageResult) -> None:
        """Do not look."""

    def transfer(self, label: str, done: int, total: int) -> None:
        """Do not look."""

    def note(self, text: str) -> None:
        """Do not look."""


def try_out(kit: Kit, fault: Fault, watch: Watch, on_ending: Callable[[Ending], None] = lambda _: None) -> Trial:
    """Break a world of its own, ship in it, and ship again with the fault gone where it is one to resume.

    `watch` gives each of the runs an onlooker; `on_ending` hears how each ended.
    """
    started = time.monotonic()
    with kit.scene(fault) as scene:
        fault.arrange(scene)
        with watch() as onlooker:
            ending = fault.perform(scene, onlooker)
        if ending.exit == Exit.READY:
            ending = Ending(ending.exit, None, None, fault.witness(scene) or ending.explanation)
        on_ending(ending)
        days_left = scene.days_left()
        again = None
        if fault.resumable:
            scene.mend()
            fault.mend(scene)
            with watch() as onlooker:
                again = ship(scene, onlooker)
            on_ending(again)
    return Trial(
        name=fault.name,
        does=fault.does,
        stage=ending.stage,
        exit=int(ending.exit),
        expected=int(fault.exit),
        explanation=ending.explanation,
        resumed=None if again is None else again.exit == Exit.READY,
        days_left=days_left,
        seconds=time.monotonic() - started,
        surprises=tuple(_surprises(fault, ending, again)),
    )


def _surprises(fault: Fault, ending: Ending, again: Ending | None) -> Iterator[str]:
    if ending.exit != fault.exit:
        yield f"it ended with {int(ending.exit)}, and {int(fault.exit)} is documented"
    if ending.stage != fault.stage:
        yield f"it stopped at {ending.stage or 'nothing'}, and {fault.stage or 'nothing'} is documented"
    if re.search(fault.says, ending.explanation, re.IGNORECASE | re.DOTALL) is None:
        yield "the explanation does not name the cause"
    if fault.exit != Exit.CREDENTIAL and BLAMES_CREDENTIAL.search(_advice(ending)):
        yield "the credential is blamed, and authentication did not fail"
    if again is not None and again.exit != Exit.READY:
        yield f"the second run ended with {int(again.exit)}: {again.explanation}"


def _advice(ending: Ending) -> str:
    """All that a person is told."""
    remedy = None if ending.error is None else ending.error.remedy
    return f"{ending.explanation} {remedy or ''}"
