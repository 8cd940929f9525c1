"""The generated pipeline of GitLab, run job by job on this machine: what comes through, and what stops."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from node import package as node_package
from node import rsync_folder
from scaffold.adoptions import TOKEN, TRUSTED, UNITTEST, package, rendered
from tagship.domain.adoption import Adoption
from tagship.domain.config import HostKind
from tagship.domain.endpoints import PYPI
from tagship.rehearsal.door import LockedDoor
from tagship.rehearsal.identity import StandInIdentity, gitlab_claims
from tagship.rehearsal.index import StandInIndex
from tagship.rehearsal.publishers import Publisher
from tagship.rehearsal.sample import make_sample, publish_earlier
from tagship.scaffold import files
from tagship.scaffold.locks import RELEASE

SECONDS = 300
SOURCE = Path(__file__).resolve().parents[2] / "src"
PYTHON = """\
#!/bin/sh
# Stands for the image: tagship is here without having been installed from the (empty) lock file.
PYTHONPATH="{source}${{PYTHONPATH:+:$PYTHONPATH}}" exec {python} "$@"
"""
RELEASE_JOBS = ("gate", "credential", "build", "validate", "publish", "prove")

TESTS = replace(UNITTEST, command=("python", "-c", "raise SystemExit(1)"))

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A project with a generated pipeline, and what runs its jobs."""

    project: Path
    index: StandInIndex
    environment: dict[str, str]

    def run(self, *words: str, tag: str = "v1.2.0", **more: str) -> subprocess.CompletedProcess[str]:
        """Run the runner; `words` are its own, such as the names of jobs, `more` are variables of the host's."""
        variables = {"CI_COMMIT_TAG": tag, "CI_COMMIT_REF_PROTECTED": "true", **more}
        variables = {name: value for name, value in variables.items() if value}
        given = [word for name, value in variables.items() for word in ("--variable", f"{name}={value}")]
        runner = node_package("gitlab-ci-local") / "src" / "index.js"
        how = ("--force-shell-executor", "--shell-isolation", "--no-artifacts-to-source")
        return subprocess.run(
            ["node", str(runner), *how, *given, *words],
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            check=False,
            text=True,
            timeout=SECONDS,
        )


@pytest.fixture
def pipeline(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Pipeline]:
    """The sample project, by a token unless a test says otherwise; the jobs upload to a stand-in for the index."""
    environment = _environment(tmp_path, rsync_folder())
    with StandInIndex(tmp_path / "index") as index:
        publish_earlier(index)
        project = make_sample(tmp_path / "sample")
        _set_up(project, replace(getattr(request, "param", replace(TOKEN, tests=None)), index=index.endpoints))
        yield Pipeline(project, index, environment)


def _environment(directory: Path, rsync: Path) -> dict[str, str]:
    """What a job finds: a Python that stands for the image; what the project builds with comes from this machine's."""
    programs = directory / "bin"
    programs.mkdir()
    python = programs / "python"
    python.write_text(PYTHON.format(source=SOURCE, python=sys.executable), encoding="utf-8")
    python.chmod(0o755)
    return {**os.environ, "PATH": os.pathsep.join([str(programs), str(rsync), os.environ["PATH"]])}


def _set_up(project: Path, adoption: Adoption) -> None:
    for generated in files(replace(adoption, host=HostKind.GITLAB, packages=(package("sample-ship"),))):
        path = project / generated.path
        path.parent.mkdir(exist_ok=True)
        path.write_text(rendered(generated), encoding="utf-8")
    lock = project / RELEASE
    lock.parent.mkdir()
    lock.write_text("# nothing: see the stand-in for the image\n", encoding="utf-8")
    simple, upload = adoption.index.simple, adoption.index.upload
    settings = f'host = "none"\nindex = {{simple = "{simple}", upload = "{upload}"}}\n'
    (project / "tagship.toml").write_text(settings, encoding="utf-8")
    author = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    for words in (("add", "--all"), ("commit", "--quiet", "--message", "Adopt tagship")):
        subprocess.run(["git", *author, *words], cwd=project, check=True, timeout=SECONDS)


def test_every_job_is_found(pipeline: Pipeline) -> None:
    """The runner knows the syntax, includes the file, and validates it against a schema of its own."""
    listed = pipeline.run("--list")

    assert listed.returncode == 0, listed.stdout + listed.stderr
    assert [f"tagship-{job}" for job in RELEASE_JOBS if f"\ntagship-{job} " not in listed.stdout] == []
    assert "tagship-unprotected" not in listed.stdout


def test_a_tag_that_is_not_protected_begins_nothing(pipeline: Pipeline) -> None:
    listed = pipeline.run("--list", CI_COMMIT_REF_PROTECTED="false")

    assert "tagship-unprotected" in listed.stdout
    assert "tagship-gate" not in listed.stdout
    assert "tagship-publish" not in listed.stdout
    assert pipeline.run("tagship-unprotected", CI_COMMIT_REF_PROTECTED="false").returncode == 1


def test_from_the_tag_to_the_proof(pipeline: Pipeline) -> None:
    done = pipeline.run("--needs", "tagship-prove", PYPI_API_TOKEN=pipeline.index.token)
    told = done.stdout + done.stderr

    assert done.returncode == 0, told
    assert [job for job in RELEASE_JOBS if f"PASS  tagship-{job}" not in told] == []
    assert pipeline.index.token not in told
    for name in ("sample_ship-1.2.0.tar.gz", "sample_ship-1.2.0-py3-none-any.whl"):
        assert pipeline.index.store.file(name) is not None


def test_a_wrong_tag_stops_at_the_gate(pipeline: Pipeline) -> None:
    done = pipeline.run("--needs", "tagship-prove", tag="v9.9.9")
    told = done.stdout + done.stderr

    assert done.returncode == 1
    assert "FAIL  tagship-gate" in told
    assert "tagship-build starting" not in told
    assert "tagship-publish starting" not in told


def test_without_the_token_it_stops_before_anything_is_built(pipeline: Pipeline) -> None:
    done = pipeline.run("--needs", "tagship-prove")
    told = done.stdout + done.stderr

    assert done.returncode == 1
    assert "FAIL  tagship-credential" in told
    assert "tagship-build starting" not in told


@pytest.mark.parametrize("registered", [".gitlab-ci.yml", "other.yml"])
def test_the_identity_of_a_job_is_tried_at_the_public_index(tmp_path: Path, registered: str) -> None:
    """Through a locked door: the job finds the public addresses, and nothing leaves this machine."""
    with (
        StandInIndex(base_url=PYPI.site, files_url=PYPI.files, location=PYPI.hosts[0]) as index,
        LockedDoor(dict.fromkeys(PYPI.hosts, index.server.respond)) as door,
    ):
        publish_earlier(index)
        index.publishers.register("sample-ship", Publisher("gitlab", "group", "project", registered, "pypi"))
        project = make_sample(tmp_path / "sample")
        _set_up(project, replace(TRUSTED, tests=None))
        environment = {**_environment(tmp_path, rsync_folder()), **door.environment}
        pipeline = Pipeline(project, index, environment)
        provider = StandInIdentity(gitlab_claims("group/project", environment="pypi"), key=index.publishers.key)
        identity = provider.identity("pypi")
        done = pipeline.run("--needs", "tagship-credential", GITLAB_CI="true", PYPI_ID_TOKEN=identity)
        missing = pipeline.run("--needs", "tagship-build", GITLAB_CI="true")

    told = done.stdout + done.stderr
    assert (done.returncode == 0) is (registered == ".gitlab-ci.yml"), told
    assert ("PASS  tagship-credential" in told) is (registered == ".gitlab-ci.yml")
    assert identity not in told
    assert "FAIL  tagship-credential" in missing.stdout + missing.stderr
    assert "tagship-build starting" not in missing.stdout + missing.stderr
    assert door.refused == []


@pytest.mark.parametrize("pipeline", [replace(TOKEN, tests=TESTS)], indirect=True)
def test_a_merge_request_whose_tests_fail_is_not_ready(pipeline: Pipeline) -> None:
    """The job that answers for all others does not run."""
    opened = {"CI_COMMIT_TAG": "", "CI_PIPELINE_SOURCE": "merge_request_event"}
    listed = pipeline.run("--list", **opened).stdout
    done = pipeline.run("--needs", "ready", **opened)
    told = done.stdout + done.stderr

    assert "tagship-gate" not in listed
    assert done.returncode == 1
    assert "FAIL  tagship-tests" in told
    assert "ready starting" not in told
