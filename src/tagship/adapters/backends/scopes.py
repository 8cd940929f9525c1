"""Which names the statements of one scope bind, and to what."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_OWN_SCOPE: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_CHANGES: Final = frozenset({"update", "setdefault", "append", "extend", "insert"})
_Binding = ast.stmt | ast.expr | ast.excepthandler | ast.pattern
"""The kinds of node that can bind a name and know their line."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Names that are bound to a value: `is_part` where to parts of it, `is_run` where by running it as code.

    What is run into no dictionary names nothing. `statement` is the one at the top of the scope in which it stands.
    """

    names: frozenset[str]
    value: ast.expr
    statement: ast.stmt
    is_part: bool = False
    is_run: bool = False


def own_scope(body: Sequence[ast.stmt]) -> Iterator[_Binding]:
    """Every node that runs in the scope of these statements, and `global` statements wherever they are."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, _Binding):
            yield node
        if isinstance(node, _OWN_SCOPE):
            yield from (inner for inner in ast.walk(node) if isinstance(inner, ast.Global))
        else:
            pending.extend(ast.iter_child_nodes(node))


def bound_by(node: ast.AST) -> frozenset[str]:
    """The names that a node by itself binds or unbinds."""
    names: Sequence[str | None] = ()
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            names = [name]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.ExceptHandler():
            names = [node.name]
        case ast.MatchAs() | ast.MatchStar():
            names = [node.name]
        case ast.Global():
            names = node.names
        case ast.Import(names=aliases):
            names = [(alias.asname or alias.name).partition(".")[0] for alias in aliases]
        case ast.ImportFrom(names=aliases):
            names = [alias.asname or alias.name for alias in aliases]
        case _:
            pass
    return frozenset(name for name in names if name is not None)


def changed_by(node: ast.AST) -> frozenset[str]:
    """The names of what a node changes in place."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return frozenset([name])
        case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return frozenset([name])
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _CHANGES:
            return frozenset([name])
        case _:
            return frozenset()


def values_bound(body: Sequence[ast.stmt]) -> Iterator[Bound]:
    """The values that names are bound to in a scope, in the order in which that is written."""
    for statement in body:
        nodes = [node for node in own_scope([statement]) if isinstance(node, ast.stmt | ast.expr)]
        for node in sorted(nodes, key=lambda each: (each.lineno, each.col_offset)):
            for target, value, is_part in _targets(node):
                yield Bound(frozenset([target]), value, statement, is_part=is_part)
            match node:
                case ast.Call(func=ast.Name(id="exec"), args=[source, *rest]):
                    names = frozenset(each.id for each in rest if isinstance(each, ast.Name))
                    yield Bound(names, source, statement, is_run=True)
                case _:
                    pass


def _targets(node: ast.stmt | ast.expr) -> Iterator[tuple[str, ast.expr, bool]]:
    """The names that a node binds to values; to parts of them where it takes them apart."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _names(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield from _names(target, value)
        case ast.With(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from _names(item.optional_vars, item.context_expr)
        case ast.For(target=target, iter=value):
            yield from _names(target, value, is_part=True)
        case ast.ListComp(generators=generators) | ast.GeneratorExp(generators=generators):
            for each in generators:
                yield from _names(each.target, each.iter, is_part=True)
        case _:
            pass


def _names(target: ast.expr, value: ast.expr, *, is_part: bool = False) -> Iterator[tuple[str, ast.expr, bool]]:
    match target:
        case ast.Name(id=name):
            yield name, value, is_part
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _names(part, value, is_part=True)
        case _:
            pass


def texts_in(node: ast.AST) -> Iterator[str]:
    """The texts that a node works with: those of documentation and of errors are left out."""
    pending = [node]
    while pending:
        each = pending.pop()
        match each:
            case ast.Constant(value=str() as text):
                yield text
            case ast.Constant(value=bytes() as content):
                yield content.decode("latin-1")
            case ast.Expr(value=ast.Constant()) | ast.Raise():
                pass
            case _:
                pending.extend(ast.iter_child_nodes(each))
