"""The rules for the fields of an upload's form: what is checked before anybody looks at the file.

An index validates the form alone and never compares it with the metadata inside the file; so does this one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from packaging.metadata import InvalidMetadata, Metadata, RawMetadata
from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from tagship.domain.artifact import Kind
from tagship.rehearsal.forms import Form
from tagship.rehearsal.refusal import Refusal

ACCEPTED_METADATA = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
LONGEST_SUMMARY = 512
LONGEST_LABEL = 32
LONGEST_QUOTE = 60
CORE_METADATA = "See https://packaging.python.org/specifications/core-metadata for more information."
LOCAL_VERSIONS = "https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers"
CONTENT_TYPES = frozenset({"text/plain", "text/x-rst", "text/markdown"})
_NAME = re.compile(r"[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.IGNORECASE | re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)

# How a form's field becomes core metadata; fields that are named alike in both and hold one text.
SINGLE_FIELDS = (
    "name",
    "version",
    "summary",
    "description",
    "description_content_type",
    "home_page",
    "download_url",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
    "license",
    "license_expression",
    "requires_python",
)
# Form field → metadata field, where each value is one item.
REPEATED_FIELDS = {
    "classifiers": "classifiers",
    "dynamic": "dynamic",
    "license_file": "license_files",
    "license_files": "license_files",
    "obsoletes_dist": "obsoletes_dist",
    "platform": "platforms",
    "provides_dist": "provides_dist",
    "provides_extra": "provides_extra",
    "requires_dist": "requires_dist",
    "requires_external": "requires_external",
    "supported_platform": "supported_platforms",
}


def check_form(form: Form) -> None:
    """The fields that say what the upload is; raises Refusal for the first that does not hold."""
    for rule in FORM_RULES:
        rule(form)


def _name(form: Form) -> None:
    name = form.first("name")
    if not name:
        raise _invalid(name, "Name", "This field is required.")
    if not _NAME.fullmatch(name):
        raise _invalid(
            name,
            "Name",
            "Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'.",
        )


def _version(form: Form) -> None:
    version = form.first("version")
    if not version:
        raise _invalid(version, "Version", "This field is required.")
    try:
        Version(version)
    except InvalidVersion as error:
        raise _invalid(version, "Version", f"{version!r} is invalid for 'version'.") from error


def _filetype(form: Form) -> None:
    filetype = form.first("filetype")
    if not filetype:
        raise _bad_request("Invalid value for filetype. Error: This field is required.")
    if filetype not in {kind.value for kind in Kind}:
        raise _bad_request("Invalid value for filetype. Error: Use a known file type.")


def _digests_are_hexadecimal(form: Form) -> None:
    for field, algorithm in (("blake2_256_digest", "BLAKE2, 256-bit"), ("sha256_digest", "SHA256")):
        value = form.first(field)
        if value and not _DIGEST.fullmatch(value):
            raise _bad_request(
                f"Invalid value for {field}. Error: Use a valid, hex-encoded, {algorithm} message digest."
            )


def _python(form: Form) -> None:
    filetype, python = form.first("filetype"), form.first("pyversion")
    if filetype == Kind.WHEEL.value and not python:
        raise _bad_request("Error: Python version is required for binary distribution uploads.")
    if filetype == Kind.SDIST.value and python not in {"", "source"}:
        raise _bad_request("Error: Use 'source' as Python version for an sdist.")


def _some_digest(form: Form) -> None:
    if not any(form.first(field) for field in ("md5_digest", "sha256_digest", "blake2_256_digest")):
        raise _bad_request("Error: Include at least one message digest.")


FORM_RULES: Sequence[Callable[[Form], None]] = (
    _name,  # first: an empty form is answered with this one, which is how a token is probed
    _version,
    _filetype,
    _digests_are_hexadecimal,
    _python,
    _some_digest,
)


def check_metadata(form: Form) -> None:
    """The core metadata as the form carries it; raises Refusal."""
    declared = form.first("metadata_version")
    if declared not in ACCEPTED_METADATA:
        raise _invalid(declared, "Metadata-Version", f"{declared!r} is not a valid metadata version.")
    version = form.first("version")
    if Version(version).local is not None:
        raise _bad_request(
            f"The use of local versions in {version!r} is not allowed. See {LOCAL_VERSIONS} for more information."
        )
    _check_texts(form)
    _check_requirements(form.fields.get("requires_dist", ()))
    _check_by_specification(declared, form)


def _check_texts(form: Form) -> None:
    summary = form.first("summary")
    if len(summary) > LONGEST_SUMMARY or "\n" in summary:
        raise _invalid(summary, "Summary", f"Use one line of {LONGEST_SUMMARY} characters at most.")
    for entry in form.fields.get("project_urls", ()):
        label, _, url = entry.partition(",")
        if len(label.strip()) > LONGEST_LABEL:
            raise _invalid(entry, "Project-URL", f"Use {LONGEST_LABEL} characters or less.")
        if not url.strip().startswith(("http://", "https://")):
            raise _invalid(entry, "Project-URL", "Use a valid URL.")
    content_type = form.first("description_content_type").partition(";")[0].strip()
    if content_type and content_type not in CONTENT_TYPES:
        raise _invalid(content_type, "Description-Content-Type", "Use a known content type.")


def _check_requirements(requirements: Sequence[str]) -> None:
    for text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise _invalid(text, "Requires-Dist", "Invalid requirement.") from error
        if requirement.url is not None:
            raise _invalid(text, "Requires-Dist", f"Can't have direct dependency: {text}")


def _check_by_specification(declared: str, form: Form) -> None:
    """What the reference implementation says of the rest; it may be older than the versions accepted here."""
    try:
        Metadata.from_raw(_raw(form), validate=True)
    except ExceptionGroup as group:
        known = [error for error in group.exceptions if isinstance(error, InvalidMetadata)]
        told = sorted((error.field, str(error)) for error in known if "unrecognized field" not in str(error))
        for field, text in told:
            if field == "metadata-version" and declared in ACCEPTED_METADATA:
                continue
            raise _bad_request(f"Invalid value for {field.replace('-', '_')}. Error: {text} {CORE_METADATA}") from group


def _raw(form: Form) -> RawMetadata:
    raw: dict[str, str | list[str] | dict[str, str]] = {"metadata_version": form.first("metadata_version")}
    raw |= {field: value for field in SINGLE_FIELDS if (value := form.first(field))}
    for field, target in REPEATED_FIELDS.items():
        if values := [value for value in form.fields.get(field, ()) if value]:
            raw[target] = values
    if keywords := form.first("keywords"):
        raw["keywords"] = [keyword.strip() for keyword in keywords.split(",")]
    if urls := form.fields.get("project_urls"):
        raw["project_urls"] = {label.strip(): url.strip() for label, _, url in (entry.partition(",") for entry in urls)}
    return _as_raw(raw)


def _as_raw(raw: Mapping[str, str | list[str] | dict[str, str]]) -> RawMetadata:
    metadata: RawMetadata = {}
    metadata.update(raw)  # type: ignore[typeddict-item]  # the keys are the literals above
    return metadata


def _invalid(value: str, field: str, error: str) -> Refusal:
    quoted = value if len(value) <= LONGEST_QUOTE else f"{value[:30]}...{value[-30:]}"
    return _bad_request(f"{quoted!r} is an invalid value for {field}. Error: {error} {CORE_METADATA}")


def _bad_request(text: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, text)
