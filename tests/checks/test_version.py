from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from checks.asking import cannot_tell, finds, passes, skips
from fakes import (
    COMMIT,
    NOON,
    FakeFacts,
    a_lightweight_tag,
    a_manifest,
    a_page,
    a_project,
    a_remote,
    a_standing,
    a_tag,
    a_wheel,
    an_sdist,
    facts_about,
    served,
    tags,
    versions,
)
from tagship.checks.version import (
    CommitIsGreen,
    VersionFilesAgree,
    VersionIsAboveIndex,
    VersionIsAboveTags,
    VersionIsFree,
    VersionIsOneStepUp,
    VersionMatchesTag,
)
from tagship.domain.facts import CheckState, CommitCheck, VersionCopy
from tagship.domain.project import VersionSource
from tagship.errors import AtRef, AtUrl, Edit, InCommit, Run, Visit

DAY = timedelta(days=1)


def test_a_project_with_the_tags_version() -> None:
    passes(VersionMatchesTag(), facts_about("v1.2.0", project=a_project("1.2.0")))
    passes(VersionMatchesTag(), facts_about("v1.2.0", project=a_project("1.2")))


def test_a_project_with_another_version() -> None:
    (finding,) = finds(VersionMatchesTag(), facts_about("v1.2.0", project=a_project("1.1.0")))

    assert finding.where == InCommit(COMMIT, "pyproject.toml", 7)
    assert isinstance(finding.remedy, Edit)


def test_a_version_in_no_one_file() -> None:
    project = a_project("1.1.0", source=VersionSource("meson"))

    (finding,) = finds(VersionMatchesTag(), facts_about("v1.2.0", project=project))

    assert finding.where == InCommit(COMMIT)


def test_a_project_whose_version_is_the_tag_is_not_asked() -> None:
    skips(VersionMatchesTag(), facts_about("v1.2.0", project=a_project(None, source=VersionSource("tag"))))


def test_a_version_that_could_not_be_read() -> None:
    told = a_project(None, unknown="setup.py computes it")

    assert cannot_tell(VersionMatchesTag(), facts_about("v1.2.0", project=told)) == "setup.py computes it"
    cannot_tell(VersionMatchesTag(), facts_about("v1.2.0", project=a_project(None)))
    cannot_tell(VersionMatchesTag(), facts_about("v1.2.0"))


@pytest.mark.parametrize("copies", [[], ["1.2.0"], ["1.2.0", "1.2"]])
def test_copies_that_agree(copies: list[str]) -> None:
    facts = facts_about("v1.2.0", version_copies=[VersionCopy("CITATION.cff", 3, text) for text in copies])

    passes(VersionFilesAgree(), facts)


@pytest.mark.parametrize("text", ["1.1.0", "1.2.0rc1", "1.2.0.post1", "1.2.0+local", "x.y"])
def test_a_copy_that_does_not(text: str) -> None:
    copies = [VersionCopy("CITATION.cff", 3, "1.2.0"), VersionCopy("src/handmade/__init__.py", 5, text)]

    (finding,) = finds(VersionFilesAgree(), facts_about("v1.2.0", version_copies=copies))

    assert finding.where == InCommit(COMMIT, "src/handmade/__init__.py", 5)
    assert isinstance(finding.remedy, Edit)


def test_another_spelling_of_the_same_version_agrees() -> None:
    passes(VersionFilesAgree(), facts_about("v1.2.0rc1", version_copies=[VersionCopy("CITATION.cff", 3, "1.2.0-rc.1")]))


@pytest.mark.parametrize(("parts", "text"), [(1, "1"), (2, "1.2"), (4, "1.2.0.0")])
def test_a_copy_that_gives_only_the_first_numbers_agrees_by_those(parts: int, text: str) -> None:
    told = VersionCopy("docs/conf.py", 3, text, parts=parts)

    passes(VersionFilesAgree(), facts_about("v1.2.0", version_copies=[told]))
    finds(VersionFilesAgree(), facts_about("v2.3.0", version_copies=[told]))


def test_copies_that_cannot_be_read() -> None:
    cannot_tell(VersionFilesAgree(), facts_about("v1.2.0"))


def above_tags(tag: str, *others: str, reached: str = "", remote: str = "") -> FakeFacts:
    """A tag among others; `reached` and `remote` hold versions in words."""
    return facts_about(
        tag,
        tags=tags(tag, *others),
        reached=versions(*reached.split()),
        remote=a_remote(*(a_tag(f"v{version}") for version in remote.split())),
    )


@pytest.mark.parametrize(
    ("tag", "others", "reached"),
    [
        ("v0.1.0", "", "0.1.0"),
        ("v1.2.0", "v1.1.0", "1.1.0 1.2.0"),
        ("v1.9.1", "v1.9.0 v2.0.0 v2.1.0", "1.9.0 1.9.1"),  # maintenance while the next major is out
        ("v1.10.0", "v1.9.0 v2.0.0", "1.9.0"),
        ("v2.0.1", "v1.9.5", "2.0.0"),
        ("v1.2.0", "v1.2.0rc1 v1.2.0a1", "1.2.0rc1 1.2.0a1"),
        ("v1.2.0rc1", "v1.1.0", "1.1.0"),
        ("v1.2.0.post1", "v1.2.0", "1.2.0"),
        ("v1.3.0.dev1", "v1.2.0", "1.2.0"),
        ("v1.3", "v1.2", "1.2"),
        ("v0.2", "v0.1.9", "0.1.9"),
        ("v2024.11", "v2024.1", "2024.1"),
        ("v24.10.0", "v24.1.0", "24.1.0"),
        ("v25.1.0", "v24.10.0", "24.10.0"),
        ("v1!0.1", "v2024.11", "2024.11"),
        ("v1.2.0", "nightly v1.x docs-v9.9", ""),
    ],
)
def test_a_version_above_the_tags_of_its_line(tag: str, others: str, reached: str) -> None:
    passes(VersionIsAboveTags(), above_tags(tag, *others.split(), reached=reached))


@pytest.mark.parametrize(
    ("tag", "others", "reached"),
    [
        ("v1.9.1", "v1.9.2 v2.0.0", ""),  # the line's own sibling
        ("v1.9.1", "v2.0.0", "2.0.0"),  # made on top of the next major
        ("v1.2.0rc1", "v1.2.0", ""),
        ("v1.2.0", "v1.2.0.post1", ""),
        ("v1.2.0.dev9", "v1.2.0a1", ""),
        ("v1.2", "v1.2.1", ""),
        ("v2024.1", "v2024.1.1", ""),
        ("v2024.1", "v2024.11", "2024.11"),
        ("v9.0", "v1!0.1", "1!0.1"),
    ],
)
def test_a_version_below_one_of_them(tag: str, others: str, reached: str) -> None:
    (finding,) = finds(VersionIsAboveTags(), above_tags(tag, *others.split(), reached=reached))

    assert finding.where == AtRef(tag)
    assert isinstance(finding.remedy, Edit)


def test_a_tag_that_only_the_remote_has_counts_as_well() -> None:
    finds(VersionIsAboveTags(), above_tags("v1.2.1", remote="1.2.2"))
    passes(VersionIsAboveTags(), above_tags("v1.2.1", remote="1.2.1 1.2.0"))


def test_without_a_remote_the_local_tags_decide() -> None:
    finds(VersionIsAboveTags(), facts_about("v1.2.1", tags=tags("v1.2.1", "v1.2.2"), reached=versions()))
    finds(VersionIsAboveTags(), facts_about("v1.2.1", tags=tags("v1.2.2"), reached=versions(), remote=None))


def test_the_next_versions_that_are_told_are_free_on_the_index_as_well() -> None:
    facts = facts_about("v1.2.1", tags=tags("v1.2.1", "v1.2.2"), reached=versions(), index=a_page(listed=["1.2.3"]))

    (finding,) = finds(VersionIsAboveTags(), facts)

    assert "1.2.4 (patch)" in str(finding.remedy)


def test_what_was_reached_is_unknown() -> None:
    cannot_tell(VersionIsAboveTags(), facts_about("v1.2.0"))


def above_index(tag: str, published: str, *, tagged: str = "", reached: str = "", on_main: bool = True) -> FakeFacts:
    """A tag beside what the index lists; everything in words."""
    return facts_about(
        tag,
        tags=tags(tag, *(f"v{version}" for version in tagged.split())),
        remote=None,
        reached=versions(*reached.split()),
        standing=a_standing(on_main=on_main),
        index=a_page(listed=published.split()),
    )


@pytest.mark.parametrize(
    ("tag", "published", "tagged"),
    [
        ("v0.1.0", "", ""),
        ("v1.2.0", "1.1.0 1.0.0", ""),
        ("v1.2.0", "1.2.0rc1", ""),
        ("v1.2.0.post1", "1.2.0", ""),
        ("v1.9.1", "1.9.0 2.0.0", "1.9.0 2.0.0"),
        ("v1.2.0", "1.2.0", ""),  # our own, partly uploaded: going on is not starting over
        ("v1.2.0", "1.2", ""),  # and under another spelling
        ("v1.2.0", "1.2.0 1.1.0", "1.1.0"),
    ],
)
def test_a_version_above_what_the_index_served(tag: str, published: str, tagged: str) -> None:
    passes(VersionIsAboveIndex(), above_index(tag, published, tagged=tagged))


@pytest.mark.parametrize(
    ("tag", "published", "tagged"),
    [
        ("v1.9.1", "1.9.2", "1.9.2"),
        ("v1.2.0rc1", "1.2.0", "1.2.0"),
        ("v1.9.1", "2.0.0", ""),  # no tag explains it, so nobody knows what line it is of
        ("v1.2.0", "1.2.0 1.2.1", ""),
        ("v2024.1", "1!0.1", ""),
    ],
)
def test_a_version_below_what_the_index_served(tag: str, published: str, tagged: str) -> None:
    (finding,) = finds(VersionIsAboveIndex(), above_index(tag, published, tagged=tagged))

    assert (finding.where, type(finding.remedy)) == (AtRef(tag), Edit)


def test_a_release_line_is_not_held_to_what_main_published() -> None:
    passes(VersionIsAboveIndex(), above_index("v1.9.1", "1.9.0 2.0.0", on_main=False))
    finds(VersionIsAboveIndex(), above_index("v1.9.1", "1.9.2 2.0.0", on_main=False))


def test_what_the_commit_descends_from_counts_whatever_its_line() -> None:
    finds(VersionIsAboveIndex(), above_index("v1.9.1", "2.0.0", tagged="2.0.0", reached="2.0.0"))


def test_a_yanked_version_counts() -> None:
    index = a_page(served(a_wheel("1.2.1"), yanked="broken"))
    facts = facts_about("v1.2.0", remote=None, reached=versions(), standing=a_standing(), index=index)

    (finding,) = finds(VersionIsAboveIndex(), facts)

    assert "1.2.2 (patch)" in str(finding.remedy)


def test_an_index_that_does_not_answer() -> None:
    cannot_tell(VersionIsAboveIndex(), facts_about("v1.2.0", reached=versions(), standing=a_standing()))


@pytest.mark.parametrize(
    ("tag", "reached"),
    [
        ("v3.1.5", "3.1.4 3.1.5"),
        ("v3.2.0", "3.1.4"),
        ("v4.0.0", "3.1.4"),
        ("v4.0.0rc1", "3.1.4"),
        ("v4.0.0", "3.1.4 4.0.0rc1"),
        ("v3.1.4.post1", "3.1.4"),
        ("v3.2.0.dev1", "3.1.4"),
        ("v1.3", "1.2"),
        ("v0.2", "0.1.9"),
        ("v1.9.1", "1.9.0"),
        ("v1.2.3.5", "1.2.3.4"),
        ("v1.2.4", "1.2.3.4"),
        ("v1.2.3.1", "1.2.3"),
        ("v1!1.1", "1!1.0 2025.4"),
    ],
)
def test_one_step_up(tag: str, reached: str) -> None:
    passes(VersionIsOneStepUp(), facts_about(tag, reached=versions(*reached.split())))


@pytest.mark.parametrize(
    ("tag", "reached"),
    [
        ("v4.1.5", "3.1.4"),
        ("v3.1.6", "3.1.4"),
        ("v3.3", "3.1"),
        ("v3.2.1", "3.1.4"),
        ("v3.2.1rc1", "3.1.4"),
        ("v1.2.3.6", "1.2.3.4"),
        ("v1!3.1.5", "3.1.4"),
        ("v12.0", "1.1"),
    ],
)
def test_a_jump(tag: str, reached: str) -> None:
    (finding,) = finds(VersionIsOneStepUp(), facts_about(tag, reached=versions(*reached.split())))

    assert (finding.where, type(finding.remedy)) == (AtRef(tag), Edit)
    # A tag that only --confirm-jump let pass was out, and no job could ship it.
    assert "a waiver of this check for the jobs" in str(finding.remedy)


@pytest.mark.parametrize(
    ("tag", "reached"),
    [
        ("v1.2.0", ""),
        ("v1.2.0", "1.2.0"),
        ("v1.2.0", "1.3.0"),
        ("v2024.11", "2024.1"),
        ("v26.10.0", "26.1.0"),
        ("v27.1.0", "26.12.0"),
        ("v20260301", "20231228"),
        ("v2.31.0.20260301", "2.31.0.20240106"),
    ],
)
def test_steps_of_which_nothing_is_asked(tag: str, reached: str) -> None:
    skips(VersionIsOneStepUp(), facts_about(tag, reached=versions(*reached.split())))


def test_steps_from_an_unknown_past() -> None:
    cannot_tell(VersionIsOneStepUp(), facts_about("v1.2.0"))


def test_a_version_of_which_the_index_has_nothing() -> None:
    passes(VersionIsFree(), facts_about("v1.2.0", index=a_page()))
    passes(VersionIsFree(), facts_about("v1.2.0", index=a_page(served(a_wheel("1.1.0"), at=NOON - DAY))))
    passes(VersionIsFree(), facts_about("v1.2.0", index=a_page(exists=False)))


@pytest.mark.parametrize("at", [NOON, NOON + DAY, NOON - timedelta(minutes=9)])
def test_our_own_files_from_after_the_tag_are_no_obstacle(at: datetime) -> None:
    passes(VersionIsFree(), facts_about("v1.2.0", index=a_page(served(a_wheel(), at=at))))


@pytest.mark.parametrize("version", ["1.2.0", "1.2"])
def test_files_from_before_the_tag(version: str) -> None:
    before, after = served(a_wheel(version), at=NOON - DAY), served(an_sdist(version), at=NOON + DAY)
    index = a_page(before, after, listed=["1.2.1", "1.3.0"])

    (finding,) = finds(VersionIsFree(), facts_about("v1.2.0", index=index, remote=None))

    assert finding.where == AtUrl(before.url)
    assert finding.remedy == Edit("the next valid versions are 1.2.2 (patch), 1.4.0 (minor) or 2.0.0 (major)")


def test_our_own_files_are_no_obstacle_whatever_the_clocks_say() -> None:
    index = a_page(served(a_wheel(), at=NOON - DAY))
    ours, rebuilt, other = a_manifest(a_wheel()), a_manifest(a_wheel(seed="again")), a_manifest(an_sdist())

    passes(VersionIsFree(), facts_about("v1.2.0", index=index, manifest=ours))
    for manifest in (rebuilt, other, replace(ours, tag="v1.2"), replace(ours, commit="0" * 40)):
        finds(VersionIsFree(), facts_about("v1.2.0", index=index, manifest=manifest, remote=None))


def test_the_moment_is_told_in_one_zone() -> None:
    at = datetime(2026, 2, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    (finding,) = finds(VersionIsFree(), facts_about("v1.2.0", index=a_page(served(a_wheel(), at=at))))

    assert "2026-01-31 23:30 UTC" in finding.message


def test_a_lightweight_tag_is_as_old_as_its_commit() -> None:
    tag, index = a_lightweight_tag("v1.2.0"), a_page(served(a_wheel(), at=NOON - DAY))

    finds(VersionIsFree(), facts_about("v1.2.0", tag=tag, committed_at=NOON, index=index))
    passes(VersionIsFree(), facts_about("v1.2.0", tag=tag, committed_at=NOON - 2 * DAY, index=index))


def test_an_index_that_does_not_tell_since_when() -> None:
    untold, early = served(a_wheel(), at=None), served(an_sdist(), at=NOON - DAY)

    skips(VersionIsFree(), facts_about("v1.2.0", index=a_page(untold)))
    finds(VersionIsFree(), facts_about("v1.2.0", index=a_page(untold, early)))


def test_whether_the_version_is_free_is_unknown() -> None:
    cannot_tell(VersionIsFree(), facts_about("v1.2.0"))


GREEN = CommitCheck("tests", CheckState.GREEN)
RED = CommitCheck("lint", CheckState.RED, "https://host.example/run/1")
PENDING = CommitCheck("docs", CheckState.PENDING)


def test_a_green_commit() -> None:
    passes(CommitIsGreen(), facts_about("v1.2.0", commit_checks=[GREEN, GREEN]))


@pytest.mark.parametrize("others", [[], [GREEN], [PENDING]])
def test_a_red_commit(others: list[CommitCheck]) -> None:
    (finding,) = finds(CommitIsGreen(), facts_about("v1.2.0", commit_checks=[*others, RED]))

    assert (finding.where, finding.remedy) == (
        AtUrl("https://host.example/run/1"),
        Visit("https://host.example/run/1"),
    )


def test_a_red_commit_without_a_page_to_open() -> None:
    (finding,) = finds(CommitIsGreen(), facts_about("v1.2.0", commit_checks=[CommitCheck("lint", CheckState.RED)]))

    assert (finding.where, finding.remedy) == (AtRef("v1.2.0"), Run(("git", "log", "-1", COMMIT)))


def test_a_commit_whose_checks_are_still_running() -> None:
    assert "docs" in cannot_tell(CommitIsGreen(), facts_about("v1.2.0", commit_checks=[GREEN, PENDING]))
    cannot_tell(CommitIsGreen(), facts_about("v1.2.0"))


def test_a_commit_that_nobody_checks() -> None:
    skips(CommitIsGreen(), facts_about("v1.2.0", commit_checks=None))
    skips(CommitIsGreen(), facts_about("v1.2.0", commit_checks=[]))


def test_the_version_itself_must_be_known() -> None:
    """A tag that names no version leaves every question about the version open."""
    unnamed = FakeFacts(tag_name="latest", tag=a_tag("latest"), reached=versions(), index=a_page(), remote=None)

    cannot_tell(VersionIsAboveTags(), unnamed)
    cannot_tell(VersionIsAboveIndex(), unnamed)
    cannot_tell(VersionIsOneStepUp(), unnamed)


def test_a_final_version_below_a_pre_release_of_another_line() -> None:
    facts = facts_about("v0.28.1", tags=tags("v0.28.0", "v0.28.1", "v1.0.0b0"), reached=versions("0.28.0", "1.0.0b0"))

    passes(VersionIsAboveTags(), facts)


def test_a_predecessor_on_a_branch_of_its_own() -> None:
    facts = facts_about("v1.2.4", tags=tags("v1.1.0", "v1.2.3", "v1.2.4"), reached=versions("1.1.0"))

    passes(VersionIsOneStepUp(), facts)
