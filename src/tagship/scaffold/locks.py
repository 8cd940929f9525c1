"""The files of requirements with hashes that generated jobs install from, and what each is made from."""

from collections.abc import Mapping

from tagship.domain.adoption import Adoption

RELEASE = ".tagship/release.txt"
"""tagship and its closure: what gates, builds, publishes and proves."""
WHEELS = ".tagship/wheels.txt"
"""cibuildwheel and its closure. Its own action installs the same from what the index has that day, without a hash."""


def locks(adoption: Adoption, own: str = "tagship") -> Mapping[str, tuple[str, ...]]:
    """The requirements of each lock file that the adoption needs; `own` is how tagship itself is required."""
    wanted: dict[str, tuple[str, ...]] = {RELEASE: (own,)}
    if adoption.compiled:
        wanted[WHEELS] = ("cibuildwheel",)
    if adoption.tests is not None and adoption.tests.locked is not None:
        wanted[adoption.tests.locked] = adoption.tests.requirements
    return wanted
