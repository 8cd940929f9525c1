"""A heading as a row of numbers and words: markup, dates and names taken off or turned into marks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tagship.domain.changelog.dates import take_dates, take_placeholders

DATE, UNRELEASED, NAME, LABEL = "\x01", "\x02", "\x03", "\x04"

# Beside a version these words change nothing about its being one and the only one.
PLAIN = frozenset(
    {
        "version", "ver", "v", "release", "rel", "released", "on", "date", "dated", "yanked", "final",
        "stable", "latest", "current", "lts", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday",
        "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    }
)  # fmt: skip
# These say that a heading is about a release, too, but so may a heading within one.
TRADE = PLAIN | frozenset(
    {
        "what", "what's", "whats", "s", "new", "news", "in", "for", "of", "the", "this", "to", "a", "and",
        "changes", "change", "changed", "changelog", "log", "history", "note", "notes", "highlights",
        "announcing", "announcement", "releases", "versions", "features", "feature", "security", "hotfix",
        "bugfix", "bugfixes", "bug", "bugs", "fix", "fixes", "maintenance", "patch", "minor", "major", "micro",
        "update", "updates", "last", "preview", "branch", "list",
    }
)  # fmt: skip
# These say unreleased beside a version, and alone with words of the trade.
STATE = frozenset(
    {
        "next", "vnext", "upcoming", "forthcoming", "future", "pending", "planned", "dev", "devel",
        "development", "head", "main", "master", "trunk", "nightly", "draft", "wip",
    }
)  # fmt: skip
# These say unreleased only where no version stands.
ALONE = STATE | {"latest", "current"}
# These make a version the end of a range, and not the name of a release.
RANGE = frozenset(
    {
        "and", "or", "to", "through", "thru", "until", "till", "series", "line", "older", "earlier",
        "previous", "prior", "before", "below", "since", "from", "up", "than", "x", "archive", "archived",
        "ancient",
    }
)  # fmt: skip

_WORTH_READING = re.compile(
    r"[0-9]|releas|publish|progress|coming|\?\?\?|"
    rf"\b(?:tb[adr]|{'|'.join(sorted(ALONE | RANGE - TRADE))})\b",
    re.IGNORECASE,
)
# In this order: what a later pattern would misread is gone before.
_MARKUP = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"[\x00-\x1f]", " "),
        (r"<[^<>]*>", " "),  # tags, comments, addresses, the targets of reStructuredText links
        (r"\{[^{}]*\}", " "),  # attributes and anchors
        (r"!\[[^\[\]]*\]\([^()]*\)", " "),  # images
        (r"\]\((?:[^()]|\([^()]*\))*+\)", "] "),  # the address of a link
        (r"\]\[[^\[\]]*\]", "] "),  # the reference of a link
        (r":[a-z][\w:-]*:(?=`)", ""),  # roles
        (r"\b[a-z]+://\S*", " "),
        (r"[\\*`]", ""),
        (r"(?<![a-z0-9])_+|_++(?![a-z0-9])", " "),
    )
)
_SPOKEN_UNRELEASED = re.compile(
    r"\b(?:un-?released|unpublished|not (?:yet )?(?:been )?(?:released|published)(?: yet)?"
    r"|(?:still |currently )?(?:under|in)[ -](?:active )?development|(?:work )?in progress"
    r"|to be (?:released|announced|determined|decided|published)|coming soon|tb[adr])\b"
)
_LABELLED = re.compile(r"(?<![^\W_])(?:version|release|ver|rel|v)[-_.:#/= ]*(?=[0-9])")
# A pre-release spelt apart: `1.2.0 (rc1)`, `1.0 beta 2`, `1.0 beta`. Read as its final it would pass for that.
_APART = re.compile(r"(?<=[0-9])[\s(\[\u2013\u2014:-]+(alpha|beta|rc|c|pre|preview|post|dev)[ ._-]*([0-9]+)\b")
_APART_BARE = re.compile(r"(?<=[0-9]) +(alpha|beta|rc)\b")
_TOKEN = re.compile(
    rf"(?P<mark>[{DATE}{UNRELEASED}{NAME}{LABEL}])"
    r"|(?P<number>(?<![^\W_])[0-9][0-9a-z.!+_*-]*+)"
    r"|(?P<word>[^\W\d_]\w*+(?:['-][^\W\d_]\w*+)*+)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A `mark`, a `number` (which may be a version) or a `word`, lower-case."""

    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """What a heading is made of; `dated` is its first whole date, `timed` whether it has any."""

    tokens: tuple[Token, ...]
    dated: date | None
    timed: bool

    @property
    def words(self) -> frozenset[str]:
        """Every word."""
        return words_of(self.tokens)

    @property
    def unreleased(self) -> bool:
        """Whether it says so outright."""
        return any(token.text == UNRELEASED for token in self.tokens)


def words_of(tokens: Iterable[Token]) -> frozenset[str]:
    """The words among tokens."""
    return frozenset(token.text for token in tokens if token.group == "word")


def worth_reading(text: str) -> bool:
    """Whether a text could say anything about a release; most headings cannot, and this tells at once."""
    return _WORTH_READING.search(text) is not None


def take_apart(text: str, project: str) -> Row:
    """A heading as a row of tokens."""
    text = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for pattern, instead in _MARKUP:
        text = pattern.sub(instead, text)
    named = _name_pattern(project).sub(NAME, text, count=1)
    if named.strip(f"{NAME} "):  # a project called Next may have a heading Next
        text = named
    taken = take_dates(_SPOKEN_UNRELEASED.sub(UNRELEASED, take_placeholders(text, UNRELEASED)), f" {DATE} ")
    text = _APART.sub(r"\1\2", _LABELLED.sub(f" {LABEL}", taken.text))
    text = _APART_BARE.sub(r"\1", text)
    tokens = tuple(Token(str(match.lastgroup), match[0]) for match in _TOKEN.finditer(text))
    return Row(tokens, taken.day, taken.found)


def end_of_name(text: str, project: str) -> int:
    """Where a text goes on after the project's name and a blank; 0 where it does not begin with them."""
    end = len(project)
    return end + 1 if text[end : end + 1] == " " and text[:end].lower() == project.lower() else 0


@lru_cache(maxsize=64)
def _name_pattern(project: str) -> re.Pattern[str]:
    """Finds the name of a project however its words are joined (PEP 503)."""
    joined = r"[-_.\s]*".join(re.escape(word) for word in re.split(r"[-_.\s]+", project.lower()) if word)
    return re.compile(rf"(?<![\w.]){joined}(?![a-z0-9])" if joined else r"(?!)")
