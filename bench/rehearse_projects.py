"""Rehearsals of real projects: `python -m bench.rehearse_projects PROJECT[@TAG] …`, from a checkout.

A PROJECT is a local clone, which is only read, or a bare repository or the address of one, which is cloned into a
throwaway directory. Prints a table, one line for each, and ends with 1 unless every one of them was proved. Without
a TAG it is the one that `rehearse` chooses.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.place import CHECKOUT, run, surroundings
from bench.report import Machine
from bench.series import UnmeasurableError

LIMIT = 1800.0
"""Seconds for one rehearsal; compiled projects take minutes."""
COLUMNS = ("project", "backend", "version from", "changelog", "tag", "verdict", "seconds")
PROVED = "proved"
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Subject:
    """A project to rehearse, as the command line names it."""

    place: str
    tag: str | None = None

    @classmethod
    def named(cls, word: str) -> "Subject":
        """An `@` in front of a host's name belongs to the address; one behind the last slash leads a tag."""
        place, at, tag = word.rpartition("@")
        return cls(place, tag) if at and place and "/" not in tag and ":" not in tag else cls(word)

    def clone(self, into: Path) -> Path:
        """Where the project's files are; raises UnmeasurableError for an address that cannot be cloned."""
        local = Path(self.place)
        bare = (local / "objects").is_dir() and (local / "HEAD").is_file()
        if local.is_dir() and not bare:
            return local.resolve()
        name = self.place.rstrip("/").rpartition("/")[2].removesuffix(".git")
        run(["git", "clone", "--quiet", "--", self.place, into / name])
        return into / name


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one project; `seconds` is wall-clock time of the rehearsal as a whole."""

    project: str
    backend: str = NOTHING
    version: str = NOTHING
    changelog: str = NOTHING
    tag: str = NOTHING
    verdict: str = NOTHING
    seconds: float = 0.0

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            self.project, self.backend, self.version, self.changelog, self.tag, self.verdict, f"{self.seconds:.1f}",
        )  # fmt: skip


def rehearsed(subject: Subject, into: Path) -> Row:
    """Look at a project, rehearse it, and tell."""
    try:
        project = subject.clone(into)
    except UnmeasurableError as reason:
        return Row(subject.place, verdict=str(reason).splitlines()[-1].strip())
    seen = _asked(project, "show")
    started = time.monotonic()
    answer = _asked(project, "rehearse", *([] if subject.tag is None else [subject.tag]))
    seconds = time.monotonic() - started
    changelog = _table(seen, "changelog")
    return Row(
        project=_text(seen, "name", project.name),
        backend=_text(seen, "backend"),
        version=_text(_table(seen, "version_source"), "path", _text(_table(seen, "version_source"), "kind")),
        changelog=_text(changelog, "path"),
        tag=_text(answer, "tag"),
        verdict=_verdict(answer),
        seconds=seconds,
    )


def _asked(project: Path, *words: str) -> dict[str, object]:
    """The document that one command prints; an empty one where it prints none in time."""
    argv = [sys.executable, "-m", "tagship", "-C", str(project), *words, "--json"]
    environ = surroundings(PYTHONPATH=str(CHECKOUT / "src"))
    try:
        said = subprocess.run(
            argv,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LIMIT,
            check=False,
        )
        document: object = json.loads(said.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _verdict(answer: dict[str, object]) -> str:
    """One line: proved, or the checks that stood in the way, or the first line of the error."""
    match answer:
        case {"schema": "tagship-receipt/1"}:
            return PROVED
        case {"schema": "tagship-report/1", "verdict": str() as verdict, "checks": list() as checks}:
            return f"{verdict}: {', '.join(_in_the_way(checks))}"
        case {"message": str() as message}:
            return message.splitlines()[0]
        case _:
            return "no answer"


def _in_the_way(checks: list[object]) -> Iterator[str]:
    for check in checks:
        match check:
            case {"id": str() as name, "severity": "error", "outcome": "failed" | "unknown"}:
                yield name
            case _:
                continue


def _table(document: dict[str, object], key: str) -> dict[str, object]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _text(document: dict[str, object], key: str, otherwise: str = NOTHING) -> str:
    value = document.get(key)
    return value if isinstance(value, str) else otherwise


def table(rows: Iterable[Row]) -> str:
    """The rows as a table in Markdown, its columns in line."""
    lines = [COLUMNS, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = tuple("-" * width for width in widths)
    return "".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |\n"
        for line in (lines[0], rule, *lines[1:])
    )


def main(words: list[str] | None = None) -> int:
    """Rehearse one after the other; 0 where every one was proved."""
    parser = argparse.ArgumentParser(prog="python -m bench.rehearse_projects", description="Rehearse real projects.")
    parser.add_argument(
        "projects", nargs="+", metavar="PROJECT[@TAG]", help="a local clone, or the address of a repository"
    )
    subjects = [Subject.named(word) for word in parser.parse_args(words).projects]
    machine = Machine.this()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="tagship-projects-", ignore_cleanup_errors=True) as directory:
        for number, subject in enumerate(subjects):
            print(f"rehearsing {subject.place} …", file=sys.stderr, flush=True)
            rows.append(rehearsed(subject, Path(directory) / str(number)))
    sys.stdout.write(f"{machine}\n\n{table(rows)}")
    return 0 if all(row.verdict == PROVED for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
