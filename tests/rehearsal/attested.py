"""Attestations in the shape of PEP 740, made on the spot; their signatures are noise."""

import base64
import hashlib
import json
import random
from pathlib import Path

from tagship.domain.endpoints import PUBLISH_ATTESTATION

STATEMENT = "https://in-toto.io/Statement/v1"


def attestation(
    filename: str, sha256: str, *, predicate: str = PUBLISH_ATTESTATION, statement: object = None, seed: int = 1
) -> dict[str, object]:
    """One attestation of one file; another `statement` replaces what it says."""
    said = statement or {
        "_type": STATEMENT,
        "subject": [{"name": filename, "digest": {"sha256": sha256}}],
        "predicateType": predicate,
        "predicate": None,
    }
    chance = random.Random(seed)
    return {
        "version": 1,
        "verification_material": {
            "certificate": _base64(chance.randbytes(600)),
            "transparency_entries": [{"logIndex": "1", "inclusionProof": {"rootHash": _base64(chance.randbytes(32))}}],
        },
        "envelope": {"statement": _base64(json.dumps(said).encode()), "signature": _base64(chance.randbytes(70))},
    }


def attest(path: Path) -> Path:
    """Put an attestation beside a file, where twine and uv look for it."""
    made = attestation(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    beside = path.with_name(f"{path.name}.publish.attestation")
    beside.write_text(json.dumps(made), encoding="utf-8")
    return beside


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
