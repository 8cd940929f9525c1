import pytest

from checks.asking import cannot_tell, finds, passes, skips
from fakes import (
    FakeFacts,
    a_distribution,
    a_manifest,
    a_metadata,
    a_project,
    a_wheel,
    an_sdist,
    an_unreadable,
    facts_about,
)
from tagship.checks.artifacts import (
    ACCEPTED_METADATA_VERSIONS,
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
from tagship.checks.engine import Check
from tagship.domain.artifact import Artifact
from tagship.domain.config import Config
from tagship.domain.distribution import Distribution
from tagship.domain.endpoints import Endpoints
from tagship.errors import Edit, InFile, Run

WHEEL, SDIST = a_wheel(), an_sdist()
BUILD_AGAIN = Run(("tagship", "build", "v1.2.0"))
PRIVATE = Endpoints("private", "https://index.example/simple/", "https://index.example/upload/")
EVERY: list[Check[FakeFacts]] = [
    FilesMatchTheManifest(),
    ArchivesOpen(),
    MetadataNamesTheRelease(),
    MetadataVersionIsAccepted(),
    OneSdistAtMost(),
    WheelTagsAreAccepted(),
    DependenciesAreNamed(),
]


def built(*distributions: Distribution, backend: str = "hatchling.build", **toolchain: str) -> FakeFacts:
    """A build of v1.2.0 that made these."""
    manifest = a_manifest(*(each.artifact for each in distributions), toolchain=toolchain)
    project = a_project("1.2.0", backend=backend)
    return facts_about("v1.2.0", project=project, manifest=manifest, distributions=distributions)


def told(*lines: str) -> Distribution:
    """A wheel with these lines in its metadata."""
    return a_distribution(WHEEL, metadata=a_metadata("1.2.0", *lines))


@pytest.mark.parametrize("check", EVERY)
def test_a_sound_build(check: Check[FakeFacts]) -> None:
    passes(check, built(a_distribution(WHEEL), a_distribution(SDIST)))


@pytest.mark.parametrize("check", EVERY)
def test_no_build_at_all(check: Check[FakeFacts]) -> None:
    cannot_tell(check, facts_about("v1.2.0", project=a_project("1.2.0")))


def test_a_directory_with_nothing_else_in_it() -> None:
    passes(DistHoldsOnlyTheBuild(), FakeFacts(strangers=()))


def test_a_stranger_among_the_files() -> None:
    (finding, other) = finds(DistHoldsOnlyTheBuild(), FakeFacts(strangers=["-rf", "notes.txt"]))

    assert (finding.where, type(finding.remedy)) == (InFile("-rf"), Edit)
    assert other.where == InFile("notes.txt")


def test_a_directory_that_cannot_be_listed() -> None:
    cannot_tell(DistHoldsOnlyTheBuild(), FakeFacts())


def test_the_files_that_were_built() -> None:
    passes(FilesMatchTheManifest(), built(a_distribution(WHEEL), a_distribution(SDIST)))


def test_a_file_that_is_gone() -> None:
    facts = FakeFacts(manifest=a_manifest(WHEEL, SDIST), distributions=[a_distribution(WHEEL)])

    (finding,) = finds(FilesMatchTheManifest(), facts)

    assert (finding.where, finding.remedy) == (InFile(SDIST.filename), BUILD_AGAIN)


def test_a_file_with_other_bytes() -> None:
    facts = FakeFacts(manifest=a_manifest(WHEEL), distributions=[a_distribution(a_wheel(seed="tampered"))])

    (finding,) = finds(FilesMatchTheManifest(), facts)

    assert (finding.where, finding.remedy) == (InFile(WHEEL.filename), BUILD_AGAIN)


def test_archives_that_open() -> None:
    passes(ArchivesOpen(), built(a_distribution(WHEEL, members=["a.py", "b.py"])))


@pytest.mark.parametrize(
    "distribution",
    [
        an_unreadable(WHEEL, broken="truncated"),
        an_unreadable(WHEEL),
        a_distribution(WHEEL, members=["a.py", "b.py", "a.py"]),
    ],
)
def test_an_archive_that_the_index_would_refuse(distribution: Distribution) -> None:
    (finding,) = finds(ArchivesOpen(), built(distribution, a_distribution(SDIST)))

    assert (finding.where, finding.remedy) == (InFile(WHEEL.filename), BUILD_AGAIN)


@pytest.mark.parametrize("check", [MetadataNamesTheRelease(), MetadataVersionIsAccepted(), DependenciesAreNamed()])
def test_metadata_that_cannot_be_read_says_nothing(check: Check[FakeFacts]) -> None:
    assert WHEEL.filename in cannot_tell(check, built(an_unreadable(WHEEL), a_distribution(SDIST)))


@pytest.mark.parametrize(
    ("name", "version"),
    [("handmade", "1.2.0"), ("HandMade", "1.2.0"), ("handmade", "1.2"), ("handmade", "v1.2.0")],
)
def test_metadata_that_names_the_release(name: str, version: str) -> None:
    passes(MetadataNamesTheRelease(), built(a_distribution(WHEEL, metadata=a_metadata(version, name=name))))


def test_a_name_in_another_spelling() -> None:
    artifact = a_wheel(name="hand_made")
    distribution = a_distribution(artifact, metadata=a_metadata(name="Hand.Made"))
    project = a_project("1.2.0", name="hand-made")

    passes(MetadataNamesTheRelease(), facts_about("v1.2.0", project=project, distributions=[distribution]))


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


@pytest.mark.parametrize("metadata_version", ACCEPTED_METADATA_VERSIONS)
def test_a_metadata_version_that_the_index_takes(metadata_version: str) -> None:
    metadata = a_metadata(metadata_version=metadata_version)

    passes(MetadataVersionIsAccepted(), built(a_distribution(WHEEL, metadata=metadata)))


@pytest.mark.parametrize("metadata", [a_metadata(metadata_version="2.6"), a_metadata(metadata_version="2.0"), b""])
def test_a_metadata_version_that_it_does_not(metadata: bytes) -> None:
    (finding,) = finds(MetadataVersionIsAccepted(), built(a_distribution(WHEEL, metadata=metadata)))

    assert (finding.where, type(finding.remedy)) == (InFile(WHEEL.filename), Edit)


@pytest.mark.parametrize(
    ("backend", "written_by"),
    [
        ("hatchling.build", "pin hatchling below 1.27"),
        ("setuptools.build_meta:__legacy__", "pin setuptools below 80"),
        ("poetry.core.masonry.api", "pin poetry-core below 2.1"),
        ("flit_core.buildapi", "pin flit_core below 3.12"),
        ("homegrown", "pin homegrown below that version"),
    ],
)
def test_the_backend_that_wrote_it_is_named_with_its_version(backend: str, written_by: str) -> None:
    resolved = {
        "hatchling": "1.27",
        "setuptools": "80",
        "poetry-core": "2.1",
        "flit_core": "3.12",
        "setuptools-scm": "8",
    }
    distribution = a_distribution(WHEEL, metadata=a_metadata(metadata_version="2.6"))

    (finding,) = finds(MetadataVersionIsAccepted(), built(distribution, backend=backend, **resolved))

    assert str(finding.remedy).startswith(written_by)


def test_one_sdist() -> None:
    passes(
        OneSdistAtMost(), built(a_distribution(SDIST), a_distribution(WHEEL), a_distribution(a_wheel(platform="win32")))
    )
    passes(OneSdistAtMost(), built(a_distribution(WHEEL)))


def test_a_second_sdist() -> None:
    second = Artifact("handmade-1.2.0.zip", 1, "00")

    (finding,) = finds(OneSdistAtMost(), built(a_distribution(SDIST), a_distribution(second)))

    assert (finding.where, finding.remedy) == (InFile("handmade-1.2.0.zip"), BUILD_AGAIN)


@pytest.mark.parametrize(
    "artifact",
    [
        WHEEL,
        SDIST,
        a_wheel(platform="manylinux_2_17_x86_64"),
        a_wheel(platform="manylinux_2_17_x86_64.manylinux2014_x86_64"),
        a_wheel(platform="musllinux_1_2_aarch64"),
        a_wheel(platform="macosx_11_0_arm64"),
        a_wheel(platform="win_amd64"),
        a_wheel(platform="linux_armv7l"),
        Artifact("linux_x86_64.whl", 1, "00"),  # no name of a wheel, which another check tells
    ],
)
def test_wheels_that_the_index_takes(artifact: Artifact) -> None:
    passes(WheelTagsAreAccepted(), built(a_distribution(artifact)))


@pytest.mark.parametrize("platform", ["linux_x86_64", "linux_aarch64", "linux_x86_64.manylinux2014_x86_64"])
def test_wheels_that_it_refuses(platform: str) -> None:
    wheel = a_wheel(platform=platform)

    (finding,) = finds(WheelTagsAreAccepted(), built(a_distribution(wheel)))

    assert (finding.where, type(finding.remedy)) == (InFile(wheel.filename), Edit)


def test_an_index_that_makes_its_own_rules() -> None:
    distribution = a_distribution(a_wheel(platform="linux_x86_64"))

    skips(WheelTagsAreAccepted(), FakeFacts(config=Config(index=PRIVATE), distributions=[distribution]))


@pytest.mark.parametrize(
    "line",
    [
        "packaging",
        "packaging>=24.2",
        'colorama>=0.4; sys_platform == "win32"',
        'rich[jupyter]>=13; extra == "docs"',
        'packaging (>=24.2) ;\n  python_version < "3.12"',
    ],
)
def test_a_dependency_by_name(line: str) -> None:
    passes(DependenciesAreNamed(), built(told(f"Requires-Dist: {line}")))


@pytest.mark.parametrize(
    "line",
    [
        "packaging @ https://host.example/packaging.whl",
        'packaging @ git+https://host.example/packaging@main ; extra == "dev"',
        "packaging @ file:///srv/packaging",
        "packaging >> 1",
        "",
        "päckaging @ https://host.example/",
    ],
)
def test_a_dependency_by_address_or_by_nothing(line: str) -> None:
    (finding,) = finds(DependenciesAreNamed(), built(told("Requires-Dist: rich", f"Requires-Dist: {line}")))

    assert (finding.where, type(finding.remedy)) == (InFile(WHEEL.filename), Edit)


def test_every_file_is_looked_into() -> None:
    metadata = a_metadata("1.2.0", "Requires-Dist: a @ https://host.example/a", "Requires-Dist: b @ file:///b")
    distributions = [a_distribution(WHEEL, metadata=metadata), a_distribution(SDIST, metadata=metadata)]

    assert len(finds(DependenciesAreNamed(), built(*distributions))) == 4


SOURCES = ["demo-1.2.0/PKG-INFO", "demo-1.2.0/setup.py", "demo-1.2.0/tests/test_demo.py", "demo-1.2.0/src/demo/core.py"]
EMPTY = ["demo-1.2.0.dist-info/METADATA", "demo-1.2.0.dist-info/licenses/gen.py", "demo.pth", ""]


def in_both(wheel: list[str], sdist: list[str]) -> FakeFacts:
    return built(a_distribution(WHEEL, members=wheel), a_distribution(SDIST, members=sdist))


def test_a_wheel_with_nothing_in_it() -> None:
    (finding,) = finds(WheelHasModules(), in_both(EMPTY, SOURCES))

    assert (finding.where, type(finding.remedy)) == (InFile(WHEEL.filename), Edit)
    assert "demo-1.2.0/src/demo/core.py" in finding.message


@pytest.mark.parametrize(
    "member",
    [
        "demo/__init__.py",
        "demo.cpython-313-x86_64-linux-gnu.so",
        "demo.pyd",
        "demo-stubs/__init__.pyi",
        "demo-1.2.0.data/purelib/demo.py",
        "demo-1.2.0.data/scripts/demo",
    ],
)
def test_a_wheel_with_something_in_it(member: str) -> None:
    passes(WheelHasModules(), in_both([*EMPTY, member], SOURCES))


def test_an_sdist_with_no_sources_either() -> None:
    """A project that only names dependencies."""
    skips(WheelHasModules(), in_both(EMPTY, SOURCES[:3]))
    skips(WheelHasModules(), built(a_distribution(WHEEL, members=["demo.py"])))


def test_what_is_in_a_file_that_does_not_open() -> None:
    cannot_tell(WheelHasModules(), built(an_unreadable(WHEEL, broken="cut short"), a_distribution(SDIST)))
    cannot_tell(WheelHasModules(), facts_about("v1.2.0"))
