"""A small uv workspace in a real repository: core, and app that requires it, each released once."""

from pathlib import Path

from repositories import Repo

WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{name}"
version = "{version}"
dependencies = [{dependencies}]
"""
APP, CORE = "packages/app", "packages/core"


def project_files(name: str, version: str, *dependencies: str, notes: tuple[str, ...] = ()) -> dict[str, str]:
    """The files of one package; `notes` are the titles of its changelog's sections, newest first."""
    place, listed = f"packages/{name}", ", ".join(f'"{each}"' for each in dependencies)
    sections = "".join(f"\n## {title}\n\n- Something changed.\n" for title in notes)
    return {
        f"{place}/pyproject.toml": PROJECT.format(name=name, version=version, dependencies=listed),
        f"{place}/CHANGELOG.md": f"# Changelog\n{sections}",
        f"{place}/src/{name}/__init__.py": f'"""Version {version}."""\n',
    }


def a_monorepo(path: Path, *, config: str = "") -> Repo:
    """The workspace on main, pushed, with the tags core-v1.0.0 and app-v1.0.0."""
    repo = Repo.new(path)
    repo.commit(
        {
            "pyproject.toml": WORKSPACE + config,
            "README.md": "# Two packages\n",
            **project_files("core", "1.0.0", notes=("1.0.0 - 2026-01-05",)),
            **project_files("app", "1.0.0", "core>=1,<2", notes=("1.0.0 - 2026-01-05",)),
        }
    )
    for name in ("core", "app"):
        repo.tag(f"{name}-v1.0.0")
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.git("remote", "set-head", "origin", "main")
    return repo
