"""The facts about the credential, each looked up once, when first asked for; they need no tag and no repository."""

from collections.abc import Callable
from datetime import UTC, datetime

from tagship.domain.config import Config
from tagship.domain.credential import Liveness, TokenShape
from tagship.domain.facts import Index
from tagship.errors import CredentialHalt
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
            self._credentials().get()
        except CredentialHalt as refusal:
            return refusal
        return None
