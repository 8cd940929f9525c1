import pytest

from adapters.backends.trees import backed_by, project_of, sighted
from tagship.domain.project import Project


def meson(build: str, **files: str) -> Project:
    text = backed_by("mesonpy", "meson-python")
    return project_of({"pyproject.toml": text, "meson.build": build.encode(), **files})


@pytest.mark.parametrize(
    ("build", "line"),
    [
        ("project('demo', version: '1.2')\n", 1),
        ("# project('x', version: '9')\nproject(\n  'demo',\n  'c', 'cpp',\n  version : '1.2', # ours\n)\n", 5),
        ("project('demo', ['c', 'cython'], default_options: ['a=b', 'version: 9'],\n version: '''1.2''')\n", 2),
        ("project('it\\'s, (', 'c', license: 'MIT', version: '1.2', meson_version: '>=1.1')\n", 1),
    ],
)
def test_the_version_of_project(build: str, line: int) -> None:
    project = meson(build)

    assert ("1.2", "meson", "meson.build", line) == sighted(project)
    assert project.dynamic


def test_a_file() -> None:
    assert sighted(meson("project('demo', version: files('VERSION'))", VERSION="1.3\n")) == (
        "1.3",
        "text",
        "VERSION",
        1,
    )


def test_without_a_project_table_meson_gives_the_name() -> None:
    project = project_of(
        {
            "pyproject.toml": '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n',
            "meson.build": "project('demo', version: '1.2')\n",
        }
    )

    assert project.name == "demo"
    assert project.dynamic


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        ("project('demo', version: run_command('git', 'describe', check: true).stdout().strip())\n", "line 1"),
        ("project('demo',\n  version: '1' + '.2')\n", "line 2"),
        ("project('demo', version: 'a\\'b')\n", "line 1"),
        ("project('demo', version: files('VERSION'))\n", "VERSION"),
        ("project('demo', version: files('VER\\'SION'))\n", "line 1"),
        ("project('demo', 'c')\n", "gives a version"),
        ("project('demo', version: )\n", "gives a version"),
        ("project('demo', version: '1.2'\n", "gives a version"),
        ("subproject('demo', version: '1.2')\n", "gives a version"),
        ("", "gives a version"),
    ],
)
def test_what_cannot_be_read_says_why(build: str, reason: str) -> None:
    project = meson(build)

    assert sighted(project) == (None, "backend", None, None)
    assert reason in (project.version_unknown or "")


def test_no_meson_build() -> None:
    project = project_of({"pyproject.toml": backed_by("mesonpy")})

    assert "meson.build" in (project.version_unknown or "")
