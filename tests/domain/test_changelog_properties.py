import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from tagship.domain.changelog import parse, parse_files
from tagship.domain.changelog.content import tells_something
from tagship.domain.changelog.headings import read_heading

PATHS = st.sampled_from(["CHANGELOG.md", "NEWS.rst", "CHANGES"])

# Pieces that open, close or look like something: arbitrary characters alone never would.
PIECES = st.sampled_from(
    ["# ", "## ", "1.2.0", "v1.1", "[", "](", ")", "```", "~~~", "<!--", "-->", "<pre>", "- ", "1. ", "> ", "\t",
     "    ", "===", "---", "\n", "\r\n", "\n\n", ".. ", "::", ".. _x:", "Unreleased", "2024-01-02", "(", "_", "*", "`",
     "\\", "\ufeff", "+++\n", "a: b", "İ", "\x00", "\x01", "²", "½", "٣", "99999999999999999999"]
)  # fmt: skip
TEXTS = st.text() | st.lists(PIECES | st.text(max_size=3), max_size=60).map("".join)

LINES = st.lists(
    st.from_regex(r"(?:- |  - |> |    )?[A-Za-z][A-Za-z ,.]{0,40}[a-z,.]|### [A-Z][a-z]{3,8}|", fullmatch=True),
    max_size=12,
)
BODIES = LINES.map(lambda lines: "\n".join(lines).strip("\n"))
CHARACTERS = st.sampled_from(["`", "~"])


@settings(deadline=None)
@given(TEXTS, PATHS)
def test_parsing_never_raises_and_sections_are_pieces_of_the_text(text: str, path: str) -> None:
    log = parse(text, path=path, project="tagship")
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")

    assert all(section.body in plain and section.title in plain for section in log.sections)
    assert all(1 <= section.line <= plain.count("\n") + 1 for section in log.sections)
    assert [section.has_content for section in log.sections] == [tells_something(one.body) for one in log.sections]
    assert set(log.duplicates) <= set(log.sections)


@settings(deadline=None)
@given(TEXTS, st.text(max_size=20))
def test_any_heading_can_be_read(text: str, project: str) -> None:
    said = read_heading(text, project)

    assert said.version is None or isinstance(said.version, Version)


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), TEXTS), max_size=4))
def test_any_files_can_be_read(files: list[tuple[str, str]]) -> None:
    log = parse_files(files, path="docs/releases", project="tagship")

    assert {section.path for section in log.sections} <= {path for path, _ in files}


@settings(deadline=None)
@given(BODIES, BODIES, BODIES)
def test_a_section_that_is_put_in_comes_back(first: str, second: str, third: str) -> None:
    markdown = f"# Log\n\n## Unreleased\n\n{first}\n\n## 1.2.0 (2024-01-02)\n\n{second}\n\n## 1.1.0\n\n{third}\n"
    log = parse(markdown, path="CHANGELOG.md", project="tagship")

    assert [section.body for section in log.sections] == [first, second, third]


@settings(deadline=None)
@given(LINES.map(lambda lines: "\n".join(line for line in lines if line[:1] != "#").strip("\n")))
def test_a_section_that_is_put_in_comes_back_from_rst(body: str) -> None:
    text = f"Log\n===\n\n1.2.0\n-----\n\n{body}\n\n.. _v1:\n\n1.1.0\n-----\n\ntext\n"

    assert parse(text, path="NEWS.rst", project="tagship").sections[0].body == body


@settings(deadline=None)
@given(CHARACTERS, st.integers(3, 9), st.integers(0, 3), st.lists(st.sampled_from(["## 1.2.0", "", "# 9.9", "x"])))
def test_what_is_fenced_never_becomes_a_section(character: str, length: int, indent: int, inside: list[str]) -> None:
    fence = " " * indent + character * length
    code = "\n".join([fence, *inside, fence])
    log = parse(f"## 1.3.0\n\n{code}\n\n## 1.1.0\n\n- a\n", path="CHANGELOG.md", project="tagship")

    assert [str(section.version) for section in log.sections] == ["1.3.0", "1.1.0"]
    assert log.sections[0].body == code


TRAPS = {
    "brackets": "# 1.2.0 " + "](" * 5000,
    "many headings full of brackets": ("# 1.2.0 " + "](" * 100 + "\n") * 500,
    "underscores": ("# 1.2.0 " + "_ " * 100 + "\n") * 500,
    "backticks": "`" * 200_000,
    "fences": "```\n" * 20_000,
    "comments": "<!-- x -->" * 20_000,
    "open comments": "<!--\n" * 20_000,
    "bullets": "- " * 100_000,
    "bullets of many depths": "".join(" " * (2 * (depth % 100)) + "- x\n" for depth in range(3_000)),
    "rules": "* " * 100_000 + "x",
    "equals signs": "=" * 200_000,
    "anchors": "<a name=" * 20_000 + "\n# x",
    "labels": ".. _" + "a:" * 100_000,
    "link definitions": "[a]: b\n" * 20_000,
    "blank lines": "## 1.2.0\n" + "\n" * 200_000 + "## 1.1.0\n",
    "digits": "## 1.2.0\n\n" + "9" * 200_000,
    "nested versions": "".join(f"{'#' * (1 + turn % 6)} 1.{turn}\n" for turn in range(6_000)),
}


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS.keys())
@pytest.mark.timeout(60)
def test_no_text_is_a_trap(trap: str) -> None:
    """A scanner that goes back over what it has read would take minutes for these."""
    for path in ("CHANGELOG.md", "NEWS.rst"):
        for section in parse(trap, path=path, project="tagship").sections[:3]:
            assert isinstance(section.has_content, bool)
    tells_something(trap)


@pytest.mark.timeout(60)
def test_a_large_changelog_is_read_in_no_time() -> None:
    entry = "- Something that is told at some length, with `code` and a [link](https://example.org).\n"
    text = "# Log\n\n" + "".join(
        f"## [{number}.0.0] - 2024-01-02\n\n### Added\n\n{entry * 9}\n" for number in range(2_500, 0, -1)
    )
    log = parse(text, path="CHANGELOG.md", project="tagship")

    assert (len(text) > 2_000_000, len(log.sections)) == (True, 2_500)
