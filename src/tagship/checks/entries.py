"""Does what the branch writes into the changelog stand whole, in its place and under its day?"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import ClassVar

from packaging.version import Version

from tagship.checks.changelog import NO_CHANGELOG, NOTHING, own_section, place
from tagship.domain.branch import BranchFacts
from tagship.domain.changelog import Changelog, Section
from tagship.domain.changelog.damage import Damage, Harm, find_damage, known_damage
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.version import line_of
from tagship.errors import Edit

ONE_DAY = timedelta(days=1)
"""Where the day has begun on the other side of the world, a date of tomorrow is right."""

Line = tuple[int, int, int]
"""Epoch, major and minor."""

FRESH = 2
"""Sections whose damage counts although main has it as well: what is open, and the newest release."""


class ChangelogIsUndamaged:
    """No merge has left its traces in the changelog."""

    id: ClassVar = "changelog-is-undamaged"
    title: ClassVar = "no merge has left markers, doubles or torn sections in the changelog"
    why: ClassVar = (
        "Two branches that add lines at one place of the changelog are merged badly, and a union merge does not even "
        "say so: entries are doubled, or end up under a release that never held them."
    )
    fix: ClassVar = "Put every entry under the release and the group that it belongs to, once, and remove the markers."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find the damage that main does not have, and what is new in either."""
        changelog = _changelog(facts)
        main = None if facts.divergence.is_part_of_main else facts.main_changelog
        fresh = changelog.sections[:FRESH]
        found = [
            each for path, text in facts.changelog_texts.items() for each in find_damage(text, changelog, path=path)
        ]
        # Main's is looked for only where it matters: of most changelogs there is nothing to tell.
        known = known_damage(main) if main is not None and found else frozenset()
        for damage in found:
            is_fresh = damage.section in fresh
            if damage.harm is Harm.MARKER or (damage.key not in known and (main is not None or is_fresh)):
                yield Finding(damage.message, where=place(facts, damage.path, damage.line), remedy=_repair(damage))


class ChangelogIsInOrder:
    """What the branch adds to the changelog stands where a reader looks for it."""

    id: ClassVar = "changelog-is-in-order"
    title: ClassVar = "the newest sections of the changelog stand in the order of the others"
    why: ClassVar = "Who looks for the newest release at the end where the others begin finds an older one there."
    fix: ClassVar = "Move the section so that releases of one line follow each other in the order that the file uses."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find a new section that stands on the wrong side of another."""
        changelog = _changelog(facts)
        released = [section for section in changelog.sections if section.version is not None]
        ordered = released if _descends(released) else released[::-1]
        suspects = _suspects([section.version for section in ordered if section.version is not None])
        for section in _new(facts, changelog, ordered[:1]):
            rival = _out_of_order(section, ordered, suspects)
            if rival is not None:
                yield Finding(
                    f"'{section.title}' stands on the wrong side of '{rival.title}'",
                    where=place(facts, section.path, section.line),
                    remedy=Edit(f"move '{section.title}' in {section.path} to the other side of '{rival.title}'"),
                )
        yield from _sunken(facts, changelog, ordered)


class ChangelogDateIsRight:
    """The section of the version is dated, if at all, on a day that can be right."""

    id: ClassVar = "changelog-date-is-right"
    title: ClassVar = "the changelog dates the version neither in the future nor before its predecessor"
    why: ClassVar = (
        "The date is what people go by who ask whether they had a fix on a day; a slip is never noticed later."
    )
    fix: ClassVar = "Write the day of the release into the heading of the section."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find a date beyond tomorrow, or before the release that came before on the same line."""
        changelog = _changelog(facts)
        section = changelog.section(facts.version)
        if section is None or section.dated is None:
            raise NotApplicable(f"the changelog dates no section for {facts.version}")
        wrong = _wrong_about(section, section.dated, changelog, facts.today)
        if wrong is not None:
            yield Finding(
                wrong,
                where=place(facts, section.path, section.line),
                remedy=Edit(f"date '{section.title}' in {section.path} on {facts.today}"),
            )


class UnreleasedIsRolled:
    """Once the version has its section, nothing of it is left under Unreleased."""

    id: ClassVar = "unreleased-is-rolled"
    title: ClassVar = "nothing is left under Unreleased once the version has its section"
    why: ClassVar = (
        "Entries that stay under Unreleased ship without being told about, and are told about later as part of a "
        "release that they are not in."
    )
    fix: ClassVar = "Move what is under Unreleased into the section of the version, or that section back under it."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find entries beside the section of the version that are not for a later one."""
        changelog = _changelog(facts)
        own = own_section(changelog, facts.version)
        if facts.tag_name in facts.tags:
            raise NotApplicable(f"{facts.version} is tagged, so what is unreleased is for a later version")
        if _came_later(facts):
            raise NotApplicable(
                f"main tells about {facts.version} already, so what is unreleased is for a later version"
            )
        for section in changelog.opened:
            if section.has_content and (section.version is None or section.version <= facts.version):
                yield Finding(
                    f"'{section.title}' still holds entries beside the section of {facts.version}",
                    where=place(facts, section.path, section.line),
                    remedy=Edit(f"move the entries under '{section.title}' to '{own.title}' in {own.path}"),
                )


def _changelog(facts: BranchFacts) -> Changelog:
    if facts.changelog is None:
        raise NotApplicable(NO_CHANGELOG)
    return facts.changelog


def _repair(damage: Damage) -> Edit:
    """What mends one damage."""
    where = f"line {damage.line} of {damage.path}"
    return Edit(
        {
            Harm.MARKER: f"choose between the two sides around {where} and remove the markers",
            Harm.VERSION_TWICE: f"join the section on {where} with the other one of the same version",
            Harm.ENTRY_TWICE: f"remove the entry on {where}",
            Harm.GROUP_TWICE: f"join the group on {where} with the other one of the same name",
            Harm.TORN: f"move the entries below {where} back to the heading above it",
        }[damage.harm]
    )


def _descends(released: Sequence[Section]) -> bool:
    """Whether newer releases stand above older ones in most places."""
    versions = [section.version for section in released if section.version is not None]
    steps = [(above > below) - (above < below) for above, below in pairwise(versions)]
    return sum(steps) >= 0


def _new(facts: BranchFacts, changelog: Changelog, otherwise: Sequence[Section]) -> Sequence[Section]:
    """The sections whose versions main does not tell about; where there are none, the newest."""
    main = facts.main_changelog
    if main is None:
        return otherwise
    known = {section.version for section in main.sections}
    return [section for section in changelog.sections if section.version not in known] or otherwise


def _suspects(versions: Sequence[Version]) -> set[Version]:
    """Those on whose wrong side another of their line may stand, with the newest of all, where newer ones come first.

    One pass each way: a changelog may have thousands of sections, too many to compare each with each.
    """
    found, lowest, highest = (
        {max(versions)} if versions else set[Version](),
        dict[Line, Version](),
        dict[Line, Version](),
    )
    for version in versions:
        lowest[line_of(version)] = least = min(version, lowest.get(line_of(version), version))
        if least < version:
            found.add(version)
    for version in reversed(versions):
        highest[line_of(version)] = most = max(version, highest.get(line_of(version), version))
        if most > version:
            found.add(version)
    return found


def _out_of_order(section: Section, ordered: Sequence[Section], suspects: Collection[Version]) -> Section | None:
    """A section on whose wrong side another stands, where `ordered` begins with the newest.

    Releases of a maintenance line may stand anywhere among those of other lines, as they came out.
    """
    version = section.version
    if version is None or version not in suspects:
        return None
    position = ordered.index(section)
    versions = [other.version for other in ordered if other.version is not None]
    is_newest = version == max(versions)
    for number, other in enumerate(ordered):
        if other.version is None or other.version == version:
            continue
        akin = line_of(other.version) == line_of(version)
        if number < position and other.version < version and (akin or is_newest):
            return other
        if number > position and other.version > version and akin:
            return other
    return None


def _sunken(facts: BranchFacts, changelog: Changelog, ordered: Sequence[Section]) -> Iterator[Finding]:
    """What is unreleased and stands among the releases, unless main has it so."""
    main = facts.main_changelog
    usual = main is not None and bool(_sunk_in(main.shown))
    for section in () if usual else _sunk_in(changelog.shown):
        yield Finding(
            f"'{section.title}' stands among the releases",
            where=place(facts, section.path, section.line),
            remedy=Edit(f"move '{section.title}' in {section.path} beyond '{ordered[0].title}'"),
        )


def _sunk_in(sections: Sequence[Section]) -> Sequence[Section]:
    """What is unreleased, of no version, and has releases on both sides."""
    released = [
        number for number, section in enumerate(sections) if section.version is not None and not section.unreleased
    ]
    among = sections[released[0] : released[-1]] if released else ()
    return [section for section in among if section.version is None and section.unreleased]


def _wrong_about(section: Section, dated: date, changelog: Changelog, today: date) -> str | None:
    if dated > today + ONE_DAY:
        return f"'{section.title}' is dated in the future"
    before = _predecessor(section, changelog)
    if before is not None and before.dated is not None and dated < before.dated:
        return f"'{section.title}' is dated before '{before.title}'"
    return None


def _predecessor(section: Section, changelog: Changelog) -> Section | None:
    """The dated release right before on the same line."""
    version = section.version
    earlier = [
        other
        for other in changelog.sections
        if version is not None
        and other.version is not None
        and other.dated is not None
        and other.version < version
        and line_of(other.version) == line_of(version)
    ]
    return max(earlier, key=lambda other: other.version or Version("0"), default=None)


def _came_later(facts: BranchFacts) -> bool:
    """Whether main rolled the version's section already and had nothing left, so that the branch wrote for the next."""
    if facts.divergence.is_part_of_main:
        return False
    main = facts.main_changelog
    own = None if main is None else main.section(facts.version)
    if main is None or own is None or own.unreleased:
        return False
    return not any(section.has_content for section in main.opened)
