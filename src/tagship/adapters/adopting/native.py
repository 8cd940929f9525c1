"""Whether a package holds code that is compiled, so that it needs a wheel for each platform; nothing is run to tell."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping

from tagship.adapters.pyproject import PYPROJECT
from tagship.domain.adoption import NativeCode
from tagship.domain.facts import Tree

_SETUP = "setup.py"
_KEYWORDS = frozenset({"ext_modules", "cffi_modules", "rust_extensions", "ext_package"})
_CALLS = frozenset({"Extension", "cythonize", "mypycify", "RustExtension", "CMakeExtension", "Pybind11Extension"})
_BACKENDS = {
    "scikit_build_core.build": "scikit-build-core",
    "mesonpy": "meson-python",
    "py_build_cmake.build": "py-build-cmake",
    "sipbuild.api": "sip",
    "maturin": "maturin",
}
"""Build backends that are there for compiling."""
_COMPILING = frozenset({"cython", "setuptools-rust", "mypy", "pybind11", "cffi", "scikit-build", "nanobind"})
_HOOKS = frozenset({"mypyc", "cython", "cmake", "scikit-build", "zig"})
"""Plugins of Hatch that compile."""
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_PROJECT_IN_MESON = re.compile(
    r"""\bproject\s*\(\s*['"][^'"]*['"]\s*(?:,\s*(?P<languages>[^:]*?))?(?:,\s*\w+\s*:|\))"""
)


def native_code(tree: Tree, directory: str = "") -> NativeCode | None:
    """The first sign of compiled code in a package's directory, or None; what cannot be read is no sign."""
    prefix = f"{directory}/" if directory else ""
    below = [path.removeprefix(prefix) for path in tree.paths() if path.startswith(prefix)]
    toml = _toml(tree.read(prefix + PYPROJECT))
    for sign, path in _signs(tree, prefix, below, toml):
        return NativeCode(sign, prefix + path)
    return None


def _signs(tree: Tree, prefix: str, paths: list[str], toml: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    build = _table(toml.get("build-system"))
    backend = build.get("build-backend")
    yield from _by_backend(tree, prefix, backend, toml)
    yield from ((sign, PYPROJECT) for sign in _in_tables(_table(toml.get("tool"))))
    told = _in_setup(tree.read(prefix + _SETUP))
    if told is not None:
        yield told, _SETUP
    if _requires_compiler(build):
        # Not in folders of documentation or tests, whose sources nobody installs.
        sources = (
            each for each in paths if each.endswith((".pyx", ".pxd")) and not each.startswith(("docs/", "tests/"))
        )
        yield from (("Cython sources", path) for path in sources)
    if backend is None and "Cargo.toml" in paths and _is_library(tree.read(prefix + "Cargo.toml")):
        yield "a Rust library for other languages", "Cargo.toml"


def _by_backend(tree: Tree, prefix: str, backend: object, toml: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What a backend that is there for compiling tells, unless the project has it pack Python alone."""
    if backend == "maturin" and _is_only_packaging(toml):
        return
    if backend == "mesonpy":
        if _compiles_by_meson(tree.read(prefix + "meson.build")):
            yield "meson-python with a compiled language", "meson.build"
    elif isinstance(backend, str) and backend in _BACKENDS:
        yield _BACKENDS[backend], PYPROJECT


def _in_tables(tools: Mapping[str, object]) -> Iterator[str]:
    """What the tables of tools in pyproject.toml set up."""
    if _table(tools.get("setuptools")).get("ext-modules"):
        yield "extension modules"
    if "setuptools-rust" in tools:
        yield "setuptools-rust"
    build = _table(_table(tools.get("hatch")).get("build"))
    hooks = {**_table(build.get("hooks")), **_table(_table(_table(build.get("targets")).get("wheel")).get("hooks"))}
    yield from (f"the build hook {name}" for name in hooks if name in _HOOKS)
    if "cibuildwheel" in tools:
        yield "cibuildwheel is set up"


def _is_only_packaging(toml: Mapping[str, object]) -> bool:
    """Whether maturin packs Python alone; it has no setting for that but a binding that is not there."""
    return _table(_table(toml.get("tool")).get("maturin")).get("bindings") == "none"


def _compiles_by_meson(content: bytes | None) -> bool:
    """Whether meson's project names a language; one whose call cannot be read does, as nearly all do."""
    text = (content or b"").decode("utf-8", "replace")
    call = _PROJECT_IN_MESON.search(text)
    return call is None or bool((call["languages"] or "").strip())


def _requires_compiler(build: Mapping[str, object]) -> bool:
    requires = build.get("requires")
    names = {
        found[0].lower().replace("_", "-")
        for each in (requires if isinstance(requires, list) else [])
        if isinstance(each, str) and (found := _NAME.match(each))
    }
    return not names.isdisjoint(_COMPILING)


def _in_setup(content: bytes | None) -> str | None:
    """What setup.py calls, or gives to `setup`, that is there for compiling."""
    if content is None:
        return None
    try:
        module = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _CALLS:
            return f"{name}(…)"
        for keyword in node.keywords:
            if keyword.arg in _KEYWORDS and not _is_empty(keyword.value):
                return f"{keyword.arg}=…"
    return None


def _is_empty(value: ast.expr) -> bool:
    return isinstance(value, ast.List | ast.Tuple) and not value.elts


def _is_library(content: bytes | None) -> bool:
    kinds = _table(_toml(content).get("lib")).get("crate-type")
    return isinstance(kinds, list) and "cdylib" in kinds


def _toml(content: bytes | None) -> Mapping[str, object]:
    try:
        return tomllib.loads((content or b"").decode("utf-8"))
    except (ValueError, RecursionError):
        return {}


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
