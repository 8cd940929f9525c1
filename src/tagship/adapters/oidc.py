"""Trusted publishing: the identity that a CI run has by itself, exchanged for a short-lived token.

There is no falling back to another credential: a run that cannot prove what it is halts here.
"""

import base64
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from tagship.adapters.http import HttpClient, Patience, Response, host_of
from tagship.adapters.quoting import one_line, quote_from
from tagship.adapters.redact import DEFAULT_USERNAME, Redactor
from tagship.domain.credential import Credential, Secret
from tagship.domain.endpoints import Endpoints
from tagship.errors import CredentialHalt, Edit, FactUnknown, Remedy, Visit

_OK = 200
_SERVER_TROUBLE = frozenset({429, *range(500, 600)})
_NO_IDENTITY = (
    "run it in CI with an identity: on GitHub give the job `permissions: id-token: write`, "
    "on GitLab an `id_tokens:` entry"
)

# What identifies a publisher, as CI systems name it; none of it is secret.
_CLAIMS = (
    "repository",
    "job_workflow_ref",
    "environment",
    "event_name",
    "project_path",
    "ci_config_ref_uri",
    "email",
    "sub",
)


@dataclass(frozen=True, slots=True)
class _Failure:
    """One reason for which the index mints no token; `on_site` sends to the page of publishers."""

    code: str
    cause: str
    advice: str
    on_site: bool = False


_FAILURES = (
    _Failure(
        "invalid-publisher",
        "no trusted publisher matches this run",
        "let owner, repository, workflow file and environment of the publisher be those of the run",
        on_site=True,
    ),
    _Failure(
        "invalid-pending-publisher",
        "the pending publisher cannot become a project: its name is taken, or its user has no verified e-mail address",
        "look at the pending publishers of the account",
        on_site=True,
    ),
    _Failure("not-enabled", "trusted publishing is switched off there", "wait, or ask the index"),
    _Failure(
        "invalid-reuse-token", "the identity of this run was used already", "run the job again: it gets a new identity"
    ),
    _Failure(
        "invalid-token", "the identity of this run is not valid there", "run the job again: it gets a new identity"
    ),
    _Failure(
        "invalid-payload",
        "the identity comes from a CI system that the index does not know",
        "publish from a CI system that the index supports, or use a token",
    ),
)


def mint(
    index: Endpoints, http: HttpClient, *, pause: Callable[[float], None] = time.sleep, base_delay: float = 1.0
) -> Credential:
    """A credential for this run, valid for minutes: mint it right before it is used.

    Raises CredentialHalt where the run has no identity or the index accepts none, FactUnknown where the index
    cannot be asked.
    """
    if index.site is None:
        raise CredentialHalt(
            f"{index.name} has no trusted publishing", remedy=Edit('set auth = "token", and the token in TAGSHIP_TOKEN')
        )
    patience = Patience(pause=pause, base_delay=base_delay)
    audience = _audience(index, index.site, http, patience)
    return _exchanged(index, index.site, audience, http, patience)


def _audience(index: Endpoints, site: str, http: HttpClient, patience: Patience) -> str:
    headers = {"Accept": "application/json"}
    response = patience.ask(lambda: http.request("GET", f"{site}/_/oidc/audience", headers=headers))
    answer = _object_in(response)
    audience = answer.get("audience")
    if response.status == _OK and isinstance(audience, str) and audience:
        return audience
    raise _no_sense(index, response, "was asked for the audience of trusted publishing", Redactor())


def _exchanged(index: Endpoints, site: str, audience: str, http: HttpClient, patience: Patience) -> Credential:
    """The minted credential; each try has a new identity, since an index takes one once only."""
    identities: list[Secret] = []

    def exchange() -> Response:
        identity = _identity(audience)
        identities.append(identity)
        return http.request(
            "POST",
            f"{site}/_/oidc/mint-token",
            headers={"Accept": "application/json", "Content-Type": "application/json"},
            body=json.dumps({"token": identity.reveal()}).encode(),
            confidential=True,
        )

    response = patience.ask(exchange)
    token = _object_in(response).get("token")
    if response.status == _OK and isinstance(token, str) and token:
        return Credential(DEFAULT_USERNAME, Secret(token, origin=f"trusted publishing on {index.name}"))
    raise _refusal(index, response, identities)


def _identity(audience: str) -> Secret:
    """What the CI system says this run is, as a signed token."""
    import id as ambient  # noqa: PLC0415 -- wanted in CI alone
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 -- as above

    # Raised after the handler and not in it: the library's exceptions hold what the CI system answered.
    identity = trouble = None
    try:
        identity = ambient.detect_credential(audience)
    except ambient.IdentityError as error:
        trouble = one_line(str(error), Redactor(_request_secrets()))
    except (HTTPError, OSError, ValueError):
        trouble = "the CI system gave no answer that can be read"
    if trouble is not None:
        raise CredentialHalt(f"this run cannot prove what it is: {trouble}", remedy=Edit(_NO_IDENTITY))
    if identity is None:
        raise CredentialHalt("this is no CI run with an identity of its own", remedy=Edit(_NO_IDENTITY))
    return Secret(identity, origin="the identity of this run")


def _request_secrets() -> list[Secret]:
    variable = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
    value = os.environ.get(variable)
    return [Secret(value, origin=variable)] if value else []


def _refusal(index: Endpoints, response: Response, identities: list[Secret]) -> CredentialHalt | FactUnknown:
    redactor = Redactor(identities)
    if response.status in _SERVER_TROUBLE or response.status == _OK:
        return _no_sense(index, response, "was asked for a token", redactor)
    listed = _object_in(response).get("errors")
    errors = [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
    codes = [str(error.get("code", "")) for error in errors]
    described = one_line("; ".join(str(error.get("description", "")) for error in errors), redactor)
    told = f"{response.status}: {described}" if described else quote_from(response, redactor)
    failure = next((failure for failure in _FAILURES if failure.code in codes), None)
    cause = "it refuses the identity of this run" if failure is None else failure.cause
    claims = one_line(_claims_of(identities[-1]), redactor)
    return CredentialHalt(
        f"{index.name} mints no token: {cause} ({told}); the run is {claims}",
        remedy=_remedy(index, failure),
    )


def _remedy(index: Endpoints, failure: _Failure | None) -> Remedy:
    if failure is None:
        return Edit("compare the run with the trusted publisher of the project")
    if failure.on_site and index.site is not None:
        return Visit(f"{index.site}/manage/account/publishing/")
    return Edit(failure.advice)


def _claims_of(identity: Secret) -> str:
    """What the identity claims, from its unsigned middle: for a person to compare, never to decide on."""
    middle = identity.reveal().split(".", 2)[1:2]
    try:
        claims = json.loads(base64.urlsafe_b64decode("".join(middle) + "=="))
    except ValueError:
        return "not described"
    if not isinstance(claims, dict):
        return "not described"
    return ", ".join(f"{claim}={claims[claim]}" for claim in _CLAIMS if claims.get(claim)) or "not described"


def _object_in(response: Response) -> dict[str, object]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _no_sense(index: Endpoints, response: Response, when: str, redactor: Redactor) -> FactUnknown:
    return FactUnknown(
        f"{index.name} ({host_of(response.url)}) {when} and answered {quote_from(response, redactor)}",
        remedy=Edit("run it again when the index has recovered"),
    )
