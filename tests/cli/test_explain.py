import pytest

from cli.saying import say
from tagship.checks import CHECKS


@pytest.mark.parametrize("check", [each.id for each in CHECKS])
def test_every_check_in_its_own_words(check: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "explain", check, "--json")

    assert (said.exit, said.document["id"]) == (0, check)
    words = next(each for each in CHECKS if each.id == check)
    assert (said.document["why"], said.document["fix"]) == (words.why, words.fix)
    assert check in say(capsys, "explain", check).out


def test_the_nearest_is_offered_for_an_id_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "explain", "tag-is-on-man", "--json")

    assert (said.exit, said.document["remedy"]) == (2, {"edit": "did you mean tag-is-on-main?"})


def test_all_are_offered_where_none_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "explain", "zzz", "--json")

    assert said.exit == 2
    remedy = said.document["remedy"]
    assert isinstance(remedy, dict)
    assert all(each.id in str(remedy["edit"]) for each in CHECKS)


def test_no_id_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert say(capsys, "explain", "--json").exit == 2
