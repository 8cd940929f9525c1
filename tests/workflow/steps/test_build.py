"""Distributions from a checkout: whole, explained, and never among strangers."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from servers.handmade import make_sdist, make_wheel
from tagship.adapters.manifests import manifest_path, read_manifest
from tagship.domain.plan import Done, Stopped, Todo
from tagship.errors import BuildFailed, Conflict, Edit, Incomplete
from tagship.workflow.steps.build import Build, is_whole, unfinished

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


def step(dist: Path, builder: ByHand | None = None, *, tag: str = "v1.0", commit: str = COMMIT) -> Build:
    return Build(
        builder or ByHand(),
        tag=tag,
        commit=lambda: commit,
        epoch=lambda: 7,
        project=lambda: ("handmade", tag.removeprefix("v")),
        dist=dist,
    )


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
