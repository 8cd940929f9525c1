"""The secrets of a repository's environments on GitHub: sealed here for the host's key, and never read back."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from tagship.adapters.github.api import CREATED, NO_CONTENT, Asked
from tagship.adapters.github.settings import GitHubSettings
from tagship.domain.credential import Secret
from tagship.domain.finding import NotApplicable
from tagship.domain.hosting import Environment, StoredSecret
from tagship.domain.secret_store import MAKES_WHAT_IS_NAMED, Shelf
from tagship.errors import Edit, FactUnknown, NotThere, Remedy, Run, Visit

Send = Callable[[Secret, Shelf, str], None]
"""Stores a secret some other way, for the repository of that name; raises TagshipError."""
_ANY: Final = re.compile(r"\*+")


class GitHubSecrets(GitHubSettings):
    """The port `SecretStore`: an environment that only tags of releases may use.

    `otherwise` stores where PyNaCl, which seals, is not installed.
    """

    otherwise: Send | None = None

    @property
    def repository_name(self) -> str:
        """Owner and name, as the host spells them now."""
        return self.repository().name

    def insist_on_safety(self, shelf: Shelf) -> None:
        """Raise NotThere for an environment that is missing, or that more may use than tags and main."""
        try:
            environment = self.environment(shelf.environment)
        except NotApplicable as plan:
            raise NotThere(
                f"{self.repository_name} has no environments that keep a secret: {plan}",
                remedy=Edit("publish the repository, upgrade its plan, or use trusted publishing, which stores none"),
            ) from plan
        if environment is None:
            raise NotThere(
                f"{self.repository_name} has no environment {shelf.environment}, or none that the token may see; the"
                " first job that names one makes it, without any protection",
                remedy=shelf.made_by,
            )
        flaw = _flaw_in(environment, self.repository().default_branch)
        if flaw is not None:
            told, remedy = flaw
            raise NotThere(f"the environment {environment.name} may be used from {told}", remedy=remedy)

    def remark(self, shelf: Shelf) -> str | None:
        """Nothing, where the environment is for some tags alone: the host seals it, and only their jobs are told."""
        environment = self.environment(shelf.environment)
        policies = () if environment is None else environment.policies or ()
        if not any(each.kind == "tag" and _ANY.fullmatch(each.pattern) for each in policies):
            return None
        return (
            f"{shelf.environment} is for any tag, and whoever may push can make one: let in those of releases alone;"
            " `tagship doctor` says whether a rule keeps others from making them"
        )

    def held(self, shelf: Shelf) -> StoredSecret | None:
        """What lies there under that name."""
        stored = self.environment_secrets(shelf.environment)
        return next((each for each in stored if each.name.upper() == shelf.name.upper()), None)

    def exposed(self, name: str) -> tuple[StoredSecret, ...]:
        """Those of the repository, and of the organisation that shares them with it."""
        return tuple(each for each in self.shared_secrets() if each.name.upper() == name.upper())

    def store(self, secret: Secret, shelf: Shelf) -> None:
        """Seal it for the environment's key, and send it."""
        if not can_seal():
            self._store_otherwise(secret, shelf)
            return
        where = f"/environments/{quote(shelf.environment, safe='')}/secrets"
        asked = Asked(f"the key of {shelf.environment}", "environments=read")
        key = self.there(f"{where}/public-key", asked)
        number, public = key.get("key_id"), key.get("key")
        if not (isinstance(number, str) and isinstance(public, str)):
            raise FactUnknown("the host tells no key to seal a secret with", remedy=Edit("run it again"))
        asked = Asked(f"the secret {shelf.name} of {shelf.environment}", "environments=write")
        url = f"{self._repository}{where}/{quote(shelf.name, safe='')}"
        response = self._sent("PUT", url, asked, {"encrypted_value": seal(secret, public), "key_id": number})
        if response.status not in {CREATED, NO_CONTENT}:
            raise self._error(response, asked)

    def _store_otherwise(self, secret: Secret, shelf: Shelf) -> None:
        if self.otherwise is None:
            raise NotThere(
                "PyNaCl is not installed, and nothing else seals a secret for GitHub",
                remedy=Run(("python", "-m", "pip", "install", "tagship[seal]")),
            )
        self.otherwise(secret, shelf, self.repository_name)


def can_seal() -> bool:
    """Whether PyNaCl is installed."""
    try:
        import nacl.public  # noqa: F401, PLC0415 -- an extra, and one command needs it
    except ImportError:
        return False
    return True


def seal(secret: Secret, public_key: str) -> str:
    """A secret that only the owner of a key can open, in base64; raises FactUnknown for what is no key."""
    from nacl.public import PublicKey, SealedBox  # noqa: PLC0415 -- as above

    try:
        key = PublicKey(base64.b64decode(public_key, validate=True))
    except (binascii.Error, ValueError, TypeError) as wrong:
        raise FactUnknown("the host's key is none to seal a secret with", remedy=Edit("run it again")) from wrong
    return base64.b64encode(SealedBox(key).encrypt(secret.reveal().encode())).decode()


def _flaw_in(environment: Environment, main: str) -> tuple[str, Remedy] | None:
    """Who else may use the environment, and what to do about it; None where only tags may, and main."""
    if environment.protected_branches:
        return "protected branches, and from every branch while none is protected", MAKES_WHAT_IS_NAMED
    if environment.policies is None:
        return "every branch and tag", MAKES_WHAT_IS_NAMED
    branches = [policy.pattern for policy in environment.policies if policy.kind != "tag" and policy.pattern != main]
    if branches:
        return f"the branches {', '.join(branches)}", Visit(environment.page)
    return None if environment.policies else ("no tag at all", MAKES_WHAT_IS_NAMED)
