"""How seldom a witness is asked, and what becomes of its silence."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tagship.domain.guarding import BranchUpdate, Moved, PullRequestOf
from tagship.errors import FactUnknown
from tagship.workflow.guarding import witnessing
from tagship.workflow.guarding.spans import Span
from tagship.workflow.guarding.witnessing import FAILURES, FEW, PullRequests, read_log

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Literal:
    """A witness that says what it is given, and counts what it is asked."""

    name = "the log"

    def __init__(
        self, updates: Sequence[BranchUpdate] = (), pulls: Sequence[PullRequestOf] = (), *, fails: bool = False
    ) -> None:
        self._updates, self._pulls, self._fails = updates, pulls, fails
        self.read = 0
        self.asked: list[str] = []

    def updates(self, branch: str, since: datetime | None) -> Iterator[BranchUpdate]:
        assert branch == "main"
        assert since is None or since < AT
        for update in self._updates:
            self.read += 1
            yield update

    def merged_pulls(self, branch: str) -> Iterator[PullRequestOf]:
        assert branch == "main"
        if self._fails:
            raise FactUnknown("no list today")
        yield from self._pulls

    def pulls_of(self, commit: str) -> Sequence[PullRequestOf]:
        self.asked.append(commit)
        if self._fails:
            raise FactUnknown(f"nothing about {commit}")
        return [pull for pull in self._pulls if pull.merge_commit == commit]


def moved(before: int, *, days: int = 0) -> BranchUpdate:
    return BranchUpdate(f"c{before}", f"c{before + 1}", Moved.PUSH, None, AT - timedelta(days=days))


def pull(number: int, *, merged: bool = True) -> PullRequestOf:
    return PullRequestOf(f"#{number}", merged, "main", f"c{number}")


def never(seconds: float) -> None:
    raise AssertionError(seconds)


def test_the_log_is_read_down_to_the_base_and_no_further() -> None:
    witness = Literal([moved(each) for each in (9, 8, 7, 6, 5)])
    log = read_log(witness, Span("main", "c10", "c8"), never)

    assert [update.before for update in log.updates] == ["c8", "c9"]
    assert log.flaw is None
    assert witness.read == 2


def test_the_log_is_read_down_to_a_day_before_the_moment() -> None:
    witness = Literal([moved(9), moved(8, days=2), moved(7, days=5), moved(6, days=6)])
    log = read_log(witness, Span("main", "c10", None, AT - timedelta(days=3)), never)

    assert witness.read == 3
    assert log.flaw is None


def test_a_log_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnessing, "MOST_UPDATES", 3)
    log = read_log(Literal([moved(each) for each in range(9, 0, -1)]), Span("main", "c10", "x"), never)

    assert len(log.updates) == 3
    assert log.flaw == "the log is longer than 3 updates, and was read no further"


def test_a_log_without_times_says_no_day() -> None:
    log = read_log(Literal([BranchUpdate("a", "b", Moved.PUSH)]), Span("main", "b", "x"), never)

    assert log.flaw == "the log tells of no update that brought it"


def test_few_are_asked_about_one_by_one_and_each_once() -> None:
    witness = Literal(pulls=[pull(1), pull(2)])
    pulls = PullRequests(witness, "main", ["c1", "c2"])

    assert [pulls("c1"), pulls("c1"), pulls("c2")] == [[pull(1)], [pull(1)], [pull(2)]]
    assert witness.asked == ["c1", "c2"]


def test_many_are_looked_up_in_a_list() -> None:
    numbers = range(FEW + 1)
    witness = Literal(pulls=[pull(99, merged=False), *map(pull, numbers)])
    pulls = PullRequests(witness, "main", [f"c{number}" for number in numbers])

    assert [list(pulls(f"c{number}")) for number in numbers] == [[pull(number)] for number in numbers]
    assert witness.asked == []
    assert list(pulls("c99")) == [pull(99, merged=False)]


def test_after_several_failures_nothing_more_is_asked() -> None:
    wanted = [f"c{number}" for number in range(10)]
    witness = Literal(fails=True)
    pulls = PullRequests(witness, "main", wanted)
    told = []
    for commit in wanted:
        with pytest.raises(FactUnknown) as unknown:
            pulls(commit)
        told.append(unknown.value.message)

    assert len(witness.asked) == FAILURES - 1
    assert told[0] == "nothing about c0"
    assert "had not answered several times" in told[-1]


def test_there_is_a_bound_to_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnessing, "MOST_ASKED", 1)
    pulls = PullRequests(Literal(), "main", ["c1", "c2"])

    assert pulls("c1") == []
    with pytest.raises(FactUnknown, match="more than 1 commits"):
        pulls("c2")


def test_a_list_that_lacks_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no list tells of is asked for by itself."""
    monkeypatch.setattr(witnessing, "FEW", 1)
    witness = Literal(pulls=[pull(1)])
    pulls = PullRequests(witness, "main", ["c1", "c2"])

    assert (pulls("c1"), pulls("c2")) == ([pull(1)], [])
    assert witness.asked == ["c2"]
