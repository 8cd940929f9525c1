"""The jobs that keep one issue of a failure: opened, told once more, and closed by the run that comes through."""

from collections.abc import Sequence

from tagship.domain.adoption import Adoption
from tagship.scaffold.templates import fill

_JOBS = """\
failed:
  name: Tell that @WHAT@ failed
  needs: @ALL@
  if: failure()
  runs-on: @RUNNER@
  timeout-minutes: 5
  permissions:
    actions: read # which job failed first
    issues: write # one issue, opened or commented on
  steps:
    - name: Open the issue, or tell it once more
      run: |
        first=$(gh api "repos/$GH_REPO/actions/runs/$RUN/attempts/$ATTEMPT/jobs?per_page=100" --jq '
          [.jobs[] | select(.conclusion | IN("failure", "timed_out"))] | sort_by(.completed_at)[0]
          | "[\\(.name)](\\(.html_url))"')
        printf '%s failed first.\\n\\n%s\\n' "$first" "$ADVICE" > "$RUNNER_TEMP/told.md"
        @FIND@
        if [ -n "$issue" ]; then
          gh issue comment "$issue" --body-file "$RUNNER_TEMP/told.md"
        else
          gh issue create --title "$TITLE" --body-file "$RUNNER_TEMP/told.md"
        fi
      env:
        GH_TOKEN: ${{ github.token }}
        GH_REPO: ${{ github.repository }}
        RUN: ${{ github.run_id }}
        ATTEMPT: ${{ github.run_attempt }}
        TITLE: @TITLE@
        ADVICE: >-
          @ADVICE@

mended:
  name: Close the issue of a failure that is mended
  needs: @LAST@
  runs-on: @RUNNER@
  timeout-minutes: 5
  permissions:
    issues: write # that issue, closed
  steps:
    - name: Close the issue, if there is one
      run: |
        @FIND@
        if [ -n "$issue" ]; then
          gh issue close "$issue" --comment "$PAGE came through."
        fi
      env:
        GH_TOKEN: ${{ github.token }}
        GH_REPO: ${{ github.repository }}
        PAGE: ${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}
        TITLE: @TITLE@
"""
_FIND = """\
issue=$(gh issue list --state open --limit 1000 --json number,title \\
  --jq '[.[] | select(.title == env.TITLE)][0].number // empty')
"""
"""By its title, from the list of the open ones: a search knows of an issue only some time after it was opened."""


def telling(
    adoption: Adoption, what: str, *, title: str, advice: str, needs: Sequence[str], last: Sequence[str]
) -> str:
    """Both jobs; `needs` are the jobs that may have failed, `last` those after which nothing has."""
    marks = {
        "WHAT": what,
        "ALL": f"[{', '.join(needs)}]",
        "LAST": f"[{', '.join(last)}]",
        "RUNNER": adoption.pins.runner,
        "TITLE": title,
        "ADVICE": advice,
        "FIND": _FIND,
    }
    return fill(_JOBS, marks)
