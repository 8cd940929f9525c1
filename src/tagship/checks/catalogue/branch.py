"""Is this branch ready?"""

from tagship.checks.branch import (
    BranchIsNotMain,
    BranchIsUpToDate,
    BranchMergesCleanly,
    ChangelogLinesAreNotClaimed,
    MainIsFetched,
    OperationIsFinished,
    TreeIsClean,
    UntrackedFilesStayOut,
    VersionIsNotClaimed,
)
from tagship.checks.bump import VersionIsBumped, VersionIsOneStepAboveMain
from tagship.checks.changelog import (
    ChangelogHasContent,
    ChangelogHasNoNewer,
    ChangelogHasVersion,
    ChangelogNamesVersionOnce,
    ChangelogSectionIsFinal,
)
from tagship.checks.drafts import ChangelogIsInWords
from tagship.checks.engine import Check
from tagship.checks.entries import (
    ChangelogDateIsRight,
    ChangelogIsInOrder,
    ChangelogIsUndamaged,
    UnreleasedIsRolled,
)
from tagship.checks.locks import LocksCarryTheVersion
from tagship.checks.packages import InternalBoundsAdmitTheRelease
from tagship.checks.telling import EntryIsWritten
from tagship.checks.trials import (
    BranchAddsNoCredentials,
    BumpFitsTheApi,
    BumpFitsTheNews,
    DistributionsAreValid,
    ProjectBuilds,
    TestsPass,
)
from tagship.checks.version import (
    VersionFilesAgree,
    VersionIsAboveIndex,
    VersionIsAboveTags,
    VersionIsFree,
    VersionIsOneStepUp,
)
from tagship.checks.workflow import TestsAreNotNewlySkipped, TriggersAnswerTheTag
from tagship.domain.branch import BranchFacts

BRANCH: tuple[Check[BranchFacts], ...] = (
    # Where the work stands: everything below is about what is checked out.
    BranchIsNotMain(),
    OperationIsFinished(),
    TreeIsClean(),
    UntrackedFilesStayOut(),
    BranchMergesCleanly(),
    BranchIsUpToDate(),
    # What must not be pushed at all comes before what should be: a credential that is out cannot be called back.
    BranchAddsNoCredentials(),
    # The version that it would be released as,
    VersionIsBumped(),
    VersionIsOneStepUp(),
    VersionIsOneStepAboveMain(),
    VersionIsAboveTags(),
    BumpFitsTheNews(),
    # in every file that has it.
    VersionFilesAgree(),
    LocksCarryTheVersion(),
    InternalBoundsAdmitTheRelease(),
    # The notes.
    EntryIsWritten(),
    ChangelogHasVersion(),
    ChangelogSectionIsFinal(),
    ChangelogNamesVersionOnce(),
    ChangelogHasContent(),
    ChangelogIsInWords(),
    ChangelogHasNoNewer(),
    ChangelogDateIsRight(),
    UnreleasedIsRolled(),
    ChangelogIsInOrder(),
    ChangelogIsUndamaged(),
    # What the release will be started by, and what its tests are worth.
    TriggersAnswerTheTag(),
    TestsAreNotNewlySkipped(),
    # Who else is at it.
    VersionIsNotClaimed(),
    ChangelogLinesAreNotClaimed(),
    # The network: what is wrong here is known at once.
    MainIsFetched(),
    VersionIsAboveIndex(),
    VersionIsFree(),
    # Last what takes minutes; it was begun before the first question.
    BumpFitsTheApi(),
    TestsPass(),
    ProjectBuilds(),
    DistributionsAreValid(),
)

OF_THE_REPOSITORY: tuple[str, ...] = (
    BranchIsNotMain.id,
    OperationIsFinished.id,
    TreeIsClean.id,
    BranchMergesCleanly.id,
    BranchAddsNoCredentials.id,
)
"""Those that are about the whole repository: they are asked also where a branch changes none of its packages."""
