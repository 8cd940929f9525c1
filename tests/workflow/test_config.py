import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from tagship.domain.config import Auth, Config, CustomCheck, Package, VersionFile, Waiver, Way
from tagship.domain.endpoints import KNOWN, PYPI, TESTPYPI
from tagship.domain.version import TagTemplate
from tagship.errors import ConfigError, Edit, Exit, InFile
from tagship.workflow.config import custom_index, parse_config, read_config

EVERYTHING = """\
branch = "trunk"
release-lines = ["release/*", "1.x"]
tag = "pkg-v{version}"
changelog = "docs/news.rst"
version-files = [
  "src/pkg/about.py",
  {path = "VERSION"},
  {path = "./docs/conf.py", pattern = 'release = "(?P<version>.*)"'},
]
index = "testpypi"
auth = "token"
host = "none"
bump = "release-pr"
test = "nox -s 'tests all'"
test-minutes = 5
ships-nothing = ["notebooks/*"]
message = "chore: release {version}"

[[check]]
id = "links-resolve"
title = "every link resolves"
why = "Dead links annoy."
fix = "Mend the link."
command = ["lychee", "docs"]

[packages.Pkg-One]
path = "packages/one/"
tag = "one-v{version}"
changelog = "NEWS.md"

[packages.two]
path = "packages/two"

[exempt]
tag-is-annotated = "we sign commits instead"
links-resolve = "the host is down"

[waive.commit-is-green]
reason = "the runner is broken"
until = 2026-06-30
"""
AS_READ: Mapping[str, object] = {
    "branch": "trunk",
    "release_lines": ("release/*", "1.x"),
    "tag": TagTemplate("pkg-v{version}"),
    "changelog": "docs/news.rst",
    "version_files": (
        VersionFile("src/pkg/about.py"),
        VersionFile("VERSION"),
        VersionFile("docs/conf.py", 'release = "(?P<version>.*)"'),
    ),
    "bump": Way.RELEASE_PR,
    "test": ("nox", "-s", "tests all"),
    "test_minutes": 5,
    "ships_nothing": ("notebooks/*",),
    "message": "chore: release {version}",
    "checks": (
        CustomCheck("links-resolve", "every link resolves", "Dead links annoy.", "Mend the link.", ("lychee", "docs")),
    ),
    "packages": {
        "Pkg-One": Package("Pkg-One", "packages/one", TagTemplate("one-v{version}"), "NEWS.md"),
        "two": Package("two", "packages/two"),
    },
    "index": TESTPYPI,
    "auth": Auth.TOKEN,
    "host": "none",
    "exempt": {"tag-is-annotated": "we sign commits instead", "links-resolve": "the host is down"},
    "waive": {"commit-is-green": Waiver("the runner is broken", date(2026, 6, 30))},
}


def read_own(text: str) -> Config:
    return parse_config(text.encode(), "tagship.toml")


def refused(text: str, name: str = "tagship.toml") -> ConfigError:
    with pytest.raises(ConfigError) as wrong:
        parse_config(text.encode(), name)
    assert wrong.value.exit is Exit.USAGE
    return wrong.value


def place(error: ConfigError) -> tuple[str, int | None]:
    assert isinstance(error.where, InFile)
    return error.where.path, error.where.line


def hint(error: ConfigError) -> str:
    assert isinstance(error.remedy, Edit)
    return error.remedy.text


def as_read(config: Config) -> Mapping[str, object]:
    return {name: getattr(config, name) for name in AS_READ}


def test_everything_from_a_file_of_its_own() -> None:
    config = read_own(EVERYTHING)

    assert as_read(config) == AS_READ
    assert config.source == "tagship.toml"


def test_everything_from_pyproject() -> None:
    shared = "[tool.tagship]\n" + re.sub(r"(?m)^(\[+)(?=[a-z])", r"\1tool.tagship.", EVERYTHING)

    config = parse_config(shared.encode(), "pyproject.toml")

    assert as_read(config) == AS_READ
    assert config.source == "pyproject.toml"


def test_nothing_said_is_everything_found_out(tmp_path: Path) -> None:
    silent = Config(source="pyproject.toml")

    assert read_config(tmp_path) == Config()
    assert parse_config(b'[project]\nname = "x"\n', "pyproject.toml") == silent
    assert parse_config(b"[tool.tagship]\n", "pyproject.toml") == silent


def test_a_file_of_its_own_comes_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.tagship]\nbranch = "shared"\n', encoding="utf-8")
    assert read_config(tmp_path).branch == "shared"

    (tmp_path / "tagship.toml").write_text('branch = "own"\n', encoding="utf-8")
    assert read_config(tmp_path).branch == "own"


@pytest.mark.parametrize(
    ("text", "line", "nearest"),
    [
        ('branc = "main"\n', 1, "'branch'"),
        ('branch = "main"\nrelease_lines = []\n', 2, "'release-lines'"),
        ('# words\n\n"chnagelog" = "x"\n', 3, "'changelog'"),
        ('index = {simple = "http://a/", uplod = "http://b/"}\n', 1, "'upload'"),
        ('[exempt]\ntag-is-anotated = "why"\n', 2, "'tag-is-annotated'"),
        ('[waive.commit-is-gren]\nreason = "r"\nuntil = 2030-01-01\n', 1, "'commit-is-green'"),
        ('[waive.commit-is-green]\nreason = "r"\nuntill = 2030-01-01\n', 3, "'until'"),
        ('auth = "tocken"\n', 1, "'token'"),
        ('host = "githup"\n', 1, "'github'"),
        ('branch = "x"\nindex = "testpipy"\n', 2, "'testpypi'"),
        ('bump = "in-rp"\n', 1, "'in-pr'"),
        ('version-files = [\n  {path = "a", patern = "b"},\n]\n', 2, "'pattern'"),
        ('[[check]]\nid = "b"\ntitel = "b"\n', 3, "'title'"),
        ('[packages.one]\npath = "one"\ntagg = "v{version}"\n', 3, "'tag'"),
        ("[exempt]\nversion-is-bumpd = 'why'\n", 2, "'version-is-bumped'"),
    ],
)
def test_what_is_not_known_is_told_with_its_line_and_the_nearest_word(text: str, line: int, nearest: str) -> None:
    error = refused(text)

    assert place(error) == ("tagship.toml", line)
    assert hint(error) == f"did you mean {nearest}?"


def test_what_is_near_nothing_is_told_what_there_is() -> None:
    assert hint(refused('zzz = "x"\n')).endswith("version-files, waive")
    assert hint(refused('index = "somewhere"\n')) == "it takes pypi, testpypi"


def test_an_unknown_key_in_pyproject_is_told_with_its_line() -> None:
    error = refused('[project]\nname = "x"\nbranc = "not ours"\n\n[tool.tagship]\nbranc = "main"\n', "pyproject.toml")

    assert place(error) == ("pyproject.toml", 6)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("branch = 5\n", 1),
        ('branch = ""\n', 1),
        ('branch = "  "\n', 1),
        ("changelog = true\n", 1),
        ('release-lines = "release/*"\n', 1),
        ("release-lines = [1]\n", 1),
        ("version-files = {}\n", 1),
        ('version-files = [""]\n', 1),
        ("version-files = [7]\n", 1),
        ('version-files = ["../elsewhere"]\n', 1),
        ('version-files = ["/etc/version"]\n', 1),
        ("version-files = [{pattern = 'x(?P<version>.)'}]\n", 1),
        ("version-files = [{path = 'a', pattern = '('}]\n", 1),
        ("version-files = [{path = 'a', pattern = 'x(.)'}]\n", 1),
        ('bump = ""\n', 1),
        ("test = ''\n", 1),
        ("test = []\n", 1),
        ("test = ['']\n", 1),
        ("test = 7\n", 1),
        ('test = "pytest \'open"\n', 1),
        ("test-minutes = 0\n", 1),
        ("test-minutes = 1.5\n", 1),
        ("test-minutes = true\n", 1),
        ("test-minutes = 100000\n", 1),
        ('ships-nothing = "docs"\n', 1),
        ('ships-nothing = [" "]\n', 1),
        ('message = ""\n', 1),
        ('message = "Release {vresion}"\n', 1),
        ("check = {}\n", 1),
        ("check = ['x']\n", 1),
        ("[packages.one]\ntag = 'v{version}'\n", 1),
        ("[packages.one]\npath = '../one'\n", 2),
        ("[packages.one]\npath = 'one'\ntag = 'v'\n", 3),
        ("[packages.'one two']\npath = 'one'\n", 1),
        ("[packages.a-b]\npath = 'one'\n[packages.a_b]\npath = 'two'\n", 3),
        ("packages = {one = 'one'}\n", 1),
        ("tag = 1\n", 1),
        ('tag = "v"\n', 1),
        ('tag = "{version}-{version}"\n', 1),
        ("index = 5\n", 1),
        ("index = []\n", 1),
        ('index = {simple = "http://a/"}\n', 1),
        ('index = {upload = "http://a/"}\n', 1),
        ('index = {simple = "", upload = "http://a/"}\n', 1),
        ('index = {simple = 5, upload = "http://a/"}\n', 1),
        ("auth = []\n", 1),
        ('exempt = ["tag-is-annotated"]\n', 1),
        ("[exempt]\ntag-is-annotated = true\n", 2),
        ('[exempt]\ntag-is-annotated = " "\n', 2),
        ('waive = "commit-is-green"\n', 1),
        ('[waive]\ncommit-is-green = "later"\n', 2),
        ("[waive.commit-is-green]\nuntil = 2030-01-01\n", 1),
        ('[waive.commit-is-green]\nreason = "r"\n', 1),
        ('[waive.commit-is-green]\nreason = "r"\nuntil = "2030-01-01"\n', 1),
        ('[waive.commit-is-green]\nreason = "r"\nuntil = 2030-01-01T12:00:00\n', 1),
        ('[waive.commit-is-green]\nreason = ""\nuntil = 2030-01-01\n', 2),
    ],
)
def test_what_is_of_another_kind_is_told_with_its_line(text: str, line: int) -> None:
    assert place(refused(text)) == ("tagship.toml", line)


@pytest.mark.parametrize("text", ["tool = 5\n", "[tool]\ntagship = []\n"])
def test_tables_of_others_may_be_no_tables(text: str) -> None:
    assert place(refused(text, "pyproject.toml"))[0] == "pyproject.toml"


def test_what_is_no_toml_is_told_with_line_and_column() -> None:
    error = refused('branch = "main"\nindex = \n')

    assert error.where == InFile("tagship.toml", 2, 9)


def test_what_ends_too_early() -> None:
    assert place(refused('branch = "main"\nindex = {')) == ("tagship.toml", 2)


def test_what_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "tagship.toml").write_bytes(b'branch = "main"\nchangelog = "\xff"\n')

    with pytest.raises(ConfigError, match="UTF-8") as wrong:
        read_config(tmp_path)

    assert place(wrong.value) == ("tagship.toml", 2)


def test_what_nests_too_deeply() -> None:
    assert place(refused(f"branch = {'[' * 5000}{']' * 5000}\n"))[0] == "tagship.toml"


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tagship.toml").write_text("", encoding="utf-8")

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)

    with pytest.raises(ConfigError, match="Permission denied"):
        read_config(tmp_path)


def test_a_waiver_holds_up_to_its_day_and_an_exemption_for_ever() -> None:
    config = read_own(EVERYTHING)

    assert config.excused(date(2026, 6, 30)) == {
        "tag-is-annotated": "exempt: we sign commits instead",
        "links-resolve": "exempt: the host is down",
        "commit-is-green": "waived until 2026-06-30: the runner is broken",
    }
    assert list(config.excused(date(2026, 7, 1))) == ["tag-is-annotated", "links-resolve"]


def test_an_index_by_its_addresses() -> None:
    own = read_own('index = {simple = "https://index.example/root/simple", upload = "https://index.example/root/"}\n')

    assert own.index.name == "index.example"
    assert own.index.simple == "https://index.example/root/simple/"
    assert own.authentication is Auth.TOKEN
    assert custom_index("nowhere", "nowhere").name == "nowhere/"


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_a_known_index_is_known_by_its_addresses(known: object) -> None:
    assert known in {PYPI, TESTPYPI}
    assert custom_index(PYPI.simple.removesuffix("/"), PYPI.upload) is PYPI
    assert custom_index(PYPI.simple, TESTPYPI.upload) not in {PYPI, TESTPYPI}


def test_the_index_decides_how_to_authenticate_where_nobody_does() -> None:
    assert Config().authentication is Auth.TRUSTED
    assert read_own('auth = "trusted"\n').authentication is Auth.TRUSTED
    assert read_own('auth = "token"\n').authentication is Auth.TOKEN


@pytest.mark.parametrize("address", ["https://user:{0}@index.example/", "https://{0}@index.example/", "https://[{0}/"])
def test_an_address_that_holds_a_credential_is_refused_and_not_quoted(address: str) -> None:
    word = "x" * 9
    with pytest.raises(ConfigError) as caught:
        read_own(f'index = {{simple = "https://index.example/", upload = "{address.format(word)}"}}\n')

    assert word not in f"{caught.value.message} {caught.value.remedy}"


@pytest.mark.parametrize(("key", "hint"), [("index", "write index = {simple"), ("host", "it takes ")])
def test_an_address_in_place_of_a_word_is_not_quoted(key: str, hint: str) -> None:
    word = "x" * 9
    with pytest.raises(ConfigError) as caught:
        read_own(f'{key} = "https://user:{word}@index.example/"\n')

    assert hint in str(caught.value.remedy)
    assert word not in f"{caught.value.message} {caught.value.remedy}"


OWN = 'title = "t"\nwhy = "w"\nfix = "f"\ncommand = "c"\n'


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (f'[[check]]\nid = "Links Resolve"\n{OWN}', 2),
        (f'[[check]]\nid = "tag-exists"\n{OWN}', 2),
        (f'[[check]]\nid = "one"\n{OWN}[[check]]\nid = "one"\n{OWN}', 8),
        ('[[check]]\nid = "one"\ntitle = "t"\nwhy = "w"\nfix = "f"\n', 2),
        ('[[check]]\nid = "one"\ntitle = "t"\nwhy = "w"\nfix = "f"\ncommand = []\n', 6),
    ],
)
def test_a_check_of_the_projects_own_that_is_none(table: str, line: int) -> None:
    assert place(refused(table)) == ("tagship.toml", line)


def test_what_a_check_of_the_projects_own_lacks_is_named() -> None:
    assert refused('[[check]]\nid = "one"\nwhy = "w"\nfix = "f"\ncommand = "c"\n').message == "check has no title"


def test_a_waiver_that_is_over_is_remembered() -> None:
    config = read_own(EVERYTHING)

    assert config.lapsed(date(2026, 6, 30)) == {}
    assert config.lapsed(date(2026, 7, 1)) == {
        "commit-is-green": "its waiver ended on 2026-06-30: the runner is broken"
    }
