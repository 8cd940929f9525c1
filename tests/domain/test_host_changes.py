"""Requests that can be shown and taken back, and what shows that nobody has changed anything since."""

from datetime import UTC, datetime

import pytest

from tagship.domain.host_changes import ID, Find, Json, Kept, Look, Planned, Request, holds, value_at

LEFT: Json = {"name": "main", "rules": [{"type": "a"}, {"type": "b", "parameters": {"n": 1}}]}


@pytest.mark.parametrize(
    ("found", "same"),
    [
        (LEFT, True),
        ({**dict(LEFT), "added": 1}, True),  # type: ignore[arg-type]  # an object
        ({"name": "main", "rules": [{"type": "b", "parameters": {"n": 1, "by": "host"}}, {"type": "a"}]}, True),
        ({"name": "main", "rules": [{"type": "a"}]}, False),
        ({"name": "main", "rules": [{"type": "a"}, {"type": "a"}]}, False),
        ({"name": "main", "rules": [*({"type": "a"}, {"type": "b", "parameters": {"n": 1}}), {"type": "c"}]}, False),
        ({"name": "main", "rules": "ab"}, False),
        ({"name": "main"}, False),
        ([], False),
        (None, False),
    ],
)
def test_what_was_left_is_found_again(found: Json, *, same: bool) -> None:
    assert holds(found, LEFT) is same


def test_texts_are_compared_whole() -> None:
    assert holds("ab", "ab")
    assert not holds("ba", "ab")
    assert not holds(["a", "b"], "ab")


def test_values_by_dotted_names() -> None:
    answer: Json = {"a": {"b": {"c": 1}}, "l": [1]}

    assert value_at(answer, "a.b.c") == 1
    assert value_at(answer, "a.x.c") is None
    assert value_at(answer, "l.0") is None


def test_a_look_tells_what_differs_and_remembers_exactly() -> None:
    look = Look("/x/{id}", {"a": {"n": 1}, "b": True})

    assert look.differing({"a": {"n": 1, "m": 2}, "b": True}) == ()
    assert look.differing({"a": {"n": 2}}) == ("a", "b")
    exact = look.refreshed({"a": {"n": 1, "m": 2}, "b": True})
    assert exact.values == {"a": {"n": 1, "m": 2}, "b": True}
    assert exact.differing({"a": {"n": 1, "m": 3}, "b": True}) == ("a",)


def test_what_is_kept_is_about_its_number() -> None:
    planned = Planned(
        Request("POST", "/rulesets", {"name": "tagship: main"}),
        undo=Request("DELETE", f"/rulesets/{ID}"),
        looks=(Look(f"/rulesets/{ID}", {"name": "tagship: main"}),),
        find=Find("/rulesets", None, "tagship: main"),
    )
    kept = Kept("protect-main", "a/b", planned, 7, datetime(2026, 3, 1, tzinfo=UTC))

    assert str(kept.undo) == "DELETE /rulesets/7"
    assert [look.path for look in kept.looks] == ["/rulesets/7"]
    unnumbered = Kept("protect-main", "a/b", planned, None, datetime(2026, 3, 1, tzinfo=UTC), certain=False)
    assert str(unnumbered.undo) == f"DELETE /rulesets/{ID}"
    assert unnumbered.looks == planned.looks


def test_a_request_as_it_is_shown() -> None:
    assert str(Request("PUT", "/x", {"wörd": None})) == 'PUT /x {"wörd": null}'
    assert str(Request("PUT", "/x")) == "PUT /x"
