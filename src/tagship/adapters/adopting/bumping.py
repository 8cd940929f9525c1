"""The configuration of tools that raised versions and gathered notes so far, in the words of `[tool.tagship]`.

Translated is what means the same here; what has no counterpart is told as left. Nothing of a tool is run, and a file
that is broken tells nothing.
"""

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from tagship.domain.adoption import Predecessor
from tagship.domain.facts import Tree
from tagship.domain.version import PLACEHOLDER

Table: TypeAlias = Mapping[str, object]
PYPROJECT, SETUP_CFG = "pyproject.toml", "setup.cfg"
PREPARE = "`tagship prepare` raises the version, in every file that carries it, and closes the changelog's section"
TAG = "`tagship tag` makes and pushes the tag"
_OWN_FILES = frozenset({PYPROJECT, "setup.cfg", "setup.py"})
"""What carries the version by itself, and is written without being named."""


def predecessors(tree: Tree) -> tuple[Predecessor, ...]:
    """What released the project so far, in the order of the table below."""
    return tuple(found for read in _READERS if (found := read(tree)) is not None)


def _semantic_release(tree: Tree) -> Predecessor | None:
    path, table = _found(tree, (PYPROJECT, "tool", "semantic_release"), ("releaserc.toml", "semantic_release"))
    if path is None:
        return None
    keys: dict[str, object] = {}
    _put(keys, "tag", _tag(table.get("tag_format"), "{version}"))
    log = _table(table.get("changelog"))
    named = log.get("changelog_file") or _table(log.get("default_templates")).get("changelog_file")
    _put(keys, "changelog", _inside(tree, named))
    subject, _, body = _text(table.get("commit_message")).partition("\n")
    _put(keys, "message", _message(subject, "{version}"))
    lost = _lost(table, "commit_message") if "message" not in keys or body.strip() else ()
    matched = _table(_table(table.get("branches")).get("main")).get("match")
    _put(keys, "branch", matched if isinstance(matched, str) and re.fullmatch(r"[\w./-]+", matched) else None)
    _put(keys, "version-files", _named_variables(tree, table.get("version_variables")))
    leaves = ["it raised the version by itself from commit messages; `tagship prepare` proposes from them, and asks"]
    if table.get("build_command"):
        leaves.append("its build_command: `tagship build` builds with the project's own backend")
    return _predecessor("python-semantic-release", path, _line(tree, path, "semantic_release"), keys, leaves, lost)


def _bump_my_version(tree: Tree) -> Predecessor | None:
    path, table = _found(tree, (PYPROJECT, "tool", "bumpversion"), (".bumpversion.toml", "tool", "bumpversion"))
    if path is not None:
        files = [each for each in _list(table.get("files")) if isinstance(each, dict)]
        return _bumped("bump-my-version", tree, path, table, files)
    for ini in (".bumpversion.cfg", SETUP_CFG):
        sections = _ini(tree, ini)
        if "bumpversion" in sections:
            files = [
                {"filename": re.sub(r"^bumpversion:file(?:\s*\([^()]*\))?:", "", name).strip(), **section}
                for name, section in sections.items()
                if name.startswith("bumpversion:file")
            ]
            return _bumped("bump2version", tree, ini, sections["bumpversion"], files)
    return None


def _bumped(tool: str, tree: Tree, path: str, table: Table, files: list[dict[str, object]]) -> Predecessor:
    keys: dict[str, object] = {}
    if _is_true(table.get("tag")):
        _put(keys, "tag", _tag(table.get("tag_name"), "{new_version}"))
    _put(keys, "message", _message(_text(table.get("message")), "{new_version}"))
    lost = (*(_lost(table, "message") if "message" not in keys else ()), *_lost(table, "tag_message"))
    _put(keys, "version-files", _searched(tree, files, "filename", "{current_version}", table.get("search")))
    leaves: list[str] = []
    if {"parse", "serialize"} & table.keys():
        leaves.append("its own spelling of versions (parse, serialize): versions are as PEP 440 spells them")
    if any(table.get(hook) for hook in ("pre_commit_hooks", "setup_hooks", "post_commit_hooks")):
        leaves.append("its hooks: run them in the branch that `tagship prepare` makes")
    return _predecessor(tool, path, _line(tree, path, "bumpversion"), keys, leaves, lost)


def _commitizen(tree: Tree) -> Predecessor | None:
    path, table = _found(
        tree,
        (PYPROJECT, "tool", "commitizen"),
        (".cz.toml", "tool", "commitizen"),
        ("cz.toml", "tool", "commitizen"),
        (".cz.json", "commitizen"),
        ("cz.json", "commitizen"),
    )
    if (
        path is None
        or not {"version", "version_provider", "tag_format", "version_files", "bump_message"} & table.keys()
    ):
        return None  # there to look at messages alone
    keys: dict[str, object] = {}
    spelt = _text(table.get("tag_format")).replace("$major.$minor.$patch$prerelease", "$version")
    _put(keys, "tag", _tag(spelt.replace("${version}", "$version"), "$version"))
    _put(keys, "changelog", _inside(tree, table.get("changelog_file")))
    _put(keys, "message", _message(_text(table.get("bump_message")), "$new_version"))
    lost = (*(_lost(table, "bump_message") if "message" not in keys else ()), *_lost(table, "annotated_tag_message"))
    named = [each.partition(":") for each in _list(table.get("version_files")) if isinstance(each, str)]
    _put(keys, "version-files", _entries(tree, ((file, _after(word)) for file, _, word in named)))
    leaves = ["`cz commit` and `cz check` go on as they are; `tagship prepare` reads what they see to"]
    return _predecessor("commitizen", path, _line(tree, path, "commitizen"), keys, leaves, lost)


def _tbump(tree: Tree) -> Predecessor | None:
    path, table = _found(tree, (PYPROJECT, "tool", "tbump"), ("tbump.toml",))
    if path is None:
        return None
    git = _table(table.get("git"))
    keys: dict[str, object] = {}
    _put(keys, "tag", _tag(git.get("tag_template"), "{new_version}"))
    _put(keys, "message", _message(_text(git.get("message_template")), "{new_version}"))
    lost = _lost(git, "message_template") if "message" not in keys else ()
    files = [each for each in _list(table.get("file")) if isinstance(each, dict)]
    _put(keys, "version-files", _searched(tree, files, "src", "{current_version}", None))
    leaves = []
    if table.get("before_commit") or table.get("after_push"):
        leaves.append("its hooks (before_commit, after_push): run them in the branch that `tagship prepare` makes")
    return _predecessor("tbump", path, _line(tree, path, "tbump"), keys, leaves, lost)


def _zest(tree: Tree) -> Predecessor | None:
    path, table = _found(tree, (PYPROJECT, "tool", "zest-releaser"))
    if path is None:
        section = _ini(tree, SETUP_CFG).get("zest.releaser")
        if section is None:
            return None
        path, table = SETUP_CFG, section
    keys: dict[str, object] = {}
    _put(keys, "tag", _tag(table.get("tag-format"), "{version}"))
    _put(keys, "changelog", _inside(tree, table.get("history-file") or table.get("history_file")))
    named = table.get("python-file-with-version")
    _put(keys, "version-files", _entries(tree, [(named, None)] if isinstance(named, str) else []))
    leaves = ["`postrelease`: `tagship prepare --after` opens the next version, where a project wants that"]
    lost = _lost(table, "tag-message")
    return _predecessor("zest.releaser", path, _line(tree, path, "zest"), keys, leaves, lost)


def _towncrier(tree: Tree) -> Predecessor | None:
    path, table = _found(tree, (PYPROJECT, "tool", "towncrier"), ("towncrier.toml", "tool", "towncrier"))
    if path is None:
        return None
    keys: dict[str, object] = {"bump": "fragments"}
    _put(keys, "changelog", _inside(tree, table.get("filename")))
    return Predecessor(
        tool="towncrier",
        path=path,
        line=_line(tree, path, "towncrier"),
        translated=MappingProxyType(keys),
        replaces=("`tagship prepare` gathers the fragments into the changelog as it is set up here",),
        leaves=("its own table stays: it says where fragments lie, and what their kinds are called",),
    )


def _release_please(tree: Tree) -> Predecessor | None:
    path = "release-please-config.json"
    table = _json(tree, path)
    packages = _table(table.get("packages"))
    if not packages:
        return None
    keys: dict[str, object] = {"bump": "release-pr"}
    if len(packages) == 1:
        own = {**table, **_table(next(iter(packages.values())))}
        if own.get("include-component-in-tag") is False or ("component" not in own and "package-name" not in own):
            keys["tag"] = ("v" if own.get("include-v-in-tag", True) else "") + PLACEHOLDER
        _put(keys, "changelog", _inside(tree, own.get("changelog-path")))
    leaves = [
        "its bot's pull request: `tagship prepare` makes that branch, on a machine of yours",
        ".release-please-manifest.json, which may go with its configuration",
    ]
    return _predecessor("release-please", path, None, keys, leaves, _lost(table, "pull-request-title-pattern"))


def _semantic_release_of_node(tree: Tree) -> Predecessor | None:
    for path in (".releaserc", ".releaserc.json"):
        table = _json(tree, path)
        if table:
            keys: dict[str, object] = {}
            _put(keys, "tag", _tag(table.get("tagFormat"), "${version}"))
            leaves = ["its plugins: what they did beside a release is to be kept elsewhere"]
            return _predecessor("semantic-release", path, None, keys, leaves)
    return None


_READERS: tuple[Callable[[Tree], Predecessor | None], ...] = (
    _semantic_release,
    _bump_my_version,
    _commitizen,
    _tbump,
    _zest,
    _release_please,
    _semantic_release_of_node,
    # Last: it says where news comes from, and another tool may say the rest.
    _towncrier,
)


def _predecessor(
    tool: str,
    path: str,
    line: int | None,
    keys: Mapping[str, object],
    leaves: list[str],
    lost: tuple[str, ...] = (),
) -> Predecessor:
    return Predecessor(tool, path, line, MappingProxyType(dict(keys)), (PREPARE, TAG), tuple(leaves), lost)


# -- what their words mean --------------------------------------------------------------------------------------------


def _tag(spelt: object, placeholder: str) -> str | None:
    """A spelling of tags with the version in it once, and nothing else to be put in."""
    text = _text(spelt)
    if text.count(placeholder) != 1:
        return None
    template = text.replace(placeholder, PLACEHOLDER)
    rest = template.replace(PLACEHOLDER, "")
    return None if re.search(r"[{}$\s]", rest) else template


def _message(spelt: str, placeholder: str) -> str | None:
    if placeholder not in spelt or "\n" in spelt:
        return None
    rest = spelt.replace(placeholder, "")
    return None if re.search(r"[{}$]", rest) else spelt.replace(placeholder, PLACEHOLDER)


def _lost(table: Table, key: str) -> tuple[str, ...]:
    """What a tool was told to say, on one line, where that is not said from now on; nothing where it was not told."""
    said = " ".join(_text(table.get(key)).split())
    return (f'{key} = "{said}"',) if said else ()


def _searched(
    tree: Tree, files: list[dict[str, object]], key: str, current: str, search: object
) -> list[object] | None:
    """Files with the text around their version; what an expression of the tool finds is left out."""
    found: list[tuple[str, str | None]] = []
    for file in files:
        name = file.get(key)
        around = _text(file.get("search", search)) or current
        if isinstance(name, str) and not file.get("regex") and around.count(current) == 1:
            before, _, behind = around.partition(current)
            plain = not before.strip() and not behind.strip()
            found.append((name, None if plain else f"{re.escape(before)}{_VERSION}{re.escape(behind)}"))
    return _entries(tree, found)


_VERSION = "(?P<version>[^\\s\"']+)"


def _named_variables(tree: Tree, named: object) -> list[object] | None:
    """`path:name`, as python-semantic-release writes them."""
    pairs = [each.split(":")[:2] for each in _list(named) if isinstance(each, str) and ":" in each]
    return _entries(tree, ((path, _after(name)) for path, name in pairs))


def _after(name: str) -> str | None:
    return rf"{re.escape(name)}\s*[:=]+\s*[\"']?{_VERSION}" if name else None


def _entries(
    tree: Tree, files: "Iterator[tuple[str, str | None]] | list[tuple[str, str | None]]"
) -> list[object] | None:
    """Entries of `version-files`: those whose file is here, and is not the project's own."""
    entries: dict[str, object] = {}
    for path, pattern in files:
        inside = path.removeprefix("./")
        content = None if inside in _OWN_FILES else _read(tree, inside)
        if content is None or (pattern is not None and re.search(pattern, content) is None):
            continue
        entries[inside] = inside if pattern is None else {"path": inside, "pattern": pattern}
    return list(entries.values()) or None


def _inside(tree: Tree, path: object) -> str | None:
    inside = _text(path).removeprefix("./")
    return inside if inside and _read(tree, inside) is not None else None


def _put(keys: dict[str, object], name: str, value: object) -> None:
    if value is not None:
        keys[name] = value


# -- files ------------------------------------------------------------------------------------------------------------


def _found(tree: Tree, *places: tuple[str, ...]) -> tuple[str | None, Table]:
    """The first file that has such a table, with it."""
    for path, *keys in places:
        table: object = _json(tree, path) if path.endswith(".json") else _toml(tree, path)
        for key in keys:
            table = _table(table).get(key)
        if isinstance(table, dict) and table:
            return path, table
    return None, {}


def _toml(tree: Tree, path: str) -> Table:
    try:
        return tomllib.loads(_read(tree, path) or "")
    except (ValueError, RecursionError):
        return {}


def _json(tree: Tree, path: str) -> Table:
    try:
        return _table(json.loads(_read(tree, path) or "{}"))
    except (ValueError, RecursionError):
        return {}


def _ini(tree: Tree, path: str) -> Mapping[str, dict[str, object]]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(_read(tree, path) or "")
    except configparser.Error:
        return {}
    return {name: dict(parser[name]) for name in parser.sections()}


def _read(tree: Tree, path: str) -> str | None:
    content = tree.read(path) if path else None
    return None if content is None else content.decode("utf-8", "replace")


def _line(tree: Tree, path: str, word: str) -> int | None:
    """The line of the first table that is called so."""
    lines = (_read(tree, path) or "").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith("[") and word in line), None)


def _is_true(value: object) -> bool:
    return value is True or _text(value).lower() in {"true", "1", "yes", "on"}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
