import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from tagship.domain.tagging import discover_template
from tagship.domain.version import TagTemplate


@pytest.mark.parametrize(
    ("tags", "template"),
    [
        (["v1.0", "v1.1", "v1.2rc1"], "v{version}"),
        (["1.0", "1.1"], "{version}"),
        (["V1.2"], "V{version}"),
        (["pkg-v1.2.3"], "pkg-v{version}"),
        (["pkg-1.2.3"], "pkg-{version}"),
        (["pkg/v1.2.3"], "pkg/v{version}"),
        (["pkg/1.2.3"], "pkg/{version}"),
        (["pkg@1.2.3"], "pkg@{version}"),
        (["pkg_1.2.3"], "pkg_{version}"),
        (["Pkg-1.2.3"], "Pkg-{version}"),
        (["@scope/pkg@1.2.3"], "@scope/pkg@{version}"),
        (["packages/pkg/v1.2.3"], "packages/pkg/v{version}"),
        (["release-1.2.3"], "release-{version}"),
        (["release/v1.2.3"], "release/v{version}"),
        (["v1", "v2"], "v{version}"),
        (["2024.1.15", "2024.2.1"], "{version}"),
        (["v1.2-1"], "v{version}"),
        # Moved from bare to v: two tags are enough, however many there were before.
        ([*(f"0.{minor}" for minor in range(50)), "v1.0", "v1.1"], "v{version}"),
        (["0.1", "v1.0"], "v{version}"),
        # One stray tag does not move a project.
        ([*(f"v1.{minor}" for minor in range(9)), "1.9"], "v{version}"),
        # The same versions in both styles: the more common one.
        (["v1.0", "1.0", "v1.1", "v0.9", "v0.8"], "v{version}"),
        # Moving majors and dates beside real versions.
        (["1.0.0", "1.1.0", "v1", "v2", "v3"], "{version}"),
        (["v1.0.0", "20240101", "20240102", "20240103"], "v{version}"),
        (["nightly", "v1.0", "latest", "stable-docs"], "v{version}"),
        # Other packages of the repository.
        (["pkg-v1.0", "other-v9.0", "other-v9.1", "other-v9.2"], "pkg-v{version}"),
        (["v1.0", "other-v9.0", "other-v9.1", "other-v9.2"], "v{version}"),
        (["v8.0", "v9.0", "v9.1", "pkg-v1.0", "other-v2.0"], "pkg-v{version}"),
        (["pkg-extra-1.0", "pkg-extra-2.0", "pkg-0.1"], "pkg-{version}"),
        # No other package, but an older style that named this one.
        (["pkg-0.1", "pkg-0.2", "v1.0", "v1.1"], "v{version}"),
    ],
)
def test_the_style_of_the_tags(tags: list[str], template: str) -> None:
    assert discover_template(tags, "pkg") == TagTemplate(template)
    assert discover_template(reversed(tags), "pkg") == TagTemplate(template)


@pytest.mark.parametrize(
    "tags",
    [
        [],
        ["nightly", "stable", "backup-before-merge"],
        ["other-1.0", "other-v2.0", "another/3.0"],
        ["x1.0", "vv1.0", "-1.0", "/v1.0"],
        ["v1.2.3-alpha.1.2", "v" + "9" * 5000],
    ],
)
def test_no_version_tags(tags: list[str]) -> None:
    assert discover_template(tags, "pkg") is None


@pytest.mark.parametrize(
    ("name", "tag", "template"),
    [
        ("my-pkg", "my_pkg-1.0", "my_pkg-{version}"),
        ("My.Pkg", "my-pkg-v1.0", "my-pkg-v{version}"),
        ("pkg-2", "pkg-2-1.0", "pkg-2-{version}"),
        ("pkg-2", "pkg-2-1", "pkg-2-{version}"),
        ("3to2", "3to2/1.0", "3to2/{version}"),
        ("v", "v-1.0", "v-{version}"),
    ],
)
def test_names_in_their_several_spellings(name: str, tag: str, template: str) -> None:
    assert discover_template([tag], name) == TagTemplate(template)


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]*([-_.][A-Za-z][A-Za-z0-9]*){0,2}", fullmatch=True)
STYLES = st.sampled_from(
    ["{version}", "v{version}", "V{version}", "release-{version}", "release/v{version}", "@name-v{version}",
     "@name-{version}", "@name/v{version}", "@name/{version}", "@name@{version}", "packages/@name/v{version}"]
)  # fmt: skip


@st.composite
def versions(draw: st.DrawFn) -> Version:
    text = ".".join(map(str, draw(st.lists(st.integers(0, 3000), min_size=2, max_size=4))))
    text = draw(st.sampled_from(["", "", "", "1!"])) + text
    text += draw(st.sampled_from(["", "", "a1", "b2", "rc3", ".post1", ".dev4", "rc1.post2.dev3", "+local.1"]))
    return Version(text)


@given(name=NAMES, style=STYLES, released=st.lists(versions(), min_size=1, max_size=6))
def test_a_template_is_found_again_from_the_tags_it_makes(name: str, style: str, released: list[Version]) -> None:
    template = TagTemplate(style.replace("@name", name))

    assert discover_template(map(template.tag_for, released), name) == template


@given(name=NAMES, style=STYLES, version=versions())
def test_template_and_version_are_each_others_inverse(name: str, style: str, version: Version) -> None:
    template = TagTemplate(style.replace("@name", name))

    assert template.version_in(template.tag_for(version)) == version


@given(
    name=NAMES,
    other=NAMES,
    style=st.sampled_from(["@name-v{version}", "@name-{version}", "@name/v{version}", "@name@{version}"]),
    ours=st.lists(versions(), min_size=1, max_size=3),
    theirs=st.lists(versions(), min_size=1, max_size=8),
)
def test_another_package_never_wins(
    name: str, other: str, style: str, ours: list[Version], theirs: list[Version]
) -> None:
    assume(canonicalize_name(name) != canonicalize_name(other))
    assume(other.lower() not in {"release", "releases", "rel", "version", "versions", "ver"})
    own = TagTemplate(style.replace("@name", name))
    foreign = TagTemplate(style.replace("@name", other))

    assert discover_template([*map(foreign.tag_for, theirs), *map(own.tag_for, ours)], name) == own
    assert discover_template(map(foreign.tag_for, theirs), name) is None


@given(st.lists(st.text(max_size=20), max_size=5), NAMES)
def test_any_tags_have_an_answer(tags: list[str], name: str) -> None:
    template = discover_template(tags, name)

    assert template is None or any(template.version_in(tag) is not None for tag in tags)
