"""Everything outside of a run: the public index, the host and its git server, behind the locked door."""

import os
import subprocess
from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from running.admission import API
from running.events import WEB, ZERO, Environment, Repository
from running.expressions import Evaluator
from running.jobs import Runner
from running.machine import Machine
from running.results import JobResult, RunResult
from tagship.domain.endpoints import PYPI
from tagship.rehearsal.door import LockedDoor
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.actions import StoredJob, StoredRun
from tagship.rehearsal.host.environments import StoredEnvironment
from tagship.rehearsal.identity import StandInIdentity
from tagship.rehearsal.index import StandInIndex
from tagship.rehearsal.wire import Request, Response

SECONDS = 60
# What a job needs so that it finds nothing but what is here.
QUIET = {
    "NO_COLOR": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "UV_NO_CONFIG": "1",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
}


class World:
    """The public addresses as the jobs of one repository see them, inside a with block.

    `index`, `host` and `door` may be looked at and changed; `permissions` holds what each token that a job got may do.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.host = StandInHost(
            repository.slug, branch=repository.branch, git=repository.remote, private=repository.private
        )
        self.permissions: dict[str, Mapping[str, str]] = {}
        self.key = StandInIdentity({}).key
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.index = stack.enter_context(
                StandInIndex(base_url=PYPI.site, files_url=PYPI.files, location=PYPI.hosts[0], identity_key=self.key)
            )
            stack.enter_context(self.host)
            behind: dict[str, Callable[[Request], Response]] = {
                **dict.fromkeys(PYPI.hosts, self.index.server.respond),
                "github.com": self._serve_git,
                "api.github.com": self._ask_host,
                "uploads.github.com": self._take_upload,
            }
            self.door = stack.enter_context(LockedDoor(behind))
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def runner(self, evaluator: Evaluator, directory: Path, machine: Machine, **environment: str) -> Runner:
        """Somebody who runs the repository's workflows in this world; `environment` is what jobs get beside."""
        return Runner(
            self.repository, evaluator, directory, machine, {**QUIET, **self.door.environment, **environment},
            identity_key=self.key, issue_token=self.issue_token, watch=self.watch,
        )  # fmt: skip

    def watch(self, run: RunResult) -> None:
        """Let the host know how far a run has come: its jobs, and the checks that they are of its commit."""
        name = run.path.rpartition("/")[2].partition(".")[0]
        self.host.actions.numbered[run.number] = StoredRun(
            run.event.ref_name, run.event.sha, run.path, name, run.event.name
        )
        self.host.actions.jobs[run.number, run.attempt] = [
            StoredJob(job.name, run.event.sha, _conclusion(job), _time(job.began or job.ended), _time(job.ended))
            for job in run.jobs
        ]
        checks = self.host.check_runs.setdefault(run.event.sha, {})
        for job in run.jobs:
            checks[job.name] = _conclusion(job)
            self.host.checks.begun_by[run.event.sha, job.name] = run.number

    def take_settings(self) -> None:
        """Let the repository have the environments and secrets that now stand at the host, as somebody has set them."""
        secrets: dict[str | None, dict[str, str]] = {}
        for (where, name), secret in self.host.secrets.held.items():
            secrets.setdefault(where, {})[name] = secret.value.decode()
        self.repository.secrets = secrets.get(None, {})
        self.repository.environments = {
            name: replace(_as_set(stored, self.repository.branch), secrets=secrets.get(name, {}))
            for name, stored in self.host.environments.held.items()
        }

    def issue_token(self, permissions: Mapping[str, str]) -> str:
        """A token of the host with exactly these permissions."""
        token = self.host.issue_token(permissions, kind="actions")
        self.permissions[token] = permissions
        return token

    def _ask_host(self, request: Request) -> Response:
        """The host's answer, in which every address is the public one of what it leads to."""
        response = self.host.server.respond(request)
        here = self.host.api_url.encode()
        public = {
            here + f"/{self.repository.slug}".encode(): f"{WEB}/{self.repository.slug}".encode(),
            here + b"/uploads/": b"https://uploads.github.com/",
            here: API.encode(),
        }
        body, headers = response.body, dict(response.headers)
        if isinstance(body, bytes):
            for private, address in public.items():
                body = body.replace(private, address)
        if "Link" in headers:
            headers["Link"] = headers["Link"].replace(self.host.api_url, API)
        return replace(response, body=body, headers=headers)

    def _take_upload(self, request: Request) -> Response:
        return self._ask_host(replace(request, target=f"/uploads{request.target}"))

    def _serve_git(self, request: Request) -> Response:
        """git's own server over HTTP, for whoever may read or write the contents."""
        prefix = f"/{self.repository.slug}"
        path, _, query = request.target.partition("?")
        service = path.removeprefix(prefix).removeprefix(".git")
        if not path.startswith(prefix) or service not in {"/info/refs", "/git-upload-pack", "/git-receive-pack"}:
            return Response(HTTPStatus.NOT_FOUND)
        writes = "git-receive-pack" in request.target
        if not self._may(request.header("Authorization"), writes=writes):
            return Response(HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": 'Basic realm="GitHub"'})
        environment = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(self.repository.remote), "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_PROTOCOL": request.header("Git-Protocol"),
            "REQUEST_METHOD": request.method, "PATH_INFO": service, "QUERY_STRING": query,
            "CONTENT_TYPE": request.header("Content-Type"), "HTTP_CONTENT_ENCODING": request.header("Content-Encoding"),
            "REMOTE_USER": "job" if writes else "",
        }  # fmt: skip
        body = b"".join(request.body)
        environment["CONTENT_LENGTH"] = str(len(body))
        before = self.references() if writes else {}
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=environment, capture_output=True, check=True, timeout=SECONDS
        )
        after = self.references() if writes else {}
        for ref in {ref for ref, _ in before.items() ^ after.items()}:
            self.host.received(ref, before.get(ref, ZERO), after.get(ref, ZERO), actor="github-actions[bot]")
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(headers.pop("Status", "200").split(" ")[0])
        return Response(status, content, headers)

    def references(self) -> dict[str, str]:
        """What each reference of the repository points at."""
        listed = self.repository.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return dict(line.split(" ", 1) for line in listed)

    def _may(self, authorization: str, *, writes: bool) -> bool:
        _, _, packed = authorization.partition(" ")
        token = b64decode(packed).decode().partition(":")[2] if packed else ""
        level = self.permissions.get(token, {}).get("contents")
        return level == "write" if writes else level is not None or not self.repository.private


def _conclusion(job: JobResult) -> str | None:
    """How a job ended, None while it runs; one that never began has ended as well."""
    return None if job.began is not None and job.ended is None else job.conclusion


def _time(moment: datetime | None) -> str:
    return "" if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_set(stored: StoredEnvironment, main: str) -> Environment:
    """Who gets into an environment as it is set at the host."""
    if stored.protected_branches is None:
        return Environment(reviewed=bool(stored.reviewers))
    patterns = {kind: [one.name for one in stored.policies if one.kind == kind] for kind in ("branch", "tag")}
    branches = [main] if stored.protected_branches else patterns["branch"]
    return Environment(branches=branches, tags=patterns["tag"], reviewed=bool(stored.reviewers))
