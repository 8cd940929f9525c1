from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from repositories import Repo
from tagship.adapters.git import GitRepository
from tagship.domain.built import Blob
from tagship.workflow.files.blobs import TreeBlobs


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@contextmanager
def blobs_of(repo: Repo) -> Iterator[TreeBlobs]:
    with GitRepository(repo.path) as repository:
        yield TreeBlobs(repository.tree("HEAD"))


def test_a_file_with_either_kind_of_line_ends(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"a.py": "one\ntwo\n", "sub/b.py": ""})

    with blobs_of(repo) as blobs:
        assert set(blobs) == {"a.py", "sub/b.py"}
        assert len(blobs) == len({"a.py", "sub/b.py"})
        assert "c.py" not in blobs
        assert blobs["a.py"] == Blob(frozenset({digest(b"one\ntwo\n"), digest(b"one\r\ntwo\r\n")}), 8)
        assert blobs["sub/b.py"] == Blob(frozenset({digest(b"")}), 0)
        with pytest.raises(KeyError):
            _ = blobs["c.py"]


@pytest.mark.parametrize(
    ("attributes", "path"),
    [
        ("*.bin filter=lfs -text", "deep/x.bin"),
        ("/version.py export-subst", "version.py"),
        ("*.py ident", "deep/x.py"),
        ("deep/*.txt working-tree-encoding=ISO-8859-1", "deep/x.txt"),
    ],
)
def test_what_git_writes_otherwise_than_it_stores_it(tmp_path: Path, attributes: str, path: str) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({".gitattributes": f"# lines\n\n{attributes}\n", path: "content\n", "plain.md": "content\n"})

    with blobs_of(repo) as blobs:
        assert blobs[path].digests == frozenset()
        assert blobs["plain.md"].digests


def test_attributes_are_for_what_lies_below_them(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"sub/.gitattributes": "*.py ident\n", "sub/a.py": "1\n", "a.py": "1\n"})

    with blobs_of(repo) as blobs:
        assert blobs["sub/a.py"].digests == frozenset()
        assert blobs["a.py"].digests


def test_a_pointer_stands_for_another_content(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"model.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"})

    with blobs_of(repo) as blobs:
        assert blobs["model.bin"].digests == frozenset()


def test_a_link_is_what_it_leads_to(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    (repo.path / "pkg").mkdir()
    (repo.path / "pkg/README.md").symlink_to("../README.md")
    (repo.path / "pkg/all").symlink_to("../pkg")
    repo.commit({"README.md": "Read.\n"})

    with blobs_of(repo) as blobs:
        assert digest(b"Read.\n") in blobs["pkg/README.md"].digests
        assert blobs["pkg/all"].digests == frozenset()
