"""How git speaks to somebody whose name it was never told, and what helps."""

import re
from typing import Final

from tagship.errors import Edit

_UNKNOWN: Final = re.compile(r"user\.email|identity unknown|empty ident name|no (?:name|email) was given")

NAMELESS: Final = Edit("tell git who you are: git config --global user.name and user.email")


def is_nameless(said: str) -> bool:
    """Whether git made nothing because it does not know by whom it would be."""
    return _UNKNOWN.search(said) is not None
