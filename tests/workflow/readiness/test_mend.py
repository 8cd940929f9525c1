import os
import stat
from pathlib import Path

import pytest

from tagship.domain.change import FileChange
from tagship.errors import Conflict
from tagship.workflow.readiness.mend import together, write

CHANGES = (FileChange("a.txt", b"one\n", b"uno\n"), FileChange("sub/b.txt", b"two\n", b"due\n"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two files with modes of their own."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_bytes(b"one\n")
    (tmp_path / "a.txt").chmod(0o750)
    (tmp_path / "sub/b.txt").write_bytes(b"two\n")
    return tmp_path


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_all_are_written_and_keep_their_modes(root: Path) -> None:
    write(root, CHANGES)

    assert contents(root) == {"a.txt": b"uno\n", "sub/b.txt": b"due\n"}
    assert stat.S_IMODE((root / "a.txt").stat().st_mode) == 0o750


def test_a_file_that_was_changed_meanwhile_stops_all(root: Path) -> None:
    (root / "sub/b.txt").write_bytes(b"mine\n")

    with pytest.raises(Conflict, match=r"sub/b\.txt was changed"):
        write(root, CHANGES)

    assert contents(root) == {"a.txt": b"one\n", "sub/b.txt": b"mine\n"}


@pytest.mark.parametrize("raised", [OSError("full"), KeyboardInterrupt()])
@pytest.mark.parametrize("at", [0, 1])
def test_whatever_stops_a_write_leaves_everything_as_it_was(
    root: Path, monkeypatch: pytest.MonkeyPatch, raised: BaseException, at: int
) -> None:
    before, replace, count = contents(root), Path.replace, iter(range(9))

    def stopped(path: Path, target: Path) -> Path:
        if next(count) == at:
            raise raised
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(type(raised)):
        write(root, CHANGES)

    assert contents(root) == before


def test_a_link_is_followed_and_stays_one(root: Path) -> None:
    (root / "link.txt").symlink_to("a.txt")

    write(root, [FileChange("link.txt", b"one\n", b"uno\n")])

    assert (os.readlink(root / "link.txt"), (root / "a.txt").read_bytes()) == ("a.txt", b"uno\n")  # noqa: PTH115 -- as is


def test_a_link_out_of_the_repository_is_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "c.txt"
    outside.write_bytes(b"one\n")
    (root / "link.txt").symlink_to(outside)

    with pytest.raises(Conflict, match="leads out"):
        write(root, [FileChange("link.txt", b"one\n", b"uno\n")])

    assert outside.read_bytes() == b"one\n"


def test_two_changes_of_a_file_become_one_where_they_leave_each_other_alone() -> None:
    before = b"a = 1\r\nb = 1\nc = 1"
    one = FileChange("x", before, b"a = 2\r\nb = 1\nc = 1")
    other = FileChange("x", before, b"a = 1\r\nb = 1\nc = 3")
    both = FileChange("x", before, b"a = 2\r\nb = 1\nc = 3")

    assert together([one, other]) == together([other, one, one]) == (both,)


@pytest.mark.parametrize("after", [b"a = 3\nb = 1\n", b"a = 1\n\nb = 1\n", None])
def test_of_two_that_do_not_the_second_waits(after: bytes | None) -> None:
    before = b"a = 1\nb = 1\n"
    first = FileChange("x", before, b"a = 2\nb = 1\n")
    elsewhere = FileChange("w", b"", b"1")

    assert together([first, FileChange("x", before, after), elsewhere]) == (elsewhere, first)
