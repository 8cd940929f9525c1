"""The push that a job runs for."""

import json
from pathlib import Path

import pytest

from tagship.adapters.pushes import Push, push_event
from tagship.errors import FactUnknown

AFTER, BEFORE = "a" * 40, "b" * 40
GITLAB = {
    "GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": AFTER,
    "CI_COMMIT_BEFORE_SHA": BEFORE,
}  # fmt: skip


def test_the_push_of_a_job(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"ref": "refs/heads/main", "before": BEFORE, "after": AFTER}), encoding="utf-8")
    environ = {"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(path)}

    assert push_event(environ) == Push("refs/heads/main", BEFORE, AFTER)
    assert push_event({**environ, "GITHUB_EVENT_NAME": "schedule"}) is None
    assert push_event({}) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"ref": "x"}', None])
def test_an_event_that_cannot_be_read(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "event.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(FactUnknown, match="cannot be read"):
        push_event({"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(path)})


def test_the_push_of_a_pipeline() -> None:
    assert push_event(GITLAB) == Push("refs/heads/main", BEFORE, AFTER)
    assert push_event({**GITLAB, "CI_PIPELINE_SOURCE": "schedule"}) is None
    assert push_event({**GITLAB, "CI_COMMIT_BRANCH": ""}) is None
    with pytest.raises(FactUnknown, match="what was pushed"):
        push_event({**GITLAB, "CI_COMMIT_BEFORE_SHA": ""})
