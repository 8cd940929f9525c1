"""What two tools that people run in place of `validate` complain about, on files made to make them complain."""

import contextlib
import csv
import io
import logging
import re
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from refusals.crafted import Make, plain_wheel
from refusals.crafting import INFO, changed_sdist, changed_wheel, sound_sdist

twine_check = pytest.importorskip("twine.commands.check")
check_wheel_contents = pytest.importorskip("check_wheel_contents.__main__")

Tool = Callable[[Sequence[str]], tuple[str, bool]]
"""What a peer says to these words, and whether it ends as with a complaint."""
PHRASES = {
    "description missing": "`long_description` missing",
    "content type missing": "`long_description_content_type` missing",
    "markup": "`long_description` has syntax errors in markup",
}
"""What stands in the place of codes where a tool has none: our short name, and its words."""


def twine(words: Sequence[str]) -> tuple[str, bool]:
    """`twine check --strict`, in this process: to start one for every file would take ten times as long."""
    said = io.StringIO()
    told = logging.StreamHandler(said)
    logger = logging.getLogger("twine")
    logger.addHandler(told)
    try:
        with contextlib.redirect_stdout(said):
            complains = twine_check.main(["--strict", *words])
    except Exception as error:  # noqa: BLE001 -- whatever a peer breaks over is a complaint
        return f"{said.getvalue()}\n{error}", True
    finally:
        logger.removeHandler(told)
    return said.getvalue(), complains


def contents(words: Sequence[str]) -> tuple[str, bool]:
    """`check-wheel-contents --no-config`, in this process."""
    done = CliRunner().invoke(check_wheel_contents.main, ["--no-config", *words])
    return done.output, done.exit_code != 0


@dataclass(frozen=True, slots=True)
class Complaint:
    """A code of a peer's, a file over which it complains so, and the check of ours that finds the same."""

    code: str
    make: Make
    check: str


def holding(members: Mapping[str, bytes], without: Collection[str] = (), *, beside_sources: bool = False) -> Make:
    """A wheel with more or fewer members, every one of them in its RECORD."""

    def make(directory: Path) -> Path:
        if beside_sources:
            sound_sdist(directory)

        def change(held: dict[str, bytes]) -> None:
            held.update(members)
            for name in without:
                del held[name]
            held[f"{INFO}/RECORD"] = _record(held)

        return changed_wheel(directory, change)

    return make


def _record(held: Mapping[str, bytes]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for name, content in held.items():
        if name != f"{INFO}/RECORD":
            digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
            rows.writerow((name, f"sha256={digest}", len(content)))
    rows.writerow((f"{INFO}/RECORD", "", ""))
    return text.getvalue().encode()


def _undescribed(held: dict[str, bytes]) -> None:
    name = next(name for name in held if name.endswith(("/METADATA", "/PKG-INFO")))
    held[name] = held[name].partition(b"\n\n")[0] + b"\n"


def _untyped(held: dict[str, bytes]) -> None:
    name = next(name for name in held if name.endswith(("/METADATA", "/PKG-INFO")))
    held[name] = held[name].replace(b"Description-Content-Type: text/markdown\n", b"")


MODULE = "handmade/__init__.py"
CODE = b'"""Some code."""\n'
COMPLAINTS = (
    Complaint("description missing", lambda directory: changed_wheel(directory, _undescribed), "project-is-described"),
    Complaint("description missing", lambda directory: changed_sdist(directory, _undescribed), "project-is-described"),
    Complaint("content type missing", lambda directory: changed_wheel(directory, _untyped), "description-type-is-said"),
    Complaint("content type missing", lambda directory: changed_sdist(directory, _untyped), "description-type-is-said"),
    Complaint("markup", plain_wheel, "description-renders"),
    Complaint("W001", holding({"handmade/old.pyc": CODE}), "wheels-hold-no-caches"),
    Complaint("W001", holding({"handmade/__pycache__/a.cpython-311.pyc": CODE}), "wheels-hold-no-caches"),
    Complaint("W003", holding({"README.md": CODE}), "top-level-names-are-own"),
    Complaint("W003", holding({"settings.json": b"{}"}), "top-level-names-are-familiar"),
    Complaint("W005", holding({"tests/__init__.py": b""}), "top-level-names-are-own"),
    Complaint("W005", holding({"src/handmade/__init__.py": b""}), "top-level-names-are-own"),
    Complaint("W005", holding({"cli/__init__.py": b""}), "top-level-names-are-familiar"),
    Complaint("W005", holding({".venv/pyvenv.cfg": b""}), "wheels-hold-no-caches"),
    Complaint("W005", holding({".tox/log/1.log": b""}), "archives-hold-no-leftovers"),
    Complaint("W006", holding({"__init__.py": b""}), "top-level-names-are-own"),
    Complaint("W007", holding({}, [MODULE], beside_sources=True), "wheel-has-modules"),
    Complaint("W008", holding({}, [MODULE], beside_sources=True), "wheel-has-modules"),
    Complaint("W009", holding({"others/__init__.py": b""}), "top-level-names-are-familiar"),
    Complaint("W010", holding({"pictures/logo.svg": b"<svg/>"}), "top-level-names-are-familiar"),
)  # fmt: skip
"""Every code that needs no options, but for those that are judged otherwise."""
OTHERWISE = {
    "W002": (
        holding({"handmade/a.py": CODE, "handmade/b.py": CODE}),
        "two files of one content are seldom a mistake, and a copy that nobody meant to keep is none of git's",
    ),
    "W004": (
        holding({"handmade/migrations/0001-first.py": CODE}),
        "what lies in a package under such a name, as templates and migrations do, is read and not imported",
    ),
}
"""Codes over which no check of ours fails: a file for each, and the reason."""
TREE = {
    "W101": "a file of the tree that no wheel has: tracked-modules-are-shipped",
    "W102": "a file of a wheel that the tree has not: shipped-files-are-tracked",
    "W201": "a package of the tree that no wheel has: tracked-files-are-shipped",
    "W202": "a name at the top that nobody told of: top-level-names-are-familiar",
}
"""Codes that are found where the tree is told, which a repository tells us without being asked."""


def codes_of(tool: Tool, *words: str | Path) -> frozenset[str]:
    """What a peer complains about, code by code; any complaint without one is `otherwise`."""
    with warnings.catch_warnings(action="ignore"):
        words_said, complains = tool(list(map(str, words)))
    said = " ".join(words_said.split())
    found = {code for code, phrase in PHRASES.items() if phrase in said} | set(re.findall(r"\b(W\d{3}): ", said))
    return frozenset(found or ({"otherwise"} if complains else ()))


def complaints_of(path: Path) -> frozenset[str]:
    """What both peers complain about in one file."""
    wheels = codes_of(contents, path) if path.name.endswith(".whl") else frozenset[str]()
    return codes_of(twine, path) | wheels
