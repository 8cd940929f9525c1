"""Limits of the stand-in host, and trouble on order."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import urllib3

from openapi import validated
from rehearsal.calling import MAIN, Client, calling
from rehearsal.talking import Clock
from tagship.rehearsal.host import StandInHost


@pytest.fixture
def host() -> Iterator[StandInHost]:
    with StandInHost() as running, validated(running):
        yield running
        assert running.server.crashes == []


@pytest.fixture
def call(host: StandInHost) -> Iterator[Client]:
    with calling(host, host.token) as client:
        yield client


def test_what_is_known_already_is_not_sent_again(host: StandInHost, call: Client) -> None:
    first = call("GET", "rulesets")
    same = call("GET", "rulesets", If_None_Match=first.headers["ETag"])
    strong = call("GET", "rulesets", If_None_Match=first.headers["ETag"].removeprefix("W/"))
    call("POST", "rulesets", MAIN)
    changed = call("GET", "rulesets", If_None_Match=first.headers["ETag"])

    assert [same.status, strong.status, changed.status] == [304, 304, 200]
    assert same.content is None
    assert same.headers["x-ratelimit-used"] == first.headers["x-ratelimit-used"]
    assert len(host.log) == 5


def test_requests_are_counted(host: StandInHost, call: Client) -> None:
    first, second = call("GET", ""), call("GET", "")
    with calling(host, host.issue_token({}, kind="actions")) as job:
        told = job("GET", "")

    assert [each.headers["x-ratelimit-remaining"] for each in (first, second)] == ["4999", "4998"]
    assert (told.headers["x-ratelimit-limit"], told.headers["x-ratelimit-remaining"]) == ("1000", "999")
    assert first.headers["x-ratelimit-resource"] == "core"


def test_the_hour_is_over(host: StandInHost, call: Client) -> None:
    clock = Clock()
    host.settings.clock = clock
    host.rate.leave(1, seconds=60)
    answers = [call("GET", ""), call("GET", "")]
    reset = datetime.fromtimestamp(int(answers[1].headers["x-ratelimit-reset"]), UTC)
    clock.wait(60 / 86400)

    assert [answer.status for answer in answers] == [200, 403]
    assert answers[1].message.startswith("API rate limit exceeded")
    assert answers[1].headers["x-ratelimit-remaining"] == "0"
    assert reset - clock.now <= timedelta(seconds=1)
    assert call("GET", "").status == 200


def test_a_secondary_limit(host: StandInHost, call: Client) -> None:
    host.fail_next("POST", "*/rulesets", 403, times=2, headers={"Retry-After": "1"})
    answers = [call("POST", "rulesets", MAIN) for _ in range(3)]

    assert [answer.status for answer in answers] == [403, 403, 201]
    assert answers[0].headers["Retry-After"] == "1"
    assert "secondary rate limit" in answers[0].message


def test_half_way_through_a_series_of_writes(host: StandInHost, call: Client) -> None:
    host.fail_next("*", "*/environments/*", 502, spare=1)
    paths = ("environments/a", "environments/b", "environments/c")

    assert [call("PUT", path, {}).status for path in paths] == [200, 502, 200]
    assert list(host.environments.held) == ["a", "c"]


def test_an_answer_is_lost(host: StandInHost, call: Client) -> None:
    host.fail_next("POST", "*/rulesets", 504, way="lost", message="took too long")
    answer = call("POST", "rulesets", MAIN)

    assert (answer.status, answer.message) == (504, "took too long")
    assert [ruleset.name for ruleset in host.rulesets] == [MAIN["name"]]


@pytest.mark.parametrize(("way", "made"), [("cut", 0), ("cut-after", 1)])
def test_a_connection_is_cut(host: StandInHost, call: Client, way: str, made: int) -> None:
    host.fail_next("POST", "*/rulesets", way="cut" if way == "cut" else "cut-after")
    with pytest.raises(urllib3.exceptions.HTTPError):
        call("POST", "rulesets", MAIN)

    assert len(host.rulesets.held) == made
    assert [exchange.status for exchange in host.record] == [0]


def test_an_answer_comes_late(host: StandInHost, call: Client) -> None:
    host.slow_next("GET", "*", 0.2)
    began = time.monotonic()
    answer = call("GET", "")

    assert answer.status == 200
    assert time.monotonic() - began >= 0.2


def test_the_record_keeps_everything_but_the_token(host: StandInHost, call: Client) -> None:
    call("PATCH", "", {"has_issues": True})
    (exchange,) = host.record

    assert (exchange.method, exchange.target, exchange.status) == ("PATCH", "/repos/stand-in/project", 200)
    assert exchange.content == b'{"has_issues": true}'
    assert exchange.headers["user-agent"] == "tests"
    assert host.token not in repr(exchange)
    assert exchange.answer.startswith(b"{")
