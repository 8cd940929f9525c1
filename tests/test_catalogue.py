"""The catalogue of checks as a whole: names, words, and a passing and a failing test for each."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tagship.checks
from tagship.checks import ARTIFACTS, BRANCH, CHECKS, CREDENTIAL, GATE, HOSTING
from tagship.checks.engine import AnyCheck
from tagship.domain.finding import Severity

TESTS = Path(__file__).parent / "checks"
PACKAGE = Path(tagship.checks.__file__).parent
NEEDS = {"network", "artifacts", "credential", "host"}
COMMANDS_TO_DO = {"add", "avoid", "check", "do", "dont", "ensure", "find", "forbid", "must", "no", "not", "should"}
"""How an id begins that tells what to do, or what is wrong, instead of how things are when they are well."""

every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def test_every_check_is_in_the_catalogue_once() -> None:
    ids = [check.id for check in CHECKS]

    assert len(set(ids)) == len(ids) == len({type(check) for check in CHECKS})
    for family in (GATE, BRANCH, CREDENTIAL, ARTIFACTS, HOSTING):
        assert len({check.id for check in family}) == len(family)
        assert {type(check) for check in family} <= {type(check) for check in CHECKS}


def test_no_check_is_written_and_left_out() -> None:
    written = {
        node.name
        for path in PACKAGE.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and any(_names_an_id(line) for line in node.body)
    }

    assert written - {"Check"} == {type(check).__name__ for check in CHECKS}


def _names_an_id(line: ast.stmt) -> bool:
    return isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.target.id == "id"


@every_check
def test_an_id_names_the_good_state(check: AnyCheck) -> None:
    words = check.id.split("-")

    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", check.id)
    assert words[0] not in COMMANDS_TO_DO
    assert type(check).__name__.lower() == "".join(words)


@every_check
def test_a_title_says_in_the_middle_of_a_sentence_how_things_are(check: AnyCheck) -> None:
    assert re.fullmatch(r"[a-z].*[^.!?\s]", check.title)
    assert len(check.title) <= 80


@every_check
def test_why_and_fix_are_whole_sentences(check: AnyCheck) -> None:
    for text in (check.why, check.fix):
        assert re.fullmatch(r"[A-Z].*[a-z0-9\])]\.", text), text
        assert "  " not in text
        assert "\n" not in text


@every_check
def test_what_else_a_check_says_of_itself(check: AnyCheck) -> None:
    assert isinstance(check.severity, Severity)
    assert check.needs <= NEEDS
    assert (type(check).__doc__ or "").strip().endswith(".")
    assert (type(check).run.__doc__ or "").strip().endswith(".")


@every_check
def test_a_check_has_no_state(check: AnyCheck) -> None:
    assert vars(check) == {}


def calls(ways: set[str]) -> Iterator[tuple[str, str]]:
    """Each call in the tests of the checks that asks one, as the way it asks and the class that is asked."""
    for path in TESTS.rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.asname or alias.name: alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tagship.checks.")
            for alias in node.names
        }
        tests = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")]
        for node in (node for test in tests for node in ast.walk(test)):
            match node:
                case ast.Call(func=ast.Name(id=way), args=[ast.Call(func=ast.Name(id=name)), *_]) if way in ways:
                    yield way, names.get(name, name)


@pytest.mark.parametrize("way", ["passes", "finds"])
def test_every_check_is_tested_both_ways(way: str) -> None:
    """`passes` and `finds` insist on how the check ends, so that a call is a test."""
    asked = {name for _, name in calls({way})}

    assert {type(check).__name__ for check in CHECKS} - asked == set()


def test_a_table_that_is_none() -> None:
    with pytest.raises(AttributeError, match="NOWHERE"):
        _ = tagship.checks.NOWHERE
