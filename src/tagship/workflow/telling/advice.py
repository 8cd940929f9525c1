"""The one next command, and why: for the version that is being worked on, else for the newest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

from packaging.version import Version

from tagship.domain.deadline import until
from tagship.domain.endpoints import KNOWN
from tagship.domain.overview import Milestones, Stage
from tagship.domain.version import line_of
from tagship.errors import FactUnknown, Remedy, Run
from tagship.workflow.workplace import Workplace

Advice = tuple[Remedy | None, str]


def advise(place: Workplace, versions: Sequence[Milestones], own: Version | None) -> Advice:
    """One command to paste where the person stands, or None; `own` is the version in the project's files.

    Older versions are left alone: what was never finished and has been followed by another is history. So is a
    version under development that nobody tagged: it stands between two releases.
    """
    rows = [row for row in versions if row.stage is not Stage.UNTAGGED or not Version(row.version).is_devrelease]
    if not rows:
        return None, "nothing was tagged or published yet"
    own_row = (row for row in rows if Version(row.version) == own)
    focus = (*own_row, rows[0])
    advice = [_advice(place, row, versions) for row in focus]
    return next((each for each in advice if each[0] is not None), advice[-1])


def _advice(place: Workplace, row: Milestones, versions: Sequence[Milestones]) -> Advice:
    name = row.tag or row.version
    match row.stage:
        case Stage.UNKNOWN:
            why = "--offline was given" if place.wishes.offline else f"{place.config.index.name} gave no answer"
            return _tagship(place, "status"), f"nobody knows what is published: {why}"
        case Stage.UNTAGGED:
            return _untagged(place, row, versions)
        case Stage.TAGGED:
            return _tagged(place, row, name)
        case Stage.PUSHED:
            return _pushed(place, row, name)
        case Stage.PARTIAL:
            return _partial(place, row, name)
        case Stage.PUBLISHED:
            return None, _published(row, name)
        case _:
            assert_never(row.stage)


def _untagged(place: Workplace, row: Milestones, versions: Sequence[Milestones]) -> Advice:
    facts, version = place.facts, Version(row.version)
    tag = facts.template.tag_for(version)
    above = [other for other in map(Version, (each.version for each in versions)) if line_of(other) == line_of(version)]
    if max(above) > version:
        return _tagship(place, "gate", tag), f"{version} is neither tagged nor published, and {max(above)} came before"
    try:
        standing = facts.standing_of("HEAD")
    except FactUnknown as unknown:
        return _tagship(place, "gate", tag), f"{version} is neither tagged nor published; {unknown.message}"
    branch, remote = place.repository.current_branch(), place.repository.remote_name
    if standing.on_main or standing.lines:
        return _tagging(place, row, tag, remote), f"{version} is neither tagged nor published"
    why = f"{version} is neither tagged nor published, and what is checked out is not on {standing.main} yet"
    if branch is None or remote is None or branch == standing.main:
        return _in_repository(place, "git", "log", "--oneline", f"{facts.main_tip}..HEAD"), why
    return _in_repository(place, "git", "push", "--set-upstream", remote, branch), why


def _tagging(place: Workplace, row: Milestones, tag: str, remote: str | None) -> Run:
    """What makes the tag of a version that is on main; without its notes it would not pass the gate."""
    if row.in_changelog is False:
        return _tagship(place, "prepare", row.version)
    if remote is None:
        return _in_repository(place, "git", "tag", "--annotate", tag, "--message", tag)
    return _tagship(place, "tag", tag)


def _tagged(place: Workplace, row: Milestones, name: str) -> Advice:
    remote = place.repository.remote_name
    if remote is None:
        return _tagship(place, "gate", name), f"{name} is tagged, and there is no remote to push it to"
    if row.pushed is None:
        asking = _in_repository(place, "git", "ls-remote", remote, f"refs/tags/{name}")
        return asking, f"{name} is tagged, and whether {remote} has it could not be found out"
    if name in (place.facts.remote.tags if place.facts.remote else ()):
        return _tagship(place, "gate", name), f"{remote} has another tag {name} than this clone"
    # It asks the gate first: a tag that is out cannot be taken back.
    return _tagship(place, "tag", name), f"{name} is tagged here and not on {remote}"


def _pushed(place: Workplace, row: Milestones, name: str) -> Advice:
    why = f"{name} is tagged and the index has no file of it"
    if row.on_main is False and not _on_release_line(place, name):
        return _tagship(place, "gate", name), f"{why}, and it is not on {place.facts.main}"
    return _tagship(place, "ship", name), why


def _on_release_line(place: Workplace, name: str) -> bool:
    return bool(place.facts.standing_of(place.facts.tags[name].commit).lines)


def _partial(place: Workplace, row: Milestones, name: str) -> Advice:
    why = f"{name} is on the index in part ({', '.join(row.files)})"
    now = datetime.now(UTC)
    if row.closes is not None:
        why = f"{why}; {until(row.closes, now)}"
    if row.tag is None:
        return _tagship(place, "gate", name), f"{why}, and no tag names it"
    if row.closes is not None and now > row.closes:
        return None, f"{why}: what is missing can never be added, and the next version can be released"
    return _tagship(place, "ship", name), why


def _published(row: Milestones, name: str) -> str:
    words = [f"{name} is published"]
    words += ["and no tag names it"] if row.tag is None else []
    words += ["and yanked"] if row.yanked else []
    words += ["with other bytes than the build here"] if row.files_match is False else []
    return ", ".join(words)


def _tagship(place: Workplace, command: str, *words: str) -> Run:
    """A command of ours, about the same project and the same index as this one."""
    return _in_repository(place, "tagship", command, *words, *_same_index(place))


def _same_index(place: Workplace) -> tuple[str, ...]:
    index = place.wishes.index
    if index is None:
        return ()
    if index.name in KNOWN:
        return ("--index", index.name)
    # An index that takes uploads where it is read was given by one address.
    elsewhere = index.upload.rstrip("/") != index.simple.rstrip("/")
    return ("--index", index.simple, *(("--upload-url", index.upload) if elsewhere else ()))


def _in_repository(place: Workplace, program: str, *words: str) -> Run:
    """A command that works from where the person stands; git and tagship take -C alike."""
    elsewhere = place.directory.resolve() != Path.cwd()
    return Run((program, *(("-C", str(place.directory)) if elsewhere else ()), *words))
