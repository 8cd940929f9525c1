"""A repository on the stand-in host, and what happens to it that workflows answer."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from running.expressions import Json

SECONDS = 60
WEB = "https://github.com"
ZERO = "0" * 40
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "GitHub"), ("EMAIL", "host@example.org"), ("DATE", "2026-03-01T12:00:00+0000"))
}
RESTRICTED = {"contents": "read", "metadata": "read", "packages": "read"}


@dataclass(frozen=True, slots=True)
class Environment:
    """A deployment environment: its secrets and variables, and who gets in.

    `branches` and `tags` are the patterns of its deployment policy; where both are None, every ref gets in.
    `reviewed` jobs wait for somebody's approval.
    """

    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    branches: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    reviewed: bool = False


@dataclass(slots=True)
class Repository:
    """A bare repository as the host of `slug` keeps it, with its settings; these may be changed between two runs.

    `permissions` are those of a job's token where a workflow names none.
    """

    remote: Path
    slug: str = "someone/project"
    branch: str = "main"
    private: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    environments: Mapping[str, Environment] = field(default_factory=dict)
    permissions: Mapping[str, str] = field(default_factory=lambda: dict(RESTRICTED))

    @property
    def name(self) -> str:
        """The repository's name without its owner."""
        return self.slug.partition("/")[2]

    @property
    def owner(self) -> str:
        """Whose it is."""
        return self.slug.partition("/")[0]

    def git(self, *words: str) -> str:
        """What git says about it, without the last line end."""
        kept = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **IDENTITY}
        argv = ["git", f"--git-dir={self.remote}", *words]
        done = subprocess.run(argv, env=kept, capture_output=True, check=False, timeout=SECONDS)
        assert done.returncode == 0, (words, done.stderr)
        return os.fsdecode(done.stdout).removesuffix("\n")

    def commit(self, name: str) -> str:
        """The commit that a ref or an object leads to."""
        return self.git("rev-parse", "--verify", f"{name}^{{commit}}")

    @property
    def described(self) -> dict[str, Json]:
        """The repository as it stands in every event."""
        return {
            "full_name": self.slug, "name": self.name, "owner": {"login": self.owner}, "private": self.private,
            "default_branch": self.branch, "html_url": f"{WEB}/{self.slug}",
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `ref` and `sha` are what its run is about, `payload` what the host tells of it.

    `forked` is a pull request from somebody else's repository, whose runs get no secrets.
    """

    name: str
    ref: str
    sha: str
    payload: Mapping[str, Json]
    changed: Sequence[str] = ()
    action: str = ""
    base_ref: str = ""
    head_ref: str = ""
    schedule: str = ""
    forked: bool = False
    inputs: Mapping[str, str | bool] = field(default_factory=dict)

    @property
    def ref_name(self) -> str:
        """The short name of the ref; of a pull request, its number and `merge`."""
        return self.ref.split("/", 2)[2]


def push(repository: Repository, ref: str, *, before: str | None = None) -> Event:
    """A push of a branch, or of a tag by its full name, as it now stands in the repository."""
    full = ref if ref.startswith("refs/") else f"refs/heads/{ref}"
    sha = repository.commit(full)
    since = (
        repository.git("diff", "--name-only", before, sha)
        if before
        else repository.git("ls-tree", "-r", "--name-only", sha)
    )
    payload: dict[str, Json] = {
        "ref": full, "before": before or ZERO, "after": repository.git("rev-parse", full),
        "created": before is None, "deleted": False, "forced": False, "repository": repository.described,
    }  # fmt: skip
    return Event("push", full, sha, payload, changed=since.splitlines())


def pull_request(
    repository: Repository, head: str, *, number: int = 1, action: str = "opened", forked: bool = False
) -> Event:
    """A pull request of a branch to the main one; its run is about the two merged."""
    base, tip = repository.commit(repository.branch), repository.commit(head)
    tree = repository.git("merge-tree", "--write-tree", base, tip)
    merged = repository.git("commit-tree", tree, "-p", base, "-p", tip, "-m", f"Merge {tip} into {base}")
    ref = f"refs/pull/{number}/merge"
    repository.git("update-ref", ref, merged)
    repository.git("update-ref", f"refs/pull/{number}/head", tip)
    origin = f"else/{repository.name}" if forked else repository.slug
    payload: dict[str, Json] = {
        "action": action, "number": number, "repository": repository.described,
        "pull_request": {
            "number": number, "head": {"ref": head, "sha": tip, "repo": {"full_name": origin, "fork": forked}},
            "base": {"ref": repository.branch, "sha": base},
        },
    }  # fmt: skip
    changed = repository.git("diff", "--name-only", f"{base}...{tip}").splitlines()
    return Event(
        "pull_request", ref, merged, payload, changed, action, base_ref=repository.branch, head_ref=head, forked=forked
    )


def schedule(repository: Repository, cron: str) -> Event:
    """The time has come."""
    ref = f"refs/heads/{repository.branch}"
    payload: dict[str, Json] = {"schedule": cron, "repository": repository.described}
    return Event("schedule", ref, repository.commit(ref), payload, schedule=cron)


def dispatch(repository: Repository, *, ref: str | None = None, **inputs: str | bool) -> Event:
    """Somebody starts a workflow by hand, from the main branch or from a ref by its full name."""
    full = ref or f"refs/heads/{repository.branch}"
    told: dict[str, Json] = {
        name: str(value).lower() if value is True or value is False else value for name, value in inputs.items()
    }
    payload: dict[str, Json] = {"inputs": told, "ref": full, "repository": repository.described}
    return Event("workflow_dispatch", full, repository.commit(full), payload, inputs=inputs)


def merge_group(repository: Repository, head: str, *, number: int = 1) -> Event:
    """The queue asks about a branch as it would be on the main one, after those before it; here there are none."""
    base, tip = repository.commit(repository.branch), repository.commit(head)
    tree = repository.git("merge-tree", "--write-tree", base, tip)
    merged = repository.git("commit-tree", tree, "-p", base, "-p", tip, "-m", f"Merge pull request #{number}")
    ref = f"refs/heads/gh-readonly-queue/{repository.branch}/pr-{number}-{base}"
    repository.git("update-ref", ref, merged)
    payload: dict[str, Json] = {
        "action": "checks_requested", "repository": repository.described,
        "merge_group": {
            "head_sha": merged, "head_ref": ref, "base_sha": base, "base_ref": f"refs/heads/{repository.branch}",
        },
    }  # fmt: skip
    return Event("merge_group", ref, merged, payload, action="checks_requested")
