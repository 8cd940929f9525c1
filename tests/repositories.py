"""Real git repositories in a few words: every commit an hour after the one before, a bare remote beside each."""

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

BEGIN = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECONDS = 60
IDENTITY = {
    "GIT_AUTHOR_NAME": "A Maintainer",
    "GIT_AUTHOR_EMAIL": "maintainer@example.org",
    "GIT_COMMITTER_NAME": "A Maintainer",
    "GIT_COMMITTER_EMAIL": "maintainer@example.org",
}
SETTINGS = {"GIT_CONFIG_GLOBAL": str(Path(__file__).with_name("gitconfig")), "GIT_CONFIG_NOSYSTEM": "1"}
"""As if the user had configured nothing, but that git waits for no disk and tidies nothing up."""
PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "handmade"
version = "{version}"
requires-python = ">=3.9"
"""
PYPROJECT_SCM = """\
[build-system]
requires = ["hatchling", "hatch-vcs"]
build-backend = "hatchling.build"

[project]
name = "handmade"
dynamic = ["version"]

[tool.hatch.version]
source = "vcs"
"""
CHANGELOG = "# Changelog\n"


class Repo:
    """A repository with a working tree; `hours` counts on with every commit and annotated tag."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.hours = 0

    @classmethod
    def new(cls, path: Path, *, remote: bool = True) -> Self:
        """An empty repository on a branch called main, and the bare `origin` beside it."""
        repo = cls(path)
        path.mkdir(parents=True)
        repo.git("init", "--quiet", "--initial-branch=main")
        if remote:
            repo.git("init", "--quiet", "--bare", "--initial-branch=main", str(repo.remote))
            repo.git("remote", "add", "origin", repo.remote.as_uri())
        return repo

    @property
    def remote(self) -> Path:
        """The bare repository that `new` makes."""
        return self.path.with_name(f"{self.path.name}.git")

    @property
    def now(self) -> datetime:
        """When the last commit or annotated tag was made."""
        return BEGIN + self.hours * HOUR

    def git(self, *words: str, **variables: str) -> str:
        """Run git here; its output without the last line end."""
        at = f"{self.now.timestamp():.0f} +0000"
        dates = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
        done = subprocess.run(
            ["git", *words],
            cwd=self.path,
            env={**os.environ, **SETTINGS, **IDENTITY, **dates, **variables},
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode == 0, (words, done.stderr)
        return os.fsdecode(done.stdout).removesuffix("\n")

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files of the working tree."""
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Mapping[str, str | bytes] | None = None, message: str = "Change") -> str:
        """Commit everything, an hour later; the commit's name."""
        self.write(files or {})
        self.hours += 1
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def tag(self, name: str, at: str = "HEAD", *, lightweight: bool = False, force: bool = False) -> str:
        """Tag a commit, an hour later if annotated; the tag's name."""
        self.hours += 0 if lightweight else 1
        kind = () if lightweight else ("--annotate", "--message", name)
        self.git("tag", *kind, *(("--force",) if force else ()), name, at)
        return name

    def branch(self, name: str, at: str = "HEAD") -> None:
        """Begin a branch and check it out."""
        self.git("switch", "--quiet", "--create", name, at)

    def switch(self, name: str) -> None:
        """Check a branch out."""
        self.git("switch", "--quiet", name)

    def push(self, *references: str) -> None:
        """Push references, or every branch and tag."""
        self.git("push", "--quiet", "origin", *(references or ("refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*")))

    def clone(
        self, name: str, *, depth: int | None = None, single_branch: bool = False, no_tags: bool = False
    ) -> "Repo":
        """A clone of the remote through the transport, as on another machine, in a directory beside this one."""
        options = [
            *([f"--depth={depth}"] if depth is not None else []),
            *(["--single-branch"] if single_branch else []),
            *(["--no-tags"] if no_tags else []),
        ]
        path = self.path.with_name(name)
        self.git("clone", "--quiet", *options, self.remote.as_uri(), str(path))
        clone = Repo(path)
        clone.hours = self.hours
        return clone

    def checkout_like_ci(self, name: str, tag: str) -> "Repo":
        """What a job gets: one tag, without history, on a detached HEAD, in a directory beside this one."""
        path = self.path.with_name(name)
        path.mkdir()
        checkout = Repo(path)
        checkout.hours = self.hours
        checkout.git("init", "--quiet", "--initial-branch=main")
        checkout.git("remote", "add", "origin", self.remote.as_uri())
        checkout.git("fetch", "--quiet", "--no-tags", "--depth=1", "origin", f"+refs/tags/{tag}:refs/tags/{tag}")
        checkout.git("checkout", "--quiet", "--detach", f"refs/tags/{tag}")
        return checkout

    def references(self) -> Mapping[str, str]:
        """Every reference by its full name, with the object it names."""
        listed = self.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return dict(line.split(" ", 1) for line in listed)


def new_project(path: Path, *, pyproject: str = PYPROJECT, remote: bool = True) -> Repo:
    """A repository for the project handmade, with an empty changelog and not a commit yet."""
    repo = Repo.new(path, remote=remote)
    repo.write({"pyproject.toml": pyproject.format(version="0"), "CHANGELOG.md": CHANGELOG})
    return repo


def set_version(repo: Repo, version: str) -> None:
    """Write the version into pyproject.toml."""
    repo.write({"pyproject.toml": PYPROJECT.format(version=version)})


def add_section(repo: Repo, title: str, body: str = "- Something changed.") -> None:
    """Put a section on top of the changelog."""
    path = repo.path / "CHANGELOG.md"
    below = path.read_text(encoding="utf-8").removeprefix(CHANGELOG)
    path.write_text(f"{CHANGELOG}\n## {title}\n\n{body}\n{below}", encoding="utf-8")


def prepare(repo: Repo, version: str, body: str = "- Something changed.") -> str:
    """Commit the version and its changelog section; the commit's name."""
    set_version(repo, version)
    add_section(repo, version, body)
    return repo.commit(message=f"Prepare {version}")


def release(repo: Repo, version: str) -> str:
    """Prepare a version, tag it and push everything; the tag's name."""
    prepare(repo, version)
    tag = repo.tag(f"v{version}")
    repo.push()
    return tag


def released(path: Path, *versions: str) -> Repo:
    """The project handmade with these releases behind it, one after the other."""
    repo = new_project(path)
    for version in versions:
        release(repo, version)
    return repo
