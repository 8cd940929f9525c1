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
    """Commits since the last release and some others, fragments of news, the changelog's Unreleased."""

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


def find_evidence(
    git: Git, last: Tag | None, changelog: Changelog | None, fragments: Fragments | None, about: Sequence[str] = ()
) -> Evidence:
    """The evidence at HEAD, for `prepare` and `check` alike; `last` is the release that users have.

    `about` are the pathspecs of the project, where it is not all of the repository: a commit that changes nothing of
    it says nothing about it, but for how messages are written here. Where there is enough since, or nothing, what came
    before is not looked at.
    """
    since = messages(git, None if last is None else last.commit, about=about)
    return Evidence(since, _others(git, last, since, about), fragments, unreleased_body(changelog))


def _others(git: Git, last: Tag | None, since: Sequence[Told], about: Sequence[str]) -> tuple[Told, ...]:
    """Commits that tell how messages are written here: what came before, and what is about other packages."""
    if not 0 < len(since) < CUSTOM:
        return ()
    if about:
        return tuple(told for told in messages(git, None, most=CUSTOM) if told not in since)
    return () if last is None else messages(git, None, last.commit, most=CUSTOM)


def unreleased_body(changelog: Changelog | None) -> str:
    """What the changelog holds under a heading that names no version."""
    section = None if changelog is None else changelog.unreleased
    return "" if section is None else section.body
