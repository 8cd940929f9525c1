import pytest

from adapters.backends.trees import backed_by, project_of, sighted
from tagship.domain.project import Project
from tagship.errors import ConfigError

SOURCE = '# Demo\n__version__: str = "1.2"\n'


def scikit(extra: str, source: str = SOURCE) -> Project:
    text = backed_by("scikit_build_core.build", "scikit-build-core", extra=extra)
    return project_of({"pyproject.toml": text, "demo.py": source})


REGEX = '[tool.scikit-build.metadata.version]\nprovider = "scikit_build_core.metadata.regex"\ninput = "demo.py"\n'
ENTRY = '[[tool.dynamic-metadata]]\nfield = "version"\ninput = "demo.py"\n'


@pytest.mark.parametrize(
    "extra",
    [
        REGEX,
        '[tool.scikit-build]\nmetadata.version = {provider = "scikit_build_core.metadata.regex", input = "demo.py"}\n',
        ENTRY + 'provider = "scikit_build_core.metadata.regex"\n',
        ENTRY + 'provider = "dynamic_metadata.regex"\n',
        '[[tool.dynamic-metadata]]\nprovider = "x"\nfield = "readme"\n'
        + ENTRY
        + 'provider = "dynamic_metadata.regex"\n',
        '[tool.dynamic-metadata.version]\nprovider = "dynamic_metadata.plugins.regex"\ninput = "demo.py"\n',
    ],
)
def test_the_regex_provider(extra: str) -> None:
    project = scikit(extra)

    assert sighted(project) == ("1.2", "pattern", "demo.py", 2)
    assert project.dynamic


@pytest.mark.parametrize(
    "settings",
    [
        "regex = 'VERSION (?P<value>.+)'",
        "regex = 'VERSION (?P<major>.)[.](?P<minor>.)'\nresult = '{major}.{minor}'",
        "regex = 'VERSION (.)[.](.)'\nresult = '{0}.{1}'",
        "regex = 'VERSION (.)[.](.)'\nresult = '{}.{}'",
        "regex = '(?P<value>VERSION .+)'\nremove = 'VERSION '",
    ],
)
def test_a_pattern_of_its_own(settings: str) -> None:
    assert sighted(scikit(f"{REGEX}{settings}\n", "# Demo\nVERSION 1.2\n")) == ("1.2", "pattern", "demo.py", 2)


@pytest.mark.parametrize(
    "provider", ["scikit_build_core.metadata.setuptools_scm", "vcs_versioning", "setuptools_git_versioning.x"]
)
def test_providers_that_take_the_tag(provider: str) -> None:
    assert scikit(f'[[tool.dynamic-metadata]]\nprovider = "{provider}"\n').version_is_tag
    assert scikit(f'[tool.scikit-build.metadata.version]\nprovider = "{provider}"\n').version_is_tag


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("", "no provider"),
        ('[[tool.dynamic-metadata]]\nprovider = "x"\nfield = "readme"\n', "no provider"),
        ('[[tool.dynamic-metadata]]\nprovider = "own.thing"\nfield = "version"\n', "own.thing"),
        (REGEX.replace("demo.py", "missing.py"), "missing.py"),
        (REGEX + "result = '{value.real}'\n", "only the backend knows"),
        (REGEX + "result = '1.0'\n", "only the backend knows"),
        (REGEX + "regex = '(?P<value>nowhere)'\n", "demo.py"),
    ],
)
def test_what_cannot_be_read_says_why(extra: str, reason: str) -> None:
    project = scikit(extra)

    assert sighted(project) == (None, "backend", None, None)
    assert reason in (project.version_unknown or "")


@pytest.mark.parametrize("extra", [REGEX + "regex = '('\n", REGEX + "regex = 'Demo'\n", REGEX.replace("input", "in")])
def test_what_the_backend_would_refuse_is_refused(extra: str) -> None:
    with pytest.raises(ConfigError):
        scikit(extra)
