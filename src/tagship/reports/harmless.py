r"""Text of others made harmless to show: no character of it moves the cursor, hides, or turns the reading direction.

Names, messages and file contents come from projects, servers and build backends. What cannot be seen is
shown as an escape (`\x1b`, `\u202e`), so that a reader sees that something was there.
"""

import re
import unicodedata
from typing import TextIO

# Joiners carry meaning in several scripts and in emoji, and move nothing.
_INVISIBLE_BUT_MEANT = frozenset("\u200c\u200d")
_LINE_BREAK = re.compile(r"\r?\n")


def harmless(text: str) -> str:
    """The text as one line in which every control, bidirectional or broken character is a visible escape.

    Line breaks are escaped too; `lines` keeps them as breaks. A tab becomes four spaces.
    """
    if text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def lines(text: str) -> list[str]:
    """The text line by line, each line harmless; never empty."""
    return [harmless(line) for line in _LINE_BREAK.split(text)]


def inert(line: str) -> str:
    """A line of log that no CI's runner takes for a command to itself, of GitHub's new kind or of its old."""
    start = len(line) - len(line.lstrip())
    shown = f"{line[:start]}\\{line[start:]}" if line.startswith("::", start) else line
    return shown.replace("##[", r"##\[")


def clipped(text: str, limit: int) -> str:
    """The text, or its first `limit` characters and a word about how many more there are."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}... ({len(text) - limit} more characters)"


def well_formed(text: str) -> str:
    """The text with lone surrogates as visible escapes: what every JSON parser and UTF-8 writer takes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def encoding_of(stream: TextIO) -> str:
    """The encoding that a stream writes in; UTF-8 for one in memory, which has none."""
    encoding: str | None = getattr(stream, "encoding", None)
    return encoding or "utf-8"


def fitting(text: str, stream: TextIO) -> str:
    """The text with what the stream's encoding cannot hold as escapes, so that writing it cannot fail."""
    encoding = encoding_of(stream)
    return text.encode(encoding, "backslashreplace").decode(encoding)


def write(stream: TextIO, text: str) -> None:
    """Write a text that the stream's encoding may not hold."""
    stream.write(fitting(text, stream))


def _visible(character: str) -> str:
    if character.isprintable() or character in _INVISIBLE_BUT_MEANT:
        return character
    if character == "\t":
        return "    "
    if unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode("ascii")
