"""What every readiness workflow is put together from: its parts, the slots for steps of the user, and its last job."""

from collections.abc import Mapping

from tagship.domain.adoption import AGGREGATE, Adoption, Generated
from tagship.scaffold.github.steps import listed
from tagship.scaffold.templates import fill

SUCCEEDED = """\
    steps:
      - name: All of them succeeded
        run: |
          for result in $RESULTS; do
            test "$result" = success
          done
        env:
          RESULTS: ${{ join(needs.*.result, ' ') }}
    needs:
      @NEEDS@
"""
"""The end of the job that has to have passed; where it begins is for each host to say."""
_BEFORE_TESTS = "      # Steps of your own before the tests, such as system packages, may stand here."
_BEFORE_CHECK = "      # Steps of your own before the distributions are built may stand here."
_AFTER = """\
      # Jobs of your own that must pass as well may be named here, each as `- name`,
  # and follow here.
"""


def marks_of(adoption: Adoption) -> Mapping[str, str]:
    """What the parts of every such workflow are filled with."""
    return {
        "READY": AGGREGATE,
        "BRANCHES": listed((adoption.main, *adoption.release_lines)),
        "NEEDS": "- check" if adoption.tests is None else "- tests\n- check",
    }


def put_together(
    path: str, parts: tuple[str, str, str], marks: Mapping[str, str], tests: tuple[str, str] | None
) -> Generated:
    """The file: its beginning, the job that checks up to the user's own steps, and the rest.

    `tests` is the job of the tests, before and after the slot for the user's own steps; None where nothing tells how
    they run.
    """
    start, check, rest = (fill(part, marks) for part in parts)
    if tests is None:
        blocks = {"readiness": start + check, "check": rest}
        first = f"{{readiness}}\n{_BEFORE_CHECK}\n{{check}}\n{_AFTER}"
    else:
        before, after = tests
        blocks = {"readiness": start + before, "tests": after + "\n" + check, "check": rest}
        first = f"{{readiness}}\n{_BEFORE_TESTS}\n{{tests}}\n{_BEFORE_CHECK}\n{{check}}\n{_AFTER}"
    return Generated(
        path=path,
        purpose="may a branch be merged? its tests, `tagship check`, and one job that answers for all of them",
        blocks=blocks,
        first=first,
    )
