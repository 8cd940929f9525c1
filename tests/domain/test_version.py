from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from tagship.domain.version import (
    NextVersions,
    TagTemplate,
    is_calendar,
    is_one_step,
    is_read_apart,
    line_of,
    next_versions,
    parse_version,
    spelling_trap,
)

NUMBERS = st.integers(0, 12)
SUFFIXES = st.tuples(
    st.sampled_from(["", "a", "b", "rc"]),
    NUMBERS,
    st.sampled_from(["", ".post"]),
    NUMBERS,
    st.sampled_from(["", ".dev"]),
    NUMBERS,
).map(lambda parts: "".join(f"{word}{number}" for word, number in zip(parts[::2], parts[1::2], strict=True) if word))
RELEASES = st.lists(NUMBERS, min_size=1, max_size=5).map(lambda parts: ".".join(map(str, parts)))
PUBLIC = st.builds("{}{}{}".format, st.sampled_from(["", "1!"]), RELEASES, SUFFIXES).map(Version)
LOCALS = st.builds("{}+{}".format, PUBLIC, st.from_regex(r"[a-z0-9]{1,5}(\.[a-z0-9]{1,5})?", fullmatch=True)).map(
    Version
)
VERSIONS = PUBLIC | LOCALS
TEMPLATES = st.builds(
    "{}{{version}}{}".format,
    st.text(st.characters(exclude_characters="{}"), max_size=8),
    st.text(st.characters(exclude_characters="{}"), max_size=8),
).map(TagTemplate)


@given(TEMPLATES, VERSIONS)
def test_from_version_to_tag_and_back(template: TagTemplate, version: Version) -> None:
    tag = template.tag_for(version)

    assert template.spelling_in(tag) == str(version)
    assert template.version_in(tag) == version


@given(TEMPLATES, st.text(max_size=20))
def test_a_tag_is_read_as_the_version_that_its_middle_spells_or_as_none(template: TagTemplate, tag: str) -> None:
    spelling = template.spelling_in(tag)

    assert spelling is None or template.text.replace("{version}", spelling) == tag
    assert spelling is not None or template.version_in(tag) is None


@pytest.mark.parametrize("text", ["", "v", "{version}{version}", "{Version}", "v{version"])
def test_a_template_holds_the_version_once(text: str) -> None:
    with pytest.raises(ValueError, match="once"):
        TagTemplate(text)


@pytest.mark.parametrize(
    ("template", "tag", "spelling"),
    [
        ("v{version}", "v1.2.0", "1.2.0"),
        ("v{version}", "v1.2.0-rc.1", "1.2.0-rc.1"),
        ("v{version}", "1.2.0", None),
        ("v{version}", "vendor", None),
        ("v{version}", "v", None),
        ("v{version}", "v1\n2", "1\n2"),
        ("{version}", "v1.2", "v1.2"),
        ("{version}-final", "1.2-final", "1.2"),
        ("{version}-final", "1.2", None),
        ("ab{version}bc", "abc", None),
        ("ab{version}bc", "ab1bc", "1"),
        ("pkg/v{version}", "pkg/v1.2", "1.2"),
        ("pkg/v{version}", "other/v1.2", None),
    ],
)
def test_the_spelling_in_a_tag(template: str, tag: str, spelling: str | None) -> None:
    assert TagTemplate(template).spelling_in(tag) == spelling


def test_the_parts_of_a_template() -> None:
    template = TagTemplate("pkg-v{version}-final")

    assert (template.prefix, template.suffix) == ("pkg-v", "-final")
    assert TagTemplate() == TagTemplate("v{version}")


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.2.0-rc.1", Version("1.2.0rc1")),
        (" 1.2 ", Version("1.2")),
        ("1.2.x", None),
        ("", None),
        ("latest", None),
        ("9" * 5000, None),
        ("1." + "9" * 5000, None),
    ],
)
def test_what_reads_as_a_version(text: str, version: Version | None) -> None:
    assert parse_version(text) == version


@given(PUBLIC)
def test_a_canonical_version_is_no_trap(version: Version) -> None:
    assert spelling_trap(str(version)) is None


@given(LOCALS)
def test_a_local_version_is_one(version: Version) -> None:
    assert spelling_trap(str(version)) is not None


@given(st.text(max_size=12) | RELEASES.map(lambda release: f"{release}-1"))
def test_a_spelling_without_a_trap_is_its_versions_own(spelling: str) -> None:
    assert spelling_trap(spelling) is not None or str(parse_version(spelling)) == spelling


@pytest.mark.parametrize(
    "spelling", ["1.2.3-1", "v1.2.3-1", "1.2.3-rc.1", "1.2.3-alpha", "1.2.3+5", "1.2.03", "v1.2", "1.2.3-hotfix", "1_0"]
)
def test_spellings_that_mean_something_else(spelling: str) -> None:
    assert spelling_trap(spelling) is not None


def test_the_worst_trap_is_told_by_its_name() -> None:
    assert "post-release 1.2.3.post1" in str(spelling_trap("1.2.3-1"))
    assert "post-release 1.2.3.post1" in str(spelling_trap("v1.2.3-post.1"))
    assert "post-release" not in str(spelling_trap("1.2.3-rc.1"))
    assert "post-release" not in str(spelling_trap("1.2.3-dev"))


@given(PUBLIC)
def test_a_canonical_version_is_read_in_one_way(version: Version) -> None:
    assert not is_read_apart(str(version), version)


def stepped(found: NextVersions) -> list[str]:
    return [str(version) for version in (found.patch, found.minor, found.major)]


@pytest.mark.parametrize(
    ("published", "taken", "expected"),
    [
        ("1.2.3", "", "1.2.4 1.3.0 2.0.0"),
        ("1.2", "", "1.2.1 1.3 2.0"),
        ("1", "", "1.0.1 1.1 2"),
        ("0.0.9", "", "0.0.10 0.1.0 1.0.0"),
        ("1!1.2.3", "", "1!1.2.4 1!1.3.0 1!2.0.0"),
        ("1.2.3.4", "", "1.2.4.0 1.3.0.0 2.0.0.0"),
        ("2024.1", "", "2024.1.1 2024.2 2025.0"),
        # A pre-release is followed by its own final release.
        ("1.3.0rc1", "", "1.3.0 1.4.0 2.0.0"),
        ("1.3.0.dev5", "", "1.3.0 1.4.0 2.0.0"),
        ("1.3.0rc1.post1", "", "1.3.0 1.4.0 2.0.0"),
        # What comes after a final release is not.
        ("1.2.3.post1", "", "1.2.4 1.3.0 2.0.0"),
        ("1.2.3.post1.dev1", "", "1.2.4 1.3.0 2.0.0"),
        # What is taken is passed over, and so is what lies below it on the same line.
        ("1.2.3", "1.2.4", "1.2.5 1.3.0 2.0.0"),
        ("1.2.3", "1.2.9", "1.2.10 1.3.0 2.0.0"),
        ("1.2.3", "1.2.9rc1", "1.2.9 1.3.0 2.0.0"),
        ("1.2.3", "1.3.0 1.4.0 2.0.0", "1.2.4 1.5.0 3.0.0"),
        ("1.2.3", "1.3.7", "1.2.4 1.4.0 2.0.0"),
        ("1.2.3", "1.3.0rc1", "1.2.4 1.3.0 2.0.0"),
        ("1.2.3", "1.3.0.post1", "1.2.4 1.4.0 2.0.0"),
        ("1.9.2", "1.10.0 2.4.1", "1.9.3 1.11.0 3.0.0"),
        ("1.3.0rc1", "1.3.0", "1.3.1 1.4.0 2.0.0"),
        ("1.2.3", "1!1.2.4 1!1.3.0", "1.2.4 1.3.0 2.0.0"),
        ("1.2.3", "1.2.999999999999", "1.2.1000000000000 1.3.0 2.0.0"),
    ],
)
def test_the_next_versions(published: str, taken: str, expected: str) -> None:
    assert stepped(next_versions(Version(published), map(Version, taken.split()))) == expected.split()


def test_the_next_versions_in_words() -> None:
    assert str(next_versions(Version("1.2.3"))) == "1.2.4 (patch), 1.3.0 (minor) or 2.0.0 (major)"


@given(VERSIONS, st.lists(VERSIONS, max_size=8))
def test_the_next_versions_are_above_and_free(published: Version, taken: list[Version]) -> None:
    found = next_versions(published, taken)

    for version in (found.patch, found.minor, found.major):
        assert version > published
        assert version not in taken
        assert not any(other > version for other in taken if line_of(other) == line_of(version))
        assert Version(version.base_version) == version


@given(VERSIONS)
def test_the_next_versions_are_one_step_up_each(published: Version) -> None:
    found = next_versions(published)

    assert is_one_step(published, found.patch)
    assert is_one_step(published, found.minor)
    assert is_one_step(published, found.major)
    assert found.patch <= found.minor <= found.major


def test_a_line_is_epoch_major_and_minor() -> None:
    assert line_of(Version("1!1.9.3rc1")) == (1, 1, 9)
    assert line_of(Version("2")) == (0, 2, 0)


def is_one_step_by_trying(before: Version, after: Version) -> bool:
    """The same question, answered by looking at each part in turn."""
    length = max(3, len(before.release), len(after.release))
    old, new = ((*version.release, *[0] * length)[:length] for version in (before, after))
    if before.epoch != after.epoch:
        return False
    if old == new:
        return after > before
    first = next(place for place in range(length) if old[place] != new[place])
    return new[first] == old[first] + 1 and not any(new[first + 1 :])


@given(VERSIONS, VERSIONS)
def test_one_step_agrees_with_trying(before: Version, after: Version) -> None:
    assert is_one_step(before, after) == is_one_step_by_trying(before, after)


@given(VERSIONS, st.integers(0, 5), SUFFIXES)
def test_one_step_agrees_with_trying_on_neighbours(before: Version, place: int, suffix: str) -> None:
    parts = [*before.release, *[0] * 6]
    parts[place] += 1
    after = Version(f"{before.epoch}!{'.'.join(map(str, parts[: place + 1]))}{suffix}")

    assert is_one_step(before, after)
    assert is_one_step_by_trying(before, after)


@pytest.mark.parametrize(
    "history",
    [
        "0.1 0.2 0.2.1 1.0",
        "1.2.0rc1 1.2.0rc2 1.2.0 1.2.0.post1 1.2.1",
        "1.2.0 1.3.0.dev1 1.3.0a1 1.3.0",
        "1.2.3.4 1.2.3.5 1.2.4 1.2.4.1",
        "1!1.0 1!1.1",
    ],
)
def test_histories_of_single_steps(history: str) -> None:
    assert all(is_one_step(before, after) for before, after in pairwise(map(Version, history.split())))


@pytest.mark.parametrize(
    "step", ["3.1.4 4.1.5", "3.1.4 3.1.6", "1.0 1!1.1", "1.2.0 1.2.0", "1.2.1 1.2.0", "1.2.0 1.2.0rc1", "1.2 1.4rc1"]
)
def test_what_is_not_one_step(step: str) -> None:
    before, after = map(Version, step.split())

    assert not is_one_step(before, after)


@pytest.mark.parametrize(
    "version",
    [
        "2026.1", "2025.12.3", "2027.0", "1999.4", "26.1", "25.10.0", "27.1", "202603", "20260301", "20231228",
        "20260301.1", "2.31.0.20260301", "1.0.20251231",
    ],
)  # fmt: skip
def test_versions_that_read_as_dates(version: str) -> None:
    assert is_calendar(Version(version), 2026)


@pytest.mark.parametrize(
    "version",
    ["1.2.3", "24.1", "28.0", "2028.1", "1989.1", "202613", "20261301", "20260332", "20281201", "99999999", "3.2026"],
)
def test_versions_that_do_not(version: str) -> None:
    assert not is_calendar(Version(version), 2026)


@pytest.mark.parametrize(("version", "year"), [("99.12", 2000), ("0.1", 2000), ("1.0", 2000), ("0.5", 1999)])
def test_the_turn_of_a_century(version: str, year: int) -> None:
    assert is_calendar(Version(version), year)
