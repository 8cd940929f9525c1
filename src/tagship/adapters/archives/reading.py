"""What every kind of archive is read into, member by member, in one pass."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tagship.adapters.archives import limits
from tagship.adapters.archives.broken import BrokenArchiveError
from tagship.domain.distribution import Leak, Member, Oddity, Peculiarity

Inspect = Callable[[str, bytes], Iterable[Leak]]
"""Asked for each member with its name and content; a large member comes in pieces that overlap."""

_DESCRIPTIONS = ("METADATA", "PKG-INFO", "RECORD")


@dataclass(slots=True)
class Reading:
    """One archive, as far as it is read; `root` is the directory that the file name promises."""

    root: str
    packed: int
    inspect: Inspect | None
    deadline: limits.Deadline
    members: list[Member] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    peculiarities: dict[Peculiarity, None] = field(default_factory=dict)
    leaks: dict[tuple[str, str], Leak] = field(default_factory=dict)
    _kept: int = 0
    _named: int = 0

    def notice(self, oddity: Oddity, member: str | None = None) -> None:
        """Remember an oddity, once; a thousand of them say all there is to say."""
        if len(self.peculiarities) < limits.MAX_PECULIARITIES:
            self.peculiarities[Peculiarity(oddity, member)] = None

    def count_names(self, size: int) -> None:
        """Count the bytes of a name or a target; raises BrokenArchiveError for more than any project has."""
        self._named += size
        if self._named > limits.MAX_NAMES:
            raise BrokenArchiveError(f"the names of its members fill more than {limits.MAX_NAMES >> 20} MiB")

    def whole(self, name: str, content: bytes) -> str:
        """Take a member's content; its digest."""
        if self._is_text(name):
            self._keep(name, content)
        self._look_into(name, content)
        return hashlib.sha256(content).hexdigest()

    def pieces(self, name: str, pieces: Iterator[bytes]) -> str:
        """Take a member's content piece by piece; its digest."""
        digest = hashlib.sha256()
        kept = bytearray() if self._is_text(name) else None
        before = b""
        for piece in pieces:
            self.deadline.check()
            digest.update(piece)
            if kept is not None and len(kept) <= limits.MAX_DESCRIPTION:
                kept += piece
            if self.inspect is not None:
                self._look_into(name, before + piece)
                before = piece[-limits.OVERLAP :]
        if kept is not None:
            self._keep(name, bytes(kept))
        return digest.hexdigest()

    def _look_into(self, name: str, content: bytes) -> None:
        if self.inspect is None or not content:
            return
        for leak in self.inspect(name, content):
            self.deadline.check()
            # Once per member and kind: however many lie in one place, what lies in another is still told of.
            self.leaks.setdefault((leak.member, leak.rule), leak)
        if len(self.leaks) > limits.MAX_LEAKS:
            raise BrokenArchiveError(f"more than {limits.MAX_LEAKS:,} of its members look like credentials")

    def _is_text(self, name: str) -> bool:
        if name.endswith(".pth"):
            return True
        if self.root.endswith(".dist-info"):
            return name.startswith(self.root + "/")
        # The index looks into the one directory that there is, whatever it is called.
        folder, _, rest = name.removeprefix("./").partition("/")
        return rest == "PKG-INFO" or (folder, rest) == (self.root, "pyproject.toml")

    def _keep(self, name: str, content: bytes) -> None:
        describes = name.removeprefix(self.root + "/") in _DESCRIPTIONS
        if describes and len(content) > limits.MAX_DESCRIPTION:
            raise BrokenArchiveError(f"{name} is larger than {limits.MAX_DESCRIPTION >> 20} MiB")
        if describes or (len(content) <= limits.MAX_TEXT and self._kept + len(content) <= limits.MAX_TEXTS):
            self._kept += 0 if describes else len(content)
            self.texts[name] = content
