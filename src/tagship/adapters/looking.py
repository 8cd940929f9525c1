"""What an environment's own interpreter tells of what is installed there: a stranger's words, checked and bounded."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from types import MappingProxyType

from tagship.adapters import probe
from tagship.adapters.process import run
from tagship.adapters.said import last_lines
from tagship.errors import Edit, FactUnknown, ProofFailed

IMPORTING = 180.0
"""Seconds for importing everything that a distribution brings."""
LONGEST_ANSWER = 16 << 20
"""Bytes of what the probe tells."""
LONGEST_NAME = 200
"""Bytes of the name of the module that is being imported."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the probe tells of an environment; `failed` and `broken` map modules and scripts to what they said.

    `wanting`, `lacking` and `lacking_scripts` are those of `Installation`.
    """

    version: str
    python: str
    imported: tuple[str, ...]
    failed: Mapping[str, str]
    scripts: tuple[str, ...] = ()
    broken: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    wanting: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    lacking_scripts: Mapping[str, str] = field(default_factory=dict)


def look_around_in(
    python: Path,
    project: str,
    room: Path,
    environ: Mapping[str, str],
    *,
    scripts: bool = False,
    stop: Event | None = None,
) -> Seen:
    """Ask an environment's own interpreter what is there, from an empty directory; `scripts` are loaded if asked for.

    Raises ProofFailed where importing never ends, ends the interpreter, or makes it talk nonsense, and FactUnknown
    where it does not come to that, which is no fault of the project's.
    """
    empty = room / "empty"
    empty.mkdir()
    importing = room / "importing"
    wanted = ["scripts"] if scripts else []
    try:
        done = run(
            [str(python), "-I", probe.__file__, project, str(importing), *wanted],
            cwd=empty,
            env=dict(environ),
            timeout=IMPORTING,
            check=False,
            stop=stop,
        )
    except FactUnknown as slow:
        # Whatever was imported could reach this file.
        if not importing.is_file():
            raise
        raise ProofFailed(
            f"{project} does not import: import {_name_in(importing)} is not done after "
            f"{IMPORTING:g} seconds for all of its modules",
            remedy=Edit("let importing it neither wait nor run the program, and release the next version"),
        ) from slow
    try:
        return read_seen(done.stdout, scripts=scripts)
    except (ValueError, TypeError, RecursionError) as silent:
        if not importing.exists():
            raise FactUnknown(
                f"what is installed of {project} cannot be looked at: {last_lines(done.stderr, 1)}"
            ) from silent
        raise ProofFailed(
            f"{project} ends the interpreter when it is imported:\n{_without_our_paths(done.stderr, room)}",
            remedy=Edit("mend what happens on import, and release the next version"),
        ) from silent


def _without_our_paths(said: bytes, room: Path) -> str:
    """The end of what an interpreter said, where files are called as if they lay where it was started."""
    text = last_lines(said)
    for ours in (probe.__file__, str(room)):
        text = text.replace(f"{ours}{os.sep}", "").replace(ours, Path(ours).name)
    return text


def read_seen(answer: bytes, *, scripts: bool = False) -> Seen:
    """What the probe said, with `scripts` if these were asked for; raises ValueError or TypeError for anything else.

    Raises FactUnknown where the probe says that it failed itself.
    """
    if len(answer) > LONGEST_ANSWER:
        raise ValueError(f"an answer of {len(answer):,} bytes")
    told = json.loads(answer)
    if not isinstance(told, dict):
        raise TypeError("no table")
    if "flaw" in told:
        raise FactUnknown(f"what is installed cannot be looked at: {_text(told['flaw'])}")
    alone = Seen(
        _text(told.get("version")),
        _text(told.get("python")),
        _texts(told.get("imported")),
        _table(told.get("failed")),
        wanting=_table(told.get("wanting", {})),
        lacking=_table(told.get("lacking", {})),
    )
    if not scripts:
        return alone
    return replace(
        alone,
        scripts=_texts(told.get("scripts")),
        broken=_table(told.get("broken")),
        optional=frozenset(_texts(told.get("optional"))),
        lacking_scripts=_table(told.get("lacking_scripts", {})),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.40} is no list")
    return tuple(map(_text, value))


def _table(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r:.40} is no table")
    return MappingProxyType({str(name): _text(text) for name, text in value.items()})


def _name_in(importing: Path) -> str:
    with importing.open("rb") as file:
        return file.read(LONGEST_NAME).decode("utf-8", "backslashreplace")
