"""Which version comes next.

- calendar: versions that are dates
- target: what a wish makes of the version as it is now, and all that could be wished for
- news: how much a kind of news raises it
- suggestion: how much the version should go up, by what changed
"""

from tagship.domain.bump.suggestion import Told, of_interest, suggest
from tagship.domain.bump.target import Choice, Taken, Wish, choices, target, tree_of

__all__ = ["Choice", "Taken", "Told", "Wish", "choices", "of_interest", "suggest", "target", "tree_of"]
