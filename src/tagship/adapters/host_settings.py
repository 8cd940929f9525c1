"""Settings of hosts that know fewer of them: how a request is shown and sent, and what there is not."""

from typing import ClassVar, Final, cast

from tagship.adapters.host_api import Asked, Content, HostApi, as_object
from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import Find, Json, Request
from tagship.domain.hosting import Environment, ForkApproval

_NAMES: Final = ("name", "rule_name", "name_pattern", "key")
"""Under which of these a thing has its name, whatever kind it is."""


class FewerSettings(HostApi):
    """What is no setting of the host raises NotApplicable; `host` is what it is called, `admin` the right to change."""

    host: ClassVar[str]
    admin: ClassVar[str]

    def environment(self, _name: str) -> Environment | None:
        """No environment that would tell tags from branches."""
        raise NotApplicable(f"{self.host} has no environments that only some tags may use")

    def fork_approval(self) -> ForkApproval:
        """No such consent."""
        raise NotApplicable(f"what {self.host} runs for a fork sees none of this repository's secrets")

    def secret_scanning(self) -> bool:
        """No such switch."""
        raise NotApplicable(f"{self.host} does not look for credentials without a plan for it")

    def push_protection(self) -> bool:
        """No such switch."""
        raise NotApplicable(f"{self.host} does not refuse credentials without a plan for it")

    def immutable_releases(self) -> bool:
        """No such switch."""
        raise NotApplicable(f"{self.host} has no releases that cannot be changed")

    def private_reporting(self) -> bool:
        """No such switch."""
        raise NotApplicable(f"{self.host} has no switch for reports in private")

    def send(self, request: Request) -> Json:
        """Send what was shown."""
        asked = Asked(request.path.lstrip("/"), self.admin, writes=True)
        return cast("Json", self.write(request.method, self._api + request.path, asked, cast("Content", request.body)))

    def look(self, path: str) -> Json:
        """What a read shows; None where there is nothing."""
        return cast("Json", self.found(self._api + path, Asked("what is set now", self.admin)))

    def numbered(self, find: Find) -> int | None:
        """The number of what has a name in a list."""
        items = self.listed(self._api + find.path, Asked("what is set now", self.admin))
        named = (each for each in items if find.name in {each.get(name) for name in _NAMES})
        number = next((as_object(each).get("id") for each in named), None)
        return number if isinstance(number, int) else None
