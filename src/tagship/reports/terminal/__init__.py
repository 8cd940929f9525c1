"""What a person reads.

- signs: lines that begin with a sign, differences, titles
- verdicts: a report of checks, an error, the words of a check
- several: the reports of several packages, and the packages at a glance
- planned: the steps of a plan, or of what preparing a release would do
- release: notes, manifest, receipt, and where versions stand
- adopting: how a project is adopted
- trials: how a release stood its faults

Each has a `show`, and is loaded for the values that it shows: nobody waits for what is said of other things.
"""

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol, TextIO, cast

from tagship.reports.kinds import entry_for
from tagship.reports.page import Page

if TYPE_CHECKING:
    from tagship.reports.shown import Shown  # leads to most of the domain, which not every value needs


class _Module(Protocol):
    def show(self, value: "Shown", page: Page) -> None:
        """Write the value."""


_VERDICTS: Final = "verdicts"
_SHOWN_BY: Mapping[str, str] = MappingProxyType(
    {
        "Report": _VERDICTS,
        "TagshipError": _VERDICTS,
        "Reports": "several",
        "Roster": "several",
        "Proposal": "planned",
        "tuple": "planned",  # previews of steps
        "list": "planned",
        "Receipt": "release",
        "Manifest": "release",
        "Overview": "release",
        "Status": "release",
        "Notes": "release",
        "SetUp": "adopting",
        "Trials": "trials",
    }
)
"""The module that shows a value, by the name of its class or of what that is derived from; else it is a check."""


def render(value: "Shown", stream: TextIO, *, color: bool = True, width: int | None = None) -> None:
    """Write any value for a person.

    `color` False is `--no-color`; NO_COLOR and a stream that is no terminal count whatever it says. `width`
    is in columns and is the terminal's by default.
    """
    name = entry_for(value, _SHOWN_BY, otherwise=_VERDICTS)
    module = cast("_Module", importlib.import_module(f"{__name__}.{name}"))
    module.show(value, Page(stream, color=color, width=width))
