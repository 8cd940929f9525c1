"""Packages of one repository: order, bounds, tags, and whose a path is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from families import a_demand, a_family, a_member
from tagship.domain.config import Package
from tagship.domain.packages import (
    Family,
    Member,
    Territory,
    bounds,
    named_by,
    release_order,
    templates,
)
from tagship.domain.version import TagTemplate
from tagship.errors import ConfigError


def order(*members: Member) -> tuple[str, ...]:
    return release_order({member.name: member for member in members})


def test_what_is_required_goes_first_and_the_rest_by_the_alphabet() -> None:
    assert order(
        a_member("app", "1", a_demand("core"), a_demand("web")),
        a_member("web", "1", a_demand("core")),
        a_member("core", "1"),
        a_member("zoo", "1"),
        a_member("bar", "1"),
    ) == ("bar", "core", "web", "app", "zoo")


def test_a_circle_is_named() -> None:
    with pytest.raises(ConfigError, match="in a circle: b -> c -> b") as caught:
        order(
            a_member("a", "1", a_demand("b")),
            a_member("b", "1", a_demand("c")),
            a_member("c", "1", a_demand("b")),
        )

    assert "'c'" in str(caught.value.remedy)
    assert caught.value.where is not None


def test_a_package_and_its_plugin_may_ask_for_each_other_through_an_extra() -> None:
    assert order(a_member("core", "1", a_demand("plugin", extra="all")), a_member("plugin", "1", a_demand("core"))) == (
        "core",
        "plugin",
    )


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=120))
def test_every_order_keeps_to_every_requirement(pairs: list[tuple[int, int]]) -> None:
    """Whoever requires has the higher number here, so that there is no circle."""
    required: dict[int, set[int]] = {number: set() for number in range(31)}
    for one, other in pairs:
        if one != other:
            required[max(one, other)].add(min(one, other))
    members = [a_member(f"p{n}x", "1", *(a_demand(f"p{m}x") for m in sorted(ms))) for n, ms in required.items()]

    found = order(*members)

    assert sorted(found) == sorted(member.name for member in members)
    for member in members:
        for demand in member.demands:
            assert found.index(demand.name) < found.index(member.name)


def excluded(family: Family, name: str, version: str) -> list[tuple[str, str, str]]:
    own = canonicalize_name(name)
    return [(each.by.name, each.demand.text, str(each.version)) for each in bounds(family, own, Version(version))]


def test_a_sibling_that_excludes_the_new_version() -> None:
    family = a_family(a_member("a", "1.0", a_demand("b<2")), a_member("b", "2.0"))

    assert excluded(family, "b", "2.0") == [("a", "b<2", "2.0")]
    assert excluded(family, "b", "1.9") == []


def test_what_asks_for_a_package_that_is_none_of_the_family() -> None:
    family = a_family(a_member("a", "1.0", a_demand("b<2")))

    assert excluded(family, "b", "2.0") == [("a", "b<2", "2.0")]


def test_a_lower_bound_above_what_stands_there() -> None:
    family = a_family(a_member("a", "1.0", a_demand("b>=1.5")), a_member("b", "1.4"))

    assert excluded(family, "a", "1.0") == [("a", "b>=1.5", "1.4")]


def test_a_sibling_of_unknown_version_excludes_and_is_not_excluded() -> None:
    family = a_family(a_member("a", None, a_demand("b<2")), a_member("b", "2.0", a_demand("a>=1")))

    assert excluded(family, "b", "2.0") == [("a", "b<2", "2.0")]


def test_a_sibling_under_development_need_not_be_admitted_yet() -> None:
    family = a_family(a_member("a", "1.0", a_demand("b<2")), a_member("b", "2.0.dev0"))

    assert excluded(family, "a", "1.0") == []
    assert excluded(family, "b", "2.0.dev0") == [("a", "b<2", "2.0.dev0")]


def test_a_pre_release_is_admitted_by_a_bound_that_it_lies_within() -> None:
    family = a_family(a_member("a", "1.0", a_demand("b>=1")), a_member("b", "2.0rc1"))

    assert excluded(family, "b", "2.0rc1") == []


def spelt(paths: dict[str, str], *tags: str, **configured: str) -> dict[str, str]:
    packages = {
        name: Package(name, path, TagTemplate(configured[name]) if name in configured else None)
        for name, path in paths.items()
    }
    return {name: template.text for name, template in templates(packages, tags).items()}


TWO = {"alpha": "packages/alpha", "beta": "packages/beta"}


def test_a_package_without_tags_gets_a_template_of_its_own() -> None:
    assert spelt(TWO) == {"alpha": "alpha-v{version}", "beta": "beta-v{version}"}


def test_tags_and_configuration_tell_the_template() -> None:
    found = spelt(TWO, "alpha@1.0", "alpha@1.1", "other-v3.0", beta="b/{version}")

    assert found == {"alpha": "alpha@{version}", "beta": "b/{version}"}


def test_the_root_keeps_the_plain_tags() -> None:
    found = spelt({"whole": "", "part": "packages/part"}, "v1.0", "v1.1", "part/v0.3")

    assert found == {"whole": "v{version}", "part": "part/v{version}"}


def test_packages_that_were_always_tagged_together_stay_so() -> None:
    assert spelt(TWO, "v1.0", "v1.1") == {"alpha": "v{version}", "beta": "v{version}"}


def test_a_tag_names_the_package_with_the_longest_prefix() -> None:
    by_name = {"root": TagTemplate("{version}"), "a": TagTemplate("a-v{version}"), "b": TagTemplate("b-v{version}")}

    assert named_by("a-v1.0", by_name) == ("a",)
    assert named_by("1.0", by_name) == ("root",)
    assert named_by("c-v1.0", by_name) == ()
    assert named_by("v1.0", {"x": TagTemplate(), "y": TagTemplate()}) == ("x", "y")


def test_a_path_belongs_to_the_deepest_package_above_it() -> None:
    packages = {"a": "packages/a", "inner": "packages/a/inner"}
    land = Territory(packages)

    assert land.owner("packages/a/src/a.py") == "a"
    assert land.owner("packages/a/inner/x.py") == "inner"
    assert land.owner("packages/ab/x.py") is None
    assert land.owner("README.md") is None
    assert Territory({**packages, "root": ""}).owner("README.md") == "root"
    assert land.owners(["README.md", "packages/a/x", "packages/a/y"]) == {"a"}


def test_who_is_left_behind_by_a_tag_that_they_share() -> None:
    shared = TagTemplate()
    texts = {"app": "1.1", "core": "1.0", "same": "1.1", "unknown": None}
    members = [replace(a_member(name, text), template=shared) for name, text in texts.items()]
    family = a_family(*members, a_member("other", "0.5"))

    assert [each.name for each in family.left_behind(canonicalize_name("app"), Version("1.1"))] == ["core"]
    assert family.left_behind(canonicalize_name("other"), Version("0.6")) == ()
    assert family.left_behind(canonicalize_name("none"), Version("1")) == ()


def test_a_package_is_kept_back_beside_others_that_are_not() -> None:
    private, public = a_member("core", "1.0", private=True), a_member("app", "1.0")

    assert a_family(private, public).keeps_back(private.name)
    assert not a_family(private, public).keeps_back(public.name)
    assert not a_family(private).keeps_back(private.name)
    assert not a_family(public).keeps_back(private.name)


def test_who_asks_for_a_package() -> None:
    family = a_family(a_member("a", "1", a_demand("b"), a_demand("b<3", extra="x")), a_member("b", "1"))

    assert [member.name for member in family.asking_for(NormalizedName("b"))] == ["a"]
    assert family.asking_for(NormalizedName("a")) == ()
