"""Our own sdist, unpacked, and nothing outside of where it is unpacked to."""

import tarfile
from pathlib import Path

import pytest

from adapters.archives.packing import METADATA, SDIST, make_sdist
from tagship.adapters.archives import unpack_sdist
from tagship.errors import BuildFailed


@pytest.fixture
def sdist(tmp_path: Path) -> Path:
    return make_sdist(tmp_path / SDIST, {"demo-1.0/PKG-INFO": METADATA, "demo-1.0/demo.py": b"x = 1\n"})


def test_whole(sdist: Path, tmp_path: Path) -> None:
    top = unpack_sdist(sdist, tmp_path / "out")

    assert top == tmp_path / "out/demo-1.0"
    assert (top / "PKG-INFO").read_bytes() == METADATA


@pytest.mark.parametrize("name", ["../evil.py", "/tmp/evil.py", "demo-1.0/../../evil.py"])
@pytest.mark.parametrize("filtered", [True, False])
def test_nothing_is_written_outside(
    tmp_path: Path,
    name: str,
    filtered: bool,  # noqa: FBT001 -- a parameter
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not filtered:
        monkeypatch.delattr(tarfile, "data_filter")
    path = make_sdist(tmp_path / SDIST, {"demo-1.0/PKG-INFO": METADATA, name: b"x"})

    with pytest.raises(BuildFailed):
        unpack_sdist(path, tmp_path / "out")

    assert not [path for path in tmp_path.glob("**/evil.py") if not path.is_relative_to(tmp_path / "out")]
    assert not Path("/tmp/evil.py").exists()


def test_a_link_outside(tmp_path: Path) -> None:
    link = tarfile.TarInfo("demo-1.0/link")
    link.type, link.linkname = tarfile.SYMTYPE, "../../../etc/passwd"

    with pytest.raises(BuildFailed):
        unpack_sdist(make_sdist(tmp_path / SDIST, {"link": link}), tmp_path / "out")


def test_pythons_without_a_filter(sdist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(tarfile, "data_filter")

    assert (unpack_sdist(sdist, tmp_path / "out") / "PKG-INFO").read_bytes() == METADATA


def test_not_one_directory(tmp_path: Path) -> None:
    path = make_sdist(tmp_path / SDIST, {"demo-1.0/PKG-INFO": METADATA, "other/file": b"x"})

    with pytest.raises(BuildFailed, match="does not hold one directory"):
        unpack_sdist(path, tmp_path / "out")


def test_no_archive(tmp_path: Path) -> None:
    (tmp_path / SDIST).write_bytes(b"nonsense")

    with pytest.raises(BuildFailed):
        unpack_sdist(tmp_path / SDIST, tmp_path / "out")
