import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.made import BUILD_AGAIN, PRIVATE, SDIST, WHEEL, built
from fakes import FakeFacts, a_distribution, a_manifest, a_metadata, a_wheel, an_sdist, an_unreadable
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
from tagship.checks.engine import Check
from tagship.domain.artifact import Artifact
from tagship.domain.built import Expected
from tagship.domain.distribution import Distribution
from tagship.domain.index_rules import LARGEST_FILE
from tagship.errors import Edit, InFile

SOUND = (a_distribution(WHEEL), a_distribution(SDIST))
EVERY: list[Check[FakeFacts]] = [
    FilesMatchTheManifest(),
    SdistsAreTarballs(),
    OneSdistAtMost(),
    FileNamesCanBeStored(),
    FileNamesAreNormalised(),
    FilesAreSmallEnough(),
    FilesAreOfOneRelease(),
    MetadataNamesTheRelease(),
]


@pytest.mark.parametrize("check", EVERY)
def test_a_sound_build(check: Check[FakeFacts]) -> None:
    passes(check, built(*SOUND))


@pytest.mark.parametrize("check", EVERY)
def test_no_build_at_all(check: Check[FakeFacts]) -> None:
    cannot_tell(check, FakeFacts())


def test_a_directory_with_nothing_else_in_it() -> None:
    passes(DistHoldsOnlyTheBuild(), FakeFacts(strangers=()))


def test_a_stranger_among_the_files() -> None:
    (finding, other) = finds(DistHoldsOnlyTheBuild(), FakeFacts(strangers=["-rf", "notes.txt"]))

    assert (finding.where, type(finding.remedy)) == (InFile("-rf"), Edit)
    assert other.where == InFile("notes.txt")


def test_the_files_that_were_built() -> None:
    passes(FilesMatchTheManifest(), built(*SOUND))
    skips(FilesMatchTheManifest(), built(*SOUND, manifest=None))


def test_a_file_that_is_gone() -> None:
    (finding,) = finds(FilesMatchTheManifest(), built(SOUND[0], manifest=a_manifest(WHEEL, SDIST)))

    assert (finding.where, finding.remedy) == (InFile(SDIST.filename), BUILD_AGAIN)


def test_a_file_with_other_bytes() -> None:
    replaced = a_distribution(a_wheel(seed="tampered"))

    (finding,) = finds(FilesMatchTheManifest(), built(replaced, manifest=a_manifest(WHEEL)))

    assert (finding.where, finding.remedy) == (InFile(WHEEL.filename), BUILD_AGAIN)


def test_an_sdist_in_a_zip_file() -> None:
    passes(SdistsAreTarballs(), built(*SOUND))
    old = a_distribution(Artifact("handmade-1.2.0.zip", 1, "00"))

    assert len(finds(SdistsAreTarballs(), built(old, strangers=["other.ZIP"]))) == 2


def test_one_sdist() -> None:
    passes(OneSdistAtMost(), built(*SOUND, a_distribution(a_wheel(platform="win32"))))
    passes(OneSdistAtMost(), built(SOUND[0]))


def test_a_second_sdist() -> None:
    second = Artifact("handmade-1.2.0.zip", 1, "00")

    (finding,) = finds(OneSdistAtMost(), built(SOUND[1], a_distribution(second)))

    assert (finding.where, finding.remedy) == (InFile("handmade-1.2.0.zip"), BUILD_AGAIN)


@pytest.mark.parametrize(
    "name", ["handmade-1.2.0\n.whl", "handmade\x7f.whl", "../h.whl", "h\\h.whl", f"{'h' * 250}.whl"]
)
def test_a_name_that_no_index_keeps(name: str) -> None:
    passes(FileNamesCanBeStored(), built(*SOUND))
    finds(FileNamesCanBeStored(), built(a_distribution(Artifact(name, 1, "00"))))


@pytest.mark.parametrize(
    "name",
    [
        "handmade-1.2.0-py3-none-any.whl",
        "handmade-1.2-py3-none-any.whl",
        "hand_made-1.2.0-1local-cp312-cp312-win_amd64.whl",
        "handmade-1.2.0.tar.gz",
    ],
)
def test_a_normal_name(name: str) -> None:
    passes(FileNamesAreNormalised(), built(a_distribution(Artifact(name, 1, "00"))))


@pytest.mark.parametrize(
    "name",
    [
        "Handmade-1.2.0-py3-none-any.whl",
        "hand.made-1.2.0-py3-none-any.whl",
        "handmade-1.2.0-any.whl",
        "handmade-one-py3-none-any.whl",
        "handmade-1.2.tar.gz",
        "Handmade-1.2.0.tar.gz",
        "hand-made-1.2.0.tar.gz",
        "handmade-1.2.0.zip",
        "handmade.tar.gz",
    ],
)
def test_a_name_that_the_index_wants_otherwise(name: str) -> None:
    """The metadata says 1.2.0, which is how an sdist's name spells it."""
    finds(FileNamesAreNormalised(), built(a_distribution(Artifact(name, 1, "00"))))


def test_the_index_limit() -> None:
    at, over = (a_distribution(Artifact(WHEEL.filename, LARGEST_FILE + more, "00")) for more in (0, 1))

    passes(FilesAreSmallEnough(), built(at))
    (finding,) = finds(FilesAreSmallEnough(), built(over))
    assert finding.where == InFile(WHEEL.filename)
    skips(FilesAreSmallEnough(), built(over, config=PRIVATE))


def test_files_of_one_release() -> None:
    passes(FilesAreOfOneRelease(), built(a_distribution(WHEEL, metadata=a_metadata("1.2", name="HandMade"))))


@pytest.mark.parametrize(
    "distributions",
    [
        (a_distribution(WHEEL, metadata=a_metadata("1.3.0")),),
        (a_distribution(WHEEL, metadata=a_metadata(name="other")),),
        (a_distribution(WHEEL), a_distribution(an_sdist("1.3.0"), metadata=a_metadata("1.3.0"))),
    ],
)
def test_files_of_two_releases(distributions: tuple[Distribution, ...]) -> None:
    """Nobody says of what they should be; they contradict one another all the same."""
    finds(FilesAreOfOneRelease(), built(*distributions, expected=None, manifest=None))


def test_metadata_that_cannot_be_read_says_nothing() -> None:
    for check in (MetadataNamesTheRelease(), FilesAreOfOneRelease()):
        assert WHEEL.filename in cannot_tell(check, built(an_unreadable(WHEEL), SOUND[1]))


@pytest.mark.parametrize(
    ("name", "version"),
    [("handmade", "1.2.0"), ("HandMade", "1.2.0"), ("handmade", "1.2"), ("handmade", "v1.2.0")],
)
def test_metadata_that_names_the_release(name: str, version: str) -> None:
    passes(MetadataNamesTheRelease(), built(a_distribution(WHEEL, metadata=a_metadata(version, name=name))))


def test_a_name_in_another_spelling() -> None:
    distribution = a_distribution(a_wheel(name="hand_made"), metadata=a_metadata(name="Hand.Made"))

    passes(MetadataNamesTheRelease(), built(distribution, expected=Expected("hand-made")))
    skips(MetadataNamesTheRelease(), built(distribution, expected=None))


@pytest.mark.parametrize(
    ("artifact", "metadata", "findings"),
    [
        (WHEEL, a_metadata("1.1.0"), 1),
        (WHEEL, a_metadata(name="other"), 1),
        (a_wheel("1.1.0"), a_metadata(), 1),
        (an_sdist("1.1.0"), a_metadata("1.1.0"), 2),
        (a_wheel(name="other"), a_metadata(), 1),
        (Artifact("handmade.whl", 1, "00"), a_metadata(), 2),
        (WHEEL, b"", 2),
        (WHEEL, b"Metadata-Version: 2.4\nName: handmade\n", 1),
        (WHEEL, b"Metadata-Version: 2.4\nVersion: 1.2.0\n", 1),
        (WHEEL, "Metadata-Version: 2.4\nName: händmade\nVersion: 1.2.0\n".encode(), 1),
        (WHEEL, b"Metadata-Version: 2.4\nName: \xff\nVersion: \xfe\n", 2),
        (WHEEL, b"Metadata-Version: 2.4\nName: handmade\nVersion: " + b"9" * 5000, 1),
    ],
)
def test_metadata_that_does_not(artifact: Artifact, metadata: bytes, findings: int) -> None:
    found = finds(MetadataNamesTheRelease(), built(a_distribution(artifact, metadata=metadata)))

    assert [finding.where for finding in found] == [InFile(artifact.filename)] * findings
    assert {type(finding.remedy) for finding in found} == {Edit}


def test_a_name_that_does_not_fit_is_told_though_the_metadata_cannot_be_read() -> None:
    (finding,) = finds(MetadataNamesTheRelease(), built(an_unreadable(a_wheel("1.1.0"))))

    assert finding.where == InFile("handmade-1.1.0-py3-none-any.whl")
