from pathlib import Path

import pytest

from repositories import PYPROJECT, PYPROJECT_SCM, Repo, new_project, prepare, release, released
from tagship.domain.overview import Overview
from tagship.errors import ConfigError, UsageError
from tagship.workflow.telling.overview import overview
from tagship.workflow.workplace import Wishes, Workplace

UNREADABLE = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "handmade"
dynamic = ["version"]
"""


def seen(path: Path, *, offline: bool = False, host_name: str | None = None) -> Overview:
    with Workplace(path, environ={}, wishes=Wishes(offline=offline, host_name=host_name)) as place:
        return overview(place)


def test_everything_of_a_plain_project(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.write({"tagship.toml": 'release-lines = ["1.x"]\n'})

    found = seen(repo.path)

    assert found == Overview(
        name="handmade",
        version="1.0.0",
        version_source=found.version_source,
        dynamic=False,
        backend="hatchling.build",
        changelog_path="CHANGELOG.md",
        changelog_format="markdown",
        tag_format="v{version}",
        branch="main",
        release_lines=("1.x",),
        host="none",
        index="pypi",
    )
    assert str(found.version_source) == "pyproject.toml:7"


def test_the_working_tree_counts_and_not_what_was_committed(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.write({"pyproject.toml": PYPROJECT.format(version="1.1.0")})

    assert seen(repo.path).version == "1.1.0"


def test_the_tag_is_the_version(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", pyproject=PYPROJECT_SCM)
    repo.commit()
    repo.push()

    found = seen(repo.path)

    assert (found.version, found.dynamic, found.unknown) == (None, True, ())
    assert found.version_source is not None
    assert found.version_source.kind == "tag"


def test_a_version_that_only_the_backend_knows_is_unknown_offline(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.write(
        {"pyproject.toml": UNREADABLE, "setup.py": "from setuptools import setup\nsetup(version='1.' + str(1 + 1))\n"}
    )

    found = seen(repo.path, offline=True)

    assert found.version is None
    assert [field for field, _ in found.unknown] == ["version"]
    assert "offline" in dict(found.unknown)["version"]


@pytest.mark.slow
def test_a_version_that_only_the_backend_knows_is_asked_of_it(tmp_path: Path) -> None:
    """Of a backend that lies in the project itself, so that nothing is fetched for it."""
    repo = released(tmp_path / "project", "1.0.0")
    backend = (
        "import pathlib\n\n\n"
        "def get_requires_for_build_wheel(config_settings=None):\n    return []\n\n\n"
        "def prepare_metadata_for_build_wheel(directory, config_settings=None):\n"
        "    info = pathlib.Path(directory, 'handmade-1.3.0.dist-info')\n    info.mkdir()\n"
        "    (info / 'METADATA').write_text('Metadata-Version: 2.1\\nName: handmade\\nVersion: 1.3.0\\n')\n"
        "    return info.name\n\n\n"
        "def build_wheel(directory, config_settings=None, metadata_directory=None):\n    raise NotImplementedError\n"
    )
    own = '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["backend"]\n'
    own += '[project]\nname = "handmade"\ndynamic = ["version"]\n'
    repo.write({"pyproject.toml": own, "backend/own.py": backend})

    found = seen(repo.path)

    assert (found.version, found.unknown) == ("1.3.0", ())


def test_a_subdirectory_of_a_repository(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project")
    repo.write({"packages/one/pyproject.toml": PYPROJECT.format(version="1.0.0"), "packages/one/CHANGES.rst": ""})
    repo.commit()
    repo.push()

    found = seen(repo.path / "packages/one")

    assert (found.version, str(found.version_source)) == ("1.0.0", "pyproject.toml:7")
    assert found.changelog_path == "CHANGES.rst"


def test_what_cannot_be_found_out_is_told_with_its_reason(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    repo.write({"tagship.toml": 'changelog = "gone.md"\n'})
    prepare(repo, "1.0.0")
    repo.git("branch", "master")

    unknown = dict(seen(repo.path).unknown)

    assert set(unknown) == {"changelog", "branch"}
    assert "gone.md" in unknown["changelog"]


def test_outside_of_any_repository(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.format(version="1.0.0"), encoding="utf-8")

    found = seen(tmp_path)

    assert found.version == "1.0.0"
    assert {field for field, _ in found.unknown} == {"tag_format", "branch", "host"}


def test_no_project_at_all(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project")
    repo.commit()

    with pytest.raises(ConfigError, match="there is no project"):
        seen(repo.path)


def test_a_host_that_was_named(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    assert seen(repo.path, host_name="github").host == "github"


def test_a_remote_on_github(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.git("remote", "set-url", "origin", "https://github.com/example/handmade.git")

    found = seen(repo.path, offline=True)

    assert (found.host, found.branch) == ("github", "main")


def test_a_project_that_is_no_directory(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project")
    release(repo, "1.0.0")

    with pytest.raises((UsageError, ConfigError)):
        seen(repo.path / "gone")


def test_a_backend_that_fails_is_told_beside_why_it_was_asked(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    own = '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n\n'
    repo.write(
        {
            "pyproject.toml": own + UNREADABLE.partition("\n\n")[2],
            "own.py": "def build_wheel(*arguments):\n    raise RuntimeError('out of wood')\n",
        }
    )

    told = dict(seen(repo.path).unknown)["version"]

    assert "; the build backend own did not tell the version: " in told
    assert "out of wood" in told
