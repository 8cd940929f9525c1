"""What an identity presents, beside what the form of an index wants registered for it.

The claims are read from the unsigned middle of the identity: for a person to compare, never to decide on.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tagship.domain.credential import Secret

# What identifies a publisher, as CI systems name it; none of it is secret.
SHOWN = (
    "repository",
    "repository_owner_id",
    "job_workflow_ref",
    "project_path",
    "ci_config_ref_uri",
    "environment",
    "event_name",
    "email",
    "sub",
)
_GITHUB_WORKFLOW = re.compile(r"\A([^/]+/[^/]+)/\.github/workflows/([^@]+)@")
_GITLAB_WORKFLOW = re.compile(r"//(.+?)@")


@dataclass(frozen=True, slots=True)
class Presented:
    """The claims of one run, as text; `provider` and `fields` are those of the index's form, empty where unknown."""

    claims: Mapping[str, str]
    provider: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """What the run says it is."""
        shown = ", ".join(f"{claim}={self.claims[claim]}" for claim in SHOWN if self.claims.get(claim))
        return shown or "not described"

    @property
    def wanted(self) -> str:
        """What must be registered for it; empty where the form is not known."""
        return ", ".join(f"{name}={value}" if value else f"{name} left empty" for name, value in self.fields.items())

    @property
    def reusable(self) -> bool:
        """Whether the job runs in a workflow that another one calls, which is no publisher."""
        called = _GITHUB_WORKFLOW.match(self.claims.get("job_workflow_ref", ""))
        if called is None:
            return False
        top = _GITHUB_WORKFLOW.match(self.claims.get("workflow_ref", ""))
        elsewhere = called[1].casefold() != self.claims.get("repository", called[1]).casefold()
        return elsewhere or (top is not None and top[2] != called[2])

    def form(self, site: str, project: str | None, *, exists: bool) -> str:
        """The page on which the publisher is registered, with these values typed in already."""
        values = {name: value for name, value in self.fields.items() if value}
        asked = {"provider": self.provider, **values} if values else {}
        if project is not None and exists:
            page = f"{site}/manage/project/{project}/settings/publishing/"
        else:
            page = f"{site}/manage/account/publishing/"
            asked |= {} if project is None else {"project_name": project}
        return f"{page}?{urlencode(asked, errors='replace')}" if asked else page


def claims_in(identity: Secret) -> Mapping[str, object] | None:
    """The claims of an identity, None where it is not of the shape of one."""
    text = identity.reveal()
    if not (text.isascii() and text.isprintable()):
        return None
    try:
        _, middle, _ = text.split(".")
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def presented_by(identity: Secret) -> Presented:
    """What an identity presents."""
    claims = {name: str(value) for name, value in (claims_in(identity) or {}).items() if isinstance(value, str | int)}
    if "repository" in claims:
        return Presented(claims, "github", _github(claims))
    if "project_path" in claims:
        return Presented(claims, "gitlab", _gitlab(claims))
    return Presented(claims)


def _github(claims: Mapping[str, str]) -> Mapping[str, str]:
    owner, _, repository = claims["repository"].partition("/")
    workflow = _GITHUB_WORKFLOW.match(claims.get("job_workflow_ref", ""))
    return {
        "owner": owner,
        "repository": repository,
        "workflow_filename": "" if workflow is None else workflow[2],
        "environment": claims.get("environment", ""),
    }


def _gitlab(claims: Mapping[str, str]) -> Mapping[str, str]:
    namespace, _, project = claims["project_path"].rpartition("/")
    workflow = _GITLAB_WORKFLOW.search(claims.get("ci_config_ref_uri", ""))
    return {
        "namespace": namespace,
        "project": project,
        "workflow_filepath": "" if workflow is None else workflow[1],
        "environment": claims.get("environment", ""),
    }
