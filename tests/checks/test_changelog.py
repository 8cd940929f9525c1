import pytest
from packaging.version import Version

from checks.asking import cannot_tell, finds, passes, skips
from fakes import COMMIT, a_changelog, a_standing, facts_about, tags
from tagship.checks.changelog import (
    ChangelogHasContent,
    ChangelogHasNoNewer,
    ChangelogHasVersion,
    ChangelogNamesVersionOnce,
    ChangelogSectionIsFinal,
    MainHasTheEntry,
    section_for,
)
from tagship.checks.telling import EXAMPLE
from tagship.domain.changelog import Changelog
from tagship.errors import Edit, InCommit, InFile


@pytest.mark.parametrize(
    ("version", "titles", "title"),
    [
        ("1.2.0", ["1.2.0", "1.1.0"], "1.2.0"),
        ("1.2.0", ["1.2 - 2026-03-01", "1.1.0"], "1.2 - 2026-03-01"),
        ("1.2.0", ["Unreleased", "1.1.0"], None),
        ("1.2.0rc1", ["1.2.0rc1", "1.2.0"], "1.2.0rc1"),
        ("1.2.0rc1", ["1.2.0", "Unreleased"], "1.2.0"),
        ("1.2.0rc1", ["Unreleased", "1.1.0"], "Unreleased"),
        ("1.2.0.dev3", ["1.1.0"], None),
        ("1.2.0.post1", ["1.2.0.post1", "1.2.0"], "1.2.0.post1"),
        ("1.2.0.post1", ["1.2.0"], "1.2.0"),
        ("1.2.0.post1", ["Unreleased", "1.1.0"], None),
        ("1!1.2.0rc1", ["1.2.0"], None),
    ],
)
def test_the_section_that_tells_about_a_version(version: str, titles: list[str], title: str | None) -> None:
    section = section_for(a_changelog(*titles), Version(version))

    assert (None if section is None else section.title) == title


def test_a_changelog_with_the_version() -> None:
    passes(ChangelogHasVersion(), facts_about("v1.2.0", changelog=a_changelog("1.2.0", "1.1.0")))


def test_a_changelog_without_the_version() -> None:
    (finding,) = finds(ChangelogHasVersion(), facts_about("v1.2.0", changelog=a_changelog("1.1.0", path="NEWS.md")))

    assert (finding.where, type(finding.remedy)) == (InCommit(COMMIT, "NEWS.md"), Edit)


def test_no_changelog_at_all() -> None:
    (finding,) = finds(ChangelogHasVersion(), facts_about("v1.2.0", changelog=None))

    assert (finding.where, type(finding.remedy)) == (InCommit(COMMIT), Edit)


def test_a_changelog_that_cannot_be_read() -> None:
    cannot_tell(ChangelogHasVersion(), facts_about("v1.2.0"))


def test_a_section_of_a_release() -> None:
    passes(ChangelogSectionIsFinal(), facts_about("v1.2.0", changelog=a_changelog("1.2.0 - 2026-03-01")))


def test_a_section_that_calls_its_version_unreleased() -> None:
    facts = facts_about("v1.2.0", changelog=a_changelog("1.2.0 (unreleased)", path="NEWS.md"))

    (finding,) = finds(ChangelogSectionIsFinal(), facts)

    assert isinstance(finding.where, InCommit)
    assert finding.where.path == "NEWS.md"


@pytest.mark.parametrize("title", ["1.2.0 (unreleased)", "Unreleased"])
def test_a_pre_release_under_a_section_that_is_still_open(title: str) -> None:
    skips(ChangelogSectionIsFinal(), facts_about("v1.2.0rc1", changelog=a_changelog(title, "1.1.0")))


def test_one_section_for_the_version_whatever_else_stands_twice() -> None:
    passes(ChangelogNamesVersionOnce(), facts_about("v1.2.0", changelog=a_changelog("1.2.0", "1.1.0", "1.1.0")))


def test_two_sections_for_the_version() -> None:
    (finding,) = finds(
        ChangelogNamesVersionOnce(), facts_about("v1.2.0", changelog=a_changelog("1.2.0", "1.1.0", "1.2.0"))
    )

    assert isinstance(finding.where, InCommit)


def test_a_section_that_tells_something() -> None:
    passes(ChangelogHasContent(), facts_about("v1.2.0", changelog=a_changelog("1.2.0")))


@pytest.mark.parametrize(
    "body",
    [
        "", "TODO", "<!-- what is new -->", "### Added", "- ", f"- {EXAMPLE}", f"* **{EXAMPLE}**",
        "Describe the change.", "- Describe the change. (#12)",
        "- Describe the change ([#12](https://example.org/12), #13)",
        "- Describe the change (`#12 <https://example.org/12>`_)",
    ],
)  # fmt: skip
def test_a_section_that_tells_nothing(body: str) -> None:
    facts = facts_about("v1.2.0", changelog=a_changelog("1.3.0", "1.2.0", body=body))

    (finding,) = finds(ChangelogHasContent(), facts)

    assert isinstance(finding.where, InCommit)
    assert (finding.where.commit, finding.where.path) == (COMMIT, "CHANGELOG.md")
    assert finding.where.line is not None
    assert finding.where.line > 3


@pytest.mark.parametrize(
    "body",
    [
        "- Describe the change of a version (#12)", "- What says `(#NUMBER)` is told.\n",
        f"<!--\n- {EXAMPLE}\n-->\n- Words are counted.\n", f"- Proposed is\n\n  ```\n- {EXAMPLE}\n  ```\n",
    ],
)  # fmt: skip
def test_a_section_that_tells_more_than_the_example(body: str) -> None:
    passes(ChangelogHasContent(), facts_about("v1.2.0", changelog=a_changelog("1.2.0", body=body)))


@pytest.mark.parametrize(
    ("left", "remedy"),
    [
        (f"- {EXAMPLE}", "write what changed in place of 'Describe the change' in CHANGELOG.md"),
        ("- Tides (#NUMBER).", "put the number in place of 'NUMBER' in CHANGELOG.md, or take '(#NUMBER)' away"),
    ],
)
def test_the_example_beside_entries_that_somebody_wrote(left: str, remedy: str) -> None:
    """It stood in the notes of a release, below what was told in earnest."""
    facts = facts_about("v1.2.0", changelog=a_changelog("1.2.0", body=f"- Words are counted.\n{left}\n"))

    (finding,) = finds(ChangelogHasContent(), facts)

    assert finding.message == "the section '1.2.0' holds an entry that nobody wrote yet"
    assert finding.remedy == Edit(remedy)


@pytest.mark.parametrize("check", [ChangelogHasContent(), ChangelogHasNoNewer(), MainHasTheEntry()])
def test_without_a_section_there_is_nothing_to_judge(
    check: ChangelogHasContent | ChangelogHasNoNewer | MainHasTheEntry,
) -> None:
    standing = a_standing(on_main=False, lines=["1.x"])

    skips(check, facts_about("v1.2.0", standing=standing, changelog=a_changelog("1.1.0")))
    skips(check, facts_about("v1.2.0", standing=standing, changelog=None))
    cannot_tell(check, facts_about("v1.2.0", standing=standing))


@pytest.mark.parametrize(
    ("tag", "titles", "tagged"),
    [
        ("v1.2.0", "1.2.0|1.1.0", ""),
        ("v1.2.0", "Unreleased|1.2.0", ""),
        ("v1.2.0", "1.3.0 (unreleased)|1.2.0", ""),
        ("v1.9.1", "2.0.0|1.9.1|1.9.0", "v2.0.0"),
        ("v1.2.0rc1", "1.2.0|1.1.0", ""),
        ("v1.2.0", "1.2.0|1.3.0", ""),  # below: another order, and no slip
    ],
)
def test_nothing_newer_stands_above(tag: str, titles: str, tagged: str) -> None:
    facts = facts_about(tag, tags=tags(tag, "latest", *tagged.split()), changelog=a_changelog(*titles.split("|")))

    passes(ChangelogHasNoNewer(), facts)


def test_a_newer_version_that_nobody_tagged() -> None:
    facts = facts_about("v1.9.1", tags=tags("v1.9.1", "v2.0.0"), changelog=a_changelog("2.1.0", "2.0.0", "1.9.1"))

    (finding,) = finds(ChangelogHasNoNewer(), facts)

    assert (finding.where, type(finding.remedy)) == (InCommit(COMMIT, "CHANGELOG.md", 3), Edit)


def test_notes_under_unreleased_have_no_place_among_the_versions() -> None:
    skips(ChangelogHasNoNewer(), facts_about("v1.2.0rc1", changelog=a_changelog("Unreleased", "1.1.0")))


def test_a_tag_on_main_has_its_entry_there() -> None:
    skips(MainHasTheEntry(), facts_about("v1.2.0", standing=a_standing()))


def test_main_tells_about_a_maintenance_release() -> None:
    facts = facts_about(
        "v1.9.1",
        standing=a_standing(on_main=False, lines=["1.x"]),
        changelog=a_changelog("1.9.1", "1.9.0"),
        main_changelog=a_changelog("2.0.0", "1.9.1", "1.9.0"),
    )

    passes(MainHasTheEntry(), facts)


@pytest.mark.parametrize(
    ("main", "path"),
    [(a_changelog("2.0.0", "1.9.0", path="NEWS.md"), "NEWS.md"), (None, "CHANGELOG.md")],
)
def test_main_does_not(main: Changelog | None, path: str) -> None:
    facts = facts_about(
        "v1.9.1",
        standing=a_standing(on_main=False, lines=["1.x"]),
        changelog=a_changelog("1.9.1", "1.9.0"),
        main_changelog=main,
    )

    (finding,) = finds(MainHasTheEntry(), facts)

    assert (finding.where, type(finding.remedy)) == (InFile(path), Edit)


def test_mains_changelog_cannot_be_read() -> None:
    standing = a_standing(on_main=False, lines=["1.x"])

    cannot_tell(MainHasTheEntry(), facts_about("v1.9.1", standing=standing, changelog=a_changelog("1.9.1")))
