"""A repository on a stand-in host."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from guard.hosted import Hosted, hosting
from guard.serving import PATH


@pytest.fixture(autouse=True)
def _same_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed on a server finds the Python that its hooks will find."""
    monkeypatch.setenv("PATH", PATH)


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    with hosting(tmp_path) as made:
        yield made
