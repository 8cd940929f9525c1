"""The command that runs a project's tests, found in its files; nothing runs and nothing is installed to find out."""

import ast
import configparser
import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from tagship.domain.facts import Tree
from tagship.domain.names import canonicalize_name

Which = Callable[[str], str | None]
"""Where a program is, or None, as `shutil.which` tells."""

NAMES = ("tests", "test")
"""How sessions, scripts and targets are called that run the tests; the plural stands beside `tests` folders."""
_TEST_MODULE = re.compile(r"(?:.*/)?(?:test_[^/]*|[^/]*_test)\.py")
_CPYTHON = re.compile(r"3\.\d+")
_MAKE_TARGET = re.compile(rb"^tests?[ \t]*:(?!=)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Suite:
    """A command that runs tests, and what tells so as the rest of a sentence: "noxfile.py has a session tests".

    `sure` is whether the project names this very command, and not only the kind of its tests. `installs` is whether the
    command makes the environment that it runs in, for which it may need the network.
    """

    argv: tuple[str, ...]
    told_by: str
    sure: bool = True
    installs: bool = False


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a project's dependencies are likely to be: an interpreter, and its virtual environment if it is of one."""

    python: Path
    root: Path | None = None
    told_by: str = "the running interpreter"


def nearest_environment(project: Path, environ: Mapping[str, str], running: Path) -> Environment:
    """The environment that a developer would use here: the project's own, the active one, or that of `running`."""
    active = environ.get("VIRTUAL_ENV")
    places = [(project / ".venv", ".venv"), (project / "venv", "venv")]
    places += [(Path(active), "VIRTUAL_ENV")] if active else []
    for root, told_by in places:
        python = root / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if python.is_file():
            # Not resolved: a virtual environment is recognised by the path that its interpreter is started by.
            return Environment(python.absolute(), root.absolute(), told_by)
    return Environment(running)


def discover(tree: Tree, which: Which, environment: Environment, *, may_install: bool = True) -> Suite | None:
    """How the tests of the project in a tree are run; None where nothing tells.

    The first row of the table that applies and whose program is here is taken. Unless `may_install`, commands that make
    their own environment are passed over.
    """
    seen = _Seen(tree, environment)
    for row in _ROWS:
        if row.installs and not may_install:
            continue
        if row.program is not None and which(row.program) is None:
            continue
        found = row.find(seen)
        if found is not None:
            argv, told_by = found
            return Suite(argv, told_by, sure=row.sure, installs=row.installs)
    return None


Found = tuple[tuple[str, ...], str] | None


class _Seen:
    """The files of a project that tell how its tests are run, each read once; what is broken tells nothing."""

    def __init__(self, tree: Tree, environment: Environment) -> None:
        self.environment = environment
        self._tree = tree

    @property
    def python(self) -> str:
        """The interpreter of the nearest environment."""
        return str(self.environment.python)

    @property
    def has_environment(self) -> bool:
        """Whether the project, or whoever asks, has a virtual environment at hand."""
        return self.environment.root is not None

    def read(self, path: str) -> bytes | None:
        """A file."""
        return self._tree.read(path)

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return self._tree.read(path) is not None

    def toml(self, path: str) -> Mapping[str, object]:
        """A TOML file, empty where it is missing or broken: what is wrong in it is told elsewhere."""
        content = self._tree.read(path)
        try:
            return {} if content is None else tomllib.loads(content.decode())
        except (ValueError, RecursionError):
            return {}

    @cached_property
    def pyproject(self) -> Mapping[str, object]:
        """The project's table of tables."""
        return self.toml("pyproject.toml")

    def tool(self, *keys: str) -> object:
        """What stands at `tool` and these keys in pyproject.toml, or None."""
        return _at(self.pyproject, "tool", *keys)

    def ini(self, path: str) -> Mapping[str, Mapping[str, str]]:
        """An INI file, empty where it is missing or broken."""
        parser = configparser.RawConfigParser(strict=False)
        content = self._tree.read(path)
        with suppress(configparser.Error):
            parser.read_string("" if content is None else content.decode("utf-8", "replace"))
        return {name: dict(parser[name]) for name in parser.sections()}

    @cached_property
    def paths(self) -> Sequence[str]:
        """Every file."""
        return self._tree.paths()

    @cached_property
    def test_modules(self) -> bool:
        """Whether a file is called as test runners expect it."""
        return any(map(_TEST_MODULE.fullmatch, self.paths))

    @cached_property
    def asks_for_pytest(self) -> bool:
        """Whether pytest is among what the project says it needs, for whatever purpose."""
        return any(canonicalize_name(name) == "pytest" for name in _requirements(self.pyproject))


def _at(data: object, *keys: str) -> object:
    for key in keys:
        if not isinstance(data, dict):
            return None
        data = data.get(key)
    return data


def _requirements(pyproject: Mapping[str, object]) -> Iterator[str]:
    """The names of all that is required: by the project, its extras, its groups and the tables of its tools."""
    extras, groups = _at(pyproject, "project", "optional-dependencies"), _at(pyproject, "dependency-groups")
    lists = [_at(pyproject, "project", "dependencies"), _at(pyproject, "tool", "uv", "dev-dependencies")]
    for table in (extras, groups, _at(pyproject, "tool", "pdm", "dev-dependencies")):
        lists += table.values() if isinstance(table, dict) else []
    for each in lists:
        for requirement in each if isinstance(each, list) else []:
            if isinstance(requirement, str):
                with suppress(InvalidRequirement):
                    yield Requirement(requirement).name
    yield from _poetry_names(_at(pyproject, "tool", "poetry"))


def _poetry_names(poetry: object) -> Iterator[str]:
    groups = _at(poetry, "group")
    tables = [_at(poetry, "dependencies"), _at(poetry, "dev-dependencies")]
    tables += [_at(group, "dependencies") for group in (groups.values() if isinstance(groups, dict) else [])]
    for table in tables:
        yield from table if isinstance(table, dict) else ()


# -- what each tool's files say ---------------------------------------------------------------------------------------


def _nox(seen: _Seen) -> Found:
    content = seen.read("noxfile.py")
    try:
        module = ast.parse(b"" if content is None else content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    sessions = dict(filter(None, map(_session, module.body)))
    for name in NAMES:
        if name in sessions:
            selected = f"{name}-{sessions[name]}" if sessions[name] else name
            return ("nox", "--session", selected), f"noxfile.py has a session {name}"
    return None


def _session(node: ast.stmt) -> tuple[str, str] | None:
    """The name of a nox session, and one of the Pythons that it lists, empty where that is for nox to choose."""
    if not isinstance(node, ast.FunctionDef):
        return None
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if ast.unparse(called).rpartition(".")[2] != "session":
            continue
        keywords = {each.arg: each.value for each in decorator.keywords} if isinstance(decorator, ast.Call) else {}
        return _literal(keywords.get("name"), node.name), _one_python(keywords.get("python"))
    return None


def _literal(value: ast.expr | None, otherwise: str) -> str:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else otherwise


def _one_python(value: ast.expr | None) -> str:
    """One run is a trial, the others are CI's: by our own Python, or the last. What is computed is left to nox."""
    if not isinstance(value, ast.List | ast.Tuple) or len(value.elts) == 1:
        return ""
    listed = [name for each in value.elts if _CPYTHON.fullmatch(name := _literal(each, ""))]
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    return own if own in listed else next(reversed(listed), "")


def _tox(seen: _Seen) -> Found:
    argv = ("tox", "-e", "py")
    for path, section in (("tox.ini", "testenv"), ("setup.cfg", "tox:testenv")):
        if "commands" in seen.ini(path).get(section, {}):
            return argv, f"{path} has [{section}]"
    for path, keys in (("tox.toml", ()), ("pyproject.toml", ("tool", "tox"))):
        if _at(seen.toml(path), *keys, "env_run_base", "commands") is not None:
            return argv, f"{path} has env_run_base"
    inline = seen.tool("tox", "legacy_tox_ini")
    if isinstance(inline, str) and "[testenv]" in inline:
        return argv, "pyproject.toml has legacy_tox_ini"
    return None


def _hatch(seen: _Seen) -> Found:
    for path, table in (
        ("pyproject.toml", seen.tool("hatch", "envs")),
        ("hatch.toml", _at(seen.toml("hatch.toml"), "envs")),
    ):
        environments = table if isinstance(table, dict) else {}
        if "hatch-test" in environments:
            return ("hatch", "test"), f"{path} sets up hatch test"
        for environment in environments:
            scripts = _at(environments, environment, "scripts")
            for name in ("test", "tests"):
                if isinstance(scripts, dict) and name in scripts:
                    script = name if environment == "default" else f"{environment}:{name}"
                    return ("hatch", "run", script), f"{path} has the script {script}"
    return None


def _script_of(tool: str, table: Sequence[str], run: Sequence[str]) -> Callable[[_Seen], Found]:
    """Finds a script called like a test among the scripts of a tool that runs in the environment at hand."""

    def find(seen: _Seen) -> Found:
        scripts = seen.tool(*table)
        for name in ("test", "tests"):
            if seen.has_environment and isinstance(scripts, dict) and name in scripts:
                return (*run, name), f"pyproject.toml has a script {name} for {tool}"
        return None

    return find


def _poetry(seen: _Seen) -> Found:
    if seen.has_environment and seen.asks_for_pytest and (seen.has("poetry.lock") or seen.tool("poetry") is not None):
        return ("poetry", "run", "pytest"), "the project is poetry's and asks for pytest"
    return None


def _uv(seen: _Seen) -> Found:
    if seen.has("uv.lock") and seen.asks_for_pytest:
        return ("uv", "run", "pytest"), "uv.lock is here and the project asks for pytest"
    return None


def _pytest(seen: _Seen) -> Found:
    configured = (
        ("pytest.ini", seen.has("pytest.ini")),
        (".pytest.ini", seen.has(".pytest.ini")),
        ("pyproject.toml", seen.tool("pytest") is not None),
        ("setup.cfg", "tool:pytest" in seen.ini("setup.cfg")),
        ("tox.ini", "pytest" in seen.ini("tox.ini")),
        ("conftest.py", any(path.rpartition("/")[2] == "conftest.py" for path in seen.paths)),
    )
    told_by = next((f"{path} sets up pytest" for path, does in configured if does), None)
    if told_by is None and seen.test_modules and seen.asks_for_pytest:
        told_by = "there are tests, and the project asks for pytest"
    return None if told_by is None else ((seen.python, "-m", "pytest"), told_by)


def _unittest(seen: _Seen) -> Found:
    for path in seen.paths:
        if _TEST_MODULE.fullmatch(path) and b"unittest" in (seen.read(path) or b""):
            return _unittest_in(seen, path), f"{path} uses unittest"
    return None


def _unittest_in(seen: _Seen, path: str) -> tuple[str, ...]:
    """Discovery begins in the topmost folder of tests where that is no package, which discovery would not enter."""
    top = path.partition("/")[0]
    start = ("-s", top) if top in NAMES and not seen.has(f"{top}/__init__.py") else ()
    return (seen.python, "-m", "unittest", "discover", *start)


def _any_tests(seen: _Seen) -> Found:
    return (
        ((seen.python, "-m", "pytest"), "there are tests that say nothing of their runner")
        if seen.test_modules
        else None
    )


def _make(seen: _Seen) -> Found:
    for path in ("GNUmakefile", "makefile", "Makefile"):
        target = _MAKE_TARGET.search(seen.read(path) or b"")
        if target is not None:
            name = target[0].decode().partition(":")[0].strip()
            return ("make", name), f"{path} has a target {name}"
    return None


@dataclass(frozen=True, slots=True)
class _Row:
    """One way of running tests; `program` must be here for it, or None where an interpreter does."""

    find: Callable[[_Seen], Found]
    program: str | None
    sure: bool = True
    installs: bool = False


_ROWS = (
    # A noxfile is a program written for nothing else than to run this.
    _Row(_nox, "nox", installs=True),
    # The same as a table, for the Python at hand: the whole matrix is CI's.
    _Row(_tox, "tox", installs=True),
    # Scripts with a name that people type; those of hatch bring an environment of their own.
    _Row(_hatch, "hatch", installs=True),
    # These run in the environment at hand, and would make an empty one where there is none.
    _Row(_script_of("pdm", ("pdm", "scripts"), ("pdm", "run")), "pdm"),
    _Row(_script_of("poe", ("poe", "tasks"), ("poe",)), "poe"),
    # From here on nobody names a command, and the project's tools and habits tell.
    _Row(_poetry, "poetry", sure=False),
    # A lock makes an environment that holds what the tests need, within seconds.
    _Row(_uv, "uv", sure=False, installs=True),
    # Whoever configures pytest uses it, in whatever environment is nearest.
    _Row(_pytest, None, sure=False),
    # Before pytest is tried on tests that never asked for it.
    _Row(_unittest, None, sure=False),
    _Row(_any_tests, None, sure=False),
    # A Makefile's test may do anything at all: only where there is no other hint.
    _Row(_make, "make", sure=False),
)
