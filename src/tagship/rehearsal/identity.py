"""A CI system's identity provider on this machine: tells a job what it is, as a signed token (RFC 7519).

It signs with a throwaway key that it shares with the index which is to believe it. No client verifies a
signature, so a shared key is as good here as the key pair of a real provider.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self, TypeAlias

from tagship.rehearsal.wire import LoopbackServer, Request, Response

GITHUB = "https://token.actions.githubusercontent.com"
GITLAB = "https://gitlab.com"
LIFETIME = 300
_PARTS = 3
_HEAD = {"alg": "HS256", "typ": "JWT"}

Claims: TypeAlias = Mapping[str, object]


class MalformedIdentityError(ValueError):
    """A text is no signed token."""


def sign_identity(claims: Claims, key: bytes) -> str:
    """The claims as a compact signed token."""
    told = ".".join(_packed(json.dumps(part).encode()) for part in (_HEAD, dict(claims)))
    return f"{told}.{_packed(_signature(told, key))}"


def read_identity(identity: str) -> Claims:
    """What a token claims, whoever signed it; raises MalformedIdentityError."""
    parts = identity.split(".")
    if len(parts) != _PARTS:
        raise MalformedIdentityError("not three parts")
    try:
        head, claims = (json.loads(_unpacked(part)) for part in parts[:2])
    except (ValueError, RecursionError) as error:
        raise MalformedIdentityError("not JSON inside") from error
    if not isinstance(head, dict) or not isinstance(claims, dict):
        raise MalformedIdentityError("no claims inside")
    return claims


def is_signed_with(identity: str, key: bytes) -> bool:
    """Whether a token was signed with this key."""
    told, _, signature = identity.rpartition(".")
    try:
        given = _unpacked(signature)
    except ValueError:
        return False
    return hmac.compare_digest(given, _signature(told, key))


class StandInIdentity:
    """Answers a GitHub job that asks who it is; exists inside its with block.

    `claims` are those of the job and may be changed between two questions; a claim of value None is left out. Each
    answer gets `iss`, `aud`, `jti`, `iat`, `nbf` and `exp` of its own unless `claims` holds them.
    """

    def __init__(self, claims: Claims, *, key: bytes | None = None, clock: Callable[[], float] = time.time) -> None:
        self.claims: dict[str, object] = dict(claims)
        self.key = key or secrets.token_bytes(32)
        self._clock = clock
        self._secret = secrets.token_urlsafe(32)
        self.server = LoopbackServer(self._answer)

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.__exit__(kind, error, trace)

    @property
    def environment(self) -> dict[str, str]:
        """What a GitHub job with `id-token: write` finds in its environment."""
        return {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.server.url}/identity?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self._secret,
        }

    def identity(self, audience: str) -> str:
        """A new identity; a GitLab job finds one in its environment instead of asking for it."""
        now = int(self._clock())
        stamped: dict[str, object] = {
            "iss": GITHUB, "aud": audience, "jti": str(uuid.uuid4()), "iat": now, "nbf": now, "exp": now + LIFETIME,
        }  # fmt: skip
        told = {name: value for name, value in (stamped | self.claims).items() if value is not None}
        return sign_identity(told, self.key)

    def _answer(self, request: Request) -> Response:
        scheme, _, shown = request.header("Authorization").partition(" ")
        if request.method != "GET" or request.path != "/identity":
            return Response(HTTPStatus.NOT_FOUND)
        if scheme.lower() != "bearer" or not hmac.compare_digest(shown.encode(), self._secret.encode()):
            return Response(HTTPStatus.UNAUTHORIZED)
        audience = next(iter(request.query.get("audience", [])), "https://github.com/someone")
        body = json.dumps({"count": 1, "value": self.identity(audience)}).encode()
        return Response(HTTPStatus.OK, body, {"Content-Type": "application/json; charset=utf-8"})


def github_claims(
    repository: str = "someone/project",
    *,
    workflow: str = "release.yml",
    environment: str | None = None,
    event: str = "push",
    owner_id: str = "1001",
) -> dict[str, object]:
    """The claims of a GitHub job, as far as an index looks at them."""
    owner = repository.partition("/")[0]
    ref = "refs/tags/v1.0"
    claims: dict[str, object] = {
        "iss": GITHUB,
        "sub": f"repo:{repository}:environment:{environment}" if environment else f"repo:{repository}:ref:{ref}",
        "repository": repository,
        "repository_owner": owner,
        "repository_owner_id": owner_id,
        "job_workflow_ref": f"{repository}/.github/workflows/{workflow}@{ref}",
        "event_name": event,
        "ref": ref,
    }
    return claims if environment is None else claims | {"environment": environment}


def gitlab_claims(
    project: str = "someone/project", *, workflow: str = ".gitlab-ci.yml", environment: str | None = None
) -> dict[str, object]:
    """The claims of a GitLab job, as far as an index looks at them."""
    claims: dict[str, object] = {
        "iss": GITLAB,
        "sub": f"project_path:{project}:ref_type:tag:ref:v1.0",
        "namespace_path": project.rpartition("/")[0],
        "project_path": project,
        "ci_config_ref_uri": f"gitlab.com/{project}//{workflow}@refs/tags/v1.0",
    }
    return claims if environment is None else claims | {"environment": environment}


def _signature(told: str, key: bytes) -> bytes:
    return hmac.new(key, told.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unpacked(text: str) -> bytes:
    """Raises ValueError for what is not base64 in the alphabet of addresses."""
    return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
