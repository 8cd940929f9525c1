"""What the CI system says this run is, as a signed token; asked for in bounded time, and anew for each use."""

import os
import queue
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlencode

from tagship.adapters.http import HttpClient, Patience, Response, Unreachable, host_of
from tagship.adapters.oidc.claims import claims_in
from tagship.adapters.quoting import is_web_page, one_line, quote_from
from tagship.adapters.redact import Redactor
from tagship.domain.credential import Secret
from tagship.errors import ConfigError, CredentialHalt, Edit, FactUnknown, TagshipError

SECONDS = 60.0
"""Within which the CI system must have said who this run is, whatever it does in between."""

ORIGIN = "the identity of this run"
NO_IDENTITY = (
    "run it in CI with an identity: on GitHub give the job `permissions: id-token: write`, "
    "on GitLab an `id_tokens:` entry"
)

_RUN_AGAIN = Edit("run the job again when the CI system has recovered")
_OK = 200
_REFUSED = frozenset({401, 403, 404})
_ACCEPTED, _REDIRECTS = range(200, 300), range(300, 400)
_IDENTITY = re.compile(r"eyJ[\w-]*\.[\w-]*\.?[\w-]*")
_ASK_AT, _ASK_WITH = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"  # GitHub's own names
_SIGNS_OF_CI = ("CI", "GITLAB_CI", "BUILDKITE", "CIRCLECI", "GITHUB_ACTIONS")
"""Variables of the systems that give identities; most set the first."""
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 10.0
_LONGEST_ANSWER = 256 * 1024


def identity_of_this_run(audience: str, patience: Patience, *, seconds: float = SECONDS) -> Secret:
    """The identity, for one audience.

    Raises CredentialHalt where this run has none or has one for somebody else, FactUnknown where the CI system cannot
    be asked or gives no answer that can be read.
    """
    # A thread, since an answer can drip for ever below every time limit of a connection; it ends with the process.
    answers: queue.SimpleQueue[str | TagshipError] = queue.SimpleQueue()
    threading.Thread(target=_find_out, args=(audience, patience, answers.put), daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise FactUnknown(
            f"the CI system does not tell within {seconds:g} seconds what this run is", remedy=_RUN_AGAIN
        ) from None
    if isinstance(answer, TagshipError):
        raise answer
    identity = Secret(answer, origin=ORIGIN)
    _check(identity, audience)
    return identity


def _find_out(audience: str, patience: Patience, tell: Callable[[str | TagshipError], None]) -> None:
    environ = os.environ
    try:
        tell(_from_github(audience, environ, patience) if environ.get("GITHUB_ACTIONS") else _from_elsewhere(audience))
    except TagshipError as error:
        tell(error)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the one who waits must hear of it; it may hold secrets
        tell(FactUnknown(f"the CI system cannot be asked what this run is ({type(error).__name__})"))


def insist_on_ci(environ: Mapping[str, str]) -> None:
    """See, without asking anybody, that this may be a run with an identity; raises CredentialHalt where it is none."""
    if environ.get("GITHUB_ACTIONS"):
        _github_address(environ)
    elif not any(map(environ.get, _SIGNS_OF_CI)) and not _is_on_google_cloud():
        raise CredentialHalt("this is no CI run with an identity of its own", remedy=Edit(NO_IDENTITY))


def _is_on_google_cloud() -> bool:
    """Whether this machine is one of Google's, which set no variable."""
    try:
        return "Google" in Path("/sys/class/dmi/id/product_name").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _github_address(environ: Mapping[str, str]) -> tuple[str, str]:
    """Where GitHub is asked for an identity, and with what."""
    address, secret = environ.get(_ASK_AT, "").strip(), environ.get(_ASK_WITH, "").strip()
    for variable, value in ((_ASK_WITH, secret), (_ASK_AT, address)):
        if not value:
            raise CredentialHalt(
                f"this run cannot prove what it is: {variable} is not set, so the job may not ask for an identity",
                remedy=Edit("give the job `permissions: id-token: write`"),
            )
    return address, secret


def _from_github(audience: str, environ: Mapping[str, str], patience: Patience) -> str:
    address, secret = _github_address(environ)
    bearer = Secret(secret, origin=_ASK_WITH)
    url = f"{address}{'&' if '?' in address else '?'}{urlencode({'audience': audience})}"
    headers = {"Accept": "application/json"}
    limits = {"connect_timeout": _CONNECT_SECONDS, "read_timeout": _READ_SECONDS}
    with HttpClient(**limits, body_limit=_LONGEST_ANSWER) as http:
        try:
            response = patience.ask(lambda: http.request("GET", url, headers=headers, auth=bearer))
        except ConfigError as error:
            raise CredentialHalt(
                f"this run cannot prove what it is: {_ASK_AT} cannot be asked: {error.message}",
                remedy=Edit(NO_IDENTITY),
            ) from None
        except Unreachable as error:
            # Not to be mistaken for an index that may be asked again: the patience for it is used up here.
            raise FactUnknown(
                f"the CI system cannot be asked what this run is: {error.message}", remedy=error.remedy
            ) from error
    return _value_in(response, Redactor([bearer]))


def _value_in(response: Response, redactor: Redactor) -> str:
    if response.status in _REFUSED:
        raise CredentialHalt(
            f"this run cannot prove what it is: the CI system answered {_quoted(response, redactor)}",
            remedy=Edit("give the job `permissions: id-token: write`"),
        )
    try:
        answer = response.json() if response.status == _OK else None
    except ValueError:
        answer = None
    value = answer.get("value") if isinstance(answer, dict) else None
    if isinstance(value, str) and value:
        return value
    raise FactUnknown(
        f"the CI system ({host_of(response.url)}) was asked what this run is and answered "
        f"{_described(response, redactor)}",
        remedy=_RUN_AGAIN,
    )


def _described(response: Response, redactor: Redactor) -> str:
    if response.status in _REDIRECTS:
        return f"{response.status}, a redirect, which is not followed with a secret"
    if is_web_page(response):
        return f"a web page: {_quoted(response, redactor)}"
    if response.status in _ACCEPTED:  # whatever it says may be the identity itself, in a shape that is not known
        return f"{response.status} without an identity"
    return _quoted(response, redactor)


def _quoted(response: Response, redactor: Redactor) -> str:
    """What the CI system says, without anything that could be an identity."""
    return _IDENTITY.sub("[an identity]", quote_from(response, redactor))


def _from_elsewhere(audience: str) -> str:
    """The identity as the library finds it on GitLab, Google Cloud, Buildkite and CircleCI."""
    import id as ambient  # noqa: PLC0415 -- wanted in CI alone

    # Raised after the handler and not in it: the library's exceptions hold what the CI system answered.
    identity = trouble = None
    try:
        identity = ambient.detect_credential(audience)
    except ambient.IdentityError as error:
        trouble = one_line(str(error), Redactor())
    if trouble is not None:
        raise CredentialHalt(f"this run cannot prove what it is: {trouble}", remedy=Edit(NO_IDENTITY))
    if identity is None:
        raise CredentialHalt("this is no CI run with an identity of its own", remedy=Edit(NO_IDENTITY))
    return identity


def _check(identity: Secret, audience: str) -> None:
    """Stop what an index would refuse anyhow, before it is sent anywhere."""
    claims = claims_in(identity)
    if claims is None:
        raise FactUnknown("the CI system answered with something that is no identity", remedy=_RUN_AGAIN)
    told = claims.get("aud")
    if told != audience:
        raise CredentialHalt(
            f"this run cannot prove what it is: its identity is for {one_line(repr(told), Redactor([identity]))}, and "
            f"the index wants one for {audience!r}",
            remedy=Edit(f"ask the CI system for an identity with the audience {audience}"),
        )
