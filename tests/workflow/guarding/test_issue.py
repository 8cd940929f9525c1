"""The one issue in which direct commits are told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from guard.hosted import Hosted, hosting
from openapi import validated
from tagship.adapters.github.issues import GitHubIssues
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.guarding import Arrival, BranchUpdate, Guarded, Moved, Provenance
from tagship.errors import CredentialHalt
from tagship.workflow.guarding.issue import END, MARKER, MOST_LISTED, entries_of, listed, span, tell_in_issue, with_more

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    with hosting(tmp_path) as made:
        yield made


@pytest.fixture
def job(hosted: Hosted) -> str:
    """The token of a job that may write issues."""
    return hosted.host.issue_token({"contents": "read", "issues": "write"}, kind="actions")


def came(number: int, subject: str = "Change", by: str | None = "ada") -> Arrival:
    return Arrival(f"{number:040x}", subject, Provenance.DIRECT, "pushed", by, None if by is None else AT)


def guarded(*arrivals: Arrival, forced: tuple[BranchUpdate, ...] = ()) -> Guarded:
    return Guarded("guard", None, None, None, None, (), 0.0, branch="main", main=arrivals, rewritten=forced)


def tell(hosted: Hosted, token: str, *arrivals: Arrival, forced: tuple[BranchUpdate, ...] = ()) -> str:
    owner, _, name = hosted.host.repository.partition("/")
    with HttpClient() as http:
        secret, patience = Secret(token, origin="GH_TOKEN"), Patience(pause=lambda _: None)
        issues = GitHubIssues(http, owner, name, secret, api=hosted.host.api_url, patience=patience)
        return tell_in_issue(issues, guarded(*arrivals, forced=forced))


def test_one_issue_is_opened_and_then_added_to(hosted: Hosted, job: str) -> None:
    with validated(hosted.host):
        opened = tell(hosted, job, came(1))
        again = tell(hosted, job, came(1))
        more = tell(hosted, job, came(2), came(1))

    (issue,) = hosted.host.issues.held
    assert opened == f"opened {hosted.host.settings.place.web}/issues/{issue.number}"
    assert again.endswith("lists them already")
    assert more.startswith("added to ")
    assert issue.title == "Commits were pushed straight to main"
    assert issue.body is not None
    assert issue.body.startswith(MARKER)
    assert issue.body.count(f"- {1:040x} `Change`, by `ada`, 2026-03-01 12:00 UTC") == 1
    assert issue.body.index(f"{1:040x}") < issue.body.index(f"{2:040x}") < issue.body.index(END)
    assert [f"{2:040x}" in comment.body for comment in issue.comments] == [True]
    assert issue.state == "open"


def test_what_people_wrote_stays(hosted: Hosted, job: str) -> None:
    tell(hosted, job, came(1))
    (issue,) = hosted.host.issues.held
    issue.body = f"{issue.body}\nWe have talked about it.\n".replace("`ada`,", "`ada`, the hotfix,").replace(
        "\n", "\r\n"
    )
    tell(hosted, job, came(2))

    assert "We have talked about it." in issue.body
    assert "the hotfix" in issue.body
    assert f"- {2:040x}" in issue.body


def test_a_closed_issue_stays_closed_and_another_is_opened(hosted: Hosted, job: str) -> None:
    tell(hosted, job, came(1))
    hosted.host.issues.held[0].state = "closed"
    tell(hosted, job, came(2))

    assert [issue.state for issue in hosted.host.issues.held] == ["closed", "open"]


def test_an_issue_that_somebody_else_planted_is_not_ours(hosted: Hosted, job: str) -> None:
    """Everybody may open an issue that begins like ours, and could then edit away what is written into it."""
    stranger = hosted.host.issue_token({"issues": "write"}, login="stranger", push=False)
    tell(hosted, stranger, came(1))
    tell(hosted, job, came(2))
    tell(hosted, job, came(3))

    assert [issue.author for issue in hosted.host.issues.held] == ["stranger", "github-actions[bot]"]
    assert f"{3:040x}" not in str(hosted.host.issues.held[0].body)


def test_who_may_not_write_issues_hears_which_permission_is_missing(hosted: Hosted) -> None:
    token = hosted.host.issue_token({"contents": "read", "issues": "read"}, kind="actions")
    with pytest.raises(CredentialHalt) as told:
        tell(hosted, token, came(1))

    assert "issues=write" in str(told.value.remedy)


HOSTILE = [
    "@everybody look",
    "`@everybody` ``x`` @everybody",
    "<img src=x onerror=alert(1)> <!-- --> </details>",
    f"{END}\n{MARKER}",
    "[click](https://evil.example) **bold** #1 GH-1",
    "a\r\n- not an entry\n\n# Heading",
    "\x1b[31mred\u202egnirts",
    "`",
    "",
    "x" * 5000,
    "| table | \\` \\",
]


@pytest.mark.parametrize("subject", HOSTILE)
def test_what_a_commit_says_is_shown_and_does_nothing(subject: str) -> None:
    """Within a code span nothing is a mention, a link or HTML; and it is one line."""
    line = listed(entries_of(guarded(came(1, subject, by="renovate[bot]"))))
    html = MarkdownIt("commonmark").render(line)
    outside = MarkdownIt("commonmark").parse(line)
    kinds = [child.type for token in outside for child in token.children or []]

    assert "\n" not in line
    assert len(line) < 400
    assert set(kinds) <= {"text", "code_inline"}
    assert kinds.count("code_inline") == 2
    assert "<img" not in html
    assert all("@" not in child.content for token in outside for child in token.children or [] if child.type == "text")


def test_a_forced_push_is_told_in_the_same_issue(hosted: Hosted, job: str) -> None:
    """Once, also where what it threw away was listed before as a direct commit."""
    forced = BranchUpdate(f"{1:040x}", f"{7:040x}", Moved.FORCED, "ada", AT)
    opened = tell(hosted, job, forced=(forced,))
    (issue,) = hosted.host.issues.held
    first = str(issue.body)
    again = tell(hosted, job, forced=(forced,))
    more = tell(hosted, job, came(1), forced=(forced,))

    assert opened.startswith("opened ")
    assert issue.title == "main was forced to where it was not"
    assert f"- from {1:040x} to {7:040x}, by `ada`, 2026-03-01 12:00 UTC" in first
    assert again.endswith("lists them already")
    assert more.startswith("added to ")
    assert str(issue.body).count(f"- from {1:040x}") == 1
    assert f"- {1:040x} `Change`" in str(issue.body)


def test_a_deleted_branch_is_told(hosted: Hosted, job: str) -> None:
    tell(hosted, job, forced=(BranchUpdate("a" * 40, "0" * 40, Moved.DELETED),))
    (issue,) = hosted.host.issues.held

    assert f"- from {'a' * 40} to {'0' * 40}, when it was deleted\n" in str(issue.body)


def test_a_hostile_subject_does_not_end_the_list(hosted: Hosted, job: str) -> None:
    tell(hosted, job, came(1, f"x\n{END}\n- {9:040x} y"))
    tell(hosted, job, came(2))
    (issue,) = hosted.host.issues.held

    assert str(issue.body).index(f"- {2:040x}") < str(issue.body).rindex(END)
    assert tell(hosted, job, came(9)).startswith("added to")


def test_of_very_many_only_the_number_is_told() -> None:
    many = entries_of(guarded(*[came(number) for number in range(MOST_LISTED + 7, 0, -1)]))

    assert listed(many).splitlines()[0].startswith(f"- {1:040x}")
    assert listed(many).splitlines()[-1] == "- and 7 more"


def test_an_issue_without_room_or_without_its_list_is_left_as_it_is(hosted: Hosted, job: str) -> None:
    entries = entries_of(guarded(came(1)))
    assert with_more("a text of somebody's own", entries) is None
    assert with_more(f"{MARKER}\n{'x' * 70_000}\n{END}\n", entries) is None
    tell(hosted, job, came(1))
    (issue,) = hosted.host.issues.held
    issue.body = f"{MARKER}\nedited down"
    tell(hosted, job, came(2, by=None))

    assert issue.body == f"{MARKER}\nedited down"
    assert f"- {2:040x} `Change`\n" in issue.comments[0].body


def test_spans() -> None:
    assert span("a `b` c") == "``a `b` c``"
    assert span("`") == "`` ` ``"
    assert span("  ") == "` `"
