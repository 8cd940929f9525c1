"""In which order the stand-in index asks: of two things wrong, the earlier one is told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.crafting import WHEEL, place, wheel_members, zip_bytes
from rehearsal.talking import Clock
from rehearsal.uploading import Uploader, said
from servers.handmade import make_sdist, make_wheel
from tagship.rehearsal.file_rules import Limits
from tagship.rehearsal.index import ACCOUNT, StandInIndex
from tagship.rehearsal.store import Organization


class Attempt:
    """An upload to which one can do wrong in many ways; a file of its project is there already."""

    def __init__(self, send: Uploader, clock: Clock, directory: Path) -> None:
        self.send = send
        self.index: StandInIndex = send.index
        self.clock = clock
        self.directory = directory
        self.token = self.index.token
        self.changes: dict[str, str | None] = {}
        self.members = wheel_members()
        self.tail = b""
        self.filename = WHEEL
        send(place(directory, "broken-1.0-py2-none-any.whl", zip_bytes(wheel_members() | {"first.py": b""})))

    def made(self) -> str:
        path = place(self.directory, WHEEL, zip_bytes(self.members) + self.tail)
        return said(self.send(path, self.token, **({"filename": self.filename} | self.changes)))


Wrong = Callable[[Attempt], None]


def change(**fields: str | None) -> Wrong:
    return lambda attempt: attempt.changes.update(fields)


def _nobody(attempt: Attempt) -> None:
    attempt.token = "pypi-nonsense"


def _elsewhere(attempt: Attempt) -> None:
    attempt.token = attempt.index.tokens.issue(ACCOUNT, projects=["elsewhere"])


def _no_mail(attempt: Attempt) -> None:
    attempt.index.users[ACCOUNT].email_verified = False


def _no_second_factor(attempt: Attempt) -> None:
    attempt.index.users[ACCOUNT].two_factor = False


def _organization(attempt: Attempt) -> None:
    next(iter(attempt.index.store.projects.values())).organization = Organization("them", good_standing=False)


def _taken(attempt: Attempt) -> None:
    attempt.filename = "broken-1.0-py2-none-any.whl"


def _burnt(attempt: Attempt) -> None:
    attempt.index.store.burnt.add(WHEEL)


def _late(attempt: Attempt) -> None:
    attempt.clock.wait(days=15)


def _trailing(attempt: Attempt) -> None:
    attempt.tail = b"tail"


def _renamed(attempt: Attempt) -> None:
    attempt.filename = attempt.filename.replace("any", "linux_x86_64")


def _lacking(name: str) -> Wrong:
    def take_out(attempt: Attempt) -> None:
        del attempt.members[f"broken-1.0.dist-info/{name}"]

    return take_out


def _entry_points(attempt: Attempt) -> None:
    attempt.members["broken-1.0.dist-info/entry_points.txt"] = b"\xff"


def _large(attempt: Attempt) -> None:
    attempt.index._uploads = replace(attempt.index._uploads, limits=Limits(file=1))


ORDER: list[tuple[Wrong, str]] = [
    (change(protocol_version="2"), "Unknown protocol version."),
    (change(filetype="bdist_egg"), "Use a known file type."),
    (change(sha256_digest=None, blake2_256_digest=None), "Include at least one message digest."),
    (change(metadata_version="2.6"), "is not a valid metadata version"),
    (change(summary="x" * 513), "'summary' field must be 512"),
    (_elsewhere, "project-scoped token is not valid"),
    (_no_mail, "verified primary email"),
    (_no_second_factor, "two-factor authentication enabled"),
    (_organization, "Organization account owning this project is inactive."),
    (change(content_type="image/png"), "Invalid distribution file."),
    (_large, "File too large."),
    (change(blake2_256_digest="0" * 64), "The digest supplied does not match"),
    (_taken, "File already exists"),
    (_late, "releases older than 14 days"),
    (_trailing, "Trailing data"),
    (_renamed, "unsupported platform tag"),
    (change(license_file="LICENSE"), "License-File LICENSE does not exist"),
    (_lacking("RECORD"), "does not contain the required RECORD file"),
    (_entry_points, "has invalid entry points"),
    (_lacking("METADATA"), "does not contain the required METADATA file"),
    (change(attestations="[]"), "Attestations are only supported when using Trusted Publishing"),
]


@pytest.mark.parametrize("place_in_order", range(len(ORDER) - 1))
def test_of_two_things_wrong_the_earlier_is_told(
    send: Uploader, clock: Clock, tmp_path: Path, place_in_order: int
) -> None:
    (earlier, told), (later, told_later) = ORDER[place_in_order : place_in_order + 2]
    attempt = Attempt(send, clock, tmp_path)
    later(attempt)
    alone = attempt.made()
    earlier(attempt)

    assert told_later in alone
    assert told in attempt.made()


def test_everything_wrong_at_once(send: Uploader, clock: Clock, tmp_path: Path) -> None:
    """From the last to the first, each wrong that is added takes the word from those before it."""
    attempt = Attempt(send, clock, tmp_path)
    for wrong, told in reversed(ORDER):
        wrong(attempt)
        assert told in attempt.made()


def test_before_everything_else(send: Uploader, clock: Clock, tmp_path: Path) -> None:
    attempt = Attempt(send, clock, tmp_path)
    attempt.changes["protocol_version"] = "2"
    _nobody(attempt)
    nobody = attempt.made()
    attempt.index.admin.uploads_disabled = True
    disabled = attempt.made()
    attempt.index.admin.read_only = True
    read_only = attempt.made()
    attempt.changes["field"] = "summary"

    assert nobody.startswith("Invalid or non-existent authentication information.")
    assert disabled.startswith("New uploads are temporarily disabled.")
    assert read_only.startswith("Read-only mode:")
    assert attempt.made() == "summary: Should not be a tuple."


def test_a_burnt_name_comes_before_the_age_of_the_release(send: Uploader, clock: Clock, tmp_path: Path) -> None:
    attempt = Attempt(send, clock, tmp_path)
    _late(attempt)
    late = attempt.made()
    _burnt(attempt)

    assert "older than 14 days" in late
    assert attempt.made().startswith("This filename was previously used")


def test_a_second_sdist_comes_after_the_age_and_before_the_archive(
    send: Uploader, clock: Clock, tmp_path: Path
) -> None:
    send(make_sdist(tmp_path))
    second = place(tmp_path, "handmade-1.0.zip", b"no archive")
    early = said(send(second, filetype="sdist", pyversion="source"))
    clock.wait(days=15)

    assert early.startswith("Only one sdist")
    assert "older than 14 days" in said(send(second, filetype="sdist", pyversion="source"))


def test_metadata_is_looked_at_before_the_file_is_missed(send: Uploader, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path)

    assert "summary" in said(send(wheel, field=None, summary="x" * 513))
    assert said(send(wheel, field=None)) == "Upload payload does not have a file."
