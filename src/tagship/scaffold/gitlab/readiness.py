"""What a merge request has to pass on GitLab, the guard of main, and the weekly canary."""

import shlex

from tagship.domain.adoption import AGGREGATE, Adoption, TestRun
from tagship.scaffold.github.testing import uses_uv
from tagship.scaffold.gitlab.jobs import INSTALL, commands, common, matrix, tagship
from tagship.scaffold.templates import fill

CANARY = "canary"

_READINESS = """\
.tagship-readiness: # a merge request, and what was merged once more: a tag's gate asks for that very commit
  extends: .tagship
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH

@TESTS@

tagship-check:
  extends: .tagship-readiness
  timeout: 30m
  needs: []
  script:
    @INSTALL@
    @CHECK@

@READY@: # one job that answers for all others; a job of your own that must pass as well goes into its `needs`
  extends: .tagship-readiness
  timeout: 5m
  needs: @NEEDS@
  variables:
    GIT_STRATEGY: none
  script:
    - echo "all of them succeeded"
"""
_TESTS = """\
tagship-tests:
  extends: .tagship-readiness
  image: python:$PYTHON
  timeout: 30m
  needs: []
  parallel:
    matrix:
      - @PYTHONS@
  script:
    @COMMANDS@
"""
_GUARD = """\
tagship-guard: # what came to @MAIN@ past a merge request fails it; GITLAB_TOKEN (read_api, protected, masked) asks
  extends: .tagship
  stage: test
  timeout: 10m
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    @INSTALL@
    @GUARD@
"""
_CANARY = """\
tagship-canary: # a schedule on @MAIN@ with the variable TAGSHIP = @CANARY@ starts it, best once a week
  extends: .tagship
  stage: test
  timeout: 30m
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $TAGSHIP == "@CANARY@"
  script:
    @INSTALL@
    @BUILD@
"""
_BRANCH = """\
set -- --skip tests-pass
if [ "$CI_PIPELINE_SOURCE" = push ]; then # on @MAIN@ a change is no branch, and its section may be open
  set -- "$@" --skip branch-is-not-main --skip changelog-section-is-final
fi
@CALL@
"""


def readiness(adoption: Adoption) -> str:
    """The jobs that a merge request has to pass."""
    marks = common(adoption)
    branch = fill(_BRANCH, {"MAIN": adoption.main, "CALL": tagship('check "$@"')})
    needs = "[tagship-check]" if adoption.tests is None else "[tagship-tests, tagship-check]"
    tests = "" if adoption.tests is None else _tests(adoption, adoption.tests)
    return fill(_READINESS, {**marks, "TESTS": tests, "CHECK": commands([branch]), "READY": AGGREGATE, "NEEDS": needs})


def guard(adoption: Adoption) -> str:
    """The job that looks at each push to main."""
    return fill(_GUARD, {**common(adoption), "GUARD": commands([tagship("guard")])})


def canary(adoption: Adoption) -> str:
    """The job that builds main with what is newest."""
    every = " --all" if adoption.is_several else ""
    call = tagship(f"check{every} --only project-builds --only distributions-are-valid")
    return fill(_CANARY, {**common(adoption), "CANARY": CANARY, "BUILD": commands([call])})


def _tests(adoption: Adoption, tests: TestRun) -> str:
    """The job of the tests; where other jobs test, one Python does."""
    pythons = tests.pythons[-1:] if adoption.tested_by else tests.pythons
    uv = INSTALL[1].replace(' --target "$TOOLS"', "") if uses_uv(tests) else ""
    lines = [uv, *map(shlex.join, tests.install), shlex.join(tests.command)]
    if uv:
        lines.insert(1, 'export UV_PYTHON="$PYTHON"')
    return fill(
        _TESTS,
        {
            "PYTHONS": matrix({"PYTHON": pythons or (adoption.pins.python,)}),
            "COMMANDS": commands(line for line in lines if line),
        },
    )
