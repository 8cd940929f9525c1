"""Tags and branches: what refers to which commit, here and on a remote."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain, count
from types import MappingProxyType

from tagship.adapters.git import questions
from tagship.adapters.git.command import Git
from tagship.domain.facts import Tag

HEADS, TAGS, REMOTES = questions.HEADS, questions.TAGS, questions.REMOTES
_PEELED = "^{}"
_NOTHING: Mapping[str, Tag] = MappingProxyType({})
_NO_OBJECTS: Mapping[str, str] = MappingProxyType({})


def _lines(listing: str) -> list[str]:
    """The lines as git ends them: a reference's name may hold what else passes for a line break."""
    return [line for line in listing.split("\n") if line]


def _moment(raw: str) -> datetime | None:
    """Git's `seconds +hhmm`, in its own zone; None for nothing."""
    seconds, _, zone = raw.partition(" ")
    if not seconds:
        return None
    sign = -1 if zone.startswith("-") else 1
    digits = zone.lstrip("+-").rjust(4, "0")
    offset = sign * timedelta(hours=int(digits[:-2]), minutes=int(digits[-2:]))
    return datetime.fromtimestamp(int(seconds), timezone(offset) if abs(offset) < timedelta(days=1) else UTC)


@dataclass(frozen=True, slots=True)
class References:
    """The names of every reference; `symbolic` maps one that stands for another to it.

    `tags` are those that lead to a commit, and `objects` what each name refers to, where they were asked for.
    """

    names: frozenset[str]
    symbolic: Mapping[str, str]
    tags: Mapping[str, Tag] = field(default_factory=lambda: _NOTHING)
    objects: Mapping[str, str] = field(default_factory=lambda: _NO_OBJECTS)

    @property
    def branches(self) -> tuple[str, ...]:
        """Local and remote-tracking branches by their short names, sorted."""
        return short_names(self.branch_refs)

    @property
    def branch_refs(self) -> tuple[str, ...]:
        """The same by their full names, sorted: a local branch may be called `origin/main` as well."""
        found = self.names - self.symbolic.keys()
        return tuple(sorted(ref for ref in found if ref.startswith((HEADS, REMOTES))))

    @property
    def free_branch(self) -> str:
        """A name for a new branch that none has here or on a remote; `a/b` keeps git from making an `a` as well."""
        here = {ref.removeprefix(HEADS) for ref in self.names if ref.startswith(HEADS)}
        there = {ref.removeprefix(REMOTES).partition("/")[2] for ref in self.names if ref.startswith(REMOTES)}
        taken = {name.partition("/")[0] for name in here} | there
        names = chain(("my-change",), (f"my-change-{number}" for number in count(2)))
        return next(name for name in names if name not in taken)


def references(git: Git, *conditions: str) -> References:
    """The names of references that meet conditions, such as a prefix or `--contains=COMMIT`."""
    listed = git(*questions.names_question(*conditions)).text
    return _named([line.split("\0") for line in _lines(listed)])


def references_with_tags(git: Git, peel: Callable[[str], str | None], *prefixes: str) -> References:
    """The references below prefixes, and what the tags among them are, in one listing.

    `peel` follows a tag of a tag, which git before 2.45 does not.
    """
    listed = git(*questions.tags_question(*prefixes)).text
    rows = [line.split("\0") for line in _lines(listed)]
    tags = {tag.name: tag for row in rows if row[0].startswith(TAGS) and (tag := _tag(row, peel)) is not None}
    return replace(_named(rows), tags=MappingProxyType(tags), objects={row[0]: row[2] for row in rows})


def _named(rows: Sequence[Sequence[str]]) -> References:
    return References(frozenset(row[0] for row in rows), {row[0]: row[1] for row in rows if row[1]})


def _tag(row: Sequence[str], peel: Callable[[str], str | None]) -> Tag | None:
    ref, _, name, kind, target, target_kind, made = row
    commit: str | None = {"commit": name, "tag": target}.get(kind)
    if kind == "tag" and target_kind != "commit":
        commit = peel(ref)
    moment = _moment(made)
    return Tag(ref.removeprefix(TAGS), commit, name, moment if kind == "tag" else None, moment) if commit else None


def short_names(refs: Iterable[str]) -> tuple[str, ...]:
    """Branches without what git puts before them: `main`, `origin/main`."""
    return tuple(
        sorted(ref.removeprefix(HEADS).removeprefix(REMOTES) for ref in refs if ref.startswith((HEADS, REMOTES)))
    )


@dataclass(frozen=True, slots=True)
class Advertised:
    """What a remote shows: its references by full name, what its tags lead to, and what its HEAD stands for."""

    objects: Mapping[str, str]
    peeled: Mapping[str, str]
    head: str | None

    @property
    def branches(self) -> Mapping[str, str]:
        """The tips of the remote's branches by their names."""
        return MappingProxyType(
            {ref.removeprefix(HEADS): name for ref, name in self.objects.items() if ref.startswith(HEADS)}
        )

    @property
    def tags(self) -> Mapping[str, Tag]:
        """The remote's tags; their times are in objects that were not fetched."""
        return MappingProxyType(
            {
                ref.removeprefix(TAGS): Tag(ref.removeprefix(TAGS), self.peeled.get(ref, name), name)
                for ref, name in self.objects.items()
                if ref.startswith(TAGS)
            }
        )


def advertised(listing: str) -> Advertised:
    """Read what `git ls-remote --symref` prints."""
    objects: dict[str, str] = {}
    peeled: dict[str, str] = {}
    head = None
    for line in _lines(listing):
        value, _, ref = line.partition("\t")
        if value.startswith("ref: ") and ref == "HEAD":
            head = value.removeprefix("ref: ")
        elif ref.endswith(_PEELED):
            peeled[ref.removesuffix(_PEELED)] = value
        else:
            objects[ref] = value
    return Advertised(objects, peeled, head)
