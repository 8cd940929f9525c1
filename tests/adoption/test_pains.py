"""What hurts people with their release workflows, and what went wrong in those before this one, by number."""

import pytest

from adoption.adopted import CANARY_YML, FILES, GUARD_YML, READINESS_YML, RELEASE_YML, TAG
from adoption.conftest import Adopt
from running.events import dispatch, push
from running.triggers import answers

pytestmark = pytest.mark.slow


def test_todays_automation_takes_a_tag_that_was_there_before_it(adopt: Adopt) -> None:
    """Pain 6: the workflow of the tag is broken and cannot be mended there; started from main, it ships the tag.

    What the tag's own run left on the commit is red, and no reason against trying again.
    """
    adopted = adopt()
    adopted.rewrite(RELEASE_YML, ("credential --project", "credential --of-project"))
    broken = adopted.release()
    adopted.rewrite(RELEASE_YML, ("credential --of-project", "credential --project"))
    mended = adopted.run(RELEASE_YML, dispatch(adopted.repository, tag=TAG))

    assert broken.job("credential").conclusion == "failure"
    assert mended.conclusion == "success", mended.log
    assert mended.event.sha != broken.event.sha
    assert adopted.served() == FILES
    assert [release.tag for release in adopted.world.host.releases] == [TAG]
    assert adopted.issues() == []


@pytest.mark.parametrize("version", ["0.1.0", "3.0.0", "3.1.0a1", "2.0.0rc36", "1.0.post1", "10.20.30"])
def test_every_version_starts_a_release_and_nothing_else_does(adopt: Adopt, version: str) -> None:
    """Failures 18 and 19: no version is one that the trigger was not thought for, candidates among them."""
    adopted = adopt()
    workflow = adopted.runner.evaluator.parse(RELEASE_YML, adopted.repository.git("show", f"main:{RELEASE_YML}"))

    assert answers(workflow.events, adopted.tag(f"v{version}"))
    for name in ("vendor", f"version-{version}", f"x/v{version}"):
        assert not answers(workflow.events, adopted.tag(name))
    assert not answers(workflow.events, push(adopted.repository, "main"))


def test_the_host_has_what_it_takes_to_run_it(adopt: Adopt) -> None:
    """Failure 6: what guards main is a workflow like any other; the host's own parser has nothing against either."""
    adopted = adopt()
    paths = (RELEASE_YML, READINESS_YML, GUARD_YML, CANARY_YML)
    read = [adopted.runner.evaluator.parse(path, adopted.repository.git("show", f"main:{path}")) for path in paths]

    assert [list(workflow.events) for workflow in read] == [
        ["push", "workflow_dispatch"],
        ["pull_request", "push", "merge_group"],
        ["push"],
        ["schedule", "workflow_dispatch"],
    ]
    assert all(workflow.tree["permissions"] == {} for workflow in read)
