"""The places that carry a project's version by custom, and how much it takes to believe each of them."""

import itertools
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from tagship.adapters.backends.meson_python import stated_version
from tagship.adapters.versions.documents import Key, parse_document
from tagship.adapters.versions.literals import argument_spans, name_spans
from tagship.adapters.versions.packages import packages_of
from tagship.adapters.versions.spelling import words_in
from tagship.adapters.versions.texts import Source, Spot, spot_at
from tagship.domain.facts import Tree
from tagship.domain.names import canonicalize_name
from tagship.domain.project import Project
from tagship.domain.version import parse_version

MODULES: Final = ("__init__.py", "__about__.py", "_version.py", "version.py", "__version__.py")
"""Where packages keep `__version__`, by custom."""

CONF: Final = ("docs/conf.py", "doc/conf.py", "docs/source/conf.py", "doc/source/conf.py")
"""Where Sphinx is configured, by custom."""

_FOR_THE_VERSION: Final = frozenset(MODULES[1:])
_SHORT: Final = 2
_CITATION: Final = re.compile(r"""^version[ \t]*:[ \t]*["']?v?(?P<version>\d[^"'\s#]*)""", re.MULTILINE)


class Belief(Enum):
    """When a value in a customary place is taken for the project's version.

    OWN: whatever it is, for nothing else could be meant. NEAR: where it is the project's version, or just before it.
    SAME: where it is exactly a version that the project has or had last, and none with which generators begin.
    """

    OWN = "own"
    NEAR = "near"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Found:
    """A spot in a customary place, and what it takes to believe it."""

    spot: Spot
    belief: Belief


Finder = Callable[[Source, Project], Iterator[Found]]


def customary_places(tree: Tree, project: Project) -> Iterator[tuple[str, Finder]]:
    """Every place to look at, with what finds a version there; paths are from the project's directory."""
    if not project.version_is_tag:
        yield from _in_packages(tree, project)
        yield from ((path, in_conf) for path in CONF)
    yield "CITATION.cff", in_citation
    yield from ((path, finder) for path, finder in BY_NAME.items() if path != "CITATION.cff")


def _in_packages(tree: Tree, project: Project) -> Iterator[tuple[str, Finder]]:
    for package in packages_of(tree, project):
        modules = [f"{package.path}/{module}" for module in MODULES]
        modules += [] if package.folder else [f"{package.path}.py"]
        yield from ((module, in_module if package.sure else _unsure(in_module)) for module in modules)
        yield f"{package.path}/VERSION", alone if package.sure else _unsure(alone)


def _unsure(finder: Finder) -> Finder:
    """What finds the same in a package that may be another project's."""

    def find(source: Source, project: Project) -> Iterator[Found]:
        yield from (replace(found, belief=Belief.SAME) for found in finder(source, project))

    return find


def in_module(source: Source, project: Project) -> Iterator[Found]:  # noqa: ARG001 -- as every finder
    """The first literal bound to `__version__`; in a module that is there for the version, that of VERSION as well.

    Elsewhere a constant of that name may be the version of anything, such as a protocol.
    """
    names = {"__version__": Belief.OWN}
    if posixpath.basename(source.path) in _FOR_THE_VERSION:
        names["VERSION"] = Belief.NEAR
    for name, belief in names.items():
        for span in itertools.islice(name_spans(source, name), 1):
            yield Found(spot_at(source, span), belief)


def in_conf(source: Source, project: Project) -> Iterator[Found]:
    """`version` and `release` of a Sphinx configuration; the former gives the first numbers only, where it is short.

    One that tells of a release may go on to while the next is under development: readers of the pages have that one.
    """
    numbers = len(project.version.release) if project.version else _SHORT
    for name in ("version", "release"):
        for span in name_spans(source, name):
            spot = spot_at(source, span)
            stated = parse_version(spot.text)
            spot = replace(spot, of_releases=stated is not None and not stated.is_devrelease)
            given = spot.text.count(".") + 1
            short = name == "version" and spot.text.replace(".", "").isdecimal() and given < max(numbers, _SHORT + 1)
            yield Found(replace(spot, parts=given) if short else spot, Belief.NEAR)


def in_citation(source: Source, project: Project) -> Iterator[Found]:  # noqa: ARG001 -- as every finder
    """The `version` at the top of a CITATION.cff: what stands at the margin of this YAML is a key of its top table."""
    match = _CITATION.search(source.text)
    if match is not None:
        yield Found(spot_at(source, match.span("version"), of_releases=True), Belief.NEAR)


def in_meson(source: Source, project: Project) -> Iterator[Found]:  # noqa: ARG001 -- as every finder
    """The version that project() of a meson.build states."""
    span = stated_version(source.text)
    if span is not None:
        yield Found(spot_at(source, span), Belief.NEAR)


def in_setup_py(source: Source, project: Project) -> Iterator[Found]:  # noqa: ARG001 -- as every finder
    """The version that setup() is given as a literal."""
    for span in argument_spans(source, "setup", "version"):
        yield Found(spot_at(source, span), Belief.NEAR)


def alone(source: Source, project: Project) -> Iterator[Found]:  # noqa: ARG001 -- as every finder
    """A file that holds a version and nothing else."""
    stripped = source.text.strip().removeprefix("v")
    for start, end in words_in(source.text[: len(stripped) + 200]):
        if source.text[start:end] == stripped:
            yield Found(spot_at(source, (start, end)), Belief.NEAR)


def in_package_json(source: Source, project: Project) -> Iterator[Found]:
    """The version of a Node package; one that is private, or has another name, is likely to go its own way."""
    document = parse_document(source.path, source.text)
    span = document.span("version") if document else None
    if document is None or span is None:
        return
    name = (document.value("name") or "").rpartition("/")[2]
    private = isinstance(document.data, dict) and document.data.get("private") is True
    alike = canonicalize_name(name) == project.normalized_name and not private
    yield Found(spot_at(source, span), Belief.NEAR if alike else Belief.SAME)


def in_cargo(source: Source, project: Project) -> Iterator[Found]:
    """The version of a crate, or the one that the crates of a workspace share."""
    document = parse_document(source.path, source.text)
    if document is None:
        return
    alike = canonicalize_name(document.value("package", "name") or "") == project.normalized_name
    for keys in (("package", "version"), ("workspace", "package", "version")):
        span = document.span(*keys)
        if span is not None:
            yield Found(spot_at(source, span), Belief.NEAR if alike else Belief.SAME)


def in_server_json(source: Source, project: Project) -> Iterator[Found]:
    """The version of a server for a model, and that of the project among the packages that bring it."""
    document = parse_document(source.path, source.text)
    packages = document.data.get("packages") if document and isinstance(document.data, dict) else None
    if document is None or not isinstance(packages, list):
        return
    places: list[tuple[Key, ...]] = [("version",)]
    for index in range(len(packages)):
        named = canonicalize_name(document.value("packages", index, "identifier") or "")
        if named == project.normalized_name:
            places.append(("packages", index, "version"))
    for keys in places:
        span = document.span(*keys)
        if span is not None:
            yield Found(spot_at(source, span), Belief.NEAR)


def at_keys(*places: tuple[Key, ...], of_releases: bool = False) -> Finder:
    """What finds versions at keys of a document."""

    def find(source: Source, project: Project) -> Iterator[Found]:  # noqa: ARG001 -- as every finder
        # Parsing costs more than looking whether the tables' names are there at all.
        there = [keys for keys in places if all(str(key) in source.text for key in keys)]
        document = parse_document(source.path, source.text) if there else None
        for keys in there:
            span = document.span(*keys) if document else None
            if span is not None:
                yield Found(spot_at(source, span, of_releases=of_releases), Belief.NEAR)

    return find


_COMMITIZEN: Final[tuple[Key, ...]] = ("tool", "commitizen", "version")
_BUMPVERSION: Final[tuple[Key, ...]] = ("tool", "bumpversion", "current_version")
_TBUMP: Final[tuple[Key, ...]] = ("version", "current")
_in_cfg: Final = at_keys(("metadata", "version"), ("bumpversion", "current_version"))
_in_research_data: Final = at_keys(("version",), ("softwareVersion",), of_releases=True)

BY_NAME: Final[dict[str, Finder]] = {
    "CITATION.cff": in_citation,
    "pyproject.toml": at_keys(
        ("tool", "poetry", "version"),
        _COMMITIZEN,
        _BUMPVERSION,
        ("tool", *_TBUMP),
        ("tool", "briefcase", "version"),
        ("tool", "pixi", "workspace", "version"),
        ("tool", "pixi", "project", "version"),
    ),
    "setup.py": in_setup_py,
    "setup.cfg": _in_cfg,
    "VERSION": alone,
    "VERSION.txt": alone,
    "Cargo.toml": in_cargo,
    "rust/Cargo.toml": in_cargo,
    "package.json": in_package_json,
    "server.json": in_server_json,
    "codemeta.json": _in_research_data,
    ".zenodo.json": _in_research_data,
    "meson.build": in_meson,
    ".bumpversion.cfg": _in_cfg,
    ".bumpversion.toml": at_keys(_BUMPVERSION),
    "tbump.toml": at_keys(_TBUMP),
    ".cz.toml": at_keys(_COMMITIZEN),
    "cz.toml": at_keys(_COMMITIZEN),
    "pixi.toml": at_keys(("workspace", "version"), ("project", "version")),
}
"""Files known by name; the order is that in which copies are told."""
