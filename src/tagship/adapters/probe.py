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
from collections.abc import Collection
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


def optional_requirements(requires: list[str]) -> dict[str, str]:
    """By the normalised names of what a project requires with an extra and never without one, the first such extra."""
    always: set[str] = set()
    optional: dict[str, str] = {}
    for line in requires:
        requirement, _, marker = line.partition(";")
        named = re.match(r"\s*([A-Za-z0-9._-]*[A-Za-z0-9])", requirement)
        extra = re.search(r"\bextra\b(?:\s*==\s*[\"']([^\"']*))?", marker)
        if named is not None and extra is not None:
            optional.setdefault(_normalised(named.group(1)), extra.group(1) or "")
        elif named is not None:
            always.add(_normalised(named.group(1)))
    return {name: extra for name, extra in optional.items() if name not in always}


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


def comes_with_an_extra(error: BaseException, optional: Collection[str]) -> str | None:
    """Which of the projects that only an extra brings an import failed for want of; None for none of them.

    Modules go by their project's name, or nearly.
    """
    name = _normalised(missing_module(error) or "")
    return next((each for each in (name, f"python-{name}", f"py{name}") if each in optional), None)


def missing_library(error: BaseException | None, brought: set[str] | None = None) -> bool:
    """Whether an import failed for want of a shared library of the system, behind whatever was raised in its place.

    One whose file name is among those `brought` is the distribution's own, and should have been found.
    """
    for _ in range(10):
        if error is None:
            break
        if isinstance(error, (ImportError, OSError)) and not isinstance(error, ModuleNotFoundError):
            found = _MISSING_LIBRARY.search(str(error))
            if found is not None:
                named = next((group for group in found.groups() if group), "")
                return not brought or re.split(r"[/\\]", named)[-1] not in brought
        error = error.__cause__ or error.__context__
    return False


_MISSING_LIBRARY = re.compile(
    r"(\S+): cannot open shared object file"  # what loaders say: glibc's, musl's, that of macOS, that of Windows
    r"|Error loading shared library ([^\s:]+)"
    r"|Library not loaded: (\S+)"
    r"|DLL load failed.*module could not be found"
    r"|cannot load library|no library called"  # what those say who look for a library by its name
    r"|library not found|(?:failed|unable) to find (?:lib|\S+ shared library)",
    re.IGNORECASE,
)


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


def distribution_of(project: str) -> importlib.metadata.Distribution:
    """What is installed of a project; before Python 3.10 the names of directories were not compared as projects' are.

    Raises LookupError where there is none.
    """
    for each in importlib.metadata.distributions():
        if _normalised(each.metadata["Name"] or "") == _normalised(project):
            return each
    raise LookupError(f"nothing that is installed is called {project}")


def look(project: str, importing: str) -> dict[str, object]:
    """Import what a project brought, and tell."""
    distribution = distribution_of(project)
    optional = optional_requirements(distribution.requires or [])
    imported: list[str] = []
    failed: dict[str, str] = {}
    wanting: dict[str, str] = {}
    lacking: dict[str, str] = {}
    files = distribution.files or ()
    installed = {_real(str(distribution.locate_file(path))) for path in files}
    libraries = {path.name for path in files}
    for name in modules_in([path.as_posix() for path in files]):
        Path(importing).write_text(name, encoding="utf-8")
        try:
            elsewhere = stranger(name, installed)
            if elsewhere is not None:
                failed[name] = f"another module of this name comes first, from {elsewhere}"
                continue
            importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001 -- whatever a stranger's module does is the answer
            reason = f"{type(error).__name__}: {error}"
            project_wanted = comes_with_an_extra(error, optional)
            if project_wanted is not None:
                wanting[name] = f"{reason}, which comes with the extra {optional[project_wanted]}".rstrip()
            elif missing_library(error, libraries):
                lacking[name] = reason
            else:
                failed[name] = reason
        else:
            imported.append(name)
    return {
        "version": distribution.version,
        "python": platform.python_version(),
        "imported": imported,
        "failed": failed,
        # Neither is the distribution's fault: what only an extra brings, and what the system would have to bring.
        "wanting": wanting,
        "lacking": lacking,
    }


def look_at_scripts(project: str, importing: str) -> dict[str, object]:
    """Look up what each console script and window program would call; tell which are to be started, and which cannot.

    Window programs are not to be started: nobody sits there to close the window.
    """
    distribution = distribution_of(project)
    optional = optional_requirements(distribution.requires or [])
    scripts: list[str] = []
    broken: dict[str, str] = {}
    lacking: dict[str, str] = {}
    libraries = {path.name for path in distribution.files or ()}
    for entry in distribution.entry_points:
        if entry.group not in {"console_scripts", "gui_scripts"}:
            continue
        Path(importing).write_text(entry.value.partition(":")[0], encoding="utf-8")
        try:
            entry.load()
        except BaseException as error:  # noqa: BLE001 -- as above
            if comes_with_an_extra(error, optional) is None:
                reasons = lacking if missing_library(error, libraries) else broken
                reasons[entry.name] = f"{entry.value}: {type(error).__name__}: {error}"
        else:
            scripts += [entry.name] if entry.group == "console_scripts" else []
    return {"scripts": scripts, "broken": broken, "lacking_scripts": lacking, "optional": sorted(optional)}


def main() -> None:
    """Keep standard output for the answer: what modules print while they are imported goes to standard error."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        seen = look(sys.argv[1], sys.argv[2])
        if sys.argv[3:] == ["scripts"]:
            seen.update(look_at_scripts(sys.argv[1], sys.argv[2]))
    except Exception as error:  # noqa: BLE001 -- ours, and nothing that the project could be blamed for
        seen = {"flaw": f"{type(error).__name__}: {error}"}
    json.dump(seen, answer)
    answer.close()
    # A module may have started threads that would keep the interpreter waiting.
    os._exit(0)


if __name__ == "__main__":
    main()
