"""The workflows of the stand-in code host: which there are, whether they run, and what has begun for which tag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from tagship.rehearsal.releases import HostRefusal


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run that a push started; `ref` is the branch or tag by its short name."""

    ref: str
    commit: str
    path: str
    name: str
    event: str = "push"


@dataclass(slots=True)
class Actions:
    """The state of a repository's workflows, to be set up by who rehearses; it begins with nothing.

    `states` maps the path of a workflow to its state in GitHub's words. `runs` are told once they were asked for
    `late` times. `administered` is whether a token that writes is one of an administrator, who alone is told whether
    Actions are `enabled`.
    """

    enabled: bool = True
    administered: bool = True
    states: dict[str, str] = field(default_factory=dict)
    runs: list[StoredRun] = field(default_factory=list)
    late: int = 0

    def start(self, path: str, *, ref: str, commit: str) -> None:
        """Let a run of a workflow begin; the file's name without its ending serves as the workflow's name."""
        self.runs.insert(0, StoredRun(ref, commit, path, _name_of(path)))

    def read(self, path: Sequence[str], query: Mapping[str, Sequence[str]], *, web: str, writes: bool) -> object:
        """What GitHub answers below `/actions`; `web` is the repository's page. Raises HostRefusal."""
        match path:
            case ["runs"]:
                return self._runs(query, web)
            case ["workflows"]:
                return self._workflows(web)
            case ["permissions"]:
                if not (writes and self.administered):
                    raise HostRefusal(HTTPStatus.FORBIDDEN, "Resource not accessible by personal access token")
                return {"enabled": self.enabled, "allowed_actions": "all"}
            case _:
                raise HostRefusal(HTTPStatus.NOT_FOUND, "Not Found")

    def _runs(self, query: Mapping[str, Sequence[str]], web: str) -> object:
        self.late, there = max(self.late - 1, 0), self.late == 0
        wanted = {"head_sha": "commit", "branch": "ref", "event": "event"}
        asked = {key: values[0] for key, values in query.items() if key in wanted}
        shown = [
            {
                "id": number,
                "name": run.name,
                "path": run.path,
                "event": run.event,
                "head_branch": run.ref,
                "head_sha": run.commit,
                "status": "queued",
                "conclusion": None,
                "html_url": f"{web}/actions/runs/{number}",
            }
            for number, run in enumerate(reversed(self.runs), start=1)
            if there and all(getattr(run, wanted[key]) == value for key, value in asked.items())
        ]
        return {"total_count": len(shown), "workflow_runs": shown[::-1]}

    def _workflows(self, web: str) -> object:
        shown = [
            {"id": number, "name": _name_of(path), "path": path, "state": state, "html_url": f"{web}/blob/main/{path}"}
            for number, (path, state) in enumerate(self.states.items(), start=1)
        ]
        return {"total_count": len(shown), "workflows": shown}


def _name_of(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]
