"""Does it work: do the tests pass, does it build, and does the version say what changed?"""

import re
import shlex
from collections.abc import Iterator
from typing import ClassVar

from packaging.version import Version

from tagship.checks.engine import Check
from tagship.checks.for_show import FOR_SHOW, MADE_FOR_TESTS, TEST_FILE, WORD
from tagship.checks.version import NO_EARLIER_RELEASE, skip_dates
from tagship.domain.branch import AddedLeak, BranchFacts, Bump, Trial
from tagship.domain.config import CustomCheck
from tagship.domain.finding import Finding, NotApplicable, Severity, Verdict
from tagship.domain.version import next_versions
from tagship.errors import BuildFailed, Edit, FactUnknown, InCommit, InFile, Run

NOTHING: frozenset[str] = frozenset()
NO_TESTS = 5
"""How pytest exits where it finds no tests, and unittest since Python 3.12."""
_RAN_NOTHING = re.compile(r"Ran 0 tests in ")
RUNNERS = ("pytest", "py.test", "unittest")


class TestsPass:
    """The project's own tests pass."""

    id: ClassVar = "tests-pass"
    title: ClassVar = "the project's tests pass"
    why: ClassVar = "A release is for ever, and nobody is better placed than its tests to say that it is broken."
    fix: ClassVar = "Mend the code or the test; what is known to fail is marked in the test, with a reason that holds."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find that they fail, take too long, or are none."""
        trial = facts.tests
        if trial.passed and not _found_none(trial):
            return
        command = shlex.join(trial.argv)
        yield Finding(_how_it_ended(trial, command), remedy=_remedy(trial))

    def remark(self, facts: BranchFacts) -> str:
        """What was run, and what it said last."""
        trial = facts.tests
        counts = [line.strip("= ") for line in trial.tail if any(map(str.isdecimal, line))]
        return ": ".join([shlex.join(trial.argv), *counts[-1:]])


def _found_none(trial: Trial) -> bool:
    """Whether a runner ran and found nothing to run; unittest calls that a pass before Python 3.12."""
    if not any(runner in word for word in trial.argv for runner in RUNNERS):
        return False
    return trial.ended == NO_TESTS or (trial.passed and any(map(_RAN_NOTHING.match, trial.tail)))


def _how_it_ended(trial: Trial, command: str) -> str:
    if trial.ended is None:
        said = f"{command} was ended after {trial.seconds:.0f} seconds"
    elif _found_none(trial):
        return f"no tests were found by {command}"
    elif trial.ended < 0:
        said = f"{command} was ended by signal {-trial.ended}"
    else:
        said = f"{command} ended with {trial.ended}"
    return "\n".join([f"{said}:", *trial.tail]) if trial.tail else said


def _remedy(trial: Trial) -> Run | Edit:
    if trial.ended is None:
        return Edit("mend the test that hangs, or raise test-minutes under [tool.tagship]")
    if _found_none(trial):
        return Edit('tell where they are, or how they are run, as in test = ["pytest", "tests"] under [tool.tagship]')
    return Run(trial.argv)


class ProjectBuilds:
    """The sdist builds from the tree, and the wheel from the sdist."""

    id: ClassVar = "project-builds"
    title: ClassVar = "the sdist builds, and the wheel from it"
    why: ClassVar = "A tag whose distributions do not build is a version that is spent on nothing."
    fix: ClassVar = "Mend what the build backend complains of; python -m build shows all of it."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find why nothing could be built."""
        try:
            _ = facts.built_report
        except BuildFailed as failed:
            yield Finding(failed.message, failed.where, failed.remedy or Run(("python", "-m", "build")))


class DistributionsAreValid:
    """What would be built of the tree is what the index takes."""

    id: ClassVar = "distributions-are-valid"
    title: ClassVar = "the distributions built from the tree are valid"
    why: ClassVar = "What the index would refuse, and what nobody wants in a wheel, is cheap to mend before the tag."
    fix: ClassVar = "Mend what is named; explain with the id in front of each finding tells more."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find every check of the built files that stands in the way, each with its own id in front.

        One that could not tell leaves the whole question open.
        """
        try:
            report = facts.built_report
        except BuildFailed:
            raise NotApplicable("nothing was built that could be looked at") from None
        for verdict in report.verdicts:
            if verdict.blocks:
                yield from _retold(verdict)
        for verdict in report.verdicts:
            if verdict.leaves_open:
                raise FactUnknown(f"{verdict.id}: {verdict.reason or 'cannot be told'}")


def _retold(verdict: Verdict) -> Iterator[Finding]:
    for finding in verdict.findings:
        remedy = finding.remedy or Run(("tagship", "explain", verdict.id))
        yield Finding(f"{verdict.id}: {finding.message}", finding.where, remedy)


class BumpFitsTheApi:
    """A version that breaks the public API says so."""

    id: ClassVar = "bump-fits-the-api"
    title: ClassVar = "the version goes up as far as the public API changes"
    why: ClassVar = (
        "Dependents that allow every version below the next major one get what breaks them. Before 1.0 the minor "
        "version says so. What is compared is source, against the last release; private names and tests are left out."
    )
    fix: ClassVar = "Keep the old name or parameter alive, or release the next major version."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find each name that is broken without the version saying so."""
        before, after = _step(facts)
        needed, made = Bump.MINOR if before.major == 0 else Bump.MAJOR, _bump(before, after)
        if made.weight >= needed.weight:
            return
        follows = next_versions(before)
        honest = follows.minor if needed is Bump.MINOR else follows.major
        for breakage in facts.breakages:
            yield Finding(
                f"{breakage.symbol}: {breakage.what}, and {before} to {after} is a {made.value} release",
                where=None if breakage.path is None else InFile(breakage.path, breakage.line),
                remedy=Edit(f"keep {breakage.symbol} as it was, or release {honest}"),
            )


class BumpFitsTheNews:
    """The version goes up as far as the news says."""

    id: ClassVar = "bump-fits-the-news"
    title: ClassVar = "the version goes up as far as what changed says"
    why: ClassVar = "Fragments and commit messages say what is a feature and what breaks; the version should agree."
    fix: ClassVar = "Release the version that the news asks for, or mend the news."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find that the news asks for more than the version says."""
        before, after = _step(facts)
        suggestion = facts.suggestion
        if suggestion is None:
            raise NotApplicable("nothing tells how much the version should go up")
        wanted = Bump.MINOR if before.major == 0 and suggestion.bump is Bump.MAJOR else suggestion.bump
        made = _bump(before, after)
        if made.weight < wanted.weight:
            follows = next_versions(before)
            honest = follows.minor if wanted is Bump.MINOR else follows.major
            yield Finding(
                f"{before} to {after} is a {made.value} release, and the news asks for a {wanted.value} one: "
                f"{'; '.join(suggestion.reasons)}",
                where=_version_place(facts),
                remedy=Run(("tagship", "prepare", str(honest))),
            )


def _step(facts: BranchFacts) -> tuple[Version, Version]:
    """The release that users have, and the version that the branch would become.

    Pre-releases are no releases to compare with, unless there is nothing else; raises NotApplicable where there is
    nothing to compare, and for dates, whose steps say nothing.
    """
    after = facts.version
    earlier = {version for version in facts.reached if version < after}
    before = max({version for version in earlier if not version.is_prerelease} or earlier, default=None)
    if before is None:
        raise NotApplicable(NO_EARLIER_RELEASE)
    if after in facts.reached:
        raise NotApplicable(f"{after} is released already, and the version does not go up here")
    skip_dates(after, facts.today.year)
    return before, after


def _bump(before: Version, after: Version) -> Bump:
    if (before.epoch, before.major) != (after.epoch, after.major):
        return Bump.MAJOR
    return Bump.MINOR if before.minor != after.minor else Bump.PATCH


def _version_place(facts: BranchFacts) -> InFile | None:
    source = facts.project.version_source
    return None if source.path is None else InFile(source.path, source.line)


class BranchAddsNoCredentials:
    """No credential is in what the branch adds, be it only in one of its commits, or in what that says of itself."""

    id: ClassVar = "branch-adds-no-credentials"
    title: ClassVar = "no credential is in what the branch adds"
    why: ClassVar = (
        "What was pushed once is known to others: machines find a credential within minutes, and history keeps what a "
        "later commit takes away. The message of a commit counts as well. Keys that lie among tests and examples are "
        "left out."
    )
    fix: ClassVar = "Revoke the credential first; then take it out of the files and of the branch's history."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find credentials in the commits of the branch, in their messages and in the working tree."""
        for leak in facts.added_leaks:
            if not _for_show(leak):
                yield Finding(
                    f"{_leak_name(leak)} holds a credential: {leak.rule}, {leak.preview}…",
                    where=_leak_place(leak),
                    remedy=_rotation(leak, facts.main),
                )


def _for_show(leak: AddedLeak) -> bool:
    """Whether it is a key that tests or examples make up for themselves."""
    *folders, file = leak.path.lower().split("/")
    among = any(not FOR_SHOW.isdisjoint(WORD.findall(folder)) for folder in folders)
    return leak.rule in MADE_FOR_TESTS and (among or TEST_FILE.fullmatch(file) is not None)


def _leak_name(leak: AddedLeak) -> str:
    return f"{leak.path} line {leak.line}" if leak.path else f"line {leak.line} of a commit's message"


def _leak_place(leak: AddedLeak) -> InFile | InCommit:
    if leak.commit is None:
        return InFile(leak.path, leak.line)
    if not leak.path:
        return InCommit(leak.commit)
    return InCommit(leak.commit, leak.path, leak.line)


def _rotation(leak: AddedLeak, main: str) -> Edit:
    if leak.commit is None:
        return Edit(f"revoke it if anybody else ever saw it, and take it out of {leak.path} before you commit")
    place = leak.path or "the message"
    return Edit(
        f"revoke it where it was issued, whether or not it was pushed; then take it out of {place} in commit "
        f"{leak.commit[:12]}, with git rebase -i {main}, and do not merge the branch before"
    )


def custom(wanted: CustomCheck) -> Check[BranchFacts]:
    """A check of the project's own, in the same form as every other; it blocks."""

    class Custom:
        """What the project asks of itself."""

        id: ClassVar = wanted.id
        title: ClassVar = wanted.title
        why: ClassVar = wanted.why
        fix: ClassVar = wanted.fix
        severity: ClassVar = Severity.ERROR
        needs: ClassVar = NOTHING

        def run(self, facts: BranchFacts) -> Iterator[Finding]:
            """Tell what the project's command found."""
            yield from facts.custom(wanted.id)

    return Custom()
