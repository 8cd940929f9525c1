"""Reads `[tool.tagship]`, and says where it is wrong and what was probably meant.

- reader: a piece of a file, whatever it is, and the error that points at it
- index: the index by a word or by addresses
- tables: excuses, the project's own checks, packages, files that carry the version
"""

from pathlib import Path, PurePosixPath

from tagship.adapters.toml_document import TomlDocument
from tagship.domain.config import Auth, Config, Publisher, Way
from tagship.errors import ConfigError, InFile
from tagship.workflow.config.index import CREDENTIALS_ELSEWHERE as CREDENTIALS_ELSEWHERE
from tagship.workflow.config.index import custom_index as custom_index
from tagship.workflow.config.index import read_index
from tagship.workflow.config.reader import Reader
from tagship.workflow.config.tables import (
    read_checks,
    read_exempt,
    read_packages,
    read_version_files,
    read_waive,
)

OWN_FILE = "tagship.toml"
SHARED_FILE = "pyproject.toml"
KEYS = (
    "auth",
    "branch",
    "bump",
    "changelog",
    "check",
    "environment",
    "exempt",
    "host",
    "index",
    "message",
    "packages",
    "publish-with",
    "release-lines",
    "ships-nothing",
    "tag",
    "test",
    "test-minutes",
    "version-files",
    "waive",
)
HOSTS = ("github", "gitlab", "forgejo", "none")
_DEFAULT = Config()
MINUTES = range(1, 24 * 60 + 1)
"""How long tests may take: up to a day."""


def read_config(directory: Path, *, inside: str = "") -> Config:
    """The project's decisions, from `tagship.toml` or from `[tool.tagship]` in `pyproject.toml`.

    Raises ConfigError with the line, and with the nearest key where one is unknown. `inside` is the directory from the
    top of the repository, where files are told from there.
    """
    for name in (OWN_FILE, SHARED_FILE):
        path = directory / name
        if path.is_file():
            return parse_config(_content(path), str(PurePosixPath(inside, name)))
    return Config()


def parse_config(content: bytes, path: str) -> Config:
    """Read the content of one of the two files; raises ConfigError."""
    document = TomlDocument.parse(path, content)
    is_own = PurePosixPath(path).name == OWN_FILE
    return _config(Reader(document, () if is_own else ("tool", "tagship")))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise ConfigError(f"{path.name} cannot be read: {wrong.strerror}", where=InFile(path.name)) from wrong


def _config(reader: Reader) -> Config:
    reader.only_known((), KEYS)
    auth = reader.choice("auth", tuple(each.value for each in Auth))
    bump = reader.choice("bump", tuple(way.value for way in Way))
    checks = read_checks(reader)
    return Config(
        source=reader.path,
        branch=reader.text("branch"),
        release_lines=reader.texts("release-lines"),
        tag=reader.template("tag"),
        changelog=reader.text("changelog"),
        bump=None if bump is None else Way(bump),
        version_files=read_version_files(reader),
        test=reader.command("test"),
        test_minutes=reader.whole("test-minutes", MINUTES) or _DEFAULT.test_minutes,
        ships_nothing=reader.texts("ships-nothing"),
        message=reader.sentence("message", "version", "name") or _DEFAULT.message,
        checks=checks,
        packages=read_packages(reader),
        index=read_index(reader),
        auth=None if auth is None else Auth(auth),
        host=reader.choice("host", HOSTS),
        environment=reader.text("environment"),
        publish_with=reader.choice("publish-with", tuple(each.value for each in Publisher)),
        exempt=read_exempt(reader, checks),
        waive=read_waive(reader, checks),
    )
