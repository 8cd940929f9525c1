"""The reference page of what an index refuses, from the table that the checks keep of it."""

from tagship.checks.refusals import REFUSALS
from tagship.checks.refusals.foreseen import ForeseenRefusal

PAGE = "refusals.md"
INTRODUCTION = """\
# What the index refuses, and who finds it first

Every answer by which the public index turns an upload down, in the order in which it looks, and the check that finds
the same while nothing has left the house.
Where no check can, the last column says who does, or why nobody can.

A *crafted file* is made by the tests: `tests/refusals` shows that the check finds it, uploads the very same file to the
stand-in index and sees it refused there in these words.
Rows without words of the index are what the index takes, or only mails about, and tagship does not.

| situation | what the index says | status | found beforehand by | crafted file |
|---|---|---|---|---|
"""


def refusals_page() -> str:
    """The page, without the mark of what it was written from."""
    return INTRODUCTION + "".join(map(_row, REFUSALS))


def _row(refusal: ForeseenRefusal) -> str:
    found = f"[{refusal.check}](checks/{refusal.check}.md)" if refusal.check else refusal.otherwise or ""
    cells = (
        refusal.situation,
        f"`{refusal.says}`" if refusal.says else "",
        str(refusal.status or ""),
        found,
        refusal.crafted or "",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
