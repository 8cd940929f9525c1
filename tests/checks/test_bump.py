from datetime import date

from packaging.version import Version

from checks.asking import cannot_tell, finds, passes, skips
from fakes import COMMIT, FakeFacts, Given, a_changelog, a_project, tags
from tagship.checks.bump import VersionIsBumped, VersionIsOneStepAboveMain
from tagship.domain.branch import Divergence
from tagship.domain.changelog import Changelog
from tagship.domain.project import VersionSource
from tagship.domain.version import TagTemplate
from tagship.errors import InFile, Run

BESIDE = Divergence(COMMIT, 2, 0)
PART = Divergence(COMMIT, 0, 3)
SILENT = a_changelog("Unreleased")
BY_TAG = VersionSource("tag")


def beside_main(
    version: str | None,
    main: str | None,
    *released: str,
    apart: Divergence = BESIDE,
    ours: Changelog | None = SILENT,
    theirs: Changelog | None = SILENT,
) -> FakeFacts:
    """A branch with a version beside a main with another, the tags there are, and what the changelogs tell."""
    given = Given(
        template=TagTemplate(),
        tags=tags(*(f"v{each}" for each in released)),
        project=a_project(version),
        main="main",
        main_project=None if main is None else a_project(main),
        divergence=apart,
        changelog=ours,
        main_changelog=theirs,
        today=date(2026, 3, 1),
    )
    if version is not None:
        given["version"] = Version(version)
    return FakeFacts(**given)


def test_a_version_above_main_and_every_tag() -> None:
    passes(VersionIsBumped(), beside_main("1.2.0", "1.1.0", "1.0.0", "1.1.0"))
    passes(VersionIsBumped(), beside_main("1.2.0", None, "1.1.0"))


def test_the_version_of_main() -> None:
    for version, main in (("1.1.0", "1.1.0"), ("1.0.0", "1.1.0")):
        (finding,) = finds(VersionIsBumped(), beside_main(version, main, "0.9.0"))

        assert version in finding.message
        assert finding.where == InFile("pyproject.toml", 7)
        assert finding.remedy == Run(("tagship", "prepare", "patch"))


def test_a_version_that_is_tagged() -> None:
    (finding,) = finds(VersionIsBumped(), beside_main("1.1.0", "1.0.0", "1.0.0", "1.1.0"))
    assert "v1.1.0" in finding.message

    finds(VersionIsBumped(), beside_main("1.1.0", "1.1.0", "1.1.0", apart=PART))


def test_on_main_itself_the_tags_alone_tell() -> None:
    passes(VersionIsBumped(), beside_main("1.2.0", "1.2.0", "1.1.0", apart=PART))


def test_before_the_first_release_the_version_of_main_is_the_first() -> None:
    skips(VersionIsBumped(), beside_main("0.1.0", "0.1.0"))
    finds(VersionIsBumped(), beside_main("0.1.0", "0.2.0"))


def test_the_release_of_a_version_that_main_has_and_nobody_tagged() -> None:
    """Its section is all that was left to bring; who brings it makes that release."""
    told, open_still = a_changelog("1.2.0", "1.1.0"), a_changelog("1.2.0 (unreleased)", "1.1.0")

    for main in (a_changelog("1.1.0"), open_still, None):
        skips(VersionIsBumped(), beside_main("1.2.0", "1.2.0", "1.1.0", ours=told, theirs=main))
    for ours, theirs in ((told, told), (open_still, None), (None, None)):
        finds(VersionIsBumped(), beside_main("1.2.0", "1.2.0", "1.1.0", ours=ours, theirs=theirs))
    finds(VersionIsBumped(), beside_main("1.2.0", "1.3.0", "1.1.0", ours=told))


def test_a_version_under_development_on_main_may_become_any_release() -> None:
    passes(VersionIsBumped(), beside_main("1.2.1", "1.3.0.dev0", "1.2.0"))
    finds(VersionIsBumped(), beside_main("1.3.0.dev0", "1.3.0.dev0", "1.2.0"))


def test_where_the_tag_is_the_version_nothing_is_bumped() -> None:
    facts = FakeFacts(project=a_project(None, source=BY_TAG))

    skips(VersionIsBumped(), facts)
    skips(VersionIsOneStepAboveMain(), facts)


def test_a_version_that_cannot_be_read() -> None:
    facts = FakeFacts(project=a_project(None, unknown="the version is computed"))

    assert cannot_tell(VersionIsBumped(), facts) == "the version is computed"
    assert cannot_tell(VersionIsOneStepAboveMain(), facts) == "the version is computed"


def test_one_step_above_what_main_has_and_nobody_tagged() -> None:
    for version in ("3.1.5", "3.2.0", "4.0.0", "3.2.0a1"):
        passes(VersionIsOneStepAboveMain(), beside_main(version, "3.1.4"))


def test_a_jump_from_what_main_has() -> None:
    (finding,) = finds(VersionIsOneStepAboveMain(), beside_main("4.1.5", "3.1.4", "3.1.3"))

    assert "3.1.4" in finding.message
    assert "--confirm-jump" in str(finding.remedy)


def test_no_jump_is_looked_for_where_another_check_does_or_nothing_is_above() -> None:
    for facts in (
        beside_main("4.1.5", "3.1.4", "3.1.4"),
        beside_main("3.1.4", "3.1.4"),
        beside_main("4.1.5", None),
        beside_main("2026.3.1", "2025.12.7"),
    ):
        skips(VersionIsOneStepAboveMain(), facts)
