"""Values that Python source states rather than computes, read without importing anything.

Understood are literals, names bound once in a module, `+` between texts, f-strings without format
specifications, names of other modules of the project, imported by themselves or with their module, and the
names of a file that is run into a dictionary.
"""

import ast
import dataclasses
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tagship.adapters.backends.executed import executed_into
from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import NotStatic
from tagship.adapters.backends.scopes import bound_by, own_scope

Value = str | int | float | tuple["Value", ...]

_LONGEST_TEXT = 1000
_DEEPEST_EXPRESSION = 50


@dataclass(frozen=True, slots=True)
class Stated:
    """A value, and the file and line that state it."""

    value: Value
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed module; `path` is relative to the project."""

    path: str
    body: ast.Module


@dataclasses.dataclass(slots=True)
class Modules:
    """The Python modules of a project, found in `roots`: directories relative to it, the first one wins."""

    manifest: Manifest
    roots: Sequence[str] = ("src", "")
    _parsed: dict[str, Module] = dataclasses.field(default_factory=dict)

    def find(self, dotted: str) -> str | None:
        """The file of a module or package, or None."""
        steps = dotted.replace(".", "/")
        for root in self.roots:
            stem = f"{root}/{steps}" if root else steps
            for path in (f"{stem}.py", f"{stem}/__init__.py"):
                if self.manifest.read(path) is not None:
                    return path
        return None

    def parse(self, path: str) -> Module:
        """The module at a path that is there; raises NotStatic where its syntax is not ours."""
        if path not in self._parsed:
            self._parsed[path] = Module(path, self._syntax_of(path, self.manifest.read(path) or b""))
        return self._parsed[path]

    def _syntax_of(self, path: str, content: bytes) -> ast.Module:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what is odd in a project's source is the project's to hear
                return ast.parse(content)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise NotStatic(f"{self.manifest.spelt(path)} cannot be parsed: {error}") from None

    def attribute(self, module: Module, name: str) -> Stated:
        """The value of a module's attribute; raises NotStatic where code decides it.

        The first plain assignment of a literal wins, as in setuptools and flit.
        """
        return self._attribute(module, name, frozenset())

    def evaluate(self, module: Module, node: ast.expr) -> Stated:
        """The value that an expression of a module states; raises NotStatic where it computes one."""
        return self._evaluate(module, node, frozenset(), 0)

    def _attribute(self, module: Module, name: str, seen: frozenset[tuple[str, str]]) -> Stated:
        for target, value in _assignments(module.body.body):
            if target == name:
                if (literal := _literal(value)) is not None:
                    return Stated(literal, self.manifest.spelt(module.path), value.lineno)
                break
        return self._name(module, name, seen)

    def _name(self, module: Module, name: str, seen: frozenset[tuple[str, str]]) -> Stated:
        """What a name that is bound once, at the top of its module, stands for."""
        where = self.manifest.spelt(module.path)
        if (module.path, name) in seen:
            raise NotStatic(f"{where} defines {name} by itself")
        seen |= {(module.path, name)}
        bindings = [node for node in own_scope(module.body.body) if name in bound_by(node)]
        if not bindings:
            raise NotStatic(f"{where} does not set {name} where it can be read without running it")
        if len(bindings) == 1:
            if (value := dict(_assignments(module.body.body)).get(name)) is not None:
                return self._evaluate(module, value, seen, 0)
            if bindings[0] in module.body.body and isinstance(bindings[0], ast.ImportFrom):
                return self._imported(module, bindings[0], name, seen)
        raise NotStatic(f"{where} sets {name} by code, at line {bindings[0].lineno}")

    def _imported(
        self, module: Module, statement: ast.ImportFrom, name: str, seen: frozenset[tuple[str, str]]
    ) -> Stated:
        original = next(alias.name for alias in statement.names if name == (alias.asname or alias.name))
        source = "." * statement.level + (statement.module or "")
        path = self._source_of(module, statement)
        if path is None:
            where = self.manifest.spelt(module.path)
            raise NotStatic(f"{where} imports {name} from {source}, which is no module of the project")
        return self._attribute(self.parse(path), original, seen)

    def _imported_module(self, module: Module, node: ast.expr) -> str | None:
        """The file of the project's module that an expression such as `demo` or `demo.about` names, or None."""
        dotted = ast.unparse(node)
        name = dotted.partition(".")[0]
        bindings = [each for each in own_scope(module.body.body) if name in bound_by(each)]
        if not bindings or any(each not in module.body.body for each in bindings):
            return None
        if not all(isinstance(each, ast.Import) and _names_itself(each, name) for each in bindings):
            return None
        return self.find(dotted)

    def _elsewhere(self, module: Module, node: ast.Attribute | ast.Subscript) -> tuple[str, str] | None:
        """The other file of the project, and the name in it, that `demo.about.version` or `about["version"]` mean."""
        match node:
            case ast.Attribute(attr=name) if (path := self._imported_module(module, node.value)) is not None:
                return path, name
            case ast.Subscript(value=ast.Name(id=dictionary), slice=ast.Constant(value=str() as name)):
                path = executed_into(module.body, dictionary, name)
                return None if path is None or self.manifest.read(path) is None else (path, name)
            case _:
                return None

    def _source_of(self, module: Module, statement: ast.ImportFrom) -> str | None:
        if not statement.level:
            return self.find(statement.module or "")
        base = module.path.split("/")[: -statement.level]
        if len(base) != module.path.count("/") + 1 - statement.level:
            return None
        stem = "/".join([*base, *(statement.module or "").split(".")]).rstrip("/")
        candidates = (f"{stem}.py", f"{stem}/__init__.py") if statement.module else (f"{stem}/__init__.py",)
        return next((path for path in candidates if self.manifest.read(path) is not None), None)

    def _evaluate(self, module: Module, node: ast.expr, seen: frozenset[tuple[str, str]], depth: int) -> Stated:
        if depth > _DEEPEST_EXPRESSION:
            raise NotStatic(f"{self.manifest.spelt(module.path)} nests an expression too deep, at line {node.lineno}")

        def value_of(part: ast.expr) -> Value:
            return self._evaluate(module, part, seen, depth + 1).value

        value: Value
        match node:
            case ast.Constant(value=str() | int() | float() as constant) if not isinstance(constant, bool):
                value = constant
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                value = tuple(value_of(part) for part in parts)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                value = _joined(module, node, [value_of(left), value_of(right)])
            case ast.JoinedStr(values=parts):
                value = _joined(module, node, [str(value_of(part)) for part in parts])
            case ast.FormattedValue(value=part, conversion=-1, format_spec=None):
                value = value_of(part)
            case ast.Name(id=name):
                return self._name(module, name, seen)
            case ast.Attribute() | ast.Subscript() if (place := self._elsewhere(module, node)) is not None:
                return self._attribute(self.parse(place[0]), place[1], seen)
            case _:
                raise NotStatic(f"{self.manifest.spelt(module.path)} computes it, at line {node.lineno}")
        return Stated(value, self.manifest.spelt(module.path), node.lineno)


def _names_itself(statement: ast.Import, name: str) -> bool:
    """Whether an import binds a name to the module of that name, and not to another."""
    return all(name != alias.asname for alias in statement.names)


def spelt_version(value: Value) -> str:
    """The version that a value spells; the parts of a tuple are joined by dots, as setuptools does."""
    if isinstance(value, tuple):
        return ".".join(str(part) for part in value)
    return str(value)


def _joined(module: Module, node: ast.expr, parts: Sequence[Value]) -> str:
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) != len(parts) or sum(map(len, texts)) > _LONGEST_TEXT:
        raise NotStatic(f"{module.path} computes it, at line {node.lineno}")
    return "".join(texts)


def _literal(node: ast.expr) -> Value | None:
    """The text, number or tuple of them that a literal states; None for any other expression."""
    match node:
        case ast.Constant(value=str() | int() | float() as constant) if not isinstance(constant, bool):
            return constant
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            values = [_literal(part) for part in parts]
            stated = tuple(value for value in values if value is not None)
            return stated if len(stated) == len(parts) else None
        case _:
            return None


def _assignments(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Every plain assignment to a name at the top of a module, in order."""
    for statement in body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case _:
                continue
