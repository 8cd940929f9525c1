"""Does what a branch changes reach users? Who installs a release gets its code and its metadata, and nothing else.

Told by the paths alone, and by who wrote it. In doubt a change ships: a version too many is a nuisance, a fix that
nobody gets is a fault.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final, Self

from packaging.version import Version

from tagship.domain.branch import Shipping
from tagship.domain.version import parse_version


@dataclass(frozen=True, slots=True)
class Kind:
    """What never reaches users, by the word for it; all in lower case, relative to a project's own directory.

    `folders` are shell-style patterns of folders at the top, `anywhere` names of folders at any depth. `files` are
    patterns of files at the top, which match code only where they end with .py, and `names` files at any depth.
    """

    word: str
    folders: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


_USES = ("bench", "ci", "dev", "doc", "docs", "lint", "local", "test", "tests", "typing")
NEWS = Kind(
    "news",
    folders=("changelog.d", "changelogs", "changelog", "changes", "newsfragments", "news", "news.d", "releasenotes"),
    files=(
        "changelog*", "changes", "changes.*", "change_log*", "history", "history.*", "news", "news.*", "releases.*",
        "release_notes*", "release-notes*", "releasenotes*", "whatsnew*", "whats_new*", "whats-new*",
    ),
)  # fmt: skip

KINDS: tuple[Kind, ...] = (
    # News before documentation: a changelog is a page as well, and the narrower word tells more.
    NEWS,
    Kind(
        "CI",
        folders=(
            ".azure-pipelines", ".buildkite", ".circleci", ".ci", ".forgejo", ".gitea", ".github", ".gitlab",
            ".woodpecker", "azure-pipelines", "ci",
        ),
        files=(
            ".appveyor.y*ml", ".cirrus.*", ".codecov.y*ml", ".coveralls.y*ml", ".drone.*", ".gitlab-ci*.y*ml",
            ".travis.y*ml", ".woodpecker.y*ml", "appveyor.y*ml", "azure-pipelines*.y*ml", "bitbucket-pipelines.y*ml",
            "codecov.y*ml", "jenkinsfile*", "cloudbuild*.y*ml",
        ),
    ),
    Kind(
        "tests",
        # A folder called test may well be a public package of helpers below the top, as one called testing is.
        folders=(
            "test", "testdata", "test-data", "test_data", "e2e", "functional_tests", "integration_tests",
            "typing_tests", "typing-examples", "unit_tests",
        ),
        anywhere=("tests", "__snapshots__"),
        files=("test_*.py", "*_test.py"),
        names=("conftest.py",),
    ),
    Kind("benchmarks", folders=("asv_bench", "bench", "benches", "benchmark",
    "benchmarks"), files=("asv.conf.json",)),
    Kind(
        "examples",
        folders=("demo", "demos", "example", "examples", "notebooks", "sample", "samples", "tutorial", "tutorials"),
    ),
    Kind(
        "documentation",
        folders=("doc", "docs", "docs_src", "documentation", "site", "website", "rfcs", "adr"),
        files=(
            # A page shown beside a release is no reason to make one. Translations of it are files beside it.
            "*.md", "*.rst", "*.markdown", "*.adoc", "authors*", "citation.cff", "codemeta.json", "contributors*",
            "credits*", "maintainers*", "mkdocs*.y*ml", "readme*", "security*", "thanks*", "zensical.toml",
            "crowdin.y*ml", ".readthedocs.y*ml", "readthedocs.y*ml", ".all-contributorsrc", ".mailmap",
        ),
    ),
    Kind(
        "lock files",
        # Those of the environments that developers work in; Cargo.lock and package-lock.json decide what is compiled
        # and bundled into wheels.
        files=(
            "conda-lock.y*ml", "flake.lock", "pdm.lock", "pipfile.lock", "pixi.lock", "poetry.lock", "pylock.toml",
            "pylock.*.toml", "uv.lock", "requirements*.lock", "constraints*.txt",
        ),
    ),
    Kind(
        "development requirements",
        folders=("requirements-dev", "constraints"),
        files=(
            *(f"requirements{sign}{use}*.txt" for sign in ("-", "_", "/") for use in _USES),
            *(f"*{use}{sign}requirements.*" for sign in ("-", "_") for use in _USES),
            "environment*.y*ml", "pipfile",
        ),
    ),
    Kind(
        "settings of development tools",
        # Whatever begins with a dot at the top is there for a tool.
        folders=(".*", "tools", "hack", "dev", "devtools"),
        files=(
            ".*", "_typos.toml", "compose*.y*ml", "dangerfile*", "default.nix", "dev.env", "docker-compose*.y*ml",
            "dockerfile*", "fabfile.py", "flake.nix", "gnumakefile", "justfile", "lefthook.y*ml", "makefile",
            "mise.toml", "mypy.ini", "noxfile.py", "pixi.toml", "procfile", "pylintrc", "pyrightconfig.json",
            "pytest.ini",
            "renovate.json*", "ruff.toml", "shell.nix", "sonar-project.properties", "taplo.toml", "taskfile*",
            "tasks.py", "tox.ini", "tox.toml", "towncrier.toml", "tagship.toml", "typos.toml", "ty.toml", "uv.toml",
            "vercel.json",
            "netlify.toml", "zizmor.y*ml", "codeowners", "owners", "pytest.toml", "commitlint*", "cliff.toml",
        ),
        names=(".gitignore", ".gitattributes", ".gitkeep", ".editorconfig", ".dockerignore", "codeowners"),
    ),
)  # fmt: skip

_ANYWHERE: Mapping[str, str] = MappingProxyType({name: kind.word for kind in KINDS for name in kind.names})
_CODE: Final = (".py", ".pyi", ".pyx", ".pxd", ".c", ".h", ".cc", ".cpp", ".rs", ".f90")
_SHIPPED_ALL_THE_SAME: Final = frozenset({".gitmodules"})
"""The code of submodules is built with the rest."""

BOTS: Final = frozenset({
    "allcontributors[bot]", "dependabot[bot]", "dependabot", "dependabot-preview[bot]", "depfu[bot]",
    "github-actions[bot]", "github-actions", "github actions", "greenkeeper[bot]", "imgbot[bot]",
    "mend-bolt-for-github", "pre-commit-ci[bot]", "pre-commit.ci", "pyup-bot", "pyup.io bot", "renovate[bot]",
    "renovate", "renovate bot",
    "renovate-bot", "self-hosted-renovate", "snyk-bot", "weblate", "whitesource-bolt", "gitlab-dependency-bot",
})  # fmt: skip
"""Programs that keep dependencies and settings fresh, by the names under which they commit, in lower case."""

_MANIFESTS: Final = frozenset({
    "cargo.lock", "cargo.toml", "package-lock.json", "package.json", "pnpm-lock.yaml", "pyproject.toml", "setup.cfg",
    "setup.py", "yarn.lock",
})  # fmt: skip
"""Where requirements are stated, besides files of requirements."""

_BACKENDS: Final = frozenset({
    # What of [tool] decides what is built; every other table is about how the project is worked on.
    "cibuildwheel", "cython", "distutils", "enscons", "flit", "hatch", "jupyter-packaging", "maturin", "meson-python",
    "mypyc", "pbr", "pdm", "poetry", "poetry-dynamic-versioning", "scikit-build", "setuptools",
    "setuptools-git-versioning", "setuptools-rust", "setuptools_scm", "sip", "uv-dynamic-versioning",
    "vcs-versioning", "versioneer", "versioningit",
    "whey",
})  # fmt: skip
_WILD: Final = re.compile(r"[*?\[]")
_OF_DEVELOPERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "hatch": frozenset({"envs", "env", "publish"}),
        "pdm": frozenset({"dev-dependencies", "scripts", "source", "resolution", "publish", "options"}),
        "poetry": frozenset({"dev-dependencies", "group", "source", "requires-poetry"}),
    }
)
"""The tables of a backend's that are not about what is built."""


def judge(
    paths: Iterable[str],
    authors: Iterable[str],
    *,
    extra: Sequence[str] = (),
    packages: Sequence[str] = (),
    harmless: Collection[str] = (),
) -> Shipping:
    """Whether changed files reach users, with the reason.

    `paths` and `packages`, the directories of projects, are from the top of the repository, with forward slashes; what
    is at the top of a package is judged as what is at the top. `authors` are names, or `name <mail>`, of all who wrote
    the change. `extra` are the project's own shell-style patterns. `harmless` are paths of which somebody has looked
    what is changed, such as a pyproject.toml by `changes_tools_only`.

    Where all authors are bots that keep dependencies fresh, changed requirements ship nothing either, although they
    reach the metadata: a bot can neither choose a version nor write news, and a bound that it raises is no reason for
    a release. It goes out with the next one. Code that a bot changes ships like any other.
    """
    left, words, found = [], dict[str, None](), _Judge(extra, packages, harmless)
    for path in sorted(set(paths)):
        word = found.word(path)
        if word is None:
            left.append(path)
        else:
            words[word] = None
    if not left:
        return Shipping(ships=False, reason=f"only {_listed(list(words))} changed" if words else "nothing is changed")
    robots = _all_bots(authors)
    if robots and all(_is_manifest(path) for path in left):
        return Shipping(ships=False, reason=f"only requirements changed, by {_listed(robots)}")
    more = f" and {len(left) - 1} more" if len(left) > 1 else ""
    return Shipping(ships=True, reason=f"{left[0]}{more} changed")


class _Judge:
    """Tells paths apart; what can be said of a whole folder is said once, for there may be thousands of files."""

    def __init__(self, extra: Sequence[str], packages: Sequence[str], harmless: Collection[str]) -> None:
        self._extra = extra
        self._packages = sorted((f"{each.rstrip('/')}/" for each in packages if each), key=len, reverse=True)
        self._harmless = harmless
        self._folders: dict[str, _Folder] = {}

    def word(self, path: str) -> str | None:
        """The word for what never reaches users, if the path is of that kind."""
        if any(_meant(path, pattern) for pattern in self._extra):
            return "what is configured to ship nothing"
        if path in self._harmless:
            return "settings of development tools"
        place, _, name = path.rpartition("/")
        folder = self._folders.get(place)
        if folder is None:
            folder = self._folders[place] = _Folder.of(self._below_its_package(f"{place}/" if place else ""))
        return folder.word(name.lower())

    def _below_its_package(self, place: str) -> str:
        """The folder below the directory of its own project."""
        return place.removeprefix(next((each for each in self._packages if place.startswith(each)), "")).lower()


@dataclass(frozen=True, slots=True)
class _Folder:
    """What is known of all files in a folder: the word for them, for code among them, and patterns that some match."""

    all: str | None
    code: str | None
    patterns: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, place: str) -> Self:
        """The folder at a place in lower case, which ends with a slash or is empty at the top."""
        parts = place.split("/")[:-1]
        kinds = [kind for kind in KINDS if _is_inside(parts, kind)]
        patterns = [
            (kind.word, pattern.removeprefix(place))
            for kind in KINDS
            for pattern in kind.files
            if pattern.count("/") == len(parts) and pattern.startswith(place)
        ]
        return cls(
            kinds[0].word if kinds else None,
            # A project may well be called as news is called elsewhere.
            next((kind.word for kind in kinds if kind is not NEWS), None),
            tuple(patterns),
        )

    def word(self, name: str) -> str | None:
        """The word for a file, by its name in lower case."""
        code = name.endswith(_CODE)
        inside = self.code if code else self.all
        if inside is not None or name in _SHIPPED_ALL_THE_SAME:
            return inside
        return _ANYWHERE.get(name) or next(
            (
                word
                for word, pattern in self.patterns
                # security.py is no page about security.
                if _fits(name, pattern) and (not code or pattern.endswith(".py"))
            ),
            None,
        )


def _is_inside(parts: Sequence[str], kind: Kind) -> bool:
    """Whether a folder, by its parts from the top, is one of a kind or below one."""
    return not set(kind.anywhere).isdisjoint(parts) or any(
        _fits(part, pattern) for part in parts[:1] for pattern in kind.folders
    )


def _fits(name: str, pattern: str) -> bool:
    """Whether a shell-style pattern matches; most are told apart by how they begin, and need not be compiled."""
    found = _WILD.search(pattern)
    if found is None:
        return name == pattern
    return name.startswith(pattern[: found.start()]) and fnmatchcase(name, pattern)


def _meant(path: str, pattern: str) -> bool:
    """Whether a pattern of the project's means a path: as a whole, as a folder above it, or below any folder."""
    return (
        fnmatchcase(path, pattern)
        or path.startswith(pattern.rstrip("/") + "/")
        or (pattern.startswith("**/") and _meant(path, pattern.removeprefix("**/")))
    )


def _is_manifest(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name in _MANIFESTS or ("requirements" in path.lower() and name.endswith((".txt", ".in")))


def _all_bots(authors: Iterable[str]) -> list[str]:
    """The names of all authors where each is a bot; none where a person has a part in it, or nobody is told."""
    names = [author.partition(" <")[0].strip() for author in authors]
    return sorted(set(names)) if all(name.lower() in BOTS for name in names) else []


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def changes_tools_only(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Whether two states of a pyproject.toml, parsed, make the same distributions.

    What differs is then how the project is worked on: groups of dependencies, and tables of tools that build nothing.
    """
    return _building(before) == _building(after)


def _building(document: Mapping[str, object]) -> Mapping[str, object]:
    """What a build reads of a pyproject.toml."""
    kept: dict[str, object] = {key: document.get(key) for key in ("project", "build-system")}
    tools = document.get("tool")
    for name, table in tools.items() if isinstance(tools, Mapping) else ():
        if name in _BACKENDS:
            theirs = _OF_DEVELOPERS.get(name, frozenset())
            kept[f"tool.{name}"] = (
                {key: value for key, value in table.items() if key not in theirs}
                if isinstance(table, Mapping)
                else table
            )
        elif name == "uv" and isinstance(table, Mapping):
            kept["tool.uv"] = table.get("build-backend")
    return {key: value for key, value in kept.items() if value not in (None, {})}


_SPELT: Final = re.compile(r"[0-9]+(?:[.!+_-]?[0-9A-Za-z]+)*")


def moves_the_version_only(before: str, after: str, old: Version, new: Version) -> bool:
    """Whether two states of a file are the same but for one version that stands where the other stood."""
    return _without(before, old) == _without(after, new)


def _without(text: str, version: Version) -> str:
    return _SPELT.sub(lambda found: "" if parse_version(found[0]) == version else found[0], text)
