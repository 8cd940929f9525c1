"""Why an index mints no token: each of its codes in words, with what mends it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tagship.adapters.http import Response
from tagship.adapters.oidc.claims import Presented, presented_by
from tagship.adapters.quoting import one_line, quote_from
from tagship.adapters.redact import Redactor
from tagship.domain.credential import Secret
from tagship.domain.endpoints import Endpoints
from tagship.errors import CredentialHalt, Edit, Remedy, Visit

_NAMED_CLAIM = re.compile(r"(?:required|optional) claim '(\w{1,40})'")
_NEW_IDENTITY = "run the job again: it gets a new identity"


@dataclass(frozen=True, slots=True)
class _Failure:
    """One reason for which the index mints no token; `on_site` sends to the form in which publishers are registered."""

    code: str
    cause: str
    advice: str
    on_site: bool = False


# The first that the index names is told.
_FAILURES = (
    _Failure(
        "invalid-publisher",
        "no trusted publisher matches this run",
        "let the values of the trusted publisher be those of the run",
        on_site=True,
    ),
    _Failure(
        "invalid-pending-publisher",
        "the pending publisher cannot become a project: its name is taken, or its user has no verified e-mail address",
        "look at the pending publishers of the account",
        on_site=True,
    ),
    _Failure("not-enabled", "trusted publishing is switched off there", "wait, or ask the index"),
    _Failure("invalid-reuse-token", "the identity of this run was used already", _NEW_IDENTITY),
    _Failure(
        "invalid-token",
        "the identity of this run is not valid there: its signature, its audience or its times do not hold",
        _NEW_IDENTITY,
    ),
    _Failure(
        "invalid-payload",
        "the identity comes from a CI system that the index does not know",
        'publish from a CI system that the index supports, or set auth = "token"',
    ),
)
_UNLISTED = _Failure(
    "", "it refuses the identity of this run", "compare the run with the trusted publisher of the project"
)

# What the run itself shows to be wrong, whatever the index says beside it; the first that holds is told.
_PLAIN: Mapping[str, tuple[Callable[[Presented], bool], str, str]] = {
    "event": (
        lambda run: run.claims.get("event_name") == "pull_request_target",
        "an index takes nothing from a run that pull_request_target started",
        "let a pushed tag or a release start the workflow that publishes",
    ),
    "reusable": (
        lambda run: run.reusable,
        "the job runs in a reusable workflow, which no index takes for a publisher",
        "put the publishing job into the workflow of this repository that calls it",
    ),
}


def refusal(
    index: Endpoints, response: Response, identity: Secret, redactor: Redactor, *, project: str | None, exists: bool
) -> CredentialHalt:
    """The halt that an index's no leads to: cause, what was presented, what is wanted, and where to register it.

    `project` is None where it is not known for what the token was wanted; `exists` tells whether the index has it.
    """
    run = presented_by(identity)
    errors = _errors_in(response)
    codes = [str(error.get("code", "")) for error in errors]
    failure = next((failure for failure in _FAILURES if failure.code in codes), _UNLISTED)
    described = one_line("; ".join(str(error.get("description", "")) for error in errors), redactor)
    told = f"{response.status}: {described}" if described else quote_from(response, redactor)
    cause, remedy = failure.cause, _remedy(index, failure, run, project, exists=exists)
    if failure.on_site:
        claim = _NAMED_CLAIM.search(described)
        cause += f": the claim {claim[1]} is not as registered" if claim else ""
        for holds, plainly, advice in _PLAIN.values():
            if holds(run):
                cause, remedy = plainly, Edit(advice)
                break
    shown = one_line(f"the run presents {run.told}", redactor)
    if failure.on_site and run.wanted:
        shown += f"; {one_line(f'a publisher for it has {run.wanted}', redactor)}"
    return CredentialHalt(f"{index.name} mints no token: {cause} ({told}); {shown}", remedy=remedy)


def _remedy(index: Endpoints, failure: _Failure, run: Presented, project: str | None, *, exists: bool) -> Remedy:
    if failure.on_site and index.site is not None:
        return Visit(run.form(index.site, project, exists=exists))
    return Edit(failure.advice)


def _errors_in(response: Response) -> list[dict[str, object]]:
    try:
        answer = response.json()
    except ValueError:
        return []
    listed = answer.get("errors") if isinstance(answer, dict) else None
    return [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
