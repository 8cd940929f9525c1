import pytest

from adapters.backends.trees import backed_by, project_of, sighted
from tagship.domain.project import Project
from tagship.errors import ConfigError


def pdm(extra: str, source: str = "") -> Project:
    return project_of({"pyproject.toml": backed_by("pdm.backend", "pdm-backend", extra=extra), "demo.py": source})


@pytest.mark.parametrize(
    ("table", "source"),
    [
        ('source = "file"\npath = "demo.py"\n', "\n__version__ = '1.2'\n"),
        ('path = "demo.py"\n', '\nVERSION="1.2"  # a remark\n'),
        ('source = "file"\npath = "demo.py"\npattern = "^v: (.+)$"\n', "\nv: 1.2\n"),
        ('from = "demo.py"\n', "\n__version__ = '1.2'\n"),
    ],
)
def test_a_file(table: str, source: str) -> None:
    project = pdm(f"[tool.pdm.version]\n{table}", source)

    assert sighted(project) == ("1.2", "pattern", "demo.py", 2)
    assert project.dynamic


@pytest.mark.parametrize("table", ['source = "scm"\n', "use_scm = true\n"])
def test_the_tag(table: str) -> None:
    assert pdm(f"[tool.pdm.version]\n{table}").version_is_tag


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ('[tool.pdm.version]\nsource = "call"\ngetter = "demo:version"\n', "demo:version"),
        ('[tool.pdm.version]\nsource = "odd"\n', "no source"),
        ('[tool.pdm.version]\nsource = "file"\npath = "missing.py"\n', "missing.py"),
        ("[tool.pdm]\n", "[tool.pdm.version]"),
    ],
)
def test_what_cannot_be_read_says_why(extra: str, reason: str) -> None:
    project = pdm(extra)

    assert sighted(project) == (None, "backend", None, None)
    assert reason in (project.version_unknown or "")


@pytest.mark.parametrize("table", ['source = "file"\n', 'path = "demo.py"\npattern = "no group"\n'])
def test_what_pdm_would_refuse_is_refused(table: str) -> None:
    with pytest.raises(ConfigError):
        pdm(f"[tool.pdm.version]\n{table}", "no group\n")
