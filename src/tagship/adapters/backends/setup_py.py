"""setup.py as far as it states its arguments instead of computing them; it is parsed, never run."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tagship.adapters.backends.literals import Module, Modules, Stated
from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import NotStatic, Written

SETUP_PY: Final = "setup.py"


@dataclass(frozen=True, slots=True)
class SetupPy:
    """The arguments of the call of setup() in one setup.py; a missing file has none."""

    modules: Modules
    module: Module | None
    arguments: dict[str, ast.expr]
    opaque: str | None

    def states(self, name: str) -> Stated | None:
        """The value of an argument, or None where it is not given; raises NotStatic where code decides it."""
        if self.module is None or name not in self.arguments:
            if self.opaque is not None:
                raise NotStatic(self.opaque)
            return None
        return self.modules.evaluate(self.module, self.arguments[name])

    def text(self, name: str) -> Written | None:
        """As `states`, for an argument whose value is text."""
        found = self.states(name)
        return Written(found.value, found.path, found.line) if found and isinstance(found.value, str) else None

    def calls(self, name: str) -> str | None:
        """The dotted name of the function that an argument is computed with, or None."""
        match self.arguments.get(name):
            case ast.Call(func=ast.Name(id=function)):
                return self._origin_of(function)
            case ast.Call(func=ast.Attribute() as function):
                return ast.unparse(function)
            case _:
                return None

    def _origin_of(self, function: str) -> str:
        """A function's dotted name, with the module that it is imported from."""
        for statement in self.module.body.body if self.module else []:
            if isinstance(statement, ast.ImportFrom) and not statement.level:
                for alias in statement.names:
                    if function == (alias.asname or alias.name):
                        return f"{statement.module}.{alias.name}"
        return function

    def asks_for(self, name: str) -> bool:
        """Whether an argument is given and is not plainly False or None."""
        match self.arguments.get(name):
            case None | ast.Constant(value=False | None):
                return False
            case _:
                return True

    def mapping(self, name: str) -> dict[str, str]:
        """The texts of an argument that is a dictionary of texts; others are left out."""
        given = self.arguments.get(name)
        entries = _stated_entries(given) if given is not None else {}
        return {key: text for key, value in entries.items() if (text := _text(value)) is not None}


def read_setup_py(manifest: Manifest) -> SetupPy:
    """The project's setup.py; one that cannot be parsed, or hides its arguments, says so when asked."""
    modules = Modules(manifest, roots=("", "src"))
    if manifest.read(SETUP_PY) is None:
        return SetupPy(modules, None, {}, None)
    try:
        module = modules.parse(SETUP_PY)
    except NotStatic as reason:
        return SetupPy(modules, None, {}, str(reason))
    call = next((node for node in ast.walk(module.body) if _calls_setup(node)), None)
    where = manifest.spelt(SETUP_PY)
    if not isinstance(call, ast.Call):
        return SetupPy(modules, module, {}, f"{where} calls setup() nowhere that can be seen")
    arguments = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    opaque = None
    for keyword in call.keywords:
        if keyword.arg is None:
            arguments = _entries(module.body, keyword.value) | arguments
            opaque = f"{where} gives setup() arguments that it computes, at line {call.lineno}"
    return SetupPy(modules, module, arguments, opaque)


def _entries(body: ast.Module, node: ast.expr) -> dict[str, ast.expr]:
    """The entries of a dictionary that is unpacked into setup(), as far as nothing else changes them."""
    if not isinstance(node, ast.Name):
        return _stated_entries(node)
    uses = [each for each in ast.walk(body) if isinstance(each, ast.Name) and each.id == node.id]
    values = [
        each.value
        for each in ast.walk(body)
        if isinstance(each, ast.Assign) and any(target in uses for target in each.targets)
    ]
    changes = [keys for each in ast.walk(body) if (keys := _keys_touched(each, uses)) is not None]
    unpacked = [keyword.value for each in ast.walk(body) if _calls_setup(each) for keyword in _unpacked(each)]
    told = [each for each in unpacked if each in uses]
    # Bound once, unpacked for setup(), and otherwise used by named keys: then no entry changes but under its own.
    if len(values) != 1 or len(uses) != len(changes) + len(told) + 1:
        return {}
    set_later = {key for keys in changes for key in keys}
    entries = _stated_entries(values[0])
    return {} if None in set_later else {key: value for key, value in entries.items() if key not in set_later}


def _keys_touched(node: ast.AST, dictionary: Sequence[ast.Name]) -> list[str | None] | None:
    """The keys that a node sets in a dictionary, None among them for one that it computes; None for no such node."""
    match node:
        case ast.Subscript(value=ast.Name() as name, ctx=context) if name in dictionary:
            return [] if isinstance(context, ast.Load) else [_text(node.slice)]
        case ast.Call(func=ast.Attribute(value=ast.Name() as name, attr="update")) if name in dictionary:
            return [*(key for given in node.args for key in _keys_of(given)), *(each.arg for each in node.keywords)]
        case _:
            return None


def _keys_of(node: ast.expr) -> list[str | None]:
    """The keys of a dictionary, None among them for one that is computed."""
    match node:
        case ast.Dict(keys=keys):
            return [_text(key) for key in keys]
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            return [keyword.arg for keyword in keywords]
        case _:
            return [None]


def _unpacked(node: ast.AST) -> list[ast.keyword]:
    """The dictionaries that a call unpacks."""
    return [keyword for keyword in node.keywords if keyword.arg is None] if isinstance(node, ast.Call) else []


def _stated_entries(node: ast.expr) -> dict[str, ast.expr]:
    match node:
        case ast.Dict(keys=keys, values=values):
            pairs = ((_text(key), value) for key, value in zip(keys, values, strict=True))
            return {key: value for key, value in pairs if key is not None}
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            return {keyword.arg: keyword.value for keyword in keywords if keyword.arg is not None}
        case _:
            return {}


def _text(node: ast.expr | None) -> str | None:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case _:
            return None


def _calls_setup(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="setup") | ast.Attribute(attr="setup")):
            return True
        case _:
            return False
