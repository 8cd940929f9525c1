"""Are the built files right?"""

from tagship.checks.archives import (
    ArchivesBeginAndEndOnce,
    ArchivesHaveNoComment,
    ArchivesOpen,
    ArchivesReadOneWay,
    ArchivesUnpackToASaneSize,
    LinksStayInside,
    MembersAreDeflatedOrStored,
    MembersAreFilesOrFolders,
    MembersAreInTheClear,
    MembersAreNamedOnce,
    MembersHaveNoComments,
    MembersStayInside,
    MembersTellTheirSizeFirst,
    MetadataIsInPlace,
    SdistsCanBeBuilt,
    SdistsHoldOneDirectory,
    SdistsUnpackToTheirName,
    TarballsHoldNoSparseFiles,
)
from tagship.checks.artifacts import (
    DistHoldsOnlyTheBuild,
    FileNamesAreNormalised,
    FileNamesCanBeStored,
    FilesAreOfOneRelease,
    FilesAreSmallEnough,
    FilesMatchTheManifest,
    MetadataNamesTheRelease,
    OneSdistAtMost,
    SdistsAreTarballs,
)
from tagship.checks.comparison import (
    BuildIsReproducible,
    LicenseFilesAreInTheWheel,
    SdistBuildsTheSameWheel,
    SdistHasTheWheelsModules,
    TypedPackagesAreMarked,
)
from tagship.checks.contents import (
    ShippedFilesAreTracked,
    TrackedDataIsShipped,
    TrackedFilesAreShipped,
    TrackedModulesAreShipped,
    WheelsHoldTheSdistsModules,
)
from tagship.checks.continuity import ExtrasAndScriptsAreKept, PlatformsAreKept, PythonRangeIsKept, ToolchainIsSteady
from tagship.checks.descriptions import (
    AddressesAreValid,
    ClassifiersAreCurrent,
    ClassifiersAreKnown,
    ContentTypeIsKnown,
    DescriptionRenders,
    DescriptionTypeIsSaid,
    LinkLabelsAreShort,
    LinksAreValid,
    ProjectIsDescribed,
    ProjectIsMeantToBePublic,
    SummaryIsOneShortLine,
)
from tagship.checks.digests import FilesMatchTheCommit, WheelsMatchTheSdist
from tagship.checks.drift import AdditionsAreExpected, ContentsStayAsTheyWere, ModulesAreKept, RemovalsAreExplained
from tagship.checks.engine import Check
from tagship.checks.extensions import ExtensionsFitTheWheelsTags, WheelsForAnySystemArePure, WheelsSayWhetherTheyArePure
from tagship.checks.installs import InstalledVersionIsTheReleases, ModulesImport, ScriptsStart, WheelInstalls
from tagship.checks.leaks import ArchivesHoldNoCredentials, TestsHoldNoCredentials
from tagship.checks.licenses import (
    LicenseExpressionIsValid,
    LicenseFilesAreThere,
    LicenseIsSaidOnce,
    LicensePathsArePlain,
)
from tagship.checks.metadata import (
    DynamicFieldsMayVary,
    FieldsFitTheMetadataVersion,
    MetadataReadsOneWay,
    MetadataVersionIsAccepted,
    ProjectNameIsValid,
    VersionIsPublic,
    VersionIsValid,
    WheelsSayWhatTheSdistSays,
    WheelsTellWhatTheSdistTells,
)
from tagship.checks.requirements import DependenciesAreNamed, DependenciesCanBeRead, ExtrasAreValid, PythonRangeIsValid
from tagship.checks.scripts import ScriptsHaveTheirModules
from tagship.checks.strays import (
    ArchivesHoldNoLeftovers,
    SearchPathIsLeftAlone,
    StartUpIsLeftAlone,
    TopLevelNamesAreFamiliar,
    TopLevelNamesAreOwn,
    WheelsHoldNoCaches,
)
from tagship.checks.wheels import (
    EntryPointsAreValid,
    RecordMatchesTheWheel,
    WheelHasModules,
    WheelsHaveARecord,
    WheelsSayWhatTheyAre,
    WheelTagsAreAccepted,
    WheelTagsMatchTheName,
)
from tagship.domain.built import BuiltFacts

INSTALLS: tuple[Check[BuiltFacts], ...] = (
    # What does not install cannot be imported; what cannot be imported does not start.
    WheelInstalls(),
    InstalledVersionIsTheReleases(),
    ModulesImport(),
    ScriptsStart(),
)

CONTENTS: tuple[Check[BuiltFacts], ...] = (
    # A credential first: what is built anew for another reason would still hold it.
    ArchivesHoldNoCredentials(),
    TestsHoldNoCredentials(),
    # Then what should not be there, and what should.
    StartUpIsLeftAlone(),
    SearchPathIsLeftAlone(),
    TopLevelNamesAreOwn(),
    TopLevelNamesAreFamiliar(),
    WheelsHoldNoCaches(),
    ArchivesHoldNoLeftovers(),
    TrackedModulesAreShipped(),
    TrackedDataIsShipped(),
    TrackedFilesAreShipped(),
    ShippedFilesAreTracked(),
    FilesMatchTheCommit(),
    # The files beside each other, and beside the same built again.
    WheelsMatchTheSdist(),
    SdistHasTheWheelsModules(),
    WheelsHoldTheSdistsModules(),
    LicenseFilesAreInTheWheel(),
    TypedPackagesAreMarked(),
    SdistBuildsTheSameWheel(),
    BuildIsReproducible(),
    # The network late: the last release is fetched to be looked into.
    RemovalsAreExplained(),
    ModulesAreKept(),
    ExtrasAndScriptsAreKept(),
    PlatformsAreKept(),
    AdditionsAreExpected(),
    PythonRangeIsKept(),
    ToolchainIsSteady(),
    ContentsStayAsTheyWere(),
)

ARTIFACTS: tuple[Check[BuiltFacts], ...] = (
    # The directory and the names in it: what can be told without opening a file.
    DistHoldsOnlyTheBuild(),
    FilesMatchTheManifest(),
    SdistsAreTarballs(),
    OneSdistAtMost(),
    FileNamesCanBeStored(),
    FileNamesAreNormalised(),
    FilesAreSmallEnough(),
    WheelTagsAreAccepted(),
    # How the files are packed: in one that is broken or ambiguous, nothing below means much.
    ArchivesOpen(),
    ArchivesBeginAndEndOnce(),
    ArchivesReadOneWay(),
    MembersAreNamedOnce(),
    MembersTellTheirSizeFirst(),
    MembersAreDeflatedOrStored(),
    MembersAreInTheClear(),
    MembersHaveNoComments(),
    ArchivesHaveNoComment(),
    ArchivesUnpackToASaneSize(),
    TarballsHoldNoSparseFiles(),
    MembersAreFilesOrFolders(),
    MembersStayInside(),
    LinksStayInside(),
    SdistsHoldOneDirectory(),
    SdistsUnpackToTheirName(),
    MetadataIsInPlace(),
    SdistsCanBeBuilt(),
    # What a wheel says of itself.
    WheelsSayWhatTheyAre(),
    WheelTagsMatchTheName(),
    WheelsHaveARecord(),
    RecordMatchesTheWheel(),
    EntryPointsAreValid(),
    WheelHasModules(),
    ScriptsHaveTheirModules(),
    WheelsForAnySystemArePure(),
    ExtensionsFitTheWheelsTags(),
    WheelsSayWhetherTheyArePure(),
    # The metadata: whether it can be read, then of what it is, then field by field.
    MetadataReadsOneWay(),
    MetadataVersionIsAccepted(),
    FieldsFitTheMetadataVersion(),
    ProjectNameIsValid(),
    VersionIsValid(),
    VersionIsPublic(),
    FilesAreOfOneRelease(),
    MetadataNamesTheRelease(),
    WheelsSayWhatTheSdistSays(),
    WheelsTellWhatTheSdistTells(),
    DynamicFieldsMayVary(),
    DependenciesCanBeRead(),
    DependenciesAreNamed(),
    PythonRangeIsValid(),
    ExtrasAreValid(),
    # What people read of it.
    SummaryIsOneShortLine(),
    ProjectIsDescribed(),
    DescriptionTypeIsSaid(),
    ContentTypeIsKnown(),
    DescriptionRenders(),
    LinksAreValid(),
    LinkLabelsAreShort(),
    AddressesAreValid(),
    ProjectIsMeantToBePublic(),
    ClassifiersAreKnown(),
    ClassifiersAreCurrent(),
    LicenseExpressionIsValid(),
    LicenseIsSaidOnce(),
    LicensePathsArePlain(),
    LicenseFilesAreThere(),
    # What the index would not notice.
    *CONTENTS,
    # Last what costs seconds: the files as a user meets them.
    *INSTALLS,
)
