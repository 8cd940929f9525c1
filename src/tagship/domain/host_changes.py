"""What is to be changed in a host's settings, as requests that can be shown, sent and taken back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeAlias

from tagship.domain.hosting import (
    ActionsPolicy,
    Environment,
    ForkApproval,
    HostRepository,
    JobToken,
    Protection,
    SeenChecks,
    StoredSecret,
    Wanted,
)

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
ID = "{id}"
"""Stands in a path for the number that the host gives to what a request makes."""
OWN = "tagship: "
"""How the name of everything begins that tagship makes on a host and that has a name."""


class Setting(Enum):
    """What doctor sets, by the name of the step that does."""

    MAIN = "protect-main"
    TAGS_MADE = "restrict-tags"
    TAGS_KEPT = "keep-tags"
    ENVIRONMENT = "make-environment"
    POLICIES = "admit-releases"
    JOB_TOKEN = "limit-job-token"  # noqa: S105 -- the name of a step
    ACTIONS = "require-pins"
    FORKS = "ask-for-consent"
    SCANNING = "scan-for-secrets"
    IMMUTABLE = "freeze-releases"
    REPORTING = "hear-in-private"


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a host; `path` begins with a slash where its interface does."""

    method: str
    path: str
    body: Json = None

    def __str__(self) -> str:
        body = "" if self.body is None else f" {json.dumps(self.body, ensure_ascii=False)}"
        return f"{self.method} {self.path}{body}"

    def about(self, number: int | None) -> "Request":
        """The same about what has this number."""
        return self if number is None else Request(self.method, self.path.replace(ID, str(number)), self.body)


@dataclass(frozen=True, slots=True)
class Look:
    """What a read shows while a setting is as we left it: values by their dotted names in the answer.

    Without any it shows nothing: what was there has been taken away.
    """

    path: str
    values: Mapping[str, Json]

    def about(self, number: int | None) -> "Look":
        """The same about what has this number."""
        return self if number is None else Look(self.path.replace(ID, str(number)), self.values)

    @property
    def is_of_nothing(self) -> bool:
        """Whether there is to be nothing at the path."""
        return not self.values

    def differing(self, answer: Json) -> tuple[str, ...]:
        """The names under which an answer holds something else."""
        if self.is_of_nothing:
            return () if answer is None else ("its place is taken",)
        return tuple(name for name, value in self.values.items() if not holds(value_at(answer, name), value))

    def refreshed(self, answer: Json) -> "Look":
        """The same names with what an answer holds under them, exactly."""
        return Look(self.path, {name: _unnumbered(value_at(answer, name)) for name in self.values})


@dataclass(frozen=True, slots=True)
class Find:
    """How to find what was made where no answer told its number: in the list at a path, by its name there."""

    path: str
    under: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A request, and how it is taken back: `undo` is sent where all of `looks` still show what was left.

    `bares` is what has no protection from this one on until the next: where that fails, this is taken back at once.
    """

    request: Request
    undo: Request
    looks: tuple[Look, ...]
    find: Find | None = None
    bares: str = ""


@dataclass(frozen=True, slots=True)
class Satisfied:
    """The setting is as it should be; `evidence` says by what."""

    evidence: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """The setting lacks something; `planned` brings it, in this order."""

    missing: str
    planned: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that was set here: what the record of a clone holds of it.

    `certain` is False for a request whose answer never came: whether it was carried out is still to be seen.
    """

    setting: str
    repository: str
    planned: Planned
    number: int | None
    at: datetime
    certain: bool = True

    @property
    def undo(self) -> Request:
        """The request that takes it back."""
        return self.planned.undo.about(self.number)

    @property
    def looks(self) -> tuple[Look, ...]:
        """What shows that nobody has changed it since."""
        return tuple(look.about(self.number) for look in self.planned.looks)


class Record(Protocol):
    """What was set from this clone, oldest first; it outlives the command."""

    def entries(self) -> tuple[Kept, ...]:
        """All of it; raises ConfigError where it cannot be read."""

    def write(self, entries: Sequence[Kept]) -> None:
        """Keep these and nothing else."""


class SettingsHost(Protocol):
    """A code host whose settings can be read and set.

    Whatever reads raises FactUnknown where the caller is not told, with the missing permission as its remedy, and
    NotApplicable where the host, or the owner's plan, has no such thing.
    """

    def repository(self) -> HostRepository:
        """The repository."""

    def main_rules(self, branch: str) -> Protection:
        """The rules over branches."""

    def tag_rules(self) -> Protection:
        """The rules over tags."""

    def environment(self, name: str) -> Environment | None:
        """An environment; None where there is none of that name."""

    def environment_secrets(self, name: str) -> tuple[StoredSecret, ...]:
        """The names of an environment's secrets; none where there is no such environment."""

    def shared_secrets(self) -> tuple[StoredSecret, ...]:
        """The names of the secrets that every workflow may use."""

    def actions(self) -> ActionsPolicy:
        """What workflows may name."""

    def job_token(self) -> JobToken:
        """What a job's token may do by default."""

    def fork_approval(self) -> ForkApproval:
        """Whose workflows wait for consent."""

    def secret_scanning(self) -> bool:
        """Whether the host looks for credentials."""

    def push_protection(self) -> bool:
        """Whether it refuses pushes that hold some."""

    def immutable_releases(self) -> bool:
        """Whether published releases stay as they are."""

    def private_reporting(self) -> bool:
        """Whether holes can be reported in private."""

    def checks_seen(self, branch: str) -> SeenChecks:
        """The checks that reported lately."""

    def lacking(self, setting: Setting, wanted: Wanted) -> Satisfied | Lacking:
        """What a setting lacks; raises Conflict or Refused where it cannot be set as it stands."""

    def send(self, request: Request) -> Json:
        """Send what was shown; raises CredentialHalt, Refused, Conflict or Incomplete."""

    def look(self, path: str) -> Json:
        """What a read shows; None where there is nothing."""

    def numbered(self, find: Find) -> int | None:
        """The number of what was made, by its name; None where there is nothing of that name."""


def value_at(answer: Json, name: str) -> Json:
    """What stands in an answer under a dotted name; None where nothing does."""
    for part in name.split("."):
        answer = answer.get(part) if isinstance(answer, Mapping) else None
    return answer


def _unnumbered(value: Json) -> Json:
    """The same without the number of each row of a list, which is another one once the same was set again by hand."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return value
    return [
        {name: told for name, told in each.items() if name != "id"} if isinstance(each, Mapping) else each
        for each in value
    ]


def holds(found: Json, left: Json) -> bool:
    """Whether what is found is what was left; a host may have added keys, and may tell lists in another order."""
    if isinstance(left, Mapping):
        return isinstance(found, Mapping) and all(holds(found.get(name), value) for name, value in left.items())
    if isinstance(left, Sequence) and not isinstance(left, str):
        if not isinstance(found, Sequence) or isinstance(found, str) or len(found) != len(left):
            return False
        others = list(found)
        for each in left:
            match = next((place for place, other in enumerate(others) if holds(other, each)), None)
            if match is None:
                return False
            del others[match]
        return True
    return found == left
