"""Reads from workflow files what a host's settings must fit: events, jobs, permissions, environments, actions, scripts.

A structural reader of the block style that workflow files are written in, with flow style for short values; it is no
YAML parser. What it cannot follow (tabs, aliases of nothing, duplicate keys, merged keys) is told as unread, and never
as missing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.triggers import FOLDERS
from tagship.domain.facts import Tree
from tagship.domain.hosting import LockedActions
from tagship.domain.workflow_files import Job, Script, Use, WorkflowFile

FOLDER = ".github/workflows"
LOCK = f"{FOLDER}/actions.lock"
_QUOTES = 2
MOST_BYTES = 1 << 20

_KEY = re.compile(r"""(?P<quote>["']?)(?P<key>[A-Za-z0-9_.-]+)(?P=quote)\s*:(?:\s+(?P<value>.*))?$""")
_BLOCK = re.compile(r"[|>][+-]?[0-9]?[+-]?$")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}")
_ANCHOR = re.compile(r"&(?P<name>\S+)\s*")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_PINNED = re.compile(r"([A-Za-z0-9][\w.-]*/[\w.-]+)(?:/[\w./-]+)?@")
_NAMED = re.compile(r"""["']?([A-Za-z0-9][\w.-]*/[\w.-]+)["']?\s*[:=@"',]""")

Node: TypeAlias = "dict[str, Entry] | list[Entry] | str"


@dataclass(slots=True)
class Entry:
    """A value where it stands: a mapping, a list or a text; lines count from 1 and `end` is the last one."""

    value: Node
    line: int
    end: int = 0


class _Unread(Exception):
    """Something that this reader cannot follow."""


class WorkflowFolder(DirectoryTree):
    """The workflow files as they lie in a directory; nothing else of it is listed, which may be a great deal."""

    def __init__(self, root: Path, folder: str = FOLDER) -> None:
        super().__init__(root)
        self._at = folder
        self._folder = root / folder

    def paths(self) -> Sequence[str]:
        """The files of the one folder, sorted."""
        try:
            names = sorted(path.name for path in self._folder.iterdir())
        except OSError:
            return ()
        return [f"{self._at}/{name}" for name in names]


def read_workflows(tree: Tree) -> tuple[WorkflowFile, ...]:
    """The workflows of a tree."""
    wanted = (each for each in tree.paths() if each.rpartition("/")[0] in FOLDERS and each.endswith((".yml", ".yaml")))
    return tuple(_workflow(path, tree.read(path) or b"") for path in sorted(wanted))


def read_lock(tree: Tree) -> LockedActions | None:
    """The lock file of workflows; None where there is none.

    Whatever its format, an action that it knows is named in it as owner/name.
    """
    content = tree.read(LOCK)
    if content is None:
        return None
    text = content.decode("utf-8-sig", errors="replace")
    found = {*_PINNED.findall(text), *_NAMED.findall(text)}
    return LockedActions(LOCK, frozenset(name.lower() for name in found))


def _workflow(path: str, content: bytes) -> WorkflowFile:
    if len(content) > MOST_BYTES:
        return WorkflowFile(path, unread=f"it is larger than {MOST_BYTES} bytes")
    text = content.decode("utf-8-sig", errors="replace")
    try:
        whole = _mapping(_Reader(text).document())
        events, narrowed = _events(whole.get("on") or whole.get("true"))
        jobs = tuple(_job(name, entry, text.splitlines()) for name, entry in _inside(_jobs_in(whole)))
    except _Unread as unread:
        return WorkflowFile(path, unread=str(unread))
    except RecursionError:
        return WorkflowFile(path, unread="it is nested too deep")
    return WorkflowFile(path, events, narrowed, _permissions(whole.get("permissions")), jobs)


def _jobs_in(whole: Mapping[str, Entry]) -> Entry | None:
    """The jobs; raises _Unread for what says something and is no mapping of jobs with lists of steps, as read here."""
    jobs = whole.get("jobs")
    if jobs is not None and not isinstance(jobs.value, dict) and jobs.value:
        raise _Unread(f"line {jobs.line} holds jobs in a way that is not read here")
    for _, job in _inside(jobs):
        steps = _mapping(job).get("steps")
        if not isinstance(job.value, dict) or (steps is not None and not isinstance(steps.value, list)):
            raise _Unread(f"line {job.line} holds a job in a way that is not read here")
    return jobs


def _events(entry: Entry | None) -> tuple[frozenset[str], frozenset[str]]:
    """What starts a workflow, and those events that only some paths raise."""
    match entry.value if entry is not None else {}:
        case str(text):
            return frozenset({text} - {""}), frozenset()
        case list(items):
            return frozenset(item.value for item in items if isinstance(item.value, str)), frozenset()
        case dict(events):
            narrowed = {name for name, each in events.items() if {"paths", "paths-ignore"} & set(_mapping(each))}
            return frozenset(events), frozenset(narrowed)


def _job(name: str, entry: Entry, lines: Sequence[str]) -> Job:
    job = _mapping(entry)
    environment = job.get("environment")
    if environment is not None and isinstance(environment.value, dict):
        environment = environment.value.get("name")
    steps = job.get("steps")
    items = steps.value if steps is not None and isinstance(steps.value, list) else []
    uses = [each["uses"] for each in map(_mapping, items) if "uses" in each]
    scripts = [each["run"] for each in map(_mapping, items) if "run" in each]
    calls = job.get("uses")
    return Job(
        id=name,
        line=entry.line,
        name=_text(job.get("name")),
        environment=_text(environment),
        permissions=_permissions(job.get("permissions")),
        calls=None if calls is None else Use(_text(calls) or "", calls.line),
        uses=tuple(Use(_text(use) or "", use.line) for use in uses),
        scripts=tuple(Script(_text(script) or "", script.line) for script in scripts),
        told="\n".join(lines[entry.line - 1 : entry.end]),
    )


def _permissions(entry: Entry | None) -> Mapping[str, str] | None:
    """What is granted by name; `write-all` and `read-all` stand for the one that matters here."""
    match None if entry is None else entry.value:
        case None:
            return None
        case "write-all":
            return {"id-token": "write", "contents": "write"}
        case dict(granted):
            return {name: _text(each) or "" for name, each in granted.items()}
        case _:
            return {}


def _inside(entry: Entry | None) -> Iterator[tuple[str, Entry]]:
    return iter(_mapping(entry).items()) if entry is not None else iter(())


def _mapping(entry: Entry) -> dict[str, Entry]:
    return entry.value if isinstance(entry.value, dict) else {}


def _text(entry: Entry | None) -> str | None:
    return entry.value if entry is not None and isinstance(entry.value, str) and entry.value else None


@dataclass(slots=True)
class _Reader:
    """Reads a document line by line."""

    text: str
    lines: list[str] = field(init=False)
    at: int = 0
    anchors: dict[str, Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = self.text.splitlines()

    def document(self) -> Entry:
        return self._block(0)

    def _peek(self) -> tuple[int, str] | None:
        """The indentation and the text of the next line that says something."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            told = _COMMENT.sub("", line).rstrip()
            if told in {"", "---", "..."}:
                self.at += 1
                continue
            body = told.lstrip(" ")
            if body.startswith("\t"):
                raise _Unread(f"line {self.at + 1} is indented with a tab")
            return len(told) - len(body), body
        return None

    def _block(self, least: int) -> Entry:
        """The mapping or list whose lines are indented by `least` or more."""
        found = self._peek()
        if found is None or found[0] < least:
            return Entry("", self.at, self.at)
        indent, body = found
        entry = Entry("", self.at + 1)
        entry.value = self._list(indent) if body == "-" or body.startswith("- ") else self._keys(indent)
        entry.end = self.at
        return entry

    def _list(self, indent: int) -> list[Entry]:
        items: list[Entry] = []
        while (found := self._peek()) is not None and found[0] == indent and found[1].startswith("-"):
            line, rest = self.at, found[1][1:].lstrip(" ")
            # What follows the dash is a block of its own, which begins where its text does.
            deeper = indent + len(found[1]) - len(rest)
            if _KEY.match(rest) is not None:
                self.lines[line] = " " * deeper + rest
                items.append(self._block(deeper))
            else:
                self.at += 1
                items.append(self._value(rest, indent, line + 1))
        return items

    def _keys(self, indent: int) -> dict[str, Entry]:
        keys: dict[str, Entry] = {}
        while (found := self._peek()) is not None and found[0] == indent:
            key = _KEY.match(found[1])
            if key is None:
                raise _Unread(f"line {self.at + 1} is written in a way that is not read here")
            line, name = self.at + 1, key["key"]
            if name in keys:
                raise _Unread(f"line {line} says {name} a second time")
            self.at += 1
            keys[name] = self._value(key["value"] or "", indent, line)
            keys[name].end = max(keys[name].end, self.at)
        following = self._peek()
        if following is not None and following[0] > indent:
            raise _Unread(f"line {self.at + 1} is indented in a way that is not read here")
        return keys

    def _value(self, text: str, indent: int, line: int) -> Entry:
        """What stands behind a key or a dash; an alias is what its anchor stands at."""
        if text.startswith("*"):
            if text[1:] not in self.anchors:
                raise _Unread(f"line {line} refers to another place by an alias")
            return self.anchors[text[1:]]
        anchor = _ANCHOR.match(text)
        entry = self._plain(text if anchor is None else text[anchor.end() :], indent, line)
        if anchor is not None:
            self.anchors[anchor["name"]] = entry
        return entry

    def _plain(self, text: str, indent: int, line: int) -> Entry:
        """A value in whichever style it is written."""
        if _BLOCK.match(text):
            return Entry(self._scalar(indent), line, self.at)
        if not text:
            found = self._peek()
            if found is not None and found[0] > indent and not _begins_a_block(found[1]):
                self.at += 1
                return self._plain(found[1], indent, line)
            # A list may stand as far to the left as its key.
            least = indent if found is not None and found[1].startswith("-") and found[0] == indent else indent + 1
            return Entry(self._block(least).value, line, self.at)
        if text[0] in "[{":
            return Entry(_flow(self._to_the_end(text), line), line, self.at)
        return Entry(self._folded(text, indent), line, self.at)

    def _scalar(self, indent: int) -> str:
        """The lines of a text that goes on as long as they are indented deeper."""
        told: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
                break
            told.append(line.strip())
            self.at += 1
        return "\n".join(told).strip()

    def _folded(self, text: str, indent: int) -> str:
        """A plain or quoted text, with the lines that it goes on over."""
        parts = [text]
        while (found := self._peek()) is not None and found[0] > indent:
            parts.append(found[1])
            self.at += 1
        whole = " ".join(parts).strip()
        if whole[0] in "\"'" and (len(whole) < _QUOTES or whole[-1] != whole[0]):
            raise _Unread(f"line {self.at} ends inside of quotes, as read here")  # such as at a # within
        if whole[0] == "!":
            raise _Unread(f"line {self.at} says of which type a value is")
        return _unquoted(whole)

    def _to_the_end(self, text: str) -> str:
        """A value in brackets, which may go on over lines."""
        while text.count("[") + text.count("{") > text.count("]") + text.count("}") and self._peek() is not None:
            text += " " + _COMMENT.sub("", self.lines[self.at]).strip()
            self.at += 1
        return text


def _begins_a_block(text: str) -> bool:
    return text == "-" or text.startswith("- ") or _KEY.match(text) is not None


def _flow(text: str, line: int) -> Node:
    """What is written in brackets or braces; texts stand as they are, without their quotes."""
    told = _EXPRESSION.sub("$", text.strip())
    if told.startswith("["):
        return [Entry(_flow(part, line), line, line) for part in _parts(told[1:-1])]
    if told.startswith("{"):
        pairs = [part.partition(":") for part in _parts(told[1:-1])]
        found = {_unquoted(key): Entry(_flow(value, line), line, line) for key, _, value in pairs}
        if len(found) < len(pairs):
            raise _Unread(f"line {line} says something a second time")
        return found
    if told.startswith(("*", "<<")):
        raise _Unread(f"line {line} refers to another place by an alias")
    return _unquoted(told)


def _parts(text: str) -> Iterator[str]:
    """What stands between the commas that are inside nothing."""
    depth, begin, quote = 0, 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "," and depth == 0:
            yield text[begin:place]
            begin = place + 1
    if text[begin:].strip():
        yield text[begin:]


def _unquoted(text: str) -> str:
    stripped = text.strip()
    return stripped[1:-1] if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'" else stripped
