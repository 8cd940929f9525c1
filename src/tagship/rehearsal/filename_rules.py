"""The rules for the name of a file: which archive it says it is, of which project and version, for which platforms."""

import re

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from tagship.domain.artifact import Kind
from tagship.domain.index_rules import PLATFORM, UNPRINTABLE
from tagship.rehearsal.refusal import bad_request

EXTENSIONS = {Kind.SDIST.value: (".tar.gz", ".zip"), Kind.WHEEL.value: (".whl",)}
PEP_527 = "https://www.python.org/dev/peps/pep-0527"
_EXTENSION = re.compile(r".+?(\.(?:tar\.gz|zip|whl))", re.IGNORECASE)


def check_characters(filename: str, filetype: str) -> None:
    """Whether the name is one at all, and ends as files of that type do; raises Refusal."""
    if UNPRINTABLE.search(filename):
        raise bad_request(
            "Cannot upload a file with non-printable characters (ordinals 0-31) or the DEL character (ordinal 127) "
            "in the name."
        )
    if "/" in filename or "\\" in filename:
        raise bad_request("Cannot upload a file with '/' or '\\' in the name.")
    found = _EXTENSION.fullmatch(filename)
    if found is None:
        raise bad_request(
            f"Invalid file extension: Use .tar.gz, .whl or .zip extension. See {PEP_527} "
            "and https://peps.python.org/pep-0715/ for more information"
        )
    if found[1] not in EXTENSIONS[filetype]:
        raise bad_request(
            f"Invalid file extension: Extension {found[1]} is invalid for filetype {filetype}. "
            f"See {PEP_527} for more information."
        )


def check_sdist_name(filename: str, project: str, version: Version) -> None:
    """Whether the name is the one that an sdist of that project and version has (PEP 625); raises Refusal."""
    try:
        found, _ = parse_sdist_filename(filename)
    except InvalidSdistFilename as error:
        raise bad_request(f"Invalid source distribution filename: {filename}") from error
    if version.is_postrelease and canonicalize_name(found) != canonicalize_name(project):
        found = canonicalize_name(_before_post_release(filename) or found)
    name = _in_filenames(project)
    if found != canonicalize_name(project):
        raise bad_request(f"Start filename for {project!r} with {name!r}.")
    expected = f"{name}-{version}.tar.gz"
    if filename != expected:
        raise bad_request(f"Filename {filename!r} is invalid, should be {expected!r}.")


def check_wheel_name(filename: str, project: str, version: Version) -> None:
    """Whether the name is one that a wheel of that project and version has, for known platforms; raises Refusal."""
    try:
        found, told, _, tags = parse_wheel_filename(filename)
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise bad_request(str(error)) from error
    for platform in sorted(tag.platform for tag in tags):
        if not PLATFORM.fullmatch(platform):
            raise bad_request(f"Binary wheel '{filename}' has an unsupported platform tag '{platform}'.")
    name, spelt = _in_filenames(project), filename.partition("-")[0]
    if found != canonicalize_name(project):
        raise bad_request(f"Start filename for {project!r} with {name!r}.")
    if spelt != name:
        raise bad_request(f"Filename {filename!r} should contain the normalized project name {name!r}, not {spelt!r}.")
    if told != version:
        raise bad_request(f"Version in filename should be {str(version)!r} not {str(told)!r}.")


def _before_post_release(filename: str) -> str | None:
    """The name before a version like 1.0-1, or None where the file has no such version."""
    name = filename.rpartition("-")[0].rpartition("-")[0]
    try:
        Version(filename[len(name) + 1 : -len(".tar.gz")])
    except InvalidVersion:
        return None
    return name or None


def _in_filenames(project: str) -> str:
    """A project's name as the names of files carry it."""
    return canonicalize_name(project).replace("-", "_")
