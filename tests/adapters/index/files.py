"""Distributions small enough to make in a test, and pages that serve them."""

import hashlib
import io
import json
import tarfile
import zipfile
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from adapters.loopback import Answer, Asked
from tagship.domain.artifact import Artifact

NAME = "pkg_demo-1.0-py3-none-any.whl"
SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
METADATA = "Metadata-Version: 2.4\nName: pkg-demo\nVersion: 1.0\nSummary: short\n\n# long\n"


def artifact_of(path: Path) -> Artifact:
    content = path.read_bytes()
    return Artifact(path.name, len(content), hashlib.sha256(content).hexdigest())


def make_wheel(folder: Path, *, metadata: str = METADATA, name: str = NAME, filling: bytes = b"x = 1\n") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pkg_demo.py", filling)
        archive.writestr("pkg_demo-1.0.dist-info/METADATA", metadata)
    return path


def make_sdist(folder: Path, *, metadata: str = METADATA) -> Path:
    path = folder / "pkg_demo-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("pkg_demo-1.0/PKG-INFO", "pkg_demo-1.0/pyproject.toml"):
            content = metadata.encode() if name.endswith("PKG-INFO") else b""
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def page(*files: dict[str, object], name: str = "pkg-demo", **members: object) -> Answer:
    """A project's page as JSON."""
    content = {"meta": {"api-version": "1.1"}, "name": name, "files": list(files), **members}
    return Answer(200, json.dumps(content).encode(), {"Content-Type": SIMPLE_JSON})


def entry(filename: str = NAME, sha256: str | None = None, **members: object) -> dict[str, object]:
    """One file of such a page."""
    hashes = {} if sha256 is None else {"sha256": sha256}
    return {"filename": filename, "url": f"../../files/{filename}", "hashes": hashes, **members}


def form_in(asked: Asked) -> list[tuple[str, str | bytes]]:
    """The fields of a multipart form, as the standard library's parser for mail reads them."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + asked.body)
    return [(str(part.get_param("name", header="content-disposition")), _content(part)) for part in _parts(message)]


def _parts(message: Message) -> list[Message]:
    parts = message.get_payload()
    assert isinstance(parts, list)
    return [part for part in parts if isinstance(part, Message)]


def _content(part: Message) -> str | bytes:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload if part.get_content_type() == "application/octet-stream" else payload.decode()
