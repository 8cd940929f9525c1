"""What a project's tests need to be installed, as its own files list it."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from packaging.requirements import InvalidRequirement, Requirement

from tagship.domain.facts import Tree
from tagship.domain.names import canonicalize_name

Table: TypeAlias = Mapping[str, object]
PYPROJECT = "pyproject.toml"
_FILES = (
    "requirements-test.txt",
    "requirements-tests.txt",
    "requirements_test.txt",
    "test-requirements.txt",
    "test_requirements.txt",
    "tests/requirements.txt",
    "requirements/test.txt",
    "requirements/tests.txt",
    "requirements/testing.txt",
    "requirements-dev.txt",
    "requirements_dev.txt",
    "dev-requirements.txt",
    "requirements/dev.txt",
)
"""Where requirements of tests are listed, from the narrowest; the first that names the runner is taken."""
_LISTS = ("test", "tests", "testing", "dev", "develop", "development", "all")
"""How extras and groups are called that hold them."""
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Needs:
    """What tests need: `own` are the project's requirements, None where only running its backend tells them.

    `extra` and `group` are where the rest is listed, where it is in pyproject.toml.
    """

    own: tuple[str, ...] | None
    tests: tuple[str, ...]
    extra: str | None = None
    group: str | None = None

    @property
    def together(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*(self.own or ()), *self.tests)))


def needs_of(tree: Tree, runner: str | None, directory: str = "") -> Needs:
    """What the tests in a directory need, and what runs them, by the first list that names the runner."""
    prefix = f"{directory}/" if directory else ""
    toml = _toml(tree.read(prefix + PYPROJECT))
    project = _table(toml.get("project"))
    own = _own(project)
    name = project.get("name")
    extras = {str(key): _texts(each) for key, each in _table(project.get("optional-dependencies")).items()}
    for extra in _ordered(extras, runner):
        listed = tuple(_expanded(extras[extra], extras, name if isinstance(name, str) else "", _DEEPEST))
        return Needs(own, _with(runner, listed), extra=extra)
    groups = _table(toml.get("dependency-groups"))
    for group in _ordered({str(key): _texts(each) for key, each in groups.items()}, runner):
        return Needs(own, _with(runner, tuple(_in_group(groups, group, _DEEPEST))), group=group)
    for path in _FILES:
        found = tuple(_in_file(tree, prefix + path, _DEEPEST))
        if found and (runner is None or _names(found, runner)):
            return Needs(own, _with(runner, found))
    return Needs(own, _with(runner, ()))


def name_of(tree: Tree, directory: str) -> str:
    """The normalised name of the project in a directory, as pyproject.toml says it; empty where it does not."""
    named = _table(_toml(tree.read(f"{directory}/{PYPROJECT}".lstrip("/"))).get("project")).get("name")
    return canonicalize_name(named) if isinstance(named, str) else ""


def _own(project: Table) -> tuple[str, ...] | None:
    if not project or "dependencies" in _texts(project.get("dynamic")):
        return None
    return _sound(_texts(project.get("dependencies")))


def _ordered(lists: Mapping[str, Sequence[str]], runner: str | None) -> Iterator[str]:
    """The lists that name the runner, those called like tests first."""
    fitting = [name for name, listed in lists.items() if runner is not None and _names(listed, runner)]
    return iter(sorted(fitting, key=lambda name: _LISTS.index(name) if name in _LISTS else len(_LISTS)))


def _names(listed: Iterable[str], runner: str) -> bool:
    """Whether a list names the runner, or a plugin of it, which brings it."""
    names = {canonicalize_name(found[0]) for each in listed if (found := re.match(r"[A-Za-z0-9._-]+", each))}
    return runner in names or any(name.startswith(f"{runner}-") for name in names)


def _with(runner: str | None, listed: tuple[str, ...]) -> tuple[str, ...]:
    """A list with the runner in it; unittest comes with Python."""
    sound = _sound(listed)
    exact = {canonicalize_name(Requirement(each).name) for each in sound}
    return sound if runner is None or runner in exact else (runner, *sound)


def _sound(listed: Iterable[str]) -> tuple[str, ...]:
    """What can be read as requirements of what an index has: no path and no address."""
    found: dict[str, None] = {}
    for each in listed:
        try:
            requirement = Requirement(each.strip())
        except InvalidRequirement:
            continue
        if requirement.url is None:
            found[str(requirement)] = None
    return tuple(found)


def _expanded(listed: Sequence[str], extras: Mapping[str, Sequence[str]], own: str, depth: int) -> Iterator[str]:
    """The requirements of an extra, with those of the other extras of the same project that it names."""
    for each in listed:
        try:
            requirement = Requirement(each)
        except InvalidRequirement:
            continue
        if canonicalize_name(requirement.name) != canonicalize_name(own):
            yield each
            continue
        for extra in sorted(requirement.extras) if depth else ():
            yield from _expanded(extras.get(extra, ()), extras, own, depth - 1)


def _in_group(groups: Table, name: str, depth: int) -> Iterator[str]:
    listed = groups.get(name)
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict) and isinstance(each.get("include-group"), str) and depth:
            yield from _in_group(groups, each["include-group"], depth - 1)


def _in_file(tree: Tree, path: str, depth: int) -> Iterator[str]:
    """The requirements of a file and of those that it includes; options of pip are left out."""
    for line in (tree.read(path) or b"").decode("utf-8", "replace").splitlines():
        told = re.sub(r"(?:^|\s)#.*$", "", line).strip()
        included = re.fullmatch(r"(?:-r|--requirement)[ =]?(.+)", told)
        if included is not None and depth:
            yield from _in_file(tree, _beside(path, included[1].strip()), depth - 1)
        elif told and not told.startswith("-"):
            yield re.sub(r"\s+--hash=.*$", "", told).rstrip(" \\")


def _beside(path: str, other: str) -> str:
    """A file named in another one, by its path from the top; what leads above it is nowhere."""
    parts = path.split("/")[:-1]
    for step in other.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def _toml(content: bytes | None) -> Table:
    try:
        return tomllib.loads((content or b"").decode("utf-8"))
    except (ValueError, RecursionError):
        return {}


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
