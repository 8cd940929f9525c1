"""What the remote has now, asked once before anything is prepared, and what is told where it is not known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tagship.adapters.git import GitRepository
from tagship.adapters.git.fetched import last_fetched, on_the_way
from tagship.checks.branch import BranchIsUpToDate, BranchMergesCleanly
from tagship.domain.config import Config
from tagship.domain.facts import Remote, Tag
from tagship.domain.version import TagTemplate
from tagship.errors import FactUnknown, Run
from tagship.workflow.preparing.ground import Ground
from tagship.workflow.preparing.releases import Releases

PATIENCE: Final = 20.0
"""Seconds for an answer: preparing is work that can go on without one, and somebody waits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the remote has now; None where there is none, and where `silence` says why there is no answer.

    `asked` is whether it was: `--offline` is a silence that somebody chose.
    """

    remote: Remote | None
    silence: str | None = None
    asked: bool = True


def ask_remote(repository: GitRepository, config: Config, *, seconds: float = PATIENCE) -> Answer:
    """Ask where the remote's branches and tags stand; from a remote that does not answer nothing is fetched after that.

    Raises FactUnknown where that leaves the clone without what no release can be prepared without.
    """
    if repository.remote_name is None:
        return Answer(None)
    if not repository.may_fetch:
        return Answer(None, "it is not asked while offline", asked=False)
    try:
        return Answer(repository.remote(seconds=seconds))
    except FactUnknown as silent:
        lack = repository.lacks(branch=config.branch, lines=config.release_lines)
        if lack.anything:
            raise FactUnknown(f"this clone lacks {lack}, and {silent.message}", remedy=silent.remedy) from silent
        # Each further question would wait as long as this one.
        repository.may_fetch = repository.git.fetches = False
        return Answer(None, silent.message)


def only_there(answer: Answer, tags: Mapping[str, Tag], template: TagTemplate) -> Mapping[str, Tag]:
    """The tags of versions that the remote has and this clone has not, by name; without their times."""
    there = {} if answer.remote is None else answer.remote.tags
    return {name: tag for name, tag in there.items() if name not in tags and template.version_in(name) is not None}


def reached_only_there(repository: GitRepository, elsewhere: Mapping[str, Tag]) -> frozenset[str]:
    """The names of those that HEAD descends from all the same."""
    passed = on_the_way(repository.git, {tag.commit for tag in elsewhere.values()})
    return frozenset(name for name, tag in elsewhere.items() if tag.commit in passed)


def remarks(
    answer: Answer, repository: GitRepository, ground: Ground, releases: Releases, today: date
) -> Iterator[str]:
    """What to know about the remote before going on, each as a sentence without a full stop."""
    if answer.silence is not None:
        known = f"{ground.main}'s tip and the tags are those of the last fetch{_when(repository, ground, today)}"
        if answer.asked:
            yield f"{ground.remote} could not be asked, and what others brought there is not seen: {known}"
        else:
            yield f"--offline: {known}"
    yield from _behind(ground)
    newer = releases.newer_elsewhere
    if newer is not None:
        fetch = Run(("git", "fetch", "--tags", str(ground.remote)))
        yield f"{newer} is on {ground.remote} and not here, and its version counts as taken: `{fetch}` brings it"


def _when(repository: GitRepository, ground: Ground, today: date) -> str:
    """How long ago that was, by the days of where the maintainer is; empty where nothing tells."""
    moment = last_fetched(repository, ground.main)
    if moment is None:
        return ""
    days = (today - moment.astimezone().date()).days
    return ", today" if days < 1 else ", yesterday" if days == 1 else f", {days:,} days ago"


def _behind(ground: Ground) -> Iterator[str]:
    """That main has what the branch has not, which `check` warns of as well."""
    apart = ground.apart
    if apart is None or not apart.behind:
        return
    plural = "s" if apart.behind > 1 else ""
    there = f"{ground.main} on {ground.remote} is {apart.behind:,} commit{plural} ahead of {ground.branch}"
    merge = Run(("git", "merge", ground.name_of_tip))
    if apart.conflicts:
        clash = f"{apart.conflicts[0]} was changed on both"
        yield f"{there}, and {clash}: {BranchMergesCleanly.id} stops the branch until `{merge}` is settled"
    else:
        yield f"{there}: {BranchIsUpToDate.id} warns of it, and `{merge}` mends that"
