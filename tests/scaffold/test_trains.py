"""Which packages a tag ships, and in which workflow."""

from dataclasses import replace

import pytest

from scaffold.adoptions import ADOPTIONS, COMPILED, MIXED, MIXED_TOGETHER, PURE, SEVERAL, TOGETHER, TRUSTED, package
from tagship.domain.adoption import AdoptedPackage
from tagship.domain.version import TagTemplate
from tagship.scaffold.trains import Train, glob, pattern, train_of, trains


def trains_of(*packages: AdoptedPackage) -> dict[str, tuple[tuple[str, ...], bool]]:
    """For each workflow, what it ships, and whether one tag ships all of it."""
    found = trains(replace(TRUSTED, packages=packages))
    return {train.name: (tuple(each.name for each in train.packages), train.together) for train in found}


def test_one_kind_has_one_workflow() -> None:
    assert trains_of(*PURE) == {"release": (("demo",), False)}
    assert trains_of(*COMPILED) == {"release": (("Fast.Demo",), False)}
    assert trains_of(*SEVERAL) == {"release": (("core", "acme.app"), False)}
    assert trains_of(*TOGETHER) == {"release": (("core", "app"), True)}
    assert trains_of(*MIXED_TOGETHER) == {"release": (("core", "fast"), True)}


def test_each_other_kind_has_one_of_its_own() -> None:
    assert trains_of(*MIXED) == {"release": (("core",), False), "release-wheels": (("fast",), False)}
    assert trains_of(*SEVERAL, *TOGETHER) == {
        "release": (("core", "acme.app"), False),
        "release-together": (("core", "app"), True),
    }


def test_no_two_workflows_share_a_name() -> None:
    pairs = [
        package(f"{name}{place}", tag=tag)
        for tag in ("a/{version}", "a-{version}", "b{version}")
        for place in (1, 2)
        for name in ("x",)
    ]

    assert list(trains_of(*pairs)) == ["release", "release-a", "release-b"]
    more = [package(f"y{place}", tag="a_{version}") for place in (1, 2)]
    assert list(trains_of(*pairs, *more)) == ["release", "release-a", "release-b", "release-a-3"]


def test_each_package_has_its_workflow() -> None:
    adoption = ADOPTIONS["several, one of them compiled"]

    assert [train_of(adoption, each).name for each in adoption.packages] == ["release", "release-wheels"]


def test_a_train_tells_what_it_is() -> None:
    one, two = TOGETHER

    assert Train("release", TOGETHER, together=True).tags == (one.tag,)
    assert not Train("release", TOGETHER, together=True).chooses
    assert Train("release", SEVERAL, together=False).chooses
    assert not Train("release", (two,), together=False).chooses
    assert Train("release", MIXED_TOGETHER, together=True).is_compiled


@pytest.mark.parametrize(
    ("template", "filtered", "for_shell"),
    [
        ("v{version}", "v[0-9]*", "v[0-9]*"),
        ("{version}", "[0-9]*", "[0-9]*"),
        ("core/v{version}", "core/v[0-9]*", "core/v[0-9]*"),
        ("a+b*{version}-end", r"a\+b\*[0-9]*-end", "'a+b*'[0-9]*-end"),
        ("it's {version}", "it's [0-9]*", "'it'\"'\"'s '[0-9]*"),
    ],
)
def test_a_spelling_of_tags_becomes_a_pattern(template: str, filtered: str, for_shell: str) -> None:
    assert pattern(TagTemplate(template)) == filtered
    assert glob(TagTemplate(template)) == for_shell
