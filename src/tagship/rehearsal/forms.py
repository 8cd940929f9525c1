"""Forms as clients post them: URL-encoded, or in parts with one file, read as they arrive.

The file goes to disk block by block and is digested on the way, so that a large upload is never held in memory.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value
from pathlib import Path
from urllib.parse import parse_qsl

from tagship.rehearsal.wire import Body

LONGEST_FIELD = 8 << 20
LONGEST_HEADERS = 16 << 10
MOST_PARTS = 4096
UNSAID = "text/plain"  # what a part is that does not say what it is (RFC 7578), as uv's do not
_BOUNDARY = re.compile(r"[\x20-\x7e]{1,200}")


class MalformedFormError(ValueError):
    """A body that is not the form its headers announce."""


@dataclass(frozen=True, slots=True)
class Upload:
    """The file of a form, as it arrived; `size` counts every byte, also those past the limit that were not kept."""

    field: str
    filename: str
    content_type: str
    path: Path
    size: int
    md5: str
    sha256: str
    blake2_256: str


@dataclass(frozen=True, slots=True)
class Form:
    """Every value of every field in order, and the files."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()

    def first(self, name: str) -> str:
        """The first value of a field, or an empty text."""
        return next(iter(self.fields.get(name, ())), "")


def read_form(headers: Message, body: Body, scratch: Path, *, keep: int) -> Form:
    """Read a whole form; at most `keep` bytes of each file are written below `scratch`.

    Raises MalformedFormError, and MalformedBodyError where the request itself is cut off.
    """
    kind = headers.get_content_type() if "Content-Type" in headers else ""
    if kind == "multipart/form-data":
        boundary = str(headers.get_boundary(""))
        if not _BOUNDARY.fullmatch(boundary):
            raise MalformedFormError("a form in parts needs a boundary")
        return _PartReader(body, boundary, scratch, keep).form()
    if kind == "application/x-www-form-urlencoded":
        return _collect(_pairs(body))
    body.drain()
    return Form()


def _pairs(body: Body) -> list[tuple[str, str]]:
    text = _bounded(body).decode("utf-8", "replace")
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARTS)
    except ValueError as error:
        raise MalformedFormError("the form has too many fields") from error


def _bounded(blocks: Iterator[bytes] | Body) -> bytes:
    content = bytearray()
    for block in blocks:
        if len(content) + len(block) > LONGEST_FIELD:
            raise MalformedFormError("a field is too long")
        content += block
    return bytes(content)


def _collect(pairs: list[tuple[str, str]], files: list[Upload] | None = None) -> Form:
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return Form(fields, tuple(files or ()))


def _disposition(headers: Message) -> tuple[str, str | None]:
    """The name of the field, and of the file where the part is one."""
    try:
        name = headers.get_param("name", "", header="content-disposition")
        return collapse_rfc2231_value(name or ""), headers.get_filename()
    except ValueError as error:  # a character set whose name holds what no name may
        raise MalformedFormError("a part has a name that cannot be read") from error


class _PartReader:
    """Cuts a body at its boundary; never holds more than a block and a boundary's length of it."""

    def __init__(self, body: Body, boundary: str, scratch: Path, keep: int) -> None:
        self._body = body
        self._delimiter = b"\r\n--" + boundary.encode("ascii")
        self._buffer = bytearray(b"\r\n")  # the first delimiter has no line before it
        self._ended = False
        self._scratch = scratch
        self._keep = keep

    def form(self) -> Form:
        pairs: list[tuple[str, str]] = []
        files: list[Upload] = []
        for _ in self._until_delimiter():
            pass
        while self._another_part():
            if len(pairs) + len(files) >= MOST_PARTS:
                raise MalformedFormError("the form has too many parts")
            headers = self._headers()
            name, filename = _disposition(headers)
            if filename is None:
                pairs.append((name, _bounded(self._until_delimiter()).decode("utf-8", "replace")))
            else:
                files.append(self._receive(name, filename, headers, len(files)))
        self._body.drain()
        return _collect(pairs, files)

    def _fill(self) -> bool:
        block = b"" if self._ended else self._body.read()
        self._ended = not block
        self._buffer += block
        return bool(block)

    def _until_delimiter(self) -> Iterator[bytes]:
        """What stands before the next delimiter; consumes the delimiter too."""
        while True:
            found = self._buffer.find(self._delimiter)
            if found >= 0:
                yield bytes(self._buffer[:found])
                del self._buffer[: found + len(self._delimiter)]
                return
            safe = len(self._buffer) - len(self._delimiter)
            if safe > 0:
                yield bytes(self._buffer[:safe])
                del self._buffer[:safe]
            if not self._fill():
                raise MalformedFormError("the form ends before its last boundary")

    def _another_part(self) -> bool:
        """Whether the delimiter just passed opens a part; the last one is followed by two dashes."""
        while len(self._buffer) < len(b"--") and self._fill():
            pass
        if self._buffer.startswith(b"--"):  # the end of the form needs no end of line
            return False
        if self._line().strip():
            raise MalformedFormError("a boundary is followed by something else than a part")
        return True

    def _line(self) -> bytes:
        while (found := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > LONGEST_HEADERS or not self._fill():
                raise MalformedFormError("a part has no end of line")
        line = bytes(self._buffer[:found])
        del self._buffer[: found + 2]
        return line

    def _headers(self) -> Message:
        lines: list[bytes] = []
        while line := self._line():
            lines.append(line)
            if sum(map(len, lines)) > LONGEST_HEADERS:
                raise MalformedFormError("a part has too many headers")
        return HeaderParser().parsestr(b"\r\n".join(lines).decode("utf-8", "replace"))

    def _receive(self, name: str, filename: str, headers: Message, count: int) -> Upload:
        digests = (hashlib.md5(usedforsecurity=False), hashlib.sha256(), hashlib.blake2b(digest_size=32))
        path = self._scratch / f"content-{count}"
        size = 0
        with path.open("wb") as file:
            for block in self._until_delimiter():
                for digest in digests:
                    digest.update(block)
                file.write(block[: max(0, self._keep - size)])
                size += len(block)
        content_type = str(headers.get("Content-Type", UNSAID)).partition(";")[0].strip().lower()
        md5, sha256, blake2_256 = (digest.hexdigest() for digest in digests)
        return Upload(name, filename, content_type, path, size, md5, sha256, blake2_256)
