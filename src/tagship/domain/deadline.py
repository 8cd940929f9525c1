"""How much of a release is up, and how long an index takes more of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tagship.domain.artifact import ServedFile

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Extent:
    """So many files of a release are up, of so many; `closes` is when the index stops taking more, if that is known."""

    up: int
    of: int
    closes: datetime | None = None

    @property
    def partial(self) -> bool:
        """Whether something is up, and not everything."""
        return 0 < self.up < self.of

    def days_left(self, now: datetime) -> int | None:
        """Days until nothing more is taken, a day that has begun counted whole; 0 where it is too late."""
        return None if self.closes is None else max(0, -((now - self.closes) // DAY))

    def too_late(self, now: datetime) -> bool:
        """Whether what is missing can never be added any more."""
        return self.partial and self.closes is not None and now > self.closes

    def sentence(self, now: datetime) -> str:
        """How it stands, in words that can follow a semicolon."""
        files = f"{self.up} of {self.of} files are up"
        if self.closes is None:
            return files
        return f"{files}; {until(self.closes, now)}"


def until(closes: datetime, now: datetime) -> str:
    """When an index stops taking more files of a release, in words that can follow a semicolon."""
    day = f"{closes.astimezone(UTC):%Y-%m-%d}"
    left = Extent(0, 0, closes).days_left(now)
    if not left:
        return f"the index took more until {day}, and takes none now"
    return f"the index takes more until {day} ({left} {'day' if left == 1 else 'days'} left)"


def closing(
    files: Iterable[ServedFile], takes_files_for: timedelta | None, *, taken: datetime | None = None
) -> datetime | None:
    """When the release that these files are of gets no more; None where the index has no known rule.

    The time runs from the first file. `taken` is when one was taken that the index does not list yet.
    """
    times = [file.uploaded_at for file in files if file.uploaded_at is not None]
    times += [] if taken is None else [taken]
    if takes_files_for is None or not times:
        return None
    first = min(each.replace(tzinfo=UTC) if each.tzinfo is None else each for each in times)
    return first + takes_files_for
