"""Do the workflow files and the settings of the host fit each other?"""

from dataclasses import replace

import pytest

from checks.asking import cannot_tell, finds, skips
from checks.hosting.given import BROKEN, COMMIT, PUBLISH, READINESS, RELEASE, Given, passes
from tagship.checks.hosting.workflows import (
    PublisherFitsTheWorkflow,
    ReleaseStartsOnTheTag,
    WorkflowLockIsComplete,
    WorkflowsLeaveMainAlone,
)
from tagship.domain.config import Auth
from tagship.domain.endpoints import Endpoints
from tagship.domain.facts import TagTrigger
from tagship.domain.hosting import LockedActions
from tagship.domain.version import TagTemplate
from tagship.domain.workflow_files import Job, Script, Use, WorkflowFile

LOCK = LockedActions(".github/workflows/actions.lock", frozenset({"actions/checkout"}))
PYPA = Use(f"pypa/gh-action-pypi-publish@{COMMIT}", 30)


def running(*scripts: str, uses: tuple[Use, ...] = ()) -> Given:
    job = Job("work", 5, scripts=tuple(Script(text, 9) for text in scripts), uses=uses)
    return Given(workflows=(WorkflowFile(".github/workflows/some.yml", jobs=(job,)),))


def publishing(**changed: object) -> Given:
    job = replace(PUBLISH, **changed)  # type: ignore[arg-type]  # what a test names is there
    return Given(workflows=(READINESS, replace(RELEASE, jobs=(job,))))


def test_a_pattern_that_every_tag_matches() -> None:
    passes(ReleaseStartsOnTheTag())


def test_failure_18_a_pattern_that_lets_the_next_major_pass_by() -> None:
    """The trigger did not match v3 tags: nothing runs, and nothing tells (pain 17)."""
    facts = Given(triggers=(TagTrigger(RELEASE.path, 4, ("v[0-9].*", "v[0-9][0-9].*")),))
    passes(ReleaseStartsOnTheTag(), facts)
    narrow = Given(triggers=(TagTrigger(RELEASE.path, 4, ("v1.*",)),)).wanting(next_tags=("v2.0.0",))
    (finding,) = finds(ReleaseStartsOnTheTag(), narrow)

    assert "'v[0-9]*'" in str(finding.remedy)


def test_a_spelling_that_starts_nothing() -> None:
    (finding,) = finds(ReleaseStartsOnTheTag(), Given().wanting(templates=(TagTemplate(), TagTemplate("x-{version}"))))

    assert "x-0.1.0" in finding.message


def test_no_workflow_at_all() -> None:
    (finding,) = finds(ReleaseStartsOnTheTag(), Given(triggers=()))

    assert str(finding.remedy) == "tagship init"


def test_a_lock_that_knows_every_action() -> None:
    passes(WorkflowLockIsComplete(), Given(locked_actions=LOCK))
    local = (Use("./.github/actions/mine", 3), Use("docker://image@sha256:0", 4), Use("$/actions/mine", 5))
    facts = running(uses=local)
    facts.locked_actions = LOCK
    passes(WorkflowLockIsComplete(), facts)


def test_a_lock_that_lacks_one() -> None:
    facts = running(uses=(Use(f"Actions/Cache/save@{COMMIT}", 7),))
    facts.locked_actions = LOCK
    (finding,) = finds(WorkflowLockIsComplete(), facts)

    assert "actions/cache" in finding.message
    assert str(finding.remedy) == "gh actions-lock"


def test_a_lock_that_lacks_a_workflow_that_is_called() -> None:
    job = Job("call", 4, calls=Use(f"someone/shared/.github/workflows/x.yml@{COMMIT}", 5))
    finds(
        WorkflowLockIsComplete(),
        Given(workflows=(WorkflowFile("a.yml", jobs=(job,)),), locked_actions=LOCK),
    )


def test_no_lock() -> None:
    skips(WorkflowLockIsComplete(), Given())


def test_a_workflow_that_cannot_be_read_hides_no_finding() -> None:
    cannot_tell(WorkflowLockIsComplete(), Given(workflows=(RELEASE, BROKEN), locked_actions=LOCK))
    facts = running("git push origin main")
    facts.workflows = (*facts.workflows, BROKEN)
    finds(WorkflowsLeaveMainAlone(), facts)


@pytest.mark.parametrize(
    "script",
    [
        "git push origin main",
        "git commit -m x && git push",
        "git push\necho done",
        "git push --force origin HEAD:main",
        "git push https://x@host/a/b.git HEAD:refs/heads/main",
        "git -c a=b status; git push origin 'x' main --tags",
    ],
)
def test_failure_1_a_workflow_that_pushes_to_main(script: str) -> None:
    """The push is rejected in the middle of a release where main is protected; where it is not, nobody looked at it."""
    (finding,) = finds(WorkflowsLeaveMainAlone(), running(script))

    assert "git push" in finding.message


@pytest.mark.parametrize(
    "script",
    [
        "git push origin gh-pages",
        'git push origin "v1.0"',
        "git push origin main-preview",
        "git push origin HEAD:docs/main.html",
        "echo main",
        "git push --tags origin",
    ],
)
def test_other_pushes(script: str) -> None:
    passes(WorkflowsLeaveMainAlone(), running(script))


def test_pain_18_an_action_that_pushes_commits() -> None:
    """Personal repositories cannot let a bot past the rules of main: never push to it."""
    finds(
        WorkflowsLeaveMainAlone(), running(uses=(Use(f"python-semantic-release/python-semantic-release@{COMMIT}", 8),))
    )


def test_pain_7_the_values_of_a_publisher_are_told_with_their_page() -> None:
    told = passes(PublisherFitsTheWorkflow())

    assert told is not None
    assert "owner=someone, repository=handmade, workflow_filename=release.yml, environment=pypi" in told
    assert "/manage/project/handmade/settings/publishing/" in told


def test_the_page_where_no_single_project_is_known() -> None:
    told = passes(PublisherFitsTheWorkflow(), Given().wanting(projects=()))
    assert told is not None
    assert "/manage/account/publishing/" in told

    elsewhere = Endpoints("inside", "https://index.example/simple/", "https://index.example/upload/")
    named = passes(PublisherFitsTheWorkflow(), Given().wanting(index=elsewhere))
    assert named is not None
    assert "inside must say" in named


def test_pain_7_no_identity_and_no_environment() -> None:
    finds(PublisherFitsTheWorkflow(), publishing(permissions={"contents": "write"}))
    finds(PublisherFitsTheWorkflow(), publishing(permissions=None))
    (finding,) = finds(PublisherFitsTheWorkflow(), publishing(environment=None))

    assert "environment: pypi" in str(finding.remedy)


def test_the_permission_of_the_whole_workflow_counts() -> None:
    job = replace(PUBLISH, permissions=None)

    passes(
        PublisherFitsTheWorkflow(), Given(workflows=(replace(RELEASE, permissions={"id-token": "write"}, jobs=(job,)),))
    )


def test_pain_7_a_reusable_workflow_is_no_publisher() -> None:
    called = replace(RELEASE, events=frozenset({"workflow_call"}), path=".github/workflows/upload.yml")
    caller = WorkflowFile(
        ".github/workflows/top.yml", jobs=(Job("up", 3, calls=Use("./.github/workflows/upload.yml", 4)), PUBLISH)
    )
    (finding,) = finds(PublisherFitsTheWorkflow(), Given(workflows=(called, caller)))
    assert "top.yml" in str(finding.remedy)
    (alone,) = finds(PublisherFitsTheWorkflow(), Given(workflows=(called,)))
    assert "that calls it" in str(alone.remedy)


@pytest.mark.parametrize("command", ["twine upload dist/*", "uv publish", "python -P -m tagship publish --yes"])
def test_what_publishes(command: str) -> None:
    passes(PublisherFitsTheWorkflow(), publishing(scripts=(Script(command, 3),)))
    passes(PublisherFitsTheWorkflow(), publishing(scripts=(), uses=(PYPA,)))


def test_nothing_publishes() -> None:
    skips(PublisherFitsTheWorkflow(), Given(workflows=(READINESS,)))
    skips(PublisherFitsTheWorkflow(), Given().wanting(auth=Auth.TOKEN))
    assert BROKEN.path in cannot_tell(PublisherFitsTheWorkflow(), Given(workflows=(READINESS, BROKEN)))
