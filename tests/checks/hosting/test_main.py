"""Does anything come to main past a pull request and its checks?"""

from dataclasses import replace

import pytest

from checks.asking import cannot_tell, finds, skips
from checks.hosting.given import BROKEN, MAIN, READINESS, READY, RELEASE, UNSEEN, Given, passes
from tagship.checks.hosting.main import (
    MainBindsEverybody,
    MainIsMergedUpToDate,
    MainKeepsItsHistory,
    MainRequiresTheChecks,
    MainTakesPullRequests,
    RequiredChecksExist,
)
from tagship.domain.hosting import Force, Guard, Protection, RequiredCheck, Rule, SeenChecks
from tagship.domain.workflow_files import Job, Use
from tagship.errors import FactUnknown, Run, Visit

NOTHING = Protection()
NOBODY_SEEN = SeenChecks(frozenset(), "the tip of main")


def guarded(**changed: object) -> Given:
    """With the one ruleset of main changed."""
    return Given(main_rules=Protection((replace(MAIN, **changed),)))  # type: ignore[arg-type]  # what a test names is there


def test_a_protected_main() -> None:
    passes(MainTakesPullRequests())
    passes(MainKeepsItsHistory())
    passes(MainRequiresTheChecks())
    passes(MainIsMergedUpToDate())
    passes(MainBindsEverybody())
    assert passes(RequiredChecksExist()) is None


def test_more_approvals_do_no_harm() -> None:
    passes(MainTakesPullRequests(), guarded(approvals=3))


def test_an_unprotected_main() -> None:
    facts = Given(main_rules=NOTHING)

    finds(MainTakesPullRequests(), facts)
    assert len(finds(MainKeepsItsHistory(), facts)) == 2
    finds(MainRequiresTheChecks(), facts)
    finds(MainIsMergedUpToDate(), facts)
    skips(MainBindsEverybody(), facts)
    skips(RequiredChecksExist(), facts)


@pytest.mark.parametrize("force", [Force.EVALUATED, Force.DISABLED])
def test_what_is_not_enforced_protects_nothing(force: Force) -> None:
    (finding,) = finds(MainTakesPullRequests(), guarded(force=force))

    assert force.value in finding.message
    finds(MainRequiresTheChecks(), guarded(force=force))


def test_rules_of_other_branches() -> None:
    finds(MainTakesPullRequests(), guarded(covers=("release/*",)))
    finds(MainTakesPullRequests(), guarded(covers=("*",), excepts=("main",)))
    passes(MainTakesPullRequests(), guarded(covers=("**/*",)))


def test_rules_that_may_be_there_and_are_not_shown() -> None:
    facts = Given(main_rules=Protection(unseen=UNSEEN))

    assert "administrators alone" in cannot_tell(MainTakesPullRequests(), facts)
    cannot_tell(MainRequiresTheChecks(), facts)
    passes(MainTakesPullRequests(), Given(main_rules=Protection((MAIN,), unseen=UNSEEN)))


@pytest.mark.parametrize("app", [None, 1])
def test_a_check_that_somebody_else_may_report(app: int | None) -> None:
    (finding,) = finds(MainRequiresTheChecks(), guarded(checks=(RequiredCheck("ready", app),)))

    assert ("whoever" if app is None else "another application") in finding.message


def test_a_check_of_a_host_without_applications() -> None:
    facts = guarded(checks=(RequiredCheck("pipeline"),)).wanting(check=RequiredCheck("pipeline"))

    passes(MainRequiresTheChecks(), facts)


def test_who_may_bypass() -> None:
    (finding,) = finds(MainBindsEverybody(), guarded(bypassed_by=("administrators", "deploy keys")))

    assert "administrators, deploy keys" in finding.message
    assert isinstance(finding.remedy, Visit)
    (other,) = finds(MainBindsEverybody(), guarded(bypassed_by=("administrators",), page=None))
    assert isinstance(other.remedy, Run)


def test_a_second_ruleset_that_nobody_bypasses() -> None:
    """What one lets pass the other stops; each rule is looked at alone."""
    loose = replace(MAIN, bypassed_by=("administrators",))
    pulls = Guard("the protection of main", frozenset({Rule.PULL_REQUEST}), covers=("main",))

    passes(MainBindsEverybody(), Given(main_rules=Protection((loose, MAIN))))
    (finding,) = finds(MainBindsEverybody(), Given(main_rules=Protection((loose, pulls))))
    assert "forced" in finding.message or "force pushes" in finding.message


def test_who_may_bypass_is_not_shown() -> None:
    assert "the ruleset 'main'" in cannot_tell(MainBindsEverybody(), guarded(bypassed_by=None))


def test_a_required_check_that_has_not_reported_yet() -> None:
    told = passes(RequiredChecksExist(), Given(checks_seen=NOBODY_SEEN))

    assert told == "ready has not reported yet on the tip of main"


def test_a_required_check_that_nothing_defines() -> None:
    (finding,) = finds(RequiredChecksExist(), Given(workflows=(RELEASE,), checks_seen=NOBODY_SEEN))

    assert str(finding.remedy) == "tagship init"
    other = RequiredCheck("coverage")
    (finding,) = finds(RequiredChecksExist(), guarded(checks=(READY, other)))
    assert "where ready did" in finding.message
    assert "coverage" in str(finding.remedy)


def test_a_required_check_that_another_service_reports() -> None:
    seen = SeenChecks(frozenset({READY, RequiredCheck("coverage", 7)}), "the tip of main")
    facts = guarded(checks=(READY, RequiredCheck("coverage")))
    facts.checks_seen = seen

    assert passes(RequiredChecksExist(), facts) is None


@pytest.mark.parametrize("name", ["Test (3.13)", "Test / unit", "Test"])
def test_a_required_check_of_a_matrix(name: str) -> None:
    passes(RequiredChecksExist(), guarded(checks=(RequiredCheck(name),)))


@pytest.mark.parametrize(
    "job",
    [
        Job("ready", 12, told="  ready:\n    strategy:\n      matrix:\n        python: [a, b]"),
        Job("ready", 12, told="ready: {strategy: {matrix: {python: [a, b]}}}"),
        Job("ready", 12, calls=Use("./.github/workflows/other.yml", 13)),
    ],
    ids=["a matrix", "a matrix in braces", "a call"],
)
def test_a_job_that_reports_under_longer_names(job: Job) -> None:
    """`ready (a)` and `ready / tests` are reported, and `ready` stays pending for ever."""
    facts = Given(workflows=(replace(READINESS, jobs=(job,)),), checks_seen=NOBODY_SEEN)

    finds(RequiredChecksExist(), facts)
    facts.checks_seen = SeenChecks(frozenset({READY}), "the tip of main")
    passes(RequiredChecksExist(), facts)


def test_a_check_that_is_required_of_another_application() -> None:
    """A job of the same name is none of that application's."""
    finds(RequiredChecksExist(), guarded(checks=(RequiredCheck("ready", 7),)))


def test_pain_19_a_required_check_that_only_some_paths_bring() -> None:
    """A path filter leaves the required check pending."""
    narrow = replace(READINESS, narrowed=frozenset({"pull_request"}))
    (finding,) = finds(RequiredChecksExist(), Given(workflows=(narrow,)))

    assert "some paths" in finding.message
    passes(RequiredChecksExist(), Given(workflows=(narrow, READINESS)))


def test_a_workflow_that_no_pull_request_starts() -> None:
    later = replace(READINESS, events=frozenset({"push"}))

    finds(RequiredChecksExist(), Given(workflows=(later,), checks_seen=NOBODY_SEEN))


def test_a_workflow_that_cannot_be_read_may_define_it() -> None:
    facts = Given(workflows=(BROKEN,), checks_seen=NOBODY_SEEN)

    assert BROKEN.path in cannot_tell(RequiredChecksExist(), facts)


def test_a_check_is_reported_under_its_own_name() -> None:
    named = replace(READINESS, jobs=(Job("all", 3, name="ready"),))

    passes(RequiredChecksExist(), Given(workflows=(RELEASE, named), checks_seen=NOBODY_SEEN))
    finds(RequiredChecksExist(), Given(workflows=(replace(named, jobs=(Job("ready", 3, name="All"),)),),
                                       checks_seen=NOBODY_SEEN))  # fmt: skip


def test_a_readable_workflow_beside_an_unreadable_one() -> None:
    facts = Given(workflows=(RELEASE, BROKEN), checks_seen=NOBODY_SEEN)

    cannot_tell(RequiredChecksExist(), facts)


def test_whether_a_check_has_reported_need_not_be_known() -> None:
    """Where a workflow defines it, who may not see check runs is told so beside the pass."""
    facts = Given(checks_seen=FactUnknown("no right"))  # type: ignore[arg-type]  # raised when it is asked for

    assert "no right" in str(passes(RequiredChecksExist(), facts))
    facts.workflows = (RELEASE,)
    assert cannot_tell(RequiredChecksExist(), facts) == "no right"
