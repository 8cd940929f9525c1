"""Each fault breaks a release as it is documented, and what can be resumed is."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from tagship.domain.artifact import Kind
from tagship.domain.trial import Trial
from tagship.errors import Edit, Exit, UsageError
from tagship.rehearsal.faults import ALL, FAULTS, KILLED, faults_named
from tagship.rehearsal.faults.fault import Fault, Scene, ship
from tagship.rehearsal.faults.kit import Kit, kit_for, set_aside
from tagship.rehearsal.faults.trial import Nobody, try_out
from tagship.rehearsal.perform import Pace, Part
from tagship.rehearsal.sample import make_sample
from tagship.workflow.config import read_config

pytestmark = pytest.mark.slow

DOCUMENTED = {
    "missing-token": ("credential", Exit.CREDENTIAL, "no token"),
    "dead-token": ("credential", Exit.CREDENTIAL, "does not know the token"),
    "expired-token": ("credential", Exit.CREDENTIAL, "expired"),
    "other-project-token": ("credential", Exit.CREDENTIAL, "somebody-elses-project"),
    "oidc-refused": ("credential", Exit.CREDENTIAL, "environment is not as registered"),
    "tag-mismatch": ("gate", Exit.BLOCKED, "v1.2.1 says 1.2.1, the project says 1.2.0"),
    "version-taken": ("gate", Exit.BLOCKED, "before the tag was made"),
    "filename-burnt": ("upload", Exit.CONFLICT, "a file of this name was published and deleted"),
    "old-release": ("upload", Exit.CONFLICT, "1 of 2 files are up; the index took more until"),
    "upload-dies-after-wheel": (
        "upload",
        Exit.INCOMPLETE,
        "broke off; 1 of 2 files are up; the index takes more until",
    ),
    "killed-while-uploading": ("upload", KILLED, "1 of 2 files are up; the index takes more until"),
    "lost-response": (None, Exit.READY, "nothing was sent twice"),
    "server-errors": ("upload", Exit.INCOMPLETE, "503"),
    "rate-limited": (None, Exit.READY, "waited 4 s in all, as the index asked"),
    "read-only-index": ("credential", Exit.UNKNOWN, "the index takes no uploads at the moment"),
    "slow-propagation": ("prove", Exit.INCOMPLETE, "yet, after 600 s"),
    "other-bytes-served": ("prove", Exit.CONFLICT, "with our sha256 and sends other bytes"),
    "truncated-download": ("prove", Exit.UNKNOWN, "broke off"),
    "index-down": ("gate", Exit.UNKNOWN, "answered with status 503"),
}
RESUMED = {
    *("missing-token", "dead-token", "expired-token", "other-project-token", "oidc-refused", "upload-dies-after-wheel"),
    *(
        "killed-while-uploading",
        "server-errors",
        "read-only-index",
        "slow-propagation",
        "truncated-download",
        "index-down",
    ),
}
DAYS_LEFT = {"upload-dies-after-wheel": 14, "killed-while-uploading": 14, "old-release": 0}


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    sample = make_sample(tmp_path_factory.mktemp("faults") / "sample")
    with kit_for(sample, Part(no_install="tried elsewhere"), Nobody(), patience=600) as made:
        yield made


def trial_of(kit: Kit, fault: Fault) -> Trial:
    return try_out(kit, fault, lambda: nullcontext(Nobody()))


def named(name: str) -> Fault:
    (fault,) = faults_named(name)
    return fault


def test_every_fault_is_documented_here() -> None:
    assert [fault.name for fault in FAULTS] == list(DOCUMENTED)
    assert faults_named(ALL) == FAULTS


def test_the_sample_passes_everything_by_itself(kit: Kit) -> None:
    assert kit.set_aside == ()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_ends_as_documented(kit: Kit, fault: Fault) -> None:
    trial = trial_of(kit, fault)
    stage, exit_code, explanation = DOCUMENTED[fault.name]

    assert trial.surprises == ()
    assert (trial.stage, trial.exit) == (stage, exit_code)
    assert explanation in trial.explanation
    assert trial.resumed is (True if fault.name in RESUMED else None)
    assert trial.days_left == DAYS_LEFT.get(fault.name)


@pytest.mark.parametrize("fault", [each for each in FAULTS if each.stage == "credential"], ids=lambda fault: fault.name)
def test_a_credential_halts_before_anything_is_built(kit: Kit, fault: Fault) -> None:
    with kit.scene(fault) as scene:
        fault.arrange(scene)
        ending = ship(scene, Nobody())

        assert ending.stage == "credential"
        assert not (scene.world.project / "dist").exists()
        assert scene.extent().up == 0


def test_what_is_resumed_is_released_whole_and_once(kit: Kit) -> None:
    fault = named("killed-while-uploading")
    with kit.scene(fault) as scene:
        fault.arrange(scene)
        killed = fault.perform(scene, Nobody())
        (wheel,) = (file for file in kit.manifest.files if file.kind is Kind.WHEEL)

        assert killed.exit == KILLED
        assert scene.index.store.file(wheel.filename) is not None
        assert scene.extent().up == 1

        scene.mend()

        assert ship(scene, Nobody()).exit == Exit.READY
        assert scene.extent().up == len(kit.manifest.files)
        (release,) = scene.world.host.releases
        assert not release.draft


def test_what_is_not_as_documented_is_told(kit: Kit) -> None:
    """A table that cannot say no would prove nothing."""
    wrong = replace(named("missing-token"), exit=Exit.CONFLICT, stage="upload", says="the moon", mend=without_token)

    surprises = trial_of(kit, wrong).surprises
    expected = ("ended with 4", "stopped at credential", "cause", "blamed", "second run")

    assert [word in surprise for word, surprise in zip(expected, surprises, strict=True)] == [True] * len(expected)


def without_token(scene: Scene) -> None:
    scene.token = None


def test_a_tag_that_is_the_version_is_moved_in_place_of_being_wrong(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample")
    with (
        kit_for(sample, Part(no_install="tried elsewhere"), Nobody(), patience=600) as made,
        made.scene(FAULTS[0]) as scene,
    ):
        scene.world.move_tag("v1.2.0")
        ending = ship(scene, Nobody())

    assert ending.exit == Exit.BLOCKED
    assert "here and" in ending.explanation


@pytest.mark.parametrize(
    ("name", "nearest"), [("mising-token", "missing-token"), ("al", "all"), ("readonly", "read-only-index")]
)
def test_a_name_that_is_none(name: str, nearest: str) -> None:
    with pytest.raises(UsageError, match=name) as caught:
        faults_named(name)

    assert isinstance(caught.value.remedy, Edit)
    assert nearest in caught.value.remedy.text


@pytest.mark.parametrize(
    ("path", "before"),
    [
        ("pyproject.toml", ""),
        ("pyproject.toml", '[project]\nname = "a"'),
        ("pyproject.toml", '[tool.tagship]\nbranch = "main"\n[tool.tagship.exempt]\ntag-exists = "none"\n'),
        ("tagship.toml", 'branch = "main"\n'),
    ],
)
def test_checks_are_set_aside_in_the_configuration_of_the_copy(tmp_path: Path, path: str, before: str) -> None:
    (tmp_path / path).write_text(before, encoding="utf-8")
    had = dict(read_config(tmp_path).exempt)

    set_aside(tmp_path, ["tag-is-on-main", "changelog-has-version"])

    config = read_config(tmp_path)
    assert set(config.exempt) == {*had, "tag-is-on-main", "changelog-has-version"}
    assert config.branch == ("main" if "branch" in before else None)


def test_a_project_that_fails_by_itself_shows_the_fault_all_the_same(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample")
    part = Part("v1.1.0", no_install="tried elsewhere")
    with kit_for(sample, replace(part, tag="v9.9.9"), Nobody(), patience=600) as made:
        assert "version-matches-tag" in made.set_aside
        trial = trial_of(made, named("missing-token"))

    assert (trial.stage, trial.exit) == ("credential", Exit.CREDENTIAL)


def test_time_passes_as_fast_as_it_is_told_to() -> None:
    pace = Pace(1e6)
    started = pace.clock()
    pace.pause(3600)

    assert pace.waited == 3600
    assert 3600 <= pace.clock() - started < 3660
