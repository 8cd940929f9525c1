"""Run inside a clean environment, by its own interpreter: says what is installed there and whether it imports.

Called as `python -I probe.py PROJECT FILE`, or with `scripts` after that, to have the console scripts' functions
looked up as well. Prints one JSON object, and keeps the name of the module that it
is importing in the file, for who loses patience; imports nothing of ours, and keeps to what
Python 3.8 understands, because the interpreter is whichever the project wants.
"""

# Without this the annotations would be evaluated, by a Python that has no words for them.
from __future__ import annotations

import importlib
import importlib.machinery
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import sys
from pathlib import Path


def modules_in(files: list[str]) -> list[str]:
    """The outermost importable names among installed files; namespace packages are gone into.

    `files` are paths with forward slashes. Private names count only where there is no other.
    """
    sources = [found for found in map(_module, files) if found is not None]
    packages = {parts[:-1] for parts in sources if parts[-1] == "__init__"}
    names = set()
    for parts in sources:
        outermost = next((parts[:depth] for depth in range(1, len(parts)) if parts[:depth] in packages), parts)
        if outermost[-1] != "__main__":
            names.add(".".join(outermost))
    public = {name for name in names if not any(part.startswith("_") for part in name.split("."))}
    return sorted(public or names)


def _module(file: str) -> tuple[str, ...] | None:
    """The dotted name of a file as a tuple, or None for a file that cannot be imported."""
    for suffix in sorted(importlib.machinery.all_suffixes(), key=len, reverse=True):
        if file.endswith(suffix):
            parts = tuple(file[: -len(suffix)].split("/"))
            # Scripts lie outside, metadata in a directory with a dot, stubs in one with a hyphen.
            return parts if all(part.isidentifier() and part != "__pycache__" for part in parts) else None
    return None


def optional_requirements(requires: list[str]) -> set[str]:
    """The normalised names of what a project requires with an extra and never without one."""
    always: set[str] = set()
    extra: set[str] = set()
    for line in requires:
        requirement, _, marker = line.partition(";")
        named = re.match(r"\s*([A-Za-z0-9._-]*[A-Za-z0-9])", requirement)
        if named is not None:
            (extra if re.search(r"\bextra\b", marker) else always).add(_normalised(named.group(1)))
    return extra - always


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def missing_module(error: BaseException | None) -> str | None:
    """The outermost name of the module that could not be found, behind whatever was raised in its place."""
    for _ in range(10):
        if error is None:
            break
        if isinstance(error, ModuleNotFoundError) and error.name:
            return error.name.partition(".")[0]
        error = error.__cause__ or error.__context__
    return None


def comes_with_an_extra(error: BaseException, optional: set[str]) -> bool:
    """Whether an import failed for want of what only an extra brings; modules go by their project's name, or nearly."""
    module = missing_module(error)
    if module is None:
        return False
    name = _normalised(module)
    return not optional.isdisjoint({name, f"python-{name}", f"py{name}"})


def stranger(name: str, installed: set[str]) -> str | None:
    """Where a module is found that is not among the installed files, such as one of the standard library's name."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        return None
    if spec.origin is not None:
        return None if _real(spec.origin) in installed else spec.origin
    places = list(spec.submodule_search_locations or ())
    brought = any(file.startswith(_real(place) + os.sep) for place in places for file in installed)
    return None if brought else ", ".join(places) or "nowhere"


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def look(project: str, importing: str) -> dict[str, object]:
    """Import what a project brought, and tell."""
    distribution = importlib.metadata.distribution(project)
    optional = optional_requirements(distribution.requires or [])
    imported: list[str] = []
    failed: dict[str, str] = {}
    wanting: dict[str, str] = {}
    files = distribution.files or ()
    installed = {_real(str(distribution.locate_file(path))) for path in files}
    for name in modules_in([path.as_posix() for path in files]):
        Path(importing).write_text(name, encoding="utf-8")
        try:
            elsewhere = stranger(name, installed)
            if elsewhere is not None:
                failed[name] = f"another module of this name comes first, from {elsewhere}"
                continue
            importlib.import_module(name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a stranger's module does is the answer
            verdicts = wanting if comes_with_an_extra(error, optional) else failed
            verdicts[name] = f"{type(error).__name__}: {error}"
        else:
            imported.append(name)
    return {
        "version": distribution.version,
        "python": platform.python_version(),
        "imported": imported,
        # What an extra would bring may be missing, as long as something works without it.
        "failed": failed if imported else {**failed, **wanting},
    }


def look_at_scripts(project: str, importing: str) -> dict[str, object]:
    """Look up what each console script and window program would call; tell which are to be started, and which cannot.

    Window programs are not to be started: nobody sits there to close the window.
    """
    distribution = importlib.metadata.distribution(project)
    optional = optional_requirements(distribution.requires or [])
    scripts: list[str] = []
    broken: dict[str, str] = {}
    for entry in distribution.entry_points:
        if entry.group not in {"console_scripts", "gui_scripts"}:
            continue
        Path(importing).write_text(entry.value.partition(":")[0], encoding="utf-8")
        try:
            entry.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- as above
            if not comes_with_an_extra(error, optional):
                broken[entry.name] = f"{entry.value}: {type(error).__name__}: {error}"
        else:
            scripts += [entry.name] if entry.group == "console_scripts" else []
    return {"scripts": scripts, "broken": broken, "optional": sorted(optional)}


def main() -> None:
    """Keep standard output for the answer: what modules print while they are imported goes to standard error."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    seen = look(sys.argv[1], sys.argv[2])
    if sys.argv[3:] == ["scripts"]:
        seen.update(look_at_scripts(sys.argv[1], sys.argv[2]))
    json.dump(seen, answer)
    answer.close()
    # A module may have started threads that would keep the interpreter waiting.
    os._exit(0)


if __name__ == "__main__":
    main()
