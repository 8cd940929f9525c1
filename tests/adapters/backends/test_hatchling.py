import pytest

from adapters.backends.trees import backed_by, project_of, sighted
from tagship.errors import ConfigError

BACKEND = "hatchling.build"


def hatch(extra: str, files: dict[str, str | bytes] | None = None) -> dict[str, str | bytes]:
    return {"pyproject.toml": backed_by(BACKEND, "hatchling", extra=extra), **(files or {})}


@pytest.mark.parametrize(
    "text",
    [
        '"""Doc."""\n__version__ = "1.2.3"\n',
        "\n__version__ = 'v1.2.3'  # a remark\n",
        '\nVERSION="1.2.3"\n',
        '\nversion = "1.2.3"\n',
    ],
)
def test_the_default_pattern(text: str) -> None:
    files = hatch('[tool.hatch.version]\npath = "src/demo/__about__.py"\n', {"src/demo/__about__.py": text.encode()})

    project = project_of(files)

    assert sighted(project) == ("1.2.3", "pattern", "src/demo/__about__.py", 2)
    assert project.dynamic


def test_a_pattern_of_its_own() -> None:
    files = hatch(
        '[tool.hatch.version]\npath = "BUILD"\npattern = "^BUILD = b(?P<version>.+)$"\n', {"BUILD": "x\nBUILD = b1.2\n"}
    )

    assert sighted(project_of(files)) == ("1.2", "pattern", "BUILD", 2)


@pytest.mark.parametrize("pattern", ["(?P<version>", "x{99999999999999999999}", "BUILD"])
def test_a_pattern_that_cannot_work_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigError, match="pattern"):
        project_of(hatch(f'[tool.hatch.version]\npath = "BUILD"\npattern = "{pattern}"\n', {"BUILD": "BUILD"}))


def test_hatch_toml_wins() -> None:
    files = hatch(
        '[tool.hatch.version]\npath = "other.py"\n',
        {"hatch.toml": '[version]\npath = "demo.py"\n', "demo.py": '__version__ = "3.0"\n'},
    )

    assert sighted(project_of(files)) == ("3.0", "pattern", "demo.py", 1)


def test_a_project_in_a_directory_may_point_above_itself() -> None:
    files: dict[str, str | bytes] = {
        "a/pyproject.toml": backed_by(BACKEND, extra='[tool.hatch.version]\npath = "../VERSION.py"\n'),
        "VERSION.py": 'VERSION = "4.0"\n',
    }

    assert sighted(project_of(files, "a")) == ("4.0", "pattern", "VERSION.py", 1)


def test_package_json() -> None:
    files = hatch(
        '[tool.hatch.version]\nsource = "nodejs"\n',
        {"package.json": '{\n  "name": "demo",\n  "version": "1.2.3-alpha.0"\n}\n'},
    )

    assert sighted(project_of(files)) == ("1.2.3a0", "json", "package.json", 3)


@pytest.mark.parametrize("content", ["[]", "{", '{"version": 3}', "[" * 100_000])
def test_a_package_json_without_a_version(content: str) -> None:
    project = project_of(hatch('[tool.hatch.version]\nsource = "nodejs"\n', {"package.json": content}))

    assert sighted(project) == (None, "backend", None, None)
    assert "package.json" in (project.version_unknown or "")


@pytest.mark.parametrize("source", ["vcs", "versioningit", "uv-dynamic-versioning"])
def test_sources_that_take_the_tag(source: str) -> None:
    project = project_of(hatch(f'[tool.hatch.version]\nsource = "{source}"\n'))

    assert project.version_is_tag
    assert project.version is None
    assert project.version_unknown is None
    assert project.dynamic


def test_uv_dynamic_versioning_may_name_a_file() -> None:
    extra = '[tool.hatch.version]\nsource = "uv-dynamic-versioning"\n[tool.uv-dynamic-versioning]\nfrom-file = {'
    whole = project_of(hatch(extra + 'source = "VERSION"}\n', {"VERSION": "2.1\n"}))
    part = project_of(hatch(extra + 'source = "demo.py", pattern = "= (.*)"}\n', {"demo.py": "\nV = 2.2\n"}))

    assert sighted(whole) == ("2.1", "text", "VERSION", 1)
    assert sighted(part) == ("2.2", "pattern", "demo.py", 2)


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ('[tool.hatch.version]\nsource = "code"\npath = "demo.py"\n', "'code'"),
        ('[tool.hatch.version]\nsource = "env"\nvariable = "V"\n', "'env'"),
        ('[tool.hatch.version]\npath = "missing.py"\n', "missing.py"),
        ('[tool.hatch.version]\npath = "../../etc/passwd"\n', "passwd"),
        ('[tool.hatch.version]\npath = "demo.py"\n', "demo.py"),
        ('[tool.hatch.version]\npath = "/demo.py"\n', "demo.py"),
        ('[tool.hatch.version]\npath = "demo.py"\npattern = "v(?P<version>x)?"\n', "demo.py"),
        ('[tool.hatch.version]\npath = "annotated.py"\n', "annotated.py"),
        ("[tool.hatch.metadata.hooks.custom]\n", "metadata hook"),
    ],
)
def test_what_cannot_be_read_says_why(extra: str, reason: str) -> None:
    project = project_of(
        hatch(extra, {"demo.py": "version = compute()\n", "annotated.py": "__version__: str = '1.2'\n"})
    )

    assert sighted(project) == (None, "backend", None, None)
    assert reason in (project.version_unknown or "")


@pytest.mark.parametrize(
    ("extra", "files", "path"),
    [
        ('[tool.hatch.version]\nsource = "regex"\n', {}, "pyproject.toml"),
        ("[tool.hatch.version]\npath = 3\n", {}, "pyproject.toml"),
        ('[tool.hatch.version]\npath = "demo.py"\n', {"demo.py": '__version__ = "one"\n'}, "demo.py"),
        ('[tool.hatch.version]\npath = "demo.py"\n', {"demo.py": b"__version__ = '\xe9'\n"}, "demo.py"),
        ("", {"hatch.toml": "[version\n"}, "hatch.toml"),
    ],
)
def test_what_hatchling_would_refuse_is_refused(extra: str, files: dict[str, str | bytes], path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        project_of(hatch(extra, files))

    assert str(caught.value.where).startswith(path)
