"""Options of the whole suite, and an environment that is the same on every machine."""

import os
import re
from collections.abc import Iterator

import pytest
from coverage import Coverage

from repositories import SETTINGS

PERSONAL = re.compile(
    r"CI|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|SOURCE_DATE_EPOCH|.*_TOKEN|(?:CI|GIT|GITHUB|GITLAB|ACTIONS|TAGSHIP)_.*"
    # What lets a build claim another version than its tag's.
    r"|(?:SETUPTOOLS_SCM|VCS_VERSIONING)_(?:PRETEND|OVERRIDES)_.*|HATCH_VCS_PRETEND.*|PBR_VERSION"
    r"|PDM_BUILD_SCM_VERSION|(?:POETRY_DYNAMIC|UV_DYNAMIC)_VERSIONING_.*"
)
"""Variables of this machine, this user or this job that would show in what is tested."""

MOMENT = "2026-03-01T12:00:00+0000"
PINNED = {
    "GIT_AUTHOR_NAME": "A Maintainer",
    "GIT_AUTHOR_EMAIL": "maintainer@example.org",
    "GIT_AUTHOR_DATE": MOMENT,
    "GIT_COMMITTER_NAME": "A Maintainer",
    "GIT_COMMITTER_EMAIL": "maintainer@example.org",
    "GIT_COMMITTER_DATE": MOMENT,
    "GIT_CONFIG_GLOBAL": SETTINGS["GIT_CONFIG_GLOBAL"],
    "GIT_CONFIG_SYSTEM": os.devnull,
}

UNTRACED = frozenset({
    "adoption", "bench", "docs", "reports", "running", "scaffold", "secrets", "servers",
    "test_architecture.py", "test_bounds.py", "test_fuzz.py", "test_generated.py", "test_known_packages.py",
    "test_resume.py", "test_scale.py", "test_server.py", "test_upload_archives.py",
    # The stand-in host.
    "test_host_against_openapi.py", "test_host_history.py", "test_host_manners.py", "test_host_rights.py",
    "test_host_rulesets.py", "test_host_settings.py",
})  # fmt: skip
"""Folders and files of tests that need not cover what decides: traced, they would take twice as long."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the golden files instead of comparing with them")


@pytest.fixture(scope="session", autouse=True)
def _same_environment() -> Iterator[None]:
    """For the whole session, so that what its fixtures make is the same everywhere as well."""
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(PERSONAL.fullmatch, list(os.environ)):
            patch.delenv(name)
        for name, value in PINNED.items():
            patch.setenv(name, value)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Where coverage is measured, let the tests run untraced that need not reach it."""
    coverage = Coverage.current()
    if coverage is None or UNTRACED.isdisjoint(item.path.relative_to(item.config.rootpath).parts):
        return (yield)
    coverage.stop()
    try:
        return (yield)
    finally:
        coverage.start()
