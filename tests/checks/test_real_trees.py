"""What real build backends make of real trees, and whether the checks see what went wrong."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path

import pytest
from packaging.version import Version

from checks.asking import finds, passes
from fakes import FakeFacts
from repositories import IDENTITY, SETTINGS
from tagship.adapters.archives import open_distribution
from tagship.checks.comparison import BuildIsReproducible, SdistBuildsTheSameWheel, SdistHasTheWheelsModules
from tagship.checks.contents import ShippedFilesAreTracked, TrackedDataIsShipped, TrackedModulesAreShipped
from tagship.checks.drift import ContentsStayAsTheyWere, RemovalsAreExplained
from tagship.domain.built import Published, Rebuilt
from tagship.domain.distribution import Distribution
from tagship.errors import InFile

pytestmark = pytest.mark.slow
PROJECT = '[project]\nname = "handmade"\nversion = "{version}"\ndescription = "A project"\n'
HATCHLING = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
FLIT = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
PACKAGE = {
    "src/handmade/__init__.py": '"""A project."""\n',
    "src/handmade/core.py": "x = 1\n",
    "src/handmade/missions/plain/mission.yaml": "steps: 3\n",
    "src/handmade/missions/plain/plan.md": "# Plan\n",
}
BACKENDS = {"hatchling": HATCHLING, "setuptools": SETUPTOOLS, "flit_core": FLIT}
OLDEST = {"setuptools": Version("70.1")}  # until then wheels were made by another project
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Project:
    """A committed project and where its files are built."""

    path: Path

    def commit(self, files: Mapping[str, str]) -> None:
        """Put these files under git, among those that are there."""
        for name, text in files.items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_text(text, encoding="utf-8")
        if not (self.path / ".git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "A commit")

    def git(self, *argv: str) -> str:
        """What git says."""
        done = subprocess.run(
            ["git", *argv], cwd=self.path, env={**IDENTITY, **SETTINGS, "PATH": "/usr/bin:/bin"},
            check=True, capture_output=True, encoding="utf-8", timeout=SECONDS,
        )  # fmt: skip
        return done.stdout

    @property
    def tracked(self) -> frozenset[str]:
        """What git tracks."""
        return frozenset(self.git("ls-files").split())

    def build(self, name: str, *kinds: str) -> tuple[Distribution, ...]:
        """What the backend makes: by default the sdist, and the wheel from it."""
        target = self.path.parent / name
        subprocess.run(
            [sys.executable, "-m", "build", "--no-isolation", *kinds, "-o", str(target), str(self.path)],
            check=True, capture_output=True, timeout=SECONDS,
        )  # fmt: skip
        return tuple(map(open_distribution, sorted(target.iterdir())))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    path = tmp_path / "project"
    path.mkdir()
    return Project(path)


def pyproject(backend: str, more: str = "", version: str = "1.2.0") -> dict[str, str]:
    """The project's file, if its backend is installed here, and new enough to build a wheel by itself."""
    try:
        installed = Version(version_of(backend.replace("_", "-")))
    except PackageNotFoundError:
        pytest.skip(f"{backend} is not installed")
    if installed < OLDEST.get(backend, installed):
        pytest.skip(f"{backend} {installed} needs more to build a wheel")
    return {"pyproject.toml": f"{BACKENDS[backend]}\n{PROJECT.format(version=version)}\n{more}"}


@pytest.mark.parametrize(
    ("backend", "more"),
    [
        ("hatchling", ""),
        ("setuptools", '[tool.setuptools.package-data]\nhandmade = ["**/*.yaml", "**/*.md"]\n'),
        ("flit_core", ""),
    ],
)
def test_a_project_in_order(project: Project, backend: str, more: str) -> None:
    project.commit({**PACKAGE, **pyproject(backend, more)})
    facts = FakeFacts(distributions=project.build("dist"), tracked=project.tracked, published=None)

    passes(TrackedModulesAreShipped(), facts)
    passes(TrackedDataIsShipped(), facts)
    passes(ShippedFilesAreTracked(), facts)
    passes(SdistHasTheWheelsModules(), facts)


def test_package_data_that_setuptools_was_not_told_of(project: Project) -> None:
    project.commit({**PACKAGE, **pyproject("setuptools", "[tool.setuptools]\ninclude-package-data = false\n")})
    facts = FakeFacts(distributions=project.build("dist"), tracked=project.tracked, published=None)

    (finding,) = finds(TrackedDataIsShipped(), facts)

    assert str(finding.where).startswith("src/handmade/missions/")
    passes(TrackedModulesAreShipped(), facts)


def test_a_package_below_that_setuptools_was_not_told_of(project: Project) -> None:
    told = '[tool.setuptools]\npackages = ["handmade"]\npackage-dir = {"" = "src"}\n'
    more = {"src/handmade/skills/__init__.py": "", "src/handmade/skills/review.py": "x = 1\n"}
    project.commit({**PACKAGE, **more, **pyproject("setuptools", told)})

    finds(
        TrackedModulesAreShipped(),
        FakeFacts(distributions=project.build("dist"), tracked=project.tracked, published=None),
    )


def test_directories_that_the_sdist_of_hatchling_leaves_out(project: Project) -> None:
    """Straight from the checkout the wheel is whole; the one from the sdist is the one that ships."""
    project.commit({**PACKAGE, **pyproject("hatchling", '[tool.hatch.build.targets.sdist]\nexclude = ["missions"]\n')})
    (straight,) = project.build("straight", "--wheel")
    built = project.build("dist")
    facts = FakeFacts(
        distributions=built, tracked=project.tracked, published=None, rebuilt=Rebuilt(built, from_checkout=straight)
    )

    (finding,) = finds(SdistBuildsTheSameWheel(), facts)

    assert "handmade/missions" in finding.message
    finds(TrackedDataIsShipped(), facts)


def test_a_link_that_the_sdist_does_not_follow(project: Project) -> None:
    project.commit({name.replace("src/handmade/missions", "missions"): text for name, text in PACKAGE.items()})
    (project.path / "src/handmade/missions").symlink_to("../../missions", target_is_directory=True)
    project.commit(pyproject("hatchling", '[tool.hatch.build.targets.sdist]\ninclude = ["/src"]\n'))
    (straight,) = project.build("straight", "--wheel")
    built = project.build("dist")
    facts = FakeFacts(
        distributions=built, tracked=project.tracked, published=None, rebuilt=Rebuilt(built, from_checkout=straight)
    )

    (lost,) = finds(SdistBuildsTheSameWheel(), facts)
    (tracked,) = finds(TrackedDataIsShipped(), facts)

    assert "handmade/missions/plain/mission.yaml" in lost.message
    assert tracked.where == InFile("src/handmade/missions")


def test_a_file_of_which_git_knows_nothing(project: Project) -> None:
    project.commit({**PACKAGE, **pyproject("setuptools")})
    (project.path / "src/handmade/not_committed.py").write_text("x = 1\n", encoding="utf-8")
    facts = FakeFacts(distributions=project.build("dist"), tracked=project.tracked, published=None)

    (finding,) = finds(ShippedFilesAreTracked(), facts)

    assert "not_committed.py" in finding.message


def test_templates_that_the_release_before_had(project: Project) -> None:
    more = {"src/handmade/templates/page.html": "<p>1</p>\n"}
    project.commit({**PACKAGE, **more, **pyproject("flit_core", version="1.1.0")})
    before = project.build("before")
    exclude = '[tool.hatch.build.targets.wheel]\nexclude = ["templates"]\n'
    project.commit({"src/handmade/missions/plain/plan.md": "# Another\n", **pyproject("hatchling", exclude)})
    facts = FakeFacts(
        distributions=project.build("dist"),
        tracked=project.tracked,
        published=Published(before[0].artifact.identity[1], before),
    )

    (finding,) = finds(RemovalsAreExplained(), facts)

    assert "handmade/templates/page.html" in finding.message
    assert any("changed" in each.message for each in finds(ContentsStayAsTheyWere(), facts))


def test_a_build_that_writes_down_when_it_was_made(project: Project) -> None:
    hook = "import time\nfrom hatchling.builders.hooks.plugin.interface import BuildHookInterface\n\n\n"
    hook += "class Stamp(BuildHookInterface):\n    def initialize(self, version, build_data):\n"
    hook += "        with open('src/handmade/stamp.txt', 'w') as file:\n            file.write(str(time.time_ns()))\n"
    settings = '[tool.hatch.build.hooks.custom]\n[tool.hatch.build]\nartifacts = ["stamp.txt"]\n'
    project.commit({**PACKAGE, "hatch_build.py": hook, ".gitignore": "stamp.txt\n", **pyproject("hatchling", settings)})
    first, second = project.build("first", "--wheel"), project.build("second", "--wheel")
    facts = FakeFacts(distributions=first, rebuilt=Rebuilt(second, from_checkout=first[0]))

    (finding,) = finds(BuildIsReproducible(), facts)

    assert "handmade/stamp.txt" in finding.message
