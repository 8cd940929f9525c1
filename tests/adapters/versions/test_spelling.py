import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from tagship.adapters.versions.spelling import spelt, words_in


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1.2.3", "1.2.4", "1.2.4"),
        ("1.2.3", "1.3.0rc1", "1.3.0rc1"),
        ("1.2.3-rc.1", "1.2.3rc2", "1.2.3-rc.2"),
        ("1.2.3-alpha1", "1.2.3b2", "1.2.3-beta2"),
        ("1.2.3beta1", "1.2.3a2", "1.2.3alpha2"),
        ("1.2.3b1", "1.2.3rc1", "1.2.3rc1"),
        ("1.2.3.dev", "1.2.4.dev0", "1.2.4.dev"),
        ("1.2.3.dev", "1.2.4.dev1", "1.2.4.dev1"),
        ("1.2-1", "1.2.post2", "1.2.post2"),
        ("1.2.3-rc.1", "1.2.3.post1", "1.2.3.post1"),
        ("2025.08.30", "2026.1.2", "2026.01.02"),
        ("2025.08.3", "2026.1.2", "2026.01.2"),
        ("2025.08", "2026.1.2", "2026.1.2"),
        ("1.0.0", "1.0.1", "1.0.1"),
        ("1!1.02", "1!1.3", "1!1.03"),
        ("1.0+abc", "1.1", "1.1"),
        ("nonsense", "1.1", "1.1"),
    ],
)
def test_in_the_style_of_what_stood_there(old: str, new: str, expected: str) -> None:
    assert spelt(Version(new), old) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1.2.3", "1.3", "1.3.0"),
        ("1.2.3", "1.3rc1", "1.3.0-rc.1"),
        ("1.2.3-rc1", "1.3rc2", "1.3.0-rc2"),
        ("1.2.3", "1.3.post1", "1.3.0-post.1"),
        ("1.2.3-rc1", "1.3.dev2", "1.3.0-dev.2"),
    ],
)
def test_by_semver(old: str, new: str, expected: str) -> None:
    assert spelt(Version(new), old, semver=True) == expected


@pytest.mark.parametrize(("new", "expected"), [("1.4.2", "1.4"), ("2", "2.0"), ("1.4rc1", "1.4")])
def test_the_first_parts(new: str, expected: str) -> None:
    assert spelt(Version(new), "1.3", parts=2) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("demo-1.2.3.tar.gz", []),
        ("v1.2.3, 'V2.0' and 3.0-", ["1.2.3", "2.0", "3.0"]),
        ("x1.2 _1.2 a.1.2", []),
        ("demo==1.2.3.", ["1.2.3"]),
        ("1.2.3rc1+local", ["1.2.3rc1+local"]),
        ("9" * 5000, []),
    ],
)
def test_what_reads_as_a_version(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in words_in(text)] == words


_PARTS = st.lists(st.integers(0, 99), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
_SUFFIX = st.sampled_from(["", "a1", "-beta.2", ".rc3", "rc", ".post1", "-1", "-dev4", ".dev", "a1.dev2", "+x"])


@given(old=st.builds("".join, st.tuples(_PARTS, _SUFFIX)), new=st.builds("".join, st.tuples(_PARTS, _SUFFIX)))
def test_what_is_spelt_says_the_version(old: str, new: str) -> None:
    version = Version(new)

    assert Version(spelt(version, old)) == version
    assert spelt(version, new) == new
