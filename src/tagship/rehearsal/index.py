"""A package index on this machine: takes uploads and serves them, by the public index's rules and in its words."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from tagship.domain.endpoints import Endpoints
from tagship.rehearsal.file_rules import MEBIBYTE
from tagship.rehearsal.refusal import Refusal, refuse
from tagship.rehearsal.simple import ReadingRoom
from tagship.rehearsal.store import Store
from tagship.rehearsal.tokens import TokenDesk
from tagship.rehearsal.upload import UploadDesk
from tagship.rehearsal.wire import Exchange, LoopbackServer, Request, Response

ACCOUNT = "stand-in"
LARGEST_FILE = 100 * MEBIBYTE


def now() -> datetime:
    """The time, as the index sees it where nobody gives it another clock."""
    return datetime.now(UTC)


class StandInIndex:
    """An index that exists inside its with block.

    Files lie in `directory`, where they stay, or in a temporary one, which goes. `largest_file` is in bytes;
    `clock` gives aware datetimes and decides when a release is too old to get more files. One account owns
    every project that is uploaded; `tokens.issue(ACCOUNT, ...)` makes further tokens for it, and another user's
    token cannot upload to its projects.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        clock: Callable[[], datetime] = now,
        largest_file: int = LARGEST_FILE,
    ) -> None:
        self._directory = directory
        self._clock = clock
        self._largest_file = largest_file
        self._open = ExitStack()
        self.tokens = TokenDesk("127.0.0.1")
        self.token = self.tokens.issue(ACCOUNT)
        self.server = LoopbackServer(self._answer)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            directory = self._directory
            if directory is None:
                # A client that is still being answered may hold a file open when the block ends.
                temporary = tempfile.TemporaryDirectory(prefix="stand-in-index-", ignore_cleanup_errors=True)
                directory = Path(stack.enter_context(temporary))
            directory.mkdir(parents=True, exist_ok=True)
            url = stack.enter_context(self.server).url
            self.store = Store(directory)
            self._readers = ReadingRoom(self.store, url)
            self._uploads = UploadDesk(self.store, self.tokens, self._clock, self._largest_file, f"{url}/help/")
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def endpoints(self) -> Endpoints:
        """Where the index answers."""
        url = self.server.url
        return Endpoints(name="stand-in", simple=f"{url}/simple/", upload=f"{url}/legacy/")

    @property
    def log(self) -> list[Exchange]:
        """Every request so far."""
        return self.server.log

    def seed(self, path: Path, *, at: datetime | None = None) -> None:
        """Serve a file as if it had been uploaded before, `at` that time; no rule is applied to it.

        Raises ValueError for a file name that names no project and version.
        """
        self.store.seed(path, owner=ACCOUNT, at=at or self._clock())

    def _answer(self, request: Request) -> Response:
        if request.method in {"GET", "HEAD"}:
            return self._readers.read(request)
        if request.method == "POST" and request.path == "/legacy/":
            return self._uploads.receive(request)
        if request.method == "POST" and request.path == "/legacy":
            return self._without_slash(request)
        return refuse(request, Refusal(HTTPStatus.NOT_FOUND, "Not Found"))

    def _without_slash(self, request: Request) -> Response:
        text = "An upload was attempted to /legacy but the expected upload URL is /legacy/ (with a trailing slash)"
        answer = refuse(request, Refusal(HTTPStatus.PERMANENT_REDIRECT, text))
        return Response(
            answer.status, answer.body, {**answer.headers, "Location": self.endpoints.upload}, answer.reason
        )
