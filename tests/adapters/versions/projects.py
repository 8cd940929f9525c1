"""Small projects as they lie about in the world, one for each way of keeping a version.

All of them are at 1.2.3; the second part says on which lines.
"""

from typing import Final

from adapters.backends.trees import backed_by

Files = dict[str, str | bytes]

STATIC: Final = '[project]\nname = "demo"\nversion = "1.2.3"\n'
HATCH: Final = backed_by("hatchling.build", extra='[tool.hatch.version]\npath = "src/demo/__init__.py"\n')
SETUPTOOLS: Final = backed_by("setuptools.build_meta")
ATTR: Final = SETUPTOOLS + '[tool.setuptools.dynamic]\nversion = {attr = "demo.__version__"}\n'
FILE: Final = SETUPTOOLS + '[tool.setuptools.dynamic]\nversion = {file = ["VERSION"]}\n'
LEGACY: Final = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
SETUP_CFG: Final = "[metadata]\nname = demo\nversion = {0}\n\n[options]\nzip_safe = no\n"
POETRY: Final = '[tool.poetry]\nname = "demo"\nversion = "1.2.3"\n\n[tool.poetry.dependencies]\nother = "1.2.3"\n'
POETRY_BACKEND: Final = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
MATURIN: Final = backed_by("maturin", "maturin")
SCIKIT: Final = backed_by(
    "scikit_build_core.build",
    extra='[tool.scikit-build.metadata.version]\nprovider = "scikit_build_core.metadata.regex"\n'
    'input = "CMakeLists.txt"\n'
    "regex = 'VERSION (?P<value>[0-9.]+)'\n",
)
DUNDER: Final = '"""Demo 1.2.3."""\n\n__version__ = "1.2.3"\n'

PROJECTS: Final[dict[str, tuple[Files, tuple[str, ...]]]] = {
    "static": ({"pyproject.toml": STATIC}, ("pyproject.toml:3",)),
    "others have the version, too": (
        {
            "pyproject.toml": '[tool.x]\nversion = "1.2.3"\ny = ["z==1.2.3"]\n'
            + STATIC
            + '[tool.y]\nversion = "1.2.3"\n'
        },
        ("pyproject.toml:6",),
    ),
    "comments around": (
        {"pyproject.toml": '[project] # 1.2.3\n# version = "1.2.3"\nversion="1.2.3"# 1.2.3\nname = "demo"\n'},
        ("pyproject.toml:3",),
    ),
    "inline table": (
        {"pyproject.toml": "project = {name = 'demo', description = '1.2.3', version = '1.2.3'}\n"},
        ("pyproject.toml:1",),
    ),
    "dotted keys": ({"pyproject.toml": 'project.name = "demo"\nproject."version" = \'1.2.3\''}, ("pyproject.toml:2",)),
    "text of several lines": (
        {
            "pyproject.toml": "[tool.x]\ntext = '''\n[project]\nversion = \"1.2.3\"\n'''\n"
            '[project]\nname = "demo"\nversion = """\n1.2.3"""\n'
        },
        ("pyproject.toml:9",),
    ),
    "carriage returns": (
        {"pyproject.toml": STATIC.replace("\n", "\r\n"), "VERSION": "1.2.3\r\n"},
        ("pyproject.toml:3", "VERSION:1"),
    ),
    "mixed ends and no last one": (
        {"pyproject.toml": '[project]\r\nname = "demo"\n\tversion\t=\t"1.2.3"\r\ndescription = "\u00fc"'},
        ("pyproject.toml:3",),
    ),
    "uv": (
        {"pyproject.toml": STATIC + '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n'},
        ("pyproject.toml:3",),
    ),
    "hatch": ({"pyproject.toml": HATCH, "src/demo/__init__.py": DUNDER}, ("src/demo/__init__.py:3",)),
    "hatch by a pattern": (
        {
            "pyproject.toml": backed_by(
                "hatchling.build",
                extra="[tool.hatch.version]\npath = 'doc/releases.txt'\npattern = 'now: v(?P<version>.*)$'\n",
            ),
            "doc/releases.txt": "then: v1.2.3\nnow: v1.2.3\n",
        },
        ("doc/releases.txt:2",),
    ),
    "hatch and carriage returns": (
        {"pyproject.toml": HATCH, "src/demo/__init__.py": 'a = 1\r\nVERSION = "1.2.3"\r\n__all__ = []\r\n'},
        ("src/demo/__init__.py:2",),
    ),
    "a byte order mark": (
        {"pyproject.toml": ATTR, "src/demo/__init__.py": b'\xef\xbb\xbf__version__ = "1.2.3"\r\n'},
        ("src/demo/__init__.py:1",),
    ),
    "flit": (
        {
            "pyproject.toml": '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
            '[project]\nname = "demo"\ndynamic = ["version", "description"]\n',
            "demo.py": DUNDER,
        },
        ("demo.py:3",),
    ),
    "pdm": (
        {
            "pyproject.toml": backed_by("pdm.backend", extra='[tool.pdm.version]\nsource = "file"\npath = "demo.py"\n'),
            "demo.py": "__version__ = '1.2.3'  # 1.2.3\n",
        },
        ("demo.py:1",),
    ),
    "poetry": ({"pyproject.toml": POETRY + POETRY_BACKEND}, ("pyproject.toml:3",)),
    "poetry and the standard": (
        {"pyproject.toml": STATIC + POETRY + POETRY_BACKEND},
        ("pyproject.toml:3", "pyproject.toml:6"),
    ),
    "setuptools attr": ({"pyproject.toml": ATTR, "demo/__init__.py": DUNDER}, ("demo/__init__.py:3",)),
    "setuptools attr elsewhere": (
        {
            "pyproject.toml": ATTR,
            "demo/__init__.py": "from demo._version import __version__\n",
            "demo/_version.py": "# coding: latin-1\nname = '\u00fc'; __version__ = '1.2.3'\n".encode("latin-1"),
        },
        ("demo/_version.py:2",),
    ),
    "setuptools file": ({"pyproject.toml": FILE, "VERSION": "1.2.3"}, ("VERSION:1",)),
    "setup.cfg": ({"setup.cfg": SETUP_CFG.format("1.2.3")}, ("setup.cfg:3",)),
    "setup.cfg attr": (
        {"setup.cfg": SETUP_CFG.format("attr: demo.__version__"), "src/demo/__init__.py": DUNDER},
        ("src/demo/__init__.py:3",),
    ),
    "setup.cfg file": (
        {"setup.cfg": SETUP_CFG.format("file: VERSION.txt"), "VERSION.txt": "\n1.2.3\n"},
        ("VERSION.txt:2",),
    ),
    "setup.py": (
        {
            "pyproject.toml": LEGACY,
            "setup.py": 'from setuptools import setup\n\nsetup(\n    name="demo", version="1.2.3",\n'
            '    install_requires=["other==1.2.3"],\n)\n',
        },
        ("setup.py:4",),
    ),
    "setup.py with a name": (
        {"setup.py": 'import setuptools\nV = u"1.2.3"\nsetuptools.setup(name="demo", version=V)\n'},
        ("setup.py:2",),
    ),
    "maturin": (
        {
            "pyproject.toml": MATURIN,
            "Cargo.toml": '[package]\nname = "demo"\nversion = "1.2.3"\n[dependencies]\na = "1.2.3"\n',
        },
        ("Cargo.toml:3",),
    ),
    "maturin in a workspace": (
        {
            "pyproject.toml": MATURIN + '[tool.maturin]\nmanifest-path = "crates/demo/Cargo.toml"\n',
            "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\na = "1.2.3"\n'
            '[workspace.package]\nversion = "1.2.3"\n',
            "crates/demo/Cargo.toml": '[package]\nname = "demo"\nversion.workspace = true\n',
        },
        ("Cargo.toml:6",),
    ),
    "meson": (
        {"pyproject.toml": backed_by("mesonpy"), "meson.build": "# 1.2.3\nproject('demo', 'c', version: '1.2.3')\n"},
        ("meson.build:2",),
    ),
    "meson beside the standard": (
        {
            "pyproject.toml": STATIC + '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n',
            "meson.build": "project('demo', 'c',\n  license: '1.2.3',\n  version: '1.2.3')\n",
        },
        ("pyproject.toml:3", "meson.build:3"),
    ),
    "scikit-build-core": (
        {"pyproject.toml": SCIKIT, "CMakeLists.txt": "cmake_minimum_required(VERSION)\nproject(demo VERSION 1.2.3)\n"},
        ("CMakeLists.txt:2",),
    ),
    "node": (
        {
            "pyproject.toml": backed_by("hatchling.build", extra='[tool.hatch.version]\nsource = "nodejs"\n'),
            "package.json": '{\n\t"dependencies": {"version": "1.2.3"},\n\t"version": "1.2.3"\n}',
        },
        ("package.json:3",),
    ),
    "everywhere": (
        {
            "pyproject.toml": STATIC + '[tool.bumpversion]\ncurrent_version = "1.2.3"\n',
            "src/demo/__init__.py": DUNDER,
            "docs/conf.py": "version = '1.2'\nrelease = '1.2.3'\n",
            "CITATION.cff": "cff-version: 1.2.0\nversion: '1.2.3'  # 1.2.3\n",
            "server.json": '{"version": "1.2.3",\n"packages": [{"identifier": "demo", "version": "1.2.3"}]}',
            "codemeta.json": b'\xef\xbb\xbf{"version": "1.2.3"}',
        },
        (
            "pyproject.toml:3",
            "pyproject.toml:5",
            "src/demo/__init__.py:3",
            "docs/conf.py:1",
            "docs/conf.py:2",
            "CITATION.cff:2",
            "server.json:1",
            "server.json:2",
            "codemeta.json:1",
        ),
    ),
}
"""By what is particular about each."""
