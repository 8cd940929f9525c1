"""The stand-ins as others' clients see them, and our requests beside what those clients may send.

What the hosts' own descriptions say of every request and answer is looked up in test_gitlab_as_described and
test_forgejo_as_described.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest

from tagship.adapters.forgejo.secrets import ForgejoSecrets
from tagship.adapters.gitlab.releases import GitLabReleases
from tagship.adapters.gitlab.secrets import GitLabSecrets
from tagship.adapters.http import HttpClient
from tagship.domain.adoption import AGGREGATE
from tagship.domain.credential import Secret
from tagship.domain.host_changes import Lacking, Setting
from tagship.domain.hosting import RequiredCheck, Wanted
from tagship.domain.secret_store import Shelf
from tagship.rehearsal.other_hosts import StandInForgejo, StandInGitLab

pytestmark = pytest.mark.slow

SHA = "1" * 40
SHELF = Shelf("pypi", "PYPI_API_TOKEN")
VALUE = "upload-" + "x" * 20
WANTED = Wanted("group/project", check=RequiredCheck(AGGREGATE))
# What a client reads off an answer has no type here: the packages may not be installed.
Client = Any


@pytest.fixture
def gitlab() -> Iterator[StandInGitLab]:
    with StandInGitLab() as host:
        yield host


@pytest.fixture
def forgejo() -> Iterator[StandInForgejo]:
    with StandInForgejo() as host:
        yield host


@pytest.fixture
def http() -> Iterator[HttpClient]:
    with HttpClient() as client:
        yield client


def apply(settings: GitLabSecrets | ForgejoSecrets, *several: Setting) -> Mapping[str, Mapping[str, object]]:
    """Send what these settings lack; the bodies by method and path."""
    sent: dict[str, Mapping[str, object]] = {}
    for setting in several:
        lacking = settings.lacking(setting, WANTED)
        assert isinstance(lacking, Lacking)
        for planned in lacking.planned:
            settings.send(planned.request)
            where = planned.request.path.rpartition("/")[2]
            sent[f"{planned.request.method} {where}"] = cast("Mapping[str, object]", planned.request.body)
    return sent


def test_the_client_for_gitlab_sees_what_we_set(gitlab: StandInGitLab, http: HttpClient) -> None:
    client: Client = pytest.importorskip("gitlab", reason="python-gitlab is not installed")
    token = Secret(gitlab.token, origin="a test")
    settings = GitLabSecrets(http, gitlab.path, token, web=gitlab.url)
    apply(settings, Setting.MAIN, Setting.TAGS_MADE)
    settings.store(Secret(VALUE, origin="a test"), SHELF)
    gitlab.report(SHA, "ready", "success")
    request = gitlab.merging.open("feature", SHA)
    gitlab.merging.merge(request, "2" * 40, "3" * 40)

    with client.Gitlab(gitlab.url, private_token=gitlab.token) as their:
        project = their.projects.get(gitlab.path)
        seen = (
            [branch.name for branch in project.protectedbranches.list()],
            [tag.name for tag in project.protectedtags.list()],
            [each.source_branch for each in project.mergerequests.list(state="merged")],
            [each.push_data["commit_to"] for each in project.events.list(action="pushed")],
        )
        (variable,) = project.variables.list()
    assert seen == (["main"], ["v*"], ["feature"], ["3" * 40])
    assert (project.default_branch, project.merge_method) == ("main", "rebase_merge")
    assert (variable.key, variable.hidden, variable.environment_scope, variable.value) == (
        SHELF.name,
        True,
        "pypi",
        None,
    )


def test_the_client_for_gitlab_sees_our_release(gitlab: StandInGitLab, http: HttpClient) -> None:
    client: Client = pytest.importorskip("gitlab", reason="python-gitlab is not installed")
    releases = GitLabReleases(http, gitlab.path, Secret(gitlab.token, origin="a test"), web=gitlab.url)
    draft = releases.draft("v1.0", title="1.0", notes="new", prerelease=False)
    releases.attach(draft, "receipt.json", b"{}")
    releases.publish(draft, latest=True)

    with client.Gitlab(gitlab.url, private_token=gitlab.token) as their:
        release = their.projects.get(gitlab.path).releases.get("v1.0")
    assert (release.name, release.description) == ("1.0", "new")
    assert [link["name"] for link in release.assets["links"]] == ["receipt.json"]


def test_what_we_send_to_gitlab_is_what_its_client_may_send(gitlab: StandInGitLab, http: HttpClient) -> None:
    pytest.importorskip("gitlab", reason="python-gitlab is not installed")
    managers: Client = pytest.importorskip("gitlab.v4.objects", reason="python-gitlab is not installed")
    settings = GitLabSecrets(http, gitlab.path, Secret(gitlab.token, origin="a test"), web=gitlab.url)
    gitlab.protect("main")
    sent = apply(settings, Setting.MAIN, Setting.TAGS_MADE)
    settings.store(Secret(VALUE, origin="a test"), SHELF)
    tables = {
        "POST protected_branches": managers.ProjectProtectedBranchManager._create_attrs,
        "POST protected_tags": managers.ProjectProtectedTagManager._create_attrs,
        "PUT group%2Fproject": managers.ProjectManager._update_attrs,
    }

    for what, table in tables.items():
        assert set(table.required) <= set(sent[what]) <= {*table.required, *table.optional}, what
    (variable,) = gitlab.variables.held
    allowed = managers.ProjectVariableManager._create_attrs
    posted = next(each for each in gitlab.record if each.method == "POST" and each.target.endswith("/variables"))
    assert VALUE.encode() in posted.content
    assert {"masked_and_hidden", "protected", "raw", "environment_scope"} <= set(allowed.optional)
    assert variable["masked"] is True


def test_the_client_for_forgejo_sees_what_we_set(forgejo: StandInForgejo, http: HttpClient) -> None:
    client: Client = pytest.importorskip("pyforgejo", reason="pyforgejo is not installed")
    settings = ForgejoSecrets(http, "owner", "project", Secret(forgejo.token, origin="a test"), web=forgejo.url)
    apply(settings, Setting.MAIN, Setting.TAGS_MADE)
    settings.store(Secret(VALUE, origin="a test"), SHELF)
    forgejo.report(SHA, "readiness / ready (push)", "success")
    forgejo.open_pull("feature", SHA)

    wire: Client = pytest.importorskip("httpx", reason="httpx is not installed")
    with wire.Client(headers={"Authorization": f"token {forgejo.token}"}) as speaking:
        api = client.PyforgejoApi(
            base_url=f"{forgejo.url}/api/v1", api_key=f"token {forgejo.token}", httpx_client=speaking
        )
        their = api.repository
        assert their.repo_get("owner", "project").default_branch == "main"
        (protection,) = their.repo_list_branch_protection("owner", "project")
        (tags,) = their.repo_list_tag_protection("owner", "project")
        (pull,) = their.repo_list_pull_requests("owner", "project")
    assert (protection.rule_name, protection.enable_push, protection.apply_to_admins) == ("main", False, True)
    assert (tags.name_pattern, tags.whitelist_usernames) == ("v*", ["maintainer"])
    assert (pull.head.ref, pull.base.ref) == ("feature", "main")
