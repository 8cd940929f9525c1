"""A project that was adopted, on a host with its settings, beside an index that trusts it: and what happens to it."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from adoption.stock import Stock
from repositories import Repo
from running.events import Event, Repository, pull_request, push
from running.jobs import Runner
from running.results import JobResult, RunResult
from running.world import World
from scaffold.adoptions import rendered
from tagship.domain.adoption import AdoptedPackage, Adoption, TestRun
from tagship.domain.config import Auth, HostKind
from tagship.domain.hosting import pattern_of
from tagship.domain.version import TagTemplate
from tagship.rehearsal.host.environments import StoredPolicy
from tagship.rehearsal.host.history import How
from tagship.rehearsal.index import ACCOUNT
from tagship.rehearsal.publishers import Publisher
from tagship.rehearsal.sample import HISTORY, NAME, files_of
from tagship.scaffold import files
from tagship.scaffold.locks import RELEASE, WHEELS
from tagship.scaffold.pins import PINS

SLUG = f"someone/{NAME}"
VERSION, TAG = "1.2.0", "v1.2.0"
FILES = {f"sample_ship-{VERSION}-py3-none-any.whl", f"sample_ship-{VERSION}.tar.gz"}
RELEASE_YML, READINESS_YML, GUARD_YML, CANARY_YML = (
    f".github/workflows/{name}.yml" for name in ("release", "readiness", "guard", "canary")
)
TESTS = ".tagship/tests.txt"

PYTEST = TestRun(
    tool="pytest",
    install=(
        ("python", "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "-r", TESTS),
        ("python", "-m", "pip", "install", "--no-deps", "."),
    ),
    command=("python", "-m", "pytest"),
    pythons=("3.11",),
    locked=TESTS,
    requirements=("pytest",),
)
TRUSTED = Adoption(
    HostKind.GITHUB,
    "main",
    (AdoptedPackage(NAME, "", TagTemplate("v{version}"), "flit", requires_python=">=3.9", changelog="CHANGELOG.md"),),
    PINS,
    SLUG,
    "https://github.com",
    tests=PYTEST,
)
TOKEN = replace(TRUSTED, auth=Auth.TOKEN)
QUICK = replace(TRUSTED, tests=TestRun("script", (), ("python", "tests/run.py"), ("3.11",)))
"""Its tests need nothing but a Python."""


def next_version(version: str = "1.3.0") -> dict[str, str]:
    """A change of the code that is ready to be merged: with a version, and a section of the changelog, of its own."""
    files = files_of(HISTORY)
    code = '\n\ndef cables(metres: float) -> float:\n    """A distance in cables."""\n    return metres / 185.2\n'
    section = f"## [{version}] - 2026-08-03\n\n### Added\n\n- `cables()` turns metres into cables.\n\n## [{VERSION}]"
    return {
        "pyproject.toml": files["pyproject.toml"].replace(f'"{VERSION}"', f'"{version}"'),
        "CHANGELOG.md": files["CHANGELOG.md"].replace(f"## [{VERSION}]", section),
        "src/sample_ship/__init__.py": files["src/sample_ship/__init__.py"] + code,
    }


def written(adoption: Adoption, stock: Stock) -> dict[str, str]:
    """Every file that adoption brings, with the lock files."""
    found = {generated.path: rendered(generated) for generated in files(adoption)}
    found[RELEASE] = stock.lock("tagship")
    if adoption.tests is not None and adoption.tests.locked is not None:
        found[adoption.tests.locked] = stock.lock(*adoption.tests.requirements)
    if adoption.compiled:
        found[WHEELS] = stock.lock("cibuildwheel")
    return found


RUN = """\
import sys

sys.path.insert(0, "src")
from sample_ship import knots

assert round(knots(1852 / 3600), 9) == 1.0
"""


def make_project(path: Path, brought: Mapping[str, str]) -> Repo:
    """The sample, adopted after its second release and with its third one prepared on main."""
    repo = Repo.new(path)
    for number, chapter in enumerate(HISTORY, start=1):
        more = brought if chapter.version == VERSION else {}
        repo.commit({**files_of(HISTORY[:number]), "tests/run.py": RUN, **more}, f"Prepare {chapter.version}")
        if chapter.version != VERSION:
            repo.tag(f"v{chapter.version}")
    repo.push()
    return repo


def copied(baked: Repo, place: Path) -> Repo:
    """A copy of a repository and its remote, for one test to change."""
    repo = Repo(place / baked.path.name)
    repo.hours = baked.hours
    shutil.copytree(baked.path, repo.path, symlinks=True)
    shutil.copytree(baked.remote, repo.remote, symlinks=True)
    repo.git("remote", "set-url", "origin", repo.remote.as_uri())
    return repo


def settle(world: World, adoption: Adoption) -> None:
    """The settings that the generated workflows ask for, at the host and at the index."""
    held = world.host.environments.appear(adoption.environment)
    held.protected_branches = False
    tags = dict.fromkeys(pattern_of(package.tag) for package in adoption.packages)
    held.policies[:] = [StoredPolicy(number, each, "tag") for number, each in enumerate(tags, start=2)]
    held.policies.append(StoredPolicy(1, adoption.main, "branch"))
    held.reviewers = (world.host.settings.people.owner,)
    for package in adoption.packages:
        world.index.store.register(package.name, ACCOUNT)
        if adoption.auth is Auth.TRUSTED:
            trust(world, package.name, adoption.environment)
    if adoption.auth is Auth.TOKEN:
        token = world.index.tokens.issue(ACCOUNT, projects=[package.name for package in adoption.packages])
        keep_token(world, token, adoption)
    world.take_settings()


def trust(world: World, project: str, environment: str | None) -> None:
    """Let the index trust the release workflow for a project."""
    owner, name = SLUG.split("/")
    world.index.publishers.register(project, Publisher("github", owner, name, "release.yml", environment))


def keep_token(world: World, token: str, adoption: Adoption) -> None:
    """Put a token where the workflow looks for it."""
    world.host.secrets.keep(adoption.secret, token, environment=adoption.environment)
    world.take_settings()


@dataclass(slots=True)
class Adopted:
    """One project for one test: the maintainer's clone, everything outside of it, and who runs its workflows."""

    repo: Repo
    world: World
    runner: Runner

    @property
    def repository(self) -> Repository:
        return self.world.repository

    def served(self, name: str = NAME) -> set[str]:
        """The names of the files that the index has of a project."""
        project = self.world.index.store.project(name)
        return set() if project is None else {file.filename for file in project.files}

    def rewrite(self, path: str, *changes: tuple[str, str], message: str = "Change a workflow") -> None:
        """Commit a file in which each text stands for another one, and push main."""
        text = (self.repo.path / path).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        self.repo.commit({path: text}, message)
        self.push("main")

    def push(self, *references: str) -> None:
        """Push as the maintainer does; the host writes it down."""
        before = self.world.references()
        self.repo.push(*references)
        after = self.world.references()
        for ref in sorted({ref for ref, _ in before.items() ^ after.items()}):
            self.world.host.received(ref, before.get(ref, "0" * 40), after.get(ref, "0" * 40))

    def green(self, commit: str = "HEAD", **checks: str) -> None:
        """Let the aggregate check, and others, be as told on a commit."""
        told = self.world.host.check_runs.setdefault(self.repo.git("rev-parse", commit), {})
        told.update({"ready": "success", **checks})

    def tag(self, name: str = TAG, at: str = "HEAD", *, green: bool = True) -> Event:
        """Tag a commit whose checks are green, and push the tag."""
        if green:
            self.green(at)
        self.repo.tag(name, at)
        self.push(name)
        return push(self.repository, f"refs/tags/{name}")

    def propose(self, name: str, files: Mapping[str, str], message: str = "Change") -> Event:
        """Push a branch with a change, and open a pull request for it."""
        self.repo.switch("main")
        self.repo.branch(name)
        self.repo.commit(files, message)
        self.push(name)
        pull = self.world.host.open_pull(name, title=message)
        return pull_request(self.repository, name, number=pull.number)

    def merge(self, event: Event, how: How = "squash") -> Event:
        """Merge a pull request as the host does; the push that comes of it."""
        before = self.repository.commit("main")
        self.world.host.merge(int(event.ref.split("/")[2]), how=how)
        self.repo.switch("main")
        self.repo.git("pull", "--quiet", "--ff-only", "origin", "main")
        return push(self.repository, "main", before=before)

    def run(self, path: str, event: Event) -> RunResult:
        """Run a workflow that answers the event."""
        result = self.runner.run(path, event)
        assert result is not None, f"{path} does not answer {event.name} of {event.ref}"
        return result

    def release(self, name: str = TAG) -> RunResult:
        """Tag the tip of main, and let the release begin."""
        return self.run(RELEASE_YML, self.tag(name))

    def issues(self) -> list[str]:
        """The titles of the open issues."""
        return [issue.title for issue in self.world.host.issues.held if issue.state == "open"]


def begun(run: RunResult) -> list[str]:
    """The jobs of a run that were let in, each once, but for those that tell of it."""
    names = dict.fromkeys(job.identifier for job in run.jobs if job.began is not None)
    return [name for name in names if name not in {"failed", "mended"}]


def told(job: JobResult) -> str:
    """What a job pinned to the run as errors."""
    return "\n".join(each.message for each in job.annotations if each.level == "error")
