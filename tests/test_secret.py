"""Every way out of a secret, one by one: each raises, or shows nothing but where the secret came from."""

import copy
import dataclasses
import io
import json
import logging
import operator
import pickle
import pprint
import secrets
import string
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from rich.pretty import pretty_repr

from tagship.adapters.redact import Redactor
from tagship.domain.credential import Credential, Secret, SecretLeakError

ORIGIN = "TAGSHIP_TOKEN"
VALUE = secrets.token_hex(16)
"""Made anew for every run: no test holds anything that looks like a credential."""

SECRET = Secret(VALUE, origin=ORIGIN)
CREDENTIAL = Credential("__token__", SECRET)
Way = Callable[[Any], object]


def into_list(secret: Any) -> NoReturn:
    """Unpack it; the star asks for an iterator."""
    raise AssertionError([*secret])


RAISING: dict[str, Way] = {
    "str": str,
    "format": format,
    "format with a width": lambda secret: format(secret, ">40"),
    "f-string": lambda secret: f"{secret}",
    "f-string of str": lambda secret: f"{secret!s}",
    "str.format": "{}".format,
    "str.format_map": lambda secret: "{token}".format_map({"token": secret}),
    "percent": lambda secret: "%s" % secret,  # noqa: UP031 -- one of the ways
    "percent by name": lambda secret: "%(token)s" % {"token": secret},  # noqa: UP031 -- one of the ways
    "string.Template": lambda secret: string.Template("$token").substitute(token=secret),
    "print": lambda secret: print(secret, file=io.StringIO()),
    "hash": hash,
    "member of a set": lambda secret: {secret},
    "key of a dict": lambda secret: {secret: 1},
    "equal": lambda secret: secret == VALUE,
    "equal, mirrored": lambda secret: operator.eq(VALUE, secret),
    "equal to another": lambda secret: secret == Secret(VALUE, origin=ORIGIN),
    "not equal": lambda secret: secret != VALUE,
    "found in a list": lambda secret: [secret, secret].index(VALUE),
    "contains": lambda secret: VALUE[:1] in secret,
    "bytes": bytes,
    "iter": iter,
    "list": list,
    "star": into_list,
    "sorted": sorted,
    "len": len,
    "bool": bool,
    "not": operator.not_,
    "if": lambda secret: 1 if secret else 2,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "deepcopy of what holds it": lambda secret: copy.deepcopy([secret]),
    "getstate": lambda secret: secret.__getstate__(),
    "reduce": lambda secret: secret.__reduce__(),
    "reduce_ex": lambda secret: secret.__reduce_ex__(2),
    "asdict": lambda secret: dataclasses.asdict(Credential("__token__", secret)),
    "astuple": lambda secret: dataclasses.astuple(Credential("__token__", secret)),
    "hash of a credential": lambda secret: hash(Credential("__token__", secret)),
    "credential equal to another": lambda secret: (
        Credential("__token__", secret) == Credential("__token__", Secret(VALUE, origin=ORIGIN))
    ),
    "json": json.dumps,
    "json, with str": lambda secret: json.dumps(secret, default=str),
    "json, as a key": lambda secret: json.dumps({1: secret}, default=bytes),
    "vars": vars,
    "int": int,
    "float": float,
    "join": "".join,
    "join of several": lambda secret: ", ".join(reversed([secret, "and"])),
    "plus": lambda secret: secret + "",
    "plus, mirrored": lambda secret: "" + secret,
    "times": lambda secret: secret * 1,
    "less than": lambda secret: secret < VALUE,
    "index": lambda secret: secret[0],
    "slice": lambda secret: secret[:4],
    "memoryview": memoryview,
    "bytearray": bytearray,
    "index of a list": lambda secret: [1, 2][secret],
    "call": lambda secret: secret(),
}
OURS_TO_REFUSE = {
    "str", "format", "f-string", "percent", "print", "hash", "member of a set", "equal", "not equal", "bytes", "iter",
    "len", "bool", "copy", "deepcopy", "getstate", "reduce_ex", "asdict", "astuple", "json, with str",
}  # fmt: skip
"""Those that Python would answer for any object, were it not for us."""

SHOWING: dict[str, Way] = {
    "repr": repr,
    "ascii": ascii,
    "f-string of repr": lambda secret: f"{secret!r}",
    "percent r": lambda secret: "%r" % secret,  # noqa: UP031 -- one of the ways
    "repr of a list": lambda secret: repr([secret]),
    "str of a list": lambda secret: str([secret]),
    "repr of a credential": lambda secret: repr(Credential("__token__", secret)),
    "str of a credential": lambda secret: str(Credential("__token__", secret)),
    "pprint": lambda secret: pprint.pformat({"token": secret}),
    "rich": lambda secret: pretty_repr([secret, Credential("__token__", secret)]),
    "json, with repr": lambda secret: json.dumps(secret, default=repr),
    "str of an exception": lambda secret: str(ValueError(secret, "and more")),
}


@pytest.mark.parametrize("way", RAISING)
def test_a_way_that_is_closed(way: str) -> None:
    with pytest.raises(TypeError) as refusal:
        RAISING[way](SECRET)

    assert VALUE not in "".join(traceback.format_exception(refusal.value))
    assert way not in OURS_TO_REFUSE or isinstance(refusal.value, SecretLeakError)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("held", [SECRET, CREDENTIAL, [SECRET], {"token": CREDENTIAL}])
def test_no_protocol_pickles_it(held: object, protocol: int) -> None:
    with pytest.raises(SecretLeakError):
        pickle.dumps(held, protocol)
    with pytest.raises(SecretLeakError):
        pickle._dumps(held, protocol)  # type: ignore[attr-defined]  # the one that is written in Python


@pytest.mark.parametrize("way", SHOWING)
def test_a_way_that_shows_the_origin(way: str) -> None:
    shown = str(SHOWING[way](SECRET))

    assert ORIGIN in shown
    assert VALUE not in shown


def test_a_traceback_with_local_variables() -> None:
    def send(token: Secret, credential: Credential, *everything: object, **named: object) -> NoReturn:
        raise RuntimeError(len(everything) + len(named) + (token is credential.secret))

    with pytest.raises(RuntimeError) as crash:
        send(SECRET, CREDENTIAL, SECRET, [CREDENTIAL], token_again=SECRET)

    frames = traceback.TracebackException.from_exception(crash.value, capture_locals=True).stack
    ours = next(frame for frame in frames if frame.name == "send")
    assert ours.locals is not None
    assert set(ours.locals) == {"token", "credential", "everything", "named"}
    for shown in ours.locals.values():
        assert ORIGIN in shown
        assert VALUE not in shown


def test_a_traceback_from_within_the_door_that_is_none() -> None:
    """The frames of the refusal hold the secret itself."""
    with pytest.raises(SecretLeakError) as refusal:
        str(SECRET)

    told = "".join(traceback.TracebackException.from_exception(refusal.value, capture_locals=True).format())

    assert "_refuse" in told
    assert VALUE not in told


@pytest.mark.parametrize("form", ["%s", "%r", "%(token)s", "a token: {}"])
def test_logging(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What logging cannot format it complains about on standard error, with the arguments."""
    heard, complaints = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(heard)
    logger = logging.getLogger(f"of one test: {form}")
    logger.addHandler(handler)
    logger.propagate = False
    monkeypatch.setattr(sys, "stderr", complaints)

    if "(" in form:
        logger.warning(form, {"token": SECRET})
    else:
        logger.warning(form, SECRET)

    assert ORIGIN in heard.getvalue() + complaints.getvalue()
    assert VALUE not in heard.getvalue() + complaints.getvalue()


def test_logging_the_secret_itself() -> None:
    record = logging.LogRecord("name", logging.WARNING, __file__, 1, SECRET, None, None)

    with pytest.raises(SecretLeakError):
        record.getMessage()
    with pytest.raises(SecretLeakError):
        repr(record)


def test_a_secret_cannot_be_given_more_than_it_holds() -> None:
    with pytest.raises(AttributeError):
        SECRET.copy_of_value = VALUE  # type: ignore[attr-defined]  # that it cannot be done is the point
    assert not hasattr(SECRET, "__dict__")


def test_the_redactor_that_knows_it_tells_no_more() -> None:
    redactor = Redactor([SECRET])

    assert VALUE not in repr(redactor)
    assert redactor.redact(f"sent {VALUE}") == f"sent [secret from {ORIGIN}]"
    for way in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(SecretLeakError):
            way(redactor)


def test_the_one_door() -> None:
    assert SECRET.reveal() == VALUE
    assert CREDENTIAL.secret is SECRET
    assert dataclasses.replace(CREDENTIAL, username="a").secret is SECRET
