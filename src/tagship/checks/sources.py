"""What explains itself: tracked files that no wheel need hold, and shipped files that no commit need hold."""

from fnmatch import fnmatchcase

from tagship.checks.layout import EXTENSION_MODULES, suffix_of

FOLDERS_FOR_DEVELOPERS = frozenset({
    "tests", "test", "_tests", "_test", "unittests", "testdata", "doc", "docs", "benchmarks", "fuzz", "fuzzing",
    "node_modules", ".git", ".github", ".gitlab", ".vscode", ".idea", ".devcontainer", ".circleci", ".tx",
})  # fmt: skip
"""Directories inside a package that projects leave out of their wheels on purpose."""
DESCRIPTIONS = (".dist-info", ".egg-info")
"""How directories end in which installers describe what they installed; vendored projects keep theirs."""
FILES_FOR_DEVELOPERS = (
    ".*", "conftest.py", "setup.py", "noxfile.py", "test_*", "*_test.*", "*_tests.*", "*license.*", "*licence.*",
    "copying.*",
    "makefile*", "dockerfile*", "pyproject.toml", "setup.cfg", "requirements*.txt", "ruff.toml", "tox.ini", "mypy.ini",
    "pytest.ini", "manifest.in", "package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "tsconfig*.json",
    "*.config.js", "*.config.ts", "build.bazel",
)  # fmt: skip
"""Names, as patterns in lower case, of what is written for who works on a package and not for who uses it."""
PAPERS = frozenset({
    "readme", "changes", "changelog", "history", "news", "todo", "contributing", "authors", "contributors", "install",
    "license", "licence", "copying", "notice", "agents", "claude", "maintainers", "vendoring",
})  # fmt: skip
"""What comes with every directory of sources, whatever its ending."""
PAPER_ENDINGS = frozenset({"", ".md", ".rst", ".txt", ".adoc"})
SOURCES = frozenset({
    # Compiled to something else.
    ".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".cu", ".cuh", ".m", ".mm", ".s", ".asm",
    ".pyx", ".pxd", ".pxi", ".rs", ".go", ".f", ".f90", ".f95", ".for", ".d", ".zig", ".def", ".inc",
    # Turned into something else by a generator.
    ".in", ".am", ".ac", ".cmake", ".tmpl", ".po", ".pot", ".proto", ".thrift", ".g4", ".y", ".l",
    ".scss", ".sass", ".less", ".ts", ".tsx", ".jsx", ".vue", ".svelte", ".map", ".coffee", ".ui", ".qrc", ".patch",
    ".diff", ".rej", ".orig", ".build",
})  # fmt: skip
BUILD_FILES = frozenset({
    "cmakelists.txt", "meson.build", "meson_options.txt", "meson.options", "cargo.toml", "cargo.lock", "build.rs",
    "configure", "go.mod", "go.sum",
})  # fmt: skip
GENERATED = (
    "_version.py", "version.py", "__version__.py", "_version_info.py", "__about__.py", "_about.py", "__config__.py",
    "_build_info.py", "build_info.py", "_grpcio_metadata.py", "_git_version.py", "_*version*.py", "*_version.py",
    "version.txt", "version",
    "*_pb2.py", "*_pb2_grpc.py", "*.pyi", "*.mo", "*.pickle", "*.sbom.json", "*.pyc",
)  # fmt: skip
"""Names, as patterns in lower case, of what build backends and generators write."""
BUILT_ENDINGS = (*EXTENSION_MODULES, ".lib", ".a", ".exe", ".wasm", ".c", ".cpp", ".h", ".pxd", ".pyx", ".inc")


def is_for_developers(path: str) -> bool:
    """Whether a file below a package is for who works on it: tests, documentation, settings of tools."""
    *folders, name = path.lower().split("/")
    if not FOLDERS_FOR_DEVELOPERS.isdisjoint(folders) or any(part.endswith(DESCRIPTIONS) for part in folders):
        return True
    is_paper = suffix_of(name) in PAPER_ENDINGS and name.partition(".")[0].partition("-")[0] in PAPERS
    return is_paper or any(fnmatchcase(name, pattern) for pattern in FILES_FOR_DEVELOPERS)


def is_source(path: str) -> bool:
    """Whether a file is what something else is built from."""
    return suffix_of(path) in SOURCES or path.rpartition("/")[2].lower() in BUILD_FILES


def is_generated(path: str) -> bool:
    """Whether a file is what a build writes: version modules, extension modules, stubs, message catalogues."""
    *folders, name = path.lower().split("/")
    if name.endswith(BUILT_ENDINGS) or ".so." in name or any(part.endswith((".libs", ".dylibs")) for part in folders):
        return True
    return any(fnmatchcase(name, pattern) for pattern in GENERATED)
