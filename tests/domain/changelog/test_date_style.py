from datetime import date

import pytest

from tagship.domain.changelog.date_style import learn_date

DAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("text", "others", "written"),
    [
        ("2026-01-12", (), "2026-11-02"),
        # May is as long as its short form: alone it is taken for the whole word.
        ("12 May 2026", (), "2 November 2026"),
        ("12 May 2026", ("3 Feb 2026",), "2 Nov 2026"),
        # Another date tells which number is the day; what is no date tells nothing.
        ("02/03/2026", ("no date", "28/02/2026"), "02/11/2026"),
    ],
)
def test_a_date_is_written_as_the_others_are(text: str, others: tuple[str, ...], written: str) -> None:
    style = learn_date(text, others)

    assert style is not None
    assert style.write(DAY) == written


# The capital with a dot has two letters in lower case, so that no place in the one is a place in the other.
@pytest.mark.parametrize("text", ["no date", "02/03/2026", "\u0130 2026-01-12"])
def test_a_date_that_cannot_be_told(text: str) -> None:
    assert learn_date(text, ()) is None
