"""What several checks of built files read in the same way."""

from collections.abc import Iterator

from tagship.domain.artifact import Kind, Manifest
from tagship.domain.built import BuiltFacts
from tagship.domain.core_metadata import CoreMetadata, parse_metadata
from tagship.domain.distribution import Distribution, Oddity
from tagship.domain.finding import Finding, NotApplicable
from tagship.errors import Edit, FactUnknown, InFile, Run

ARTIFACTS = frozenset({"artifacts"})
LISTED = 3
"""How many members a finding names before it only counts them."""


def core_metadata_of(facts: BuiltFacts) -> Iterator[tuple[str, CoreMetadata]]:
    """The file name and the core metadata of every distribution.

    Raises FactUnknown at the end where one has none that can be read.
    """
    unread = []
    for distribution in facts.distributions:
        if distribution.metadata is None:
            unread.append(distribution.artifact.filename)
        else:
            yield distribution.artifact.filename, parse_metadata(distribution.metadata)
    if unread:
        raise FactUnknown(f"there is no metadata to read in {', '.join(unread)}")


def opened(facts: BuiltFacts, kind: Kind | None = None) -> Iterator[Distribution]:
    """The distributions of a kind, or of both, that could be read; raises FactUnknown at the end for the others."""
    broken = []
    for distribution in facts.distributions:
        if kind is not None and distribution.artifact.kind is not kind:
            continue
        if distribution.broken is None:
            yield distribution
        else:
            broken.append(distribution.artifact.filename)
    if broken:
        raise FactUnknown(f"what is in {', '.join(broken)} cannot be told")


def odd(facts: BuiltFacts, *oddities: Oddity, remedy: str) -> Iterator[Finding]:
    """A finding for every way in which a file is packed oddly, with the members of whom it is true."""
    for distribution in facts.distributions:
        filename = distribution.artifact.filename
        for oddity in oddities:
            told = [each for each in distribution.peculiarities if each.oddity is oddity]
            whole = any(each.member is None for each in told)
            members = [each.member for each in told if each.member is not None]
            if whole or members:
                subject = filename if whole else f"{filename}: {listed(members)}"
                yield Finding(
                    f"{subject} {oddity.value}", where=InFile(filename), remedy=Edit(remedy.format(file=filename))
                )


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are; control characters are written out."""
    shown = ", ".join(printable(name) for name in names[:LISTED])
    more = len(names) - LISTED
    return shown if more <= 0 else f"{shown} and {more} more"


def printable(text: str) -> str:
    """A text from a file, fit for one line of a report."""
    return text if text.isprintable() and text else repr(text)


def expect_public_index(facts: BuiltFacts) -> None:
    """Raise NotApplicable where the index is one of which nobody knows the rules."""
    if facts.config.index.site is None:
        raise NotApplicable(f"{facts.config.index.name} is no public index, whose rules are known")


def build_again(manifest: Manifest | None) -> Run:
    """The command that makes the files anew."""
    return Run(("tagship", "build") if manifest is None else ("tagship", "build", manifest.tag))
