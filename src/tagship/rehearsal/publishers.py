"""Whom a project trusts to publish, and which of them an identity is, as an index compares the two."""

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tagship.rehearsal.identity import GITHUB, GITLAB, Claims

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


class Objection(Exception):
    """Why an identity is not taken; one entry of the answer's `errors`."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


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


def best_of(publishers: Sequence[Publisher], claims: Claims, lookup: Lookup) -> Publisher:
    """The publisher that matches; raises Objection with the claim by which the nearest one does not."""
    missing = next((name for name in lookup.required if not claims.get(name)), None)
    if missing is not None:
        raise _no_publisher(f"Missing claim {missing!r}")
    slug = str(claims[lookup.slug]).casefold()
    near = [publisher for publisher in publishers if publisher.slug.casefold() == slug]
    objections = {publisher: objection_to(publisher, claims, lookup) for publisher in near}
    # The one that names this environment wins over the one that takes any, as with the index.
    for publisher in sorted(near, key=lambda one: one.environment is None):
        if objections[publisher] is None:
            return publisher
    order = list(lookup.rules)
    told = max((order.index(claim) for claim in objections.values() if claim is not None), default=None)
    if told is None:
        raise _no_publisher("Publisher with matching claims was not found")
    raise _no_publisher(f"Check failed for required claim {order[told]!r}")


def objection_to(publisher: Publisher, claims: Claims, lookup: Lookup) -> str | None:
    """The first claim that is not as registered, None where all are."""
    if any(not claims.get(name) for name in lookup.required):
        return lookup.slug
    if str(claims[lookup.slug]).casefold() != publisher.slug.casefold():
        return lookup.slug
    return next((claim for claim, holds in lookup.rules.items() if not holds(publisher, claims)), None)


def _no_publisher(why: str) -> Objection:
    return Objection("invalid-publisher", f"valid token, but no corresponding publisher ({why})")
