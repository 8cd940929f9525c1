"""Read back by an independent parser of CommonMark with tables."""

import html
import io
import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reports import samples
from tagship.domain.finding import Finding, Outcome
from tagship.errors import Edit, UsageError, Visit
from tagship.reports import markdown
from tagship.reports.harmless import clipped, harmless, lines
from tagship.reports.shown import Notes

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {"<br>", "<code>", "</code>", "<details>", "</details>", "</summary>"}
# What makes a link, an image, or a block that only our own text may make.
FOREIGN = {"link_open", "image", "strong_open", "em_open", "s_open", "hr", "blockquote_open", "ordered_list_open"}


def tokens(text: str) -> list[Token]:
    return [token for block in PARSER.parse(text) for token in (block, *(block.children or ()))]


def shown(text: str) -> str:
    """The text that a reader sees, of one paragraph."""
    rendered = PARSER.renderInline(text).replace("<br>", "\n")
    return html.unescape(re.sub("</?code>", "", rendered)).replace("\u200b", "")


def squeezed(text: str) -> str:
    return "\n".join(line.strip() for line in lines(clipped(text, markdown.LONGEST_TEXT)))


@given(samples.texts)
def test_escaped_text_shows_itself(text: str) -> None:
    assert shown(markdown.escaped(text)) == squeezed(text)


@given(samples.texts)
def test_escaped_text_is_one_paragraph_of_text(text: str) -> None:
    kinds = {token.type for token in tokens(f"before\n\n{markdown.escaped(text)}\n\nafter")}

    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "html_inline"}


@given(samples.texts)
def test_escaped_text_stays_in_its_cell(text: str) -> None:
    cells = [token.type for token in tokens(f"| a | b |\n| --- | --- |\n| {markdown.escaped(text)} | c |\n")]

    assert cells.count("td_open") == 2


@given(samples.texts)
def test_escaped_text_makes_no_element_of_its_own(text: str) -> None:
    raw = {token.content for token in tokens(markdown.escaped(text)) if token.type.startswith("html")}

    assert raw <= {"<br>"}


@given(samples.texts)
def test_code_shows_itself(text: str) -> None:
    (paragraph,) = (token for token in PARSER.parse(f"- {markdown.code(text)}\n") if token.type == "inline")
    (span,) = paragraph.children or []

    assert span.type == "code_inline"
    assert span.content.strip() == harmless(text).strip()


@given(samples.texts)
def test_fenced_text_shows_itself(text: str) -> None:
    block, *rest = PARSER.parse(markdown.fenced(text, "sh") + "\n\nafter\n")

    assert block.type == "fence"
    assert block.info == "sh"
    assert block.content == "\n".join(lines(text)) + "\n"
    assert [token.content for token in rest if token.type == "inline"] == ["after"]


@pytest.mark.parametrize("text", samples.HOSTILE, ids=range(len(samples.HOSTILE)))
def test_hostile_text_changes_no_structure(text: str) -> None:
    for value in samples.hostile_values(text):
        if isinstance(value, Notes):
            continue  # the notes are Markdown, and their author may use all of it
        found = tokens(markdown.markdown(value))
        raw = {
            part for token in found if token.type.startswith("html") for part in re.findall("<[^>]*>", token.content)
        }

        assert raw <= OURS | {"<summary>"}
        assert not {token.type for token in found if token.type != "strong_open"} & FOREIGN
        assert not re.search(r"@(?!&#8203;)|://|www\.", outside_code(found))


def outside_code(found: list[Token]) -> str:
    """What a host looks through for mentions and bare links."""
    return "".join(token.content for token in found if token.type in {"text", "text_special"}).replace(
        "\u200b", "&#8203;"
    )


def test_mentions_references_and_bare_links_are_stopped() -> None:
    assert shown_with_gaps("@someone #1 https://example.org www.example.org") == (
        "@\u200bsomeone #\u200b1 https:\u200b//example.org www\u200b.example.org"
    )


def shown_with_gaps(text: str) -> str:
    return html.unescape(PARSER.renderInline(markdown.escaped(text)))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/a?b=c#d", "Fix: open <https://example.org/a?b=c#d>\n"),
        ("javascript:alert(1)", "Fix: open `javascript:alert(1)`\n"),
        ("https://example.org/> <script>", "Fix: open `https://example.org/> <script>`\n"),
    ],
)
def test_only_a_plain_page_to_open_is_a_link(url: str, shown: str) -> None:
    assert markdown.markdown(UsageError("a", remedy=Visit(url))).endswith(shown)


def test_the_first_cause_stands_on_top() -> None:
    headings = [line for line in markdown.markdown(samples.RICH_REPORT).splitlines() if line.startswith("#")]

    assert headings[:2] == ["## tagship: blocked: 2 blockers", "### 1. failed: tag-is-on-main"]


def test_many_findings_are_cut_with_a_word() -> None:
    findings = tuple(Finding(f"number {number}") for number in range(25))
    text = markdown.markdown(samples.report(samples.verdict("a", Outcome.FAILED, findings=findings)))

    assert text.count("- number") == 20
    assert "- and 5 more\n" in text


def test_notes_are_the_body() -> None:
    stream = io.StringIO()
    markdown.render(samples.RICH_NOTES, stream)

    assert stream.getvalue() == samples.RICH_NOTES.section.body + "\n"


def test_what_is_to_be_pasted_can_be_copied_as_it_is() -> None:
    """Escaped, the number sign would bring an invisible character along."""
    stream = io.StringIO()
    markdown.render(
        UsageError("told", remedy=Edit("add '- Describe it (#1)' under 'Unreleased' of the project's changelog")),
        stream,
    )

    assert "Fix: add `- Describe it (#1)` under `Unreleased` of the project's changelog" in stream.getvalue()


@given(samples.texts)
def test_a_remedy_in_words_shows_itself(text: str) -> None:
    stream = io.StringIO()
    markdown.render(UsageError("told", remedy=Edit(text)), stream)

    kinds = {token.type for token in tokens(stream.getvalue())}

    assert not kinds & FOREIGN - {"strong_open"}
