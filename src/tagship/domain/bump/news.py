"""How much news raises a version, by what the kind of it is called."""

import re
from collections.abc import Sequence
from typing import Final

from tagship.domain.branch import Bump

_BREAKING: Final = re.compile(r"break|remov|incompat|major", re.IGNORECASE)
_GROWING: Final = re.compile(r"feat|add|new|enhanc|improve|deprecat|change|minor|significant", re.IGNORECASE)
_PATCHING: Final = re.compile(r"fix|doc|misc|internal|trivial|packag|contrib|vendor|process|patch", re.IGNORECASE)
_FIXING: Final = re.compile(r"bug|fix|patch", re.IGNORECASE)


def bump_of(kind: str) -> Bump:
    """How much news of a kind raises the version, by the kind's name."""
    if _BREAKING.search(kind):
        return Bump.MAJOR
    return Bump.MINOR if _GROWING.search(kind) and not _PATCHING.search(kind) else Bump.PATCH


def mildest(kinds: Sequence[str]) -> str:
    """The kind of news that asks for the smallest step, a fix where there is one; the first of several."""
    return min(kinds, key=lambda kind: (bump_of(kind).weight, not _FIXING.search(kind), not _PATCHING.search(kind)))
