"""Real projects, cloned to be looked at: how they are named on a command line, and what a command says of them."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.place import CHECKOUT, run, surroundings

LIMIT = 1800.0
"""Seconds for one command on one project; compiled projects take minutes."""
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

    @property
    def short_name(self) -> str:
        """What a table calls it: the last step of its place that says something."""
        steps = self.place.rstrip("/").removesuffix("/repo").replace("+", "/").rpartition("/")[2]
        return steps.removesuffix(".git")

    def clone(self, into: Path) -> Path:
        """Where the project's files are; raises UnmeasurableError for an address that cannot be cloned."""
        local = Path(self.place)
        bare = (local / "objects").is_dir() and (local / "HEAD").is_file()
        if local.is_dir() and not bare:
            return local.resolve()
        name = self.place.rstrip("/").rpartition("/")[2].removesuffix(".git")
        run(["git", "clone", "--quiet", "--", self.place, into / name])
        return into / name


def asked(project: Path, *words: str) -> dict[str, object]:
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


def in_the_way(checks: list[object]) -> Iterator[str]:
    """The checks that stop a report, or leave it open."""
    for check in checks:
        match check:
            case {"id": str() as name, "severity": "error", "outcome": "failed" | "unknown"}:
                yield name
            case _:
                continue


def table_at(document: dict[str, object], key: str) -> dict[str, object]:
    """The object at a key; an empty one where there is none."""
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def text_at(document: dict[str, object], key: str, otherwise: str = NOTHING) -> str:
    """The text at a key, or what is told otherwise."""
    value = document.get(key)
    return value if isinstance(value, str) else otherwise


def table(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells, the first with the names of the columns, as a table in Markdown, its columns in line."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = tuple("-" * width for width in widths)
    return "".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |\n"
        for line in (lines[0], rule, *lines[1:])
    )
