"""The rules for the file of an upload: its name, its size, its digest, what is already there, what is inside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from packaging.version import Version

from tagship.domain.artifact import Kind
from tagship.domain.endpoints import TWO_WEEKS
from tagship.domain.index_rules import LARGEST_FILE, MEBIBYTE
from tagship.rehearsal.archives import ArchiveRefusedError, check_archive, common_top, open_sdist
from tagship.rehearsal.filename_rules import check_characters, check_sdist_name, check_wheel_name
from tagship.rehearsal.forms import Form, Upload
from tagship.rehearsal.refusal import bad_request
from tagship.rehearsal.store import Store, StoredProject, StoredRelease
from tagship.rehearsal.wheel_contents import check_license, check_wheel

GIBIBYTE = 1 << 30


class AlreadyThere(Exception):
    """The index holds this very file under this very name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file, and all files of a project together, may be, in bytes."""

    file: int = LARGEST_FILE
    project: int = 10 * GIBIBYTE


@dataclass(frozen=True, slots=True)
class Attempt:
    """One upload, with everything that the rules look at; `help_page` is where the texts send people."""

    form: Form
    upload: Upload
    project: StoredProject
    release: StoredRelease | None
    store: Store
    now: datetime
    limits: Limits
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

    @property
    def licenses(self) -> Sequence[str]:
        """The licence files that the form names; those in the file's own metadata are not looked at."""
        return [name for name in self.form.fields.get("license_file", ()) if name]


def check_file(attempt: Attempt) -> bool:
    """Every rule for the file, in the order in which an index asks; raises Refusal or AlreadyThere.

    Returns whether a wheel's RECORD is as it should be, of which the index tells the owners and not the uploader.
    """
    for rule in FILE_RULES:
        rule(attempt)
    return _told_of_contents(attempt)


def _name(attempt: Attempt) -> None:
    check_characters(attempt.filename, attempt.form.first("filetype"))


def _content_type(attempt: Attempt) -> None:
    kind = attempt.upload.content_type
    if not kind or kind.startswith("image/"):
        raise bad_request("Invalid distribution file.")


def _size(attempt: Attempt) -> None:
    size, name, limits = attempt.upload.size, attempt.project.name, attempt.limits
    room = limits.project - attempt.project.size
    if size > limits.file and limits.file <= room:  # whichever limit the bytes reach first, as they come in
        raise bad_request(
            f"File too large. Limit for project {name!r} is {limits.file // MEBIBYTE} MB. "
            f"See {attempt.help_page}#file-size-limit for more information."
        )
    if size > room:
        raise bad_request(
            f"Project size too large. Limit for project {name!r} total size is {limits.project // GIBIBYTE} GB. "
            f"See {attempt.help_page}#project-size-limit"
        )


def _digest(attempt: Attempt) -> None:
    form, upload = attempt.form, attempt.upload
    pairs = (
        (form.first("md5_digest"), upload.md5),
        (form.first("sha256_digest"), upload.sha256),
        (form.first("blake2_256_digest"), upload.blake2_256),
    )
    if any(declared and declared.lower() != actual for declared, actual in pairs):
        raise bad_request("The digest supplied does not match a digest calculated from the uploaded file.")


def _duplicate(attempt: Attempt) -> None:
    held = attempt.store.file(attempt.filename)
    if held is not None and held.sha256 == attempt.upload.sha256:
        raise AlreadyThere
    same_bytes = attempt.store.file_with(attempt.upload.blake2_256)
    if held is not None or same_bytes is not None:
        raise bad_request(
            f"File already exists ({attempt.filename!r}, with blake2_256 hash {attempt.upload.blake2_256!r}). "
            f"See {attempt.help_page}#file-name-reuse for more information."
        )


def _burnt(attempt: Attempt) -> None:
    if attempt.filename in attempt.store.burnt:
        raise bad_request(
            "This filename was previously used by a file that has since been deleted. Use a different version. "
            f"See {attempt.help_page}#file-name-reuse for more information."
        )


def _too_late(attempt: Attempt) -> None:
    release = attempt.release
    if release is not None and attempt.now - release.created_at > TWO_WEEKS:
        raise bad_request(f"Uploading new files to releases older than {TWO_WEEKS.days} days is not allowed.")


def _second_sdist(attempt: Attempt) -> None:
    release = attempt.release
    if not attempt.wheel and release is not None and any(file.kind is Kind.SDIST for file in release.files):
        raise bad_request("Only one sdist may be uploaded per release.")


def _archive(attempt: Attempt) -> None:
    try:
        check_archive(attempt.upload.path, attempt.filename)
    except ArchiveRefusedError as error:
        raise bad_request(str(error)) from error


def _name_of_release(attempt: Attempt) -> None:
    check = check_wheel_name if attempt.wheel else check_sdist_name
    check(attempt.filename, attempt.project.name, attempt.version)


FILE_RULES: Sequence[Callable[[Attempt], None]] = (
    _name,  # a file called probe.txt ends here, after the token was judged and before anything is stored
    _content_type,
    _size,
    _digest,
    _duplicate,  # before every rule about what may still be added, so that sending again stays harmless
    _burnt,
    _too_late,
    _second_sdist,
    _archive,
    _name_of_release,
)


def _told_of_contents(attempt: Attempt) -> bool:
    """Whether RECORD lists what there is; raises Refusal for a file that lacks what it must hold."""
    try:
        if attempt.wheel:
            return check_wheel(attempt.upload.path, attempt.filename, attempt.licenses)
        if attempt.licenses:
            with open_sdist(attempt.upload.path) as members:
                top, names = common_top(list(members)), set(members)
            for name in attempt.licenses:
                check_license(name, attempt.filename, f"{top}/{name}", names)
    except ArchiveRefusedError as error:
        raise bad_request(str(error)) from error
    return True
