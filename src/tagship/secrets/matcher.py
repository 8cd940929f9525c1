"""Bytes in, leaks out; it goes over every byte of every member, so what is cheap comes first."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from tagship.domain.distribution import Leak
from tagship.secrets.index_tokens import BROKEN, ENCODED, holds_encoded, is_broken_token, is_encoded_token
from tagship.secrets.key_files import secrets_in_file
from tagship.secrets.rules import (
    AWS_KEY,
    ENCODED_INDEX_TOKEN,
    GITHUB_FINE_GRAINED,
    GITHUB_OAUTH,
    GITHUB_PERSONAL,
    GITHUB_REFRESH,
    GITHUB_SERVER,
    GITHUB_USER,
    GITLAB_DEPLOY,
    GITLAB_TOKEN,
    INDEX_TOKEN,
    NPM_TOKEN,
    PRIVATE_KEY,
    SLACK_TOKEN,
    SLACK_WEBHOOK,
    URL_PASSWORD,
    Rule,
)
from tagship.secrets.signs import has_checksum, is_index_token, is_private_key, is_random

_SHOWN = 4
"""Characters of a credential that a preview shows after the fixed beginning."""
_MOST_LEAKS = 200
"""Told of per member and pattern: one is reason enough. What is no credential counts for none."""
_NEARBY = 600
"""Bytes around an access key in which its secret would stand."""
_LONGEST_KEY = 20_000
"""Bytes between the two lines of a private key."""
_AWS_SECRET = re.compile(rb"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
_AWS_ID = re.compile(rb"(?<![A-Za-z0-9])AKIA(?![A-Z2-7]*EXAMPLE)[A-Z2-7]{16}(?![A-Za-z0-9])")

Match = re.Match[bytes]


def leaks_in(member: str, content: bytes) -> Iterator[Leak]:
    """The credentials in one member, or in a piece of it; the same one may be found again in the next piece."""
    for scent in _SCENTS:
        if not scent.smell(content):
            continue
        for candidates in scent.candidates:
            yield from islice(_judged(member, content, candidates), _MOST_LEAKS)
    for rule in secrets_in_file(member.replace("\\", "/").rpartition("/")[2], content):
        yield Leak(member, rule.id, rule.prefix)


def _judged(member: str, content: bytes, candidates: "_Candidates") -> Iterator[Leak]:
    for match in candidates.pattern.finditer(content):
        if (rule := candidates.judge(match)) is not None:
            yield Leak(member, rule.id, _preview(rule, match))


def _preview(rule: Rule, match: Match) -> str:
    start = match.start() + len(rule.prefix)
    following = match.string[start : min(start + _SHOWN, match.end())].decode("ascii", "replace")
    return rule.prefix + following


def _index_token(match: Match) -> Rule | None:
    return INDEX_TOKEN if is_index_token(match[0]) else None


def _broken_token(match: Match) -> Rule | None:
    return INDEX_TOKEN if is_broken_token(match) else None


def _encoded_token(match: Match) -> Rule | None:
    return ENCODED_INDEX_TOKEN if is_encoded_token(match) else None


_GITHUB = {
    b"p": GITHUB_PERSONAL, b"o": GITHUB_OAUTH, b"u": GITHUB_USER, b"s": GITHUB_SERVER, b"r": GITHUB_REFRESH,
}  # fmt: skip


def _github_token(match: Match) -> Rule | None:
    return _GITHUB[match[1]] if has_checksum(match[2]) else None


def _npm_token(match: Match) -> Rule | None:
    return NPM_TOKEN if has_checksum(match[1]) else None


def _random(rule: Rule) -> Callable[[Match], Rule | None]:
    def judge(match: Match) -> Rule | None:
        return rule if is_random(match[1]) else None

    return judge


def _url_password(match: Match) -> Rule | None:
    # The digits of an escape make no word a random one.
    return URL_PASSWORD if is_random(_ESCAPE.sub(b"", match[1])) else None


def _aws_key(match: Match) -> Rule | None:
    content: bytes = match.string
    # A secret is looked for by the key next to it alone: so every byte is looked at twice at most.
    before = _AWS_ID.split(content[max(0, match.start() - _NEARBY) : match.start()])[-1]
    after = _AWS_ID.split(content[match.end() : match.end() + _NEARBY], maxsplit=1)[0]
    secrets = (secret for around in (before, after) for secret in _AWS_SECRET.findall(around))
    return AWS_KEY if any(map(is_random, secrets)) else None


def _private_key(match: Match) -> Rule | None:
    content: bytes = match.string
    # A key ends before another begins: a file of nothing but beginnings is read once, not once for each.
    another = content.find(b"-----BEGIN ", match.end(), match.end() + _LONGEST_KEY)
    end = content.find(b"-----END ", match.end(), another if another > 0 else match.end() + _LONGEST_KEY)
    return PRIVATE_KEY if end > 0 and is_private_key(match[1], content[match.end() : end]) else None


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What resembles a credential, and which it is, if it is one."""

    pattern: re.Pattern[bytes]
    judge: Callable[[Match], Rule | None]


@dataclass(frozen=True, slots=True)
class _Scent:
    """What tells quickly that there is nothing: the engine runs to a rare letter at the speed of memory."""

    smell: Callable[[bytes], object]
    candidates: tuple[_Candidates, ...]


# Each pass over the bytes costs the same, however many kinds of credential share its first letter.
_SCENTS = (
    _Scent(
        re.compile(rb"p(?:ypi-|m_)").search,
        (
            _Candidates(re.compile(rb"pypi-[A-Za-z0-9_-]{40,8000}"), _index_token),
            _Candidates(BROKEN, _broken_token),
            _Candidates(re.compile(rb"npm_([A-Za-z0-9]{36})(?![A-Za-z0-9])"), _npm_token),
        ),
    ),
    _Scent(
        re.compile(rb"g(?:h[pousr]_|ithub_pat_|l(?:pat|dt)-)").search,
        (
            _Candidates(re.compile(rb"gh([pousr])_([A-Za-z0-9]{36})(?![A-Za-z0-9])"), _github_token),
            _Candidates(
                re.compile(rb"github_pat_([A-Za-z0-9]{22}_[A-Za-z0-9]{59})(?![A-Za-z0-9])"),
                _random(GITHUB_FINE_GRAINED),
            ),
            _Candidates(
                re.compile(rb"glpat-([A-Za-z0-9_-]{20}|[A-Za-z0-9_-]{27,300}\.[0-9a-z]{2}\.[0-9a-z]{7})(?![\w-])"),
                _random(GITLAB_TOKEN),
            ),
            _Candidates(re.compile(rb"gldt-([A-Za-z0-9_-]{20})(?![\w-])"), _random(GITLAB_DEPLOY)),
        ),
    ),
    _Scent(
        re.compile(rb"K(?:IA[A-Z2-7]{16}|EY(?: BLOCK)?-----)").search,
        (
            _Candidates(_AWS_ID, _aws_key),
            _Candidates(
                re.compile(rb"-----BEGIN ((?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?)PRIVATE KEY(?: BLOCK)?-----"),
                _private_key,
            ),
        ),
    ),
    _Scent(
        re.compile(rb"xox[abprs]-\d").search,
        (
            _Candidates(
                re.compile(rb"xox[abprs]-(?:\d{10,13}-){1,3}([A-Za-z0-9]{24,64})(?![A-Za-z0-9])"),
                _random(SLACK_TOKEN),
            ),
        ),
    ),
    _Scent(
        re.compile(rb"k\.com/services/T").search,
        (
            _Candidates(
                re.compile(
                    rb"https://hooks\.slack\.com/services/T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/([A-Za-z0-9]{24})(?![\w])"
                ),
                _random(SLACK_WEBHOOK),
            ),
        ),
    ),
    _Scent(
        re.compile(rb"@").search,
        (
            _Candidates(
                re.compile(
                    rb"://[^\s/:@'\"<>{}$]{1,64}:([A-Za-z0-9_.~%+!*-]{16,128})@"
                    # Hosts that are nobody's.
                    rb"(?!localhost|127\.|(?:[\w-]+\.)*(?:example|invalid|test)\b)[A-Za-z0-9]"
                ),
                _url_password,
            ),
        ),
    ),
    _Scent(holds_encoded, (_Candidates(ENCODED, _encoded_token),)),
)
