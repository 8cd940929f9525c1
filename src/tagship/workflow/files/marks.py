"""Whether built files are still those that were looked at, told without reading them."""

from collections.abc import Sequence
from pathlib import Path

from tagship.adapters.manifests import manifest_path


def mark_of(dist: Path, files: Sequence[Path]) -> object:
    """What differs as soon as a file does: names, sizes and times, of the manifest as well."""
    try:
        watched = list(files) or [*dist.iterdir(), manifest_path(dist)]
        stats = [(path.name, path.stat()) for path in watched if path.exists()]
    except (OSError, ValueError):  # no such directory, or one without a name; whoever reads it says so
        return None
    return {(name, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for name, stat in stats}
