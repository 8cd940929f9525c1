"""The catalogue: every check by family, in the order in which a person would ask.

- engine: what a check is, and how it comes to a verdict
- tag, version, changelog, workflow: may this tag ship?
- credential: is the credential good?
- artifacts: are the built files right?
"""

from tagship.checks.artifacts import (
    ArchivesOpen,
    DependenciesAreNamed,
    DistHoldsOnlyTheBuild,
    FilesMatchTheManifest,
    MetadataNamesTheRelease,
    MetadataVersionIsAccepted,
    OneSdistAtMost,
    WheelHasModules,
    WheelTagsAreAccepted,
)
from tagship.checks.changelog import (
    ChangelogHasContent,
    ChangelogHasNoNewer,
    ChangelogHasVersion,
    ChangelogNamesVersionOnce,
    ChangelogSectionIsFinal,
    MainHasTheEntry,
)
from tagship.checks.credential import (
    IdentityIsTrusted,
    TokenIsAlive,
    TokenIsForThisIndex,
    TokenIsPresent,
    TokenIsWellFormed,
)
from tagship.checks.engine import AnyCheck, Check
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
from tagship.domain.built import BuiltFacts
from tagship.domain.facts import CredentialFacts, Facts

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
    VersionIsAboveIndex(),
    VersionIsFree(),
    CommitIsGreen(),
)

CREDENTIAL: tuple[Check[CredentialFacts], ...] = (
    # What can be seen without asking, before what must be asked.
    TokenIsPresent(),
    TokenIsWellFormed(),
    TokenIsForThisIndex(),
    TokenIsAlive(),
    IdentityIsTrusted(),
)

ARTIFACTS: tuple[Check[BuiltFacts], ...] = (
    # The directory, then each file, then what stands inside.
    DistHoldsOnlyTheBuild(),
    FilesMatchTheManifest(),
    ArchivesOpen(),
    MetadataNamesTheRelease(),
    MetadataVersionIsAccepted(),
    OneSdistAtMost(),
    WheelTagsAreAccepted(),
    WheelHasModules(),
    DependenciesAreNamed(),
)

CHECKS: tuple[AnyCheck, ...] = (*GATE, *CREDENTIAL, *ARTIFACTS)
