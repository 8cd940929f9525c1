"""Versions that setup.py computes from a file of the project, beside what setuptools makes of the same files."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from packaging.version import Version

from adapters.backends.trees import LiteralTree, project_of, sighted
from tagship.adapters.pyproject import read_project
from tagship.adapters.versions import write_version
from tagship.domain.facts import Tree
from tagship.errors import FactUnknown

HEAD = """\
import ast, codecs, io, os, pathlib, re, runpy, importlib.util
from os.path import abspath, dirname, join
from pathlib import Path
from setuptools import setup
"""
MODULE = '"""A demo."""\n\nimport os\n\n__version__ = "1.2.3"\nother = "9.9"\n'
PLACE = "src/demo/__init__.py"
SETUP = 'setup(name="demo", version=%s, packages=["demo"], package_dir={"": "src"})\n'
Files = dict[str, str | bytes]


def files_of(source: str, expression: str, module: str = MODULE, **more: str | bytes) -> Files:
    return {"setup.py": HEAD + dedent(source) + SETUP % expression, PLACE: module, "README.md": "# demo\n", **more}


PACKAGING_GUIDE = """
    here = os.path.abspath(os.path.dirname(__file__))

    def read(*parts):
        with codecs.open(os.path.join(here, *parts), "r") as file:
            return file.read()

    def find_version(*file_paths):
        \"\"\"The version, and not that of __main__ or VERSION.\"\"\"
        version_file = read(*file_paths)
        version_match = re.search(r"^__version__ = ['\\"]([^'\\"]*)['\\"]", version_file, re.M)
        if version_match:
            return version_match.group(1)
        raise RuntimeError("Unable to find the VERSION string.")

    long_description = read("README.md")
"""
BY_LINES = """
    def get_version(path):
        version = ""
        with open(path, encoding="utf-8") as fp:
            reg = re.compile(r'__version__ = [\\'"]([^\\'"]*)[\\'"]')
            for line in fp:
                m = reg.match(line)
                if m:
                    version = m.group(1)
                    break
        if not version:
            raise RuntimeError("Cannot find version information")
        return version
"""
AT_THE_TOP = """
    for line in open("src/demo/__init__.py"):
        if line.startswith("__version__"):
            version = line.split("=")[1].strip()
            version = version.strip('"')
"""
BY_TREE = """
    def version():
        tree = ast.parse((Path(__file__).resolve().parent / "src" / "demo" / "__init__.py").read_text())
        for node in tree.body:
            if isinstance(node, ast.Assign) and node.targets[0].id == "__version__":
                return ast.literal_eval(node.value)
"""
BY_SPEC = """
    spec = importlib.util.spec_from_file_location("about", join(dirname(abspath(__file__)), "src/demo/__init__.py"))
    about = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(about)
"""
BY_META = """
    PACKAGE = "demo"
    META = read = Path(f"src/{PACKAGE}/__init__.py").read_text()

    def find_meta(meta, *, of=META):
        return re.search(r"^__{meta}__ = ['\\"]([^'\\"]*)['\\"]".format(meta=meta), META, re.M).group(1)
"""
COMPILED = """
    ROOT = os.path.dirname(__file__)
    VERSION_RE = re.compile(r'''\\b__version__\\s*=\\s*['"]([0-9.]+)['"]''')

    def get_version():
        init = open(os.path.join(ROOT, "src", "demo", "__init__.py")).read()
        return VERSION_RE.search(init).group(1)
"""
RUN_INSIDE = """
    def find_version():
        path = "src/demo/__init__.py"
        with open(path) as f:
            exec(compile(f.read(), path, "exec"))
        return locals()["__version__"]
"""
RUN_INTO = """
    def find_version():
        about = {}
        exec(open("src/demo/__init__.py").read(), about)
        return about["__version__"]
"""
TEXT = """
    with open(os.path.join(dirname(__file__), "VERSION")) as version_file:
        version = version_file.read().strip()
"""
INIT = '"src/demo/__init__.py"'
SEARCH = r"""re.search(r'__version__ = "(.*)"', open("src/demo/__init__.py").read())"""
SHAPES: dict[str, Files] = {
    "packaging guide": files_of(PACKAGING_GUIDE, 'find_version("src", "demo", "__init__.py")'),
    "by lines": files_of(BY_LINES, f"get_version({INIT})"),
    "by keyword": files_of(BY_LINES, f"get_version(path={INIT})"),
    "at the top": files_of(AT_THE_TOP, "version"),
    "by tree": files_of(BY_TREE, "version()"),
    "by spec": files_of(BY_SPEC, "about.__version__"),
    "by meta": files_of(BY_META, 'find_meta("version")'),
    "compiled": files_of(COMPILED, "get_version()"),
    "run inside": files_of(RUN_INSIDE, "find_version()"),
    "run into a dictionary": files_of(RUN_INTO, "find_version()"),
    "search": files_of("", f"{SEARCH}.group(1)"),
    "search, indexed": files_of("", f"{SEARCH}[1]"),
    "find": files_of("", r"""re.findall('__version__ = "(.*)"', io.open("src/demo/__init__.py").read())[0]"""),
    "evaluated": files_of(
        "",
        r"""str(ast.literal_eval(re.search(rb"__version__ = (.*)", open("src/demo/__init__.py", "rb").read())[1]"""
        """.decode()))""",
    ),
    "next": files_of(
        "", """next(line for line in open("src/demo/__init__.py") if line.startswith("__version__")).split('"')[1]"""
    ),
    "unpacked": files_of(
        r"""[version] = re.findall('__version__ = "(.*)"', open("src/demo/__init__.py").read())""" + "\n", "version"
    ),
    "in a function with a text that is no pattern": files_of(
        f'def find():\n    print("looking for __version__ (")\n    return {SEARCH}[1]\n', "find()"
    ),
    "runpy": files_of("", f'runpy.run_path({INIT})["__version__"]'),
    "run at the top": files_of(f"exec(open({INIT}).read())\n", "__version__"),
    "in a function": {
        "setup.py": f"{HEAD}def main():\n    version = {SEARCH}.group(1)\n    {SETUP % 'version'}\nmain()\n",
        PLACE: MODULE,
    },
    "either way": files_of("", f"{SEARCH}.group(1) if os.path.exists({INIT}) else None"),
    "current directory": files_of(
        'root = os.getcwd() + "/src"\n', 'runpy.run_path(os.path.join(root, "demo", "__init__.py"))["__version__"]'
    ),
    "single sourcing": files_of(
        """
        def read(rel_path):
            here = os.path.abspath(os.path.dirname(__file__))
            with codecs.open(os.path.join(here, rel_path), "r") as fp:
                return fp.read()

        def get_version(rel_path):
            for line in read(rel_path).splitlines():
                if line.startswith("__version__"):
                    delim = '"' if '"' in line else "'"
                    return line.split(delim)[1].replace("\\n", "")[0:]
            raise RuntimeError("Unable to find version string.")
        """,
        f"get_version({INIT})",
    ),
    "default": files_of(
        """
        def version_of(package="demo"):
            if (match := re.search('__version__ = "(.*)"', Path("src").joinpath(package, "__init__.py").read_text())):
                return match.group(1)
        """,
        "version_of()",
    ),
}
TEXTS: dict[str, Files] = {
    "text": files_of(TEXT, "version", "", VERSION="1.2.3\n"),
    "text, by path": files_of("", '(Path(__file__).parent / "VERSION").read_text().strip()', "", VERSION="\n1.2.3\n"),
}


def built(directory: Path, files: Files) -> str:
    """The version that setuptools puts into the metadata of these files."""
    for path, content in files.items():
        place = directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    subprocess.run([sys.executable, "setup.py", "-q", "egg_info"], cwd=directory, check=True, capture_output=True)
    told = (directory / "src/demo.egg-info/PKG-INFO").read_text("utf-8")
    return next(line.partition(": ")[2] for line in told.splitlines() if line.startswith("Version: "))


@pytest.mark.parametrize("shape", SHAPES)
def test_what_setup_py_looks_for_in_a_module_is_found_there(shape: str) -> None:
    project = project_of(SHAPES[shape])

    assert sighted(project) == ("1.2.3", "python", PLACE, 5)
    assert project.dynamic


@pytest.mark.parametrize(("shape", "line"), [("text", 1), ("text, by path", 2)])
def test_a_file_that_holds_the_version_alone(shape: str, line: int) -> None:
    assert sighted(project_of(TEXTS[shape])) == ("1.2.3", "text", "VERSION", line)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [*SHAPES, *TEXTS])
def test_setuptools_says_the_same_before_and_after_a_new_version_is_written(shape: str, tmp_path: Path) -> None:
    files = {**SHAPES, **TEXTS}[shape]
    tree: Tree = LiteralTree(files)

    changes = write_version(tree, read_project(tree), Version("1.3.0"), ())

    written: Files = {each.path: each.after for each in changes if each.after is not None}
    assert built(tmp_path / "before", files) == "1.2.3"
    assert list(written) == [PLACE if shape in SHAPES else "VERSION"]
    assert built(tmp_path / "after", {**files, **written}) == "1.3.0"


def test_a_version_that_the_pattern_would_not_find_is_not_written() -> None:
    """As boto3 has it, whose pattern knows numbers and dots alone: its build would end in an error."""
    tree = LiteralTree(SHAPES["compiled"])

    with pytest.raises(FactUnknown) as raised:
        write_version(tree, read_project(tree), Version("1.3.0rc1"), ())

    assert raised.value.message == f"1.3.0rc1 in {PLACE}:5 would be read by nothing: setup.py computes it, at line 12"
    assert str(raised.value.where) == f"{PLACE}:5"


FUNCTION = """
    def get_version():
        text = open("src/demo/__init__.py").read()
        %s
"""
OTHERWISE: dict[str, Files] = {
    "more is added": files_of("", f'{SEARCH}.group(1) + ".dev1"'),
    "more is formatted": files_of(f"found = {SEARCH}\n", 'f"{found[1]}.dev1"'),
    "parts are joined": files_of("", f'".".join({SEARCH}.group(1).split(".")[:2])'),
    "formatted": files_of("", f'"{{}}".format({SEARCH}.group(1))'),
    "a part is replaced": files_of("", f'{SEARCH}.group(1).replace("3", "4")'),
    "a part is split off": files_of("", f'{SEARCH}.group(1).split(".")[0]'),
    "a part is stripped": files_of("", f'{SEARCH}.group(1).rstrip(".3")'),
    "a part is sliced": files_of("", f"{SEARCH}.group(1)[:3]"),
    "a part of a text": files_of("", 'open("VERSION").read().partition("+")[0]', VERSION="1.2.3+local"),
    "added later": files_of(f"version = {SEARCH}.group(1)\nversion += '.dev1'\n", "version"),
    "changed in place": files_of(
        'about = {}\nexec(open("src/demo/__init__.py").read(), about)\nabout["__version__"] += ".dev1"\n',
        'about["__version__"]',
    ),
    "updated in place": files_of(
        'about = dict(runpy.run_path("src/demo/__init__.py"))\nabout.update(__version__="1")\n', 'about["__version__"]'
    ),
    "the environment": files_of("", f'os.environ.get("VERSION") or {SEARCH}.group(1)'),
    "a version besides": files_of(
        FUNCTION % 'return re.search("__version__ = (.*)", text)[1] if text else "0.1"', "get_version()"
    ),
    "two files": files_of(FUNCTION % 'return open("VERSION").read() if text else text', "get_version()", VERSION="1.2"),
    "a path that is computed": files_of("", 'runpy.run_path(find() + "/__init__.py")["__version__"]'),
    "a path outside": files_of("", 'runpy.run_path(Path(__file__).parent.parent / "x.py")["__version__"]'),
    "a missing file": files_of("", 'runpy.run_path("src/demo/about.py")["__version__"]'),
    "another name": files_of("", r"""re.search('other = "(.*)"', open("src/demo/__init__.py").read())[1]"""),
    "whatever is there": files_of(r"", r"""re.search("\d.\d.\d", open("src/demo/__init__.py").read()).group()"""),
    "two names": files_of(
        "", f'runpy.run_path({INIT})["__version__" if os.name else "VERSION"]', MODULE + 'VERSION = "1.2.3"\n'
    ),
    "an example": files_of("", f"{SEARCH}[1]", f'# as in __version__ = "0.9"\n{MODULE}'),
    "twice": files_of("", f"{SEARCH}[1]", MODULE + '__version__ = "1.2.4"\n'),
    "in a branch": files_of("", f"{SEARCH}[1]", 'import os\nif os.name:\n    __version__ = "1.2.3"\n'),
    "from elsewhere": files_of(
        "",
        f'runpy.run_path({INIT})["__version__"]',
        "from .about import __version__\n",
        **{"src/demo/about.py": MODULE},
    ),
    "numbers": files_of("", f'runpy.run_path({INIT})["__version__"]', "__version__ = 1.2\n"),
    "no version": files_of("", f'runpy.run_path({INIT})["__version__"]', '__version__ = "unknown"\n'),
    "no Python": files_of("", f'runpy.run_path({INIT})["__version__"]', '__version__ = "1.2.3"\nexec "old"\n'),
    "another spelling": files_of("", r"""re.search("__version__ = '(.*)'", open("src/demo/__init__.py").read())[1]"""),
    "a part of it": files_of("", r"""re.search('__version__ = "(\d+)', open("src/demo/__init__.py").read())[1]"""),
    "more than the version": files_of("", 'open("VERSION").read().split()[0]', VERSION="1.2.3\n2026-01-05\n"),
    "an empty file": files_of("", 'open("VERSION").read()', VERSION=""),
    "no function": files_of("find = 1\n", 'find("src/demo/__init__.py")'),
    "a decorated function": files_of(
        "import functools\n@functools.cache\ndef find():\n    return open('VERSION').read()\n",
        "find()",
        VERSION="1.2.3",
    ),
    "a function of a class": files_of("", 'Finder().find("src/demo/__init__.py")'),
    "a function of a function": files_of("", 'finder()("src/demo/__init__.py")'),
    "too many arguments": files_of("def find():\n    return open('VERSION').read()\n", "find(1, 2)", VERSION="1.2.3"),
    "unknown arguments": files_of("def find(x):\n    return open(x).read()\n", "find(*paths)", VERSION="1.2.3"),
    "an argument": files_of("def find(x, *, y):\n    return open(y).read()\n", 'find("VERSION")', VERSION="1.2.3"),
    "an argument that is set": files_of(
        "def find(x):\n    x = 'other'\n    return open(x).read()\n", 'find("VERSION")', VERSION="1.2.3"
    ),
    "parts of a text": files_of("for path in ['VERSION', 'other']:\n    pass\n", "open(path).read()", VERSION="1.2.3"),
    "nothing is returned": files_of("def find():\n    open('VERSION').read()\n", "find()", VERSION="1.2.3"),
    "a class": files_of("class version: pass\n", "version"),
    "itself": files_of("version = version\n", "version"),
    "functions that call each other": files_of(
        "def f(x):\n    return g(x) or g(x)\ndef g(x):\n    return f(x)[0] + f(x)[1]\n", 'f("VERSION")', VERSION="1.2.3"
    ),
    "a method of a path": files_of("", 'Path("VERSION").stat()', VERSION="1.2.3"),
    "a method of a text": files_of("", 'open("VERSION").read().title()', VERSION="1.2.3"),
}


@pytest.mark.parametrize("shape", OTHERWISE)
def test_what_code_may_make_another_of_is_not_guessed_at(shape: str) -> None:
    assert sighted(project_of(OTHERWISE[shape])) == (None, "backend", None, None)


def test_functions_that_call_each_other_many_times_are_given_up() -> None:
    calls = "".join(f"def f{n}(x):\n    return f{n + 1}(x) if x else f{n + 1}(x)\n" for n in range(30))
    files = files_of(f"{calls}def f30(x):\n    return open(x).read()\n", 'f0("VERSION")', VERSION="1.2.3")

    assert sighted(project_of(files)) == (None, "backend", None, None)


@pytest.mark.parametrize(
    "expression", ["+".join(["x"] * 900), f"{SEARCH}[1]" + " if x else 1" * 900, f"{SEARCH}[1]" + "[0:]" * 900]
)
def test_an_expression_however_deep_is_given_up(expression: str) -> None:
    project = project_of(files_of(f"version = {expression}\n", "version"))

    assert sighted(project) == (None, "backend", None, None)


def test_a_package_in_a_directory_of_a_repository() -> None:
    files = {f"packages/demo/{path}": content for path, content in SHAPES["packaging guide"].items()}

    assert sighted(project_of(files, "packages/demo")) == ("1.2.3", "python", f"packages/demo/{PLACE}", 5)


HELPER = """\
import os, re

THIS_DIR = os.path.dirname(__file__)
PLACE = os.path.join(THIS_DIR, "src", "demo", "__init__.py")


def read(*names):
    with open(os.path.join(THIS_DIR, *names), "r") as f:
        return f.read()


def read_version(name="src/demo/__init__.py"):
    contents = read(name)
    version = re.search(r'__version__\\s*=\\s*"(.*)"', contents, re.M).group(1)
    assert version, "could not read version"
    return version
"""
IMPORTED: dict[str, Files] = {
    "a function": files_of("from helper import read_version as find\n", "find()", **{"helper.py": HELPER}),
    "a path": files_of("from helper import PLACE\n", 'runpy.run_path(PLACE)["__version__"]', **{"helper.py": HELPER}),
}


@pytest.mark.parametrize("shape", IMPORTED)
def test_a_module_beside_setup_py_may_do_it(shape: str) -> None:
    """As gevent has it."""
    assert sighted(project_of(IMPORTED[shape])) == ("1.2.3", "python", PLACE, 5)


@pytest.mark.parametrize("helper", [{}, {"helper.py": "read_version = 1\n"}, {"helper.py": "print 1\n"}])
def test_a_module_that_does_something_else(helper: dict[str, str]) -> None:
    files = files_of("from helper import read_version\n", "read_version()", **helper)

    assert sighted(project_of(files)) == (None, "backend", None, None)


def test_a_plug_in_that_takes_the_tag_comes_first() -> None:
    files = {**SHAPES["search"], "pyproject.toml": '[build-system]\nrequires = ["setuptools", "setuptools-scm"]\n'}

    assert sighted(project_of(files)) == (None, "tag", None, None)
