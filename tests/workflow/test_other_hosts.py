"""GitLab and Forgejo behind the ports, by the remote's address and the environment's tokens."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gitlab_described import validated
from tagship.adapters.hosts import HostAddress
from tagship.adapters.http import HttpClient
from tagship.cli import main
from tagship.domain.config import HostKind
from tagship.domain.credential import Credential, Secret
from tagship.domain.facts import CommitCheck
from tagship.domain.secret_store import Shelf
from tagship.errors import CredentialHalt, FactUnknown, UsageError
from tagship.rehearsal.other_hosts import StandInForgejo, StandInGitLab
from tagship.rehearsal.other_hosts.rest import WRITER
from tagship.workflow.guarding.place import GuardPlace
from tagship.workflow.hosting.place import HostingPlace
from tagship.workflow.other_hosts import OtherHost, address_on
from tagship.workflow.storing import StoringPlace
from tagship.workflow.workplace import Wishes, Workplace

SHA = "1" * 40
PYPROJECT = '[project]\nname = "demo"\nversion = "1.0"\n\n[tool.tagship]\nhost = "{host}"\n'


@pytest.fixture
def gitlab() -> Iterator[StandInGitLab]:
    with StandInGitLab("group/sub/project") as host, validated(host):
        yield host


@pytest.fixture
def forgejo() -> Iterator[StandInForgejo]:
    with StandInForgejo() as host:
        yield host


@pytest.fixture
def http() -> Iterator[HttpClient]:
    with HttpClient() as client:
        yield client


def clone_of(directory: Path, remote: str, host: str) -> Path:
    """A repository without a commit whose remote leads to a host."""
    for words in (("init", "--quiet", "--initial-branch=main"), ("remote", "add", "origin", remote)):
        subprocess.run(["git", *words], cwd=directory, check=True)
    (directory / "pyproject.toml").write_text(PYPROJECT.format(host=host), encoding="utf-8")
    return directory


def gitlab_with(
    host: StandInGitLab, http: HttpClient, environ: Mapping[str, str], told: list[Secret | Credential]
) -> OtherHost:
    address = HostAddress(HostKind.GITLAB, host.url, host.path)
    return OtherHost(http, address, {"PATH": "", **environ}, told.append)


def test_a_job_of_gitlab_leaves_its_own_pipeline_out(gitlab: StandInGitLab, http: HttpClient) -> None:
    gitlab.report(SHA, "ready", "success")
    gitlab.report(SHA, "tagship-gate", "running", pipeline=9)
    job, told = gitlab.issue_token("job", level=WRITER, of_job=True), list[Secret | Credential]()
    host = gitlab_with(gitlab, http, {"CI_JOB_TOKEN": job, "CI_PIPELINE_ID": "9"}, told).releases()

    assert [check.name for check in host.checks(SHA)] == ["ready"]
    assert [secret.origin for secret in told if isinstance(secret, Secret)] == ["CI_JOB_TOKEN"]


def test_the_ports_of_gitlab(gitlab: StandInGitLab, http: HttpClient) -> None:
    gitlab.merging.pushed("2" * 40, "3" * 40)
    told = list[Secret | Credential]()
    host = gitlab_with(gitlab, http, {"GITLAB_TOKEN": gitlab.token}, told)

    assert host.settings().repository().name == "group/sub/project"
    assert host.secrets().held(Shelf("pypi", "TOKEN")) is None
    assert [update.after for update in host.witness().updates("main", None)] == ["3" * 40]
    assert {secret.origin for secret in told if isinstance(secret, Secret)} == {"GITLAB_TOKEN"}


def test_the_ports_of_forgejo(forgejo: StandInForgejo, http: HttpClient) -> None:
    forgejo.report(SHA, "ready", "success")
    forgejo.report(SHA, "release / Release (push)", "pending", run=9)
    told = list[Secret | Credential]()
    address = HostAddress(HostKind.FORGEJO, forgejo.url, "owner/project")
    environ = {"FORGEJO_TOKEN": forgejo.token, "GITHUB_RUN_NUMBER": "9"}
    host = OtherHost(http, address, environ, told.append)

    assert [check.name for check in host.releases().checks(SHA)] == ["ready"]
    assert host.settings().repository().name == "owner/project"
    assert host.secrets().repository_name == "owner/project"
    with pytest.raises(FactUnknown, match="no log"):
        list(host.witness().updates("main", None))
    assert {secret.origin for secret in told if isinstance(secret, Secret)} == {"FORGEJO_TOKEN"}


def test_without_a_token_nobody_hears_of_one(forgejo: StandInForgejo, http: HttpClient) -> None:
    told = list[Secret | Credential]()
    host = OtherHost(http, HostAddress(HostKind.FORGEJO, forgejo.url, "owner/project"), {}, told.append)

    with pytest.raises(CredentialHalt):
        host.releases().draft("v1.0", title="", notes="", prerelease=False)
    assert told == []


@pytest.mark.parametrize(
    ("named", "remote", "kind"),
    [
        (None, "git@gitlab.com:group/project.git", HostKind.GITLAB),
        ("forgejo", "git@git.example.org:group/project.git", HostKind.FORGEJO),
        (None, "git@git.example.org:group/project.git", None),
        ("github", "git@gitlab.com:group/project.git", None),
        ("none", "git@gitlab.com:group/project.git", None),
        ("gitlab", None, None),
    ],
)
def test_which_host_is_meant(named: str | None, remote: str | None, kind: HostKind | None) -> None:
    address = address_on(named, remote)

    assert (None if address is None else address.kind) is kind


def test_a_workplace_asks_the_host_that_is_named(tmp_path: Path, gitlab: StandInGitLab) -> None:
    gitlab.report(SHA, "ready", "success")
    clone = clone_of(tmp_path, f"{gitlab.url}/group/sub/project.git", "gitlab")
    with Workplace(clone, environ={"PATH": os.environ["PATH"]}, wishes=Wishes()) as place:
        host = place.host()
        assert place.host_name == "gitlab"
        assert host is not None
        assert isinstance(host.checks(SHA)[0], CommitCheck)


def test_a_workplace_knows_hosts_by_name(tmp_path: Path) -> None:
    clone = clone_of(tmp_path, "git@codeberg.org:owner/project.git", "forgejo")
    (clone / "pyproject.toml").unlink()
    with Workplace(clone, environ={}, wishes=Wishes()) as place:
        assert place.host_name == "forgejo"


def test_a_host_that_the_remote_does_not_lead_to(tmp_path: Path) -> None:
    clone = clone_of(tmp_path, "/srv/git/project.git", "gitlab")
    with Workplace(clone, environ={}, wishes=Wishes()) as place, pytest.raises(FactUnknown, match="on gitlab"):
        place.host()
    with HostingPlace(clone, environ={}, wishes=Wishes()) as place, pytest.raises(UsageError, match="on gitlab"):
        _ = place.hosting


def test_every_place_asks_it(tmp_path: Path, gitlab: StandInGitLab) -> None:
    clone = clone_of(tmp_path, f"{gitlab.url}/group/sub/project.git", "gitlab")
    environ = {"PATH": os.environ["PATH"], "GITLAB_TOKEN": gitlab.token}
    with HostingPlace(clone, environ=environ, wishes=Wishes()) as hosting:
        assert hosting.settings().repository().administered
        assert hosting.hosting.wanted.check.app is None
        assert hosting.hosting.wanted.remote == "group/sub/project"
    with GuardPlace(clone, environ=environ, wishes=Wishes()) as guarding:
        assert guarding.witness.name == "the host's events of pushes"
    with StoringPlace(clone, environ=environ, wishes=Wishes()) as storing:
        assert storing.secrets().repository_name == "group/sub/project"


def test_doctor_looks_at_gitlab(
    tmp_path: Path,
    gitlab: StandInGitLab,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clone = clone_of(tmp_path, f"{gitlab.url}/group/sub/project.git", "gitlab")
    monkeypatch.setenv("GITLAB_TOKEN", gitlab.token)
    code = main(["-C", str(clone), "doctor"])
    told = "".join(capsys.readouterr())

    assert code == 1
    assert "main-takes-pull-requests" in told
    assert "tag-creation-is-restricted" in told
    assert gitlab.token not in told


def test_doctor_sets_gitlab_and_takes_it_back(
    tmp_path: Path,
    gitlab: StandInGitLab,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gitlab.protect("main")
    clone = clone_of(tmp_path, f"{gitlab.url}/group/sub/project.git", "gitlab")
    before = dict(gitlab.project)
    monkeypatch.setenv("GITLAB_TOKEN", gitlab.token)

    main(["-C", str(clone), "doctor", "--apply", "--yes"])
    assert list(gitlab.protected_tags) == ["v*"]
    levels = gitlab.protected_branches["main"]["push_access_levels"]
    assert isinstance(levels, list)
    assert levels[0]["access_level"] == 0
    assert gitlab.project["only_allow_merge_if_pipeline_succeeds"] is True

    main(["-C", str(clone), "doctor", "--undo", "--yes"])
    told = "".join(capsys.readouterr())
    assert (gitlab.protected_tags, gitlab.project) == ({}, before), told
    levels = gitlab.protected_branches["main"]["push_access_levels"]
    assert isinstance(levels, list)
    assert levels[0]["access_level"] == 40


def test_doctor_sets_forgejo_and_takes_it_back(
    tmp_path: Path,
    forgejo: StandInForgejo,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clone = clone_of(tmp_path, f"{forgejo.url}/owner/project.git", "forgejo")
    monkeypatch.setenv("FORGEJO_TOKEN", forgejo.token)

    main(["-C", str(clone), "doctor", "--apply", "--yes"])
    told = "".join(capsys.readouterr())
    assert list(forgejo.branch_protections) == ["main"], told
    assert len(forgejo.tag_protections) == 1

    main(["-C", str(clone), "doctor", "--undo", "--yes"])
    told = "".join(capsys.readouterr())
    assert (forgejo.branch_protections, forgejo.tag_protections) == ({}, []), told
