"""What was set on the host from this clone is taken back, where it is still as it was left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from tagship.domain.host_changes import Kept, Record, Request, SettingsHost
from tagship.domain.plan import Done, Effect, State, Stopped, Todo
from tagship.errors import Conflict, Edit, FactUnknown, Incomplete, TagshipError
from tagship.workflow.hosting.place import HostingPlace
from tagship.workflow.hosting.setting import settled


class Fate(Enum):
    """What has become of something that was set."""

    AS_LEFT = "as it was left"
    GONE = "gone already"
    CHANGED = "changed since"
    ELSEWHERE = "of another repository"


@dataclass(frozen=True, slots=True)
class Found:
    """One entry of the record, and how the host shows it; `told` is what differs."""

    entry: Kept
    fate: Fate
    told: str = ""


class TakeBack:
    """Undo what doctor set, the last first, and nothing that somebody has changed since."""

    name: ClassVar = "take-back"
    effect: ClassVar = Effect.SHARED

    def __init__(self, host: SettingsHost, record: Record, repository: str) -> None:
        self._host = host
        self._record = record
        self._repository = repository
        self.shown: tuple[Request, ...] = ()

    def describe(self) -> str:
        """What is undone."""
        return "take back what doctor set from this clone, as far as it is as it was left"

    def probe(self) -> State:
        """What is left of it; reads. Without rights nothing is said to be gone, for much is hidden then."""
        if self._record.entries() and not self._host.repository().administered:
            remedy = Edit("set GH_TOKEN to a token of an administrator with the permission administration=write")
            told = f"whoever asks does not administer {self._repository}, so that nothing can be taken back"
            return Stopped(FactUnknown(told, remedy=remedy))
        left = [each for each in self.found() if each.fate is Fate.AS_LEFT]
        self.shown = tuple(each.entry.undo for each in left)
        if left:
            return Todo("; ".join(map(str, self.shown)))
        others = [_told(each) for each in self.found() if each.fate is not Fate.GONE]
        return Done("; ".join(others) or "nothing is left of what doctor set from this clone")

    def apply(self) -> None:
        """Take back each that was shown, looking once more; raises Incomplete half-way, the rest kept in the record."""
        kept: list[Kept] = []
        entries = list(self._record.entries())
        while entries:
            found = self._found(entries[-1], whole=True)
            if found.fate is Fate.AS_LEFT and found.entry.undo in self.shown:
                self._send(found.entry, entries, kept)
            elif found.fate is not Fate.GONE:
                kept.insert(0, entries[-1])
            entries.pop()
            self._record.write((*entries, *kept))

    def _send(self, entry: Kept, entries: Sequence[Kept], kept: Sequence[Kept]) -> None:
        try:
            self._host.send(entry.undo)
        except TagshipError as error:
            left = ", ".join(dict.fromkeys(each.setting for each in (*entries, *kept)))
            told = f"not taken back: {left}"
            if any(look.is_of_nothing for look in entry.looks):
                told += "; what doctor set is gone, and nothing protects in its place at this moment"
            raise error.with_more(
                f"{told}; the same command goes on" if isinstance(error, Incomplete) else told
            ) from error

    def found(self) -> tuple[Found, ...]:
        """How the host shows each entry, the last first."""
        return tuple(self._all())

    def _all(self) -> Iterator[Found]:
        inside: list[str] = []
        for entry in reversed(self._record.entries()):
            # What is about to be taken out of it is no reason to leave it.
            emptied = any(path.startswith(f"{entry.undo.path}/") for path in inside)
            found = self._found(entry, whole=not emptied, leaving=inside)
            if found.fate is Fate.AS_LEFT:
                inside.append(found.entry.undo.path)
            yield found

    def _found(self, entry: Kept, *, whole: bool, leaving: Sequence[str] = ()) -> Found:
        """How the host shows one; the `whole` of it only once what was set inside has been taken out.

        What is at a path of `leaving` is about to be taken out, and in nobody's way.
        """
        if entry.repository.lower() != self._repository.lower():
            return Found(entry, Fate.ELSEWHERE, entry.repository)
        if not entry.certain:
            known = settled(self._host, entry)
            if known is None:
                return Found(entry, Fate.GONE)
            entry = known
        for look in entry.looks if whole else entry.looks[:1]:
            if look.is_of_nothing and look.path in leaving:
                continue
            answer = self._host.look(look.path)
            if answer is None and not look.is_of_nothing:
                return Found(entry, Fate.GONE)
            differing = look.differing(answer)
            if differing:
                return Found(entry, Fate.CHANGED, ", ".join(differing))
        return Found(entry, Fate.AS_LEFT)

    @property
    def left_alone(self) -> Conflict | None:
        """What is not taken back because somebody has changed it since; None where there is nothing of the kind."""
        changed = [each for each in self.found() if each.fate is Fate.CHANGED]
        if not changed:
            return None
        return Conflict(
            f"not taken back, because it was changed since: {'; '.join(map(_told, changed))}",
            remedy=Edit("undo it on the host's own pages, or set it back to what doctor left and run this again"),
        )


def _told(found: Found) -> str:
    return f"{found.entry.setting} is {found.fate.value}" + (f" ({found.told})" if found.told else "")


def taking_back(place: HostingPlace) -> TakeBack:
    """The step for one clone; raises UsageError where there is no host."""
    return TakeBack(place.settings(), place.record, place.hosting.wanted.remote)
