"""What a project decided about its releases; everything has a working default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from types import MappingProxyType

from tagship.domain.endpoints import PYPI, Endpoints
from tagship.domain.version import TagTemplate


class Auth(Enum):
    """The two ways of authenticating; there is no falling back from one to the other."""

    TRUSTED = "trusted"
    TOKEN = "token"  # noqa: S105 -- the word, not one


@dataclass(frozen=True, slots=True)
class Waiver:
    """A check that may fail until a day, and why."""

    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Config:
    """`[tool.tagship]`, read and checked; None means: find it out.

    `release_lines` are branch names or shell-style patterns (`release/*`). `source` is the file that it
    was read from, or None where the project says nothing.
    """

    source: str | None = None
    branch: str | None = None
    release_lines: tuple[str, ...] = ()
    tag: TagTemplate | None = None
    changelog: str | None = None
    version_files: tuple[str, ...] = ()
    index: Endpoints = PYPI
    auth: Auth | None = None
    host: str | None = None
    exempt: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    waive: Mapping[str, Waiver] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def authentication(self) -> Auth:
        """What the project says, or by the index: trusted publishing where the index knows it, else a token."""
        if self.auth is not None:
            return self.auth
        return Auth.TOKEN if self.index.site is None else Auth.TRUSTED

    def excused(self, today: date) -> dict[str, str]:
        """The checks that are not asked today, each with the reason the project gave."""
        waived = {
            check: f"waived until {waiver.until}: {waiver.reason}"
            for check, waiver in self.waive.items()
            if today <= waiver.until
        }
        return {check: f"exempt: {reason}" for check, reason in self.exempt.items()} | waived
