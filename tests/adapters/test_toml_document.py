import pytest

from tagship.adapters.toml_document import TomlDocument
from tagship.errors import ConfigError, InFile

TEXT = b"""
title = "key in a title"
[table]
key = "text"
list = ["a", "b"]
[[rows]]
key = 1
[[rows]]
key = 2
other.key = 3
"escaped\\u006bey" = 4
"""


def document() -> TomlDocument:
    return TomlDocument.parse("a.toml", TEXT)


def test_values_by_their_keys() -> None:
    found = document()

    assert found.string("table", "key") == "text"
    assert found.strings("table", "list") == ("a", "b")
    assert found.value("rows", 1, "other", "key") == 3
    assert found.table("rows", 0) == {"key": 1}
    assert found.value("rows", 2, "key") is None
    assert found.string("nowhere", "key") is None
    assert found.strings("nowhere") == ()
    assert found.table("nowhere") == {}


@pytest.mark.parametrize(
    ("keys", "line", "column"),
    [
        (("table",), 3, 2),
        (("table", "key"), 4, 1),
        (("rows", 0, "key"), 7, 1),
        (("rows", 1, "key"), 9, 1),
        (("rows", 1, "other", "key"), 10, 7),
        (("rows", 1, "escapedkey"), None, None),
        (("rows", 2, "key"), None, None),
        (("nowhere", "key"), None, None),
        (("rows", 0), None, None),
    ],
)
def test_places_by_their_keys(keys: tuple[str | int, ...], line: int | None, column: int | None) -> None:
    assert document().where(*keys) == InFile("a.toml", line, column)


@pytest.mark.parametrize(
    ("method", "keys"),
    [
        ("string", ("table",)),
        ("string", ("rows", "key")),
        ("string", ("table", "key", "deeper")),
        ("strings", ("table", "key")),
        ("table", ("rows",)),
        ("table", ("table", "key")),
    ],
)
def test_another_kind_of_value_is_refused(method: str, keys: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as caught:
        getattr(document(), method)(*keys)

    assert str(caught.value.where).startswith("a.toml")
    assert caught.value.remedy is not None


def test_a_key_that_is_a_value_elsewhere() -> None:
    document = TomlDocument.parse("a.toml", b"x = inf\ny = {inf = 1}\n")

    assert document.where("y", "inf") == InFile("a.toml", 2, 6)


def test_a_key_among_many_that_look_like_it() -> None:
    text = b"\n".join([b"# key", b'y = """', *[b"key"] * 300, b'"""', b"key = 1"])

    # Not found within reason, so only the file is told.
    assert TomlDocument.parse("a.toml", text).where("key") == InFile("a.toml")
