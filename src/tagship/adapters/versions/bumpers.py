"""The copies that another tool is configured to bump: its configuration says where they stand.

Read are bump2version, bump-my-version, commitizen and python-semantic-release, as far as they name a file and the text
around the version. What they compute, or find by an expression of their own, is left to them.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from packaging.version import Version

from tagship.adapters.versions.documents import parse_document
from tagship.adapters.versions.texts import Source, Spot, read_source, spot_at
from tagship.domain.facts import Tree

_OLD: Final = "{current_version}"
_NEW: Final = "{new_version}"
_SECTION: Final = re.compile(r"bumpversion:file(?:\s*\([^()]*\))?:(?P<path>.+)")
_IN_INI: Final = (".bumpversion.cfg", "setup.cfg")
_IN_TOML: Final = (".bumpversion.toml", "pyproject.toml", ".cz.toml", "cz.toml")
_NAMES: Final = ("bumpversion", "commitizen", "semantic_release")
_UNTIL: Final = r"\s*(?::=|==|[=:@]|\s)\s*[\"']?v?"
"""What python-semantic-release lets stand between a name and its version."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file, and an expression for what stands before and behind the version in it."""

    path: str
    before: str = ""
    behind: str = ""

    def spots(self, source: Source, version: Version) -> Iterator[Spot]:
        """Where the file says the version."""
        pattern = f"{self.before}(?P<version>(?<![0-9.]){re.escape(str(version))}(?![0-9]|\\.[0-9])){self.behind}"
        for match in re.finditer(pattern, source.text):
            yield spot_at(source, match.span("version"))


def spots_of_bumpers(tree: Tree, known: Collection[Version]) -> Iterator[Spot]:
    """Where the files that the tools name say one of the versions that are known."""
    for place in dict.fromkeys(_places(tree)):
        source = read_source(tree, place.path)
        for version in known if source is not None else ():
            yield from place.spots(source, version) if source is not None else ()


def _places(tree: Tree) -> Iterator[Place]:
    for path in _IN_INI:
        source = read_source(tree, path)
        if source is not None and "bumpversion:file" in source.text:
            yield from _of_ini(source.text)
    for path in _IN_TOML:
        source = read_source(tree, path)
        if source is None or not any(name in source.text for name in _NAMES):
            continue
        document = parse_document(path, source.text)
        tools = _table(_table(document.data if document else None).get("tool"))
        yield from _of_bump_my_version(_table(tools.get("bumpversion")))
        yield from _of_commitizen(_table(tools.get("commitizen")))
        yield from _of_semantic_release(_table(tools.get("semantic_release")))


def _of_ini(text: str) -> Iterator[Place]:
    import configparser  # noqa: PLC0415 -- slow, and few projects keep such a file

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for name in parser.sections():
        named = _SECTION.fullmatch(name)
        if named is not None and not {"parse", "serialize"} & set(parser.options(name)):
            yield from _around(
                named["path"].strip(),
                parser.get(name, "search", fallback=_OLD),
                parser.get(name, "replace", fallback=_NEW),
            )


def _of_bump_my_version(table: Mapping[str, object]) -> Iterator[Place]:
    for file in map(_table, _list(table.get("files"))):
        path = file.get("filename")
        computed = {"parse", "serialize", "regex"} & file.keys() or {"parse", "serialize", "regex"} & table.keys()
        search = file.get("search", table.get("search", _OLD))
        replace = file.get("replace", table.get("replace", _NEW))
        if not computed and isinstance(path, str) and isinstance(search, str) and isinstance(replace, str):
            yield from _around(path, search, replace)


def _around(path: str, search: str, replace: str) -> Iterator[Place]:
    """The place, where nothing but the version itself is replaced."""
    before, found, behind = search.partition(_OLD)
    if found and search.replace(_OLD, _NEW) == replace and "{" not in before + behind:
        yield Place(path, re.escape(before), re.escape(behind))


def _of_commitizen(table: Mapping[str, object]) -> Iterator[Place]:
    """`path`, or `path:word` for the lines that hold the word."""
    for named in _list(table.get("version_files")):
        if isinstance(named, str):
            path, _, word = named.partition(":")
            yield Place(path, rf"{re.escape(word)}[^\n]*?" if word else "")


def _of_semantic_release(table: Mapping[str, object]) -> Iterator[Place]:
    """`path:name`, with the kind of version behind another colon."""
    for named in _list(table.get("version_variables")):
        path, _, rest = named.partition(":") if isinstance(named, str) else ("", "", "")
        name = re.sub(r":(?:nf|tf)$", "", rest)
        if name:
            yield Place(path, re.escape(name) + _UNTIL)


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []
