"""The stand-in index's trusted publishing: who may turn an identity into a token, and what the index says if not."""

import hashlib
import json
import re
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from packaging.utils import canonicalize_name

from tagship.rehearsal.identity import (
    GITHUB,
    GITLAB,
    Claims,
    MalformedIdentityError,
    is_signed_with,
    read_identity,
)
from tagship.rehearsal.refusal import Refusal
from tagship.rehearsal.tokens import TokenDesk
from tagship.rehearsal.wire import MalformedBodyError, Request, Response

MINUTES = 15
LEEWAY = 30
PENDING_DAYS = 30
LARGEST_PAYLOAD = 64 * 1024
_GITHUB_WORKFLOW = re.compile(r"/([^/@]+\.ya?ml)@")
_GITLAB_WORKFLOW = re.compile(r"//(.+?)@")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whom a project trusts, as its owner typed it into the form; `environment` None lets any job in.

    `provider` is `github` or `gitlab`; with GitLab, `workflow` is the path of the file. `owner_id` is the number behind
    the owner's name on GitHub, so that a name which somebody else takes over is not trusted.
    """

    provider: str
    owner: str
    repository: str
    workflow: str
    environment: str | None = None
    owner_id: str = "1001"

    @property
    def number(self) -> str:
        """The number by which the index knows the publisher."""
        told = "\n".join((self.provider, self.owner, self.repository, self.workflow, self.environment or ""))
        return str(uuid.UUID(bytes=hashlib.sha256(told.encode()).digest()[:16]))

    @property
    def slug(self) -> str:
        """Owner and repository as the CI system names them."""
        return f"{self.owner}/{self.repository}"

    @property
    def kind(self) -> str:
        """The CI system's name, as it stands in a provenance."""
        return {"github": "GitHub", "gitlab": "GitLab"}[self.provider]


@dataclass(frozen=True, slots=True)
class Pending:
    """A publisher that may create a project; `verified` tells whether its user has a verified e-mail address."""

    publisher: Publisher
    project: str
    owner: str
    since: datetime
    verified: bool = True


class _Objection(Exception):
    """Why an identity is not taken; one entry of the answer's `errors`."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


class PublisherDesk:
    """Answers what lies under `/_/oidc/`, and knows which publishers a project trusts.

    `key` is that of the identity provider, `taken` says whether a project exists. `enabled` may be switched off, as
    the index's keepers can. Names of projects may be spelt in any way.
    """

    def __init__(
        self,
        tokens: TokenDesk,
        *,
        clock: Callable[[], datetime],
        key: bytes,
        taken: Callable[[str], bool],
        audience: str = "stand-in",
    ) -> None:
        self.audience = audience
        self.key = key
        self.enabled = True
        self._tokens = tokens
        self._clock = clock
        self._taken = taken
        self._trusted: dict[str, list[Publisher]] = {}
        self._pending: list[Pending] = []
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def register(self, project: str, publisher: Publisher) -> None:
        """Let a project that exists trust a publisher."""
        self._trusted.setdefault(canonicalize_name(project), []).append(publisher)

    def register_pending(self, project: str, publisher: Publisher, *, owner: str, verified: bool = True) -> None:
        """Let a publisher create a project, which then belongs to `owner`; forgotten after 30 days."""
        self._pending.append(Pending(publisher, project, owner, self._clock(), verified))

    def publisher(self, number: str) -> Publisher | None:
        """The publisher of that number."""
        known = [*(one for each in self._trusted.values() for one in each), *(one.publisher for one in self._alive())]
        return next((publisher for publisher in known if publisher.number == number), None)

    def trusts(self, project: str) -> frozenset[str]:
        """The numbers of the publishers that may upload to a project, or create it under this very name."""
        name = canonicalize_name(project)
        trusted = {publisher.number for publisher in self._trusted.get(name, [])}
        waiting = {one.publisher.number for one in self._alive() if canonicalize_name(one.project) == name}
        return frozenset(trusted | waiting)

    def first_upload(self, publisher: str, project: str) -> str:
        """The user to whom a project belongs that a pending publisher creates now; the publisher stays with it.

        Raises Refusal where no pending publisher names this project: an identity that is no user creates none.
        """
        name = canonicalize_name(project)
        with self._lock:
            for one in self._alive():
                if one.publisher.number == publisher and canonicalize_name(one.project) == name:
                    self._pending.remove(one)
                    self.register(project, one.publisher)
                    return one.owner
        raise Refusal(
            HTTPStatus.BAD_REQUEST,
            "Non-user identities cannot create new projects. This was probably caused by successfully using a pending "
            "publisher but specifying the project name incorrectly (either in the publisher or in your project's "
            "metadata). Please ensure that both match.",
        )

    def answer(self, request: Request) -> Response | None:
        """The answer to a request under `/_/oidc/`, None for every other."""
        match request.method, request.path:
            case (("GET" | "HEAD"), "/_/oidc/audience"):
                return self._tell_audience()
            case "POST", "/_/oidc/mint-token":
                return self._mint(request)
            case "POST", "/_/oidc/burn-token":
                return self._burn(request)
            case _:
                return None

    def _tell_audience(self) -> Response:
        if not self.enabled:
            return _json(HTTPStatus.FORBIDDEN, {"message": "Trusted publishing functionality not enabled"})
        return _json(HTTPStatus.OK, {"audience": self.audience})

    def _mint(self, request: Request) -> Response:
        try:
            with self._lock:
                token, expires = self._exchange(_token_in(request))
        except _Objection as objection:
            errors = [{"code": objection.code, "description": objection.description}]
            return _json(HTTPStatus.UNPROCESSABLE_ENTITY, {"message": "Token request failed", "errors": errors})
        return _json(HTTPStatus.OK, {"success": True, "token": token, "expires": expires})

    def _exchange(self, identity: str) -> tuple[str, int]:
        try:
            claims = read_identity(identity)
        except MalformedIdentityError as error:
            raise _Objection("invalid-payload", "malformed JWT") from error
        lookup = PROVIDERS.get(str(claims.get("iss")))
        if lookup is None:
            raise _Objection("invalid-payload", "unknown trusted publishing issuer")
        if not self.enabled:
            raise _Objection("not-enabled", f"{lookup.name} trusted publishing functionality not enabled")
        now = int(self._clock().timestamp())
        if not is_signed_with(identity, self.key) or not _in_force(claims, self.audience, now):
            raise _Objection("invalid-token", "malformed or invalid token")
        publisher = self._find(claims, lookup)
        jti = str(claims.get("jti", ""))
        if jti in self._seen:
            raise _Objection("invalid-reuse-token", "invalid token: already used")
        self._seen.add(jti)
        expires = now + MINUTES * 60
        told = {name: str(claims[name]) for name in ("ref", "sha") if name in claims}
        return self._tokens.issue_to_publisher(publisher.number, told, not_before=now, expires=expires), expires

    def _find(self, claims: Claims, lookup: "Lookup") -> Publisher:
        """The publisher that an identity is; a pending one is looked for first."""
        for one in self._alive():
            if one.publisher.provider == lookup.provider and _objection(one.publisher, claims, lookup) is None:
                return self._admitted(one)
        trusted = [one for each in self._trusted.values() for one in each if one.provider == lookup.provider]
        return _best(trusted, claims, lookup)

    def _admitted(self, pending: Pending) -> Publisher:
        if self._taken(pending.project):
            self._pending.remove(pending)
            raise _Objection("invalid-pending-publisher", "valid token, but project already exists")
        if not pending.verified:
            raise _Objection(
                "invalid-pending-publisher", f"valid token, but user {pending.owner!r} has no verified e-mail address"
            )
        return pending.publisher

    def _alive(self) -> Sequence[Pending]:
        oldest = self._clock() - timedelta(days=PENDING_DAYS)
        return [one for one in self._pending if one.since > oldest]

    def _burn(self, request: Request) -> Response:
        try:
            token = _token_in(request)
        except _Objection as objection:
            errors = [{"code": objection.code, "description": objection.description}]
            return _json(HTTPStatus.UNPROCESSABLE_ENTITY, {"message": "Burn request failed", "errors": errors})
        holder = self._tokens.holder(token)
        if holder is not None and holder.publisher is not None:
            self._tokens.revoke(token.strip())
        return _json(HTTPStatus.ACCEPTED, {"message": "Accepted"})  # whatever it was: an index tells no guesser


@dataclass(frozen=True, slots=True)
class Lookup:
    """How the claims of one CI system become the values of a publisher, in the order in which they are compared.

    `slug` is the claim that publishers are looked up by, `required` the claims that must be there.
    """

    name: str
    provider: str
    slug: str
    required: Sequence[str]
    rules: Mapping[str, Callable[[Publisher, Claims], bool]] = field(default_factory=dict)


def _github_workflow(publisher: Publisher, claims: Claims) -> bool:
    ref = str(claims["job_workflow_ref"])
    named = _GITHUB_WORKFLOW.search(ref)
    # A reusable workflow of another repository is no publisher.
    inside = ref.casefold().startswith(f"{publisher.slug}/".casefold())
    return inside and named is not None and named[1] == publisher.workflow


def _gitlab_workflow(publisher: Publisher, claims: Claims) -> bool:
    named = _GITLAB_WORKFLOW.search(str(claims["ci_config_ref_uri"]))
    return named is not None and named[1] == publisher.workflow


def _github_environment(publisher: Publisher, claims: Claims) -> bool:
    wanted = publisher.environment
    return not wanted or str(claims.get("environment", "")).casefold() == wanted.casefold()


def _gitlab_environment(publisher: Publisher, claims: Claims) -> bool:
    return not publisher.environment or claims.get("environment") == publisher.environment


PROVIDERS: Mapping[str, Lookup] = {
    GITHUB: Lookup(
        "GitHub",
        "github",
        "repository",
        ("repository", "repository_owner", "repository_owner_id", "job_workflow_ref", "event_name", "jti"),
        {
            "repository_owner": lambda one, told: str(told["repository_owner"]).casefold() == one.owner.casefold(),
            "repository_owner_id": lambda one, told: str(told["repository_owner_id"]) == one.owner_id,
            "job_workflow_ref": _github_workflow,
            "environment": _github_environment,
            "event_name": lambda _, told: told["event_name"] != "pull_request_target",
        },
    ),
    GITLAB: Lookup(
        "GitLab",
        "gitlab",
        "project_path",
        ("project_path", "ci_config_ref_uri", "jti"),
        {"ci_config_ref_uri": _gitlab_workflow, "environment": _gitlab_environment},
    ),
}


def _best(publishers: Sequence[Publisher], claims: Claims, lookup: Lookup) -> Publisher:
    """The publisher that matches; raises _Objection with the claim by which the nearest one does not."""
    missing = next((name for name in lookup.required if not claims.get(name)), None)
    if missing is not None:
        raise _no_publisher(f"Missing claim {missing!r}")
    slug = str(claims[lookup.slug]).casefold()
    near = [publisher for publisher in publishers if publisher.slug.casefold() == slug]
    objections = {publisher: _objection(publisher, claims, lookup) for publisher in near}
    # The one that names this environment wins over the one that takes any, as with the index.
    for publisher in sorted(near, key=lambda one: one.environment is None):
        if objections[publisher] is None:
            return publisher
    order = list(lookup.rules)
    told = max((order.index(claim) for claim in objections.values() if claim is not None), default=None)
    if told is None:
        raise _no_publisher("Publisher with matching claims was not found")
    raise _no_publisher(f"Check failed for required claim {order[told]!r}")


def _objection(publisher: Publisher, claims: Claims, lookup: Lookup) -> str | None:
    """The first claim that is not as registered, None where all are."""
    if any(not claims.get(name) for name in lookup.required):
        return lookup.slug
    if str(claims[lookup.slug]).casefold() != publisher.slug.casefold():
        return lookup.slug
    return next((claim for claim, holds in lookup.rules.items() if not holds(publisher, claims)), None)


def _no_publisher(why: str) -> _Objection:
    return _Objection("invalid-publisher", f"valid token, but no corresponding publisher ({why})")


def _in_force(claims: Claims, audience: str, now: int) -> bool:
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, int | float) or not isinstance(begins, int | float):
        return False
    return claims.get("aud") == audience and begins - LEEWAY <= now < expires + LEEWAY


def _token_in(request: Request) -> str:
    try:
        payload = json.loads(_payload(request))
    except (MalformedBodyError, ValueError, RecursionError) as error:
        raise _Objection("invalid-payload", "the payload is no JSON") from error
    token = payload.get("token") if isinstance(payload, dict) else None
    if not isinstance(token, str):
        raise _Objection("invalid-payload", "the payload has no token: Field required")
    return token


def _payload(request: Request) -> bytes:
    """The body as far as anybody needs it: what is longer is no JSON when it is cut."""
    payload = b""
    for block in request.body:
        payload += block
        if len(payload) > LARGEST_PAYLOAD:
            break
    return payload[:LARGEST_PAYLOAD]


def _json(status: HTTPStatus, answer: Mapping[str, object]) -> Response:
    return Response(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})
