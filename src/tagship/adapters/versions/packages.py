"""The folders and modules that are import packages of a project, whatever the project is called."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tagship.adapters.versions.declared import ROOTS, read_declared
from tagship.domain.facts import Tree
from tagship.domain.names import canonicalize_name
from tagship.domain.project import Project

_INIT: Final = "/__init__.py"
_BETWEEN_WORDS: Final = re.compile(r"[-_.]+")
_NO_PACKAGES: Final = frozenset({
    "benchmark", "benchmarks", "bench", "bin", "build", "changelog", "ci", "contrib", "debian", "demo", "demos", "dist",
    "doc", "docs", "documentation", "example", "examples", "exercise", "exercises", "extern", "external", "externals",
    "fabfile", "fixtures", "hooks", "integration_tests", "lib", "manpages", "news", "newsfragments", "notebooks",
    "python", "sample", "samples", "scripts", "site_scons", "src", "tasks", "test", "testing", "tests", "third_party",
    "thirdparty", "tools", "unit_test", "unit_tests", "util", "utils", "vendor", "vendored", "vendors", "venv",
})  # fmt: skip
"""Folders at the top that nobody installs, although they may be imported; nearly those of setuptools."""


@dataclass(frozen=True, slots=True)
class Package:
    """A folder, or a module without its ending; `sure` is False where it may be no part of the project.

    `folder` is True where a module of that name would be part of another package.
    """

    path: str
    sure: bool = True
    folder: bool = False


def packages_of(tree: Tree, project: Project) -> tuple[Package, ...]:
    """Where to look for the packages of a project, some of which may not be there.

    They are what the configuration lists and what is named like the project. Only where there is nothing of both, and
    nothing says that these are all, files are listed: then it is what is named alike in other letters, or else what
    lies at the top. One package there is the project's; of several nobody knows.
    """
    declared = read_declared(tree)
    found = _distinct((*_by_name(project), *map(Package, declared.packages or ())))
    if declared.packages is not None or any(_is_there(tree, package) for package in found):
        return found
    return _distinct((*found, *_listed(tree, project, declared.roots)))


def _distinct(packages: Iterable[Package]) -> tuple[Package, ...]:
    """One for each path, the first of them."""
    found: dict[str, Package] = {}
    for package in packages:
        found.setdefault(package.path, package)
    return tuple(found.values())


def _by_name(project: Project) -> Iterator[Package]:
    for name in dict.fromkeys((project.normalized_name, project.name)):
        package, namespace = _BETWEEN_WORDS.sub("_", name), _BETWEEN_WORDS.sub("/", name)
        yield from (Package(f"src/{package}"), Package(package))
        yield from (Package(path, folder="/" in namespace) for path in (f"src/{namespace}", namespace))
        yield Package(f"lib/{package}")


def _is_there(tree: Tree, package: Package) -> bool:
    """Whether it is one by itself: a namespace has no module of its own, so that below one is just a part."""
    above = package.path.rpartition("/")[0]
    if package.folder and tree.read(f"{above}{_INIT}") is not None:
        return False
    endings = (_INIT,) if package.folder else (_INIT, ".py")
    return any(tree.read(f"{package.path}{ending}") is not None for ending in endings)


def _listed(tree: Tree, project: Project, roots: Sequence[str]) -> Sequence[Package]:
    """The packages that are really there, in the first of the roots that has any."""
    paths = [path for path in tree.paths() if path.endswith(".py")]
    homes = tuple(roots) or ROOTS
    alike = [Package(path) for root in homes for path in _alike(paths, root, project)]
    if alike:
        return alike
    for root in homes:
        tops = list(_tops(paths, root))
        if tops:
            return [Package(path, sure=len(tops) == 1) for path in tops]
    return ()


def _alike(paths: Sequence[str], root: str, project: Project) -> Iterator[str]:
    """What is called as the project is, in whatever letters, as one package or as one in a namespace."""
    name, prefix, known = project.normalized_name, f"{root}/" if root else "", frozenset(paths)
    for path in paths:
        inside = path.removeprefix(prefix).removesuffix(_INIT).removesuffix(".py")
        near = path.startswith(prefix) and inside.count("/") <= name.count("-")
        above = inside.rpartition("/")[0]
        if near and canonicalize_name(inside.replace("/", "-")) == name and f"{prefix}{above}{_INIT}" not in known:
            yield prefix + inside


def _tops(paths: Sequence[str], root: str) -> Iterator[str]:
    """The packages that lie right in a folder, without those that only the project itself has a use for."""
    prefix = f"{root}/" if root else ""
    for path in paths:
        inside = path.removeprefix(prefix).removesuffix(_INIT)
        is_package = path == f"{prefix}{inside}{_INIT}" and inside.isidentifier()
        if is_package and not inside.startswith("_") and inside.lower() not in _NO_PACKAGES:
            yield prefix + inside
