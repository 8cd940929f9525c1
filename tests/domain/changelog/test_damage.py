import pytest

from domain.changelog.shapes import SHAPES, Shape
from tagship.domain.changelog import parse, parse_files
from tagship.domain.changelog.damage import Damage, Harm, find_damage, known_damage

ENTRY = "- Something that is told at enough length to be known again."


def damage(text: str, path: str = "CHANGELOG.md") -> tuple[Damage, ...]:
    return find_damage(text, parse(text, path=path, project="tagship"))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_what_nobody_damaged(shape: Shape) -> None:
    assert damage(shape.text, shape.path) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Log\n\n<<<<<<< HEAD\n- a\n||||||| base\n- z\n=======\n- b\n>>>>>>> x\n", [3, 5, 7, 9]),
        ("## 1.0\n\n- a\n>>>>>>> topic\n", [4]),
        ("## 1.0\r\n\r\n<<<<<<< HEAD\r\n- a\r\n=======\r\n>>>>>>> topic\r\n", [3, 5, 6]),
        ("## 1.0\n\n```diff\n<<<<<<< HEAD\n=======\n>>>>>>> x\n```\n", []),
        ("## 1.0\n\n    <<<<<<< HEAD\n", []),
        ("## 1.0\n\n<!--\n<<<<<<< HEAD\n-->\n", [4]),
        ("Changes\n=======\n\n## 1.0\n", []),
        ("## 1.0\n\n<<<<<<<<< HEAD\n", []),
    ],
)
def test_markers_of_a_conflict(text: str, found: list[int]) -> None:
    assert [one.line for one in damage(text) if one.harm is Harm.MARKER] == found


def test_underlines_of_seven_characters_are_no_markers_in_rst() -> None:
    assert damage("Changes\n=======\n\nVersion\n<<<<<<<\n\n1.2.0\n-----\n\n- a\n", "NEWS.rst") == ()


def test_markers_in_rst() -> None:
    text = "1.2.0\n=====\n\n<<<<<<< HEAD\n- a\n=======\n- b\n>>>>>>> topic\n"

    assert [one.line for one in damage(text, "NEWS.rst")] == [4, 6, 8]


@pytest.mark.parametrize(
    ("text", "harm", "line"),
    [
        ("## 1.0\n\n- a\n\n## 1.0.0\n\n- b\n", Harm.VERSION_TWICE, 5),
        ("## Unreleased\n\n- a\n\n## Unreleased\n\n- b\n", Harm.VERSION_TWICE, 5),
        (f"## 1.0\n\n{ENTRY}\n- b\n{ENTRY}\n", Harm.ENTRY_TWICE, 5),
        (f"## 1.0\n\n{ENTRY}\n- b\n{ENTRY[:19]}\n  {ENTRY[20:]}\n", Harm.ENTRY_TWICE, 5),
        ("## 1.0\n\n- Fix #12\n- Fix #12\n", Harm.ENTRY_TWICE, 4),
        (f"## 1.0\n\n2 authors:\n\n{ENTRY}\n\n2 authors:\n\n{ENTRY}\n", Harm.ENTRY_TWICE, 9),
        (f"## 1.0\n\n2 authors:\n\n{ENTRY}\n- of note:\n{ENTRY}\n", Harm.ENTRY_TWICE, 7),
        ("## 1.0\n\n### Fixed\n\n- a\n\n### Added\n\n- b\n\n### Fixed\n\n- c\n", Harm.GROUP_TWICE, 11),
        ("## 1.0\n\n**Bugfixes**\n- a\n\n**Bugfixes**\n- b\n", Harm.GROUP_TWICE, 6),
        ("## 1.1\n\n- a\n\n### Fixed\n\n## 1.0\n\n- b\n", Harm.TORN, 7),
        ("## 1.1\n\n- a\n\nFixed\n---\n\n## 1.0\n\n- b\n", Harm.TORN, 8),
    ],
)
def test_what_a_union_merge_does(text: str, harm: Harm, line: int) -> None:
    assert [(one.harm, one.line) for one in damage(text)] == [(harm, line)]


@pytest.mark.parametrize(
    "text",
    [
        "## 1.0\n\n- Fix a typo\n- Fix a typo\n",
        f"## 1.1\n\n{ENTRY}\n\n## 1.0\n\n{ENTRY}\n",
        f"## 1.0\n\n### Breaking\n\n{ENTRY}\n\n### Fixed\n\n{ENTRY}\n",
        "## 1.0\n\n### CLI\n\n#### Fixed\n\n- a\n\n### API\n\n#### Fixed\n\n- b\n",
        "## Unreleased\n\n### Added\n\n### Fixed\n\n## 1.0\n\n- a\n",
        "## 1.0\n\n### Notes on x\n\na\n\n### Notes on x\n\nb\n",
        f"## 1.0\n\n### Contributors\n\n2 authors:\n\n{ENTRY}\n\n1 reviewer (by name):\n\n{ENTRY}\n",
    ],
)
def test_what_is_no_damage(text: str) -> None:
    assert damage(text) == ()


def test_damage_is_known_again_without_the_text() -> None:
    text = f"# Log\n\n## 1.1\n\n{ENTRY}\n{ENTRY}\n\n## 1.0\n\n- a\n\n## 1.0\n\n- b\n"
    log = parse(text, path="CHANGELOG.md", project="tagship")

    assert known_damage(log) == {one.key for one in find_damage(text, log)} != frozenset()


def test_files_of_a_folder_are_judged_one_by_one() -> None:
    files = [("news/1.0.md", "# 1.0\n\n- a\n"), ("news/1.1.md", f"# 1.1\n\n{ENTRY}\n{ENTRY}\n")]
    log = parse_files(files, path="news", project="tagship")

    assert find_damage(files[0][1], log, path="news/1.0.md") == ()
    assert [one.line for one in find_damage(files[1][1], log, path="news/1.1.md")] == [4]


TRAPS = ("- a\n" * 50_000, "### Fixed\n" * 20_000, "<<<<<<< x\n" * 20_000, "#" * 100_000, "- " * 100_000)


@pytest.mark.parametrize("trap", TRAPS, ids=range(len(TRAPS)))
@pytest.mark.timeout(60)
def test_no_text_is_a_trap(trap: str) -> None:
    damage(f"## 1.0\n\n{trap}\n")
