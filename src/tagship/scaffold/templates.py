"""Texts with marks in them, which is all that a template is here.

A mark is `@NAME@`, or `@owner/action@` for one that is pinned. In the middle of a line it becomes a few words; alone on
a line it becomes as many lines as its text has, each indented as the mark is, and none where the text is empty. What
looks like a mark in the text that is put in is left as it is.
"""

import re
from collections.abc import Iterator, Mapping

_MARK = re.compile(r"@([A-Za-z][A-Za-z0-9_./-]*)@")


def fill(template: str, marks: Mapping[str, str]) -> str:
    """The template with every mark replaced; raises KeyError for a mark that is not given."""
    return "".join(f"{line}\n" if line else "\n" for line in _lines(template, marks))


def _lines(template: str, marks: Mapping[str, str]) -> Iterator[str]:
    for line in template.rstrip("\n").split("\n"):
        alone = _MARK.fullmatch(line.strip())
        if alone is None:
            yield _MARK.sub(lambda found: marks[found[1]], line).rstrip()
            continue
        margin = line[: len(line) - len(line.lstrip())]
        text = marks[alone[1]].rstrip("\n")
        for inner in text.split("\n") if text else ():
            yield margin + inner if inner else ""


def joined(*parts: str) -> str:
    """The parts that are not empty, an empty line between each two."""
    return "\n".join(part.rstrip("\n") + "\n" for part in parts if part)
