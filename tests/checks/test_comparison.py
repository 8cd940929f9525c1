import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.releases import a_broken_wheel, a_release_sdist, a_release_wheel, rebuilt, released
from fakes import FakeFacts
from tagship.checks.comparison import (
    BuildIsReproducible,
    LicenseFilesAreInTheWheel,
    SdistBuildsTheSameWheel,
    SdistHasTheWheelsModules,
    TypedPackagesAreMarked,
)
from tagship.checks.engine import Check
from tagship.domain.distribution import Distribution, Member
from tagship.errors import InFile

CORE = ("handmade/__init__.py", "handmade/core.py", "handmade/missions/a.md")
WHEEL = a_release_wheel(*CORE)
SDIST = a_release_sdist(*(f"src/{path}" for path in CORE), "LICENSE")
COMPARING: list[Check[FakeFacts]] = [SdistBuildsTheSameWheel(), BuildIsReproducible()]


@pytest.mark.parametrize("check", COMPARING)
def test_nobody_asked_for_another_build(check: Check[FakeFacts]) -> None:
    skips(check, released(WHEEL, SDIST))


@pytest.mark.parametrize("check", COMPARING)
def test_the_same_built_again(check: Check[FakeFacts]) -> None:
    passes(check, rebuilt(WHEEL, SDIST, again=[WHEEL, SDIST]))


def test_the_wheel_from_the_sdist() -> None:
    passes(SdistBuildsTheSameWheel(), rebuilt(WHEEL, again=[WHEEL]))
    cannot_tell(SdistBuildsTheSameWheel(), rebuilt(WHEEL, again=[WHEEL], straight=a_broken_wheel()))


def test_what_the_sdist_lost() -> None:
    short = a_release_wheel(*CORE[:2])

    (finding,) = finds(SdistBuildsTheSameWheel(), rebuilt(short, again=[short], straight=WHEEL))

    assert finding.where == InFile(WHEEL.artifact.filename)
    assert "handmade/missions/a.md is missing" in finding.message


def test_what_only_the_sdist_has() -> None:
    long = a_release_wheel(*CORE, "handmade/leftover.py")

    (finding,) = finds(SdistBuildsTheSameWheel(), rebuilt(long, again=[long], straight=WHEEL))

    assert "handmade/leftover.py is only in the wheel" in finding.message


def test_a_checkout_without_its_tag_makes_another_version() -> None:
    straight = a_release_wheel(*CORE, version="1.2.0.dev3")

    passes(SdistBuildsTheSameWheel(), rebuilt(WHEEL, again=[WHEEL], straight=straight))


def with_core(digest: str, *more: str, seed: str) -> Distribution:
    """A wheel whose module has this digest."""
    return a_release_wheel("handmade/__init__.py", Member("handmade/core.py", size=10, sha256=digest), *more, seed=seed)


def test_a_build_that_is_reproducible() -> None:
    passes(BuildIsReproducible(), rebuilt(with_core("ab" * 32, seed="one"), again=[with_core("ab" * 32, seed="one")]))


@pytest.mark.parametrize(
    ("again", "told"),
    [
        (with_core("cd" * 32, seed="two"), "handmade/core.py"),
        (with_core("ab" * 32, "handmade/new.py", seed="two"), "handmade/new.py"),
        (a_release_wheel("handmade/__init__.py", seed="two"), "handmade/core.py"),
        (with_core("ab" * 32, seed="two"), "how it is packed"),
        (a_release_wheel(version="1.3.0"), "was not made"),
    ],
)
def test_the_first_member_that_differs(again: Distribution, told: str) -> None:
    (finding,) = finds(BuildIsReproducible(), rebuilt(with_core("ab" * 32, seed="one"), again=[again]))

    assert finding.where == InFile(WHEEL.artifact.filename)
    assert told in finding.message


def test_members_in_another_order() -> None:
    first, second = a_release_wheel("a.py", "b.py", seed="one"), a_release_wheel("b.py", "a.py", seed="two")

    (finding,) = finds(BuildIsReproducible(), rebuilt(first, again=[second]))

    assert "order" in finding.message


@pytest.mark.parametrize("home", ["", "src/", "deep/down/"])
def test_an_sdist_with_every_module(home: str) -> None:
    passes(SdistHasTheWheelsModules(), released(WHEEL, a_release_sdist(*(f"{home}{path}" for path in CORE))))


def test_modules_that_the_sdist_lacks() -> None:
    wheel = a_release_wheel(*CORE, "handmade/sub/__init__.py", "handmade/sub/one.py")

    (finding,) = finds(SdistHasTheWheelsModules(), released(wheel, SDIST))

    assert finding.where == InFile(WHEEL.artifact.filename)
    assert "2 modules" in finding.message


def test_modules_that_are_found_by_what_they_hold_or_are_written_by_the_build() -> None:
    moved = Member("handmade/core.py", size=10, sha256="ab" * 32)
    source = Member("handmade-1.2.0/source/kernel.py", size=10, sha256="ab" * 32)

    passes(
        SdistHasTheWheelsModules(), released(a_release_wheel(moved, "handmade/_version.py"), a_release_sdist(source))
    )


def test_releases_in_which_wheel_and_sdist_cannot_be_compared() -> None:
    skips(SdistHasTheWheelsModules(), released(WHEEL))
    skips(SdistHasTheWheelsModules(), released(SDIST))
    skips(SdistHasTheWheelsModules(), released(a_release_wheel(*CORE, tags="cp311-cp311-win_amd64"), SDIST))
    cannot_tell(SdistHasTheWheelsModules(), released(a_broken_wheel(), SDIST))


@pytest.mark.parametrize(
    "path", ["{info}/licenses/LICENSE", "{info}/COPYING", "handmade/LICENSE.txt", "{info}/license_files/Licence"]
)
def test_a_wheel_with_its_licence(path: str) -> None:
    wheel = a_release_wheel(*CORE, path.format(info="handmade-1.2.0.dist-info"))

    passes(LicenseFilesAreInTheWheel(), released(wheel, SDIST))


def test_a_wheel_without() -> None:
    (finding,) = finds(LicenseFilesAreInTheWheel(), released(WHEEL, a_release_wheel("handmade/license.py"), SDIST))[:1]

    assert finding.where == InFile(WHEEL.artifact.filename)
    skips(LicenseFilesAreInTheWheel(), released(WHEEL, a_release_sdist("tests/LICENSE")))
    skips(LicenseFilesAreInTheWheel(), released(WHEEL))


TYPED = "Classifier: Typing :: Typed"


@pytest.mark.parametrize(
    "wheel",
    [
        a_release_wheel(*CORE, "handmade/py.typed", says=[TYPED]),
        a_release_wheel("handmade-stubs/__init__.pyi", says=[TYPED]),
        WHEEL,
    ],
)
def test_a_wheel_that_is_typed_or_does_not_say_so(wheel: Distribution) -> None:
    passes(TypedPackagesAreMarked(), released(wheel))


def test_a_wheel_that_says_so_alone() -> None:
    (finding,) = finds(TypedPackagesAreMarked(), released(a_release_wheel(*CORE, says=[TYPED])))

    assert finding.where == InFile(WHEEL.artifact.filename)


def test_data_of_a_wheel_that_the_sdist_lacks() -> None:
    wheel = a_release_wheel(*CORE, "handmade/static/app.js", "handmade/templates/page.html")

    first, second = finds(SdistHasTheWheelsModules(), released(wheel, SDIST))

    assert "static/app.js" in first.message + second.message
    assert "templates/page.html" in first.message + second.message


def test_data_that_a_build_makes() -> None:
    wheel = a_release_wheel(*CORE, "handmade/static/app.js", "handmade/data/a.json.gz", "handmade/de.mo")
    sdist = a_release_sdist(*(f"src/{path}" for path in CORE), "src/handmade/data/a.json", "web/package.json")

    passes(SdistHasTheWheelsModules(), released(wheel, sdist))
