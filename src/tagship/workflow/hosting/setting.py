"""How one request that changes a host's settings is sent, and recorded so that it can be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tagship.domain.host_changes import ID, Json, Kept, Look, Planned, Record, SettingsHost
from tagship.errors import Incomplete, TagshipError


class Setter:
    """Sends what was shown and agreed to, one request at a time.

    Each is written down before it is sent, since an answer may get lost; `clock` says when.
    """

    def __init__(self, host: SettingsHost, record: Record, repository: str, clock: Callable[[], datetime]) -> None:
        self._host = host
        self._record = record
        self._repository = repository
        self._clock = clock

    def set(self, setting: str, planned: Planned) -> None:
        """Send one request; raises CredentialHalt, Refused, Conflict, or Incomplete where it was not carried out."""
        entry = Kept(setting, self._repository, planned, None, self._clock(), certain=False)
        before = self._record.entries()
        self._record.write((*before, entry))
        try:
            answer = self._host.send(planned.request)
        except Incomplete as lost:
            done = self._looked_for(entry, lost)
            if done is None:
                self._record.write(before)
                raise
        except TagshipError:
            self._record.write(before)
            raise
        else:
            done = exact(self._host, replace(entry, number=_number(planned, answer), certain=True))
        self._record.write((*before, done))

    def is_open(self, planned: Planned) -> bool:
        """Whether it is not seen yet what became of a request."""
        last = next(reversed(self._record.entries()), None)
        return last is not None and not last.certain and last.planned.request == planned.request

    def put_back(self) -> None:
        """Take back at once what was sent last; raises as `set` does, and FactUnknown where it is not seen."""
        *others, last = self._record.entries()
        try:
            self._host.send(last.undo)
        except Incomplete:
            first, *_ = last.looks
            if not first.differing(self._host.look(first.path)):
                raise
        self._record.write(others)

    def _looked_for(self, entry: Kept, lost: Incomplete) -> Kept | None:
        """What became of a request whose answer got lost: the host may have carried it out all the same.

        Where the host does not show that either, the entry stays as it is, and the error says so.
        """
        try:
            return settled(self._host, entry)
        except TagshipError:
            raise lost.with_more("whether it was carried out is not seen yet") from lost


def _number(planned: Planned, answer: Json) -> int | None:
    """The number of what was made, where its undoing needs one."""
    number = answer.get("id") if isinstance(answer, dict) and ID in planned.undo.path else None
    return number if isinstance(number, int) else None


def exact(host: SettingsHost, entry: Kept) -> Kept:
    """The same entry with what the host shows now in place of what was wished for: it may add to that."""
    try:
        looks = tuple(_refreshed(host, look) for look in entry.looks)
    except TagshipError:
        return entry  # what was wished for tells enough
    return replace(entry, planned=replace(entry.planned, looks=looks))


def _refreshed(host: SettingsHost, look: Look) -> Look:
    answer = host.look(look.path)
    # What is to be empty when it is taken back is no matter of what it holds now.
    return look if answer is None or "total_count" in look.values else look.refreshed(answer)


def settled(host: SettingsHost, entry: Kept) -> Kept | None:
    """What became of a request whose answer never came: carried out, or None; raises what keeps it from being seen."""
    number = None if entry.planned.find is None else host.numbered(entry.planned.find)
    if number is None and entry.planned.find is not None:
        return None
    known = replace(entry, number=number, certain=True)
    first, *_ = known.looks
    answer = host.look(first.path)
    if first.is_of_nothing:
        return known if answer is None else None
    # What is wished for as None is what only the host's own answer tells.
    first = Look(first.path, {name: value for name, value in first.values.items() if value is not None})
    return exact(host, known) if answer is not None and not first.differing(answer) else None
