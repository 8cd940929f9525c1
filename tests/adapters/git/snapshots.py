"""Everything that lies under a directory, to be compared before and after."""

import os
from collections.abc import Mapping
from pathlib import Path


def snapshot(directory: Path) -> Mapping[str, tuple[int, int, bytes]]:
    """Each file, folder and link with its mode, its time of change and what it holds; links are not followed."""
    found = {}
    for path in sorted([directory, *directory.rglob("*")]):
        about = path.lstat()
        content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(directory))] = (about.st_mode, about.st_mtime_ns, content)
    return found
