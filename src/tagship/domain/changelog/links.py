"""The link targets that a changelog keeps for its releases, moved on with a new one.

`[Unreleased]: …/compare/v1.2.0...HEAD` and `[1.2.0]: …/compare/v1.1.0...v1.2.0` in Markdown, `.. _1.2.0: …` in
reStructuredText. The new line is the newest one's with the versions moved on by one, so tags stay spelt as they are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from packaging.version import Version

from tagship.domain.changelog.headings import read_heading
from tagship.domain.changelog.layout import Layout, Splice
from tagship.domain.changelog.style import put, spelling_of
from tagship.domain.version import parse_version

_MARKDOWN: Final = re.compile(r"(?P<lead> {0,3}\[)(?P<label>[^\[\]]+)(?P<between>\]:[ \t]*)(?P<url>\S.*)")
_RST: Final = re.compile(r"(?P<lead>\.\. _`?)(?P<label>[^:`]+)(?P<between>`?:[ \t]+)(?P<url>\S.*)")
_COMPARISON: Final = re.compile(r"(?P<base>[^/\s]+?)(?P<dots>\.{2,3})(?P<tip>[^/\s?#>]+)")
_NUMBER: Final = re.compile(r"[0-9][0-9A-Za-z.!+_-]*")
_BRANCH: Final = frozenset({"head", "main", "master", "develop", "dev", "trunk"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link target on a line (counted from 0); `version` is None for the one of what is unreleased."""

    line: int
    label: str
    url: str
    lead: str
    between: str
    version: Version | None

    @property
    def comparison(self) -> re.Match[str] | None:
        """The two ends that the address compares, where it does."""
        return _COMPARISON.search(self.url.partition("://")[2])

    def written(self, label: str, url: str) -> str:
        """The line with another label and address."""
        return f"{self.lead}{label}{self.between}{url}"


def links_of(layout: Layout, *, project: str) -> tuple[Link, ...]:
    """The link targets whose labels name a release, or what is unreleased."""
    found: list[Link] = []
    for number, line in enumerate(layout.lines):
        match = (_MARKDOWN.fullmatch(line) if "]:" in line else _RST.fullmatch(line)) if line.strip() else None
        if match is None:
            continue
        version = parse_version(match["label"].strip())
        if version is not None or read_heading(match["label"], project).unreleased:
            found.append(Link(number, match["label"], match["url"], match["lead"], match["between"], version))
    return tuple(found)


def relink(
    layout: Layout, version: Version, previous: Version | None, *, project: str, is_newest: bool = True
) -> tuple[Splice, ...]:
    """What makes the link targets tell about a new version after `previous`.

    Nothing where the project keeps none, or no longer does. With `is_newest` the comparison of what is unreleased
    begins at the version from now on.
    """
    links = links_of(layout, project=project)
    unreleased = next((link for link in links if link.version is None), None)
    if not is_newest:
        unreleased = None
    own = next((link for link in links if link.version == version), None)
    last = next((link for link in links if link.version is not None and link.version == previous), None)
    splices: list[Splice] = []
    if own is not None:
        closed = _closed(own, version)
        return () if closed is None else (Splice(own.line, own.line + 1, (closed,)),)
    if last is not None and previous is not None:
        line = _after_last(last, _before(links, last), version, previous)
        splices.append(_beside(line, last, links, unreleased))
    elif unreleased is not None:
        made = _from_unreleased(unreleased, version)
        if made is not None:
            splices.append(Splice(unreleased.line + 1, unreleased.line + 1, (made,)))
    if unreleased is not None:
        moved = unreleased.written(unreleased.label, with_base(unreleased.url, version))
        splices.append(Splice(unreleased.line, unreleased.line + 1, (moved,)))
    return tuple(splices)


def with_base(url: str, version: Version) -> str:
    """An address that compares from a version on; as it was where it compares nothing."""
    scheme, mark, rest = url.partition("://")
    match = _COMPARISON.search(rest)
    if match is None or match["tip"].rstrip(")").lower() not in _BRANCH:
        return url
    base = _NUMBER.sub(str(version), match["base"], count=1) if _NUMBER.search(match["base"]) else match["base"]
    return scheme + mark + rest[: match.start()] + base + rest[match.end("base") :]


def _closed(link: Link, version: Version) -> str | None:
    """A link of the version itself that still compares with a branch, made to end at its tag."""
    match = link.comparison
    if match is None or match["tip"].lower() not in _BRANCH:
        return None
    tip = _NUMBER.sub(str(version), match["base"], count=1)
    head = link.url[: len(link.url) - len(link.url.partition("://")[2])]
    rest = link.url.partition("://")[2]
    return link.written(link.label, head + rest[: match.start("tip")] + tip + rest[match.end("tip") :])


def _after_last(last: Link, before: Link | None, version: Version, previous: Version) -> str:
    """The newest release's line with its versions moved on by one."""
    spelling = spelling_of(previous, last.url) or str(previous)
    url = put(last.url, spelling, "\x01")
    match = _COMPARISON.search(url.partition("://")[2])
    if match is not None and "\x01" not in match["base"] and _NUMBER.search(match["base"]):
        base = _NUMBER.sub("\x02", match["base"], count=1)
        cut = len(url) - len(url.partition("://")[2])
        url = url[: cut + match.start()] + base + url[cut + match.end("base") :]
    elif before is not None and before.version is not None:
        older = spelling_of(before.version, url)
        url = url if older is None else put(url, older, "\x02")
    label = put(last.label, spelling_of(previous, last.label) or last.label, str(version))
    return last.written(label, url.replace("\x01", str(version)).replace("\x02", str(previous)))


def _before(links: Sequence[Link], last: Link) -> Link | None:
    """The link of the release before."""
    older = [link for link in links if link.version is not None and last.version is not None]
    return max(
        (
            link
            for link in older
            if link.version is not None and last.version is not None and link.version < last.version
        ),
        key=lambda link: link.version or Version("0"),
        default=None,
    )


def _beside(line: str, last: Link, links: Sequence[Link], unreleased: Link | None) -> Splice:
    """Above the newest release's line, or below it where they ascend."""
    named = [link for link in links if link.version is not None]
    before = _before(named, last)
    number = last.line + 1 if before is not None and before.line < last.line else last.line
    if unreleased is not None and before is None and unreleased.line > last.line:
        number = last.line + 1
    return Splice(number, number, (line,))


def _from_unreleased(unreleased: Link, version: Version) -> str | None:
    """The version's own line by the one of what was unreleased."""
    match = unreleased.comparison
    if match is None or match["tip"].lower() not in _BRANCH or not _NUMBER.search(match["base"]):
        return None
    tip = _NUMBER.sub(str(version), match["base"], count=1)
    rest = unreleased.url.partition("://")[2]
    head = unreleased.url[: len(unreleased.url) - len(rest)]
    url = head + rest[: match.start("tip")] + tip + rest[match.end("tip") :]
    label = ("v" if unreleased.label[:1] == "v" else "") + str(version)
    return unreleased.written(label, url)
