"""What tests run on Node is installed in exact versions, or they are skipped with the reason."""

import re
from pathlib import Path

import pytest
from tools.node import PACKAGES

import node


def test_versions_are_exact() -> None:
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in PACKAGES.values())


@pytest.mark.parametrize("name", PACKAGES)
def test_what_is_installed_is_found(name: str) -> None:
    assert (node.package(name) / "package.json").is_file()


def test_what_is_missing_skips_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tools.node.INSTALLED", tmp_path)
    monkeypatch.setattr("tools.node.PROGRAMS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "node"
    program.touch(mode=0o755)

    with pytest.raises(pytest.skip.Exception, match=r"none: `python -m tools\.node` installs it"):
        node.package("gitlab-ci-local")
    with pytest.raises(pytest.skip.Exception, match="rsync is not installed"):
        node.rsync_folder()
    program.unlink()
    with pytest.raises(pytest.skip.Exception, match="node is not installed"):
        node.package("gitlab-ci-local")
