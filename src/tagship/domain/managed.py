"""Managed blocks: the parts of a file that tagship generates, between marks, in a file that is otherwise the user's.

A block is whole lines between `# tagship: begin NAME (…)` and `# tagship: end NAME`. The mark at its beginning holds a
digest of what was generated, so that what was edited by hand since is known, whatever generates it today. Texts are as
a file has them: a byte order mark, line ends of either kind, tabs and a missing last line end stay what they are.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tagship.domain.adoption import Comments, Generated
from tagship.errors import ConfigError, Edit, InFile

DIGITS: Final = 16
"""Hexadecimal digits of the digest that a mark holds: enough to tell an edit, which nobody forges."""
_TOLD: Final = "generated: what stands outside of it is kept"
_MARK: Final = re.compile(
    r"[ \t]*(?:#|<!--)[ \t]*tagship: (?P<kind>begin|end)\b[ \t]*(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]*)?"
    r"[ \t]*(?P<told>\([^()]*\))?[ \t]*(?P<close>-->)?[ \t]*"
)
_LOOKS_LIKE_A_MARK: Final = re.compile(r"[ \t]*(?:#|<!--)[ \t]*tagship:[ \t]*(?:begin|end)\b")
_DIGEST: Final = re.compile(rf"sha256:([0-9a-f]{{{DIGITS}}})\)")
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Block:
    """One block as a file has it: `line` is that of its first mark, `begin` and `end` are the marks with their ends.

    `digest` is what the mark says of the text that was generated, None where it says nothing.
    """

    name: str
    text: str
    line: int
    begin: str
    end: str
    digest: str | None

    @property
    def is_untouched(self) -> bool:
        """Whether the text is the one that was generated."""
        return self.digest == digest_of(self.text)


@dataclass(frozen=True, slots=True)
class EditedBlock:
    """A block that was edited by hand, and what would be generated in its place, which may be nothing."""

    name: str
    line: int
    found: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A file with its blocks as they are generated now, but for those in `edited`, which stay as they are."""

    text: str
    edited: tuple[EditedBlock, ...] = ()


def digest_of(text: str) -> str:
    """The digest of a block's text, whatever the file ends its lines with."""
    told = text.replace("\r\n", "\n").strip("\n")
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def is_managed(text: str) -> bool:
    """Whether a file holds a mark, sound or not."""
    return any(_LOOKS_LIKE_A_MARK.match(line) for line in _lines(text.removeprefix(_BOM)))


def fresh(generated: Generated) -> str:
    """The file as it is when it is new; raises KeyError for a block that the frame names and nobody generates."""
    lines: list[str] = []
    for line in _lines(generated.first):
        name = line.strip("\n")[1:-1]
        if line.strip("\n") == f"{{{name}}}":
            lines.append(block_of(name, generated.blocks[name], generated.comments))
        else:
            lines.append(line)
    return "".join(lines)


def block_of(name: str, text: str, comments: Comments, newline: str = "\n") -> str:
    """A block with its marks; raises ValueError for a text that holds a mark itself."""
    plain = text.replace("\r\n", "\n").strip("\n")
    body = f"{plain}\n" if plain else ""
    if is_managed(body):
        message = f"the block {name} holds a mark"
        raise ValueError(message)
    before, after = comments.value
    begin = f"{before}tagship: begin {name} ({_TOLD}; sha256:{digest_of(body)}){after}\n"
    return f"{begin}{body}{before}tagship: end {name}{after}\n".replace("\n", newline)


def parts_of(text: str, path: str) -> tuple[str | Block, ...]:
    """A file as the user's texts and the blocks between them, in their order; what is joined again is the file.

    Raises ConfigError, with the line, for a mark without its other, for one within another block, for a name that is
    there twice, and for what is nearly a mark.
    """
    parts: list[str | Block] = []
    kept: list[str] = [_BOM] if text.startswith(_BOM) else []
    opened: tuple[str, str, int, str | None] | None = None
    names: dict[str, int] = {}
    for number, line in enumerate(_lines(text.removeprefix(_BOM)), start=1):
        kind, name, digest = _mark(line, path, number)
        if kind == "":
            kept.append(line)
        elif kind == "begin":
            if opened is not None:
                raise _wrong(f"the block {name} begins inside of {opened[0]}, of line {opened[2]}", path, number)
            if name in names:
                raise _wrong(f"the block {name} is there twice, first on line {names[name]}", path, number)
            names[name] = number
            opened = (name, line, number, digest)
            parts.append("".join(kept))
            kept = []
        else:
            if opened is None or opened[0] != name:
                told = "no block has begun" if opened is None else f"{opened[0]} has begun, on line {opened[2]}"
                raise _wrong(f"the block {name} ends where {told}", path, number)
            parts.append(Block(name, "".join(kept), opened[2], opened[1], line, opened[3]))
            kept, opened = [], None
    if opened is not None:
        raise _wrong(f"the block {opened[0]} begins and does not end", path, opened[2])
    return (*parts, "".join(kept))


def _mark(line: str, path: str, number: int) -> tuple[str, str, str | None]:
    """The kind of a mark, empty for any other line, with the name and the digest that it tells."""
    if _LOOKS_LIKE_A_MARK.match(line) is None:
        return "", "", None
    found = _MARK.fullmatch(line.rstrip("\r\n"))
    if found is None or found["name"] is None:
        raise _wrong("what looks like the mark of a block is none", path, number)
    digest = _DIGEST.search(found["told"] or "")
    return found["kind"], found["name"], digest[1] if digest else None


def _wrong(message: str, path: str, line: int) -> ConfigError:
    return ConfigError(
        f"{message}: {path}",
        where=InFile(path, line),
        remedy=Edit(f"mend the marks of {path}, or move the file away and let `tagship init` write it anew"),
    )


def merge(text: str, generated: Generated, *, force: bool = False) -> Merged:
    """A file with what is generated now in its blocks; everything else stays where and as it is.

    A block that is not there yet comes behind the one before it, one that is no longer generated goes. What was edited
    by hand stays, unless `force`. Raises ConfigError as `parts_of`.
    """
    parts = parts_of(text, generated.path)
    newline = newline_of(text, "".join(part for part in parts if isinstance(part, str)))
    edited: list[EditedBlock] = []
    told: list[str] = []
    for part in _with_missing(parts, tuple(generated.blocks)):
        if isinstance(part, _Missing):
            told.append(block_of(part.name, generated.blocks[part.name], generated.comments, newline))
        elif isinstance(part, Block):
            new, kept = _renewed(part, generated.blocks, generated.comments, newline, force=force)
            told.append(new)
            edited += kept
        else:
            told.append(part)
    return Merged("".join(_joined(told, newline)), tuple(edited))


@dataclass(frozen=True, slots=True)
class _Missing:
    """The place of a block that is generated and not there."""

    name: str


def _with_missing(parts: Sequence[str | Block], wanted: Sequence[str]) -> Iterator[str | Block | _Missing]:
    """The parts of a file, with each block that it lacks behind the one that is generated before it, or first."""
    there = {part.name for part in parts if isinstance(part, Block)}
    lacking: dict[str | None, list[str]] = {}
    before: str | None = None
    for name in wanted:
        if name in there:
            before = name
        else:
            lacking.setdefault(before, []).append(name)
    started = None not in lacking
    for part in parts:
        if isinstance(part, Block) and not started:
            # What has no block before it stands before the first.
            yield from map(_Missing, lacking[None])
            started = True
        yield part
        if isinstance(part, Block):
            yield from map(_Missing, lacking.get(part.name, ()))
    if not started:
        yield from map(_Missing, lacking[None])


def _renewed(
    block: Block, blocks: Mapping[str, str], comments: Comments, newline: str, *, force: bool
) -> tuple[str, tuple[EditedBlock, ...]]:
    """A block as it is from now on, and what is told of it where it was edited by hand."""
    wanted = blocks.get(block.name)
    same = wanted is not None and digest_of(wanted) == digest_of(block.text)
    if force or same or block.is_untouched:
        new = "" if wanted is None else block_of(block.name, wanted, comments, newline)
        if wanted is not None and not block.end.endswith("\n"):
            new = new.removesuffix(newline)
        return new, ()
    found = block.text.replace("\r\n", "\n")
    edited = EditedBlock(block.name, block.line, found, wanted or "")
    return block.begin + block.text + block.end, (edited,)


def _joined(told: Sequence[str], newline: str) -> Iterator[str]:
    """The texts, each that something follows with an end of its last line; a byte order mark alone needs none."""
    texts = [text for text in told if text]
    for text, _ in pairwise(texts):
        yield text if text.endswith("\n") or text == _BOM else text + newline
    yield from texts[-1:]


def newline_of(text: str, own: str) -> str:
    """What most of the user's own lines of a file end with; where they have none, what its first line ends with."""
    counted = own if "\n" in own else text.partition("\n")[0] + "\n"
    pairs = counted.count("\r\n")
    return "\r\n" if pairs > counted.count("\n") - pairs else "\n"


def _lines(text: str) -> list[str]:
    """The lines with their ends; a line feed alone ends one."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])
