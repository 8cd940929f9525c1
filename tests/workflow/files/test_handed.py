"""Files that were handed on: are they those of the manifest, and is nothing else there?"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from servers.handmade import make_sdist, make_wheel
from tagship.adapters.manifests import artifact_of, write_manifest
from tagship.domain.artifact import Manifest
from tagship.domain.config import Config
from tagship.domain.finding import Outcome, Readiness, Report
from tagship.errors import NotThere
from tagship.workflow import examinations
from tagship.workflow.files.handed import ASKED, Handed
from tagship.workflow.workplace import Workplace

WHEEL = "handmade-1.0-py3-none-any.whl"


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A directory with nothing but built files and their manifest."""
    dist = tmp_path / "dist"
    dist.mkdir()
    files = (artifact_of(make_sdist(dist)), artifact_of(make_wheel(dist)))
    write_manifest(dist, Manifest("handmade", "1.0", "v1.0", "a" * 40, 7, {}, files))
    return tmp_path


def look(job: Path) -> Report:
    with Workplace(job, environ={}) as place:
        assert not place.is_in_repository
        return examinations.handed_on(place)


def test_the_same_files_are_ready_and_the_rest_is_said_to_be_asked_elsewhere(job: Path) -> None:
    report = look(job)
    asked = {verdict.id: verdict.outcome for verdict in report.verdicts if verdict.outcome is not Outcome.SKIPPED}

    assert report.readiness is Readiness.READY
    assert asked == dict.fromkeys(ASKED, Outcome.PASSED)
    assert (report.project, report.version, report.tag, report.commit) == ("handmade", "1.0", "v1.0", "a" * 40)
    assert all("tagship validate" in (verdict.reason or "") for verdict in report.verdicts if verdict.id not in asked)
    assert "tagship validate" in report.left_out[0]


def _another(dist: Path) -> None:
    make_wheel(dist, code="changed")


def _gone(dist: Path) -> None:
    (dist / WHEEL).unlink()


def _one_more(dist: Path) -> None:
    make_wheel(dist, version="1.1")


@pytest.mark.parametrize(
    ("happen", "failed"),
    [
        (_another, {"files-match-the-manifest"}),
        (_gone, {"files-match-the-manifest"}),
        (_one_more, {"dist-holds-only-the-build"}),
    ],
)
def test_other_files_block(job: Path, happen: Callable[[Path], None], failed: set[str]) -> None:
    happen(job / "dist")
    report = look(job)

    assert report.readiness is Readiness.BLOCKED
    assert {verdict.id for verdict in report.verdicts if verdict.outcome is Outcome.FAILED} == failed


def test_nothing_in_them_is_opened(job: Path) -> None:
    """What is no archive at all has a digest as well, and is the same or not."""
    facts = Handed(job / "dist", Config())

    assert [(each.metadata, each.members, each.broken) for each in facts.distributions] == [(None, (), None)] * 2


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="whoever is root may read all")
def test_a_file_that_cannot_be_read_is_told(job: Path) -> None:
    (job / "dist" / WHEEL).chmod(0)

    assert any(each.broken is not None for each in Handed(job / "dist", Config()).distributions)


def test_a_file_that_is_gone_before_it_is_read_is_told(job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    (job / "dist" / WHEEL).unlink()
    broken = [each.broken for each in Handed(job / "dist", Config()).distributions]

    assert broken == [None, "the file cannot be read: No such file or directory"]


def test_without_a_manifest_nothing_was_handed_on(tmp_path: Path) -> None:
    with Workplace(tmp_path, environ={}) as place, pytest.raises(NotThere):
        examinations.handed_on(place)
