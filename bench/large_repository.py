"""Repositories of a size that few have, the same each time for a seed, with a feature branch that could be merged.

- `make_large`: one project of 9,000 commits, 9,000 files and 300 tags, with a changelog of 300 KB
- `make_packages`: any number of packages in one repository, which require each other; some of them are not ready

Both write a bare repository and leave the clone, on the feature branch, to `clone`. What is random is drawn from the
seed; the sections of the feature branch carry the date that is given, since a check compares it with today.
"""

import os
import random
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType

SEED = 20260105
COMMITS, FILES, TAGS, CHANGELOG = 9_000, 9_000, 300, 300_000
FILES_IN_A_FOLDER = 100
WHO = "A Maintainer <maintainer@example.org>"
BEGIN, STEP = 1_600_000_000, 7_200
FEATURE = "feature"
NAME = "large"
LACKS_NOTES_EVERY, LACKS_BUMP_EVERY = 10, 25
SECONDS = 600

_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


@dataclass(frozen=True, slots=True)
class Packages:
    """A repository of many packages; `blocked` are those that the feature branch leaves unready, with the check."""

    remote: Path
    names: tuple[str, ...]
    blocked: Mapping[str, str]


@dataclass
class _Stream:
    """A stream for `git fast-import`; marks and times count on with every commit."""

    parts: list[bytes] = field(default_factory=list)
    commits: int = 0

    @property
    def when(self) -> str:
        return f"{WHO} {BEGIN + self.commits * STEP} +0000"

    def data(self, text: str) -> None:
        content = text.encode()
        self.parts.append(b"data %d\n%s\n" % (len(content), content))

    def commit(self, branch: str, files: Mapping[str, str], *, parent: int | None, message: str) -> int:
        """One commit on a branch that writes these files; its mark."""
        self.commits += 1
        self.parts.append(f"commit refs/heads/{branch}\nmark :{self.commits}\ncommitter {self.when}\n".encode())
        self.data(message)
        if parent is not None:
            self.parts.append(f"from :{parent}\n".encode())
        for path, text in files.items():
            self.parts.append(f"M 100644 inline {path}\n".encode())
            self.data(text)
        return self.commits

    def tag(self, name: str, mark: int) -> None:
        self.parts.append(f"tag {name}\nfrom :{mark}\ntagger {self.when}\n".encode())
        self.data(f"{name}\n")

    def write(self, remote: Path) -> None:
        """Into a new bare repository, whose HEAD is main."""
        _git(["init", "--quiet", "--bare", "--initial-branch=main", str(remote)])
        stream = b"".join([*self.parts, b"done\n"])
        _git(["fast-import", "--quiet", "--done"], cwd=remote, stdin=stream)


def clone(remote: Path, target: Path) -> Path:
    """A clone with its own objects, on the feature branch."""
    _git(["clone", "--quiet", "--branch", FEATURE, remote.as_uri(), str(target)])
    return target


# -- one large project ------------------------------------------------------------------------------------------------


def make_large(
    remote: Path, today: date, *, commits: int = COMMITS, files: int = FILES, tags: int = TAGS, seed: int = SEED
) -> Path:
    """The bare repository of the large project; its feature branch brings a new version with its section."""
    chance, stream = random.Random(seed), _Stream()
    sections: list[str] = []
    paths = [_module_path(number) for number in range(files)]
    first = {path: _module(path, 0) for path in paths} | _release("0.0.0", "2019-01-01", sections, tags, chance)
    mark = stream.commit("main", first | {f"src/{NAME}/__init__.py": ""}, parent=None, message="chore: begin")
    versions = [f"{number // 30}.{number // 5 % 6}.{number % 5}" for number in range(1, tags + 1)]
    for number in range(1, commits - 1):
        due = number * tags // (commits - 2) > (number - 1) * tags // (commits - 2)
        if due:
            version = versions[number * tags // (commits - 2) - 1]
            changed = _release(version, f"20{20 + number * 5 // commits}-03-01", sections, tags, chance)
            mark = stream.commit("main", changed, parent=mark, message=f"chore: release {version}")
            stream.tag(f"v{version}", mark)
        else:
            path = chance.choice(paths)
            mark = stream.commit("main", {path: _module(path, number)}, parent=mark, message=f"fix: change {path}")
    major, minor, patch = map(int, versions[-1].split("."))
    branch = {paths[0]: _module(paths[0], commits)}
    branch |= _release(f"{major}.{minor}.{patch + 1}", today.isoformat(), sections, tags, chance)
    stream.commit(FEATURE, branch, parent=mark, message="fix: forget nothing")
    stream.write(remote)
    return remote


def _module_path(number: int) -> str:
    return f"src/{NAME}/part_{number // FILES_IN_A_FOLDER:03}/module_{number % FILES_IN_A_FOLDER:02}.py"


def _module(path: str, state: int) -> str:
    return f'"""What {path} does."""\n\nSTATE = {state}\n\n\ndef state() -> int:\n    return STATE\n'


def _release(version: str, day: str, sections: list[str], tags: int, chance: random.Random) -> dict[str, str]:
    """The files that carry a version; the sections add up to the size that is wanted of the changelog."""
    lines = [f"## {version} - {day}\n", "\n### Fixed\n\n"]
    while sum(map(len, lines)) < CHANGELOG // (tags + 1):
        lines.append(
            f"- `part_{chance.randrange(90):03}` does no longer forget what it was told {chance.random():.9f}.\n"
        )
    sections.insert(0, "".join(lines))
    return {"pyproject.toml": _pyproject(NAME, version), "CHANGELOG.md": "# Changelog\n\n" + "\n".join(sections)}


def _pyproject(name: str, version: str, *requirements: str) -> str:
    listed = "".join(f'  "{requirement}",\n' for requirement in requirements)
    return (
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n'
        f'[project]\nname = "{name}"\nversion = "{version}"\ndescription = "Part of something large."\n'
        f'requires-python = ">=3.11"\ndependencies = [\n{listed}]\n'
    )


# -- many packages ----------------------------------------------------------------------------------------------------


def make_packages(remote: Path, today: date, *, count: int = 200, seed: int = SEED) -> Packages:
    """The bare repository of a uv workspace; its feature branch changes every package, most of them rightly."""
    chance, stream = random.Random(seed), _Stream()
    names = tuple(f"pkg-{number:03}" for number in range(count))
    required = {name: sorted(chance.sample(names[:number], min(number, 2))) for number, name in enumerate(names)}
    root = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    files = {"pyproject.toml": root, "README.md": "# Many packages\n"}
    for name in names:
        files |= _package(name, "1.0.0", [f"{other}>=1.0" for other in required[name]], state=0)
        files |= _notes(name, "2026-01-05")
    mark = stream.commit("main", files, parent=None, message="chore: begin")
    for name in names:
        stream.tag(f"{name}-v1.0.0", mark)
    stream.commit(FEATURE, _changed(names, required, today), parent=mark, message="fix: change everything")
    stream.write(remote)
    return Packages(remote, names, MappingProxyType(_blocked(names, required)))


def _changed(names: tuple[str, ...], required: Mapping[str, list[str]], today: date) -> dict[str, str]:
    files: dict[str, str] = {}
    for number, name in enumerate(names):
        bumped = number % LACKS_BUMP_EVERY != LACKS_BUMP_EVERY - 1
        bounds = [
            f"{other}{'<1.1' if _excludes(name, other, names, required) else '>=1.0'}" for other in required[name]
        ]
        files |= _package(name, "1.1.0" if bumped else "1.0.0", bounds, state=1)
        if bumped and number % LACKS_NOTES_EVERY != 0:
            files |= _notes(name, "2026-01-05", today.isoformat())
    return files


def _excludes(name: str, other: str, names: tuple[str, ...], required: Mapping[str, list[str]]) -> bool:
    """One package keeps to the old version of the first one that it requires."""
    return name == names[min(7, len(names) - 1)] and other == required[name][0]


def _blocked(names: tuple[str, ...], required: Mapping[str, list[str]]) -> dict[str, str]:
    """What the feature branch leaves unready, by the first check that says so."""
    keeper = names[min(7, len(names) - 1)]
    found = dict.fromkeys((keeper, required[keeper][0]), "internal-bounds-admit-the-release")
    found |= dict.fromkeys(names[::LACKS_NOTES_EVERY], "changelog-has-version")
    return found | dict.fromkeys(names[LACKS_BUMP_EVERY - 1 :: LACKS_BUMP_EVERY], "version-is-bumped")


def _package(name: str, version: str, requirements: list[str], *, state: int) -> dict[str, str]:
    module = name.replace("-", "_")
    source = f"packages/{name}/src/{module}"
    return {
        f"packages/{name}/pyproject.toml": _pyproject(name, version, *requirements),
        f"packages/{name}/README.md": f"# {name}\n",
        f"{source}/__init__.py": f'"""Part of something large."""\n\nSTATE = {state}\n',
        f"{source}/core.py": _module(module, state),
    }


def _notes(name: str, first: str, second: str | None = None) -> dict[str, str]:
    sections = [] if second is None else [f"## 1.1.0 - {second}\n\n- It changed its state.\n"]
    sections.append(f"## 1.0.0 - {first}\n\n- It is there.\n")
    return {f"packages/{name}/CHANGELOG.md": "# Changelog\n\n" + "\n".join(sections)}


def _git(words: list[str], *, cwd: Path | None = None, stdin: bytes = b"") -> None:
    done = subprocess.run(
        ["git", *words],
        cwd=cwd,
        env={**os.environ, **_SETTINGS},
        input=stdin,
        capture_output=True,
        check=False,
        timeout=SECONDS,
    )
    if done.returncode != 0:
        raise RuntimeError(f"git {words[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
