"""Files written as a whole, or not at all."""

import os
import stat
from pathlib import Path

import pytest

from tagship.adapters.adopting.writing import content_of, write_all
from tagship.domain.change import FileChange
from tagship.errors import Conflict

NEW = FileChange(".github/workflows/a.yml", None, b"a: 1\n")


def everything(root: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


def test_new_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_bytes(b"old\n")
    (tmp_path / "b.toml").chmod(0o640)
    write_all(tmp_path, [NEW, FileChange("b.toml", b"old\n", b"new\n")])

    assert everything(tmp_path) == {
        ".github": None,
        ".github/workflows": None,
        ".github/workflows/a.yml": b"a: 1\n",
        "b.toml": b"new\n",
    }
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / NEW.path).stat().st_mode) == 0o666 & ~mask
    assert stat.S_IMODE((tmp_path / "b.toml").stat().st_mode) == 0o640


@pytest.mark.parametrize("found", [b"other\n", None])
def test_a_file_that_was_changed_meanwhile(tmp_path: Path, found: bytes | None) -> None:
    if found is not None:
        (tmp_path / "b.toml").write_bytes(found)
    before = everything(tmp_path)

    with pytest.raises(Conflict, match="changed meanwhile"):
        write_all(tmp_path, [NEW, FileChange("b.toml", b"old\n", b"new\n")])
    assert everything(tmp_path) == before


@pytest.mark.parametrize("path", ["link.yml", "linked/real.yml", "nowhere.yml"])
def test_nothing_is_written_through_a_link(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/real.yml").write_bytes(b"old\n")
    (tmp_path / "link.yml").symlink_to("folder/real.yml")
    (tmp_path / "linked").symlink_to("folder")
    (tmp_path / "nowhere.yml").symlink_to("folder/none.yml")
    before = everything(tmp_path)
    link = path.partition("/")[0]

    with pytest.raises(Conflict, match=f"{link} is a symbolic link to folder.*nothing is written through it"):
        write_all(tmp_path, [NEW, FileChange(path, b"old\n", b"new\n")])
    assert everything(tmp_path) == before
    assert (tmp_path / link).is_symlink()


def test_a_file_where_a_folder_has_to_be_is_named(tmp_path: Path) -> None:
    (tmp_path / ".github").write_bytes(b"")

    told = r"^\.github is a file, and \.github/workflows/a\.yml needs a folder there"
    with pytest.raises(Conflict, match=told):
        write_all(tmp_path, [NEW])
    with pytest.raises(Conflict, match=told):
        content_of(tmp_path, NEW.path)
    assert everything(tmp_path) == {".github": b""}


@pytest.mark.parametrize("path", ["out/a.yml", ".git/config", "../a.yml", "folder"])
def test_what_leads_out_is_refused_before_anything_is_written(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / ".git").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (root / "out").symlink_to(tmp_path / "elsewhere")
    before = everything(tmp_path)

    with pytest.raises(Conflict, match="leads out"):
        write_all(root, [NEW, FileChange(path, None, b"x")])
    assert everything(tmp_path) == before
    with pytest.raises(Conflict):
        content_of(root, path)


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write anywhere")
def test_a_directory_that_nobody_may_write_to(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)

    with pytest.raises(PermissionError):
        write_all(tmp_path, [NEW, FileChange("closed/a", None, b"x")])
    assert set(everything(tmp_path)) == {"closed"}


def test_where_one_cannot_take_its_place_all_get_back_what_they_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "b.toml").write_bytes(b"old\n")
    before = everything(tmp_path)
    whole = Path.replace

    def fails(self: Path, target: Path) -> Path:
        if Path(target).name == "c.toml":
            raise OSError(28, "No space left on device")
        return whole(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="No space"):
        write_all(tmp_path, [NEW, FileChange("b.toml", b"old\n", b"new\n"), FileChange("c.toml", None, b"c")])
    assert everything(tmp_path) == before


def test_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")

    assert (content_of(tmp_path, "a"), content_of(tmp_path, "b")) == (b"x", None)
