"""What the page on the locked door shows is what one can do."""

import os
import sys
from pathlib import Path

import pytest

from pages import DOCS, blocks, read
from servers.handmade import make_wheel


@pytest.mark.slow
def test_the_code_on_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shown,) = [
        block.body for block in blocks(read(DOCS / "explanation" / "locked-door.md")) if block.language == "python"
    ]
    (tmp_path / "dist").mkdir()
    make_wheel(tmp_path / "dist")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    ran: dict[str, object] = {}

    exec(compile(shown, "locked-door.md", "exec"), ran)

    door = ran["door"]
    assert [(one.path, one.status) for one in door.log if one.method == "POST"] == [("/legacy/", 200)]  # type: ignore[attr-defined]  # a LockedDoor, by the page
