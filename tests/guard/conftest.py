"""A repository on a stand-in host."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from guard.hosted import Hosted, hosting


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    with hosting(tmp_path) as made:
        yield made
