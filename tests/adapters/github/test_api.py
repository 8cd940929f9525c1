"""The conversation with GitHub: what was answered before, limits, and names of before."""

from collections.abc import Iterator

import pytest

from openapi import validated
from tagship.adapters.github.settings import GitHubSettings
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.errors import FactUnknown
from tagship.rehearsal.host import StandInHost

WAITED: list[float] = []


@pytest.fixture
def host() -> Iterator[StandInHost]:
    WAITED.clear()
    with StandInHost("stand-in/project", anonymous=True) as running, validated(running):
        yield running


@pytest.fixture
def settings(host: StandInHost) -> Iterator[GitHubSettings]:
    with HttpClient() as http:
        yield asking(http, host, host.token)


def asking(http: HttpClient, host: StandInHost, token: str | None) -> GitHubSettings:
    secret = None if token is None else Secret(token, origin="GH_TOKEN")
    api = host.api_url
    return GitHubSettings(
        http, "stand-in", "project", secret, api=api, uploads=api, patience=Patience(pause=WAITED.append)
    )


def test_what_was_answered_before_is_asked_for_by_its_tag(host: StandInHost, settings: GitHubSettings) -> None:
    """And costs nothing of the rate limit, however often a setting is looked at."""
    first = settings.job_token()
    second = settings.job_token()

    assert first == second
    assert [each.status for each in host.log][-2:] == [200, 304]
    host.policies.default_workflow_permissions = "write"
    assert settings.job_token().reads_only is False, "what has changed is told anew"


def test_the_secondary_limit_is_told_by_its_words_alone(host: StandInHost, settings: GitHubSettings) -> None:
    host.fail_next("GET", "*/actions/permissions/workflow", 403, times=9)

    with pytest.raises(FactUnknown, match="its rate limit ends in 60 seconds"):
        settings.job_token()
    assert WAITED == [60.0, 60.0]


def test_the_primary_limit_of_a_reader(host: StandInHost, settings: GitHubSettings) -> None:
    host.rate.leave(0, seconds=1800)

    with pytest.raises(FactUnknown, match=r"rate limit ends in 1[78]"):
        settings.job_token()
    assert WAITED == [], "nobody waits half an hour"


def test_lists_over_many_pages(host: StandInHost, settings: GitHubSettings) -> None:
    for number in range(230):
        host.secrets.keep(f"SECRET_{number:03}", "nothing")

    assert len(settings.shared_secrets()) == 230


def test_a_renamed_repository_is_read_under_its_new_name(host: StandInHost, settings: GitHubSettings) -> None:
    host.rename("stand-in/renamed")

    assert settings.repository().name == "stand-in/renamed"
    assert settings.job_token().reads_only


def test_no_other_server_is_shown_the_token(host: StandInHost, settings: GitHubSettings) -> None:
    host.fail_next("GET", "/repos/stand-in/project", 301, headers={"Location": "https://elsewhere.example/x"})

    with pytest.raises(FactUnknown, match="another name"):
        settings.repository()


def test_without_a_token_what_is_public_is_read(host: StandInHost) -> None:
    with HttpClient() as http:
        anybody = asking(http, host, None)

        assert anybody.repository().administered is None
        assert anybody.main_rules("main").guards == ()
        with pytest.raises(FactUnknown, match="401") as raised:
            anybody.job_token()
        assert "administration=read" in str(raised.value.remedy)


def test_5xx_is_asked_again(host: StandInHost, settings: GitHubSettings) -> None:
    host.fail_next("GET", "*/actions/permissions", 503, times=2)

    assert settings.actions().enabled
