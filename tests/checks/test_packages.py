import pytest

from checks.asking import cannot_tell, finds, passes, skips
from fakes import FakeFacts, a_project, facts_about, tags, versions
from families import a_demand, a_family, a_member
from tagship.checks.packages import DependenciesAreReleasedFirst, InternalBoundsAdmitTheRelease
from tagship.domain.config import Config
from tagship.domain.endpoints import Endpoints
from tagship.domain.packages import Family, Member
from tagship.errors import Edit, InFile, Run

REQUIRED = a_member("core", "1.5.0")


def about(family: Family | None, *, name: str = "app", tagged: tuple[str, ...] = (), **served: str) -> FakeFacts:
    """The facts about version 2.0 of one package, with other tags and with what the index serves of siblings."""
    on_index = {package: versions(*texts.split()) for package, texts in served.items()}
    project = a_project("2.0", name=name)
    return facts_about("v2.0", family=family, project=project, tags=tags("v2.0", *tagged), served=on_index)


def asking(text: str, extra: str | None = None) -> Member:
    return a_member("app", "2.0", a_demand(text, extra))


def test_siblings_that_admit_each_other() -> None:
    passes(InternalBoundsAdmitTheRelease(), about(a_family(asking("core>=1.5,<2"), REQUIRED)))


def test_a_sibling_that_excludes_the_new_version() -> None:
    family = a_family(a_member("other", "1.0", a_demand("app<2")), asking("core>=1"), REQUIRED)
    (finding,) = finds(InternalBoundsAdmitTheRelease(), about(family))

    assert finding.message == "other requires 'app<2', which excludes app 2.0 of this repository"
    assert finding.where == InFile("packages/some/pyproject.toml", 7)


def test_a_lower_bound_above_what_stands_beside_it() -> None:
    (finding,) = finds(InternalBoundsAdmitTheRelease(), about(a_family(asking("core>=1.6"), REQUIRED)))

    assert "core 1.5.0" in finding.message


def test_a_sibling_whose_version_nobody_knows() -> None:
    family = a_family(asking("core>=1.6"), a_member("core", None))

    assert "core" in cannot_tell(InternalBoundsAdmitTheRelease(), about(family))


def test_a_sibling_of_whatever_version() -> None:
    passes(InternalBoundsAdmitTheRelease(), about(a_family(asking("core"), a_member("core", None))))


@pytest.mark.parametrize("family", [None, a_family(a_member("app", "2.0"), REQUIRED), a_family(REQUIRED)])
def test_nothing_to_compare(family: Family | None) -> None:
    skips(InternalBoundsAdmitTheRelease(), about(family))


def test_a_tag_is_enough() -> None:
    family = a_family(asking("core>=1.5"), REQUIRED)

    passes(DependenciesAreReleasedFirst(), about(family, tagged=("core-v1.5.0",)))


def test_so_is_the_index() -> None:
    passes(DependenciesAreReleasedFirst(), about(a_family(asking("core>=1.5"), REQUIRED), core="1.4 1.5.2"))


def test_what_is_not_released_goes_first() -> None:
    family = a_family(asking("core>=1.5"), a_member("core", "1.5.0", a_demand("base")), a_member("base", "1.0"))
    facts = about(family, tagged=("core-v1.4.0", "base-v1.0"), core="1.4.0")
    (finding,) = finds(DependenciesAreReleasedFirst(), facts)

    assert finding.message.endswith("the order is base, then core, then app")
    assert finding.remedy == Run(("tagship", "tag", "--package", "core"))


def test_what_no_version_here_would_meet_is_prepared_first() -> None:
    (finding,) = finds(DependenciesAreReleasedFirst(), about(a_family(asking("core>=3"), REQUIRED), core=""))

    assert isinstance(finding.remedy, Edit)


def test_an_index_that_nobody_may_ask() -> None:
    cannot_tell(DependenciesAreReleasedFirst(), about(a_family(asking("core>=1.5"), REQUIRED)))


def test_what_is_kept_private_can_be_had_of_nobody() -> None:
    """Neither a tag of it nor a project that somebody else called alike will do."""
    core = a_member("core", "1.5.0", private=True)
    facts = about(a_family(asking("core>=1.5"), core), tagged=("core-v1.5.0",), core="1.5.0")

    (finding,) = finds(DependenciesAreReleasedFirst(), facts)

    assert finding.message == "app requires 'core>=1.5', and a classifier of core keeps it from the index"
    assert finding.remedy == Edit("let app do without core, or publish core as well")


def test_private_packages_require_each_other_and_an_index_of_ones_own_takes_them() -> None:
    core, own = (
        a_member("core", "1.5.0", private=True),
        Endpoints("own", "https://own.example/", "https://own.example/"),
    )
    both = a_family(a_member("app", "2.0", a_demand("core"), private=True), core)
    elsewhere = about(a_family(asking("core"), core), tagged=("core-v1.5.0",))
    elsewhere.given = {**elsewhere.given, "config": Config(index=own)}

    passes(DependenciesAreReleasedFirst(), about(both, tagged=("core-v1.5.0",)))
    passes(DependenciesAreReleasedFirst(), elsewhere)


def test_a_circle_is_no_order() -> None:
    family = a_family(asking("core>=9"), a_member("core", "1.5.0", a_demand("app")))

    assert "in a circle" in cannot_tell(DependenciesAreReleasedFirst(), about(family, core=""))


@pytest.mark.parametrize("family", [None, a_family(asking("core>=9", extra="fast"), REQUIRED), a_family(REQUIRED)])
def test_nothing_to_wait_for(family: Family | None) -> None:
    skips(DependenciesAreReleasedFirst(), about(family))
