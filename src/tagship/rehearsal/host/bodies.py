"""What the body of a request says, read key by key: each raises HostRefusal for a value of the wrong kind."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from tagship.rehearsal.host.refusals import HostRefusal, invalid_request


def table_in(content: bytes) -> Mapping[str, object]:
    """The JSON object that a body is; an empty body is an empty one."""
    if not content:
        return {}
    try:
        told: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise HostRefusal(HTTPStatus.BAD_REQUEST, "Problems parsing JSON") from error
    if not isinstance(told, dict):
        raise HostRefusal(HTTPStatus.BAD_REQUEST, "Body should be a JSON object")
    return told


def text(body: Mapping[str, object], key: str) -> str | None:
    """A text, or None where the body says nothing or null."""
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise invalid_request(key)
    return value


def flag(body: Mapping[str, object], key: str) -> bool | None:
    """Yes or no, or None where the body says nothing or null."""
    value = body.get(key)
    if value is not None and not isinstance(value, bool):
        raise invalid_request(key)
    return value


def number(body: Mapping[str, object], key: str) -> int | None:
    """A whole number, or None where the body says nothing or null."""
    value = body.get(key)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise invalid_request(key)
    return value


def choice(body: Mapping[str, object], key: str, choices: Sequence[str]) -> str | None:
    """One of some words, or None where the body says nothing or null."""
    value = text(body, key)
    if value is not None and value not in choices:
        raise invalid_request(key)
    return value


def table(body: Mapping[str, object], key: str) -> Mapping[str, object] | None:
    """An object, or None where the body says nothing or null."""
    value = body.get(key)
    if value is not None and not isinstance(value, dict):
        raise invalid_request(key)
    return value


def tables(body: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    """A list of objects, empty where the body says nothing or null."""
    value = body.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise invalid_request(key)
    return value


def texts(body: Mapping[str, object], key: str) -> Sequence[str] | None:
    """A list of texts, or None where the body says nothing or null."""
    value = body.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise invalid_request(key)
    return value
