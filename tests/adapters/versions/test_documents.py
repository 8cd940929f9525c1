import pytest

from tagship.adapters.versions.documents import Key, differences, parse_document


def spelt(path: str, text: str, *keys: Key) -> tuple[int, str] | None:
    """On which line the value stands, and how."""
    document = parse_document(path, text)
    assert document is not None
    span = document.span(*keys)
    return None if span is None else (text.count("\n", 0, span[0]) + 1, text[slice(*span)])


@pytest.mark.parametrize(
    ("path", "text", "keys", "found"),
    [
        ("a.toml", 'x = "1"\n[a]\nx = "1"\n', ("a", "x"), (3, "1")),
        ("a.toml", 'a = [{x = "1"},\n{x = "1"}]\n', ("a", 1, "x"), (2, "1")),
        ("a.toml", '"a b".x = "1"', ("a b", "x"), (1, "1")),
        ("a.toml", 'x = """\n  1.2\n"""', ("x",), (2, "1.2")),
        ("a.toml", 'y = "1"\nx = [\n"1"]', ("x", 0), (3, "1")),
        ("a.toml", 'x = "\\u0031"', ("x",), None),
        ("a.toml", "x = 1", ("x",), None),
        ("a.toml", "y = 1.5", ("x",), None),
        # The last of several keys is the one that counts.
        ("a.json", '{"x": "1",\n"x": "1"}', ("x",), (2, "1")),
        ("a.json", '{"a": {"x": "1"},\n"x": "1"}', ("x",), (2, "1")),
        ("a.json", '["1",\n"1"]', (1,), (2, "1")),
        ("a.cfg", "[a]\nx = 1\n[b]\nx: 1\n", ("b", "x"), (4, "1")),
        ("a.cfg", "[a]\nx =\n  1\n", ("a", "x"), (3, "1")),
    ],
)
def test_where_a_value_stands(path: str, text: str, keys: tuple[Key, ...], found: tuple[int, str] | None) -> None:
    assert spelt(path, text, *keys) == found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.toml", "x ="),
        ("a.json", "{"),
        ("a.json", "[" * 100_000),
        ("a.cfg", "[a]\nx = 1\nx = 2\n"),
        ("a.cfg", "x = 1\n"),
        ("a.yaml", "x: 1\n"),
    ],
)
def test_what_is_no_document(path: str, text: str) -> None:
    assert parse_document(path, text) is None


def test_a_value_that_stands_in_too_many_places_is_not_looked_for_for_ever() -> None:
    assert spelt("a.json", '["1"' + ',"1"' * 1000 + "]", 900) is None


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": 1, "b": [1, {"c": "x"}]}, {"a": 1, "b": [1, {"c": "y"}]}, [("b", 1, "c")]),
        ({"a": 1}, {"a": True}, [("a",)]),
        ({"a": 1}, {"b": 1}, [()]),
        ({"a": [1]}, {"a": [1, 2]}, [("a",)]),
        ({"a": 1, "b": 1}, {"a": 2, "b": 2}, [("a",), ("b",)]),
        ([], [], []),
    ],
)
def test_in_what_documents_differ(one: object, other: object, found: list[tuple[Key, ...]]) -> None:
    assert differences(one, other) == found
