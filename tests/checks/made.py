"""Built files as the checks see them, given by hand."""

from collections.abc import Iterable, Mapping
from typing import Unpack

from fakes import FakeFacts, Given, a_distribution, a_manifest, a_metadata, a_wheel, an_sdist
from tagship.domain.artifact import Artifact
from tagship.domain.built import Classifiers, Expected
from tagship.domain.config import Config
from tagship.domain.distribution import Distribution, Member, Oddity, Peculiarity
from tagship.domain.endpoints import Endpoints
from tagship.domain.version import parse_version
from tagship.errors import Run

WHEEL, SDIST = a_wheel(), an_sdist()
INFO, TOP = "handmade-1.2.0.dist-info", "handmade-1.2.0"
BUILD_AGAIN = Run(("tagship", "build", "v1.2.0"))
PRIVATE = Config(index=Endpoints("private", "https://index.example/simple/", "https://index.example/upload/"))
CLASSIFIERS = Classifiers(
    frozenset({"Typing :: Typed", "Topic :: Old"}),
    {"Topic :: Old": (), "Topic :: Older": ("Typing :: Typed", "Topic :: New")},
    "the list of 2026",
)


def built(*files: Distribution, **given: Unpack[Given]) -> FakeFacts:
    """A build of v1.2.0 that made these."""
    facts = Given(
        config=Config(),
        manifest=a_manifest(*(each.artifact for each in files)),
        expected=Expected("handmade", parse_version("1.2.0"), "v1.2.0"),
        distributions=files,
        strangers=(),
        classifiers=CLASSIFIERS,
        rendering_flaws={},
    )
    facts.update(given)
    return FakeFacts(**facts)


def told(*lines: str, artifact: Artifact = WHEEL, metadata_version: str = "2.4") -> Distribution:
    """A file with these lines in its metadata."""
    return a_distribution(artifact, metadata=a_metadata("1.2.0", *lines, metadata_version=metadata_version))


def holding(
    *members: Member | str, artifact: Artifact = WHEEL, texts: Mapping[str, str | bytes] | None = None
) -> Distribution:
    """A file with these members; `texts` are the content of files in a wheel's .dist-info directory, listed as well."""
    content = {
        f"{INFO}/{name}": text.encode() if isinstance(text, str) else text for name, text in (texts or {}).items()
    }
    named = (each if isinstance(each, Member) else Member(each) for each in (*members, *content))
    return Distribution(artifact, tuple(named), a_metadata(), texts=content)


def odd(oddity: Oddity, *members: str, artifact: Artifact = WHEEL) -> Distribution:
    """A file that is packed in an odd way, as a whole or in some members."""
    told: Iterable[str | None] = members or (None,)
    return Distribution(artifact, (), a_metadata(), peculiarities=tuple(Peculiarity(oddity, each) for each in told))
