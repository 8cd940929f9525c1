from collections.abc import Callable
from dataclasses import replace

import pytest

from fakes import a_changelog, a_project
from tagship.checks import BRANCH
from tagship.domain.branch import Fragments, Shipping
from tagship.domain.config import Way
from tagship.domain.project import VersionSource
from tagship.workflow.readiness.ways import (
    BUMPED,
    ENTRY,
    OF_THE_NOTES,
    OF_THE_VERSION,
    Evidence,
    Found,
    Role,
    discover_way,
    excuses,
    role_of,
)

FRAGMENTS = Fragments("towncrier", "news", ("feature",), ())
SILENT = Evidence(
    fragments=lambda: None,
    main=lambda: a_project("1.1.0"),
    changelog=lambda: a_changelog("1.1.0", "1.0.0"),
    tagged=lambda _: True,
    merged=lambda: None,
    unreleased=lambda: False,
)


def asked_in_vain() -> bool:
    raise AssertionError("git was asked although the way was known")


@pytest.mark.parametrize(
    ("evidence", "way"),
    [
        (SILENT, Way.IN_PR),
        (replace(SILENT, main=lambda: None, changelog=lambda: None), Way.IN_PR),
        (replace(SILENT, merged=lambda: 2), Way.IN_PR),
        (replace(SILENT, merged=lambda: 3), Way.RELEASE_PR),
        (replace(SILENT, unreleased=lambda: True), Way.RELEASE_PR),
        (replace(SILENT, unreleased=lambda: True, tagged=lambda _: False), Way.IN_PR),
        (replace(SILENT, main=lambda: a_project("1.2.0.dev0")), Way.RELEASE_PR),
        (replace(SILENT, main=lambda: a_project(None, source=VersionSource("tag"))), Way.RELEASE_PR),
        (replace(SILENT, changelog=lambda: a_changelog("Unreleased", "1.1.0")), Way.RELEASE_PR),
        (replace(SILENT, changelog=lambda: a_changelog("1.2.0 (unreleased)", "1.1.0")), Way.RELEASE_PR),
        (replace(SILENT, changelog=lambda: a_changelog("1.1.0 (unreleased)", "1.0.0")), Way.IN_PR),
        (replace(SILENT, fragments=lambda: FRAGMENTS), Way.FRAGMENTS),
    ],
)
def test_the_way_by_what_main_looks_like(evidence: Evidence, way: Way) -> None:
    found = discover_way(evidence)

    assert found.way is way
    assert found.reason


def test_git_is_asked_only_where_it_decides() -> None:
    in_vain: Callable[[], bool] = asked_in_vain
    evidence = replace(SILENT, fragments=lambda: FRAGMENTS, merged=in_vain, unreleased=in_vain)

    assert discover_way(evidence).way is Way.FRAGMENTS


@pytest.mark.parametrize(
    ("ships", "way", "is_new", "names_release", "role"),
    [
        (False, Way.IN_PR, False, False, Role.QUIET),
        (False, Way.RELEASE_PR, True, False, Role.RELEASE),
        (True, Way.IN_PR, False, False, Role.UNBUMPED),
        (True, Way.RELEASE_PR, False, False, Role.FEATURE),
        (True, Way.FRAGMENTS, False, False, Role.FEATURE),
        (True, Way.IN_PR, True, False, Role.RELEASE),
        (True, Way.RELEASE_PR, False, True, Role.RELEASE),
    ],
)
def test_what_a_branch_is_there_for(*, ships: bool, way: Way, is_new: bool, names_release: bool, role: Role) -> None:
    assert role_of(ships=ships, way=way, is_new=is_new, names_release=names_release) is role


@pytest.mark.parametrize(
    ("role", "unasked", "asked"),
    [
        (Role.QUIET, {BUMPED, ENTRY, *OF_THE_VERSION, *OF_THE_NOTES}, {"tree-is-clean"}),
        (Role.FEATURE, {BUMPED, *OF_THE_VERSION, *OF_THE_NOTES}, {ENTRY}),
        (Role.UNBUMPED, {*OF_THE_VERSION, *OF_THE_NOTES}, {BUMPED, ENTRY}),
        (Role.RELEASE, {ENTRY}, {BUMPED, *OF_THE_VERSION, *OF_THE_NOTES}),
    ],
)
def test_what_is_not_asked_of_it(role: Role, unasked: set[str], asked: set[str]) -> None:
    found = excuses(role, Found(Way.IN_PR, "by itself"), Shipping(ships=False, reason="only words"), "1.1.0")

    assert found.keys() == unasked
    assert not asked & found.keys()
    assert all(found.values())


def test_every_check_that_is_excused_is_one() -> None:
    assert {BUMPED, ENTRY, *OF_THE_VERSION, *OF_THE_NOTES} <= {check.id for check in BRANCH}
