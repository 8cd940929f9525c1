"""Finds the workflows that start when a tag is pushed.

A structural reader of one path only, `on.push.tags`, in the block and flow styles that workflow files
are written in; it is no YAML parser and reads nothing else.
"""

import re
from collections.abc import Iterator, Sequence

from tagship.domain.facts import TagTrigger, Tree

FOLDERS = (".github/workflows", ".forgejo/workflows", ".gitea/workflows")
_KEY = re.compile(r"""^(?P<indent> *)(?P<quote>["']?)(?P<key>[\w-]+)(?P=quote) *:(?: +(?P<value>\S.*?))? *$""")
_ITEM = re.compile(r"^(?P<indent> *)- +(?P<value>\S.*?) *$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_FLOW_TAGS = re.compile(r"""["']?tags["']?\s*:\s*\[""")
_FLOW_ITEM = re.compile(
    r"""\s*(?:'(?P<single>(?:[^']|'')*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s,\[\]{}'"][^,\[\]{}\n]*?))"""
    r"""\s*(?P<end>[,\]])"""
)
_ANCHOR = re.compile(r"^&\S+\s*")


def find_tag_triggers(tree: Tree) -> tuple[TagTrigger, ...]:
    """Every workflow with a list of tag patterns, where it stands and what it holds."""
    return tuple(
        TagTrigger(path, line, patterns)
        for path in tree.paths()
        if path.rpartition("/")[0] in FOLDERS and path.endswith((".yml", ".yaml"))
        for line, patterns in _tag_lists((tree.read(path) or b"").decode("utf-8-sig", errors="replace"))
    )


def _tag_lists(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The line and the patterns of each `on.push.tags` in a workflow."""
    lines = [_COMMENT.sub("", line.expandtabs()) for line in text.splitlines()]
    route: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        key = _KEY.match(line)
        if key is None:
            continue
        indent = len(key["indent"])
        route = [(depth, name) for depth, name in route if depth < indent] + [(indent, key["key"])]
        names = [name for _, name in route]
        value = key["value"] or ""
        patterns: tuple[str, ...] = ()
        if names == ["on", "push", "tags"]:
            patterns = _patterns(_ANCHOR.sub("", value), lines[number + 1 :], indent)
        elif names in (["on"], ["on", "push"]) and (flow := _FLOW_TAGS.search(value)):
            patterns = _flow_items("\n".join([value[flow.end() :], *lines[number + 1 :]]))
        if patterns:
            yield number + 1, patterns


def _patterns(value: str, below: Sequence[str], indent: int) -> tuple[str, ...]:
    """The patterns beside a key, or on the lines below it."""
    text = "\n".join([value, *below]).lstrip()
    if text.startswith("["):
        return _flow_items(text[1:])
    if value:
        return (_unquoted(value),)
    return tuple(_items(below, indent))


def _flow_items(text: str) -> tuple[str, ...]:
    """The items of a list in brackets, which may go on over lines; `text` begins behind the first bracket."""
    items: list[str] = []
    position = 0
    while (found := _FLOW_ITEM.match(text, position)) is not None:
        items.append(found["plain"] or found["double"] or (found["single"] or "").replace("''", "'"))
        position = found.end()
        if found["end"] == "]":
            break
    return tuple(items)


def _items(lines: Sequence[str], indent: int) -> Iterator[str]:
    for line in lines:
        if not line.strip():
            continue
        item = _ITEM.match(line)
        if item is None or len(item["indent"]) < indent:
            return
        yield _unquoted(item["value"])


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'")
