"""The signs that stand before a line; a word always stands beside them, so nothing hangs on seeing one."""

from dataclasses import dataclass
from typing import TextIO

from tagship.reports.harmless import encoding_of


@dataclass(frozen=True, slots=True)
class Symbols:
    """One sign per way of ending."""

    good: str
    bad: str
    warning: str
    note: str
    skipped: str
    unknown: str
    todo: str


UNICODE = Symbols(good="✓", bad="✗", warning="!", note="•", skipped="–", unknown="?", todo="○")  # noqa: RUF001 -- a dash
ASCII = Symbols(good="+", bad="x", warning="!", note="*", skipped="-", unknown="?", todo="o")


def symbols_for(stream: TextIO) -> Symbols:
    """The signs that the stream's encoding can hold."""
    signs = f"{UNICODE.good}{UNICODE.bad}{UNICODE.note}{UNICODE.skipped}{UNICODE.todo}"
    try:
        signs.encode(encoding_of(stream))
    except UnicodeEncodeError:
        return ASCII
    return UNICODE
