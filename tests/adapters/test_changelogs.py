from pathlib import Path

import pytest
from packaging.version import Version

from adapters.scenes import Scene
from tagship.adapters.changelogs import FOLDERS, LARGEST, NAMES, RELEASE_FOLDERS, SUFFIXES, read_changelog
from tagship.adapters.directory import DirectoryTree
from tagship.adapters.git.repository import GitRepository
from tagship.domain.changelog import Changelog, Format
from tagship.errors import ConfigError, Edit, FactUnknown, InFile

MARKDOWN = "# Changelog\n\n## 1.2.0\n\n- text\n"
RST = "1.2.0\n=====\n\n- text\n"
PROSE = "# How we release\n\nBy hand.\n"


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def found(root: Path, configured: str | None = None) -> Changelog | None:
    return read_changelog(DirectoryTree(root), configured=configured, project="tagship")


def path_of(root: Path, configured: str | None = None) -> str | None:
    log = found(root, configured)
    return None if log is None else log.path


@pytest.mark.parametrize(
    "path",
    [
        "CHANGELOG.md",
        "Changelog.markdown",
        "changelog.rst",
        "CHANGES.rst",
        "CHANGES.txt",
        "CHANGES",
        "ChangeLog",
        "HISTORY.rst",
        "History.md",
        "NEWS",
        "NEWS.rst",
        "RELEASES.md",
        "RELEASE_NOTES.md",
        "release-notes.md",
        "Release Notes.md",
        "Change Log.txt",
        "CHANGE_LOG",
        "WHATSNEW.rst",
        "docs/changelog.md",
        "docs/release-notes.md",
        "doc/NEWS.rst",
        "docs/source/changelog.rst",
        "doc/source/whats_new.rst",
        "Docs/History.rst",
        ".github/CHANGELOG.md",
    ],
)
def test_the_places_of_a_changelog(tmp_path: Path, path: str) -> None:
    write(tmp_path, {path: RST, "README.md": MARKDOWN, "src/CHANGELOG.md": MARKDOWN})
    log = found(tmp_path)

    assert log is not None
    assert log.path == path
    assert [section.version for section in log.sections] == [Version("1.2.0")]


@pytest.mark.parametrize(
    "paths",
    [
        ("CHANGELOG.md", "CHANGES.rst", "docs/changelog.md"),
        ("CHANGES.rst", "HISTORY.md", "NEWS"),
        ("NEWS.txt", "docs/changelog.md", ".github/CHANGELOG.md"),
        ("changelog.md", "changelog.rst", "changelog"),
        ("docs/changelog.md", "doc/changelog.md", ".github/changelog.md"),
        ("HISTORY.rst", "docs/releases/1.2.0.md", "docs/releases/1.1.0.md"),
    ],
)
def test_the_first_place_wins(tmp_path: Path, paths: tuple[str, ...]) -> None:
    write(tmp_path, dict.fromkeys(paths, RST))

    assert path_of(tmp_path) == paths[0]


@pytest.mark.parametrize("later", ["NEWS.rst", "docs/changelog.rst", "docs/releases/1.2.0.rst"])
def test_a_place_without_versions_gives_way_to_one_with(tmp_path: Path, later: str) -> None:
    write(tmp_path, {"CHANGELOG.md": "# Changelog\n\n## Unreleased\n\nSee elsewhere.\n", later: RST})

    assert path_of(tmp_path) == ("docs/releases" if later.startswith("docs/releases") else later)


def test_the_first_place_without_versions_is_the_answer_if_there_is_none_with(tmp_path: Path) -> None:
    write(tmp_path, {"CHANGELOG.md": "# Changelog\n", "RELEASES.md": PROSE, "docs/releases/how.md": PROSE})

    assert path_of(tmp_path) == "CHANGELOG.md"


@pytest.mark.parametrize("path", ["docs/about/changelog.md", "doc/en/changelog.rst", "docs/a/b/c/Release-Notes.md"])
def test_deep_in_the_documentation(tmp_path: Path, path: str) -> None:
    write(tmp_path, {"CHANGELOG.md": PROSE, path: RST if path.endswith("rst") else MARKDOWN})

    assert path_of(tmp_path) == path


def test_the_nearest_of_the_deep_ones_wins(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(["docs/a/b/changelog.md", "docs/z/history.md", "docs/b/news.md"], MARKDOWN))

    assert path_of(tmp_path) == "docs/z/history.md"


@pytest.mark.parametrize("path", ["docs/api/history.md", "docs/news/changes.html", "tests/data/changelog.md"])
def test_a_name_deep_down_proves_nothing(tmp_path: Path, path: str) -> None:
    write(tmp_path, {path: PROSE if path.endswith("history.md") else MARKDOWN})

    assert found(tmp_path) is None


def test_no_changelog(tmp_path: Path) -> None:
    write(tmp_path, {"README.md": MARKDOWN, "changelog.d/1.fixed.md": "text", "src/CHANGES.md": MARKDOWN})

    assert found(tmp_path) is None


@pytest.mark.parametrize(
    "folder", ["docs/releases", "doc/changelog", "docs/source/whatsnew", "releases", "Docs/Changes"]
)
def test_one_file_per_release(tmp_path: Path, folder: str) -> None:
    write(
        tmp_path,
        {
            f"{folder}/1.2.0.rst": "Whales\n======\n\n- b\n",
            f"{folder}/v1.10.0.rst": "Faster\n======\n\n- c\n",
            f"{folder}/index.rst": "Releases\n========\n",
            f"{folder}/1.0.0.png": "no text",
            f"{folder}/deeper/1.1.0.rst": "- a\n",
        },
    )
    log = found(tmp_path)

    assert log is not None
    assert (log.path, log.format) == (folder, Format.RST)
    assert [(str(one.version), one.path, one.body) for one in log.sections] == [
        ("1.10.0", f"{folder}/v1.10.0.rst", "- c"),
        ("1.2.0", f"{folder}/1.2.0.rst", "- b"),
    ]


@pytest.mark.parametrize("name", ["123.feature.rst", "1161.removal.1.md", "+whale.added.md", "12.md"])
def test_folders_of_fragments_stay_closed(tmp_path: Path, name: str) -> None:
    write(tmp_path, {f"changes/{name}": RST, f"docs/changelog/{name}": RST})

    assert found(tmp_path) is None


def test_links_are_followed(tmp_path: Path) -> None:
    write(tmp_path, {"docs/history/all.md": MARKDOWN})
    (tmp_path / "CHANGELOG.md").symlink_to("docs/history/all.md")
    log = found(tmp_path)

    assert log is not None
    assert (log.path, len(log.sections)) == ("CHANGELOG.md", 1)


def test_a_link_that_leads_nowhere_is_no_changelog(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").symlink_to("gone.md")
    (tmp_path / "docs/releases").mkdir(parents=True)
    (tmp_path / "docs/releases/1.1.0.md").symlink_to("gone.md")
    write(tmp_path, {"docs/releases/1.2.0.md": "- text\n"})

    assert path_of(tmp_path) == "docs/releases"


def test_a_commit_is_read_as_it_is_whatever_lies_in_the_directory(scene: Scene) -> None:
    """Git lists links that lead nowhere, which a directory does not show as files."""
    place = scene.project()
    (place.path / "CHANGELOG.md").symlink_to("gone.md")
    (place.path / "CHANGES.md").symlink_to("docs/all.md")
    commit = place.commit({"docs/all.md": MARKDOWN}, "Keep a changelog")
    write(place.path, {"docs/all.md": PROSE})
    with GitRepository(place.path) as repository:
        log = read_changelog(repository.tree(commit), configured=None, project="tagship")

    assert log is not None
    assert (log.path, [section.version for section in log.sections]) == ("CHANGES.md", [Version("1.2.0")])


@pytest.mark.parametrize("configured", ["notes/all.md", "./notes/all.md"])
def test_the_configured_file_is_read_whatever_else_there_is(tmp_path: Path, configured: str) -> None:
    write(tmp_path, {"CHANGELOG.md": MARKDOWN, "notes/all.md": PROSE})

    assert path_of(tmp_path, configured) == "notes/all.md"


def test_a_configured_file_outside_of_the_project_is_told_as_such(tmp_path: Path) -> None:
    write(tmp_path, {"CHANGELOG.md": MARKDOWN})
    (tmp_path / "packages/core").mkdir(parents=True)

    with pytest.raises(
        ConfigError, match=r"\.\./\.\./CHANGELOG\.md lies outside of the project's directory"
    ) as refused:
        found(tmp_path / "packages/core", "../../CHANGELOG.md")

    assert refused.value.remedy == Edit("make a symbolic link to it in that directory, and name the link")


@pytest.mark.parametrize("configured", ["notes", "notes/", "./notes/"])
def test_the_configured_folder_is_read(tmp_path: Path, configured: str) -> None:
    write(tmp_path, {"CHANGELOG.md": MARKDOWN, "notes/1.3.0.md": "- text\n", "notes/logo.png": ""})
    log = found(tmp_path, configured)

    assert log is not None
    assert (log.path, [str(one.version) for one in log.sections]) == ("notes", ["1.3.0"])


@pytest.mark.parametrize("configured", ["gone.md", "pictures", "", ".", "../CHANGELOG.md"])
def test_a_configured_changelog_that_is_not_there(tmp_path: Path, configured: str) -> None:
    write(tmp_path, {"CHANGELOG.md": MARKDOWN, "project/CHANGELOG.md": MARKDOWN, "project/pictures/1.png": ""})
    with pytest.raises(ConfigError) as caught:
        found(tmp_path / "project", configured)

    assert isinstance(caught.value.remedy, Edit)


@pytest.mark.parametrize(
    ("content", "line", "offset"),
    [(b"# Log\n\n## 1.2.0\n\n- caf\xe9\n", 5, 22), ("\ufeff# Log\n".encode("utf-16-le"), 1, 0), (b"# \xf0\x9f", 1, 2)],
)
def test_what_is_not_utf8_is_unknown(tmp_path: Path, content: bytes, line: int, offset: int) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(content)
    with pytest.raises(FactUnknown) as caught:
        found(tmp_path)

    assert caught.value.where == InFile("CHANGELOG.md", line)
    assert f"offset {offset}" in caught.value.message
    assert isinstance(caught.value.remedy, Edit)


def test_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(b"\xef\xbb\xbf## 1.2.0\r\n\r\n- text\r\n")
    log = found(tmp_path)

    assert log is not None
    assert [section.body for section in log.sections] == ["- text"]


def test_what_is_too_large_is_unknown(tmp_path: Path) -> None:
    with (tmp_path / "CHANGELOG.md").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(FactUnknown) as caught:
        found(tmp_path)

    assert caught.value.where == InFile("CHANGELOG.md")
    assert isinstance(caught.value.remedy, Edit)


def test_every_place_is_spelt_in_lower_case_once() -> None:
    """The search goes by lower-case names: a capital in a table would never be found."""
    for table in (FOLDERS, NAMES, SUFFIXES, RELEASE_FOLDERS):
        assert list(table) == [entry.lower() for entry in dict.fromkeys(table)]
