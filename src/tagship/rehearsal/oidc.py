"""The stand-in index's trusted publishing: who may turn an identity into a token, and what the index says if not."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from packaging.utils import canonicalize_name

from tagship.rehearsal.identity import (
    Claims,
    MalformedIdentityError,
    is_signed_with,
    read_identity,
)
from tagship.rehearsal.publishers import PROVIDERS, Lookup, Objection, Publisher, best_of, objection_to
from tagship.rehearsal.refusal import Refusal
from tagship.rehearsal.tokens import TokenDesk
from tagship.rehearsal.wire import MalformedBodyError, Request, Response

MINUTES = 15
LEEWAY = 30
PENDING_DAYS = 30
LARGEST_PAYLOAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Pending:
    """A publisher that may create a project; `verified` tells whether its user has a verified e-mail address."""

    publisher: Publisher
    project: str
    owner: str
    since: datetime
    verified: bool = True


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
        except Objection as objection:
            errors = [{"code": objection.code, "description": objection.description}]
            return _json(HTTPStatus.UNPROCESSABLE_ENTITY, {"message": "Token request failed", "errors": errors})
        return _json(HTTPStatus.OK, {"success": True, "token": token, "expires": expires})

    def _exchange(self, identity: str) -> tuple[str, int]:
        try:
            claims = read_identity(identity)
        except MalformedIdentityError as error:
            raise Objection("invalid-payload", "malformed JWT") from error
        lookup = PROVIDERS.get(str(claims.get("iss")))
        if lookup is None:
            raise Objection("invalid-payload", "unknown trusted publishing issuer")
        if not self.enabled:
            raise Objection("not-enabled", f"{lookup.name} trusted publishing functionality not enabled")
        now = int(self._clock().timestamp())
        if not is_signed_with(identity, self.key) or not _in_force(claims, self.audience, now):
            raise Objection("invalid-token", "malformed or invalid token")
        publisher = self._find(claims, lookup)
        jti = str(claims.get("jti", ""))
        if jti in self._seen:
            raise Objection("invalid-reuse-token", "invalid token: already used")
        self._seen.add(jti)
        expires = now + MINUTES * 60
        told = {name: str(claims[name]) for name in ("ref", "sha") if name in claims}
        return self._tokens.issue_to_publisher(publisher.number, told, not_before=now, expires=expires), expires

    def _find(self, claims: Claims, lookup: Lookup) -> Publisher:
        """The publisher that an identity is; a pending one is looked for first."""
        for one in self._alive():
            if one.publisher.provider == lookup.provider and objection_to(one.publisher, claims, lookup) is None:
                return self._admitted(one)
        trusted = [one for each in self._trusted.values() for one in each if one.provider == lookup.provider]
        return best_of(trusted, claims, lookup)

    def _admitted(self, pending: Pending) -> Publisher:
        if self._taken(pending.project):
            self._pending.remove(pending)
            raise Objection("invalid-pending-publisher", "valid token, but project already exists")
        if not pending.verified:
            raise Objection(
                "invalid-pending-publisher", f"valid token, but user {pending.owner!r} has no verified e-mail address"
            )
        return pending.publisher

    def _alive(self) -> Sequence[Pending]:
        oldest = self._clock() - timedelta(days=PENDING_DAYS)
        return [one for one in self._pending if one.since > oldest]

    def _burn(self, request: Request) -> Response:
        try:
            token = _token_in(request)
        except Objection as objection:
            errors = [{"code": objection.code, "description": objection.description}]
            return _json(HTTPStatus.UNPROCESSABLE_ENTITY, {"message": "Burn request failed", "errors": errors})
        holder = self._tokens.holder(token)
        if holder is not None and holder.publisher is not None:
            self._tokens.revoke(token.strip())
        return _json(HTTPStatus.ACCEPTED, {"message": "Accepted"})  # whatever it was: an index tells no guesser


def _in_force(claims: Claims, audience: str, now: int) -> bool:
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, int | float) or not isinstance(begins, int | float):
        return False
    return claims.get("aud") == audience and begins - LEEWAY <= now < expires + LEEWAY


def _token_in(request: Request) -> str:
    try:
        payload = json.loads(_payload(request))
    except (MalformedBodyError, ValueError, RecursionError) as error:
        raise Objection("invalid-payload", "the payload is no JSON") from error
    token = payload.get("token") if isinstance(payload, dict) else None
    if not isinstance(token, str):
        raise Objection("invalid-payload", "the payload has no token: Field required")
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
