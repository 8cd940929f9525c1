"""What workflows do today."""

from tagship.adapters.adopting.publishing import read_own_workflows
from tagship.domain.adoption import Comments
from tagship.domain.config import Auth
from tagship.domain.managed import block_of
from trees import Files

FOLDER = ".github/workflows"
TRUSTED = """\
on: {push: {tags: ["v*"]}}
jobs:
  docs:
    steps:
      - run: make docs
  pypi:
    name: Upload
    environment: {name: pypi, url: "https://example.org"}
    permissions:
      id-token: write
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
"""
TOKEN = """\
on: release
jobs:
  upload:
    steps:
      - run: |
          python -m build
          twine upload dist/*
        env:
          GH: ${{ secrets.GITHUB_TOKEN }}
          TWINE_PASSWORD: ${{ secrets.PYPI_TOKEN }}
"""
BOT = """\
on: {push: {branches: [main]}}
jobs:
  release:
    steps:
      - uses: googleapis/release-please-action@v4
"""
CALLED = """\
on: pull_request
jobs:
  all:
    uses: ./.github/workflows/run-tests.yml
"""


def test_jobs_that_upload() -> None:
    found = read_own_workflows(Files({f"{FOLDER}/a.yml": TRUSTED, f"{FOLDER}/b.yml": TOKEN}))
    trusted, token = found.publishing

    assert (trusted.auth, trusted.environment, trusted.secret) == (Auth.TRUSTED, "pypi", None)
    assert (token.auth, token.environment, token.secret) == (Auth.TOKEN, None, "PYPI_TOKEN")
    assert [each.path for each in found.predecessors] == [f"{FOLDER}/a.yml", f"{FOLDER}/b.yml"]
    assert found.predecessors[0].leaves == ("its jobs docs, as far as they do more than build and test",)
    assert found.testing == ()


def test_bots_that_release() -> None:
    found = read_own_workflows(
        Files({f"{FOLDER}/a.yml": BOT, f"{FOLDER}/b.yml": BOT + "  x:\n    steps:\n      - run: uv publish\n"})
    )

    assert [each.tool for each in found.predecessors] == [
        "release-please, in a workflow that publishes",
        "release-please",
    ]
    assert found.publishing[0].auth is None


def test_workflows_that_test() -> None:
    runs = "on: [pull_request]\njobs:\n  t:\n    steps:\n      - run: {}\n"
    commands = [
        "pytest -x",
        "uv run pytest",
        "tox run",
        "nox -s tests",
        "hatch test",
        "make test",
        "python -m unittest",
    ]
    files = {f"{FOLDER}/{number}.yml": runs.format(command) for number, command in enumerate(commands)}
    others = {f"{FOLDER}/x.yml": runs.format("ruff check"), f"{FOLDER}/y.yml": "on: push\njobs: {}\n"}

    assert read_own_workflows(Files({**files, **others})).testing == tuple(files)
    assert read_own_workflows(Files({f"{FOLDER}/c.yml": CALLED})).testing == (f"{FOLDER}/c.yml",)


def test_what_is_ours_is_left_out() -> None:
    ours = block_of("release", TRUSTED, Comments.HASH)
    found = read_own_workflows(Files({f"{FOLDER}/release.yml": ours}))

    assert (found.publishing, found.predecessors) == ((), ())


def test_what_cannot_be_read_may_publish() -> None:
    unread = TOKEN.replace("jobs:\n", "jobs:\n\tx: 1\n")
    harmless = "on: push\njobs:\n\tx: 1\n"
    found = read_own_workflows(Files({f"{FOLDER}/a.yml": unread, f"{FOLDER}/b.yml": harmless}))

    assert [path for path, _ in found.unread] == [f"{FOLDER}/a.yml", f"{FOLDER}/b.yml"]
    assert [each.path for each in found.predecessors] == [f"{FOLDER}/a.yml"]
