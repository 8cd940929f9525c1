"""Holds what was asked of the stand-in code host, and what it answered, against GitHub's published description.

`validated` is for tests of whatever talks to the host; it skips them where the description is not installed.
"""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft4Validator
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

from node import package
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.record import Recorded

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Node: TypeAlias = Mapping[str, Json]

PACKAGE = "@octokit/openapi"
NAME = "urn:description"
JSON_SCHEMA = "/content/application~1json/schema"
ALWAYS = "/components/schemas/basic-error"
SENTENCES = "/components/schemas/validation-error-simple"
# What any request may be answered with, whether or not its operation says so.
ANYWHERE = frozenset({"301", "304", "307", "401", "403", "404", "409", "422", "429", "500", "501", "502", "503"})
BEFORE_OURS = re.compile(r"/repositories/\d+(?=/|$)")
TOLD = 3
"""How many complaints about one document are told."""


@dataclass(frozen=True)
class Operation:
    """One operation of the description, with those of its schemas that it needs."""

    method: str
    path: str
    spec: Node
    schemas: Node
    _made: dict[tuple[str, str], Draft4Validator] = field(default_factory=dict, compare=False)

    @property
    def expression(self) -> re.Pattern[str]:
        """The addresses that it is for; a name at the end of one may hold slashes."""
        written = re.sub(r"\\{(\w+)\\}$", r"(?P<\1>.+)", re.escape(self.path))
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", written))

    @property
    def exactness(self) -> int:
        """Of two operations that an address fits, the one that spells out more of it is meant."""
        return sum(not part.startswith("{") for part in self.path.split("/"))

    def complaints(self, pointer: str, content: Json, *, write: bool) -> Iterator[str]:
        """What is wrong with a document, by the schema that a pointer into this description leads to."""
        key = (pointer, "write" if write else "read")
        if key not in self._made:
            registry = Registry().with_resource(NAME, DRAFT4.create_resource(self.schemas))
            kind = OAS30WriteValidator if write else OAS30ReadValidator
            self._made[key] = kind(
                {"$ref": f"{NAME}#{pointer}"}, registry=registry, format_checker=oas30_format_checker
            )
        errors = sorted(self._made[key].iter_errors(content), key=lambda error: len(error.absolute_path), reverse=True)
        for error in errors[:TOLD]:
            yield f"{'/'.join(map(str, error.absolute_path)) or 'the whole'}: {error.message[:300]}"


@cache
def _whole() -> Node:
    path = package(PACKAGE) / "generated" / "api.github.com.json"
    whole: Node = json.loads(path.read_text(encoding="utf-8"))
    return whole


@cache
def _operations() -> Mapping[tuple[str, str], Mapping[tuple[str, ...], Node]]:
    """What the description holds, by method and first part of the path, and then by all of its parts."""
    found: dict[tuple[str, str], dict[tuple[str, ...], Node]] = {}
    paths = _whole()["paths"]
    assert isinstance(paths, dict)
    for path, item in paths.items():
        assert isinstance(item, dict)
        for method, spec in item.items():
            if isinstance(spec, dict) and "responses" in spec:
                parts = tuple(path.split("/"))
                found.setdefault((method.upper(), parts[1]), {})[parts] = spec
    return found


@cache
def _cut(method: str, path: str) -> Operation:
    """One operation, and all that it refers to: a thousandth of the whole."""
    parts = tuple(path.split("/"))
    spec = _operations()[method, parts[1]][parts]
    kept: dict[str, Json] = {}
    waiting: list[Json] = [dict(spec)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in kept:
                kept[reference] = _at(_whole(), reference)
                waiting.append(kept[reference])
            waiting += node.values()
    schemas: dict[str, Json] = {"operation": dict(spec)}
    usual = {f"#{pointer}": _at(_whole(), pointer) for pointer in (ALWAYS, SENTENCES)}
    for reference, content in [*kept.items(), *usual.items()]:
        _put(schemas, reference.lstrip("#/").split("/"), content)
    schemas = {name: _as_meant(content) for name, content in schemas.items()}
    return Operation(method, path, spec, schemas)


def _as_meant(node: Json) -> Json:
    """The description where null is allowed beside a list of values, or of alternatives, that lacks it.

    To the letter of OpenAPI 3.0 it is not, and nothing that GitHub answers about an open issue would be right.
    """
    if isinstance(node, list):
        return [_as_meant(each) for each in node]
    if not isinstance(node, dict):
        return node
    meant = {name: _as_meant(each) for name, each in node.items()}
    if node.get("nullable") is True:
        nulls: dict[str, Json] = {"enum": None, "oneOf": {"enum": [None]}, "anyOf": {"enum": [None]}}
        for name, null in nulls.items():
            options = meant.get(name)
            if isinstance(options, list):
                meant[name] = [*options, null]
    return meant


def _put(schemas: dict[str, Json], parts: Sequence[str], content: Json) -> None:
    place = schemas
    for part in parts[:-1]:
        inner = place.setdefault(part, {})
        assert isinstance(inner, dict)
        place = inner
    place[parts[-1]] = content


def _at(whole: Node, pointer: str) -> Json:
    node: Json = dict(whole)
    for part in pointer.lstrip("#/").split("/"):
        assert isinstance(node, dict)
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def _resolved(operation: Operation, node: Json) -> Node:
    assert isinstance(node, dict)
    reference = node.get("$ref")
    found = _at(operation.schemas, reference) if isinstance(reference, str) else node
    assert isinstance(found, dict)
    return found


@cache
def operation_of(method: str, path: str) -> Operation | None:
    """The operation that a request means; `path` as sent, without the query."""
    wanted = path.rstrip("/").split("/")
    fitting = []
    for parts in _operations().get((method.replace("HEAD", "GET"), wanted[1]), {}):
        fits = len(parts) == len(wanted) or (len(parts) < len(wanted) and parts[-1].startswith("{"))
        same = all(mine == theirs or theirs.startswith("{") for mine, theirs in zip(wanted, parts, strict=False))
        if fits and same:
            fitting.append(_cut(method.replace("HEAD", "GET"), "/".join(parts)))
    fitting = [each for each in fitting if not any(_of_path(each, path))]
    return max(fitting, key=lambda each: (each.exactness, len(each.path.split("/"))), default=None)


def _of_path(operation: Operation, path: str) -> Iterator[str]:
    """What is wrong with the values in the address of a request."""
    parts = operation.expression.fullmatch(path.rstrip("/"))
    if parts is None:
        yield "the path is another one"
        return
    names = {name: unquote(value) for name, value in parts.groupdict().items()}
    for name, schema, _ in _parameters(operation, "path"):
        yield from _of_value(name, schema, names.get(name))


def _of_query(operation: Operation, query: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the query of a request: also a name that nobody knows."""
    known = set()
    for name, schema, required in _parameters(operation, "query"):
        known.add(name)
        if name in query or required:
            yield from _of_value(name, schema, query.get(name))
    yield from (f"the query has {name}, which is not known there" for name in query if name not in known)


def _parameters(operation: Operation, where: str) -> Iterator[tuple[str, Node, bool]]:
    parameters = operation.spec.get("parameters", [])
    assert isinstance(parameters, list)
    for each in parameters:
        parameter = _resolved(operation, each)
        if parameter["in"] == where:
            yield str(parameter["name"]), _resolved(operation, parameter["schema"]), parameter.get("required") is True


def _of_value(name: str, schema: Node, value: str | None) -> Iterator[str]:
    if value is None:
        yield f"{name} is missing"
        return
    validator = OAS30WriteValidator(dict(schema), format_checker=oas30_format_checker)
    yield from (f"{name}: {error.message}" for error in validator.iter_errors(_read_as(schema, value)))


def _read_as(schema: Node, value: str) -> Json:
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if schema.get("type") == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


def _of_body(operation: Operation, content: bytes) -> Iterator[str]:
    """What is wrong with the body of a request; a member that nobody knows is a slip of the pen."""
    if "requestBody" not in operation.spec:
        if content.strip():
            yield "a body was sent where none is known"
        return
    told = operation.spec["requestBody"]
    body = _resolved(operation, told)
    kinds = body.get("content")
    kind = kinds.get("application/json") if isinstance(kinds, dict) else None
    if not isinstance(kind, dict):
        return
    if not content:
        if body.get("required") is True:
            yield "the body is missing"
        return
    document: Json = json.loads(content)
    base = _pointer(told, "/operation/requestBody")
    yield from operation.complaints(f"{base}{JSON_SCHEMA}", document, write=True)
    schema = _resolved(operation, kind["schema"])
    properties = schema.get("properties")
    if isinstance(document, dict) and isinstance(properties, dict) and "additionalProperties" not in schema:
        for name in document:
            if name not in properties:
                yield f"the body has {name}, which is not known there"


def _of_answer(operation: Operation, exchange: Recorded) -> Iterator[str]:
    """What is wrong with an answer: its status, and its body by the schema of that status."""
    responses = operation.spec["responses"]
    assert isinstance(responses, dict)
    status = str(exchange.status)
    if status not in responses and status not in ANYWHERE:
        yield f"{status} is not among the answers to it"
        return
    if not exchange.answer:
        if status == "200":
            yield "an answer with 200 has no body"
        return
    if "json" not in exchange.answer_headers.get("content-type", ""):
        return
    document: Json = json.loads(exchange.answer)
    node = responses.get(status)
    pointer = ALWAYS
    if node is not None and "application/json" in str(_resolved(operation, node).get("content")):
        pointer = f"{_pointer(node, f'/operation/responses/{status}')}{JSON_SCHEMA}"
    found = list(operation.complaints(pointer, document, write=False))
    # The entries of `errors` are sentences in the answers of the newer operations, whatever is written of them.
    if found and status == "422" and not any(operation.complaints(SENTENCES, document, write=False)):
        return
    yield from found


def _pointer(node: Json, here: str) -> str:
    """Where a part of an operation is described: here, or where it refers to."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    return str(reference).removeprefix("#") if reference else here


def problems(exchange: Recorded, *, refused: bool = False) -> Iterator[str]:
    """What the description has against a request and its answer.

    With `refused`, what is wrong with a request is forgiven where the host found it wrong as well.
    """
    title = f"{exchange.method} {exchange.target} -> {exchange.status}"
    operation = operation_of(exchange.method, _path(exchange))
    if operation is None:
        if not (refused and exchange.status >= 400):
            yield f"{title}: no such operation"
        return
    if not (refused and exchange.status in {400, 404, 422}):
        query = dict(parse_qsl(urlsplit(exchange.target).query, keep_blank_values=True))
        for complaint in (*_of_query(operation, query), *_of_body(operation, exchange.content)):
            yield f"{title}: the request: {complaint}"
    if exchange.status and not exchange.ordered and exchange.method != "HEAD":
        for complaint in _of_answer(operation, exchange):
            yield f"{title}: the answer: {complaint}"


def all_problems(record: Sequence[Recorded], *, refused: bool = False) -> list[str]:
    """What the description has against any of these exchanges."""
    return [problem for exchange in record for problem in problems(exchange, refused=refused)]


@contextlib.contextmanager
def validated(host: StandInHost, *, refused: bool = False) -> Iterator[StandInHost]:
    """The host; at the end of the block all that was exchanged with it must be as GitHub describes it.

    `refused` is for tests that send it nonsense on purpose; what a client of ours sends is never that.
    """
    package(PACKAGE)
    yield host
    assert host.record, "nothing was asked of the host"
    found = all_problems(host.record, refused=refused)
    assert not found, "\n".join(found)


def asked_for(record: Sequence[Recorded]) -> set[str]:
    """The operations that were asked for, each as `GET /repos/{owner}/{repo}`."""
    meant = (operation_of(exchange.method, _path(exchange)) for exchange in record)
    return {f"{operation.method} {operation.path}" for operation in meant if operation is not None}


def _path(exchange: Recorded) -> str:
    """The address as the description knows it: uploads go to another host, and a number is as good as a name."""
    return BEFORE_OURS.sub("/repos/by/number", urlsplit(exchange.target).path.removeprefix("/uploads"))
