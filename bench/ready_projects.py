"""Readiness of real projects: `python -m bench.ready_projects PROJECT …`, from a checkout.

Each PROJECT is cloned twice into throwaway directories and put into the state of a branch: once with its last release
commit as the branch and that commit's first parent as main, before the tag was made; once with its present head
and that one's first parent. `tagship check --json` is asked about both, with a remote of the same state and an empty
index on this machine, and without the tests, whose dependencies nobody installed. Every byte of the clone is compared
before and after, ignored files and git's own included. Prints a table, a row for each, and ends with 1 if one of them
changed.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from bench import real_projects
from bench.place import run
from bench.real_projects import NOTHING, Subject, asked, in_the_way, text_at
from bench.report import Machine
from bench.series import UnmeasurableError
from tagship.adapters.directory import DirectoryTree
from tagship.adapters.pyproject import read_project
from tagship.domain.endpoints import Endpoints
from tagship.domain.tagging import discover_template
from tagship.domain.version import TagTemplate
from tagship.errors import TagshipError
from tagship.rehearsal.index import StandInIndex

COLUMNS = (
    "project",
    "branch at",
    "version",
    "verdict",
    "in the way",
    "warnings",
    "seconds",
    "unchanged",
)
BRANCH = "readiness"
MAIN = "main-of-the-bench"
READY = "ready"


@dataclass(frozen=True, slots=True)
class Row:
    """What `check` said of one state; `seconds` is wall-clock time, start included."""

    project: str
    state: str
    version: str = NOTHING
    verdict: str = NOTHING
    in_the_way: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    unchanged: bool = True

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            self.project, self.state, self.version, self.verdict, ", ".join(self.in_the_way) or NOTHING,
            ", ".join(self.warnings) or NOTHING, f"{self.seconds:.1f}", "yes" if self.unchanged else "NO",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clone:
    """One throwaway clone of a project."""

    directory: Path

    def git(self, *arguments: str) -> str:
        """What git prints there; raises UnmeasurableError where it fails."""
        return run(["git", "-C", self.directory, *arguments]).strip()

    def last_release(self) -> tuple[str, Version]:
        """The highest final version that is tagged on the way to HEAD, as its tag and itself."""
        tags = self.git("tag", "--merged", "HEAD").splitlines()
        template = discover_template(tags, self.name()) or TagTemplate()
        found = {version: tag for tag in tags if (version := template.version_in(tag)) and not version.is_prerelease}
        if not found:
            raise UnmeasurableError("no release is tagged on the way to its head")
        return found[max(found)], max(found)

    def name(self) -> str:
        """The project's name as its files tell it, or its directory's."""
        try:
            return read_project(DirectoryTree(self.directory)).name
        except TagshipError:
            return self.directory.name

    def put(self, commit: str, *, without: Iterable[str] = ()) -> None:
        """Make a branch of one commit, with its first parent as main, here and on a remote, and drop some tags."""
        self.git("checkout", "--quiet", "-B", BRANCH, commit)
        for tag in without:
            self.git("tag", "-d", tag)
        for ref in self.git("for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes").splitlines():
            if ref != f"refs/heads/{BRANCH}":
                self.git("update-ref", "--no-deref", "-d", ref)
        remote = Clone(self.directory.parent / "remote.git")
        run(["git", "clone", "--quiet", "--bare", "--shared", "--", self.directory, remote.directory])
        remote.git("update-ref", f"refs/heads/{MAIN}", f"{commit}^1")
        remote.git("symbolic-ref", "HEAD", f"refs/heads/{MAIN}")
        remote.git("update-ref", "-d", f"refs/heads/{BRANCH}")
        self.git("remote", "set-url", "origin", str(remote.directory))
        self.git("fetch", "--quiet", "origin")
        self.git("remote", "set-head", "origin", MAIN)

    def later_tags(self, commit: str) -> list[str]:
        """The tags on a commit, and those that were made later."""
        day = int(self.git("log", "-1", "--format=%ct", commit))
        there = self.git("tag", "--no-merged", f"{commit}^1", "--format=%(creatordate:unix) %(refname:short)")
        found = [line.partition(" ") for line in there.splitlines()]
        on_it = set(self.git("tag", "--points-at", commit).splitlines())
        return [name for made, _, name in found if int(made or 0) > day or name in on_it]


def fingerprint(directory: Path) -> Mapping[str, str]:
    """Each file below a directory, and each link and directory, by what it holds."""
    found: dict[str, str] = {}
    for folder, folders, files in os.walk(directory):
        for name in (*folders, *files):
            path = Path(folder, name)
            if path.is_symlink():
                found[str(path)] = f"-> {path.readlink()}"
            elif path.is_file():
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                found[str(path)] = "directory"
    return found


def looked_at(subject: Subject, into: Path, index: Endpoints) -> list[Row]:
    """Both states of a project, to be published on an index that has never heard of it."""
    name = subject.short_name
    rows: list[Row] = []
    for state in ("last release", "head"):
        try:
            clone = _cloned(subject, into / state.replace(" ", "-") / name)
            tag, _ = clone.last_release()
            commit = clone.git("rev-parse", f"{tag}^{{commit}}" if state == "last release" else "HEAD")
            clone.put(commit, without=clone.later_tags(commit) if state == "last release" else ())
            rows.append(_row(clone, state, index))
        except UnmeasurableError as reason:
            rows.append(Row(name, state, verdict=str(reason).splitlines()[-1].strip()))
    return rows


def _cloned(subject: Subject, into: Path) -> Clone:
    run(["git", "clone", "--quiet", "--", subject.place, into])
    return Clone(into)


def _row(clone: Clone, state: str, index: Endpoints) -> Row:
    before = fingerprint(clone.directory)
    started = time.monotonic()
    where = ("--index", index.simple, "--upload-url", index.upload, "--host", "none")
    answer = asked(clone.directory, "check", "--skip", "tests-pass", *where)
    seconds = time.monotonic() - started
    checks = answer.get("checks")
    listed = checks if isinstance(checks, list) else []
    return Row(
        project=text_at(answer, "project", clone.directory.name),
        state=state,
        version=text_at(answer, "version"),
        verdict=text_at(answer, "verdict", text_at(answer, "message", "no answer")),
        in_the_way=tuple(in_the_way(listed)),
        warnings=tuple(_warnings(listed)),
        seconds=seconds,
        unchanged=fingerprint(clone.directory) == before,
    )


def _warnings(checks: list[object]) -> list[str]:
    return [
        name
        for check in checks
        if isinstance(check, dict) and (check.get("severity"), check.get("outcome")) == ("warning", "failed")
        if isinstance(name := check.get("id"), str)
    ]


def main(words: list[str] | None = None) -> int:
    """Look at one after the other; 0 where nothing was changed by looking."""
    parser = argparse.ArgumentParser(prog="python -m bench.ready_projects", description="Readiness of real projects.")
    parser.add_argument("projects", nargs="+", metavar="PROJECT", help="a repository, or the address of one")
    subjects = [Subject(word) for word in parser.parse_args(words).projects]
    machine = Machine.this()
    rows: list[Row] = []
    with StandInIndex() as index:
        for subject in subjects:
            print(f"looking at {subject.place} …", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(prefix="tagship-ready-", ignore_cleanup_errors=True) as directory:
                rows.extend(looked_at(subject, Path(directory), index.endpoints))
    sys.stdout.write(f"{machine}\n\n{real_projects.table([COLUMNS, *(row.cells for row in rows)])}")
    ready, changed = sum(row.verdict == READY for row in rows), sum(not row.unchanged for row in rows)
    sys.stdout.write(f"\n{len(rows)} states, {ready} ready, {changed} changed by looking\n")
    return 0 if all(row.unchanged for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
