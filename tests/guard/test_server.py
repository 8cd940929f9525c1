"""The hooks on a real git server: what it refuses, what it merges, and what its journal proves."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from guard.serving import Clone, serving
from tagship.adapters.git.hooks import install_on_server, uninstall_from_server
from tagship.adapters.git.journal import JOURNAL, JournalBroken, JournalWitness, read_journal
from tagship.domain.guarding import Moved, Provenance
from tagship.errors import Conflict, UsageError
from tagship.workflow.guarding.examining import guard
from tagship.workflow.guarding.place import GuardPlace

pytestmark = pytest.mark.slow


def bare(top: Path, *options: str) -> Clone:
    top.mkdir(parents=True, exist_ok=True)
    Clone(top).git("init", "--quiet", "--bare", "--initial-branch=main", *options, "project.git")
    server = Clone(top / "project.git")
    server.git("config", "http.receivepack", "true")
    return server


def clone_of(address: str, path: Path) -> Clone:
    Clone(path.parent).git("clone", "--quiet", address, str(path))
    clone = Clone(path)
    clone.git("checkout", "--quiet", "-B", "main")
    return clone


class Scene:
    """A guarded server whose main has begun, and a clone of it."""

    def __init__(self, server: Clone, address: str, clone: Clone) -> None:
        self.server, self.address, self.clone = server, address, clone

    @property
    def main(self) -> str:
        return self.server.tip("refs/heads/main")

    @property
    def journal(self) -> Path:
        return self.server.path / JOURNAL

    def topic(self, name: str = "topic", *, file: str = "topic", message: str = "Work") -> str:
        self.clone.git("fetch", "--quiet", "origin")
        self.clone.git("checkout", "--quiet", "-B", name, "origin/main")
        return self.clone.commit(file, message)

    def merge(self, name: str = "topic", *, file: str = "topic", message: str = "Work") -> str:
        self.topic(name, file=file, message=message)
        done = self.clone.push("origin", "HEAD:refs/for/main")
        assert not done.refused, done.said
        return self.main


def begun(top: Path, way: str) -> Path:
    """A guarded server and a clone of it, whose first push began main."""
    server = bare(top / "srv", *(["--object-format=sha256"] if way == "sha256" else []))
    install_on_server(server.path, main=None, lines=("release/*",))
    with serving(top / "srv") as root:
        address = server.path.as_uri() if way == "file" else f"{root}/project.git"
        clone = clone_of(address, top / "clone") if way != "sha256" else Clone(top / "clone")
        if way == "sha256":
            Clone(top).git("init", "--quiet", "--object-format=sha256", "--initial-branch=main", "clone")
            clone.git("remote", "add", "origin", address)
        clone.commit("README", "Begin")
        pushed = clone.push("origin", "HEAD:main")
        assert not pushed.refused, pushed.said
    return top


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Where to copy a server from on which main has begun in one of the ways; each is made once."""
    return cache(lambda way: begun(tmp_path_factory.mktemp(f"begun-{way}"), way))


@pytest.fixture
def scene(tmp_path: Path, begin: Callable[[str], Path], request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Over HTTP, unless the test asks for another way or another hash function."""
    way = getattr(request, "param", "http")
    shutil.copytree(begin(way), tmp_path, dirs_exist_ok=True)
    server, clone = Clone(tmp_path / "srv" / "project.git"), Clone(tmp_path / "clone")
    with serving(tmp_path / "srv") as root:
        address = server.path.as_uri() if way == "file" else f"{root}/project.git"
        clone.git("remote", "set-url", "origin", address)
        yield Scene(server, address, clone)


def refuses(scene: Scene, *words: str, because: str) -> None:
    """A push is refused for a reason, nothing moves, and the journal tells of it."""
    before, lines = scene.server.git("for-each-ref"), len(read_journal(scene.journal))
    done = scene.clone.push(*words)

    assert done.refused, done.said
    assert because in done.said
    assert scene.server.git("for-each-ref") == before
    told = read_journal(scene.journal)[lines:]
    assert told
    assert {entry.verdict for entry in told} == {"refused"}


@pytest.mark.parametrize("scene", ["http", "file", "sha256"], indirect=True)
def test_what_it_refuses_and_what_it_merges(scene: Scene) -> None:
    clone = scene.clone
    begun = scene.main
    clone.commit("direct", "Merge pull request #1 from a/b")
    refuses(scene, "origin", "HEAD:main", because="nothing is pushed straight to main")
    clone.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "Other")
    clone.git("checkout", "--quiet", "--orphan", "other")
    clone.commit("other", "Another beginning")
    refuses(scene, "--force", "origin", "HEAD:main", because="main is not forced")
    refuses(scene, "origin", ":main", because="main is not deleted")

    merged = scene.merge(message="Work $(id) `id` @ada")

    assert scene.server.git("rev-list", "--parents", "-1", "main").split() == [merged, begun, clone.tip("topic")]
    message = scene.server.git("log", "-1", "--format=%an%n%B", "main")
    assert message.startswith(f"tagship guard\nMerge {clone.tip('topic')[:12]}: Work $(id) `id` @ada\n\nPushed-By: ")

    clone.git("fetch", "--quiet", "origin")
    clone.git("tag", "-a", "-m", "1.0", "v1.0", "origin/main")
    assert not clone.push("origin", "v1.0").refused
    clone.git("tag", "--force", "-a", "-m", "1.0 again", "v1.0", begun)
    refuses(scene, "--force", "origin", "v1.0", because="the tag v1.0 is not moved")
    refuses(scene, "origin", ":v1.0", because="the tag v1.0 is not deleted")
    scene.topic("elsewhere", file="elsewhere")
    clone.git("tag", "-a", "-m", "2.0", "v2.0", "elsewhere")
    refuses(scene, "origin", "v2.0", because="neither on main nor on a line of release")
    clone.git("tag", "blob", clone.git("hash-object", "-w", "README"))
    refuses(scene, "origin", "refs/tags/blob", because="leads to no commit")


@pytest.mark.parametrize("scene", ["http", "file", "sha256"], indirect=True)
def test_an_atomic_push_and_several_references(scene: Scene) -> None:
    scene.topic()
    refuses(scene, "--atomic", "origin", "HEAD:topic", "HEAD:main", because="nothing is pushed straight to main")
    # What is fine by itself is refused together with what is not: a hook before a push knows only yes and no.
    refuses(scene, "origin", "HEAD:topic", "HEAD:main", because="nothing is pushed straight to main")

    # Git moves the others after the merge, which would stay where they then fail.
    before = scene.server.git("for-each-ref")
    assert scene.clone.push("--atomic", "origin", "HEAD:topic", "HEAD:refs/for/main").refused
    assert scene.server.git("for-each-ref") == before
    assert "push it alone" in str(read_journal(scene.journal)[-1].reason)

    done = scene.clone.push("origin", "HEAD:topic", "HEAD:refs/for/main")

    assert not done.refused, done.said
    assert scene.server.tip("topic") == scene.clone.tip()
    assert scene.server.tip("main^2") == scene.clone.tip()


def test_branches_are_free_and_lines_of_release_take_tags(scene: Scene) -> None:
    clone = scene.clone
    scene.topic("release/1.x", file="fix")
    assert not clone.push("origin", "release/1.x").refused
    clone.git("tag", "-a", "-m", "1.1", "v1.1")
    assert not clone.push("origin", "v1.1").refused
    assert not clone.push("origin", "HEAD:topic").refused
    clone.git("commit", "--quiet", "--amend", "-m", "Again")
    assert not clone.push("--force", "origin", "HEAD:topic").refused
    assert not clone.push("origin", ":topic").refused


def test_a_line_of_release_is_moved_by_merges_alone(scene: Scene) -> None:
    clone = scene.clone
    begun = scene.topic("release/1.x", file="fix")
    refuses_merge(scene, "origin", "HEAD:refs/for/release/1.x", because="there is no release/1.x yet")
    assert not clone.push("origin", "release/1.x").refused
    head = clone.commit("more", "More")
    refuses(scene, "origin", "HEAD:release/1.x", because="HEAD:refs/for/release/1.x has it merged")
    clone.git("commit", "--quiet", "--amend", "-m", "Again")
    clone.git("reset", "--quiet", "--hard", "HEAD~2")
    refuses(scene, "--force", "origin", "HEAD:release/1.x", because="release/1.x is not forced")
    refuses(scene, "origin", ":release/1.x", because="release/1.x is not deleted")
    clone.git("reset", "--quiet", "--hard", head)
    main = scene.main

    done = clone.push("origin", "HEAD:refs/for/release/1.x")

    assert not done.refused, done.said
    merged = scene.server.tip("release/1.x")
    assert scene.server.git("rev-list", "--parents", "-1", merged).split() == [merged, begun, head]
    assert scene.main == main
    moved = JournalWitness(read_journal(scene.journal)).updates("release/1.x", None)
    assert [update.kind for update in moved] == [Moved.PULL_REQUEST, Moved.CREATED]
    clone.git("fetch", "--quiet", "origin")
    clone.git("tag", "v1.1", merged)
    assert not clone.push("origin", "v1.1").refused


def test_the_first_push_of_a_line_may_bring_its_tags(scene: Scene) -> None:
    clone = scene.clone
    scene.topic("release/1.x", file="fix")
    clone.git("tag", "-a", "-m", "1.1", "v1.1")
    clone.commit("more", "More")
    clone.git("tag", "-a", "-m", "9.0", "v9.0")
    clone.git("reset", "--quiet", "--hard", "HEAD~1")
    refuses(scene, "origin", "release/1.x", "v1.1", "v9.0", because="the tag v9.0 is on a commit that is neither")
    refuses(scene, "origin", "HEAD:other", "v1.1", because="neither on main nor on a line of release")
    refuses(scene, "origin", "release/1.x:refs/for/release/1.x", "v1.1", because="neither on main nor on a line")

    done = clone.push("--atomic", "origin", "release/1.x", "v1.1")

    assert not done.refused, done.said
    assert scene.server.tip("v1.1^{commit}") == scene.server.tip("release/1.x")
    clone.git("checkout", "--quiet", "v9.0")
    refuses(scene, "origin", "HEAD:release/1.x", "v9.0", because="the tag v9.0 is on a commit that is neither")


def test_what_is_no_line_of_release_stays_free(scene: Scene) -> None:
    """What `prepare` calls a branch, what lies below a line, and what only a pattern for everything stands for."""
    for line in ("release-*", "*", "*.x", "**/*"):
        scene.server.git("config", "--add", "tagship.line", line)
    scene.topic()
    for name in ("release-1.4.3", "release-core-1.4.3", "release/1.x/fix", "topic", "a/b.x", "release-1.4", "1.x"):
        assert not scene.clone.push("origin", f"HEAD:refs/heads/{name}").refused
    scene.clone.commit("more", "More")
    for name in ("release-1.4.3", "release-core-1.4.3", "release/1.x/fix", "topic", "a/b.x"):
        done = scene.clone.push("origin", f"HEAD:{name}")
        assert not done.refused, done.said
    for name in ("release-1.4", "1.x"):
        refuses(scene, "origin", f"HEAD:{name}", because=f"nothing is pushed straight to {name}")
    scene.server.git("config", "--add", "tagship.line", "release-1.4.3")
    scene.clone.commit("still", "More")
    refuses(scene, "origin", "HEAD:release-1.4.3", because="nothing is pushed straight to release-1.4.3")


def test_what_cannot_be_merged(scene: Scene) -> None:
    clone = scene.clone
    refuses_merge(scene, "origin", "main:refs/for/main", because="main has")
    refuses(scene, "origin", "main:refs/for/other", because="only refs/for/main is merged here")
    scene.topic("one", file="same", message="One")
    scene.topic("two", file="same", message="Two")
    assert not clone.push("origin", "one:refs/for/main").refused
    refuses_merge(scene, "origin", "two:refs/for/main", because="it conflicts with main in same")
    clone.git("checkout", "--quiet", "--orphan", "stranger")
    clone.commit("stranger", "Another beginning")
    refuses_merge(scene, "origin", "HEAD:refs/for/main", because="no history in common")


def refuses_merge(scene: Scene, *words: str, because: str) -> None:
    before = scene.main
    done = scene.clone.push(*words)

    assert done.refused, done.said
    assert because in done.said
    assert scene.main == before
    assert read_journal(scene.journal)[-1].verdict == "refused"


def test_a_name_that_stands_for_main(scene: Scene) -> None:
    """A push to a symbolic reference would move what it stands for."""
    scene.server.git("symbolic-ref", "refs/heads/trunk", "refs/heads/main")
    scene.topic()
    refuses(scene, "origin", "HEAD:trunk", because="nothing is pushed straight to main")


def test_a_shallow_clone_may_propose(scene: Scene, tmp_path: Path) -> None:
    scene.merge()
    Clone(tmp_path).git("clone", "--quiet", "--depth=1", scene.address, "shallow")
    shallow = Clone(tmp_path / "shallow")
    head = shallow.commit("shallow", "From a shallow clone")

    done = shallow.push("origin", "HEAD:refs/for/main")

    assert not done.refused, done.said
    assert scene.server.tip("main^2") == head


def test_a_linked_working_tree(scene: Scene, tmp_path: Path) -> None:
    scene.clone.git("worktree", "add", "--quiet", "-b", "linked", str(tmp_path / "linked"))
    linked = Clone(tmp_path / "linked")
    linked.commit("linked", "From a linked working tree")

    assert linked.push("origin", "HEAD:main").refused
    assert not linked.push("origin", "HEAD:refs/for/main").refused


@pytest.mark.parametrize("scene", ["http", "file", "sha256"], indirect=True)
def test_the_journal_is_a_chain_and_the_witness(scene: Scene) -> None:
    merges = [scene.merge(f"topic-{each}", file=f"topic-{each}") for each in range(3)]
    scene.clone.push("origin", "HEAD:main")
    entries = read_journal(scene.journal)
    lines = scene.journal.read_bytes().splitlines()

    assert [entry.number for entry in entries] == list(range(1, len(lines) + 1))
    assert [hashlib.sha256(line).hexdigest() for line in lines[:-1]] == [entry.previous for entry in entries[1:]]
    assert [entry.after for entry in entries if entry.verdict == "merged"] == merges
    assert {entry.who for entry in entries} == ({"ada"} if scene.address.startswith("http") else {entries[0].who})
    updates = list(JournalWitness(entries).updates("main", None))
    assert [update.kind for update in updates] == [Moved.PULL_REQUEST] * 3 + [Moved.CREATED]


@pytest.mark.parametrize("scene", ["http", "file", "sha256"], indirect=True)
def test_guard_reads_the_journal(scene: Scene) -> None:
    merges = [scene.merge(f"topic-{each}", file=f"topic-{each}") for each in range(2)]
    begun = scene.server.tip("main~2")
    scene.clone.git("fetch", "--quiet", "origin")
    with GuardPlace(scene.clone.path, environ={}) as place:
        place.journal = scene.journal
        seen = guard(place, days=30)

    verdicts = {arrival.commit: arrival.verdict for arrival in seen.main}
    assert {merge: verdicts[merge] for merge in merges} == dict.fromkeys(merges, Provenance.PULL_REQUEST)
    assert verdicts.pop(begun) is Provenance.UNVERIFIED
    assert set(verdicts.values()) == {Provenance.PULL_REQUEST}


@pytest.mark.parametrize("refusing", ["setting", "hook"])
def test_what_git_refuses_after_the_hooks_was_allowed_and_no_more(scene: Scene, refusing: str) -> None:
    scene.topic()
    assert not scene.clone.push("origin", "HEAD:topic").refused
    if refusing == "setting":
        scene.server.git("config", "receive.denyNonFastForwards", "true")
    else:
        hook = scene.server.path / "hooks" / "update"
        hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        hook.chmod(0o755)
    before = scene.server.tip("topic")
    scene.clone.git("commit", "--quiet", "--amend", "-m", "Again")

    assert scene.clone.push("--force", "origin", "HEAD:topic").refused
    assert scene.server.tip("topic") == before
    assert read_journal(scene.journal)[-1].verdict == "allowed"


def test_what_was_done_behind_the_hooks_is_unverified(scene: Scene) -> None:
    before = scene.merge()
    head = scene.topic("sneaked", file="sneaked", message="Merge pull request #2 from a/b")
    scene.clone.push("origin", "sneaked")
    scene.server.git("update-ref", "refs/heads/main", head)
    scene.clone.git("fetch", "--quiet", "origin")
    with GuardPlace(scene.clone.path, environ={}) as place:
        place.journal = scene.journal
        seen = guard(place, span=f"{before}..origin/main")

    assert [(arrival.commit, arrival.verdict) for arrival in seen.main] == [(head, Provenance.UNVERIFIED)]


@pytest.mark.parametrize("tamper", ["change", "remove", "cut", "swap", "garbage"])
def test_a_tampered_journal_is_told(scene: Scene, tamper: str) -> None:
    for each in range(3):
        scene.merge(f"topic-{each}", file=f"topic-{each}")
    lines = scene.journal.read_bytes().splitlines(keepends=True)
    match tamper:
        case "change":
            lines[1] = lines[1].replace(b'"merged"', b'"refused"')
        case "remove":
            del lines[1]
        case "cut":
            lines[-1] = lines[-1][:-5]
        case "swap":
            lines[1], lines[2] = lines[2], lines[1]
        case _:
            lines.insert(1, b"[]\n")
    scene.journal.write_bytes(b"".join(lines))

    with pytest.raises(JournalBroken) as told:
        read_journal(scene.journal)

    assert "was altered, or lines are missing" in told.value.message
    with GuardPlace(scene.clone.path, environ={}) as place:
        place.journal = scene.journal
        with pytest.raises(JournalBroken):
            guard(place, days=1)


def test_a_journal_that_was_written_anew_does_not_fit_the_merges(scene: Scene) -> None:
    """Whoever holds the server can make a chain that is whole; the merge commits that others have name another one."""
    scene.merge("one", file="one")
    scene.merge("two", file="two")
    rows = [json.loads(line) for line in scene.journal.read_bytes().splitlines()]
    previous, written = "0" * 64, b""
    for row in rows:
        row |= {"previous": previous, "who": "somebody else"}
        line = json.dumps(row).encode()
        previous, written = hashlib.sha256(line).hexdigest(), written + line + b"\n"
    scene.journal.write_bytes(written)
    scene.clone.git("fetch", "--quiet", "origin")

    assert read_journal(scene.journal)
    with GuardPlace(scene.clone.path, environ={}) as place:
        place.journal = scene.journal
        with pytest.raises(JournalBroken, match="another journal"):
            guard(place, days=1)


def test_a_journal_that_is_not_whole_stops_the_server(scene: Scene) -> None:
    with scene.journal.open("ab") as file:
        file.write(b'{"number": 99')
    scene.topic()

    done = scene.clone.push("origin", "HEAD:topic")

    assert done.refused
    assert "could not decide" in done.said
    assert "is not whole" in done.said


def test_a_hook_that_fails_refuses(scene: Scene) -> None:
    scene.server.git("config", "--unset", "tagship.main")
    scene.topic()

    plain, merging = scene.clone.push("origin", "HEAD:topic"), scene.clone.push("origin", "HEAD:refs/for/main")

    assert plain.refused
    assert merging.refused
    assert "which branch is main is not written" in plain.said


# Installing


def test_installing_twice_changes_nothing_and_uninstalling_leaves_the_journal(scene: Scene) -> None:
    hooks = scene.server.path / "hooks"
    before = {path.name: path.read_bytes() for path in hooks.iterdir()}
    settings = scene.server.git("config", "--local", "--list")
    install_on_server(scene.server.path, main="main", lines=("release/*",))
    again = {path.name: path.read_bytes() for path in hooks.iterdir()}, scene.server.git("config", "--local", "--list")
    done = uninstall_from_server(scene.server.path)

    assert sorted(again[1].splitlines()) == sorted(settings.splitlines())
    assert again[0] == before
    assert "the journal stays where it is" in done
    assert scene.journal.exists()
    assert not (hooks / "pre-receive").exists()
    scene.topic()
    assert not scene.clone.push("origin", "HEAD:main").refused
    assert uninstall_from_server(scene.server.path) == (f"there is no hook of tagship in {scene.server.path}",)


def test_a_hook_that_was_there_runs_first_and_comes_back(tmp_path: Path) -> None:
    server = bare(tmp_path / "srv")
    kept = server.path / "hooks" / "pre-receive"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(
        '#!/bin/sh\ncat > seen\n[ ! -e closed ] || { echo "closed for today" >&2; exit 7; }\n', encoding="utf-8"
    )
    kept.chmod(0o755)
    was = kept.read_bytes()
    install_on_server(server.path, main="main", lines=())
    clone = clone_of(server.path.as_uri(), tmp_path / "clone")
    head = clone.commit("README", "Begin")
    assert not clone.push("origin", "main").refused
    assert (server.path / "seen").read_text(encoding="utf-8").endswith(f"{head} refs/heads/main\n")
    (server.path / "closed").touch()
    assert "closed for today" in clone.push("origin", "HEAD:topic").said
    uninstall_from_server(server.path)

    assert kept.read_bytes() == was


def test_the_first_push_may_bring_a_tag(tmp_path: Path) -> None:
    server = bare(tmp_path / "srv")
    install_on_server(server.path, main="main", lines=())
    clone = clone_of(server.path.as_uri(), tmp_path / "clone")
    clone.commit("README", "Begin")
    clone.git("tag", "-a", "-m", "0.1", "v0.1")

    assert "there is no main yet" in clone.push("origin", "HEAD:refs/for/main").said
    done = clone.push("origin", "main", "v0.1")
    assert not done.refused, done.said


def test_in_a_shared_repository_every_account_may_add_to_the_journal(tmp_path: Path) -> None:
    server = bare(tmp_path / "srv", "--shared=group")
    install_on_server(server.path, main="main", lines=())
    clone = clone_of(server.path.as_uri(), tmp_path / "clone")
    clone.commit("README", "Begin")
    before = os.umask(0o077)
    try:
        begun = clone.push("origin", "main")
    finally:
        os.umask(before)

    assert not begun.refused, begun.said
    journal = server.path / JOURNAL
    assert [path.stat().st_mode & 0o060 for path in (journal, journal.with_suffix(".lock"))] == [0o060, 0o060]
    assert journal.parent.stat().st_mode & 0o070 == 0o070


def test_where_it_cannot_be_installed(tmp_path: Path) -> None:
    Clone(tmp_path).git("init", "--quiet", "plain")
    server = bare(tmp_path / "srv")
    with pytest.raises(UsageError, match="is not a bare repository"):
        install_on_server(tmp_path / "plain", main="main", lines=())
    with pytest.raises(UsageError, match="is not a directory"):
        install_on_server(tmp_path / "nowhere", main="main", lines=())
    (server.path / "hooks").mkdir(exist_ok=True)
    (server.path / "hooks" / "proc-receive").write_text("#!/bin/sh\n", encoding="utf-8")
    with pytest.raises(Conflict, match="takes only one hook that merges"):
        install_on_server(server.path, main="main", lines=())
    server.git("config", "core.hooksPath", "/etc/hooks")
    with pytest.raises(Conflict, match=r"core\.hooksPath"):
        install_on_server(server.path, main="main", lines=())


def test_the_hooks_pass_shellcheck(scene: Scene, tmp_path: Path) -> None:
    program = shutil.which("shellcheck") or shutil.which("shellcheck", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("shellcheck is not installed")
    hooks = scene.server.path / "hooks"
    clone = resources.files("tagship.adapters.hooks").joinpath("pre-push.sh").read_bytes()
    (tmp_path / "pre-push").write_bytes(clone)
    files = [str(hooks / "pre-receive"), str(hooks / "proc-receive"), str(tmp_path / "pre-push")]
    done = subprocess.run([program, *files], capture_output=True, check=False, timeout=60)

    assert done.returncode == 0, done.stdout


def test_two_who_push_at_once_are_both_merged(scene: Scene, tmp_path: Path) -> None:
    clones = []
    for name in ("one", "two", "three"):
        Clone(tmp_path).git("clone", "--quiet", scene.address, name)
        clones.append(Clone(tmp_path / name))
        clones[-1].commit(name, name)
    with ThreadPoolExecutor() as pool:
        ended = list(pool.map(lambda clone: clone.push("origin", "HEAD:refs/for/main"), clones))

    assert [each.code for each in ended] == [0, 0, 0], ended
    heads = set(scene.server.git("rev-list", "main").split())
    assert {clone.tip() for clone in clones} <= heads
    merged = [entry for entry in read_journal(scene.journal) if entry.verdict == "merged"]
    assert [entry.before for entry in merged[1:]] == [entry.after for entry in merged[:-1]]


@pytest.mark.parametrize("name", ["python3.9", "python3.13"])
def test_the_program_runs_with_other_pythons(tmp_path: Path, name: str) -> None:
    """It is copied to servers that have nothing of tagship, and not the newest Python."""
    found = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{name.removeprefix('python')}*/bin/{name}"))
    program = next(map(str, found), None) or shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed")
    server = resources.files("tagship.adapters.hooks").joinpath("server.py").read_bytes()
    (tmp_path / "tagship-guard.py").write_bytes(server)
    done = subprocess.run(
        [program, "-I", str(tmp_path / "tagship-guard.py"), "pre-receive"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert b"which branch is main is not written" in done.stderr
