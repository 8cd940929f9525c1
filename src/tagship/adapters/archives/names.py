"""Names of members: which of them two readers could read in two ways."""

import unicodedata

_PLAIN = frozenset(chr(code) for code in range(0x20, 0x7F)) - {"\\"}


def decoded(raw: bytes) -> tuple[str, bool]:
    """A name in UTF-8, and whether it is; bytes that are no UTF-8 are shown as escapes."""
    try:
        return raw.decode(), True
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace"), False


def is_ambiguous(name: str) -> bool:
    """Whether a name holds what some readers stop at, turn into a slash, or cannot show."""
    if _PLAIN.issuperset(name):
        return not name
    return "\\" in name or any(unicodedata.category(character) == "Cc" for character in name)
