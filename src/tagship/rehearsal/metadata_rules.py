"""The rules for core metadata, as an upload's form carries it.

An index validates the form alone and never compares it with the metadata inside the file; so does this one. It asks the
reference implementation first and its own rules only of what passes there; of several objections one is told.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from email.utils import parseaddr
from functools import cache
from http import HTTPStatus

from packaging.metadata import InvalidMetadata, Metadata, RawMetadata
from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

from tagship.adapters.classifiers import known_classifiers
from tagship.domain.built import Classifiers
from tagship.domain.index_rules import ACCEPTED_METADATA_VERSIONS, LONGEST_LABEL, LONGEST_SUMMARY
from tagship.rehearsal.form_rules import CORE_METADATA
from tagship.rehearsal.forms import Form
from tagship.rehearsal.refusal import Refusal, bad_request

LOCAL_VERSIONS = "https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers"
TOLD_FIRST = ("metadata-version", "name", "version")  # since they influence the others
# Fields that hold one text, named alike in the form and in packaging.metadata.
SINGLE_FIELDS = frozenset(
    {
        "author",
        "author_email",
        "description",
        "description_content_type",
        "download_url",
        "home_page",
        "keywords",
        "license",
        "license_expression",
        "maintainer",
        "maintainer_email",
        "metadata_version",
        "name",
        "requires_python",
        "summary",
        "version",
    }
)
# Form field → the name in packaging.metadata, where each value is one item.
REPEATED_FIELDS = {
    "classifiers": "classifiers",
    "dynamic": "dynamic",
    "import_name": "import_names",
    "import_namespace": "import_namespaces",
    "license_file": "license_files",
    "obsoletes": "obsoletes",
    "obsoletes_dist": "obsoletes_dist",
    "platform": "platforms",
    "provides": "provides",
    "provides_dist": "provides_dist",
    "provides_extra": "provides_extra",
    "requires": "requires",
    "requires_dist": "requires_dist",
    "requires_external": "requires_external",
    "supported_platform": "supported_platforms",
}
DEPENDENCIES = ("provides_dist", "obsoletes_dist", "requires_dist")
LONGEST_DEPENDENCIES = 256 << 10  # characters; the stand-in's own limit, since reading some takes long
NEVER_DYNAMIC = frozenset({"dynamic"})  # besides those that the specification itself forbids
HIGHEST_PORT = 65535
# What the index's library looks at: the scheme, a port where there is one, and brackets in a query.
_URL = re.compile(
    r"https?:(?://(?:[^/?#@]*@)?(?:\[[^\]/?#]*\]|[^/?#:@]*)(?::([0-9]+))?(?=[/?#]|$))?[^?#]*"
    r"(?:\?[^#\[\]]*)?(?:#.*)?",
    re.IGNORECASE | re.DOTALL,
)
_LOCAL_PART = re.compile(r"[^\s@\"(),:;<>\[\]\\.]+(?:\.[^\s@\"(),:;<>\[\]\\.]+)*")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])?")
RESERVED_DOMAINS = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})

Raw = dict[str, str | list[str] | dict[str, str]]
Objection = tuple[str, str]
"""The field, spelt as in metadata, and the text."""


def check_metadata(form: Form) -> None:
    """The core metadata of a form; raises Refusal for the first objection that is worth telling."""
    _tell([(field, f"{field!r} is longer than the stand-in index reads") for field in _too_long(form)])
    try:
        _check_fields(form)
    except RecursionError as deep:
        raise bad_request("The metadata is nested too deeply.") from deep


def _too_long(form: Form) -> Iterator[str]:
    for field in DEPENDENCIES:
        if sum(map(len, form.fields.get(field, ()))) > LONGEST_DEPENDENCIES:
            yield field.replace("_", "-")


def _check_fields(form: Form) -> None:
    raw, unread = _raw(form)
    _tell([(field, f"{field!r} has invalid data") for field in unread])
    _tell(list(_by_specification(raw, form.first("metadata_version"))))
    _tell([objection for rule in OWN_RULES for objection in rule(form)])


def _tell(objections: Sequence[Objection]) -> None:
    if not objections:
        return
    fields = {field for field, _ in objections}
    field = next((field for field in TOLD_FIRST if field in fields), min(fields))
    text = next(text for each, text in objections if each == field)
    see = LOCAL_VERSIONS if "use of local versions" in text else CORE_METADATA
    stop = "" if text.endswith(".") else "."
    raise Refusal(HTTPStatus.BAD_REQUEST, f"{text}{stop} See {see} for more information.")


def _raw(form: Form) -> tuple[Raw, list[str]]:
    """The metadata as the reference implementation takes it, and the fields that make no sense."""
    raw: Raw = {}
    unread: list[str] = []
    for field, values in form.fields.items():
        if not values or values == ("",):
            continue
        if field in REPEATED_FIELDS:
            raw[REPEATED_FIELDS[field]] = list(values)
        elif field == "project_urls":
            urls = _project_urls(form)
            raw[field] = dict(urls)
            unread += [field] if len(dict(urls)) != len(urls) else []
        elif field in SINGLE_FIELDS and len(values) > 1:
            unread.append(field)
        elif field in SINGLE_FIELDS:
            raw[field] = [word.strip() for word in values[0].split(",")] if field == "keywords" else values[0]
    return raw, unread


def _project_urls(form: Form) -> list[tuple[str, str]]:
    parts = (entry.partition(",") for entry in form.fields.get("project_urls", ()) if entry)
    return [(label.strip(), url.strip()) for label, _, url in parts]


def _by_specification(raw: Raw, declared: str) -> Iterator[Objection]:
    """What the reference implementation says; it may be older than the versions that are taken here."""
    if declared not in ACCEPTED_METADATA_VERSIONS:
        yield "metadata-version", f"{declared or None!r} is not a valid metadata version"
    try:
        Metadata.from_raw(_as_raw(raw), validate=True)
    except ExceptionGroup as group:
        known = (error for error in group.exceptions if isinstance(error, InvalidMetadata))
        for error in known:
            if error.field != "metadata-version" and "unrecognized field" not in str(error):
                yield error.field, str(error)


def _as_raw(raw: Raw) -> RawMetadata:
    metadata: RawMetadata = {}
    metadata.update(raw)  # type: ignore[typeddict-item]  # the keys are the literals above
    return metadata


def _no_local_version(form: Form) -> Iterator[Objection]:
    version = Version(form.first("version"))
    if version.local is not None:
        yield "version", f"The use of local versions in '{version}' is not allowed."


def _short_summary(form: Form) -> Iterator[Objection]:
    if len(form.first("summary")) > LONGEST_SUMMARY:
        yield "summary", f"'summary' field must be {LONGEST_SUMMARY} characters or less."


def _addresses(form: Form) -> Iterator[Objection]:
    for field in ("author_email", "maintainer_email"):
        _, address = parseaddr(form.first(field))
        if address and (flaw := _flaw_in(address)) is not None:
            yield field.replace("_", "-"), f"{address!r} is not a valid email address: {flaw}"


def _flaw_in(address: str) -> str | None:
    local, at, domain = address.rpartition("@")
    if not at:
        return "An email address must have an @-sign."
    if not _LOCAL_PART.fullmatch(local):
        return "The email address contains invalid characters before the @-sign."
    if "." not in domain:
        return "The part after the @-sign is not valid. It should have a period."
    if not _DOMAIN.fullmatch(domain):
        return "The part after the @-sign contains invalid characters."
    if domain.rpartition(".")[2].lower() in RESERVED_DOMAINS:
        return "The part after the @-sign is a special-use or reserved name that cannot be used with email."
    return None


def _classifiers(form: Form) -> Iterator[Objection]:
    catalogue = _catalogue()
    deprecated = catalogue.deprecated
    declared = sorted({value for value in form.fields.get("classifiers", ()) if value})
    for classifier in declared:
        if classifier not in catalogue.known and classifier not in deprecated:
            yield "classifier", f"{classifier!r} is not a valid classifier."
    for classifier in declared:
        if classifier in deprecated:
            instead = f", use one of {list(deprecated[classifier])} instead" if deprecated[classifier] else ""
            yield "classifier", f"The classifier {classifier!r} has been deprecated{instead}."


@cache
def _catalogue() -> Classifiers:
    return known_classifiers()


def _urls(form: Form) -> Iterator[Objection]:
    for field in ("home_page", "download_url"):
        if (url := form.first(field)) and not _is_url(url):
            yield field.replace("_", "-"), f"{url!r} is not a valid url."
    for label, url in _project_urls(form):
        if not label:
            yield "project-url", "Must have a label"
        elif len(label) > LONGEST_LABEL:
            yield "project-url", f"{label!r} must be {LONGEST_LABEL} characters or less."
        elif not url:
            yield "project-url", "Must have a URL"
        elif not _is_url(url):
            yield "project-url", f"{url!r} is not a valid url"


def _is_url(text: str) -> bool:
    found = _URL.fullmatch(text)
    return found is not None and int((found[1] or "0")[-6:]) <= HIGHEST_PORT


def _dependencies(form: Form) -> Iterator[Objection]:
    for field in DEPENDENCIES:
        told = field.replace("_", "-")
        for text in form.fields.get(field, ()):
            if not text:
                continue
            try:
                requirement = Requirement(text)
            except InvalidRequirement as error:
                yield told, f"{text!r} is invalid: {error}"
                continue
            if requirement.url is not None:
                shown = str(requirement) if field == "requires_dist" else repr(text)
                yield told, f"Can't have direct dependency: {shown}"


def _dynamic(form: Form) -> Iterator[Objection]:
    for name in (value.lower() for value in form.fields.get("dynamic", ())):
        if name in NEVER_DYNAMIC:
            yield "dynamic", f"Dynamic field {name!r} is not a valid dynamic field."


def _one_license(form: Form) -> Iterator[Objection]:
    if form.first("license") and form.first("license_expression"):
        yield (
            "license",
            "License is deprecated when License-Expression is present. Only License-Expression should be present.",
        )


OWN_RULES: Sequence[Callable[[Form], Iterator[Objection]]] = (
    _no_local_version,
    _short_summary,
    _addresses,
    _classifiers,
    _urls,
    _dependencies,
    _dynamic,
    _one_license,
)
