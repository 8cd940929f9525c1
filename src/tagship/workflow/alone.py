"""One tagship at a time, by a lock that dies with its process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tagship.errors import Edit, Incomplete


@contextmanager
def alone(path: Path, where: str) -> Iterator[None]:
    """Within, nobody else holds the lock at that path; raises Incomplete where somebody does, and says where."""
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Incomplete(
            f"another tagship is at work {where}", remedy=Edit("let it end, then run the same command again")
        ) from None
    try:
        yield
    finally:
        lock.release()
