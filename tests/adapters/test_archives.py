"""Archives: what they say where they should say it, and every way to be broken."""

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagship.adapters import archives
from tagship.adapters.archives import open_distribution, unpack_sdist
from tagship.adapters.manifests import artifact_of
from tagship.errors import BuildFailed

METADATA = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
WHEEL = "demo-1.0-py3-none-any.whl"
SDIST = "demo-1.0.tar.gz"


def make_wheel(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def make_sdist(path: Path, members: Mapping[str, bytes | tarfile.TarInfo]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path / WHEEL, {"demo/__init__.py": b"x" * 5000, "demo-1.0.dist-info/METADATA": METADATA})


@pytest.fixture
def sdist(tmp_path: Path) -> Path:
    return make_sdist(tmp_path / SDIST, {"demo-1.0/PKG-INFO": METADATA, "demo-1.0/demo.py": os.urandom(20_000)})


class TestWhole:
    def test_a_wheel(self, wheel: Path) -> None:
        distribution = open_distribution(wheel)

        assert distribution.artifact == artifact_of(wheel)
        assert distribution.names == ("demo/__init__.py", "demo-1.0.dist-info/METADATA")
        assert (distribution.metadata, distribution.broken) == (METADATA, None)

    def test_an_sdist(self, sdist: Path) -> None:
        distribution = open_distribution(sdist)

        assert distribution.names == ("demo-1.0/PKG-INFO", "demo-1.0/demo.py")
        assert (distribution.metadata, distribution.broken) == (METADATA, None)

    def test_metadata_in_another_place_is_none(self, tmp_path: Path) -> None:
        wheel = make_wheel(tmp_path / WHEEL, {"Demo-1.0.dist-info/METADATA": METADATA})
        sdist = make_sdist(tmp_path / SDIST, {"PKG-INFO": METADATA, "demo-1.0/x/PKG-INFO": METADATA})

        for path in (wheel, sdist):
            distribution = open_distribution(path)
            assert (distribution.metadata, distribution.broken) == (None, None)

    def test_duplicates_are_listed(self, tmp_path: Path) -> None:
        path = tmp_path / WHEEL
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("demo/a.py", b"1")
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr("demo/a.py", b"2")

        assert open_distribution(path).names == ("demo/a.py", "demo/a.py")

    def test_a_build_number_in_the_name(self, tmp_path: Path) -> None:
        path = make_wheel(tmp_path / "demo-1.0-7-py3-none-any.whl", {"demo-1.0.dist-info/METADATA": METADATA})

        assert open_distribution(path).metadata == METADATA

    def test_metadata_that_is_a_link_is_not_followed(self, tmp_path: Path) -> None:
        link = tarfile.TarInfo("demo-1.0/PKG-INFO")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"

        assert open_distribution(make_sdist(tmp_path / SDIST, {"link": link})).metadata is None


class TestBroken:
    @pytest.mark.parametrize("name", [WHEEL, SDIST])
    @pytest.mark.parametrize(
        "content", [b"", b"nonsense", b"PK\x03\x04", gzip.compress(b""), gzip.compress(b"x" * 999)]
    )
    def test_what_is_no_archive(self, tmp_path: Path, name: str, content: bytes) -> None:
        path = tmp_path / name
        path.write_bytes(content)

        assert open_distribution(path).broken is not None

    def test_empty_archives(self, tmp_path: Path) -> None:
        assert open_distribution(make_wheel(tmp_path / WHEEL, {})).broken == "the archive is empty"
        assert open_distribution(make_sdist(tmp_path / SDIST, {})).broken == "the archive is empty"

    def test_another_kind_of_file(self, tmp_path: Path) -> None:
        path = tmp_path / "SHA256SUMS"
        path.write_text("x", encoding="utf-8")

        assert open_distribution(path).broken == "SHA256SUMS is neither a wheel nor a .tar.gz sdist"

    @pytest.mark.parametrize("name", [WHEEL, SDIST])
    def test_cut_off(self, wheel: Path, sdist: Path, name: str) -> None:
        path = wheel if name == WHEEL else sdist
        whole = path.read_bytes()
        for kept in (len(whole) // 4, len(whole) // 2, len(whole) - 5):
            path.write_bytes(whole[:kept])
            assert open_distribution(path).broken is not None

    def test_a_wrong_checksum(self, wheel: Path, sdist: Path) -> None:
        content = bytearray(wheel.read_bytes())
        content[45] ^= 1
        wheel.write_bytes(content)
        content = bytearray(sdist.read_bytes())
        content[-7] ^= 1
        sdist.write_bytes(content)

        assert open_distribution(wheel).broken is not None
        assert open_distribution(sdist).broken is not None

    def test_encrypted(self, wheel: Path) -> None:
        content = wheel.read_bytes()
        local, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
        marked = bytearray(content)
        marked[local + 6] |= 1
        marked[central + 8] |= 1
        wheel.write_bytes(marked)

        assert open_distribution(wheel).broken == "demo/__init__.py is encrypted"

    def test_bombs(self, wheel: Path, sdist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "MAX_UNPACKED", 4000)

        assert "unpacks to more" in str(open_distribution(wheel).broken)
        assert "unpacks to more" in str(open_distribution(sdist).broken)

    def test_more_members_than_any_project_has(self, wheel: Path, sdist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "MAX_MEMBERS", 1)

        assert "members" in str(open_distribution(wheel).broken)
        assert "members" in str(open_distribution(sdist).broken)

    def test_metadata_without_end(self, wheel: Path, sdist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "MAX_METADATA", 10)

        assert "is larger than" in str(open_distribution(wheel).broken)
        assert "is larger than" in str(open_distribution(sdist).broken)

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(data=st.data())
    def test_no_damage_raises(self, wheel: Path, sdist: Path, tmp_path: Path, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from([wheel, sdist]))
        content = bytearray(source.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        damaged = tmp_path / "damaged" / source.name
        damaged.parent.mkdir(exist_ok=True)
        damaged.write_bytes(content)

        distribution = open_distribution(damaged)

        assert distribution.broken is not None or distribution.members


class TestUnpacking:
    def test_whole(self, sdist: Path, tmp_path: Path) -> None:
        top = unpack_sdist(sdist, tmp_path / "out")

        assert top == tmp_path / "out/demo-1.0"
        assert (top / "PKG-INFO").read_bytes() == METADATA

    @pytest.mark.parametrize("name", ["../evil.py", "/tmp/evil.py", "demo-1.0/../../evil.py"])
    @pytest.mark.parametrize("filtered", [True, False])
    def test_nothing_is_written_outside(
        self,
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

    def test_a_link_outside(self, tmp_path: Path) -> None:
        link = tarfile.TarInfo("demo-1.0/link")
        link.type, link.linkname = tarfile.SYMTYPE, "../../../etc/passwd"

        with pytest.raises(BuildFailed):
            unpack_sdist(make_sdist(tmp_path / SDIST, {"link": link}), tmp_path / "out")

    def test_pythons_without_a_filter(self, sdist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(tarfile, "data_filter")

        assert (unpack_sdist(sdist, tmp_path / "out") / "PKG-INFO").read_bytes() == METADATA

    def test_not_one_directory(self, tmp_path: Path) -> None:
        path = make_sdist(tmp_path / SDIST, {"demo-1.0/PKG-INFO": METADATA, "other/file": b"x"})

        with pytest.raises(BuildFailed, match="does not hold one directory"):
            unpack_sdist(path, tmp_path / "out")

    def test_no_archive(self, tmp_path: Path) -> None:
        (tmp_path / SDIST).write_bytes(b"nonsense")

        with pytest.raises(BuildFailed):
            unpack_sdist(tmp_path / SDIST, tmp_path / "out")
