"""A package index on this machine: takes uploads and serves them, by the public index's rules and in its words."""

import base64
import secrets
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from tagship.domain.endpoints import KNOWN, TWO_WEEKS, Endpoints
from tagship.domain.macaroon import PREFIX, VERSION
from tagship.rehearsal.administration import Administration, Mail, Users
from tagship.rehearsal.file_rules import Limits
from tagship.rehearsal.oidc import PublisherDesk
from tagship.rehearsal.refusal import Refusal, refuse
from tagship.rehearsal.registration import Registrar
from tagship.rehearsal.simple import ReadingRoom
from tagship.rehearsal.store import Store
from tagship.rehearsal.tokens import TokenDesk
from tagship.rehearsal.upload import UploadDesk
from tagship.rehearsal.wire import Exchange, LoopbackServer, Request, Response

ACCOUNT = "stand-in"
HERE = "127.0.0.1"
LARGEST_FILE, LARGEST_PROJECT = Limits().file, Limits().project
_BITS = 6  # that one character of base64 holds
_LOCATION, _IDENTIFIER = b"\x01", b"\x02"  # what the fields of a macaroon begin with


def now() -> datetime:
    """The time, as the index sees it where nobody gives it another clock."""
    return datetime.now(UTC)


def token_prefix(location: str) -> str:
    """How every token of an index begins; what follows differs from token to token."""
    name = location.encode()
    head = bytes([VERSION]) + _LOCATION + bytes([len(name)]) + name
    return PREFIX + base64.urlsafe_b64encode(head + _IDENTIFIER).decode()[: -(-len(head) * 8 // _BITS)]


class StandInIndex:
    """An index that exists inside its with block.

    Files lie in `directory`, where they stay, or in a temporary one, which goes. `largest_file` and `largest_project`
    are in bytes; `clock` gives aware datetimes and decides when a release is too old to get more files. One account
    owns every project that is uploaded with `token`; `tokens.issue(ACCOUNT, ...)` makes further tokens for it, and
    another user's token cannot upload to its projects.

    `location` is what the index calls itself in its tokens, in 127 bytes at most. `base_url` is the address at which
    clients see it, without a slash at the end, where that is not the server's own: every address that it writes begins
    so, and those of files with `files_url` where it is given. `identity_key` is the key with which a job's identity is
    signed.

    `admin`, `users` and `publishers` may be changed at any time; `mails` is what people were sent.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        clock: Callable[[], datetime] = now,
        largest_file: int = LARGEST_FILE,
        largest_project: int = LARGEST_PROJECT,
        location: str = HERE,
        base_url: str | None = None,
        files_url: str | None = None,
        identity_key: bytes | None = None,
    ) -> None:
        self._directory = directory
        self._clock = clock
        self._limits = Limits(largest_file, largest_project)
        self._base_url = base_url
        self._files_url = files_url
        self._open = ExitStack()
        self.location = location
        self.admin = Administration()
        self.users = Users()
        self.mails: list[Mail] = []
        self.tokens = TokenDesk(location)
        self.token = self.tokens.issue(ACCOUNT)
        self.publishers = PublisherDesk(
            self.tokens,
            clock=clock,
            key=identity_key or secrets.token_bytes(32),
            taken=lambda name: self.store.project(name) is not None,
            audience=_name_of(location),
        )
        self.server = LoopbackServer(self._answer)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            directory = self._directory
            if directory is None:
                # A client that is still being answered may hold a file open when the block ends.
                temporary = tempfile.TemporaryDirectory(prefix="stand-in-index-", ignore_cleanup_errors=True)
                directory = Path(stack.enter_context(temporary))
            directory.mkdir(parents=True, exist_ok=True)
            stack.enter_context(self.server)
            self.store = Store(directory)
            self._readers = ReadingRoom(self.store, self.url, self._files_url or self.url)
            self._uploads = self._make_upload_desk()
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def url(self) -> str:
        """The address at which clients see the index, without a slash at the end."""
        return self._base_url or self.server.url

    @property
    def endpoints(self) -> Endpoints:
        """Where the index answers."""
        return Endpoints(
            name="stand-in",
            simple=f"{self.url}/simple/",
            upload=f"{self.url}/legacy/",
            site=self.url,
            token_prefix=token_prefix(self.location),
            files=self._files_url,
            takes_files_for=TWO_WEEKS,
        )

    @property
    def log(self) -> list[Exchange]:
        """Every request so far."""
        return self.server.log

    def seed(self, path: Path, *, at: datetime | None = None) -> None:
        """Serve a file as if it had been uploaded before, `at` that time; no rule is applied to it.

        Raises ValueError for a file name that names no project and version.
        """
        self.store.seed(path, owner=ACCOUNT, at=at or self._clock())

    def _make_upload_desk(self) -> UploadDesk:
        help_page = f"{self.url}/help/"
        return UploadDesk(
            store=self.store,
            tokens=self.tokens,
            publishers=self.publishers,
            registrar=Registrar(self.store, self.admin, self._clock, help_page),
            administration=self.admin,
            users=self.users,
            clock=self._clock,
            limits=self._limits,
            help_page=help_page,
            mails=self.mails,
        )

    def _answer(self, request: Request) -> Response:
        if (answer := self.publishers.answer(request)) is not None:
            return answer
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


def _name_of(location: str) -> str:
    """What an index calls itself to a job that asks for whom its identity is to be made."""
    return next((each.name for each in KNOWN.values() if each.site == f"https://{location}"), "stand-in")
