"""The upload API: who may do what, in the order in which an index asks."""

import base64
import binascii
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from packaging.version import Version

from tagship.rehearsal.administration import Administration, Mail, Users
from tagship.rehearsal.attestations import check_attestations, provenance
from tagship.rehearsal.descriptions import check_description
from tagship.rehearsal.file_rules import AlreadyThere, Attempt, Limits, check_file
from tagship.rehearsal.form_rules import check_form
from tagship.rehearsal.forms import Form, MalformedFormError, Upload, read_form
from tagship.rehearsal.metadata_rules import check_metadata
from tagship.rehearsal.oidc import PublisherDesk
from tagship.rehearsal.publishers import Publisher
from tagship.rehearsal.refusal import Refusal, refuse
from tagship.rehearsal.registration import Registrar
from tagship.rehearsal.store import Store, StoredProject
from tagship.rehearsal.tokens import Purpose, TokenDesk
from tagship.rehearsal.wire import Request, Response

TOKEN_USER = "__token__"  # noqa: S105 -- the user name that goes with every token
UPLOAD = "file_upload"
GONE = {
    "submit": "Project pre-registration is no longer required or supported, upload your files instead.",
    "submit_pkg_info": "Project pre-registration is no longer required or supported, upload your files instead.",
    "doc_upload": "Uploading documentation is no longer supported, use a site for documentation instead.",
}
FILES = frozenset({"content", "gpg_signature"})
_SCHEME = re.compile(r"\s*(basic|token|bearer)\s+(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sent a request, and the token that says so: a user by name, or a trusted publisher by number."""

    token: str
    user: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class UploadDesk:
    """Takes uploads; `help_page` is the address that refusals point to, `mails` what was sent because of them."""

    store: Store
    tokens: TokenDesk
    publishers: PublisherDesk
    registrar: Registrar
    administration: Administration
    users: Users
    clock: Callable[[], datetime]
    limits: Limits
    help_page: str
    mails: list[Mail]
    warned: set[tuple[str, str]] = field(default_factory=set)

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
        form = _sanitized(read_form(request.headers, request.body, scratch, keep=self.limits.file))
        action = form.first(":action")
        if action in GONE:
            raise Refusal(HTTPStatus.GONE, GONE[action])
        if action != UPLOAD:  # an index shows a page and says 200: proof of nothing
            return Response(HTTPStatus.OK, b"<html><body>stand-in index</body></html>\n", {"Content-Type": "text/html"})
        identity = self._identify(request)
        _check_no_field_is_a_file(form)
        self._check_open()
        if identity is None:
            raise self._forbidden("Invalid or non-existent authentication information.", "invalid-auth")
        if form.first("protocol_version") not in {"1", ""}:
            raise Refusal(HTTPStatus.BAD_REQUEST, "Unknown protocol version.")
        check_form(form)
        check_metadata(form)
        content = next((file for file in form.files if file.field == "content"), None)
        if content is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, "Upload payload does not have a file.")
        with self.store.lock:
            self._take(form, content, identity)
        return _yes()

    def _take(self, form: Form, content: Upload, identity: Identity) -> None:
        """Everything that one transaction of the index holds; raises Refusal or AlreadyThere."""
        project = self._project(form.first("name"), identity)
        self._check_permission(identity, project)
        self._check_account(identity)
        if project.organization is not None and not project.organization.good_standing:
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                "Organization account owning this project is inactive. This may be due to inactive billing for Company "
                "Organizations, or administrator intervention for Community Organizations.",
            )
        check_description(form, self.help_page)
        attempt = Attempt(
            form=form,
            upload=content,
            project=project,
            release=project.releases.get(Version(form.first("version"))),
            store=self.store,
            now=self.clock(),
            limits=self.limits,
            help_page=self.help_page,
        )
        recorded = check_file(attempt)
        told = self._provenance(form, content, identity)
        self.store.keep(project)
        project.name = form.first("name")
        self.store.add(project, attempt.version, content, form.fields, attempt.now, told)
        self._write_to_owners(project, identity, content.filename, recorded=recorded)

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
        if holder is None or (holder.user is not None and self.users[holder.user].disabled):
            return None
        return Identity(token, holder.user, holder.publisher)

    def _check_open(self) -> None:
        if self.administration.read_only:
            raise Refusal(HTTPStatus.FORBIDDEN, "Read-only mode: Uploads are temporarily disabled.")
        if self.administration.uploads_disabled:
            raise self._forbidden("New uploads are temporarily disabled.", "admin-intervention")

    def _project(self, name: str, identity: Identity) -> StoredProject:
        """The project of that name, or a new one; raises Refusal for a name that is not free for this identity."""
        held = self.store.project(name)
        if held is not None:
            return held
        if identity.user is not None:
            self._check_account(identity)
            return self.registrar.create(name, identity.user)
        # The index made the project when it minted the token: it stays, whatever becomes of this upload.
        project = StoredProject(name, self.publishers.first_upload(identity.publisher or "", name))
        self.store.keep(project)
        return project

    def _check_permission(self, identity: Identity, project: StoredProject) -> None:
        """Here, and only here, the token's signature, time and scope are looked at."""
        trusts = self.publishers.trusts(project.normalized)
        purpose = Purpose(project.normalized, project.id, trusts)
        objections = self.tokens.objections(identity.token, purpose, self.clock())
        if objections:
            raise Refusal(HTTPStatus.FORBIDDEN, f"Invalid API Token: {', '.join(objections)}")
        if identity.user is None and (identity.publisher not in trusts or project.status != "active"):
            raise self._forbidden(
                f"The given token isn't allowed to upload to project '{project.name}'.", "project-name"
            )
        mine = identity.user is None or identity.user in {project.owner, *project.maintainers}
        if not mine or project.status == "archived":
            raise self._forbidden(
                f"The user '{identity.user}' isn't allowed to upload to project '{project.name}'.", "project-name"
            )

    def _check_account(self, identity: Identity) -> None:
        """What an index asks of an account before it takes anything from it; of publishers it asks nothing."""
        if identity.user is None:
            return
        user, told = self.users[identity.user], f"User {identity.user!r}, associated with the API token used, does not"
        if not user.email_verified:
            raise self._forbidden(
                f"{told} have a verified primary email address. Please add a verified primary email before attempting "
                "to upload to PyPI.",
                "verified-email",
            )
        if not user.two_factor:
            raise self._forbidden(
                f"{told} have two-factor authentication enabled. Please enable two-factor authentication before "
                "attempting to upload to PyPI.",
                "two-factor-authentication",
            )

    def _publisher(self, identity: Identity) -> Publisher | None:
        return None if identity.publisher is None else self.publishers.publisher(identity.publisher)

    def _provenance(self, form: Form, content: Upload, identity: Identity) -> Mapping[str, object] | None:
        """What is kept of the attestations; raises Refusal for ones that an index does not take."""
        if "attestations" not in form.fields:
            return None
        publisher = self._publisher(identity)
        attestations = check_attestations(
            form.first("attestations"),
            filename=content.filename,
            sha256=content.sha256,
            publisher=None if publisher is None else publisher.slug,
        )
        return None if publisher is None else provenance(publisher, attestations)

    def _write_to_owners(self, project: StoredProject, identity: Identity, filename: str, *, recorded: bool) -> None:
        """Tell the people of a project what the uploader is not told; once only of each token."""
        to = frozenset({project.owner, *project.maintainers})
        if not recorded:
            self.mails.append(Mail(to, f"{filename}: the contents of the wheel differ from its RECORD"))
        first = (identity.token, project.id)
        if identity.user is not None and self.publishers.trusts(project.normalized) and first not in self.warned:
            self.warned.add(first)
            self.mails.append(Mail(to, f"{project.name}: a token was used although there is a trusted publisher"))

    def _forbidden(self, text: str, anchor: str) -> Refusal:
        return Refusal(HTTPStatus.FORBIDDEN, f"{text} See {self.help_page}#{anchor} for more information.")


def _yes() -> Response:
    return Response(HTTPStatus.OK, b"", {"Content-Type": "text/plain; charset=UTF-8"})


def _sanitized(form: Form) -> Form:
    """The form without values that mean nothing."""
    kept = {
        name: told
        for name, values in form.fields.items()
        if (told := tuple(value.replace("\x00", "\\x00") for value in values if value.strip() != "UNKNOWN"))
    }
    return Form(kept, form.files)


def _check_no_field_is_a_file(form: Form) -> None:
    for file in form.files:
        if file.field not in FILES:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"{file.field}: Should not be a tuple.")


def _basic(encoded: str) -> tuple[str, str]:
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return TOKEN_USER, ""
    return user, password.strip()
