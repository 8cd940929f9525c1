"""What a wheel has to hold besides code: RECORD, METADATA, licences, and entry points that can be read."""

import configparser
import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tagship.domain.index_rules import LONGEST_FILENAME
from tagship.rehearsal.archives import ArchiveRefusedError, dist_info, open_zip, read_member

MOST_LINES = 10_000  # of entry points; the time that the parser takes grows with their square
COMMANDS = ("console_scripts", "gui_scripts")
ENTRY_POINT_NAME = re.compile(r"[\w.-]+")
SIGNATURES = ("RECORD.jws", "RECORD.p7s")  # which cannot stand in the RECORD that they sign


def core_metadata(wheel: Path) -> bytes | None:
    """The METADATA of a wheel, or None where it has none or cannot be read."""
    try:
        with open_zip(wheel) as archive:
            return read_member(archive, f"{dist_info(wheel.name)}/METADATA")
    except ArchiveRefusedError:
        return None


def check_wheel(path: Path, filename: str, licenses: Sequence[str]) -> bool:
    """Whether a wheel holds what it must, of which `licenses` are the names in its form; raises ArchiveRefusedError.

    Returns whether RECORD lists the members that there are: where it does not, an index writes to the owners and takes
    the wheel all the same.
    """
    folder = dist_info(filename)
    with open_zip(path) as wheel:
        names = set(wheel.namelist())
        for name in licenses:
            check_license(name, filename, f"{folder}/licenses/{name}", names)
        record = _recorded(wheel, f"{folder}/RECORD")
        if record is None:
            raise _lacks(filename, "RECORD", folder)
        _check_entry_points(wheel, f"{folder}/entry_points.txt", filename)
        if read_member(wheel, f"{folder}/METADATA") is None:
            raise _lacks(filename, "METADATA", folder)
    if len(filename.encode("utf-8", "replace")) > LONGEST_FILENAME:
        raise ArchiveRefusedError(f"Filename is too long: '{filename}'")
    unlisted = {f"{folder}/{name}" for name in SIGNATURES}
    return record == {name for name in names if not name.endswith(("/", "\\"))} - unlisted


def check_license(name: str, filename: str, place: str, names: set[str]) -> None:
    """Whether the archive holds a licence that the metadata names; raises ArchiveRefusedError."""
    if place not in names:
        raise ArchiveRefusedError(f"License-File {name} does not exist in distribution file {filename} at {place}")


def _lacks(filename: str, name: str, folder: str) -> ArchiveRefusedError:
    return ArchiveRefusedError(f"Wheel '{filename}' does not contain the required {name} file: {folder}/{name}")


def _recorded(wheel: zipfile.ZipFile, name: str) -> set[str] | None:
    """The names in RECORD; None where there is no such file, or nobody can read it."""
    try:
        content = read_member(wheel, name)
        if content is None:
            return None
        rows = csv.reader(io.StringIO(content.decode(), newline=""))
        return {row[0].replace("\\", "/") for row in rows if row}
    except (UnicodeDecodeError, csv.Error):
        return None


def _check_entry_points(wheel: zipfile.ZipFile, name: str, filename: str) -> None:
    """Whether the file is one, and the names of commands are such; what they lead to, an index does not ask."""
    refused = ArchiveRefusedError(f"Wheel '{filename}' has invalid entry points defined in the entry_points.txt file")
    content = read_member(wheel, name)
    if content is None:
        return
    if content.count(b"\n") > MOST_LINES:
        raise refused
    parser = _Exactly(delimiters=("=",))
    try:
        parser.read_string(content.decode())
    except (configparser.Error, UnicodeDecodeError) as error:
        raise refused from error
    commands = [command for section in COMMANDS if parser.has_section(section) for command in parser[section]]
    if not all(ENTRY_POINT_NAME.fullmatch(command) for command in commands):
        raise refused


class _Exactly(configparser.ConfigParser):
    """Leaves the names of commands in the case that they have."""

    def optionxform(self, optionstr: str) -> str:
        """The name as it stands there."""
        return optionstr
