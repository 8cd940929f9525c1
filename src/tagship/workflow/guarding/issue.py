"""The one issue in which direct commits and lost ones are told: opened or added to, never closed.

It is found by its marker and its author.

Subjects of commits and names of accounts were written by others: each stands in a code span, in which Markdown, HTML
and mentions are letters like any other.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from tagship.adapters.github.issues import GitHubIssues
from tagship.domain.guarding import Arrival, BranchUpdate, Guarded, Provenance, is_nowhere
from tagship.reports.harmless import clipped, harmless

MARKER = "<!-- tagship: direct commits -->"
END = "<!-- tagship: end of the commits -->"
PUSHED = "Commits were pushed straight to {branch}"
REWRITTEN = "{branch} was forced to where it was not"
MOST_LISTED = 50
"""Commits that are listed of one push; of more, only the number."""
LONGEST_SUBJECT = 120
LONGEST_BODY = 60_000
"""Characters; the host takes 65,536."""
_NAME = "[0-9a-f]{40}(?:[0-9a-f]{24})?"
_ENTRY = re.compile(rf"^- ({_NAME} |from {_NAME} to {_NAME})", re.MULTILINE)
_BODY = """\
{marker}
This came to {branch} past a pull request, or was taken from it, by the host's own log of what moved the branch:

{entries}

{end}

What to do with each of them:

1. Take a commit back with `git revert` on a branch of its own and open a pull request; bring it again by another one \
if it is wanted. What a forced push took away is brought back the same way. Or say in a comment here why it stands.
2. Have the host take no pushes to {branch}: `tagship doctor` shows what is missing, `tagship doctor --apply` sets it.
3. Close this issue. The next direct commit opens another one.
"""
_MORE = "{branch} was moved past its pull requests again:\n\n{entries}\n"


def tell_in_issue(issues: GitHubIssues, guarded: Guarded) -> str:
    """Open the issue, or add to it what it does not list yet; what was done, in words. Raises as the host does."""
    entries = entries_of(guarded)
    branch = span(guarded.branch)
    found = issues.find(MARKER, issues.whoami())
    if found is None:
        title = PUSHED if guarded.of(Provenance.DIRECT) else REWRITTEN
        body = _BODY.format(marker=MARKER, branch=branch, entries=listed(entries), end=END)
        return f"opened {issues.open(title.format(branch=guarded.branch), body).url}"
    known = frozenset(_ENTRY.findall(found.body))
    new = [entry for entry in entries if not known.intersection(_ENTRY.findall(entry))]
    if not new:
        return f"{found.url} lists them already"
    longer = with_more(found.body, new)
    if longer is not None:
        issues.change(found, longer)
    issues.comment(found, _MORE.format(branch=branch, entries=listed(new)))
    return f"added to {found.url}"


def with_more(body: str, entries: Sequence[str]) -> str | None:
    """The text of the issue with more entries behind those that it lists; None where they have no place in it.

    Whatever else people have written there stays.
    """
    before, end, after = body.replace("\r\n", "\n").partition(f"\n{END}")
    if not end or len(body) > LONGEST_BODY - len(listed(entries)):
        return None
    return f"{before.rstrip()}\n{listed(entries)}\n{end}{after}"


def entries_of(guarded: Guarded) -> Sequence[str]:
    """A line for each direct commit and for each time that the branch lost some, each of them oldest first."""
    direct = reversed(guarded.of(Provenance.DIRECT))
    return [*map(_direct, direct), *map(_rewritten, guarded.rewritten)]


def listed(entries: Sequence[str]) -> str:
    """The first of the lines, and how many more there are."""
    more = len(entries) - MOST_LISTED
    return "\n".join(entries if more <= 0 else [*entries[:MOST_LISTED], f"- and {more:,} more"])


def _direct(arrival: Arrival) -> str:
    return f"- {arrival.commit} {span(arrival.subject or '(no message)')}{_by(arrival.by, arrival.at)}"


def _rewritten(update: BranchUpdate) -> str:
    deleted = ", when it was deleted" if is_nowhere(update.after) else ""
    return f"- from {update.before} to {update.after}{deleted}{_by(update.actor, update.at)}"


def _by(who: str | None, at: datetime | None) -> str:
    named = "" if who is None else f", by {span(who)}"
    return named if at is None else f"{named}, {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def span(text: str) -> str:
    """Text as code within a line of Markdown: fenced by more backticks than it holds in a row."""
    shown = clipped(harmless(text).strip(), LONGEST_SUBJECT) or " "
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
