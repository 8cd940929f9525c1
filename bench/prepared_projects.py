"""Releases of real projects prepared: `python -m bench.prepared_projects [--cycle] PROJECT …`, from a checkout.

For each PROJECT and each of `patch`, `minor`, `major` and a release candidate a throwaway clone is made, `tagship
prepare` is run on its main branch, the branch that it makes becomes main there and on a remote, and the tag is made.
Then `tagship gate` is asked about that tag, beside an empty index on this machine, and the metadata is built. Prints a
table, a row for each, with the lines that differ in each file; the difference itself goes to standard error, and each
row as it is made. With `--cycle` the wishes follow each other in one clone, from an alpha to the final release and the
post-release behind it. Ends with 1 where a gate did not open, or the metadata tells another version.
"""

import argparse
import posixpath
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bench import real_projects
from bench.place import run, surroundings
from bench.ready_projects import MAIN, Clone
from bench.real_projects import NOTHING, Subject, asked, in_the_way, text_at
from bench.report import Machine
from bench.series import UnmeasurableError
from tagship.domain.endpoints import Endpoints
from tagship.rehearsal.index import StandInIndex

COLUMNS = ("project", "prepare", "version", "lines changed", "gate", "metadata", "seconds")
WISHES = (("patch",), ("minor",), ("major",), ("minor", "--pre", "rc"))
CYCLE = (
    ("minor", "--pre", "a"),
    ("--pre", "a"),
    ("--pre", "b"),
    ("--pre", "rc"),
    ("--pre", "rc"),
    ("patch",),
    ("--post",),
)
ASK_METADATA = (
    "import sys; from build.util import project_wheel_metadata; "
    "print('version-is', project_wheel_metadata(sys.argv[1])['Version'])"
)
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "hatch": '[tool.tagship]\nchangelog = "docs/history/hatch.md"\n',
        "paramiko": '[tool.tagship.exempt]\nchangelog-has-version = "the changelog is sites/www/changelog.rst"\n',
    }
)
"""What a maintainer would decide once, by the project's short name: where the changelog is that nobody finds."""
READY = "ready"
RELEASE = "release-"
"""What the branches that `prepare` makes are called, in front of the version."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one preparation; `seconds` is that of `prepare` alone, start included."""

    project: str
    wish: str
    version: str = NOTHING
    changed: str = NOTHING
    gate: str = NOTHING
    metadata: str = NOTHING
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        return self.gate == READY and self.metadata == self.version

    @property
    def cells(self) -> tuple[str, ...]:
        seconds = f"{self.seconds:.1f}"
        return self.project, self.wish, self.version, self.changed, self.gate, self.metadata, seconds


def prepared(subject: Subject, into: Path, index: Endpoints, *, cycle: bool) -> Iterator[Row]:
    """Each wish for one project, in a clone of its own or, in a cycle, one after the other."""
    try:
        origin = _origin(subject, into)
    except UnmeasurableError as reason:
        yield Row(subject.short_name, NOTHING, gate=str(reason).splitlines()[-1].strip())
        return
    clone: Clone | None = None
    for number, wish in enumerate(CYCLE if cycle else WISHES):
        try:
            if clone is None or not cycle:
                clone = _cloned(origin, into / str(number))
                _decide(clone, subject.short_name)
            yield _row(clone, wish, index, name=subject.short_name)
        except UnmeasurableError as reason:
            yield Row(subject.short_name, " ".join(wish), gate=str(reason).splitlines()[-1].strip())


def _origin(subject: Subject, into: Path) -> Clone:
    """The project with its head as main."""
    clone = Clone(into / "origin")
    run(["git", "clone", "--quiet", "--", subject.place, clone.directory])
    clone.git("checkout", "--quiet", "-B", MAIN)
    return clone


def _cloned(origin: Clone, into: Path) -> Clone:
    """A clone with a remote of its own that takes what is pushed."""
    remote, clone = Clone(into / "remote.git"), Clone(into / origin.directory.name)
    run(["git", "clone", "--quiet", "--bare", "--shared", "--", origin.directory, remote.directory])
    remote.git("symbolic-ref", "HEAD", f"refs/heads/{MAIN}")
    run(["git", "clone", "--quiet", "--shared", "--", remote.directory, clone.directory])
    clone.git("config", "user.name", "Bench")
    clone.git("config", "user.email", "bench@localhost")
    return clone


def _decide(clone: Clone, name: str) -> None:
    """Put what a maintainer would decide once into a commit on main."""
    settings = SETTINGS.get(name)
    if settings is not None:
        with (clone.directory / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n{settings}")
        clone.git("commit", "--quiet", "--all", "--message", "Configure tagship")
        clone.git("push", "--quiet", "origin", MAIN)


def _row(clone: Clone, wish: Sequence[str], index: Endpoints, *, name: str) -> Row:
    where = ("--index", index.simple, "--upload-url", index.upload)
    started = time.monotonic()
    answer = asked(clone.directory, "prepare", *wish, *where, "--yes")
    seconds = time.monotonic() - started
    if clone.git("rev-parse", "HEAD") == clone.git("rev-parse", f"origin/{MAIN}"):
        return Row(name, " ".join(wish), gate=text_at(answer, "message", "nothing was prepared"), seconds=seconds)
    changed = clone.git("diff", "--numstat", f"origin/{MAIN}", "HEAD").splitlines()
    print(clone.git("diff", f"origin/{MAIN}", "HEAD"), file=sys.stderr, flush=True)
    version = clone.git("branch", "--show-current").removeprefix(RELEASE)
    clone.git("push", "--quiet", "origin", f"HEAD:refs/heads/{MAIN}")
    clone.git("checkout", "--quiet", "-B", MAIN, "HEAD")
    tag = _tag(clone, version)
    gate = asked(clone.directory, "gate", tag, *where, "--host", "none")
    checks = gate.get("checks")
    verdict = text_at(gate, "verdict", text_at(gate, "message", "no answer"))
    stops = ", ".join(in_the_way(checks if isinstance(checks, list) else []))
    return Row(
        name,
        " ".join(wish),
        version=version,
        changed=", ".join(_told(changed)),
        gate=verdict if verdict == READY else f"{verdict}: {stops}",
        metadata=_metadata(clone),
        seconds=seconds,
    )


def _told(changed: Sequence[str]) -> Iterator[str]:
    """The lines that differ in each file, as git counts them; of files that are gone, how many there are."""
    counts = [line.split("\t") for line in changed]
    gone = [path for added, _, path in counts if added == "0"]
    yield from (f"{path} +{added} -{removed}" for added, removed, path in counts if added != "0")
    if gone:
        yield f"{len(gone)} in {posixpath.commonpath([posixpath.dirname(path) for path in gone])} taken away"


def _tag(clone: Clone, version: str) -> str:
    """Make the tag that the prepared commit asks for, and push it."""
    tag = text_at(asked(clone.directory, "show"), "tag_format", "v{version}").replace("{version}", version)
    clone.git("tag", "-a", "-m", tag, tag)
    clone.git("push", "--quiet", "origin", f"refs/tags/{tag}")
    return tag


def _metadata(clone: Clone) -> str:
    """The version that the backend writes into the metadata, asked in an isolated environment."""
    try:
        said = run([sys.executable, "-c", ASK_METADATA, clone.directory], env=surroundings())
    except UnmeasurableError as reason:
        return str(reason).splitlines()[-1].strip()
    return next((line.split()[1] for line in said.splitlines() if line.startswith("version-is ")), "not told")


def main(words: list[str] | None = None) -> int:
    """Prepare one after the other; 0 where every gate opened and the metadata told the version."""
    parser = argparse.ArgumentParser(prog="python -m bench.prepared_projects", description="Prepare real projects.")
    parser.add_argument("--cycle", action="store_true", help="from an alpha to the final release, in one clone")
    parser.add_argument("projects", nargs="+", metavar="PROJECT", help="a repository, or the address of one")
    options = parser.parse_args(words)
    machine = Machine.this()
    rows: list[Row] = []
    with StandInIndex() as index:
        for subject in map(Subject, options.projects):
            print(f"preparing {subject.place} …", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(prefix="tagship-prepare-", ignore_cleanup_errors=True) as directory:
                for row in prepared(subject, Path(directory), index.endpoints, cycle=options.cycle):
                    print(" | ".join(row.cells), file=sys.stderr, flush=True)
                    rows.append(row)
    sys.stdout.write(f"{machine}\n\n{real_projects.table([COLUMNS, *(row.cells for row in rows)])}")
    good = sum(row.is_good for row in rows)
    sys.stdout.write(f"\n{len(rows)} preparations, {good} with an open gate and the version in the metadata\n")
    return 0 if good == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
