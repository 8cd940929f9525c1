import pytest

from adapters.backends.trees import backed_by, project_of, sighted
from tagship.errors import ConfigError

Files = dict[str, str | bytes]
MANIFEST_PATH = '[tool.maturin]\nmanifest-path = "crates/demo/Cargo.toml"\n'


def crate(version: str, extra: str = "") -> str:
    return f'[package]\nname = "demo-rs"\nversion{version}\n{extra}'


def maturin(files: Files, extra: str = "") -> Files:
    return {"pyproject.toml": backed_by("maturin", "maturin>=1,<2", extra=extra), **files}


@pytest.mark.parametrize(
    ("cargo", "version"),
    [
        ("1.2.3", "1.2.3"),
        ("1.2.3-rc.1", "1.2.3rc1"),
        ("1.2.3-alpha.2", "1.2.3a2"),
        ("1.2.3-beta", "1.2.3b0"),
        ("1.2.3-dev.4", "1.2.3.dev4"),
    ],
)
def test_the_crates_version_in_the_spelling_of_pep_440(cargo: str, version: str) -> None:
    project = project_of(maturin({"Cargo.toml": crate(f' = "{cargo}"')}))

    assert (version, "toml", "Cargo.toml", 3) == sighted(project)
    assert project.name == "demo"
    assert project.dynamic


def test_a_version_of_semver_alone_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        project_of(maturin({"Cargo.toml": crate(' = "1.2.3-alpha.1.2"')}))

    assert str(caught.value.where) == "Cargo.toml:3"


@pytest.mark.parametrize("inherit", [".workspace = true", " = { workspace = true }"])
def test_a_version_inherited_from_the_workspace_above(inherit: str) -> None:
    files: Files = {
        "crates/demo/Cargo.toml": crate(inherit),
        "crates/Cargo.toml": '[package]\nname = "not-a-workspace"\nversion = "9.9.9"\n',
        "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n[workspace.package]\nversion = "2.0.0"\n',
    }

    assert sighted(project_of(maturin(files, MANIFEST_PATH))) == ("2.0.0", "toml", "Cargo.toml", 4)


def test_a_workspace_above_the_project() -> None:
    files: Files = {
        "py/pyproject.toml": backed_by("maturin"),
        "py/Cargo.toml": crate(".workspace = true"),
        "Cargo.toml": '[workspace.package]\nversion = "2.0.0"\n',
    }

    assert sighted(project_of(files, "py")) == ("2.0.0", "toml", "Cargo.toml", 2)


def test_a_workspace_that_the_crate_names() -> None:
    files: Files = {
        "crates/demo/Cargo.toml": crate(".workspace = true", 'workspace = "../.."\n'),
        "crates/Cargo.toml": '[workspace.package]\nversion = "9.9.9"\n',
        "Cargo.toml": '[workspace.package]\nversion = "2.0.0"\n',
    }

    assert sighted(project_of(maturin(files, MANIFEST_PATH))) == ("2.0.0", "toml", "Cargo.toml", 2)


def test_a_crate_that_is_its_own_workspace() -> None:
    cargo = crate(".workspace = true", '[workspace.package]\nversion = "2.0.0"\n')

    assert sighted(project_of(maturin({"Cargo.toml": cargo}))) == ("2.0.0", "toml", "Cargo.toml", 5)


def test_a_crate_beside_python_sources() -> None:
    files: Files = {"rust/Cargo.toml": crate(' = "1.0.0"'), "src/demo/__init__.py": ""}

    assert sighted(project_of(maturin(files))) == ("1.0.0", "toml", "rust/Cargo.toml", 3)


def test_without_a_project_table_the_crate_gives_the_name() -> None:
    project = project_of(
        {
            "pyproject.toml": '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n',
            "Cargo.toml": crate(' = "1.0.0"'),
        }
    )

    assert project.name == "demo-rs"
    assert sighted(project)[0] == "1.0.0"
    assert project.dynamic


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "no Cargo.toml"),
        ({"Cargo.toml": '[package]\nname = "demo"\n'}, "no version"),
        ({"Cargo.toml": crate(".workspace = true")}, "no Cargo.toml above"),
        ({"Cargo.toml": crate(".workspace = true", "[workspace]\n")}, "[workspace.package]"),
        ({"Cargo.toml": crate(".workspace = true", 'workspace = "../../.."\n')}, "no Cargo.toml above"),
    ],
)
def test_what_cannot_be_read_says_why(files: Files, reason: str) -> None:
    project = project_of(maturin(files))

    assert sighted(project) == (None, "backend", None, None)
    assert reason in (project.version_unknown or "")


def test_a_broken_cargo_toml_is_told_with_its_place() -> None:
    with pytest.raises(ConfigError) as caught:
        project_of(maturin({"Cargo.toml": "[package\n"}))

    assert str(caught.value.where).startswith("Cargo.toml:1:")
