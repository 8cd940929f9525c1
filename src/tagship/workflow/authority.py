"""The facts about the credential, each looked up once, when first asked for; they need no tag and no repository."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from tagship.checks import CREDENTIAL
from tagship.checks.engine import examine
from tagship.domain.config import Config
from tagship.domain.credential import Liveness, TokenShape
from tagship.domain.facts import Index
from tagship.domain.finding import Report
from tagship.errors import CredentialHalt, TagshipError
from tagship.workflow.credentials import Credentials
from tagship.workflow.lookup import fact


class Authority:
    """Who publishes, where to, and whether the index would let them.

    `name` gives the normalised name of the project; it may raise TagshipError where nothing names one.
    """

    def __init__(
        self,
        config: Config,
        *,
        index: Callable[[], Index],
        credentials: Callable[[], Credentials],
        name: Callable[[], str],
    ) -> None:
        self.config = config
        self.answers: dict[str, object] = {}
        self._index = index
        self._credentials = credentials
        self._name = name

    @fact
    def project_name(self) -> str:
        """The project that is to be published."""
        return self._name()

    @fact
    def now(self) -> datetime:
        """The time by the clock of this machine."""
        return datetime.now(UTC)

    @fact
    def token(self) -> TokenShape:
        """How the token looks."""
        return self._credentials().shape

    @fact
    def liveness(self) -> Liveness:
        """Whether the index knows the token."""
        return self._index().probe(self._credentials().get())

    @fact
    def identity_refusal(self) -> CredentialHalt | None:
        """Why trusted publishing gives no token."""
        try:
            self._credentials().preflight()
        except CredentialHalt as refusal:
            return refusal
        return None


def report_on_credential(authority: Authority, *, excused: Mapping[str, str], offline: bool) -> Report:
    """What can be told of the credential, about no tag in particular; `excused` and `offline` as in `examine`."""
    started = time.monotonic()
    verdicts = examine(CREDENTIAL, authority, excused=excused, offline=offline)
    try:
        project = authority.project_name
    except TagshipError:
        project = None
    seconds = time.monotonic() - started
    return Report("credential", project, version=None, tag=None, commit=None, verdicts=verdicts, seconds=seconds)
