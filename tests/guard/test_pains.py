"""The pains and failures of others that `guard` is there for, each as it happened."""

import pytest

from guard.hosted import Hosted, verdicts
from tagship.adapters.git.hooks import install_in_clone
from tagship.adapters.git.repository import GitRepository
from tagship.domain.guarding import Provenance
from tagship.errors import Exit
from tagship.workflow.guarding.examining import guard

DIRECT, PULL_REQUEST = Provenance.DIRECT, Provenance.PULL_REQUEST


def test_only_the_last_commit_of_a_push_was_looked_at(hosted: Hosted) -> None:
    """A push of several commits hid all but its last one behind `head_commit`."""
    before = hosted.tip
    first = hosted.commit("Sneaked in")
    second = hosted.commit("Merge pull request #1 from somebody/topic", onto="work")
    hosted.push(second)
    seen = hosted.guarded(environ=hosted.event(before, second))

    assert verdicts(seen) == [(second, DIRECT), (first, DIRECT)]
    assert seen.readiness.exit is Exit.BLOCKED


def test_what_is_edited_in_the_browser_was_taken_for_a_pull_request(hosted: Hosted) -> None:
    """The committer of a web edit is the host itself, as that of a squash is."""
    before = hosted.tip
    hosted.host.edit("README", b"edited", actor="ada", at=hosted.now)
    seen = hosted.guarded(environ=hosted.event(before, hosted.tip))

    assert verdicts(seen) == [(hosted.tip, DIRECT)]


@pytest.mark.parametrize(
    "message",
    [
        "Fix the parser (#123)",
        "Merge pull request #7 from a/b",
        "kitty/mission-1",
        "chore: planning artifacts",
        "Release 1.2.0",
    ],
)
def test_the_message_was_taken_for_proof(hosted: Hosted, message: str) -> None:
    before = hosted.tip
    pushed = hosted.direct(message)

    assert verdicts(hosted.guarded(environ=hosted.event(before, pushed))) == [(pushed, DIRECT)]


@pytest.mark.parametrize("how", ["squash", "rebase", "merge", "queue"])
def test_what_came_through_was_taken_for_direct(hosted: Hosted, how: str) -> None:
    """Messages of squashed and rebased commits that match no rule gave false alarms."""
    before = hosted.tip
    merged = hosted.merged(how, message="planning")  # type: ignore[arg-type]  # one of the four words
    seen = hosted.guarded(environ=hosted.event(before, merged))

    assert {verdict for _, verdict in verdicts(seen)} == {PULL_REQUEST}
    assert seen.readiness.exit is Exit.READY


def test_a_commit_message_ran_in_the_shell(hosted: Hosted) -> None:
    """It is data wherever it goes: in the report, in the document, in the issue."""
    proof = hosted.clone.path.with_name("proof")
    message = f"$(touch {proof}) `touch {proof}` ; touch {proof} | \"'"
    before = hosted.tip
    pushed = hosted.direct(message)
    seen = hosted.guarded(environ=hosted.event(before, pushed))

    assert seen.main[0].subject == message
    assert not proof.exists()


def test_the_commits_of_a_pull_request_pushed_straight(hosted: Hosted) -> None:
    """The host calls the pull request merged, whatever its rules were."""
    before = hosted.tip
    head = hosted.push(hosted.commit("Work", branch="topic"), to="topic")
    pull = hosted.host.open_pull("topic", actor="grace")
    hosted.push(head)
    seen = hosted.guarded(environ=hosted.event(before, head))

    assert pull.merged_at is not None
    assert verdicts(seen) == [(head, DIRECT)]


def test_a_bot_that_pushes_to_main(hosted: Hosted) -> None:
    before = hosted.tip
    pushed = hosted.direct("Release 1.0.0", actor="github-actions[bot]")
    seen = hosted.guarded(environ=hosted.event(before, pushed))

    assert verdicts(seen) == [(pushed, DIRECT)]
    assert seen.main[0].by == "github-actions[bot]"


def test_a_shallow_clone_was_taken_for_all_of_history(hosted: Hosted) -> None:
    """It is completed where that may be, and is an unknown where not; never a pass."""
    before = hosted.tip
    hosted.merged()
    pushed = hosted.direct()
    shallow = hosted.clone.path.with_name("shallow")
    hosted.clone.git("clone", "--quiet", "--depth=1", hosted.server.path.as_uri(), str(shallow))
    hosted.clone = type(hosted.clone)(shallow)
    seen = hosted.guarded(environ=hosted.event(before, pushed))

    assert [verdict for _, verdict in verdicts(seen)] == [DIRECT, PULL_REQUEST]


def test_without_anybody_to_ask_nothing_passes(hosted: Hosted) -> None:
    """By ancestry and messages alone it cannot be told, and that is what is said."""
    before = hosted.tip
    merged = hosted.merged()
    with hosted.place(environ=hosted.event(before, merged), offline=True) as place:
        del place.witness
        hosted.fetch()
        seen = guard(place)

    assert verdicts(seen) == [(merged, Provenance.UNVERIFIED)]
    assert seen.readiness.exit is Exit.UNKNOWN


def test_a_tag_on_the_wrong_commit(hosted: Hosted) -> None:
    """A third of the tags of a project were off main; the hook of the clone lets none out."""
    _install(hosted)
    hosted.commit("Never merged")
    hosted.clone.git("tag", "-a", "-m", "1.0", "v1.0")
    done = hosted.clone.push("origin", "v1.0")

    assert done.refused
    assert "neither on main nor on a line of release" in done.said


def test_a_tag_had_to_be_the_tip_of_main(hosted: Hosted) -> None:
    """A commit of main is enough, however far main has gone on."""
    first = hosted.merged()
    hosted.merged()
    hosted.fetch()
    _install(hosted)
    hosted.clone.git("tag", "-a", "-m", "1.0", "v1.0", first)

    assert not hosted.clone.push("origin", "v1.0").refused


def test_automation_that_pushes_to_main(hosted: Hosted) -> None:
    """A release that pushes its version to main is refused here before a protected host refuses it."""
    _install(hosted)
    hosted.commit("Release 1.0.0")
    done = hosted.clone.push("origin", "HEAD:main")

    assert done.refused
    assert "push a branch of its own and open a pull request" in done.said


def _install(hosted: Hosted) -> None:
    with GitRepository.at(hosted.clone.path) as repository:
        install_in_clone(repository, main="main", lines=())
