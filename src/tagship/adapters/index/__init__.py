"""A package index, read and written.

- simple: reading a project's page, JSON or HTML
- form: the upload form, out of the file's own metadata
- upload: sending it, and never twice
- answers: what the index's refusals mean
"""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tagship.adapters.http import HttpClient, Patience, Response, host_of
from tagship.adapters.index.simple import ACCEPT, read_page
from tagship.adapters.quoting import is_web_page, quote_from, words_in
from tagship.adapters.redact import Redactor
from tagship.domain.artifact import Artifact, IndexPage
from tagship.domain.credential import Credential, Liveness, NotSaid
from tagship.domain.endpoints import KNOWN, Endpoints
from tagship.domain.facts import Progress, UploadAnswer
from tagship.domain.names import NormalizedName, canonicalize_name
from tagship.errors import Edit, FactUnknown, Incomplete, Remedy

_OK = 200
_BAD_REQUEST = 400
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_NOT_FOUND = 404
_ABSENT = frozenset({_NOT_FOUND, 410})

_PROBE = urlencode({":action": "file_upload", "protocol_version": "1"}).encode()
_ALIVE = "invalid value for name"
_BROKEN = "token verification: keyerror"
"""What devpi says to a live token that is bound to projects: it looks for a name where the question has none."""
_CHECK_ADDRESS = "check the address of the index"
_LATER = "run it again when the index has recovered"
_LOOK_BETWEEN = "look whether a login page or a proxy stands before the index"


def _way_past(response: Response) -> Remedy:
    """What to do about an answer that is none to the question."""
    if is_web_page(response) or response.status in {_UNAUTHORIZED, _FORBIDDEN}:
        return Edit(_LOOK_BETWEEN)
    return Edit(_LATER if response.transient else "check the address to which the index takes uploads")


class PackageIndex:
    """One index over HTTP; `pause` takes seconds, `base_delay` is the first of the growing waits between tries."""

    def __init__(
        self,
        endpoints: Endpoints,
        http: HttpClient,
        *,
        pause: Callable[[float], None] = time.sleep,
        base_delay: float = 1.0,
    ) -> None:
        self._endpoints = endpoints
        self._http = http
        self._patience = Patience(base_delay=base_delay, pause=pause)
        self._pause = pause
        self._base_delay = base_delay
        self._proved = endpoints in KNOWN.values()

    def page(self, project: str) -> IndexPage:
        """What the index knows of a project; raises FactUnknown for every answer that is not plainly one."""
        name = canonicalize_name(project)
        response = self._patience.ask(lambda: self._ask_for_page(name))
        page = self._read(name, response)
        if not (page.exists or self._proved):
            self._prove_an_index()
        self._proved = True
        return page

    def _glance(self, project: str) -> IndexPage:
        name = canonicalize_name(project)
        return self._read(name, self._ask_for_page(name))

    def _ask_for_page(self, name: NormalizedName) -> Response:
        # Nothing is kept here; what stands between us and the index is told to ask it again.
        headers = {"Accept": ACCEPT, "Cache-Control": "no-cache, max-age=0", "Pragma": "no-cache"}
        return self._http.request("GET", f"{self._endpoints.simple}{name}/", headers=headers)

    def _read(self, name: NormalizedName, response: Response) -> IndexPage:
        host = host_of(response.url)
        if urlsplit(response.url).hostname != urlsplit(self._endpoints.simple).hostname:
            raise FactUnknown(
                f"{host_of(self._endpoints.simple)} sends the question about {name} on to {host}, another index",
                remedy=Edit("name the index that serves the project, or switch its fallback off"),
            )
        if response.status == _NOT_FOUND:
            return IndexPage(name, exists=False)
        if response.status == _OK:
            return read_page(name, response)
        if response.status in {_UNAUTHORIZED, _FORBIDDEN}:
            raise FactUnknown(
                f"{host} does not let {name} be read without a credential ({response.status})",
                remedy=Edit("let the index be read from here without one"),
            )
        raise FactUnknown(
            f"{host} answered with status {response.status} when asked about {name}",
            remedy=Edit(_LATER if response.transient else _CHECK_ADDRESS),
        )

    def _prove_an_index(self) -> None:
        """Raise FactUnknown where an address knows nothing at all.

        Any server answers 404 to what it does not know, and of a project's page that would say "never published".
        """
        root = self._ask_for_root("HEAD")
        if root.status in _ABSENT:  # to some servers, HEAD is what they do not know
            root = self._ask_for_root("GET")
        if root.status in _ABSENT:
            raise FactUnknown(
                f"{self._endpoints.simple} is not a simple index: it answers with status {root.status}",
                remedy=Edit(_CHECK_ADDRESS),
            )

    def _ask_for_root(self, method: str) -> Response:
        return self._http.request(method, self._endpoints.simple, headers={"Accept": ACCEPT})

    def upload(self, path: Path, artifact: Artifact, credential: Credential, progress: Progress) -> UploadAnswer:
        """Send one file; what the index already has with the same bytes counts as sent.

        Raises CredentialHalt, Conflict, Refused, Incomplete, ConfigError (for a redirect) or FactUnknown.
        """
        from tagship.adapters.index.upload import Sender  # noqa: PLC0415 -- a gate reads, and loads no forms

        sender = Sender(self._endpoints, self._http, self.page, self._glance, self._pause, self._base_delay)
        return sender.send(path, artifact, credential, progress)

    def probe(self, credential: Credential) -> Liveness:
        """Ask with a form that lacks everything: the index looks at the credential first, then misses the name.

        Says nothing of scope and expiry. Only the index's own words make a token dead. Raises NotSaid for an answer
        that says nothing, FactUnknown where there is none at all, and with the index's reason where it takes nothing
        from anybody.
        """
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        response = self._patience.ask(
            lambda: self._http.request("POST", self._endpoints.upload, headers=headers, body=_PROBE, auth=credential)
        )
        if response.status == _BAD_REQUEST and _ALIVE in words_in(response).casefold():
            return Liveness.ALIVE
        if _BROKEN in words_in(response, keys=("message",)).casefold():
            return Liveness.UNKNOWN
        from tagship.adapters.index.answers import denies, refusal_in  # noqa: PLC0415 -- as in upload

        if denies(self._endpoints, response):
            return Liveness.DEAD
        refusal = refusal_in(response)
        told = quote_from(response, Redactor([credential]))
        if refusal is not None and refusal.kind is Incomplete:
            raise FactUnknown(
                f"{self._endpoints.name} cannot be asked: {refusal.cause} ({told})",
                remedy=Edit(refusal.advice),
            )
        name, host = self._endpoints.name, host_of(response.url)
        raise NotSaid(
            f"{name} did not say whether it knows the token: {host} answered {told}", told, remedy=_way_past(response)
        )

    def download(self, url: str, target: Path, progress: Progress) -> None:
        """Fetch one file; `target` appears whole or not at all. Raises FactUnknown."""
        part = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
        try:
            response = self._patience.ask(lambda: self._fetch(url, part, progress))
            if response.status != _OK:
                raise FactUnknown(
                    f"{host_of(url)} answered with status {response.status} when asked for {target.name}",
                    remedy=Edit(_LATER),
                )
            if response.content_type == "text/html" or part.stat().st_size == 0:
                # Somebody between us and the index: that says nothing of what the index serves.
                raise FactUnknown(
                    f"{host_of(url)} answered with a page in place of {target.name}", remedy=Edit(_LOOK_BETWEEN)
                )
            part.replace(target)
        except OSError as error:
            raise FactUnknown(
                f"{target} cannot be written: {error.strerror}", remedy=Edit("make room, or name another directory")
            ) from error
        finally:
            part.unlink(missing_ok=True)

    def _fetch(self, url: str, part: Path, progress: Progress) -> Response:
        with part.open("wb") as sink:
            return self._http.download(url, sink, progress)
