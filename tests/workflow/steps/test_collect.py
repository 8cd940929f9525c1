"""Wheels from elsewhere join the sdist that they were built from, and nothing else does."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from servers.handmade import make_sdist, make_wheel
from tagship.adapters.manifests import artifact_of, manifest_path, read_manifest, write_manifest
from tagship.domain.artifact import Manifest
from tagship.domain.finding import Finding, NotKnown, NotReady, Outcome, Report, Severity, Verdict
from tagship.domain.plan import Done, Stopped, Todo
from tagship.errors import Conflict, Edit, NotThere, Run, TagshipError, UsageError
from tagship.workflow.steps.build import Origins, is_whole
from tagship.workflow.steps.collect import Collect

COMMIT = "a" * 40
LINUX, MAC = "cp312-cp312-manylinux_2_28_x86_64", "cp312-cp312-macosx_11_0_arm64"
SDIST = "handmade-1.0.tar.gz"


def report(outcome: Outcome | None = None) -> Report:
    found = (Finding("odd"),)
    odd = Verdict("a-check", "a title", Severity.ERROR, outcome or Outcome.PASSED, "Why.", "Fix.", findings=found)
    return Report("build", "handmade", "1.0", "v1.0", COMMIT, () if outcome is None else (odd,), 0.0)


class Place:
    """A directory with an sdist that awaits wheels, and one that wheels come from."""

    def __init__(self, path: Path) -> None:
        self.dist, self.wheels = path / "dist", path / "wheelhouse"
        self.dist.mkdir()
        self.wheels.mkdir()
        self.looked_at: list[set[str]] = []
        self.found: Report = report()
        sdist = artifact_of(make_sdist(self.dist))
        self.begun = Manifest("handmade", "1.0", "v1.0", COMMIT, 7, {"hand": "1"}, (sdist,), unfinished=True)
        write_manifest(self.dist, self.begun)

    def step(self, *, commit: str = COMMIT) -> Collect:
        origins = Origins("v1.0", lambda: commit, lambda: 7, lambda: ("handmade", "1.0"))
        return Collect(origins, dist=self.dist, wheels=self.wheels, examine=self._examine)

    def _examine(self, dist: Path) -> Report:
        manifest = read_manifest(dist)
        assert manifest is not None
        assert is_whole(dist, manifest)
        self.looked_at.append({path.name for path in dist.iterdir()})
        return self.found

    @property
    def manifest(self) -> Manifest:
        manifest = read_manifest(self.dist)
        assert manifest is not None
        return manifest

    @property
    def names(self) -> set[str]:
        return {path.name for path in self.dist.iterdir()}

    def refusal(self, kind: type[TagshipError]) -> TagshipError:
        """Why the step is stopped; applying it says the same, and changes nothing."""
        before = self.names, manifest_path(self.dist).read_bytes()
        state = self.step().probe()
        assert isinstance(state, Stopped)
        with pytest.raises(kind) as caught:
            self.step().apply()

        assert type(state.error) is kind
        assert state.error.message == caught.value.message
        assert state.error.remedy is not None
        assert (self.names, manifest_path(self.dist).read_bytes()) == before
        assert {path.name for path in self.dist.parent.iterdir()} == {"dist", "dist.manifest.json", "wheelhouse"}
        return state.error


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_wheels_of_all_directories_join_the_sdist(place: Place) -> None:
    (place.wheels / "mac").mkdir()
    linux, mac = make_wheel(place.wheels, tag=LINUX), make_wheel(place.wheels / "mac", tag=MAC)
    step = place.step()
    before = step.probe()
    step.apply()

    assert before == Todo(f"{linux.name}, {mac.name}")
    assert step.probe() == Done(f"{mac.name}, {linux.name}, {SDIST}")
    assert place.names == {linux.name, mac.name, SDIST} == place.looked_at[0]
    assert not place.manifest.unfinished
    assert place.manifest.toolchain == {"hand": "1"}
    assert json.loads(manifest_path(place.dist).read_text(encoding="utf-8"))["schema"] == "tagship-manifest/1"
    assert linux.is_file()
    assert {path.name for path in place.dist.parent.iterdir()} == {"dist", "dist.manifest.json", "wheelhouse"}
    assert "v1.0" in step.describe()
    assert "wheelhouse" in step.describe()


def test_platforms_may_come_one_after_the_other(place: Place) -> None:
    linux = make_wheel(place.wheels, tag=LINUX)
    place.step().apply()
    linux.unlink()
    mac = make_wheel(place.wheels, tag=MAC)
    state = place.step().probe()
    place.step().apply()

    assert state == Todo(mac.name)
    assert place.names == {linux.name, mac.name, SDIST}

    mac.unlink()

    assert isinstance(place.step().probe(), Done)


@pytest.mark.parametrize("left", [0, 1])
def test_what_was_cut_short_is_gone_on_with(place: Place, left: int) -> None:
    """The manifest names all of them by then, and some or none lie in their places."""
    wheels = [make_wheel(place.wheels, tag=tag) for tag in (LINUX, MAC)]
    place.step().apply()
    for wheel in wheels[left:]:
        (place.dist / wheel.name).unlink()
    state = place.step().probe()
    place.step().apply()

    assert isinstance(state, Todo)
    assert is_whole(place.dist, place.manifest)


def test_the_sdist_and_a_wheel_may_lie_there_twice(place: Place) -> None:
    (place.wheels / "again").mkdir()
    make_wheel(place.wheels, tag=LINUX)
    make_wheel(place.wheels / "again", tag=LINUX)
    make_sdist(place.wheels)
    place.step().apply()

    assert len(place.manifest.files) == 2


def _other_sdist(place: Place) -> None:
    make_wheel(place.wheels, tag=LINUX)
    make_sdist(place.wheels, code="changed")


def _foreign(place: Place) -> None:
    make_wheel(place.wheels, tag=LINUX)
    (place.wheels / "SHA256SUMS").touch()


def _link(place: Place) -> None:
    elsewhere = place.dist / SDIST
    (place.wheels / SDIST).symlink_to(elsewhere)


def _linked_directory(place: Place) -> None:
    (place.wheels / "more").symlink_to(place.dist)


def _other_project(place: Place) -> None:
    make_wheel(place.wheels, "other", tag=LINUX)


def _other_version(place: Place) -> None:
    make_wheel(place.wheels, version="1.1", tag=LINUX)


def _no_name(place: Place) -> None:
    (place.wheels / "handmade.whl").touch()


def _two_of_a_name(place: Place) -> None:
    (place.wheels / "again").mkdir()
    make_wheel(place.wheels, tag=LINUX)
    make_wheel(place.wheels / "again", tag=LINUX, code="changed")


def _built_again(place: Place) -> None:
    make_wheel(place.wheels, tag=LINUX)
    place.step().apply()
    make_wheel(place.wheels, tag=LINUX, code="changed")


def _of_one_platform(place: Place) -> None:
    make_wheel(place.wheels, tag=LINUX)
    make_wheel(place.wheels, tag="cp312-cp312-manylinux_2_28_x86_64.manylinux_2_29_x86_64")


def _stranger(place: Place) -> None:
    make_wheel(place.wheels, tag=LINUX)
    (place.dist / "SHA256SUMS").touch()


@pytest.mark.parametrize(
    ("happen", "told"),
    [
        (_other_sdist, "is not the sdist that was built"),
        (_foreign, "neither a wheel nor the sdist: SHA256SUMS"),
        (_link, f"neither a wheel nor the sdist: {SDIST}"),
        (_linked_directory, "neither a wheel nor the sdist: more"),
        (_other_project, "is a wheel of other 1.0, and v1.0 is handmade 1.0"),
        (_other_version, "is a wheel of handmade 1.1, and v1.0 is handmade 1.0"),
        (_no_name, "handmade.whl is not the name of a wheel"),
        (_two_of_a_name, "hold other bytes under the name"),
        (_built_again, "dist.manifest.json and"),
        (_of_one_platform, f"are both for {LINUX}"),
        (_stranger, "dist.manifest.json does not explain: SHA256SUMS"),
    ],
)
def test_what_does_not_belong_there_is_a_conflict(place: Place, happen: Callable[[Place], None], told: str) -> None:
    happen(place)

    assert told in place.refusal(Conflict).message


def test_wheels_with_build_numbers_may_be_for_one_platform(place: Place) -> None:
    wheel = make_wheel(place.wheels, tag=LINUX)
    wheel.rename(place.wheels / wheel.name.replace("-1.0-", "-1.0-1-"))
    make_wheel(place.wheels, tag=LINUX)
    place.step().apply()

    assert len(place.manifest.files) == 3


def test_no_wheel_completes_nothing(place: Place) -> None:
    refusal = place.refusal(NotThere)

    assert refusal.message == f"{place.wheels} holds no wheel"
    assert refusal.remedy == Edit(f"build the wheels from {SDIST}, and put them into {place.wheels}")


def test_wheels_that_are_gone_are_wanted_back(place: Place) -> None:
    wheel = make_wheel(place.wheels, tag=LINUX)
    place.step().apply()
    wheel.unlink()
    (place.dist / wheel.name).write_bytes(b"cut")
    make_wheel(place.wheels, tag=MAC)
    refusal = place.refusal(NotThere)

    assert f"does not hold {wheel.name} as it was collected" in refusal.message


def test_there_has_to_be_an_sdist_first(place: Place) -> None:
    make_wheel(place.wheels, tag=LINUX)
    manifest_path(place.dist).unlink()
    (place.dist / SDIST).unlink()
    state = place.step().probe()

    assert isinstance(state, Stopped)
    assert isinstance(state.error, NotThere)
    assert state.error.remedy == Run(("tagship", "build", "v1.0", "--sdist"))


def test_a_build_of_another_commit_is_none(place: Place) -> None:
    make_wheel(place.wheels, tag=LINUX)
    state = place.step(commit="b" * 40).probe()

    assert isinstance(state, Stopped)
    assert "holds no sdist of v1.0" in state.error.message


def test_wheels_alone_are_no_sdist(place: Place) -> None:
    wheel = make_wheel(place.dist, tag=LINUX)
    (place.dist / SDIST).unlink()
    write_manifest(place.dist, replace(place.begun, files=(artifact_of(wheel),)))

    assert "holds no sdist of v1.0" in place.refusal(NotThere).message


def test_an_sdist_that_changed_is_not_the_one(place: Place) -> None:
    make_wheel(place.wheels, tag=LINUX)
    make_sdist(place.dist, code="changed")

    assert place.refusal(NotThere).message == f"dist does not hold {SDIST} as it was built"


def test_the_directory_of_wheels_is_one_of_its_own(place: Place) -> None:
    place.wheels.rmdir()
    gone = place.step().probe()
    place.wheels = place.dist
    same = place.step().probe()

    assert isinstance(gone, Stopped)
    assert isinstance(same, Stopped)
    assert isinstance(gone.error, UsageError)
    assert "there is no directory" in gone.error.message
    assert "lie within each other" in same.error.message


@pytest.mark.parametrize(("outcome", "kind"), [(Outcome.FAILED, NotReady), (Outcome.UNKNOWN, NotKnown)])
def test_wheels_that_do_not_fit_stay_where_they_are(place: Place, outcome: Outcome, kind: type[NotReady]) -> None:
    make_wheel(place.wheels, tag=LINUX)
    place.found = report(outcome)
    with pytest.raises(kind) as caught:
        place.step().apply()

    assert type(caught.value) is kind
    assert place.manifest == place.begun
    assert place.names == {SDIST}
