"""Several packages of one repository, told at once."""

from dataclasses import dataclass

from tagship.domain.finding import Readiness, Report


@dataclass(frozen=True, slots=True)
class Reports:
    """A report on each package that was looked at, in the order of release.

    `left_alone` are the packages that were not, since nothing of them is changed. Where that is so of all,
    `repository` holds what stands in the way all the same, if something does.
    """

    reports: tuple[Report, ...]
    left_alone: tuple[str, ...]
    seconds: float
    repository: Report | None = None

    @property
    def all_told(self) -> tuple[Report, ...]:
        """Every report, that of the repository itself before those of its packages."""
        return self.reports if self.repository is None else (self.repository, *self.reports)

    @property
    def readiness(self) -> Readiness:
        """Blocked by one report that is, unknown by one that is, ready otherwise: without a change nothing is amiss."""
        found = {report.readiness for report in self.all_told}
        if Readiness.BLOCKED in found:
            return Readiness.BLOCKED
        return Readiness.UNKNOWN if Readiness.UNKNOWN in found else Readiness.READY


@dataclass(frozen=True, slots=True)
class PackageAtAGlance:
    """What there is to see of one package; `path` is its directory from the top, "" for the top itself.

    `version` is None where no file tells it, `last_tag` the one with the highest version, and `requires` its siblings
    that it requires.
    """

    name: str
    path: str
    version: str | None
    tag_format: str
    last_tag: str | None
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """The packages of a repository, in the order of release."""

    packages: tuple[PackageAtAGlance, ...]
