"""Names that a setup.py gets by running another file: `about = {}; exec(open("demo/about.py").read(), about)`.

The file is named, never run: what it states is read like every other module.
"""

import ast
import posixpath
from collections.abc import Iterator

from tagship.adapters.backends.scopes import changed_by


def executed_into(module: ast.Module, name: str, key: str) -> str | None:
    """The path of the one file that is run into the empty dictionary `name`; None where code decides more than that.

    So it does where something else may be put under `key`.

    Directories that are not spelt out, such as that of setup.py itself, are left away: the path is relative to
    whatever they are.
    """
    values = [value for target, value in _top_assignments(module) if target == name]
    runs = [source for node in ast.walk(module) if (source := _run_into(node, name)) is not None]
    if len(values) != 1 or not _is_empty_dictionary(values[0]) or len(runs) != 1:
        return None
    if any(name in changed_by(node) and not _is_beside(node, key) for node in ast.walk(module)):
        return None
    opened = _opened(module, _read_from(runs[0]))
    path = None if opened is None else _path(opened)
    return None if path is None or path.startswith(("../", "/")) else path


def _is_beside(node: ast.AST, key: str) -> bool:
    """Whether what a node changes in a dictionary stands under another key."""
    match node:
        case ast.Subscript(slice=ast.Constant(value=str() as other)):
            return other != key
        case _:
            return False


def _top_assignments(module: ast.Module) -> Iterator[tuple[str, ast.expr | None]]:
    for node in ast.walk(module):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                yield name, value
            case _:
                continue


def _run_into(node: ast.AST, name: str) -> ast.expr | None:
    """What `exec` is given to run into the dictionary; None for any other node."""
    match node:
        case ast.Call(func=ast.Name(id="exec"), args=[source, ast.Name(id=target), *_]) if target == name:
            return source
        case _:
            return None


def _is_empty_dictionary(node: ast.expr | None) -> bool:
    match node:
        case ast.Dict(keys=[]) | ast.Call(func=ast.Name(id="dict"), args=[], keywords=[]):
            return True
        case _:
            return False


def _read_from(node: ast.expr) -> ast.expr | None:
    """The expression that is opened, in `x.read()` or `compile(x.read(), …)`."""
    match node:
        case ast.Call(func=ast.Name(id="compile"), args=[source, *_]):
            return _read_from(source)
        case ast.Call(func=ast.Attribute(value=source, attr="read" | "read_text" | "read_bytes")):
            return source
        case _:
            return None


def _opened(module: ast.Module, source: ast.expr | None) -> ast.expr | None:
    """The path in a call of open(), or in the `with` statement that binds the name which is read."""
    match source:
        case ast.Name(id=name):
            bound = [item for node in ast.walk(module) if isinstance(node, ast.With) for item in node.items]
            named = [
                item.context_expr
                for item in bound
                if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name
            ]
            # One name may be used for several files, one after the other: then which one is meant is for code to say.
            paths = [_opened(module, expression) for expression in named if not isinstance(expression, ast.Name)]
            python = [path for path in paths if path is not None and (_path(path) or "").endswith(".py")]
            return python[0] if len(python) == 1 else None
        case ast.Call(func=ast.Name(id="open") | ast.Attribute(attr="open"), args=[path, *_]):
            return path
        case ast.Call(func=ast.Name(id="Path")) | ast.BinOp(op=ast.Div()):
            return source
        case _:
            return None


def _path(node: ast.expr) -> str | None:
    """The steps of a path that are spelt out at its end; None where another one follows, or none is."""
    match node:
        case ast.Constant(value=str() as text):
            parts: list[ast.expr | str] = [text]
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            parts = [left, right]
        case (
            ast.Call(func=ast.Attribute(attr="join" | "joinpath"), args=args)
            | ast.Call(func=ast.Name(id="join" | "Path"), args=args)
        ):
            parts = list(args)
        case _:
            return None
    steps = [part if isinstance(part, str) else _path(part) for part in parts]
    while steps and steps[0] is None:
        steps.pop(0)
    spelt = [step for step in steps if step is not None]
    return posixpath.normpath("/".join(spelt)) if spelt and len(spelt) == len(steps) else None
