"""The core metadata of a distribution: what METADATA and PKG-INFO say, read whatever they say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import lru_cache
from types import MappingProxyType

LARGEST_HEAD = 2 << 20
"""Bytes of headers that are read; what real projects write there, a licence's text included, is a tenth of it."""
MOST_HEADERS = 20_000

_END_OF_HEAD = re.compile(rb"(?:\r\n|\r(?!\n)|\n)(?:\r\n|\r|\n)|\A(?:\r\n|\r|\n)")
"""An empty line; one of blanks belongs to a folded header."""
_INDENT = 8
_INDENTS = (" " * _INDENT, " " * (_INDENT - 1) + "|")
_NOTHING = "UNKNOWN"
"""What old tools wrote where they had nothing to say; the index takes it for nothing, too."""

SINGLE_USE = MappingProxyType(
    {
        "metadata-version": "metadata_version",
        "name": "name",
        "version": "version",
        "summary": "summary",
        "description": "description",
        "description-content-type": "description_content_type",
        "keywords": "keywords",
        "home-page": "home_page",
        "download-url": "download_url",
        "author": "author",
        "author-email": "author_email",
        "maintainer": "maintainer",
        "maintainer-email": "maintainer_email",
        "license": "license",
        "license-expression": "license_expression",
        "requires-python": "requires_python",
    }
)
"""Headers that stand once, and the fields that hold them."""

MULTIPLE_USE = MappingProxyType(
    {
        "dynamic": "dynamic",
        "platform": "platforms",
        "supported-platform": "supported_platforms",
        "classifier": "classifiers",
        "requires-dist": "requires_dist",
        "provides-dist": "provides_dist",
        "obsoletes-dist": "obsoletes_dist",
        "requires-external": "requires_external",
        "project-url": "project_urls",
        "provides-extra": "provides_extra",
        "license-file": "license_files",
        "requires": "requires",
        "provides": "provides",
        "obsoletes": "obsoletes",
        "import-name": "import_names",
        "import-namespace": "import_namespaces",
    }
)
"""Headers that may stand any number of times, and the fields that hold them."""


@dataclass(frozen=True, slots=True)
class CoreMetadata:
    """Core metadata as text, whether it is valid or not; what is not said is empty.

    Folded lines stay folded in the texts and are joined in the tuples' items. `headers` are the known headers that
    stand there, in lower case. `flaws` are what cannot be read one way only, each a sentence's end after "the
    metadata": two readers would see two things there, or none.
    """

    metadata_version: str = ""
    name: str = ""
    version: str = ""
    summary: str = ""
    description: str = ""
    description_content_type: str = ""
    keywords: str = ""
    home_page: str = ""
    download_url: str = ""
    author: str = ""
    author_email: str = ""
    maintainer: str = ""
    maintainer_email: str = ""
    license: str = ""
    license_expression: str = ""
    requires_python: str = ""
    dynamic: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    supported_platforms: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    requires_dist: tuple[str, ...] = ()
    provides_dist: tuple[str, ...] = ()
    obsoletes_dist: tuple[str, ...] = ()
    requires_external: tuple[str, ...] = ()
    project_urls: tuple[str, ...] = ()
    provides_extra: tuple[str, ...] = ()
    license_files: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    obsoletes: tuple[str, ...] = ()
    import_names: tuple[str, ...] = ()
    import_namespaces: tuple[str, ...] = ()
    headers: frozenset[str] = frozenset()
    flaws: tuple[str, ...] = ()

    def of(self, header: str) -> tuple[str, ...]:
        """What stands under a header, given in lower case; of one that stands once, at most one text."""
        field = SINGLE_USE.get(header) or MULTIPLE_USE.get(header)
        said: str | tuple[str, ...] = "" if field is None else getattr(self, field)
        if isinstance(said, tuple):
            return said
        return (said,) if said else ()


@lru_cache(maxsize=32)  # many checks ask about the same few files
def parse_metadata(raw: bytes) -> CoreMetadata:
    """Read METADATA or PKG-INFO as an index does; never raises, and costs time in proportion to its size."""
    flaws: list[str] = []
    end = _END_OF_HEAD.search(raw, 0, LARGEST_HEAD)
    head, body = (raw, b"") if end is None else (raw[: end.start()], raw[end.end() :])
    if len(head) > LARGEST_HEAD:
        flaws.append(f"has more than {LARGEST_HEAD >> 20} MiB of headers")
        head = head[:LARGEST_HEAD]
    found, stray = _headers(_decode(head, "its headers", flaws), flaws)
    description = stray + _decode(body, "its description", flaws)
    single = {field: _single(header, found, flaws) for header, field in SINGLE_USE.items()}
    if description.strip():
        if single["description"]:
            flaws.append("has two descriptions, a header and a body")
        single["description"] = description
    else:
        single["description"] = unfolded(single["description"])
    multiple = {field: _items(found.get(header, ())) for header, field in MULTIPLE_USE.items()}
    known = frozenset(found) & (SINGLE_USE.keys() | MULTIPLE_USE.keys())
    return CoreMetadata(**single, **multiple, headers=known, flaws=tuple(flaws))  # type: ignore[arg-type]  # by the tables


def _decode(raw: bytes, what: str, flaws: list[str]) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        flaws.append(f"is not UTF-8: byte {error.start} of {what} is 0x{raw[error.start]:02x}")
        return raw.decode("utf-8", errors="replace")


def _headers(text: str, flaws: list[str]) -> tuple[Mapping[str, Sequence[str]], str]:
    """The headers by name in lower case, and what the parser took for the body because it is no header."""
    found: dict[str, list[str]] = {}
    message = HeaderParser().parsestr(f"{text}\n")
    for name, value in message.items()[:MOST_HEADERS]:
        found.setdefault(name.lower(), []).append(str(value))
    rest = message.get_payload()
    stray = rest if isinstance(rest, str) else ""
    if stray.strip():
        flaws.append(f"has a line among its headers that is none: {stray.strip().splitlines()[0][:60]!r}")
    if len(message) > MOST_HEADERS:
        flaws.append(f"has more than {MOST_HEADERS:,} headers")
    return found, stray


def unfolded(description: str) -> str:
    """A description that stood in a header, as it was before old tools indented all lines but the first."""
    first, *rest = description.splitlines() or [""]
    if all(not line.strip() or line.startswith(_INDENTS) for line in rest):
        rest = [line[_INDENT:] for line in rest]
    return "\n".join([first, *rest])


def _single(header: str, found: Mapping[str, Sequence[str]], flaws: list[str]) -> str:
    values = found.get(header, ())
    if len(values) > 1:
        flaws.append(f"says {header.title()} {len(values)} times")
    value = values[0].strip() if values else ""
    return "" if value == _NOTHING else value


def _items(values: Sequence[str]) -> tuple[str, ...]:
    joined = (" ".join(value.split()) for value in values)
    return tuple(value for value in joined if value and value != _NOTHING)
