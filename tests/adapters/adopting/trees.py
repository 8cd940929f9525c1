"""Files by hand, asked as a commit is asked."""

from collections.abc import Mapping, Sequence


class Files:
    """A Tree of texts."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = {path: content.encode() for path, content in files.items()}

    def read(self, path: str) -> bytes | None:
        return self._files.get(path)

    def paths(self) -> Sequence[str]:
        return sorted(self._files)
