"""Actions at newer releases, asked of a host on this machine that answers as the real one does."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from openapi import operation_of
from tagship.adapters.adopting.pinned import PATH, newer_pins, read_pins, written_pins
from tagship.adapters.http import HttpClient
from tagship.domain.adoption import Pin
from tagship.errors import ConfigError, FactUnknown, InFile
from tagship.rehearsal.wire import LoopbackServer, Request, Response

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ACTION = "actions/checkout"
OLD = Pin(ACTION, "v7.0.1", "1" * 40)
NEW_COMMIT, TAG_OBJECT = "2" * 40, "3" * 40
REPOSITORY = f"/repos/{ACTION}"


def release(tag: str, *, days: int = 30, **more: object) -> dict[str, object]:
    when = (NOW - timedelta(days=days)).isoformat().replace("+00:00", "Z")
    return {"tag_name": tag, "draft": False, "prerelease": False, "published_at": when, **more}


def answers(releases: list[dict[str, object]], **more: object) -> dict[str, object]:
    """What the host knows: a release, its annotated tag, and its commit on the default branch."""
    return {
        f"{REPOSITORY}/releases": releases,
        f"{REPOSITORY}/git/ref/tags/v7.1.0": {"object": {"type": "tag", "sha": TAG_OBJECT}},
        f"{REPOSITORY}/git/tags/{TAG_OBJECT}": {"object": {"type": "commit", "sha": NEW_COMMIT}},
        REPOSITORY: {"default_branch": "main"},
        f"{REPOSITORY}/compare/main...{NEW_COMMIT}": {"status": "behind"},
        f"{REPOSITORY}/commits/{NEW_COMMIT}/branches-where-head": [],
        **more,
    }


@contextmanager
def host(known: Mapping[str, object], asked: list[str] | None = None) -> Iterator[str]:
    def answer(request: Request) -> Response:
        if asked is not None:
            asked.append(request.path)
        body = known.get(request.path)
        if body is None:
            return Response(404, b'{"message": "Not Found"}', {"content-type": "application/json"})
        return Response(200, json.dumps(body).encode(), {"content-type": "application/json"})

    with LoopbackServer(answer) as server:
        yield server.url
        assert server.crashes == []


def newest(known: Mapping[str, object]) -> Pin:
    with host(known) as url, HttpClient() as http:
        return newer_pins({ACTION: OLD}, http, None, now=lambda: NOW, api=url)[ACTION]


def test_the_newest_release_that_is_a_week_old() -> None:
    releases = [
        release("v8.0.0", days=2),
        release("v9.0.0-rc.1"),
        release("v8.1.0", draft=True),
        release("v8.2.0", prerelease=True),
        release("v7"),
        release("nightly"),
        release("v7.5.0", published_at=None),
        release("v7.1.0"),
        release("v7.0.5"),
        release("v6.9.9"),
    ]

    assert newest(answers(releases)) == Pin(ACTION, "v7.1.0", NEW_COMMIT)


def test_where_nothing_is_newer_the_pin_stays() -> None:
    assert newest(answers([release("v7.0.1"), release("v7.0.0")])) == OLD


def test_a_tag_that_is_no_object_of_its_own() -> None:
    plain = {f"{REPOSITORY}/git/ref/tags/v7.1.0": {"object": {"type": "commit", "sha": NEW_COMMIT}}}

    assert newest(answers([release("v7.1.0")], **plain)).commit == NEW_COMMIT


def test_a_release_from_a_branch_of_its_own() -> None:
    diverged = {
        f"{REPOSITORY}/compare/main...{NEW_COMMIT}": {"status": "diverged"},
        f"{REPOSITORY}/commits/{NEW_COMMIT}/branches-where-head": [{"name": "releases/v7"}],
    }

    assert newest(answers([release("v7.1.0")], **diverged)).commit == NEW_COMMIT


def test_a_commit_that_is_on_no_branch_is_not_pinned() -> None:
    """A commit of a fork can be asked for by its name as well."""
    impostor = {f"{REPOSITORY}/compare/main...{NEW_COMMIT}": {"status": "diverged"}}

    with pytest.raises(FactUnknown, match="on no branch") as caught:
        newest(answers([release("v7.1.0")], **impostor))
    assert PATH in str(caught.value.remedy)


@pytest.mark.parametrize(
    "wrong",
    [
        {"object": {"type": "commit", "sha": "short"}},
        {"object": {"type": "tag", "sha": "4" * 40}},
    ],
)
def test_a_tag_that_leads_to_no_commit(wrong: dict[str, object]) -> None:
    endless = {f"{REPOSITORY}/git/tags/{'4' * 40}": {"object": {"type": "tag", "sha": "4" * 40}}}

    with pytest.raises(FactUnknown, match="leads to no commit"):
        newest(answers([release("v7.1.0")], **{f"{REPOSITORY}/git/ref/tags/v7.1.0": wrong}, **endless))


def test_the_host_is_asked_for_nothing_that_its_description_does_not_know() -> None:
    asked: list[str] = []
    diverged = {
        f"{REPOSITORY}/compare/main...{NEW_COMMIT}": {"status": "diverged"},
        f"{REPOSITORY}/commits/{NEW_COMMIT}/branches-where-head": [{"name": "releases/v7"}],
    }
    with host(answers([release("v7.1.0")], **diverged), asked) as url, HttpClient() as http:
        newer_pins({ACTION: OLD}, http, None, now=lambda: NOW, api=url)

    assert len(asked) == 6
    for path in asked:
        assert operation_of("GET", path) is not None, path


def test_a_host_that_does_not_answer() -> None:
    with pytest.raises(FactUnknown):
        newest({})


def test_the_file_of_pins() -> None:
    pins = {ACTION: OLD, "a/b": Pin("a/b", "v1.0.0", "f" * 64)}

    assert read_pins(written_pins(date(2026, 11, 20), pins)) == (date(2026, 11, 20), pins)


@pytest.mark.parametrize(
    "content",
    [b"no [TOML", b"\xff", b"", b"of = 2026-01-01\n[actions.a]\nversion = 'v1'\n", b"of = 1\n",
     b"of = 2026-01-01\n[actions.'a/b']\nversion = 'v1'\ncommit = 'main'\n", b"of = 2026-01-01\nactions = 1\n"],
)  # fmt: skip
def test_a_file_that_holds_something_else(content: bytes) -> None:
    with pytest.raises(ConfigError) as caught:
        read_pins(content)
    assert caught.value.where == InFile(PATH)
