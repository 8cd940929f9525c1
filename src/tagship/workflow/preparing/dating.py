"""Whether a day that somebody named can be that of the release, by the check that looks at it later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import cast

from packaging.version import Version

from tagship.adapters.changelogs import read_changelog
from tagship.checks.entries import ChangelogDateIsRight
from tagship.domain.branch import BranchFacts
from tagship.domain.changelog import Changelog
from tagship.domain.facts import Tag
from tagship.domain.finding import NotApplicable
from tagship.errors import Edit, UsageError
from tagship.workflow.preparing.desk import Desk

_NO_TAGS: Mapping[str, Tag] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Prepared:
    """As much of the facts about a branch as that check asks for, of what lies in the throwaway clone."""

    changelog: Changelog | None
    version: Version
    today: date
    tag_name: str = ""
    tags: Mapping[str, Tag] = field(default_factory=lambda: _NO_TAGS)


def prove_day(desk: Desk, today: date) -> None:
    """Raise UsageError where the check would block what was written under the day that was named."""
    if ChangelogDateIsRight.id in desk.config.exempt:
        return
    changelog = read_changelog(desk.tree, configured=desk.config.changelog, project=desk.project.name)
    facts = cast("BranchFacts", _Prepared(changelog, desk.version, today))
    try:
        wrong = next(ChangelogDateIsRight().run(facts), None)
    except NotApplicable:
        return
    if wrong is not None:
        raise UsageError(
            f"--date {desk.dated} cannot be the day of the release, as {ChangelogDateIsRight.id} will say: "
            f"{wrong.message}",
            remedy=Edit(f"give the day of the release, or leave --date out for today, {today}"),
        )
