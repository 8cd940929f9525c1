"""Doctor before and after `--apply` and `--undo`, for those who have to do with a repository."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from hosting.scene import ADMINISTRATOR, Scene, scene_of
from tagship.domain.config import Auth
from tagship.errors import Exit

SET = {
    "main-takes-pull-requests", "main-keeps-its-history", "main-requires-the-checks", "main-is-merged-up-to-date",
    "tag-creation-is-restricted", "tags-stay-as-they-are", "environment-takes-releases-alone", "actions-are-pinned",
    "strangers-wait-for-approval", "secret-scanning-is-on", "push-protection-is-on", "releases-are-immutable",
    "reports-come-in-private",
}  # fmt: skip
"""What a new repository lacks, and `--apply` sets."""
STEPS = [
    "see-that-it-may-be-set", "protect-main", "restrict-tags", "keep-tags", "make-environment", "admit-releases",
    "limit-job-token", "require-pins", "ask-for-consent", "scan-for-secrets", "freeze-releases", "hear-in-private",
]  # fmt: skip
READER: Mapping[str, str] = dict.fromkeys(("actions", "checks", "contents", "metadata", "pull_requests"), "read")


def test_a_sole_maintainer(sole: Scene) -> None:
    before = sole.state()
    first = sole.doctor()

    assert first.exit == Exit.BLOCKED
    assert set(first.checks("failed")) == SET
    assert sole.writes == []

    applied = sole.doctor("--apply", "--yes")

    assert applied.exit == Exit.READY, applied.err
    assert list(applied.steps) == STEPS
    assert {state for state, _ in applied.steps.values()} == {"done"}
    after = sole.doctor()
    assert after.exit == Exit.READY
    assert set(after.checks("failed")) == {"environment-has-a-reviewer"}, "a note: nobody is forced to approve alone"
    assert after.checks("unknown") == {}

    asked = len(sole.writes)
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    assert len(sole.writes) == asked, "what is set is not set again"

    undone = sole.doctor("--undo", "--yes")
    assert undone.exit == Exit.READY, undone.out
    assert sole.state() == before
    assert set(sole.doctor().checks("failed")) == SET
    assert sole.doctor("--undo", "--yes").steps["take-back"] == (
        "done",
        "nothing is left of what doctor set from this clone",
    )


def test_a_token_in_the_environment_and_a_reviewer(tmp_path: Path) -> None:
    with scene_of(tmp_path, auth=Auth.TOKEN) as scene:
        assert scene.doctor("--apply", "--yes", "--reviewer", "stand-in").exit == Exit.READY
        lacking = scene.doctor()
        assert lacking.exit == Exit.BLOCKED
        assert set(lacking.checks("failed")) == {"secret-is-in-the-environment"}
        scene.host.secrets.keep("PYPI_API_TOKEN", "no token at all", environment="pypi")

        assert scene.doctor().exit == Exit.READY
        assert scene.doctor().checks("failed") == {}
        assert "passed" in {str(each["outcome"]) for each in scene.doctor().checks("passed").values()}

        scene.host.secrets.keep("PYPI_API_TOKEN", "no token at all")
        assert set(scene.doctor().checks("failed")) == {"secret-has-one-place"}


def test_an_organization(tmp_path: Path) -> None:
    with scene_of(tmp_path, owner_type="Organization", plan="team") as scene:
        before = scene.state()
        scene.host.secrets.handed_down.append("TWINE_PASSWORD")
        assert scene.doctor("--apply", "--yes").exit == Exit.READY
        after = scene.doctor()

        assert set(after.checks("failed")) == {"environment-has-a-reviewer", "secret-has-one-place"}
        assert "the organization" in str(after.checks("failed")["secret-has-one-place"]["findings"])
        assert scene.doctor("--undo", "--yes").exit == Exit.READY
        assert scene.state() == before


def test_what_an_organization_hands_down_is_enough(tmp_path: Path) -> None:
    """Who may bypass it is shown to its owners alone, so that nothing is called safe, and nothing is made twice."""
    with scene_of(tmp_path, owner_type="Organization", plan="team") as scene:
        assert scene.doctor("--apply", "--yes").exit == Exit.READY
        for held in scene.host.rulesets:
            held.owned, held.source, held.name = False, "stand-in", held.name.removeprefix("tagship: ")
        asked = len(scene.writes)

        said = scene.doctor()
        assert said.exit == Exit.UNKNOWN
        assert set(said.checks("unknown")) == {
            *("main-binds-everybody", "tag-creation-is-restricted", "tags-stay-as-they-are")
        }
        assert scene.doctor("--apply", "--yes").exit == Exit.READY
        assert len(scene.writes) == asked


def test_a_private_repository_on_a_free_plan(tmp_path: Path) -> None:
    with scene_of(tmp_path, private=True) as scene:
        before = scene.state()
        said = scene.doctor()

        assert SET - {"actions-are-pinned", "releases-are-immutable"} <= set(said.checks("skipped"))
        assert "plan" in str(said.checks("skipped")["main-takes-pull-requests"]["reason"])
        applied = scene.doctor("--apply", "--yes")
        assert applied.exit == Exit.READY
        assert applied.steps["protect-main"][1].startswith("left out: the owner's plan")
        assert scene.writes == [
            f"PUT /repos/{scene.host.repository}/actions/permissions",
            f"PUT /repos/{scene.host.repository}/immutable-releases",
        ]
        assert scene.doctor("--undo", "--yes").exit == Exit.READY
        assert scene.state() == before


def test_a_private_repository_without_environments_may_hold_its_token_itself(tmp_path: Path) -> None:
    with scene_of(tmp_path, private=True, auth=Auth.TOKEN) as scene:
        scene.host.secrets.keep("PYPI_API_TOKEN", "no token at all")

        assert "secret-has-one-place" in scene.doctor().checks("passed")


@pytest.mark.parametrize(
    ("permissions", "admin"),
    [(READER, False), (READER, True), ({**ADMINISTRATOR, "administration": "read"}, True)],
    ids=["no rights", "a token with too little", "a token that only reads"],
)
def test_a_caller_without_rights(tmp_path: Path, permissions: Mapping[str, str], *, admin: bool) -> None:
    with scene_of(tmp_path, permissions=permissions, admin=admin) as scene:
        before = scene.state()
        said = scene.doctor()

        assert said.exit == Exit.BLOCKED, "that nothing protects main is told to everybody"
        if permissions is READER:
            unknown = said.checks("unknown")
            assert {"actions-are-pinned", "default-token-reads-alone", "secret-has-one-place"} <= set(unknown)
            for each in unknown.values():
                assert "administration=read" in str(each["findings"]) or "secrets=read" in str(each["findings"])
        refused = scene.doctor("--apply", "--yes")
        assert refused.exit in {Exit.UNKNOWN, Exit.CREDENTIAL}
        assert "administration=" in refused.remedy
        assert scene.state() == before
        assert scene.doctor("--undo", "--yes").exit == Exit.READY


def test_nobody_at_all(sole: Scene) -> None:
    """A rehearsal's host knows nobody without a token, as GitHub does for all that is set."""
    sole.token = None
    said = sole.doctor("--apply", "--yes")

    assert said.exit == Exit.UNKNOWN
    assert "GH_TOKEN" in said.remedy
    assert set(sole.doctor().checks("unknown")) >= {"main-takes-pull-requests", "repository-is-open"}
    assert {"release-starts-on-the-tag", "publisher-fits-the-workflow"} <= set(sole.doctor().checks("passed"))


def test_a_job_is_told_what_it_may_not_see(sole: Scene) -> None:
    sole.token = sole.host.issue_token(READER, kind="actions")
    said = sole.doctor()

    assert said.exit == Exit.BLOCKED
    assert "environment-takes-releases-alone" in said.checks("failed")
    assert {"actions-are-pinned", "secret-has-one-place"} <= set(said.checks("unknown"))
