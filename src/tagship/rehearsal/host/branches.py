"""The branches of the repository on the stand-in host, and their protection of the older kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tagship.rehearsal.host import bodies
from tagship.rehearsal.host.call import Call, Route, answered, done
from tagship.rehearsal.host.commits import Commits
from tagship.rehearsal.host.refusals import HostRefusal, not_found, not_supplied
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.host.rulesets import Rulesets
from tagship.rehearsal.wire import Response

UNPROTECTED = "Branch not protected"
_SWITCHES = (
    *("allow_deletions", "allow_force_pushes", "allow_fork_syncing", "block_creations", "lock_branch"),
    *("required_conversation_resolution", "required_linear_history"),
)


@dataclass(slots=True)
class Branches:
    """Branches and `protection` by branch: what was put, in GitHub's words for what is asked for."""

    repository: Repository
    commits: Commits
    rulesets: Rulesets
    protection: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them."""
        where = "branches/{branch}/protection"
        return (
            Route("GET", "branches/{branch}", "contents:read", self._read),
            Route("GET", where, "administration:read", self._read_protection),
            Route("PUT", where, "administration:write", self._protect),
            Route("DELETE", where, "administration:write", self._unprotect),
        )

    def _read(self, call: Call) -> Response:
        name, place = call.names["branch"], self.repository.place
        commit = self.commits.at(f"refs/heads/{name}")
        if commit is None:
            raise HostRefusal(not_found().status, "Branch not found")
        protected = name in self.protection or bool(self.rulesets.meaning(f"refs/heads/{name}"))
        url = f"{place.api}/branches/{name}"
        checks = {"enforcement_level": "off", "contexts": [], "checks": []}
        return answered(
            {
                "_links": {"html": f"{place.web}/tree/{name}", "self": url},
                "commit": commit,
                "name": name,
                "protected": protected and self.repository.has_rules,
                "protection": {"enabled": name in self.protection, "required_status_checks": checks},
                "protection_url": f"{url}/protection",
            }
        )

    def _read_protection(self, call: Call) -> Response:
        self.repository.check_rules()
        return answered(self._shown(call.names["branch"]))

    def _protect(self, call: Call) -> Response:
        self.repository.check_open()
        self.repository.check_rules()
        wishes = call.wishes()
        for name in ("required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions"):
            if name not in wishes:
                raise not_supplied(name)
        self.protection[call.names["branch"]] = wishes
        return answered(self._shown(call.names["branch"]))

    def _unprotect(self, call: Call) -> Response:
        self.repository.check_open()
        self.repository.check_rules()
        self._shown(call.names["branch"])
        del self.protection[call.names["branch"]]
        return done()

    def _shown(self, branch: str) -> Mapping[str, object]:
        put = self.protection.get(branch)
        if put is None:
            raise HostRefusal(not_found().status, UNPROTECTED)
        url = f"{self.repository.place.api}/branches/{branch}/protection"
        shown: dict[str, object] = {
            "enforce_admins": {"enabled": put.get("enforce_admins") is True, "url": f"{url}/enforce_admins"},
            "required_signatures": {"enabled": False, "url": f"{url}/required_signatures"},
            "url": url,
            **{name: {"enabled": put.get(name) is True} for name in _SWITCHES},
        }
        checks = bodies.table(put, "required_status_checks")
        if checks is not None:
            shown["required_status_checks"] = _checks(checks, f"{url}/required_status_checks")
        reviews = bodies.table(put, "required_pull_request_reviews")
        if reviews is not None:
            shown["required_pull_request_reviews"] = {
                "dismiss_stale_reviews": False,
                "require_code_owner_reviews": False,
                "require_last_push_approval": False,
                "required_approving_review_count": 1,
                "url": f"{url}/required_pull_request_reviews",
                **reviews,
            }
        return shown


def _checks(put: Mapping[str, object], url: str) -> Mapping[str, object]:
    """The required checks: asked for by name alone, or with the application that must report them."""
    names = list(bodies.texts(put, "contexts") or ())
    checks = [{"app_id": None, **each} for each in bodies.tables(put, "checks")]
    return {
        "checks": checks or [{"app_id": None, "context": name} for name in names],
        "contexts": names or [each["context"] for each in checks if "context" in each],
        "contexts_url": f"{url}/contexts",
        "strict": put.get("strict") is True,
        "url": url,
    }
