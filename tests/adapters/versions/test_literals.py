import pytest

from tagship.adapters.versions.literals import argument_spans, name_spans
from tagship.adapters.versions.texts import Source


def named(content: str | bytes) -> list[tuple[int, str]]:
    source = Source("demo.py", content.encode() if isinstance(content, str) else content)
    return [(source.line_at(start), source.text[start:end]) for start, end in name_spans(source, "version")]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("version = '1.0'\nversion = \"1.1\"\n", [(1, "1.0"), (2, "1.1")]),
        ("version: Final[str] = 'v1.0'\n", [(1, "1.0")]),
        ("version = release = '''1.0'''\n", [(1, "1.0")]),
        ("version = (\n    '1.0'  # 1.0\n)\n", [(2, "1.0")]),
        ("'''\nversion = '1.0'\n'''\n", []),
        ("if True:\n    version = '1.0'\n", []),
        ("version: str\nversion, other = '1.0', '2'\n", []),
        ("version = '1' '.0'\n", []),
        ("version = b'1.0'\n", []),
        ("version = f(\n", []),
        # Columns count bytes of UTF-8, and lines end in three ways.
        ("a = '\u00fc\U0001f600'; b = 2\r\nversion = '1.0'\r\n", [(2, "1.0")]),
        ("a = 1\rversion = '1.0'\r", [(1, "1.0")]),
        ("\ufeffversion = '1.0'", [(1, "1.0")]),
        ("a = 1; version = '1.0'", [(1, "1.0")]),
        ("a = version = '1.0'", [(1, "1.0")]),
        ("# coding: latin-1\na = '\u00fc'\nversion = '1.0'\n".encode("latin-1"), [(3, "1.0")]),
        ("a = '\u00fc'\nversion = '1.0'\n".encode("latin-1"), []),
        ("# coding: nonsense\nversion = '1.0'\n", [(2, "1.0")]),
    ],
)
def test_a_name_that_is_bound_to_a_literal(content: str | bytes, found: list[tuple[int, str]]) -> None:
    assert named(content) == found


def test_an_argument_of_a_function() -> None:
    source = Source("setup.py", b"import x\nif x:\n    x.setup(name='1.0', version='1.0')\nother(version='1.0')\n")

    assert [source.line_at(start) for start, _ in argument_spans(source, "setup", "version")] == [3]
    assert [source.text[:start][-9:] for start, _ in argument_spans(source, "setup", "version")] == ["version='"]
