"""Are the generated files as they would be generated now?"""

from tagship.checks.adoption import (
    GeneratedFilesAreCurrent,
    GeneratedFilesAreWanted,
    GeneratedFilesHaveTheirPlaces,
    LockFilesAreCurrent,
    ManagedBlocksAreUntouched,
)
from tagship.checks.engine import Check
from tagship.domain.setup import AdoptionFacts

ADOPTION: tuple[Check[AdoptionFacts], ...] = (
    # What is in the way first: what belongs there cannot be current.
    GeneratedFilesHaveTheirPlaces(),
    ManagedBlocksAreUntouched(),
    GeneratedFilesAreCurrent(),
    LockFilesAreCurrent(),
    GeneratedFilesAreWanted(),
)
