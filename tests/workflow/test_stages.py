"""The steps for one tag: what they are told of the project, and what they tell the host."""

from pathlib import Path

import pytest

from repositories import Repo
from ship.project import make_project
from tagship.domain.endpoints import Endpoints
from tagship.rehearsal.index import StandInIndex
from tagship.workflow.several.packages import place_in
from tagship.workflow.stages import _assets, _awaited, _is_latest, _notes
from tagship.workflow.workplace import Wishes, Workplace


def at(repo: Repo, tag: str, index: Endpoints) -> Workplace:
    return Workplace(repo.path, tag=tag, environ={}, wishes=Wishes(index=index, host_name="none"))


@pytest.mark.parametrize(
    ("tag", "others", "latest"),
    [
        ("v1.0", (), True),
        ("v1.0", ("v1.1rc1",), True),
        ("v1.0", ("v0.9",), True),
        ("v1.0", ("v1.1",), False),
        ("v1.0", ("not-a-version",), True),
        ("v1.1rc1", (), False),
    ],
)
def test_the_latest_is_the_highest_final_release(
    tmp_path: Path, tag: str, others: tuple[str, ...], *, latest: bool
) -> None:
    repo = make_project(tmp_path / "p")
    for other in {*others, tag} - {"v1.0"}:
        repo.tag(other)
    with StandInIndex() as index, at(repo, tag, index.endpoints) as place:
        assert _is_latest(place) is latest


def test_the_notes_are_the_section_and_a_project_may_have_none(tmp_path: Path) -> None:
    repo = make_project(tmp_path / "p")
    silent = make_project(tmp_path / "q", {"CHANGELOG.md": ""})
    with StandInIndex() as index:
        with at(repo, "v1.0", index.endpoints) as place:
            assert _notes(place) == "- The first release."
        with at(silent, "v1.0", index.endpoints) as place:
            assert _notes(place) is None


PACKAGES = """\
[tool.tagship.packages]
core = {{ path = "core", tag = "{core}" }}
plugin = {{ path = "plugin", tag = "{plugin}" }}
"""


@pytest.mark.parametrize(
    ("templates", "assets", "awaited"),
    [
        (
            ("v{version}", "v{version}"),
            ["tagship-manifest-core.json", "tagship-receipt-core.json"],
            ("tagship-receipt-plugin.json",),
        ),
        (("core-v{version}", "plugin-v{version}"), ["tagship-manifest.json", "tagship-receipt.json"], ()),
    ],
)
def test_packages_of_one_tag_have_one_release(
    tmp_path: Path, templates: tuple[str, str], assets: list[str], awaited: tuple[str, ...]
) -> None:
    repo = Repo.new(tmp_path / "project")
    core, plugin = templates
    project = '[project]\nname = "{}"\nversion = "1.0"\n'
    files = {f"{name}/pyproject.toml": project.format(name) for name in ("core", "plugin")}
    repo.commit({"pyproject.toml": PACKAGES.format(core=core, plugin=plugin), **files})
    tag = core.replace("{version}", "1.0")
    repo.tag(tag)
    with place_in(repo.path, package="core", environ={}, tag=tag, wishes=Wishes(host_name="none")) as place:
        assert list(_assets(place)) == assets
        assert _awaited(place) == awaited


def test_a_project_alone_has_its_release_for_itself(tmp_path: Path) -> None:
    repo = make_project(tmp_path / "p")
    with StandInIndex() as index, at(repo, "v1.0", index.endpoints) as place:
        assert list(_assets(place)) == ["tagship-manifest.json", "tagship-receipt.json"]
        assert _awaited(place) == ()
