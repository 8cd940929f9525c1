"""Every request that we send to GitLab, and every answer of its stand-in, beside what GitLab's description says.

Tests elsewhere that talk to the stand-in hold it against the same; here all operations are asked for in one life of a
project, and the description itself, where there is one, is looked at anew.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from tools.gitlab_described import USED, cut

from gitlab_described import TABLE, all_problems, operation_of, validated
from tagship.adapters.gitlab.activity import GitLabActivity
from tagship.adapters.gitlab.releases import GitLabReleases
from tagship.adapters.gitlab.secrets import GitLabSecrets
from tagship.adapters.http import HttpClient
from tagship.domain.adoption import AGGREGATE
from tagship.domain.credential import Secret
from tagship.domain.host_changes import Lacking, Setting
from tagship.domain.hosting import RequiredCheck, Wanted
from tagship.domain.secret_store import Shelf
from tagship.rehearsal.host.record import Recorded
from tagship.rehearsal.other_hosts import StandInGitLab

DESCRIPTION = os.environ.get("TAGSHIP_GITLAB_DESCRIPTION", "")
SHA = "1" * 40
SHELF = Shelf("pypi", "PYPI_API_TOKEN")
WANTED = Wanted("group/project", check=RequiredCheck(AGGREGATE))


def lacking_of(settings: GitLabSecrets, setting: Setting) -> Lacking:
    lacking = settings.lacking(setting, WANTED)
    assert isinstance(lacking, Lacking)
    return lacking


def set_and_take_back(settings: GitLabSecrets) -> None:
    """What each setting lacks is sent and looked at; the protections are taken back."""
    for setting in (Setting.MAIN, Setting.TAGS_MADE, Setting.JOB_TOKEN):
        for planned in lacking_of(settings, setting).planned:
            settings.send(planned.request)
            for look in planned.looks:
                settings.send(replace(planned.request, method="GET", path=look.path, body=None))
            if planned.undo.method == "DELETE":
                settings.send(planned.undo)


@pytest.fixture
def record() -> list[Recorded]:
    """All that one project's life asks of its host: settings, a secret, the gate, a release, the guard."""
    with StandInGitLab() as host, validated(host), HttpClient() as http:
        token = Secret(host.token, origin="a test")
        settings = GitLabSecrets(http, host.path, token, web=host.url)
        host.project["ci_push_repository_for_job_token_allowed"] = True
        host.report(SHA, "ready", "success")
        host.files[SHA, "pyproject.toml"] = b"[project]\n"
        request = host.merging.open("feature", SHA)
        host.merging.merge(request, "2" * 40, "3" * 40)
        host.merging.open("another", SHA)
        set_and_take_back(settings)
        host.protect("main")
        host.variables.keep(SHELF.name, "in the open", scope=SHELF.environment)
        for name in ("first", "second"):
            settings.store(Secret(f"upload-{name}-" + "x" * 20, origin="a test"), SHELF)
        assert settings.held(SHELF) is not None
        assert settings.repository().default_branch == "main"
        settings.checks_seen("main")

        releases = GitLabReleases(http, host.path, token, web=host.url)
        assert releases.checks(SHA)
        assert releases.open_pulls()
        assert releases.file(SHA, "pyproject.toml") == b"[project]\n"
        draft = releases.draft("v1.0", title="1.0", notes="new", prerelease=False)
        releases.attach(draft, "tagship-receipt.json", b"{}")
        releases.publish(draft, latest=True)
        assert releases.release("v1.0") is not None
        activity = GitLabActivity(http, host.path, token, web=host.url)
        assert activity.pulls_of(SHA)
        assert list(activity.updates("main", None))
        assert list(activity.merged_pulls("main"))
        return list(host.record)


def test_every_operation_is_asked_for_and_answered_as_described(record: list[Recorded]) -> None:
    assert {operation_of(each) for each in record} == {f"{method} {path}" for method, path in USED}
    assert all(each.status < 300 for each in record)


@pytest.mark.parametrize(
    ("method", "target", "body", "said"),
    [
        ("POST", "protected_branches", {"name": "main", "push": 0}, "'push' was unexpected"),
        ("POST", "protected_branches", {"push_access_level": 0}, "'name' is a required property"),
        ("POST", "protected_branches", {"name": "main", "push_access_level": 7}, "7 is not one of"),
        ("PUT", "", {"merge_method": "octopus"}, "'octopus' is not one of"),
        ("POST", "variables", {"key": "TOKEN", "value": "x", "masked": "yes"}, "'yes' is not of type 'boolean'"),
        ("GET", "merge_requests?status=opened", None, "the query has status"),
        ("GET", "merge_requests?state=open", None, "'open' is not one of"),
        ("GET", "branch_protections", None, "no such operation"),
    ],
)
def test_what_is_not_described_is_found(
    record: list[Recorded], method: str, target: str, body: object, said: str
) -> None:
    wrong = replace(
        record[0],
        method=method,
        target=f"/api/v4/projects/group%2Fproject/{target}".rstrip("/"),
        headers={"content-type": "application/json"} if body is not None else {},
        content=b"" if body is None else json.dumps(body).encode(),
        status=0,
    )

    (problem,) = all_problems([wrong])

    assert said in problem


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"id": "seven"}, "'seven' is not of type"),
        ({"project_id": 7}, "'project_id' was unexpected"),
        ({"namespace": {"type": "group"}}, "'type' was unexpected"),
    ],
)
def test_an_answer_that_is_not_described_is_found(record: list[Recorded], told: object, said: str) -> None:
    project = next(each for each in record if operation_of(each) == "GET /projects/{id}")

    (problem,) = all_problems([replace(project, answer=json.dumps(told).encode())])

    assert said in problem


@pytest.mark.skipif(not DESCRIPTION, reason="TAGSHIP_GITLAB_DESCRIPTION names no openapi_v2.yaml, which no package has")
def test_the_table_is_what_the_description_says() -> None:
    now, then = cut(Path(DESCRIPTION).read_bytes()), json.loads(TABLE.read_text(encoding="utf-8"))

    assert now["operations"] == then["operations"]
    assert now["definitions"] == then["definitions"]
