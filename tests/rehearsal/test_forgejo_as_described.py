"""Every request that we send to Forgejo, and every answer of its stand-in, beside what Forgejo's description says.

pyforgejo is generated from that description: its methods have the fields of each request, its types those of each
answer. Only what is asked and told here is looked up there.
"""

import inspect
import json
import re
from typing import Any

import pytest

from tagship.adapters.forgejo.activity import ForgejoActivity
from tagship.adapters.forgejo.releases import ForgejoReleases
from tagship.adapters.forgejo.secrets import ForgejoSecrets
from tagship.adapters.http import HttpClient
from tagship.domain.adoption import AGGREGATE
from tagship.domain.credential import Secret
from tagship.domain.host_changes import Lacking, Setting
from tagship.domain.hosting import RequiredCheck, Wanted
from tagship.domain.secret_store import Shelf
from tagship.rehearsal.host.record import Recorded
from tagship.rehearsal.other_hosts import StandInForgejo

pytestmark = pytest.mark.slow

SHA = "1" * 40
SHELF = Shelf("pypi", "PYPI_API_TOKEN")
CHECKS = ("build", AGGREGATE)
"""Asked for one after the other: what protects is made, and then changed."""
REPOSITORY = r"/api/v1/repos/owner/project"
# The package may not be installed, and so has no types here.
Described = Any

ANSWERS = {
    r"/api/v1/user": "User",
    REPOSITORY: "Repository",
    rf"{REPOSITORY}/branch_protections(/.+)?": "BranchProtection",
    rf"{REPOSITORY}/tag_protections(/\d+)?": "TagProtection",
    rf"{REPOSITORY}/actions/secrets": "Secret",
    rf"{REPOSITORY}/commits/.+/statuses": "CommitStatus",
    rf"{REPOSITORY}/commits/.+/pull": "PullRequest",
    rf"{REPOSITORY}/pulls": "PullRequest",
    rf"{REPOSITORY}/releases(/\d+)?": "Release",
    rf"{REPOSITORY}/releases/\d+/assets": "Attachment",
}
"""The type of each answer, or of each of its items, by the path that is asked for."""
REQUESTS = {
    ("POST", rf"{REPOSITORY}/branch_protections"): "repo_create_branch_protection",
    ("PATCH", rf"{REPOSITORY}/branch_protections/.+"): "repo_edit_branch_protection",
    ("POST", rf"{REPOSITORY}/tag_protections"): "repo_create_tag_protection",
    ("POST", rf"{REPOSITORY}/releases"): "repo_create_release",
    ("PATCH", rf"{REPOSITORY}/releases/\d+"): "repo_edit_release",
    ("PUT", rf"{REPOSITORY}/actions/secrets/.+"): "update_repo_secret",
}
"""The method that has the fields of each request with a body of JSON."""


@pytest.fixture
def record() -> list[Recorded]:
    """All that one project's life asks of its host: settings, a secret, the gate, a release, the guard."""
    with StandInForgejo() as host, HttpClient() as http:
        token = Secret(host.token, origin="a test")
        settings = ForgejoSecrets(http, "owner", "project", token, web=host.url)
        host.report(SHA, "readiness / ready (push)", "success")
        host.open_pull("feature", SHA)
        for check in CHECKS:
            wanted = Wanted("owner/project", check=RequiredCheck(check))
            for setting in (Setting.MAIN, Setting.TAGS_MADE):
                lacking = settings.lacking(setting, wanted)
                for planned in lacking.planned if isinstance(lacking, Lacking) else ():
                    settings.send(planned.request)
        settings.store(Secret("upload-" + "x" * 20, origin="a test"), SHELF)
        assert settings.held(SHELF) is not None
        assert settings.login() == "maintainer"
        assert settings.repository().default_branch == "main"
        settings.checks_seen("main")

        releases = ForgejoReleases(http, "owner", "project", token, web=host.url)
        assert releases.checks(SHA)
        assert releases.open_pulls()
        draft = releases.draft("v1.0", title="1.0", notes="new", prerelease=False)
        releases.attach(draft, "tagship-receipt.json", b"{}")
        releases.publish(draft, latest=True)
        ForgejoActivity(http, "owner", "project", token, web=host.url).pulls_of(SHA)
        return list(host.record)


def path_of(each: Recorded) -> str:
    return each.target.partition("?")[0]


def test_every_answer_has_the_fields_that_are_described(record: list[Recorded]) -> None:
    types: Described = pytest.importorskip("pyforgejo.types", reason="pyforgejo is not installed")
    looked_at = set()
    for each in record:
        kind = next((kind for path, kind in ANSWERS.items() if re.fullmatch(path, path_of(each))), None)
        if each.status >= 300 or not each.answer:
            continue
        assert kind is not None, each
        told, model = json.loads(each.answer), getattr(types, kind)
        fields = {field.alias or name for name, field in model.model_fields.items()} | set(model.model_fields)
        for item in told if isinstance(told, list) else [told]:
            assert set(item) <= fields, (each.target, set(item) - fields)
            model.model_validate(item)
            looked_at.add(kind)

    assert looked_at == set(ANSWERS.values())


def test_every_request_has_the_fields_that_are_described(record: list[Recorded]) -> None:
    raw: Described = pytest.importorskip("pyforgejo.repository.raw_client", reason="pyforgejo is not installed")
    looked_at = set()
    for each in record:
        if not each.headers.get("content-type", "").startswith("application/json"):
            continue
        method = next(
            method
            for (verb, path), method in REQUESTS.items()
            if verb == each.method and re.fullmatch(path, path_of(each))
        )
        known = inspect.signature(getattr(raw.RawRepositoryClient, method)).parameters
        assert set(json.loads(each.content)) <= set(known), each.target
        looked_at.add(method)

    assert looked_at == set(REQUESTS.values())
