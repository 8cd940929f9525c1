"""Of what kind a value is, told by the names of classes: to ask about a class itself is to load it."""

from collections.abc import Mapping


def entry_for(value: object, known: Mapping[str, str], *, otherwise: str) -> str:
    """What stands under the name of the value's class or of the nearest one that it is derived from, where one does."""
    return next((known[each.__name__] for each in type(value).__mro__ if each.__name__ in known), otherwise)
