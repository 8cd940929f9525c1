"""Every bad file is found by its check before it is sent, and refused by the stand-in index when it is sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from refusals.crafted import CRAFTED, Crafted
from refusals.crafting import sound_sdist, sound_wheel
from refusals.sending import Sender
from tagship.adapters.manifests import artifact_of
from tagship.checks import ARTIFACTS, CHECKS, INSTALLS
from tagship.checks.engine import examine
from tagship.checks.refusals import REFUSALS
from tagship.domain.config import Config
from tagship.domain.finding import Outcome, Severity, Verdict
from tagship.rehearsal.index import StandInIndex
from tagship.workflow.files.built import Built

every_crafted = pytest.mark.parametrize("crafted", CRAFTED, ids=lambda crafted: crafted.name)


@pytest.fixture
def sender() -> Iterator[Sender]:
    with StandInIndex() as index:
        sender = Sender(index)
        yield sender
        sender.close()
        assert index.server.crashes == []


def asked(directory: Path) -> tuple[Verdict, ...]:
    """A verdict of every check that can be asked of the files alone."""
    checks = [check for check in ARTIFACTS if check not in INSTALLS and "network" not in check.needs]
    return examine(checks, Built(directory, Config()), excused={})


@every_crafted
def test_our_check_finds_it(crafted: Crafted, tmp_path: Path) -> None:
    path = crafted.make(tmp_path)

    (verdict,) = (each for each in asked(path.parent) if each.id == crafted.check)

    assert verdict.outcome is Outcome.FAILED, verdict
    assert all(finding.remedy is not None for finding in verdict.findings)


@every_crafted
def test_no_check_breaks_over_it(crafted: Crafted, tmp_path: Path) -> None:
    path = crafted.make(tmp_path)

    assert [each for each in asked(path.parent) if "the check itself broke" in (each.reason or "")] == []


@pytest.mark.slow
@every_crafted
def test_the_index_says_so_too(crafted: Crafted, tmp_path: Path, sender: Sender) -> None:
    path = crafted.make(tmp_path)
    for other in sorted(path.parent.iterdir()):
        if other != path and other.is_file():
            sender.send(other)

    answer = sender.send(path)

    if crafted.refusal is None:
        assert answer.status == 200, answer.text
    else:
        assert (answer.status, crafted.refusal in answer.text) == (400, True), answer.text


def test_sound_files_pass_both(tmp_path: Path, sender: Sender) -> None:
    paths = [sound_wheel(tmp_path), sound_sdist(tmp_path)]

    failed = [each for each in asked(tmp_path) if each.outcome in {Outcome.FAILED, Outcome.UNKNOWN}]

    assert [each for each in failed if each.severity is Severity.ERROR] == []
    assert [sender.send(path).status for path in paths] == [200, 200]


def test_a_crafted_file_is_the_same_at_every_run(tmp_path: Path) -> None:
    for crafted in CRAFTED:
        made = []
        for turn in ("first", "second"):
            directory = tmp_path / turn / crafted.name
            directory.mkdir(parents=True)
            path = crafted.make(directory)
            made.append(artifact_of(path))
            path.unlink()

        assert made[0] == made[1], crafted.name


def test_the_table_names_every_crafted_file() -> None:
    told = [refusal.crafted for refusal in REFUSALS if refusal.crafted is not None]

    assert sorted(told) == sorted(crafted.name for crafted in CRAFTED)


def test_the_table_says_of_each_what_the_tests_say() -> None:
    by_name = {crafted.name: crafted for crafted in CRAFTED}

    for refusal in REFUSALS:
        if refusal.crafted is not None:
            crafted = by_name[refusal.crafted]
            assert (refusal.check, refusal.says) == (crafted.check, crafted.refusal), refusal.crafted
            assert refusal.status == (400 if crafted.refusal else None)


def test_the_table_names_checks_that_are_or_a_reason() -> None:
    ids = {check.id for check in CHECKS}

    for refusal in REFUSALS:
        assert (refusal.check is None) != (refusal.otherwise is None), refusal.situation
        assert refusal.check is None or refusal.check in ids, refusal.situation
        assert (refusal.says is None) == (refusal.status is None), refusal.situation
