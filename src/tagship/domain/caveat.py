"""What an index writes into its tokens: for which projects, from when, until when, for whom.

The forms are those of the public index's server as of 2026, the older dictionaries included. A caveat that is none of
them makes the index refuse the token.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_EXPIRATION, _PROJECT_NAMES, _, _, _PUBLISHER = range(5)


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when, in seconds since 1970; the last second is no part."""

    not_before: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class ProjectNames:
    """The normalised names of the projects that may be uploaded to."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectIds:
    """The projects by numbers that only the index can read."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UserOnly:
    """One user, by a number that only the index can read."""

    user: str


@dataclass(frozen=True, slots=True)
class PublisherOnly:
    """One trusted publisher, by a number that only the index can read."""

    publisher: str


@dataclass(frozen=True, slots=True)
class WholeAccount:
    """Everything that the user may do, said outright."""


@dataclass(frozen=True, slots=True)
class Unrecognized:
    """A caveat that no index of today writes; the token is refused for it."""


Caveat = Validity | ProjectNames | ProjectIds | UserOnly | PublisherOnly | WholeAccount | Unrecognized


def read_caveat(raw: bytes) -> Caveat:
    """One caveat; whatever cannot be read is Unrecognized, nothing is raised."""
    try:
        content: object = json.loads(raw)
    except (ValueError, RecursionError):
        return Unrecognized()
    match content:
        case [*listed] if not _booleans_in(listed):
            return _listed(listed)
        case {} if not _booleans_in(content.values()):
            return _named(content)
        case _:
            return Unrecognized()


def _booleans_in(values: Iterable[object]) -> bool:
    """Whether truth values stand where Python would take them for the numbers 0 and 1, and an index does not."""
    return any(isinstance(value, bool) for value in values)


def _listed(content: list[object]) -> Caveat:
    match content:
        case [0, int(expires_at), int(not_before)]:
            return Validity(not_before, expires_at)
        case [1, [*names]] if (texts := _texts(names)) is not None:
            return ProjectNames(texts)
        case [2, [*ids]] if (texts := _texts(ids)) is not None:
            return ProjectIds(texts)
        case [3, str(user)]:
            return UserOnly(user)
        case [4, str(publisher), *_]:
            return PublisherOnly(publisher)
        case _:
            return Unrecognized()


def _named(content: object) -> Caveat:
    match content:
        case {"version": 1, "permissions": "user"}:
            return WholeAccount()
        case {"version": 1, "permissions": {"projects": [*names]}} if (texts := _texts(names)) is not None:
            return ProjectNames(texts)
        case {"nbf": int(not_before), "exp": int(expires_at)}:
            return Validity(not_before, expires_at)
        case {"project_ids": [*ids]} if (texts := _texts(ids)) is not None:
            return ProjectIds(texts)
        case _:
            return Unrecognized()


def _texts(values: list[object]) -> tuple[str, ...] | None:
    texts = tuple(value for value in values if isinstance(value, str))
    return texts if len(texts) == len(values) else None


def validity_caveat(*, not_before: int, expires_at: int) -> bytes:
    """Good from one second (since 1970) until before another; the index wants the end first."""
    return json.dumps([_EXPIRATION, expires_at, not_before]).encode()


def projects_caveat(names: Iterable[str]) -> bytes:
    """Good for projects of these normalised names, whether they exist yet or not."""
    return json.dumps([_PROJECT_NAMES, list(names)]).encode()


def publisher_caveat(publisher: str, claims: dict[str, str]) -> bytes:
    """Good in the hands of one trusted publisher, by number, that presented these claims."""
    return json.dumps([_PUBLISHER, publisher, claims]).encode()


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What can be read off a token without asking anybody.

    The index also checks what it keeps to itself, so that a scope which cannot be seen here is unknown, and no proof
    of a token for the whole account.
    """

    location: str
    caveats: tuple[Caveat, ...] = ()

    @property
    def projects(self) -> frozenset[str] | None:
        """The projects that every caveat about names allows; None where none speaks of names."""
        named = [frozenset(each.names) for each in self.caveats if isinstance(each, ProjectNames)]
        return frozenset.intersection(*named) if named else None

    @property
    def narrow(self) -> bool | None:
        """Whether it is bound to projects or a publisher; None where nothing of the kind can be seen."""
        if any(isinstance(each, ProjectNames | ProjectIds | PublisherOnly) for each in self.caveats):
            return True
        return False if WholeAccount() in self.caveats or any(_is_user(each) for each in self.caveats) else None

    @property
    def expires_at(self) -> datetime | None:
        """The earliest end; None where it has none."""
        ends = [each.expires_at for each in self.caveats if isinstance(each, Validity)]
        return _moment(min(ends)) if ends else None

    @property
    def not_before(self) -> datetime | None:
        """The latest beginning; None where it has none."""
        starts = [each.not_before for each in self.caveats if isinstance(each, Validity)]
        return _moment(max(starts)) if starts else None

    @property
    def recognized(self) -> bool:
        """Whether the index would read every caveat."""
        return Unrecognized() not in self.caveats


def _is_user(caveat: Caveat) -> bool:
    return isinstance(caveat, UserOnly)


_EARLIEST, _LATEST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def _moment(seconds: int) -> datetime:
    """A moment; what no calendar holds is its first or last day."""
    if not _EARLIEST.timestamp() <= seconds <= _LATEST.timestamp():
        return _EARLIEST if seconds < 0 else _LATEST
    return datetime.fromtimestamp(seconds, UTC)
