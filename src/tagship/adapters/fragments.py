"""News that waits in files of its own until a release: what towncrier, scriv, reno and changesets-like tools keep.

Files are found by each tool's own rules for names. How much a kind of news raises the version follows from its name,
but for changesets, which say it themselves.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from itertools import islice, takewhile
from typing import Final

from packaging.version import Version

from tagship.adapters.toml_document import TomlDocument, decode
from tagship.domain.branch import Bump, Fragment, Fragments
from tagship.domain.bump.news import bump_of
from tagship.domain.changelog.outline import join_body, split_lines
from tagship.domain.facts import Tree
from tagship.domain.names import canonicalize_name
from tagship.errors import ConfigError, Edit, InFile, NotThere

TOWNCRIER, SCRIV, RENO, CHANGESETS, SAMPO = "towncrier", "scriv", "reno", "changesets", "sampo"

_TOWNCRIER_KINDS: Final = ("feature", "bugfix", "doc", "removal", "misc")
_SCRIV_KINDS: Final = ("Removed", "Added", "Changed", "Deprecated", "Fixed", "Security")
_RENO_KINDS: Final = (
    "features", "issues", "upgrade", "deprecations", "critical", "security", "fixes", "other", "prelude",
)  # fmt: skip
_BUMPS: Final = tuple(bump.value for bump in Bump)
_NO_NEWS: Final = frozenset({".gitignore", ".gitkeep", ".keep", "readme", "readme.md", "readme.rst", "readme.txt"})
_TEMPLATES: Final = ("*template*", "*.j2", "*.jinja", "*.jinja2", "_*")

# The words of kinds, by what a user of the project has to expect; what says neither is a patch.

_TITLE: Final = re.compile(r"(?m)^(?:#{1,6}[ \t]+(?P<atx>\S.*?)[ \t]*|(?P<under>\S.*)\n(?:-{3,}|={3,}|~{3,}|\^{3,}))$")
_COMMENTED: Final = re.compile(
    r"<!--.*?-->|(?m:^\.\.[ \t]*\n(?:[ \t]+[^\n]*\n|[ \t]*\n)*)|(?m:^\.\.[ \t]+(?!_)[^\n]*\n)", re.DOTALL
)
_YAML_KEY: Final = re.compile(r"(?m)^(?P<key>[a-z_]+):")
_CHANGE: Final = re.compile(
    r"[ \t]*(?P<name>\"[^\"]+\"|'[^']+'|[^\s:\"'#][^\s:]*)[ \t]*:[ \t]*[\"']?(?P<bump>[a-z]+)[\"']?[ \t]*"
)
_HEADS: Final = {Bump.MAJOR: "Major changes", Bump.MINOR: "Minor changes", Bump.PATCH: "Patch changes"}


@dataclass(frozen=True, slots=True)
class Composition:
    """How the news becomes a section: `argv` is the command that writes it, run at the top of the project.

    Where `argv` is None the section has `body`, and the files `gone` are to be removed by whoever writes it. Where both
    are None the tool reads its files whenever it is asked, and nothing is to be written.
    """

    argv: tuple[str, ...] | None = None
    body: str | None = None
    gone: tuple[str, ...] = ()


def find_fragments(tree: Tree, project_name: str) -> Fragments | None:
    """The news that waits in files; None where the project works otherwise.

    reno never removes its files, so which of them are new only the history tells: they carry no bump. Raises
    ConfigError for a broken configuration file, and for a file of news that is not UTF-8.
    """
    finders: tuple[Callable[[Tree, str], Fragments | None], ...] = (_towncrier, _scriv, _changesets, _reno)
    return next((found for finder in finders if (found := finder(tree, project_name)) is not None), None)


def compose(fragments: Fragments, version: Version, dated: date) -> Composition:
    """What makes a section of the news; raises NotThere where there is none."""
    if fragments.tool == RENO:
        return Composition()
    if not fragments.found:
        raise NotThere(
            f"no news lies in {fragments.folder}",
            where=InFile(fragments.folder),
            remedy=Edit(f"tell in {fragments.folder} what changed"),
        )
    if fragments.tool == TOWNCRIER:
        return Composition(("towncrier", "build", "--yes", "--version", str(version), "--date", dated.isoformat()))
    if fragments.tool == SCRIV:
        return Composition(("scriv", "collect", "--version", str(version)))
    return Composition(body=_body(fragments.found), gone=tuple(fragment.path for fragment in fragments.found))


def _body(found: Sequence[Fragment]) -> str:
    """The news by weight, each a list item."""
    groups: list[str] = []
    for bump, title in _HEADS.items():
        entries = [_item(fragment.text) for fragment in found if fragment.bump is bump]
        if entries:
            groups.append(f"### {title}\n\n" + "\n".join(entries))
    return "\n\n".join(groups)


def _item(text: str) -> str:
    first, *more = text.split("\n")
    return "\n".join([f"- {first}", *(f"  {line}" if line.strip() else "" for line in more)])


def _towncrier(tree: Tree, _: str) -> Fragments | None:
    found = _towncrier_table(tree)
    if found is None:
        return None
    toml = found
    keys = ("tool", "towncrier")
    folder = _folder(toml.string(*keys, "directory") or _default_folder(toml))
    kinds = _towncrier_kinds(toml)
    template = (toml.string(*keys, "template") or "").rpartition("/")[2]
    ignored = (*(name.lower() for name in toml.strings(*keys, "ignore")), template.lower())
    news: list[Fragment] = []
    for path in _under(tree, folder):
        name = path.rpartition("/")[2]
        kind = None if _is_none(name, ignored) else _towncrier_kind(name, kinds)
        if kind is not None:
            news.append(Fragment(path, kind, bump_of(kind), _text(tree, path)))
    return Fragments(TOWNCRIER, folder, kinds, tuple(news))


def _towncrier_table(tree: Tree) -> TomlDocument | None:
    for path in ("towncrier.toml", "pyproject.toml"):
        content = tree.read(path)
        if content is not None and b"towncrier" in content:
            toml = TomlDocument.parse(path, content)
            if toml.value("tool", "towncrier") is not None:
                return toml
    return None


def _default_folder(toml: TomlDocument) -> str:
    """Where towncrier looks when nobody says: below the package, where one is named."""
    package = toml.string("tool", "towncrier", "package")
    if not package:
        return "newsfragments"
    above = toml.string("tool", "towncrier", "package_dir") or "."
    return f"{above}/{package.replace('.', '/')}/newsfragments"


def _towncrier_kinds(toml: TomlDocument) -> tuple[str, ...]:
    listed = toml.value("tool", "towncrier", "type")
    if isinstance(listed, list) and listed:
        names = (_named(toml, number) for number in range(len(listed)))
        return tuple(dict.fromkeys(names))
    return tuple(toml.table("tool", "towncrier", "fragment")) or _TOWNCRIER_KINDS


def _named(toml: TomlDocument, number: int) -> str:
    """What a type of news is called in names of files: its directory, or its name in small letters."""
    directory = toml.string("tool", "towncrier", "type", number, "directory")
    return directory or (toml.string("tool", "towncrier", "type", number, "name") or "").lower()


def _towncrier_kind(name: str, kinds: Sequence[str]) -> str | None:
    """The kind in ISSUE.KIND, ISSUE.KIND.2 or +orphan.KIND.md; the issue may hold dots itself."""
    return next((part for part in name.split(".")[1:] if part in kinds), None)


def _scriv(tree: Tree, _: str) -> Fragments | None:
    settings = _scriv_settings(tree)
    if settings is None:
        return None
    folder = _folder(settings.get("fragment_directory") or "changelog.d")
    listed = settings.get("categories", "")
    kinds = tuple(kind.strip() for kind in re.split(r"[,\n]", listed) if kind.strip()) or _SCRIV_KINDS
    skipped = (settings.get("skip_fragments") or "README.*").lower()
    news = [
        fragment
        for path in _under(tree, folder)
        if path.endswith((".md", ".rst")) and not _is_none(path.rpartition("/")[2], (skipped,))
        for fragment in _scriv_fragment(path, _text(tree, path), kinds)
    ]
    return Fragments(SCRIV, folder, kinds, tuple(news))


def _scriv_settings(tree: Tree) -> Mapping[str, str] | None:
    """The settings of scriv, from the first file that has any; None where it is not used."""
    for path, section in (("changelog.d/scriv.ini", "scriv"), ("setup.cfg", "scriv"), ("tox.ini", "scriv")):
        content = tree.read(path)
        if content is None or b"scriv" not in content:
            continue
        from configparser import ConfigParser, Error  # noqa: PLC0415 -- slow, and of few projects

        parser = ConfigParser(interpolation=None)
        try:
            parser.read_string(decode(path, content))
        except Error as error:
            line = str(error).partition("\n")[0]
            raise ConfigError(
                f"{path} cannot be read: {line}", where=InFile(path), remedy=Edit(f"correct {path}")
            ) from None
        name = next(
            (name for name in (section, f"tool.{section}", f"tool:{section}") if parser.has_section(name)), None
        )
        if name is not None:
            return dict(parser.items(name))
    content = tree.read("pyproject.toml")
    if content is None or b"scriv" not in content:
        return None
    toml = TomlDocument.parse("pyproject.toml", content)
    table = toml.table("tool", "scriv")
    if toml.value("tool", "scriv") is None:
        return None
    return {key: "\n".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in table.items()}


def _scriv_fragment(path: str, text: str, kinds: Sequence[str]) -> Iterator[Fragment]:
    """The news of one file, by its weightiest heading; none where everything in it is a comment still."""
    told = _COMMENTED.sub("", f"{text}\n")
    titles = [(match["atx"] or match["under"]).strip() for match in _TITLE.finditer(told)]
    known = [kind for kind in kinds if kind.lower() in {title.lower() for title in titles}]
    if not _TITLE.sub("", told).strip():
        return
    kind = max(known or [""], key=lambda kind: bump_of(kind).weight)
    yield Fragment(path, kind, bump_of(kind), join_body(split_lines(told)))


def _changesets(tree: Tree, project_name: str) -> Fragments | None:
    for folder, tool in ((".changeset/", CHANGESETS), (".sampo/changesets/", SAMPO)):
        inside = _under(tree, folder)
        if inside:
            paths = [path for path in inside if path.endswith(".md")]
            news = [
                fragment
                for path in paths
                if not _is_none(path.rpartition("/")[2], ())
                for fragment in _changeset(path, _text(tree, path), project_name)
            ]
            return Fragments(tool, folder.rstrip("/"), _BUMPS, tuple(news))
    return None


def _changeset(path: str, text: str, project_name: str) -> Iterator[Fragment]:
    """The news of one file, where its front matter names the project, or `default`."""
    first, *lines = text.split("\n")
    if first.rstrip() != "---" or "---" not in (marks := [line.rstrip() for line in lines]):
        return
    end = marks.index("---")
    bumps = {
        _package(match["name"]): match["bump"] for line in lines[:end] if (match := _CHANGE.fullmatch(line)) is not None
    }
    kind = bumps.get(canonicalize_name(project_name)) or bumps.get("default")
    told = join_body(lines[end + 1 :])
    if kind in _BUMPS and told:
        yield Fragment(path, kind, Bump(kind), told)


def _package(name: str) -> str:
    """A package's name as the index has it, without quotes and the ecosystem that some tools put before it."""
    return canonicalize_name(name.strip("\"'").rpartition("/")[2])


def _reno(tree: Tree, _: str) -> Fragments | None:
    folder = "releasenotes/notes"
    for path in ("reno.yaml", "releasenotes/config.yaml"):
        content = tree.read(path)
        stated = (
            None
            if content is None
            else re.search(r"(?m)^(notesdir|relnotesdir):[ \t]*['\"]?([^'\"\s]+)", decode(path, content))
        )
        if stated is not None:
            folder = stated[2].rstrip("/") if stated[1] == "relnotesdir" else f"releasenotes/{stated[2].rstrip('/')}"
            folder = f"{folder}/notes" if stated[1] == "relnotesdir" else folder
    paths = [path for path in _under(tree, folder) if path.endswith((".yaml", ".yml"))]
    if not paths:
        return None
    news = (Fragment(path, _reno_kind(text), None, text) for path in paths for text in (_text(tree, path),))
    return Fragments(RENO, folder, _RENO_KINDS, tuple(news))


def _reno_kind(text: str) -> str:
    """The first kind of news in a note, which may hold several."""
    keys = [match["key"] for match in _YAML_KEY.finditer(text)]
    return next((key for key in keys if key in _RENO_KINDS and key != "prelude"), "other")


def _folder(path: str) -> str:
    """A folder as paths of the tree have it."""
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def _under(tree: Tree, folder: str) -> list[str]:
    """The files in a folder and in those below it."""
    paths, beginning = tree.paths(), f"{folder.rstrip('/')}/"
    first = bisect_left(paths, beginning)
    return list(takewhile(lambda path: path.startswith(beginning), islice(paths, first, None)))


def _is_none(name: str, ignored: Sequence[str]) -> bool:
    """Whether a file is no news by its name."""
    low = name.lower()
    return low in _NO_NEWS or any(fnmatchcase(low, pattern) for pattern in (*_TEMPLATES, *ignored) if pattern)


def _text(tree: Tree, path: str) -> str:
    return "\n".join(split_lines(decode(path, tree.read(path) or b""))).strip("\n")
