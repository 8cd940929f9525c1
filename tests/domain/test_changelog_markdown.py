from textwrap import dedent

import pytest

from tagship.domain.changelog.markdown import outline
from tagship.domain.changelog.outline import split_lines


def headings(text: str) -> list[tuple[str, int]]:
    """Text and depth of every heading."""
    return [(heading.text, heading.depth) for heading in outline(split_lines(text)).headings]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("# 1.2.0", ("1.2.0", 1)),
        ("###### 1.2.0", ("1.2.0", 6)),
        ("   ## 1.2.0", ("1.2.0", 2)),
        ("## 1.2.0 ##", ("1.2.0", 2)),
        ("## 1.2.0 ##########  ", ("1.2.0", 2)),
        ("##\t1.2.0\t##", ("1.2.0", 2)),
        ("## C#", ("C#", 2)),
        ("##", ("", 2)),
        ("## ##", ("", 2)),
        ("####### 1.2.0", None),
        ("##1.2.0", None),
        ("#123 is fixed", None),
        ("    ## 1.2.0", None),
        ("\t## 1.2.0", None),
        ("> ## 1.2.0", None),
        ("- ## 1.2.0", None),
        ("\\## 1.2.0", None),
    ],
)
def test_number_signs(line: str, heading: tuple[str, int] | None) -> None:
    assert headings(line) == ([heading] if heading is not None else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2.0\n=====", [("1.2.0", 1)]),
        ("1.2.0 (2024-01-02)\n---", [("1.2.0 (2024-01-02)", 2)]),
        ("1.2.0\n-", [("1.2.0", 2)]),
        ("  1.2.0\n  -----  ", [("1.2.0", 2)]),
        ("- item\n1.2.0\n-----", [("1.2.0", 2)]),
        ("- item\n1.2.0\n-----\n", [("1.2.0", 2)]),
        ("<a name='x'></a>\n1.2.0\n---", [("1.2.0", 2)]),
        ("1.2.0\n\n---", []),
        ("- 1.2.0\n---", []),
        ("- item\n\n  1.2.0\n  ---", []),
        ("> 1.2.0\n---", []),
        ("[1.2.0]: https://example.org\n---", []),
        ("# 1.2.0\n---", [("1.2.0", 1)]),
        ("1.2.0\n=-=", []),
        ("1.2.0\n    ---", []),
        ("1.2.0\n***", []),
        ("---", []),
        ("| a | b |\n| --- | --- |", []),
    ],
)
def test_underlines(text: str, expected: list[tuple[str, int]]) -> None:
    assert headings(text) == expected


FENCED = {
    "backticks": """
        ```
        ## 1.2.0
        ```
        """,
    "tildes": """
        ~~~
        ## 1.2.0
        ~~~
        """,
    "with a language": """
        ```markdown title="x"
        ## 1.2.0
        ```
        """,
    "longer than the fences inside": """
        ````
        ```
        ## 1.2.0
        ```
        ## 1.2.0
        ````
        """,
    "of another kind than the fence inside": """
        ~~~
        ```
        ## 1.2.0
        ~~~
        """,
    "a closing fence has no language": """
        ```
        ## 1.2.0
        ```python
        ## 1.2.0
        ```
        """,
    "in a list": """
        - item

          ```
          ## 1.2.0
          ```
        """,
    "deep in a list": """
        1. item

           - item

             ~~~
             ## 1.2.0
             ~~~
        """,
    "right at a bullet": """
        - ```
          ## 1.2.0
          ```
        """,
    "set in by three": """
        text
           ```
        ## 1.2.0
           ```
        """,
    "after two bullets": """
        - - ```
            ## 1.2.0
            ```
        """,
    "underlined": """
        ```
        1.2.0
        -----
        ```
        """,
    "a fence that is set in too far does not close": """
        ```
        ## 1.2.0
            ```
        ## 1.2.0
        ```
        """,
    "code that is set in": """
        text

            ## 1.2.0

            1.2.0
            -----
        """,
    "code that is set in within an item": """
        -     ## 1.2.0

              ## 1.2.0
        """,
}


@pytest.mark.parametrize("text", FENCED.values(), ids=FENCED.keys())
def test_code_holds_no_headings(text: str) -> None:
    assert headings(dedent(text)) == []
    assert headings(dedent(text) + "\n## 1.1.0") == [("1.1.0", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- ## 1.2.0 -->",
        "<!--\n## 1.2.0\n-->",
        "<!-- towncrier\n\n## 1.2.0\n\n-->",
        "   <!--\n## 1.2.0\n--> ## 1.3.0",
        "<!-->",
        "- <!--\n  ## 1.2.0\n  -->",
        "<pre>\n## 1.2.0\n</pre>",
        "<PRE class='x'>\n\n## 1.2.0\n\n</PRE>",
        "<pre>## 1.2.0</pre>",
        "<script>\n# 1.2.0\n</script>",
        "<style\n>\n# 1.2.0\n</style>",
    ],
)
def test_comments_and_raw_blocks_hold_no_headings(text: str) -> None:
    assert headings(text) == []
    assert headings(text + "\n\n## 1.1.0") == [("1.1.0", 2)]


def test_an_open_fence_or_comment_swallows_the_rest() -> None:
    assert headings("## 1.2.0\n```\n## 1.1.0\n") == [("1.2.0", 2)]
    assert headings("## 1.2.0\n<!--\n## 1.1.0\n") == [("1.2.0", 2)]


def test_the_end_of_a_list_ends_an_open_fence_in_it() -> None:
    assert headings("- ```\n  code\n\n## 1.1.0\n") == [("1.1.0", 2)]


def test_inline_code_and_tags_hide_nothing() -> None:
    assert headings("`code` and <pre\n~strike~\n<details>\n## 1.2.0\n</details>\n## 1.1.0") == [
        ("1.2.0", 2),
        ("1.1.0", 2),
    ]
    assert headings("```not` a fence\n## 1.2.0") == [("1.2.0", 2)]


def test_headings_in_list_items_do_not_count_and_those_after_a_list_do() -> None:
    assert headings("- item\n\n  ## 1.2.0\n\n## 1.1.0\n") == [("1.1.0", 2)]
    assert headings("10. item\n    ## 1.2.0\n## 1.1.0\n") == [("1.1.0", 2)]
    assert headings("-\ttab\n\n    ## 1.2.0\n## 1.1.0\n") == [("1.1.0", 2)]
    assert headings("-\n\n## 1.1.0\n") == [("1.1.0", 2)]
    assert headings("- " * 5000 + "a\n\n## 1.1.0\n") == [("1.1.0", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Changes\n# 1.2.0 is a comment\n---\n# 1.1.0",
        "---\n# 1.2.0 is a comment\n'title': Changes\n...\n# 1.1.0",
        "+++\ntitle = 'Changes'\n# 1.2.0\n+++\n# 1.1.0",
        "\ufeff---\ntitle: Changes\n# 1.2.0\n---\n# 1.1.0",
        "---\r\ntitle: Changes\r\n# 1.2.0\r\n---\r\n# 1.1.0",
    ],
)
def test_front_matter_is_no_heading(text: str) -> None:
    assert headings(text) == [("1.1.0", 1)]


@pytest.mark.parametrize(
    "text", ["---\n\n# 1.2.0\n\n---\n", "---\nwords\n\n# 1.2.0\n---\n", "---\ntitle: open\n\n# 1.2.0", "---\n# 1.2.0"]
)
def test_a_rule_at_the_top_is_no_front_matter(text: str) -> None:
    assert ("1.2.0", 1) in headings(text)


def test_anchors_above_a_heading_belong_to_it() -> None:
    lines = ["text", "", '<a name="v1.2.0"></a>', "(v1-2-0)=", "", "## 1.2.0", "", "1.1.0", "---"]
    first, second = outline(lines).headings

    assert (first.start, first.line, first.end) == (2, 5, 6)
    assert (second.start, second.line, second.end) == (7, 7, 9)


@pytest.mark.parametrize(
    ("foot", "length"),
    [
        ("[1.2.0]: https://example.org\n\n[Unreleased]: https://example.org\n", 4),
        ("<!-- links -->\n[1.2.0]: https://example.org\n", 2),
        ("[1.2.0]: https://example.org\n<!-- end -->\n", 3),
        ("*[HTML]: Hypertext\n", 2),
        ("[^1]: A footnote is content\n", 0),
        ("    [code]: content\n", 0),
        ("<!-- a comment alone stays -->\n", 0),
        ("```\n[1.2.0]: code\n```\n", 0),
        ("```\n[1.2.0]: code\n", 0),
        ("", 0),
    ],
)
def test_link_definitions_at_the_foot_are_left_out(foot: str, length: int) -> None:
    lines = split_lines("## 1.2.0\n- text\n" + foot)

    assert outline(lines).end == len(lines) - length
