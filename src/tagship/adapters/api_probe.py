"""Run by an interpreter of our own in a process of its own: compares two states of a project's public API.

Called as `python -P api_probe.py BEFORE AFTER NAME...` with two directories of source and the names of packages or
modules that both hold. Prints one JSON object. Source is parsed and never imported, which is what griffe is for.
"""

import contextlib
import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import griffe

COUNTED = frozenset({
    "PARAMETER_MOVED", "PARAMETER_REMOVED", "PARAMETER_CHANGED_KIND", "PARAMETER_CHANGED_REQUIRED",
    "PARAMETER_ADDED_REQUIRED", "OBJECT_REMOVED", "OBJECT_CHANGED_KIND", "CLASS_REMOVED_BASE",
})  # fmt: skip
"""What stops a caller's code. Values, defaults and annotations change in every release: `__version__` is a value."""
MOST = 500
"""Breakages that are told."""


def load(name: str, directory: str) -> griffe.Object | griffe.Alias:
    """One package as its source says, nothing of it run."""
    return griffe.load(
        name, search_paths=[directory], try_relative_path=False, allow_inspection=False, store_source=False,
        resolve_aliases=True, resolve_external=False,
    )  # fmt: skip


def compare(before: str, after: str, name: str) -> Iterator[dict[str, object]]:
    """What of a package's public API is not as it was."""
    for breakage in griffe.find_breaking_changes(load(name, before), load(name, after)):
        if breakage.kind.name in COUNTED and not is_a_modules_own(breakage.obj):
            path, line = place(breakage.obj, before)
            symbol = breakage.obj.path
            yield {"symbol": symbol, "what": said(breakage), "path": path, "line": line}


def is_a_modules_own(found: griffe.Object | griffe.Alias) -> bool:
    """Whether something is what a module says of itself, such as `__version__` or `__getattr__`."""
    parent = found.parent
    return found.name.startswith("__") and parent is not None and not parent.is_alias and parent.is_module


def said(breakage: griffe.Breakage) -> str:
    """What changed, with the parameter or the base that it is about."""
    told = breakage.kind.value[:1].lower() + breakage.kind.value[1:]
    for value in (breakage.old_value, breakage.new_value):
        name = getattr(value, "name", None)
        if name and breakage.kind.name.startswith("PARAMETER"):
            return f"{told}: {name}"
    if breakage.kind.name == "CLASS_REMOVED_BASE":
        gone = [str(base) for base in breakage.old_value if str(base) not in map(str, breakage.new_value)]
        return f"{told}: {', '.join(gone)}" if gone else told
    return told


def place(found: griffe.Object | griffe.Alias, before: str) -> tuple[str | None, int | None]:
    """Where something stood in the earlier source; nothing where only the later one has it, or an import brought it."""
    holder = found.parent if found.is_alias else found
    try:
        path = Path(str(holder.filepath)).relative_to(before).as_posix() if holder is not None else None
    except ValueError:
        return None, None
    line = found.alias_lineno if isinstance(found, griffe.Alias) else found.lineno
    return path, line


def main(before: str, after: str, *names: str) -> None:
    """Compare every package, and say what was found or why nothing can be said."""
    logging.disable()
    answer: dict[str, object]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            found = [breakage for name in names for breakage in compare(before, after, name)]
        answer = {"breakages": found[:MOST]}
    except Exception as flaw:  # noqa: BLE001 -- whatever stops the comparison is the answer
        answer = {"flaw": f"{type(flaw).__name__}: {flaw}"[:1000]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
