"""Real repositories, made by the real git in an environment that is the same everywhere."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tagship.adapters.git import GitRepository
from tagship.adapters.git.references import short_names

AUTHOR = {
    "GIT_AUTHOR_NAME": "A Maintainer",
    "GIT_AUTHOR_EMAIL": "maintainer@example.org",
    "GIT_COMMITTER_NAME": "A Maintainer",
    "GIT_COMMITTER_EMAIL": "maintainer@example.org",
    "GIT_AUTHOR_DATE": "2026-03-01T12:00:00+0200",
    "GIT_COMMITTER_DATE": "2026-03-01T12:00:00+0200",
}


@dataclass(frozen=True)
class Place:
    """A repository on this disk."""

    path: Path

    def git(self, *arguments: str, stdin: bytes | None = None, **variables: str) -> str:
        """Run git here; its output without the last line end."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env={**os.environ, **AUTHOR, **variables},
            input=stdin,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, (arguments, done.stderr)
        return os.fsdecode(done.stdout).removesuffix("\n")

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files of the working tree."""
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Mapping[str, str | bytes] | None = None, message: str = "Change") -> str:
        """Commit everything; the commit's name."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def tag(self, name: str, message: str | None = None, at: str = "HEAD") -> None:
        """Tag a commit: annotated with a message, lightweight without."""
        self.git("tag", *([] if message is None else ["-a", "-m", message]), name, at)


@dataclass(frozen=True)
class Scene:
    """A directory to put repositories in."""

    top: Path

    def project(self, name: str = "project", *options: str) -> Place:
        """An empty repository on a branch called main."""
        path = self.top / name
        path.mkdir(parents=True)
        place = Place(path)
        place.git("init", "--quiet", "--initial-branch=main", *options)
        return place

    def clone(self, source: Place, name: str, *options: str) -> Place:
        """A clone that goes through the transport, as from another machine."""
        Place(self.top).git("clone", "--quiet", *options, source.path.as_uri(), name)
        return Place(self.top / name)

    def published(self, name: str = "origin.git") -> tuple[Place, Place]:
        """A repository with a history and tags, and the bare one that it is pushed to."""
        origin = self.project(name, "--bare")
        work = self.project("work")
        work.git("remote", "add", "origin", str(origin.path))
        for number in (1, 2, 3):
            work.commit({"file.txt": f"{number}\n"}, f"Change {number}")
            work.tag(f"v{number}", f"Release {number}")
        work.git("branch", "release/1.x", "v1")
        work.git("push", "--quiet", "-u", "origin", "main", "release/1.x", "--tags")
        return work, origin


def containing(repository: GitRepository, commit: str) -> tuple[str, ...]:
    """The branches that contain a commit, as a reader knows them."""
    return short_names(repository.branch_refs_containing(commit))
