"""Descriptions, rendered as the index renders them; only reStructuredText can fail."""

import json
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from tagship.adapters import renderer
from tagship.adapters.process import run
from tagship.domain.core_metadata import CoreMetadata, parse_metadata
from tagship.domain.distribution import Distribution
from tagship.domain.index_rules import RST
from tagship.errors import FactUnknown, Run

LONGEST_FLAW = 200
LONGEST_DESCRIPTION = 1 << 20
"""Characters; what is longer would take minutes to render."""
SECONDS = 5
"""Processor time for all descriptions of a release together."""
PATIENCE = 30.0
"""Seconds on the clock, on a machine that has other things to do."""
MEMORY = 400 << 20
"""Bytes of addresses, of which a process that renders uses half."""
OPTIONS = ("-P",)
"""What lies beside the renderer's own file is ours, and nothing that it could want."""
_RENDERER = str(renderer.__file__)


def rendering_flaws(distributions: Sequence[Distribution]) -> Mapping[str, str]:
    """By file name, why its description does not render.

    Raises FactUnknown where a description is reStructuredText, or says of itself nothing, which the index takes for
    the same, and no renderer is installed, or it takes too long. Equal descriptions are rendered once.
    """
    sources = {
        found.artifact.filename: metadata.description
        for found in distributions
        if found.metadata is not None and _is_restructured(metadata := parse_metadata(found.metadata))
    }
    texts = tuple(dict.fromkeys(sources.values()))
    flaws = dict(zip(texts, flaws_of(texts), strict=True))
    return MappingProxyType({filename: flaw for filename, text in sources.items() if (flaw := flaws[text]) is not None})


def _is_restructured(metadata: CoreMetadata) -> bool:
    said = (metadata.description_content_type or RST).lower()
    return bool(metadata.description.strip()) and said.startswith(RST)


@lru_cache(maxsize=8)  # every file of a release has the same description, and comes alone to an index
def flaws_of(texts: tuple[str, ...]) -> tuple[str | None, ...]:
    """Why each of these texts in reStructuredText does not render, None where it does; bounded in time and memory.

    Raises FactUnknown where that cannot be told.
    """
    if not texts:
        return ()
    longest = max(map(len, texts))
    if longest > LONGEST_DESCRIPTION:
        raise FactUnknown(f"the description has {longest:,} characters, which are too many to render")
    argv = (sys.executable, *OPTIONS, _RENDERER, str(SECONDS), str(MEMORY))
    done = run(argv, stdin=json.dumps(texts).encode(), timeout=PATIENCE, check=False)
    if done.returncode == renderer.NOT_INSTALLED:
        raise FactUnknown(
            "the description is reStructuredText, and nothing that renders it is installed",
            remedy=Run(("pip", "install", "tagship[rst]")),
        )
    if done.returncode:
        raise FactUnknown(f"the description takes more than {SECONDS} seconds, or more memory than is sane, to render")
    flaws: list[str | None] = json.loads(done.stdout)
    return tuple(None if flaw is None else flaw[:LONGEST_FLAW].rstrip(".") for flaw in flaws)
