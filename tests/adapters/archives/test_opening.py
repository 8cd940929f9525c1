"""What a good archive reads into, and what is said of one that is none."""

import gzip
import hashlib
import os
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.archives.packing import METADATA, ROOT, SDIST, WHEEL, make_sdist, make_wheel
from minting import Mint
from tagship.adapters.archives import limits, open_distribution
from tagship.adapters.manifests import artifact_of
from tagship.domain.distribution import Leak, MemberKind
from tagship.secrets.matcher import leaks_in

CODE = b"x = 1\n" * 900


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    members = {"demo/__init__.py": CODE, f"{ROOT}/METADATA": METADATA, f"{ROOT}/RECORD": b"demo,,\n", "demo.pth": b"."}
    return make_wheel(tmp_path / WHEEL, members)


@pytest.fixture
def sdist(tmp_path: Path) -> Path:
    random = os.urandom(20_000)
    return make_sdist(
        tmp_path / SDIST,
        {
            "demo-1.0/PKG-INFO": METADATA,
            "demo-1.0/demo.py": random,
            "demo-1.0/pyproject.toml": b"[project]\n",
            "demo-1.0/src/demo.egg-info/PKG-INFO": b"another",
        },
    )


class TestWhole:
    def test_a_wheel(self, wheel: Path) -> None:
        distribution = open_distribution(wheel)

        assert distribution.artifact == artifact_of(wheel)
        assert distribution.names == ("demo/__init__.py", f"{ROOT}/METADATA", f"{ROOT}/RECORD", "demo.pth")
        first = distribution.members[0]
        assert (first.kind, first.size, first.sha256) == (MemberKind.FILE, len(CODE), sha256(CODE))
        assert (distribution.metadata, distribution.broken) == (METADATA, None)
        assert (distribution.peculiarities, distribution.leaks) == ((), ())
        assert distribution.texts == {
            f"{ROOT}/METADATA": METADATA, f"{ROOT}/RECORD": b"demo,,\n", "demo.pth": b".",
        }  # fmt: skip

    def test_an_sdist(self, sdist: Path) -> None:
        distribution = open_distribution(sdist)

        assert distribution.artifact == artifact_of(sdist)
        assert distribution.names[:2] == ("demo-1.0/PKG-INFO", "demo-1.0/demo.py")
        assert distribution.members[0].sha256 == sha256(METADATA)
        assert (distribution.metadata, distribution.broken, distribution.peculiarities) == (METADATA, None, ())
        assert distribution.texts == {"demo-1.0/PKG-INFO": METADATA, "demo-1.0/pyproject.toml": b"[project]\n"}

    def test_metadata_in_another_place_is_none(self, tmp_path: Path) -> None:
        wheel = make_wheel(tmp_path / WHEEL, {"Demo-1.0.dist-info/METADATA": METADATA})
        sdist = make_sdist(tmp_path / SDIST, {"PKG-INFO": METADATA, "demo-1.0/x/PKG-INFO": METADATA})

        for path in (wheel, sdist):
            distribution = open_distribution(path)
            assert (distribution.metadata, distribution.broken) == (None, None)

    def test_duplicates_are_listed_and_the_last_counts(self, tmp_path: Path) -> None:
        path = tmp_path / WHEEL
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{ROOT}/METADATA", b"1")
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr(f"{ROOT}/METADATA", METADATA)

        distribution = open_distribution(path)

        assert distribution.names == (f"{ROOT}/METADATA",) * 2
        assert [member.sha256 for member in distribution.members] == [sha256(b"1"), sha256(METADATA)]
        assert distribution.metadata == METADATA

    def test_a_build_number_in_the_name(self, tmp_path: Path) -> None:
        path = make_wheel(tmp_path / "demo-1.0-7-py3-none-any.whl", {f"{ROOT}/METADATA": METADATA})

        assert open_distribution(path).metadata == METADATA

    def test_metadata_that_is_a_link_is_not_followed(self, tmp_path: Path) -> None:
        link = tarfile.TarInfo("demo-1.0/PKG-INFO")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"

        distribution = open_distribution(make_sdist(tmp_path / SDIST, {"link": link}))

        assert distribution.metadata is None
        assert [(member.kind, member.target) for member in distribution.members] == [
            (MemberKind.SYMLINK, "/etc/passwd")
        ]

    @pytest.mark.parametrize("name", [WHEEL, SDIST])
    @pytest.mark.parametrize("size", [limits.WHOLE - 1, limits.WHOLE, limits.WHOLE + limits.CHUNK + 1])
    def test_large_members_come_in_pieces_that_overlap(self, tmp_path: Path, name: str, size: int) -> None:
        content = os.urandom(size)
        make = make_wheel if name == WHEEL else make_sdist
        path = make(tmp_path / name, {"demo-1.0/big": content})
        pieces: list[bytes] = []

        def inspect(member: str, piece: bytes) -> Iterator[Leak]:
            pieces.append(piece)
            yield Leak(member, "found", "f")

        distribution = open_distribution(path, inspect=inspect)

        assert distribution.members[0].sha256 == sha256(content)
        assert distribution.leaks == (Leak("demo-1.0/big", "found", "f"),)
        assert pieces[0] + b"".join(piece[limits.OVERLAP :] for piece in pieces[1:]) == content
        assert (len(pieces) == 1) is (size <= limits.WHOLE)

    @pytest.mark.parametrize("name", [WHEEL, SDIST])
    def test_decoys_hide_no_credential(self, tmp_path: Path, name: str) -> None:
        key = "\n".join(Mint(1).key("RSA ")).encode()
        make = make_wheel if name == WHEEL else make_sdist
        decoys = {f"demo-1.0/tests/{number}.pem": key for number in range(1100)}

        distribution = open_distribution(make(tmp_path / name, decoys | {"demo-1.0/deploy.pem": key}), inspect=leaks_in)

        assert Leak("demo-1.0/deploy.pem", "private-key", "-----BEGIN RSA ") in distribution.leaks
        assert len(distribution.leaks) == 1101

    def test_a_member_leaks_each_kind_once(self, tmp_path: Path) -> None:
        mint = Mint(2)
        content = "\n".join([*(mint.index_token() for _ in range(9)), mint.with_checksum("ghp_")]).encode()

        distribution = open_distribution(make_wheel(tmp_path / WHEEL, {"demo/a.py": content}), inspect=leaks_in)

        assert [leak.rule for leak in distribution.leaks] == ["index-token", "github-personal-token"]

    def test_large_texts_are_not_kept(self, tmp_path: Path) -> None:
        path = make_wheel(tmp_path / WHEEL, {f"{ROOT}/NOTES": bytes(limits.MAX_TEXT + 1), f"{ROOT}/METADATA": METADATA})

        assert list(open_distribution(path).texts) == [f"{ROOT}/METADATA"]


class TestBroken:
    @pytest.mark.parametrize("name", [WHEEL, SDIST])
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"nonsense",
            b"\x1f",
            b"\x1f\x8b",
            b"PK\x03\x04",
            gzip.compress(b"", mtime=0),
            gzip.compress(b"x" * 999, mtime=0),
        ],
    )
    def test_what_is_no_archive(self, tmp_path: Path, name: str, content: bytes) -> None:
        path = tmp_path / name
        path.write_bytes(content)

        distribution = open_distribution(path)

        assert distribution.broken is not None
        assert distribution.artifact == artifact_of(path)

    def test_empty_archives(self, tmp_path: Path) -> None:
        assert open_distribution(make_wheel(tmp_path / WHEEL, {})).broken == "the archive is empty"
        assert open_distribution(make_sdist(tmp_path / SDIST, {})).broken == "the archive is empty"

    @pytest.mark.parametrize(("name", "told"), [("SHA256SUMS", "neither"), ("demo-1.0.zip", "not take any more")])
    def test_another_kind_of_file(self, tmp_path: Path, name: str, told: str) -> None:
        path = tmp_path / name
        path.write_text("x", encoding="utf-8")

        assert told in str(open_distribution(path).broken)
        assert open_distribution(path).artifact == artifact_of(path)

    def test_no_file(self, tmp_path: Path) -> None:
        for name in (WHEEL, SDIST, "demo-1.0.zip"):
            with pytest.raises(FileNotFoundError):
                open_distribution(tmp_path / name)

    @pytest.mark.parametrize("name", [WHEEL, SDIST])
    def test_cut_off(self, wheel: Path, sdist: Path, name: str) -> None:
        path = wheel if name == WHEEL else sdist
        whole = path.read_bytes()
        for kept in (len(whole) // 4, len(whole) // 2, len(whole) - 5):
            path.write_bytes(whole[:kept])
            assert open_distribution(path).broken is not None

    def test_a_wrong_checksum(self, wheel: Path, sdist: Path) -> None:
        content = bytearray(wheel.read_bytes())
        content[48] ^= 1
        wheel.write_bytes(content)
        content = bytearray(sdist.read_bytes())
        content[-7] ^= 1
        sdist.write_bytes(content)

        assert open_distribution(wheel).broken is not None
        assert open_distribution(sdist).broken is not None

    def test_more_members_than_any_project_has(self, wheel: Path, sdist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tagship.adapters.archives.zip_directory.MAX_MEMBERS", 1)
        monkeypatch.setattr(limits, "MAX_MEMBERS", 1)

        assert open_distribution(wheel).broken == "the archive has more than 1 members"
        assert open_distribution(sdist).broken == "the archive has more than 1 members"

    def test_names_without_end(self, wheel: Path, sdist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "MAX_NAMES", 10)

        assert "names" in str(open_distribution(wheel).broken)
        assert "names" in str(open_distribution(sdist).broken)

    def test_metadata_without_end(self, wheel: Path, sdist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "MAX_DESCRIPTION", 10)

        assert "is larger than" in str(open_distribution(wheel).broken)
        assert "is larger than" in str(open_distribution(sdist).broken)

    def test_more_credentials_than_any_project_has(
        self, wheel: Path, sdist: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "MAX_LEAKS", 1)

        for path in (wheel, sdist):
            opened = open_distribution(path, inspect=lambda member, _: [Leak(member, "found", "f")])
            assert opened.broken == "more than 1 of its members look like credentials"

    def test_time_is_bounded(self, wheel: Path, sdist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "SECONDS", -1.0)

        for path in (wheel, sdist):
            distribution = open_distribution(path)
            assert "takes more than" in str(distribution.broken)
            assert distribution.artifact == artifact_of(path)
