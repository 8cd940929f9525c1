"""What several checks of built files read in the same way."""

from collections.abc import Iterable, Iterator

from tagship.domain.artifact import Kind, Manifest
from tagship.domain.built import BuiltFacts
from tagship.domain.core_metadata import CoreMetadata, parse_metadata
from tagship.domain.distribution import Distribution, Oddity
from tagship.domain.finding import Finding, NotApplicable
from tagship.errors import Edit, FactUnknown, InFile, Remedy, Run

ARTIFACTS = frozenset({"artifacts"})
LISTED = 3
"""How many members a finding names before it only counts them."""
LONGEST_QUOTE = 300
"""Characters of one name or value that a finding repeats."""


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
        raise FactUnknown(f"there is no metadata to read in {listed(unread)}")


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
        raise unopened(broken)


def unopened(filenames: list[str]) -> FactUnknown:
    """What is said where distributions do not open."""
    return FactUnknown(f"what is in {listed(filenames)} cannot be told")


def encrypted(distribution: Distribution) -> bool:
    """Whether members are encrypted, so that nothing is known of what they hold."""
    return any(each.oddity is Oddity.ENCRYPTED for each in distribution.peculiarities)


def in_the_clear(distributions: Iterable[Distribution], name: str) -> Iterator[Distribution]:
    """Those of which a file that describes them is not encrypted; raises FactUnknown at the end for the others."""
    locked = []
    for distribution in distributions:
        path = f"{distribution.root}/{name}"
        unread = path in distribution.names and path not in distribution.texts
        if unread and encrypted(distribution):
            locked.append(distribution.artifact.filename)
        else:
            yield distribution
    if locked:
        raise FactUnknown(f"{name} is encrypted in {listed(locked)}")


def entry_points_of(wheel: Distribution) -> bytes:
    """The entry_points.txt of a wheel, empty where it has none; raises FactUnknown for one too large to be read."""
    name = f"{wheel.root}/entry_points.txt"
    if name in wheel.names and name not in wheel.texts:
        raise FactUnknown(f"{name} in {wheel.artifact.filename} is too large, or packed too oddly, to be read")
    return wheel.texts.get(name, b"")


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
                told_of = oddity.value if whole or len(members) == 1 else oddity.of_several
                yield Finding(f"{subject} {told_of}", where=InFile(filename), remedy=Edit(remedy.format(file=filename)))


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are; control characters are written out."""
    shown = ", ".join(printable(name) for name in names[:LISTED])
    more = len(names) - LISTED
    return shown if more <= 0 else f"{shown} and {more} more"


def printable(text: str) -> str:
    """A text from a file, fit for one line of a report: control characters written out, the end of a long one cut."""
    shown = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
    return shown if shown.isprintable() and shown else repr(shown)


def expect_public_index(facts: BuiltFacts) -> None:
    """Raise NotApplicable where the index is one of which nobody knows the rules."""
    if facts.config.index.site is None:
        raise NotApplicable(f"{facts.config.index.name} is no public index, whose rules are known")


def build_again(manifest: Manifest | None) -> Remedy:
    """The command that makes the files anew; what has no manifest was made by something else."""
    if manifest is None:
        return Edit("build it again with what built it, in a current version")
    return Run(("tagship", "build", manifest.tag))
