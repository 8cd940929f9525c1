"""The rules for the fields of an upload's form that say what the upload is.

They are asked before anybody looks at the metadata, the token's scope or the file.
"""

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus

from tagship.domain.artifact import Kind
from tagship.domain.index_rules import NAME
from tagship.rehearsal.forms import Form
from tagship.rehearsal.refusal import Refusal

LONGEST_QUOTE = 60
CORE_METADATA = "https://packaging.python.org/specifications/core-metadata"
REQUIRED = "This field is required."
_DIGEST = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


def check_form(form: Form) -> None:
    """The fields that say what the upload is; raises Refusal for the first that does not hold."""
    for rule in FORM_RULES:
        rule(form)


def _name(form: Form) -> None:
    name = form.first("name")
    if not name:
        raise _invalid_name(name, REQUIRED)
    if not NAME.fullmatch(name):
        raise _invalid_name(
            name, "Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'."
        )


def _blake2_256(form: Form) -> None:
    _check_digest(form, "blake2_256_digest", "BLAKE2")


def _filetype(form: Form) -> None:
    filetype = form.first("filetype")
    if not filetype:
        raise _invalid("filetype", REQUIRED)
    if filetype not in {kind.value for kind in Kind}:
        raise _invalid("filetype", "Use a known file type.")


def _sha256(form: Form) -> None:
    _check_digest(form, "sha256_digest", "SHA256")


def _python(form: Form) -> None:
    filetype, python = form.first("filetype"), form.first("pyversion")
    if filetype == Kind.WHEEL.value and not python:
        raise _invalid("pyversion", "Python version is required for binary distribution uploads.")
    if filetype == Kind.SDIST.value and python not in {"", "source"}:
        raise _invalid("pyversion", "Use 'source' as Python version for an sdist.")


def _some_digest(form: Form) -> None:
    if not any(form.first(field) for field in ("md5_digest", "sha256_digest", "blake2_256_digest")):
        raise Refusal(HTTPStatus.BAD_REQUEST, "Error: Include at least one message digest.")


FORM_RULES: Sequence[Callable[[Form], None]] = (
    _name,  # first: an empty form is answered with this one, which is how a token is probed
    _blake2_256,  # then by the alphabet, as the index sorts what it found
    _filetype,
    _sha256,
    _python,  # what no field says alone comes last
    _some_digest,
)


def _check_digest(form: Form, field: str, algorithm: str) -> None:
    value = form.first(field)
    if value and not _DIGEST.fullmatch(value):
        raise _invalid(field, f"Use a valid, hex-encoded, {algorithm} message digest.")


def _invalid(field: str, error: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, f"Invalid value for {field}. Error: {error}")


def _invalid_name(value: str, error: str) -> Refusal:
    quoted = value if len(value) <= LONGEST_QUOTE else f"{value[:30]}...{value[-30:]}"
    text = f"{quoted!r} is an invalid value for Name. Error: {error} See {CORE_METADATA} for more information."
    return Refusal(HTTPStatus.BAD_REQUEST, text)
