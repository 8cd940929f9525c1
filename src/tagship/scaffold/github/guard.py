"""guard.yml: did what came to main come through a pull request?"""

from tagship.domain.adoption import Adoption, Generated
from tagship.scaffold.github.steps import common, listed
from tagship.scaffold.templates import fill

PATH = ".github/workflows/guard.yml"

_WORKFLOW = """\
# Looks at each commit that comes to @MAIN@: one that came past a pull request fails the run and is told in an issue.
# @PINNED@
name: guard

on:
  push:
    branches: @BRANCHES@

permissions: {}

concurrency:
  group: guard-${{ github.sha }} # each push is looked at, whatever comes after it
  cancel-in-progress: false

jobs:
  guard:
    name: Look for direct commits
    runs-on: @RUNNER@
    timeout-minutes: 10
    permissions:
      contents: read
      pull-requests: read # which pull request brought a commit
      issues: write # one issue for what came past them
    steps:
      @CHECK_OUT_ALL@
      @INSTALL@
      - name: Guard
        run: @TAGSHIP@ guard --format github
        env:
          GH_TOKEN: ${{ github.token }}
"""


def guard(adoption: Adoption) -> Generated:
    """The workflow that looks at each push to main."""
    marks = {**common(adoption), "MAIN": adoption.main, "BRANCHES": listed([adoption.main])}
    return Generated(
        path=PATH,
        purpose=f"looks for commits that came to {adoption.main} past a pull request",
        blocks={"guard": fill(_WORKFLOW, marks)},
        first="{guard}\n  # Jobs of your own may follow here; the text in the block above is managed.\n",
    )
