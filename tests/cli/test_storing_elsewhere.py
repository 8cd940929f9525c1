"""`tagship credential --store` on GitLab and Forgejo: the token lies where they have a place for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.planted import assert_hidden
from cli.saying import Said, at, say
from gitlab_described import validated
from repositories import Repo
from tagship.errors import Exit
from tagship.rehearsal.index import StandInIndex
from tagship.rehearsal.other_hosts import StandInForgejo, StandInGitLab

NAME = "PYPI_API_TOKEN"


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInIndex]:
    with StandInIndex() as index:
        monkeypatch.setenv("TAGSHIP_TOKEN", index.token)
        yield index


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    repo = Repo.new(tmp_path / "project")
    repo.commit({"pyproject.toml": '[project]\nname = "mine"\nversion = "1"\n'})
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return repo


def store(capsys: pytest.CaptureFixture[str], repo: Repo, index: StandInIndex, kind: str, url: str) -> Said:
    repo.git("remote", "set-url", "origin", url)
    (repo.path / "tagship.toml").write_text(f'host = "{kind}"\n', encoding="utf-8")
    return say(capsys, "-C", str(repo.path), "credential", *at(index), "--auth", "token", "--store", "--yes")


def test_gitlab_keeps_it_hidden(
    repo: Repo, index: StandInIndex, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandInGitLab() as host, validated(host):
        monkeypatch.setenv("GITLAB_TOKEN", host.token)
        host.protected_tags["v*"] = {"name": "v*", "create_access_levels": []}
        said = store(capsys, repo, index, "gitlab", f"{host.url}/{host.path}.git")

        assert said.exit == Exit.READY, said.err
        assert host.variables.value(NAME, "pypi") == index.token
        assert host.variables.held[0]["hidden"] is True
        assert "nobody is asked before" in " ".join(said.err.split() + said.out.split())
        assert_hidden(index.token, said.out, said.err)
        assert_hidden(host.token, said.out, said.err)


def test_gitlab_without_protected_tags_gets_none(
    repo: Repo, index: StandInIndex, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandInGitLab() as host, validated(host):
        monkeypatch.setenv("GITLAB_TOKEN", host.token)
        said = store(capsys, repo, index, "gitlab", f"{host.url}/{host.path}.git")

        assert said.exit == Exit.BLOCKED
        assert "doctor --apply" in said.err + said.out
        assert host.variables.held == []


def test_forgejo_keeps_it_for_all_workflows_and_says_so(
    repo: Repo, index: StandInIndex, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandInForgejo() as host:
        monkeypatch.setenv("FORGEJO_TOKEN", host.token)
        host.branch_protections["main"] = {"rule_name": "main", "enable_push": False, "apply_to_admins": True}
        said = store(capsys, repo, index, "forgejo", f"{host.url}/{host.path}.git")

        assert said.exit == Exit.READY, said.err
        assert host.secrets == {NAME: index.token}
        assert "no environments" in " ".join(said.err.split() + said.out.split())
        assert_hidden(index.token, said.out, said.err)
