"""One JSON document on the stream, and nothing else."""

import json
from typing import TYPE_CHECKING, TextIO

from tagship.reports.documents import document
from tagship.reports.documents.writing import Document, Json
from tagship.reports.harmless import well_formed

if TYPE_CHECKING:
    from tagship.reports.shown import Shown  # leads to most of the domain


def render(value: "Shown", stream: TextIO) -> None:
    """Write the value's document; pure ASCII, so that it fits every stream and every parser."""
    dump(document(value), stream)


def dump(content: Document, stream: TextIO) -> None:
    """Write a document of plain values; lone surrogates are escaped, since strict parsers refuse them."""
    json.dump(_well_formed(content), stream, indent=2, ensure_ascii=True, allow_nan=False)
    stream.write("\n")


def _well_formed(content: Json) -> Json:
    match content:
        case str():
            return well_formed(content)
        case list():
            return [_well_formed(item) for item in content]
        case dict():
            return {well_formed(key): _well_formed(item) for key, item in content.items()}
        case _:
            return content
