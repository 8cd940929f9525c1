"""The variables of a project on the stand-in for GitLab: told with their values, but for hidden ones."""

import re
from collections.abc import Sequence
from http import HTTPStatus

from tagship.rehearsal.other_hosts.rest import ADMIN, Call, Refusal, Route, Table, answered, done
from tagship.rehearsal.wire import Response

_MASKABLE = re.compile(r"\S{8,}")
_KEYS = frozenset(
    {
        *("key", "value", "masked", "masked_and_hidden", "protected", "raw", "environment_scope"),
        *("description", "variable_type"),
    }
)
EVERY_SCOPE = "*"


class Variables:
    """The variables, each with its key and the environments that it is for."""

    def __init__(self) -> None:
        self.held: list[Table] = []

    def keep(self, key: str, value: str, *, scope: str = EVERY_SCOPE, protected: bool = False) -> None:
        """Put one there as somebody did by hand: masked and hidden it is not."""
        self.held.append(_variable(key, value, {"environment_scope": scope, "protected": protected}))

    def value(self, key: str, scope: str) -> str | None:
        """What only the jobs are told."""
        found = self._found(key, scope)
        return None if found is None else str(found["value"])

    def routes(self) -> Sequence[Route]:
        """What leads where below the project."""
        return (
            Route("GET", "variables", ADMIN, self._list),
            Route("POST", "variables", ADMIN, self._create, writes=True),
            Route("PUT", "variables/{key}", ADMIN, self._update, writes=True),
            Route("DELETE", "variables/{key}", ADMIN, self._delete, writes=True),
        )

    def _list(self, _: Call) -> Response:
        return answered([_shown(each) for each in self.held])

    def _create(self, call: Call) -> Response:
        body = call.table()
        if set(body) - _KEYS:
            raise Refusal(HTTPStatus.BAD_REQUEST, {"error": f"{min(set(body) - _KEYS)} is invalid"})
        key, value = body.get("key"), body.get("value")
        if not isinstance(key, str) or not isinstance(value, str):
            missing = "key" if not isinstance(key, str) else "value"
            raise Refusal(HTTPStatus.BAD_REQUEST, {"error": f"{missing} is missing"})
        made = _variable(key, value, body)
        if made["masked"] and not _MASKABLE.fullmatch(value):
            raise Refusal(HTTPStatus.BAD_REQUEST, {"message": {"value": ["is invalid"]}})
        if self._found(key, str(made["environment_scope"])) is not None:
            raise Refusal(HTTPStatus.BAD_REQUEST, {"message": {"key": [f"({key}) has already been taken"]}})
        self.held.append(made)
        return answered(_shown(made), HTTPStatus.CREATED)

    def _update(self, call: Call) -> Response:
        body = call.table()
        chosen = body.get("filter", {})
        found = self._meant(call, str(chosen.get("environment_scope", EVERY_SCOPE)) if isinstance(chosen, dict) else "")
        for name in ("value", "masked", "protected", "raw"):
            if name in body:
                found[name] = body[name]
        return answered(_shown(found))

    def _delete(self, call: Call) -> Response:
        self.held.remove(self._meant(call, call.asked("filter[environment_scope]", EVERY_SCOPE)))
        return done()

    def _meant(self, call: Call, scope: str) -> Table:
        found = self._found(call.names["key"], scope)
        if found is None:
            raise Refusal(HTTPStatus.NOT_FOUND, {"message": "404 Variable Not Found"})
        return found

    def _found(self, key: str, scope: str) -> Table | None:
        return next((each for each in self.held if (each["key"], each["environment_scope"]) == (key, scope)), None)


def _variable(key: str, value: str, body: Table) -> Table:
    hidden = body.get("masked_and_hidden") is True
    return {
        "variable_type": "env_var",
        "key": key,
        "value": value,
        "hidden": hidden,
        "protected": body.get("protected") is True,
        "masked": hidden or body.get("masked") is True,
        "raw": body.get("raw") is True,
        "environment_scope": body.get("environment_scope", EVERY_SCOPE),
        "description": None,
    }


def _shown(variable: Table) -> Table:
    return {**variable, "value": None} if variable["hidden"] else dict(variable)
