"""Attestations: what is stored and served, and each refusal in the words of the index."""

import copy
import hashlib
import json

import pytest

from rehearsal.attested import STATEMENT, attestation
from tagship.domain.endpoints import PUBLISH_ATTESTATION
from tagship.rehearsal.attestations import SLSA_PROVENANCE, check_attestations, provenance
from tagship.rehearsal.publishers import Publisher
from tagship.rehearsal.refusal import Refusal

FILE = "handmade-1.0-py3-none-any.whl"
SHA256 = hashlib.sha256(b"content").hexdigest()
GOOD = attestation(FILE, SHA256)
SUBJECT = {"name": FILE, "digest": {"sha256": SHA256}}


def check(attestations: object, publisher: str | None = "a publisher") -> tuple[dict[str, object], ...]:
    text = attestations if isinstance(attestations, str) else json.dumps(attestations)
    return check_attestations(text, filename=FILE, sha256=SHA256, publisher=publisher)


def without(*path: str) -> dict[str, object]:
    """A good attestation that lacks one part."""
    broken = copy.deepcopy(GOOD)
    holder = broken
    for step in path[:-1]:
        inner = holder[step]
        assert isinstance(inner, dict)
        holder = inner
    del holder[path[-1]]
    return broken


def with_statement(statement: object) -> dict[str, object]:
    return attestation(FILE, SHA256, statement=statement)


def with_envelope(**parts: object) -> dict[str, object]:
    envelope = GOOD["envelope"]
    assert isinstance(envelope, dict)
    return GOOD | {"envelope": envelope | parts}


def test_good_attestations_are_kept_as_they_came() -> None:
    both = [GOOD, attestation(FILE, SHA256, predicate=SLSA_PROVENANCE)]

    assert check(both) == tuple(both)


MALFORMED = "Malformed attestations: "
UNVERIFIED = "Could not verify the uploaded artifact using the included attestation: "
REFUSED = [
    ("no json", MALFORMED),
    ("[" * 100_000, MALFORMED),
    ({}, MALFORMED),
    ([7], MALFORMED),
    ([], f"{MALFORMED}an empty attestation set is not permitted"),
    ([GOOD | {"version": 2}], f"{MALFORMED}version"),
    ([without("verification_material")], f"{MALFORMED}verification_material"),
    ([without("verification_material", "certificate")], f"{MALFORMED}verification_material.certificate"),
    ([without("verification_material", "transparency_entries")], f"{MALFORMED}verification_material.transparency"),
    ([without("envelope", "statement")], f"{MALFORMED}envelope.statement"),
    ([without("envelope", "signature")], f"{MALFORMED}envelope.signature"),
    (
        [GOOD | {"verification_material": {"certificate": "AAAA", "transparency_entries": []}}],
        f"{MALFORMED}verification_material.transparency_entries",
    ),
    ([with_envelope(signature="not base64!")], f"{MALFORMED}envelope.signature"),
    ([with_envelope(signature="ü")], f"{MALFORMED}envelope.signature"),
    ([with_envelope(statement="/////w==")], f"{UNVERIFIED}invalid statement"),
    ([GOOD] * 3, "A maximum of 2 attestations per file are supported"),
    (
        [GOOD, attestation(FILE, SHA256, seed=2)],
        f"Multiple attestations for the same file with the same predicate type: {PUBLISH_ATTESTATION}",
    ),
    (
        [attestation(FILE, SHA256, predicate="https://example.org/x")],
        "Attestation with unsupported predicate type: https://example.org/x",
    ),
    ([with_statement([1])], f"{UNVERIFIED}invalid statement"),
    ([with_statement({"_type": "other", "subject": [SUBJECT]})], f"{UNVERIFIED}invalid statement"),
    ([with_statement({"_type": STATEMENT})], f"{UNVERIFIED}too many subjects"),
    ([with_statement({"_type": STATEMENT, "subject": [SUBJECT, SUBJECT]})], f"{UNVERIFIED}too many subjects"),
    ([with_statement({"_type": STATEMENT, "subject": ["x"]})], f"{UNVERIFIED}too many subjects"),
    ([attestation("other-1.0-py3-none-any.whl", SHA256)], f"{UNVERIFIED}subject does not match distribution name"),
    ([attestation(FILE, "0" * 64)], f"{UNVERIFIED}subject does not match distribution digest"),
]


@pytest.mark.parametrize(("attestations", "told"), REFUSED)
def test_each_refusal_has_the_words_of_the_index(attestations: object, told: str) -> None:
    with pytest.raises(Refusal) as caught:
        check(attestations)

    assert caught.value.status == 400
    assert caught.value.text.startswith(f"Invalid attestations supplied during upload: {told}")


def test_a_token_carries_none() -> None:
    with pytest.raises(Refusal, match="Attestations are only supported when using Trusted Publishing"):
        check([GOOD], publisher=None)


@pytest.mark.parametrize(
    ("publisher", "workflow"),
    [
        (Publisher("github", "someone", "project", "release.yml", "pypi"), {"workflow": "release.yml"}),
        (Publisher("gitlab", "someone", "project", "ci.yml"), {"workflow_filepath": "ci.yml"}),
    ],
)
def test_the_provenance_names_the_publisher(publisher: Publisher, workflow: dict[str, str]) -> None:
    served = json.loads(json.dumps(provenance(publisher, [GOOD])))

    bundle = served["attestation_bundles"][0]
    assert served["version"] == 1
    assert bundle["attestations"] == [GOOD]
    assert bundle["publisher"] == {
        "kind": publisher.kind,
        "repository": "someone/project",
        "environment": publisher.environment,
        "claims": None,
        **workflow,
    }
