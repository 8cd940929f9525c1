"""Files that were made to cost whoever examines them: many members, long lists, texts that take for ever to read."""

import gzip
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from adapters.archives.packing import Packed, make_zip
from adapters.archives.test_tar_reader import END, extended, header, record
from servers.handmade import core_metadata
from tagship.adapters.archives.tar_headers import BLOCK

MANY = 100_000
STEM = "handmade-1.0"
INFO = f"{STEM}.dist-info"
WHEEL, SDIST = f"{STEM}-py3-none-any.whl", f"{STEM}.tar.gz"
METADATA = core_metadata("handmade", "1.0", Description_Content_Type="text/markdown").encode()
WHEEL_FILE = b"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
RECORD = b"handmade/__init__.py,sha256=x,1\n"
NOTHING: Mapping[str, bytes] = {}


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file under its name, and how its bytes come to be."""

    filename: str
    content: Callable[[], bytes]

    def make(self, directory: Path) -> Path:
        """The file, in a directory."""
        path = directory / self.filename
        path.write_bytes(self.content())
        return path


def wheel(members: Callable[[], Iterable[str]] = tuple, described: Callable[[], Mapping[str, bytes]] = dict) -> Hostile:
    """A wheel with these empty members, and with these texts in place of what describes it."""

    def content() -> bytes:
        texts = {"METADATA": METADATA, "WHEEL": WHEEL_FILE, "RECORD": RECORD, **described()}
        packed = [
            Packed(f"{INFO}/{name}".encode(), text, zipfile.ZIP_DEFLATED if len(text) > BLOCK else zipfile.ZIP_STORED)
            for name, text in texts.items()
        ]
        return make_zip([*packed, *(Packed(name.encode(), b"", zipfile.ZIP_STORED) for name in members())])

    return Hostile(WHEEL, content)


def sdist(members: Callable[[], Iterable[bytes]] = tuple, metadata: Callable[[], bytes] = lambda: METADATA) -> Hostile:
    """An sdist with this PKG-INFO and these members, each a header with what belongs to it."""

    def content() -> bytes:
        said = metadata()
        described = header(f"{STEM}/PKG-INFO".encode(), size=b"%o" % len(said)) + said + bytes(-len(said) % BLOCK)
        return gzip.compress(b"".join([described, *members(), END]), 1)

    return Hostile(SDIST, content)


def headers(*lines: str, times: int = MANY, body: str = "") -> bytes:
    """Sound metadata with more headers, each one so often; `%d` in them is replaced by a number."""
    head, _, description = METADATA.decode().partition("\n\n")
    more = "\n".join(line.replace("%d", str(number)) for number in range(times) for line in lines)
    return f"{head}\n{more}\n\n{body or description}".encode()


def restructured(text: str) -> Hostile:
    """A wheel with a description in reStructuredText."""
    head = core_metadata("handmade", "1.0", Description_Content_Type="text/x-rst").partition("\n\n")[0]
    return wheel(described=lambda: {"METADATA": f"{head}\n\n{text}".encode()})


def numbered(name: str, times: int = MANY) -> Callable[[], Iterator[str]]:
    """So many names, each with its number."""
    return lambda: (name.replace("%d", str(number)) for number in range(times))


def in_tar(name: str, *, kind: bytes = b"0", target: bytes = b"") -> Callable[[], Iterator[bytes]]:
    """So many members of an sdist, each with its number; long names in headers of their own."""

    def members() -> Iterator[bytes]:
        for number in range(MANY):
            named = name.replace("%d", str(number)).encode()
            if len(named) <= len(bytes(100)):
                yield header(named, kind=kind, target=target)
            else:
                yield extended(record(b"path", named)) + header(kind=kind, target=target)

    return members


def lines(line: str, times: int) -> bytes:
    """A line again and again, each with its number."""
    return "".join(line.replace("%d", str(number)) for number in range(times)).encode()


def _table(cells: int) -> str:
    """A grid of so many rows and columns, drawn with lines."""
    rule, row = "+---" * cells + "+\n", "| x " * cells + "|\n"
    return (rule + row) * cells + rule


def _nested(depth: int) -> str:
    """Lists inside of lists."""
    return "\n\n".join("  " * level + "* item" for level in range(depth))


HOSTILE: dict[str, Hostile] = {
    "modules beside one another in a wheel": wheel(numbered("m%d.py")),
    "modules beside one another in an sdist": sdist(in_tar(f"{STEM}/m%d.py")),
    "packages beside one another in a wheel": wheel(numbered("p%d/__init__.py")),
    "deep directories in a wheel": wheel(numbered("a/" * 70 + "m%d.py")),
    "deep directories in an sdist": sdist(in_tar(f"{STEM}/" + "a/" * 60 + "m%d.py")),
    "directories of every depth": wheel(numbered("%d/" + "b/%d/" * 9 + "m.py")),
    "names of slashes": wheel(lambda: (f"{'/' * 8000}{number}" for number in range(2000))),
    "names of dots": wheel(lambda: (f"a{'.' * 150}{number}" for number in range(MANY))),
    "long names in a wheel": wheel(numbered("n" * 150 + "%d.py")),
    "one name, over and over, in a wheel": wheel(lambda: ["handmade/__init__.py"] * MANY),
    "one name, over and over, in an sdist": sdist(in_tar(f"{STEM}/setup.py")),
    "names that climb in a wheel": wheel(numbered("../../%d.py")),
    "names that climb in an sdist": sdist(in_tar(f"{STEM}/../../../%d.py")),
    "links that climb": sdist(in_tar(f"{STEM}/%d", kind=b"2", target=b"../" * 30)),
    "top directories": sdist(in_tar("top%d/setup.py")),
    "leftovers": wheel(numbered("handmade/.git/%d.pyc")),
    "key files": wheel(numbered("handmade/%d/id_rsa")),
    "path files": wheel(numbered("%d.pth")),
    "licences": wheel(numbered("LICENSE.%d")),
    "a RECORD that is all wrong": wheel(
        numbered("handmade/m%d.py"), lambda: {"RECORD": lines("handmade/m%d.py,sha256=wrong,9\n", MANY)}
    ),
    "a RECORD of absent files": wheel(described=lambda: {"RECORD": lines("handmade/n%d.py,,\n", 650_000)}),
    "a RECORD of empty lines": wheel(described=lambda: {"RECORD": b"\n" * (15 << 20)}),
    "a RECORD of commas": wheel(described=lambda: {"RECORD": b"," * (15 << 20)}),
    "a RECORD of quotes": wheel(described=lambda: {"RECORD": b'"' * (15 << 20)}),
    "headers of every name": wheel(described=lambda: {"METADATA": headers("X-%d: y", times=1_000_000)}),
    "headers of every name in an sdist": sdist(metadata=lambda: headers("X-%d: y", times=1_000_000)),
    "headers of one name": wheel(described=lambda: {"METADATA": headers("Keywords: k%d", times=800_000)}),
    "empty headers": wheel(described=lambda: {"METADATA": headers("Dynamic:", times=1_700_000)}),
    "folded headers": wheel(described=lambda: {"METADATA": headers("Keywords: k", *[" k"] * 20)}),
    "one folded header": wheel(described=lambda: {"METADATA": headers("Summary: s\n" + "\t\n" * 900_000, times=1)}),
    "lines that are no headers": wheel(described=lambda: {"METADATA": headers("what%d", times=1_000_000)}),
    "many findings": wheel(
        described=lambda: {
            "METADATA": headers(
                "Classifier: Unknown :: %d", "Classifier: Private :: %d", "Requires-Dist: no requirement %d",
                "Requires-Dist: handmade%d @ https://files.example/%d.whl", "Project-URL: , no address %d",
                "Project-URL: Documentation of the thing numbered %d, https://code.example",
                "Provides-Extra: really? %d", "License-File: /LICENSE%d", "Dynamic: Name%d", times=2_200,
            )
        }
    ),
    "long findings": wheel(
        described=lambda: {
            "METADATA": headers(
                "Classifier: " + "c" * 200_000, "Requires-Dist: " + "r!" * 100_000, "Project-URL: , " + "u" * 200_000,
                "Requires-Python: " + "p" * 200_000, "Provides-Extra: " + "e?" * 100_000, "Name: " + "n!" * 200_000,
                times=1,
            )
        }
    ),
    "requirements that nest": wheel(
        described=lambda: {
            "METADATA": headers("Requires-Dist: a; " + "(" * 900_000, "Requires-Dist: a[" + "a," * 200_000, times=1)
        }
    ),
    "requirements in brackets": wheel(
        described=lambda: {
            "METADATA": headers("Requires-Dist: a; " + "(" * 400 + 'os_name=="a"' + ")" * 400, times=2_000)
        }
    ),
    "versions of every kind": wheel(
        described=lambda: {
            "METADATA": headers(
                "Requires-Dist: a" + "".join(f">={number}," for number in range(80_000)) + "<1",
                "Requires-Python: " + ",".join(f">={number}.1" for number in range(80_000)), times=1,
            )
        }
    ),
    "expressions that nearly match": wheel(
        described=lambda: {
            "METADATA": headers(
                "Author-Email: a@" + "a-" * 400_000, "Maintainer-Email: " + "<" * 300_000, "Project-URL: a, https://"
                + "%a" * 300_000, "Home-Page: http:" + "/a" * 100_000 + "<", "License-Expression: " + "(" * 300_000,
                "Description-Content-Type: text/markdown" + ";a" * 100_000, times=1,
            )
        }
    ),
    "entry points of every group": wheel(
        described=lambda: {"entry_points.txt": lines("[g%d]\na = b:\n", 60_000), "METADATA": METADATA}
    ),
    "entry points that lead nowhere": wheel(
        described=lambda: {"entry_points.txt": b"[console_scripts]\n" + lines("a b%d = a b\n", 60_000)}
    ),
    "entry points that nearly match": wheel(
        described=lambda: {
            "entry_points.txt": b"[console_scripts]\na = " + b"a." * 400_000 + b"\nb = a:" + b" " * 90_000 + b"!\n"
        }
    ),
    "an entry point of many lines": wheel(
        described=lambda: {"entry_points.txt": b"[console_scripts]\na = b\n" + b" c\n" * 300_000}
    ),
    "lines that are no entry points": wheel(described=lambda: {"entry_points.txt": b"[a]\n" + b"what\n" * 200_000}),
    "a WHEEL file of every header": wheel(described=lambda: {"WHEEL": lines("H%d: y\n", 90_000)}),
    "a WHEEL file of every tag": wheel(described=lambda: {"WHEEL": WHEEL_FILE + lines("Tag: py%d-none-any\n", 50_000)}),
    "a table of many cells": restructured(_table(120)),
    "lists inside of lists": restructured(_nested(300)),
    "a title under every line": restructured(lines("Title %d\n========\n\n", 40_000).decode()),
    "emphasis without an end": restructured("*a **b `c |d " * 70_000),
    "substitutions of substitutions": restructured(
        "".join(f".. |a{number}| replace:: {f'|a{number + 1}| ' * 10}\n" for number in range(12)) + "\n|a0|\n"
    ),
    "references to nowhere": restructured("nowhere_ " * 60_000),
    "a page of quotes": restructured("\n".join(" " * (number % 90) + "> quoted" for number in range(12_000))),
}  # fmt: skip
