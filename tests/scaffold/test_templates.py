"""Marks in texts."""

import pytest

from tagship.scaffold.templates import fill, joined


def test_a_mark_in_a_line_becomes_words() -> None:
    assert fill("a @B@ c @own/er@\n", {"B": "b", "own/er": "x@1"}) == "a b c x@1\n"


def test_a_mark_alone_becomes_lines_with_its_margin() -> None:
    assert fill("a:\n  @B@\nc\n", {"B": "- 1\n\n- 2\n"}) == "a:\n  - 1\n\n  - 2\nc\n"


def test_an_empty_text_leaves_no_line() -> None:
    assert fill("a\n  @B@\nc\n", {"B": ""}) == "a\nc\n"


def test_an_empty_text_leaves_no_space_at_the_end_of_a_line() -> None:
    assert fill("a @B@\n", {"B": ""}) == "a\n"


def test_what_is_put_in_is_not_looked_into() -> None:
    assert fill("@A@ @B@", {"A": "@B@", "B": "b"}) == "@B@ b\n"
    assert fill("@A@", {"A": "@B@", "B": "b"}) == "@B@\n"


def test_a_mark_that_is_not_given_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("@A@", {})


def test_what_looks_like_an_address_is_none() -> None:
    assert fill("git@example.org and a@b", {}) == "git@example.org and a@b\n"


def test_parts_are_joined_by_an_empty_line() -> None:
    assert joined("a\n", "", "b\n\n", "c") == "a\n\nb\n\nc\n"
