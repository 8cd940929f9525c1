import pytest

from adapters.backends.trees import backed_by, project_of, sighted

BACKEND = "flit_core.buildapi"
Files = dict[str, str | bytes]


def flit(files: Files, extra: str = "", backend: str = BACKEND) -> Files:
    return {"pyproject.toml": backed_by(backend, "flit_core", extra=extra), **files}


@pytest.mark.parametrize(
    ("files", "extra", "path", "line"),
    [
        ({"demo.py": '"""Doc."""\n__version__ = "1.2"\n'}, "", "demo.py", 2),
        ({"demo/__init__.py": '"""Doc."""\n\n__version__: str = "1.2"\n'}, "", "demo/__init__.py", 3),
        ({"src/demo/__init__.py": '__version__ = "1.2"\n'}, "", "src/demo/__init__.py", 1),
        ({"src/demo.py": '__version__ = "1.2"\n'}, "", "src/demo.py", 1),
        ({"src/na/me.py": '__version__ = "1.2"\n'}, '[tool.flit.module]\nname = "na.me"\n', "src/na/me.py", 1),
        (
            {"demo/__init__.py": "from ._version import __version__\n", "demo/_version.py": "__version__ = '1.2'\n"},
            "",
            "demo/_version.py",
            1,
        ),
        # Not even imported: flit looks there all the same.
        ({"demo/__init__.py": '"""Doc."""\n', "demo/version.py": "\n__version__ = '1.2'\n"}, "", "demo/version.py", 2),
        (
            {"demo/__init__.py": "__version__ = '1.2'\n", "demo/_version.py": "__version__ = '9'\n"},
            "",
            "demo/__init__.py",
            1,
        ),
    ],
)
def test_the_module_states_its_version(files: Files, extra: str, path: str, line: int) -> None:
    project = project_of(flit(files, extra))

    assert ("1.2", "python", path, line) == sighted(project)
    assert project.dynamic


def test_dashes_become_underscores() -> None:
    text = backed_by(BACKEND).replace('"demo"', '"de-mo"')

    assert sighted(project_of({"pyproject.toml": text, "de_mo.py": "__version__ = '1.2'\n"}))[0] == "1.2"


def test_stubs_keep_their_ending() -> None:
    text = backed_by(BACKEND).replace('"demo"', '"de-mo-stubs"')
    files: Files = {"pyproject.toml": text, "de_mo-stubs/__init__.py": "__version__ = '1.2'\n"}

    assert sighted(project_of(files))[0] == "1.2"


def test_the_legacy_table() -> None:
    project = project_of(
        {
            "pyproject.toml": """
                [build-system]
                requires = ["flit_core >=2,<4"]
                build-backend = "flit_core.buildapi"
                [tool.flit.metadata]
                module = "demo_module"
                dist-name = "demo"
                requires-python = ">=3.8"
            """,
            "demo_module.py": '__version__ = "1.2"\n',
        }
    )

    assert sighted(project) == ("1.2", "python", "demo_module.py", 1)
    assert project.name == "demo"
    assert project.requires_python == ">=3.8"
    assert project.dynamic


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "no module demo"),
        ({"demo.py": "__version__ = compute()\n"}, "line 1"),
        ({"demo/__init__.py": "x = 1\n", "demo/_version.py": "__version__ = compute()\n"}, "demo/__init__.py"),
        ({"demo.py": "__version__ = (1, 2)\n"}, "does not state __version__"),
    ],
)
def test_what_flit_would_import_is_left_to_flit(files: Files, reason: str) -> None:
    project = project_of(flit(files))

    assert sighted(project) == (None, "backend", None, None)
    assert reason in (project.version_unknown or "")


def test_flit_scm_takes_the_tag() -> None:
    assert project_of(flit({}, backend="flit_scm:buildapi")).version_is_tag
