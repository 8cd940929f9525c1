"""The one issue in which direct commits are told: found by its marker and its author, opened or added to, never closed.

Subjects of commits and names of accounts were written by others: each stands in a code span, in which Markdown, HTML
and mentions are letters like any other.
"""

import re
from collections.abc import Sequence
from datetime import UTC

from tagship.adapters.github.issues import GitHubIssues
from tagship.domain.guarding import Arrival, Guarded, Provenance
from tagship.reports.harmless import clipped, harmless

MARKER = "<!-- tagship: direct commits -->"
END = "<!-- tagship: end of the commits -->"
TITLE = "Commits were pushed straight to {branch}"
MOST_LISTED = 50
"""Commits that are listed of one push; of more, only the number."""
LONGEST_SUBJECT = 120
LONGEST_BODY = 60_000
"""Characters; the host takes 65,536."""
_ENTRY = re.compile(r"^- ([0-9a-f]{40}(?:[0-9a-f]{24})?) ", re.MULTILINE)
_BODY = """\
{marker}
These commits came to {branch} past a pull request, by the host's own log of what moved the branch:

{entries}

{end}

What to do with each of them:

1. Take it back with `git revert` on a branch of its own and open a pull request; bring it again by another one if it \
is wanted. Or say in a comment here why it stands.
2. Have the host take no pushes to {branch}: `tagship doctor` shows what is missing, `tagship doctor --apply` sets it.
3. Close this issue. The next direct commit opens another one.
"""
_MORE = "More commits came to {branch} past a pull request:\n\n{entries}\n"


def tell_in_issue(issues: GitHubIssues, guarded: Guarded) -> str:
    """Open the issue, or add to it what it does not list yet; what was done, in words. Raises as the host does."""
    direct = guarded.of(Provenance.DIRECT)
    branch = span(guarded.branch)
    found = issues.find(MARKER, issues.whoami())
    if found is None:
        body = _BODY.format(marker=MARKER, branch=branch, entries=listed(direct), end=END)
        return f"opened {issues.open(TITLE.format(branch=guarded.branch), body).url}"
    new = [arrival for arrival in direct if arrival.commit not in _ENTRY.findall(found.body)]
    if not new:
        return f"{found.url} lists them already"
    longer = with_more(found.body, new)
    if longer is not None:
        issues.change(found, longer)
    issues.comment(found, _MORE.format(branch=branch, entries=listed(new)))
    return f"added to {found.url}"


def with_more(body: str, arrivals: Sequence[Arrival]) -> str | None:
    """The text of the issue with more commits behind those that it lists; None where they have no place in it.

    Whatever else people have written there stays.
    """
    before, end, after = body.replace("\r\n", "\n").partition(f"\n{END}")
    if not end or len(body) > LONGEST_BODY - len(listed(arrivals)):
        return None
    return f"{before.rstrip()}\n{listed(arrivals)}\n{end}{after}"


def listed(arrivals: Sequence[Arrival]) -> str:
    """The commits as a list, the oldest first."""
    lines = [_entry(arrival) for arrival in reversed(arrivals)]
    more = len(lines) - MOST_LISTED
    return "\n".join(lines if more <= 0 else [*lines[:MOST_LISTED], f"- and {more:,} more"])


def _entry(arrival: Arrival) -> str:
    who = "" if arrival.by is None else f", by {span(arrival.by)}"
    when = "" if arrival.at is None else f", {arrival.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"- {arrival.commit} {span(arrival.subject or '(no message)')}{who}{when}"


def span(text: str) -> str:
    """Text as code within a line of Markdown: fenced by more backticks than it holds in a row."""
    shown = clipped(harmless(text).strip(), LONGEST_SUBJECT) or " "
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
