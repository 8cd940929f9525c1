"""Patches as git writes them, read for what they add; combined ones of merges too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tagship.adapters.git.additions import shown_path
from tagship.errors import Edit, FactUnknown

MOST_ADDED = 256 << 20
"""Bytes of patches and files that are looked into; whoever adds more adds data."""

PATCH_OF_TREE = (
    "--patch",
    # Attributes say what is pleasant to look at, not what is harmless.
    "--text",
    # Each of these is a setting that a user may have changed.
    "--no-color", "--no-ext-diff", "--no-textconv", "--unified=0", "--inter-hunk-context=0", "--find-renames",
    "--src-prefix=a/", "--dst-prefix=b/", "--no-indent-heuristic", "--ignore-submodules=all",
)  # fmt: skip
_COMMIT = b"\0"
PATCH_OF_COMMITS = (*PATCH_OF_TREE, "--root", "--reverse", "--no-merges", "--no-show-signature", "--format=%x00%H")
PATCH_OF_MERGES = (*PATCH_OF_TREE, "--reverse", "--merges", "--cc", "--no-show-signature", "--format=%x00%H")
"""What no parent has; git does not write this one into a file by itself."""

_HUNK = re.compile(rb"(?P<signs>@{2,}) (?P<before>(?:-\d+(?:,\d+)? )+)\+(?P<line>\d+)(?:,(?P<added>\d+))? @")
_COUNT = re.compile(rb"-\d+(?:,(?P<count>\d+))?")


@dataclass(frozen=True, slots=True)
class AddedPiece:
    """Lines that were added in one go: where the first stands, counted from 1 in the newer file.

    `content` is as git stores it, line feeds between the lines. `commit` is None for what is not committed.
    """

    path: str
    line: int
    content: bytes
    commit: str | None


class Budget:
    """How many bytes may still be looked into."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most

    def spend(self, size: int) -> None:
        """Raise FactUnknown where there is no room for so many more."""
        self._left -= size
        if self._left < 0:
            raise FactUnknown(
                f"the branch adds more than {self._most >> 20} MiB, which is more than is looked into",
                remedy=Edit("commit large data in a branch of its own, or keep it elsewhere"),
            )


def pieces_of(patches: BinaryIO, budget: Budget) -> Iterator[AddedPiece]:
    """What patches add, piece by piece."""
    path, commit = "", None
    for line in patches:
        budget.spend(len(line))
        if line.startswith(_COMMIT):
            commit = line[1:].strip().decode()
        elif line.startswith(b"+++ "):
            path = shown_path(line.removesuffix(b"\n").removeprefix(b"+++ "))
        elif (hunk := _HUNK.match(line)) is not None:
            for start, lines in _added(patches, hunk, budget):
                yield AddedPiece(path, start, b"\n".join(lines), commit)


def _added(patches: BinaryIO, hunk: re.Match[bytes], budget: Budget) -> Iterator[tuple[int, list[bytes]]]:
    """The runs of lines of a hunk that no parent has, with the number of the first of each.

    What a line says proves nothing: an added line may look like a header. The counts tell where a hunk ends.
    """
    parents = len(hunk["signs"]) - 1
    before = [_count(found["count"]) for found in _COUNT.finditer(hunk["before"])]
    after, position = _count(hunk["added"]), int(hunk["line"])
    run: list[bytes] = []
    while after or any(before):
        line = patches.readline()
        budget.spend(len(line))
        signs = line[:parents]
        if not line or signs.strip(b"+- "):
            if line.startswith(b"\\"):
                continue
            raise FactUnknown("a patch that git wrote cannot be followed to its end")
        if b"-" in signs:
            before = [count - (sign == b"-"[0]) for count, sign in zip(before, signs, strict=True)]
            continue
        before = [count - (sign == b" "[0]) for count, sign in zip(before, signs, strict=True)]
        if b" " in signs:
            if run:
                yield position - len(run), run
                run = []
        else:
            run.append(line[parents:].removesuffix(b"\n"))
        position += 1
        after -= 1
    if run:
        yield position - len(run), run


def _count(digits: bytes | None) -> int:
    return 1 if digits is None else int(digits)
