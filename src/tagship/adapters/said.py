"""What a program said, made fit to be quoted: the line that tells, and no credential."""

import re

_USER_IN_URL = re.compile(r"(?<=://)[^\s/'\"]*@")
# Words have one kind of letters, and no digits.
_IN_HEADER = re.compile(r"\b((?i:basic|bearer))\s+(?=\S*[A-Z])(?=\S*[a-z])(?=\S*\d)[A-Za-z0-9+/_.~-]{16,}=*")
_PREFIX = re.compile(r"^(?:(?:fatal|error|remote|ERROR|FATAL):\s*)+")
_NOISE = re.compile(r"^(?:warning:|hint:|note:|Cloning into|From |[^A-Za-z]*$)", re.IGNORECASE)


def without_credentials(text: str) -> str:
    """The text without the user part of any URL, and without what an echoed header authorises with."""
    return _IN_HEADER.sub(r"\1 [credential]", _USER_IN_URL.sub("", text))


def first_complaint(output: bytes) -> str:
    """The first line that says something, without the words programs put before it, and without credentials."""
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines()]
    telling = next((line for line in lines if not _NOISE.match(line)), "")
    return without_credentials(_PREFIX.sub("", telling))


def last_lines(output: bytes, count: int = 15) -> str:
    """The last lines that hold anything, as programs put the cause last; without credentials."""
    lines = [line.rstrip() for line in output.decode("utf-8", "replace").splitlines()]
    return without_credentials("\n".join([line for line in lines if line.strip()][-count:]))
