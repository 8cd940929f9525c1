"""Did what came to main come through a pull request, and is what came still there?"""

from dataclasses import dataclass

from checks.asking import cannot_tell, finds, passes, skips
from tagship.checks.engine import examine
from tagship.checks.guarding import MainOnlyGrows, MainTakesNoDirectCommits
from tagship.domain.guarding import Arrival, BranchUpdate, Moved, Provenance
from tagship.errors import Run


@dataclass(frozen=True)
class Main:
    """What came to main, as a literal."""

    arrivals: tuple[Arrival, ...] = ()
    branch: str = "main"
    nothing: str = "no commit came to main with it"
    rewritten: tuple[BranchUpdate, ...] = ()
    is_looked_at: bool = True


def came(number: int, verdict: Provenance, evidence: str = "") -> Arrival:
    return Arrival(f"{number:040x}", f"Change {number}", verdict, evidence)


PROPOSED = came(1, Provenance.PULL_REQUEST, "#1, merged into main by ada")
STRAIGHT = came(2, Provenance.DIRECT, "pushed straight to main by ada")
NOBODY_SAW = came(3, Provenance.UNVERIFIED, "the log begins later")


def test_main_takes_no_direct_commits() -> None:
    passes(MainTakesNoDirectCommits(), Main((PROPOSED,)))
    (found,) = finds(MainTakesNoDirectCommits(), Main((PROPOSED, STRAIGHT, NOBODY_SAW)))
    skips(MainTakesNoDirectCommits(), Main())

    assert found.message == "Change 2: pushed straight to main by ada"
    assert str(found.where) == STRAIGHT.commit[:12]
    assert cannot_tell(MainTakesNoDirectCommits(), Main((PROPOSED, NOBODY_SAW))) == (
        f"1 of 2 commits cannot be told: the log begins later ({NOBODY_SAW.commit[:12]})"
    )


def test_a_direct_commit_without_a_message() -> None:
    (found,) = finds(MainTakesNoDirectCommits(), Main((Arrival("a" * 40, "", Provenance.DIRECT, "pushed"),)))

    assert found.message == "a commit without a message: pushed"


def test_many_reasons_and_many_commits_are_told_in_short() -> None:
    many = [came(number, Provenance.UNVERIFIED, "the log begins later") for number in range(10, 17)]
    others = [came(number, Provenance.UNVERIFIED, f"reason {number}") for number in range(20, 24)]
    told = cannot_tell(MainTakesNoDirectCommits(), Main((*many, *others)))

    assert told.startswith("11 of 11 commits cannot be told: the log begins later (")
    assert "and 2 more)" in told
    assert told.endswith("and 2 more reasons")
    assert "and 1 more reason" in cannot_tell(MainTakesNoDirectCommits(), Main((*many, *others[:3])))


def test_what_a_pass_says_beside_itself() -> None:
    two = Main((PROPOSED, came(4, Provenance.PULL_REQUEST, "#2, merged into main by ada")))
    told = [examine([MainTakesNoDirectCommits()], main, excused={})[0].reason for main in (two, Main((PROPOSED,)))]

    assert told == ["2 commits by 2 merges", "1 commit by 1 merge"]


def test_main_only_grows() -> None:
    passes(MainOnlyGrows(), Main((PROPOSED,)))
    passes(MainOnlyGrows(), Main())
    skips(MainOnlyGrows(), Main(is_looked_at=False))
    forced = BranchUpdate("a" * 40, "b" * 40, Moved.FORCED, "ada")
    gone = BranchUpdate("b" * 40, "0" * 40, Moved.DELETED)
    lost, deleted = finds(MainOnlyGrows(), Main(rewritten=(forced, gone)))

    assert lost.message == f"main was forced to {'b' * 12} by ada, and no longer holds {'a' * 12}"
    assert deleted.message == f"main was deleted by somebody, and no longer holds {'b' * 12}"
    assert str(lost.where) == "a" * 12
    assert lost.remedy == Run(("git", "fetch", "origin", f"{'a' * 40}:refs/heads/rescued-{'a' * 12}"))
