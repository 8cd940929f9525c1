"""What somebody who may push tries, so that a commit of theirs passes for one that came through a pull request."""

import json
from pathlib import Path

import pytest

from guard.hosted import Hosted, verdicts
from tagship.adapters.git.journal import JournalBroken, read_journal
from tagship.adapters.git.pushed import fetch_commits
from tagship.adapters.git.repository import GitRepository
from tagship.domain.finding import Readiness
from tagship.domain.guarding import Guarded, Provenance

DIRECT, PULL_REQUEST, UNVERIFIED = Provenance.DIRECT, Provenance.PULL_REQUEST, Provenance.UNVERIFIED


def in_a_fresh_clone(hosted: Hosted, span: str | None = None, *, days: int | None = None) -> Guarded:
    """What is said where nothing is left of what was thrown away, not even on the host."""
    fresh = hosted.clone.path.with_name("fresh")
    hosted.server.git("gc", "--quiet", "--prune=now")
    hosted.clone.git("clone", "--quiet", hosted.server.path.as_uri(), str(fresh))
    hosted.clone = type(hosted.clone)(fresh)
    return hosted.guarded(span, days=days)


def backdated(hosted: Hosted, message: str, *, onto: str) -> str:
    """A commit that says that it is older than the moment since which is looked."""
    hosted.commit(message, onto=onto)
    hosted.clone.git("commit", "--quiet", "--amend", "--no-edit", GIT_COMMITTER_DATE="1000000000 +0000")
    return hosted.clone.tip()


def test_what_was_squashed_is_forced_onto_main_in_its_place(hosted: Hosted) -> None:
    """It was never on main before, and what it took the place of is lost, whatever it is that the host names for it."""
    base = hosted.tip
    evil = hosted.commit("Evil", branch="topic")
    hosted.push(hosted.commit("Take it back", onto="topic", branch="topic"), to="topic", actor="grace")
    pull = hosted.host.open_pull("topic", actor="grace")
    hosted.host.merge(pull, how="squash", actor="ada", at=hosted.now)
    hosted.later()
    hosted.push(evil, force=True)
    pull.introduced = (*pull.introduced, evil)
    seen = in_a_fresh_clone(hosted, f"{base}..origin/main")

    assert verdicts(seen) == [(evil, UNVERIFIED)]


def test_what_was_pushed_and_taken_back_stays_direct_when_it_is_merged_later(hosted: Hosted) -> None:
    hosted.later(days=36)
    base = hosted.tip
    pushed = hosted.push(hosted.commit("Pushed", branch="topic"))
    hosted.push(base, force=True)
    hosted.push(pushed, to="topic", actor="grace")
    pull = hosted.host.open_pull("topic", actor="grace")
    merged = hosted.host.merge(pull, how="merge", actor="ada", at=hosted.now)
    seen = hosted.guarded(days=3)

    assert dict(verdicts(seen)) == {merged: PULL_REQUEST, pushed: DIRECT}
    assert seen.main[-1].evidence.endswith(", one of 2 times that it came")


def test_a_job_hears_of_a_push_that_was_taken_back_before_it_ran(hosted: Hosted) -> None:
    base = hosted.tip
    pushed = hosted.push(hosted.commit("Pushed", branch="topic"))
    event = hosted.event(base, pushed)
    hosted.push(base, force=True)
    hosted.push(pushed, to="topic", actor="grace")
    hosted.host.merge(hosted.host.open_pull("topic", actor="grace"), how="merge", actor="ada", at=hosted.now)

    assert verdicts(hosted.guarded(environ=event)) == [(pushed, DIRECT)]


def test_a_backdated_commit_that_was_forced_in_place_of_what_is_lost(hosted: Hosted) -> None:
    hosted.later(days=10)
    hosted.merged()
    hosted.later(days=28)
    forced = hosted.push(backdated(hosted, "Old", onto="origin/main~1"), force=True)
    seen = in_a_fresh_clone(hosted, days=3)

    assert verdicts(seen) == [(forced, UNVERIFIED)]
    assert [update.after for update in seen.rewritten] == [forced]
    assert seen.readiness is Readiness.BLOCKED


def test_a_backdated_commit_beside_what_is_kept_elsewhere(hosted: Hosted) -> None:
    """The log begins with the forced push, and what it threw away has a tag."""
    hosted.merged()
    hosted.server.git("tag", "v1.0", "main")
    hosted.later(days=38)
    forced = hosted.push(backdated(hosted, "Old", onto="origin/main~1"), force=True)
    hosted.host.activity.kept = 1
    seen = in_a_fresh_clone(hosted, days=3)

    assert verdicts(seen)[0] == (forced, DIRECT)
    assert seen.readiness is Readiness.BLOCKED


def test_a_first_commit_that_is_forced_in_place_of_what_is_lost(hosted: Hosted) -> None:
    hosted.merged()
    hosted.later(days=38)
    hosted.clone.git("checkout", "--quiet", "--orphan", "other")
    hosted.clone.git("commit", "--quiet", "-m", "Another beginning", GIT_COMMITTER_DATE="1000000000 +0000")
    forced = hosted.push(hosted.clone.tip(), force=True)

    assert verdicts(in_a_fresh_clone(hosted, days=3)) == [(forced, UNVERIFIED)]


def test_names_of_commits_that_are_none_write_nothing(hosted: Hosted) -> None:
    """In the place of a name a journal or an event could say what git is to write where."""
    hosted.fetch()
    before = hosted.clone.git("for-each-ref")
    with GitRepository.at(hosted.clone.path) as repository:
        fetch_commits(repository, ["+refs/heads/main:refs/heads/planted", "main", "a\0b", "--upload-pack=false"])

    assert hosted.clone.git("for-each-ref") == before


@pytest.mark.parametrize(
    "line",
    [
        b'{"number": 1, "previous": "%s", "at": "2026-03-01T12:00:00", "who": "ada", "ref": "r", "before": "a", '
        b'"after": "b", "verdict": "merged"}' % (b"0" * 64),
        b"[" * 100_000,
    ],
    ids=["a time of no zone", "brackets without end"],
)
def test_a_line_of_a_journal_that_was_written_by_hand(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(line + b"\n")

    with pytest.raises(JournalBroken, match="line 1"):
        read_journal(path)


def test_a_line_of_a_journal_with_another_kind_of_head(tmp_path: Path) -> None:
    told = {"number": 1, "previous": "0" * 64, "at": "2026-03-01T12:00:00+00:00", "who": "ada", "ref": "r"}
    path = tmp_path / "journal.jsonl"
    path.write_text(json.dumps({**told, "before": "a", "after": "b", "verdict": "merged", "head": 7}) + "\n")

    assert read_journal(path)[0].head == "7"
