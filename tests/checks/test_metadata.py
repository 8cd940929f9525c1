import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.made import PRIVATE, SDIST, WHEEL, built, holding, told
from fakes import FakeFacts, a_distribution, a_manifest, a_metadata, an_unreadable
from tagship.checks.engine import Check
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
from tagship.domain.index_rules import ACCEPTED_METADATA_VERSIONS
from tagship.errors import Edit, InFile

EVERY: list[Check[FakeFacts]] = [
    MetadataVersionIsAccepted(),
    MetadataReadsOneWay(),
    FieldsFitTheMetadataVersion(),
    ProjectNameIsValid(),
    VersionIsValid(),
    VersionIsPublic(),
    DynamicFieldsMayVary(),
]


def saying(version: str = "1.2.0", name: str = "handmade") -> FakeFacts:
    """A wheel whose metadata says this name and version."""
    return built(a_distribution(WHEEL, metadata=a_metadata(version, name=name)))


@pytest.mark.parametrize("check", EVERY)
def test_a_sound_build(check: Check[FakeFacts]) -> None:
    passes(check, built(a_distribution(WHEEL), a_distribution(SDIST)))


@pytest.mark.parametrize("check", [*EVERY, WheelsSayWhatTheSdistSays()])
def test_metadata_that_cannot_be_read_says_nothing(check: Check[FakeFacts]) -> None:
    assert WHEEL.filename in cannot_tell(check, built(an_unreadable(WHEEL), a_distribution(SDIST)))
    cannot_tell(check, FakeFacts())


@pytest.mark.parametrize("metadata_version", ACCEPTED_METADATA_VERSIONS)
def test_a_metadata_version_that_the_index_takes(metadata_version: str) -> None:
    passes(MetadataVersionIsAccepted(), built(told(metadata_version=metadata_version)))


@pytest.mark.parametrize("metadata", [a_metadata(metadata_version="2.6"), a_metadata(metadata_version="2.0"), b""])
def test_a_metadata_version_that_it_does_not(metadata: bytes) -> None:
    (finding,) = finds(MetadataVersionIsAccepted(), built(a_distribution(WHEEL, metadata=metadata)))

    assert (finding.where, type(finding.remedy)) == (InFile(WHEEL.filename), Edit)


@pytest.mark.parametrize(
    ("generator", "pin"),
    [
        ("hatchling 99.0", "pin hatchling<=1.33.0 in [build-system] requires"),
        ("setuptools (80.0)", "pin setuptools<80.0 in [build-system] requires"),
        ("handmade 1.2", "pin handmade<1.2 in [build-system] requires"),
        ("handmade", "pin an older handmade"),
    ],
)
def test_the_backend_that_wrote_it_is_named_with_its_version(generator: str, pin: str) -> None:
    wheel = holding(texts={"WHEEL": f"Wheel-Version: 1.0\nGenerator: {generator}\n"})
    sdist = told(artifact=SDIST, metadata_version="2.6")

    (finding,) = finds(MetadataVersionIsAccepted(), built(wheel, sdist))

    assert str(finding.remedy) == pin


def test_the_manifest_names_the_backend_where_there_is_no_wheel() -> None:
    sdist = told(artifact=SDIST, metadata_version="2.6")
    manifest = a_manifest(SDIST, toolchain={"build": "1.4", "poetry-core": "3.0"})

    (finding,) = finds(MetadataVersionIsAccepted(), built(sdist, manifest=manifest))

    assert "poetry-core 3.0" in finding.message


def test_metadata_that_reads_one_way() -> None:
    passes(MetadataReadsOneWay(), built(told("Author: José", "X-Own: a", "X-Own: b")))


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (a_metadata("1.2.0", "Author: José").decode().encode("latin-1"), "is not UTF-8"),
        (a_metadata("1.2.0", "Name: other"), "says Name 2 times"),
        (a_metadata("1.2.0", "this is no header"), "has a line among its headers that is none"),
        (a_metadata("1.2.0", "Description: one"), "has two descriptions"),
    ],
)
def test_metadata_that_reads_two_ways(metadata: bytes, words: str) -> None:
    (finding,) = finds(MetadataReadsOneWay(), built(a_distribution(WHEEL, metadata=metadata)))

    assert words in finding.message


def test_a_field_that_is_older_than_its_metadata() -> None:
    passes(FieldsFitTheMetadataVersion(), built(told("Dynamic: Keywords", metadata_version="2.2")))
    passes(FieldsFitTheMetadataVersion(), built(told("License-File: LICENSE", metadata_version="2.1")))
    passes(FieldsFitTheMetadataVersion(), built(told("Import-Name: handmade", metadata_version="9.9")))


@pytest.mark.parametrize(
    ("line", "metadata_version"),
    [
        ("Dynamic: Keywords", "2.1"),
        ("License-Expression: MIT", "2.3"),
        ("Import-Name: handmade", "2.4"),
        ("Requires-Dist: attrs", "1.0"),
        ("Classifier: Typing :: Typed", "1.0"),
    ],
)
def test_a_field_that_is_younger(line: str, metadata_version: str) -> None:
    (finding,) = finds(FieldsFitTheMetadataVersion(), built(told(line, metadata_version=metadata_version)))

    assert line.partition(":")[0] in finding.message


@pytest.mark.parametrize("name", ["a", "A1", "hand.made", "hand_-.made"])
def test_a_name(name: str) -> None:
    passes(ProjectNameIsValid(), saying(name=name))


@pytest.mark.parametrize("name", ["", "-hand", "hand-", "hand made", "händmade", "hand\u0661", "a!"])
def test_what_is_no_name(name: str) -> None:
    finds(ProjectNameIsValid(), saying(name=name))


@pytest.mark.parametrize("version", ["1", "1.2.0rc1", "v1.2", "1!2.0.post3.dev4", "1.0+local"])
def test_a_version(version: str) -> None:
    passes(VersionIsValid(), saying(version))


@pytest.mark.parametrize("version", ["", "one", "1.2.0-final", "1..2", "9" * 5000])
def test_what_is_no_version(version: str) -> None:
    finds(VersionIsValid(), saying(version))
    passes(VersionIsPublic(), saying(version))


def test_a_local_version() -> None:
    passes(VersionIsPublic(), saying("1.0.post1"))
    (finding,) = finds(VersionIsPublic(), saying("1.0+g1234"))
    assert "1.0+g1234" in finding.message
    skips(VersionIsPublic(), built(a_distribution(WHEEL, metadata=a_metadata("1.0+g1234")), config=PRIVATE))


def test_dynamic_fields() -> None:
    passes(DynamicFieldsMayVary(), built(told("Dynamic: Requires-Dist", "Dynamic: license-file")))
    for field in ("Name", "version", "Metadata-Version", "Dynamic", "Colour"):
        finds(DynamicFieldsMayVary(), built(told(f"Dynamic: {field}")))


@pytest.mark.parametrize(
    ("wheel", "sdist"),
    [
        ((), ()),
        (("Requires-Dist: a", "Requires-Dist: b>=1,<2"), ("Requires-Dist: b <2,>=1", "Requires-Dist: a")),
        (("Summary: a  b",), ("Summary: a b",)),
        (("Requires-Dist: a",), ("Dynamic: Requires-Dist",)),
        (("Platform: x",), ()),
    ],
)
def test_a_wheel_that_says_what_the_sdist_says(wheel: tuple[str, ...], sdist: tuple[str, ...]) -> None:
    passes(WheelsSayWhatTheSdistSays(), built(told(*wheel), told(*sdist, artifact=SDIST)))


def test_names_are_compared_and_not_their_spelling() -> None:
    wheel = told("Requires-Dist: sphinx-rtd-theme[A_b]", "Provides-Extra: a-b")
    sdist = told("Requires-Dist: Sphinx_RTD.theme[a-b]", "Provides-Extra: A_B", artifact=SDIST)

    passes(WheelsSayWhatTheSdistSays(), built(wheel, sdist))


def test_requirements_that_cannot_be_read_are_compared_as_they_stand() -> None:
    wheel, sdist = told("Requires-Dist: a ~ b"), told("Requires-Dist: a  ~ b", artifact=SDIST)

    passes(WheelsSayWhatTheSdistSays(), built(wheel, sdist))


@pytest.mark.parametrize("line", ["Requires-Dist: a", "Requires-Python: >=3.11", "Provides-Extra: x"])
def test_a_wheel_that_needs_something_else(line: str) -> None:
    facts = built(told(line), told(artifact=SDIST))

    (finding,) = finds(WheelsSayWhatTheSdistSays(), facts)

    assert line.partition(":")[0] in finding.message
    passes(WheelsTellWhatTheSdistTells(), facts)


@pytest.mark.parametrize("line", ["Summary: other", "License-File: x", "Author: somebody"])
def test_a_wheel_that_tells_something_else(line: str) -> None:
    facts = built(told(line), told(artifact=SDIST))

    (finding,) = finds(WheelsTellWhatTheSdistTells(), facts)

    assert line.partition(":")[0] in finding.message
    passes(WheelsSayWhatTheSdistSays(), facts)


def test_where_there_is_nothing_to_compare() -> None:
    skips(WheelsSayWhatTheSdistSays(), built(told("Requires-Dist: a")))
    skips(WheelsSayWhatTheSdistSays(), built(told(artifact=SDIST)))
    skips(WheelsSayWhatTheSdistSays(), built(told("Keywords: a"), told(artifact=SDIST, metadata_version="2.1")))
