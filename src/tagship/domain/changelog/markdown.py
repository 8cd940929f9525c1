"""The headings of a Markdown document, by the block structure of CommonMark.

Only what can hide or end a heading is looked at: lists, fences, HTML comments and raw HTML blocks, indented code,
front matter. Two liberties, both in favour of what an author meant: a heading that follows a raw block
such as `</details>` without a blank line is one, and so is a line above an underline that would
formally still be part of the list item before it.
"""

import re
from collections.abc import Sequence

from tagship.domain.changelog.outline import Heading, Outline

CODE_INDENT = 4
DEEPEST = 6
TAB = 4
MOST_MARKERS = 20

# Most lines: words or code, alone or after a bullet.
_PLAIN = re.compile(r"([-+*] )?(?:[^\W\d_]|`[^`])")
_FENCE = re.compile(r"(?:(`{3,})[^`]*|(~{3,}).*)", re.DOTALL)
_LIST_ITEM = re.compile(r"([-+*]|[0-9]{1,9}[.)])([ \t]+|$)")
_RULE = re.compile(r"(?:(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,})")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*")
_RAW = re.compile(r"<(?:pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_COMMENT_END = re.compile("-->")
_RAW_END = re.compile(r"</(?:pre|script|style|textarea)>", re.IGNORECASE)
_DETAILS = re.compile(r"[ \t]*<(/?)details(?=[\s>])", re.IGNORECASE)
_DEFINITION = re.compile(r" {0,3}\*?\[(?!\^)[^\[\]]+\]:")
_COMMENT = re.compile(r"<!--(?:(?!-->).)*+-->")
_ANCHOR = re.compile(r"<a\s+(?:name|id)\s*=[^<>]*>\s*(?:</a>)?|\([\w.:-]+\)=")
_KEY = re.compile(r"[\"']?[\w.-]+[\"']?[ \t]*[:=](?:\s|$)")
_FRONT_MATTER = {"---": ("---", "..."), "+++": ("+++",)}


def outline(lines: Sequence[str]) -> Outline:
    """Where the headings stand; never raises."""
    begin = _front_matter(lines)
    scanner = _Scanner(lines)
    for number in range(begin, len(lines)):
        scanner.look_at(number)
    return Outline(tuple(scanner.headings), begin, len(lines) if scanner.inside else _foot(lines, begin))


def quoted(lines: Sequence[str]) -> frozenset[int]:
    """The lines that show code between fences or raw tags, the fences included; comments are no such thing."""
    scanner = _Scanner(lines)
    shown: set[int] = set()
    for number in range(_front_matter(lines), len(lines)):
        before = scanner.inside
        scanner.look_at(number)
        if {before, scanner.inside} - {None, _COMMENT_END}:
            shown.add(number)
    return frozenset(shown)


def folded(lines: Sequence[str]) -> frozenset[int]:
    """The lines within `<details>`, which a reader unfolds first; none where one is never closed, as in a sentence."""
    tags = [(number, tag) for number, line in enumerate(lines) if (tag := _DETAILS.match(line)) is not None]
    code = quoted(lines) if tags else frozenset()
    inside: set[int] = set()
    depth, opened = 0, 0
    for number, tag in tags:
        if number in code or (tag[1] and not depth):
            continue
        depth += -1 if tag[1] else 1
        if not tag[1] and depth == 1:
            opened = number
        elif not depth:
            inside.update(range(opened, number + 1))
    return frozenset(inside)


class _Scanner:
    """Walks down the lines; `containers` are the content columns of the open list items."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.headings: list[Heading] = []
        self.inside: re.Pattern[str] | None = None
        self._lines = lines
        self._column = 0
        self._containers: list[int] = []
        self._paragraph = False

    def look_at(self, number: int) -> None:
        line = self._lines[number]
        if self.inside is None and (plain := _PLAIN.match(line)) is not None:
            self._containers = [] if plain[1] is None else [len(plain[1])]
            self._paragraph = True
            return
        text = line.strip()
        if not text:
            self._paragraph = False
            return
        indent = _indent(line)
        if self.inside is not None:
            if indent >= self._column:
                if self.inside.search(line):
                    self.inside = None
                return
            self.inside = None
        while self._containers and indent < self._containers[-1]:
            self._containers.pop()
            self._paragraph = False
        self._block(number, text, indent)

    def _block(self, number: int, text: str, indent: int) -> None:
        """Look at a line from its first visible character on."""
        if indent - self._margin() >= CODE_INDENT:
            return
        paragraph, self._paragraph = self._paragraph, False
        if paragraph and not self._containers and _UNDERLINE.fullmatch(text):
            self._add(self._lines[number - 1].strip(), 1 if text[0] == "=" else 2, number - 1, number + 1)
        elif not _RULE.fullmatch(text):
            text, indent = self._within_items(text, indent)
            if text and indent - self._margin() < CODE_INDENT:
                self._marked(number, text)

    def _within_items(self, text: str, indent: int) -> tuple[str, int]:
        """Open the list items that start here; what follows the last marker, and its column."""
        for _ in range(MOST_MARKERS):
            item = _LIST_ITEM.match(text)
            if item is None or indent - self._margin() >= CODE_INDENT:
                break
            padding = len(item[2].expandtabs(TAB))
            text = text[item.end() :]
            indent += len(item[1])
            self._containers.append(indent + (padding if text and padding <= CODE_INDENT else 1))
            indent += padding
        return text, indent

    def _marked(self, number: int, text: str) -> None:
        """A line whose first character may open a fence, a raw block or a heading."""
        if (fence := _FENCE.fullmatch(text)) is not None:
            self._enter(self._fence_end(fence[1] or fence[2]))
        elif text.startswith("<!--"):
            if "-->" not in text[2:]:
                self._enter(_COMMENT_END)
        elif _RAW.match(text):
            if not _RAW_END.search(text):
                self._enter(_RAW_END)
        elif (depth := _atx_depth(text)) and not self._containers:
            self._add(_atx_text(text[depth:]), depth, number, number + 1)
        else:
            self._paragraph = not (depth or text[0] == ">" or _DEFINITION.match(text))

    def _fence_end(self, marker: str) -> re.Pattern[str]:
        """A fence as long as the one that opened, not set in so far that it would be code."""
        lead = self._margin() + CODE_INDENT - 1
        return re.compile(rf"^[ \t]{{0,{lead}}}{marker[0]}{{{len(marker)},}}[ \t]*$")

    def _enter(self, end: re.Pattern[str]) -> None:
        """Everything up to `end` is raw, unless the list item around it ends before."""
        self.inside = end
        self._column = self._margin()

    def _margin(self) -> int:
        """The column where the innermost open list item has its content."""
        return self._containers[-1] if self._containers else 0

    def _add(self, text: str, depth: int, line: int, end: int) -> None:
        start = line
        for above in range(line - 1, -1, -1):
            stripped = self._lines[above].strip()
            if _ANCHOR.fullmatch(stripped):
                start = above
            elif stripped:
                break
        self.headings.append(Heading(text, depth, start, line, end))


def _indent(line: str) -> int:
    """The column of the first visible character."""
    visible = line.lstrip(" \t")
    lead = line[: len(line) - len(visible)]
    return len(lead.expandtabs(TAB))


def _atx_depth(text: str) -> int:
    """How many number signs open a heading; 0 where they do not."""
    depth = len(text) - len(text.lstrip("#"))
    return depth if depth <= DEEPEST and text[depth : depth + 1] in {"", " ", "\t"} else 0


def _atx_text(text: str) -> str:
    """The heading without the number signs that may close it."""
    closed = text.rstrip().rstrip("#")
    return (closed if not closed or closed[-1] in " \t" else text).strip()


def _front_matter(lines: Sequence[str]) -> int:
    """The first line below YAML or TOML front matter; 0 where there is none."""
    ends = _FRONT_MATTER.get(lines[0].rstrip())
    if ends is None:
        return 0
    told = next((line for line in lines[1:] if line.strip() and not line.startswith("#")), "")
    if not _KEY.match(told):
        return 0
    return next((number + 1 for number, line in enumerate(lines) if number and line.rstrip() in ends), 0)


def _foot(lines: Sequence[str], begin: int) -> int:
    """Where the link definitions at the end of the file begin, comments between them included."""
    foot = len(lines)
    for number in range(len(lines) - 1, begin - 1, -1):
        text = lines[number].strip()
        if _DEFINITION.match(lines[number]):
            foot = number
        elif text and not _COMMENT.fullmatch(text):
            break
    return foot
