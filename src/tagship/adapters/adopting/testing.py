"""How a job of a code host runs a project's tests: what it installs first, by hash where it can be, and the command."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from packaging.requirements import Requirement

from tagship.adapters.adopting.requirements import Needs, name_of, needs_of
from tagship.adapters.test_command import Environment, Suite, discover
from tagship.domain import adoption as adopting
from tagship.domain.facts import Tree
from tagship.domain.names import canonicalize_name

LOCKED = ".tagship/tests.txt"
_PIP = ("python", "-m", "pip", "install")
_BY_HASH = (*_PIP, "--require-hashes", "--only-binary", ":all:", "-r", LOCKED)
_OWN_TOOLS = MappingProxyType({"nox": ("nox",), "tox": ("tox",), "hatch": ("hatch",)})
"""What makes its environments by itself, and the one thing that has to be installed for it."""


def run_of(
    tree: Tree, configured: tuple[str, ...] | None, pythons: tuple[str, ...], directories: Sequence[str]
) -> tuple[adopting.TestRun, str] | None:
    """How the tests are run, and by what that is told; None where nothing tells.

    `configured` is the project's own word. `directories` are those of its packages, which tests need installed.
    """
    # A job has a Python of its own, and no environment that anything could already be in.
    nearest = Environment(Path("python"), Path(".venv"), "the job's")
    suite = Suite(configured, "[tool.tagship] says test", sure=True) if configured else discover(tree, _here, nearest)
    if suite is None:
        return None
    command = tuple("python" if word == str(nearest.python) else word for word in suite.argv)
    tool = command[0] if command[0] != "python" else _module(command)
    make = _MAKERS.get(tool, _in_place)
    return make(tree, tool, command, pythons, directories), suite.told_by


def below(run: adopting.TestRun, inside: str) -> adopting.TestRun | None:
    """The same for a project in a directory below the top, where jobs begin; None for a tool that is not led there."""
    install = tuple(tuple(f"./{inside}" if word == "." else word for word in words) for words in run.install)
    match run.command:
        case ("python", "-m", "pytest", *rest):
            return replace(run, install=install, command=("python", "-m", "pytest", inside, *rest))
        case ("nox", *rest):
            return replace(run, command=("nox", "--noxfile", f"{inside}/noxfile.py", *rest))
        case ("tox", "run", *rest):
            return replace(run, command=("tox", "run", "--root", inside, *rest))
        case ("uv", "run", *rest):
            sync = tuple((*words[:2], "--project", inside, *words[2:]) for words in install)
            return replace(run, install=sync, command=("uv", "run", "--directory", inside, *rest))
        case _:
            return None


def _here(program: str) -> str:
    """Where a program would be: a job installs what it needs."""
    return program


def _module(command: tuple[str, ...]) -> str:
    return command[command.index("-m") + 1] if "-m" in command[:-1] else "python"


_Maker = Callable[[Tree, str, tuple[str, ...], tuple[str, ...], Sequence[str]], adopting.TestRun]


def _by_tool(
    _tree: Tree, tool: str, command: tuple[str, ...], pythons: tuple[str, ...], _directories: Sequence[str]
) -> adopting.TestRun:
    """For tools with environments of their own: the Python of the job is the one that they use."""
    if tool == "nox":
        session = command[command.index("--session") + 1].rpartition("-")
        name = session[0] if session[0] and session[2].startswith("3.") else command[command.index("--session") + 1]
        # The session as it would be for the Python at hand, whether it is among those that it lists or not.
        command = ("nox", "--session", name, "--force-python", "python")
    elif tool == "tox" and command == ("tox", "-e", "py"):
        command = ("tox", "run", "-e", "py")
    return adopting.TestRun(tool, (_BY_HASH,), command, pythons, LOCKED, _OWN_TOOLS[tool])


def _uv(
    tree: Tree, tool: str, command: tuple[str, ...], pythons: tuple[str, ...], directories: Sequence[str]
) -> adopting.TestRun:
    """The lock of uv says what is installed; the list that names the runner has to be asked for, but for `dev`."""
    needs = needs_of(tree, "pytest")
    words = ["uv", "sync", "--locked"]
    if len(directories) > 1:
        words.append("--all-packages")
    if needs.extra is not None:
        words += ["--extra", needs.extra]
    elif needs.group not in {None, "dev"}:
        words += ["--group", str(needs.group)]
    rest = command[2:] if command[:2] == ("uv", "run") else command
    return adopting.TestRun(tool, (tuple(words),), ("uv", "run", "--no-sync", *rest), pythons)


def _poetry(
    _tree: Tree, tool: str, command: tuple[str, ...], pythons: tuple[str, ...], _directories: Sequence[str]
) -> adopting.TestRun:
    return adopting.TestRun(tool, (_BY_HASH, ("poetry", "install")), command, pythons, LOCKED, ("poetry",))


def _pdm(
    tree: Tree, tool: str, command: tuple[str, ...], pythons: tuple[str, ...], _directories: Sequence[str]
) -> adopting.TestRun:
    sync = ("pdm", "sync") if tree.read("pdm.lock") is not None else ("pdm", "install", "--no-lock")
    return adopting.TestRun(tool, (_BY_HASH, sync), command, pythons, LOCKED, ("pdm",))


def _in_place(
    tree: Tree, tool: str, command: tuple[str, ...], pythons: tuple[str, ...], directories: Sequence[str]
) -> adopting.TestRun:
    """In the job's own Python: what the project and its tests need, then the project itself.

    Where only its backend tells what the project requires, that is installed with it, and not by hash.
    """
    runner = _RUNNERS.get(tool, "pytest")
    all_needs = [needs_of(tree, runner, directory) for directory in dict.fromkeys(("", *directories))]
    needs = all_needs[0] if len(all_needs) == 1 else _together(all_needs, runner)
    own = tuple(f"./{directory}" if directory else "." for directory in directories)
    whole = needs.own is not None
    siblings = set(map(partial(name_of, tree), directories))
    # What lies here is installed from here.
    listed = tuple(each for each in needs.together if canonicalize_name(Requirement(each).name) not in siblings)
    # Poe comes as a program, where tasks are its own.
    listed = (*listed, "poethepoet") if tool == "poe" else listed
    install = ((_BY_HASH,) if listed else ()) + ((*_PIP, *(("--no-deps",) if whole else ()), *own),)
    return adopting.TestRun(tool, install, command, pythons, LOCKED if listed else None, listed)


def _together(found: Sequence[Needs], runner: str | None) -> Needs:
    """What several packages need: one list; unknown where it is for any of those that are packages."""
    listed = tuple(dict.fromkeys(each for needs in found for each in needs.tests))
    if runner is not None and any(each.startswith(runner) and each != runner for each in listed):
        listed = tuple(each for each in listed if each != runner)
    known = [needs.own for needs in found[1:]]
    own = tuple(dict.fromkeys(name for each in (found[0].own, *known) for name in each or ()))
    return Needs(None if None in known else own, listed)


_RUNNERS: Mapping[str, str | None] = MappingProxyType({"unittest": None, "pytest": "pytest"})
_MAKERS: Mapping[str, _Maker] = MappingProxyType(
    {
        "nox": _by_tool,
        "tox": _by_tool,
        "hatch": _by_tool,
        "uv": _uv,
        "poetry": _poetry,
        "pdm": _pdm,
    }
)
