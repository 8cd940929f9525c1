"""`tagship guard` on GitLab: a real history, and a host that tells merges and pushes in the same words."""

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gitlab_described import validated
from tagship.cli import main
from tagship.rehearsal.other_hosts import StandInGitLab
from tagship.rehearsal.other_hosts.merging import NOWHERE

AUTHOR = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
COMMITTER = {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}


class Project:
    """A clone on GitLab, whose main is moved and told of at once."""

    def __init__(self, directory: Path, host: StandInGitLab) -> None:
        self.directory = directory
        self.host = host
        self.tip = NOWHERE
        self._git("init", "--quiet", "--initial-branch=main")
        self._git("remote", "add", "origin", f"{host.url}/{host.path}.git")
        (directory / "tagship.toml").write_text('host = "gitlab"\nbranch = "main"\n', encoding="utf-8")

    def _git(self, *words: str) -> str:
        environment = {**os.environ, **AUTHOR, **COMMITTER}
        done = subprocess.run(
            ["git", *words], cwd=self.directory, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, subject: str) -> str:
        self._git("commit", "--quiet", "--allow-empty", "-m", subject)
        return self._git("rev-parse", "HEAD")

    def push(self, subject: str, *, at: datetime | None = None) -> str:
        """Commit on main and push it straight there."""
        before, self.tip = self.tip, self.commit(subject)
        self.host.merging.pushed(before, self.tip, at=at)
        return self.tip

    def merge(self, subject: str, how: str) -> str:
        """Have a merge request merged."""
        self._git("switch", "--quiet", "--create", "feature")
        request = self.host.merging.open("feature", self.commit(subject))
        self._git("switch", "--quiet", "main")
        words = {"merge": ("--no-ff",), "ff": ("--ff-only",), "squash": ("--squash",)}[how]
        self._git("merge", "--quiet", *words, "feature")
        if how == "squash":
            self.commit(f"{subject}, squashed")
        self._git("branch", "--quiet", "-D", "feature")
        before, self.tip = self.tip, self._git("rev-parse", "HEAD")
        self.host.merging.merge(request, before, self.tip, how=how)
        return self.tip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    with StandInGitLab() as host, validated(host):
        monkeypatch.setenv("GITLAB_TOKEN", host.token)
        yield Project(tmp_path, host)


def verdicts(project: Project, span: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    """The exit code, and the verdicts by subject."""
    code = main(["-C", str(project.directory), "--json", "guard", "--range", span])
    told = json.loads(capsys.readouterr().out)
    return code, {each["subject"]: each["verdict"] for each in told["main"]}


@pytest.mark.parametrize("how", ["merge", "ff", "squash"])
def test_what_comes_while_nobody_may_push(project: Project, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    base = project.push("first")
    project.host.protect("main", push=0)
    tip = project.merge("feature", how)
    code, found = verdicts(project, f"{base}..{tip}", capsys)

    assert code == 0
    assert set(found.values()) == {"pull-request"}


@pytest.mark.parametrize("how", ["merge", "ff", "squash"])
def test_where_maintainers_may_push_it_is_not_known(
    project: Project, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project.host.protect("main")
    base = project.push("first")
    tip = project.merge("feature", how)
    code, found = verdicts(project, f"{base}..{tip}", capsys)

    assert code == 3
    assert set(found.values()) == {"unverified"}


def test_a_direct_push_is_found(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    base = project.push("first")
    tip = project.push("straight")

    assert verdicts(project, f"{base}..{tip}", capsys) == (1, {"straight": "direct"})


def test_an_indirect_merge_never_passes(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Also once main was protected afterwards."""
    base = project.push("first")
    sha = project.commit("feature")
    project.host.merging.open("feature", sha)
    project.host.merging.pushed(base, sha, at=datetime.now(UTC) - timedelta(days=3))
    project.host.protect("main", push=0)

    assert verdicts(project, f"{base}..{sha}", capsys) == (3, {"feature": "unverified"})


def test_a_job_looks_at_its_own_push(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the generated job does it, with what the host tells every job."""
    base = project.push("first")
    tip = project.push("straight")
    told = {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_BRANCH": "main",
        "CI_COMMIT_BEFORE_SHA": base,
        "CI_COMMIT_SHA": tip,
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    code = main(["-C", str(project.directory), "--json", "guard"])
    found = json.loads(capsys.readouterr().out)["main"]

    assert (code, [(each["subject"], each["verdict"]) for each in found]) == (1, [("straight", "direct")])
