"""The worlds in which doctor is tried."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hosting.scene import Scene, scene_of


@pytest.fixture
def sole(tmp_path: Path) -> Iterator[Scene]:
    """A public project of one person, with a token that may do what doctor needs."""
    with scene_of(tmp_path) as scene:
        yield scene
