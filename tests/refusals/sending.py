"""An uploader that sends whatever it is given: every field as the file says it, right or wrong."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import urllib3

from tagship.adapters.archives import open_distribution
from tagship.adapters.index.form import FORM_NAMES
from tagship.domain.artifact import Kind
from tagship.domain.core_metadata import CoreMetadata, parse_metadata
from tagship.rehearsal.index import StandInIndex


@dataclass(frozen=True, slots=True)
class Said:
    """What the index said."""

    status: int
    text: str


class Sender:
    """Uploads to one stand-in index, with its token."""

    def __init__(self, index: StandInIndex) -> None:
        self._url = index.endpoints.upload
        self._token = index.token
        self._pool = urllib3.PoolManager(retries=False, timeout=60)

    def send(self, path: Path) -> Said:
        """Send one file with the metadata that it has, or, where that cannot be read, with what its name says."""
        return self._send(path, _metadata(path))

    def send_as(self, path: Path, metadata: bytes) -> Said:
        """Send one file with other metadata than it has."""
        return self._send(path, parse_metadata(metadata))

    def _send(self, path: Path, metadata: CoreMetadata) -> Said:
        content = path.read_bytes()
        kind = Kind.WHEEL if path.name.endswith(".whl") else Kind.SDIST
        fields: list[tuple[str, str | tuple[str, bytes, str]]] = [
            (":action", "file_upload"),
            ("protocol_version", "1"),
            ("filetype", kind.value),
            ("pyversion", "py3" if kind is Kind.WHEEL else "source"),
            ("sha256_digest", hashlib.sha256(content).hexdigest()),
            *_fields(metadata),
            ("content", (path.name, content, "application/octet-stream")),
        ]
        headers = urllib3.make_headers(basic_auth=f"__token__:{self._token}") | {"Accept": "application/json"}
        answer = self._pool.request("POST", self._url, fields=fields, headers=headers)
        text = answer.json()["code"] if answer.data.startswith(b"{") else answer.data.decode()
        return Said(answer.status, text)

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()


def _metadata(path: Path) -> CoreMetadata:
    raw = open_distribution(path).metadata
    if raw is not None:
        return parse_metadata(raw)
    name = re.match(r"[a-z]+", path.name)
    return CoreMetadata(metadata_version="2.4", name=name[0] if name else "handmade", version="1.0")


def _fields(metadata: CoreMetadata) -> list[tuple[str, str]]:
    fields = []
    for attribute, field in FORM_NAMES.items():
        said = getattr(metadata, attribute)
        fields += [(field, each) for each in ((said,) if isinstance(said, str) else said) if each]
    return fields
