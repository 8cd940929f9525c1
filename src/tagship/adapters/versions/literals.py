"""The spot of a version that Python source states as a literal, by the offsets of its syntax tree."""

import ast
import re
import warnings
from collections.abc import Iterator
from typing import Final

from tagship.adapters.versions.spelling import words_in
from tagship.adapters.versions.texts import BYTE_ORDER_MARK, Source

_END_OF_LINE: Final = re.compile(r"\r\n|\r|\n")


def name_spans(source: Source, name: str) -> Iterator[tuple[int, int]]:
    """Where the literals stand that are bound to a name at the top of a module, in order."""
    # A module that binds no such name is not worth parsing.
    if re.search(rf"(?<![\w.]){re.escape(name)}\s*[:=]", source.text) is None:
        return
    module = parse_module(source)
    for statement in module.body if module else []:
        match statement:
            case ast.Assign(targets=targets, value=value) if any(_is_name(target, name) for target in targets):
                pass
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _is_name(target, name):
                pass
            case _:
                continue
        yield from _span(source, value)


def argument_spans(source: Source, function: str, argument: str) -> Iterator[tuple[int, int]]:
    """Where the literals stand that are given to a function by keyword, as in `setup(version="1.0")`."""
    module = parse_module(source) if function in source.text and argument in source.text else None
    for node in ast.walk(module) if module else []:
        match node:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), keywords=keywords):
                if called == function:
                    for keyword in keywords:
                        if keyword.arg == argument:
                            yield from _span(source, keyword.value)
            case _:
                continue


def parse_module(source: Source) -> ast.Module | None:
    """The syntax tree of a file; None where it is not of our Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is odd in a project's source is the project's to hear
            return ast.parse(source.text.removeprefix(BYTE_ORDER_MARK))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def changed_constants(one: ast.Module, other: ast.Module) -> int | None:
    """In how many constants two modules differ; None where they differ in more than that."""
    count = 0
    pairs = zip(ast.walk(one), ast.walk(other), strict=False)
    for left, right in pairs:
        if type(left) is not type(right):
            return None
        if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
            count += left.value != right.value or type(left.value) is not type(right.value)
    return count


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _span(source: Source, node: ast.expr) -> Iterator[tuple[int, int]]:
    """Where the version stands in a plain string; nothing for any other expression, or one of several pieces."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node.end_lineno is None:
        return
    start = _offset(source, node.lineno, node.col_offset)
    end = _offset(source, node.end_lineno, node.end_col_offset or 0)
    stated = node.value.strip().removeprefix("v")
    yield from ((a, b) for a, b in words_in(source.text, start, end) if source.text[a:b] == stated)


def _offset(source: Source, line: int, column: int) -> int:
    """The offset in the text of a place in the tree, whose columns count bytes of UTF-8."""
    text = source.text
    start = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
    for _ in range(line - 1):
        found = _END_OF_LINE.search(text, start)
        start = found.end() if found else len(text)
    ahead = text[start : start + column]
    return start + len(ahead.encode()[:column].decode("utf-8", "ignore"))
