"""readiness.yml: may this be merged?"""

from tagship.domain.adoption import Adoption, Generated, TestRun
from tagship.scaffold.github.steps import common, listed
from tagship.scaffold.github.testing import environment_of, steps_of
from tagship.scaffold.merging import SUCCEEDED, marks_of, put_together
from tagship.scaffold.templates import fill

PATH = ".github/workflows/readiness.yml"
MATRIX_PYTHON = "${{ matrix.python }}"

_START = """\
# May this be merged? The job `@READY@` answers for all others; it always runs, so that it can be required.
# @PINNED@
name: readiness

on:
  pull_request:
  push: # a merge makes a new commit, and a tag's gate asks for green checks on exactly that one
    branches: @BRANCHES@
  merge_group:

permissions: {}

concurrency: # a pull request is asked about its last state; of a branch every commit has its answer
  group: readiness-${{ github.event.pull_request.number || github.sha }}
  cancel-in-progress: ${{ github.event_name == 'pull_request' }}

jobs:
"""
_TESTS = """\
  tests:
    name: Test on Python ${{ matrix.python }}
    runs-on: @RUNNER@
    timeout-minutes: 30
    permissions:
      contents: read
    strategy:
      fail-fast: false
      matrix:
        python: @PYTHONS@@ELSEWHERE@
    @ENVIRONMENT@
    steps:
      @CHECK_OUT@
      @SET_UP_PYTHON@
"""
_TESTING = "      @STEPS@"
_CHECK = """\
  check:
    name: Check the branch
    runs-on: @RUNNER@
    timeout-minutes: 30
    permissions:
      contents: read
      pull-requests: read # which others claim the same version, or the same lines of the changelog
    steps:
      @CHECK_OUT_ALL@
      @SET_UP_PYTHON@
"""
_REST = """\
      @INSTALL@
      - name: Check # @TESTED@; on @MAIN@ a change is no branch, and its section may be open
        run: |
          skip=(--skip tests-pass)
          if [ "$GITHUB_EVENT_NAME" = push ]; then
            skip+=(--skip branch-is-not-main --skip changelog-section-is-final)
          fi
          @TAGSHIP@ check "${skip[@]}" --format github
        env:
          GH_TOKEN: ${{ github.token }}

  @READY@:
    name: @READY@
    if: always()
    runs-on: @RUNNER@
    timeout-minutes: 2
    permissions: {}
"""


def readiness(adoption: Adoption) -> Generated:
    """The workflow that a pull request has to pass, and what was merged once more."""
    marks = {
        **common(adoption),
        **marks_of(adoption),
        "MAIN": adoption.main,
        "TESTED": "nothing tells how the tests run" if adoption.tests is None else "the tests run above",
    }
    tests = None if adoption.tests is None else _around_slot(adoption, adoption.tests)
    return put_together(PATH, (_START, _CHECK, _REST + SUCCEEDED), marks, tests)


def _around_slot(adoption: Adoption, tests: TestRun) -> tuple[str, str]:
    """The job of the tests, before and after the slot for the user's own steps.

    Where other workflows test, one Python does: what fails is not merged, whether or not theirs are required.
    """
    elsewhere = ", ".join(adoption.tested_by)
    pythons = tests.pythons[-1:] if elsewhere else tests.pythons
    marks = common(adoption, MATRIX_PYTHON) | {
        "PYTHONS": listed(pythons or (adoption.pins.python,)),
        "ELSEWHERE": f" # {elsewhere} tests the others" if elsewhere else "",
        "ENVIRONMENT": environment_of(tests, MATRIX_PYTHON),
    }
    return fill(_TESTS, marks), fill(_TESTING, {"STEPS": steps_of(tests, anew=False)})
