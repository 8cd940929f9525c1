"""Is every wheel for a platform that the index takes, and does what it says of itself hold?"""

import configparser
import csv
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from email.parser import HeaderParser
from functools import lru_cache
from itertools import islice
from math import prod
from types import MappingProxyType
from typing import ClassVar

from packaging.tags import Tag, parse_tag
from packaging.utils import parse_wheel_filename

from tagship.checks.reading import (
    ARTIFACTS,
    build_again,
    entry_points_of,
    expect_public_index,
    in_the_clear,
    listed,
    opened,
    printable,
    unopened,
)
from tagship.domain.artifact import Artifact, Kind
from tagship.domain.built import BuiltFacts
from tagship.domain.distribution import Distribution, Member, MemberKind
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.index_rules import PLATFORM
from tagship.errors import Edit, FactUnknown, InFile

MODULES = (".py", ".so", ".pyd", ".pyi")
NO_SOURCES = frozenset({"tests", "test", "docs", "setup.py", "conftest.py", "noxfile.py"})
"""Folders and files of an sdist whose Python is not there to be installed."""
BARE_LINUX = "linux_"
MOST_TAGS = 5000
"""How many tags a WHEEL file may unfold to; a few lines could stand for billions."""
MAJOR_VERSION = "1"
"""Of the wheel format; an installer refuses a greater one."""
ENTRY_POINT = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\s*(:\s*[^\W\d]\w*(\.[^\W\d]\w*)*\s*)?(\[[^\]]*\]\s*)?")
"""What an entry point may say: a module, perhaps an object in it, perhaps extras."""
MOST_ENTRY_POINTS = 10_000
"""Lines; the time that the parser takes grows with their square."""
COMMANDS = ("console_scripts", "gui_scripts")
COMMAND = re.compile(r"[\w.-]+")
"""What a command may be called; names of other entry points are for those who read them."""
MOST_ROWS = 250_000
"""Of a RECORD; what has more lists more than any archive holds that is read."""
MOST_COLUMNS = 100
LONGEST_ROW = 64 << 10
"""Characters."""
_LINE = re.compile(r"[^\r\n]+")
UNRECORDED = ("RECORD", "RECORD.jws", "RECORD.p7s")
"""Files of the .dist-info directory that cannot hold their own digest, or are exempt from being listed."""


class WheelTagsAreAccepted:
    """No wheel is for a platform that the index refuses."""

    id: ClassVar = "wheel-tags-are-accepted"
    title: ClassVar = "every wheel is for a platform that the index takes"
    why: ClassVar = (
        "A tag like linux_x86_64 says nothing about the C library, so the wheel would break on other systems."
    )
    fix: ClassVar = "Repair the wheel with auditwheel, or build it with cibuildwheel."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find refused platform tags; what an index that nobody knows takes is for it to say."""
        expect_public_index(facts)
        for distribution in facts.distributions:
            artifact = distribution.artifact
            for platform in sorted({tag.platform for tag in _tags(artifact)}):
                if not PLATFORM.fullmatch(platform):
                    yield Finding(
                        f"{artifact.filename} is for {platform}",
                        where=InFile(artifact.filename),
                        remedy=Edit(_other_platform(artifact.filename, platform)),
                    )


def _other_platform(filename: str, platform: str) -> str:
    if platform.startswith(BARE_LINUX):
        return f"repair {filename} with auditwheel, or build it with cibuildwheel"
    return f"build the wheel with cibuildwheel, for a platform that the index knows instead of {platform}"


def _tags(artifact: Artifact) -> frozenset[Tag]:
    """What a wheel's name says that it is for; nothing for an sdist and for a name that cannot be read."""
    if artifact.kind is not Kind.WHEEL:
        return frozenset()
    try:
        *_, tags = parse_wheel_filename(artifact.filename)
    except ValueError:
        return frozenset()
    return tags


class WheelHasModules:
    """A wheel holds something to import where the sdist beside it does."""

    id: ClassVar = "wheel-has-modules"
    title: ClassVar = "every wheel holds the project's modules"
    why: ClassVar = "A wheel with nothing but metadata uploads and installs without a complaint, and brings nothing."
    fix: ClassVar = "Tell the build backend where the packages are, and build again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find wheels without a module beside an sdist with sources; unknown where a file does not open."""
        built = facts.distributions
        broken = [found.artifact.filename for found in built if found.broken is not None]
        if broken:
            raise unopened(broken)
        source = next((member for found in built for member in found.names if _is_source(found, member)), None)
        if source is None:
            raise NotApplicable("there is no sdist with Python sources to compare with")
        for found in built:
            filename = found.artifact.filename
            if found.artifact.kind is Kind.WHEEL and not any(map(_is_content, found.names)):
                yield Finding(
                    f"{filename} holds no module, and the sdist has {source}",
                    where=InFile(filename),
                    remedy=Edit("tell the build backend where the packages are"),
                )


def _is_source(found: Distribution, member: str) -> bool:
    """Whether a member of an sdist is what a wheel would install; the first of its parts is the sdist's own name."""
    if found.artifact.kind is not Kind.SDIST or not member.endswith(".py"):
        return False
    _, *parts = member.removeprefix("./").split("/")
    return NO_SOURCES.isdisjoint(parts)


def _is_content(member: str) -> bool:
    """Whether a member of a wheel can be imported, describes what can, or is installed as a script."""
    first, second, *_ = (*member.split("/", 2), "")
    if first.endswith(".dist-info"):
        return False
    return member.endswith(MODULES) or (first.endswith(".data") and second == "scripts")


class WheelsSayWhatTheyAre:
    """Every wheel has a readable WHEEL file of a version that installers know."""

    id: ClassVar = "wheels-say-what-they-are"
    title: ClassVar = "every wheel has a WHEEL file of a known version"
    why: ClassVar = "The index refuses a wheel without its WHEEL file, and installers one of an unknown version."
    fix: ClassVar = "Build again with a current version of the backend."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find wheels that do not describe themselves."""
        for distribution in in_the_clear(opened(facts, Kind.WHEEL), "WHEEL"):
            filename = distribution.artifact.filename
            name = f"{distribution.root}/WHEEL"
            headers = wheel_file(distribution)
            version = " ".join(headers.get("wheel-version", ()))
            if not headers:
                flaw = f"{'has no' if name not in distribution.names else 'has an unreadable'} {name}"
            elif version.partition(".")[0] != MAJOR_VERSION:
                flaw = f"says Wheel-Version {version or 'nothing'} in {name}, where {MAJOR_VERSION}.0 is known"
            else:
                continue
            yield Finding(f"{filename} {flaw}", where=InFile(filename), remedy=build_again(facts.manifest))


class WheelTagsMatchTheName:
    """What a wheel is for is the same by its name and by its WHEEL file."""

    id: ClassVar = "wheel-tags-match-the-name"
    title: ClassVar = "every wheel's name and WHEEL file are for the same systems"
    why: ClassVar = "An installer chooses by the name, and other tools believe the file; a renamed wheel deceives one."
    fix: ClassVar = "Change a wheel's tags with 'wheel tags', never by renaming it."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find wheels whose tags differ."""
        for distribution in in_the_clear(opened(facts, Kind.WHEEL), "WHEEL"):
            filename = distribution.artifact.filename
            inside = _said_tags(wheel_file(distribution))
            by_name = _tags(distribution.artifact)
            if inside and by_name and inside != by_name:
                strange = sorted(map(str, inside ^ by_name))
                yield Finding(
                    f"{filename} and its WHEEL file differ about {listed(strange)}",
                    where=InFile(filename),
                    remedy=Edit("build the wheel again, or change its tags with 'wheel tags'"),
                )


def wheel_file(distribution: Distribution) -> Mapping[str, tuple[str, ...]]:
    """What the WHEEL file says, by header in lower case; nothing where it has none or cannot be read."""
    return _wheel_headers(distribution.texts.get(f"{distribution.root}/WHEEL", b""))


@lru_cache(maxsize=32)  # several checks ask about the same few files
def _wheel_headers(content: bytes) -> Mapping[str, tuple[str, ...]]:
    try:
        message = HeaderParser().parsestr(content.decode("utf-8"))
    except UnicodeDecodeError:
        return MappingProxyType({})
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in islice(message.items(), MOST_TAGS):
        headers[name.lower()] = (*headers.get(name.lower(), ()), str(value).strip())
    return MappingProxyType(headers)


def _said_tags(headers: Mapping[str, tuple[str, ...]]) -> frozenset[Tag]:
    """The tags that stand there, a few thousand at most; ones that are no tags are left out."""
    tags: set[Tag] = set()
    for text in headers.get("tag", ()):
        parts = text.split("-")
        many = prod(part.count(".") + 1 for part in parts)
        if len(parts) == len(("python", "abi", "platform")) and len(tags) + many <= MOST_TAGS:
            tags |= parse_tag(text)
    return frozenset(tags)


class WheelsHaveARecord:
    """Every wheel lists its files in a RECORD that can be read."""

    id: ClassVar = "wheels-have-a-record"
    title: ClassVar = "every wheel has a RECORD of its files"
    why: ClassVar = "The index refuses a wheel without one, and an installer cannot uninstall what it does not list."
    fix: ClassVar = "Build again; after editing a wheel, pack it with 'wheel pack', which lists its files anew."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find wheels without a RECORD, or with one that is no list."""
        for distribution in in_the_clear(opened(facts, Kind.WHEEL), "RECORD"):
            name = f"{distribution.root}/RECORD"
            if _record(distribution) is None:
                filename = distribution.artifact.filename
                flaw = "has no" if name not in distribution.names else "has an unreadable"
                yield Finding(
                    f"{filename} {flaw} {name}",
                    where=InFile(filename),
                    remedy=Edit(f"unpack {filename} and pack it again with 'wheel pack'"),
                )


class RecordMatchesTheWheel:
    """RECORD lists every file of its wheel, with its size and digest, and no other."""

    id: ClassVar = "record-matches-the-wheel"
    title: ClassVar = "every RECORD lists exactly the wheel's files, with their digests"
    why: ClassVar = "The index takes such a wheel and mails the owners; installers that verify it will not install it."
    fix: ClassVar = "After editing a wheel, pack it with 'wheel pack', which writes the RECORD anew."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find files that are listed and absent, present and unlisted, or other than listed."""
        for distribution in in_the_clear(opened(facts, Kind.WHEEL), "RECORD"):
            for flaw in _record_flaws(distribution):
                filename = distribution.artifact.filename
                yield Finding(
                    f"{filename}: {flaw}",
                    where=InFile(filename),
                    remedy=Edit(f"unpack {filename} and pack it again with 'wheel pack'"),
                )


def _record(distribution: Distribution) -> Mapping[str, tuple[str, str]] | None:
    """Digest and size by file name; None where there is no RECORD, or none that can be read."""
    content = distribution.texts.get(f"{distribution.root}/RECORD")
    return None if content is None else _rows(content)


@lru_cache(maxsize=8)  # two checks ask about it
def _rows(content: bytes) -> Mapping[str, tuple[str, str]] | None:
    record: dict[str, tuple[str, str]] = {}
    try:
        for number, row in enumerate(csv.reader(_lines(content.decode("utf-8")))):
            if number >= MOST_ROWS or len(row) > MOST_COLUMNS:
                return None
            name, digest, size, *_ = (*row, "", "")
            # Backends on Windows once wrote backslashes, which the index reads as slashes.
            record[name.replace("\\", "/")] = digest, size
    except (UnicodeDecodeError, csv.Error):
        return None
    return MappingProxyType(record)


def _lines(text: str) -> Iterator[str]:
    """The lines that hold anything, one at a time, since all at once could fill the memory."""
    for line in _LINE.finditer(text):
        if line.end() - line.start() > LONGEST_ROW:
            raise csv.Error("a line is too long to be a row")
        yield line[0]


def _record_flaws(distribution: Distribution) -> Iterator[str]:
    record = _record(distribution)
    if record is None:
        return
    files = {member.name: member for member in distribution.members if member.kind is not MemberKind.DIRECTORY}
    exempt = {f"{distribution.root}/{name}" for name in UNRECORDED}
    unlisted = [name for name in files if name not in record and name not in exempt]
    absent = [name for name in record if name not in files and not name.endswith("/")]
    other = [
        name for name, said in record.items() if name in files and name not in exempt and _is_other(files[name], said)
    ]
    bare = [name for name, said in record.items() if name in files and name not in exempt and not said[0]]
    yield from (
        f"RECORD {flaw} {listed(names)}"
        for flaw, names in (
            ("does not list", unlisted),
            ("lists what is not there:", absent),
            ("has another digest or size of", other),
            ("has no digest of", bare),
        )
        if names
    )


def _is_other(member: Member, said: tuple[str, str]) -> bool:
    """Whether a file is not what RECORD says; digests by other algorithms than sha256 are not compared."""
    digest, size = said
    if size.strip() and size.strip() != str(member.size):
        return True
    algorithm, _, value = digest.partition("=")
    if algorithm != "sha256" or member.sha256 is None:
        return False
    return value.rstrip("=") != urlsafe_b64encode(bytes.fromhex(member.sha256)).decode().rstrip("=")


class EntryPointsAreValid:
    """Every entry point names a module, and perhaps an object in it."""

    id: ClassVar = "entry-points-are-valid"
    title: ClassVar = "every wheel's entry points can be read"
    why: ClassVar = "The index refuses a wheel whose entry_points.txt it cannot read, and no script would start."
    fix: ClassVar = "Write 'name = package.module:function' for each entry point."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find files that are no entry points, and values that name nothing."""
        unread = []
        for distribution in opened(facts, Kind.WHEEL):
            filename = distribution.artifact.filename
            try:
                content = entry_points_of(distribution)
            except FactUnknown as large:
                unread.append(large)
                continue
            for flaw in _entry_point_flaws(content):
                yield Finding(
                    f"{filename}: entry_points.txt {flaw}",
                    where=InFile(filename),
                    remedy=Edit("write it as 'name = package.module:function' in the project's metadata"),
                )
        if unread:
            raise unread[0]


def _entry_point_flaws(content: bytes) -> Iterator[str]:
    if content.count(b"\n") > MOST_ENTRY_POINTS:
        yield f"has more than {MOST_ENTRY_POINTS:,} lines"
        return
    parser = _Exactly(delimiters=("=",), interpolation=None, comment_prefixes=("#", ";"))
    try:
        parser.read_string(content.decode("utf-8"))
    except UnicodeDecodeError:
        yield "is not UTF-8"
        return
    except configparser.Error as error:
        yield f"cannot be read: {printable(' '.join(str(error).split()))}"
        return
    for group in parser.sections():
        for name, value in parser.items(group):
            if group in COMMANDS and not COMMAND.fullmatch(name):
                yield f"has a command called {printable(name)}"
            if not ENTRY_POINT.fullmatch(value.strip()):
                yield f"has {printable(name)} = {printable(value)} in [{printable(group)}], which names no object"


class _Exactly(configparser.ConfigParser):
    """Leaves the names of entry points in the case that they have."""

    def optionxform(self, optionstr: str) -> str:
        """The name as it stands there."""
        return optionstr
