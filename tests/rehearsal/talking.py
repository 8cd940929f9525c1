"""Somebody who talks to a server on loopback, and a clock that waits for nobody."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import urllib3


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 8, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, days: float) -> None:
        self.now += timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, read whole."""

    status: int
    reason: str
    headers: urllib3.HTTPHeaderDict
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Talker:
    """A plain HTTP client: no redirects, no retries, one connection that is kept."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.pool = urllib3.PoolManager(retries=False, timeout=20, maxsize=4)

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        fields: list[tuple[str, str | tuple[str, bytes, str]]] | None = None,
    ) -> Answer:
        url = path if path.startswith("http") else self._url + path
        response = self.pool.request(
            method, url, headers=headers or {}, body=body, fields=fields, redirect=False, preload_content=True
        )
        return Answer(response.status, response.reason or "", response.headers, response.data)
