"""Rehearsals of real projects: `python -m bench.rehearse_projects PROJECT[@TAG] …`, from a checkout.

A PROJECT is a local clone, which is only read, or a bare repository or the address of one, which is cloned into a
throwaway directory. Prints a table, one line for each, and ends with 1 unless every one of them was proved. Without
a TAG it is the one that `rehearse` chooses.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench import real_projects
from bench.real_projects import NOTHING, Subject, asked, in_the_way, table_at, text_at
from bench.report import Machine
from bench.series import UnmeasurableError

COLUMNS = ("project", "backend", "version from", "changelog", "tag", "verdict", "seconds")
PROVED = "proved"


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
    seen = asked(project, "show")
    started = time.monotonic()
    answer = asked(project, "rehearse", *([] if subject.tag is None else [subject.tag]))
    seconds = time.monotonic() - started
    changelog = table_at(seen, "changelog")
    return Row(
        project=text_at(seen, "name", project.name),
        backend=text_at(seen, "backend"),
        version=text_at(table_at(seen, "version_source"), "path", text_at(table_at(seen, "version_source"), "kind")),
        changelog=text_at(changelog, "path"),
        tag=text_at(answer, "tag"),
        verdict=_verdict(answer),
        seconds=seconds,
    )


def _verdict(answer: dict[str, object]) -> str:
    """One line: proved, or the checks that stood in the way, or the first line of the error."""
    match answer:
        case {"schema": "tagship-receipt/1"}:
            return PROVED
        case {"schema": "tagship-report/1", "verdict": str() as verdict, "checks": list() as checks}:
            return f"{verdict}: {', '.join(in_the_way(checks))}"
        case {"message": str() as message}:
            return message.splitlines()[0]
        case _:
            return "no answer"


def table(rows: Iterable[Row]) -> str:
    """The rows as a table in Markdown."""
    return real_projects.table([COLUMNS, *(row.cells for row in rows)])


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
