"""The stand-in for GitLab."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus

from tagship.rehearsal.other_hosts.merging import Merging
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
from tagship.rehearsal.other_hosts.variables import Variables
from tagship.rehearsal.wire import Request, Response

LEVELS = {0: "No one", 30: "Developers + Maintainers", 40: "Maintainers", 60: "Instance admins"}
_OF_BRANCHES = frozenset({"name", "push_access_level", "merge_access_level", "allow_force_push"})
_WAYS = frozenset({"merge", "rebase_merge", "ff"})
_SETTINGS = frozenset(
    {
        *("only_allow_merge_if_pipeline_succeeds", "only_allow_merge_if_all_discussions_are_resolved"),
        *("merge_method", "ci_push_repository_for_job_token_allowed"),
    }
)


class StandInGitLab(RestHost):
    """GitLab with one project; `path` is the whole path of it.

    To set up and to look at: `project`, `protected_branches`, `protected_tags`, `variables`, `merging`, `statuses` (by
    commit), `releases` (by tag), `packages` (by path), `files` (by commit and path).
    """

    root = "/api/v4"

    def __init__(self, path: str = "group/project", *, private: bool = False, group: bool = True) -> None:
        super().__init__(path, private=private)
        self.project: Table = {
            "id": 7,
            "path_with_namespace": path,
            "default_branch": "main",
            "visibility": "private" if private else "public",
            "archived": False,
            "namespace": {"id": 3, "kind": "group" if group else "user", "full_path": path.rpartition("/")[0]},
            "merge_method": "merge",
            "only_allow_merge_if_pipeline_succeeds": False,
            "only_allow_merge_if_all_discussions_are_resolved": False,
            "builds_access_level": "enabled",
            "ci_push_repository_for_job_token_allowed": False,
        }
        self.protected_branches: dict[str, Table] = {}
        self.protected_tags: dict[str, Table] = {}
        self.variables = Variables()
        self.merging = Merging(self.paged, lambda: f"{self.url}/{path}")
        self.statuses: dict[str, list[Table]] = {}
        self.releases: dict[str, Table] = {}
        self.packages: dict[str, bytes] = {}
        self.files: dict[tuple[str, str], bytes] = {}

    def protect(self, name: str, *, push: int = ADMIN, merge: int = ADMIN, force: bool = False) -> None:
        """Protect branches by a name or pattern, as somebody did by hand."""
        self.protected_branches[name] = {
            "id": len(self.protected_branches) + 1,
            "name": name,
            "push_access_levels": [_level(push)],
            "merge_access_levels": [_level(merge)],
            "allow_force_push": force,
        }

    def report(self, commit: str, name: str, status: str, *, pipeline: int = 1, allowed: bool = False) -> None:
        """Let a job of a pipeline end on a commit."""
        told = {"id": 1, "sha": commit, "ref": "main", "name": name, "status": status, "pipeline_id": pipeline}
        page = f"{self.url}/{self.path}/-/jobs/1"
        self.statuses.setdefault(commit, []).append({**told, "target_url": page, "allow_failure": allowed})

    def routes(self) -> Sequence[Route]:
        """What leads where."""
        one_branch, one_tag, release = "protected_branches/{name}", "protected_tags/{name}", "releases/{tag}"
        return (
            Route("GET", "", 0, self._project_shown),
            Route("PUT", "", ADMIN, self._project_changed, writes=True),
            Route("GET", "protected_branches", ADMIN, lambda _: answered(list(self.protected_branches.values()))),
            Route("POST", "protected_branches", ADMIN, self._protect_branch, writes=True),
            Route("GET", one_branch, ADMIN, lambda call: answered(_there(self.protected_branches, call))),
            Route("DELETE", one_branch, ADMIN, lambda call: _taken(self.protected_branches, call), writes=True),
            Route("GET", "protected_tags", ADMIN, lambda _: answered(list(self.protected_tags.values()))),
            Route("POST", "protected_tags", ADMIN, self._protect_tag, writes=True),
            Route("GET", one_tag, ADMIN, lambda call: answered(_there(self.protected_tags, call))),
            Route("DELETE", one_tag, ADMIN, lambda call: _taken(self.protected_tags, call), writes=True),
            *self.variables.routes(),
            *self.merging.routes(),
            Route("GET", "repository/commits/{sha}/statuses", 0, self._statuses),
            Route("GET", "repository/files/{path}/raw", 0, self._file),
            Route("GET", release, 0, self._release, for_jobs=True),
            Route("POST", "releases", WRITER, self._publish, writes=True, for_jobs=True),
            Route("PUT", "packages/generic/{name}/{version}/{file}", WRITER, self._upload, writes=True, for_jobs=True),
        )

    def below(self, parts: Sequence[str]) -> Sequence[str] | None:
        """What stands behind the project's path, which is one part, or its number."""
        match parts:
            case ["projects", project, *rest] if project in {self.path, str(self.project["id"])}:
                return rest
            case _:
                return None

    def told(self, request: Request) -> str | None:
        """The token in either of two headers."""
        return request.header("PRIVATE-TOKEN") or request.header("JOB-TOKEN") or None

    def unknown_token(self) -> Refusal:
        """As GitLab has it."""
        return Refusal(HTTPStatus.UNAUTHORIZED, {"message": "401 Unauthorized"})

    def forbidden(self, route: Route, holder: Holder) -> Refusal:
        """Too little of a scope, or too little of a role."""
        if holder.level >= route.level:
            told = "The request requires higher privileges than provided by the access token."
            content = {"error": "insufficient_scope", "error_description": told, "scope": "api"}
            return Refusal(HTTPStatus.FORBIDDEN, content)
        if holder.level < READER and self.private:
            return self.not_found()
        return Refusal(HTTPStatus.FORBIDDEN, {"message": "403 Forbidden"})

    def not_found(self) -> Refusal:
        """As GitLab has it."""
        return Refusal(HTTPStatus.NOT_FOUND, {"message": "404 Project Not Found"})

    def _project_shown(self, call: Call) -> Response:
        shown = self._project_of(call.holder)
        if call.holder.level:
            access = {"access_level": call.holder.level, "notification_level": 3}
            shown["permissions"] = {"project_access": access, "group_access": None}
        return answered(shown)

    def _project_of(self, holder: Holder) -> Table:
        shown = {**self.project, "web_url": f"{self.url}/{self.path}"}
        if holder.level < ADMIN:
            del shown["ci_push_repository_for_job_token_allowed"]
        return shown

    def _project_changed(self, call: Call) -> Response:
        body = call.table()
        if not body or set(body) - _SETTINGS:
            raise Refusal(HTTPStatus.BAD_REQUEST, {"error": "at least one of the known parameters must be provided"})
        if body.get("merge_method", "merge") not in _WAYS:
            raise Refusal(HTTPStatus.BAD_REQUEST, {"error": "merge_method does not have a valid value"})
        self.project |= body
        return answered(self._project_of(call.holder))

    def _protect_branch(self, call: Call) -> Response:
        body = call.table()
        name = _new_name(body, self.protected_branches, "Protected branch", _OF_BRANCHES)
        push, merge = (_known_level(body, f"{kind}_access_level") for kind in ("push", "merge"))
        self.protect(name, push=push, merge=merge, force=body.get("allow_force_push") is True)
        return answered(self.protected_branches[name], HTTPStatus.CREATED)

    def _protect_tag(self, call: Call) -> Response:
        body = call.table()
        name = _new_name(body, self.protected_tags, "Protected tag", frozenset({"name", "create_access_level"}))
        levels = [_level(_known_level(body, "create_access_level"))]
        self.protected_tags[name] = {"name": name, "create_access_levels": levels}
        return answered(self.protected_tags[name], HTTPStatus.CREATED)

    def _statuses(self, call: Call) -> Response:
        return self.paged(call, self.statuses.get(call.names["sha"], []))

    def _file(self, call: Call) -> Response:
        content = self.files.get((call.asked("ref"), call.names["path"]))
        if content is None:
            raise Refusal(HTTPStatus.NOT_FOUND, {"message": "404 File Not Found"})
        return Response(HTTPStatus.OK, content, {"Content-Type": "text/plain"})

    def _release(self, call: Call) -> Response:
        found = self.releases.get(call.names["tag"])
        if found is None:
            raise Refusal(HTTPStatus.NOT_FOUND, {"message": "404 Not Found"})
        return answered(found)

    def _publish(self, call: Call) -> Response:
        body = call.table()
        tag = str(body.get("tag_name"))
        if tag in self.releases:
            raise Refusal(HTTPStatus.CONFLICT, {"message": "Release already exists"})
        assets = body.get("assets")
        self.releases[tag] = {
            "tag_name": tag,
            "name": body.get("name"),
            "description": body.get("description"),
            "released_at": datetime.now(UTC).isoformat(),
            "assets": {"count": 0, **(assets if isinstance(assets, dict) else {"links": []})},
            "_links": {"self": f"{self.url}/{self.path}/-/releases/{tag}"},
        }
        return answered(self.releases[tag], HTTPStatus.CREATED)

    def _upload(self, call: Call) -> Response:
        self.packages["/".join(call.names[name] for name in ("name", "version", "file"))] = call.content
        return answered({"message": "201 Created"}, HTTPStatus.CREATED)


def _level(level: int) -> Table:
    return {
        "id": 1,
        "access_level": level,
        "access_level_description": LEVELS[level],
        "user_id": None,
        "group_id": None,
    }


def _new_name(body: Table, held: dict[str, Table], what: str, known: frozenset[str]) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not name:
        raise Refusal(HTTPStatus.BAD_REQUEST, {"error": "name is missing"})
    if set(body) - known:
        raise Refusal(HTTPStatus.BAD_REQUEST, {"error": f"{min(set(body) - known)} is invalid"})
    if name in held:
        raise Refusal(HTTPStatus.CONFLICT, {"message": f"{what} '{name}' already exists"})
    return name


def _known_level(body: Table, name: str) -> int:
    level = body.get(name, ADMIN)
    if not isinstance(level, int) or level not in LEVELS:
        raise Refusal(HTTPStatus.BAD_REQUEST, {"error": f"{name} does not have a valid value"})
    return level


def _there(held: dict[str, Table], call: Call) -> Table:
    found = held.get(call.names["name"])
    if found is None:
        raise Refusal(HTTPStatus.NOT_FOUND, {"message": "404 Not found"})
    return found


def _taken(held: dict[str, Table], call: Call) -> Response:
    _there(held, call)
    del held[call.names["name"]]
    return done()
