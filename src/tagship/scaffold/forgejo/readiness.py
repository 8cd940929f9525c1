"""readiness.yml: may this be merged?"""

import shlex

from tagship.domain.adoption import Adoption, Generated, TestRun
from tagship.scaffold.forgejo.steps import RUNNER, common
from tagship.scaffold.github.steps import listed, script
from tagship.scaffold.github.testing import uses_uv
from tagship.scaffold.locks import RELEASE
from tagship.scaffold.merging import SUCCEEDED, marks_of, put_together
from tagship.scaffold.templates import fill

PATH = ".forgejo/workflows/readiness.yml"

_START = """\
# May this be merged? The job `@READY@` answers for all others; it always runs, so that it can be required.
# Branch protection knows it as "readiness / @READY@ (pull_request)".
# @IMAGES@
name: readiness

on:
  pull_request:
  push: # a merge makes a new commit, and a tag's gate asks for green checks on exactly that one
    branches: @BRANCHES@

jobs:
"""
_TESTS = """\
  tests:
    name: Test on Python ${{ matrix.python }}
    runs-on: @RUNNER@
    container:
      image: python:${{ matrix.python }}
    defaults:
      run:
        shell: bash
    timeout-minutes: 30
    strategy:
      fail-fast: false
      matrix:
        python: @PYTHONS@
    steps:
      @CHECK_OUT@
"""
_TESTING = """\
      @UV@
      - name: Install and test
        run: @COMMANDS@
        @ENVIRONMENT@
"""
_UV = f"""\
- name: Install uv, by hash
  run: |
    python -m pip install --quiet --require-hashes --only-binary :all: -r {RELEASE}
"""
_CHECK = """\
  check:
    name: Check the branch
    @JOB@
    timeout-minutes: 30
    steps:
      @CHECK_OUT@
"""
_REST = """\
      @INSTALL@
      - name: Check # on @MAIN@ a change is no branch, and its section may be open
        run: |
          skip=(--skip tests-pass)
          if [ "$GITHUB_EVENT_NAME" = push ]; then
            skip+=(--skip branch-is-not-main --skip changelog-section-is-final)
          fi
          @TAGSHIP@ check "${skip[@]}" --format github

  @READY@:
    name: @READY@
    if: always()
    runs-on: @RUNNER@
    timeout-minutes: 2
"""


def readiness(adoption: Adoption) -> Generated:
    """The workflow that a pull request has to pass, and what was merged once more."""
    marks = {**common(adoption), **marks_of(adoption)}
    tests = None if adoption.tests is None else _around_slot(adoption, adoption.tests)
    return put_together(PATH, (_START, _CHECK, _REST + SUCCEEDED), marks, tests)


def _around_slot(adoption: Adoption, tests: TestRun) -> tuple[str, str]:
    """The job of the tests, before and after the slot for the user's own steps."""
    pythons = tests.pythons[-1:] if adoption.tested_by else tests.pythons
    uv = uses_uv(tests)
    marks = common(adoption) | {
        "RUNNER": RUNNER,
        "PYTHONS": listed(pythons or (adoption.pins.python,)),
        "UV": _UV if uv else "",
        "COMMANDS": script(map(shlex.join, (*tests.install, tests.command)), margin=8),
        "ENVIRONMENT": "env:\n  UV_PYTHON: ${{ matrix.python }}\n" if uv else "",
    }
    return fill(_TESTS, marks), fill(_TESTING, marks)
