"""The throwaway directory: gone afterwards, whatever happened in it."""

import errno
import tempfile
from pathlib import Path

import pytest

from tagship.adapters.workshop import refusals_explained, workshop
from tagship.errors import BuildFailed, FactUnknown


@pytest.mark.parametrize("error", [None, RuntimeError, KeyboardInterrupt])
def test_it_is_gone(tmp_path: Path, error: type[BaseException] | None) -> None:
    def work() -> None:
        with workshop("test", base=tmp_path, failure=BuildFailed) as shop:
            (shop / "deep/er").mkdir(parents=True)
            (shop / "deep/er/file").touch(mode=0o400)
            (shop / "deep/er").chmod(0o500)
            (shop / "link").symlink_to(tmp_path)
            if error is not None:
                raise error

    if error is None:
        work()
    else:
        with pytest.raises(error):
            work()

    assert list(tmp_path.iterdir()) == []


def test_its_path_has_no_links(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")

    with workshop("test", base=tmp_path / "link", failure=BuildFailed) as shop:
        assert shop.parent == tmp_path / "real"


def test_a_full_disk_is_explained() -> None:
    with pytest.raises(BuildFailed, match="no space is left") as caught, refusals_explained(BuildFailed):
        Path("/dev/full").write_text("x", encoding="utf-8")

    assert caught.value.remedy is not None


@pytest.mark.parametrize("temporary", [True, False])
def test_only_what_is_temporary_can_be_moved(*, temporary: bool) -> None:
    full = OSError(errno.ENOSPC, "full", str(Path(tempfile.gettempdir()) / "x") if temporary else "/dev/full")
    with pytest.raises(BuildFailed) as caught, refusals_explained(BuildFailed):
        raise full

    assert ("TMPDIR" in str(caught.value.remedy)) == temporary


def test_other_errors_are_not_disguised() -> None:
    with pytest.raises(FileNotFoundError), refusals_explained(BuildFailed):
        Path("/no/such/file").read_text(encoding="utf-8")


def test_nowhere_to_put_it(tmp_path: Path) -> None:
    with (
        pytest.raises(FactUnknown, match="no directory for temporary files"),
        workshop("test", base=tmp_path / "no", failure=FactUnknown),
    ):
        pytest.fail("there is nothing to work in")
