"""Is the code host set to what a release needs?"""

from tagship.checks.engine import Check
from tagship.checks.hosting.asking import HostingFacts
from tagship.checks.hosting.environment import (
    EnvironmentHasAReviewer,
    EnvironmentLetsMainIn,
    EnvironmentTakesReleasesAlone,
)
from tagship.checks.hosting.main import (
    MainBindsEverybody,
    MainIsMergedUpToDate,
    MainKeepsItsHistory,
    MainRequiresTheChecks,
    MainTakesPullRequests,
    RequiredChecksExist,
)
from tagship.checks.hosting.repository import RemoteHasTheRightName, RepositoryIsOpen
from tagship.checks.hosting.secrets import (
    NamedSecretsAreStored,
    SecretHasOnePlace,
    SecretIsInTheEnvironment,
    TrustedPublishingIsAlone,
)
from tagship.checks.hosting.switches import (
    ActionsAreEnabled,
    ActionsArePinned,
    DefaultTokenReadsAlone,
    PushProtectionIsOn,
    ReleasesAreImmutable,
    ReportsComeInPrivate,
    SecretScanningIsOn,
    StrangersWaitForApproval,
)
from tagship.checks.hosting.tags import TagCreationIsRestricted, TagsStayAsTheyAre
from tagship.checks.hosting.workflows import (
    PublisherFitsTheWorkflow,
    ReleaseStartsOnTheTag,
    WorkflowLockIsComplete,
    WorkflowsLeaveMainAlone,
)

HOSTING: tuple[Check[HostingFacts], ...] = (
    # Which repository this is: everything below is about it.
    RepositoryIsOpen(),
    RemoteHasTheRightName(),
    # What comes to main,
    MainTakesPullRequests(),
    MainKeepsItsHistory(),
    MainRequiresTheChecks(),
    RequiredChecksExist(),
    MainIsMergedUpToDate(),
    MainBindsEverybody(),
    # who may begin a release,
    TagCreationIsRestricted(),
    TagsStayAsTheyAre(),
    ActionsAreEnabled(),
    ReleaseStartsOnTheTag(),
    # and who may publish.
    EnvironmentTakesReleasesAlone(),
    EnvironmentLetsMainIn(),
    EnvironmentHasAReviewer(),
    SecretIsInTheEnvironment(),
    NamedSecretsAreStored(),
    SecretHasOnePlace(),
    TrustedPublishingIsAlone(),
    PublisherFitsTheWorkflow(),
    # What workflows may do,
    DefaultTokenReadsAlone(),
    ActionsArePinned(),
    WorkflowLockIsComplete(),
    WorkflowsLeaveMainAlone(),
    StrangersWaitForApproval(),
    # and what protects everybody else.
    SecretScanningIsOn(),
    PushProtectionIsOn(),
    ReleasesAreImmutable(),
    ReportsComeInPrivate(),
)
