"""What a branch would become: built from a copy of the tree, under a tag that exists nowhere else."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.version import Version

from adapters.projects import BACKEND, in_tree
from checks.asking import finds, passes
from fakes import FakeFacts
from repositories import Repo
from tagship.adapters.git import GitRepository
from tagship.checks.trials import DistributionsAreValid, ProjectBuilds
from tagship.domain.built import Expected
from tagship.domain.finding import Outcome, Report
from tagship.errors import BuildFailed, Edit, FactUnknown
from tagship.workflow.files.origin import Origin
from tagship.workflow.readiness.trial_build import _no_facts
from workflow.readiness.trying import everything_in, trials, wheels_of

pytestmark = pytest.mark.slow
HATCHLING = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "demo"
version = "1.0"
description = "A project"
readme = "README.md"
"""
SETUPTOOLS = HATCHLING.replace("hatchling.build", "setuptools.build_meta").replace("hatchling", "setuptools")
BACKENDS = {
    "hatchling": (HATCHLING, ("hatchling", "packaging", "pathspec", "pluggy", "trove-classifiers")),
    "setuptools": (SETUPTOOLS, ("setuptools",)),
}
PACKAGE = {"README.md": "A project.\n", "src/demo/__init__.py": '"""A project."""\n'}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where throwaway copies go; nothing is left of them."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    assert list(place.glob("tagship-*")) == []


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.new(tmp_path / "project ü", remote=False)


def built(repo: Repo, *, tag: str | None = "v1.0", inside: str = "") -> Report:
    with trials(repo, tag=tag, inside=inside) as running:
        return running.built_report()


def outcome(report: Report, check: str) -> Outcome:
    return next(verdict.outcome for verdict in report.verdicts if verdict.id == check)


@pytest.mark.parametrize("backend", BACKENDS)
def test_real_backends(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    pyproject, needed = BACKENDS[backend]
    wheels_of(needed, tmp_path / "wheels")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "wheels"))
    repo.commit({**PACKAGE, "pyproject.toml": pyproject})
    repo.write({"src/demo/new.py": "x = 1\n"})
    before = everything_in(repo.path)

    report = built(repo)

    passes(ProjectBuilds(), FakeFacts(built_report=report))
    passes(DistributionsAreValid(), FakeFacts(built_report=report))
    assert (report.project, report.version, report.tag) == ("demo", "1.0", "v1.0")
    assert outcome(report, "tracked-modules-are-shipped") is Outcome.PASSED
    assert everything_in(repo.path) == before
    assert repo.references().keys() == {"refs/heads/main"}


def test_nothing_is_installed_and_no_index_is_asked(repo: Repo) -> None:
    repo.commit(dict(in_tree()))

    ids = {verdict.id for verdict in built(repo).verdicts}

    assert "archives-open" in ids
    assert ids.isdisjoint({"wheel-installs", "modules-import", "removals-are-explained", "toolchain-is-steady"})


def test_offline_nothing_is_fetched_to_build_with(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "empty"))
    repo.commit({**PACKAGE, "pyproject.toml": HATCHLING})
    with trials(repo, offline=True) as running, pytest.raises(FactUnknown, match="hatchling to build with") as unknown:
        running.built_report()

    assert unknown.value.remedy is not None
    repo.commit(dict(in_tree()))
    with trials(repo, offline=True) as running:
        assert running.built_report().version == "1.0"


def test_offline_what_lies_here_is_built_with(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of wheels, which is as good as the cache."""
    _, needed = BACKENDS["setuptools"]
    wheels_of(needed, tmp_path / "wheels")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "empty"))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "wheels"))
    repo.commit({**PACKAGE, "pyproject.toml": SETUPTOOLS})

    with trials(repo, offline=True) as running:
        report = running.built_report()

    assert (report.project, report.version) == ("demo", "1.0")
    assert outcome(report, "tracked-modules-are-shipped") is Outcome.PASSED


def test_offline_without_uv_nothing_is_built(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the cache of uv nobody could promise that nothing is fetched."""
    monkeypatch.setitem(sys.modules, "uv", None)
    repo.commit(dict(in_tree()))

    with trials(repo, offline=True) as running, pytest.raises(FactUnknown, match="pip fetches") as unknown:
        running.built_report()

    assert "--offline" in unknown.value.message


def test_a_version_that_comes_from_the_tag_is_the_one_to_come(repo: Repo) -> None:
    repo.commit(dict(in_tree(version=None)) | {"pyproject.toml": _scm()})
    repo.tag("v0.9")
    repo.commit({"src/demo/more.py": ""})
    repo.write({"src/demo/uncommitted.py": ""})

    report = built(repo, tag="v1.0")

    assert report.version == "1.0"
    assert outcome(report, "metadata-names-the-release") is Outcome.PASSED
    assert "refs/tags/v1.0" not in repo.references()


def _scm() -> str:
    return in_tree(version=None)["pyproject.toml"] + "\n[tool.setuptools_scm]\n"


def test_a_tag_that_is_elsewhere_does_not_disturb(repo: Repo) -> None:
    repo.commit(dict(in_tree()))
    repo.tag("v1.0")
    repo.commit({"more": ""})
    references = repo.references()

    assert built(repo).version == "1.0"
    assert repo.references() == references


@pytest.mark.parametrize("changed", [True, False])
def test_in_a_shallow_clone(repo: Repo, tmp_path: Path, *, changed: bool) -> None:
    repo.commit(dict(in_tree()))
    repo.commit({"more": ""})
    repo.git("clone", "--quiet", "--depth=1", repo.path.as_uri(), str(tmp_path / "shallow"))
    clone = Repo(tmp_path / "shallow")
    if changed:
        clone.write({"other": ""})

    assert built(clone).version == "1.0"


def test_in_a_subdirectory(repo: Repo) -> None:
    repo.commit({f"packages/demo/{path}": content for path, content in in_tree().items()})

    report = built(repo, inside="packages/demo")

    assert outcome(report, "tracked-modules-are-shipped") is Outcome.PASSED


def test_a_backend_that_fails_is_quoted_with_a_way_to_see_more(repo: Repo) -> None:
    backend = BACKEND.replace('print("making the wheel")', 'raise SystemExit("no such thing")')
    repo.commit(dict(in_tree(backend=backend)))

    with trials(repo) as running, pytest.raises(BuildFailed, match="no such thing") as failed:
        running.built_report()

    assert isinstance(failed.value.remedy, Edit)
    assert "clone" not in failed.value.remedy.text


@pytest.mark.parametrize(
    "said",
    [
        "error: can't find Rust compiler",
        "error: command 'gcc' failed: No such file or directory",
        "warning: spurious network error: [6] Could not resolve hostname (Could not resolve host: crates.example)",
        "Cargo, the Rust package manager, is not installed or is not on PATH.",
    ],
)
def test_a_machine_that_lacks_what_compiles_cannot_tell(repo: Repo, said: str) -> None:
    """rpds on a machine without a compiler, or without a way to what it compiles."""
    backend = BACKEND.replace('print("making the wheel")', f"raise SystemExit({said!r})")
    repo.commit(dict(in_tree(backend=backend)))

    with trials(repo) as running, pytest.raises(FactUnknown, match="what the build needs is not here") as unknown:
        running.built_report()

    assert said in unknown.value.message


@pytest.mark.parametrize("changed", [True, False])
def test_a_file_that_is_not_in_the_encoding_of_its_attributes(repo: Repo, *, changed: bool) -> None:
    """Sphinx keeps such a file for its tests: git cannot add it again, and need not."""
    repo.commit({**in_tree(), "wrong.inc": b"sch\xf6n \x81\xff\n"})
    repo.write({".gitattributes": "wrong.inc working-tree-encoding=iso-8859\n"})
    repo.git("add", ".gitattributes")
    repo.git("commit", "--quiet", "-m", "Say what it is not")
    if changed:
        repo.write({"src/demo/new.py": "x = 1\n"})

    assert outcome(built(repo), "tracked-modules-are-shipped") is Outcome.PASSED


def test_failure_39_metadata_that_the_index_does_not_take_is_known_on_the_branch(repo: Repo) -> None:
    """Failure 39: on the day of a release a new backend wrote metadata that nobody took yet."""
    backend = BACKEND.replace("Metadata-Version: 2.1", "Metadata-Version: 9.9")
    repo.commit(dict(in_tree(backend=backend)))

    found = finds(DistributionsAreValid(), FakeFacts(built_report=built(repo)))

    assert any(each.message.startswith("metadata-version-is-accepted: ") and "9.9" in each.message for each in found)


def test_a_tag_that_nobody_can_tell(repo: Repo) -> None:
    repo.commit({
        **in_tree(version=None),
        "pyproject.toml": HATCHLING.replace('version = "1.0"', 'dynamic = ["version"]')
        + '\n[tool.hatch.version]\nsource = "vcs"\n',
    })  # fmt: skip

    with trials(repo, tag=None) as running, pytest.raises(FactUnknown, match="which one comes next"):
        running.built_report()


def test_files_of_no_release_are_held_against_what_the_project_says(repo: Repo) -> None:
    """No tag is looked for: the one that the copy has was made for this build alone."""
    repo.commit(dict(in_tree()))
    repo.tag("v2.0")
    with GitRepository.at(repo.path, may_fetch=False) as repository:
        origin = Origin(repo.path, lambda: repository, _no_facts, lambda: "")

        assert origin.expected(repo.path / "dist", ()) == Expected("demo", Version("1.0"))
