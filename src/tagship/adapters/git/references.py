"""Tags and branches: what refers to which commit, here and on a remote."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

from tagship.adapters.git.command import Git
from tagship.domain.facts import Tag

HEADS, TAGS, REMOTES = "refs/heads/", "refs/tags/", "refs/remotes/"
_PEELED = "^{}"
_TAG_FORMAT = "%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)%00%(taggerdate:raw)"


def local_tags(git: Git, peel: Callable[[str], str | None]) -> Mapping[str, Tag]:
    """Every tag that leads to a commit; `peel` follows a tag of a tag, which git before 2.45 does not."""
    listed = git("for-each-ref", f"--format={_TAG_FORMAT}", TAGS).text
    tags: dict[str, Tag] = {}
    for line in _lines(listed):
        ref, name, kind, target, target_kind, made = line.split("\0")
        commit: str | None = {"commit": name, "tag": target}.get(kind)
        if kind == "tag" and target_kind != "commit":
            commit = peel(ref)
        if commit:
            tag = ref.removeprefix(TAGS)
            tags[tag] = Tag(tag, commit, name, _moment(made))
    return MappingProxyType(tags)


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
    """The names of every reference; `symbolic` maps one that stands for another to it."""

    names: frozenset[str]
    symbolic: Mapping[str, str]

    @property
    def branches(self) -> tuple[str, ...]:
        """Local and remote-tracking branches by their short names, sorted."""
        return short_names(self.names - self.symbolic.keys())


def references(git: Git, *conditions: str) -> References:
    """The references, or those that meet conditions such as `--contains=COMMIT`."""
    listed = git("for-each-ref", "--format=%(refname)%00%(symref)", *conditions).text
    pairs = [line.split("\0") for line in _lines(listed)]
    return References(frozenset(ref for ref, _ in pairs), {ref: target for ref, target in pairs if target})


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
