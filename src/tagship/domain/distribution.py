"""A built file, opened: what it says of itself and what it holds."""

from dataclasses import dataclass

from tagship.domain.artifact import Artifact


@dataclass(frozen=True, slots=True)
class Distribution:
    """One sdist or wheel, read.

    `metadata` is the METADATA or PKG-INFO as raw bytes, None where the archive has none or has it in
    another place than the file name promises. `members` are the names in the archive, in order,
    duplicates included. `broken` is the reason why the archive could not be read, or None.
    """

    artifact: Artifact
    members: tuple[str, ...] = ()
    metadata: bytes | None = None
    broken: str | None = None
