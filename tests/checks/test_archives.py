import pytest

from checks.asking import cannot_tell, finds, passes
from checks.made import BUILD_AGAIN, INFO, SDIST, TOP, WHEEL, built, holding, odd
from fakes import FakeFacts, a_distribution, an_unreadable
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
from tagship.checks.engine import Check
from tagship.checks.leaks import ArchivesHoldNoCredentials
from tagship.checks.wheels import RecordMatchesTheWheel, WheelsHaveARecord, WheelsSayWhatTheyAre, WheelTagsMatchTheName
from tagship.domain.distribution import Distribution, Member, MemberKind, Oddity, Peculiarity
from tagship.domain.finding import Severity
from tagship.errors import Edit, InFile

SOUND = (holding("handmade/__init__.py"), holding(f"{TOP}/PKG-INFO", artifact=SDIST))
BROKEN = an_unreadable(WHEEL, broken="cut short")
ODD: list[tuple[Check[FakeFacts], Oddity]] = [
    (ArchivesBeginAndEndOnce(), Oddity.TRAILING_DATA),
    (ArchivesBeginAndEndOnce(), Oddity.LEADING_DATA),
    (ArchivesBeginAndEndOnce(), Oddity.OTHER_KIND),
    (ArchivesReadOneWay(), Oddity.HEADERS_DISAGREE),
    (ArchivesReadOneWay(), Oddity.UNLISTED_MEMBER),
    (ArchivesReadOneWay(), Oddity.BAD_NAME),
    (MembersTellTheirSizeFirst(), Oddity.DATA_DESCRIPTOR),
    (MembersHaveNoComments(), Oddity.MEMBER_COMMENT),
    (ArchivesHaveNoComment(), Oddity.ARCHIVE_COMMENT),
    (MembersAreDeflatedOrStored(), Oddity.COMPRESSION),
    (MembersAreInTheClear(), Oddity.ENCRYPTED),
    (ArchivesUnpackToASaneSize(), Oddity.RATIO),
    (TarballsHoldNoSparseFiles(), Oddity.SPARSE),
]


def test_every_oddity_is_the_business_of_one_check() -> None:
    assert sorted(oddity.name for _, oddity in ODD) == sorted(oddity.name for oddity in Oddity)


@pytest.mark.parametrize(("check", "oddity"), ODD)
def test_an_oddity_is_found_by_its_check_alone(check: Check[FakeFacts], oddity: Oddity) -> None:
    (finding,) = finds(check, built(*SOUND, odd(oddity)))

    assert finding.where == InFile(WHEEL.filename)
    assert finding.message == f"{WHEEL.filename} {oddity.value}"
    for other in {type(other): other for other, _ in ODD}.values():
        if type(other) is not type(check):
            passes(other, built(*SOUND, odd(oddity)))


def test_how_an_odd_archive_is_told() -> None:
    """A test for each check by name, as the catalogue wants it."""
    for whole in (ArchivesBeginAndEndOnce(), ArchivesReadOneWay(), ArchivesUnpackToASaneSize()):
        passes(whole, built(*SOUND))
    passes(ArchivesBeginAndEndOnce(), built(*SOUND))
    finds(ArchivesBeginAndEndOnce(), built(odd(Oddity.TRAILING_DATA)))
    passes(ArchivesReadOneWay(), built(*SOUND))
    finds(ArchivesReadOneWay(), built(odd(Oddity.UNLISTED_MEMBER, "hidden.py")))
    passes(MembersTellTheirSizeFirst(), built(*SOUND))
    finds(MembersTellTheirSizeFirst(), built(odd(Oddity.DATA_DESCRIPTOR, "a.py")))
    passes(MembersHaveNoComments(), built(*SOUND))
    finds(MembersHaveNoComments(), built(odd(Oddity.MEMBER_COMMENT, "a.py")))
    passes(ArchivesHaveNoComment(), built(*SOUND))
    finds(ArchivesHaveNoComment(), built(odd(Oddity.ARCHIVE_COMMENT)))
    passes(MembersAreDeflatedOrStored(), built(*SOUND))
    finds(MembersAreDeflatedOrStored(), built(odd(Oddity.COMPRESSION, "a.py")))
    passes(MembersAreInTheClear(), built(*SOUND))
    finds(MembersAreInTheClear(), built(odd(Oddity.ENCRYPTED, "a.py")))
    passes(ArchivesUnpackToASaneSize(), built(*SOUND))
    finds(ArchivesUnpackToASaneSize(), built(odd(Oddity.RATIO)))
    passes(TarballsHoldNoSparseFiles(), built(*SOUND))
    finds(TarballsHoldNoSparseFiles(), built(odd(Oddity.SPARSE, "a.bin", artifact=SDIST)))


def test_what_the_index_takes_only_warns() -> None:
    assert ArchivesHaveNoComment().severity is Severity.WARNING


def test_many_odd_members_are_counted() -> None:
    names = [f"handmade/{number}.py" for number in range(1000)]

    (finding,) = finds(MembersTellTheirSizeFirst(), built(odd(Oddity.DATA_DESCRIPTOR, *names)))

    assert "handmade/2.py and 997 more" in finding.message


def test_a_hostile_name_is_written_out() -> None:
    (finding,) = finds(MembersTellTheirSizeFirst(), built(odd(Oddity.DATA_DESCRIPTOR, "a\x1b[2Jb")))

    assert finding.message.isprintable()


def test_archives_that_open() -> None:
    passes(ArchivesOpen(), built(*SOUND))


def test_an_archive_that_does_not() -> None:
    (finding,) = finds(ArchivesOpen(), built(BROKEN, SOUND[1]))

    assert (finding.where, finding.remedy) == (InFile(WHEEL.filename), BUILD_AGAIN)


def test_metadata_in_place() -> None:
    passes(MetadataIsInPlace(), built(*SOUND))
    cannot_tell(MetadataIsInPlace(), built(BROKEN))


@pytest.mark.parametrize(("artifact", "name"), [(WHEEL, "METADATA"), (SDIST, f"{TOP}/PKG-INFO")])
def test_metadata_elsewhere(artifact: object, name: str) -> None:
    (finding,) = finds(MetadataIsInPlace(), built(an_unreadable(WHEEL if artifact is WHEEL else SDIST)))

    assert name in finding.message


def test_members_named_once() -> None:
    folder = Member(f"{TOP}/src/", MemberKind.DIRECTORY)

    passes(MembersAreNamedOnce(), built(*SOUND, holding(folder, folder, artifact=SDIST)))


def test_members_named_twice() -> None:
    """Failure 5: a wheel held one path twice, and the index answered 400; it is found before, by name."""
    (finding,) = finds(MembersAreNamedOnce(), built(holding("a.py", "b.py", "a.py", "c.py", "a.py")))

    assert "a.py" in finding.message
    assert "b.py" not in finding.message


@pytest.mark.parametrize("name", ["/etc/passwd", "../up.py", "a/../../up.py", "C:/Windows", "c:up", "a\\b.py"])
def test_a_member_that_leads_out(name: str) -> None:
    passes(MembersStayInside(), built(*SOUND, holding("a..b/c...py", ".hidden")))
    finds(MembersStayInside(), built(holding(name)))


@pytest.mark.parametrize(
    ("name", "kind", "target"),
    [
        ("a", MemberKind.SYMLINK, "b"),
        ("docs/a", MemberKind.SYMLINK, "../b"),
        ("docs/a", MemberKind.HARDLINK, f"{TOP}/b"),
    ],
)
def test_a_link_that_stays(name: str, kind: MemberKind, target: str) -> None:
    passes(LinksStayInside(), built(holding(Member(f"{TOP}/{name}", kind, target=target), artifact=SDIST)))


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (MemberKind.SYMLINK, "../other/b"),
        (MemberKind.SYMLINK, "../../etc/passwd"),
        (MemberKind.SYMLINK, "/etc/passwd"),
        (MemberKind.SYMLINK, None),
        (MemberKind.HARDLINK, "etc/passwd"),
        (MemberKind.HARDLINK, f"{TOP}/../../b"),
    ],
)
def test_a_link_that_does_not(kind: MemberKind, target: str | None) -> None:
    finds(LinksStayInside(), built(holding(Member(f"{TOP}/a", kind, target=target), artifact=SDIST)))


def test_a_link_in_a_wheel() -> None:
    finds(LinksStayInside(), built(holding(Member("a.py", MemberKind.SYMLINK, target="b.py"))))


def test_a_device() -> None:
    passes(MembersAreFilesOrFolders(), built(*SOUND))
    finds(MembersAreFilesOrFolders(), built(holding(Member(f"{TOP}/null", MemberKind.SPECIAL), artifact=SDIST)))


@pytest.mark.parametrize(
    "distribution",
    [SOUND[1], holding("./", f"./{TOP}/PKG-INFO", artifact=SDIST), holding("a.py", "b.py")],
)
def test_one_directory(distribution: Distribution) -> None:
    passes(SdistsHoldOneDirectory(), built(distribution))


@pytest.mark.parametrize("name", ["setup.py", "other/setup.py", f"{TOP}-extra/setup.py"])
def test_more_than_one_directory(name: str) -> None:
    finds(SdistsHoldOneDirectory(), built(holding(f"{TOP}/PKG-INFO", name, artifact=SDIST)))
    cannot_tell(SdistsHoldOneDirectory(), built(a_distribution(SDIST, broken="cut short")))


def test_a_directory_of_another_name() -> None:
    other = holding("Hand.Made-1.2.0/PKG-INFO", artifact=SDIST)

    passes(SdistsHoldOneDirectory(), built(other))
    (finding,) = finds(SdistsUnpackToTheirName(), built(other))
    assert "Hand.Made-1.2.0" in finding.message
    passes(SdistsUnpackToTheirName(), built(*SOUND))


def test_several_members_are_told_of_in_the_plural() -> None:
    (one,) = finds(MembersAreInTheClear(), built(odd(Oddity.ENCRYPTED, "a.py")))
    (several,) = finds(MembersAreInTheClear(), built(odd(Oddity.ENCRYPTED, "a.py", "b.py")))

    assert one.message == f"{WHEEL.filename}: a.py is encrypted"
    assert several.message == f"{WHEEL.filename}: a.py, b.py are encrypted"
    for oddity in Oddity:
        assert oddity.of_several.split()[0] not in {"is", "stands"} or oddity.of_several == oddity.value


def test_metadata_that_is_encrypted_is_there_and_unknown() -> None:
    names = tuple(Member(f"{INFO}/{name}") for name in ("METADATA", "WHEEL", "RECORD"))
    locked = Distribution(WHEEL, names, peculiarities=tuple(Peculiarity(Oddity.ENCRYPTED, each.name) for each in names))

    for check in (
        MetadataIsInPlace(),
        WheelsSayWhatTheyAre(),
        WheelTagsMatchTheName(),
        WheelsHaveARecord(),
        RecordMatchesTheWheel(),
    ):
        assert "is encrypted in" in cannot_tell(check, built(locked))
    cannot_tell(ArchivesHoldNoCredentials(), built(locked, tracked=None))
    finds(MetadataIsInPlace(), built(locked, an_unreadable(SDIST)))


def test_what_tagship_did_not_build_is_not_built_again_by_it() -> None:
    (finding,) = finds(ArchivesOpen(), built(BROKEN, manifest=None))

    assert isinstance(finding.remedy, Edit)
    assert "tagship" not in finding.remedy.text


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.py"])
def test_an_sdist_that_can_be_built(name: str) -> None:
    passes(SdistsCanBeBuilt(), built(holding(f"{TOP}/{name}", artifact=SDIST)))


@pytest.mark.parametrize("name", ["setup.cfg", "tests/pyproject.toml", "src/setup.py"])
def test_an_sdist_that_nobody_can_build(name: str) -> None:
    (finding,) = finds(SdistsCanBeBuilt(), built(holding(f"{TOP}/PKG-INFO", f"{TOP}/{name}", artifact=SDIST)))

    assert finding.where == InFile(SDIST.filename)


def test_whether_an_sdist_that_does_not_open_can_be_built() -> None:
    cannot_tell(SdistsCanBeBuilt(), built(an_unreadable(SDIST, broken="cut short")))
