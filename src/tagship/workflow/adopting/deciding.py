"""What is kept of an adoption in `[tool.tagship]`: what was decided, and what another tool's configuration said."""

from pathlib import Path

from tagship.adapters.adopting.pinned import PATH as PINS_PATH
from tagship.adapters.adopting.pinned import written_pins
from tagship.adapters.adopting.settings import TABLE, with_settings
from tagship.adapters.adopting.writing import content_of
from tagship.domain.adoption import ENVIRONMENT, Adoption
from tagship.domain.change import FileChange
from tagship.domain.config import Config, HostKind, Publisher
from tagship.domain.setup import FileState, SetFile
from tagship.domain.tagging import discover_template
from tagship.domain.version import TagTemplate
from tagship.workflow.adopting.survey import Survey
from tagship.workflow.config import HOSTS, OWN_FILE, SHARED_FILE, parse_config

_OF_ONE = frozenset({"tag", "changelog", "version-files"})
"""Keys about files or tags, which packages that are listed have each their own of."""
_PURPOSE = "what was decided, and what cannot be found out again"


def decided_keys(survey: Survey, adoption: Adoption) -> dict[str, object]:
    """The keys that say what is not found out anyway, by name; what the configuration says already is among them."""
    keys: dict[str, object] = {}
    if survey.is_below:
        (package,) = adoption.packages
        keys["packages"] = {str(package.key): {"path": package.path}}
    of_listed = any(package.key is not None for package in adoption.packages)
    for tool in survey.tools:
        for key, value in tool.translated.items():
            if not (of_listed and key in _OF_ONE) and not _is_found(survey, adoption, key, value):
                keys.setdefault(key, value)
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


def _is_found(survey: Survey, adoption: Adoption, key: str, value: object) -> bool:
    """Whether what another tool said is what is found out without it."""
    package = adoption.packages[0]
    match key:
        case "tag":
            tags = tuple(survey.repository.references().tags)
            return (discover_template(tags, package.name) or TagTemplate()).text == value
        case "changelog":
            return package.changelog == value
        case "branch":
            return survey.main == value
        case _:
            return False


def planned_settings(survey: Survey, adoption: Adoption) -> SetFile:
    """The project's configuration with those keys; raises FactUnknown where they cannot be put in safely."""
    keys = decided_keys(survey, adoption)
    directory = survey.root if survey.is_below else survey.directory
    name = _file_of(directory)
    path = name if survey.is_below or not survey.inside else f"{survey.inside}/{name}"
    content = content_of(survey.root, path)
    new = with_settings(path, content or b"", keys, () if name == OWN_FILE else TABLE)
    parse_config(new, name)
    change = FileChange(path, content, new)
    if change.is_empty:
        return SetFile(path, _PURPOSE, FileState.SAME)
    return SetFile(path, _PURPOSE, FileState.NEW if content is None else FileState.CHANGED, change)


def _file_of(directory: Path) -> str:
    """Where configuration stands, or would: in a file of its own where there is one, or no pyproject.toml."""
    own = (directory / OWN_FILE).is_file() or not (directory / SHARED_FILE).is_file()
    return OWN_FILE if own else SHARED_FILE


def planned_pins(survey: Survey, adoption: Adoption) -> SetFile:
    """The project's own pins, as they are from now on."""
    content = content_of(survey.root, PINS_PATH)
    new = written_pins(adoption.pins.of, adoption.pins.actions)
    state = FileState.NEW if content is None else FileState.CHANGED if content != new else FileState.SAME
    return SetFile(PINS_PATH, "the actions of the workflows, by commit", state, FileChange(PINS_PATH, content, new))
