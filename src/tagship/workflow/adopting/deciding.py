"""What is kept of an adoption in `[tool.tagship]`: what was decided, and what another tool's configuration said."""

import posixpath
from collections.abc import Collection, Mapping
from enum import Enum
from pathlib import Path

from tagship.adapters.adopting.pinned import PATH as PINS_PATH
from tagship.adapters.adopting.pinned import written_pins
from tagship.adapters.adopting.settings import TABLE, with_packages, with_settings
from tagship.adapters.adopting.writing import content_of
from tagship.domain.adoption import ENVIRONMENT, AdoptedPackage, Adoption
from tagship.domain.change import FileChange
from tagship.domain.config import Config, HostKind, Publisher
from tagship.domain.names import canonicalize_name
from tagship.domain.packages import templates
from tagship.domain.setup import FileState, SetFile
from tagship.domain.version import TagTemplate
from tagship.workflow.adopting.survey import Decisions, Survey
from tagship.workflow.config import HOSTS, OWN_FILE, SHARED_FILE, parse_config, read_config

_OF_ONE = frozenset({"changelog", "version-files"})
"""Keys about files, which packages that are listed have each their own of."""
_FOUND = frozenset({"branch", "tag"})
"""Keys that are found out, with what other tools said among it."""
_PURPOSE = "what was decided, and what cannot be found out again"


def decided_keys(survey: Survey, adoption: Adoption) -> dict[str, object]:
    """The keys that say what is not found out anyway, by name; what the configuration says already is among them."""
    keys: dict[str, object] = {**_of_packages(survey, adoption), **_translated(survey, adoption)}
    # A clone made for a job holds neither other branches nor tags.
    if not survey.is_main_certain:
        keys["branch"] = adoption.main
    keys["bump"] = adoption.way.value
    if adoption.release_lines:
        keys["release-lines"] = list(adoption.release_lines)
    # What a directory below says is not heard at the top, where the jobs begin.
    heard = Config() if survey.is_below else survey.config
    if adoption.auth is not heard.authentication:
        keys["auth"] = adoption.auth.value
    if adoption.host is not _host_without(survey.config, survey) and adoption.host.value in HOSTS:
        keys["host"] = adoption.host.value
    if adoption.environment != ENVIRONMENT:
        keys["environment"] = adoption.environment
    if adoption.publisher is not Publisher.TAGSHIP:
        keys["publish-with"] = adoption.publisher.value
    return keys


def _host_without(config: Config, survey: Survey) -> HostKind | None:
    """The host as the remote alone tells it, for what needs no key."""
    if config.host is not None or survey.hosted is None:
        return None
    return survey.hosted.kind


def _of_packages(survey: Survey, adoption: Adoption) -> Mapping[str, object]:
    """What nothing but tags tells of the packages, and where one lies that nothing lists."""
    if not _is_listed(adoption):
        (package,) = adoption.packages
        return {} if package.tag == TagTemplate() else {"tag": package.tag.text}
    entries = _entries(survey, adoption)
    return {"packages": entries} if entries else {}


def _entries(survey: Survey, adoption: Adoption) -> Mapping[str, Mapping[str, str]]:
    """What a list of packages has to say of each of them, by its name as the list that is there spells it."""
    spelt = {canonicalize_name(name): name for name in survey.config.packages}
    entries = ((str(each.key), _entry(survey, each)) for each in adoption.packages)
    return {spelt.get(canonicalize_name(key), key): entry for key, entry in entries if entry}


def unkept_tags(survey: Survey, adoption: Adoption, files: Collection[SetFile]) -> Mapping[str, str]:
    """How packages spell their tags whose list is there, and is written so that nothing can be put into it safely."""
    if survey.is_below or not survey.config.packages:
        return {}
    path = _settings_path(survey)
    written = next((file.change.after for file in files if file.path == path and file.change is not None), None)
    kept = survey.config if written is None else parse_config(written, settings_file(survey.directory))
    entries = _entries(survey, adoption)
    return {name: entry["tag"] for name, entry in entries.items() if not _has_tag(kept, name)}


def _has_tag(config: Config, name: str) -> bool:
    return name in config.packages and config.packages[name].tag is not None


def _is_listed(adoption: Adoption) -> bool:
    """Whether the packages are in a list, each with keys of its own."""
    return any(package.key is not None for package in adoption.packages)


def _entry(survey: Survey, package: AdoptedPackage) -> Mapping[str, str]:
    name = str(package.key)
    known = {name: survey.listed[name]}
    is_told = read_config(survey.root / package.path).tag is not None or package.tag == templates(known, ())[name]
    if is_told and not survey.is_below:
        return {}
    path = posixpath.relpath(package.path or ".", "." if survey.is_below else survey.inside or ".")
    return {"path": path} if is_told else {"path": path, "tag": package.tag.text}


def _translated(survey: Survey, adoption: Adoption) -> Mapping[str, object]:
    """What the configuration of other tools said and nothing else tells; the first of several."""
    left_out = _FOUND | _OF_ONE if _is_listed(adoption) else _FOUND
    keys: dict[str, object] = {}
    for tool in survey.tools:
        for key, value in tool.translated.items():
            if key not in left_out and (key, value) != ("changelog", adoption.packages[0].changelog):
                keys.setdefault(key, value)
    return keys


def said_keys(survey: Survey, adoption: Adoption, decided: Decisions) -> Mapping[str, str]:
    """The keys that keep what somebody decided, where it is not what is found out."""
    said = {
        "host": (decided.host, survey.host),
        "auth": (decided.auth, survey.auth_on(adoption.host)[0]),
        "bump": (decided.way, survey.way.way),
        "environment": (decided.environment, survey.environment or ENVIRONMENT),
        "publish-with": (decided.publisher, survey.publisher or Publisher.TAGSHIP),
    }
    return {key: _word(value) for key, (value, found) in said.items() if value is not None and value != found}


def _word(value: Enum | str) -> str:
    return str(value.value) if isinstance(value, Enum) else value


def planned_settings(survey: Survey, adoption: Adoption, decided: Decisions) -> SetFile:
    """The project's configuration with those keys; raises as `with_settings`."""
    said = said_keys(survey, adoption, decided)
    keys = {**decided_keys(survey, adoption), **said}
    directory = survey.root if survey.is_below else survey.directory
    name, path = settings_file(directory), _settings_path(survey)
    table = () if name == OWN_FILE else TABLE
    content = content_of(survey.root, path)
    new = with_settings(path, content or b"", keys, table, over=said)
    if survey.config.packages:
        new = with_packages(path, new, _entries(survey, adoption), table)
    parse_config(new, name)
    change = FileChange(path, content, new)
    if change.is_empty:
        return SetFile(path, _PURPOSE, FileState.SAME)
    return SetFile(path, _PURPOSE, FileState.NEW if content is None else FileState.CHANGED, change)


def _settings_path(survey: Survey) -> str:
    """The settings from the top of the repository; those of a project that nothing lists are at the top itself."""
    if survey.is_below:
        return settings_file(survey.root)
    return posixpath.join(survey.inside, settings_file(survey.directory))


def settings_file(directory: Path) -> str:
    """Where configuration stands, or would: in a file of its own where there is one, or no pyproject.toml."""
    own = (directory / OWN_FILE).is_file() or not (directory / SHARED_FILE).is_file()
    return OWN_FILE if own else SHARED_FILE


def planned_pins(survey: Survey, adoption: Adoption) -> SetFile:
    """The project's own pins, as they are from now on."""
    content = content_of(survey.root, PINS_PATH)
    new = written_pins(adoption.pins.of, adoption.pins.actions)
    state = FileState.NEW if content is None else FileState.CHANGED if content != new else FileState.SAME
    return SetFile(PINS_PATH, "the actions of the workflows, by commit", state, FileChange(PINS_PATH, content, new))
