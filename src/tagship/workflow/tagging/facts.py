"""The facts about a tag that is not made yet, as if it stood on HEAD."""

from datetime import UTC, datetime
from typing import Final

from tagship.domain.facts import Tag
from tagship.workflow.gather import Gathered
from tagship.workflow.lookup import fact

NOT_MADE_YET: Final = "0" * 40
AFTER_ALL_THERE_IS: Final = datetime.max.replace(tzinfo=UTC)
"""When such a tag is made: every file on an index and every other tag is older, whatever the clocks say."""


def prospective(name: str, commit: str) -> Tag:
    """An annotated tag as it will be; its object has no name yet."""
    return Tag(name, commit, NOT_MADE_YET, AFTER_ALL_THERE_IS, AFTER_ALL_THERE_IS)


class Prospective(Gathered):
    """What `Gathered` tells, about the tag on HEAD: the real one where it is there already."""

    @fact
    def tag(self) -> Tag:
        """The tag that is there on HEAD, else the one that would be."""
        there = self.tags.get(self.tag_name)
        if there is not None and there.commit == self.head:
            return there
        return prospective(self.tag_name, self.head)
