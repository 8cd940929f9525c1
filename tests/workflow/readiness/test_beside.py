"""The facts about what lies in the working tree, beside main and the last release."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.projects import BACKEND, in_tree
from monorepo import APP, CORE, a_monorepo
from repositories import PYPROJECT, Repo, new_project, released
from tagship.domain.branch import ChangedFile
from tagship.errors import FactUnknown, Run
from tagship.workflow.readiness.ahead import Ahead
from tagship.workflow.readiness.beside import MOST_PLACES_OF_A_VERSION
from tagship.workflow.readiness.place import BranchPlace
from tagship.workflow.workplace import Wishes

OF_THE_PROJECT = (ChangedFile("CHANGELOG.md", None), ChangedFile("pyproject.toml", None))
TOWNCRIER = '\n[tool.towncrier]\npackage = "app"\ndirectory = "news"\n'
COMPUTED = in_tree(
    version=None,
    backend=BACKEND.replace(
        "def _version():", 'def _version():\n    return pathlib.Path("version.txt").read_text().strip()\n\ndef _():'
    ),
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Release 1.0.0, pushed, with the remote's main known."""
    made = released(tmp_path / "project", "1.0.0")
    made.git("fetch", "--quiet", "origin")
    return made


@contextmanager
def facts_of(repo: Repo, inside: str = "", *, offline: bool = True, fast: bool = True) -> Iterator[Ahead]:
    wishes = Wishes(offline=offline, host_name="none")
    with BranchPlace(repo.path / inside, environ={}, wishes=wishes) as place:
        place.fast = fast
        yield place.facts


# -- references ----------------------------------------------------------------------------------------------------


def test_tags_that_only_the_remote_has_are_unknown_with_the_command_that_fetches_them(repo: Repo) -> None:
    clone = repo.clone("untagged", no_tags=True)

    with facts_of(clone, offline=False) as facts, pytest.raises(FactUnknown, match="lacks its tags") as raised:
        _ = facts.tags

    assert raised.value.remedy == Run(("git", "fetch", "--tags"))
    assert clone.git("tag") == ""


def test_where_the_remote_has_no_tags_either_there_are_none(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project")
    repo.commit()
    repo.push()

    with facts_of(repo, offline=False) as facts:
        assert facts.tags == {}
        assert facts.released is None


def test_main_that_was_never_pushed_is_the_local_one(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project")
    begun = repo.commit()
    repo.branch("feature")
    repo.commit({"door.py": "1\n"})

    with facts_of(repo) as facts:
        assert facts.main_ref == "refs/heads/main"
        assert facts.divergence.base == begun


def test_main_that_is_nowhere_is_unknown(repo: Repo) -> None:
    repo.commit({"tagship.toml": 'branch = "trunk"\n'})

    with facts_of(repo) as facts, pytest.raises(FactUnknown, match="no branch trunk"):
        _ = facts.main_ref


# -- what is changed -----------------------------------------------------------------------------------------------


def test_before_the_first_release_all_that_main_has_is_new(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    repo.commit()

    with facts_of(repo) as facts:
        assert facts.changed == OF_THE_PROJECT
        assert (facts.shipping.ships, facts.shipping.reason) == (True, "nothing was released yet")


def test_what_shares_nothing_with_main_is_new_as_a_whole(repo: Repo) -> None:
    repo.git("switch", "--quiet", "--orphan", "anew")
    repo.commit({"CHANGELOG.md": "# Changelog\n", "pyproject.toml": PYPROJECT.format(version="2.0.0")})

    with facts_of(repo) as facts:
        assert facts.changed == OF_THE_PROJECT
        assert facts.shipping.reason == "the branch shares no commit with main"


@pytest.mark.parametrize(("before", "after"), [(False, True), (True, False)], ids=["added", "removed"])
def test_a_pyproject_that_is_there_on_one_side_only_ships(tmp_path: Path, *, before: bool, after: bool) -> None:
    """Even one that is about tools alone: that it is there changes how the project is built."""
    repo = Repo.new(tmp_path / "project", remote=False)
    tools = {"pyproject.toml": "[tool.ruff]\nline-length = 100\n"}
    repo.commit({"setup.cfg": "[metadata]\nname = handmade\nversion = 1.0.0\n", **(tools if before else {})})
    repo.tag("v1.0.0")
    repo.branch("feature")
    if after:
        repo.write(tools)
    else:
        (repo.path / "pyproject.toml").unlink()
    repo.commit()

    with facts_of(repo) as facts:
        assert (facts.shipping.ships, facts.shipping.reason) == (True, "pyproject.toml changed")


# -- a version that moves, and nothing else ------------------------------------------------------------------------


@pytest.mark.parametrize(("places", "told"), [(MOST_PLACES_OF_A_VERSION, True), (MOST_PLACES_OF_A_VERSION + 1, False)])
def test_more_files_than_a_version_stands_in_are_not_looked_into(repo: Repo, places: int, *, told: bool) -> None:
    def spell(version: str) -> dict[str, str]:
        modules = {f"handmade/part{each}.py": f'__version__ = "{version}"\n' for each in range(places - 1)}
        return {"pyproject.toml": PYPROJECT.format(version=version), **modules}

    repo.commit(spell("1.0.0"))
    repo.push()
    repo.branch("bump")
    repo.commit(spell("1.1.0"))

    with facts_of(repo) as facts:
        assert len(facts.changed) == places
        assert facts.moves_the_version_only is told


def test_a_file_that_comes_or_goes_is_more_than_a_version_that_moves(repo: Repo) -> None:
    repo.commit({"handmade/old.py": '__version__ = "1.0.0"\n'})
    repo.push()
    repo.branch("bump")
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.0")})
    with facts_of(repo) as facts:
        assert facts.moves_the_version_only

    repo.write({"handmade/new.py": '"""Something of which main has nothing."""\n'})
    with facts_of(repo) as facts:
        assert not facts.moves_the_version_only

    (repo.path / "handmade/new.py").unlink()
    (repo.path / "handmade/old.py").unlink()
    with facts_of(repo) as facts:
        assert not facts.moves_the_version_only


# -- several packages ----------------------------------------------------------------------------------------------


def test_whose_a_path_is_where_a_clone_cannot_tell_the_packages(tmp_path: Path) -> None:
    """Their tags are not all there: then what lies in the project's own directory is the project's."""
    shallow = a_monorepo(tmp_path / "project").clone("shallow", depth=1)
    shallow.write({f"{CORE}/src/core/__init__.py": "CORE = 1\n"})
    with facts_of(shallow, APP) as facts:
        assert facts.land is None
        assert facts.shipping.reason == "only files outside the project are changed"

    shallow.write({f"{APP}/src/app/__init__.py": "APP = 1\n"})
    with facts_of(shallow, APP) as facts:
        assert (facts.shipping.ships, facts.shipping.reason) == (True, f"{APP}/src/app/__init__.py changed")


def test_news_of_a_package_is_told_from_the_top(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "project")
    pyproject = (repo.path / APP / "pyproject.toml").read_text(encoding="utf-8")
    repo.commit({f"{APP}/pyproject.toml": pyproject + TOWNCRIER, f"{APP}/news/7.feature.md": "A door.\n"})

    with facts_of(repo, APP) as facts:
        assert facts.fragments is not None
        assert facts.fragments.folder == f"{APP}/news"
        assert [(piece.path, piece.kind) for piece in facts.fragments.found] == [
            (f"{APP}/news/7.feature.md", "feature")
        ]
    with facts_of(repo, CORE) as facts:
        assert facts.fragments is None


# -- a version that only the backend can tell ------------------------------------------------------------------------


def test_what_the_backend_is_not_asked_on_main_is_unknown_with_the_reason(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({**COMPUTED, "version.txt": "1.0.0\n"})
    with facts_of(repo) as facts:
        assert facts.main_project is not None
        assert facts.main_project.version is None
        assert "the backend is not asked with --fast" in (facts.main_project.version_unknown or "")

    repo.branch("feature")
    repo.commit({"version.txt": "1.1.0\n"})
    with facts_of(repo) as facts:
        assert facts.main_project is not None
        assert "the backend is not asked with --fast" in (facts.main_project.version_unknown or "")


@pytest.mark.slow
def test_on_main_as_it_stands_the_backend_is_asked_once(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({**COMPUTED, "version.txt": "1.0.0\n"})
    with facts_of(repo, offline=False, fast=False) as facts:
        assert facts.main_project is facts.own_project
        assert str(facts.own_project.version) == "1.0.0"

    repo.write({"version.txt": "1.1.0\n"})
    with facts_of(repo, offline=False, fast=False) as facts:
        assert facts.main_project is not None
        assert (str(facts.main_project.version), str(facts.own_project.version)) == ("1.0.0", "1.1.0")
