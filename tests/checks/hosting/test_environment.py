"""Is the credential kept apart, for tags of releases alone?"""

from dataclasses import replace

import pytest

from checks.asking import cannot_tell, finds, skips
from checks.hosting.given import KEPT, MADE, PAGE, UNSEEN, Given, passes
from tagship.checks.hosting.environment import (
    EnvironmentHasAReviewer,
    EnvironmentLetsMainIn,
    EnvironmentTakesReleasesAlone,
)
from tagship.domain.finding import NotApplicable
from tagship.domain.hosting import Environment, Protection, RefPolicy
from tagship.domain.version import TagTemplate

TAGS = RefPolicy("v*", "tag")
MAIN = RefPolicy("main", "branch")


def with_(*policies: RefPolicy) -> Given:
    return Given(environment=Environment("pypi", PAGE, policies=policies))


def test_an_environment_for_tags() -> None:
    passes(EnvironmentTakesReleasesAlone())
    told = passes(EnvironmentHasAReviewer())

    assert told is not None
    assert "administrators may pass" in told


def test_no_environment() -> None:
    (finding,) = finds(EnvironmentTakesReleasesAlone(), Given(environment=None))

    assert str(finding.remedy) == "tagship doctor --apply"
    skips(EnvironmentHasAReviewer(), Given(environment=None))


@pytest.mark.parametrize(
    "environment",
    [
        Environment("pypi", PAGE),
        Environment("pypi", PAGE, protected_branches=True),
        Environment("pypi", PAGE, policies=()),
        Environment("pypi", PAGE, policies=(RefPolicy("v1.*", "tag"),)),
        Environment("pypi", PAGE, policies=(RefPolicy("v*", "branch"), TAGS)),
        Environment("pypi", PAGE, policies=(RefPolicy("v*", "something new"), TAGS)),
        Environment("pypi", PAGE, policies=(RefPolicy("*", "tag"),)),
    ],
    ids=[
        "without a policy",
        "protected branches",
        "nothing let in",
        "not every release",
        "branches as well",
        "what is not known",
        "any tag",
    ],
)
def test_an_environment_that_others_may_use(environment: Environment) -> None:
    (finding,) = finds(EnvironmentTakesReleasesAlone(), Given(environment=environment))

    assert "pypi" in finding.message


def test_any_tag_may_use_it_where_few_make_any() -> None:
    facts = with_(RefPolicy("*", "tag"))
    facts.tag_rules = Protection((replace(MADE, covers=("*",)), KEPT))
    passes(EnvironmentTakesReleasesAlone(), facts)

    facts.tag_rules = Protection((), unseen=UNSEEN)
    cannot_tell(EnvironmentTakesReleasesAlone(), facts)


def test_main_may_start_a_release_by_hand() -> None:
    passes(EnvironmentTakesReleasesAlone(), with_(TAGS, MAIN))
    passes(EnvironmentLetsMainIn(), with_(TAGS, MAIN))
    (finding,) = finds(EnvironmentLetsMainIn(), with_(TAGS))

    assert finding.message == "pypi turns away what is started from main"
    for environment in (None, Environment("pypi", PAGE)):
        skips(EnvironmentLetsMainIn(), Given(environment=environment))


def test_several_spellings_of_tags() -> None:
    templates = (TagTemplate(), TagTemplate("app-v{version}"))

    finds(EnvironmentTakesReleasesAlone(), with_(TAGS).wanting(templates=templates))
    passes(EnvironmentTakesReleasesAlone(), with_(TAGS, RefPolicy("app-*", "tag")).wanting(templates=templates))


def test_nobody_is_asked() -> None:
    (finding,) = finds(EnvironmentHasAReviewer(), with_(TAGS))

    assert str(finding.remedy) == "tagship doctor --apply --reviewer NAME"


def test_a_plan_without_environments() -> None:
    facts = Given(environment=NotApplicable("the plan"))  # type: ignore[arg-type]  # raised when it is asked for

    skips(EnvironmentTakesReleasesAlone(), facts)
    skips(EnvironmentHasAReviewer(), facts)
