"""The checks of a branch that cost minutes: tests, builds, the API, news, credentials and the project's own."""

from datetime import date

import pytest
from packaging.version import Version

from checks.asking import cannot_tell, finds, passes, skips
from fakes import COMMIT, FakeFacts, a_project, a_report, a_tag, a_verdict, versions
from tagship.checks.engine import examine
from tagship.checks.trials import (
    BranchAddsNoCredentials,
    BumpFitsTheApi,
    BumpFitsTheNews,
    DistributionsAreValid,
    ProjectBuilds,
    TestsPass,
    custom,
)
from tagship.checks.workflow import TestsAreNotNewlySkipped
from tagship.domain.branch import AddedLeak, Breakage, Bump, Suggestion, Trial
from tagship.domain.config import CustomCheck
from tagship.domain.facts import AddedLine
from tagship.domain.finding import Finding, Outcome, Report, Severity
from tagship.errors import BuildFailed, Edit, InCommit, InFile, Run

PYTEST = ("python", "-m", "pytest")
BROKEN = Breakage("demo.parse", "public object was removed", "src/demo/__init__.py", 4)


class Unbuilt(FakeFacts):
    """A project that does not build."""

    @property
    def built_report(self) -> Report:  # type: ignore[override]  # a field there, and here nothing but the refusal
        raise BuildFailed("the sdist does not build:\nno module named x")


def ended(code: int | None, *tail: str, argv: tuple[str, ...] = PYTEST) -> FakeFacts:
    return FakeFacts(tests=Trial(argv, code, 12.4, tail))


def step(before: str, after: str, *breakages: Breakage, suggestion: Suggestion | None = None) -> FakeFacts:
    return FakeFacts(
        version=Version(after),
        reached=versions(before),
        today=date(2026, 3, 1),
        breakages=breakages,
        suggestion=suggestion,
        project=a_project(after),
    )


# -- tests ------------------------------------------------------------------------------------------------------------


def test_tests_that_pass() -> None:
    passes(TestsPass(), ended(0, "==== 3 passed in 0.1s ===="))
    (verdict,) = examine([TestsPass()], ended(0, "==== 3 passed in 0.1s ===="), excused={})

    assert verdict.reason == "python -m pytest: 3 passed in 0.1s"


def test_tests_that_fail_are_quoted() -> None:
    (finding,) = finds(TestsPass(), ended(1, "E assert 1 == 2", "1 failed"))

    assert finding.message == "python -m pytest ended with 1:\nE assert 1 == 2\n1 failed"
    assert finding.remedy == Run(PYTEST)


@pytest.mark.parametrize(
    ("code", "words"),
    [(None, "was ended after 12 seconds"), (-9, "was ended by signal 9"), (5, "no tests were found by")],
)
def test_other_ways_not_to_pass(code: int | None, words: str) -> None:
    (finding,) = finds(TestsPass(), ended(code))

    assert words in finding.message


def test_a_runner_that_found_nothing_and_calls_it_a_pass() -> None:
    (finding,) = finds(TestsPass(), ended(0, "Ran 0 tests in 0.000s", "OK", argv=("python", "-m", "unittest")))

    assert finding.message == "no tests were found by python -m unittest"


def test_five_means_no_tests_to_those_alone_that_say_so() -> None:
    (finding,) = finds(TestsPass(), ended(5, "boom", argv=("nox", "-s", "tests")))

    assert finding.message == "nox -s tests ended with 5:\nboom"


def test_tests_that_cannot_be_run() -> None:
    cannot_tell(TestsPass(), FakeFacts())


def test_failure_14_a_test_that_is_expected_to_fail_passes_and_is_told() -> None:
    """Failure 14: tests were marked to let a release through, and nobody was told."""
    facts = FakeFacts(
        tests=Trial(PYTEST, 0, 1.0, ("1 xfailed",)),
        tag=a_tag("v1.1"),
        version=Version("1.1"),
        reached=versions("1.0"),
        added_lines=[AddedLine("tests/test_it.py", 3, "@pytest.mark.xfail")],
    )

    passes(TestsPass(), facts)
    (finding,) = finds(TestsAreNotNewlySkipped(), facts)

    assert "xfail" in finding.message


# -- builds -----------------------------------------------------------------------------------------------------------


def test_a_project_that_builds() -> None:
    passes(ProjectBuilds(), FakeFacts(built_report=a_report(a_verdict(Outcome.FAILED, Finding("x")))))
    cannot_tell(ProjectBuilds(), FakeFacts())


def test_a_project_that_does_not() -> None:
    (finding,) = finds(ProjectBuilds(), Unbuilt())

    assert finding.message.startswith("the sdist does not build")
    skips(DistributionsAreValid(), Unbuilt())


def test_distributions_that_are_valid() -> None:
    warned = a_verdict(Outcome.FAILED, Finding("x"), severity=Severity.WARNING)

    passes(DistributionsAreValid(), FakeFacts(built_report=a_report(a_verdict(Outcome.PASSED), warned)))


def test_failures_15_each_blocker_of_the_built_files_is_told_with_its_id() -> None:
    """Failure 15: a direct reference is known before the tag, and not at the upload."""
    at = InFile("demo-1.0.tar.gz")
    blocked = a_verdict(
        Outcome.FAILED, Finding("other @ git+https", at, Edit("name it")), Finding("more"), id="dependencies-are-named"
    )

    first, second = finds(DistributionsAreValid(), FakeFacts(built_report=a_report(blocked)))

    assert (first.message, first.where, first.remedy) == (
        "dependencies-are-named: other @ git+https", at, Edit("name it"),
    )  # fmt: skip
    assert second.remedy == Run(("tagship", "explain", "dependencies-are-named"))


def test_distributions_of_which_something_is_unknown() -> None:
    unknown = a_verdict(Outcome.UNKNOWN, reason="nobody knows", id="description-renders")

    said = cannot_tell(DistributionsAreValid(), FakeFacts(built_report=a_report(unknown)))

    assert said == "description-renders: nobody knows"


# -- the size of the step ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), [("1.4.0", "2.0.0"), ("1.4.0", "2.0.0a1"), ("0.4.2", "0.5.0")])
def test_a_break_that_the_version_tells(before: str, after: str) -> None:
    passes(BumpFitsTheApi(), step(before, after, BROKEN))


def test_no_break() -> None:
    passes(BumpFitsTheApi(), step("1.4.0", "1.4.1"))


@pytest.mark.parametrize(
    ("before", "after", "honest"),
    [("1.4.0", "1.5.0", "2.0.0"), ("1.4.0", "1.4.1", "2.0.0"), ("0.4.2", "0.4.3", "0.5.0")],
)
def test_a_break_that_it_does_not_tell(before: str, after: str, honest: str) -> None:
    (finding,) = finds(BumpFitsTheApi(), step(before, after, BROKEN))

    assert finding.where == InFile("src/demo/__init__.py", 4)
    assert finding.remedy == Edit(f"keep demo.parse as it was, or release {honest}")


def test_steps_that_are_none() -> None:
    skips(BumpFitsTheApi(), step("2026.1.0", "2026.3.0", BROKEN))
    skips(BumpFitsTheApi(), step("1.4.0", "1.4.0", BROKEN))
    released = FakeFacts(version=Version("1.4.0"), reached=versions("1.3.0", "1.4.0"), today=date(2026, 3, 1))
    skips(BumpFitsTheApi(), released)
    skips(BumpFitsTheApi(), FakeFacts(version=Version("1.0"), reached=frozenset(), today=date(2026, 3, 1)))


def test_pre_releases_are_compared_with_the_release_before_them() -> None:
    facts = FakeFacts(
        version=Version("2.0.0rc2"), reached=versions("1.4.0", "2.0.0rc1"), today=date(2026, 3, 1), breakages=[BROKEN]
    )

    passes(BumpFitsTheApi(), facts)


def test_without_the_extra_the_api_is_unknown() -> None:
    facts = FakeFacts(version=Version("1.0.1"), reached=versions("1.0.0"), today=date(2026, 3, 1))

    cannot_tell(BumpFitsTheApi(), facts)


def test_news_and_version_that_agree() -> None:
    passes(BumpFitsTheNews(), step("1.4.0", "1.5.0", suggestion=Suggestion(Bump.MINOR, ("a feature",))))
    passes(BumpFitsTheNews(), step("0.4.0", "0.5.0", suggestion=Suggestion(Bump.MAJOR, ("a break",))))
    skips(BumpFitsTheNews(), step("1.4.0", "1.5.0"))


def test_news_that_asks_for_more() -> None:
    (finding,) = finds(
        BumpFitsTheNews(),
        step("1.4.0", "1.4.1", suggestion=Suggestion(Bump.MINOR, ("news/1.feature", "news/2.feature"))),
    )

    assert finding.message.endswith("a minor one: news/1.feature; news/2.feature")
    assert finding.remedy == Run(("tagship", "prepare", "1.5.0"))


# -- credentials ------------------------------------------------------------------------------------------------------


def leak(path: str, *, commit: str | None = None, rule: str = "index-token") -> FakeFacts:
    return FakeFacts(added_leaks=[AddedLeak(rule, "pypi-AgEI", path, 3, commit)], main="main")


def test_a_branch_without_credentials() -> None:
    passes(BranchAddsNoCredentials(), FakeFacts(added_leaks=(), main="main"))
    cannot_tell(BranchAddsNoCredentials(), FakeFacts())


def test_failure_7_a_credential_in_a_commit_is_revoked_before_history_is_mended() -> None:
    """Failure 7: credentials were committed, history was rewritten, and releases were rebuilt."""
    (finding,) = finds(BranchAddsNoCredentials(), leak(".env", commit=COMMIT))

    assert finding.where == InCommit(COMMIT, ".env", 3)
    assert isinstance(finding.remedy, Edit)
    assert finding.remedy.text.index("revoke") < finding.remedy.text.index("rebase")


def test_a_credential_that_is_not_committed_yet() -> None:
    (finding,) = finds(BranchAddsNoCredentials(), leak("tests/data.txt"))

    assert finding.where == InFile("tests/data.txt", 3)


def test_a_credential_in_the_message_of_a_commit() -> None:
    (finding,) = finds(BranchAddsNoCredentials(), leak("", commit=COMMIT))

    assert finding.where == InCommit(COMMIT)
    assert finding.message.startswith("line 3 of a commit's message holds ")
    assert "take it out of the message in commit" in str(finding.remedy)


@pytest.mark.parametrize("path", ["tests/server.key", "src/demo/test_tls.py", "examples/a/key.pem"])
def test_keys_that_tests_make_up(path: str) -> None:
    passes(BranchAddsNoCredentials(), leak(path, rule="private-key"))


# -- the project's own ------------------------------------------------------------------------------------------------


def test_failure_36_a_check_of_the_projects_own_blocks_like_every_other() -> None:
    """Failure 36: a migration's target was above the version of the release, and nobody asked."""
    wanted = CustomCheck(
        "migrations-fit", "migrations end at this version", "Users cannot migrate.", "Lower the target.", ("./check",)
    )
    finding = Finding("targets 9.9", InFile("migrations/9.py", 1), Edit("Lower the target."))

    passes(custom(wanted), FakeFacts(custom={"migrations-fit": ()}))
    found = finds(custom(wanted), FakeFacts(custom={"migrations-fit": [finding]}))
    cannot_tell(custom(wanted), FakeFacts())

    assert found == (finding,)
    (verdict,) = examine([custom(wanted)], FakeFacts(custom={"migrations-fit": [finding]}), excused={})
    assert (verdict.id, verdict.title, verdict.why, verdict.fix) == (wanted.id, wanted.title, wanted.why, wanted.fix)
    assert verdict.blocks
