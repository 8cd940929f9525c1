"""Releases on Forgejo, and what it says of commits, pull requests and files."""

import pytest

from tagship.adapters.forgejo.activity import ForgejoActivity
from tagship.adapters.forgejo.api import CODEBERG, token_in
from tagship.adapters.forgejo.releases import ForgejoReleases
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.facts import CheckState
from tagship.errors import Conflict, CredentialHalt, FactUnknown, Incomplete
from tagship.rehearsal.other_hosts import StandInForgejo
from tagship.rehearsal.other_hosts.rest import WRITER

SHA = "1" * 40
BYTES = bytes(range(256)) + b"\r\n--x\r\n"


@pytest.fixture
def releases(host: StandInForgejo, http: HttpClient, patience: Patience) -> ForgejoReleases:
    token = Secret(host.token, origin="a test")
    return ForgejoReleases(http, "owner", "project", token, web=host.url, own_run="9", patience=patience)


def test_the_latest_status_of_every_context_but_our_own(host: StandInForgejo, releases: ForgejoReleases) -> None:
    host.report(SHA, "readiness / ready (push)", "failure")
    host.report(SHA, "readiness / ready (push)", "success")
    host.report(SHA, "docs", "error")
    host.report(SHA, "later", "pending")
    host.report(SHA, "release / Release (push)", "pending", run=9)
    host.report(SHA, "nightly", "warning", run=91)

    green, red, pending = CheckState.GREEN, CheckState.RED, CheckState.PENDING
    found = {check.name: check.state for check in releases.checks(SHA)}
    assert found == {"readiness / ready (push)": green, "docs": red, "later": pending, "nightly": green}


def test_a_state_that_nobody_knows_is_not_green(host: StandInForgejo, releases: ForgejoReleases) -> None:
    host.report(SHA, "ready", "transcended")

    with pytest.raises(FactUnknown, match="transcended"):
        releases.checks(SHA)


def test_statuses_go_on_over_pages(host: StandInForgejo, releases: ForgejoReleases) -> None:
    for number in range(120):
        host.report(SHA, f"job-{number}", "success")

    assert len(releases.checks(SHA)) == 120


def test_open_pull_requests(host: StandInForgejo, releases: ForgejoReleases) -> None:
    host.open_pull("feature", SHA)
    host.open_pull("old", "2" * 40)["state"] = "closed"
    (pull,) = releases.open_pulls()

    assert (pull.number, pull.branch, pull.owner, pull.commit, pull.base) == (1, "feature", "owner", SHA, "main")


def test_a_file_of_a_commit(host: StandInForgejo, releases: ForgejoReleases) -> None:
    host.files[SHA, "docs/a b.md"] = b"\x00text"

    assert releases.file(SHA, "docs/a b.md") == b"\x00text"
    assert releases.file(SHA, "docs") is None


def test_from_draft_to_release(host: StandInForgejo, releases: ForgejoReleases, http: HttpClient) -> None:
    assert releases.release("v1.0") is None
    draft = releases.draft("v1.0", title="1.0", notes="new", prerelease=False)
    releases.attach(draft, 'a "b".json', BYTES)
    releases.attach(draft, 'a "b".json', BYTES)

    assert list(host.assets.values()) == [BYTES]
    assert ForgejoReleases(http, "owner", "project", None, web=host.url).release("v1.0") is None
    found = releases.release("v1.0")
    assert found is not None
    assert (found.draft, found.assets, found.notes) == (True, ('a "b".json',), "new")

    assert releases.publish(found, latest=True).draft is False
    assert ForgejoReleases(http, "owner", "project", None, web=host.url).release("v1.0") is not None


def test_another_file_of_that_name(releases: ForgejoReleases) -> None:
    draft = releases.draft("v1.0", title="1.0", notes="", prerelease=True)
    releases.attach(draft, "a.json", b"1")

    with pytest.raises(Conflict, match="1 bytes, and ours has 2"):
        releases.attach(draft, "a.json", b"22")


def test_two_drafts_of_one_tag(releases: ForgejoReleases) -> None:
    for _ in range(2):
        releases.draft("v1.0", title="1.0", notes="", prerelease=False)

    with pytest.raises(Conflict, match="2 draft releases"):
        releases.release("v1.0")


def test_a_token_that_only_reads(host: StandInForgejo, http: HttpClient) -> None:
    token = Secret(host.issue_token("reader", level=WRITER, writes=False), origin="FORGEJO_TOKEN")

    with pytest.raises(CredentialHalt, match="write:repository") as refused:
        ForgejoReleases(http, "owner", "project", token, web=host.url).draft("v1", title="", notes="", prerelease=False)
    assert token.reveal() not in f"{refused.value} {refused.value.remedy}"


def test_no_token_writes_nothing(host: StandInForgejo, http: HttpClient, releases: ForgejoReleases) -> None:
    nobody = ForgejoReleases(http, "owner", "project", None, web=host.url)

    with pytest.raises(CredentialHalt, match="FORGEJO_TOKEN is not set"):
        nobody.draft("v1.0", title="", notes="", prerelease=False)
    public = releases.publish(releases.draft("v1.0", title="", notes="", prerelease=False), latest=False)
    with pytest.raises(CredentialHalt, match="FORGEJO_TOKEN is not set"):
        nobody.attach(public, "a.json", b"1")


def test_a_file_whose_answer_got_lost(host: StandInForgejo, releases: ForgejoReleases) -> None:
    draft = releases.draft("v1.0", title="1.0", notes="", prerelease=False)
    host.fail_next("POST", "*/assets", way="cut-after")

    with pytest.raises(Incomplete, match="not known"):
        releases.attach(draft, "a.json", BYTES)
    releases.attach(draft, "a.json", BYTES)
    assert list(host.assets.values()) == [BYTES]


def test_where_tokens_come_from() -> None:
    environ = {"CODEBERG_TOKEN": "of-codeberg", "GITEA_TOKEN": "", "GITHUB_TOKEN": "no"}
    found = token_in(environ, CODEBERG)
    assert found is not None
    assert found.reveal() == "of-codeberg"
    assert token_in(environ, "https://git.example.org") is None

    own = token_in({**environ, "FORGEJO_TOKEN": "own"}, CODEBERG)
    assert own is not None
    assert own.origin == "FORGEJO_TOKEN"


def test_nothing_tells_a_merge_from_a_push(host: StandInForgejo, http: HttpClient) -> None:
    witness = ForgejoActivity(http, "owner", "project", Secret(host.token, origin="a test"), web=host.url)
    host.open_pull("feature", SHA).update(state="closed", merged=True, merge_commit_sha="3" * 40)
    host.open_pull("other", "4" * 40, base="1.x").update(state="closed", merged=True, merge_commit_sha="5" * 40)

    with pytest.raises(FactUnknown, match="no log"):
        list(witness.updates("main", None))
    (pull,) = witness.merged_pulls("main")
    assert witness.pulls_of("3" * 40) == (pull,)
    assert witness.pulls_of(SHA) == ()
    assert (pull.name, pull.merged, pull.merge_commit) == ("#1", True, "3" * 40)
