"""`tagship publish` in a job that has the built files with their manifest, and nothing else of the project."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.saying import Said, at, say
from reports.reading import objects
from servers.handmade import make_sdist, make_wheel
from tagship.adapters.manifests import artifact_of, manifest_path, write_manifest
from tagship.domain.artifact import Manifest
from tagship.errors import Exit
from tagship.rehearsal.index import ACCOUNT, StandInIndex

COMMIT = "a" * 40
GIT = "#!/bin/sh\ntouch {marker}\nexit 1\n"


class Job:
    """An empty directory of a runner, into which an artifact was fetched; whoever calls git is found out."""

    def __init__(self, path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]) -> None:
        self.path, self.index, self._capsys = path, index, capsys
        self.put(self.path / "dist")

    def put(self, dist: Path, *, unfinished: bool = False) -> None:
        dist.mkdir(parents=True)
        files = (make_sdist(dist),) if unfinished else (make_wheel(dist), make_sdist(dist))
        artifacts = tuple(map(artifact_of, files))
        write_manifest(dist, Manifest("handmade", "1.0", "v1.0", COMMIT, 7, {}, artifacts, unfinished=unfinished))

    def publish(self, *words: str) -> Said:
        return say(self._capsys, "-C", str(self.path), "publish", *at(self.index), "--auth", "token", "--yes", *words)

    @property
    def sent(self) -> int:
        return sum(each.method == "POST" and each.status == 200 for each in self.index.log)


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Job]:
    marker, programs = tmp_path / "git-was-called", tmp_path / "programs"
    programs.mkdir()
    (programs / "git").write_text(GIT.format(marker=marker), encoding="utf-8")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    # As on a runner: the tag is known from the surroundings, and is nowhere to be looked up.
    for name, value in {"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1.0", "CI": "true"}.items():
        monkeypatch.setenv(name, value)
    with StandInIndex() as index:
        monkeypatch.setenv("TAGSHIP_TOKEN", index.token)
        yield Job(tmp_path / "work", index, capsys)
        assert index.server.crashes == []
    assert not marker.exists()


def test_it_publishes_what_the_manifest_names(job: Job) -> None:
    plan = job.publish("--plan", "--json")
    said = job.publish("--json")
    again = job.publish("--project", "Handmade")

    assert [(step["name"], step["state"]) for step in objects(plan.document, "steps")] == [
        ("credential", "done"),
        ("validate", "done"),
        ("upload", "todo"),
    ]
    assert said.exit == again.exit == Exit.READY, said.err
    assert {step["state"] for step in objects(said.document, "steps")} == {"done"}
    assert "nothing left to do" in again.out
    assert job.sent == 2
    assert {path.name for path in job.path.iterdir()} <= {"dist", "dist.manifest.json", ".dist.tagship.lock"}


def test_what_was_not_asked_is_told_with_the_reason(job: Job) -> None:
    said = job.publish("--json")
    (validate,) = (step for step in objects(said.document, "steps") if step["name"] == "validate")

    assert "ready: 2 passed" in str(validate["evidence"])
    assert "what they hold is left to tagship validate" in str(validate["evidence"])


def test_another_directory_of_several(job: Job) -> None:
    job.put(job.path / "files" / "core")
    shutil.rmtree(job.path / "dist")
    said = job.publish(str(job.path / "files" / "core"))

    assert said.exit == Exit.READY
    assert job.sent == 2


def test_a_file_that_is_not_of_the_manifest(job: Job) -> None:
    make_wheel(job.path / "dist", version="1.1")
    make_wheel(job.path / "dist", code="changed")
    said = job.publish("--json")
    failed = {name for name, outcome in said.outcomes.items() if outcome == "failed"}

    assert said.exit == Exit.BLOCKED
    assert failed == {"dist-holds-only-the-build", "files-match-the-manifest"}
    assert (said.document["project"], said.document["tag"], said.document["commit"]) == ("handmade", "v1.0", COMMIT)
    assert job.sent == 0


def test_files_of_another_project_than_the_one_that_is_meant(job: Job) -> None:
    said = job.publish("--project", "other", "--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["message"] == "the built files are of handmade, and other is to be published"
    assert job.sent == 0


def test_a_token_for_another_project_halts(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGSHIP_TOKEN", job.index.tokens.issue(ACCOUNT, projects=["other"]))
    said = job.publish("--json")

    assert said.exit == Exit.CREDENTIAL
    assert said.outcomes["token-is-for-this-project"] == "failed"
    assert (said.document["project"], said.document["version"]) == ("handmade", "1.0")


def test_no_manifest(job: Job) -> None:
    manifest_path(job.path / "dist").unlink()
    said = job.publish("--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["kind"] == "not-there"


def test_an_sdist_whose_wheels_are_to_come(job: Job) -> None:
    shutil.rmtree(job.path / "dist")
    job.put(job.path / "dist", unfinished=True)
    said = job.publish("--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["message"] == "dist holds the sdist of v1.0 alone, and its wheels are still to come"
    assert "tagship build v1.0 --with DIR" in str(said.document["remedy"])
    assert job.sent == 0
