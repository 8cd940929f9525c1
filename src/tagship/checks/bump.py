"""Does the branch bring the version that it will be released as?"""

from collections.abc import Iterator
from typing import ClassVar

from packaging.version import Version

from tagship.checks.version import one_step_up, skip_dates, told_version
from tagship.domain.branch import BranchFacts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.project import Project
from tagship.domain.version import is_one_step
from tagship.errors import InFile, Run

NOTHING: frozenset[str] = frozenset()


class VersionIsBumped:
    """The branch has a version of its own, above main's and never tagged."""

    id: ClassVar = "version-is-bumped"
    title: ClassVar = "the branch has a version that is above main's and not tagged yet"
    why: ClassVar = (
        "What ships under a version that is out already never reaches anybody: the index keeps what it has, and "
        "installers see nothing new."
    )
    fix: ClassVar = "Let tagship prepare set the next version in every file that carries it."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find the version of main, a lower one, or one that has its tag."""
        version = _told(facts.project)
        where = _place(facts.project)
        spent = {name for name in facts.tags if facts.template.version_in(name) == version}
        if spent:
            yield Finding(
                f"the version is {version}, and {min(spent)} is tagged already",
                where=where,
                remedy=Run(("tagship", "prepare", "patch")),
            )
            return
        if facts.divergence.is_part_of_main:
            return
        main = facts.main_project
        if main is None or main.version_is_tag:
            return
        before = _told(main)
        # Main's own development version may be of any release to come.
        if version > before or (before.is_devrelease and not version.is_devrelease):
            return
        if not any(map(facts.template.version_in, facts.tags)) and version == before:
            raise NotApplicable(f"no version was tagged yet: {version} will be the first")
        if version == before and _brings_its_section(facts, version):
            raise NotApplicable(f"{facts.main} has {version}, which is not tagged, and the branch brings its section")
        yield Finding(
            f"the version is {version}, as on {facts.main}"
            if version == before
            else f"the version is {version}, and {facts.main} has {before}",
            where=where,
            remedy=Run(("tagship", "prepare", "patch")),
        )


class VersionIsOneStepAboveMain:
    """The version follows the one on main by one step, where no tag has that yet."""

    id: ClassVar = "version-is-one-step-above-main"
    title: ClassVar = "the version is one step above main's"
    why: ClassVar = (
        "A jump such as 3.1.4 to 4.1.5 is nearly always a slip of the finger. What main has and nobody tagged yet is "
        "a predecessor as well."
    )
    fix: ClassVar = (
        "Choose the next patch, minor or major version, or confirm the jump with --confirm-jump. Jobs are given no "
        "such option: for them, waive the check for some days in the branch that brings the version."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find a jump over versions that main never had."""
        version = _told(facts.project)
        main = facts.main_project
        if main is None or main.version is None:
            raise NotApplicable("no file on main tells a version")
        before = main.version
        if any(facts.template.version_in(name) == before for name in facts.tags):
            raise NotApplicable(f"main's {before} is tagged: version-is-one-step-up looks at it")
        if version <= before:
            raise NotApplicable(f"the version is not above main's {before}")
        skip_dates(version, facts.today.year)
        if not is_one_step(before, version):
            yield Finding(
                f"{before} on {facts.main} is followed by {version}",
                where=_place(facts.project),
                remedy=one_step_up(before),
            )


def _brings_its_section(facts: BranchFacts, version: Version) -> bool:
    """Whether the branch makes the release that main has the version of."""
    main = facts.main_changelog
    brought = facts.changelog is not None and facts.changelog.tells_of(version)
    return brought and (main is None or not main.tells_of(version))


def _told(project: Project) -> Version:
    if project.version_is_tag:
        raise NotApplicable("the tag is the version, and no file carries it")
    return told_version(project)


def _place(project: Project) -> InFile | None:
    source = project.version_source
    return None if source.path is None else InFile(source.path, source.line)
