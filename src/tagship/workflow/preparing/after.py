"""What follows a release, where a project works so: a version under development, and a changelog that is open again.

How a project works is what it looked like right before its last release was made.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from packaging.version import Version

from tagship.adapters.changelogs import read_changelog
from tagship.adapters.pyproject import read_project
from tagship.domain.branch import Bump
from tagship.domain.bump import Wish, choices, target
from tagship.domain.change import FileChange
from tagship.domain.changelog import Changelog
from tagship.domain.changelog.editing import open_next
from tagship.domain.facts import Tree
from tagship.domain.plan import Done, Todo
from tagship.domain.version import next_versions
from tagship.errors import FactUnknown, Run, TagshipError, UsageError
from tagship.workflow.preparing.desk import Desk, Part
from tagship.workflow.preparing.releases import Releases


@dataclass(frozen=True, slots=True)
class Custom:
    """What a project opened after its last releases: a version so far up, and a section of the changelog.

    `part` is None where it opens no version; `section` is whether it opens one, `named` whether with a version.
    """

    part: Bump | None = None
    section: bool = False
    named: bool = False


def find_custom(releases: Releases, tree_at: Callable[[str], Tree], changelog: str | None, project: str) -> Custom:
    """The custom by the state right before the last release; `tree_at` gives the project's files at a commit."""
    if releases.last is None:
        return Custom()
    custom = Custom()
    with suppress(TagshipError):
        before = tree_at(f"{releases.last.commit}^")
        version = read_project(before).version
        if version is not None and version.is_devrelease:
            custom = replace(custom, part=_part_of(version))
        kept = read_changelog(before, configured=changelog, project=project)
        opened = [] if kept is None else [section for section in kept.sections if section.unreleased]
        if opened:
            custom = replace(custom, section=True, named=opened[0].version is not None)
    return custom


def _part_of(version: Version) -> Bump:
    """How far up a version under development was, by the zeros at its end."""
    if version.micro:
        return Bump.PATCH
    return Bump.MINOR if version.minor else Bump.MAJOR


def aim_after(releases: Releases, wish: Wish, custom: Custom, today: date) -> Version | None:
    """The version to open; None where none is opened. Raises UsageError, first of all before the release is tagged."""
    current = releases.current
    if wish.version is not None:
        return _opened(releases, wish, custom, today)
    part = wish.part or custom.part
    if part is None or (wish.part is None and current.is_devrelease):
        return None
    if releases.is_open:
        raise UsageError(
            f"{current} is not tagged yet, and --after opens what follows a release", remedy=_to_release(releases)
        )
    return _opened(releases, Wish(part, dev=True), custom, today)


def _opened(releases: Releases, wish: Wish, custom: Custom, today: date) -> Version:
    """The version that the wish means; an error proposes another one to open, where it would propose a release."""
    try:
        return target(releases.current, wish, releases.taken, today=today, confirmed=True)
    except UsageError as wrong:
        if isinstance(wrong.remedy, Run):
            wrong.remedy = _to_open(releases, custom, today)
        raise


def _to_open(releases: Releases, custom: Custom, today: date) -> Run:
    """What opens a version under development here, by the custom of the project where that can be."""
    offered = (each for each in choices(releases.current, releases.taken, today=today) if each.version.is_devrelease)
    usual_first = sorted(offered, key=lambda each: each.wish.part is not custom.part)
    return Run(("tagship", "prepare", "--after", *(str(each.version) for each in usual_first[:1])))


def _to_release(releases: Releases) -> Run:
    """What comes before anything follows: the tag or, of a version under development, the release itself."""
    current = releases.current
    if current.is_devrelease:
        return Run(("tagship", "prepare", str(next_versions(current, releases.taken).patch)))
    return Run(("tagship", "tag", str(current)))


def open_changelog(desk: Desk, custom: Custom, version: Version | None) -> Part:
    """An empty section for what comes next, where the project keeps one."""
    does = "open the changelog for what comes next"
    changelog = read_changelog(desk.tree, configured=desk.config.changelog, project=desk.project.name)
    if not custom.section or changelog is None:
        return Part("changelog", does, Done("the project opens no section before there is news"))
    text = _text(desk, changelog)
    named = Version(version.base_version) if custom.named and version is not None else None
    opened = open_next(text, changelog, named, project=desk.project.name)
    if opened == text:
        return Part("changelog", does, Done(f"{changelog.path} is open already"))
    paths = desk.put([FileChange(changelog.path, text.encode(), opened.encode())])
    return Part("changelog", does, Todo(", ".join(paths)))


def _text(desk: Desk, changelog: Changelog) -> str:
    content = desk.tree.read(changelog.path)
    if content is None:
        raise FactUnknown(f"{changelog.path} holds one file per release, and none is open before there is news")
    return content.decode()
