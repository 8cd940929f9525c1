"""Our own sdist, unpacked to build the wheel from."""

import tarfile
import zlib
from pathlib import Path

from tagship.errors import BuildFailed, Edit


def unpack_sdist(path: Path, into: Path) -> Path:
    """Unpack an sdist that we built; its one directory. Raises BuildFailed for one that reaches outside."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            if hasattr(tarfile, "data_filter"):
                archive.extractall(into, filter="data")
            else:
                _extract_plainly(archive, into)
    except (tarfile.TarError, EOFError, zlib.error) as broken:
        raise _not_an_sdist(path, str(broken)) from broken
    found = list(into.iterdir())
    if len(found) != 1 or not found[0].is_dir():
        raise _not_an_sdist(path, "it does not hold one directory")
    return found[0]


def _extract_plainly(archive: tarfile.TarFile, into: Path) -> None:
    """What Pythons before 3.11.4, which have no extraction filter, may do: files and directories below `into`."""
    top = into.resolve()
    for member in archive.getmembers():
        if not (member.isreg() or member.isdir()) or not (top / member.name).resolve().is_relative_to(top):
            raise tarfile.TarError(f"{member.name} is a link, a device or outside, and this Python cannot filter it")
        archive.extract(member, into)


def _not_an_sdist(path: Path, reason: str) -> BuildFailed:
    return BuildFailed(
        f"the backend made {path.name}, which no wheel can be built from: {reason}",
        remedy=Edit("mend what the sdist includes"),
    )
