"""The exchange: audience, identity, token; and the burning of a token that was minted to see whether one is."""

import json
import os
import time
from collections.abc import Callable

from tagship.adapters.http import HttpClient, Patience, Response, Unreachable, host_of
from tagship.adapters.oidc.identity import identity_of_this_run, insist_on_ci
from tagship.adapters.oidc.refusals import refusal
from tagship.adapters.quoting import is_web_page, quote_from
from tagship.adapters.redact import DEFAULT_USERNAME, Redactor
from tagship.domain.credential import Credential, Secret
from tagship.domain.endpoints import Endpoints
from tagship.domain.listeners import OnNote, OnSecret, unheard
from tagship.errors import CredentialHalt, Edit, FactUnknown, TagshipError

_RUN_AGAIN = Edit("run it again when the index has recovered")
_OK = 200
_ACCEPTED = range(200, 300)
_NOT_FOUND = 404
_SERVER_TROUBLE = frozenset({429, *range(500, 600)})


def preflight(
    index: Endpoints,
    http: HttpClient,
    project: str | None,
    *,
    pause: Callable[[float], None] = time.sleep,
    base_delay: float = 1.0,
    on_secret: OnSecret = unheard,
    note: OnNote = unheard,
) -> None:
    """Make sure that the index would give this run a token, and give that one back.

    It proves that some project there trusts this run; whether it is `project`, which a refusal's advice names, only an
    upload tells. `on_secret` hears of the token, and `note` of one that could not be given back, which stands in
    nobody's way. Raises CredentialHalt and FactUnknown as `mint` does.
    """
    minted = mint(index, http, project=project, pause=pause, base_delay=base_delay)
    on_secret(minted)
    trouble = burn(index, http, minted)
    if trouble is not None:
        note(trouble)


def mint(
    index: Endpoints,
    http: HttpClient,
    *,
    project: str | None = None,
    pause: Callable[[float], None] = time.sleep,
    base_delay: float = 1.0,
) -> Credential:
    """A credential for this run, valid for minutes: mint it right before it is used.

    `project` is named in what a refusal advises. Raises CredentialHalt where the run has no identity or the index
    accepts none, FactUnknown where the index or the CI system cannot be asked.
    """
    if index.site is None:
        raise CredentialHalt(
            f"{index.name} has no trusted publishing", remedy=Edit('set auth = "token", and the token in TAGSHIP_TOKEN')
        )
    insist_on_ci(os.environ)  # first, since where there is no identity the index has nothing to do with it
    patience = Patience(pause=pause, base_delay=base_delay)
    audience = _audience(index, index.site, http, patience)
    return _exchanged(index, index.site, audience, http, patience, project)


def burn(index: Endpoints, http: HttpClient, minted: Credential) -> str | None:
    """End the life of a minted token before its minutes are over; why that failed, or None.

    Never raises: a token that is not burnt dies by itself within 15 minutes.
    """
    try:
        response = _post(http, f"{index.site}/_/oidc/burn-token", minted.secret)
    except TagshipError as error:
        trouble = error.message
    else:
        if response.status in _ACCEPTED:
            return None
        trouble = quote_from(response, Redactor([minted]))
    return f"the token that was minted to try it out could not be burnt and lives for up to 15 minutes ({trouble})"


def _audience(index: Endpoints, site: str, http: HttpClient, patience: Patience) -> str:
    headers = {"Accept": "application/json"}
    response = patience.ask(lambda: http.request("GET", f"{site}/_/oidc/audience", headers=headers))
    audience = _object_in(response).get("audience")
    if response.status == _OK and isinstance(audience, str) and audience:
        return audience
    raise _no_sense(index, response, "was asked for the audience of trusted publishing", Redactor())


def _exchanged(
    index: Endpoints, site: str, audience: str, http: HttpClient, patience: Patience, project: str | None
) -> Credential:
    """The minted credential; each try has a new identity, since an index takes one once only."""
    identities: list[Secret] = []

    def exchange() -> Response:
        identity = identity_of_this_run(audience, patience)
        identities.append(identity)
        return _post(http, f"{site}/_/oidc/mint-token", identity)

    response = patience.ask(exchange)
    token = _object_in(response).get("token")
    if response.status == _OK and isinstance(token, str) and _is_sendable(token):
        return Credential(DEFAULT_USERNAME, Secret(token, origin=f"trusted publishing on {index.name}"))
    if response.status in _ACCEPTED:  # not quoted: a token may stand in it, in a shape that is not known
        what = "a web page" if is_web_page(response) else "nothing that can be one"
        raise FactUnknown(
            f"{index.name} ({host_of(response.url)}) was asked for a token and answered {response.status} with {what}",
            remedy=_RUN_AGAIN,
        )
    redactor = Redactor(identities)
    if response.status in _SERVER_TROUBLE:
        raise _no_sense(index, response, "was asked for a token", redactor)
    exists = project is not None and _exists(index, http, project)
    raise refusal(index, response, identities[-1], redactor, project=project, exists=exists)


def _post(http: HttpClient, url: str, token: Secret) -> Response:
    return http.request(
        "POST",
        url,
        headers={"Accept": "application/json", "Content-Type": "application/json"},
        body=json.dumps({"token": token.reveal()}).encode(),
        confidential=True,
    )


def _is_sendable(token: str) -> bool:
    """Whether a text can be a token at all: printable, without spaces."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def _exists(index: Endpoints, http: HttpClient, project: str) -> bool:
    """Whether the index has the project; taken for granted where it does not say, since most releases are no first."""
    try:
        return http.request("GET", f"{index.simple}{project}/").status != _NOT_FOUND
    except Unreachable:
        return True


def _object_in(response: Response) -> dict[str, object]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _no_sense(index: Endpoints, response: Response, when: str, redactor: Redactor) -> FactUnknown:
    return FactUnknown(
        f"{index.name} ({host_of(response.url)}) {when} and answered {quote_from(response, redactor)}",
        remedy=_RUN_AGAIN,
    )
