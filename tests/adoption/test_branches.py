"""The generated workflows for what is to be merged, and for what was: readiness and guard."""

from pathlib import Path

import pytest

from adoption.adopted import GUARD_YML, QUICK, READINESS_YML, TRUSTED, Adopted, next_version, told
from adoption.conftest import Adopt
from running.events import Event, merge_group, push
from running.results import RunResult
from tagship.rehearsal.host.history import How

pytestmark = pytest.mark.slow

WAYS: tuple[How, ...] = ("squash", "merge", "rebase")
GREEN = {"tests": "success", "check": "success", "ready": "success"}


@pytest.fixture
def released(adopt: Adopt) -> Adopted:
    """The project right after its release."""
    adopted = adopt(QUICK)
    adopted.tag()
    return adopted


def asked(adopted: Adopted, event: Event) -> RunResult:
    return adopted.run(READINESS_YML, event)


def test_a_branch_that_is_ready_is_so_before_and_after_it_is_merged(released: Adopted) -> None:
    """Pain 19: the one check that is required runs on the pull request, in the queue, and on what comes of it."""
    proposed = released.propose("cables", next_version(), "Add cables")
    before = asked(released, proposed)
    queued = asked(released, merge_group(released.repository, "cables"))
    merged = asked(released, released.merge(proposed))

    assert (before.conclusions, queued.conclusions, merged.conclusions) == (GREEN, GREEN, GREEN), (
        before.log + queued.log + merged.log
    )
    assert before.job("ready").permissions == {"metadata": "read"}
    assert released.world.host.check_runs[merged.event.sha]["ready"] == "success"


def test_a_test_that_fails_makes_it_red(adopt: Adopt) -> None:
    """Failure 2: the tests run against the project as it is installed, with what they need from a lock file."""
    adopted = adopt(TRUSTED)
    adopted.tag()
    broken = next_version()
    broken["src/sample_ship/__init__.py"] = broken["src/sample_ship/__init__.py"].replace("3600 / 1852", "3600 / 1853")
    run = asked(adopted, adopted.propose("cables", broken, "Add cables"))

    assert run.conclusions == {"tests": "failure", "check": "success", "ready": "failure"}, run.log
    assert "1 failed" in run.job("tests").log


def test_a_branch_that_is_not_ready_is_told_what_is_missing_and_where(released: Adopted) -> None:
    files = {"src/sample_ship/__init__.py": next_version()["src/sample_ship/__init__.py"]}
    run = asked(released, released.propose("cables", files, "Add cables"))

    assert run.conclusions == {"tests": "success", "check": "failure", "ready": "failure"}, run.log
    said = told(run.job("check"))
    assert "1.2.0" in said
    assert {one.properties.get("file") for one in run.job("check").annotations} >= {"pyproject.toml"}
    assert "| " in run.job("check").summary


def test_what_ships_nothing_is_ready_right_after_a_release(released: Adopted) -> None:
    """Failure 20: a branch off main as it was just tagged, with nothing in it that anybody would be shipped."""
    run = asked(released, released.propose("page", {"docs/page.md": "# A page\n"}, "Write a page"))

    assert run.conclusions == GREEN, run.log


def test_a_merge_is_found_to_be_one(released: Adopted) -> None:
    """Pains 14 and 35, failure 29: by the pull request and the log of what happened, for each way of merging."""
    before = released.repository.commit("main")
    for number, how in enumerate(WAYS):
        event = released.propose(f"page-{number}", {f"docs/{number}.md": "# A page\n"}, "Write a page (#99)")
        released.merge(event, how)
    run = released.run(GUARD_YML, push(released.repository, "main", before=before))

    assert run.conclusions == {"guard": "success"}, run.log
    assert released.issues() == []


def test_a_direct_commit_fails_and_is_told_once(released: Adopted, tmp_path: Path) -> None:
    """Failures 29 and 30: every commit of a push is looked at; what it says of itself is neither believed nor run."""
    before, owned = released.repository.commit("main"), tmp_path / "owned"
    released.repo.commit(
        {"docs/a.md": "a\n"}, f"Merge pull request #7 from $(touch {owned})\n\n`touch {owned}` ${{{{ github.token }}}}"
    )
    released.repo.commit({"docs/b.md": "b\n"}, 'Write "b" (#8)')
    released.push("main")
    event = push(released.repository, "main", before=before)
    first, second = released.run(GUARD_YML, event), released.run(GUARD_YML, event)

    assert (first.conclusion, second.conclusion) == ("failure", "failure"), first.log
    assert not owned.exists()
    assert len(released.issues()) == 1
    assert len([one for one in first.job("guard").annotations if one.level == "error"]) >= 2
