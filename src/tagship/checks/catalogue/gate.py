"""May this tag ship?"""

from tagship.checks.changelog import (
    ChangelogHasContent,
    ChangelogHasNoNewer,
    ChangelogHasVersion,
    ChangelogNamesVersionOnce,
    ChangelogSectionIsFinal,
    MainHasTheEntry,
)
from tagship.checks.engine import Check
from tagship.checks.packages import DependenciesAreReleasedFirst, InternalBoundsAdmitTheRelease
from tagship.checks.tag import TagExists, TagHasNotMoved, TagIsAnnotated, TagIsCanonical, TagIsOnMain, TagIsPushed
from tagship.checks.version import (
    CommitIsGreen,
    VersionFilesAgree,
    VersionIsAboveIndex,
    VersionIsAboveTags,
    VersionIsFree,
    VersionIsOneStepUp,
    VersionMatchesTag,
)
from tagship.checks.workflow import TestsAreNotNewlySkipped, TriggersAnswerTheTag
from tagship.domain.facts import Facts

GATE: tuple[Check[Facts], ...] = (
    # The tag first: everything below looks at the commit it points to.
    TagExists(),
    TagIsCanonical(),
    TagIsAnnotated(),
    TagIsOnMain(),
    # Then what stands in that commit.
    VersionMatchesTag(),
    VersionFilesAgree(),
    VersionIsOneStepUp(),
    VersionIsAboveTags(),
    InternalBoundsAdmitTheRelease(),
    ChangelogHasVersion(),
    ChangelogSectionIsFinal(),
    ChangelogNamesVersionOnce(),
    ChangelogHasContent(),
    ChangelogHasNoNewer(),
    MainHasTheEntry(),
    TriggersAnswerTheTag(),
    TestsAreNotNewlySkipped(),
    # The network last: what is wrong here is known at once.
    TagIsPushed(),
    TagHasNotMoved(),
    DependenciesAreReleasedFirst(),
    VersionIsAboveIndex(),
    VersionIsFree(),
    CommitIsGreen(),
)
