"""What reaches users and what does not, by cases from the layouts of real projects."""

import pytest
from packaging.version import Version

from tagship.domain.shipping import BOTS, KINDS, changes_tools_only, judge, moves_the_version_only

NOTHING = (
    # documentation
    "README.md", "README.rst", "readme.txt", "README.zh-CN.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md",
    "SECURITY.md",
    "docs/index.md", "docs/conf.py", "docs/locale/de/LC_MESSAGES/index.po", "doc/source/whatsnew/v2.rst",
    "mkdocs.yml",
    "docs_src/app/main.py", "AUTHORS", "CITATION.cff", ".readthedocs.yaml", "MAINTAINERS", "website/src/index.tsx",
    # CI
    ".github/workflows/ci.yml", ".github/dependabot.yml", ".gitlab-ci.yml", ".circleci/config.yml", "Jenkinsfile",
    "azure-pipelines.yml", "codecov.yml", ".travis.yml", "ci/install.sh", ".gitlab/ci/test.yml",
    # tests
    "tests/test_module.py", "tests/data/x.bin", "src/package/tests/test_module.py", "package/sub/tests/__init__.py",
    "conftest.py", "src/package/conftest.py", "test/unit/test_x.py", "test_all.py", "integration_tests/run.py",
    "typing_tests/baseline.py", "typing-examples/mypy.py",
    # benchmarks and examples
    "benchmarks/bench.py", "asv.conf.json", "asv_bench/benchmarks/x.py", "examples/demo.py", "samples/a.ipynb",
    # settings of tools
    ".gitignore", "src/package/.gitignore", ".gitattributes", ".editorconfig", ".pre-commit-config.yaml", "tox.ini",
    "noxfile.py", "ruff.toml", "mypy.ini", ".flake8", "Makefile", "justfile", "renovate.json",
    ".vscode/settings.json",
    "CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".devcontainer/devcontainer.json", "Dockerfile",
    ".typos.toml",
    # lock files and requirements of developers
    "uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pylock.dev.toml", "Pipfile.lock", "requirements-dev.txt",
    "requirements/test.txt", "requirements/docs.in.txt", "dev-requirements.txt", "test_requirements.txt",
    "environment.yml",
    # news
    "CHANGELOG.md", "CHANGES.rst", "CHANGES", "HISTORY.rst", "NEWS", "docs/changelog.md",
    "newsfragments/123.feature.rst",
    "changelog.d/+slug.added.md", "changes/12.bugfix.md", ".changeset/brave-lion.md", "news/1.feature",
    "RELEASE_NOTES.md",
)  # fmt: skip
SHIPPED = (
    "src/package/module.py", "package/__init__.py", "package/data/schema.json", "package/docs/help.md",
    "package/templates/README.md", "package/testing/fixtures.py", "django/test/client.py",
    "src/package/test_command.py",
    "module.py", "security.py", "history.py", "news.py", "news/__init__.py", "changes/parser.py",
    "readme_renderer/rst.py",
    "pyproject.toml", "setup.py", "setup.cfg", "MANIFEST.in", "meson.build", "CMakeLists.txt", "Cargo.toml",
    "Cargo.lock",
    "build.rs", "src/lib.rs", "package-lock.json", "requirements.txt", "requirements/base.txt", "LICENSE",
    "LICENSES/MIT.txt",
    ".gitmodules", "package/py.typed", "package/locale/de/LC_MESSAGES/messages.po", "scripts/tool", "hatch_build.py",
    "package/changelog.py", "package/examples.py", "stubs/package.pyi", "package/.hidden/data",
)  # fmt: skip


@pytest.mark.parametrize("path", NOTHING)
def test_it_never_reaches_users(path: str) -> None:
    found = judge([path], ["A Maintainer"])

    assert not found.ships
    assert found.reason.startswith("only ")


@pytest.mark.parametrize("path", SHIPPED)
def test_it_may_reach_users(path: str) -> None:
    found = judge([path, "README.md"], ["A Maintainer"])

    assert found.ships
    assert path in found.reason


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        ((), "nothing is changed"),
        (("README.md",), "only documentation changed"),
        (("README.md", "tests/test_x.py", ".github/workflows/ci.yml"), "only CI, documentation and tests changed"),
        (("CHANGELOG.md",), "only news changed"),
        (("uv.lock",), "only lock files changed"),
    ],
)
def test_the_reason_ends_a_sentence(paths: tuple[str, ...], reason: str) -> None:
    assert judge(paths, ()).reason == reason


def test_the_first_of_what_ships_is_named() -> None:
    assert judge(["a.py", "b.py", "README.md"], ()).reason == "a.py and 1 more changed"


class TestPackages:
    PACKAGES = ("packages/one", "packages/one/plugins/two", "libs/three/")

    @pytest.mark.parametrize(
        "path",
        [
            "packages/one/README.md", "packages/one/docs/x.rst", "packages/one/plugins/two/CHANGELOG.md",
            "libs/three/tests/test_x.py", "libs/three/benchmarks/x.py", "docs/index.md", "packages/one/uv.lock",
        ],
    )  # fmt: skip
    def test_its_own_top_is_where_it_begins(self, path: str) -> None:
        assert not judge([path], (), packages=self.PACKAGES).ships
        assert judge([path, "packages/one/src/x.py"], (), packages=self.PACKAGES).ships

    def test_without_being_told_a_folder_is_code(self) -> None:
        assert judge(["packages/one/docs/x.rst"], ()).ships

    def test_one_whose_name_begins_alike_is_another(self) -> None:
        assert judge(["packages/one-more/docs/x.rst"], (), packages=self.PACKAGES).ships


class TestPatterns:
    @pytest.mark.parametrize(
        ("pattern", "path"),
        [
            ("scripts/*", "scripts/deep/tool.sh"),
            ("scripts", "scripts/tool.sh"),
            ("scripts/", "scripts/tool.sh"),
            ("*.proto", "package/deep/x.proto"),
            ("**/fixtures/*", "package/fixtures/x.json"),
            ("**/fixtures/*", "fixtures/x.json"),
            ("package/generated.py", "package/generated.py"),
        ],
    )
    def test_what_a_project_configures(self, pattern: str, path: str) -> None:
        found = judge([path], (), extra=[pattern])

        assert not found.ships
        assert judge([path], ()).ships

    def test_case_counts_there(self) -> None:
        assert judge(["Scripts/x"], (), extra=["scripts/*"]).ships


class TestBots:
    BOT = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"

    @pytest.mark.parametrize(
        "paths",
        [("pyproject.toml", "uv.lock"), ("requirements.txt",), ("requirements/base.txt",), ("Cargo.lock",
        "Cargo.toml"),
         ("packages/one/pyproject.toml",), ("setup.cfg", "setup.py"), (".github/workflows/ci.yml",)],
    )  # fmt: skip
    def test_a_bound_that_a_bot_raises_waits_for_the_next_release(self, paths: tuple[str, ...]) -> None:
        by_a_person = judge(paths, ["A Maintainer"])

        found = judge(paths, [self.BOT])

        assert not found.ships
        assert ("by dependabot[bot]" in found.reason) is by_a_person.ships

    def test_code_that_a_bot_changes_ships(self) -> None:
        assert judge(["src/package/x.py", "pyproject.toml"], [self.BOT]).ships

    def test_a_person_who_takes_part_decides(self) -> None:
        assert judge(["pyproject.toml"], [self.BOT, "A Maintainer <maintainer@example.org>"]).ships

    def test_nobody_is_no_bot(self) -> None:
        assert judge(["pyproject.toml"], ()).ships

    @pytest.mark.parametrize("name", ["Renovate Bot", "pre-commit-ci[bot]", "github-actions[bot]", "renovate[bot]"])
    def test_each_is_known_by_name(self, name: str) -> None:
        assert (
            judge(["pyproject.toml"], [f"{name} <bot@example.org>"]).reason == f"only requirements changed, by {name}"
        )

    def test_an_agent_that_writes_code_is_none(self) -> None:
        assert judge(["pyproject.toml"], ["some-coder[bot] <x@example.org>"]).ships


class TestPyproject:
    BEFORE: dict[str, object] = {  # noqa: RUF012 -- a document, as it is parsed
        "project": {"name": "x", "version": "1"},
        "build-system": {"requires": ["hatchling"]},
        "tool": {"hatch": {"build": {"a": 1}, "envs": {}}, "ruff": {"line-length": 80}, "poetry": {"group": {}}},
    }

    @pytest.mark.parametrize(
        "change",
        [
            {"dependency-groups": {"dev": ["pytest"]}},
            {"tool": {"hatch": {"build": {"a": 1}, "envs": {"x": 1}}, "mypy": {}, "uv": {"sources": {}}}},
            {"tool": {"hatch": {"build": {"a": 1}}, "poetry": {"group": {"dev": 1}, "dev-dependencies": {"a": "1"}}}},
            {"tool": {"hatch": {"build": {"a": 1}}, "tagship": {"bump": "in-pr"}, "cibuildwhee": 1}},
        ],
    )
    def test_tools_only(self, change: dict[str, object]) -> None:
        assert changes_tools_only(self.BEFORE, self.BEFORE | change)

    @pytest.mark.parametrize(
        "change",
        [
            {"project": {"name": "x", "version": "2"}},
            {"build-system": {"requires": ["hatchling>=1"]}},
            {"tool": {"hatch": {"build": {"a": 2}}}},
            {"tool": {"hatch": {"build": {"a": 1}}, "setuptools": {"packages": ["x"]}}},
            {"tool": {"hatch": {"build": {"a": 1}}, "poetry": {"dependencies": {"a": "1"}}}},
            {"tool": {"hatch": {"build": {"a": 1}}, "uv": {"build-backend": {"module-root": ""}}}},
            {"tool": {}},
        ],
    )
    def test_what_is_built(self, change: dict[str, object]) -> None:
        assert not changes_tools_only(self.BEFORE, self.BEFORE | change)

    def test_a_file_that_was_looked_into(self) -> None:
        found = judge(["pyproject.toml", "uv.lock"], (), harmless={"pyproject.toml"})

        assert not found.ships
        assert found.reason == "only settings of development tools and lock files changed"


def test_the_tables_are_in_lower_case() -> None:
    """What they are compared with is, too."""
    for kind in KINDS:
        for each in (*kind.folders, *kind.anywhere, *kind.files, *kind.names):
            assert each == each.lower()
    assert all(name == name.lower() for name in BOTS)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ('version = "9.9.1"\n', 'version = "9.9.2.dev0"\n', True),
        ("a 9.9.1, b 9.9.1", "a 9.9.2.dev0, b 9.9.2.dev0", True),
        ("a 9.9.1, b 9.9.1", "a 9.9.2.dev0, b 9.9.1", False),
        ('version = "9.9.1"\n', 'version = "9.9.2.dev0"\nmore = 1\n', False),
        ("9.9.10", "9.9.2.dev00", False),
    ],
)
def test_only_the_version_moves(before: str, after: str, *, same: bool) -> None:
    assert moves_the_version_only(before, after, Version("9.9.1"), Version("9.9.2.dev0")) is same
