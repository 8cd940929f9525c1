"""The attestations that come with an upload (PEP 740): what an index looks at before it stores and serves them.

Their form is checked and whether they speak of this very file. Their signatures are not: the stand-in world has
no authority that could have signed them.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TypeAlias

from tagship.domain.endpoints import PUBLISH_ATTESTATION
from tagship.rehearsal.publishers import Publisher
from tagship.rehearsal.refusal import Refusal

MOST = 2
SLSA_PROVENANCE = "https://slsa.dev/provenance/v1"
PREDICATE_TYPES = (SLSA_PROVENANCE, PUBLISH_ATTESTATION)
STATEMENT_TYPES = ("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1")

Attestation: TypeAlias = dict[str, object]

# Where each part stands, and what it is; `version` is apart, since it has one value only.
_PARTS: Sequence[tuple[tuple[str, ...], type]] = (
    (("verification_material",), dict),
    (("verification_material", "certificate"), str),
    (("verification_material", "transparency_entries"), list),
    (("envelope",), dict),
    (("envelope", "statement"), str),
    (("envelope", "signature"), str),
)
_BASE64 = (("verification_material", "certificate"), ("envelope", "statement"), ("envelope", "signature"))


def check_attestations(text: str, *, filename: str, sha256: str, publisher: str | None) -> tuple[Attestation, ...]:
    """The attestations in a form field, fit to be stored; raises Refusal with the index's words.

    `sha256` is that of the file in hexadecimal, `publisher` names the trusted publisher that sends them, None where a
    user's token does.
    """
    if publisher is None:
        raise _refusal("Attestations are only supported when using Trusted Publishing")
    attestations = _parsed(text)
    if not attestations:
        raise _refusal("Malformed attestations: an empty attestation set is not permitted")
    if len(attestations) > MOST:
        raise _refusal(f"A maximum of {MOST} attestations per file are supported")
    seen: set[str] = set()
    for attestation in attestations:
        kind = _predicate_type(attestation, filename, sha256)
        if kind not in PREDICATE_TYPES:
            raise _refusal(f"Attestation with unsupported predicate type: {kind}")
        if kind in seen:
            raise _refusal(f"Multiple attestations for the same file with the same predicate type: {kind}")
        seen.add(kind)
    return attestations


def provenance(publisher: Publisher, attestations: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """What is served at `/integrity/PROJECT/VERSION/FILE/provenance` of a file that came with attestations."""
    workflow = "workflow" if publisher.provider == "github" else "workflow_filepath"
    told: dict[str, object] = {
        "kind": publisher.kind,
        "repository": publisher.slug,
        workflow: publisher.workflow,
        "environment": publisher.environment,
        "claims": None,
    }
    return {
        "version": 1,
        "attestation_bundles": [{"publisher": told, "attestations": [dict(each) for each in attestations]}],
    }


def _parsed(text: str) -> tuple[Attestation, ...]:
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal("Malformed attestations: Invalid JSON") from error
    if not isinstance(listed, list):
        raise _refusal("Malformed attestations: Input should be a valid list")
    return tuple(_whole(each) for each in listed)


def _whole(attestation: object) -> Attestation:
    """An attestation that has every part; raises Refusal for one that has not."""
    if not isinstance(attestation, dict):
        raise _refusal("Malformed attestations: Input should be an object")
    if attestation.get("version") != 1:
        raise _refusal("Malformed attestations: version: Input should be 1")
    for path, kind in _PARTS:
        if not isinstance(_at(attestation, path), kind):
            raise _refusal(f"Malformed attestations: {'.'.join(path)}: Field required")
    if not _at(attestation, ("verification_material", "transparency_entries")):
        raise _refusal("Malformed attestations: verification_material.transparency_entries: at least 1 item")
    for path in _BASE64:
        _bytes_at(attestation, path)
    return attestation


def _predicate_type(attestation: Attestation, filename: str, sha256: str) -> str:
    """What an attestation states of this file; raises Refusal where it is about another one."""
    try:
        statement = json.loads(_bytes_at(attestation, ("envelope", "statement")))
    except (ValueError, RecursionError) as error:
        raise _unverified("invalid statement") from error
    if not isinstance(statement, dict) or statement.get("_type") not in STATEMENT_TYPES:
        raise _unverified("invalid statement")
    subjects = statement.get("subject")
    if not isinstance(subjects, list) or len(subjects) != 1 or not isinstance(subjects[0], dict):
        raise _unverified("too many subjects in statement (must be exactly one)")
    name, digest = subjects[0].get("name"), _at(subjects[0], ("digest", "sha256"))
    if name != filename:
        raise _unverified(f"subject does not match distribution name: {name} != {filename}")
    if digest != sha256:
        raise _unverified("subject does not match distribution digest")
    return str(statement.get("predicateType"))


def _at(value: object, path: Sequence[str]) -> object:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _bytes_at(attestation: Attestation, path: Sequence[str]) -> bytes:
    try:
        return base64.b64decode(str(_at(attestation, path)).encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise _refusal(f"Malformed attestations: {'.'.join(path)}: Base64 decoding error") from error


def _unverified(why: str) -> Refusal:
    return _refusal(f"Could not verify the uploaded artifact using the included attestation: {why}")


def _refusal(why: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, f"Invalid attestations supplied during upload: {why}")
