"""Keys added to a TOML file, and no other character."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagship.adapters.adopting.settings import toml_value, with_packages, with_settings
from tagship.errors import ConfigError, FactUnknown, UsageError

KEYS = {"bump": "in-pr", "version-files": ["a.py", {"path": "b.py", "pattern": "v = '(?P<version>\\S+)'"}]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[project]\nname = 'x'",
        "[project]\r\nname = 'x'\r\n",
        "[tool.tagship]\n",
        "[tool.tagship]",
        "# é\n[ tool . tagship ] # ours\nbranch = 'x'\n\n[tool.other]\na = 1\n",
        "[tool]\nother.x = 1\n[tool.ruff]\n",
        "[tool.tagship.exempt]\nchangelog-has-version = 'none'\n",
    ],
)
def test_what_was_there_stays(text: str) -> None:
    new = with_settings("pyproject.toml", text.encode(), KEYS).decode()

    assert tomllib.loads(new)["tool"]["tagship"].items() >= KEYS.items()
    for line in text.splitlines(keepends=True):
        assert line.rstrip("\r\n") in new
    assert with_settings("pyproject.toml", new.encode(), KEYS).decode() == new
    assert new.count("\r\n") in {0, new.count("\n")}


def test_a_key_that_is_there_is_left_alone() -> None:
    text = b"[tool.tagship]\nbump = 'fragments'\n"

    assert with_settings("pyproject.toml", text, {"bump": "in-pr"}) == text


def test_a_file_that_is_all_configuration() -> None:
    text = "branch = 'x'\n\n[exempt]\na-b = 'c'\n"
    new = with_settings("tagship.toml", text.encode(), KEYS, ()).decode()

    assert tomllib.loads(new).items() >= {**KEYS, "branch": "x"}.items()
    assert with_settings("tagship.toml", b"", {"packages": {"a.b": {"path": "x"}}}, ()) == (
        b'packages = { "a.b" = { path = "x" } }\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "tool = {tagship = {}}\n",
        "[tool]\ntagship = {branch = 'x'}\n",
        "tool.tagship.branch = 'x'\n[project]\n",
    ],
)
def test_a_table_that_cannot_be_gone_on_with_is_told(text: str) -> None:
    with pytest.raises(FactUnknown, match="added to it safely") as caught:
        with_settings("pyproject.toml", text.encode(), KEYS)
    assert 'bump = "in-pr"' in str(caught.value.remedy)


@pytest.mark.parametrize("content", [b"no [TOML", b"\xef\xbb\xbf[project]\n", b"\xff", b"tool = 1\n"])
def test_a_file_that_is_no_such_table(content: bytes) -> None:
    with pytest.raises(ConfigError):
        with_settings("pyproject.toml", content, KEYS)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_spelt_so_that_it_reads_the_same(text: str) -> None:
    assert tomllib.loads(f"a = {toml_value(text)}\n") == {"a": text}


def test_what_is_no_value_of_a_setting() -> None:
    with pytest.raises(TypeError, match="no value of a setting"):
        toml_value(1.5)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (
            "[tool.tagship] # ours\nbump = 'in-pr' # as ever\n\n[tool.other]\nbump = 'in-pr'\n",
            "[tool.tagship] # ours\nbump = \"fragments\" # as ever\n\n[tool.other]\nbump = 'in-pr'\n",
        ),
        (
            '[tool.other]\nbump = "in-pr"\n[tool.tagship]\r\n"bump"="in\\u002Dpr"\r\n',
            '[tool.other]\nbump = "in-pr"\n[tool.tagship]\r\n"bump"="fragments"\r\n',
        ),
        ("tool = {tagship = {bump = 'in-pr'}}\n", 'tool = {tagship = {bump = "fragments"}}\n'),
        ("tool.tagship.bump = 'in-pr'\n", 'tool.tagship.bump = "fragments"\n'),
        ("[tool.tagship]\nbump = 'fragments'\n", "[tool.tagship]\nbump = 'fragments'\n"),
    ],
)
def test_a_key_that_is_said_now_is_changed_and_nothing_else(text: str, changed: str) -> None:
    keys = {"bump": "fragments"}

    assert with_settings("pyproject.toml", text.encode(), keys, over=keys).decode() == changed


def test_one_is_changed_and_another_added() -> None:
    keys = {"bump": "fragments", "auth": "token", "host": "none"}
    new = with_settings("tagship.toml", b"bump = 'in-pr'\nhost = 'github'\n", keys, (), over={"bump", "auth"})

    assert tomllib.loads(new.decode()) == {"bump": "fragments", "auth": "token", "host": "github"}


@pytest.mark.parametrize("spelt", ["'''in-pr'''", '"""in-pr"""', "['in-pr']"])
def test_a_key_that_cannot_be_changed_safely_is_named(spelt: str) -> None:
    text = f"[tool.tagship]\nbump = {spelt}\n"

    with pytest.raises(UsageError, match="says another bump") as caught:
        with_settings("pyproject.toml", text.encode(), {"bump": "fragments"}, over={"bump"})
    assert str(caught.value.remedy) == 'write bump = "fragments" under [tool.tagship] by hand'


ENTRIES = {"core": {"path": "c", "tag": "core@{version}"}, "app.x": {"path": "a", "tag": "app/{version}"}}


BY_HEADER = """\
[tool.tagship.packages.core] # ours
path = 'c' # its place
[tool.other]
path = 'c'"""
BY_HEADER_THEN = """\
[tool.tagship.packages.core] # ours
path = 'c' # its place
tag = "core@{version}"
[tool.other]
path = 'c'

[tool.tagship.packages."app.x"]
path = "a"
tag = "app/{version}"
"""
ON_ONE_LINE = """\
[tool.tagship]
packages = {core = {path = 'c'}, "app.x" = {"path" = 'a', tag = 'x{version}'}}
"""
DOTTED = """\
[tool.tagship.packages]
  'app.x' = {path = 'a'}
  core.path = 'c'"""
DOTTED_THEN = """\
[tool.tagship.packages]
  'app.x' = {path = 'a', tag = "app/{version}"}
  core.path = 'c'
  core.tag = "core@{version}"
"""
ONE_LACKS = "tool.tagship.packages = {core = {path = 'c', tag = 't{version}'}}\n"
ADDED_FIRST = '{ "app.x" = { path = "a", tag = "app/{version}" },core'


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (BY_HEADER, BY_HEADER_THEN),
        (BY_HEADER.replace("\n", "\r\n"), BY_HEADER_THEN.replace("\n", "\r\n")),
        (ON_ONE_LINE, ON_ONE_LINE.replace("'c'", "'c', tag = \"core@{version}\"")),
        (DOTTED, DOTTED_THEN),
        (ONE_LACKS, ONE_LACKS.replace("{core", ADDED_FIRST)),
    ],
)
def test_a_list_of_packages_gets_what_it_lacks_and_nothing_else(text: str, changed: str) -> None:
    assert with_packages("pyproject.toml", text.encode(), ENTRIES).decode() == changed
    assert with_packages("pyproject.toml", changed.encode(), ENTRIES).decode() == changed


def test_what_cannot_be_put_into_a_list_safely_is_left_out() -> None:
    text = "[packages.core]\npath = '''c'''\n[packages.'app.x']\npath = 'a'\n"
    new = with_packages("tagship.toml", text.encode(), ENTRIES, ()).decode()

    assert new == text + 'tag = "app/{version}"\n'
