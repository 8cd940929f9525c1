"""Is the token where only the release can use it, and nowhere else?"""

from dataclasses import replace

import pytest

from checks.asking import finds, skips
from checks.hosting.given import PUBLISH, READINESS, RELEASE, Given, passes
from tagship.checks.hosting.secrets import (
    NamedSecretsAreStored,
    SecretHasOnePlace,
    SecretIsInTheEnvironment,
    TrustedPublishingIsAlone,
)
from tagship.domain.config import Auth
from tagship.domain.finding import NotApplicable
from tagship.domain.hosting import StoredSecret

SECRET = StoredSecret("PYPI_API_TOKEN", "the environment pypi")
SHARED = StoredSecret("PYPI_API_TOKEN", "the repository")


def by_token(**given: object) -> Given:
    return Given(**given).wanting(auth=Auth.TOKEN)  # type: ignore[arg-type]  # what a test names is there


def test_a_token_in_the_environment() -> None:
    passes(SecretIsInTheEnvironment(), by_token(environment_secrets=(SECRET,)))
    passes(SecretHasOnePlace(), by_token(environment_secrets=(SECRET,)))
    skips(TrustedPublishingIsAlone(), by_token(environment_secrets=(SECRET,)))


def test_no_token_in_the_environment() -> None:
    (finding,) = finds(SecretIsInTheEnvironment(), by_token(shared_secrets=(SHARED,)))

    assert str(finding.remedy) == "tagship credential --bind --store"
    skips(SecretIsInTheEnvironment(), Given())


@pytest.mark.parametrize("name", ["pypi_api_token", "TWINE_PASSWORD", "UV_PUBLISH_TOKEN", "TEST_PYPI"])
def test_a_token_that_every_workflow_may_read(name: str) -> None:
    (finding,) = finds(SecretHasOnePlace(), Given(shared_secrets=(StoredSecret(name, "the repository"),)))

    assert str(finding.remedy) == f"gh secret delete {name} --repo someone/handmade"
    (shared,) = finds(SecretHasOnePlace(), by_token(shared_secrets=(StoredSecret(name, "the organization"),)))
    assert "organization's page" in str(shared.remedy)


def test_other_secrets_are_nobodys_business() -> None:
    passes(SecretHasOnePlace(), Given(shared_secrets=(StoredSecret("CODECOV_TOKEN", "the repository"),)))
    passes(TrustedPublishingIsAlone(), Given(environment_secrets=(StoredSecret("DEPLOY_KEY", "the environment"),)))


def test_a_token_left_beside_trusted_publishing() -> None:
    passes(TrustedPublishingIsAlone())
    (finding,) = finds(TrustedPublishingIsAlone(), Given(environment_secrets=(SECRET,)))

    assert str(finding.remedy) == "gh secret delete PYPI_API_TOKEN --repo someone/handmade --env pypi"


def test_a_plan_without_environments_leaves_no_better_place() -> None:
    nowhere = NotApplicable("the plan")

    passes(SecretHasOnePlace(), by_token(shared_secrets=(SHARED,), environment=nowhere))
    trusted = Given(shared_secrets=(SHARED,), environment=nowhere)  # type: ignore[arg-type]  # raised when asked for
    finds(SecretHasOnePlace(), trusted)
    finds(SecretHasOnePlace(), by_token(shared_secrets=(SHARED,)))


def naming(told: str, environment: str | None) -> Given:
    """A release with one more job that names secrets, beside the one that publishes."""
    job = replace(PUBLISH, id="more", told=told, environment=environment)
    return by_token(workflows=(READINESS, replace(RELEASE, jobs=(PUBLISH, job))), environment_secrets=(SECRET,))


def test_failure_26_a_secret_that_a_release_names_and_nobody_stored() -> None:
    """A token for another repository was missing, and blocked a release half-way."""
    passes(NamedSecretsAreStored(), naming("${{ secrets.GITHUB_TOKEN }} ${{ secrets.pypi_api_token }}", "pypi"))
    (finding,) = finds(NamedSecretsAreStored(), naming("${{ secrets.DEPLOY_KEY }}", "pypi"))
    assert "pypi and the repository" in finding.message
    (finding,) = finds(NamedSecretsAreStored(), naming("${{ secrets.PYPI_API_TOKEN }}", None))
    assert "the repository has no such secret" in finding.message
    passes(NamedSecretsAreStored(), naming("${{ secrets.ANYTHING }}", "docs"))


def test_no_release_names_a_secret() -> None:
    skips(NamedSecretsAreStored(), Given(workflows=(READINESS,)))
    skips(NamedSecretsAreStored(), Given(triggers=()))


def test_the_name_of_a_user_is_no_token() -> None:
    passes(SecretHasOnePlace(), Given(shared_secrets=(StoredSecret("TWINE_USERNAME", "the repository"),)))
