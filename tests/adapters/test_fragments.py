from collections.abc import Mapping
from datetime import date

import pytest
from packaging.version import Version

from tagship.adapters.fragments import Composition, compose, find_fragments
from tagship.domain.branch import Bump, Fragment, Fragments
from tagship.domain.bump.news import bump_of
from tagship.errors import ConfigError, NotThere
from trees import Files

DAY = date(2026, 11, 2)
VERSION = Version("1.3.0")


def found(files: Mapping[str, str | bytes], project: str = "some-project") -> Fragments | None:
    return find_fragments(Files(files), project)


def news(files: Mapping[str, str | bytes], project: str = "some-project") -> Fragments:
    fragments = found(files, project)
    assert fragments is not None
    return fragments


def told(fragments: Fragments) -> list[tuple[str, str, Bump | None]]:
    return [(fragment.path, fragment.kind, fragment.bump) for fragment in fragments.found]


TOWNCRIER = "[tool.towncrier]\ndirectory = 'changelog.d'\n"


def test_a_project_that_keeps_no_news_in_files() -> None:
    assert found({}) is None
    assert (
        found({"pyproject.toml": "[project]\nname = 'x' # towncrier, scriv\n", "changelog.d/1.feature.md": "x"}) is None
    )


@pytest.mark.parametrize(
    ("name", "kind", "bump"),
    [
        ("12.feature.md", "feature", Bump.MINOR),
        ("12.bugfix", "bugfix", Bump.PATCH),
        ("12.bugfix.2.rst", "bugfix", Bump.PATCH),
        ("12.doc.rst", "doc", Bump.PATCH),
        ("+orphan.removal.md", "removal", Bump.MAJOR),
        ("1.2.misc.md", "misc", Bump.PATCH),
        ("README.md", None, None),
        (".gitkeep", None, None),
        (".gitignore", None, None),
        ("template.md", None, None),
        ("_template.rst", None, None),
        ("template.jinja2", None, None),
        ("12.unknown.md", None, None),
        ("feature.md", None, None),
    ],
)
def test_files_of_towncrier(name: str, kind: str | None, bump: Bump | None) -> None:
    path = f"changelog.d/{name}"
    fragments = news({"pyproject.toml": TOWNCRIER, path: "It works.\r\n", "docs/12.feature.md": "Elsewhere."})

    assert (fragments.tool, fragments.folder) == ("towncrier", "changelog.d")
    assert fragments.found == (() if kind is None else (Fragment(path, kind, bump, "It works."),))


def test_kinds_that_a_project_names() -> None:
    listed = (
        "\n[[tool.towncrier.type]]\ndirectory = 'breaking'\nname = 'Breaking'\nshowcontent = true\n"
        "\n[[tool.towncrier.type]]\nname = 'Added'\nshowcontent = true\n"
    )
    tabled = "\n[tool.towncrier.fragment.change]\nname = 'Change'\n"
    files = {"changelog.d/1.breaking.md": "a", "changelog.d/2.added.md": "b", "changelog.d/3.feature.md": "c"}

    assert told(news(files | {"pyproject.toml": TOWNCRIER + listed})) == [
        ("changelog.d/1.breaking.md", "breaking", Bump.MAJOR),
        ("changelog.d/2.added.md", "added", Bump.MINOR),
    ]
    assert news({"towncrier.toml": TOWNCRIER + tabled}).kinds == ("change",)


@pytest.mark.parametrize(
    ("config", "folder"),
    [
        ("[tool.towncrier]\n", "newsfragments"),
        ("[tool.towncrier]\npackage = 'some.project'\n", "some/project/newsfragments"),
        ("[tool.towncrier]\npackage = 'p'\npackage_dir = 'src'\n", "src/p/newsfragments"),
        ("[tool.towncrier]\ndirectory = './news/'\n", "news"),
    ],
)
def test_where_towncrier_looks(config: str, folder: str) -> None:
    fragments = news({"pyproject.toml": config, f"{folder}/core/1.feature.md": "x"})

    assert (fragments.folder, len(fragments.found)) == (folder, 1)


def test_files_that_a_project_ignores() -> None:
    config = f"{TOWNCRIER}ignore = ['1.feature.*']\ntemplate = 'changelog.d/2.feature.md'\n"

    assert (
        news({"pyproject.toml": config, "changelog.d/1.feature.md": "a", "changelog.d/2.feature.md": "b"}).found == ()
    )


SCRIV_FILE = (
    "<!--\n### Removed\n\n- A bullet item for the Removed category.\n-->\n### Added\n\n- One.\n\n### Fixed\n\n- Two.\n"
)


@pytest.mark.parametrize(
    "config",
    [
        {"pyproject.toml": "[tool.scriv]\nformat = 'md'\n"},
        {"setup.cfg": "[scriv]\nformat = md\n"},
        {"setup.cfg": "[tool.scriv]\nformat = md\n"},
        {"changelog.d/scriv.ini": "[scriv]\n"},
    ],
)
def test_files_of_scriv(config: dict[str, str]) -> None:
    empty = "<!--\n### Removed\n\n- A bullet item.\n-->\n"
    files = {"changelog.d/1_me.md": SCRIV_FILE, "changelog.d/2_me.md": empty, "changelog.d/README.md": "x"}
    fragments = news(files | config)

    assert (fragments.tool, told(fragments)) == ("scriv", [("changelog.d/1_me.md", "Added", Bump.MINOR)])
    assert fragments.found[0].text == "### Added\n\n- One.\n\n### Fixed\n\n- Two."


def test_files_of_scriv_in_rst() -> None:
    text = ".. A new scriv changelog fragment.\n..\n\nRemoved\n-------\n\n- One.\n"
    config = "[tool.scriv]\nfragment_directory = 'news'\ncategories = ['Removed', 'Other']\n"
    fragments = news({"pyproject.toml": config, "news/1.rst": text})

    assert (fragments.kinds, told(fragments)) == (("Removed", "Other"), [("news/1.rst", "Removed", Bump.MAJOR)])


@pytest.mark.parametrize(
    ("folder", "head", "bump"),
    [
        (".changeset", "'some-project': minor", Bump.MINOR),
        (".changeset", '"Some_Project": "major"', Bump.MAJOR),
        (".changeset", "other: major\nsome-project: patch", Bump.PATCH),
        (".changeset", "default: minor", Bump.MINOR),
        (".sampo/changesets", "pypi/some-project: patch", Bump.PATCH),
        (".changeset", "other: major", None),
        (".changeset", "some-project: none", None),
        (".changeset", "", None),
    ],
)
def test_files_of_changesets(folder: str, head: str, bump: Bump | None) -> None:
    files = {f"{folder}/brave-cats.md": f"---\n{head}\n---\n\nIt works.\n", f"{folder}/README.md": "# Changesets\n"}
    fragments = news(files)

    assert [(one.bump, one.text) for one in fragments.found] == ([] if bump is None else [(bump, "It works.")])


@pytest.mark.parametrize("text", ["", "---\n", "no front matter", "---\nsome-project: minor\n---\n"])
def test_a_changeset_that_says_nothing(text: str) -> None:
    assert news({".changeset/x.md": text}).found == ()


def test_notes_of_reno_carry_no_bump() -> None:
    """They stay where they are after a release, so a file alone does not tell whether it is news."""
    fragments = news({"releasenotes/notes/a-1.yaml": "---\nprelude: >\n  x\nfixes:\n  - y\n"})

    assert (fragments.tool, told(fragments)) == ("reno", [("releasenotes/notes/a-1.yaml", "fixes", None)])
    assert compose(fragments, VERSION, DAY) == Composition()
    moved = {"reno.yaml": "relnotesdir: docs/notes\n", "docs/notes/notes/a.yaml": "features:\n  - z\n"}
    assert told(news(moved)) == [("docs/notes/notes/a.yaml", "features", None)]


@pytest.mark.parametrize(
    ("files", "argv"),
    [
        (
            {"pyproject.toml": TOWNCRIER, "changelog.d/1.feature.md": "x"},
            ("towncrier", "build", "--yes", "--version", "1.3.0", "--date", "2026-11-02"),
        ),
        (
            {"pyproject.toml": "[tool.scriv]\n", "changelog.d/1.md": "### Added\n\n- x\n"},
            ("scriv", "collect", "--version", "1.3.0"),
        ),
    ],
)
def test_tools_that_write_the_section_themselves(files: dict[str, str], argv: tuple[str, ...]) -> None:
    assert compose(news(files), VERSION, DAY) == Composition(argv)


def test_changesets_become_a_section_by_weight() -> None:
    files = {
        ".changeset/a.md": "---\nsome-project: patch\n---\nOne.\n\nMore of it.\n",
        ".changeset/b.md": "---\nsome-project: minor\n---\nTwo.\n",
        ".changeset/c.md": "---\nsome-project: patch\n---\nThree.\n",
        ".changeset/d.md": "---\nother: patch\n---\nElsewhere.\n",
    }

    assert compose(news(files), VERSION, DAY) == Composition(
        body="### Minor changes\n\n- Two.\n\n### Patch changes\n\n- One.\n\n  More of it.\n- Three.",
        gone=(".changeset/a.md", ".changeset/b.md", ".changeset/c.md"),
    )


def test_nothing_to_compose() -> None:
    with pytest.raises(NotThere):
        compose(news({"pyproject.toml": TOWNCRIER}), VERSION, DAY)


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "[tool.towncrier]\ndirectory = 3\n"},
        {"pyproject.toml": "[tool.towncrier\n"},
        {"towncrier.toml": "[tool]\ntowncrier = 3\n"},
        {"pyproject.toml": "[tool.scriv]\n", "changelog.d/1.md": b"\xff\xfe"},
        {"setup.cfg": "[scriv]\nno value\n"},
        {"pyproject.toml": "[tool]\nscriv = 'x'\n"},
    ],
)
def test_a_file_that_cannot_be_read_is_named(files: dict[str, str | bytes]) -> None:
    with pytest.raises(ConfigError) as caught:
        found(files)

    assert caught.value.where is not None
    assert caught.value.remedy is not None


@pytest.mark.parametrize(
    ("kind", "bump"),
    [
        ("feature", Bump.MINOR),
        ("improvement", Bump.MINOR),
        ("deprecation", Bump.MINOR),
        ("Changed", Bump.MINOR),
        ("breaking", Bump.MAJOR),
        ("Backward incompatible changes", Bump.MAJOR),
        ("removal", Bump.MAJOR),
        ("bugfix", Bump.PATCH),
        ("Fixed", Bump.PATCH),
        ("doc", Bump.PATCH),
        ("Security", Bump.PATCH),
        ("trivial", Bump.PATCH),
        ("", Bump.PATCH),
    ],
)
def test_how_much_a_kind_raises_the_version(kind: str, bump: Bump) -> None:
    assert bump_of(kind) is bump
