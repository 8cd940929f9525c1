"""What is asked of a branch as such, with literals; the facts are those of a feature that is one commit ahead."""

from dataclasses import replace

import pytest
from packaging.version import Version

from checks.asking import cannot_tell, finds, passes, skips
from fakes import NOON, FakeFacts, Given, a_project, tags, versions
from tagship.checks.branch import (
    BranchIsNotMain,
    BranchIsUpToDate,
    BranchMergesCleanly,
    ChangelogLinesAreNotClaimed,
    MainIsFetched,
    OperationIsFinished,
    TreeIsClean,
    UntrackedFilesStayOut,
    VersionIsNotClaimed,
)
from tagship.checks.engine import examine
from tagship.checks.version import VersionIsOneStepUp
from tagship.domain.branch import Divergence, Rival, Rivals, Shipping, TreeState
from tagship.domain.finding import Outcome
from tagship.domain.project import TAG_IS_THE_VERSION, VersionSource
from tagship.domain.version import TagTemplate
from tagship.errors import AtRef, AtUrl, Edit, InFile, Run

BASE = "b" * 40
AHEAD = Divergence(BASE, ahead=1, behind=0)
RIVAL = Rival("#12", "https://example.org/pull/12", Version("1.1"))


def branch(**given: object) -> FakeFacts:
    """A feature branch, clean and ahead of main by one commit."""
    usual = Given(
        branch="feature",
        free_branch="my-change-2",
        main="main",
        main_ref="refs/remotes/origin/main",
        tree_state=TreeState(),
        divergence=AHEAD,
        version=Version("1.1"),
        shipping=Shipping(ships=True, reason="module.py changed"),
        rivals=Rivals((), "2 other branches"),
        packaged=(),
        main_moved=False,
        tags=tags("v1.0"),
        template=TagTemplate(),
        reached=versions("1.0"),
        committed_at=NOON,
    )
    facts = FakeFacts(**usual)
    facts.given = {**usual, **given}
    return facts


def test_branch_is_not_main_a_feature_branch() -> None:
    passes(BranchIsNotMain(), branch())


def test_branch_is_not_main_main() -> None:
    (found,) = finds(BranchIsNotMain(), branch(branch="main"))

    assert found.remedy == Run(("git", "switch", "-c", "my-change-2"))


def test_branch_is_not_main_what_a_job_checks_out() -> None:
    passes(BranchIsNotMain(), branch(branch=None))


def test_branch_is_not_main_a_detached_head_on_main() -> None:
    finds(BranchIsNotMain(), branch(branch=None, divergence=Divergence(BASE, 0, 3)))


def test_branch_is_not_main_a_branch_without_commits_yet() -> None:
    passes(BranchIsNotMain(), branch(divergence=Divergence(BASE, 0, 0)))


def test_operation_is_finished_nothing_is_under_way() -> None:
    passes(OperationIsFinished(), branch())


@pytest.mark.parametrize(
    ("operation", "remedy"),
    [("rebase", "git rebase --continue"), ("bisect", "git bisect reset"), ("merge", "git merge --continue")],
)
def test_operation_is_finished_something_is(operation: str, remedy: str) -> None:
    (found,) = finds(OperationIsFinished(), branch(tree_state=TreeState(operation=operation)))

    assert str(found.remedy) == remedy


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("merge", "`git merge --continue`; or give up with `git merge --abort`"),
        ("patch series", "`git am --continue`; or give up with `git am --abort`"),
    ],
)
def test_operation_is_finished_nothing_goes_on_before_conflicts_are_resolved(operation: str, told: str) -> None:
    (found,) = finds(OperationIsFinished(), branch(tree_state=TreeState(("a",), (), operation)))

    assert str(found.remedy) == f"resolve what conflicts, `git add` it, and go on with {told}"


def test_branch_is_not_main_in_the_middle_of_something() -> None:
    """Git switches to no branch then."""
    detached = branch(branch=None, divergence=Divergence(BASE, 0, 0), tree_state=TreeState(("a",), (), "rebase"))
    merging = branch(branch="main", tree_state=TreeState(operation="merge"))

    assert "git rebase --abort" in str(finds(BranchIsNotMain(), detached)[0].remedy)
    assert finds(BranchIsNotMain(), merging)[0].remedy == Run(("git", "merge", "--continue"))


def test_tree_is_clean_untracked_files_are_not_its_business() -> None:
    passes(TreeIsClean(), branch(tree_state=TreeState((), ("new.txt",))))


def test_tree_is_clean_changed_files() -> None:
    (found,) = finds(TreeIsClean(), branch(tree_state=TreeState(("a", "b", "c", "d", "e"))))

    assert found.where == InFile("a")
    assert "a, b, c and 2 more have" in found.message


def test_tree_is_clean_in_the_middle_of_a_merge() -> None:
    skips(TreeIsClean(), branch(tree_state=TreeState(("a",), (), "merge")))


def test_what_a_commit_takes_that_waits_for_a_hook_is_as_good_as_committed() -> None:
    whole = branch(tree_state=TreeState(("a", "b"), ("new.txt",), None, ("a", "b")))
    passes(TreeIsClean(), whole)
    assert TreeIsClean().remark(whole) == "the commit under way takes the changes of a, b"
    assert TreeIsClean().remark(branch(tree_state=TreeState())) is None

    (found,) = finds(TreeIsClean(), branch(tree_state=TreeState(("a", "b"), (), None, ("a",))))
    assert found.message == "b has changes that the commit under way leaves out"
    assert found.remedy == Run(("git", "add", "--update"))


def test_untracked_files_stay_out_none_would_be_packaged() -> None:
    passes(UntrackedFilesStayOut(), branch())


def test_untracked_files_stay_out_one_would() -> None:
    (found,) = finds(UntrackedFilesStayOut(), branch(packaged=("src/package/new ä.py",)))

    assert found.remedy == Run(("git", "add", "--", "src/package/new ä.py"))


@pytest.mark.parametrize("apart", [AHEAD, Divergence(BASE, 2, 3), Divergence(BASE, 0, 4)])
def test_branch_merges_cleanly_it_does(apart: Divergence) -> None:
    passes(BranchMergesCleanly(), branch(divergence=apart))


def test_branch_merges_cleanly_conflicts() -> None:
    found = finds(BranchMergesCleanly(), branch(divergence=Divergence(BASE, 1, 1, ("CHANGELOG.md", "x.py"))))

    assert [each.where for each in found] == [InFile("CHANGELOG.md"), InFile("x.py")]
    assert found[0].remedy == Run(("git", "merge", "origin/main"))


def test_branch_merges_cleanly_nothing_in_common() -> None:
    finds(BranchMergesCleanly(), branch(divergence=Divergence(None, 1, 3)))


def test_branch_merges_cleanly_a_git_that_cannot_try() -> None:
    assert "git" in cannot_tell(BranchMergesCleanly(), branch(divergence=Divergence(BASE, 1, 1, None)))


def test_branch_merges_cleanly_not_known() -> None:
    facts = branch()
    facts.given = {key: value for key, value in facts.given.items() if key != "divergence"}

    cannot_tell(BranchMergesCleanly(), facts)


def test_branch_is_up_to_date_it_is() -> None:
    passes(BranchIsUpToDate(), branch())


@pytest.mark.parametrize("conflicts", [(), None])
def test_branch_is_up_to_date_it_is_behind(conflicts: tuple[str, ...] | None) -> None:
    (found,) = finds(BranchIsUpToDate(), branch(divergence=Divergence(BASE, 1, 1200, conflicts)))

    assert "1,200 commits" in found.message
    assert found.where == AtRef("origin/main")


@pytest.mark.parametrize("apart", [Divergence(BASE, 1, 1, ("x",)), Divergence(None, 1, 1)])
def test_branch_is_up_to_date_conflicts_come_first(apart: Divergence) -> None:
    skips(BranchIsUpToDate(), branch(divergence=apart))


def test_main_is_fetched_it_is() -> None:
    passes(MainIsFetched(), branch())


def test_main_is_fetched_it_moved() -> None:
    (found,) = finds(MainIsFetched(), branch(main_moved=True))

    assert found.remedy == Run(("git", "fetch"))


def test_version_is_not_claimed_nobody_else_has_it() -> None:
    others = (replace(RIVAL, version=Version("1.2")), replace(RIVAL, version=None, lines=(3, 4)))

    passes(VersionIsNotClaimed(), branch(rivals=others))


def test_version_is_not_claimed_a_pull_request_has() -> None:
    (found,) = finds(VersionIsNotClaimed(), branch(rivals=(RIVAL, replace(RIVAL, version=Version("1.1.1")))))

    assert found.where == AtUrl("https://example.org/pull/12")
    assert found.remedy == Edit(
        "agree with #12 on who goes first: what follows 1.1 is a step too far until it is tagged"
    )


@pytest.mark.parametrize(
    ("own", "reached", "others", "free"),
    [
        ("1.0.1", "1.0.0", [], "1.1.0"),
        ("1.0.1rc1", "1.0.0", [], "1.0.1"),
        ("1.0.1", "1.0.0", ["1.1.0"], None),
        ("2.0.0", "1.0.0", [], None),
        ("2026.3.1", "2026.3.0", [], "2026.3.2"),
    ],
)
def test_version_is_not_claimed_another_that_is_one_step_up(
    own: str, reached: str, others: list[str], free: str | None
) -> None:
    facts = branch(
        version=Version(own),
        tags=tags(f"v{reached}"),
        reached=versions(reached),
        rivals=[Rival("other", None, Version(version)) for version in (own, *others)],
    )

    (found,) = finds(VersionIsNotClaimed(), facts)

    assert isinstance(found.remedy, Edit) if free is None else str(found.remedy) == f"tagship prepare {free}"
    if free is not None:
        facts.given = {**facts.given, "version": Version(free)}
        assert Outcome.FAILED not in {verdict.outcome for verdict in examine([VersionIsOneStepUp()], facts, excused={})}


def test_version_is_not_claimed_before_the_first_release_any_other_will_do() -> None:
    (found,) = finds(VersionIsNotClaimed(), branch(rivals=(RIVAL,), tags={}, reached=frozenset()))

    assert found.remedy == Run(("tagship", "prepare", "1.1.1"))


def test_version_is_not_claimed_a_branch_has() -> None:
    (found,) = finds(VersionIsNotClaimed(), branch(rivals=[Rival("other", None, Version("1.1.0"))]))

    assert found.where == AtRef("other")


NOTHING_SHIPS = Shipping(ships=False, reason="only tests changed")


@pytest.mark.parametrize("given", [{}, {"project": a_project("1.1")}])
def test_version_is_not_claimed_what_ships_nothing_claims_nothing(given: dict[str, object]) -> None:
    skips(VersionIsNotClaimed(), branch(shipping=NOTHING_SHIPS, rivals=(RIVAL,), **given))


def test_version_is_not_claimed_where_the_tag_is_the_version_a_section_claims_it() -> None:
    own = a_project("1.1", source=VersionSource(TAG_IS_THE_VERSION))

    finds(VersionIsNotClaimed(), branch(shipping=NOTHING_SHIPS, rivals=(RIVAL,), project=own))


def test_version_is_not_claimed_a_pass_says_how_far_was_looked() -> None:
    (verdict,) = examine([VersionIsNotClaimed()], branch(), excused={})

    assert verdict.reason == "2 other branches"


def test_changelog_lines_are_not_claimed_nobody_else_changes_them() -> None:
    passes(ChangelogLinesAreNotClaimed(), branch(rivals=(RIVAL,)))


@pytest.mark.parametrize(("lines", "told"), [((4, 4), "line 4"), ((4, 9), "lines 4 to 9")])
def test_changelog_lines_are_not_claimed_a_pull_request_does(lines: tuple[int, int], told: str) -> None:
    (found,) = finds(ChangelogLinesAreNotClaimed(), branch(rivals=(replace(RIVAL, lines=lines),)))

    assert told in found.message


def test_changelog_lines_are_not_claimed_a_pass_says_how_far_was_looked() -> None:
    (verdict,) = examine([ChangelogLinesAreNotClaimed()], branch(), excused={})

    assert verdict.reason == "2 other branches"
