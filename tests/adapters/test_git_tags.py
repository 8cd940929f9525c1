"""A tag made and pushed by the user's own git, and what a push that fails comes to."""

from pathlib import Path

import pytest

from repositories import Repo
from tagship.adapters.git.command import Git
from tagship.adapters.git.tags import (
    _not_pushed,
    apart,
    make_tag,
    push_tag,
    tag_on_remote,
    take_back,
    words_for_pushing,
)
from tagship.adapters.process import Completed
from tagship.errors import Conflict, FactUnknown, Incomplete, Refused, Run, TagshipError

MESSAGE = "handmade 1.0\n\n# a heading\n\nGrüße, trailing blanks   \n\n\n".encode()


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.new(tmp_path / "work")
    made.commit({"one.txt": "1\n"})
    made.push()
    return made


def test_a_tag_holds_the_very_bytes(repo: Repo) -> None:
    git = Git(repo.path)
    made = make_tag(git, "v1.0", "HEAD", MESSAGE)

    assert git("cat-file", "tag", made).stdout.partition(b"\n\n")[2] == MESSAGE
    assert repo.git("rev-parse", "refs/tags/v1.0") == made


def test_a_tag_that_is_there_stays(repo: Repo) -> None:
    repo.tag("v1.0")
    before = repo.references()

    with pytest.raises(Conflict, match=r"v1\.0 is here already"):
        make_tag(Git(repo.path), "v1.0", "HEAD", MESSAGE)
    assert repo.references() == before


def test_a_name_that_git_does_not_take(repo: Repo) -> None:
    with pytest.raises(FactUnknown, match="was not made"):
        make_tag(Git(repo.path), "v1..0", "HEAD", MESSAGE)


def test_somebody_whom_git_does_not_know(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Advised was to check the tag's name, which was right."""
    for name in ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    repo.git("config", "user.useConfigOnly", "true")

    with pytest.raises(Refused, match=r"v1\.0 was not made") as refused:
        make_tag(Git(repo.path), "v1.0", "HEAD", MESSAGE)
    assert "git config --global user.name" in str(refused.value.remedy)


def test_only_what_was_made_is_taken_back(repo: Repo) -> None:
    git = Git(repo.path)
    made = make_tag(git, "v1.0", "HEAD", MESSAGE)
    theirs = repo.git("rev-parse", f"refs/tags/{repo.tag('v1.0', force=True)}")

    assert not take_back(git, "v1.0", made)
    assert take_back(git, "v1.0", theirs)
    assert repo.git("tag") == ""


def test_a_tag_on_the_remote_and_not_one_that_is_called_alike(repo: Repo) -> None:
    repo.tag("v1.0")
    repo.tag("other/v1.0")
    repo.git("push", "--quiet", "origin", "refs/tags/other/v1.0")
    assert tag_on_remote(Git(repo.path), "origin", "v1.0") is None

    repo.push()
    there = tag_on_remote(Git(repo.path), "origin", "v1.0")
    assert there is not None
    assert (there.commit, there.object_name) == (repo.git("rev-parse", "HEAD"), repo.git("rev-parse", "refs/tags/v1.0"))


def test_a_remote_that_is_gone(repo: Repo) -> None:
    repo.remote.rename(repo.remote.with_name("away"))
    repo.tag("v1.0")

    with pytest.raises(FactUnknown, match="gives no answer"):
        tag_on_remote(Git(repo.path), "origin", "v1.0")
    with pytest.raises(Incomplete, match="did not reach origin") as cut:
        push_tag(Git(repo.path), "origin", "v1.0", lambda _: None)
    assert cut.value.remedy == Run(("tagship", "tag", "v1.0"))


def test_how_far_two_commits_are_apart(repo: Repo) -> None:
    base = repo.git("rev-parse", "HEAD")
    repo.commit()
    mine = repo.commit()
    repo.git("switch", "--quiet", "--detach", base)
    theirs = repo.commit()

    assert apart(Git(repo.path), mine, theirs) == (2, 1)


def test_what_hooks_and_the_remote_say_is_heard(repo: Repo) -> None:
    hook = repo.remote / "hooks" / "post-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho welcome\n", encoding="utf-8")
    hook.chmod(0o755)
    repo.tag("v1.0")
    heard: list[str] = []
    push_tag(Git(repo.path), "origin", "v1.0", heard.append)

    assert [line.strip() for line in heard] == ["remote: welcome"]


REFUSED_BY_RULE = """\
remote: error: GH013: Repository rule violations found for refs/tags/v1.0.
remote:
remote: - Cannot create ref due to creations being restricted.
To https://somebody:word@host.example/o/r.git
!\trefs/tags/v1.0:refs/tags/v1.0\t[remote rejected] (push declined due to repository rule violations)
Done
error: failed to push some refs to 'https://host.example/o/r.git'
"""
REFUSED_BY_GITLAB = """\
remote: GitLab: You are not allowed to create this tag as it is protected.
!\trefs/tags/v1.0:refs/tags/v1.0\t[remote rejected] (pre-receive hook declined)
error: failed to push some refs to 'host.example:o/r.git'
"""
NO_PERMISSION = """\
remote: Permission to o/r.git denied to somebody.
fatal: unable to access 'https://host.example/o/r.git/': The requested URL returned error: 403
"""
NO_PERMISSION_BY_SSH = """\
ERROR: Permission to o/r.git denied to somebody.
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
"""
NOBODY = "fatal: could not read Username for 'https://host.example': terminal prompts disabled\n"
NO_KEY = "git@host.example: Permission denied (publickey).\nfatal: Could not read from remote repository.\n"
NO_NAME = (
    "ssh: Could not resolve hostname host.example: Name or service not known\r\n"
    "fatal: Could not read from remote repository.\n"
)
HUNG_UP = "fatal: the remote end hung up unexpectedly\n"
SILENT_HOOK = "error: failed to push some refs to 'x'\n"
BROKEN_OFF = """\
send-pack: unexpected disconnect while reading sideband packet
error: error in sideband demultiplexer
*\trefs/tags/v1.0:refs/tags/v1.0\t[new tag]
error: failed to push some refs to 'x'
"""
ANOTHER = (
    "!\trefs/tags/v1.0:refs/tags/v1.0\t[rejected] (already exists)\nDone\nerror: failed to push some refs to 'x'\n"
)


@pytest.mark.parametrize(
    ("said", "code", "kind", "told"),
    [
        (REFUSED_BY_RULE, 1, Refused, "Cannot create ref due to creations being restricted"),
        (REFUSED_BY_GITLAB, 1, Refused, "not allowed to create this tag as it is protected"),
        (NO_PERMISSION, 128, Refused, "Permission to o/r.git denied to somebody"),
        (NO_PERMISSION_BY_SSH, 128, Refused, "Permission to o/r.git denied to somebody"),
        (NOBODY, 128, Incomplete, "was not told who pushes"),
        (NO_KEY, 128, Incomplete, "was not told who pushes"),
        (NO_NAME, 128, Incomplete, "Could not resolve hostname"),
        (HUNG_UP, 128, Incomplete, "hung up"),
        (ANOTHER, 1, Conflict, "has another v1.0"),
        (SILENT_HOOK, 1, Refused, "it says nothing"),
        (BROKEN_OFF, 1, Incomplete, "unexpected disconnect"),
        ("", 1, Incomplete, "no reason was told"),
        ("fatal: something new\n", 128, Incomplete, "something new"),
        ("", -9, Incomplete, "no reason was told"),
    ],
)
def test_what_a_push_that_failed_comes_to(said: str, code: int, kind: type[TagshipError], told: str) -> None:
    error = _not_pushed("origin", "v1.0", Completed(("git", "push"), code, said.encode(), b""))

    assert type(error) is kind
    assert told in error.message
    assert "word@" not in error.message
    assert error.remedy is not None


def test_who_is_not_known_pushes_by_hand() -> None:
    error = _not_pushed("origin", "v1.0", Completed(("git", "push"), 128, NOBODY.encode(), b""))

    assert error.remedy == Run(words_for_pushing("origin", "v1.0"))
