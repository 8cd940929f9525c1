"""Real questions to real backends, each kept beside the project that it builds, so that nothing is fetched."""

import base64
import hashlib
import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest
import uv

from tagship.adapters.backends.ask import ask_backend
from tagship.adapters.directory import DirectoryTree
from tagship.adapters.pyproject import read_project
from tagship.domain.project import Project
from tagship.errors import FactUnknown, Run

PYPROJECT = """
    [build-system]
    requires = [{requires}]
    build-backend = "demo_backend"
    backend-path = ["_build"]

    [project]
    name = "Demo"
    dynamic = ["version", "requires-python"]
"""

BACKEND = """
    import json, os, pathlib, sys

    print("noise on stdout")
    print("noise on stderr", file=sys.stderr)


    def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
        pathlib.Path("seen.json").write_text(json.dumps(dict(os.environ)))
        version = ".".join(str(len(part)) for part in ["a", "bb", "ccc"])
        info = pathlib.Path(metadata_directory) / f"demo-{version}.dist-info"
        info.mkdir()
        text = f"Metadata-Version: 2.4\\nName: demo\\nVersion: {version}\\nRequires-Python: >=3.10\\n"
        (info / "METADATA").write_text(text)
        return info.name


    def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
        raise NotImplementedError
"""


def write_project(directory: Path, backend: str, requires: str = "") -> Project:
    (directory / "_build").mkdir(parents=True)
    (directory / "pyproject.toml").write_text(dedent(PYPROJECT.format(requires=requires)), encoding="utf-8")
    (directory / "_build/demo_backend.py").write_text(dedent(backend), encoding="utf-8")
    return read_project(DirectoryTree(directory))


def write_wheel(directory: Path) -> Path:
    """A wheel that holds one module, `demo_helper`."""
    files = {
        "demo_helper.py": b"VERSION = '7.8.9'\n",
        "demo_helper-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: demo-helper\nVersion: 1.0\n",
        "demo_helper-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "demo_helper-1.0.dist-info/RECORD"
    lines = [
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip('=')},{len(content)}"
        for name, content in files.items()
    ]
    wheel = directory / "demo_helper-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr(record, "\n".join([*lines, f"{record},,"]) + "\n")
    return wheel


@pytest.mark.slow
def test_a_version_that_code_computes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    project = write_project(tmp_path / "copy", BACKEND)
    assert project.version is None

    answered = ask_backend(tmp_path / "copy", project)

    assert str(answered.version) == "1.2.3"
    assert answered.version_unknown is None
    assert answered.version_source.kind == "backend"
    assert answered.name == "Demo"
    assert answered.requires_python == ">=3.10"
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_the_backend_sees_no_secret_and_no_pretended_version(tmp_path: Path) -> None:
    project = write_project(tmp_path / "copy", BACKEND)
    hidden = {
        "DEMO_TOKEN", "TWINE_PASSWORD", "CLIENT_SECRET", "AWS_SECRET_ACCESS_KEY", "SIGNING_KEY", "MY_CREDENTIALS",
        "SETUPTOOLS_SCM_PRETEND_VERSION", "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_DEMO", "PBR_VERSION",
        "PDM_BUILD_SCM_VERSION", "GIT_DIR", "PYTHONPATH",
    }  # fmt: skip
    environment = {**os.environ, **dict.fromkeys(hidden, "1.0"), "DEMO_SETTING": "kept"}

    ask_backend(tmp_path / "copy", project, environment=environment)

    seen = json.loads((tmp_path / "copy/seen.json").read_text(encoding="utf-8"))
    assert seen["DEMO_SETTING"] == "kept"
    # The front end empties PYTHONPATH rather than leaving it out.
    assert {name for name in hidden if seen.get(name)} == set()


def without_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", os.defpath)


def with_uv_on_path_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(uv.find_uv_bin()).parent), prepend=os.pathsep)
    monkeypatch.setitem(sys.modules, "uv", None)


def with_uv_that_lost_its_program(monkeypatch: pytest.MonkeyPatch) -> None:
    with_uv_on_path_alone(monkeypatch)
    lost = ModuleType("uv")

    def find_uv_bin() -> str:
        raise FileNotFoundError

    lost.find_uv_bin = find_uv_bin  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "uv", lost)


@pytest.mark.slow
@pytest.mark.parametrize("arranged", [lambda _: None, without_uv, with_uv_on_path_alone, with_uv_that_lost_its_program])
def test_what_the_build_requires_is_installed(
    tmp_path: Path, arranged: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    arranged(monkeypatch)
    wheel = write_wheel(tmp_path)
    backend = "import demo_helper\n" + dedent(BACKEND).replace(
        'version = ".".join(str(len(part)) for part in ["a", "bb", "ccc"])', "version = demo_helper.VERSION"
    )
    project = write_project(tmp_path / "copy", backend, f'"demo-helper @ {wheel.as_uri()}"')

    assert str(ask_backend(tmp_path / "copy", project).version) == "7.8.9"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (BACKEND.replace("info.mkdir()", "raise RuntimeError('no tag is reachable')"), "no tag is reachable"),
        ("import missing_plugin\n", "missing_plugin"),
        ("import sys\nsys.exit(0)\n", "before it answered"),
        (BACKEND.replace("Version: {version}", "Version: one"), "'one'"),
        (BACKEND.replace('(info / "METADATA").write_text(text)', "pass"), "METADATA"),
    ],
)
def test_a_backend_that_fails_is_unknown_with_its_reason(tmp_path: Path, backend: str, reason: str) -> None:
    project = write_project(tmp_path / "copy", backend)

    with pytest.raises(FactUnknown) as caught:
        ask_backend(tmp_path / "copy", project)

    assert reason in caught.value.message
    assert "Traceback" not in caught.value.message
    assert isinstance(caught.value.remedy, Run)


@pytest.mark.slow
def test_a_requirement_that_cannot_be_had(tmp_path: Path) -> None:
    missing = (tmp_path / "missing-1.0-py3-none-any.whl").as_uri()
    project = write_project(tmp_path / "copy", BACKEND, f'"missing @ {missing}"')

    with pytest.raises(FactUnknown, match="missing"):
        ask_backend(tmp_path / "copy", project)


def test_no_time_at_all(tmp_path: Path) -> None:
    project = write_project(tmp_path / "copy", BACKEND)

    with pytest.raises(FactUnknown, match="within 0 seconds"):
        ask_backend(tmp_path / "copy", project, seconds=0)


def test_a_front_end_that_refuses_the_project(tmp_path: Path) -> None:
    project = write_project(tmp_path / "copy", BACKEND)
    (tmp_path / "copy/pyproject.toml").write_text("[build-system]\n", encoding="utf-8")

    with pytest.raises(FactUnknown, match="requires"):
        ask_backend(tmp_path / "copy", project)


@pytest.mark.slow
def test_a_backend_that_never_answers_is_given_up(tmp_path: Path) -> None:
    project = write_project(tmp_path / "copy", "import time\ntime.sleep(600)\n")

    with pytest.raises(FactUnknown, match="seconds"):
        ask_backend(tmp_path / "copy", project, seconds=3)


def test_a_version_that_is_known_is_not_asked_for(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1.2"\n', encoding="utf-8")
    project = read_project(DirectoryTree(tmp_path))

    assert ask_backend(tmp_path / "nowhere", project) is project
