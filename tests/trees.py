"""Files by hand, in place of those of a commit."""

from collections.abc import Mapping, Sequence


class Files:
    """A Tree of texts and bytes by path, asked as a commit is asked."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def read(self, path: str) -> bytes | None:
        return self._files.get(path)

    def paths(self) -> Sequence[str]:
        return sorted(self._files)
