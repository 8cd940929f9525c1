"""What a value that comes out of a file passes on its way: what is looked for there, and what is cut away."""

import re
import warnings
from dataclasses import dataclass
from typing import Final

NAMES: Final = ("__version__", "VERSION", "version")
"""What versions are called in the files that hold them."""
_ESCAPE: Final = re.compile(r"\\[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Draught:
    """Where a value is drawn from, and all texts on the way: by them it shows what is looked for there.

    `cuts` are those at which it is cut, or which are taken out of it.
    """

    path: str
    texts: frozenset[str]
    cuts: frozenset[str]

    def keeps(self, stated: str) -> bool:
        """Whether all of a text that stands there arrives."""
        return not any(cut in stated for cut in self.cuts)

    def looks_for(self, name: str) -> bool:
        """Whether something on the way spells a name, in a pattern as well as alone."""
        return name.strip("_") in self.texts or any(_spells(name, text) for text in self.texts)

    def finds(self, name: str, stated: str, source: str) -> bool:
        """Whether each pattern on the way that looks for a name finds in a source what is stated there."""
        patterns = [pattern for text in self.texts if _spells(name, text) and (pattern := _pattern(text))]
        found = [pattern.search(source) for pattern in patterns]
        return all(match and any(stated in (group or "") for group in match.groups()) for match in found)


def _spells(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", _ESCAPE.sub(" ", text)) is not None


def _pattern(text: str) -> re.Pattern[str] | None:
    """The regular expression with groups that a text is; None for any other."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is odd in a project's pattern is the project's to hear
            pattern = re.compile(text, re.MULTILINE)
    except (re.error, OverflowError, RecursionError):
        return None
    return pattern if pattern.groups else None
