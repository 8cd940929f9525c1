"""A repository of the size of a busy project's, the same each time: 9,000 commits and 280 tags in about a second.

It has what years leave behind: a maintenance line beside main, pre-releases, some lightweight tags, versions that
no tag names, merges, and a changelog with every version.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from repositories import SETTINGS, Repo

COMMITS = 9_000
TAGS = 280
BEGIN = 1_600_000_000
STEP = 7_200
"""Seconds from one commit to the next."""
MODULES = 60
PLACES = 40
LINE = "release/1.x"
MAINTENANCE_TAGS = 20
LIGHTWEIGHT_EVERY = 11
MERGE_EVERY = 9
NAME = "handmade"
WHO = "A Maintainer <maintainer@example.org>"


@dataclass(frozen=True)
class Made:
    """What stands in the repository: its working tree, its bare remote, and its tags on each branch, oldest first."""

    repo: Repo
    remote: Path
    on_main: tuple[str, ...]
    on_the_line: tuple[str, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag."""
        return self.on_main + self.on_the_line


@dataclass
class _Stream:
    """A stream for `git fast-import`; marks and times count on with every commit."""

    parts: list[bytes] = field(default_factory=list)
    commits: int = 0

    def when(self) -> str:
        return f"{WHO} {BEGIN + self.commits * STEP} +0000"

    def data(self, text: str) -> None:
        content = text.encode()
        self.parts.append(b"data %d\n%s\n" % (len(content), content))

    def commit(self, branch: str, files: dict[str, str], *, parent: int | None, merged: int | None = None) -> int:
        """One commit on a branch that replaces these files; its mark."""
        self.commits += 1
        self.parts.append(f"commit refs/heads/{branch}\nmark :{self.commits}\ncommitter {self.when()}\n".encode())
        self.data(f"Change number {self.commits}")
        if parent is not None:
            self.parts.append(f"from :{parent}\n".encode())
        if merged is not None:
            self.parts.append(f"merge :{merged}\n".encode())
        for path, text in files.items():
            self.parts.append(f"M 100644 inline {path}\n".encode())
            self.data(text)
        return self.commits

    def tag(self, name: str, mark: int, *, lightweight: bool) -> None:
        if lightweight:
            self.parts.append(f"reset refs/tags/{name}\nfrom :{mark}\n\n".encode())
        else:
            self.parts.append(f"tag {name}\nfrom :{mark}\ntagger {self.when()}\n".encode())
            self.data(f"{NAME} {name}\n")


@dataclass
class _Project:
    """The project at one commit of one branch: its version and its changelog's sections, newest first."""

    sections: list[str]

    def release(self, version: str, number: int) -> dict[str, str]:
        """The files that preparing a version changes."""
        notes = "\n".join(f"- Change {number}.{line} does what nobody expected." for line in range(4))
        self.sections.insert(0, f"## [{version}] - 2024-01-{number % 28 + 1:02}\n\n### Fixed\n\n{notes}\n")
        pyproject = (
            '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n'
            f'[project]\nname = "{NAME}"\nversion = "{version}"\n\n'
            f'[tool.tagship]\nrelease-lines = ["{LINE}"]\n'
        )
        return {"pyproject.toml": pyproject, "CHANGELOG.md": "# Changelog\n\n" + "\n".join(self.sections)}


def versions_of_main(count: int) -> Iterator[str]:
    """Versions as a project counts them: patches, then candidates of the next minor, then the minor; majors at last."""
    made = 0
    for major in range(1, 100):
        for minor in range(8):
            steps = [f"{major}.{minor}.0", *(f"{major}.{minor}.{patch}" for patch in range(1, 6))]
            if minor == 0 and major > 1:
                steps = [f"{major}.0.0a1", f"{major}.0.0b1", f"{major}.0.0rc1", *steps]
            elif minor % 3 == 0:
                steps = [f"{major}.{minor}.0rc1", f"{major}.{minor}.0rc2", *steps]
            for version in steps:
                if made == count:
                    return
                made += 1
                yield version


def make_history(path: Path, *, commits: int = COMMITS, tags: int = TAGS) -> Made:
    """Write the repository, with a bare remote beside it that has every branch and tag."""
    stream = _Stream()
    main = tags - MAINTENANCE_TAGS
    on_main = tuple(f"v{version}" for version in versions_of_main(main))
    highest = max(int(tag.split(".")[2]) for tag in on_main if tag.startswith("v1.7.") and "rc" not in tag)
    on_the_line = tuple(f"v1.7.{highest + patch}" for patch in range(1, MAINTENANCE_TAGS + 1))
    each = commits // (tags + 1)
    fork, sections, mark = _write_main(stream, on_main, each, commits - MAINTENANCE_TAGS * each)
    _write_line(stream, on_the_line, each, fork, sections)
    repo = Repo.new(path)
    _import(repo.remote, b"".join(stream.parts))
    repo.git("fetch", "--quiet", "--tags", "origin")
    repo.git("remote", "set-head", "origin", "main")
    repo.git("switch", "--quiet", "main")
    repo.hours = (BEGIN + mark * STEP) // 3600
    return Made(repo, repo.remote, on_main, on_the_line)


def _write_main(stream: _Stream, tags: tuple[str, ...], each: int, commits: int) -> tuple[int, list[str], int]:
    """Main with its tags, evenly spread; the commit from which the line begins, with the sections there; the tip."""
    project = _Project([])
    mark = stream.commit("main", _sources() | project.release("0.0.0", 0), parent=None)
    fork, at_fork, number = 0, [""], 0
    while stream.commits < commits:
        tagged = number < len(tags) and stream.commits >= (number + 1) * each
        if tagged:
            tag = tags[number]
            mark = stream.commit("main", project.release(tag.removeprefix("v"), number), parent=mark)
            stream.tag(tag, mark, lightweight=number % LIGHTWEIGHT_EVERY == 1)
            number += 1
            if tag.startswith("v1.7.") and "rc" not in tag:
                fork, at_fork = mark, list(project.sections)
        elif stream.commits % MERGE_EVERY == 0:
            side = stream.commit("side", _change(stream.commits), parent=mark)
            mark = stream.commit("main", _change(stream.commits), parent=mark, merged=side)
        else:
            mark = stream.commit("main", _change(stream.commits), parent=mark)
    assert number == len(tags)
    return fork, at_fork, mark


def _write_line(stream: _Stream, tags: tuple[str, ...], each: int, fork: int, sections: list[str]) -> None:
    """The maintenance line with its tags."""
    project, mark = _Project(sections), fork
    for number, tag in enumerate(tags):
        for _ in range(each - 1):
            mark = stream.commit(LINE, _change(stream.commits), parent=mark)
        mark = stream.commit(LINE, project.release(tag.removeprefix("v"), number), parent=mark)
        stream.tag(tag, mark, lightweight=False)


def _sources() -> dict[str, str]:
    return {f"src/{NAME}/part_{part:02}.py": _module(part, 0) for part in range(MODULES)} | {
        f"tests/test_part_{part:02}.py": f"def test_part_{part:02}() -> None:\n    assert True\n"
        for part in range(PLACES)
    }


def _change(number: int) -> dict[str, str]:
    part = number % MODULES
    return {f"src/{NAME}/part_{part:02}.py": _module(part, number)}


def _module(part: int, number: int) -> str:
    return f'"""Part {part}."""\n\nSTATE = {number}\n'


def _import(bare: Path, stream: bytes) -> None:
    done = subprocess.run(
        ["git", "fast-import", "--quiet", "--done"],
        cwd=bare,
        env={**os.environ, **SETTINGS},
        input=stream + b"done\n",
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
