"""Code that is compiled, told from files alone."""

import pytest

from tagship.adapters.adopting.native import native_code
from tagship.domain.adoption import NativeCode
from trees import Files

MATURIN = '[build-system]\nbuild-backend = "maturin"\n'
SETUPTOOLS = '[build-system]\nrequires = ["setuptools", "Cython>=3"]\nbuild-backend = "setuptools.build_meta"\n'


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"pyproject.toml": MATURIN}, "pyproject.toml"),
        ({"pyproject.toml": '[build-system]\nbuild-backend = "scikit_build_core.build"\n'}, "pyproject.toml"),
        (
            {
                "pyproject.toml": '[build-system]\nbuild-backend = "mesonpy"\n',
                "meson.build": "project('fast', 'c', version: '1')\n",
            },
            "meson.build",
        ),
        ({"setup.py": "from setuptools import *\nsetup(ext_modules=[Extension('a', ['a.c'])])\n"}, "setup.py"),
        ({"setup.py": "setup(ext_modules=modules())\n"}, "setup.py"),
        ({"setup.py": "import Cython.Build as b\nsetup(name='x', other=b.cythonize('a.pyx'))\n"}, "setup.py"),
        ({"setup.py": "setup(cffi_modules=['build.py:ffi'])\n"}, "setup.py"),
        ({"pyproject.toml": '[[tool.setuptools.ext-modules]]\nname = "a"\nsources = ["a.c"]\n'}, "pyproject.toml"),
        ({"pyproject.toml": "[tool.setuptools-rust]\nx = 1\n"}, "pyproject.toml"),
        ({"pyproject.toml": "[tool.hatch.build.targets.wheel.hooks.mypyc]\nx = 1\n"}, "pyproject.toml"),
        ({"pyproject.toml": "[tool.hatch.build.hooks.cython]\nx = 1\n"}, "pyproject.toml"),
        ({"pyproject.toml": '[tool.cibuildwheel]\nskip = "pp*"\n'}, "pyproject.toml"),
        ({"pyproject.toml": SETUPTOOLS, "src/a.pyx": ""}, "src/a.pyx"),
        ({"Cargo.toml": '[lib]\ncrate-type = ["cdylib"]\n', "setup.cfg": ""}, "Cargo.toml"),
    ],
)
def test_a_sign_of_compiled_code(files: dict[str, str], path: str) -> None:
    found = native_code(Files(files))
    below = native_code(Files({f"packages/fast/{name}": content for name, content in files.items()}), "packages/fast")

    assert found is not None
    assert found.path == path
    assert below == NativeCode(found.sign, f"packages/fast/{path}")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": '[build-system]\nbuild-backend = "hatchling.build"\n', "Cargo.toml": "[package]\n"},
        {"pyproject.toml": MATURIN + '[tool.maturin]\nbindings = "none"\n'},
        {
            "pyproject.toml": '[build-system]\nbuild-backend = "mesonpy"\n',
            "meson.build": "project('pure', version: '1')\n",
        },
        {"setup.py": "setup(ext_modules=[])\n"},
        {"setup.py": "this is no Python"},
        {"pyproject.toml": "no [TOML"},
        {"pyproject.toml": SETUPTOOLS, "docs/a.pyx": "", "tests/b.pyx": ""},
        {"pyproject.toml": '[build-system]\nrequires = "x"\n', "a.pyx": ""},
        {"Cargo.toml": '[lib]\ncrate-type = ["rlib"]\n'},
    ],
)
def test_pure_python(files: dict[str, str]) -> None:
    assert native_code(Files(files)) is None
