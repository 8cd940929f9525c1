"""What of a project's public API changes under its users, told from source alone: nothing of the project runs."""

import importlib.util
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event

from tagship.adapters.process import run
from tagship.adapters.said import last_lines
from tagship.adapters.surroundings import clean_environment
from tagship.adapters.workshop import workshop
from tagship.domain.branch import Breakage
from tagship.domain.facts import Tree
from tagship.domain.names import canonicalize_name
from tagship.errors import FactUnknown, Run

SECONDS = 180.0
"""For parsing two states of a project and comparing them."""
LARGEST = 4 << 20
"""Bytes of a source file that is looked at; what is larger was generated."""
HOMES = ("src/", "lib/", "python/", "")
"""Where a repository has its packages; the first that holds one is the one."""
NO_API = frozenset({
    "bench", "benchmark", "benchmarks", "build", "ci", "conftest", "demo", "demos", "dist", "doc", "docs", "docsrc",
    "example", "examples", "noxfile", "release", "scripts", "setup", "tasks", "test", "tests", "testing", "tools",
})  # fmt: skip
"""What stands beside packages and is none that users import."""
_TESTS = re.compile(r"tests?|conftest|test_.*|.*_test")
_PROBE = "api_probe.py"


def find_breakages(
    before: Tree,
    after: Tree,
    project: str,
    *,
    environ: Mapping[str, str],
    seconds: float = SECONDS,
    stop: Event | None = None,
) -> tuple[Breakage, ...]:
    """What the later files of a project take from its public API, by symbol; private names and tests are left out.

    `project` is its name, which tells a single module from a script. Paths are those of the earlier files. Raises
    FactUnknown without griffe, where the comparison takes more than `seconds`, and where the source cannot be parsed.
    """
    old, new = _source(before, project), _source(after, project)
    if old == new:
        return ()
    names = _tops(old)
    gone = [name for name in names if name not in _tops(new)]
    kept = [name for name in names if name not in gone]
    found = [Breakage(name, f"{name} can no longer be imported") for name in gone]
    if kept:
        found += _compare(old, new, kept, environ=environ, seconds=seconds, stop=stop)
    return tuple(found)


def _source(tree: Tree, project: str) -> dict[str, bytes]:
    """The files of the public packages, by path."""
    paths = [path for path in tree.paths() if path.endswith((".py", ".pyi"))]
    home = next((home for home in HOMES if any(_is_init(path, home) for path in paths)), "")
    if not any(_is_init(path, home) for path in paths):
        home = next((home for home in HOMES if _own_module(home, project) in paths), "")
    chosen = [path for path in paths if path.startswith(home) and _is_public(path.removeprefix(home), home, project)]
    packages = {path.removeprefix(home).partition("/")[0] for path in chosen if _is_init(path, home, deep=True)}
    return {
        path: content
        for path in chosen
        if ("/" not in path.removeprefix(home) or path.removeprefix(home).partition("/")[0] in packages)
        and (content := tree.read(path)) is not None
        and len(content) <= LARGEST
    }


def _is_init(path: str, home: str, *, deep: bool = False) -> bool:
    """Whether a path is the beginning of a package below `home`; `deep`, also of one in a namespace."""
    if not path.startswith(home):
        return False
    first, *rest = path.removeprefix(home).split("/")
    return (
        first not in NO_API and bool(rest) and rest[-1] in {"__init__.py", "__init__.pyi"} and (deep or len(rest) == 1)
    )


def _own_module(home: str, project: str) -> str:
    return f"{home}{canonicalize_name(project).replace('-', '_')}.py"


def _is_public(path: str, home: str, project: str) -> bool:
    """Whether a path below a home of packages may belong to what users import."""
    *folders, file = path.split("/")
    stem = file.partition(".")[0]
    parts = [*folders, *([] if stem == "__init__" else [stem])]
    if not all(part.isidentifier() for part in parts) or any(map(_TESTS.fullmatch, parts)):
        return False
    if not folders:
        return f"{home}{path}" == _own_module(home, project) or (home != "" and stem not in NO_API)
    return folders[0] not in NO_API


def _tops(source: Mapping[str, bytes]) -> tuple[str, ...]:
    """The names of the outermost packages and modules, private ones left out."""
    tops = (path.removeprefix(_home(path)).partition("/")[0].partition(".")[0] for path in source)
    return tuple(sorted({top for top in tops if not top.startswith("_")}))


def _home(path: str) -> str:
    return next(home for home in HOMES if path.startswith(home))


def _compare(
    old: Mapping[str, bytes],
    new: Mapping[str, bytes],
    names: list[str],
    *,
    environ: Mapping[str, str],
    seconds: float,
    stop: Event | None,
) -> Iterator[Breakage]:
    if importlib.util.find_spec("griffe") is None:
        raise FactUnknown(
            "the public API cannot be compared: griffe is not installed",
            remedy=Run(("python", "-m", "pip", "install", "tagship[api]")),
        )
    homes = {Path(_written_home(path)).as_posix(): path for path in old}
    with workshop("api", failure=FactUnknown) as room:
        for state, source in (("before", old), ("after", new)):
            _write(room / state, source)
        done = run(
            # -P: the folder of the program holds modules that are called like those of the standard library.
            [
                sys.executable,
                "-P",
                str(Path(__file__).with_name(_PROBE)),
                str(room / "before"),
                str(room / "after"),
                *names,
            ],
            cwd=room,
            env=clean_environment(environ),
            timeout=seconds,
            check=False,
            stop=stop,
        )
    for found in _answer(done.stdout, done.stderr):
        path = found.get("path")
        yield _breakage(found, homes.get(path) if isinstance(path, str) else None)


def _written_home(path: str) -> str:
    """A path as it is written for the comparison: without the home of its package."""
    return path.removeprefix(_home(path))


def _write(directory: Path, source: Mapping[str, bytes]) -> None:
    directory.mkdir()
    for path, content in source.items():
        place = directory.joinpath(*_written_home(path).split("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _answer(said: bytes, complained: bytes) -> list[dict[str, object]]:
    try:
        told = json.loads(said)
        flaw, found = told.get("flaw"), told.get("breakages", [])
    except (ValueError, AttributeError):
        flaw, found = last_lines(complained, 1) or "griffe gave no answer", []
    if flaw is not None:
        raise FactUnknown(f"the public API cannot be compared: {flaw}")
    return [each for each in found if isinstance(each, dict)]


def _breakage(found: Mapping[str, object], path: str | None) -> Breakage:
    line = found.get("line")
    return Breakage(
        symbol=str(found.get("symbol")),
        what=str(found.get("what")),
        path=path,
        line=line if isinstance(line, int) and path is not None else None,
    )
