"""The one file that a setup.py draws its version out of: with a regular expression, by lines, or by running it.

Nothing runs here. What is followed is where the value comes from: a path that is spelt out, what is opened there, and
functions that do nothing but look for something in it. A value that takes any other way is for code to tell.
"""

import ast
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tagship.adapters.backends.draught import NAMES, Draught
from tagship.adapters.backends.literals import Module, Modules
from tagship.adapters.backends.scopes import Bound, bound_by, changed_by, own_scope, texts_in, values_bound

_DEEPEST: Final = 60
_LONGEST: Final = 3000
"""How many steps are followed, for functions that call each other."""
_TOP: Final = frozenset({"getcwd", "cwd"})
_SAME_PATH: Final = frozenset({"abspath", "realpath", "normpath", "fspath", "str", "resolve", "absolute"})
_JOINS: Final = frozenset({"join", "joinpath", "Path", "PurePath"})
_READ: Final = frozenset({"read_text", "read_bytes", "open"})
_OPENS: Final = {"open": 0, "run_path": 0, "spec_from_file_location": 1, "SourceFileLoader": 1, "load_source": 1}
"""Functions that are given a path, and at which place among their arguments."""
_LOOKS: Final = frozenset(
    {
        *("search", "match", "fullmatch", "findall", "finditer"),
        *("compile", "eval", "literal_eval", "parse", "walk", "module_from_spec"),
        *("str", "next", "iter", "list", "tuple", "dict"),
    }
)
"""Functions whose answer is a part of what they are given."""
_STRIPS: Final = frozenset({"strip", "lstrip", "rstrip"})
_CUTS: Final = frozenset({"split", "rsplit", "partition", "rpartition", "replace", "removeprefix", "removesuffix"})
_PICKS: Final = frozenset(
    {
        *("read", "readline", "readlines", "decode", "encode", "splitlines"),
        *("group", "groups", "groupdict", "get", "index", "pop", "load_module"),
        *_STRIPS,
        *_CUTS,
    }
)
"""Methods whose answer is a part of what they are called on."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something that comes out of the file at a path, relative to the project."""

    path: str


_Value = str | Drawn | tuple["_Value", ...]
"""A text that is spelt out, what comes out of a file, or several of these."""


@dataclass(frozen=True, eq=False)
class _Scope:
    """Statements of the file at a path that share their names; `given` are a function's arguments, None for unknown."""

    path: str
    body: Sequence[ast.stmt]
    outer: "_Scope | None" = None
    given: Mapping[str, _Value | None] = field(default_factory=dict)

    @cached_property
    def binding(self) -> Mapping[str, Sequence[ast.AST]]:
        """Every node that binds a name here, or changes what is bound to it."""
        found: dict[str, list[ast.AST]] = {}
        for node in own_scope(self.body):
            for name in bound_by(node) | changed_by(node):
                found.setdefault(name, []).append(node)
        return found

    @cached_property
    def bound(self) -> Sequence[Bound]:
        """What is bound here, in the order in which it is written."""
        return tuple(values_bound(self.body))


def draw(modules: Modules, module: Module, node: ast.expr) -> Draught | None:
    """Which file the value of an expression in a module comes out of; None where code decides more than that.

    Raises NotStatic where a module that it leads to is not of our Python.
    """
    tracing = _Tracing(modules, set(texts_in(node)))
    scope = tracing.scope_of(module)
    for function in ast.walk(module.body):
        if isinstance(function, ast.FunctionDef) and any(each is node for each in ast.walk(function)):
            unknown = [each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)]
            scope = _Scope(module.path, function.body, scope, dict.fromkeys(unknown))
    value = tracing.value(node, scope)
    if not isinstance(value, Drawn):
        return None
    return Draught(posixpath.normpath(value.path), frozenset(tracing.texts), frozenset(tracing.cuts))


@dataclass(slots=True)
class _Tracing:
    """One expression followed to where it comes from."""

    modules: Modules
    texts: set[str]
    cuts: set[str] = field(default_factory=set)
    _scopes: dict[str, _Scope] = field(default_factory=dict)
    _known: dict[tuple[_Scope, str], _Value | None] = field(default_factory=dict)
    _depth: int = 0
    _steps: int = 0

    def scope_of(self, module: Module) -> _Scope:
        """The names of a module."""
        return self._scopes.setdefault(module.path, _Scope(module.path, module.body.body))

    def value(self, node: ast.expr | None, scope: _Scope) -> _Value | None:
        """What an expression comes from; None where that is not plain."""
        if node is None or self._depth > _DEEPEST or self._steps > _LONGEST:
            return None
        self._depth += 1
        self._steps += 1
        try:
            return self._value(node, scope)
        finally:
            self._depth -= 1

    def _value(self, node: ast.expr, scope: _Scope) -> _Value | None:
        match node:
            case ast.Constant(value=str() as text):
                return text
            case ast.Constant(value=None) | ast.Dict(keys=[]):
                return ""
            case ast.Name(id="__file__"):
                return f"./{scope.path}"
            case (
                ast.Name(id=name)
                | ast.Subscript(
                    value=ast.Call(func=ast.Name(id="locals" | "globals" | "vars"), args=[]),
                    slice=ast.Constant(value=str() as name),
                )
            ):
                return self._name(name, scope)
            case ast.Call():
                return self._called(node, scope)
            case _:
                return self._inside(node, scope) or self._composed(node, scope)

    def _inside(self, node: ast.expr, scope: _Scope) -> _Value | None:
        """The value of an expression that is a part of another, or stands for it."""
        match node:
            case ast.FormattedValue(value=inner, conversion=-1, format_spec=None) | ast.NamedExpr(value=inner):
                return self.value(inner, scope)
            case ast.ListComp(elt=inner) | ast.GeneratorExp(elt=inner):
                return self.value(inner, scope)
            case ast.Attribute(value=inner, attr=name):
                return self._part(self.value(inner, scope), name)
            case ast.Subscript(slice=ast.Slice(upper=ast.Constant())):
                return None  # so many characters, and the next version may have more
            case ast.Subscript(value=inner):
                return self._part(self.value(inner, scope), "")
            case _:
                return None

    def _composed(self, node: ast.expr, scope: _Scope) -> _Value | None:
        """The value of an expression that is put together of several."""
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return self._each(parts, scope)
            case ast.JoinedStr(values=parts):
                return _concatenated(self._each(parts, scope))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _concatenated(self._each([left, right], scope))
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return _joined(self._each([left, right], scope))
            case ast.IfExp(body=one, orelse=other):
                return _alike([self.value(one, scope), self.value(other, scope)])
            case _:
                return None

    def _each(self, nodes: Sequence[ast.expr], scope: _Scope) -> tuple[_Value, ...] | None:
        """Several values, those that a starred one stands for among them; None where one is unknown."""
        found: list[_Value] = []
        for node in nodes:
            starred = isinstance(node, ast.Starred)
            value = self.value(node.value if isinstance(node, ast.Starred) else node, scope)
            if value is None or (starred and not isinstance(value, tuple)):
                return None
            found += value if starred and isinstance(value, tuple) else [value]
        return tuple(found)

    def _part(self, whole: _Value | None, name: str) -> _Value | None:
        if isinstance(whole, Drawn):
            self.texts.add(name)
            return whole
        return _above(whole) if isinstance(whole, str) and name == "parent" else None

    def _name(self, name: str, scope: _Scope) -> _Value | None:
        """What a name stands for; while that is looked up, what is known of it so far."""
        key = (scope, name)
        if key not in self._known:
            self._known[key] = None
            if name in scope.given and name not in scope.binding:
                self._known[key] = scope.given[name]
            else:
                self._look_up(name, scope)
        return self._known[key]

    def _look_up(self, name: str, scope: _Scope) -> None:
        key, bound = (scope, name), scope.binding.get(name, ())
        values = [each for each in scope.bound if name in each.names]
        run = [each for each in scope.bound if each.is_run and not each.names and name in NAMES]
        if not values and not run and not bound:
            self._known[key] = None if scope.outer is None else self._name(name, scope.outer)
            return
        if (elsewhere := self._imported(name, bound)) is not None:
            self._known[key] = self._name(elsewhere[1], elsewhere[0])
            return
        if len(bound) != sum(not each.is_run for each in values) or name in scope.given:
            return
        self.texts |= {name for _ in run}
        found: list[_Value | None] = []
        for each in (*values, *run):
            self.texts |= set(texts_in(each.statement))
            value = self.value(each.value, scope)
            found.append(None if each.is_part and not isinstance(value, Drawn) else value)
            self._known[key] = _alike(found)

    def _called(self, node: ast.Call, scope: _Scope) -> _Value | None:
        match node.func:
            case ast.Name(id=name):
                function = self._function(name, scope)
                return self._outside(name, node, scope) if function is None else self._run(*function, node, scope)
            case ast.Attribute(value=owner, attr=name):
                receiver = self.value(owner, scope)
                if isinstance(receiver, Drawn):
                    self.cuts |= _cuts(name, node.args)
                    return receiver if name in _PICKS | _LOOKS else None
                if isinstance(receiver, str) and not isinstance(owner, ast.Constant):
                    return self._of_path(name, receiver, node, scope)
                return self._outside(name, node, scope) if not isinstance(owner, ast.Constant) else None
            case _:
                return None

    def _imported(self, name: str, bound: Sequence[ast.AST]) -> tuple[_Scope, str] | None:
        """The module of the project, and what it calls there, that a name is imported from."""
        match bound:
            case [ast.ImportFrom(module=str() as dotted, level=0, names=aliases)]:
                path = self.modules.find(dotted)
                original = next(each.name for each in aliases if name == (each.asname or each.name))
                return None if path is None else (self.scope_of(self.modules.parse(path)), original)
            case _:
                return None

    def _function(self, name: str, scope: _Scope) -> tuple[ast.FunctionDef | None, _Scope] | None:
        """The function of the project that a name means, and where it is; None for one from outside."""
        bound = scope.binding.get(name, ())
        if not bound and name not in scope.given:
            return None if scope.outer is None else self._function(name, scope.outer)
        if (elsewhere := self._imported(name, bound)) is not None:
            scope, name = elsewhere
            bound = scope.binding.get(name, ())
        elif bound and all(isinstance(each, ast.Import | ast.ImportFrom) for each in bound):
            return None
        match bound:
            case [ast.FunctionDef(decorator_list=[]) as function]:
                return function, scope
            case _:
                return None, scope

    def _of_path(self, name: str, path: str, node: ast.Call, scope: _Scope) -> _Value | None:
        """What a method of a path gives."""
        if name in _READ:
            return Drawn(path)
        if name in _JOINS:
            return _joined(self._each([ast.Constant(path), *node.args], scope))
        return path if name in _SAME_PATH else None

    def _outside(self, name: str, node: ast.Call, scope: _Scope) -> _Value | None:
        """What a function of Python's own gives."""
        if name in _TOP and not node.args:
            return "."
        if name in _OPENS and len(node.args) > _OPENS[name]:
            path = self.value(node.args[_OPENS[name]], scope)
            return Drawn(path) if isinstance(path, str) else None
        if name in _LOOKS:
            drawn = [value for each in node.args if isinstance(value := self.value(each, scope), Drawn)]
            if drawn:
                return _alike(drawn)
        if name == "dirname" and len(node.args) == 1:
            return self._part(self.value(node.args[0], scope), "parent")
        if name in _SAME_PATH and len(node.args) == 1:
            path = self.value(node.args[0], scope)
            return path if isinstance(path, str) else None
        return _joined(self._each(node.args, scope)) if name in _JOINS and node.args else None

    def _run(self, function: ast.FunctionDef | None, home: _Scope, node: ast.Call, scope: _Scope) -> _Value | None:
        """What a function of setup.py returns for the arguments of a call."""
        if function is None or (given := self._given(function, home, node, scope)) is None:
            return None
        inner = _Scope(home.path, function.body, home, given)
        for statement in function.body:
            self.texts |= set(texts_in(statement))
        returned = [each for each in own_scope(function.body) if isinstance(each, ast.Return)]
        return _alike([self.value(each.value, inner) for each in sorted(returned, key=lambda each: each.lineno)])

    def _given(
        self, function: ast.FunctionDef, home: _Scope, node: ast.Call, scope: _Scope
    ) -> dict[str, _Value | None] | None:
        """The parameters of a function as a call fills them."""
        listed, known = self._each(node.args, scope), function.args
        names = [each.arg for each in (*known.posonlyargs, *known.args)]
        if listed is None or (len(listed) > len(names) and known.vararg is None):
            return None
        given = dict.fromkeys(each.arg for each in ast.walk(known) if isinstance(each, ast.arg))
        first = len(names) - len(known.defaults)
        defaults = [*zip(names[first:], known.defaults, strict=True)]
        defaults += [
            (each.arg, value) for each, value in zip(known.kwonlyargs, known.kw_defaults, strict=True) if value
        ]
        filled = {name: self.value(value, home) for name, value in defaults}
        filled |= dict(zip(names, listed, strict=False))
        filled |= {each.arg: self.value(each.value, scope) for each in node.keywords if each.arg is not None}
        rest = {known.vararg.arg: listed[len(names) :]} if known.vararg else {}
        return {**given, **filled, **rest}


def _cuts(method: str, arguments: Sequence[ast.expr]) -> set[str]:
    """The texts that a method takes out of what it is called on; for some it is each character."""
    texts = [text for each in arguments for text in texts_in(each) if text]
    if method in _STRIPS:
        return set("".join(texts))
    return set(texts) if method in _CUTS else set()


def _alike(values: Sequence[_Value | None]) -> _Value | None:
    """The one value that all are which are not empty; None where they differ, or one is unknown."""
    found = dict.fromkeys(value for value in values if value != "")
    if len(found) > 1 or None in found:
        return None
    return next(iter(found), "" if values else None)


def _above(path: str) -> str:
    """The directory that a path lies in, which of the project's own is one outside."""
    normal = posixpath.normpath(path)
    outside = normal == "." or normal.startswith("..")
    return posixpath.join(normal, "..") if outside else posixpath.dirname(normal) or "."


def _plain(values: tuple[_Value, ...] | None) -> Iterator[str]:
    yield from (value for value in values or () if isinstance(value, str))


def _concatenated(values: tuple[_Value, ...] | None) -> str | None:
    texts = list(_plain(values))
    return "".join(texts) if values is not None and len(texts) == len(values) else None


def _joined(values: tuple[_Value, ...] | None) -> str | None:
    texts = list(_plain(values))
    return posixpath.join(*texts) if values and len(texts) == len(values) else None
