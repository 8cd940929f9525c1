"""The stand-in for Forgejo."""

import re
from collections.abc import Sequence
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus

from tagship.rehearsal.other_hosts.rest import (
    ADMIN,
    READER,
    WRITER,
    Call,
    Holder,
    Refusal,
    RestHost,
    Route,
    Table,
    answered,
    done,
)
from tagship.rehearsal.wire import Request, Response

_OF_BRANCHES = frozenset(
    {
        *("rule_name", "enable_push", "apply_to_admins", "enable_status_check", "status_check_contexts"),
        *("required_approvals", "block_on_outdated_branch", "enable_push_whitelist", "push_whitelist_usernames"),
    }
)
_OF_TAGS = frozenset({"name_pattern", "whitelist_usernames", "whitelist_teams"})
_SECRET_NAME = re.compile(r"(?!GITHUB_|GITEA_|FORGEJO_)[A-Za-z_][A-Za-z0-9_]*")


class StandInForgejo(RestHost):
    """Forgejo with one repository, `owner/name`.

    To set up and to look at: `repository`, `branch_protections` (by name), `tag_protections`, `secrets` (by name),
    `statuses` (by commit, newest first), `pulls`, `releases`, `assets` (by release and name), `files`.
    """

    root = "/api/v1"
    largest_page = 50
    page_size = "limit"

    def __init__(self, path: str = "owner/project", *, private: bool = False) -> None:
        super().__init__(path, private=private)
        self.repository: Table = {
            "id": 5,
            "full_name": path,
            "default_branch": "main",
            "private": private,
            "archived": False,
            "has_actions": True,
        }
        self.branch_protections: dict[str, Table] = {}
        self.tag_protections: list[Table] = []
        self.secrets: dict[str, str] = {}
        self.statuses: dict[str, list[Table]] = {}
        self.pulls: list[Table] = []
        self.releases: list[Table] = []
        self.assets: dict[tuple[int, str], bytes] = {}
        self.files: dict[tuple[str, str], bytes] = {}

    def report(self, commit: str, context: str, status: str, *, run: int = 1) -> None:
        """Let a job of a run end on a commit."""
        told = self.statuses.setdefault(commit, [])
        page = f"/{self.path}/actions/runs/{run}/jobs/0"
        told.insert(0, {"id": len(told) + 1, "context": context, "status": status, "target_url": page})

    def open_pull(self, branch: str, sha: str, *, base: str = "main") -> Table:
        """Propose a branch; to merge it, set `state`, `merged` and `merge_commit_sha`."""
        number, owner = len(self.pulls) + 1, self.path.partition("/")[0]
        made: Table = {
            "id": 100 + number,
            "number": number,
            "state": "open",
            "html_url": f"{self.url}/{self.path}/pulls/{number}",
            "user": {"login": owner},
            "head": {"ref": branch, "sha": sha, "label": branch, "repo": {"owner": {"login": owner}}},
            "base": {"ref": base, "sha": "0" * 40, "label": base},
            "merged": False,
            "merge_commit_sha": None,
        }
        self.pulls.append(made)
        return made

    def routes(self) -> Sequence[Route]:
        """What leads where."""
        protection, release = "branch_protections/{name}", "releases/{id}"
        return (
            Route("GET", "user", READER, lambda call: answered({"id": 1, "login": call.holder.login}), beside=True),
            Route("GET", "", 0, self._shown),
            Route("GET", "branch_protections", ADMIN, lambda _: answered(list(self.branch_protections.values()))),
            Route("POST", "branch_protections", ADMIN, self._protect, writes=True),
            Route("GET", protection, ADMIN, lambda call: answered(self._protection(call))),
            Route("PATCH", protection, ADMIN, self._change_protection, writes=True),
            Route("DELETE", protection, ADMIN, self._unprotect, writes=True),
            Route("GET", "tag_protections", ADMIN, lambda _: answered(self.tag_protections)),
            Route("POST", "tag_protections", ADMIN, self._protect_tags, writes=True),
            Route("GET", "tag_protections/{id}", ADMIN, lambda call: answered(self._numbered(call, "tag_protections"))),
            Route("DELETE", "tag_protections/{id}", ADMIN, self._unprotect_tags, writes=True),
            Route("GET", "actions/secrets", ADMIN, self._secrets),
            Route("PUT", "actions/secrets/{name}", ADMIN, self._store, writes=True),
            Route(
                "GET",
                "commits/{sha}/statuses",
                0,
                lambda call: self.paged(call, self.statuses.get(call.names["sha"], [])),
            ),
            Route("GET", "commits/{sha}/pull", 0, self._pull_of),
            Route("GET", "pulls", 0, self._pulls),
            Route("GET", "raw/{path+}", 0, self._raw),
            Route("GET", "releases", 0, self._releases),
            Route("POST", "releases", WRITER, self._draft, writes=True),
            Route("GET", release, 0, lambda call: answered(self._numbered(call, "releases"))),
            Route("PATCH", release, WRITER, self._publish, writes=True),
            Route("POST", f"{release}/assets", WRITER, self._attach, writes=True),
        )

    def below(self, parts: Sequence[str]) -> Sequence[str] | None:
        """What stands behind owner and name."""
        match parts:
            case ["repos", owner, name, *rest] if f"{owner}/{name}".lower() == self.path.lower():
                return rest
            case _:
                return None

    def told(self, request: Request) -> str | None:
        """The token in the one header."""
        scheme, _, token = request.header("Authorization").partition(" ")
        return token if scheme.lower() == "token" else None

    def unknown_token(self) -> Refusal:
        """As Forgejo has it."""
        return _refusal(HTTPStatus.UNAUTHORIZED, "user does not exist [uid: 0, name: ]")

    def forbidden(self, route: Route, holder: Holder) -> Refusal:
        """Too little of a scope, or too little of a role."""
        if holder.level >= route.level:
            needed = "token does not have at least one of required scope(s): [write:repository]"
            return _refusal(HTTPStatus.FORBIDDEN, needed)
        return _refusal(
            HTTPStatus.FORBIDDEN, "user should be an owner or a collaborator with admin write of a repository"
        )

    def not_found(self) -> Refusal:
        """As Forgejo has it."""
        return _refusal(HTTPStatus.NOT_FOUND, "The target couldn't be found.")

    def _shown(self, call: Call) -> Response:
        level = call.holder.level
        rights = {"admin": level >= ADMIN, "push": level >= WRITER, "pull": True}
        return answered({**self.repository, "html_url": f"{self.url}/{self.path}", "permissions": rights})

    # Protection

    def _protect(self, call: Call) -> Response:
        body = _known(call.table(), _OF_BRANCHES)
        name = body.get("rule_name")
        if not isinstance(name, str) or not name:
            raise _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "rule_name is required")
        if name in self.branch_protections:
            raise _refusal(HTTPStatus.FORBIDDEN, "Branch protection already exist")
        usual = {"enable_push": False, "apply_to_admins": False, "enable_status_check": False, "required_approvals": 0}
        lists: Table = {"status_check_contexts": [], "push_whitelist_usernames": [], "push_whitelist_teams": []}
        self.branch_protections[name] = {**usual, **lists, "block_on_outdated_branch": False, **body}
        return answered(self.branch_protections[name], HTTPStatus.CREATED)

    def _protection(self, call: Call) -> Table:
        found = self.branch_protections.get(call.names["name"])
        if found is None:
            raise self.not_found()
        return found

    def _change_protection(self, call: Call) -> Response:
        found = self._protection(call)
        found.update(_known(call.table(), _OF_BRANCHES))
        return answered(found)

    def _unprotect(self, call: Call) -> Response:
        self._protection(call)
        del self.branch_protections[call.names["name"]]
        return done()

    def _protect_tags(self, call: Call) -> Response:
        body = _known(call.table(), _OF_TAGS)
        if not body.get("name_pattern"):
            raise _refusal(HTTPStatus.BAD_REQUEST, "name_pattern are empty")
        number = 1 + max((int(str(each["id"])) for each in self.tag_protections), default=0)
        made: Table = {"id": number, "whitelist_usernames": [], "whitelist_teams": [], **body}
        self.tag_protections.append(made)
        return answered(made, HTTPStatus.CREATED)

    def _unprotect_tags(self, call: Call) -> Response:
        self.tag_protections.remove(self._numbered(call, "tag_protections"))
        return done()

    def _numbered(self, call: Call, where: str) -> Table:
        held = self.tag_protections if where == "tag_protections" else self.releases
        found = next((each for each in held if str(each["id"]) == call.names["id"]), None)
        if found is None or (found.get("draft") is True and call.holder.level < WRITER):
            raise self.not_found()
        return found

    # Secrets

    def _secrets(self, call: Call) -> Response:
        return self.paged(call, [{"name": name, "created_at": "2026-11-01T00:00:00Z"} for name in self.secrets])

    def _store(self, call: Call) -> Response:
        name, data = call.names["name"], call.table().get("data")
        if not _SECRET_NAME.fullmatch(name) or not isinstance(data, str) or not data:
            raise _refusal(HTTPStatus.BAD_REQUEST, "invalid secret name or data")
        status = HTTPStatus.NO_CONTENT if name.upper() in self.secrets else HTTPStatus.CREATED
        self.secrets[name.upper()] = data
        return Response(status)

    # Commits, pull requests, files

    def _pulls(self, call: Call) -> Response:
        state = call.asked("state", "open")
        return self.paged(call, [each for each in reversed(self.pulls) if state in {"all", each["state"]}])

    def _pull_of(self, call: Call) -> Response:
        sha = call.names["sha"]
        found = next((each for each in self.pulls if each["merged"] and each["merge_commit_sha"] == sha), None)
        if found is None:
            raise self.not_found()
        return answered(found)

    def _raw(self, call: Call) -> Response:
        content = self.files.get((call.asked("ref"), call.names["path"]))
        if content is None:
            raise self.not_found()
        return Response(HTTPStatus.OK, content, {"Content-Type": "text/plain"})

    # Releases

    def _releases(self, call: Call) -> Response:
        sees = call.holder.level >= WRITER
        return self.paged(call, [each for each in reversed(self.releases) if sees or each["draft"] is False])

    def _draft(self, call: Call) -> Response:
        body, number = call.table(), len(self.releases) + 1
        tag = str(body.get("tag_name"))
        if any(each["tag_name"] == tag and not each["draft"] for each in self.releases):
            raise _refusal(HTTPStatus.CONFLICT, "Release is has no Tag")
        page = f"{self.url}/{self.path}/releases/tag/{tag}"
        self.releases.append({**body, "id": number, "html_url": page, "draft": body.get("draft") is True, "assets": []})
        return answered(self.releases[-1], HTTPStatus.CREATED)

    def _publish(self, call: Call) -> Response:
        found = self._numbered(call, "releases")
        found.update(call.table())
        return answered(found)

    def _attach(self, call: Call) -> Response:
        found = self._numbered(call, "releases")
        name, content = call.asked("name"), _attachment(call)
        assets = found["assets"]
        if isinstance(assets, list):
            assets.append({"id": len(assets) + 1, "name": name, "size": len(content)})
        self.assets[int(str(found["id"])), name] = content
        return answered({"id": 1, "name": name, "size": len(content)}, HTTPStatus.CREATED)


def _attachment(call: Call) -> bytes:
    """The one file of a form; raises Refusal where there is none."""
    head = f"Content-Type: {call.request.header('Content-Type')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + call.content)
    for each in message.iter_parts() if message.is_multipart() else ():
        content = each.get_payload(decode=True)
        if each.get_param("name", header="content-disposition") == "attachment" and isinstance(content, bytes):
            return content
    raise _refusal(HTTPStatus.BAD_REQUEST, "no file in the form field attachment")


def _known(body: Table, names: frozenset[str]) -> Table:
    strange = sorted(set(body) - names)
    if strange:
        raise _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"{', '.join(strange)} is not known")
    return body


def _refusal(status: HTTPStatus, message: str) -> Refusal:
    return Refusal(status, {"message": message, "url": "/api/swagger"})
