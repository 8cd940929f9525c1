"""The issues of the repository on the stand-in host; its pull requests stand among them, as on GitHub."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.bodies import choice, text
from tagship.rehearsal.host.call import Call, Route, answered, listed
from tagship.rehearsal.host.pulls import Pulls
from tagship.rehearsal.host.refusals import HostRefusal, found, invalid_request, validation_failed
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Response

DISABLED = "Issues has been disabled in this repository."
REASONS = ("completed", "not_planned", "duplicate", "reopened")


@dataclass(frozen=True, slots=True)
class StoredComment:
    """A comment below an issue."""

    id: int
    author: str
    body: str
    at: datetime


@dataclass(slots=True)
class StoredIssue:
    """One issue; `state` is open or closed."""

    number: int
    title: str
    body: str | None
    author: str
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    labels: Sequence[str] = ()
    comments: list[StoredComment] = field(default_factory=list)


@dataclass(slots=True)
class Issues:
    """The issues, oldest first; `labels` are those that the repository knows."""

    repository: Repository
    pulls: Pulls
    held: list[StoredIssue] = field(default_factory=list)
    labels: list[str] = field(default_factory=lambda: ["bug", "documentation", "enhancement"])
    _comments: int = 0

    def next_number(self) -> int:
        """The number of what is opened next, be it an issue or a pull request."""
        taken = [*(each.number for each in self.held), *(each.number for each in self.pulls.held)]
        return 1 + max(taken, default=0)

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them."""
        comments = "issues/{number}/comments"
        return (
            Route("GET", "issues", "issues:read", self._list),
            Route("POST", "issues", "issues:write", self._create),
            Route("GET", "issues/{number}", "issues:read", self._read),
            Route("PATCH", "issues/{number}", "issues:write", self._change),
            Route("GET", comments, "issues:read", self._list_comments),
            Route("POST", comments, "issues:write", self._comment),
            Route("GET", "labels", "issues:read", self._list_labels),
            Route("POST", "labels", "issues:write", self._add_label),
            Route("GET", "labels/{name}", "issues:read", self._read_label),
        )

    def _check_there(self) -> None:
        if not self.repository.has_issues:
            raise HostRefusal(HTTPStatus.GONE, DISABLED)

    def _list(self, call: Call) -> Response:
        """Newest first, by state, labels and creator."""
        state, creator = call.asked("state", "open"), call.asked("creator")
        labels = {label for label in call.asked("labels").split(",") if label}
        issues = [
            (each.number, self._shown(each))
            for each in (self.held if self.repository.has_issues else ())
            if state in {"all", each.state} and (not creator or each.author == creator) and labels <= set(each.labels)
        ]
        pulls = [
            (each.number, self.pulls.as_issue(each))
            for each in self.pulls.held
            if state in {"all", each.state} and (not creator or each.author == creator) and not labels
        ]
        shown = [content for _, content in sorted([*issues, *pulls], key=_number, reverse=True)]
        if call.asked("direction") == "asc":
            shown.reverse()
        return listed(call, shown, root=self.repository.root)

    def _create(self, call: Call) -> Response:
        self._check_there()
        self.repository.check_open()
        body = call.wishes()
        title = text(body, "title")
        if not title:
            raise validation_failed("Issue", "title", "missing_field")
        now = self.repository.clock()
        made = StoredIssue(self.next_number(), title, text(body, "body"), call.caller.login, now, now)
        if call.caller.pushes:  # from anybody else labels are dropped without a word
            made.labels = self._labels(body)
        self.held.append(made)
        return answered(self._shown(made), HTTPStatus.CREATED)

    def _labels(self, body: Mapping[str, object]) -> Sequence[str]:
        """The labels of an issue; those that are new are made."""
        wanted = body.get("labels") or []
        if not isinstance(wanted, list):
            raise invalid_request("labels")
        names = [str(each["name"] if isinstance(each, dict) else each) for each in wanted]
        self.labels += [name for name in names if name not in self.labels]
        return names

    def _read(self, call: Call) -> Response:
        number = call.names["number"]
        pull = next((each for each in self.pulls.held if str(each.number) == number), None)
        if pull is not None:
            return answered(self.pulls.as_issue(pull))
        self._check_there()
        return answered(self._shown(self._named(call)))

    def _change(self, call: Call) -> Response:
        self._check_there()
        self.repository.check_open()
        issue, body = self._named(call), call.wishes()
        if not call.caller.pushes and issue.author != call.caller.login:
            raise HostRefusal(HTTPStatus.FORBIDDEN, "Must have admin rights to Repository.")
        state = choice(body, "state", ("open", "closed"))
        reason = choice(body, "state_reason", REASONS)
        issue.title = text(body, "title") or issue.title
        issue.body = text(body, "body") if "body" in body else issue.body
        if "labels" in body and call.caller.pushes:
            issue.labels = self._labels(body)
        if state is not None and state != issue.state:
            issue.state = state
            issue.closed_at = self.repository.clock() if state == "closed" else None
            issue.state_reason = reason or ("completed" if state == "closed" else "reopened")
        issue.updated_at = self.repository.clock()
        return answered(self._shown(issue))

    def _list_comments(self, call: Call) -> Response:
        issue = self._named(call)
        return listed(call, [self._told(issue, each) for each in issue.comments], root=self.repository.root)

    def _comment(self, call: Call) -> Response:
        self._check_there()
        self.repository.check_open()
        issue, body = self._named(call), text(call.wishes(), "body")
        if not body:
            raise validation_failed("IssueComment", "body", "missing_field")
        self._comments += 1
        made = StoredComment(self._comments, call.caller.login, body, self.repository.clock())
        issue.comments.append(made)
        issue.updated_at = made.at
        told = self._told(issue, made)
        return answered(told, HTTPStatus.CREATED, {"Location": str(told["url"])})

    def _list_labels(self, call: Call) -> Response:
        return listed(call, [self._label(name) for name in self.labels], root=self.repository.root)

    def _add_label(self, call: Call) -> Response:
        self.repository.check_open()
        name = text(call.wishes(), "name")
        if not name:
            raise validation_failed("Label", "name", "missing_field")
        if name in self.labels:
            raise validation_failed("Label", "name", "already_exists")
        self.labels.append(name)
        return answered(self._label(name), HTTPStatus.CREATED)

    def _read_label(self, call: Call) -> Response:
        return answered(self._label(found(next((each for each in self.labels if each == call.names["name"]), None))))

    def _named(self, call: Call) -> StoredIssue:
        return found(next((each for each in self.held if str(each.number) == call.names["number"]), None))

    def _label(self, name: str) -> Mapping[str, object]:
        return shapes.label(self.repository.place, self.labels.index(name) + 1, name)

    def _user(self, login: str) -> Mapping[str, object]:
        return shapes.user(self.repository.place, self.repository.people.of(login))

    def _shown(self, issue: StoredIssue) -> Mapping[str, object]:
        return shapes.issue(
            self.repository.place,
            issue.number,
            body=issue.body,
            closed_at=None if issue.closed_at is None else shapes.told(issue.closed_at),
            comments=len(issue.comments),
            created_at=shapes.told(issue.created_at),
            labels=[self._label(name) for name in issue.labels],
            state=issue.state,
            state_reason=issue.state_reason,
            title=issue.title,
            updated_at=shapes.told(issue.updated_at),
            user=self._user(issue.author),
        )

    def _told(self, issue: StoredIssue, comment: StoredComment) -> dict[str, object]:
        at = shapes.told(comment.at)
        return shapes.comment(
            self.repository.place,
            issue.number,
            comment.id,
            body=comment.body,
            created_at=at,
            updated_at=at,
            user=self._user(comment.author),
        )


def _number(entry: tuple[int, object]) -> int:
    return entry[0]
