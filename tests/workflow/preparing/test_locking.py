"""Lock files whose own tool is asked, or has to write."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from repositories import Repo, released
from tagship.adapters.process import ProcessFailed
from tagship.domain.branch import Bump
from tagship.domain.bump import Wish
from tagship.domain.plan import Todo
from tagship.domain.proposal import Proposal
from tagship.errors import FactUnknown
from tagship.workflow.preparing.locking import own_entries, write_entries
from tagship.workflow.preparing.preparation import Preparation
from workflow.preparing.drafting import TODAY, preparing, read, states

LOCK = """\
version = 1

[[package]]
name = "handmade"
version = "1.0.0"
source = { editable = "." }
"""
CARGO = """\
version = 3

[[package]]
name = "handmade"
version = "1.0.0"
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = released(tmp_path / "project", "1.0.0")
    made.commit({"a.py": "", "uv.lock": LOCK}, "Add a module")
    made.push()
    return made


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of tools that is searched before all others."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def tool(folder: Path, name: str, does: str) -> None:
    """A tool that does this whatever it is asked."""
    made = folder / name
    made.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    made.chmod(made.stat().st_mode | stat.S_IXUSR)


def online(repo: Repo) -> Preparation:
    made = preparing(repo, offline=False)
    made.__dict__["_published"] = frozenset()
    return made


def proposed(repo: Repo) -> Proposal:
    preparation = online(repo)
    with preparation.place, preparation.propose(preparation.aim(Wish(Bump.MINOR)), TODAY) as draft:
        draft.carry_out()
        return draft.proposal


def test_the_tool_has_nothing_to_say(repo: Repo, tools: Path) -> None:
    tool(tools, "uv", "exit 0")

    assert not [remark for remark in proposed(repo).remarks if "uv.lock" in remark]


def test_the_tool_says_no_and_writes(repo: Repo, tools: Path) -> None:
    tool(tools, "uv", '[ "$2" ] && { echo "the lockfile needs to be updated" >&2; exit 1; }; echo "# anew" >> uv.lock')

    proposal = proposed(repo)

    assert read(repo, "uv.lock") == LOCK.replace("1.0.0", "1.1.0") + "# anew\n"
    assert any("wrote it anew" in remark for remark in proposal.remarks)


def test_a_tool_that_cannot_write_is_told_with_its_command(repo: Repo, tools: Path) -> None:
    tool(tools, "uv", 'echo "needs to be updated" >&2; exit 2')

    with pytest.raises(ProcessFailed) as failed:
        proposed(repo)

    assert str(failed.value.remedy) == "uv lock"
    assert read(repo, "uv.lock") == LOCK


@pytest.mark.parametrize(("does", "told"), [('echo "error: no network" >&2; exit 2', "no network"), ("exit 3", "3")])
def test_a_tool_that_could_not_tell(repo: Repo, tools: Path, does: str, told: str) -> None:
    tool(tools, "uv", does)

    (remark,) = [remark for remark in proposed(repo).remarks if "uv.lock" in remark]

    assert "could not be told" in remark
    assert told in remark


def test_a_tool_that_cannot_be_asked(repo: Repo) -> None:
    pyproject = (
        read(repo, "pyproject.toml").replace('"hatchling.build"', '"maturin"').replace('"hatchling"', '"maturin"')
    )
    cargo = '[package]\nname = "handmade"\nversion = "1.0.0"\n'
    repo.git("rm", "--quiet", "uv.lock")
    repo.commit({"pyproject.toml": pyproject, "Cargo.toml": cargo, "Cargo.lock": CARGO})
    repo.push()

    proposal = proposed(repo)

    assert states(proposal)["locks"] is Todo
    assert read(repo, "Cargo.lock") == CARGO.replace("1.0.0", "1.1.0")
    assert not [remark for remark in proposal.remarks if "Cargo.lock" in remark]


@pytest.mark.parametrize("offline", [False, True])
def test_what_only_the_tool_can_write(repo: Repo, tools: Path, *, offline: bool) -> None:
    """The entry is not where it was found: somebody changed the file in between."""
    moved = LOCK.replace("[[package]]", "# one line more\n[[package]]")
    tool(tools, "uv", "echo '# anew' >> uv.lock")
    preparation = preparing(repo, offline=offline)
    preparation.__dict__["_published"] = frozenset()
    with preparation.place, preparation._at_desk(preparation.aim(Wish(Bump.MINOR)), TODAY, "release-") as (desk, _):
        locks = own_entries(desk)
        (desk.directory / "uv.lock").write_text(moved, encoding="utf-8")
        if offline:
            with pytest.raises(FactUnknown, match=r"uv\.lock"):
                write_entries(desk, locks)
        else:
            part = write_entries(desk, locks)

            assert part.state == Todo("uv.lock")
            assert (desk.directory / "uv.lock").read_text(encoding="utf-8") == f"{moved}# anew\n"


OTHERS = [
    (
        "poetry",
        "check --lock",
        "poetry.lock",
        "Error: pyproject.toml changed significantly since the lock.",
    ),
    ("pdm", "lock --check", "pdm.lock", "WARNING: Lockfile doesn't satisfy the project requirements"),
]


@pytest.mark.parametrize(("name", "words", "file", "no"), OTHERS)
@pytest.mark.parametrize(
    ("does", "told"),
    [
        ('echo "{no}" >&2; exit 1', "is out of step with pyproject.toml"),
        ("echo 'no such option' >&2; exit 2", "could not be told: no such option"),
        ("exit 3", "could not be told: it ended with 3"),
        ("exit 0", None),
    ],
)
def test_a_file_without_the_own_version_is_asked_about_and_never_written(
    repo: Repo, tools: Path, name: str, words: str, file: str, no: str, does: str, told: str | None
) -> None:
    tool(tools, "uv", "exit 0")
    tool(tools, name, f'[ "$*" = "{words}" ] || exit 70\n{does.format(no=no)}')
    repo.commit({file: "# of its own\n"})
    repo.push()

    remarks = [remark for remark in proposed(repo).remarks if file in remark]

    assert [told in remark for remark in remarks if told is not None] == ([] if told is None else [True])
    assert read(repo, file) == "# of its own\n"


@pytest.mark.parametrize("offline", [False, True])
def test_a_tool_that_is_not_at_hand_or_may_not_be_asked(
    repo: Repo, tools: Path, monkeypatch: pytest.MonkeyPatch, *, offline: bool
) -> None:
    for needed in ("git", "sh"):
        (tools / needed).symlink_to(str(shutil.which(needed)))
    repo.git("rm", "--quiet", "uv.lock")
    repo.commit({"pdm.lock": ""})
    repo.push()
    monkeypatch.setenv("PATH", str(tools))
    preparation = preparing(repo, offline=offline)
    preparation.__dict__["_published"] = frozenset()

    with preparation.place, preparation.propose(preparation.aim(Wish(Bump.MINOR)), TODAY) as draft:
        told = [remark for remark in draft.proposal.remarks if "pdm.lock" in remark]

    why = "--offline was given" if offline else "pdm is not at hand"
    assert told == [f"whether pdm.lock is in step with everything else was not asked: {why}"]
