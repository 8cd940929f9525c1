"""Is the token where only the release can use it, and nowhere else?"""

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from tagship.checks.hosting.asking import HOST, HostingFacts
from tagship.domain.config import Auth
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.hosting import StoredSecret
from tagship.errors import AtUrl, Edit, InFile, Run

OWN_TOKEN = "GITHUB_TOKEN"  # noqa: S105 -- the name that a host gives to a job's own token
_STORE = Run(("tagship", "credential", "--bind", "--store"))
_TOKENS = re.compile(r"PYPI|TWINE|TAGSHIP|UV_PUBLISH|FLIT_PASSWORD|HATCH_INDEX_AUTH|MATURIN|POETRY", re.IGNORECASE)
_NAMES_NO_TOKEN = re.compile(r"_(?:USER|USERNAME|URL)$", re.IGNORECASE)


class SecretIsInTheEnvironment:
    """The token is stored where the release's jobs look for it."""

    id: ClassVar = "secret-is-in-the-environment"
    title: ClassVar = "the token is stored in the environment"
    why: ClassVar = "A secret that is not there is an empty text in the job, which the index refuses in other words."
    fix: ClassVar = (
        "Run `tagship credential --bind --store`: it looks at the token, narrows it and puts it into the environment."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that the environment does not have the secret."""
        wanted = facts.wanted
        if wanted.auth is Auth.TRUSTED:
            raise NotApplicable("trusted publishing stores no token")
        if not any(_is_called(secret, wanted.secret) for secret in facts.environment_secrets):
            where = AtUrl(f"{facts.repository.url}/settings/environments")
            yield Finding(f"{wanted.environment} holds no secret {wanted.secret}", where, _STORE)


class SecretHasOnePlace:
    """The token is in the environment alone: every workflow may read what is stored in the repository."""

    id: ClassVar = "secret-has-one-place"
    title: ClassVar = "no token of the index is stored for all workflows"
    why: ClassVar = (
        "Whoever may push a branch may push a workflow with it, which reads every secret of the repository; that is "
        "how tokens were stolen from hundreds of projects in September 2025."
    )
    fix: ClassVar = "Store the token in the environment, delete it from the repository, and revoke it on the index."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find secrets of the repository, or of its owner, that are called like a token of an index."""
        for secret in _tokens(facts.shared_secrets, facts.wanted.secret):
            if _is_called(secret, facts.wanted.secret) and _has_no_better_place(facts):
                continue
            where = AtUrl(f"{facts.repository.url}/settings/secrets/actions")
            told = f"{secret.name} is stored in {secret.place}, where every workflow may read it"
            yield Finding(told, where, _deletion(secret, facts.repository.name))


class TrustedPublishingIsAlone:
    """No token is left beside trusted publishing."""

    id: ClassVar = "trusted-publishing-is-alone"
    title: ClassVar = "no token is left in the environment beside trusted publishing"
    why: ClassVar = (
        "A token that nobody uses any more still publishes; one such was what the attackers of December 2024 used "
        "days after trusted publishing was set up."
    )
    fix: ClassVar = "Delete the secret, and revoke the token on the index."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find secrets of the environment that are called like a token of an index."""
        if facts.wanted.auth is not Auth.TRUSTED:
            raise NotApplicable("the project publishes with a token")
        for secret in _tokens(facts.environment_secrets, facts.wanted.secret):
            yield Finding(
                f"{secret.name} is still stored in {secret.place}",
                AtUrl(f"{facts.repository.url}/settings/environments"),
                _deletion(secret, facts.repository.name, "--env", facts.wanted.environment),
            )


class NamedSecretsAreStored:
    """Every secret that a release's jobs name is stored where they look for it."""

    id: ClassVar = "named-secrets-are-stored"
    title: ClassVar = "the secrets that a release names are stored"
    why: ClassVar = (
        "A secret that is not there is an empty text in the job, and what needs it fails in the middle of a release."
    )
    fix: ClassVar = "Store the secret in the environment that the job names, or take it out of the workflow."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find names that neither the repository nor the environment has; what other checks tell is left to them."""
        started = {trigger.path for trigger in facts.triggers}
        jobs = [(each, job) for each in facts.workflows if each.path in started for job in each.jobs if job.secrets]
        if not jobs:
            raise NotApplicable("no workflow that starts on a tag names a secret")
        shared = {secret.name.upper() for secret in facts.shared_secrets}
        for workflow, job in jobs:
            if job.environment not in {None, facts.wanted.environment}:
                continue
            # Whether the token of the index is there is a question of its own.
            there = {*shared, OWN_TOKEN, *((facts.wanted.secret.upper(),) if job.environment else ())}
            there |= {each.name.upper() for each in facts.environment_secrets} if job.environment else set()
            for name in job.secrets:
                if name.upper() not in there:
                    place = "the repository" if job.environment is None else f"{job.environment} and the repository"
                    yield Finding(
                        f"{job.id} of {workflow.path} names {name}, and {place} has no such secret",
                        InFile(workflow.path, job.line),
                        Edit(f"store {name}, or take it out of {workflow.path}"),
                    )


def _is_called(secret: StoredSecret, name: str) -> bool:
    return secret.name.upper() == name.upper()


def _has_no_better_place(facts: HostingFacts) -> bool:
    """Whether a token that is used lies there because the plan offers no environments."""
    if facts.wanted.auth is Auth.TRUSTED:
        return False
    try:
        _ = facts.environment
    except NotApplicable:
        return True
    return False


def _tokens(secrets: Sequence[StoredSecret], name: str) -> list[StoredSecret]:
    return [
        each
        for each in secrets
        if _is_called(each, name) or (_TOKENS.search(each.name) and not _NAMES_NO_TOKEN.search(each.name))
    ]


def _deletion(secret: StoredSecret, repository: str, *where: str) -> Run | Edit:
    """How to delete a secret; that of an owner is not the repository's to delete."""
    if secret.place.startswith("the organization"):
        return Edit(f"take {secret.name} away from this repository on the organization's page, and revoke the token")
    return Run(("gh", "secret", "delete", secret.name, "--repo", repository, *where))
