"""What is known of one package, and what of all."""

import pytest

from tagship.domain.branch import Divergence
from tagship.workflow.several.sharing import SharedAnswers


def two() -> tuple[dict[str, object], SharedAnswers, SharedAnswers]:
    everybody: dict[str, object] = {}
    return everybody, SharedAnswers(everybody), SharedAnswers(everybody)


def test_what_is_about_the_repository_is_known_to_all() -> None:
    _, one, other = two()
    one["tree_state"] = "clean"
    one["project"] = "one"

    assert "tree_state" in other
    assert (other["tree_state"], other.get("tree_state")) == ("clean", "clean")
    assert "project" not in other
    assert other.get("project", "none") == "none"
    with pytest.raises(KeyError):
        other["project"]
    assert one["project"] == "one"


@pytest.mark.parametrize(("ahead", "shared"), [(1, True), (0, False)])
def test_what_is_changed_is_the_same_for_all_on_a_branch_alone(ahead: int, shared: bool) -> None:  # noqa: FBT001 -- a table
    """On main each package counts from its own last release."""
    _, one, other = two()
    one["divergence"] = Divergence("c0ffee", ahead, 0)
    one["changed"] = ("a",)

    assert ("changed" in other) is shared
    assert one["changed"] == ("a",)


def test_nothing_is_shared_before_it_is_known_where_the_branch_stands() -> None:
    everybody, one, other = two()
    one["changed"] = ("a",)

    assert everybody == {}
    assert "changed" not in other
