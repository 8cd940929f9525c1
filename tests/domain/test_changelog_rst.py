import pytest

from tagship.domain.changelog.outline import split_lines
from tagship.domain.changelog.rst import is_adornment, outline


def headings(text: str) -> list[tuple[str, int]]:
    """Text and depth of every title."""
    return [(heading.text, heading.depth) for heading in outline(split_lines(text)).headings]


@pytest.mark.parametrize("character", list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"))
def test_any_punctuation_underlines(character: str) -> None:
    assert headings(f"1.2.0\n{character * 5}\n\n- text") == [("1.2.0", 1)]
    assert headings(f"{character * 5}\n1.2.0\n{character * 5}\n") == [("1.2.0", 1)]


def test_depth_follows_the_order_of_styles_and_an_overline_is_another_style() -> None:
    text = "====\nLog\n====\n\n1.2.0\n=====\n\nAdded\n-----\n\n1.1.0\n=====\n\nFixed\n^^^^^\n\nOld\n====\n"

    assert headings(text) == [("Log", 1), ("1.2.0", 2), ("Added", 3), ("1.1.0", 2), ("Fixed", 4), ("Old", 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2.0 (2024-01-02)\n====", ["1.2.0 (2024-01-02)"]),
        ("1.2.0 (2024-01-02)\n===", []),
        ("1.0\n===", ["1.0"]),
        ("1.0\n==", []),
        ("=====\n 1.2.0\n=====", ["1.2.0"]),
        ("=====\n1.2.0\n-----", ["1.2.0"]),
        ("=====\n\n1.2.0", []),
        ("=====", []),
        ("1.2.0", []),
        ("1.2.0\n=====  ", ["1.2.0"]),
        ("1.2.0\n=-=-=", []),
        (" 1.2.0\n ======", []),
        ("\t1.2.0\n======", []),
        ("1.2.0\n\n=====", []),
        ("- 1.2.0\n-------", []),
        ("* 1.2.0\n*******", []),
        (".. 1.2.0\n========", []),
        ("| 1.2.0\n=======", []),
        (">>> 1.2.0\n=========", []),
        ("1.2.0\n..", []),
        ("ab\n::", []),
        ("=====  =====\nA      B\n=====  =====", []),
        ("+---+\n| A |\n+---+", []),
        ("text\n1.2.0\n-----", ["1.2.0"]),
        ("1.2.0\n-----\n1.1.0\n-----", ["1.2.0", "1.1.0"]),
        ("変更\n====", ["変更"]),
        ("=====\n-----\n=====", []),
    ],
)
def test_titles(text: str, expected: list[str]) -> None:
    assert [heading for heading, _ in headings(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Like this::\n\n    1.2.0\n    =====\n",
        "::\n\n  1.2.0\n  -----\n",
        ".. code-block:: rst\n\n   1.2.0\n   =====\n",
        "..\n   1.2.0\n   =====\n",
        ".. 1.2.0\n   =====\n",
        ".. note::\n\n   =====\n   1.2.0\n   =====\n",
        "- item\n\n  1.2.0\n  =====\n",
    ],
)
def test_what_is_set_in_holds_no_titles(text: str) -> None:
    assert headings(text) == []
    assert headings(text + "\n1.1.0\n=====\n") == [("1.1.0", 1)]


def test_labels_above_a_title_belong_to_it() -> None:
    lines = ["text", "", ".. _v1-2-0:", ".. _`v1.2`:", "", "=====", "1.2.0", "=====", ".. _x: https://x", "", "1", "="]
    first, second = outline(lines).headings

    assert (first.start, first.line, first.end) == (2, 5, 8)
    assert (second.start, second.line, second.end) == (10, 10, 12)


@pytest.mark.parametrize(
    ("foot", "length"),
    [
        (".. _#1: https://example.org/1\n.. _a name: https://example.org\n", 3),
        (".. links\n\n.. _x: https://example.org\n\n__ https://example.org\n", 4),
        (".. |x| replace:: y\n", 2),
        (".. note:: read this\n.. _x: https://example.org\n", 2),
        (".. a comment alone stays\n", 0),
        ("", 0),
    ],
)
def test_link_targets_at_the_foot_are_left_out(foot: str, length: int) -> None:
    lines = split_lines("1.2.0\n=====\n\n- text\n" + foot)

    assert outline(lines).end == len(lines) - length


def test_adornments() -> None:
    assert [line for line in ("==", "=", "::", "..", "...", "", "= =", "=-", "a", "----  ") if is_adornment(line)] == [
        "==",
        "=",
        "...",
        "----  ",
    ]
