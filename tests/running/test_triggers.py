"""Which events a workflow answers: filters, and this project's own workflows."""

import re
from pathlib import Path

import pytest

from pages import ROOT
from repositories import Repo
from running.conftest import WORKFLOW, Begin
from running.events import Event, dispatch, merge_group, pull_request, push, schedule
from running.expressions import Evaluator, mapping
from running.triggers import answers, matches

JOBS = "jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: 'echo $GITHUB_EVENT_NAME $GITHUB_REF'}]}}"


@pytest.mark.parametrize(
    ("patterns", "fitting", "others"),
    [
        (["v[0-9]*"], "v1 v1.0 v10.2rc1", "x1 v va v1/2"),
        (["v[0-9]+.[0-9]+.[0-9]+"], "v1.2.3 v10.20.30", "v1.2 v1x2x3 v1.2.3rc1"),
        (["*"], "main x.y", "a/b"),
        (["**"], "main a/b", ""),
        (["releases/**"], "releases/1 releases/1/2", "releases other/releases/1"),
        (["**/docs/**"], "docs/a.md x/docs/a.md", "docs a.md"),
        (["v*", "!v*rc*"], "v1", "v1rc1"),
        (["*.jsx?"], "a.js a.jsx", "a.j a.jsxx"),
    ],
)
def test_patterns(patterns: list[str], fitting: str, others: str) -> None:
    assert [name for name in (fitting + " " + others).split() if matches(patterns, name)] == fitting.split()


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("push", "branch feature tag"),
        ("{push: {tags: ['v[0-9]*']}}", "tag"),
        ("{push: {branches: [main]}}", "branch"),
        ("{push: {branches-ignore: [main]}}", "feature"),
        ("{push: {branches: [main], tags: ['x*']}}", "branch"),
        ("{push: {paths: ['docs/**']}}", "feature tag"),
        ("{push: {paths-ignore: ['docs/**']}}", "branch tag"),
        ("pull_request", "pull"),
        ("{pull_request: {branches: [main], types: [opened]}}", "pull"),
        ("{pull_request: {branches: [other]}}", ""),
        ("{pull_request: {types: [closed]}}", ""),
        ("{schedule: [{cron: '0 4 * * 1'}]}", "time"),
        ("{schedule: [{cron: '0 5 * * 1'}]}", ""),
        ("[push, workflow_dispatch]", "branch feature tag hand"),
        ("merge_group", "queue"),
    ],
)
def test_a_workflow_answers_what_its_filters_let_in(begin: Begin, repo: Repo, on: str, told: str) -> None:
    runner = begin(f"on: {on}\n{JOBS}")
    main = repo.git("rev-parse", "HEAD")
    repo.branch("feature")
    repo.commit({"docs/page.md": "a page\n"})
    repo.push()
    repository = runner.repository
    happened: dict[str, Event] = {
        "branch": push(repository, "main"),
        "feature": push(repository, "feature", before=main),
        "tag": push(repository, "refs/tags/v1.0"),
        "pull": pull_request(repository, "feature"),
        "time": schedule(repository, "0 4 * * 1"),
        "hand": dispatch(repository),
        "queue": merge_group(repository, "feature"),
    }

    workflow = runner.evaluator.parse(WORKFLOW, repository.git("show", f"main:{WORKFLOW}"))

    assert [name for name, event in happened.items() if answers(workflow.events, event)] == told.split()


def test_the_workflow_is_that_of_the_event(begin: Begin, repo: Repo) -> None:
    """What stands on main does not matter to a tag, and a pull request is run as it would be merged."""
    runner = begin(f"on: push\n{JOBS}")
    repo.branch("feature")
    repo.commit({WORKFLOW: f"on: pull_request\n{JOBS}"})
    repo.push()
    result = runner.run(WORKFLOW, pull_request(runner.repository, "feature", number=7))

    assert result is not None
    assert result.log == "pull_request refs/pull/7/merge"
    assert runner.run(WORKFLOW, push(runner.repository, "feature")) is None
    assert runner.run(WORKFLOW, push(runner.repository, "refs/tags/v1.0")) is not None


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.name)
def test_our_own_workflows_are_read_by_the_official_parser(evaluator: Evaluator, path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    workflow = evaluator.parse(path.name, text)

    assert workflow.tree["permissions"] == {}
    assert list(mapping(workflow.tree["jobs"])) == re.findall(
        r"^  ([\w-]+):$", text.partition("\njobs:\n")[2], re.MULTILINE
    )
