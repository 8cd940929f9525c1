"""The workflows of the stand-in code host: which there are, whether they run, and what has begun for which tag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.bodies import flag, table, text
from tagship.rehearsal.host.call import Call, Route, answered, done, listed
from tagship.rehearsal.host.objects import NOWHERE, Objects
from tagship.rehearsal.host.refusals import HostRefusal, found, not_found, not_supplied
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Response


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run that a push or a dispatch started; `ref` is the branch or tag by its short name."""

    ref: str
    commit: str
    path: str
    name: str
    event: str = "push"
    inputs: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job of a run, as it stands; times are as GitHub writes them.

    `conclusion` is None, and `completed_at` empty, until it has ended.
    """

    name: str
    commit: str
    conclusion: str | None
    started_at: str
    completed_at: str


@dataclass(slots=True)
class Actions:
    """The state of a repository's workflows, to be set up by who rehearses; it begins with nothing.

    `states` maps the path of a workflow to its state in GitHub's words. `runs`, the newest first, are told once they
    were asked for `late` times. `administered` is whether the host's own `token` is one of an administrator, who alone
    is told whether Actions are `enabled`. `jobs` are those of a run, by its number and which attempt it is;
    `numbered` are runs that can be asked for by a number of their own.
    """

    repository: Repository
    objects: Objects
    enabled: bool = True
    administered: bool = True
    states: dict[str, str] = field(default_factory=dict)
    runs: list[StoredRun] = field(default_factory=list)
    numbered: dict[int, StoredRun] = field(default_factory=dict)
    jobs: dict[tuple[int, int], Sequence[StoredJob]] = field(default_factory=dict)
    late: int = 0

    def start(self, path: str, *, ref: str, commit: str) -> None:
        """Let a run of a workflow begin; the file's name without its ending serves as the workflow's name."""
        self.runs.insert(0, StoredRun(ref, commit, path, _name_of(path)))

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them."""
        return (
            Route("GET", "actions/runs", "actions:read", self._runs),
            Route("GET", "actions/runs/{run}", "actions:read", self._numbered),
            Route("GET", "actions/runs/{run}/attempts/{attempt}/jobs", "actions:read", self._jobs),
            Route("GET", "actions/workflows", "actions:read", self._workflows),
            Route("GET", "actions/workflows/{id}", "actions:read", self._workflow),
            Route("POST", "actions/workflows/{id}/dispatches", "actions:write", self._dispatch),
        )

    def _runs(self, call: Call) -> Response:
        self.late, there = max(self.late - 1, 0), self.late == 0
        wanted = {"head_sha": "commit", "branch": "ref", "event": "event"}
        asked = {key: call.asked(key) for key in wanted if key in call.request.query}
        shown = [
            self._shown(number, run)
            for number, run in enumerate(reversed(self.runs), start=1)
            if there and all(getattr(run, wanted[key]) == value for key, value in asked.items())
        ]
        return listed(call, shown[::-1], root=self.repository.root, under="workflow_runs")

    def _numbered(self, call: Call) -> Response:
        kept = {str(number): (number, run) for number, run in self.numbered.items()}
        return answered(self._shown(*found(kept.get(call.names["run"]))))

    def _shown(self, number: int, run: StoredRun) -> Mapping[str, object]:
        place, people = self.repository.place, self.repository.people
        return shapes.run(
            place,
            shapes.repository(place, shapes.user(place, people.owner), number=self.repository.id),
            number,
            name=run.name,
            path=run.path,
            event=run.event,
            head_branch=run.ref,
            head_sha=run.commit,
            display_title=run.name,
        )

    def _jobs(self, call: Call) -> Response:
        run, attempt = call.names["run"], call.names["attempt"]
        kept = {(str(key[0]), str(key[1])): jobs for key, jobs in self.jobs.items()}
        place = self.repository.place
        shown = [
            shapes.job(
                place,
                number,
                int(run),
                int(attempt),
                name=job.name,
                head_sha=job.commit,
                conclusion=job.conclusion,
                started_at=job.started_at,
                completed_at=job.completed_at or None,
            )
            for number, job in enumerate(found(kept.get((run, attempt))), start=1)
        ]
        return listed(call, shown, root=place.root, under="jobs")

    def _workflows(self, call: Call) -> Response:
        return listed(call, list(self._told().values()), root=self.repository.root, under="workflows")

    def _told(self) -> Mapping[str, Mapping[str, object]]:
        """Each workflow by its path."""
        place, branch = self.repository.place, self.repository.branch
        return {
            path: shapes.workflow(place, number, path, branch, name=_name_of(path), state=state)
            for number, (path, state) in enumerate(self.states.items(), start=1)
        }

    def _named(self, call: Call) -> str:
        """The path of a workflow that is named by its number or its file's name."""
        for number, path in enumerate(self.states, start=1):
            if call.names["id"] in {str(number), path.rpartition("/")[2]}:
                return path
        raise not_found()

    def _workflow(self, call: Call) -> Response:
        return answered(self._told()[self._named(call)])

    def _dispatch(self, call: Call) -> Response:
        self.repository.check_open()
        path, body = self._named(call), call.wishes()
        ref = text(body, "ref")
        if not ref:
            raise not_supplied("ref")
        if self.states[path] != "active" or not self.enabled:
            message = "Cannot trigger a 'workflow_dispatch' on a disabled workflow"
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, message)
        commit = NOWHERE
        if self.objects.directory is not None:
            commit = self.objects.resolve(ref) or ""
            if not commit:
                raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"No ref found for: {ref}")
        short = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
        inputs = table(body, "inputs") or {}
        self.runs.insert(0, StoredRun(short, commit, path, _name_of(path), "workflow_dispatch", inputs))
        if not flag(body, "return_run_details"):
            return done()
        number, place = len(self.runs), self.repository.place
        return answered(
            {
                "html_url": f"{place.web}/actions/runs/{number}",
                "run_url": f"{place.api}/actions/runs/{number}",
                "workflow_run_id": number,
            }
        )


def _name_of(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]
