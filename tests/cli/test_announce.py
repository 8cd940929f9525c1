"""`tagship announce`, from the command line."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cli.releasing import Release
from cli.saying import at
from reports.reading import objects
from ship.project import TAG
from tagship.adapters.github.releases import GitHubReleases
from tagship.adapters.http import HttpClient, Patience
from tagship.cli import announce
from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.cli.place import workplace_of_build
from tagship.domain.credential import Secret
from tagship.errors import Exit
from tagship.rehearsal.host import StandInHost
from tagship.workflow.workplace import Workplace

pytestmark = pytest.mark.slow


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHost]:
    with StandInHost() as running, HttpClient() as http:

        def made() -> GitHubReleases:
            held = Secret(running.token, origin="GH_TOKEN")
            owner, name = running.repository.split("/")
            api, short = running.api_url, Patience(base_delay=0.01)
            return GitHubReleases(http, owner, name, held, api=api, uploads=api, patience=short)

        def there(options: Options, console: Console) -> Workplace:
            place = workplace_of_build(options, console)
            place.wishes = replace(place.wishes, host=made)
            return place

        monkeypatch.setattr(announce, "workplace_of_build", there)
        yield running
        assert running.server.crashes == []


def test_what_was_shipped_without_a_host_is_announced_on_one(release: Release, host: StandInHost) -> None:
    release.ship()
    words = ("announce", TAG, *at(release.index), "--host", "github")
    plan = release.say(*words, "--plan", "--json")
    unasked = release.say(*words, "--json")
    said = release.say(*words, "--yes", "--json")

    assert plan.exit == Exit.READY
    assert [step["state"] for step in objects(plan.document, "steps")] == ["done", "todo", "todo"]
    assert unasked.exit == Exit.USAGE
    assert said.exit == Exit.READY, said.err
    assert {step["state"] for step in objects(said.document, "steps")} == {"done"}
    assert [(each.tag, each.draft) for each in host.releases] == [(TAG, False)]
    assert [asset.name for asset in next(iter(host.releases)).assets] == [
        "tagship-manifest.json",
        "tagship-receipt.json",
    ]


def test_where_no_host_is_nothing_is_announced(release: Release) -> None:
    release.say("build")
    said = release.say("announce", *at(release.index), "--json")

    assert said.exit == Exit.USAGE
    assert "no code host" in str(said.document["message"])


def test_what_was_not_built_is_not_announced(release: Release) -> None:
    said = release.say("announce", TAG, *at(release.index), "--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["kind"] == "not-there"
