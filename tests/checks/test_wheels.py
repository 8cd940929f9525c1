import base64
import hashlib

import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.made import INFO, PRIVATE, SDIST, WHEEL, built, holding
from fakes import FakeFacts, a_distribution, a_wheel, an_unreadable
from tagship.checks.wheels import (
    EntryPointsAreValid,
    RecordMatchesTheWheel,
    WheelHasModules,
    WheelsHaveARecord,
    WheelsSayWhatTheyAre,
    WheelTagsAreAccepted,
    WheelTagsMatchTheName,
)
from tagship.domain.artifact import Artifact
from tagship.domain.distribution import Distribution, Member, MemberKind
from tagship.errors import Edit, InFile

CODE = b"x = 1\n"
SHA256 = hashlib.sha256(CODE).hexdigest()
RECORDED = base64.urlsafe_b64encode(bytes.fromhex(SHA256)).decode().rstrip("=")
MODULE = Member("handmade.py", size=len(CODE), sha256=SHA256)
WHEEL_FILE = "Wheel-Version: 1.0\nGenerator: hand (1.0)\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
BROKEN = an_unreadable(WHEEL, broken="cut short")
SOURCES = ["demo-1.2.0/PKG-INFO", "demo-1.2.0/setup.py", "demo-1.2.0/tests/test_demo.py", "demo-1.2.0/src/demo/core.py"]
EMPTY = ["demo-1.2.0.dist-info/METADATA", "demo-1.2.0.dist-info/licenses/gen.py", "demo.pth", ""]


def recording(*lines: str, members: tuple[Member, ...] = (MODULE,)) -> Distribution:
    """A wheel whose RECORD has these lines, and its own."""
    return holding(*members, texts={"RECORD": "\n".join([*lines, f"{INFO}/RECORD,,", ""])})


def called(text: str | bytes) -> Distribution:
    """A wheel with this entry_points.txt."""
    return holding(texts={"entry_points.txt": text})


@pytest.mark.parametrize(
    "artifact",
    [
        WHEEL,
        SDIST,
        a_wheel(platform="manylinux_2_17_x86_64"),
        a_wheel(platform="manylinux_2_17_x86_64.manylinux2014_x86_64"),
        a_wheel(platform="manylinux1_i686"),
        a_wheel(platform="musllinux_1_2_aarch64"),
        a_wheel(platform="macosx_10_9_universal2"),
        a_wheel(platform="macosx_11_0_arm64"),
        a_wheel(platform="macosx_26_0_arm64"),
        a_wheel(platform="win_amd64"),
        a_wheel(platform="linux_armv7l"),
        a_wheel(platform="ios_13_0_arm64_iphoneos"),
        a_wheel(platform="android_24_arm64_v8a"),
        a_wheel(platform="pyemscripten_2026_0_wasm32"),
        Artifact("linux_x86_64.whl", 1, "00"),  # no name of a wheel, which another check tells
    ],
)
def test_wheels_that_the_index_takes(artifact: Artifact) -> None:
    passes(WheelTagsAreAccepted(), built(a_distribution(artifact)))


@pytest.mark.parametrize(
    "platform",
    [
        "linux_x86_64",
        "linux_aarch64",
        "linux_x86_64.manylinux2014_x86_64",
        "macosx_11_3_arm64",
        "macosx_16_0_arm64",
        "manylinux1_aarch64",
        "musllinux_1_2_ppc64",
        "freebsd_14_amd64",
        "win_amd64_",
    ],
)
def test_wheels_that_it_refuses(platform: str) -> None:
    wheel = a_wheel(platform=platform)

    (finding,) = finds(WheelTagsAreAccepted(), built(a_distribution(wheel)))

    assert (finding.where, type(finding.remedy)) == (InFile(wheel.filename), Edit)


def test_an_index_that_makes_its_own_rules() -> None:
    skips(WheelTagsAreAccepted(), built(a_distribution(a_wheel(platform="linux_x86_64")), config=PRIVATE))


def test_a_wheel_that_says_what_it_is() -> None:
    passes(WheelsSayWhatTheyAre(), built(holding(texts={"WHEEL": WHEEL_FILE}), a_distribution(SDIST)))
    cannot_tell(WheelsSayWhatTheyAre(), built(BROKEN))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, f"has no {INFO}/WHEEL"),
        (b"", "has an unreadable"),
        (b"\xff\xfe", "has an unreadable"),
        (b"Wheel-Version: 2.0\n", "says Wheel-Version 2.0"),
        (b"Generator: hand\n", "says Wheel-Version nothing"),
    ],
)
def test_a_wheel_that_does_not(text: bytes | None, words: str) -> None:
    (finding,) = finds(WheelsSayWhatTheyAre(), built(holding(texts={} if text is None else {"WHEEL": text})))

    assert words in finding.message


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("handmade-1.2.0-py3-none-any.whl", ["py3-none-any"]),
        ("handmade-1.2.0-py2.py3-none-any.whl", ["py2-none-any", "py3-none-any"]),
        ("handmade-1.2.0-py2.py3-none-any.whl", ["py2.py3-none-any"]),
        ("handmade-1.2.0-py3-none-any.whl", []),
        ("handmade-1.2.0-py3-none-any.whl", ["nonsense", "py3-none-any"]),
    ],
)
def test_tags_that_match_the_name(name: str, tags: list[str]) -> None:
    text = "Wheel-Version: 1.0\n" + "".join(f"Tag: {tag}\n" for tag in tags)

    passes(WheelTagsMatchTheName(), built(holding(artifact=Artifact(name, 1, "00"), texts={"WHEEL": text})))


@pytest.mark.parametrize("tag", ["cp312-cp312-win_amd64", "py2.py3-none-any", "py3-abi3-any"])
def test_tags_that_do_not(tag: str) -> None:
    text = f"Wheel-Version: 1.0\nTag: {tag}\n"

    (finding,) = finds(WheelTagsMatchTheName(), built(holding(texts={"WHEEL": text})))

    assert finding.where == InFile(WHEEL.filename)


def test_a_wheel_with_a_record() -> None:
    passes(WheelsHaveARecord(), built(recording(), a_distribution(SDIST)))
    cannot_tell(WheelsHaveARecord(), built(BROKEN))


def test_tags_that_unfold_to_billions() -> None:
    part = ".".join(f"a{number}" for number in range(2000))
    text = f"Wheel-Version: 1.0\nTag: {part}-{part}-{part}\nTag: py3-none-win32\n"

    finds(WheelTagsMatchTheName(), built(holding(texts={"WHEEL": text})))


@pytest.mark.parametrize("content", [None, b"\xff\xff", b"x" * 200_000, b"," * 1000, b"a,,\n" * 250_001])
def test_a_wheel_without_one(content: bytes | None) -> None:
    distribution = holding(MODULE, texts={} if content is None else {"RECORD": content})

    finds(WheelsHaveARecord(), built(distribution))
    passes(RecordMatchesTheWheel(), built(distribution))


@pytest.mark.parametrize(
    "line",
    [
        f"handmade.py,sha256={RECORDED},{len(CODE)}",
        f"handmade.py,sha256={RECORDED}=,",
        f'"handmade.py",sha256={RECORDED},{len(CODE)}',
        f"handmade.py,sha512=unread,{len(CODE)}",
    ],
)
def test_a_record_that_is_true(line: str) -> None:
    passes(RecordMatchesTheWheel(), built(recording(line)))


def test_what_need_not_be_recorded() -> None:
    folder, signature = Member("docs/", MemberKind.DIRECTORY), Member(f"{INFO}/RECORD.jws")
    line = f"handmade.py,sha256={RECORDED},{len(CODE)}"

    passes(RecordMatchesTheWheel(), built(recording(line, members=(MODULE, folder, signature))))


def test_a_record_with_backslashes() -> None:
    member = Member("src/handmade.py", size=len(CODE), sha256=SHA256)

    passes(RecordMatchesTheWheel(), built(recording(f"src\\handmade.py,sha256={RECORDED},6", members=(member,))))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "does not list handmade.py"),
        (["handmade.py,,"], "has no digest of handmade.py"),
        ([f"handmade.py,sha256={RECORDED},7"], "has another digest or size of handmade.py"),
        ([f"handmade.py,sha256={'A' * 43},6"], "has another digest or size of handmade.py"),
        ([f"handmade.py,sha256={RECORDED},6", "gone.py,,"], "lists what is not there: gone.py"),
    ],
)
def test_a_record_that_is_not(lines: list[str], words: str) -> None:
    (finding,) = finds(RecordMatchesTheWheel(), built(recording(*lines)))

    assert words in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[console_scripts]\nhandmade = handmade.cli:main\n",
        "[console_scripts]\nhand-made.2=handmade:app.main [extra]\n",
        "[pytest11]\nhand made = handmade\n",
        "# comment\n[group]\nn = m : f\n",
    ],
)
def test_entry_points(text: str) -> None:
    passes(EntryPointsAreValid(), built(called(text)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("handmade = handmade:main\n", "cannot be read"),
        ("[a]\nx = y\nx = z\n", "cannot be read"),
        (b"[a]\nx = \xff\n", "is not UTF-8"),
        ("[console_scripts]\nhand made = handmade:main\n", "has a command called hand made"),
        ("[console_scripts]\nhandmade = handmade main\n", "which names no object"),
        ("[console_scripts]\nhandmade = hand-made:main\n", "which names no object"),
        ("[gui_scripts]\nhandmade =\n", "which names no object"),
        ("[a]\n" + "x\n" * 10_000, "has more than 10,000 lines"),
    ],
)
def test_what_is_no_entry_point(text: str | bytes, words: str) -> None:
    (finding,) = finds(EntryPointsAreValid(), built(called(text)))

    assert words in finding.message


def test_entry_points_that_were_not_read() -> None:
    """A file that is too large to be kept is not passed over."""
    unread = holding(f"{INFO}/entry_points.txt")

    cannot_tell(EntryPointsAreValid(), built(unread))
    finds(EntryPointsAreValid(), built(unread, called("no section = here\n")))


def in_both(wheel: list[str], sdist: list[str]) -> FakeFacts:
    return built(holding(*wheel), holding(*sdist, artifact=SDIST))


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
    skips(WheelHasModules(), built(holding("demo.py")))


def test_what_is_in_a_file_that_does_not_open() -> None:
    cannot_tell(WheelHasModules(), built(BROKEN, a_distribution(SDIST)))
    cannot_tell(WheelHasModules(), FakeFacts())
