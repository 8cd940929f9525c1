"""How a commit came to main, told from a log and pull requests that are given as literals."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from tagship.domain.guarding import (
    BranchUpdate,
    Guarded,
    Lineage,
    Log,
    Moved,
    Provenance,
    PullRequestOf,
    introductions,
    is_nowhere,
    judge,
    questions,
)
from tagship.errors import FactUnknown

NOWHERE = "0" * 40
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DIRECT, PULL_REQUEST, UNVERIFIED = Provenance.DIRECT, Provenance.PULL_REQUEST, Provenance.UNVERIFIED


def lineage(parents: Mapping[str, str], *, tip: str, base: str | None = "a", unknown: str = "") -> Lineage:
    """Commits of one letter each; `parents` are those of each, as letters in a row."""
    reached, waiting = [], [tip]
    while waiting:
        commit = waiting.pop(0)
        if commit in parents and commit not in reached:
            reached.append(commit)
            waiting += parents[commit]
    return Lineage(
        tip,
        base,
        tuple(reached),
        {commit: f"Change {commit}" for commit in parents},
        {commit: tuple(listed) for commit, listed in parents.items()},
        frozenset(unknown),
    )


def moved(before: str, after: str, kind: Moved) -> BranchUpdate:
    return BranchUpdate(before or NOWHERE, after or NOWHERE, kind, "ada", AT)


def pull(name: str, merge: str | None, *, merged: bool = True, base: str = "main") -> PullRequestOf:
    return PullRequestOf(name, merged, base, merge, f"https://host.example/{name[1:]}")


def nobody_asked(commit: str) -> Sequence[PullRequestOf]:
    raise AssertionError(commit)


def told(
    line: Lineage,
    *updates: BranchUpdate,
    pulls: Mapping[str, Sequence[PullRequestOf]] | Callable[[str], Sequence[PullRequestOf]] = nobody_asked,
    flaw: str | None = None,
) -> dict[str, tuple[Provenance, str]]:
    ask = pulls if callable(pulls) else lambda commit: pulls[commit]
    found = introductions(line, updates)
    return {each.commit: (each.verdict, each.evidence) for each in judge(line, "main", Log(updates, flaw), found, ask)}


def verdicts(seen: Mapping[str, tuple[Provenance, str]]) -> dict[str, Provenance]:
    return {commit: verdict for commit, (verdict, _) in seen.items()}


def test_what_was_pushed_is_direct_and_nobody_is_asked() -> None:
    seen = told(lineage({"b": "a", "c": "b"}, tip="c"), moved("a", "c", Moved.PUSH))

    assert verdicts(seen) == {"c": DIRECT, "b": DIRECT}
    assert seen["c"][1] == "pushed straight to main by ada at 2026-03-01 12:00:00Z"


def test_a_merge_commit_brings_its_branch_with_it() -> None:
    line = lineage({"m": "ac", "c": "b", "b": "a"}, tip="m")
    update = moved("a", "m", Moved.PULL_REQUEST)
    seen = told(line, update, pulls={"m": [pull("#7", "m")]})

    assert verdicts(seen) == dict.fromkeys("mcb", PULL_REQUEST)
    assert seen["b"][1] == "#7, merged into main by ada at 2026-03-01 12:00:00Z"
    assert questions(introductions(line, [update])) == ("m",)


@pytest.mark.parametrize("merge", ["c"])
def test_rebased_commits_are_proved_by_the_last_one(merge: str) -> None:
    seen = told(
        lineage({"b": "a", "c": "b"}, tip="c"), moved("a", "c", Moved.PULL_REQUEST), pulls={"c": [pull("#7", merge)]}
    )

    assert verdicts(seen) == dict.fromkeys("cb", PULL_REQUEST)


@pytest.mark.parametrize(
    "named",
    [
        [],
        [pull("#7", "c", merged=False)],
        [pull("#7", "c", base="release/1.x")],
        [pull("#7", "other")],
        [pull("#7", None)],
    ],
)
def test_the_log_alone_is_no_proof_of_a_pull_request(named: Sequence[PullRequestOf]) -> None:
    seen = told(lineage({"c": "a"}, tip="c"), moved("a", "c", Moved.PULL_REQUEST), pulls={"c": named})

    assert seen["c"] == (
        UNVERIFIED,
        "the log tells of a merge of a pull request, and the host names no pull request that it merged",
    )


def test_an_indirect_merge_is_direct() -> None:
    """The host calls the pull request merged, by the very commit; the log says what happened."""
    seen = told(lineage({"c": "a"}, tip="c"), moved("a", "c", Moved.PUSH), pulls={"c": [pull("#7", "c")]})

    assert verdicts(seen) == {"c": DIRECT}


def test_a_host_that_does_not_say_is_quoted() -> None:
    def silent(_commit: str) -> Sequence[PullRequestOf]:
        raise FactUnknown("the host is silent")

    seen = told(lineage({"c": "a"}, tip="c"), moved("a", "c", Moved.PULL_REQUEST), pulls=silent)

    assert seen["c"] == (UNVERIFIED, "which pull request brought it is not known: the host is silent")


def test_a_queue_merges_several_in_one_update() -> None:
    """Each commit of the branch's own line is asked about, and proves what came with it."""
    line = lineage({"n": "my", "y": "a", "m": "ax", "x": "a"}, tip="n")
    update = moved("a", "n", Moved.QUEUE)
    seen = told(line, update, pulls={"m": [pull("#1", "m")], "n": [pull("#2", "n")]})

    assert {commit: evidence[:2] for commit, (_, evidence) in seen.items()} == {
        "n": "#2",
        "y": "#2",
        "m": "#1",
        "x": "#1",
    }
    assert set(verdicts(seen).values()) == {PULL_REQUEST}
    assert set(questions(introductions(line, [update]))) == {"m", "n"}


def test_a_queue_that_rebases() -> None:
    """Of two commits of one pull request only the second is where it ended, which is on the line as well."""
    line = lineage({"d": "c", "c": "b", "b": "a"}, tip="d")
    first, second = pull("#1", "c"), pull("#2", "d")
    seen = told(line, moved("a", "d", Moved.QUEUE), pulls={"b": [first], "c": [first], "d": [second]})
    foreign = told(line, moved("a", "d", Moved.QUEUE), pulls={"b": [pull("#1", "x")], "c": [first], "d": [second]})

    assert verdicts(seen) == dict.fromkeys("dcb", PULL_REQUEST)
    assert verdicts(foreign) == {"d": PULL_REQUEST, "c": PULL_REQUEST, "b": UNVERIFIED}


def test_several_updates_in_one_range() -> None:
    line = lineage({"b": "a", "c": "b", "d": "c"}, tip="d")
    updates = [moved("a", "b", Moved.PUSH), moved("b", "c", Moved.PULL_REQUEST), moved("c", "d", Moved.FORCED)]
    seen = told(line, *updates, pulls={"c": [pull("#3", "c")]})

    assert verdicts(seen) == {"b": DIRECT, "c": PULL_REQUEST, "d": DIRECT}
    assert seen["d"][1].startswith("forced onto main by ada")


def test_what_the_log_does_not_reach_is_unverified() -> None:
    line = lineage({"b": "a", "c": "b"}, tip="c")
    seen = told(line, moved("b", "c", Moved.PUSH), flaw="the log begins later")

    assert seen == {"c": (DIRECT, seen["c"][1]), "b": (UNVERIFIED, "the log begins later")}
    assert told(line, moved("b", "c", Moved.PUSH))["b"] == (UNVERIFIED, "no update of main in the log brought it")


def test_a_gap_in_the_log_is_no_introduction() -> None:
    line = lineage({"b": "a", "c": "b", "d": "c"}, tip="d")
    seen = told(line, moved("a", "b", Moved.PUSH), moved("c", "d", Moved.PUSH), flaw="there is a gap")

    assert verdicts(seen) == {"b": DIRECT, "c": UNVERIFIED, "d": DIRECT}


def test_the_first_push_could_not_be_proposed_to_anything() -> None:
    line = lineage({"a": "", "b": "a"}, tip="b", base=None)
    seen = told(line, moved("", "b", Moved.CREATED))

    assert set(seen.values()) == {(UNVERIFIED, seen["a"][1])}
    assert seen["a"][1] == "main began with it, before there was anything to propose it to"


def test_a_main_that_is_made_again_is_pushed_to() -> None:
    line = lineage({"a": "", "b": "a", "x": ""}, tip="b", base=None)
    updates = [moved("", "x", Moved.CREATED), moved("x", "", Moved.DELETED), moved("", "b", Moved.CREATED)]
    seen = told(line, *updates)

    assert verdicts(seen) == {"a": DIRECT, "b": DIRECT}
    assert seen["a"][1].startswith("pushed with a new main")


@pytest.mark.parametrize("turned", [False, True])
def test_what_was_thrown_away_and_came_again_passes_only_if_it_always_came_by_a_merge(*, turned: bool) -> None:
    """Nor does it matter in which order a log tells of it."""
    line = lineage({"x": "a", "m": "ax"}, tip="m")
    back = moved("x", "a", Moved.FORCED)
    straight, merged = moved("a", "x", Moved.PUSH), moved("a", "m", Moved.PULL_REQUEST)
    proposed, odd = moved("a", "x", Moved.PULL_REQUEST), moved("a", "x", Moved.OTHER)
    pulls = {"m": [pull("#1", "m")], "x": [pull("#2", "x")]}

    def seen(*updates: BranchUpdate) -> dict[str, tuple[Provenance, str]]:
        return told(line, *(updates[::-1] if turned else updates), pulls=pulls)

    assert verdicts(seen(straight, back, merged)) == {"m": PULL_REQUEST, "x": DIRECT}
    assert verdicts(seen(odd, back, merged)) == {"m": PULL_REQUEST, "x": UNVERIFIED}
    assert verdicts(seen(proposed, back, merged)) == {"m": PULL_REQUEST, "x": PULL_REQUEST}
    assert verdicts(seen(proposed, back, straight))["x"] is DIRECT
    assert seen(straight, back, merged)["x"][1].endswith("12:00:00Z, one of 2 times that it came")
    assert seen(proposed, back, merged)["x"][1].startswith("#2" if turned else "#1")


def test_a_forced_push_keeps_what_it_does_not_throw_away() -> None:
    line = lineage({"b": "a", "c": "b", "d": "b"}, tip="d")
    updates = [moved("a", "b", Moved.PULL_REQUEST), moved("b", "c", Moved.PUSH), moved("c", "d", Moved.FORCED)]
    seen = told(line, *updates, pulls={"b": [pull("#1", "b")]})

    assert verdicts(seen) == {"b": PULL_REQUEST, "d": DIRECT}


def test_a_first_push_that_came_to_nothing_and_was_repeated_is_still_the_first() -> None:
    line = lineage({"a": "", "b": "a"}, tip="b", base=None)
    begins = moved("", "b", Moved.CREATED)
    seen = told(line, begins, begins)

    assert verdicts(seen) == {"a": UNVERIFIED, "b": UNVERIFIED}


# What is not in the clone


def test_lost_states_between_pushes_do_not_matter() -> None:
    line = lineage({"b": "a", "c": "b"}, tip="c", unknown="p")
    seen = told(line, moved("a", "p", Moved.PUSH), moved("p", "c", Moved.FORCED))

    assert verdicts(seen) == {"b": DIRECT, "c": DIRECT}


def test_a_lost_merge_leaves_open_what_came_with_it() -> None:
    """Whatever the host says of it: what was proposed and squashed is of a merged pull request, and never on main."""
    line = lineage({"b": "a", "c": "b"}, tip="c", unknown="p")
    updates = [moved("a", "p", Moved.PULL_REQUEST), moved("p", "c", Moved.FORCED)]
    seen = told(line, *updates)

    assert verdicts(seen) == {"b": UNVERIFIED, "c": UNVERIFIED}
    assert seen["c"][1] == "main was at p once, which is not in this clone"


def test_a_forced_push_whose_base_is_gone() -> None:
    """All that a job has of it is the event; the log leads from the one to the other, and that is straight."""
    line = lineage({"c": "b"}, tip="c", base="p", unknown="pq")
    whole = told(line, moved("p", "c", Moved.FORCED))
    elsewhere = told(line, moved("q", "p", Moved.PUSH), moved("p", "c", Moved.FORCED))

    assert verdicts(whole) == {"c": DIRECT}
    assert verdicts(elsewhere) == {"c": UNVERIFIED}


def test_an_unknown_beginning_of_the_log_does_not_outdo_what_is_known() -> None:
    line = lineage({"b": "a", "c": "b"}, tip="c", unknown="p")
    updates = [moved("a", "b", Moved.PUSH), moved("p", "c", Moved.FORCED)]
    seen = told(line, *updates)

    assert verdicts(seen) == {"b": DIRECT, "c": UNVERIFIED}


def test_a_log_that_ends_elsewhere_is_not_whole() -> None:
    line = lineage({"c": "b"}, tip="c", base="p", unknown="pz")
    seen = told(line, moved("p", "z", Moved.FORCED))

    assert verdicts(seen) == {"c": UNVERIFIED}


def test_a_kind_that_nobody_knows() -> None:
    seen = told(lineage({"c": "a"}, tip="c"), BranchUpdate("a", "c", Moved.OTHER))

    assert seen["c"] == (UNVERIFIED, "what moved main by somebody is of no kind that is known")


def test_names_of_nothing() -> None:
    assert is_nowhere(NOWHERE)
    assert is_nowhere("0" * 64)
    assert not is_nowhere("0" * 39 + "1")


def test_the_report_by_verdict() -> None:
    line = lineage({"b": "a", "c": "b"}, tip="c")
    updates = (moved("a", "c", Moved.PUSH),)
    arrivals = tuple(judge(line, "main", Log(updates), introductions(line, updates), nobody_asked))
    guarded = Guarded("guard", None, None, None, "c", (), 0.0, main=arrivals)

    assert guarded.of(Provenance.DIRECT) == arrivals
    assert guarded.of(Provenance.UNVERIFIED) == ()
    assert (arrivals[0].by, arrivals[0].at, arrivals[0].url) == ("ada", AT, None)
