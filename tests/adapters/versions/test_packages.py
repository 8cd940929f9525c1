"""In which packages `__version__` is a copy, whatever the project is called."""

from collections.abc import Mapping

import pytest
from packaging.version import Version

from adapters.backends.trees import LiteralTree
from tagship.adapters.pyproject import read_project
from tagship.adapters.versions import find_version_copies, write_version

BACKEND = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'


def stated(name: str, extra: str = "") -> str:
    return f'{BACKEND}[project]\nname = "{name}"\nversion = "1.4.0"\n{extra}'


def dunder(version: str = "0.9.0") -> str:
    return f'__version__ = "{version}"\n'


def copies(files: Mapping[str, str], *carried: str) -> list[str]:
    tree = LiteralTree(files)
    found = find_version_copies(tree, read_project(tree), (), carried=[Version(each) for each in carried])
    return [f"{copy.path} {copy.text}" for copy in found]


PY_YAM = stated("py-yam")
CFG = "[metadata]\nname = cfg.p\nversion = 1.4.0\n[options]\n"


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"pyproject.toml": PY_YAM}, "src/yam/__init__.py"),
        ({"pyproject.toml": PY_YAM}, "yam/__init__.py"),
        ({"pyproject.toml": stated("CapPkg")}, "CapPkg/__init__.py"),
        ({"pyproject.toml": stated("CapPkg")}, "CapPkg.py"),
        ({"pyproject.toml": stated("Cap.Pkg")}, "src/Cap/Pkg/__init__.py"),
        ({"pyproject.toml": stated("cap-pkg"), "other/__init__.py": ""}, "Cap_Pkg/__init__.py"),
        ({"pyproject.toml": stated("cap-pkg"), "other/__init__.py": ""}, "CAP/pkg/__init__.py"),
        ({"pyproject.toml": stated("cappkg")}, "src/CapPkg.py"),
        ({"setup.cfg": f"{CFG}packages = cfgp\n"}, "cfgp/__init__.py"),
        ({"setup.cfg": f"{CFG}packages =\n  cfgp\n  cfgp.sub\npackage_dir =\n  = lib\n"}, "lib/cfgp/__init__.py"),
        ({"setup.cfg": f"{CFG}py_modules = one, two\n"}, "two.py"),
        ({"setup.cfg": f"{CFG}packages = find:\n[options.packages.find]\nwhere = code\n"}, "code/cfgp/__init__.py"),
        (
            {"setup.py": "from setuptools import setup\nsetup(name='x', version='1.4.0', packages=['a'])"},
            "a/version.py",
        ),
        ({"setup.py": "import setuptools\nsetuptools.setup(name='x', version='1.4.0', py_modules=['m'])"}, "m.py"),
    ],
)
def test_packages_of_another_name(files: Mapping[str, str], path: str) -> None:
    assert copies({**files, path: dunder()}) == [f"{path} 0.9.0"]


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ('[tool.setuptools]\npackages = ["yam"]\n', "yam/__init__.py"),
        ('[tool.setuptools]\npackages = ["yam", "yam.sub"]\n', "yam/_version.py"),
        ('[tool.setuptools]\npy-modules = ["yam"]\n', "yam.py"),
        ('[tool.setuptools]\npackages = ["yam"]\npackage-dir = {"" = "code"}\n', "code/yam/__init__.py"),
        ('[tool.setuptools]\npackages = ["yam"]\npackage-dir = {yam = "code"}\n', "code/__init__.py"),
        ('[tool.setuptools.packages.find]\nwhere = ["code"]\n', "code/yam/__init__.py"),
        ('[tool.poetry]\npackages = [{include = "yam", from = "code"}]\n', "code/yam/__init__.py"),
        ('[tool.poetry]\npackages = [{include = "yam.py"}]\n', "yam.py"),
        ('[tool.flit.module]\nname = "yam"\n', "src/yam/__init__.py"),
        ('[tool.flit.metadata]\nmodule = "yam"\n', "yam.py"),
        ('[tool.hatch.build.targets.wheel]\npackages = ["code/yam"]\n', "code/yam/__about__.py"),
        ('[tool.hatch.build.targets.wheel]\nonly-include = ["yam.py"]\n', "yam.py"),
        ('[tool.uv.build-backend]\nmodule-name = "yam"\n', "src/yam/__init__.py"),
        ('[tool.uv.build-backend]\nmodule-name = ["yam", "o"]\nmodule-root = ""\n', "yam/__init__.py"),
        ('[tool.maturin]\npython-source = "python"\n', "python/yam/__init__.py"),
        ('[tool.maturin]\npython-source = "python"\nmodule-name = "yam._yam"\n', "python/yam/__init__.py"),
        ('[tool.pdm.build]\nincludes = ["code/yam", "code/**/*.txt"]\n', "code/yam/__init__.py"),
        ('[tool.pdm.build]\npackage-dir = "code"\n', "code/yam/__init__.py"),
        ('[tool.scikit-build]\nwheel.packages = ["code/yam"]\n', "code/yam/__init__.py"),
        ('[tool.scikit-build.wheel.packages]\nyam = "code/yam"\n', "code/yam/__init__.py"),
    ],
)
def test_packages_that_are_declared(extra: str, path: str) -> None:
    other = "code/other/__init__.py" if "find" not in extra and "-dir" not in extra else "else/__init__.py"
    files = {"pyproject.toml": stated("py-dish", extra), path: dunder(), other: dunder("3.1")}

    assert copies(files) == [f"{path} 0.9.0"]


@pytest.mark.parametrize(
    "files",
    [
        # Others lie beside what is declared, or what is named alike.
        {"pyproject.toml": stated("py-yam", '[tool.setuptools]\npackages = ["yam"]\n'), "six/__init__.py": dunder()},
        {"pyproject.toml": stated("py-yam", "[tool.setuptools]\npackages = []\n"), "six/__init__.py": dunder()},
        {"pyproject.toml": PY_YAM, "src/py_yam/__init__.py": "", "src/six/__init__.py": dunder()},
        {"pyproject.toml": PY_YAM, "py_yam.py": "", "six/__init__.py": dunder()},
        {"pyproject.toml": PY_YAM, "Py_Yam/__init__.py": "", "six/__init__.py": dunder()},
        # There are several, and nobody knows which is the project's.
        {"pyproject.toml": PY_YAM, "src/yam/__init__.py": "", "src/six/__init__.py": dunder()},
        {"pyproject.toml": PY_YAM, "yam/__init__.py": dunder("1.0.0"), "six/__init__.py": dunder()},
        {"pyproject.toml": PY_YAM, "src/yam/__init__.py": "", "six/__init__.py": dunder()},
        # They are for the project's own use, or parts of another package.
        {"pyproject.toml": PY_YAM, "tests/__init__.py": dunder()},
        {"pyproject.toml": PY_YAM, "vendor/__init__.py": dunder(), "_six/__init__.py": dunder()},
        {"pyproject.toml": PY_YAM, "src/yam/__init__.py": "", "src/yam/six/__init__.py": dunder()},
        {"pyproject.toml": PY_YAM, "py/__init__.py": "", "py/yam.py": dunder()},
        {
            "pyproject.toml": stated("py-yam", '[tool.setuptools]\npackages = ["yam", "yam.six"]\n'),
            "yam/six/__init__.py": dunder(),
        },
        {
            "pyproject.toml": stated("py-yam", '[tool.poetry]\npackages = [{include = "six", format = "sdist"}]\n'),
            "six/__init__.py": dunder(),
            "yam/__init__.py": "",
        },
        # What is declared leads outside, or is of another kind.
        {"pyproject.toml": stated("py-yam", '[tool.setuptools]\npackages = ["yam"]\npackage-dir = {yam = "../a"}\n')},
        {"pyproject.toml": stated("py-yam", "[tool.setuptools]\npackages = 3\n[tool.flit]\nmodule = 1\n")},
        {"pyproject.toml": stated("py-yam", "[tool.uv]\nbuild-backend = 1\n"), "setup.cfg": "packages"},
    ],
)
def test_what_may_be_of_another_project(files: Mapping[str, str]) -> None:
    assert copies(files) == []


def test_a_second_package_with_a_version_of_its_own_is_left_alone() -> None:
    files = {
        "pyproject.toml": PY_YAM,
        "src/yam/__init__.py": dunder("1.4.0"),
        "src/six/__init__.py": dunder("1.16.0"),
        "src/six/VERSION": "1.16.0\n",
    }

    assert copies(files, "1.3.0") == ["src/yam/__init__.py 1.4.0"]


def test_one_of_several_counts_where_it_says_what_the_project_said() -> None:
    files = {"pyproject.toml": PY_YAM, "yam/__init__.py": dunder("1.3.0"), "six/__init__.py": dunder("1.16.0")}

    assert copies(files) == []
    assert copies(files, "1.3.0") == ["yam/__init__.py 1.3.0"]


def test_a_part_that_is_called_like_the_project_hides_no_package() -> None:
    files = {"pyproject.toml": PY_YAM, "py/__init__.py": dunder(), "py/yam.py": "", "py/yam/__init__.py": ""}

    assert copies(files) == ["py/__init__.py 0.9.0"]


def test_a_disk_that_takes_every_spelling_has_one_file() -> None:
    class Careless(LiteralTree):
        def read(self, path: str) -> bytes | None:
            return next(
                (super(Careless, self).read(each) for each in self.paths() if each.lower() == path.lower()), None
            )

    tree = Careless({"pyproject.toml": stated("CapPkg"), "CapPkg/__init__.py": dunder()})

    assert len(find_version_copies(tree, read_project(tree), ())) == 1


class Unlisted(LiteralTree):
    """Files that nobody may list."""

    def paths(self) -> list[str]:
        raise AssertionError


@pytest.mark.parametrize("files", [{"src/py_yam/__init__.py": ""}, {"py/yam/__init__.py": ""}, {"py_yam.py": ""}])
def test_files_are_not_listed_where_the_name_tells(files: Mapping[str, str]) -> None:
    tree = Unlisted({"pyproject.toml": PY_YAM, **files})

    assert find_version_copies(tree, read_project(tree), ()) == ()


def test_a_package_of_another_name_is_written() -> None:
    tree = LiteralTree({"pyproject.toml": PY_YAM, "src/yam/__init__.py": dunder("1.4.0")})

    changes = write_version(tree, read_project(tree), Version("1.5.0"), ())

    assert [change.path for change in changes] == ["pyproject.toml", "src/yam/__init__.py"]
    assert changes[1].after == b'__version__ = "1.5.0"\n'
