"""Workflow files as people write them, read for what a host's settings must fit."""

from pathlib import Path

import pytest

from scaffold.adoptions import ADOPTIONS, rendered
from tagship.adapters.workflow_files import FOLDER, LOCK, MOST_BYTES, WorkflowFolder, read_lock, read_workflows
from tagship.domain.workflow_files import Job, Use, WorkflowFile
from tagship.scaffold.github import workflows

BLOCK = """\
# A comment
name: 'release' # another

"on":
  push:
    tags: ["v*"]
  pull_request:
    paths-ignore:
      - docs/**
  workflow_dispatch:

permissions: {contents: read, id-token: "write"}

jobs:
  build: # the first
    name: Build it
    runs-on: ubuntu-24.04
    strategy:
      matrix: {python: ["3.12", "3.13"]}
    steps:
    - uses: actions/checkout@abc # v7
      with:
        persist-credentials: false
        token: "${{ secrets.CHECK_OUT }}"
    - name: Run
      run: |
        # not a comment: part of it
        git push origin main

        echo done
    - run: >-
        twine
        upload dist/*
    - run: echo "a: b" # c
  publish:
    needs:
      - build
    environment:
      name: pypi
      url: https://example.org
    permissions:
      id-token: write # exchanged
    uses: ./.github/workflows/other.yml
    secrets: inherit
  last:
    environment: "pypi"
    permissions: write-all
    if: >
      always()
    steps: []
"""


def reading(tmp_path: Path, text: str | bytes) -> WorkflowFile:
    path = tmp_path / FOLDER / "some.yml"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    (found,) = read_workflows(WorkflowFolder(tmp_path))
    return found


def test_the_block_style(tmp_path: Path) -> None:
    found = reading(tmp_path, BLOCK)
    build, publish, last = found.jobs

    assert found.unread is None
    assert found.events == {"push", "pull_request", "workflow_dispatch"}
    assert found.narrowed == {"pull_request"}
    assert found.permissions == {"contents": "read", "id-token": "write"}
    assert (build.id, build.name, build.line) == (
        "build",
        "Build it",
        BLOCK.splitlines().index("  build: # the first") + 1,
    )
    assert build.uses == (
        Use("actions/checkout@abc", BLOCK.splitlines().index("    - uses: actions/checkout@abc # v7") + 1),
    )
    assert [each.text for each in build.scripts] == [
        "# not a comment: part of it\ngit push origin main\n\necho done",
        "twine\nupload dist/*",
        'echo "a: b"',
    ]
    assert build.uploads
    assert build.secrets == ("CHECK_OUT",)
    assert (publish.environment, publish.permissions) == ("pypi", {"id-token": "write"})
    assert publish.calls is not None
    assert publish.calls.text == "./.github/workflows/other.yml"
    assert (last.environment, last.permissions, last.uses) == ("pypi", {"id-token": "write", "contents": "write"}, ())


@pytest.mark.parametrize(
    ("on", "events"),
    [
        ("on: push", {"push"}),
        ("on: [push, 'pull_request']", {"push", "pull_request"}),
        ("on:\n  - push\n  - workflow_call", {"push", "workflow_call"}),
        ("on: {push: {branches: [main, 'a,b']}, pull_request: null}", {"push", "pull_request"}),
        ("on:\n  push: {branches: [main, 'v*']}", {"push"}),
        ("on:\n  push: {branches: [\n    main,\n    x]}\n  merge_group:", {"push", "merge_group"}),
        ("name: x", set()),
    ],
)
def test_what_starts_a_workflow(tmp_path: Path, on: str, events: set[str]) -> None:
    found = reading(tmp_path, f"{on}\njobs:\n  a:\n    runs-on: x\n")

    assert (found.unread, set(found.events), [job.id for job in found.jobs]) == (None, events, ["a"])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("jobs:\n\ta: 1\n", "tab"),
        ("jobs:\n  a:\n    steps:\n      - *shared\n", "alias"),
        ("jobs:\n  a: *shared\n", "alias"),
        ("jobs:\n  a:\n    needs: [*shared]\n", "alias"),
        ("jobs:\n  a: 1\n  a: 2\n", "second time"),
        ("? odd\n: key\n", "not read here"),
        ("jobs:\n    a: 1\n  b: 2\n", "not read here"),
        ("jobs: {a: {steps: [*shared]}}\n", "alias"),
        ("x" * (MOST_BYTES + 1), "larger"),
    ],
)
def test_what_cannot_be_followed_is_told_and_not_taken_for_missing(tmp_path: Path, text: str, why: str) -> None:
    found = reading(tmp_path, text)

    assert found.unread is not None
    assert why in found.unread
    assert found.jobs == ()


def test_odd_files(tmp_path: Path) -> None:
    assert reading(tmp_path, b"").jobs == ()


@pytest.mark.parametrize(
    "text", ["\ufeffon: push\njobs:\n  a:\n    name: b\n", "---\non: push\njobs:\n  a: &x\n    name: b\n...\n"]
)
def test_marks_and_anchors(tmp_path: Path, text: str) -> None:
    found = reading(tmp_path, text)

    assert found.unread is None
    assert found.jobs == (Job("a", 4 if "---" in text else 3, name="b"),)


@pytest.mark.parametrize("permissions", ["read-all", "{}", ""])
def test_permissions_that_grant_nothing_to_write(tmp_path: Path, permissions: str) -> None:
    found = reading(tmp_path, f"permissions: {permissions}\njobs:\n  a:\n    x: 1\n")

    assert not found.permissions


def test_lines_of_plain_text_that_go_on(tmp_path: Path) -> None:
    found = reading(tmp_path, "jobs:\n  a:\n    steps:\n      - run: twine\n          upload dist/*\n      - 'alone'\n")

    assert found.jobs[0].uploads


def test_values_on_the_next_line_and_aliases(tmp_path: Path) -> None:
    text = (
        "on:\n  push:\n    paths: &some\n      - a\n  pull_request:\n    paths: *some\njobs:\n  a:\n    needs:\n"
        "      [\n        b,\n      ]\n    name:\n      The first\n    steps: &steps\n      - run: twine upload\n"
        "  b:\n    steps: *steps\n"
    )
    found = reading(tmp_path, text)

    assert (found.unread, set(found.narrowed)) == (None, {"push", "pull_request"})
    assert [(job.shown_as, job.uploads) for job in found.jobs] == [("The first", True), ("b", True)]


def test_expressions_in_braces(tmp_path: Path) -> None:
    found = reading(tmp_path, "jobs:\n  a:\n    with: {x: '${{ a.b }}', y: \"c\"}\n    environment: {name: pypi}\n")

    assert (found.unread, found.jobs[0].environment) == (None, "pypi")


def test_other_files_and_folders(tmp_path: Path) -> None:
    assert read_workflows(WorkflowFolder(tmp_path)) == ()
    reading(tmp_path, "on: push\n")
    (tmp_path / FOLDER / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / FOLDER / "more.yaml").write_text("on: push\n", encoding="utf-8")
    (tmp_path / FOLDER / "folder.yml").mkdir()

    assert [each.file_name for each in read_workflows(WorkflowFolder(tmp_path))] == [
        "folder.yml",
        "more.yaml",
        "some.yml",
    ]


@pytest.mark.parametrize("name", ADOPTIONS)
def test_all_that_adoption_writes_is_read(tmp_path: Path, name: str) -> None:
    """And its one aggregate job, and what its publishing jobs may do, are found in it."""
    for generated in workflows(ADOPTIONS[name]):
        path = tmp_path / generated.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered(generated), encoding="utf-8")
    found = read_workflows(WorkflowFolder(tmp_path))

    assert [each.unread for each in found] == [None] * len(found)
    assert {job.shown_as for each in found if each.file_name == "readiness.yml" for job in each.jobs} >= {"ready"}
    publishing = [(each, job) for each in found for job in each.uploading]
    assert publishing
    for each, job in publishing:
        assert job.environment == ADOPTIONS[name].environment
        trusted = ADOPTIONS[name].auth.value == "trusted"
        assert (each.granted(job).get("id-token") == "write") is trusted
        assert (ADOPTIONS[name].secret in job.secrets) is not trusted


def test_the_lock_of_workflows(tmp_path: Path) -> None:
    assert read_lock(WorkflowFolder(tmp_path)) is None
    path = tmp_path / LOCK
    path.parent.mkdir(parents=True)
    path.write_text('actions/checkout@v7 sha256:00\n  "Pypa/gh-action": {}\n', encoding="utf-8")
    found = read_lock(WorkflowFolder(tmp_path))

    assert found is not None
    assert found.actions == {"actions/checkout", "pypa/gh-action"}


@pytest.mark.parametrize("text", ["jobs: " + "[" * 20_000, "".join(" " * deep + "a:\n" for deep in range(1_200))])
def test_what_is_nested_too_deep_is_unread(tmp_path: Path, text: str) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "deep.yml").write_text(text, encoding="utf-8")

    (workflow,) = read_workflows(WorkflowFolder(tmp_path))
    assert workflow.unread == "it is nested too deep"


JOB = "on: push\njobs:\n  a:\n    "


@pytest.mark.parametrize(
    "text",
    [
        "on: push\njobs:\n  ? a\n  : steps: []\n",
        "on: push\njobs:\n  \u00e4:\n    steps: []\n",
        "on: push\njobs: {a: text}\n",
        f"{JOB}steps: text\n",
        f"{JOB}environment: 'a #b'\n",
        f"{JOB}environment: '\n",
        f"{JOB}environment: !!str pypi\n",
        f"{JOB}permissions: {{id-token: write, id-token: none}}\n",
    ],
)
def test_what_is_not_followed_is_unread_and_not_missing(tmp_path: Path, text: str) -> None:
    """A job that was overlooked would upload past every check."""
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "odd.yml").write_text(text, encoding="utf-8")

    (workflow,) = read_workflows(WorkflowFolder(tmp_path))
    assert workflow.unread is not None
    assert workflow.jobs == ()
