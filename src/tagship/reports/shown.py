"""What can be shown: the domain's values, and the two things that need a name of their own here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeAlias, runtime_checkable

from tagship.domain.artifact import Manifest
from tagship.domain.changelog import Format, Section
from tagship.domain.finding import Report, Severity
from tagship.domain.overview import Overview, Status
from tagship.domain.plan import Preview
from tagship.domain.proposal import Proposal
from tagship.domain.receipt import Receipt
from tagship.domain.setup import SetUp
from tagship.domain.trial import Trials
from tagship.domain.workspace import Reports, Roster
from tagship.errors import TagshipError


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one version: a changelog section, the tag it belongs to, and the markup it is written in."""

    section: Section
    tag: str
    markup: Format


@runtime_checkable
class Words(Protocol):
    """The words of a check, as `explain` shows them; every check has them."""

    id: ClassVar[str]
    title: ClassVar[str]
    why: ClassVar[str]
    fix: ClassVar[str]
    severity: ClassVar[Severity]
    needs: ClassVar[frozenset[str]]


Shown: TypeAlias = (
    Report
    | Reports
    | Roster
    | Proposal
    | Sequence[Preview]
    | Receipt
    | SetUp
    | Overview
    | Status
    | Manifest
    | Notes
    | Trials
    | TagshipError
    | Words
)


def steps_of(value: Proposal | Sequence[Preview]) -> Sequence[Preview]:
    """The steps of a plan, or of what preparing a release would do."""
    return value.steps if isinstance(value, Proposal) else value
