"""The names of projects, by the rules of the name specification (PEP 503, PEP 508).

They are those of `packaging.utils`, which cannot be had without all that `packaging` knows about platforms: that takes
longer to load than most questions take to answer.
"""

import re
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from packaging.utils import NormalizedName as NormalizedName  # noqa: PLC0414 -- told on, as the one and same type
else:
    NormalizedName = NewType("NormalizedName", str)

_NAME = re.compile(r"[a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9]", re.IGNORECASE | re.ASCII)
_JOINTS = re.compile(r"[-_.]+")


class InvalidName(ValueError):
    """A text that no project can be called."""


def canonicalize_name(name: str, *, validate: bool = False) -> NormalizedName:
    """The spelling under which an index knows a name; raises InvalidName for no name at all, where asked to."""
    if validate and _NAME.fullmatch(name) is None:
        raise InvalidName(f"{name!r} is no name of a project")
    return NormalizedName(_JOINTS.sub("-", name).lower())
