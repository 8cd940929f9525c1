"""Which version comes next: wishes, cycles of pre-releases, dates, lines, and what changes ask for."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.version import Version

from tagship.domain.branch import Breakage, Bump, Fragment
from tagship.domain.bump import Taken, Told, Wish, choices, of_interest, suggest, target, tree_of
from tagship.errors import UsageError

TODAY = date(2026, 11, 22)


def wish(words: str) -> Wish:
    """A wish as it is typed."""
    said, *more = words.split() or [""]
    if said.startswith("--"):
        said, more = "", words.split()
    pre = more[more.index("--pre") + 1] if "--pre" in more else None
    part = Bump(said) if said in {bump.value for bump in Bump} else None
    version = Version(said) if said and part is None else None
    return Wish(part, version, pre, post="--post" in more, dev="--dev" in more)


def taken(*versions: str, **dated: date) -> dict[Version, date | None]:
    return {Version(version): None for version in versions} | {
        Version(name.removeprefix("v").replace("_", ".")): day for name, day in dated.items()
    }


SINCE_THE_YEARS = taken(  # the months began after thirty minor versions
    v0_29_0=date(2025, 11, 16), v0_30_0=date(2025, 11, 30), v2026_5_1=date(2026, 5, 28), v2026_6_1=date(2026, 6, 25),
    v2026_6_2=date(2026, 6, 25), v2026_6_3=date(2026, 6, 30),
)  # fmt: skip
COUNTED_FROM_1 = taken(v25_3_0=date(2025, 10, 6), v25_2_0=date(2025, 10, 5), v25_1_0=date(2025, 1, 25))
COUNTED_FROM_0 = taken(v24_3_1=date(2024, 10, 27), v24_3=date(2024, 10, 27), v24_2=date(2024, 7, 28))


def after(current: str, words: str, *others: str) -> str:
    """What a wish makes of a version that is tagged, beside others that are."""
    return str(target(Version(current), wish(words), taken(current, *others), today=TODAY))


@pytest.mark.parametrize(
    ("current", "words", "expected"),
    [
        ("1.2.0", "patch", "1.2.1"),
        ("1.2.0", "minor", "1.3.0"),
        ("1.2.0", "major", "2.0.0"),
        ("1.2", "patch", "1.2.1"),
        ("1.2.0", "minor --pre a", "1.3.0a1"),
        ("1.3.0a1", "--pre a", "1.3.0a2"),
        ("1.3.0a1", "minor --pre a", "1.3.0a2"),
        ("1.3.0a2", "--pre b", "1.3.0b1"),
        ("1.3.0b1", "--pre rc", "1.3.0rc1"),
        ("1.3.0rc1", "patch", "1.3.0"),
        ("1.3.0rc1", "minor", "1.3.0"),
        ("1.3.0rc1", "major", "2.0.0"),
        ("1.3.1rc1", "minor", "1.4.0"),
        ("2.0.0rc1", "major", "2.0.0"),
        ("1.3.0a0", "--pre a", "1.3.0a1"),
        ("1.3.0a0", "--pre b", "1.3.0b0"),
        ("1.3.0", "--post", "1.3.0.post1"),
        ("1.3.0.post1", "--post", "1.3.0.post2"),
        ("1.3.0.post0", "--post", "1.3.0.post1"),
        ("1.3.0.post1", "patch", "1.3.1"),
        ("1.3.0.post1.dev0", "--post", "1.3.0.post1"),
        ("1.3.0", "--post --dev", "1.3.0.post1.dev0"),
        ("1.3.0", "minor --dev", "1.4.0.dev0"),
        ("1.4.0.dev0", "--dev", "1.4.0.dev1"),
        ("1.4.0.dev1", "patch", "1.4.0"),
        ("1.4.0.dev1", "minor", "1.4.0"),
        ("1.4.0.dev1", "--pre a", "1.4.0a1"),
        ("1.4.0a1.dev0", "--pre a", "1.4.0a1"),
        ("1.4.0a1", "--dev", "1.4.0a2.dev0"),
        ("1.2.0", "minor --pre a --dev", "1.3.0a1.dev0"),
        ("1!2.0.0", "minor", "1!2.1.0"),
        ("0.0.0", "minor", "0.1.0"),
        ("1.2.3", "1.3.0", "1.3.0"),
        ("1.2.3", "1.3.0rc1", "1.3.0rc1"),
    ],
)
def test_what_a_wish_makes_of_a_version(current: str, words: str, expected: str) -> None:
    assert after(current, words) == expected


@pytest.mark.parametrize(
    ("current", "words", "others", "expected"),
    [
        ("1.2.0", "minor --pre a", ["1.3.0a1", "1.3.0a2"], "1.3.0a3"),
        ("1.2.0", "patch", ["1.2.1"], "1.2.2"),
        ("1.2.8", "patch", ["2.0.0", "2.1.0"], "1.2.9"),
        ("1.2.8", "minor", ["2.0.0", "1.3.0"], "1.4.0"),
        ("1.2.8", "major", ["2.0.0", "2.1.4"], "3.0.0"),
        ("1.3.0a1", "patch --pre a", ["1.3.0"], "1.3.1a1"),
        ("1.2.0", "minor", ["1.3.0a1"], "1.3.0"),
        ("1.3.0", "--post", ["1.3.0.post1"], "1.3.0.post2"),
    ],
)
def test_what_is_taken_is_passed_by(current: str, words: str, others: list[str], expected: str) -> None:
    assert after(current, words, *others) == expected


@pytest.mark.parametrize(
    ("current", "words", "others"),
    [
        ("1.3.0", "1.2.9", []),
        ("1.3.0", "1.3.0", []),
        ("1.2.0", "1.2.1", ["1.2.1"]),
        ("1.2.0", "1.2.1", ["1.2.2"]),
        ("1.2.0", "minor --pre a", ["1.3.0rc1"]),
        ("1.3.0b1", "--pre a", []),
        ("1!1.0.0", "2.0.0", []),
        ("1.2.0", "1.3.0+local", []),
        ("1.2.0", "1.3.0 --pre a", []),
        ("1.2.0", "--pre a", []),
        ("1.2.0", "--dev", []),
        ("1.2.0", "", []),
        ("1.3.0rc1", "--post", []),
        ("1.2.0", "patch --post", []),
        ("3.1.4", "4.1.5", []),
        ("3.1.4", "3.1.6", []),
    ],
)
def test_what_is_refused(current: str, words: str, others: list[str]) -> None:
    with pytest.raises(UsageError) as refused:
        after(current, words, *others)

    assert refused.value.remedy is not None


def test_a_jump_that_is_confirmed_is_no_slip() -> None:
    version = Version("4.1.5")

    assert target(Version("3.1.4"), Wish(version=version), taken("3.1.4"), today=TODAY, confirmed=True) == version


def test_the_version_itself_may_be_wished_for_while_nobody_has_it() -> None:
    assert target(Version("1.3.0"), Wish(version=Version("1.3.0")), taken("1.2.0"), today=TODAY) == Version("1.3.0")


@pytest.mark.parametrize(
    ("current", "words", "known", "expected"),
    [
        ("2026.3.1", "minor", taken("2026.3.0"), "2026.11.0"),
        ("2026.11.0", "minor", taken("2026.11.0"), "2026.11.1"),
        ("2026.11.0", "patch", taken("2026.11.0"), "2026.11.1"),
        ("2026.3.1", "minor", taken(v2026_3_1=date(2026, 3, 1), v2026_2_27=date(2026, 2, 27)), "2026.11.22"),
        ("2026.6.3", "minor", SINCE_THE_YEARS, "2026.11.1"),
        ("2026.6.3", "patch", SINCE_THE_YEARS, "2026.6.4"),
        ("20260301", "minor", taken(), "20261122"),
        ("20261122", "minor", taken("20261122"), "20261122.1"),
        ("2.31.0.20260301", "minor", taken(), "2.31.0.20261122"),
        ("202603", "minor", taken(), "202611"),
        ("26.1", "minor", taken("26.0", "26.1"), "26.2"),
        ("25.3.0", "minor", COUNTED_FROM_1, "26.1.0"),
        ("24.3.1", "minor", COUNTED_FROM_0, "26.0.0"),
        ("24.3.1", "minor", taken("24.3.1"), "24.4.0"),
        ("2026.12.0", "minor", taken("2026.12.0"), "2026.12.1"),
        ("2026.3.0", "minor", taken("2026.3.0", "2026.11.0"), "2026.11.1"),
        ("2026.11.0rc1", "patch", taken("2026.11.0rc1"), "2026.11.0"),
        ("2026.11.0rc1", "major", taken("2026.11.0rc1"), "2026.11.0"),
        ("2026.3.0", "--pre rc", taken("2026.3.0"), "2026.11.0rc1"),
    ],
)  # fmt: skip
def test_versions_that_are_dates(current: str, words: str, known: Taken, expected: str) -> None:
    assert str(target(Version(current), wish(words), known, today=TODAY)) == expected


def test_the_tree_holds_every_choice_once() -> None:
    offered = choices(Version("1.2.0"), taken("1.2.0"), today=TODAY)
    tree = tree_of(Version("1.2.0"), offered)

    assert len({choice.version for choice in offered}) == len(offered) == 16
    assert all(str(choice.version) in tree and " ".join(choice.wish.words) in tree for choice in offered)


def test_every_branch_of_the_tree_ends() -> None:
    tree = tree_of(Version("1.3.0b2"), choices(Version("1.3.0b2"), taken("1.3.0b2"), today=TODAY))

    assert tree.splitlines() == [
        "1.3.0b2",
        "├─ --pre b            1.3.0b3",
        "├─ --pre rc           1.3.0rc1",
        "├─ --dev              1.3.0b3.dev0",
        "├─ patch              1.3.0",
        "└─ major              2.0.0",
        "   ├─ major --pre a   2.0.0a1",
        "   ├─ major --pre b   2.0.0b1",
        "   ├─ major --pre rc  2.0.0rc1",
        "   └─ major --dev     2.0.0.dev0",
    ]


def test_the_tree_of_a_pre_release_leads_to_its_final() -> None:
    offered = {str(choice.version) for choice in choices(Version("1.3.0b2"), taken("1.3.0b2"), today=TODAY)}

    assert {"1.3.0b3", "1.3.0rc1", "1.3.0"} <= offered
    assert "1.3.0a1" not in offered


numbers = st.integers(0, 30)
releases = st.lists(numbers, min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
suffixes = st.sampled_from(["", "a0", "a1", "b2", "rc1", ".post1", ".dev0", "a1.dev0", ".post2.dev1"])
versions = st.builds(lambda release, suffix: Version(release + suffix), releases, suffixes)


@given(current=versions, others=st.sets(versions, max_size=6))
def test_every_choice_is_above_free_and_one_that_an_index_takes(current: Version, others: set[Version]) -> None:
    known: Taken = dict.fromkeys({*others, current})
    for choice in choices(current, known, today=TODAY):
        assert choice.version > current
        assert choice.version not in known
        assert choice.version.local is None
        assert choice.version.epoch == current.epoch
        assert Version(str(choice.version)) == choice.version


@given(current=versions, others=st.sets(versions, max_size=6))
def test_a_choice_can_be_made_again_by_its_words(current: Version, others: set[Version]) -> None:
    known: Taken = dict.fromkeys({*others, current})
    offered = choices(current, known, today=TODAY)
    assume(offered)
    for choice in offered:
        assert target(current, wish(" ".join(choice.wish.words)), known, today=TODAY) == choice.version


def history(*subjects: str) -> list[Told]:
    return [Told(f"{number:040x}", subject) for number, subject in enumerate(subjects)]


CONVENTIONAL = history(*["fix: mend"] * 6)


def test_conventional_commits_count_where_most_are_written_so() -> None:
    found = suggest(Version("1.0.0"), since=history("feat(cli): add --json", "chore: tidy"), before=CONVENTIONAL)

    assert found is not None
    assert found.bump is Bump.MINOR
    assert "feat(cli): add --json" in found.reasons[0]


def test_one_subject_that_happens_to_look_so_tells_nothing() -> None:
    plain = history(*["Mend this and that"] * 9)

    assert suggest(Version("1.0.0"), since=history("fix: a thing"), before=plain) is None


@pytest.mark.parametrize("message", ["feat!: drop Python 3.9", "fix(api)!: rename", "fix: x\n\nBREAKING CHANGE: gone"])
def test_what_breaks_is_major_and_before_one_minor(message: str) -> None:
    after_one = suggest(Version("1.0.0"), since=history(message), before=CONVENTIONAL)
    before_one = suggest(Version("0.4.0"), since=history(message), before=CONVENTIONAL)

    assert after_one is not None
    assert after_one.bump is Bump.MAJOR
    assert before_one is not None
    assert before_one.bump is Bump.MINOR


def test_the_weightiest_witness_decides_and_is_named() -> None:
    found = suggest(
        Version("2.0.0"),
        since=history("fix: a"),
        before=CONVENTIONAL,
        fragments=[
            Fragment("news/1.feature", "feature", Bump.MINOR, "New."),
            Fragment("news/2.misc", "misc", None, ""),
        ],
        breakages=[Breakage("pkg.gone", "was removed")],
    )

    assert found is not None
    assert (found.bump, found.reasons) == (Bump.MAJOR, ("pkg.gone: was removed",))


@pytest.mark.parametrize(
    ("body", "bump"),
    [
        ("### Added\n\n- X", Bump.MINOR),
        ("### Fixed\n\n- X", Bump.PATCH),
        ("### Fixed\n\n- X\n\n### Removed\n\n- Y", Bump.MAJOR),
        ("New features\n------------\n\n- X", Bump.MINOR),
        ("### Notes\n\n- X", None),
        ("- X", None),
    ],
)
def test_the_groups_under_unreleased_are_a_witness(body: str, bump: Bump | None) -> None:
    found = suggest(Version("1.0.0"), unreleased=body)

    assert (None if found is None else found.bump) is bump


def test_readers_hear_of_what_reaches_them() -> None:
    told = history("feat: a door", "ci: faster", "docs: typo", "chore!: drop 3.9", "fix: the hinge", "Merge it by hand")

    heard = [each.subject for each in of_interest(told)]

    assert heard == ["feat: a door", "chore!: drop 3.9", "fix: the hinge", "Merge it by hand"]


def test_where_nothing_reaches_them_they_hear_it_all() -> None:
    told = history(*["ci: faster"] * 6)

    assert of_interest(told) == told
