"""Whether a branch lost what it held, told from a log and a history that are given as literals."""

import pytest

from domain.test_guarding import lineage, moved
from tagship.domain.guarding import Moved
from tagship.domain.rewriting import rewrites

# a, the base, is behind all of it; m merges t, which was begun on b.
LINE = lineage({"b": "a", "t": "b", "c": "b", "m": "ct", "x": "b", "s": "a"}, tip="m", unknown="u")


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("a", "b", Moved.PUSH),
        ("b", "m", Moved.PULL_REQUEST),
        ("a", "m", Moved.QUEUE),
        ("t", "m", Moved.OTHER),
        ("m", "m", Moved.PUSH),
        ("", "b", Moved.CREATED),
        ("older", "b", Moved.PUSH),  # what lies behind the base is not looked into
        ("b", "u", Moved.PUSH),  # nor can be what is not here
    ],
)
def test_what_builds_upon_what_was_there_loses_nothing(before: str, after: str, kind: Moved) -> None:
    assert rewrites(LINE, [moved(before, after, kind)]) == ()


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("m", "b", Moved.PUSH),  # moved back
        ("m", "a", Moved.PUSH),  # back to the base
        ("a", "root", Moved.PUSH),  # and behind it
        ("m", "x", Moved.OTHER),  # to the side
        ("b", "s", Moved.PULL_REQUEST),
        ("u", "m", Moved.PUSH),  # what no clone holds any more cannot be an ancestor
        ("b", "u", Moved.FORCED),  # by the log's own word
        ("older", "b", Moved.FORCED),
        ("m", "", Moved.DELETED),
    ],
)
def test_what_leaves_something_behind_is_a_rewrite(before: str, after: str, kind: Moved) -> None:
    update = moved(before, after, kind)

    assert rewrites(LINE, [moved("a", "b", Moved.PUSH), update]) == (update,)
