"""Ways past the hooks of a git server, over a local push, which hands down the most of whoever pushes."""

import subprocess
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import pytest

from guard.serving import ENVIRONMENT, Clone
from tagship.adapters.git.hooks import install_on_server
from tagship.adapters.git.journal import JOURNAL, read_journal
from tagship.errors import Conflict

pytestmark = pytest.mark.slow
FULL = """
import importlib.util, resource, sys
spec = importlib.util.spec_from_file_location("server", sys.argv[1])
server = importlib.util.module_from_spec(spec)
spec.loader.exec_module(server)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
with server.Journal().held() as journal:
    try:
        journal.add(server.Command("0", "1", "refs/heads/main"), "accepted")
    except server.Refusal as refusal:
        print(refusal)
"""


@pytest.fixture
def server(tmp_path: Path) -> Clone:
    Clone(tmp_path).git("init", "--quiet", "--bare", "--initial-branch=main", "a server's.git")
    made = Clone(tmp_path / "a server's.git")
    install_on_server(made.path, main=None, lines=())
    return made


@pytest.fixture
def clone(server: Clone, tmp_path: Path) -> Clone:
    Clone(tmp_path).git("init", "--quiet", "--initial-branch=main", "clone")
    made = Clone(tmp_path / "clone")
    made.git("remote", "add", "origin", str(server.path))
    made.commit("README", "Begin")
    assert not made.push("origin", "main").refused
    return made


def refuses(clone: Clone, server: Clone, *words: str, because: str, variables: Mapping[str, str] | None = None) -> str:
    """What is said of a push that moves nothing."""
    before = server.git("for-each-ref")
    done = clone.try_git("push", *words, **(variables or {}))

    assert done.refused, done.said
    assert because in done.said
    assert server.git("for-each-ref") == before
    return done.said


@pytest.mark.parametrize("ref", ["refs/heads/MAIN", "refs/heads/Main"])
def test_main_in_other_letters_where_the_disk_knows_no_difference(server: Clone, clone: Clone, ref: str) -> None:
    clone.commit("direct", "Direct")
    server.git("config", "core.ignoreCase", "true")
    refuses(clone, server, "origin", f"HEAD:{ref}", because="nothing is pushed straight to main")
    refuses(clone, server, "origin", "HEAD:refs/Tags/v1", because="neither on main nor on a line of release")
    server.git("config", "core.ignoreCase", "false")
    assert not clone.push("origin", f"HEAD:{ref}").refused


def test_a_line_of_release_under_other_names(server: Clone, clone: Clone) -> None:
    server.git("config", "tagship.line", "release/*")
    assert not clone.push("origin", "HEAD:release/1.x").refused
    clone.commit("direct", "Direct")
    server.git("symbolic-ref", "refs/heads/stable", "refs/heads/release/1.x")
    refuses(clone, server, "origin", "HEAD:stable", because="nothing is pushed straight to release/1.x")
    server.git("config", "core.ignoreCase", "true")
    for ref in ("refs/heads/RELEASE/1.X", "refs/Heads/release/1.x"):
        refuses(clone, server, "origin", f"HEAD:{ref}", because="1.")


def test_a_branch_beside_which_there_is_no_main(server: Clone, clone: Clone) -> None:
    because = "cannot both be branches"
    server.git("update-ref", "-d", "refs/heads/main")
    refuses(clone, server, "origin", "HEAD:refs/heads/main/x", because=because)
    clone.git("tag", "v1")
    server.git("update-ref", "refs/heads/main/x", clone.tip())
    refuses(clone, server, "origin", "v1", because="neither on main nor on a line of release")
    assert not clone.push("origin", ":refs/heads/main/x").refused
    server.git("config", "tagship.main", "team/main")
    refuses(clone, server, "origin", "HEAD:team", because=because)
    refuses(clone, server, "origin", "HEAD:team/main/x", because=because)
    assert not clone.push("origin", "HEAD:team/main", "HEAD:mainly", "HEAD:team/other").refused


def test_a_line_of_release_is_none_of_the_branches_below_it(server: Clone, clone: Clone) -> None:
    server.git("config", "tagship.line", "lts")
    clone.commit("off", "Off main")
    clone.git("push", "--quiet", "origin", "HEAD:lts/x")
    refuses(clone, server, "origin", "HEAD:refs/tags/v1", because="neither on main nor on a line of release")
    clone.git("push", "--quiet", "origin", ":lts/x")
    clone.git("push", "--quiet", "origin", "HEAD:lts")
    assert not clone.push("origin", "HEAD:refs/tags/v1").refused


def test_a_namespace_has_no_main_of_its_own(server: Clone, clone: Clone) -> None:
    clone.commit("direct", "Direct")
    program = "--receive-pack=env GIT_NAMESPACE=other git-receive-pack"
    refuses(clone, server, program, "origin", "HEAD:main", because="only a whole one is guarded")


def test_settings_of_an_account_are_not_those_of_the_repository(server: Clone, clone: Clone) -> None:
    clone.commit("more", "More")
    clone.git("push", "--quiet", "origin", "HEAD:topic")
    home = clone.path / ".gitconfig"
    home.write_text("[tagship]\n\tline = topic\n\tmain = other\n", encoding="utf-8")
    account = {"GIT_CONFIG_GLOBAL": str(home)}
    because = "neither on main nor on a line of release"
    refuses(clone, server, "origin", "HEAD:refs/tags/v1", because=because, variables=account)


def test_a_conflict_in_very_many_files_and_in_one_that_moves_the_cursor(server: Clone, clone: Clone) -> None:
    """A reason is one packet of git, of 65,516 bytes; and what it names was named by others."""
    names = ["\x1b[2J", *(f"{number:03}{'x' * 240}" for number in range(300))]
    begun = clone.tip()
    for side in ("mine", "theirs"):
        clone.git("checkout", "--quiet", "-B", side, begun)
        for name in names:
            (clone.path / name).write_text(side, encoding="utf-8")
        clone.commit("side", side)
    assert not clone.push("origin", "mine:refs/for/main").refused
    said = refuses(clone, server, "origin", "theirs:refs/for/main", because="it conflicts with main in \\x1b[2J, 000x")

    assert "\x1b[2J" not in said
    assert read_journal(server.path / JOURNAL)[-1].verdict == "refused"


def test_a_name_with_a_break_that_only_python_takes_for_one(clone: Clone) -> None:
    assert not clone.push("origin", "HEAD:refs/heads/a\u2028b").refused


def test_a_full_disk_leaves_no_half_line_behind(server: Clone, clone: Clone) -> None:
    journal = server.path / JOURNAL
    before = journal.read_bytes()
    program = resources.files("tagship.adapters.hooks").joinpath("server.py")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(program), str(len(before) + 40)],
        cwd=server.path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert "nothing moves that is not in it" in done.stdout
    assert journal.read_bytes() == before
    assert not clone.push("origin", "HEAD:topic").refused
    assert read_journal(journal)[-1].ref == "refs/heads/topic"


@pytest.mark.parametrize("there", [True, False])
def test_hooks_that_are_shared_by_a_link_are_left_alone(tmp_path: Path, *, there: bool) -> None:
    Clone(tmp_path).git("init", "--quiet", "--bare", "project.git")
    hooks, shared = tmp_path / "project.git" / "hooks", tmp_path / "shared"
    hooks.rename(shared if there else tmp_path / "elsewhere")
    hooks.symlink_to(shared)
    listed = sorted(shared.glob("*"))

    with pytest.raises(Conflict, match="which other repositories may share"):
        install_on_server(tmp_path / "project.git", main=None, lines=())
    assert sorted(shared.glob("*")) == listed
