"""Managed blocks: what is generated, in files that are otherwise the user's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagship.domain.adoption import Comments, Generated
from tagship.domain.managed import (
    Block,
    block_of,
    digest_of,
    fresh,
    is_managed,
    merge,
    newline_of,
    parts_of,
)
from tagship.errors import ConfigError, InFile

BOM = "\ufeff"


def generated(
    blocks: dict[str, str], first: str | None = None, *, comments: Comments = Comments.HASH, path: str = "a.yml"
) -> Generated:
    frame = "\n".join(f"{{{name}}}" for name in blocks) + "\n" if first is None else first
    return Generated(path, "tests", blocks, frame, comments)


OLD = generated({"one": "a: 1\n", "two": "b: 2\n"}, "{one}\n# Yours may follow here.\n{two}\n# And here.\n")
NEW = generated({"one": "a: 10\nc: 3\n", "two": "b: 2\n"}, OLD.first)


def test_a_new_file_has_its_frame_and_its_blocks() -> None:
    text = fresh(OLD)

    assert [part.name for part in parts_of(text, "a.yml") if isinstance(part, Block)] == ["one", "two"]
    assert all(part.is_untouched for part in parts_of(text, "a.yml") if isinstance(part, Block))
    assert "# Yours may follow here.\n" in text
    assert text.endswith("# And here.\n")


def test_what_is_new_takes_its_place_and_the_rest_stays() -> None:
    text = fresh(OLD).replace("# Yours may follow here.\n", "mine: true\n\n\tx\n") + "tail"
    merged = merge(text, NEW)

    assert merged.edited == ()
    assert "a: 10\nc: 3\n" in merged.text
    assert "a: 1\n" not in merged.text
    assert "mine: true\n\n\tx\n" in merged.text
    assert merged.text.endswith("# And here.\ntail")
    assert merge(merged.text, NEW).text == merged.text


def test_what_was_edited_by_hand_is_told_and_stays() -> None:
    text = fresh(OLD).replace("a: 1", "a: 7")
    merged = merge(text, NEW)

    (edited,) = merged.edited
    assert merged.text == text
    assert (edited.name, edited.line, edited.found, edited.wanted) == ("one", 1, "a: 7\n", "a: 10\nc: 3\n")
    assert merge(text, NEW, force=True).text == merge(fresh(OLD), NEW).text
    assert merge(text, NEW, force=True).edited == ()


def test_what_somebody_wrote_by_hand_as_it_is_generated_now_is_no_edit() -> None:
    text = fresh(OLD).replace("a: 1\n", "a: 10\nc: 3\n")

    assert merge(text, NEW).edited == ()
    assert merge(text, NEW).text == fresh(NEW)


def test_a_mark_without_a_digest_proves_nothing() -> None:
    text = "# tagship: begin one\na: 1\n# tagship: end one\n"
    single = generated({"one": "a: 2\n"})

    assert [each.name for each in merge(text, single).edited] == ["one"]
    assert merge(text, generated({"one": "a: 1\n"})).text == fresh(generated({"one": "a: 1\n"}))


def test_a_block_that_comes_stands_behind_the_one_before_it() -> None:
    text = fresh(generated({"one": "1\n", "three": "3\n"}, "top\n{one}\nmiddle\n{three}\n"))
    merged = merge(text, generated({"zero": "0\n", "one": "1\n", "two": "2\n", "three": "3\n", "four": "4\n"}))

    names = [part.name if isinstance(part, Block) else part.strip() for part in parts_of(merged.text, "a")]
    assert names == ["top", "zero", "", "one", "", "two", "middle", "three", "", "four", ""]


def test_blocks_in_a_file_that_has_none_come_last() -> None:
    merged = merge("mine: 1", generated({"one": "a: 1\n"}))

    assert merged.text == "mine: 1\n" + fresh(generated({"one": "a: 1\n"}))


def test_a_block_that_nobody_generates_goes_unless_it_was_edited() -> None:
    text = fresh(OLD)
    only = generated({"two": "b: 2\n"})

    assert "a: 1" not in merge(text, only).text
    assert "# Yours may follow here.\n" in merge(text, only).text
    (edited,) = merge(text.replace("a: 1", "a: 7"), only).edited
    assert (edited.name, edited.wanted) == ("one", "")
    assert "a: 7" not in merge(text.replace("a: 1", "a: 7"), only, force=True).text


def test_line_ends_a_byte_order_mark_and_a_missing_last_end_stay() -> None:
    text = BOM + fresh(OLD).replace("\n", "\r\n").removesuffix("# And here.\r\n").removesuffix("\r\n")
    merged = merge(text, NEW)

    assert merged.edited == ()
    assert merged.text.startswith(BOM + "# tagship: begin one")
    assert not merged.text.endswith("\n")
    assert merged.text.count("\n") == merged.text.count("\r\n")
    assert newline_of(merged.text, "") == "\r\n"
    assert merge(merged.text, NEW).text == merged.text
    assert merge(text, OLD).text == text


def test_what_is_put_behind_a_last_line_without_an_end_begins_a_line() -> None:
    text = fresh(generated({"one": "1\n"})).removesuffix("\n")
    merged = merge(text, generated({"one": "1\n", "two": "2\n"}))

    assert merged.text == fresh(generated({"one": "1\n", "two": "2\n"}))


def test_a_byte_order_mark_alone_is_not_a_line() -> None:
    assert merge(BOM, generated({"one": "1\n"})).text == BOM + fresh(generated({"one": "1\n"}))


def test_marks_in_markup() -> None:
    page = generated({"guide": "# Title\n"}, "{guide}\n\nMore.\n", comments=Comments.MARKUP)
    text = fresh(page)

    assert text.startswith("<!-- tagship: begin guide (")
    assert merge(text, page).text == text
    assert is_managed(text)
    assert not is_managed("# tagship is great\n")


def test_marks_may_be_indented() -> None:
    """A formatter may have moved them, and what it moved with them is an edit."""
    text = "  # tagship: begin one (sha256:0123456789abcdef)\n  a: 1\n  # tagship: end one\n"

    (_, block, rest) = parts_of(text, "a.yml")
    assert isinstance(block, Block)
    assert block.digest == "0123456789abcdef"
    assert rest == ""
    assert [each.name for each in merge(text, generated({"one": "a: 1\n"})).edited] == ["one"]


def test_an_empty_block() -> None:
    assert merge(fresh(generated({"one": ""})), generated({"one": "a\n"})).text == fresh(generated({"one": "a\n"}))


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("# tagship: begin one\n", 1, "does not end"),
        ("x\n# tagship: end one\n", 2, "no block has begun"),
        ("# tagship: begin one\n# tagship: end two\n", 2, "one has begun, on line 1"),
        ("# tagship: begin one\n# tagship: begin two\n", 2, "inside of one"),
        ("# tagship: begin one\n# tagship: end one\n\n# tagship: begin one\n", 4, "there twice, first on line 1"),
        ("# tagship: begin\n", 1, "is none"),
        ("# tagship: begin one two\n", 1, "is none"),
        (BOM + "# tagship: begin one\n", 1, "does not end"),
    ],
)
def test_marks_that_are_not_sound_are_told_with_their_line(text: str, line: int, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        parts_of(text, "a.yml")

    assert caught.value.where == InFile("a.yml", line)
    assert caught.value.remedy is not None


def test_a_generated_text_holds_no_mark() -> None:
    with pytest.raises(ValueError, match="holds a mark"):
        block_of("one", "# tagship: end one\n", Comments.HASH)


def test_a_digest_is_the_same_whatever_ends_the_lines() -> None:
    assert digest_of("a\r\nb\r\n") == digest_of("a\nb\n") == digest_of("a\nb")
    assert digest_of("a\nb ") != digest_of("a\nb")


LINES = st.sampled_from(["a: 1\n", "\tb\n", "\n", "# note\n", "x\r\n", "é\n", "- c\n", "\x0c\n", " \n"])
TEXTS = st.lists(LINES, max_size=4).map("".join)
NAMES = ("one", "two", "three")
BLOCKS = st.dictionaries(st.sampled_from(NAMES), TEXTS, min_size=1).map(
    lambda found: {name: found[name] for name in NAMES if name in found}
)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A file with blocks, some of them edited, and the user's own texts in it."""
    blocks = draw(BLOCKS)
    own: list[str] = [BOM] if draw(st.booleans()) else []
    parts = list(own)
    for name in draw(st.permutations(list(blocks))):
        own.append(draw(TEXTS))
        block = block_of(name, blocks[name], Comments.HASH, draw(st.sampled_from(["\n", "\r\n"])))
        if draw(st.booleans()):
            begin, _, rest = block.partition("\n")
            block = f"{begin}\nedited: true\n{rest}"
        parts += [own[-1], block]
    tail = draw(TEXTS)
    text = "".join([*parts, tail])
    return (text.removesuffix("\n") if draw(st.booleans()) else text), [*own, tail]


@given(file=files(), blocks=BLOCKS, force=st.booleans())
def test_merging_again_changes_nothing_and_keeps_what_is_the_users(
    file: tuple[str, list[str]], blocks: dict[str, str], *, force: bool
) -> None:
    text, own = file
    wanted = generated(blocks)
    once = merge(text, wanted, force=force)
    again = merge(once.text, wanted, force=force)

    assert again.text == once.text
    assert [each.name for each in again.edited] == [each.name for each in once.edited]
    place = 0
    for part in own:
        kept = part.rstrip("\r\n")
        place = once.text.index(kept, place) + len(kept)
    if force:
        assert once.edited == ()


@given(file=files())
def test_the_parts_of_a_file_are_the_file(file: tuple[str, list[str]]) -> None:
    text, _ = file
    parts = parts_of(text, "a.yml")

    assert text == "".join(part.begin + part.text + part.end if isinstance(part, Block) else part for part in parts)
