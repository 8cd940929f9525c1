"""What changed since the last release, and how far up that asks the version to go."""

from collections.abc import Sequence
from dataclasses import dataclass

from packaging.version import Version

from tagship.adapters.git.command import Git
from tagship.adapters.git.history import messages
from tagship.domain.branch import Breakage, Fragments, Suggestion
from tagship.domain.bump import Told, suggest
from tagship.domain.changelog import Changelog
from tagship.domain.facts import Tag

CUSTOM = 50
"""How many earlier commits tell how messages are written in a project."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Commits since the last release and some before it, fragments of news, the changelog's Unreleased."""

    since: tuple[Told, ...]
    before: tuple[Told, ...]
    fragments: Fragments | None
    unreleased: str

    def suggestion(self, current: Version, *, breakages: Sequence[Breakage] = ()) -> Suggestion | None:
        """How far up the version should go; None where nothing tells."""
        return suggest(
            current,
            since=self.since,
            before=self.before,
            fragments=() if self.fragments is None else self.fragments.found,
            unreleased=self.unreleased,
            breakages=breakages,
        )


def find_evidence(git: Git, last: Tag | None, changelog: Changelog | None, fragments: Fragments | None) -> Evidence:
    """The evidence at HEAD, for `prepare` and `check` alike; `last` is the release that users have.

    Where there is enough since, or nothing, what came before is not looked at.
    """
    since = messages(git, None if last is None else last.commit)
    before = messages(git, None, last.commit, most=CUSTOM) if last is not None and 0 < len(since) < CUSTOM else ()
    return Evidence(since, before, fragments, unreleased_body(changelog))


def unreleased_body(changelog: Changelog | None) -> str:
    """What the changelog holds under a heading that names no version."""
    section = None if changelog is None else changelog.unreleased
    return "" if section is None else section.body
