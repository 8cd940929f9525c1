"""Somebody who calls the stand-in code host with a token, and reads what it says."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import urllib3

from rehearsal.talking import Talker
from tagship.rehearsal.host import StandInHost


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, its body read as JSON."""

    status: int
    headers: urllib3.HTTPHeaderDict
    content: Any

    @property
    def message(self) -> str:
        """What a refusal says."""
        return str(self.content["message"])


class Client:
    """Asks of the one repository; `path` is below it, or begins with a slash."""

    def __init__(self, host: StandInHost, token: str | None) -> None:
        self._host = host
        self._talker = Talker(host.api_url)
        self._token = token

    def close(self) -> None:
        self._talker.pool.clear()

    def __call__(self, method: str, path: str, content: object = None, **headers: str) -> Told:
        sent = {"User-Agent": "tests", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self._token is not None:
            sent["Authorization"] = f"Bearer {self._token}"
        where = path if path.startswith(("/", "http")) else f"/repos/{self._host.repository}/{path}".rstrip("/")
        body = None if content is None else json.dumps(content).encode()
        answer = self._talker.ask(method, where, headers=sent, body=body)
        told: object = None
        if answer.body and "json" in answer.headers.get("Content-Type", ""):
            told = json.loads(answer.body)
        return Told(answer.status, answer.headers, told)


@contextmanager
def calling(host: StandInHost, token: str | None) -> Iterator[Client]:
    """A client; its connections are closed at the end."""
    client = Client(host, token)
    try:
        yield client
    finally:
        client.close()


ADMINISTRATOR: Mapping[str, str] = {
    **dict.fromkeys(("actions", "administration", "contents", "environments", "issues", "secrets"), "write"),
    **dict.fromkeys(("checks", "metadata", "pull_requests", "statuses"), "read"),
}
"""What the settings of a repository take, by fine-grained permissions."""

MAIN: Mapping[str, object] = {
    "name": "tagship: main",
    "target": "branch",
    "enforcement": "active",
    "bypass_actors": [],
    "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
    "rules": [
        {"type": "deletion"},
        {"type": "non_fast_forward"},
        {
            "type": "pull_request",
            "parameters": {
                "required_approving_review_count": 0,
                "dismiss_stale_reviews_on_push": True,
                "require_code_owner_review": False,
                "require_last_push_approval": False,
                "required_review_thread_resolution": True,
                "allowed_merge_methods": ["squash", "rebase", "merge"],
            },
        },
        {
            "type": "required_status_checks",
            "parameters": {
                "strict_required_status_checks_policy": True,
                "do_not_enforce_on_create": False,
                "required_status_checks": [{"context": "ready", "integration_id": 15368}],
            },
        },
    ],
}
TAGS_MADE: Mapping[str, object] = {
    "name": "tagship: v* create",
    "target": "tag",
    "enforcement": "active",
    "bypass_actors": [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}],
    "conditions": {"ref_name": {"include": ["refs/tags/v*"], "exclude": []}},
    "rules": [{"type": "creation"}],
}
TAGS_KEPT: Mapping[str, object] = {
    "name": "tagship: v* immutable",
    "target": "tag",
    "enforcement": "active",
    "bypass_actors": [],
    "conditions": {"ref_name": {"include": ["refs/tags/v*"], "exclude": []}},
    "rules": [{"type": "update"}, {"type": "deletion"}, {"type": "non_fast_forward"}],
}
