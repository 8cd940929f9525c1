"""Why no run begins: each cause where it applies, and none where it does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from tagship.domain.facts import Tree
from tagship.domain.runs import HostWorkflow, WorkflowRun
from tagship.errors import FactUnknown, InCommit, Run
from tagship.workflow.tagging.causes import Circumstances, by_hand, foreseen, found
from trees import Files

TAG, COMMIT = "v3.0.0", "c" * 40
RELEASE, CI = ".github/workflows/release.yml", ".github/workflows/ci.yml"
ON_TAGS = "on:\n  push:\n    tags: ['v3.*']\n"
ON_OLD_TAGS = "on:\n  push:\n    tags: ['v2.*']\n"
ON_MAIN = "on:\n  push:\n    branches: [main]\n"
BY_HAND = "  workflow_dispatch:\n    inputs:\n      tag:\n        required: true\n"


@dataclass
class Host:
    """What a code host says of its workflows; None is what it does not say."""

    enabled: bool | None = True
    known: Sequence[HostWorkflow] | None = ()
    runs_page: str = "https://host.example/o/r/actions"
    begun: Sequence[WorkflowRun] = field(default_factory=list)

    def runs_of(self, tag: str, commit: str) -> Sequence[WorkflowRun]:
        del tag, commit
        return self.begun

    def workflows(self) -> Sequence[HostWorkflow]:
        if self.known is None:
            raise FactUnknown("the host says 403")
        return self.known

    def actions_enabled(self) -> bool:
        if self.enabled is None:
            raise FactUnknown("the host says 403")
        return self.enabled


def circumstances(
    files: Mapping[str, str],
    main: Mapping[str, str] | None = None,
    *,
    message: str = "Prepare 3.0.0\n",
    pushed_here: bool = True,
    in_a_job: bool = False,
) -> Circumstances:
    def of_main() -> Tree:
        if main is None:
            raise FactUnknown("there is no main")
        return Files(main)

    return Circumstances(
        tag=TAG,
        commit=COMMIT,
        files=Files(files),
        main_name="main",
        main=of_main,
        message=message,
        pushed_here=pushed_here,
        in_a_job=in_a_job,
    )


def told(about: Circumstances, host: Host | None = None) -> str:
    return "\n".join(map(str, found(about, host or Host())))


def test_where_everything_is_right_there_is_no_cause() -> None:
    about = circumstances({RELEASE: ON_TAGS})

    assert list(found(about, Host(known=[HostWorkflow("release", RELEASE, "active")]))) == []
    assert about.expected == {RELEASE}


def test_patterns_that_do_not_match() -> None:
    (cause,) = foreseen(circumstances({RELEASE: ON_OLD_TAGS, CI: ON_MAIN}))

    assert cause.what == f"{RELEASE} starts on v2.*, which {TAG} does not match"
    assert cause.where == InCommit(COMMIT, RELEASE, 3)


def test_a_second_workflow_that_does_not_match_is_no_cause_while_one_does() -> None:
    assert list(foreseen(circumstances({RELEASE: ON_TAGS, CI: ON_OLD_TAGS}))) == []


def test_no_workflow_that_listens_to_tags() -> None:
    (cause,) = foreseen(circumstances({CI: ON_MAIN}, {CI: ON_MAIN}))

    assert f"names tags under on.push ({CI})" in cause.what


def test_no_workflow_at_all() -> None:
    (cause,) = foreseen(circumstances({"README.md": ""}))

    assert "no file in .github/workflows" in cause.what


def test_a_workflow_of_another_forge_is_none_of_this_hosts() -> None:
    (cause,) = foreseen(circumstances({".forgejo/workflows/release.yml": ON_TAGS}))

    assert "no file in .github/workflows" in cause.what


def test_a_workflow_that_is_on_main_only() -> None:
    (cause,) = foreseen(circumstances({CI: ON_MAIN}, {CI: ON_MAIN, RELEASE: ON_TAGS}))

    assert cause.what.startswith(f"{RELEASE} is on main and not in the tagged commit")
    assert f"git checkout main -- {RELEASE}" in cause.mend


@pytest.mark.parametrize("words", ["[skip ci]", "[CI SKIP]", "[no ci]", "[skip actions]", "[actions skip]"])
def test_a_commit_that_skips_its_workflows(words: str) -> None:
    (cause,) = foreseen(circumstances({RELEASE: ON_TAGS}, message=f"Bump the version {words}\n"))

    assert words in cause.what


def test_a_trailer_skips_too() -> None:
    assert list(foreseen(circumstances({RELEASE: ON_TAGS}, message="Bump\n\n\nskip-checks: true\n")))
    assert not list(foreseen(circumstances({RELEASE: ON_TAGS}, message="Do not skip-checks: true story\n")))


def test_actions_that_are_disabled() -> None:
    assert "Actions are disabled for the repository" in told(circumstances({RELEASE: ON_TAGS}), Host(enabled=False))


def test_what_cannot_be_asked_is_told_as_that() -> None:
    said = told(circumstances({RELEASE: ON_TAGS}), Host(enabled=None, known=None))

    assert "whether Actions are enabled for the repository cannot be asked" in said
    assert "whether the workflow is enabled cannot be asked" in said
    assert said.count("the host says 403") == 2


@pytest.mark.parametrize("state", ["disabled_manually", "disabled_inactivity", "disabled_fork"])
def test_a_workflow_that_is_disabled(state: str) -> None:
    known = [HostWorkflow("release", RELEASE, state), HostWorkflow("ci", CI, "disabled_manually")]
    said = told(circumstances({RELEASE: ON_TAGS}), Host(known=known))

    assert said == f"the host does not run {RELEASE}: {state}: gh workflow enable release.yml"


def test_what_a_job_pushes() -> None:
    assert "GITHUB_ACTIONS" in told(circumstances({RELEASE: ON_TAGS}, in_a_job=True))


def test_more_than_three_tags_at_once_only_where_somebody_else_pushed() -> None:
    assert "more than 3 tags" in told(circumstances({RELEASE: ON_TAGS}, pushed_here=False))
    assert "more than 3 tags" not in told(circumstances({RELEASE: ON_TAGS}))


def test_pain_6_by_hand_mains_automation_runs_for_the_tag() -> None:
    """Pain 6: pushing a tag again starts nothing, and a run again uses the old workflow."""
    assert by_hand(circumstances({RELEASE: ON_TAGS + BY_HAND})) == Run(
        ("gh", "workflow", "run", "release.yml", "--ref", "main", "-f", f"tag={TAG}")
    )


def test_by_hand_without_an_input_for_the_tag() -> None:
    assert by_hand(circumstances({RELEASE: f"{ON_TAGS}  workflow_dispatch:\njobs: {{}}\n"})) == Run(
        ("gh", "workflow", "run", "release.yml", "--ref", TAG)
    )


@pytest.mark.parametrize("text", [ON_TAGS, f"# workflow_dispatch:\n{ON_TAGS}"])
def test_what_cannot_be_started_by_hand(text: str) -> None:
    assert by_hand(circumstances({RELEASE: text})) is None


def test_by_hand_the_workflow_that_answers_comes_first() -> None:
    other = ".github/workflows/a-docs.yml"
    remedy = by_hand(circumstances({other: ON_OLD_TAGS + BY_HAND, RELEASE: ON_TAGS + BY_HAND}))

    assert remedy is not None
    assert remedy.argv[3] == "release.yml"
