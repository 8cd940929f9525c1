"""Holds what was asked of the stand-in for GitLab, and what it answered, against GitLab's published description.

The description is in no package; tools/gitlab_described.py cuts it down to the table beside this module.
"""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft4Validator
from jsonschema.exceptions import best_match

from tagship.rehearsal.host.record import Recorded
from tagship.rehearsal.other_hosts import StandInGitLab

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

TABLE = Path(__file__).with_name("gitlab_described.json")
ROOT = "/api/v4"
GOOD = 300
TOLD = 3
"""How many complaints about one document are told."""


@cache
def _table() -> Mapping[str, dict[str, dict[str, Json]]]:
    told: Mapping[str, dict[str, dict[str, Json]]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return told


@cache
def _expressions() -> Mapping[str, re.Pattern[str]]:
    """What the address of each operation looks like; a name in it is one part of the path."""
    written = {}
    for operation in _table()["operations"]:
        plain = re.sub(r"\*(\w+)", r"{\1}", operation.partition(" ")[2].replace("(*path/)", ""))
        written[operation] = re.compile(ROOT + re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(plain)))
    return written


def operation_of(exchange: Recorded) -> str | None:
    """The operation that a request means, as `GET /projects/{id}`."""
    path = urlsplit(exchange.target).path
    fitting = (
        operation
        for operation, expression in _expressions().items()
        if operation.startswith(f"{exchange.method} ") and expression.fullmatch(path)
    )
    return next(fitting, None)


def _closed(schema: Json, *, nulls: bool) -> dict[str, Json]:
    """A schema that knows no other members than it names.

    With `nulls`, for answers, anything may be null, and several where one of a kind is named: the description says of
    neither that it may, and GitLab answers so.
    """
    assert isinstance(schema, dict)
    if "$ref" in schema and nulls:
        return {"anyOf": [schema, {"type": "array", "items": schema}, {"type": "null"}]}
    meant = {name: each for name, each in schema.items() if name in {"$ref", "enum", "type"}}
    if "items" in schema:
        meant["items"] = _closed(schema["items"], nulls=nulls)
    if isinstance(members := schema.get("properties"), dict):
        meant["properties"] = {name: _closed(each, nulls=nulls) for name, each in members.items()}
        meant["additionalProperties"] = False
    if not nulls:
        return meant | {name: schema[name] for name in ("required",) if name in schema}
    if "type" in meant:
        meant["type"] = [meant["type"], "null"]
    if isinstance(values := meant.get("enum"), list):
        meant["enum"] = [*values, None]
    return meant


@cache
def _kinds(*, nulls: bool) -> Json:
    return {name: _closed(each, nulls=nulls) for name, each in _table()["definitions"].items()}


def _complaints(schema: Json, document: Json, *, nulls: bool) -> Iterator[str]:
    whole = {"definitions": _kinds(nulls=nulls), "allOf": [_closed(schema, nulls=nulls)]}
    for found in list(Draft4Validator(whole).iter_errors(document))[:TOLD]:
        error = best_match([found])  # the one that lies deepest, where several kinds were possible
        assert error is not None
        yield f"{'/'.join(map(str, error.absolute_path)) or 'the whole'}: {error.message[:300]}"


def _of_request(described: Mapping[str, Json], exchange: Recorded) -> Iterator[str]:
    known = described["query"]
    assert isinstance(known, dict)
    for name, value in parse_qsl(urlsplit(exchange.target).query, keep_blank_values=True):
        if name not in known:
            yield f"the query has {name}, which is not known there"
        else:
            kind = known[name]
            assert isinstance(kind, dict)
            yield from _complaints(kind, int(value) if kind.get("type") == "integer" else value, nulls=False)
    if exchange.headers.get("content-type", "").startswith("application/json"):
        yield from _complaints(described["body"], json.loads(exchange.content), nulls=False)


def _of_answer(described: Mapping[str, Json], exchange: Recorded) -> Iterator[str]:
    answers = described["answers"]
    assert isinstance(answers, dict)
    schema = answers.get(str(exchange.status))
    if schema is None or "json" not in exchange.answer_headers.get("content-type", ""):
        return
    yield from _complaints(schema, json.loads(exchange.answer), nulls=True)


def problems(exchange: Recorded) -> Iterator[str]:
    """What the description has against a request, and against an answer that is good news."""
    title = f"{exchange.method} {exchange.target} -> {exchange.status}"
    operation = operation_of(exchange)
    if operation is None:
        yield f"{title}: no such operation"
        return
    described = _table()["operations"][operation]
    yield from (f"{title}: the request: {complaint}" for complaint in _of_request(described, exchange))
    if 0 < exchange.status < GOOD and not exchange.ordered:
        yield from (f"{title}: the answer: {complaint}" for complaint in _of_answer(described, exchange))


def all_problems(record: Sequence[Recorded]) -> list[str]:
    """What the description has against any of these exchanges."""
    return [problem for exchange in record for problem in problems(exchange)]


@contextlib.contextmanager
def validated(host: StandInGitLab) -> Iterator[StandInGitLab]:
    """The host; at the end of the block all that was exchanged with it must be as GitLab describes it."""
    yield host
    found = all_problems(host.record)
    assert not found, "\n".join(found)
