"""From what is asked to a report, on a stand-in host and real repositories."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.test_guarding import lineage, moved
from guard.hosted import Hosted, hosting, verdicts
from openapi import validated
from tagship.domain.finding import Outcome, Readiness
from tagship.domain.guarding import Log, Moved, Provenance
from tagship.errors import FactUnknown, UsageError
from tagship.workflow.guarding.examining import guard
from tagship.workflow.guarding.place import NO_WITNESS, GuardPlace
from tagship.workflow.guarding.spans import Span, updates_of
from tagship.workflow.workplace import Wishes

DIRECT, PULL_REQUEST, UNVERIFIED = Provenance.DIRECT, Provenance.PULL_REQUEST, Provenance.UNVERIFIED


def test_a_push_that_the_log_has_not_heard_of_is_among_what_is_looked_at() -> None:
    """Also where the log tells of another push that began at the same commit and was thrown away."""
    there, back = moved("b", "x", Moved.PUSH), moved("x", "b", Moved.FORCED)
    meant = lineage({}, tip="a", base="b")

    found = updates_of(Span("main", "a", "b", fresh=True), Log((there, back)), meant)

    assert [(update.before, update.after) for update in found] == [("b", "x"), ("x", "b"), ("b", "a")]


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    with hosting(tmp_path) as made:
        yield made


def test_a_push_that_came_through_a_pull_request(hosted: Hosted) -> None:
    before, merged = hosted.tip, hosted.merged()
    seen = hosted.guarded(environ=hosted.event(before, merged))

    assert verdicts(seen) == [(merged, PULL_REQUEST)]
    assert (seen.branch, seen.base, seen.tip, seen.commit) == ("main", before, merged, merged)
    assert seen.readiness is Readiness.READY
    assert [verdict.outcome for verdict in seen.verdicts] == [Outcome.PASSED, Outcome.PASSED]
    assert seen.main[0].url == f"{hosted.host.settings.place.web}/pull/1"


def test_every_request_and_answer_is_as_the_host_publishes_it(hosted: Hosted) -> None:
    before = hosted.tip
    for _ in range(7):
        hosted.merged()
    hosted.direct()
    with validated(hosted.host):
        seen = hosted.guarded(f"{before}..origin/main")

    assert [verdict for _, verdict in verdicts(seen)] == [DIRECT, *[PULL_REQUEST] * 7]


def test_a_list_spares_many_questions(hosted: Hosted) -> None:
    before = hosted.tip
    for _ in range(8):
        hosted.merged("merge")
    asked = len(hosted.host.log)
    seen = hosted.guarded(f"{before}..origin/main")

    assert {verdict for _, verdict in verdicts(seen)} == {PULL_REQUEST}
    assert len(seen.main) == 16
    # The log, and the list of what was merged: nothing was asked about a commit.
    assert [exchange.path.partition("?")[0].rpartition("/")[2] for exchange in hosted.host.log[asked:]] == [
        "activity",
        "pulls",
    ]


def test_a_push_to_another_branch_is_none_of_ours(hosted: Hosted) -> None:
    pushed = hosted.push(hosted.commit(branch="topic"), to="topic")
    asked = len(hosted.host.log)
    seen = hosted.guarded(environ=hosted.event("0" * 40, pushed, ref="refs/heads/topic"))

    assert seen.main == ()
    assert seen.readiness is Readiness.READY
    assert {verdict.outcome for verdict in seen.verdicts} == {Outcome.SKIPPED}
    assert seen.verdicts[0].reason == "the push is to refs/heads/topic, and main is guarded"
    assert len(hosted.host.log) == asked


def test_a_host_that_is_silent_is_not_asked_again(hosted: Hosted) -> None:
    before, merged = hosted.tip, hosted.merged()
    hosted.host.fail_next("GET", "*/activity*", 403, times=9, message="Resource not accessible by integration")
    asked = len(hosted.host.log)
    seen = hosted.guarded(environ=hosted.event(before, merged))

    assert verdicts(seen) == [(merged, UNVERIFIED)]
    assert "Resource not accessible" in seen.main[0].evidence
    assert len(hosted.host.log) - asked == 1


def test_main_is_deleted(hosted: Hosted) -> None:
    with pytest.raises(FactUnknown, match="main was deleted by this push"):
        hosted.guarded(environ=hosted.event(hosted.tip, "0" * 40))


def test_the_first_push(hosted: Hosted) -> None:
    seen = hosted.guarded(environ=hosted.event("0" * 40, hosted.tip))

    assert verdicts(seen) == [(hosted.tip, UNVERIFIED)]
    assert seen.base is None
    assert seen.readiness is Readiness.UNKNOWN


def test_a_forced_push_in_a_fresh_clone(hosted: Hosted) -> None:
    """What it threw away is in no clone; that it was forced, the log knows."""
    hosted.merged()
    lost = hosted.tip
    forced = hosted.push(hosted.commit("Other", onto="origin/main~1"), force=True)
    fresh = hosted.clone.path.with_name("fresh")
    hosted.server.git("gc", "--quiet", "--prune=now")
    hosted.clone.git("clone", "--quiet", hosted.server.path.as_uri(), str(fresh))
    hosted.clone = type(hosted.clone)(fresh)
    seen = hosted.guarded(environ=hosted.event(lost, forced))

    assert verdicts(seen) == [(forced, DIRECT)]
    assert "forced onto main by ada" in seen.main[0].evidence


def test_a_forced_push_that_only_takes_away(hosted: Hosted) -> None:
    """No commit came with it, and what was merged is gone."""
    before, merged = hosted.tip, hosted.merged()
    hosted.push(before, force=True)
    seen = hosted.guarded(environ=hosted.event(merged, before))
    direct, grows = seen.verdicts

    assert verdicts(seen) == []
    assert (direct.outcome, grows.outcome) == (Outcome.SKIPPED, Outcome.FAILED)
    assert [(update.before, update.after, update.actor) for update in seen.rewritten] == [(merged, before, "ada")]
    assert seen.readiness is Readiness.BLOCKED


def test_a_forced_push_is_told_before_the_log_has_heard_of_it(hosted: Hosted) -> None:
    before, merged = hosted.tip, hosted.merged()
    hosted.push(before, force=True)
    event = hosted.event(merged, before)
    hosted.host.activity.kept = 0
    seen = hosted.guarded(environ=event)

    assert [(update.before, update.after, update.actor) for update in seen.rewritten] == [(merged, before, None)]


def test_what_was_forced_away_is_found_later_too(hosted: Hosted) -> None:
    hosted.later(days=38)
    begun, base, lost = hosted.tip, hosted.merged(), hosted.merged()
    hosted.push(base, force=True)
    kept = hosted.merged()
    hosted.fetch()
    for seen in (hosted.guarded(days=3), hosted.guarded(f"{begun}..origin/main")):
        assert verdicts(seen) == [(kept, PULL_REQUEST), (base, PULL_REQUEST)]
        assert [(update.before, update.after) for update in seen.rewritten] == [(lost, base)]
        assert seen.readiness is Readiness.BLOCKED


def test_without_a_log_it_is_not_known_whether_something_was_forced_away(hosted: Hosted) -> None:
    with GuardPlace(hosted.clone.path, wishes=Wishes(offline=True), environ={}) as place:
        seen = guard(place, days=3)

    assert [verdict.outcome for verdict in seen.verdicts] == [Outcome.UNKNOWN, Outcome.UNKNOWN]


def test_what_a_forced_push_threw_away_may_be_had_from_the_host(hosted: Hosted) -> None:
    base = hosted.tip
    hosted.merged()
    lost = hosted.tip
    forced = hosted.push(hosted.commit("Other", onto="origin/main~1"), force=True)
    fresh = hosted.clone.path.with_name("fresh")
    hosted.clone.git("clone", "--quiet", hosted.server.path.as_uri(), str(fresh))
    hosted.clone = type(hosted.clone)(fresh)
    seen = hosted.guarded(f"{base}..origin/main")

    assert verdicts(seen) == [(forced, DIRECT)]
    assert hosted.clone.try_git("cat-file", "-e", lost).code == 0


def test_a_log_that_has_not_heard_of_the_push_yet_is_asked_again(hosted: Hosted) -> None:
    before, merged = hosted.tip, hosted.merged()
    updates = hosted.host.activity.updates
    late = updates.pop()
    waited = list[float]()

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            updates.append(late)

    hosted.fetch()
    with hosted.place(environ=hosted.event(before, merged)) as place:
        object.__setattr__(place, "wishes", Wishes(host_name="github", pause=wait))
        seen = guard(place)

    assert verdicts(seen) == [(merged, PULL_REQUEST)]
    assert waited == [5.0, 10.0]


def test_a_log_that_never_hears_of_it(hosted: Hosted) -> None:
    before, merged = hosted.tip, hosted.merged()
    hosted.host.activity.updates.pop()
    seen = hosted.guarded(environ=hosted.event(before, merged))

    assert verdicts(seen) == [(merged, UNVERIFIED)]
    assert "tells of no update that brought it, and begins on" in seen.main[0].evidence


def test_an_empty_log(hosted: Hosted) -> None:
    before, merged = hosted.tip, hosted.merged()
    hosted.host.activity.updates.clear()
    seen = hosted.guarded(f"{before}..{merged}")

    assert seen.main[0].evidence == "the activity log of the host tells of no update"


def test_ranges(hosted: Hosted) -> None:
    before = hosted.tip
    first, second = hosted.direct(), hosted.direct()
    hosted.fetch()
    hosted.clone.git("checkout", "--quiet", "--detach", second)

    assert verdicts(hosted.guarded(f"{before}..")) == [(second, DIRECT), (first, DIRECT)]
    assert verdicts(hosted.guarded(f"{first}..{second}")) == [(second, DIRECT)]
    assert hosted.guarded(f"{second}..{second}").verdicts[0].reason == "no commit came to main with it"
    for wrong in ("main", "..main", "a...b", ""):
        with pytest.raises(UsageError, match="--range takes two commits"):
            hosted.guarded(wrong)
    with pytest.raises(FactUnknown, match="leads to no commit here"):
        hosted.guarded("nowhere..main")


def test_days(hosted: Hosted) -> None:
    hosted.merged()
    hosted.later(days=5)
    assert hosted.guarded(days=3).verdicts[0].reason == "no commit came to main in that time"
    second, third = hosted.merged(), hosted.direct()

    assert verdicts(hosted.guarded(days=3)) == [(third, DIRECT), (second, PULL_REQUEST)]
    # All that the log knows, with the first push, of which nothing can be known.
    assert [verdict for _, verdict in verdicts(hosted.guarded())] == [DIRECT, PULL_REQUEST, PULL_REQUEST, UNVERIFIED]


def test_days_by_the_log_and_not_by_what_commits_say(hosted: Hosted) -> None:
    """Commits that were made long ago and pushed today came today."""
    hosted.later(days=10)
    then = hosted.now - timedelta(days=9)
    hosted.now, now = then, hosted.now
    old = hosted.commit("Made long ago")
    hosted.now = now
    hosted.push(old)

    assert verdicts(hosted.guarded(days=3)) == [(old, DIRECT)]


def test_days_where_the_log_is_cut(hosted: Hosted) -> None:
    """What the times of the commits say came in that time is told, and is unverified."""
    hosted.later(days=10)
    first = hosted.merged()
    second = hosted.merged()
    hosted.host.activity.kept = 1

    assert verdicts(hosted.guarded(days=3)) == [(second, PULL_REQUEST), (first, UNVERIFIED)]


def test_days_without_a_log_go_by_the_times_of_commits(hosted: Hosted) -> None:
    hosted.later(days=10)
    first = hosted.direct()
    hosted.host.activity.updates.clear()

    assert verdicts(hosted.guarded(days=3)) == [(first, UNVERIFIED)]


def test_that_nothing_came_is_said_by_who_saw_it(hosted: Hosted) -> None:
    """By the times of commits nothing came; whether something was pushed, nobody says."""
    hosted.later(days=10)
    heard = hosted.guarded(days=3)
    hosted.host.fail_next("GET", "*/activity*", 403, message="Resource not accessible by integration")
    unheard = hosted.guarded(days=3)

    assert (heard.readiness, unheard.readiness) == (Readiness.READY, Readiness.UNKNOWN)
    assert "Resource not accessible" in str(unheard.verdicts[0].reason)


def test_days_whose_beginning_was_thrown_away(hosted: Hosted) -> None:
    hosted.later(days=10)
    hosted.merged()
    hosted.later(days=10)
    forced = hosted.push(hosted.commit("Other", onto="origin/main~1"), force=True)
    fresh = hosted.clone.path.with_name("fresh")
    hosted.server.git("gc", "--quiet", "--prune=now")
    hosted.clone.git("clone", "--quiet", hosted.server.path.as_uri(), str(fresh))
    hosted.clone = type(hosted.clone)(fresh)

    assert verdicts(hosted.guarded(days=3)) == [(forced, UNVERIFIED)]


def test_a_tip_that_is_not_here(hosted: Hosted) -> None:
    with pytest.raises(FactUnknown, match="is not in this clone"):
        hosted.guarded(environ=hosted.event(hosted.tip, "b" * 40))


def test_a_shallow_clone_offline(hosted: Hosted) -> None:
    before, merged = hosted.tip, hosted.merged()
    shallow = hosted.clone.path.with_name("shallow")
    hosted.clone.git("clone", "--quiet", "--depth=1", hosted.server.path.as_uri(), str(shallow))
    environ = hosted.event(before, merged)
    with (
        GuardPlace(shallow, environ=environ, wishes=Wishes(offline=True, host_name="none")) as place,
        pytest.raises(FactUnknown, match="nothing is fetched while offline"),
    ):
        guard(place)


def test_who_is_not_there_to_be_asked(hosted: Hosted) -> None:
    before, merged = hosted.tip, hosted.merged()
    hosted.fetch()
    seen = {}
    for name, wishes in {
        "none": Wishes(host_name="none"),
        "offline": Wishes(host_name="github", offline=True),
        "elsewhere": Wishes(host_name="github"),
    }.items():
        with GuardPlace(hosted.clone.path, environ={}, wishes=wishes) as place:
            seen[name] = guard(place, span=f"{before}..{merged}").main[0].evidence

    assert seen == {
        "none": NO_WITNESS,
        "offline": "--offline was given, and nobody is asked",
        "elsewhere": "the remote is not on GitHub",
    }


def test_a_waiver_and_an_exemption_are_heard(hosted: Hosted) -> None:
    before, pushed = hosted.tip, hosted.direct()
    (hosted.clone.path / "tagship.toml").write_text(
        '[exempt]\nmain-takes-no-direct-commits = "there is only one of us"\n', encoding="utf-8"
    )
    seen = hosted.guarded(f"{before}..{pushed}")

    assert seen.readiness is Readiness.READY
    assert seen.verdicts[0].reason == "exempt: there is only one of us"
    assert verdicts(seen) == [(pushed, DIRECT)]


def test_an_event_that_cannot_be_read(hosted: Hosted) -> None:
    environ = hosted.event(hosted.tip, hosted.tip)
    Path(environ["GITHUB_EVENT_PATH"]).write_text('{"ref": "refs/heads/main"}', encoding="utf-8")
    with pytest.raises(FactUnknown, match="the event of this job cannot be read"):
        hosted.guarded(environ=environ)


def test_the_branch_by_configuration_and_a_clone_without_a_remote(hosted: Hosted) -> None:
    hosted.fetch()
    hosted.clone.git("checkout", "--quiet", "-B", "trunk", "origin/main")
    hosted.clone.git("remote", "remove", "origin")
    (hosted.clone.path / "tagship.toml").write_text('branch = "trunk"\n', encoding="utf-8")
    with GuardPlace(hosted.clone.path, environ={}, wishes=Wishes(host_name="none")) as place:
        seen = guard(place, days=3660)

    assert seen.branch == "trunk"
    assert [verdict for _, verdict in verdicts(seen)] == [UNVERIFIED]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://gitlab.com/group/project.git", "the host's events of pushes"),
        ("https://github.com/owner/project.git", "the activity log of the host"),
    ],
)
def test_who_is_asked_by_the_remote(hosted: Hosted, address: str, name: str) -> None:
    hosted.clone.git("remote", "set-url", "origin", address)
    with GuardPlace(hosted.clone.path, environ={"PATH": ""}) as place:
        assert place.witness.name == name
        assert not place.in_a_job
