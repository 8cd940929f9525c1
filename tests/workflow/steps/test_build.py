"""Distributions from a checkout: whole, explained, and never among strangers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from servers.handmade import make_sdist, make_wheel
from tagship.adapters.manifests import manifest_path, read_manifest, write_manifest
from tagship.domain.plan import Done, Stopped, Todo
from tagship.errors import BuildFailed, Conflict, Edit, Incomplete
from tagship.workflow.steps.build import Build, BuildSdist, Origins, is_whole, unfinished

COMMIT = "a" * 40


class ByHand:
    """The port `Builder`: a wheel and an sdist, or nothing at all."""

    def __init__(self, *, version: str = "1.0", nothing: bool = False, fails: Exception | None = None) -> None:
        self.version = version
        self.nothing = nothing
        self.fails = fails

    def build(self, *, tag: str, commit: str, target: Path) -> Mapping[str, str]:
        assert commit == COMMIT
        assert tag
        if self.fails is not None:
            make_wheel(target, version=self.version)
            raise self.fails
        if not self.nothing:
            make_wheel(target, version=self.version)
            make_sdist(target, version=self.version)
        return {"hand": "1"}

    def build_sdist(self, *, tag: str, commit: str, target: Path) -> Mapping[str, str]:
        assert (tag, commit) == ("v1.0", COMMIT)
        make_sdist(target, version=self.version)
        return {"hand": "1"}


def step(dist: Path, builder: ByHand | None = None, *, tag: str = "v1.0", commit: str = COMMIT) -> Build:
    return Build(builder or ByHand(), origins(tag, commit), dist=dist)


def sdist_step(dist: Path, builder: ByHand | None = None) -> BuildSdist:
    return BuildSdist(builder or ByHand(), origins(), dist=dist)


def origins(tag: str = "v1.0", commit: str = COMMIT) -> Origins:
    return Origins(tag=tag, commit=lambda: commit, epoch=lambda: 7, project=lambda: ("handmade", tag.removeprefix("v")))


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    return tmp_path / "p" / "dist"


def test_what_is_not_there_is_built_and_then_done(dist: Path) -> None:
    build = step(dist)
    before = build.probe()
    build.apply()
    manifest = build.manifest()

    assert isinstance(before, Todo)
    assert manifest is not None
    assert (manifest.project, manifest.version, manifest.source_date_epoch) == ("handmade", "1.0", 7)
    assert build.probe() == Done("handmade-1.0-py3-none-any.whl, handmade-1.0.tar.gz")
    assert {path.name for path in dist.parent.iterdir()} == {"dist", "dist.manifest.json"}
    assert "v1.0" in build.describe()


@pytest.mark.parametrize(("tag", "commit"), [("v1.1", COMMIT), ("v1.0", "b" * 40)])
def test_a_build_of_something_else_is_none(dist: Path, tag: str, commit: str) -> None:
    step(dist).apply()
    other = step(dist, tag=tag, commit=commit)

    assert isinstance(other.probe(), Todo)
    assert other.manifest() is None


def test_the_build_before_makes_room(dist: Path) -> None:
    step(dist).apply()
    step(dist, ByHand(version="1.1"), tag="v1.1").apply()

    assert {path.name for path in dist.iterdir()} == {"handmade-1.1-py3-none-any.whl", "handmade-1.1.tar.gz"}


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"other")], ids=["gone", "changed"])
def test_a_damaged_build_is_built_again(dist: Path, damage: Callable[[Path], object]) -> None:
    build = step(dist)
    build.apply()
    damage(next(dist.glob("*.whl")))
    damaged = build.probe()
    build.apply()

    assert isinstance(damaged, Todo)
    assert isinstance(build.probe(), Done)


@pytest.mark.parametrize("built", [False, True])
def test_strangers_are_in_the_way(dist: Path, *, built: bool) -> None:
    if built:
        step(dist).apply()
    dist.mkdir(parents=True, exist_ok=True)
    (dist / "SHA256SUMS").touch()
    state = step(dist).probe()

    assert isinstance(state, Stopped)
    assert isinstance(state.error, Conflict)
    assert "SHA256SUMS" in state.error.message
    assert state.error.remedy == Edit(f"move them out of {dist}: SHA256SUMS")


def test_a_file_in_place_of_the_directory_is_in_the_way(dist: Path) -> None:
    dist.parent.mkdir()
    dist.touch()
    state = step(dist).probe()

    assert isinstance(state, Stopped)
    assert "not a directory" in state.error.message


def test_a_backend_that_makes_nothing_has_failed(dist: Path) -> None:
    with pytest.raises(BuildFailed):
        step(dist, ByHand(nothing=True)).apply()

    assert not dist.exists()


@pytest.mark.parametrize("error", [BuildFailed("unwell"), ValueError("a bug"), OSError(28, "no space")])
def test_a_build_that_fails_leaves_what_was_there(dist: Path, error: Exception) -> None:
    build = step(dist)
    build.apply()
    before = {path.name: path.read_bytes() for path in dist.iterdir()}
    with pytest.raises(Incomplete if isinstance(error, OSError) else type(error)):
        step(dist, ByHand(version="1.1", fails=error), tag="v1.1").apply()

    assert {path.name: path.read_bytes() for path in dist.iterdir()} == before
    assert {path.name for path in dist.parent.iterdir()} == {"dist", manifest_path(dist).name}


def test_whole_means_every_byte(dist: Path) -> None:
    step(dist).apply()
    manifest = read_manifest(dist)

    assert manifest is not None
    assert is_whole(dist, manifest)

    next(dist.glob("*.tar.gz")).unlink()

    assert not is_whole(dist, manifest)
    assert unfinished(dist) == "build-of-dist"


def test_an_sdist_alone_awaits_wheels_and_is_no_whole_build(dist: Path) -> None:
    only = sdist_step(dist)
    before = only.probe()
    only.apply()
    manifest = read_manifest(dist)

    assert before == Todo("dist holds no build of v1.0")
    assert only.probe() == Done("handmade-1.0.tar.gz")
    assert manifest is not None
    assert manifest.unfinished
    assert json.loads(manifest_path(dist).read_text(encoding="utf-8"))["schema"] == "tagship-unfinished-manifest/1"
    assert step(dist).manifest() is None
    assert isinstance(step(dist).probe(), Todo)
    assert "v1.0" in only.describe()


def test_a_whole_build_follows_an_sdist_and_holds_one(dist: Path) -> None:
    sdist_step(dist).apply()
    step(dist).apply()

    assert {path.name for path in dist.iterdir()} == {"handmade-1.0-py3-none-any.whl", "handmade-1.0.tar.gz"}
    assert isinstance(sdist_step(dist).probe(), Done)


def test_wheels_alone_hold_no_sdist(dist: Path) -> None:
    step(dist).apply()
    whole = read_manifest(dist)
    assert whole is not None
    next(dist.glob("*.tar.gz")).unlink()
    write_manifest(dist, replace(whole, files=whole.files[:1]))

    assert sdist_step(dist).probe() == Todo("dist holds no build of v1.0")
