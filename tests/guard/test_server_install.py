"""Installing on a git server: which branch is main, and nothing is changed where it cannot be."""

from pathlib import Path

import pytest

from guard.serving import Clone
from tagship.adapters.git.hooks import HEADERS, install_on_server, uninstall_from_server
from tagship.errors import Conflict, Run

DETACHED = "detached"


@pytest.fixture
def server(tmp_path: Path) -> Clone:
    """A bare repository, empty, whose HEAD names master."""
    Clone(tmp_path).git("init", "--quiet", "--bare", "--initial-branch=master", "project.git")
    return Clone(tmp_path / "project.git")


def begin(server: Clone, *branches: str) -> str:
    """Let a repository have these branches, at one commit."""
    tree = server.git("mktree")
    commit = server.git("commit-tree", "-m", "Begin", tree)
    for branch in branches:
        server.git("update-ref", f"refs/heads/{branch}", commit)
    return commit


def state(server: Clone) -> tuple[str, dict[str, bytes]]:
    hooks = server.path / "hooks"
    files = {path.name: path.read_bytes() for path in hooks.iterdir()} if hooks.exists() else {}
    return server.git("config", "--local", "--list"), files


def refuses(server: Clone, match: str) -> Conflict:
    """What is told of it; nothing was changed."""
    before = state(server)
    with pytest.raises(Conflict, match=match) as told:
        install_on_server(server.path, main=None, lines=("release/*",))

    assert state(server) == before
    return told.value


@pytest.mark.parametrize(("head", "says"), [("master", "names the branch master"), (DETACHED, "names no branch")])
@pytest.mark.parametrize(("branches", "main"), [(("main",), "main"), (("dev", "main"), "main"), (("trunk",), "trunk")])
def test_the_remedy_sets_head_right(server: Clone, head: str, says: str, branches: tuple[str, ...], main: str) -> None:
    commit = begin(server, *branches)
    if head == DETACHED:
        (server.path / "HEAD").write_text(f"{commit}\n", encoding="utf-8")
    told = refuses(server, says)
    assert isinstance(told.remedy, Run)
    assert told.remedy.argv == ("git", "-C", str(server.path), "symbolic-ref", "HEAD", f"refs/heads/{main}")
    server.git(*told.remedy.argv[1:])
    install_on_server(server.path, main=None, lines=())

    assert server.git("config", "tagship.main") == main


def test_among_several_branches_none_is_guessed(server: Clone) -> None:
    begin(server, "dev", "trunk")
    told = refuses(server, "names the branch master, which is not there")

    assert 'branch = "NAME" under [tool.tagship]' in str(told.remedy)
    install_on_server(server.path, main="trunk", lines=())
    assert server.git("config", "tagship.main") == "trunk"


def test_lines_of_release_are_told_of(server: Clone) -> None:
    told = install_on_server(server.path, main="main", lines=("release/*", "lts"))

    assert "so are the lines of release, release/*, lts: git push origin HEAD:refs/for/LINE" in told
    assert not [each for each in install_on_server(server.path, main="main", lines=()) if "lines of release" in each]


def test_in_an_empty_repository_head_is_believed(server: Clone) -> None:
    install_on_server(server.path, main=None, lines=())

    assert server.git("config", "tagship.main") == "master"


@pytest.mark.parametrize("names", [("proc-receive",), ("pre-receive", "pre-receive.before-tagship")])
def test_a_conflict_changes_nothing(server: Clone, names: tuple[str, ...]) -> None:
    (server.path / "hooks").mkdir(exist_ok=True)
    for name in names:
        (server.path / "hooks" / name).write_text("#!/bin/sh\n# calls tagship guard\n", encoding="utf-8")
    told = refuses(server, "there")

    assert not isinstance(told.remedy, Run)
    assert uninstall_from_server(server.path) == (f"there is no hook of tagship in {server.path}",)
    assert {path.name for path in (server.path / "hooks").iterdir()} >= set(names)


def test_ours_are_known_by_their_header(server: Clone) -> None:
    install_on_server(server.path, main="main", lines=())

    for hook in ("pre-receive", "proc-receive"):
        assert (server.path / "hooks" / hook).read_text(encoding="utf-8").split("\n")[1] == HEADERS[1]
