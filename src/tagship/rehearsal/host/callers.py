"""Who calls the stand-in host, and what a token lets its holder do."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Literal

from tagship.rehearsal.host.people import ACTIONS_BOT
from tagship.rehearsal.host.refusals import HostRefusal, not_found

Kind = Literal["anonymous", "classic", "fine-grained", "actions"]

LEVELS = ("none", "read", "write", "admin")
FOR_ADMINISTRATORS = frozenset({"administration", "secrets", "environments"})
"""What concerns the settings: their holder must have the role as well as the permission."""
FOR_ANYBODY = frozenset({"issues"})
"""What can be written to without the right to push."""
FOR_JOBS = frozenset(
    (
        *("actions", "artifact_metadata", "attestations", "checks", "contents", "deployments", "discussions"),
        *("id_token", "issues", "metadata", "models", "packages", "pages", "pull_requests", "security_events"),
        "statuses",
    )
)
"""The permissions that the token of a job can be given: no setting is among them."""
_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "fine-grained": "Resource not accessible by personal access token",
        "actions": "Resource not accessible by integration",
    }
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a token, or nobody in particular; `permissions` of a classic token are its scopes."""

    kind: Kind
    login: str
    permissions: Mapping[str, str]
    pushes: bool = False
    administers: bool = False
    expires: datetime | None = None

    def has(self, area: str, level: str) -> bool:
        """Whether the token carries a permission at that level or above."""
        return LEVELS.index(self.permissions.get(area, "none")) >= LEVELS.index(level)

    def may(self, needs: str, *, private: bool) -> bool:
        """Whether a request that needs this would be granted."""
        try:
            check(self, needs, private=private)
        except HostRefusal:
            return False
        return True


ANONYMOUS = Caller("anonymous", "", {})


class Tokens:
    """The tokens that were issued, each with its holder."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._holders: dict[str, Caller | Callable[[], Caller]] = {}

    def issue(self, holder: Caller | Callable[[], Caller]) -> str:
        """Make a token; a function is asked who holds it whenever it is used."""
        if isinstance(holder, Caller) and holder.kind == "actions":
            strange = sorted(set(holder.permissions) - FOR_JOBS)
            if strange:
                raise ValueError(f"the token of a job cannot be given {', '.join(strange)}")
        token = f"stand_in_{secrets.token_urlsafe(30)}"
        self._holders[token] = holder
        return token

    def holder(self, authorization: str) -> Caller:
        """Who sends this header; raises HostRefusal for a token that is unknown or expired."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() not in {"bearer", "token"}:
            return ANONYMOUS
        holder = self._holders.get(token.strip())
        caller = holder if isinstance(holder, Caller) or holder is None else holder()
        if caller is None or (caller.expires is not None and caller.expires <= self._clock()):
            raise HostRefusal(HTTPStatus.UNAUTHORIZED, "Bad credentials")
        return caller


def job_or_person(kind: Kind, login: str) -> str:
    """In whose name a token acts."""
    return ACTIONS_BOT if kind == "actions" else login


def check(caller: Caller, needs: str, *, private: bool) -> None:
    """Let a caller pass who may do what `needs` names; raises HostRefusal.

    The host is stricter here than GitHub, which shows what is public to tokens without any permission: a job that
    forgets to declare one is to be noticed.
    """
    area, _, level = (needs or "metadata:read").partition(":")
    if caller.kind == "anonymous":
        _check_anonymous(area, level, private=private)
    elif caller.kind == "classic":
        _check_classic(caller, area, level, private=private)
    else:
        _check_permission(caller, area, level, private=private)


def _check_anonymous(area: str, level: str, *, private: bool) -> None:
    if private:
        raise not_found()
    if level != "read" or area in FOR_ADMINISTRATORS:
        raise HostRefusal(HTTPStatus.UNAUTHORIZED, "Requires authentication")


def _check_classic(caller: Caller, area: str, level: str, *, private: bool) -> None:
    scopes = {"repo"} if private else {"repo", "public_repo"}
    if private and not scopes & set(caller.permissions):
        raise not_found()
    if area in FOR_ADMINISTRATORS:
        if not scopes & set(caller.permissions):
            raise not_found()
        if not caller.administers:
            raise HostRefusal(HTTPStatus.FORBIDDEN, "Must have admin rights to Repository.")
    elif level != "read" and not (scopes & set(caller.permissions) and (caller.pushes or area in FOR_ANYBODY)):
        raise not_found()


def _check_permission(caller: Caller, area: str, level: str, *, private: bool) -> None:
    if private and not caller.permissions:
        raise not_found()
    granted = area == "metadata" and level == "read"
    granted = granted or (
        caller.has(area, level)
        and (area not in FOR_ADMINISTRATORS or caller.administers)
        and (level == "read" or caller.pushes or area in FOR_ANYBODY)
    )
    if not granted:
        raise HostRefusal(HTTPStatus.FORBIDDEN, _REFUSED[caller.kind])


def told_to(caller: Caller, needs: str) -> Mapping[str, str]:
    """The headers that say what a token has and what a request asks of one."""
    if caller.kind == "anonymous":
        return {}
    expiry = {} if caller.expires is None else {"github-authentication-token-expiration": f"{caller.expires:%F %T} UTC"}
    if caller.kind == "classic":
        return {**expiry, "X-OAuth-Scopes": ", ".join(caller.permissions), "X-Accepted-OAuth-Scopes": "repo"}
    return {**expiry, "X-Accepted-GitHub-Permissions": (needs or "metadata:read").replace(":", "=")}
