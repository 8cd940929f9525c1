"""The upload API: who may do what, in the order in which an index asks."""

import base64
import binascii
import json
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from packaging.utils import canonicalize_name

from tagship.rehearsal.file_rules import AlreadyThere, Attempt, check_file
from tagship.rehearsal.form_rules import check_form, check_metadata
from tagship.rehearsal.forms import Form, MalformedFormError, read_form
from tagship.rehearsal.refusal import Refusal, refuse
from tagship.rehearsal.store import Store, StoredProject, lookalike
from tagship.rehearsal.tokens import Purpose, TokenDesk
from tagship.rehearsal.wire import Request, Response

TOKEN_USER = "__token__"  # noqa: S105 -- the user name that goes with every token
UPLOAD = "file_upload"
GONE = {
    "submit": "Project pre-registration is no longer required or supported, upload your files instead.",
    "submit_pkg_info": "Project pre-registration is no longer required or supported, upload your files instead.",
    "doc_upload": "Uploading documentation is no longer supported, use a site for documentation instead.",
}
_SCHEME = re.compile(r"\s*(basic|token|bearer)\s+(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sent a request: a user, and the token that says so."""

    user: str
    token: str


@dataclass(frozen=True, slots=True)
class UploadDesk:
    """Takes uploads; `limit` is the largest file in bytes, `help_page` the address that refusals point to."""

    store: Store
    tokens: TokenDesk
    clock: Callable[[], datetime]
    limit: int
    help_page: str

    def receive(self, request: Request) -> Response:
        """Answer one post to the upload address."""
        try:
            with tempfile.TemporaryDirectory(dir=self.store.directory, prefix="incoming-") as scratch:
                return self._receive(request, Path(scratch))
        except MalformedFormError as error:
            return refuse(request, Refusal(HTTPStatus.BAD_REQUEST, f"The form cannot be read: {error}"))
        except Refusal as refusal:
            return refuse(request, refusal)
        except AlreadyThere:
            return _yes()

    def _receive(self, request: Request, scratch: Path) -> Response:
        form = _sanitized(read_form(request.headers, request.body, scratch, keep=self.limit))
        action = form.first(":action")
        if action in GONE:
            raise Refusal(HTTPStatus.GONE, GONE[action])
        if action != UPLOAD:  # an index shows a page and says 200: proof of nothing
            return Response(HTTPStatus.OK, b"<html><body>stand-in index</body></html>\n", {"Content-Type": "text/html"})
        identity = self._identify(request)
        _check_no_field_is_a_file(form)
        if identity is None:
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "Invalid or non-existent authentication information. "
                f"See {self.help_page}#invalid-auth for more information.",
            )
        if form.first("protocol_version") != "1":
            raise Refusal(HTTPStatus.BAD_REQUEST, "Unknown protocol version.")
        check_form(form)
        check_metadata(form)
        content = next((file for file in form.files if file.field == "content"), None)
        if content is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, "Upload payload does not have a file.")
        with self.store.lock:
            project = self._project(form.first("name"), identity)
            self._check_permission(identity, project)
            attempt = Attempt(
                form=form,
                upload=content,
                project=project,
                release=None,
                store=self.store,
                now=self.clock(),
                limit=self.limit,
                help_page=self.help_page,
            )
            attempt = replace(attempt, release=project.releases.get(attempt.version))
            check_file(attempt)
            _check_attestations(form)
            held = self.store.register(project.name, identity.user)
            self.store.add(held, attempt.version, content, form.fields, attempt.now)
        return _yes()

    def _identify(self, request: Request) -> Identity | None:
        """Who the request is from, without a look at what the token may do."""
        parsed = _SCHEME.fullmatch(request.header("Authorization"))
        if parsed is None:
            return None
        token = parsed[2].strip()
        if parsed[1].lower() == "basic":
            user, token = _basic(token)
            if user != TOKEN_USER:
                raise Refusal(
                    HTTPStatus.FORBIDDEN,
                    "Username/Password authentication is no longer supported. Migrate to API Tokens or Trusted "
                    f"Publishers instead. See {self.help_page}#apitoken and {self.help_page}#trusted-publishers",
                )
        holder = self.tokens.holder(token)
        return None if holder is None or holder.user is None else Identity(holder.user, token)

    def _project(self, name: str, identity: Identity) -> StoredProject:
        """The project of that name, or a new one that is not yet kept; raises Refusal for a name that is not free."""
        held = self.store.project(name)
        if held is not None:
            return held
        if canonicalize_name(name).replace("-", "_") in sys.stdlib_module_names:
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                f"The name {name!r} isn't allowed (conflict with Python Standard Library module name). "
                f"See {self.help_page}#project-name for more information.",
            )
        if any(lookalike(other.name) == lookalike(name) for other in self.store.projects.values()):
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                f"The name {name!r} is too similar to an existing project. "
                f"See {self.help_page}#project-name for more information.",
            )
        return StoredProject(name, identity.user)

    def _check_permission(self, identity: Identity, project: StoredProject) -> None:
        """Here, and only here, the token's signature, time and scope are looked at."""
        objections = self.tokens.objections(identity.token, Purpose(project.normalized), self.clock())
        if objections:
            raise Refusal(HTTPStatus.FORBIDDEN, f"Invalid API Token: {', '.join(objections)}")
        if project.owner != identity.user or project.status == "archived":
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                f"The user {identity.user!r} isn't allowed to upload to project {project.name!r}. "
                f"See {self.help_page}#project-name for more information.",
            )


def _yes() -> Response:
    return Response(HTTPStatus.OK, b"", {"Content-Type": "text/plain; charset=UTF-8"})


def _sanitized(form: Form) -> Form:
    """The form without values that mean nothing."""
    kept = {
        name: tuple(value.replace("\x00", "\\x00") for value in values if value.strip() != "UNKNOWN")
        for name, values in form.fields.items()
    }
    return Form(kept, form.files)


def _check_no_field_is_a_file(form: Form) -> None:
    for file in form.files:
        if file.field not in {"content", "gpg_signature"}:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"{file.field}: Should not be a tuple.")


def _check_attestations(form: Form) -> None:
    """A token cannot carry attestations: only an identity from a trusted publisher can."""
    if not (text := form.first("attestations")):
        return
    why = "Attestations are only supported when using Trusted Publishing"
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        why = f"Malformed attestations: {type(error).__name__}"
    raise Refusal(HTTPStatus.BAD_REQUEST, f"Invalid attestations supplied during upload: {why}")


def _basic(encoded: str) -> tuple[str, str]:
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return TOKEN_USER, ""
    return user, password.strip()
