"""Who is told of what, by a call, while something else goes on; and nobody, who is told in vain."""

from collections.abc import Callable
from typing import TypeAlias

from tagship.domain.credential import Credential, Secret

OnSecret: TypeAlias = Callable[[Secret | Credential], None]
"""Hears of every secret before it is used, so that output can be kept clean of it."""
OnNote: TypeAlias = Callable[[str], None]
"""Hears, in a sentence, of what went wrong without standing in the way."""


def unheard(_: object) -> None:
    """Nobody wants to know."""
