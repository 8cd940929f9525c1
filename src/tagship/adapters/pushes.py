"""The push that a job runs for, as GitHub Actions, Forgejo Actions and GitLab CI tell it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tagship.domain.guarding import is_nowhere
from tagship.errors import FactUnknown

HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Push:
    """What a push did to a reference, by its full name."""

    ref: str
    before: str
    after: str

    @property
    def is_deletion(self) -> bool:
        """Whether the reference is no more."""
        return is_nowhere(self.after)


def push_event(environ: Mapping[str, str]) -> Push | None:
    """The push that this job runs for; None outside of such a job. Raises FactUnknown where the runner tells none."""
    if environ.get("GITLAB_CI") == "true":
        return _on_gitlab(environ)
    return _in_actions(environ) if environ.get("GITHUB_EVENT_NAME") == "push" else None


def _in_actions(environ: Mapping[str, str]) -> Push:
    path = environ.get("GITHUB_EVENT_PATH", "")
    try:
        told = json.loads(Path(path).read_bytes())
        ref, before, after = (str(told[word]) for word in ("ref", "before", "after"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FactUnknown(f"the event of this job cannot be read from {path or 'GITHUB_EVENT_PATH'}") from error
    return Push(ref, before, after)


def _on_gitlab(environ: Mapping[str, str]) -> Push | None:
    branch, before, after = (environ.get(f"CI_COMMIT_{word}", "") for word in ("BRANCH", "BEFORE_SHA", "SHA"))
    if environ.get("CI_PIPELINE_SOURCE") != "push" or not branch:
        return None
    if not (before and after):
        raise FactUnknown("this job does not say in CI_COMMIT_BEFORE_SHA and CI_COMMIT_SHA what was pushed")
    return Push(HEADS + branch, before, after)
