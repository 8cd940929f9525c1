"""The bare git repository behind the stand-in host: its commits and references, read and made with git."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from tagship.adapters.surroundings import git_environment
from tagship.errors import UsageError

NOWHERE = "0" * 40
"""What a reference that is not there points at."""
SECONDS = 60
_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FORMAT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B"
_NOBODY_ELSE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Signature:
    """Who wrote or made a commit, and when."""

    name: str
    email: str
    at: datetime

    def variables(self, role: str) -> dict[str, str]:
        """For git's environment; `role` is AUTHOR or COMMITTER."""
        moment = f"@{self.at.timestamp():.0f} +0000"
        return {f"GIT_{role}_NAME": self.name, f"GIT_{role}_EMAIL": self.email, f"GIT_{role}_DATE": moment}


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


class Objects:
    """The git command in a bare repository; `directory` is None for a host that has none."""

    def __init__(self, directory: Path | None) -> None:
        self.directory = directory

    def git(
        self, *words: str, check: bool = True, stdin: bytes | None = None, more: Mapping[str, str] = _NOBODY_ELSE
    ) -> str:
        """What a git command prints, without its last line end; raises UsageError where it fails and `check` is on."""
        done = self._run(words, b"" if stdin is None else stdin, more)
        if check and done.returncode != 0:
            raise UsageError(f"git {words[0]} failed: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode(errors="replace").removesuffix("\n") if done.returncode == 0 else ""

    def _run(self, words: Sequence[str], stdin: bytes, more: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
        if self.directory is None:
            raise UsageError("the stand-in host was given no git repository")
        return subprocess.run(
            ["git", *words],  # noqa: S607 -- whichever git the rehearsal finds
            cwd=self.directory,
            env={**git_environment(os.environ), **more},
            input=stdin,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )

    def blob(self, name: str) -> bytes | None:
        """The bytes of a file, named as `commit:path`; None where there is none."""
        done = self._run(("cat-file", "blob", name), b"", _NOBODY_ELSE)
        return done.stdout if done.returncode == 0 else None

    def tip(self, ref: str) -> str:
        """What a reference points at, by its full name; NOWHERE where it is not there."""
        return self.git("rev-parse", "--verify", "--quiet", ref, check=False) or NOWHERE

    def hash_of(self, name: str) -> str:
        """The hash of an object by any of its names; raises UsageError where there is none."""
        return name if _HASH.fullmatch(name) else self.git("rev-parse", "--verify", name)

    def resolve(self, name: str) -> str | None:
        """The commit that a hash, branch, tag or full reference means."""
        if self.directory is None or name.startswith("-"):
            return None
        for guess in (name, f"refs/heads/{name}", f"refs/tags/{name}"):
            found = self.git("rev-parse", "--verify", "--quiet", f"{guess}^{{commit}}", check=False)
            if found:
                return found
        return None

    def commits(self, *revisions: str) -> Sequence[Commit]:
        """The commits of a range, newest first, as git log lists them."""
        fields = self.git("log", f"--format={_FORMAT}%x00", *revisions, "--").split("\0")
        width = _FORMAT.count("%x00") + 1
        return [_commit(fields[at : at + width]) for at in range(0, len(fields) - width + 1, width)]

    def commit(self, name: str) -> Commit | None:
        """One commit."""
        sha = self.resolve(name)
        return None if sha is None else self.commits("-1", sha)[0]

    def between(self, before: str, after: str) -> Sequence[str]:
        """The hashes of what `after` reaches and `before` does not, newest first."""
        excluded = () if before == NOWHERE else (f"^{before}",)
        return self.git("rev-list", after, *excluded).split()

    def holds(self, name: str, commit: str) -> bool:
        """Whether a commit is an ancestor of another, or the same."""
        return self.git("merge-base", commit, name, check=False) == commit

    def references(self, prefix: str) -> Sequence[tuple[str, str, str, str]]:
        """Full name, kind of object, hash, and the commit meant, of each reference below a prefix."""
        told = self.git("for-each-ref", "--format=%(refname) %(objecttype) %(objectname) %(*objectname)", prefix)
        rows = [line.split(" ") for line in told.splitlines()]
        return [(row[0], row[1], row[2], row[3] or row[2]) for row in rows]

    def make(self, tree: str, parents: Sequence[str], message: str, author: Signature, committer: Signature) -> str:
        """Make a commit; its hash."""
        words = [word for parent in parents for word in ("-p", parent)]
        return self.git(
            *("commit-tree", tree, *words),
            stdin=message.encode(),
            more=author.variables("AUTHOR") | committer.variables("COMMITTER"),
        )

    def tree_with(self, commit: str, path: str, content: bytes) -> str:
        """The tree of a commit with one file replaced or added."""
        blob = self.git("hash-object", "-w", "--stdin", stdin=content)
        with TemporaryDirectory(prefix="stand-in-index-") as directory:
            more = {"GIT_INDEX_FILE": str(Path(directory) / "index")}
            self.git("read-tree", commit, more=more)
            self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", more=more)
            return self.git("write-tree", more=more)

    def merged_tree(self, ours: str, theirs: str) -> str:
        """The tree of a merge; raises UsageError where the two contradict each other."""
        told = self.git("merge-tree", "--write-tree", ours, theirs, check=False)
        if not told:
            raise UsageError(f"{theirs} cannot be merged into {ours} without conflicts")
        return told.splitlines()[0]

    def replayed_tree(self, commit: Commit, onto: str) -> str:
        """The tree of a commit whose change is made once more on top of another one.

        git merge-tree takes no base of one's choice in the versions that are common yet, so that it is shown
        three commits whose only common ancestor has the tree that the change started from.
        """
        nobody = Signature("-", "-", datetime.fromtimestamp(0, UTC))
        base = self.make(f"{commit.sha}^^{{tree}}", (), "", nobody, nobody)
        ours = self.make(f"{onto}^{{tree}}", (base,), "", nobody, nobody)
        theirs = self.make(commit.tree, (base,), "", nobody, nobody)
        return self.merged_tree(ours, theirs)

    def point(self, ref: str, commit: str) -> None:
        """Let a reference point at a commit; at NOWHERE it is taken away."""
        if commit == NOWHERE:
            self.git("update-ref", "-d", ref)
        else:
            self.git("update-ref", ref, commit)

    def receive(self, source: Path, commit: str) -> str:
        """Take over a commit or tag object and all that it needs from another repository; its hash."""
        giver = Objects(source)
        sha = giver.git("rev-parse", "--verify", commit)
        giver.git("push", "--quiet", "--force", "--no-verify", str(self.directory), f"{sha}:refs/incoming/{sha}")
        return sha


def _commit(fields: Sequence[str]) -> Commit:
    sha, tree, parents, author, author_at, authored, committer, committer_at, committed, message = fields
    return Commit(
        sha.lstrip("\n"),
        tree,
        tuple(parents.split()),
        Signature(author, author_at, datetime.fromtimestamp(int(authored), UTC)),
        Signature(committer, committer_at, datetime.fromtimestamp(int(committed), UTC)),
        message.removesuffix("\n"),
    )
