"""Files that hold credentials by what they are called: what in them is one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tagship.secrets.rules import ENV_SECRET, KEY_STORE, NETRC_PASSWORD, NPMRC_TOKEN, PYPIRC_PASSWORD, Rule
from tagship.secrets.signs import is_index_token, is_placeholder

_LARGEST = 64 << 10
"""Bytes of such a file that are looked at: people write them by hand."""

_PASSWORD = re.compile(rb"^[ \t]*password[ \t]*[=:][ \t]*([^\s#;][^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_NETRC = re.compile(rb"\bpassword[ \t\r\n]+(\S+)")
_NPMRC = re.compile(rb"_(?:authToken|auth|password)[ \t]*=[ \t]*(\S+)")
_SETTING = re.compile(
    rb"^[ \t]*(?:export[ \t]+)?[A-Za-z0-9_]{0,60}?"
    rb"(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)[A-Za-z0-9_]{0,60}"
    rb"[ \t]*=[ \t]*([\"']?)([^\s\"']{8,})\1[ \t]*(?:#.*)?\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_SETTINGS = re.compile(r"\.env(?:rc|\.(?:local|dev|development|stag(?:e|ing)|prod|production|test))?")

_PKCS12 = re.compile(rb"\x30[\x80-\x84].{0,4}\x02\x01\x03", re.DOTALL)
_JAVA_PRIVATE_KEY = re.compile(rb"(?:\xfe\xed\xfe\xed|\xce\xce\xce\xce)\x00{3}[\x01\x02].{4}\x00{3}\x01", re.DOTALL)
_KEEPASS = re.compile(rb"\x03\xd9\xa2\x9a")
_PUTTY = re.compile(rb"PuTTY-User-Key-File-\d")

_STORES = {
    (".p12", ".pfx"): (_PKCS12,),
    (".keystore", ".jks"): (_JAVA_PRIVATE_KEY, _PKCS12),
    (".kdbx",): (_KEEPASS,),
    (".ppk",): (_PUTTY,),
}


def secrets_in_file(name: str, content: bytes) -> Iterator[Rule]:
    """What a file of this name, without its directories, gives away."""
    content = content[:_LARGEST]
    for kind in _KINDS:
        if kind.is_called(name) and kind.gives_away(content):
            yield kind.rule
    for endings, beginnings in _STORES.items():
        if name.lower().endswith(endings) and any(mark.match(content) for mark in beginnings):
            yield KEY_STORE


def _has_password(pattern: re.Pattern[bytes]) -> Callable[[bytes], bool]:
    def gives_away(content: bytes) -> bool:
        values = (match[match.re.groups].strip() for match in pattern.finditer(content))
        # An index's token has a rule of its own.
        return any(not (is_placeholder(value) or is_index_token(value[:4096])) for value in values if value.isascii())

    return gives_away


@dataclass(frozen=True, slots=True)
class _Kind:
    rule: Rule
    is_called: Callable[[str], object]
    gives_away: Callable[[bytes], bool]


_KINDS = (
    _Kind(PYPIRC_PASSWORD, {".pypirc", "pypirc"}.__contains__, _has_password(_PASSWORD)),
    _Kind(NETRC_PASSWORD, {".netrc", "_netrc"}.__contains__, _has_password(_NETRC)),
    _Kind(NPMRC_TOKEN, {".npmrc"}.__contains__, _has_password(_NPMRC)),
    _Kind(ENV_SECRET, _SETTINGS.fullmatch, _has_password(_SETTING)),
)
