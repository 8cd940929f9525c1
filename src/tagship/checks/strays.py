"""Does an archive hold what nobody meant to ship, or put where it is everybody's?"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase, translate
from typing import ClassVar

from tagship.checks.layout import (
    EXTENSION_MODULES,
    SOURCE_HOMES,
    TESTS,
    all_opened,
    counted,
    importable,
    installed,
    installed_by,
    top_of,
    unpacked,
    wheels_of,
)
from tagship.checks.reading import ARTIFACTS, listed
from tagship.domain.artifact import Kind
from tagship.domain.built import BuiltFacts
from tagship.domain.distribution import Distribution
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, FactUnknown, InFile

EVERYBODYS = frozenset({
    "tests", "test", "docs", "doc", "examples", "example", "samples", "build", "dist", "scripts", "script", "src",
    "tools", "bench", "benchmark", "benchmarks", "requirements", "ci", "venv",
})  # fmt: skip
"""Directories that half of all projects have: at the top of an installation, each overwrites the others'."""
EVERYBODYS_FILES = (
    "setup.py", "conftest.py", "noxfile.py", "tasks.py", "fabfile.py", "__init__.py", "__main__.py", "setup.cfg",
    "pyproject.toml", "tox.ini", "makefile", "requirements*.txt", "readme", "readme.*", "license", "license.*",
    "changelog", "changelog.*", "changes", "changes.*", "contributing.*", "poetry.lock", "uv.lock",
)  # fmt: skip
"""Files, as patterns in lower case, that nearly every project has at its top."""
TELLING = 3
"""Letters that two names must share at their beginning, or in a word, to be of one family."""
CACHES = frozenset({"__pycache__", ".git", ".hg", ".svn", ".venv"})
"""Directories of what an interpreter, a version control system or an environment keeps for itself."""
BYTECODE = (".pyc", ".pyo")
LEFTOVER_DIRECTORIES = frozenset({
    ".idea", ".vscode", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".nox", ".eggs", ".hypothesis",
    ".ipynb_checkpoints", "__macosx", "htmlcov", "node_modules",
})  # fmt: skip
LEFTOVER_FILES = (
    ".ds_store", "thumbs.db", "desktop.ini", "*.swp", "*.swo", "*~", "*.orig", "*.rej", "*.pyc", "*.pyo", ".coverage",
    ".coverage.*", ".env", ".directory", "nohup.out",
)  # fmt: skip
"""Names, as patterns in lower case, of what editors, systems and tools leave behind."""
_EVERYBODYS_FILE, _LEFTOVER_FILE = (
    re.compile("|".join(map(translate, patterns))) for patterns in (EVERYBODYS_FILES, LEFTOVER_FILES)
)
WRITTEN_BY_BACKENDS = frozenset({"pyproject.toml.orig", "cargo.toml.orig", "package.json.orig"})
"""What a build backend, or the builder of JupyterLab's extensions, keeps of a file that it wrote anew."""
AT_THE_TOP = (".py", ".pyi", ".pth", *EXTENSION_MODULES)
"""How the files end that may lie beside packages."""
ARCHIVES = (".whl", ".egg", ".tar.gz", ".tar.bz2", ".zip")
OUTPUT_DIRECTORIES = frozenset({"dist", "build"})
EDITABLE = "__editable__"
"""How the file begins that leads from an editable installation to a checkout."""
NAMESPACE = "-nspkg.pth"
"""How the files end by which old versions of setuptools made namespace packages."""
EXECUTED = (b"import ", b"import\t")
"""How a line of a `.pth` file begins that the interpreter runs instead of taking it for a path."""


class StartUpIsLeftAlone:
    """No wheel runs code whenever an interpreter starts, unless that is what it has always been for."""

    id: ClassVar = "start-up-is-left-alone"
    title: ClassVar = "no wheel runs code whenever Python starts, unless git or the last release has it"
    why: ClassVar = (
        "A line of a .pth file that begins with import is run by every interpreter that starts in that environment;"
        " an editable install leaves one behind, and so does who tampers with a build."
    )
    fix: ClassVar = "Build from a clean checkout; where such a file is meant, track it in git or exempt this check."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find `.pth` files with code that neither git nor the last release knows; a first release tells nothing."""
        untold = None
        for wheel in wheels_of(facts.distributions):
            try:
                strange = _strange(wheel, facts)
            except NotApplicable as reason:
                untold = reason
                continue
            if strange:
                yield Finding(
                    f"{wheel.artifact.filename}: {listed(strange)} with code that runs whenever Python starts",
                    where=InFile(wheel.artifact.filename),
                    remedy=Edit(f"keep {listed(strange)} out of the wheel, or track it in git where it is meant"),
                )
        if untold is not None:
            raise untold


class SearchPathIsLeftAlone:
    """No wheel adds to where Python looks for modules, or to what it does at its start."""

    id: ClassVar = "search-path-is-left-alone"
    title: ClassVar = "no wheel brings a .pth file"
    why: ClassVar = (
        "A .pth file changes every interpreter of the environment, also those that never import the project."
    )
    fix: ClassVar = "Install packages under their names instead of adding directories to the search path."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find `.pth` files of any kind, less those that are told of as errors."""
        for wheel in wheels_of(facts.distributions):
            told = _told(wheel, facts)
            found = [name for name in _path_files(wheel) if name not in told]
            if found:
                runs = any(_runs_code(wheel, name) for name in found)
                does = "runs code whenever Python starts" if runs else "adds to the search path"
                yield Finding(
                    f"{wheel.artifact.filename}: {listed(found)} {does}",
                    where=InFile(wheel.artifact.filename),
                    remedy=Edit(f"do without {listed(found)}, or keep it where users of the project expect it"),
                )


def _path_files(wheel: Distribution) -> Iterator[str]:
    at_the_top = {member.name for path, member in installed(wheel).items() if "/" not in path}
    for name in sorted(set(wheel.names)):
        elsewhere = name.partition("/")[0].endswith(".data")
        if name.endswith(".pth") and (name in at_the_top or elsewhere):
            yield name


def _runs_code(wheel: Distribution, name: str) -> bool:
    """Whether a `.pth` file runs code; one that is too large to be read is taken to."""
    text = wheel.texts.get(name)
    return text is None or any(line.startswith(EXECUTED) for line in text.splitlines())


def _strange(wheel: Distribution, facts: BuiltFacts) -> list[str]:
    """Which `.pth` files with code neither git nor the last release has, and no old way of making namespaces explains.

    Raises NotApplicable where some are there and there is no last release to compare with.
    """
    files = {name: name.rpartition("/")[2] for name in _path_files(wheel) if _runs_code(wheel, name)}
    tracked = {path.rpartition("/")[2] for path in (facts.tracked or () if files else ())}
    editable = [name for name, file in files.items() if file.startswith(EDITABLE)]
    unknown = [
        name
        for name, file in files.items()
        if not (file.startswith(EDITABLE) or file.endswith(NAMESPACE) or file in tracked)
    ]
    if not unknown:
        return editable
    try:
        published = facts.published
    except (FactUnknown, NotApplicable):
        if not editable:
            raise
        return editable
    if published is None:
        if editable:
            return editable
        raise NotApplicable(f"there is no earlier release to tell whether {listed(unknown)} has always been there")
    before = {name.rpartition("/")[2] for each in published.distributions for name in each.names}
    return [*editable, *(name for name in unknown if files[name] not in before)]


def _told(wheel: Distribution, facts: BuiltFacts) -> Collection[str]:
    """The `.pth` files of a wheel that `start-up-is-left-alone` finds."""
    try:
        return _strange(wheel, facts)
    except (FactUnknown, NotApplicable):
        return ()


class TopLevelNamesAreOwn:
    """No wheel installs a directory or file that every other project might install, too."""

    id: ClassVar = "top-level-names-are-own"
    title: ClassVar = "no wheel installs tests, docs, setup.py and the like beside all packages"
    why: ClassVar = (
        "They land at the top of site-packages, where each project's overwrite the others', and can be imported."
    )
    fix: ClassVar = "Tell the build backend which packages to install, and leave the rest to the sdist."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find names at the top that are everybody's and not the project's own."""
        for wheel in wheels_of(facts.distributions):
            own = _letters(_project(wheel))
            paths = installed(wheel)
            tops = sorted({path.partition("/")[0] for path in paths})
            found = [
                top
                for top in tops
                if _letters(top_of(top)) != own and _is_everybodys(top, is_directory=top not in paths)
            ]
            if found:
                yield Finding(
                    f"{wheel.artifact.filename} installs {listed(found)} beside everybody's packages",
                    where=InFile(wheel.artifact.filename),
                    remedy=Edit(f"leave {listed(found)} out of what the build backend installs"),
                )


def _is_everybodys(top: str, *, is_directory: bool) -> bool:
    if is_directory:
        return top.lower() in EVERYBODYS
    return _EVERYBODYS_FILE.fullmatch(top.lower()) is not None


def _is_told_of(path: str) -> bool:
    """Whether a path lies at the top under a name that is everybody's, which is told on its own."""
    return _is_everybodys(path.partition("/")[0], is_directory="/" in path)


def _project(distribution: Distribution) -> str:
    """The project's name as the file name has it."""
    return distribution.artifact.filename.partition("-")[0]


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


class TopLevelNamesAreFamiliar:
    """Whatever a wheel installs is called like the project, or was there before."""

    id: ClassVar = "top-level-names-are-familiar"
    title: ClassVar = "what the wheels install is called like the project, or was in the last release"
    why: ClassVar = "A package under another name may be another project's, and one that was packed by mistake."
    fix: ClassVar = "Tell the build backend which packages to install."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find names at the top that neither the project's name nor the last release explains, and loose files."""
        for wheel in wheels_of(facts.distributions):
            paths = [path for path in installed(wheel) if not _is_told_of(path)]
            tops = {top_of(path) for path in importable(paths)}
            strange = sorted(top for top in tops if not _is_akin(top, _project(wheel)))
            loose = sorted(path for path in paths if "/" not in path and not path.endswith(AT_THE_TOP))
            if not strange and not loose:
                continue
            before = _installed_before(facts)
            known = set(map(top_of, before))
            yield from _unfamiliar(
                wheel, [top for top in strange if top not in known], [path for path in loose if path not in before]
            )


def _installed_before(facts: BuiltFacts) -> Collection[str]:
    """What the last release installs: nothing where there is none, or where nobody may look."""
    try:
        published = facts.published
    except NotApplicable:
        return ()
    return () if published is None else installed_by(wheels_of(published.distributions))


def _unfamiliar(wheel: Distribution, strange: Sequence[str], loose: Sequence[str]) -> Iterator[Finding]:
    filename = wheel.artifact.filename
    for names, flaw in (
        (strange, f", not called like {_project(wheel)}"),
        (loose, " at the top, where modules belong"),
    ):
        if names:
            yield Finding(
                f"{filename} installs {listed([*names])}{flaw}",
                where=InFile(filename),
                remedy=Edit(f"leave {listed([*names])} out of the wheel unless it is meant to be there"),
            )


def _is_akin(top: str, project: str) -> bool:
    """Whether two names share a beginning or a word, or one's letters stand in the other in their order."""
    ours, theirs = _letters(project), _letters(top)
    short, long = sorted((ours, theirs), key=len)
    if short in long or ours[:TELLING] == theirs[:TELLING] or _stands_in(short, long):
        return True
    words = [_letters(word) for word in (*project.split("_"), *project.split("."))]
    return any(len(word) >= TELLING and word in theirs for word in words)


def _stands_in(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


class WheelsHoldNoCaches:
    """No wheel holds compiled leftovers, a repository or an environment."""

    id: ClassVar = "wheels-hold-no-caches"
    title: ClassVar = "no wheel holds compiled bytecode, a repository or an environment"
    why: ClassVar = "They show that a working directory was packed, and installers and interpreters stumble over them."
    fix: ClassVar = "Build from a clean checkout, into an empty directory."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find directories in wheels that tools keep for themselves, and compiled modules wherever they lie."""
        for wheel in wheels_of(facts.distributions):
            yield from _left(wheel, {name: _cache(name) or _bytecode(name) for name in wheel.names})


class ArchivesHoldNoLeftovers:
    """No archive holds what editors, systems, tools and earlier builds leave behind."""

    id: ClassVar = "archives-hold-no-leftovers"
    title: ClassVar = "no archive holds what editors, tools and earlier builds leave behind"
    why: ClassVar = (
        "They tell of one person's machine, and whoever unpacks the archive gets them as if they were meant."
    )
    fix: ClassVar = "Build from a clean checkout, and let git ignore what tools write."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find leftovers that git does not track."""
        tracked = facts.tracked or frozenset()
        for distribution in all_opened(facts.distributions):
            if distribution.artifact.kind is Kind.WHEEL:
                others = [name for name in distribution.names if _cache(name) is None and _bytecode(name) is None]
                kinds = {name: _leftover(name, distribution) for name in others}
                known = {name for name in kinds if any(f"{home}{name}" in tracked for home in SOURCE_HOMES)}
            else:
                inside = {member.name: path for path, member in unpacked(distribution).items()}
                kinds = {name: _cache(path) or _leftover(path, distribution) for name, path in inside.items()}
                known = {name for name, path in inside.items() if path in tracked}
            yield from _left(distribution, {name: kind for name, kind in kinds.items() if name not in known})


def _left(distribution: Distribution, kinds: Mapping[str, str | None]) -> Iterator[Finding]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, kind in kinds.items():
        if kind is not None and not name.endswith("/"):
            found[kind].append(name)
    filename = distribution.artifact.filename
    for kind, names in found.items():
        yield Finding(
            f"{filename} holds {counted(len(names), 'file')} of the kind {kind}: {listed(names)}",
            where=InFile(filename),
            remedy=Edit(f"build from a clean checkout, without {kind}"),
        )


def _cache(path: str) -> str | None:
    """The directory on a path that a tool keeps for itself."""
    return next((part for part in path.split("/")[:-1] if part in CACHES), None)


def _bytecode(path: str) -> str | None:
    """Which kind of compiled module a path ends in, wherever it lies."""
    return next((f"*{ending}" for ending in BYTECODE if path.lower().endswith(ending)), None)


def _leftover(path: str, distribution: Distribution) -> str | None:
    """By which name or pattern a path is a leftover; None where it is none."""
    *directories, name = path.lower().split("/")
    if distribution.artifact.kind is Kind.WHEEL and ".egg-info/" in path.lower():
        return "*.egg-info"
    if name.endswith(ARCHIVES) and _is_own_build(path, distribution):
        return "archives of earlier builds"
    if name in WRITTEN_BY_BACKENDS:
        return None
    left = next((part for part in directories if part in LEFTOVER_DIRECTORIES), None)
    if left is not None:
        return left
    if not _LEFTOVER_FILE.fullmatch(name):
        return None
    return next(pattern for pattern in LEFTOVER_FILES if fnmatchcase(name, pattern))


def _is_own_build(path: str, distribution: Distribution) -> bool:
    if not TESTS.isdisjoint(path.split("/")):
        return False
    name = path.rpartition("/")[2]
    return path.partition("/")[0] in OUTPUT_DIRECTORIES or _letters(name.partition("-")[0]) == _letters(
        _project(distribution)
    )
