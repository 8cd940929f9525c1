"""What a code host is set to, as values that hosts agree on, and what a release workflow wants of it.

Nothing here holds a secret's value: hosts tell names and dates, and what tells more is thrown away in adapters.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cache

from packaging.version import Version

from tagship.domain.adoption import AGGREGATE, ENVIRONMENT, SECRET
from tagship.domain.config import Auth
from tagship.domain.endpoints import PYPI, Endpoints
from tagship.domain.version import TagTemplate
from tagship.errors import FactUnknown

ACTIONS_APP = 15368
"""GitHub's own number for the application that reports the checks of its Actions."""
WRITERS = "whoever may write"
JOBS = "the jobs of workflows"
MANY = frozenset({WRITERS, JOBS})
"""Who passes a rule by with nearly everybody: whoever may push, and whatever workflow they push."""
CALLER_AT_LEAST = "you, at least"
"""Who bypasses, where a host tells a caller of itself alone; there may be others."""
SAMPLES = tuple(map(Version, ("0.1.0", "1.2.3", "10.20.30", "2.0.0rc1", "3.1.4.post1")))
"""Versions whose tags stand for all others when a pattern is judged."""


class Rule(Enum):
    """What a rule on branches or tags refuses or restricts."""

    PULL_REQUEST = "changes come through pull requests"
    NO_FORCE_PUSH = "force pushes are refused"
    NO_DELETION = "deletion is refused"
    UP_TO_DATE = "a branch must be up to date before it is merged"
    CREATION = "creation is restricted"
    NO_UPDATE = "updates are refused"


class Force(Enum):
    """Whether rules are enforced; what only evaluates, or is switched off, protects nothing."""

    ACTIVE = "active"
    EVALUATED = "only evaluated"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """A check that must have passed; `app` is who must have reported it, None where anybody may."""

    name: str
    app: int | None = None

    def stands_for(self, wanted: "RequiredCheck") -> bool:
        """Whether requiring this one requires the wanted one, from whom it must come included."""
        return self.name == wanted.name and (wanted.app is None or self.app == wanted.app)


AGGREGATE_OF_ACTIONS = RequiredCheck(AGGREGATE, ACTIONS_APP)


@dataclass(frozen=True, slots=True)
class Guard:
    """One source of rules: a ruleset, the protection of a branch, what an organisation hands down.

    `covers` and `excepts` are patterns of the names of branches or tags, in which `*` stops at a slash and `**/` does
    not. `bypassed_by` is who is not bound by it, None where the caller cannot see that. `inherited` is what only an
    owner above the repository can change, `own` what tagship made.
    """

    name: str
    rules: frozenset[Rule]
    covers: tuple[str, ...]
    excepts: tuple[str, ...] = ()
    force: Force = Force.ACTIVE
    checks: tuple[RequiredCheck, ...] = ()
    approvals: int = 0
    bypassed_by: tuple[str, ...] | None = ()
    page: str | None = None
    inherited: bool = False
    own: bool = False

    def is_about(self, name: str) -> bool:
        """Whether a branch or tag of this name is meant."""
        return _any_matches(self.covers, name) and not _any_matches(self.excepts, name)


@dataclass(frozen=True, slots=True)
class Binding:
    """Who is held to one rule: `held` by these guards, `by_all_but` what bypasses each, or not seen, or not there."""

    guards: tuple[Guard, ...]

    @property
    def is_there(self) -> bool:
        """Whether anything enforces the rule at all."""
        return bool(self.guards)

    @property
    def binds_everybody(self) -> bool | None:
        """Whether one guard at least is bypassed by nobody; None where that cannot be seen."""
        if any(guard.bypassed_by == () for guard in self.guards):
            return True
        return None if any(guard.bypassed_by is None for guard in self.guards) else False

    @property
    def is_passed_by_few(self) -> bool | None:
        """Whether one guard at least lets neither whoever may write past nor a job; None where that cannot be seen."""
        seen = [each.bypassed_by for each in self.guards if each.bypassed_by is not None]
        whole = [each for each in seen if CALLER_AT_LEAST not in each]
        if any(MANY.isdisjoint(each) for each in whole):
            return True
        return False if len(whole) == len(self.guards) else None


@dataclass(frozen=True, slots=True)
class Protection:
    """Every guard over branches, or over tags, in force or not.

    `unseen` is why there may be more of them than the caller is shown; nothing is found missing then.
    """

    guards: tuple[Guard, ...] = ()
    unseen: FactUnknown | None = field(default=None, compare=False)

    def binding(self, rule: Rule, names: Sequence[str]) -> Binding:
        """The guards in force that hold every one of these names to a rule."""
        return Binding(tuple(guard for guard in self._over(names) if rule in guard.rules))

    def requiring(self, check: RequiredCheck, names: Sequence[str]) -> Binding:
        """The guards in force that require a check."""
        found = self._over(names)
        return Binding(tuple(guard for guard in found if any(each.stands_for(check) for each in guard.checks)))

    def required(self, name: str) -> tuple[RequiredCheck, ...]:
        """Every check that is required of a branch, each once."""
        return tuple(dict.fromkeys(check for guard in self._over((name,)) for check in guard.checks))

    def idle(self, rule: Rule, names: Sequence[str]) -> tuple[Guard, ...]:
        """The guards that would hold these names to a rule if they were in force."""
        return tuple(
            guard
            for guard in self.guards
            if guard.force is not Force.ACTIVE and rule in guard.rules and all(map(guard.is_about, names))
        )

    def _over(self, names: Sequence[str]) -> Iterable[Guard]:
        return (each for each in self.guards if each.force is Force.ACTIVE and all(map(each.is_about, names)))


@dataclass(frozen=True, slots=True)
class HostRepository:
    """The repository as its host describes it.

    `name` is owner/name as the host spells it now, `url` a person's page of it. `administered` is whether the caller
    may change its settings, None where the host does not say.
    """

    name: str
    url: str
    default_branch: str
    private: bool = False
    archived: bool = False
    of_organization: bool = False
    administered: bool | None = True


@dataclass(frozen=True, slots=True)
class RefPolicy:
    """A pattern of refs from which an environment may be deployed to; `kind` is branch or tag."""

    pattern: str
    kind: str


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a credential is kept apart; `policies` is None where every branch and tag may use it.

    `protected_branches` lets every protected branch use it, and every branch at all while none is protected.
    `reviewers` are names, `wait_minutes` how long a deployment is held back.
    """

    name: str
    page: str
    policies: tuple[RefPolicy, ...] | None = None
    protected_branches: bool = False
    reviewers: tuple[str, ...] = ()
    wait_minutes: int = 0


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A secret by its name, never its value; `place` is where it is stored, as the end of a sentence."""

    name: str
    place: str
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActionsPolicy:
    """Whether workflows run, and whether the host insists that actions are named by commit; None where it cannot."""

    enabled: bool
    pinned: bool | None


@dataclass(frozen=True, slots=True)
class JobToken:
    """What the token of every job may do unless its workflow says otherwise."""

    reads_only: bool
    approves: bool


@dataclass(frozen=True, slots=True)
class ForkApproval:
    """Whose pull requests from forks start workflows only once somebody agreed; `policy` in the host's own words."""

    policy: str
    of_everybody: bool


@dataclass(frozen=True, slots=True)
class SeenChecks:
    """The checks that have reported on the tips of main and of pull requests; `where` says what was looked at."""

    checks: frozenset[RequiredCheck]
    where: str


@dataclass(frozen=True, slots=True)
class LockedActions:
    """The lock file of workflows: its path, and every action that it knows, as `owner/name` in lower case."""

    path: str
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the release workflow needs of its host.

    `remote` is the repository by the name that the clone's remote gives, `next_tags` are tags that will be made.
    `reviewers` are the names of those who are to approve what is published. `projects` are the names on the index.
    `unpinned` are the actions that workflows name by tag or branch: while there are any, none may be refused.
    """

    remote: str
    main: str = "main"
    templates: tuple[TagTemplate, ...] = (TagTemplate(),)
    next_tags: tuple[str, ...] = ()
    environment: str = ENVIRONMENT
    secret: str = SECRET
    check: RequiredCheck = RequiredCheck(AGGREGATE, ACTIONS_APP)
    auth: Auth = Auth.TRUSTED
    reviewers: tuple[str, ...] = ()
    index: Endpoints = PYPI
    projects: tuple[str, ...] = ()
    unpinned: tuple[str, ...] = ()

    @property
    def patterns(self) -> tuple[str, ...]:
        """The tags of releases, as patterns that hosts read alike, each once."""
        return tuple(dict.fromkeys(map(pattern_of, self.templates)))

    def samples(self, template: TagTemplate) -> tuple[str, ...]:
        """Tags of one spelling that stand for all others."""
        named = (template.tag_for(version) for version in SAMPLES)
        ahead = (tag for tag in self.next_tags if template.version_in(tag) is not None)
        return tuple(dict.fromkeys((*named, *ahead)))

    @property
    def all_samples(self) -> tuple[str, ...]:
        """Tags of every spelling."""
        return tuple(dict.fromkeys(tag for template in self.templates for tag in self.samples(template)))


def pattern_of(template: TagTemplate) -> str:
    """The pattern that means every tag of a spelling; what begins with the version itself begins with a digit."""
    return f"{template.prefix}{'*' if template.prefix else '[0-9]*'}{template.suffix}"


def _any_matches(patterns: Iterable[str], name: str) -> bool:
    return any(ref_pattern(pattern).fullmatch(name) is not None for pattern in patterns)


EVERYTHING = "**/*"
"""The pattern that means every name."""
_NOTHING = re.compile(r"(?!)")
_PARTS = re.compile(r"\*\*/|\*+|\?|\[[!^]?[^\]/]+\]|.", re.DOTALL)


@cache
def ref_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of branches or tags as a regular expression: only `**/` goes past a slash (fnmatch, FNM_PATHNAME)."""
    try:
        return re.compile("".join(map(_expression, _PARTS.findall(pattern))), re.DOTALL)
    except re.error:  # a range that runs backwards, which means nothing
        return _NOTHING


def _expression(part: str) -> str:
    if part == "**/":
        return "(?:[^/]+/)*"
    if part.startswith("*"):
        return "[^/]*"
    if part == "?":
        return "[^/]"
    if part.startswith("[") and len(part) > 1:
        inverted = part[1] in "!^"
        inside = re.escape(part[2 if inverted else 1 : -1]).replace(r"\-", "-")
        return f"[{'^' if inverted else ''}{inside}]"
    return re.escape(part)
