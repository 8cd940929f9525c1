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
_FLOW_TAGS = re.compile(r"""["']?tags["']?\s*:\s*\[(?P<items>[^\]]*)\]""")


def find_tag_triggers(tree: Tree) -> tuple[TagTrigger, ...]:
    """Every workflow with a list of tag patterns, where it stands and what it holds."""
    return tuple(
        TagTrigger(path, line, patterns)
        for path in tree.paths()
        if path.rpartition("/")[0] in FOLDERS and path.endswith((".yml", ".yaml"))
        for line, patterns in _tag_lists((tree.read(path) or b"").decode("utf-8", errors="replace"))
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
        if names == ["on", "push", "tags"]:
            yield number + 1, _patterns(value, lines[number + 1 :], indent)
        elif names in (["on"], ["on", "push"]) and (flow := _FLOW_TAGS.search(value)):
            yield number + 1, _split(flow["items"])


def _patterns(value: str, below: Sequence[str], indent: int) -> tuple[str, ...]:
    if value.startswith("["):
        return _split(value.strip("[]"))
    if value:
        return (_unquoted(value),)
    return tuple(_items(below, indent))


def _items(lines: Sequence[str], indent: int) -> Iterator[str]:
    for line in lines:
        if not line.strip():
            continue
        item = _ITEM.match(line)
        if item is None or len(item["indent"]) < indent:
            return
        yield _unquoted(item["value"])


def _split(items: str) -> tuple[str, ...]:
    return tuple(_unquoted(item) for item in items.split(",") if item.strip())


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'")
