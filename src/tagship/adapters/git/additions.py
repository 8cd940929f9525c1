"""What a range of commits added, line by line."""

import re
from collections import Counter
from collections.abc import Iterator

from tagship.adapters.git.command import Git
from tagship.domain.facts import AddedLine

_FLAGS = (
    # Each of these is a setting that a user may have changed.
    "--no-color", "--no-ext-diff", "--no-textconv", "--unified=0", "--inter-hunk-context=0", "--find-renames",
    "--src-prefix=a/", "--dst-prefix=b/", "--no-indent-heuristic", "--ignore-submodules=all",
)  # fmt: skip
_HUNK = re.compile(rb"@@ -\d+(?:,(?P<removed>\d+))? \+(?P<line>\d+)(?:,(?P<added>\d+))? @@")
_ESCAPE = re.compile(rb"\\(?:(?P<octal>[0-7]{3})|(?P<letter>.))")
_LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"v": b"\v", b"f": b"\f"}


def added_lines(git: Git, before: str, after: str) -> tuple[AddedLine, ...]:
    """The lines of Python files that stand in `after` and not in `before`; both are full names of commits.

    A line that was moved stands in both, be it into another file or to another depth.
    """
    patch = git(*_question(before, after)).stdout
    removed: Counter[str] = Counter()
    added: list[AddedLine] = []
    for change in _changes(patch.split(b"\n")):
        if isinstance(change, AddedLine):
            added.append(change)
        else:
            removed[change] += 1
    return tuple(line for line in added if not _taken(removed, line.text.strip()))


def begin_added_lines(git: Git, before: str, after: str) -> None:
    """Let git begin to compare the two, for who asks for `added_lines` later."""
    git.begin(*_question(before, after))


def _question(before: str, after: str) -> tuple[str, ...]:
    return ("diff", *_FLAGS, before, after, "--", "*.py", "*.pyi")


def _taken(removed: Counter[str], text: str) -> bool:
    """Whether a line of this text was removed elsewhere; each counts once."""
    found = removed[text] > 0
    removed[text] -= found
    return found


def _changes(lines: list[bytes]) -> Iterator[AddedLine | str]:
    """The lines that a patch adds, and of those that it removes the text."""
    path = ""
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        hunk = _HUNK.match(line)
        if hunk is None:
            if line.startswith(b"+++ "):
                path = shown_path(line.removeprefix(b"+++ "))
            continue
        # What a line says proves nothing: an added line may look like a header. The counts tell.
        removed, added = (int(count) if count is not None else 1 for count in hunk.group("removed", "added"))
        while removed or added:
            line = lines[position]
            position += 1
            if line.startswith(b"-"):
                removed -= 1
                yield _text(line).strip()
            elif line.startswith(b"+"):
                yield AddedLine(path, int(hunk["line"]) + _total(hunk) - added, _text(line))
                added -= 1


def _total(hunk: re.Match[bytes]) -> int:
    return int(hunk["added"]) if hunk["added"] is not None else 1


def _text(line: bytes) -> str:
    return line[1:].decode("utf-8", "replace").removesuffix("\r")


def shown_path(shown: bytes) -> str:
    """A path as a patch shows it: quoted where it holds odd characters, with a tab behind where it holds a space."""
    raw = shown.removesuffix(b"\t")
    if raw.startswith(b'"'):
        raw = _ESCAPE.sub(_unescaped, raw[1:-1])
    return raw.removeprefix(b"b/").decode("utf-8", "surrogateescape")


def _unescaped(escape: re.Match[bytes]) -> bytes:
    if escape["octal"]:
        return bytes([int(escape["octal"], 8)])
    return _LETTERS.get(escape["letter"], escape["letter"])
