"""Releases on GitLab, and what it says of commits, merge requests and files."""

from pathlib import Path

import pytest
from packaging.version import Version

from gitlab_described import validated
from tagship.adapters.gitlab.api import job_token_in, token_at_hand
from tagship.adapters.gitlab.releases import PACKAGE, GitLabReleases
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.facts import CheckState
from tagship.domain.plan import Done, Todo
from tagship.errors import Conflict, CredentialHalt, FactUnknown, Incomplete
from tagship.rehearsal.other_hosts import StandInGitLab
from tagship.rehearsal.other_hosts.rest import READER, WRITER
from tagship.workflow.steps.release import RECEIPT_ASSET, DraftRelease, PublishRelease

SHA = "1" * 40


@pytest.fixture
def releases(host: StandInGitLab, http: HttpClient, patience: Patience) -> GitLabReleases:
    token = Secret(host.token, origin="a test")
    return GitLabReleases(http, host.path, token, web=host.url, own_pipeline="9", patience=patience)


def as_job(host: StandInGitLab, http: HttpClient) -> GitLabReleases:
    token = host.issue_token("job", level=WRITER, of_job=True)
    return GitLabReleases(http, host.path, None, web=host.url, job_token=Secret(token, origin="CI_JOB_TOKEN"))


def test_statuses_of_every_pipeline_but_our_own(host: StandInGitLab, releases: GitLabReleases) -> None:
    host.report(SHA, "ready", "success")
    host.report(SHA, "lint", "failed", allowed=True)
    host.report(SHA, "docs", "failed")
    host.report(SHA, "later", "waiting_for_resource")
    host.report(SHA, "tagship-gate", "running", pipeline=9)

    found = {check.name: check.state for check in releases.checks(SHA)}
    green, red, pending = CheckState.GREEN, CheckState.RED, CheckState.PENDING
    assert found == {"ready": green, "lint": green, "docs": red, "later": pending}


def test_a_state_that_nobody_knows_is_not_green(host: StandInGitLab, releases: GitLabReleases) -> None:
    host.report(SHA, "ready", "transcended")

    with pytest.raises(FactUnknown, match="transcended"):
        releases.checks(SHA)


def test_statuses_go_on_over_pages(host: StandInGitLab, releases: GitLabReleases) -> None:
    for number in range(250):
        host.report(SHA, f"job-{number}", "success")

    assert len(releases.checks(SHA)) == 250


def test_open_merge_requests(host: StandInGitLab, releases: GitLabReleases) -> None:
    host.merging.open("feature", SHA)
    done = host.merging.open("old", "2" * 40)
    host.merging.merge(done, "3" * 40, "4" * 40)
    (pull,) = releases.open_pulls()

    assert (pull.number, pull.branch, pull.owner, pull.commit, pull.base) == (1, "feature", "group/sub", SHA, "main")


def test_a_file_of_a_commit(host: StandInGitLab, releases: GitLabReleases) -> None:
    host.files[SHA, "docs/a b.md"] = b"\x00text"

    assert releases.file(SHA, "docs/a b.md") == b"\x00text"
    assert releases.file(SHA, "docs") is None


def test_nothing_is_shown_before_it_is_published(host: StandInGitLab, releases: GitLabReleases) -> None:
    assert releases.release("v1.0") is None
    draft = releases.draft("v1.0", title="1.0", notes="new", prerelease=False)
    releases.attach(draft, "receipt.json", b"{}")

    assert host.releases == {}
    found = releases.release("v1.0")
    assert found is not None
    assert (found.draft, found.assets) == (True, ("receipt.json",))

    public = releases.publish(found, latest=True)
    assert (public.draft, public.notes, public.assets) == (False, "new", ("receipt.json",))
    assert host.packages == {f"{PACKAGE}/v1.0/receipt.json": b"{}"}
    assert releases.release("v1.0") == public


def test_a_release_of_a_tag_with_a_slash(host: StandInGitLab, releases: GitLabReleases) -> None:
    draft = releases.draft("core/v1.0", title="1.0", notes="", prerelease=False)
    releases.attach(draft, "a.json", b"1")
    releases.publish(draft, latest=False)

    assert list(host.packages) == [f"{PACKAGE}/core-v1.0/a.json"]
    assert releases.release("core/v1.0") is not None


def test_a_job_releases_with_its_own_token(host: StandInGitLab, http: HttpClient) -> None:
    job = as_job(host, http)
    draft = job.draft("v1.0", title="1.0", notes="", prerelease=False)
    job.attach(draft, "a.json", b"1")

    assert job.publish(draft, latest=False).draft is False
    # Where a job's token is not heard it is not sent, and what is public is seen.
    assert job.checks(SHA) == ()


def test_what_was_not_drafted_here_is_not_published(
    host: StandInGitLab, releases: GitLabReleases, http: HttpClient
) -> None:
    draft = as_job(host, http).draft("v1.0", title="1.0", notes="", prerelease=False)

    with pytest.raises(FactUnknown, match="not drafted here"):
        releases.publish(draft, latest=False)


def test_a_release_that_somebody_made_meanwhile(host: StandInGitLab, releases: GitLabReleases) -> None:
    draft = releases.draft("v1.0", title="1.0", notes="", prerelease=False)
    host.releases["v1.0"] = {}

    with pytest.raises(Conflict, match="exists already"):
        releases.publish(draft, latest=False)


def test_a_token_that_only_reads(host: StandInGitLab, http: HttpClient) -> None:
    token = Secret(host.issue_token("reader", level=WRITER, writes=False), origin="GITLAB_TOKEN")
    reading = GitLabReleases(http, host.path, token, web=host.url)
    draft = reading.draft("v1.0", title="1.0", notes="", prerelease=False)

    with pytest.raises(CredentialHalt, match="higher privileges") as refused:
        reading.publish(draft, latest=False)
    assert "the scope api" in str(refused.value.remedy)
    assert token.reveal() not in str(refused.value)


def test_no_token_writes_nothing(host: StandInGitLab, http: HttpClient) -> None:
    nobody = GitLabReleases(http, host.path, None, web=host.url)
    draft = nobody.draft("v1.0", title="1.0", notes="", prerelease=False)

    with pytest.raises(CredentialHalt, match="GITLAB_TOKEN is not set"):
        nobody.publish(draft, latest=False)


@pytest.mark.parametrize("status", [429, 500, 502])
def test_what_passes_is_waited_for(host: StandInGitLab, releases: GitLabReleases, status: int) -> None:
    host.report(SHA, "ready", "success")
    host.fail_next("GET", "*/statuses", status, times=2, headers={"Retry-After": "1"})

    assert [check.name for check in releases.checks(SHA)] == ["ready"]


def test_what_does_not_pass_is_unknown(host: StandInGitLab, releases: GitLabReleases) -> None:
    host.fail_next("GET", "*/statuses", 503, times=9)

    with pytest.raises(FactUnknown, match="503"):
        releases.checks(SHA)


def test_a_limited_write_was_not_carried_out(host: StandInGitLab, releases: GitLabReleases) -> None:
    host.fail_next("POST", "*/releases", 429, headers={"Retry-After": "1"})
    draft = releases.draft("v1.0", title="1.0", notes="", prerelease=False)

    assert releases.publish(draft, latest=False).draft is False
    assert [each.status for each in host.record if each.method == "POST"] == [429, 201]


def test_an_answer_that_got_lost(host: StandInGitLab, releases: GitLabReleases) -> None:
    host.fail_next("POST", "*/releases", 502, way="cut-after")
    draft = releases.draft("v1.0", title="1.0", notes="", prerelease=False)

    with pytest.raises(Incomplete, match="not known"):
        releases.publish(draft, latest=False)
    found = releases.release("v1.0")
    assert found is not None
    assert found.draft is False


def test_an_expired_token(host: StandInGitLab, http: HttpClient) -> None:
    expired = GitLabReleases(http, host.path, Secret("expired", origin="GITLAB_TOKEN"), web=host.url)

    with pytest.raises(FactUnknown, match="401: Unauthorized") as unknown:
        expired.checks(SHA)
    assert "a token that is valid" in str(unknown.value.remedy)


def test_a_private_project_is_not_there_for_strangers(http: HttpClient) -> None:
    with StandInGitLab(private=True) as host, validated(host):
        stranger = GitLabReleases(http, host.path, None, web=host.url)
        with pytest.raises(FactUnknown, match="404"):
            stranger.checks(SHA)
        reader = Secret(host.issue_token("reader", level=READER), origin="a test")
        assert GitLabReleases(http, host.path, reader, web=host.url).checks(SHA) == ()


def test_a_list_that_leads_elsewhere_is_not_followed(host: StandInGitLab, releases: GitLabReleases) -> None:
    elsewhere = {"Link": '<http://127.0.0.1:9/api/v4/x>; rel="next"'}
    host.fail_next("GET", "*/statuses", 200, headers=elsewhere)

    with pytest.raises(FactUnknown):
        releases.checks(SHA)
    assert len(host.record) == 1


def test_where_tokens_come_from() -> None:
    told = token_at_hand({"GITLAB_TOKEN": " abc ", "CI_JOB_TOKEN": "job", "PATH": ""})
    assert told is not None
    assert (told.reveal(), told.origin) == ("abc", "GITLAB_TOKEN")
    assert token_at_hand({"CI_JOB_TOKEN": "job", "PATH": ""}) is None

    job = job_token_in({"CI_JOB_TOKEN": "job"})
    assert job is not None
    assert job.reveal() == "job"
    assert job_token_in({}) is None


def test_a_token_that_breaks_a_header_is_not_quoted(host: StandInGitLab, http: HttpClient) -> None:
    broken = GitLabReleases(http, host.path, Secret("ab\ncd", origin="GITLAB_TOKEN"), web=host.url)

    with pytest.raises(CredentialHalt) as refused:
        broken.checks(SHA)
    assert "ab" not in str(refused.value).replace("GITLAB", "")


def test_the_steps_that_announce_need_no_draft_on_the_host(
    host: StandInGitLab, releases: GitLabReleases, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(b"{}")
    draft = DraftRelease(releases, tag="v1.0", version=lambda: Version("1.0"), notes=lambda: "new")
    public = PublishRelease(releases, tag="v1.0", latest=lambda: True, assets=lambda: {RECEIPT_ASSET: receipt})
    for step in (draft, public):
        assert isinstance(step.probe(), Todo)
        step.apply()
        assert isinstance(step.probe(), Done)

    assert host.releases["v1.0"]["description"] == "new"
    assert list(host.packages) == [f"{PACKAGE}/v1.0/{RECEIPT_ASSET}"]
