"""canary.yml: does main still build, with what is new since?"""

import hashlib
import shlex

from tagship.domain.adoption import Adoption, Generated
from tagship.scaffold.github.steps import common
from tagship.scaffold.github.telling import telling
from tagship.scaffold.github.testing import environment_of, steps_of
from tagship.scaffold.templates import fill, joined

PATH = ".github/workflows/canary.yml"
DAYS, HOURS, MINUTES = range(1, 6), range(2, 6), range(3, 58)
"""On a working day before it begins in Europe, and never at a full hour, when everybody's jobs start."""

_BUILD = """\
# Builds and tests @MAIN@ once a week with what is newest: build requirements, dependencies, the rules of the index.
# What breaks a release is heard of here first, and not on the day of the release.
# @PINNED@
name: canary

on:
  schedule:
    - cron: "@CRON@"
  workflow_dispatch:

permissions: {}

concurrency:
  group: canary
  cancel-in-progress: false

jobs:
  build:
    name: Build with what is newest
    runs-on: @RUNNER@
    timeout-minutes: 30
    permissions:
      contents: read
    steps:
      @CHECK_OUT_ALL@
      @SET_UP_PYTHON@
"""
_REST = """\
      @INSTALL@
      - name: Build and validate # in a copy; nothing pins what the build requires
        run: >-
          @TAGSHIP@
          check@ALL@ --only project-builds --only distributions-are-valid --format github
      - name: Tell what built it
        run: |
          @BUILD@
          for wheel in "$RUNNER_TEMP"/built/*.whl; do
            printf '%s: ' "${wheel##*/}"
            unzip -p "$wheel" '*.dist-info/METADATA' | grep -m 1 '^Metadata-Version:'
            unzip -p "$wheel" '*.dist-info/WHEEL' | grep '^Generator:'
          done | tee -a "$GITHUB_STEP_SUMMARY"

  @OTHERS@
"""
_TESTS = """\
tests:
  name: Test with what is newest
  runs-on: @RUNNER@
  timeout-minutes: 30
  permissions:
    contents: read
  @ENVIRONMENT@
  steps:
    @CHECK_OUT@
    @SET_UP_PYTHON@
    @STEPS@
"""
_UV_BUILD = '"$RUNNER_TEMP/tagship/bin/uv" build --quiet --wheel --out-dir "$RUNNER_TEMP/built"'
_TITLE = "The weekly canary fails"
_ADVICE = """\
Nothing in the project need have changed: something that it is built from or tested with has.
Hold the old version of it for the next release, or mend what broke, before you tag."""
_BEFORE = "      # Steps of your own before the build, such as system packages, may stand here."
_AFTER = "  # Jobs of your own may follow here."


def canary(adoption: Adoption) -> Generated:
    """The workflow that builds main once a week with fresh tools."""
    tests = _tests(adoption)
    marks = {
        **common(adoption),
        "MAIN": adoption.main,
        "CRON": cron(adoption.repository or adoption.packages[0].name),
        "ALL": " --all" if adoption.is_several else "",
        "BUILD": "\n".join(f"{_UV_BUILD} {shlex.quote(package.path or '.')}" for package in adoption.packages),
    }
    built = ("build", "tests") if tests else ("build",)
    told = telling(adoption, "the canary", title=_TITLE, advice=_ADVICE, needs=built, last=built)
    marks["OTHERS"] = joined(tests, told)
    return Generated(
        path=PATH,
        purpose=f"builds and tests {adoption.main} once a week with what is new since",
        blocks={"canary": fill(_BUILD, marks), "build": fill(_REST, marks)},
        first=f"{{canary}}\n{_BEFORE}\n{{build}}\n{_AFTER}\n",
    )


def cron(name: str) -> str:
    """When a repository's canary flies, which follows from its name: not all of them start at once."""
    number = int.from_bytes(hashlib.sha256(name.lower().encode()).digest()[:8], "big")
    parts: list[int] = []
    for choices in (MINUTES, HOURS, DAYS):
        number, place = divmod(number, len(choices))
        parts.append(choices[place])
    minute, hour, day = parts
    return f"{minute} {hour} * * {day}"


def _tests(adoption: Adoption) -> str:
    """The job of the tests, on the newest Python that they know; empty where nothing tells how they run."""
    tests = adoption.tests
    if tests is None:
        return ""
    python = tests.pythons[-1] if tests.pythons else adoption.pins.python
    marks = {
        **common(adoption, python),
        "ENVIRONMENT": environment_of(tests, f'"{python}"'),
        "STEPS": steps_of(tests, anew=True),
    }
    return fill(_TESTS, marks)
