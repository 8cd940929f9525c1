"""Rules, patterns and what a workflow wants of its host, as values."""

import pytest

from tagship.domain.hosting import (
    ACTIONS_APP,
    CALLER_AT_LEAST,
    EVERYTHING,
    JOBS,
    WRITERS,
    Binding,
    Force,
    Guard,
    Protection,
    RequiredCheck,
    Rule,
    Wanted,
    pattern_of,
    ref_pattern,
)
from tagship.domain.version import TagTemplate

READY = RequiredCheck("ready", ACTIONS_APP)


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("v*", "v1.0", True),
        ("v*", "v1/0", False),
        ("v?", "v1", True),
        ("v?", "v/", False),
        ("v[0-9]*", "v10", True),
        ("v[0-9]*", "vx", False),
        ("v[!0-9]", "vx", True),
        ("v[^0-9]", "v1", False),
        ("v[0", "v[0", True),
        ("**/*", "a/b/c", True),
        ("**/*", "a", True),
        ("a/**/c", "a/b/b/c", True),
        ("a.b", "axb", False),
        ("release/*", "release/1.x", True),
        ("[*]", "*", True),
        ("v[9-0]*", "v1", False),
    ],
)
def test_patterns_as_hosts_read_them(pattern: str, name: str, *, fits: bool) -> None:
    assert (ref_pattern(pattern).fullmatch(name) is not None) is fits


@pytest.mark.parametrize(
    ("template", "pattern"),
    [("v{version}", "v*"), ("{version}", "[0-9]*"), ("core-v{version}-final", "core-v*-final"), ("a/{version}", "a/*")],
)
def test_the_pattern_of_a_spelling_means_its_tags(template: str, pattern: str) -> None:
    spelling = TagTemplate(template)

    assert pattern_of(spelling) == pattern
    assert all(ref_pattern(pattern).fullmatch(tag) for tag in Wanted("a/b").samples(spelling))


def test_what_is_wanted_of_several_spellings() -> None:
    core, app = TagTemplate("core-v{version}"), TagTemplate("app-v{version}")
    wanted = Wanted("a/b", templates=(core, app, core), next_tags=("core-v2.0.0", "app-v3.0.0"))

    assert wanted.patterns == ("core-v*", "app-v*")
    assert "core-v2.0.0" in wanted.samples(core)
    assert "core-v2.0.0" not in wanted.samples(app)
    assert set(wanted.all_samples) == {*wanted.samples(core), *wanted.samples(app)}


@pytest.mark.parametrize(
    ("required", "wanted", "stands"),
    [
        (READY, READY, True),
        (RequiredCheck("ready"), READY, False),
        (RequiredCheck("ready", 1), READY, False),
        (READY, RequiredCheck("ready"), True),
        (RequiredCheck("other", ACTIONS_APP), READY, False),
    ],
)
def test_which_check_stands_for_another(required: RequiredCheck, wanted: RequiredCheck, *, stands: bool) -> None:
    assert required.stands_for(wanted) is stands


def test_a_rule_is_held_by_what_means_every_name() -> None:
    some = Guard("some", frozenset({Rule.CREATION}), covers=("v1*",))
    every = Guard("all", frozenset({Rule.CREATION}), covers=(EVERYTHING,), excepts=("tmp*",))
    idle = Guard("idle", frozenset({Rule.CREATION}), covers=("v*",), force=Force.EVALUATED)
    rules = Protection((some, every, idle))

    assert rules.binding(Rule.CREATION, ("v1", "v2")).guards == (every,)
    assert rules.binding(Rule.CREATION, ("v1",)).guards == (some, every)
    assert not rules.binding(Rule.CREATION, ("v1", "tmp")).is_there
    assert rules.idle(Rule.CREATION, ("v1", "v2")) == (idle,)


@pytest.mark.parametrize(
    ("bypassing", "everybody"),
    [([()], True), ([None], None), ([("x",)], False), ([("x",), ()], True), ([("x",), None], None), ([None, ()], True)],
)
def test_whether_a_rule_binds_everybody(bypassing: list[tuple[str, ...] | None], *, everybody: bool | None) -> None:
    guards = tuple(Guard("g", frozenset({Rule.NO_UPDATE}), covers=("*",), bypassed_by=each) for each in bypassing)

    assert Protection(guards).binding(Rule.NO_UPDATE, ("v1",)).binds_everybody is everybody


def test_every_required_check_once() -> None:
    guards = tuple(Guard("g", frozenset(), covers=("main",), checks=(READY, RequiredCheck("x"))) for _ in range(2))

    assert Protection(guards).required("main") == (READY, RequiredCheck("x"))
    assert Protection(guards).required("other") == ()


@pytest.mark.parametrize(
    ("passing", "few"),
    [
        ([("administrators",)], True),
        ([()], True),
        ([(WRITERS,)], False),
        ([("administrators", JOBS)], False),
        ([(WRITERS,), ("administrators",)], True),
        ([None], None),
        ([(CALLER_AT_LEAST,)], None),
        ([(WRITERS,), None], None),
    ],
)
def test_whether_few_pass_a_rule(passing: list[tuple[str, ...] | None], *, few: bool | None) -> None:
    """One guard that lets few past is enough, for the strictest of them decides."""
    guards = tuple(Guard("some", frozenset({Rule.CREATION}), ("v*",), bypassed_by=each) for each in passing)

    assert Binding(guards).is_passed_by_few is few
