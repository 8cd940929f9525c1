"""The upload form: every field from the file's own metadata, so that the two cannot differ."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import cast

from packaging.metadata import RawMetadata, parse_email
from packaging.version import Version

from tagship.adapters.archives import open_distribution
from tagship.adapters.http import Stream
from tagship.domain.artifact import Artifact, Kind
from tagship.domain.facts import Progress
from tagship.domain.index_rules import introduced_in
from tagship.domain.version import parse_version
from tagship.errors import Conflict, Edit, FactUnknown, Refused

Field = tuple[str, str]

CHUNK = 64 * 1024

# Core metadata to the form's own names: the server expects some in the singular and some in the plural.
FORM_NAMES = MappingProxyType(
    {
        "metadata_version": "metadata_version",
        "name": "name",
        "version": "version",
        "platforms": "platform",
        "supported_platforms": "supported_platform",
        "summary": "summary",
        "description": "description",
        "description_content_type": "description_content_type",
        "keywords": "keywords",
        "home_page": "home_page",
        "download_url": "download_url",
        "author": "author",
        "author_email": "author_email",
        "maintainer": "maintainer",
        "maintainer_email": "maintainer_email",
        "license": "license",
        "license_expression": "license_expression",
        "license_files": "license_file",
        "classifiers": "classifiers",
        "requires": "requires",
        "provides": "provides",
        "obsoletes": "obsoletes",
        "requires_dist": "requires_dist",
        "provides_dist": "provides_dist",
        "obsoletes_dist": "obsoletes_dist",
        "requires_python": "requires_python",
        "requires_external": "requires_external",
        "project_urls": "project_urls",
        "provides_extra": "provides_extra",
        "dynamic": "dynamic",
        "import_names": "import_name",
        "import_namespaces": "import_namespace",
    }
)

# Headers that a metadata file may repeat and that an older `packaging` does not know.
_LATE_HEADERS = MappingProxyType({"import-name": "import_name", "import-namespace": "import_namespace"})

# Headers whose field has another name than themselves with underscores.
_PLURALS = MappingProxyType({"classifier": "classifiers", "project-url": "project_urls"})


@dataclass(frozen=True, slots=True)
class Form:
    """One file, ready to be sent any number of times; memory holds the metadata and never the file."""

    path: Path
    artifact: Artifact
    fields: tuple[Field, ...]
    boundary: str

    def body(self, progress: Progress) -> Stream:
        """The request body; `progress` counts the bytes of the file alone."""
        head, tail = self._head(), f"\r\n--{self.boundary}--\r\n".encode()

        def chunks() -> Iterator[bytes]:
            yield head
            done = 0
            progress(done, self.artifact.size)
            with self.path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
                    done += len(chunk)
                    progress(done, self.artifact.size)
            yield tail

        return Stream(len(head) + self.artifact.size + len(tail), chunks)

    @property
    def content_type(self) -> str:
        """The header that goes with the body."""
        return f"multipart/form-data; boundary={self.boundary}"

    def _head(self) -> bytes:
        parts = [
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in self.fields
        ]
        # Without a content type of its own, or with an image's, the file is refused.
        parts.append(
            f"--{self.boundary}\r\n"
            f'Content-Disposition: form-data; name="content"; filename="{_escaped(self.artifact.filename)}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        return "".join(parts).encode("utf-8", "surrogateescape")


def _escaped(filename: str) -> str:
    """A file name inside quotation marks, as the HTML standard encodes it."""
    return filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def fill_form(path: Path, artifact: Artifact) -> Form:
    """The form for one file; raises Conflict where the file is not the one that was built and checked.

    Raises Refused for a file that no index would take, FactUnknown for one that cannot be read.
    """
    _expect_name(artifact)
    metadata = _opened(path, artifact)
    fields = (
        (":action", "file_upload"),
        ("protocol_version", "1"),
        ("filetype", artifact.kind.value),
        ("pyversion", _pyversion(artifact)),
        ("sha256_digest", artifact.sha256),
        ("blake2_256_digest", _blake2(path)),
        *metadata_fields(metadata, artifact.filename),
    )
    return Form(path, artifact, fields, boundary=f"tagship-{secrets.token_hex(16)}")


def _expect_name(artifact: Artifact) -> None:
    try:
        artifact.identity  # noqa: B018 -- reading it is the check
    except ValueError as error:
        raise Refused(
            f"{artifact.filename} is not the name of a wheel or an sdist", remedy=Edit("build it again")
        ) from error


def _opened(path: Path, artifact: Artifact) -> bytes:
    """The metadata of a file that is still the one that was recorded."""
    try:
        opened = open_distribution(path)
    except OSError as error:
        raise FactUnknown(f"{path} cannot be read: {error.strerror}", remedy=Edit("build it again")) from error
    now = opened.artifact
    if (now.sha256, now.size) != (artifact.sha256, artifact.size):
        raise Conflict(
            f"{artifact.filename} has changed since it was recorded: sha256 {now.sha256} now, {artifact.sha256} then",
            remedy=Edit("build again, and let nothing touch the distributions afterwards"),
        )
    if opened.metadata is None:
        raise Refused(
            f"{artifact.filename} holds no readable metadata: {opened.broken or 'it is not where it should be'}",
            remedy=Edit("build it again"),
        )
    return opened.metadata


def _blake2(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=32)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _pyversion(artifact: Artifact) -> str:
    if artifact.kind is Kind.SDIST:
        return "source"
    return artifact.filename.removesuffix(".whl").split("-")[-3]


def metadata_fields(metadata: bytes, filename: str) -> tuple[Field, ...]:
    """Core metadata as form fields; raises Refused where a field of the specification cannot be read."""
    raw, unread = parse_email(metadata)
    broken = sorted(header for header in unread if header not in _LATE_HEADERS and _is_known(header))
    missing = [field for field in ("metadata_version", "name", "version") if field not in raw and field not in broken]
    if broken or missing:
        told = ", ".join(broken + missing)
        raise Refused(
            f"the metadata of {filename} has no readable {told}", remedy=Edit("mend pyproject.toml and build again")
        )
    late = [(field, value) for header, field in _LATE_HEADERS.items() for value in unread.get(header, ()) if value]
    return (*_known_fields(raw), *late)


def _is_known(header: str) -> bool:
    return _PLURALS.get(header, header.replace("-", "_")) in FORM_NAMES.values()


def _known_fields(raw: RawMetadata) -> Iterator[Field]:
    values = cast("dict[str, str | list[str] | dict[str, str]]", raw)
    # Old backends named licence files before the metadata could, and the index refuses a field that is too young.
    licensed = parse_version(raw.get("metadata_version", "")) or Version("0")
    for key, field in FORM_NAMES.items():
        if key == "license_files" and licensed < Version(introduced_in("license-file")):
            continue
        value = values.get(key, "")
        if key == "keywords" and isinstance(value, list):
            value = ",".join(value)
        if isinstance(value, dict):
            yield from ((field, f"{label}, {url}") for label, url in value.items())
        elif isinstance(value, list):
            yield from ((field, item) for item in value)
        elif value:
            yield field, value
