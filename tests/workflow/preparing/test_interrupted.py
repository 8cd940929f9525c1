"""Cut at every write and at every child process, `prepare` leaves the repository as it was.

Objects that nothing leads to may stay behind, and git's own journal of what HEAD was: neither is seen by anybody, and
`git gc` takes both away. What a power failure leaves in the directory for temporary files is no part of the repository.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import tagship
from repositories import SETTINGS, Repo, released
from sweeping import sweep
from workflow.preparing.cutting import Cut, Runner, running

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="every run is forked")

WORDS = ("prepare", "minor", "--offline", "--yes")
MOST_EVENTS = 400
FEWEST_EVENTS = 20
STABLE = 5.0
"""Seconds within which a child that outlived us has ended."""


@dataclass(frozen=True)
class State:
    """Everything of a repository that somebody could miss."""

    head: bytes
    references: tuple[tuple[str, str], ...]
    index: str
    files: tuple[tuple[str, int, bytes], ...]
    status: str
    stash: str
    rest: tuple[tuple[str, bytes], ...]


NOT_SEEN = {"objects", "logs", "index", "tagship.lock", "packed-refs", "refs", "HEAD"}


def state_of(repo: Repo) -> State:
    hidden = repo.path / ".git"
    files = [path for path in sorted(repo.path.rglob("*")) if hidden not in path.parents and path.is_file()]
    rest = [path for path in sorted(hidden.iterdir()) if path.is_file() and path.name not in NOT_SEEN]
    return State(
        head=(hidden / "HEAD").read_bytes(),
        references=tuple(sorted(repo.references().items())),
        index=repo.git("ls-files", "--stage", "-v"),
        files=tuple((str(path), path.stat().st_mode, path.read_bytes()) for path in files),
        status=repo.git("status", "--porcelain", "--ignored"),
        stash=repo.git("stash", "list"),
        rest=tuple((path.name, path.read_bytes()) for path in rest),
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a stash, an ignored and an untracked file, and a new folder to come."""
    repo = released(tmp_path_factory.mktemp("template") / "project", "1.0.0")
    repo.commit({".gitignore": "*.log\n", "src/handmade/__init__.py": '__version__ = "1.0.0"\n'}, "Add a package")
    repo.git("rm", "--quiet", "CHANGELOG.md")
    repo.commit(message="Drop the changelog")
    repo.push()
    repo.write({"pyproject.toml": "stashed\n"})
    repo.git("stash", "--quiet")
    repo.write({"kept.log": "ignored\n", "scribble.txt": "untracked\n"})
    return repo.path


@dataclass
class Bench:
    """Where one cut after the other is tried: the repository is made anew only once a cut came too late."""

    runner: Runner
    template: Path
    place: Path
    made: int = 0
    repo: Repo | None = None
    before: State | None = None

    def fresh(self) -> tuple[Repo, State]:
        if self.repo is None or self.before is None or state_of(self.repo) != self.before:
            self.made += 1
            path = self.place / f"project-{self.made}"
            shutil.copytree(self.template, path, symlinks=True)
            self.repo = Repo(path)
            self.repo.git("status")
            self.before = state_of(self.repo)
        return self.repo, self.before

    @property
    def temporary(self) -> Path:
        return self.place / "temporary"

    def try_(self, cut: Cut | None) -> tuple[int, list[str], str]:
        repo, _ = self.fresh()
        self.temporary.mkdir(exist_ok=True)
        environ = {**os.environ, **SETTINGS, "TMPDIR": str(self.temporary)}
        ended = self.runner.run(("-C", str(repo.path), *WORDS), cut, environ, self.place)
        return ended.status, list(ended.events), ended.said


@pytest.fixture(scope="module")
def bench(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    source = str(Path(tagship.__file__).parents[1])
    with running({**os.environ, **SETTINGS, "PYTHONPATH": source}) as runner:
        yield Bench(runner, template, tmp_path_factory.mktemp("bench"))


def settled(repo: Repo) -> State:
    """The state once a child that outlived us has ended."""
    deadline = time.monotonic() + STABLE
    last: State | None = None
    while time.monotonic() < deadline:
        if not (repo.path / ".git/index.lock").exists():
            with contextlib.suppress(FileNotFoundError):  # a file that git is about to write anew
                now = state_of(repo)
                if now == last:
                    return now
                last = now
        time.sleep(0.05)
    raise AssertionError("the repository does not come to rest")


def is_prepared(repo: Repo) -> bool:
    return (
        repo.git("branch", "--show-current") == "release-1.1.0"
        and 'version = "1.1.0"' in (repo.path / "pyproject.toml").read_text(encoding="utf-8")
        and repo.git("status", "--porcelain") == "?? scribble.txt"
    )


def uncut(bench: Bench) -> list[str]:
    """What a whole run does."""
    status, events, said = bench.try_(None)
    assert status == 0, said
    assert bench.repo is not None
    assert is_prepared(bench.repo)
    bench.repo = None
    return events


def worth_cutting(events: list[str]) -> list[int]:
    """Every event, but of a row of those in which the throwaway clone is swept away only the first ones."""
    kept: list[int] = []
    row = 0
    for number, event in enumerate(events, 1):
        row = row + 1 if event.startswith(("os.remove", "os.rmdir")) else 0
        if row <= 3:
            kept.append(number)
    return kept


EVERY = {"SIGINT": 1, "SIGTERM": 3}
"""SIGTERM is made the same interruption as SIGINT; that it is shows at every third place."""


@pytest.mark.slow
@pytest.mark.parametrize("number", EVERY)
@pytest.mark.parametrize("later", [0.0, 0.004], ids=["before", "within"])
def test_a_signal_at_every_write_and_child_process(bench: Bench, number: str, later: float) -> None:
    events = uncut(bench)
    assert FEWEST_EVENTS < len(events) < MOST_EVENTS
    late = 0
    places = worth_cutting(events)[:: EVERY[number]]
    for at in places:
        repo, before = bench.fresh()
        status, seen, said = bench.try_(Cut(at, number, later))
        if status == 0 or is_prepared(repo):
            # All was done before the signal came: nothing is half done either.
            assert is_prepared(repo), (at, said)
            late += 1
            bench.repo = None
        else:
            assert status in {130, 5, 3}, (at, seen[-1], said)
            assert state_of(repo) == before, (at, seen[-1], said)
        assert not list(bench.temporary.glob("tagship-*/*")), (at, seen[-1])
    assert late < len(places) / 2


@pytest.mark.slow
def test_a_power_failure_at_every_write_and_child_process(bench: Bench) -> None:
    """Killed, we cannot put anything back; git, which does the one deed that counts, goes on to its end."""
    events = uncut(bench)
    for at in worth_cutting(events):
        for later in (0.0, 0.004):
            repo, before = bench.fresh()
            bench.try_(Cut(at, "SIGKILL", later))
            after = settled(repo)
            if is_prepared(repo):
                bench.repo = None
            else:
                assert after == before, (at, events[at - 1])
            sweep(bench.temporary)


@pytest.mark.parametrize("kilobytes", [4, 16, 32, 48, 64])
def test_a_full_disk(template: Path, tmp_path: Path, kilobytes: int) -> None:
    """A directory for temporary files that is too small, in a namespace of its own where the system lets us."""
    shutil.copytree(template, tmp_path / "project", symlinks=True)
    small = tmp_path / "small"
    small.mkdir()
    mount = f"mount -t tmpfs -o size={kilobytes}k tmpfs {small}"
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if shutil.which("unshare") is None or subprocess.run([*alone, mount], check=False, capture_output=True).returncode:
        pytest.skip("no file system of a limited size can be mounted here without being root")
    repo = Repo(tmp_path / "project")
    before = state_of(repo)
    command = f'{mount} && exec "$@"'
    words = [sys.executable, "-m", "tagship", "-C", str(repo.path), *WORDS]
    environ = {**os.environ, **SETTINGS, "TMPDIR": str(small), "PYTHONPATH": str(Path(tagship.__file__).parents[1])}

    done = subprocess.run([*alone, command, "sh", *words], env=environ, check=False, capture_output=True, timeout=60)

    assert done.returncode in {1, 3, 5}, done.stderr
    assert b"Traceback" not in done.stderr
    assert state_of(repo) == before
