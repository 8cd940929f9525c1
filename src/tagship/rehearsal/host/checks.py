"""How the checks of commits ended, as the stand-in host tells it."""

from dataclasses import dataclass, field

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.call import Call, Route, answered, listed
from tagship.rehearsal.host.objects import Objects
from tagship.rehearsal.host.people import ACTIONS_APP
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Response


@dataclass(slots=True)
class Checks:
    """By commit and name, how a check ended, or None for one that is running; `apps` are who reported, by name.

    A check that nobody is named for was reported by GitHub Actions. `begun_by` is the number of the run that a
    check is a job of, by commit and name; where it is missing the check is of a run of its own.
    """

    repository: Repository
    objects: Objects
    runs: dict[str, dict[str, str | None]]
    apps: dict[str, int] = field(default_factory=dict)
    begun_by: dict[tuple[str, str], int] = field(default_factory=dict)

    def passed(self, commit: str) -> frozenset[str]:
        """The names of those that let a commit be merged."""
        good = {"success", "neutral", "skipped"}
        return frozenset(name for name, conclusion in self.runs.get(commit, {}).items() if conclusion in good)

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them."""
        return (
            Route("GET", "commits/{ref}/check-runs", "checks:read", self._list),
            Route("GET", "commits/{ref}/status", "statuses:read", self._status),
        )

    def _commit(self, call: Call) -> str:
        ref = call.names["ref"]
        return ref if ref in self.runs else self.objects.resolve(ref) or ref

    def _list(self, call: Call) -> Response:
        commit, place = self._commit(call), self.repository.place
        owner = shapes.user(place, self.repository.people.owner)
        wanted, app = call.asked("check_name"), call.number("app_id", 0)
        shown = [
            shapes.check_run(
                place,
                shapes.actions_app(place, owner, self.apps.get(name, ACTIONS_APP)),
                number,
                name=name,
                head_sha=commit,
                conclusion=conclusion,
                details_url=f"{place.web}/actions/runs/{self.begun_by.get((commit, name), number)}/job/{number}",
            )
            for number, (name, conclusion) in enumerate(self.runs.get(commit, {}).items(), start=1)
            if wanted in {"", name} and app in {0, self.apps.get(name, ACTIONS_APP)}
        ]
        return listed(call, shown, root=place.root, under="check_runs")

    def _status(self, call: Call) -> Response:
        commit, place = self._commit(call), self.repository.place
        owner = shapes.user(place, self.repository.people.owner)
        url = f"{place.api}/commits/{commit}"
        return answered(
            {
                "commit_url": url,
                "repository": shapes.repository(place, owner, number=self.repository.id),
                "sha": commit,
                "state": "pending",
                "statuses": [],
                "total_count": 0,
                "url": f"{url}/status",
            }
        )
