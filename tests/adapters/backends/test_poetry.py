import pytest

from adapters.backends.trees import backed_by, project_of, sighted
from tagship.errors import ConfigError

BACKEND = "poetry.core.masonry.api"
CLASSIC = """
    [build-system]
    requires = ["poetry-core"]
    build-backend = "poetry.core.masonry.api"

    [tool.poetry]
    name = "demo"
    version = "1.2"
    [tool.poetry.dependencies]
    python = "^3.9"
"""


def test_the_classic_table() -> None:
    project = project_of({"pyproject.toml": CLASSIC})

    assert sighted(project) == ("1.2", "toml", "pyproject.toml", 7)
    assert project.name == "demo"
    assert project.requires_python == "<4.0,>=3.9"
    assert not project.dynamic


def test_both_tables() -> None:
    extra = '[tool.poetry]\nversion = "1.2"\n[tool.poetry.dependencies]\npython = "^3.9"\n'
    text = backed_by(BACKEND, extra=extra).replace('["version"]', '["version", "requires-python"]')
    project = project_of({"pyproject.toml": text})

    assert project.requires_python == "<4.0,>=3.9"
    assert sighted(project) == ("1.2", "toml", "pyproject.toml", 8)
    assert project.dynamic


def test_the_project_table_wins() -> None:
    text = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n[project]\nname = "demo"\nversion = "2.0"\n'
    project = project_of({"pyproject.toml": text + '[tool.poetry]\nversion = "1.2"\n'})

    assert sighted(project) == ("2.0", "toml", "pyproject.toml", 5)
    assert not project.dynamic


def test_the_project_table_may_leave_out_the_version_without_a_word() -> None:
    text = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n[project]\nname = "demo"\n'

    assert sighted(project_of({"pyproject.toml": text + '[tool.poetry]\nversion = "1.2"\n'}))[0] == "1.2"


def test_the_project_table_may_not_leave_out_the_name() -> None:
    text = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n[project]\nversion = "2.0"\n'

    with pytest.raises(ConfigError, match="no name"):
        project_of({"pyproject.toml": text + '[tool.poetry]\nname = "demo"\n'})


def test_no_version_anywhere() -> None:
    project = project_of({"pyproject.toml": backed_by(BACKEND)})

    assert sighted(project) == (None, "backend", None, None)
    assert "[tool.poetry]" in (project.version_unknown or "")


@pytest.mark.parametrize("backend", ["poetry_dynamic_versioning.backend", BACKEND])
def test_poetry_dynamic_versioning_takes_the_tag(backend: str) -> None:
    extra = '[tool.poetry]\nversion = "0.0.0"\n[tool.poetry-dynamic-versioning]\nenable = true\n'
    project = project_of({"pyproject.toml": backed_by(backend, extra=extra)})

    assert sighted(project) == (None, "tag", None, None)


def test_poetry_dynamic_versioning_switched_off() -> None:
    extra = '[tool.poetry]\nversion = "1.2"\n[tool.poetry-dynamic-versioning]\nenable = false\n'
    project = project_of({"pyproject.toml": backed_by("poetry_dynamic_versioning.backend", extra=extra)})

    assert sighted(project) == ("1.2", "toml", "pyproject.toml", 8)


def test_poetry_dynamic_versioning_may_name_a_file() -> None:
    extra = '[tool.poetry-dynamic-versioning]\nenable = true\nfrom-file = {source = "VERSION"}\n'
    project = project_of({"pyproject.toml": backed_by(BACKEND, extra=extra), "VERSION": "1.3\n"})

    assert sighted(project) == ("1.3", "text", "VERSION", 1)


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        ("^3.9", "<4.0,>=3.9"),
        ("^0.9.1", "<0.10,>=0.9.1"),
        ("~3.9", "<3.10,>=3.9"),
        ("~3", "<4.0,>=3"),
        (">=3.9,<4", "<4,>=3.9"),
        ("~=3.9", "~=3.9"),
        ("3.11.*", "==3.11.*"),
        ("*", None),
        ("^3.8 || ^3.10", None),
        (">=3.8 <4", None),
    ],
)
def test_constraints_on_python(constraint: str, specifier: str | None) -> None:
    assert project_of({"pyproject.toml": CLASSIC.replace("^3.9", constraint)}).requires_python == specifier
