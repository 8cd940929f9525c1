"""The packages of a repository that holds several: configured, or as its workspace tool lists them.

- uv: `[tool.uv.workspace]` with `members` and `exclude`; the root is one of them, where it is a package
- Hatch: `workspace.members` and `workspace.exclude` of any `[tool.hatch.envs.NAME]`, as paths or as tables with one
- PDM: `[tool.pdm.workspace]`, or its older way, editable `file:///${PROJECT_ROOT}/…` among development dependencies
- Poetry: dependencies of any group with a `path` that are `develop = true`

Only directories inside the tree count, by the paths under which they lie there. What none of these lists is a package
only where `[tool.tagship.packages.NAME]` says so.
"""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING

from packaging.version import Version

from tagship.adapters.own_tags import own_tag
from tagship.adapters.pyproject import PYPROJECT, read_project
from tagship.adapters.toml_document import TomlDocument
from tagship.domain.config import Config, Package
from tagship.domain.facts import Tree
from tagship.domain.index_rules import PRIVATE
from tagship.domain.names import NormalizedName, canonicalize_name
from tagship.domain.packages import Demand, Family, Member
from tagship.domain.version import TagTemplate
from tagship.errors import ConfigError, Edit, FactUnknown, InFile

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_LINK = "it is a symbolic link; list the directory that it leads to, or exclude it"
_NAMELESS = "no file there says what it is called; give it a name under [project], or exclude it"
_EDITABLE = re.compile(r"(?:-e\s+)?(?:[^@]*@\s*)?file://(?:localhost)?/\$\{PROJECT_ROOT\}/(?P<path>[^#\s]+)")


@dataclass(frozen=True, slots=True)
class Members:
    """What a workspace lists: the packages by their normalised names, and what is no package all the same.

    `left_out` has the reason of each by its path, as a sentence's end.
    """

    packages: Mapping[str, Package]
    left_out: Mapping[str, str]


def find_packages(tree: Tree, config: Config) -> Mapping[str, Package]:
    """The packages of `find_members` alone."""
    return find_members(tree, config).packages


def find_members(tree: Tree, config: Config, links: Collection[str] = ()) -> Members:
    """The packages, configured ones first, none for a repository of one project; and members that are no packages.

    `tree` is where the configuration stands, and paths are from there. `links` are symbolic links that lead to
    packages, or to folders of such: what lies there has another path, under which git tells its changes. Raises
    ConfigError where two directories hold packages of one name, where a configured one is behind a link, or where a
    file that matters cannot be read.
    """
    found: Mapping[str, Package] = {
        canonicalize_name(name): _configured(tree, package, links) for name, package in config.packages.items()
    }
    places = {package.path: name for name, package in found.items()}
    discovered: dict[str, Package] = {}
    root = _document(tree, "")
    left_out = dict.fromkeys(_links_listed(root, links), _LINK)
    by_uv = root is not None and bool(_uv(root, "members"))
    for directory in _listed(tree, root):
        document = None if directory in places or _link_on(directory, links) else _document(tree, directory)
        if document is None or not _is_published(document, by_uv=by_uv):
            continue
        name = _name_in(tree, directory, document)
        if name is None:
            # What holds a workspace together needs no name.
            left_out.update({directory: _NAMELESS} if directory else {})
        elif name in discovered:
            raise _twice(name, discovered[name].path, directory)
        elif name not in found:
            discovered[name] = Package(name, directory, own_tag(tree, directory, document))
    # A project that lists itself alone, as some do to have a workspace later, is one project.
    alone = not found and len(discovered) == 1 and next(iter(discovered.values())).path == ""
    everybody: dict[str, Package] = {**found, **dict(sorted(discovered.items()))}
    return Members(MappingProxyType({} if alone else everybody), MappingProxyType(dict(sorted(left_out.items()))))


def lists_packages(tree: Tree, config: Config) -> bool:
    """Whether there is anything to look for: packages that are configured, or a workspace with members."""
    if config.packages:
        return True
    root = _document(tree, "")
    return root is not None and any(True for _ in _members(root))


def read_family(
    tree: Tree, packages: Mapping[str, Package], templates: Mapping[str, TagTemplate], tags: Iterable[str]
) -> Family:
    """The packages as the tree has them now; one that is not there, or that cannot be read, has no version.

    `tags` are the repository's, and tell the version of a package whose tag is its version.
    """
    names, known = frozenset(map(canonicalize_name, packages)), tuple(tags)
    members = (_member(tree, package, names, templates[name], known) for name, package in packages.items())
    return Family(MappingProxyType({member.name: member for member in members}))


def _configured(tree: Tree, package: Package, links: Collection[str]) -> Package:
    path = _normal(package.path)
    link = _link_on(path, links)
    if link is not None:
        raise ConfigError(
            f"the package {package.name} is behind {link}, which is a symbolic link",
            where=InFile(link),
            remedy=Edit(f"name the directory where it lies as path under [tool.tagship.packages.{package.name}]"),
        )
    tag = package.tag or own_tag(tree, path, _readable(tree, path))
    return Package(canonicalize_name(package.name), path, tag, package.changelog)


def _link_on(directory: str, links: Collection[str]) -> str | None:
    """The link that a path is, or leads through."""
    return next((link for link in links if f"{directory}/".startswith(f"{link}/")), None)


def _twice(name: str, one: str, other: str) -> ConfigError:
    return ConfigError(
        f"{one or 'the top'} and {other or 'the top'} both hold a package called {name}",
        where=InFile(posixpath.join(other, PYPROJECT)),
        remedy=Edit(f"rename one of them, or say which is meant under [tool.tagship.packages.{name}]"),
    )


# -- what the tools list --------------------------------------------------------------------------------------------


def _listed(tree: Tree, root: TomlDocument | None) -> list[str]:
    """The directories that the workspace of the root's pyproject.toml holds, the root included, sorted."""
    if root is None:
        return []
    members, excluded = list(_members(root)), list(_excluded(root))
    if not members:
        return []
    directories = _directories(tree, members)
    return sorted({"", *(each for each in directories if not any(_matches(each, one) for one in excluded))})


def _members(root: TomlDocument) -> Iterator[str]:
    """The patterns of directories, as far as they lead into the tree."""
    raw = (*_uv(root, "members"), *_hatch(root, "members"), *_pdm(root), *_poetry(root))
    return (inside for pattern in raw if (inside := _normal(pattern)) and not inside.startswith(("..", "/")))


def _excluded(root: TomlDocument) -> Iterator[str]:
    return map(_normal, (*_uv(root, "exclude"), *_hatch(root, "exclude")))


def _uv(root: TomlDocument, key: str) -> Sequence[str]:
    return root.strings("tool", "uv", "workspace", key)


def _hatch(root: TomlDocument, key: str) -> Iterator[str]:
    """Every environment may have a workspace; a member is a path, or a table with one."""
    for environment in _tables(root.table("tool", "hatch").get("envs")).values():
        workspace = _table(_table(environment).get("workspace"))
        for member in _entries(workspace.get(key)):
            yield from _texts([_table(member).get("path") if isinstance(member, dict) else member])


def _pdm(root: TomlDocument) -> Iterator[str]:
    table = root.table("tool", "pdm")
    yield from _texts(_entries(_table(table.get("workspace")).get("members")))
    groups = (_table(table.get("dev-dependencies")), root.table("dependency-groups"))
    for line in _texts(entry for group in groups for entries in group.values() for entry in _entries(entries)):
        found = _EDITABLE.match(line)
        if found is not None:
            yield found["path"]


def _poetry(root: TomlDocument) -> Iterator[str]:
    table = root.table("tool", "poetry")
    groups = [table, *map(_table, _tables(table.get("group")).values())]
    for group in groups:
        for key in ("dependencies", "dev-dependencies"):
            for entries in _table(group.get(key)).values():
                # A list stands for several ways, by platform or Python.
                for entry in map(_table, entries if isinstance(entries, list) else [entries]):
                    if entry.get("develop") is True:
                        yield from _texts([entry.get("path")])


def _directories(tree: Tree, patterns: Sequence[str]) -> Iterator[str]:
    """The directories with a pyproject.toml that match; the tree is listed only where a pattern leaves them open."""
    open_ones = [pattern for pattern in patterns if _is_glob(pattern)]
    plain = (pattern for pattern in patterns if not _is_glob(pattern))
    yield from (directory for directory in plain if tree.read(f"{directory}/{PYPROJECT}") is not None)
    if open_ones:
        suffix = f"/{PYPROJECT}"
        for path in tree.paths():
            if path.endswith(suffix):
                directory = path.removesuffix(suffix)
                if any(_matches(directory, pattern) for pattern in open_ones):
                    yield directory


def _links_listed(root: TomlDocument | None, links: Collection[str]) -> Iterator[str]:
    """The links that a pattern of the workspace names, or that stand on the way of one."""
    if root is None:
        return
    members, excluded = [pattern.split("/") for pattern in _members(root)], list(_excluded(root))
    for link in links:
        steps = link.split("/")
        is_listed = any(_steps_match(steps, pattern[: len(steps)]) for pattern in members)
        if is_listed and not any(_matches(link, one) for one in excluded):
            yield link


def _is_glob(pattern: str) -> bool:
    return any(character in pattern for character in "*?[")


def _matches(directory: str, pattern: str) -> bool:
    """Whether a pattern names a directory; a star stays within one step, two stars are any number of them."""
    return _steps_match(directory.split("/"), pattern.split("/"))


def _steps_match(steps: Sequence[str], patterns: Sequence[str]) -> bool:
    if not patterns:
        return not steps
    if patterns[0] == "**":
        return any(_steps_match(steps[skipped:], patterns[1:]) for skipped in range(len(steps) + 1))
    return bool(steps) and fnmatchcase(steps[0], patterns[0]) and _steps_match(steps[1:], patterns[1:])


def _normal(path: str) -> str:
    """A path without what says nothing: `./packages/a/` is `packages/a`, and the directory itself is empty."""
    normal = posixpath.normpath(path.replace("\\", "/"))
    return "" if normal == "." else normal


# -- what stands in one directory -----------------------------------------------------------------------------------


def _name_in(tree: Tree, directory: str, document: TomlDocument) -> NormalizedName | None:
    """The name of what a directory publishes; None where no file there tells one."""
    name = document.string("project", "name") or document.string("tool", "poetry", "name")
    if name is None:
        try:
            name = read_project(tree, directory).name
        except (ConfigError, FactUnknown):
            return None
    return canonicalize_name(name)


def _is_published(document: TomlDocument, *, by_uv: bool) -> bool:
    """Whether a project is meant to be built: uv and Poetry let it say so, and uv goes by its build system else."""
    package = document.table("tool", "uv").get("package")
    if isinstance(package, bool):
        return package
    if document.table("tool", "poetry").get("package-mode") is False:
        return False
    return "build-system" in document.data or not by_uv


def _document(tree: Tree, directory: str) -> TomlDocument | None:
    path = posixpath.join(directory, PYPROJECT)
    content = tree.read(path)
    return None if content is None else TomlDocument.parse(path, content)


def _member(
    tree: Tree, package: Package, names: frozenset[NormalizedName], template: TagTemplate, tags: Iterable[str]
) -> Member:
    own = canonicalize_name(package.name)
    document = _readable(tree, package.path)
    demands = () if document is None else tuple(each for each in _demands(document, names) if each.name != own)
    private = document is not None and _is_private(document)
    return Member(own, package.path, _version(tree, package.path, template, tags), template, demands, private)


def _is_private(document: TomlDocument) -> bool:
    tables = (document.table("project"), document.table("tool", "poetry"))
    return any(text.startswith(PRIVATE) for table in tables for text in _texts(_entries(table.get("classifiers"))))


def _readable(tree: Tree, directory: str) -> TomlDocument | None:
    """The file, if it can be read: what is wrong with it is told by whoever asks for that package itself."""
    try:
        return _document(tree, directory)
    except (ConfigError, FactUnknown):
        return None


def _version(tree: Tree, directory: str, template: TagTemplate, tags: Iterable[str]) -> Version | None:
    try:
        project = read_project(tree, directory)
    except (ConfigError, FactUnknown):
        return None
    if not project.version_is_tag:
        return project.version
    return max((version for tag in tags if (version := template.version_in(tag)) is not None), default=None)


def _demands(document: TomlDocument, names: frozenset[NormalizedName]) -> Iterator[Demand]:
    """What a package requires of its siblings, by `[project]`, or by Poetry's table where that leaves it open."""
    project = document.table("project")
    for text in _texts(_entries(project.get("dependencies"))):
        yield from _demand(document, names, text, extra=None)
    for extra, entries in _table(project.get("optional-dependencies")).items():
        for text in _texts(_entries(entries)):
            yield from _demand(document, names, text, extra=extra)
    if "dependencies" not in project:
        yield from _demands_of_poetry(document, names)


def _demand(
    document: TomlDocument, names: frozenset[NormalizedName], text: str, *, extra: str | None
) -> Iterator[Demand]:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 -- slow, and for several packages

    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return  # a build of that package says so
    name = canonicalize_name(requirement.name)
    if name in names and requirement.url is None:
        yield Demand(name, requirement.specifier, text, _place(document, text), extra)


def _demands_of_poetry(document: TomlDocument, names: frozenset[NormalizedName]) -> Iterator[Demand]:
    for key, value in _table(document.table("tool", "poetry").get("dependencies")).items():
        name = canonicalize_name(key)
        entry = _table(value)
        text = value if isinstance(value, str) else entry.get("version")
        if name in names and isinstance(text, str):
            extra = "optional" if entry.get("optional") is True else None
            specifier = _poetry_specifier(text)
            if specifier is not None:
                where = document.where("tool", "poetry", "dependencies", key)
                yield Demand(name, specifier, f'{key} = "{text}"', where, extra)


def _poetry_specifier(text: str) -> "SpecifierSet | None":
    """A constraint of Poetry's in the words of PEP 440; None for one that has several ways or cannot be read."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 -- as above

    parts = [_poetry_part(part.strip()) for part in text.split(",")]
    try:
        return SpecifierSet(",".join(part for part in parts if part))
    except InvalidSpecifier:
        return None


def _poetry_part(part: str) -> str:
    """`^1.2` keeps the leftmost number that is not 0, `~1.2` the second one, a bare version is meant exactly."""
    if part in {"", "*"}:
        return ""
    if part[0].isdigit():
        return f"=={part}"
    if part[0] not in "^~" or part.startswith("~="):
        return part
    low = part[1:].strip()
    try:
        release = Version(low).release
    except ValueError:
        return part
    kept = (
        min(len(release), 2) if part[0] == "~" else next((n for n, each in enumerate(release, 1) if each), len(release))
    )
    high = [*release[: kept - 1], release[kept - 1] + 1]
    return f">={low},<{'.'.join(map(str, high))}"


def _place(document: TomlDocument, text: str) -> InFile:
    """Where a requirement stands: the line that spells it, which is nearly always one."""
    lines = document.text.splitlines()
    numbers = [number for number, line in enumerate(lines, 1) if f'"{text}"' in line or f"'{text}'" in line]
    return InFile(document.path, numbers[0] if numbers else None)


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _tables(value: object) -> Mapping[str, object]:
    return {key: entry for key, entry in _table(value).items() if isinstance(entry, dict)}


def _entries(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _texts(values: Iterable[object]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str))
