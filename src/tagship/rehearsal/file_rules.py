"""The rules for the file of an upload: its name, its size, its digest, what is already there, what is inside."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from tagship.domain.artifact import Kind
from tagship.rehearsal.archives import ArchiveRefusedError, check_archive, check_contents
from tagship.rehearsal.forms import Form, Upload
from tagship.rehearsal.refusal import Refusal
from tagship.rehearsal.store import Store, StoredProject, StoredRelease

MEBIBYTE = 1 << 20
RELEASE_OPEN_FOR = timedelta(days=14)
LONGEST_FILENAME = 255
EXTENSIONS = {Kind.SDIST.value: (".tar.gz", ".zip"), Kind.WHEEL.value: (".whl",)}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MANY_ARCHITECTURES = "(x86_64|i686|aarch64|armv7l|armv6l|ppc64|ppc64le|s390x|riscv64|loongarch64)"
PLATFORM = re.compile(
    "|".join(
        (
            "any",
            "win32|win_amd64|win_arm64",
            rf"manylinux(1|2010|2014)_{_MANY_ARCHITECTURES}",
            rf"(many|musl)linux_\d+_\d+_{_MANY_ARCHITECTURES}",
            r"macosx_(10_\d+|(1[1-5]|26)_0)_(x86_64|arm64|intel|i386|fat|fat32|fat64|universal|universal2|ppc|ppc64)",
            r"ios_\d+_\d+_(arm64|x86_64)_(iphoneos|iphonesimulator)",
            r"android_\d+_(arm64_v8a|armeabi_v7a|x86|x86_64)",
            r"(pyodide|pyemscripten)_\d+_\d+_wasm32",
        )
    )
)


class AlreadyThere(Exception):
    """The index holds this very file under this very name."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One upload, with everything that the rules look at; `limit` in bytes, `help_page` for the texts."""

    form: Form
    upload: Upload
    project: StoredProject
    release: StoredRelease | None
    store: Store
    now: datetime
    limit: int
    help_page: str

    @property
    def filename(self) -> str:
        """The name that the file came with."""
        return self.upload.filename

    @property
    def wheel(self) -> bool:
        """Whether the form calls it a wheel."""
        return self.form.first("filetype") == Kind.WHEEL.value

    @property
    def version(self) -> Version:
        """The version in the form."""
        return Version(self.form.first("version"))


def check_file(attempt: Attempt) -> None:
    """Every rule for the file, in the order in which an index asks; raises Refusal or AlreadyThere."""
    for rule in FILE_RULES:
        rule(attempt)


def _printable(attempt: Attempt) -> None:
    if _UNPRINTABLE.search(attempt.filename):
        raise _bad_request("Cannot upload a file with non-printable characters (ordinals 0-31 and 127-159) in the name")
    if "/" in attempt.filename or "\\" in attempt.filename:
        raise _bad_request("Cannot upload a file with '/' or '\\' in the name.")


def _content_type(attempt: Attempt) -> None:
    kind = attempt.upload.content_type
    if not kind or kind.startswith("image/"):
        raise _bad_request("Invalid distribution file.")


def _extension(attempt: Attempt) -> None:
    extension = next((end for ends in EXTENSIONS.values() for end in ends if attempt.filename.endswith(end)), None)
    if extension is None:
        raise _bad_request(
            "Invalid file extension: Use .tar.gz, .whl or .zip extension. "
            "See https://www.python.org/dev/peps/pep-0527 and https://peps.python.org/pep-0715/ for more information"
        )
    filetype = attempt.form.first("filetype")
    if extension not in EXTENSIONS[filetype]:
        raise _bad_request(f"Invalid file extension: Extension {extension} is invalid for filetype {filetype}.")


def _size(attempt: Attempt) -> None:
    if attempt.upload.size > attempt.limit:
        raise _bad_request(
            f"File too large. Limit for project {attempt.project.name!r} is {attempt.limit // MEBIBYTE} MB. "
            f"See {attempt.help_page}#file-size-limit for more information."
        )


def _digest(attempt: Attempt) -> None:
    form, upload = attempt.form, attempt.upload
    pairs = (
        (form.first("md5_digest"), upload.md5),
        (form.first("sha256_digest"), upload.sha256),
        (form.first("blake2_256_digest"), upload.blake2_256),
    )
    if any(declared and declared.lower() != actual for declared, actual in pairs):
        raise _bad_request("The digest supplied does not match a digest calculated from the uploaded file.")


def _duplicate(attempt: Attempt) -> None:
    held = attempt.store.file(attempt.filename)
    if held is not None and held.sha256 == attempt.upload.sha256:
        raise AlreadyThere
    same_bytes = attempt.store.file_with(attempt.upload.blake2_256)
    if held is not None or same_bytes is not None:
        raise _bad_request(
            f"File already exists ({attempt.filename!r}, with blake2_256 hash {attempt.upload.blake2_256!r}). "
            f"See {attempt.help_page}#file-name-reuse for more information."
        )


def _burnt(attempt: Attempt) -> None:
    if attempt.filename in attempt.store.burnt:
        raise _bad_request(
            "This filename was previously used by a file that has since been deleted. Use a different version. "
            f"See {attempt.help_page}#file-name-reuse for more information."
        )


def _too_late(attempt: Attempt) -> None:
    release = attempt.release
    if release is not None and attempt.now - release.created_at > RELEASE_OPEN_FOR:
        raise _bad_request("Uploading new files to releases older than 14 days is not allowed.")


def _second_sdist(attempt: Attempt) -> None:
    release = attempt.release
    if not attempt.wheel and release is not None and any(file.kind is Kind.SDIST for file in release.files):
        raise _bad_request("Only one sdist may be uploaded per release.")


def _archive(attempt: Attempt) -> None:
    try:
        check_archive(attempt.upload.path, attempt.filename)
    except ArchiveRefusedError as error:
        raise _bad_request(str(error)) from error


def _contents(attempt: Attempt) -> None:
    try:
        check_contents(attempt.upload.path, attempt.filename)
    except ArchiveRefusedError as error:
        raise _bad_request(str(error)) from error
    if len(attempt.filename.encode("utf-8", "replace")) > LONGEST_FILENAME:
        raise _bad_request(f"Filename is too long: {attempt.filename!r}")


def _name(attempt: Attempt) -> None:
    if attempt.wheel:
        _wheel_name(attempt)
    else:
        _sdist_name(attempt)


def _sdist_name(attempt: Attempt) -> None:
    name = _file_name(attempt.form.first("name"))
    if not attempt.filename.lower().startswith(name[0].lower()) or "-" not in attempt.filename:
        raise _bad_request(f"Start filename for {attempt.project.name!r} with {name!r}.")
    expected = f"{name}-{attempt.version}.tar.gz"
    if attempt.filename != expected:
        raise _bad_request(f"Filename {attempt.filename!r} is invalid, should be {expected!r}.")


def _wheel_name(attempt: Attempt) -> None:
    try:
        _, version, _, tags = parse_wheel_filename(attempt.filename)
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise _bad_request(str(error)) from error
    spelt, expected = attempt.filename.split("-")[0], _file_name(attempt.form.first("name"))
    if spelt != expected:
        raise _bad_request(
            f"Filename {attempt.filename!r} should contain the normalized project name {expected!r}, not {spelt!r}."
        )
    if version != attempt.version:
        raise _bad_request(f"Version in filename should be {str(attempt.version)!r} not {str(version)!r}.")
    for tag in sorted(tag.platform for tag in tags):
        if not PLATFORM.fullmatch(tag):
            raise _bad_request(f"Binary wheel {attempt.filename!r} has an unsupported platform tag {tag!r}.")


FILE_RULES: Sequence[Callable[[Attempt], None]] = (
    _printable,
    _content_type,
    _extension,  # a file called probe.txt ends here, after the token was judged and before anything is stored
    _size,
    _digest,
    _duplicate,  # before every rule about what may still be added, so that sending again stays harmless
    _burnt,
    _too_late,
    _second_sdist,
    _archive,
    _name,
    _contents,
)


def _file_name(name: str) -> str:
    """A project's name as file names carry it."""
    return canonicalize_name(name).replace("-", "_")


def _bad_request(text: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, text)
