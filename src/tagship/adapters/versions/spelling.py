"""How one version is spelt in different places: canonical, padded, by SemVer, or in its first parts only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from packaging.version import Version

from tagship.domain.version import parse_version
from tagship.errors import Edit, UsageError

_WORD: Final = re.compile(r"(?<![\w.])[vV]?(?P<version>\d[\w.!+-]*)")
_TRAILING: Final = ".-_!+"
_LONGEST: Final = 100
_RELEASE: Final = re.compile(r"(?:\d+!)?(?P<release>\d+(?:\.\d+)*)(?P<rest>.*)", re.DOTALL)
_SUFFIX: Final = re.compile(
    r"(?P<before>[-_.]?)(?P<word>alpha|a|beta|b|preview|pre|c|rc|post|rev|r|dev)(?P<within>[-_.]?)(?P<number>\d*)",
    re.IGNORECASE,
)
_KINDS: Final = {
    "alpha": "a",
    "beta": "b",
    "c": "rc",
    "pre": "rc",
    "preview": "rc",
    "rev": "post",
    "r": "post",
}
_LONG: Final = {"a": "alpha", "b": "beta"}
_PRE: Final = {"a", "b", "rc"}
_SEMVER_PARTS: Final = 3


def words_in(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The offsets of everything between two offsets that reads as a version, a leading v left out."""
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word = match["version"].rstrip(_TRAILING)
        if len(word) <= _LONGEST and parse_version(word) is not None:
            yield match.start("version"), match.start("version") + len(word)


def spelt(version: Version, old: str, *, semver: bool = False, parts: int | None = None) -> str:
    """The version in the style of the text that it takes the place of.

    A style is zeros before a month or a day, and what stands around the word of a pre-release. `parts` is how many
    numbers the place has room for. Raises UsageError for a version that SemVer cannot spell, where it must.
    """
    if parse_version(old) == version:
        return old
    if parts is not None:
        return ".".join(str(number) for number in (*version.release, *[0] * parts)[:parts])
    style = _style_of(old)
    text = _by_semver(version, style) if semver else _by_custom(version, style)
    return text if parse_version(text) == version else str(version)


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text spells its version; `widths` are those of numbers with zeros before them, else 0."""

    widths: tuple[int, ...] = ()
    before: str = ""
    word: str = ""
    within: str = ""
    numbered: bool = True

    @property
    def kind(self) -> str:
        """What PEP 440 calls the word."""
        return _KINDS.get(self.word.lower(), self.word.lower())

    def suits(self, kind: str) -> bool:
        """Whether a suffix of this kind can be written in the same way: a, b and rc are of one."""
        return self.kind == kind or {self.kind, kind} <= _PRE


def _style_of(old: str) -> _Style:
    found = _RELEASE.fullmatch(old)
    if found is None:
        return _Style()
    widths = _widths_of(found["release"].split("."))
    suffix = _SUFFIX.fullmatch(found["rest"])
    if suffix is None:
        return _Style(widths)
    return _Style(widths, suffix["before"], suffix["word"], suffix["within"], bool(suffix["number"]))


def _widths_of(numbers: list[str]) -> tuple[int, ...]:
    """How wide each number is written: 2025.08.30 has two digits for its months and days."""
    padded = max((len(number) for number in numbers if number[0] == "0" and number != "0"), default=0)
    return tuple(padded if place and len(number) >= padded else 0 for place, number in enumerate(numbers))


def _by_custom(version: Version, style: _Style) -> str:
    suffixes = _suffixes(version)
    if len(suffixes) > 1 or (not style.word and not any(style.widths)):
        return str(version)
    ((kind, number),) = suffixes or [("", 0)]
    if kind and not style.suits(kind):
        return str(version)
    epoch = f"{version.epoch}!" if version.epoch else ""
    local = f"+{version.local}" if version.local else ""
    return epoch + _padded(version, style) + (_styled(kind, number, style) if kind else "") + local


def _by_semver(version: Version, style: _Style) -> str:
    if version.epoch or version.local or len(version.release) > _SEMVER_PARTS:
        raise UsageError(
            f"{version} cannot be spelt by SemVer, which a file of the project must do",
            remedy=Edit("choose a version of three numbers, without an epoch or a local part"),
        )
    release = ".".join(str(number) for number in (*version.release, 0, 0)[:_SEMVER_PARTS])
    suffixes = _suffixes(version)
    if not suffixes:
        return release
    if len(suffixes) == 1 and style.before == "-" and style.suits(suffixes[0][0]):
        return release + _styled(*suffixes[0], style)
    return release + "-" + ".".join(f"{_LONG.get(kind, kind)}.{number}" for kind, number in suffixes)


def _suffixes(version: Version) -> list[tuple[str, int]]:
    """What follows the release, each with its number: a, b, rc, post, dev."""
    found: list[tuple[str, int]] = [version.pre] if version.pre else []
    found += [("post", version.post)] if version.post is not None else []
    found += [("dev", version.dev)] if version.dev is not None else []
    return found


def _padded(version: Version, style: _Style) -> str:
    widths = style.widths if len(style.widths) == len(version.release) else (0,) * len(version.release)
    return ".".join(str(number).zfill(width) for number, width in zip(version.release, widths, strict=True))


def _styled(kind: str, number: int, style: _Style) -> str:
    long = style.before == "-" or style.word.lower() in _LONG.values()
    other = _LONG.get(kind, kind) if long else kind
    chosen = style.word if style.kind == kind else other
    bare = not style.numbered and number == 0
    return style.before + chosen + ("" if bare else f"{style.within}{number}")
