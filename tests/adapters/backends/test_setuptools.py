from textwrap import dedent

import pytest

from adapters.backends.trees import backed_by, project_of, sighted
from tagship.errors import ConfigError

BACKEND = "setuptools.build_meta"
ATTR = '[tool.setuptools.dynamic]\nversion = {attr = "demo.__version__"}\n'
SETUP = "from setuptools import setup\n"
Files = dict[str, str | bytes]


def dynamic(extra: str, files: Files, *requires: str) -> Files:
    return {"pyproject.toml": backed_by(BACKEND, "setuptools", *requires, extra=extra), **files}


@pytest.mark.parametrize(
    ("files", "path", "line"),
    [
        ({"src/demo/__init__.py": '"""Doc."""\n__version__ = "1.2"\n'}, "src/demo/__init__.py", 2),
        ({"demo/__init__.py": '__version__: str = "1.2"\n'}, "demo/__init__.py", 1),
        ({"demo.py": '__version__ = VERSION = "1.2"\n'}, "demo.py", 1),
        ({"demo.py": "__version__ = (1, 2)\n"}, "demo.py", 1),
        ({"demo.py": "MAJOR = 1\nMINOR = 2\n__version__ = f'{MAJOR}.{MINOR}'\n"}, "demo.py", 3),
        ({"demo.py": 'BASE = "1."\n__version__ = BASE + "2"\n'}, "demo.py", 2),
        ({"demo.py": "MINOR = 2\n__version__ = (1, MINOR)\n"}, "demo.py", 2),
        # setuptools takes the first literal.
        ({"demo.py": '__version__ = "1.2"\n__version__ = "9.9"\n'}, "demo.py", 1),
        ({"demo.py": "import demo_missing\n__version__ = '1.2'\n"}, "demo.py", 2),
        (
            {
                "src/demo/__init__.py": "from ._version import __version__\n",
                "src/demo/_version.py": "\n__version__ = '1.2'\n",
            },
            "src/demo/_version.py",
            2,
        ),
        (
            {
                "demo/__init__.py": "from demo.meta.about import VERSION as __version__\n",
                "demo/meta/about.py": "from .. import base\nfrom ..base import NUMBER\nVERSION = NUMBER\n",
                "demo/base/__init__.py": "NUMBER = '1.2'\n",
            },
            "demo/base/__init__.py",
            1,
        ),
    ],
)
def test_an_attribute_is_followed_to_its_literal(files: Files, path: str, line: int) -> None:
    project = project_of(dynamic(ATTR, files))

    assert ("1.2", "python", path, line) == sighted(project)
    assert project.dynamic


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("__version__ = compute()\n", "line 1"),
        ("from importlib.metadata import version\n__version__ = version('demo')\n", "line 2"),
        ("from importlib.metadata import __version__\n", "importlib.metadata"),
        ("try:\n    from ._v import __version__\nexcept ImportError:\n    __version__ = '0'\n", "by code"),
        ("if True:\n    __version__ = '1.0'\n", "by code"),
        ("def f():\n    global __version__\n    __version__ = '2'\n__version__ = f()\n", "by code"),
        ("__version__ = __version__\n", "by itself"),
        ("from demo import __version__\n", "by itself"),
        ("from .... import __version__\n", "no module of the project"),
        ("X = Y\nY = X\n__version__ = X\n", "by itself"),
        ("match 1:\n    case __version__:\n        pass\n", "by code"),
        ("class __version__:\n    pass\n", "by code"),
        ("import sys as __version__\n", "by code"),
        ("__version__ = True\n", "line 1"),
        ("__version__ = f'{1:03}'\n", "line 1"),
        ("__version__ = 1 + 2\n", "line 1"),
        ("__version__ = " + "+".join(["'1'"] * 2000) + "\n", "demo.py"),
        ("version = '1.0'\n", "does not set __version__"),
        ("def broken(:\n", "cannot be parsed"),
        ("\0", "cannot be parsed"),
    ],
)
def test_code_is_not_guessed_at(source: str, reason: str) -> None:
    project = project_of(dynamic(ATTR, {"demo.py": source.encode()}))

    assert sighted(project) == (None, "backend", None, None)
    assert reason in (project.version_unknown or "")


def test_a_module_that_is_missing() -> None:
    assert "no module demo" in (project_of(dynamic(ATTR, {})).version_unknown or "")


@pytest.mark.parametrize(
    "extra",
    [
        '[tool.setuptools]\npackage-dir = {"" = "lib"}\n',
        '[tool.setuptools]\npackage-dir = {demo = "lib/demo"}\n',
        '[tool.setuptools.packages.find]\nwhere = ["./lib/"]\n',
    ],
)
def test_packages_in_a_directory_of_their_own(extra: str) -> None:
    files: Files = {"lib/demo/__init__.py": '__version__ = "1.2"\n', "demo/__init__.py": '__version__ = "0"\n'}

    assert sighted(project_of(dynamic(ATTR + extra, files))) == ("1.2", "python", "lib/demo/__init__.py", 1)


def test_source_encodings_are_pythons() -> None:
    files: Files = {"demo.py": b"# -*- coding: latin-1 -*-\n# caf\xe9\n__version__ = '1.2'\n"}

    assert sighted(project_of(dynamic(ATTR, files))) == ("1.2", "python", "demo.py", 3)


@pytest.mark.parametrize("setting", ['"VERSION"', '["VERSION"]'])
def test_a_file(setting: str) -> None:
    files = dynamic(f"[tool.setuptools.dynamic]\nversion = {{file = {setting}}}\n", {"VERSION": b"\n1.2\n"})

    assert sighted(project_of(files)) == ("1.2", "text", "VERSION", 2)


def test_a_file_that_is_missing() -> None:
    project = project_of(dynamic('[tool.setuptools.dynamic]\nversion = {file = "VERSION"}\n', {}))

    assert "VERSION" in (project.version_unknown or "")


def test_a_file_that_holds_no_version() -> None:
    with pytest.raises(ConfigError) as caught:
        project_of(dynamic('[tool.setuptools.dynamic]\nversion = {file = "VERSION"}\n', {"VERSION": "soon\n"}))

    assert str(caught.value.where) == "VERSION:1"


TAKES_THE_TAG: list[Files] = [
    dynamic("[tool.setuptools_scm]\n", {}),
    dynamic("[tool.setuptools-scm]\n", {}),
    dynamic("[tool.vcs-versioning]\n", {}),
    dynamic("[tool.versioningit]\n", {}),
    dynamic("[tool.setuptools-git-versioning]\nenabled = true\n", {}),
    dynamic("", {}, "setuptools_scm[toml]>=8"),
    dynamic("", {}, "setuptools-scm"),
    dynamic("", {}, "versioningit ~= 3.0"),
    dynamic("", {"setup.py": "from setuptools import setup\nsetup(use_scm_version=True)\n"}),
    dynamic("", {"setup.py": "from setuptools import setup\nsetup(use_scm_version={'root': '..'})\n"}),
    dynamic("", {"setup.py": f"{SETUP}import versioneer\nsetup(version=versioneer.get_version())\n"}),
    dynamic("", {"setup.py": f"{SETUP}from setuptools_scm import get_version as v\nsetup(version=v())"}),
    # The module that the attribute names is written by the plug-in when the project is built.
    dynamic('[tool.setuptools_scm]\n[tool.setuptools.dynamic]\nversion = {attr = "demo._version.version"}\n', {}),
    {"setup.py": f"{SETUP}setup(setup_requires=['pbr'], pbr=True)\n", "setup.cfg": "[metadata]\nname = demo\n"},
]  # fmt: skip


@pytest.mark.parametrize("files", TAKES_THE_TAG)
def test_plug_ins_that_take_the_tag(files: Files) -> None:
    project = project_of(files)

    assert sighted(project) == (None, "tag", None, None)
    assert project.version_unknown is None
    assert project.dynamic


@pytest.mark.parametrize(
    "files",
    [
        dynamic("", {}),
        dynamic("[tool.setuptools-git-versioning]\nenabled = false\n", {}),
        dynamic("", {"setup.py": "from setuptools import setup\nsetup(use_scm_version=False)\n"}),
        dynamic("", {"setup.py": "from setuptools import setup\nsetup(version=get_version())\n"}),
        dynamic("", {"setup.py": "from setuptools import setup\nsetup(**arguments)\n"}),
        dynamic("", {"setup.py": "print('no call')\n"}),
        dynamic("", {"setup.py": "def broken(:\n"}),
    ],
)
def test_without_such_a_plug_in_only_the_backend_can_tell(files: Files) -> None:
    project = project_of(files)

    assert sighted(project) == (None, "backend", None, None)
    assert project.version_unknown


def test_a_version_in_a_file_wins_over_a_plug_in_that_lists_files() -> None:
    project = project_of(dynamic(ATTR, {"demo.py": "__version__ = '1.2'\n"}, "setuptools-scm"))

    assert sighted(project) == ("1.2", "python", "demo.py", 1)


def test_a_plain_setup_cfg() -> None:
    project = project_of(
        {
            "setup.cfg": """
                # a remark
                [bumpversion]
                version = 9
                [metadata]
                name = demo
                version = 1.2

                [options]
                python_requires = >=3.9
            """
        }
    )

    assert sighted(project) == ("1.2", "ini", "setup.cfg", 6)
    assert project.name == "demo"
    assert project.requires_python == ">=3.9"
    assert project.backend == "setuptools.build_meta:__legacy__"
    assert not project.dynamic


@pytest.mark.parametrize(
    ("cfg", "seen"),
    [
        ("version = attr: demo.__version__\n", ("1.2", "python", "lib/demo/__init__.py", 1)),
        ("version = file: VERSION\n", ("1.3", "text", "VERSION", 1)),
        ("Version: file: VERSION, EMPTY\n", ("1.3", "text", "VERSION", None)),
    ],
)
def test_setup_cfg_that_points_elsewhere(cfg: str, seen: tuple[str, str, str, int]) -> None:
    project = project_of(
        {
            "setup.cfg": f"[metadata]\nname = demo\n{cfg}[options]\npackage_dir =\n    = lib\n",
            "lib/demo/__init__.py": "__version__ = '1.2'\n",
            "VERSION": "1.3\n",
            "EMPTY": "",
        }
    )

    assert sighted(project) == seen
    assert project.dynamic


@pytest.mark.parametrize(
    ("cfg", "line"),
    [
        ("version = 1.2\n", 1),
        ("[metadata]\nversion = 1\nversion = 2\n", 3),
        ("[metadata]\n[metadata]\n", 2),
        ("[metadata]\nname\n", 2),
        ("[metadata]\nname = demo\nversion = one\n", 3),
    ],
)
def test_a_broken_setup_cfg_is_told_with_its_line(cfg: str, line: int) -> None:
    with pytest.raises(ConfigError) as caught:
        project_of({"setup.cfg": cfg})

    assert str(caught.value.where) == f"setup.cfg:{line}"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (f"{SETUP}setup(name='demo', version='1.2', python_requires='>=3.9')\n", 2),
        ("import setuptools as s\nNAME = 'demo'\nV = '1.2'\ns.setup(name=NAME, version=V, python_requires='>=3.9')", 3),
        (f"{SETUP}if 1:\n  setup(\n    name='demo',\n    version='1.' '2',\n    python_requires='>=' + '3.9')\n", 5),
    ],
)
def test_a_literal_setup_py(source: str, line: int) -> None:
    project = project_of({"setup.py": source})

    assert ("1.2", "python", "setup.py", line) == sighted(project)
    assert project.name == "demo"
    assert project.requires_python == ">=3.9"
    assert not project.dynamic


def test_setup_py_may_import_the_version() -> None:
    project = project_of(
        {
            "setup.py": f"{SETUP}from demo import __version__\nsetup(name='demo', version=__version__)",
            "demo/__init__.py": "__version__ = '1.2'\n",
        }
    )

    assert sighted(project) == ("1.2", "python", "demo/__init__.py", 1)
    assert project.dynamic


@pytest.mark.parametrize(
    "source",
    [
        "import demo\nsetup(name='demo', version=demo.__version__)",
        "import demo\nV = demo.__version__\nsetup(name='demo', version=V)",
    ],
)
def test_setup_py_may_import_the_module(source: str) -> None:
    project = project_of({"setup.py": SETUP + source, "demo.py": "__version__ = '1.2'\n"})

    assert sighted(project) == ("1.2", "python", "demo.py", 1)


@pytest.mark.parametrize(
    "source",
    [
        "setup(name='demo', version=demo.__version__)",
        "import other as demo\nsetup(name='demo', version=demo.__version__)",
        "import demo\ndemo = demo.load()\nsetup(name='demo', version=demo.__version__)",
        "try:\n    import demo\nexcept ImportError:\n    demo = None\nsetup(name='demo', version=demo.__version__)",
        "import demo\nsetup(name='demo', version=demo.about.__version__)",
    ],
)
def test_a_module_that_may_be_another_is_not_read(source: str) -> None:
    project = project_of({"setup.py": SETUP + source, "demo.py": "__version__ = '1.2'\n"})

    assert sighted(project) == (None, "backend", None, None)


@pytest.mark.parametrize(
    "source",
    [
        "setup(**{'name': 'demo', 'version': '1.2'})",
        "setup(**dict(name='demo', version='1.2'))",
        "given = dict(name='demo', version='1.2')\nsetup(**given)",
        "def main():\n  given = {'name': 'demo', 'version': '1.2'}\n  given['x'] = find()\n  setup(**given)\nmain()",
        "given = dict(version='1.2')\nsetup(name='demo', **given)",
        "given = dict(name='demo', version='1.2')\ngiven.update(zip_safe=find())\nprint(given['x'])\nsetup(**given)",
        "given = dict(name='demo', version='1.2')\ngiven.update(dict(zip_safe=find()))\nsetup(**given)",
        "given = dict(name='demo', version='1.2')\ngiven.update({'zip_safe': find()}, x=1)\nsetup(**given)",
        # With its extension modules, or else without them.
        "given = dict(name='demo', version='1.2', x=1)\nif find():\n  setup(**given)\ndel given['x']\nsetup(**given)",
    ],
)
def test_arguments_that_are_unpacked(source: str) -> None:
    project = project_of({"setup.py": SETUP + source})

    assert sighted(project)[0] == "1.2"
    assert project.name == "demo"


@pytest.mark.parametrize(
    "source",
    [
        "given = dict(version='1.2')\ngiven['version'] = find()\nsetup(name='demo', **given)",
        "given = dict(version='1.2')\ngiven[key()] = find()\nsetup(name='demo', **given)",
        "given = dict(version='1.2')\ngiven.update(version=find())\nsetup(name='demo', **given)",
        "given = dict(version='1.2')\ngiven.update(**find())\nsetup(name='demo', **given)",
        "given = dict(version='1.2')\ngiven.update(find())\nsetup(name='demo', **given)",
        "given = dict(version='1.2')\ngiven.update(dict(version=find()))\nsetup(name='demo', **given)",
        "given = dict(version='1.2')\ngiven.update({key(): find()})\nsetup(name='demo', **given)",
        "given = dict(version='1.2')\nsetup(name='demo', **given)\nchange(**given)",
        "given = dict(version='1.2')\nchange(given)\nsetup(name='demo', **given)",
        "given = dict(version='1.2')\ngiven = find()\nsetup(name='demo', **given)",
        "given = dict([('version', '1.2')])\nsetup(name='demo', **given)",
        "setup(name='demo', **find())",
    ],
)
def test_arguments_that_may_have_changed_are_not_read(source: str) -> None:
    project = project_of({"setup.py": SETUP + source})

    assert sighted(project) == (None, "backend", None, None)
    assert project.name == "demo"


ABOUT = {"src/demo/about.py": '"""Doc."""\n\n__title__ = "demo"\n__version__ = "1.2"\n'}
ASKING = "setup(name=about['__title__'], version=about['__version__'])\n"


@pytest.mark.parametrize(
    "source",
    [
        "about = {}\nexec(open('src/demo/about.py').read(), about)\n",
        "about = dict()\nwith open('src/demo/about.py') as f:\n    exec(f.read(), about)\n",
        """
            about: dict = {}
            with io.open(os.path.join(here, 'src', 'demo', 'about.py'), 'r', 'utf-8') as f:
                exec(f.read(), about)
            with open('README.md') as f:
                readme = f.read()
        """,
        "about = {}\nexec(compile(open(join(HERE, 'src/demo/about.py')).read(), 'about.py', 'exec'), about)\n",
        "about = {}\nexec((Path(__file__).parent / 'src' / 'demo' / 'about.py').read_text(), about)\n",
        "about = {}\nexec(Path('src/demo/about.py').read_text('utf-8'), about)\n",
    ],
)
def test_a_file_that_is_run_into_a_dictionary(source: str) -> None:
    project = project_of({"setup.py": SETUP + dedent(source) + ASKING, **ABOUT})

    assert sighted(project) == ("1.2", "python", "src/demo/about.py", 4)
    assert project.name == "demo"


def test_another_entry_may_be_put_into_such_a_dictionary() -> None:
    source = "about = {}\nexec(open('src/demo/about.py').read(), about)\nabout['__author__'] = find()\n"
    project = project_of({"setup.py": SETUP + source + ASKING, **ABOUT})

    assert sighted(project) == ("1.2", "python", "src/demo/about.py", 4)


@pytest.mark.parametrize(
    "source",
    [
        "about = {'__version__': find()}\nexec(open('src/demo/about.py').read(), about)\n",
        "about = {}\nexec(open('src/demo/about.py').read(), about)\nabout = find()\n",
        "about = {}\nexec(open('src/demo/about.py').read(), about)\nexec(open('other.py').read(), about)\n",
        "about = {}\nexec(open('src/demo/' + find()).read(), about)\n",
        "about = {}\nexec(open(os.path.join('src', find(), 'about.py')).read(), about)\n",
        "about = {}\nexec(open('../elsewhere.py').read(), about)\n",
        "about = {}\nexec(open('src/demo/missing.py').read(), about)\n",
        "about = {}\nexec(find(), about)\n",
        "about = {}\nexec(open('src/demo/about.py').read(), about)\nabout['__version__'] += '.dev1'\n",
        "about = {}\nexec(open('src/demo/about.py').read(), about)\nabout[find()] = '1.3'\n",
        "about = {}\nexec(open('src/demo/about.py').read(), about)\nabout.update(find())\n",
    ],
)
def test_a_dictionary_that_code_fills_otherwise_is_not_read(source: str) -> None:
    """Two files with one name in a `with` each, a path that is computed, and the like."""
    project = project_of({"setup.py": SETUP + source + "setup(name='demo', version=about['__version__'])\n", **ABOUT})

    assert sighted(project) == (None, "backend", None, None)


def test_setup_py_wins_over_setup_cfg() -> None:
    project = project_of(
        {
            "setup.py": "from setuptools import setup\nsetup(version='2.0')\n",
            "setup.cfg": "[metadata]\nname = demo\nversion = 1.0\n",
        }
    )

    assert sighted(project) == ("2.0", "python", "setup.py", 2)
    assert project.name == "demo"


def test_setup_py_fills_what_the_project_table_leaves_open() -> None:
    project = project_of(dynamic("", {"setup.py": "from setuptools import setup\nsetup(name='x', version='2.0')\n"}))

    assert sighted(project) == ("2.0", "python", "setup.py", 2)
    assert project.name == "demo"
    assert project.dynamic


def test_setup_py_may_say_where_packages_are() -> None:
    files: Files = {
        "setup.py": f"{SETUP}setup(package_dir={{'': 'lib', 'computed': where()}})\n",
        "lib/demo/__init__.py": "__version__ = '1.2'\n",
    }

    assert sighted(project_of(dynamic(ATTR, files))) == ("1.2", "python", "lib/demo/__init__.py", 1)


def test_an_indented_setup_cfg_is_read_without_its_line() -> None:
    project = project_of({"setup.cfg": "[metadata]\n  name = demo\n  version = 1.2\n"})

    assert sighted(project) == ("1.2", "ini", "setup.cfg", None)


def test_a_requirement_that_is_none_is_no_plug_in() -> None:
    project = project_of(dynamic("", {}, "setuptools-scm @@ nowhere"))

    assert project.version_source.kind == "backend"


def test_a_computed_version_hides_no_name() -> None:
    project = project_of({"setup.py": "from setuptools import setup\nsetup(name='demo', version=open('V').read())\n"})

    assert sighted(project) == (None, "backend", None, None)
    assert project.name == "demo"
    assert "setup.py computes it, at line 2" in (project.version_unknown or "")


def test_a_computed_name_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"setup\.py"):
        project_of({"setup.py": "from setuptools import setup\nsetup(name=find_name(), version='1.0')\n"})


def test_parsing_is_quiet_about_odd_source() -> None:
    """An invalid escape in somebody's setup.py is no business of ours; warnings are errors in these tests."""
    source = "from setuptools import setup\nimport re\nre.match('\\d', 'x')\nsetup(name='demo', version='1.0')\n"

    assert sighted(project_of({"setup.py": source.encode()}))[0] == "1.0"
