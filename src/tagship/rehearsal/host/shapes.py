"""How the stand-in host writes things down: all members that GitHub promises, those that nobody reads included.

Where a member is of no use here it holds what GitHub would say of something new and empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from tagship.rehearsal.host.people import ACTIONS_APP, Person

BEGINNING = "2026-01-05T12:00:00Z"
"""When everything was made of which nobody recorded it."""

_USER_LINKS = (
    *("avatar", "events", "followers", "following", "gists", "organizations", "received_events", "repos", "starred"),
    "subscriptions",
)
_REPOSITORY_LINKS = (
    *("archive", "assignees", "blobs", "branches", "clone", "collaborators", "comments", "commits", "compare"),
    *("contents", "contributors", "deployments", "downloads", "events", "forks", "git_commits", "git_refs", "git_tags"),
    *("git", "hooks", "issue_comment", "issue_events", "issues", "keys", "labels", "languages", "merges", "milestones"),
    *("notifications", "pulls", "releases", "ssh", "stargazers", "statuses", "subscribers", "subscription", "svn"),
    *("tags", "teams", "trees"),
)
_REPOSITORY: Mapping[str, object] = {
    "archived": False,
    "default_branch": "main",
    "description": None,
    "disabled": False,
    "fork": False,
    "has_discussions": False,
    "has_downloads": False,
    "has_issues": True,
    "has_pages": False,
    "has_projects": False,
    "has_wiki": False,
    "homepage": None,
    "language": "Python",
    "license": None,
    "mirror_url": None,
    "private": False,
    "topics": [],
    "visibility": "public",
    **{f"{name}_at": BEGINNING for name in ("created", "pushed", "updated")},
    **dict.fromkeys(("forks", "forks_count", "network_count", "open_issues", "open_issues_count", "size"), 0),
    **dict.fromkeys(("stargazers_count", "subscribers_count", "watchers", "watchers_count"), 0),
}
_ACCOUNT: Mapping[str, object] = {
    **dict.fromkeys(("bio", "blog", "company", "email", "hireable", "location", "name"), None),
    **dict.fromkeys(("followers", "following", "public_gists", "public_repos"), 0),
    "created_at": BEGINNING,
    "updated_at": BEGINNING,
}
_PRIVATE_ACCOUNT: Mapping[str, object] = {
    **dict.fromkeys(("collaborators", "disk_usage", "owned_private_repos", "private_gists", "total_private_repos"), 0),
    "two_factor_authentication": True,
}
_PLAN: Mapping[str, object] = {"collaborators": 0, "private_repos": 10000, "space": 976562499}
_RUN_LINKS = ("artifacts", "cancel", "check_suite", "jobs", "logs", "rerun", "workflow")
_PULL_LINKS = ("comments", "commits", "review_comment", "review_comments", "statuses")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a repository is: `root` is the host's address without a slash at the end."""

    root: str
    full_name: str

    @property
    def owner(self) -> str:
        """The account it belongs to."""
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        """Its name without the owner's."""
        return self.full_name.partition("/")[2]

    @property
    def api(self) -> str:
        """Where the interface tells about it."""
        return f"{self.root}/repos/{self.full_name}"

    @property
    def web(self) -> str:
        """Its page."""
        return f"{self.root}/{self.full_name}"


def told(moment: datetime) -> str:
    """A moment, as the host writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _node(kind: str, number: int | str) -> str:
    return f"{kind}_{number}"


def user(place: Place, person: Person) -> dict[str, object]:
    """An account, in short."""
    url = f"{place.root}/users/{quote(person.login)}"
    return {
        "gravatar_id": "",
        "html_url": f"{place.root}/{quote(person.login)}",
        "id": person.id,
        "login": person.login,
        "node_id": _node("U", person.id),
        "site_admin": False,
        "type": person.kind,
        "url": url,
        **{f"{name}_url": f"{url}/{name}" for name in _USER_LINKS},
    }


def account(place: Place, person: Person, *, plan: str | None = None) -> dict[str, object]:
    """An account's page; with its `plan`, as the account itself is told."""
    seen = {"user_view_type": "public"}
    private = {} if plan is None else {**_PRIVATE_ACCOUNT, "plan": {"name": plan, **_PLAN}, "user_view_type": "private"}
    return {**user(place, person), **_ACCOUNT, **seen, **private}


def organization(place: Place, person: Person, *, plan: str | None) -> dict[str, object]:
    """An organisation's page; its plan is told to its owners."""
    url = f"{place.root}/orgs/{quote(person.login)}"
    links = ("events", "hooks", "issues", "members", "public_members", "repos", "avatar")
    return {
        **{f"{name}_url": f"{url}/{name}" for name in links},
        **{name: _ACCOUNT[name] for name in ("created_at", "updated_at", "followers", "following")},
        "archived_at": None,
        "description": None,
        "has_organization_projects": False,
        "has_repository_projects": False,
        "html_url": f"{place.root}/{quote(person.login)}",
        "id": person.id,
        "login": person.login,
        "node_id": _node("O", person.id),
        "public_gists": 0,
        "public_repos": 1,
        "type": "Organization",
        "url": url,
        **({} if plan is None else {"plan": {"name": plan, "filled_seats": 1, "seats": 1, **_PLAN}}),
    }


def repository(place: Place, owner: Mapping[str, object], *, number: int, **members: object) -> dict[str, object]:
    """A repository; `members` replace what is usual."""
    return {
        **_REPOSITORY,
        "full_name": place.full_name,
        "html_url": place.web,
        "id": number,
        "name": place.name,
        "node_id": _node("R", number),
        "owner": owner,
        "url": place.api,
        **{f"{name}_url": f"{place.api}/{name}" for name in _REPOSITORY_LINKS},
        **members,
    }


def actions_app(place: Place, owner: Mapping[str, object], number: int = ACTIONS_APP) -> dict[str, object]:
    """An application, by its number: what runs workflows, or another one."""
    slug = "github-actions" if number == ACTIONS_APP else f"app-{number}"
    return {
        "created_at": BEGINNING,
        "description": None,
        "events": [],
        "external_url": f"{place.root}/apps/{slug}",
        "html_url": f"{place.root}/apps/{slug}",
        "id": number,
        "name": slug,
        "node_id": _node("A", number),
        "owner": owner,
        "permissions": {},
        "slug": slug,
        "updated_at": BEGINNING,
    }


def check_run(place: Place, app: Mapping[str, object], number: int, **members: object) -> dict[str, object]:
    """A check of a commit; who asks learns from `members` how it ended."""
    url = f"{place.api}/check-runs/{number}"
    running = members.get("conclusion") is None
    output = {"annotations_count": 0, "annotations_url": f"{url}/annotations"}
    return {
        "app": app,
        "check_suite": {"id": number},
        "completed_at": None if running else BEGINNING,
        "details_url": f"{place.web}/actions/runs/{number}/job/{number}",
        "external_id": "",
        "html_url": f"{place.web}/runs/{number}",
        "id": number,
        "node_id": _node("CR", number),
        "output": {**output, **dict.fromkeys(("summary", "text", "title"))},
        "pull_requests": [],
        "started_at": BEGINNING,
        "status": "in_progress" if running else "completed",
        "url": url,
        **members,
    }


def job(place: Place, number: int, run: int, attempt: int, **members: object) -> dict[str, object]:
    """A job of one attempt at a run; who asks learns from `members` how it ended."""
    running = members.get("conclusion") is None
    return {
        "check_run_url": f"{place.api}/check-runs/{number}",
        "created_at": BEGINNING,
        "head_branch": None,
        "html_url": f"{place.web}/actions/runs/{run}/job/{number}",
        "id": number,
        "labels": [],
        "node_id": _node("CR", number),
        "run_attempt": attempt,
        "run_id": run,
        "run_url": f"{place.api}/actions/runs/{run}",
        "status": "in_progress" if running else "completed",
        "url": f"{place.api}/actions/jobs/{number}",
        **dict.fromkeys(("runner_group_id", "runner_group_name", "runner_id", "runner_name", "workflow_name")),
        **members,
    }


def run(place: Place, repo: Mapping[str, object], number: int, **members: object) -> dict[str, object]:
    """A run of a workflow."""
    url = f"{place.api}/actions/runs/{number}"
    return {
        "conclusion": None,
        "created_at": BEGINNING,
        "head_commit": None,
        "head_repository": repo,
        "html_url": f"{place.web}/actions/runs/{number}",
        "id": number,
        "node_id": _node("WFR", number),
        "pull_requests": [],
        "repository": repo,
        "run_attempt": 1,
        "run_number": number,
        "run_started_at": BEGINNING,
        "status": "queued",
        "updated_at": BEGINNING,
        "url": url,
        "workflow_id": number,
        **{f"{name}_url": f"{url}/{name}" for name in _RUN_LINKS},
        **members,
    }


def workflow(place: Place, number: int, path: str, branch: str, **members: object) -> dict[str, object]:
    """A workflow."""
    return {
        "badge_url": f"{place.web}/actions/workflows/{path.rpartition('/')[2]}/badge.svg",
        "created_at": BEGINNING,
        "html_url": f"{place.web}/blob/{branch}/{path}",
        "id": number,
        "node_id": _node("W", number),
        "path": path,
        "updated_at": BEGINNING,
        "url": f"{place.api}/actions/workflows/{number}",
        **members,
    }


def pull(place: Place, number: int, tip: str, **members: object) -> dict[str, object]:
    """A pull request; `tip` is the commit at the end of its branch."""
    url = f"{place.api}/pulls/{number}"
    links = {
        "html": f"{place.web}/pull/{number}",
        "issue": f"{place.api}/issues/{number}",
        "self": url,
        **{name: f"{url}/{name}" for name in _PULL_LINKS},
        "statuses": f"{place.api}/statuses/{tip}",
    }
    usual = dict.fromkeys(("assignee", "auto_merge", "body", "closed_at", "merge_commit_sha", "merged_at", "milestone"))
    return {
        **usual,
        **{f"{name}_url": links[name] for name in (*_PULL_LINKS, "html", "issue")},
        "_links": {name: {"href": link} for name, link in links.items()},
        "author_association": "CONTRIBUTOR",
        "created_at": BEGINNING,
        "diff_url": f"{place.web}/pull/{number}.diff",
        "draft": False,
        "id": number,
        "labels": [],
        "locked": False,
        "node_id": _node("PR", number),
        "number": number,
        "patch_url": f"{place.web}/pull/{number}.patch",
        "updated_at": BEGINNING,
        "url": url,
        **members,
    }


def issue(place: Place, number: int, **members: object) -> dict[str, object]:
    """An issue, or what of a pull request is one."""
    url = f"{place.api}/issues/{number}"
    return {
        **dict.fromkeys(("active_lock_reason", "assignee", "body", "closed_at", "milestone", "state_reason")),
        **{f"{name}_url": f"{url}/{name}" for name in ("comments", "events", "labels", "timeline")},
        "assignees": [],
        "author_association": "OWNER",
        "comments": 0,
        "html_url": f"{place.web}/issues/{number}",
        "id": number,
        "labels": [],
        "locked": False,
        "node_id": _node("I", number),
        "number": number,
        "repository_url": place.api,
        "url": url,
        **members,
    }


def label(place: Place, number: int, name: str) -> dict[str, object]:
    """A label."""
    return {
        "color": "ededed",
        "default": False,
        "description": None,
        "id": number,
        "name": name,
        "node_id": _node("LA", number),
        "url": f"{place.api}/labels/{quote(name)}",
    }


def comment(place: Place, issue_number: int, number: int, **members: object) -> dict[str, object]:
    """A comment below an issue."""
    return {
        "author_association": "OWNER",
        "html_url": f"{place.web}/issues/{issue_number}#issuecomment-{number}",
        "id": number,
        "issue_url": f"{place.api}/issues/{issue_number}",
        "node_id": _node("IC", number),
        "url": f"{place.api}/issues/comments/{number}",
        **members,
    }


def commit(place: Place, sha: str, *, tree: str, parents: Sequence[str], **members: object) -> dict[str, object]:
    """A commit; `members` are those of what git itself knows of it."""
    api, git = f"{place.api}/commits", f"{place.api}/git"
    unsigned = {"verified": False, "reason": "unsigned", "payload": None, "signature": None, "verified_at": None}
    links = ({"html_url": f"{place.web}/commit/{each}", "sha": each, "url": f"{api}/{each}"} for each in parents)
    return {
        "author": None,
        "comments_url": f"{api}/{sha}/comments",
        "commit": {
            "comment_count": 0,
            "tree": {"sha": tree, "url": f"{git}/trees/{tree}"},
            "url": f"{git}/commits/{sha}",
            "verification": unsigned,
            **members,
        },
        "committer": None,
        "html_url": f"{place.web}/commit/{sha}",
        "node_id": _node("C", sha),
        "parents": list(links),
        "sha": sha,
        "url": f"{api}/{sha}",
    }


def reference(place: Place, name: str, kind: str, sha: str) -> dict[str, object]:
    """A branch or tag by its full name, and what it points at: a `commit` or a `tag`."""
    return {
        "node_id": _node("REF", name),
        "object": {"sha": sha, "type": kind, "url": f"{place.api}/git/{kind}s/{sha}"},
        "ref": name,
        "url": f"{place.api}/git/{quote(name)}",
    }


def tag_object(place: Place, sha: str, name: str, target: str, message: str = "") -> dict[str, object]:
    """An annotated tag."""
    return {
        "message": message,
        "node_id": _node("T", sha),
        "object": {"sha": target, "type": "commit", "url": f"{place.api}/git/commits/{target}"},
        "sha": sha,
        "tag": name,
        "tagger": {"date": BEGINNING, "email": "maintainer@example.org", "name": "A Maintainer"},
        "url": f"{place.api}/git/tags/{sha}",
    }


def tag_entry(place: Place, name: str, sha: str) -> dict[str, object]:
    """A tag in the list of tags."""
    return {
        "commit": {"sha": sha, "url": f"{place.api}/commits/{sha}"},
        "name": name,
        "node_id": _node("REF", name),
        "tarball_url": f"{place.api}/tarball/refs/tags/{quote(name)}",
        "zipball_url": f"{place.api}/zipball/refs/tags/{quote(name)}",
    }
