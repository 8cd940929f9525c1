"""Descriptions, rendered as the index renders them; only reStructuredText can fail."""

import io
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType

from tagship.domain.core_metadata import CoreMetadata, parse_metadata
from tagship.domain.distribution import Distribution
from tagship.domain.index_rules import RST
from tagship.errors import FactUnknown, Run

LONGEST_FLAW = 200
LONGEST_DESCRIPTION = 1 << 20
"""Characters; what is longer would take minutes to render."""
_RENDERER = "readme_renderer.rst"


def rendering_flaws(distributions: Sequence[Distribution]) -> Mapping[str, str]:
    """By file name, why its description does not render.

    Raises FactUnknown where a description is reStructuredText, or says of itself nothing, which the index takes for
    the same, and no renderer is installed. Equal descriptions are rendered once.
    """
    sources = {
        found.artifact.filename: metadata.description
        for found in distributions
        if found.metadata is not None and _is_restructured(metadata := parse_metadata(found.metadata))
    }
    flaws = {text: _flaw(text) for text in set(sources.values())}
    return MappingProxyType({filename: flaw for filename, text in sources.items() if (flaw := flaws[text]) is not None})


def _is_restructured(metadata: CoreMetadata) -> bool:
    said = (metadata.description_content_type or RST).lower()
    return bool(metadata.description.strip()) and said.startswith(RST)


def _flaw(text: str) -> str | None:
    if len(text) > LONGEST_DESCRIPTION:
        raise FactUnknown(f"the description has {len(text):,} characters, which are too many to render")
    try:
        renderer = import_module(_RENDERER)
    except ImportError as missing:
        raise FactUnknown(
            "the description is reStructuredText, and nothing that renders it is installed",
            remedy=Run(("pip", "install", "tagship[rst]")),
        ) from missing
    told = io.StringIO()
    try:
        rendered: str | None = renderer.render(text, stream=told)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as crash:
        return f"the renderer gives up: {type(crash).__name__}"
    if rendered is not None:
        return None
    lines = [line.strip() for line in told.getvalue().splitlines() if line.strip()]
    return lines[0].removeprefix("<string>:")[:LONGEST_FLAW].rstrip(".") if lines else "it is empty when rendered"
