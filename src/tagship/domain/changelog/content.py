"""Whether the text of a section tells a reader anything."""

import re
from collections.abc import Iterator, Sequence

from tagship.domain.changelog.headings import Kind, read_state
from tagship.domain.changelog.rst import is_adornment

# Words that head a group of changes; alone on a line they announce what does not follow.
CATEGORIES = frozenset(
    {
        "added", "additions", "backwards incompatible changes", "breaking", "breaking changes", "bug fixes",
        "bugfixes", "bugs", "bugs fixed", "build", "build system", "changed", "changes", "chores",
        "compatibility", "contributors", "dependencies", "deprecated", "deprecations",
        "deprecations and removals", "docs", "documentation", "enhancements", "features", "fixed", "fixes",
        "highlights", "improved documentation", "improvements", "internal", "maintenance", "misc",
        "miscellaneous", "new", "new features", "other", "other changes", "packaging", "performance",
        "refactor", "removals", "removed", "reverts", "security", "security fixes", "style", "tests",
        "updated", "what s changed", "what s new", "whats new",
    }
)  # fmt: skip
PLACEHOLDERS = frozenset(
    {
        "todo", "tbd", "tba", "fixme", "xxx", "wip", "nothing", "none", "n a", "na", "nil", "empty", "pending",
        "placeholder", "coming soon", "work in progress", "to be announced", "to be determined", "to be done",
        "to be written", "fill in", "fill me in", "write me", "lorem ipsum", "no unreleased changes",
    }
)  # fmt: skip

UNWRITTEN = "Describe the change"
"""The words that we give to be written over; with nothing but the number of an issue behind them they say nothing."""

NUMBER = "NUMBER"
"""Stands where the number of an issue or a pull request is to be written."""

SHORTEST_RULE = 3

_FENCE = re.compile(r"(`{3,}|~{3,})")
_MARKER = re.compile(r"^(?:(?:[-+*•>]|[0-9]{1,9}[.)]|#\.|\[[ xX]\])(?:\s+|$))+")
_ATX = re.compile(r"#{1,6}(?:\s|$)")
_DEFINITION = re.compile(r"\*?\[(?!\^)[^\[\]]+\]:")
_TAG = re.compile(r"<[^<>]*>")
_UNWRITTEN = re.compile(r"(?:TODO|FIXME|TBD|XXX)\b|(?:todo|fixme|tbd|Todo|Fixme|Tbd) ?[:(-]")
_NOTHING_YET = re.compile(
    r"(?:no|nothing|none)\b.{0,60}\byet|(?:please )?(?:add|put|write|describe|insert|list|document)\b.{0,80}\bhere"
)
_DENIAL = re.compile(r"(?:nothing|no changes?) (?:(?:has |have )?(?:been )?changed |has happened )?yet$")
# A text within brackets that stand for themselves is what somebody is to put there: `\[Short description.\]`.
_IN_BRACKETS = re.compile(r"\\\[[^\[\]]+\\\][.…]?")
_TO_FILL_IN = re.compile(
    r"\[(?:short |brief |your )?(?:description|summary|describe|insert|fill|change|entry)\b[^\[\]]*\][.…]?"
)
_EXAMPLE = re.compile(UNWRITTEN + r"[.…]?(?:\s*\([^()]*(?:\([^()]*\)[^()]*)*\))*[.…]?", re.IGNORECASE)
_CODE = re.compile(r"(`+).*?\1")
# A directive stands for what it shows, except those that show other pages, lists of pages or headings.
_DIRECTIVE = re.compile(r"\.\.\s+(?!(?:contents|include|toctree|rubric|towncrier-draft-entries)::)[\w:.+-]+::(?:\s|$)")
_CITATION = re.compile(r"\.\.\s+\[[^\]]+\]\s")
_EXPLICIT = re.compile(r"\.\.(?:\s|$)")


def tells_something(body: str) -> bool:
    """Whether there is more than headings, comments, rules, link targets and placeholders; both markups at once."""
    lines = list(_visible(body.split("\n")))
    return any(
        _tells(line) and not (_MARKER.match(line) is None and _underlined(lines, number))
        for number, line in enumerate(lines)
    )


def is_example(entry: str) -> bool:
    """Whether an entry is the one that we give to be written over, with or without the number of an issue."""
    return _EXAMPLE.fullmatch(_bare(entry)) is not None


def left_unwritten(body: str) -> Sequence[str]:
    """The lines shown to a reader that are still the example, or hold the word for its number; without comments."""
    shown = frozenset(_visible(body.split("\n")))
    return [line for line in body.split("\n") if line.strip() in shown and (is_example(line) or is_unnumbered(line))]


def is_unnumbered(entry: str) -> bool:
    """Whether an entry holds the word for a number that our example has, as the notes would; in code it is meant."""
    return f"(#{NUMBER})" in _CODE.sub("", entry)


def denies(line: str) -> bool:
    """Whether a line is an entry which says that there is none, such as `- Nothing changed yet.`, and nothing more."""
    return _MARKER.match(line) is not None and _DENIAL.match(" ".join(_words_of(_bare(line)))) is not None


def _words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _underlined(lines: Sequence[str], number: int) -> bool:
    """Whether a line is a heading by what stands below it."""
    below = lines[number + 1].strip() if number + 1 < len(lines) else ""
    return len(below) >= SHORTEST_RULE and is_adornment(below)


def _tells(line: str) -> bool:
    text = line.strip()
    if _ATX.match(text) or _DEFINITION.match(text):
        return False
    text = _bare(text)
    plain = " ".join(_words_of(text))
    if not plain or plain in CATEGORIES or plain in PLACEHOLDERS:
        return False
    if _UNWRITTEN.match(text) or _NOTHING_YET.fullmatch(plain):
        return False
    if _IN_BRACKETS.fullmatch(text) or _TO_FILL_IN.fullmatch(text.lower()) or _EXAMPLE.fullmatch(text):
        return False
    return read_state(text, "").kind is Kind.OTHER


def _bare(text: str) -> str:
    """A text without bullet, emphasis and tags."""
    return _MARKER.sub("", _TAG.sub("", text.strip()), count=1).strip("*_ ")


def _visible(lines: Sequence[str]) -> Iterator[str]:
    """The lines that a reader is shown, without comments; what is quoted as code counts as it stands."""
    commented, set_in, fence, above = False, False, "", ""
    for line in lines:
        text = line.strip()
        if fence:
            if text.startswith(fence) and not text.strip(fence[0]):
                fence = ""
            elif text:
                yield "code"
            continue
        if set_in and (not text or line[0] in " \t"):
            continue
        text, commented = _without_comments(text, commented=commented)
        fence = _fence(text, above)
        shows = _DIRECTIVE.match(text) is not None or _CITATION.match(text) is not None
        set_in = not shows and _EXPLICIT.match(text) is not None
        above = "" if fence or set_in else "directive" if shows else text
        yield above


def _fence(text: str, above: str) -> str:
    """What opens quoted code on a line; under a title of that length it is an underline."""
    opened = _FENCE.match(_MARKER.sub("", text, count=1))
    if opened is None or (above and opened[1] == text and len(text) >= len(above)):
        return ""
    return opened[1]


def _without_comments(text: str, *, commented: bool) -> tuple[str, bool]:
    """A line without its HTML comments, and whether one stays open."""
    shown: list[str] = []
    position = 0
    while True:
        mark = "-->" if commented else "<!--"
        found = text.find(mark, position)
        if not commented:
            shown.append(text[position : found if found >= 0 else len(text)])
        if found < 0:
            return "".join(shown).rstrip(), commented
        position = found + len(mark)
        commented = not commented
