"""Finds a project's changelog among its files and reads it.

The places are a literal list, looked at in order, in any case of letters, and last the other folders of the
documentation. A place whose file names no version
(a page that only points elsewhere, a description of how releases are made) gives way to a later one
that does, and is the answer only if there is none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tagship.domain.changelog import Changelog, parse, parse_files
from tagship.domain.changelog.files import is_text, read_name
from tagship.domain.changelog.headings import Kind
from tagship.domain.facts import Tree
from tagship.errors import ConfigError, Edit, FactUnknown, InFile

LARGEST = 16 * 1024 * 1024
"""Bytes; a changelog beyond this is something else, and reading it would only take time."""

# The root first: what stands there is what everybody finds. `doc` and `docs` are equally common.
FOLDERS = ("", "docs/", "doc/", ".github/", "docs/source/", "doc/source/")

# Where a site of many sections keeps it: `docs/about/changelog.md`, `doc/en/changelog.rst`.
DOCUMENTATION = ("docs/", "doc/")

# From the plainest name to those that also name other things.
NAMES = (
    "changelog",
    "changes",
    "history",
    "news",
    "releases",
    "release_notes",
    "release-notes",
    "releasenotes",
    "release notes",
    "change_log",
    "change-log",
    "change log",
    "whatsnew",
    "whats_new",
    "whats-new",
)

SUFFIXES = (".md", ".markdown", ".rst", ".txt", "")

# One file per release; read only if a file in it is named after one, so that folders of fragments stay closed.
RELEASE_FOLDERS = (
    "releases",
    "release",
    "release-notes",
    "release_notes",
    "releasenotes",
    "changelog",
    "changelogs",
    "changes",
    "whatsnew",
    "whats_new",
    "whats-new",
    "news",
    "history",
)


def read_changelog(tree: Tree, *, configured: str | None, project: str) -> Changelog | None:
    """The changelog of a project at one state of its files; None where it keeps none.

    `configured` is the file, or the directory of one file per release, that the project names; ConfigError where
    it is not there. Raises FactUnknown for a file that is not UTF-8 or is larger than LARGEST, and, where there is no
    other, for a link that leads away.
    """
    if configured is not None:
        return _configured(tree, configured, project)
    first: Changelog | None = None
    for candidate in _candidates(tree, project):
        if any(section.version is not None for section in candidate.sections):
            return candidate
        first = first or candidate
    away = None if first is not None else _leading_away(tree)
    if away is not None:
        raise FactUnknown(
            f"{away} is a link that leads out of the repository, or nowhere",
            where=InFile(away),
            remedy=Edit(f"put the changelog itself at {away}, or take the link away"),
        )
    return first


def _leading_away(tree: Tree) -> str | None:
    """What is called like a changelog at the top and cannot be read, which is so of links alone; None for no such."""
    usual = {f"{name}{suffix}" for name in NAMES for suffix in SUFFIXES}
    return next((path for path in tree.paths() if path.lower() in usual and tree.read(path) is None), None)


def _configured(tree: Tree, configured: str, project: str) -> Changelog:
    path = configured.removeprefix("./").rstrip("/")
    if ".." in path.split("/"):
        raise ConfigError(
            f"the configured changelog {configured} lies outside of the project's directory",
            remedy=Edit("make a symbolic link to it in that directory, and name the link"),
        )
    text = _read(tree, path)
    if text is not None:
        return parse(text, path=path, project=project)
    inside = _texts_in(f"{path}/", tree.paths())
    if not inside:
        raise ConfigError(
            f"the configured changelog {configured} is not there",
            remedy=Edit(f"create {configured}, or change 'changelog' under [tool.tagship]"),
        )
    return parse_files(tuple(_read_each(tree, inside)), path=path, project=project)


def _candidates(tree: Tree, project: str) -> Iterator[Changelog]:
    """Every changelog there could be, in the order of the places; read one by one, as they are asked for."""
    paths = tree.paths()
    spelt: dict[str, str] = {}
    for path in paths:
        spelt.setdefault(path.lower(), path)
    for place in _places():
        for path, text in _read_each(tree, [spelt[place]] if place in spelt else []):
            yield parse(text, path=path, project=project)
    for folder, inside in _release_folders(spelt, paths):
        if any(read_name(path, project).kind is not Kind.OTHER for path in inside):
            yield parse_files(tuple(_read_each(tree, inside)), path=folder.rstrip("/"), project=project)

    for path, text in _read_each(tree, _deeper(spelt)):
        deep = parse(text, path=path, project=project)
        # So far from where people look a name alone proves nothing.
        if any(section.version is not None for section in deep.sections):
            yield deep


def _deeper(spelt: Mapping[str, str]) -> list[str]:
    """The files of such a name in any folder of the documentation, the nearest to the top first."""
    names = [f"{name}{suffix}" for name in NAMES for suffix in SUFFIXES if suffix]
    places = [place for place in spelt if place.startswith(DOCUMENTATION) and place.rpartition("/")[2] in names]
    return [spelt[place] for place in sorted(places, key=lambda place: _rank(place, names))]


def _rank(place: str, names: Sequence[str]) -> tuple[int, int, str]:
    return place.count("/"), names.index(place.rpartition("/")[2]), place


def _places() -> Iterator[str]:
    return (f"{folder}{name}{suffix}" for folder in FOLDERS for name in NAMES for suffix in SUFFIXES)


def _release_folders(spelt: Mapping[str, str], paths: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The folders that may hold one file per release, as they are spelt, each with the texts right in it."""
    folders = {path.lower().rpartition("/")[0] + "/": path.rpartition("/")[0] + "/" for path in spelt.values()}
    for place in (f"{folder}{name}/" for folder in FOLDERS for name in RELEASE_FOLDERS):
        if place in folders:
            yield folders[place], _texts_in(folders[place], paths)


def _texts_in(folder: str, paths: Iterable[str]) -> list[str]:
    """The text files right in a folder."""
    return [path for path in paths if path.startswith(folder) and "/" not in path[len(folder) :] and is_text(path)]


def _read_each(tree: Tree, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    for path in paths:
        text = _read(tree, path)
        if text is not None:
            yield path, text


def _read(tree: Tree, path: str) -> str | None:
    """The text of a file; None where there is none, or a link that leads nowhere."""
    content = tree.read(path)
    if content is None:
        return None
    if len(content) > LARGEST:
        raise FactUnknown(
            f"{path} has {len(content)} bytes, more than the {LARGEST} that are read of a changelog",
            where=InFile(path),
            remedy=Edit(f"move the oldest sections of {path} to another file"),
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FactUnknown(
            f"{path} is not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start} cannot be decoded",
            where=InFile(path, line),
            remedy=Edit(f"save {path} as UTF-8; line {line} holds the first byte that is not"),
        ) from error
