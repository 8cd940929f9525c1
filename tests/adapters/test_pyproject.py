"""What `[project]` says, and how a broken project is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from adapters.backends.trees import project_of, sighted
from tagship.adapters.backends import BACKENDS
from tagship.adapters.pyproject import PLAIN_BOUNDS
from tagship.domain.project import Project
from tagship.errors import ConfigError, InFile

STATIC = """
    [build-system]
    requires = ["hatchling"]
    build-backend = "hatchling.build"

    [project]
    name = "Demo.Project"
    version = "1.2.3"
    requires-python = ">=3.11"
"""


def refusal(files: dict[str, str | bytes]) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        project_of(files)
    assert caught.value.remedy is not None
    return caught.value


def outcome(files: dict[str, str | bytes]) -> Project | ConfigError:
    try:
        return project_of(files)
    except ConfigError as error:
        return error


def place(error: ConfigError) -> InFile:
    assert isinstance(error.where, InFile)
    return error.where


def test_a_static_project() -> None:
    project = project_of({"pyproject.toml": STATIC})

    assert sighted(project) == ("1.2.3", "toml", "pyproject.toml", 7)
    assert project.name == "Demo.Project"
    assert project.normalized_name == "demo-project"
    assert project.backend == "hatchling.build"
    assert project.requires_python == ">=3.11"
    assert not project.dynamic
    assert project.version_unknown is None


@pytest.mark.parametrize("backend", sorted({name for backend in BACKENDS for name in backend.build_backends}))
def test_a_static_version_is_read_for_every_backend(backend: str) -> None:
    head = f'[build-system]\nrequires = []\nbuild-backend = "{backend}"\n'
    project = project_of({"pyproject.toml": head + '[project]\nname = "demo"\nversion = "1.0"\n'})

    assert sighted(project) == ("1.0", "toml", "pyproject.toml", 6)
    assert project.backend == backend
    assert not project.dynamic


def test_backends_are_told_apart_by_name_and_requirement() -> None:
    names = [name for backend in BACKENDS for name in backend.build_backends]

    assert len(set(names)) == len(names)
    assert all(backend.requirement for backend in BACKENDS)


def test_no_backend_means_setuptools() -> None:
    project = project_of({"pyproject.toml": '[project]\nname = "demo"\nversion = "1.0"\n'})

    assert project.backend == "setuptools.build_meta:__legacy__"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('project.name = "demo"\nproject.version = "1.0"\n', 2),
        ('project = { name = "demo", version = "1.0" }\n', 1),
        ('["project"]\n"name" = "demo"\n"version" = "1.0"\n', 3),
        ('[project]\r\nname = "demo"\r\nversion = "1.0"\r\n', 3),
        # Texts that look like the key, before and after it.
        (
            '[x]\nversion = "1.0"\n[project]\nname = "a"\ndescription = """\nversion = "1.0"\n"""\nversion = "1.0"',
            8,
        ),
        ('[project]\nname = "demo" # version = "1.0"\nversion = "1.0"\n[tool.version]\nversion = "1.0"\n', 3),
        ('[project]\nname = "version"\ndescription = "the version"\nversion = "1.0"\n', 4),
    ],
)
def test_the_line_of_the_version_however_it_is_spelt(text: str, line: int) -> None:
    assert ("1.0", "toml", "pyproject.toml", line) == sighted(project_of({"pyproject.toml": text}))


def test_a_project_in_a_directory_of_the_tree() -> None:
    project = project_of({"packages/demo/pyproject.toml": STATIC}, "packages/demo")

    assert sighted(project) == ("1.2.3", "toml", "packages/demo/pyproject.toml", 7)


def test_an_unknown_backend_keeps_a_dynamic_version_to_itself() -> None:
    project = project_of(
        {"pyproject.toml": '[build-system]\nrequires=[]\nbuild-backend="odd"\n[project]\nname="a"\ndynamic=["version"]'}
    )

    assert sighted(project) == (None, "backend", None, None)
    assert project.dynamic
    assert "odd" in (project.version_unknown or "")


def test_a_backend_of_the_project_is_known_by_what_it_requires() -> None:
    project = project_of(
        {
            "pyproject.toml": """
                [build-system]
                requires = ["flit_core >= 3"]
                build-backend = "wrapper"
                backend-path = ["_build"]
                [project]
                name = "demo"
                dynamic = ["version"]
            """,
            "demo.py": "__version__ = '2.0'\n",
        }
    )

    assert sighted(project) == ("2.0", "python", "demo.py", 1)
    assert project.backend == "wrapper"


def test_no_project_at_all() -> None:
    error = refusal({"README.md": ""})

    assert place(error) == InFile("pyproject.toml")
    assert "setup.py" in error.message


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"[project]\nname = \n", 2, 8),
        (b"[project\n", 1, 9),
        (b'[project]\nname = "a"\nname = "b"\n', 3, 11),
        (b'a = """\nnever closed\n', 3, None),
        (b'[project]\nname = "\xff"\n', 2, 9),
        (b'\xef\xbb\xbf[project]\nname = "a"\n', 1, 1),
        (b"a = " + b"[" * 100_000, None, None),
        (b"a = " + b"1" * 5_000, None, None),
    ],
)
def test_what_is_no_toml_is_told_with_its_place(content: bytes, line: int | None, column: int | None) -> None:
    assert place(refusal({"pyproject.toml": content})) == InFile("pyproject.toml", line, column)


def test_a_byte_order_mark_is_called_by_its_name() -> None:
    assert "byte order mark" in refusal({"pyproject.toml": b"\xef\xbb\xbf[project]\n"}).message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[project]\nversion = "1.0"\n', 1),
        ("[tool.ruff]\nline-length = 100\n", None),
        ('[project]\nname = ""\nversion = "1.0"\n', 2),
        ('[project]\nname = "-demo"\nversion = "1.0"\n', 2),
        ('[project]\nname = 3\nversion = "1.0"\n', 2),
        ('[project]\nname = "demo"\n\nversion = 1.0\n', 4),
        ('[project]\nname = "demo"\nversion = "1.2.3-alpha.1.2"\n', 3),
        ('[project]\nname = "demo"\nversion = ""\n', 3),
        ('[project]\nname = "demo"\nversion = "9%s"\n' % ("9" * 5_000), 3),
        ('[project]\nname = "demo"\n', 1),
        ('[project]\nname = "demo"\nversion = "1.0"\ndynamic = ["version"]\n', 3),
        ('[project]\nname = "demo"\nversion = "1.0"\ndynamic = "readme"\n', 4),
        ('[project]\nname = "demo"\nversion = "1.0"\nrequires-python = "3 or so"\n', 4),
        ('project = "demo"\n', 1),
        ('[project]\nname = "demo"\nversion = "1.0"\n[build-system]\nbuild-backend = 3\n', 5),
        ('build-system = []\n[project]\nname = "demo"\nversion = "1.0"\n', 1),
    ],
)
def test_what_breaks_the_rules_is_told_with_its_line(text: str, line: int | None) -> None:
    assert place(refusal({"pyproject.toml": text})).line == line


def test_the_place_of_a_version_has_no_column_but_that_of_a_key_has() -> None:
    error = refusal({"pyproject.toml": '[project]\n  name = 3\nversion = "1.0"\n'})

    assert place(error) == InFile("pyproject.toml", 2, 3)


def test_what_is_dynamic_is_left_to_the_backend() -> None:
    project = project_of({"pyproject.toml": '[project]\nname = "demo"\nversion = "1"\ndynamic = ["requires-python"]\n'})

    assert project.requires_python is None


@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_but_a_config_error(content: bytes) -> None:
    match outcome({"pyproject.toml": content}):
        case ConfigError() as error:
            assert error.remedy is not None
        case project:
            assert isinstance(project, Project)


WORDS = st.sampled_from(
    ["project", "name", "version", "dynamic", "tool", "hatch", "source", "path", "pattern", "vcs", "poetry", "pdm",
     "setuptools", "attr", "file", "package-dir", "requires", "build-system", "build-backend", "backend-path",
     "dynamic-metadata", "provider", "input", "regex", "scikit-build", "metadata", "maturin", "manifest-path",
     "flit", "module", "dependencies", "python", "from-file", "enable", "scm", "requires-python", "packages", "find",
     "where", "a/../../b", "demo.__version__", "(", "[", "a\0b", ".", "", "..", "1.0", "demo.py", "^3.8", "pkg"]
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(WORDS, st.integers(-2, 2), st.booleans(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=20,
)


def as_toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{as_toml(key)} = {as_toml(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_toml, value)) + "]"
        case str():
            return '"' + "".join(f"\\U{ord(character):08x}" for character in value) + '"'
        case _:
            return str(value)


@given(
    tables=st.dictionaries(st.sampled_from(["project", "tool", "build-system"]), VALUES),
    backend=st.sampled_from([name for each in BACKENDS for name in sorted(each.build_backends)]),
    tool=st.dictionaries(WORDS, VALUES, max_size=3),
    table=st.sampled_from(["hatch", "setuptools", "pdm", "poetry", "flit", "scikit-build", "maturin", "x"]),
    module=st.binary(max_size=30),
)
def test_odd_documents_raise_nothing_but_a_config_error(
    tables: dict[str, object], backend: str, tool: dict[str, object], table: str, module: bytes
) -> None:
    document = {
        "build-system": {"build-backend": backend},
        "project": {"name": "demo", "dynamic": ["version"]},
        "tool": {table: tool},
    } | tables
    text = "\n".join(f"{key} = {as_toml(value)}" for key, value in document.items())
    files: dict[str, str | bytes] = {
        "pyproject.toml": text.encode("utf-8", "surrogatepass"),
        "demo.py": module,
        "setup.py": module,
        "setup.cfg": module,
        "meson.build": module,
        "Cargo.toml": module,
    }
    match outcome(files):
        case ConfigError() as error:
            assert error.remedy is not None
        case project:
            assert (project.version is None) == (project.version_unknown is not None or project.version_is_tag)


@pytest.mark.parametrize(
    ("files", "place", "said"),
    [
        ({"pyproject.toml": "[tool.black]\n"}, "pyproject.toml", "describes no project"),
        ({"setup.py": "from setuptools import setup\nsetup(name=find())\n"}, "setup.py", "does not state"),
        (
            {"pyproject.toml": "[tool.black]\n", "setup.py": "from setuptools import setup\nsetup(name=find())\n"},
            "setup.py",
            "does not state",
        ),
        ({"pyproject.toml": "[project]\nversion = '1'\n"}, "pyproject.toml", "no name"),
    ],
)
def test_a_name_that_cannot_be_read(files: dict[str, str | bytes], place: str, said: str) -> None:
    """Told where it should stand: a tool's settings are no project, and setup.py is where its users keep the name."""
    with pytest.raises(ConfigError, match=said) as caught:
        project_of(files)

    assert isinstance(caught.value.where, InFile)
    assert caught.value.where.path == place
    assert caught.value.remedy is not None


@given(st.from_regex(PLAIN_BOUNDS, fullmatch=True))
def test_what_passes_at_first_sight_is_a_specifier(text: str) -> None:
    assert SpecifierSet(text) is not None
