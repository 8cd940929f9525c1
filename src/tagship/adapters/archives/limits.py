"""How much an archive may cost, whatever it claims to hold; what asks for more is broken.

The numbers leave room for every project there is: the largest wheels have some 60,000 members and unpack to a few
GiB, and the index takes no file over 100 MiB unless it was asked.
"""

import time
from dataclasses import dataclass, field

from tagship.adapters.archives.broken import BrokenArchiveError
from tagship.domain.index_rules import HIGHEST_RATIO, RATIO_MATTERS_FROM

MAX_MEMBERS = 200_000
MAX_NAMES = 16 << 20
"""Bytes of all names and link targets together."""
MAX_DIRECTORY = 32 << 20
"""Bytes of a zip file's list of contents."""
MAX_HEADER = 1 << 20
"""Bytes of one extended header of a tar file."""
MAX_HEADERS = 100
"""Extended headers before one member of a tar file; three are all that there are kinds of."""
MAX_PARTS = 100_000
"""Compressed parts of a gzip file; some tools write one for every 64 KiB."""
MAX_PADDING = 64 << 20
"""Bytes after the last member of a tar file."""
MAX_DESCRIPTION = 16 << 20
"""Bytes of METADATA, PKG-INFO or RECORD."""
MAX_TEXT = 1 << 20
"""Bytes of any other text that is kept."""
MAX_TEXTS = 32 << 20
"""Bytes of all texts together; what comes after is not kept."""
MAX_PECULIARITIES = 1000
MAX_LEAKS = 50_000
"""Members with something like a credential, once for each kind; collections of keys for tests have some thousand."""

WHOLE = 4 << 20
"""Bytes up to which a member is held in memory at once; larger ones come in pieces."""
CHUNK = 1 << 20
OVERLAP = 16 << 10
"""Bytes that one piece repeats of the piece before, so that no credential falls between two."""

SECONDS = 7.0
ORDINARY_FILE = 100 << 20
"""Bytes of a packed file that may take that long; larger ones may take longer in proportion."""


@dataclass(slots=True)
class Deadline:
    """The processor time that reading one file may take; a busy machine does not make a good archive bad."""

    seconds: float
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = time.thread_time() + self.seconds

    def check(self) -> None:
        """Raise BrokenArchiveError when the time is over."""
        if time.thread_time() > self._end:
            raise BrokenArchiveError(f"unpacking it takes more than {self.seconds:.0f} seconds")


def deadline_for(size: int) -> Deadline:
    """The time for a file of `size` packed bytes."""
    return Deadline(SECONDS * max(1.0, size / ORDINARY_FILE))


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether the index would call this a compression bomb."""
    return unpacked > RATIO_MATTERS_FROM and unpacked > HIGHEST_RATIO * packed
