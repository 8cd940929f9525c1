"""The manifest: what is written is what is read, and nothing else is."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tagship.adapters.manifests import artifact_of, manifest_path, read_manifest, strangers, write_manifest
from tagship.domain.artifact import Artifact, Manifest
from tagship.errors import ConfigError

DIGEST = hashlib.sha256(b"wheel").hexdigest()
MANIFEST = Manifest(
    project="demo",
    version="1.0",
    tag="v1.0",
    commit="c" * 40,
    source_date_epoch=1_772_359_200,
    toolchain={"python": "3.11.7", "uv": "0.9"},
    files=(Artifact("demo-1.0-py3-none-any.whl", 5, DIGEST), Artifact("demo-1.0.tar.gz", 7, "0" * 64)),
)


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    path = tmp_path / "dist"
    path.mkdir()
    return path


def test_there_and_back(dist: Path) -> None:
    path = write_manifest(dist, MANIFEST)

    assert path == manifest_path(dist) == dist.parent / "dist.manifest.json"
    assert read_manifest(dist) == MANIFEST
    assert list(dist.iterdir()) == []
    assert [each.name for each in dist.parent.iterdir() if each != dist] == ["dist.manifest.json"]
    assert json.loads(path.read_bytes())["schema"] == "tagship-manifest/1"


def test_one_that_awaits_wheels_is_told_by_its_schema(dist: Path) -> None:
    path = write_manifest(dist, replace(MANIFEST, unfinished=True))
    document = json.loads(path.read_bytes())
    read = read_manifest(dist)

    assert document["schema"] == "tagship-unfinished-manifest/1"
    assert "unfinished" not in document
    assert read == replace(MANIFEST, unfinished=True)
    assert read is not None
    assert read.sdist == MANIFEST.files[1]

    write_manifest(dist, read)

    assert json.loads(path.read_bytes()) == document


def test_writing_again_replaces_it(dist: Path) -> None:
    write_manifest(dist, MANIFEST)
    first = manifest_path(dist).read_bytes()
    write_manifest(dist, MANIFEST)

    assert manifest_path(dist).read_bytes() == first


def test_none(dist: Path) -> None:
    assert read_manifest(dist) is None


def changed(**changes: object) -> str:
    document: dict[str, object] = {
        "schema": "tagship-manifest/1", "project": "demo", "version": "1.0", "tag": "v1.0", "commit": "c",
        "source_date_epoch": 1, "toolchain": {}, "files": [{"filename": "a.whl", "size": 1, "sha256": DIGEST}],
    }  # fmt: skip
    document |= changes
    return json.dumps({key: value for key, value in document.items() if value is not None})


def test_the_base_of_the_broken_ones_is_not_broken(dist: Path) -> None:
    manifest_path(dist).write_text(changed(), encoding="utf-8")

    assert read_manifest(dist) is not None


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "[" * 200_000, " " * (4 << 20) + changed(),
        "null", "\xff", changed(schema="tagship-manifest/2"), changed(schema=None), changed(tag=None),
        changed(tag=1), changed(files=None), changed(files={}), changed(files=["a.whl"]), changed(toolchain=[]),
        changed(source_date_epoch="1"), changed(source_date_epoch=True), changed(source_date_epoch=-1),
        *(
            changed(files=[{"filename": name, "size": 1, "sha256": DIGEST}])
            for name in ("../a.whl", "/a.whl", "a/b.whl", "a\\b.whl", "", ".", "..")
        ),
        changed(files=[{"filename": "a.whl", "size": 1, "sha256": "abc"}]),
        changed(files=[{"filename": "a.whl", "size": 1, "sha256": DIGEST.upper()}]),
        changed(files=[{"filename": "a.whl", "size": "1", "sha256": DIGEST}]),
    ],
)  # fmt: skip
def test_broken_ones(dist: Path, text: str) -> None:
    manifest_path(dist).write_bytes(text.encode("latin-1"))

    with pytest.raises(ConfigError) as caught:
        read_manifest(dist)

    assert caught.value.where is not None
    assert caught.value.remedy is not None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in directories")
def test_a_pipe_in_its_place(dist: Path) -> None:
    os.mkfifo(manifest_path(dist))

    with pytest.raises(ConfigError, match="it is no file"):
        read_manifest(dist)


def test_artifact(dist: Path) -> None:
    path = dist / "demo-1.0-py3-none-any.whl"
    path.write_bytes(b"wheel")

    assert artifact_of(path) == MANIFEST.files[0]


def test_strangers(dist: Path) -> None:
    for name in ("demo-1.0-py3-none-any.whl", "SHA256SUMS", ".hidden"):
        (dist / name).touch()
    (dist / "folder").mkdir()
    (dist / "demo-1.0.tar.gz").mkdir()

    assert strangers(dist, MANIFEST) == (".hidden", "SHA256SUMS", "demo-1.0.tar.gz", "folder")
    assert strangers(dist.parent / "nowhere", MANIFEST) == ()
