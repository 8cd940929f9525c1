"""A version that code computes from one file of the project: where that file states it."""

import ast
import re

from tagship.adapters.backends.draught import NAMES, Draught
from tagship.adapters.backends.drawn import draw
from tagship.adapters.backends.literals import Module, Modules
from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import PYTHON, TEXT, NotStatic, Reading, Written, written
from tagship.domain.version import parse_version


def read_drawn(modules: Modules, module: Module, node: ast.expr) -> Reading | None:
    """The version that an expression of a module draws out of a file, which states it once and nothing else like it.

    None wherever that is not plain: then only running the code can tell.
    """
    try:
        draught = draw(modules, module, node)
        if draught is None or modules.manifest.read(draught.path) is None:
            return None
        is_module = draught.path.endswith(".py")
        found = _assigned(modules, draught) if is_module else _alone(modules.manifest, draught.path)
    except NotStatic:
        return None
    if found is None or not draught.keeps(found.text.strip()):
        return None
    return written(found, PYTHON if is_module else TEXT)


def _assigned(modules: Modules, draught: Draught) -> Written | None:
    """The version that a module assigns as one literal text to the one name that is looked for."""
    text = (modules.manifest.read(draught.path) or b"").decode("utf-8", "replace")
    names = [name for name in NAMES if draught.looks_for(name) and _assignments(name, text)]
    if len(names) != 1 or _assignments(names[0], text) != 1:
        return None
    stated = modules.attribute(modules.parse(draught.path), names[0])
    if not isinstance(stated.value, str) or stated.path != modules.manifest.spelt(draught.path):
        return None
    if parse_version(stated.value) is None or not draught.finds(names[0], stated.value, text):
        return None
    return Written(stated.value, stated.path, stated.line)


def _assignments(name: str, text: str) -> int:
    """How often a text seems to assign a name, examples in comments and parameters of functions included."""
    return len(re.findall(rf"(?<![\w.]){name}\s*(?::[^=\n]*)?=(?!=)", text))


def _alone(manifest: Manifest, path: str) -> Written | None:
    """The version that a file holds, and nothing else."""
    text = manifest.text(path) or ""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) != 1 or parse_version(text.strip()) is None:
        return None
    return Written(text, manifest.spelt(path), lines[0])
