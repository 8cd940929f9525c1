"""What tests run on Node, or why they are skipped."""

import shutil
from pathlib import Path

import pytest
from tools.node import INSTALLED, PACKAGES, installed, rsync

REMEDY = "`python -m tools.node` installs it"


def package(name: str) -> Path:
    """The folder of an npm package in the version that the tests are about; skips the test where it is not there."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    found = installed(name)
    if found != PACKAGES[name]:
        pytest.skip(f"{name} {PACKAGES[name]} is not installed, but {found or 'none'}: {REMEDY}")
    return INSTALLED / name


def rsync_folder() -> Path:
    """The folder that rsync lies in, which the runner of GitLab's jobs calls; skips the test where it is nowhere."""
    found = rsync()
    if found is None:
        pytest.skip(f"rsync is not installed: {REMEDY}")
    return found.parent
