"""Credentials that do not do."""

import time

from tagship.domain.config import Auth
from tagship.rehearsal.faults.fault import Scene
from tagship.rehearsal.identity import StandInIdentity, github_claims
from tagship.rehearsal.index import ACCOUNT
from tagship.rehearsal.publishers import Publisher

DAY = 24 * 60 * 60
OTHER_PROJECT = "somebody-elses-project"
REPOSITORY, WORKFLOW, ENVIRONMENT = "stand-in/project", "release.yml", "release"


def missing(scene: Scene) -> None:
    """Give no token."""
    scene.token = None


def dead(scene: Scene) -> None:
    """Delete the token on the index."""
    token = scene.index.tokens.issue(ACCOUNT)
    scene.index.tokens.revoke(token)
    scene.token = token


def expired(scene: Scene) -> None:
    """Give a token whose time was over yesterday."""
    now = int(time.time())
    scene.token = scene.index.tokens.issue(ACCOUNT, not_before=now - 2 * DAY, expires=now - DAY)


def of_another_project(scene: Scene) -> None:
    """Give a token that is bound to a project of another name."""
    scene.token = scene.index.tokens.issue(ACCOUNT, projects=[OTHER_PROJECT])


def unknown_publisher(scene: Scene) -> None:
    """Let the job run in another environment than the one that was registered."""
    claims = github_claims(REPOSITORY, workflow=WORKFLOW, environment=ENVIRONMENT)
    identity = scene.open.enter_context(StandInIdentity(claims, key=scene.index.publishers.key))
    scene.auth, scene.token, scene.environ = Auth.TRUSTED, None, identity.environment
    scene.index.publishers.register(scene.manifest.project, _publisher(f"{ENVIRONMENT}-of-old"))


def register_publisher(scene: Scene) -> None:
    """Register the job as it is; the project gets its first file from it."""
    scene.token = None
    scene.index.publishers.register_pending(scene.manifest.project, _publisher(ENVIRONMENT), owner=ACCOUNT)


def _publisher(environment: str) -> Publisher:
    owner, _, repository = REPOSITORY.partition("/")
    return Publisher("github", owner, repository, WORKFLOW, environment)
