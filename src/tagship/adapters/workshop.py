"""A directory to work in that is gone afterwards, however the work ended."""

import contextlib
import errno
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from tagship.adapters.signals import termination_interrupts
from tagship.errors import Edit, TagshipError

_REFUSALS = MappingProxyType(
    {
        errno.ENOSPC: "no space is left",
        errno.EDQUOT: "the quota is used up",
        errno.EROFS: "the file system is read-only",
        errno.EACCES: "permission is denied",
        errno.EPERM: "permission is denied",
    }
)
_ROOM = Edit("make room there, or set TMPDIR to a directory with room")
_NOT_TEMPORARY = Edit("make room there, or make it writable")


@contextlib.contextmanager
def workshop(
    purpose: str, *, base: Path | None = None, failure: type[TagshipError], hidden: bool = False
) -> Iterator[Path]:
    """A fresh directory under `base`, or where temporary files go; its path has no links in it.

    Its name begins with `tagship-` and the purpose, and with a dot before that where it is to be `hidden`.
    It is removed when the context is left, be it by a return, an error, Ctrl-C or a SIGTERM. What the disk
    refuses within is raised as `failure`, with the cause and a way out.
    """
    with termination_interrupts(), refusals_explained(failure):
        try:
            # Backends and git compare paths: a link on the way would make one directory look like two.
            directory = Path(tempfile.mkdtemp(prefix=f"{'.' * hidden}tagship-{purpose}-", dir=base)).resolve()
        except FileNotFoundError as missing:
            raise failure(f"there is no directory for temporary files: {missing}", remedy=_ROOM) from missing
        try:
            yield directory
        finally:
            _remove(directory)


@contextlib.contextmanager
def refusals_explained(failure: type[TagshipError]) -> Iterator[None]:
    """Within, a full or read-only disk is raised as `failure`; other errors pass as they are."""
    try:
        yield
    except OSError as refused:
        reason = _REFUSALS.get(refused.errno or 0)
        if reason is None:
            raise
        # Where a file was being copied, the second name is the one that is written.
        refusing = refused.filename2 or refused.filename
        place = f"{refusing} cannot be written" if refusing else "a file cannot be written"
        raise failure(f"{place}: {reason}", remedy=_way_out(refusing)) from refused


def _way_out(refusing: object) -> Edit:
    """What to do about a place that cannot be written; TMPDIR moves only what is temporary."""
    temporary = Path(tempfile.gettempdir()).resolve()
    if isinstance(refusing, str | Path) and not Path(refusing).resolve().is_relative_to(temporary):
        return _NOT_TEMPORARY
    return _ROOM


def _remove(directory: Path) -> None:
    """Remove a directory whole; an interruption meanwhile does not leave it behind."""
    try:
        _remove_once(directory)
    except KeyboardInterrupt:
        _remove_once(directory)
        raise


def _remove_once(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    if directory.exists():
        # Some backends make directories read-only, and nothing can be removed from those.
        for inner in [directory, *directory.rglob("*")]:
            if inner.is_dir() and not inner.is_symlink():
                with contextlib.suppress(OSError):
                    inner.chmod(0o700)
        shutil.rmtree(directory, ignore_errors=True)
