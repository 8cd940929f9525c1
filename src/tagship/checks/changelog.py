"""Do the notes of this release stand in the changelog?"""

from collections.abc import Iterator
from typing import ClassVar

from packaging.version import Version

from tagship.domain.changelog import Changelog, Section
from tagship.domain.changelog.content import NUMBER, UNWRITTEN, is_example, left_unwritten
from tagship.domain.facts import Facts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, InCommit, InFile, Where

NOTHING: frozenset[str] = frozenset()
NEW = "CHANGELOG.md"
"""What a changelog is called where there is none yet."""
NO_CHANGELOG = "the project keeps no changelog"


def is_tagged(facts: Facts) -> bool:
    """Whether the tag in question exists, so that what is found stands in a commit and not only in the tree."""
    return facts.tag_name in facts.tags


def begun_at(inside: str) -> str:
    """Where a changelog is begun, from the top of the repository; `inside` is the project's directory."""
    return f"{inside}/{NEW}" if inside else NEW


def place(facts: Facts, path: str | None = None, line: int | None = None) -> Where:
    """A place in the tagged commit or, before there is one, in the working tree."""
    if is_tagged(facts):
        return InCommit(facts.tag.commit, path, line)
    return InFile(path or begun_at(facts.inside), line)


def section_for(changelog: Changelog, version: Version) -> Section | None:
    """The section that tells about a version.

    A pre-, post- or dev-release without a section of its own is told about by the section of its final
    release or, before that is out, by the Unreleased one.
    """
    own = changelog.section(version)
    if own is not None or not (version.is_prerelease or version.is_postrelease):
        return own
    final = changelog.section(Version(version.base_version))
    if final is not None or not version.is_prerelease:
        return final
    return changelog.unreleased


def own_section(changelog: Changelog, version: Version) -> Section:
    """The section of a version that is to be released; raises NotApplicable while there is none, or an open one."""
    own = changelog.section(version)
    if own is None or own.unreleased:
        raise NotApplicable(f"{version} has no section of its own yet")
    return own


class ChangelogHasVersion:
    """The changelog has a section for the version."""

    id: ClassVar = "changelog-has-version"
    title: ClassVar = "the changelog has a section for the version"
    why: ClassVar = "The notes of a release are the changelog's section, word for word; nobody else writes them."
    fix: ClassVar = (
        "Add the section before the tag is made. Where it is made already, add the section on main: as long as nothing "
        "was published the tag may be made again on that commit; afterwards the next version is the way."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find the section, or the whole changelog, absent."""
        changelog = facts.changelog
        if changelog is None:
            on = " on main" if is_tagged(facts) else ""
            yield Finding(
                NO_CHANGELOG,
                where=place(facts),
                remedy=Edit(f"start {begun_at(facts.inside)}{on} with the heading '## {facts.version}'"),
            )
        elif section_for(changelog, facts.version) is None:
            yield Finding(
                f"{changelog.path} has no section for {facts.version}",
                where=place(facts, changelog.path),
                remedy=Edit(_how_to_add(facts, changelog)),
            )


class ChangelogSectionIsFinal:
    """The section is that of a release, not of work in progress."""

    id: ClassVar = "changelog-section-is-final"
    title: ClassVar = "the changelog section is not marked unreleased"
    why: ClassVar = "Notes that call the version unreleased contradict the release they are attached to."
    fix: ClassVar = (
        "Put the day of the release in place of the mark before the tag is made, or on main for a tag on that commit."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find a heading that names the version and calls it unreleased."""
        _, section = _section(facts)
        if section.version is None or facts.version.is_prerelease:
            raise NotApplicable("a pre-release may stand under a section that is still open")
        if section.unreleased:
            yield Finding(
                f"'{section.title}' is marked unreleased",
                where=place(facts, section.path, section.line),
                remedy=Edit(f"write the day of the release into '{section.title}' in {section.path}"),
            )


class ChangelogNamesVersionOnce:
    """One section, and no other, tells about the version."""

    id: ClassVar = "changelog-names-version-once"
    title: ClassVar = "one section alone tells about the version"
    why: ClassVar = "Of two sections for one version only the first would become the notes; a merge may have torn them."
    fix: ClassVar = "Join the sections into one before the tag is made, or on main for a tag on that commit."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find the second heading of the same version."""
        changelog, section = _section(facts)
        for again in changelog.duplicates:
            if again.version == section.version:
                yield Finding(
                    f"'{again.title}' tells about {section.version} once more",
                    where=place(facts, again.path, again.line),
                    remedy=Edit(f"join it with '{section.title}' in {section.path}"),
                )


class ChangelogHasContent:
    """The section says something."""

    id: ClassVar = "changelog-has-content"
    title: ClassVar = "the changelog section has real content"
    why: ClassVar = (
        "A heading with a comment or a TODO under it tells nobody what changed, and an example that was pasted to be "
        "written over would stand in the notes of the release."
    )
    fix: ClassVar = (
        "Write at least one sentence or list item that a user of the project understands, in place of what stands "
        "there to be written over."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find a section that is empty to a reader, or that holds the example still."""
        _, section = _section(facts)
        left = left_unwritten(section.body)
        if not section.has_content:
            yield Finding(
                f"the section '{section.title}' says nothing yet",
                where=place(facts, section.path, section.line),
                remedy=Edit(f"write what changed under '{section.title}' in {section.path}"),
            )
        elif left:
            yield Finding(
                f"the section '{section.title}' holds an entry that nobody wrote yet",
                where=place(facts, section.path, section.line),
                remedy=Edit(how_to_write(left[0], section.path)),
            )


class ChangelogHasNoNewer:
    """No heading above the section is of a newer version that was never tagged."""

    id: ClassVar = "changelog-has-no-newer"
    title: ClassVar = "no newer version stands in the changelog already"
    why: ClassVar = "A heading for a later version that nobody tagged is a slip, or this tag comes too late."
    fix: ClassVar = "Remove the heading, or mark it Unreleased."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find premature headings."""
        changelog, section = _section(facts)
        if section.version is None:
            raise NotApplicable("the notes are still under Unreleased")
        tagged = {facts.template.version_in(name) for name in facts.tags}
        for newer in changelog.newer_than(section.version):
            if newer.version not in tagged:
                yield Finding(
                    f"'{newer.title}' stands above {facts.version}",
                    where=place(facts, newer.path, newer.line),
                    remedy=Edit(f"remove '{newer.title}' from {newer.path} or mark it Unreleased"),
                )


class MainHasTheEntry:
    """Main tells about releases of the maintenance lines, too."""

    id: ClassVar = "main-has-the-entry"
    title: ClassVar = "main's changelog has this maintenance release as well"
    why: ClassVar = "Who reads the changelog on main would otherwise never hear of what the maintenance line shipped."
    fix: ClassVar = "Copy the section to the changelog on main with the next pull request."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find main without the section."""
        if facts.standing.on_main:
            raise NotApplicable("the tag is on main")
        (_, section), main = _section(facts), facts.main_changelog
        if main is None or section_for(main, facts.version) is None:
            path = section.path if main is None else main.path
            yield Finding(
                f"{facts.standing.main} has no section for {facts.version}",
                where=InFile(path),
                remedy=Edit(f"copy '{section.title}' from {facts.tag_name} into {path} on {facts.standing.main}"),
            )


def how_to_write(left: str, path: str) -> str:
    """What is to be done about a line of the example that was left."""
    if is_example(left):
        return f"write what changed in place of '{UNWRITTEN}' in {path}"
    return f"put the number in place of '{NUMBER}' in {path}, or take '(#{NUMBER})' away"


def _how_to_add(facts: Facts, changelog: Changelog) -> str:
    if not is_tagged(facts):
        return f"add a section {facts.version} to {changelog.path}"
    return (
        f"add a section {facts.version} to {changelog.path} on main; if nothing was published yet, "
        f"make {facts.tag_name} again on that commit, else release the next version"
    )


def _section(facts: Facts) -> tuple[Changelog, Section]:
    changelog = facts.changelog
    section = None if changelog is None else section_for(changelog, facts.version)
    if changelog is None or section is None:
        raise NotApplicable(f"there is no changelog section for {facts.version} to look at")
    return changelog, section
