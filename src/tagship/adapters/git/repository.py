"""A git repository, asked by name: tags, branches, files, the remote."""

import os
import re
import weakref
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Self

from tagship.adapters.git.absence import no_repository
from tagship.adapters.git.additions import added_lines
from tagship.adapters.git.checkout import Checkout
from tagship.adapters.git.command import NETWORK, TRANSFER, Git
from tagship.adapters.git.completion import CUSTOMARY_MAINS, Lacking, lacking, moved, refspecs, what_tells_main
from tagship.adapters.git.job import speaking
from tagship.adapters.git.objects import GitTree, ObjectReader, time_in
from tagship.adapters.git.questions import CONFIGURATION, CURRENT_BRANCH, FETCH, PLACE
from tagship.adapters.git.references import (
    HEADS,
    REMOTES,
    TAGS,
    Advertised,
    References,
    advertised,
    references,
    references_with_tags,
    short_names,
)
from tagship.adapters.process import ProcessFailed
from tagship.adapters.said import without_credentials
from tagship.domain.facts import AddedLine, Remote, Tag
from tagship.errors import AtRef, Conflict, Edit, FactUnknown, Run

_REMOTE_URL = re.compile(r"remote\.(?P<name>.+)\.url")


class GitRepository(AbstractContextManager["GitRepository"]):
    """The port `Repository`, with git behind it.

    Nothing that can change is remembered, but for objects, which cannot. Questions about history complete a
    shallow clone first, or raise FactUnknown where `may_fetch` is off, which it may be from some moment on. Leave the
    context, or `close`, to end the one process that stays open.
    """

    remote_seconds: float = NETWORK
    """How long the remote may take to show what it has; who gives it less waits for a silent one only once."""

    def __init__(self, root: Path, *, may_fetch: bool = True) -> None:
        self.root = root
        self.git = Git(root, fetches=may_fetch)
        self.may_fetch = may_fetch
        self._objects = ObjectReader(self.git)
        self._trees: dict[str, GitTree] = {}
        self._head_of_remote: str | None = None
        self._silent: FactUnknown | None = None
        self._finalizer = weakref.finalize(self, self._objects.close)

    @classmethod
    def at(cls, directory: Path, *, may_fetch: bool = True) -> Self:
        """The repository that a directory lies in; raises UsageError where there is none with a working tree."""
        git = Git(directory)
        found = git(*PLACE, check=False)
        answers = os.fsdecode(found.stdout).split("\n")[:-1]
        if found.returncode != 0:
            raise no_repository(directory, found.complaint, bare=answers[:1] == ["true"], inside=len(answers) > 1)
        repository = cls(Path(answers[2]), may_fetch=may_fetch)
        repository.common_directory = (directory / answers[1]).resolve()
        return repository

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process that reads objects; asking again starts another one."""
        self._objects.close()

    @cached_property
    def common_directory(self) -> Path:
        """Where objects and references are, which a linked working tree shares with its main one."""
        return (self.root / os.fsdecode(self.git("rev-parse", "--git-common-dir").stdout.rstrip(b"\n"))).resolve()

    # -- commits and files ----------------------------------------------------------------------------------------

    def commit_of(self, ref: str) -> str:
        """The full name of the commit that a reference or an abbreviation leads to; raises FactUnknown."""
        found = self._peel(ref)
        if found is not None:
            return found
        if ref == "HEAD":
            raise FactUnknown(
                "there is no commit here yet",
                where=AtRef(ref),
                remedy=Edit("add the project's files with git add, and commit them with git commit"),
            )
        raise FactUnknown(f"{ref} leads to no commit here", where=AtRef(ref))

    def _peel(self, ref: str) -> str | None:
        found = self._objects.read(f"{ref}^{{commit}}")
        return None if found is None else found.name

    def head(self) -> str:
        """The commit that is checked out; raises FactUnknown where there is none yet."""
        return self.commit_of("HEAD")

    def current_branch(self) -> str | None:
        """The branch that is checked out, even one without a commit; None for a detached HEAD."""
        found = self.git(*CURRENT_BRANCH, check=False)
        return found.text.strip().removeprefix(HEADS) if found.returncode == 0 else None

    def tree(self, commit: str) -> GitTree:
        """The files of a commit, as they are stored: no filter and no line end is applied."""
        name = self.commit_of(commit)
        return self._trees.setdefault(name, GitTree(self.git, self._objects, name))

    def committed_at(self, commit: str) -> datetime:
        """When a commit was committed, in the committer's time zone."""
        found = self._objects.read(f"{commit}^{{commit}}")
        moment = None if found is None else time_in(found.content)
        if moment is None:
            raise FactUnknown(f"{commit} leads to no commit with a time", where=AtRef(commit))
        return moment

    def added_lines(self, before: str, after: str) -> Sequence[AddedLine]:
        """The lines of Python files that stand in `after` and not in `before`; a file that only moved adds none."""
        return added_lines(self.git, self.commit_of(before), self.commit_of(after))

    def is_dirty(self, *, untracked: bool = False) -> bool:
        """Whether tracked files differ from HEAD; when asked, also whether files lie around that nobody ignores."""
        others = "normal" if untracked else "no"
        return bool(self.git("status", "--porcelain", "-z", f"--untracked-files={others}").stdout)

    # -- tags and branches ----------------------------------------------------------------------------------------

    def tags(self) -> Mapping[str, Tag]:
        """Every local tag that leads to a commit, by name."""
        return references_with_tags(self.git, self._peel, TAGS).tags

    def references(self) -> References:
        """Every tag and branch, for who asks about several of them: hand it to what takes `known`."""
        return references_with_tags(self.git, self._peel, HEADS, REMOTES, TAGS)

    def head_tags(self) -> tuple[str, ...]:
        """The tags on the commit that is checked out, sorted."""
        head = self.head()
        return tuple(sorted(tag.name for tag in self.tags().values() if tag.commit == head))

    def tags_reached_from(self, commit: str) -> frozenset[str]:
        """The tags on this commit and on its ancestors."""
        self._complete_history()
        name = self.commit_of(commit)
        # HEAD by its own name, which can be asked before it is known which commit that is.
        reached = references(self.git, f"--merged={commit if commit == 'HEAD' else name}", TAGS)
        return frozenset(ref.removeprefix(TAGS) for ref in reached.names)

    def branches(self) -> tuple[str, ...]:
        """Local and remote-tracking branches, sorted; `origin/main` names one of the latter."""
        return references(self.git, HEADS, REMOTES).branches

    def branch_refs_containing(self, commit: str) -> tuple[str, ...]:
        """Local and remote-tracking branches that contain the commit, sorted.

        By their full names, which alone tell a remote's `main` from a local `origin/main`.
        """
        self._complete_history()
        return references(self.git, f"--contains={self.commit_of(commit)}", HEADS, REMOTES).branch_refs

    def default_branch(self, *, known: References | None = None) -> str:
        """What the remote's HEAD stands for, or else the one branch that can be meant; raises FactUnknown."""
        known = known or references(self.git, HEADS, REMOTES)
        remote = self.remote_name
        if remote is not None:
            prefix = f"{REMOTES}{remote}/"
            main = known.symbolic.get(f"{prefix}HEAD", "").removeprefix(prefix) or self._ask_head(remote)
            if main:
                return main
        return self._customary_branch(known, remote)

    def _ask_head(self, remote: str) -> str | None:
        """The remote's word, or None where it gives none: there are other ways to tell."""
        if self._head_of_remote is None and self.may_fetch:
            try:
                self._list(remote, "HEAD")
            except FactUnknown:
                return None
        return self._head_of_remote

    def _customary_branch(self, known: References, remote: str | None) -> str:
        local = set(short_names(ref for ref in known.names if ref.startswith(HEADS)))
        prefix = f"{REMOTES}{remote}/"
        tracked = {ref.removeprefix(prefix) for ref in known.branch_refs if ref.startswith(prefix)}
        candidates = [name for name in CUSTOMARY_MAINS if name in local | tracked]
        if len(candidates) == 1:
            return candidates[0]
        usual = self._configuration.get("init.defaultbranch")
        if usual in local:
            return str(usual)
        current = self.current_branch()
        # Of a remote, the branch that is here may be the only one that was fetched.
        if not candidates and remote is None and current is not None and local <= {current}:
            return current
        raise FactUnknown(
            "which branch is main cannot be told from this clone",
            remedy=what_tells_main(remote, tracked),
        )

    # -- the remote -----------------------------------------------------------------------------------------------

    @cached_property
    def _settings(self) -> Sequence[tuple[str, str]]:
        """Git's configuration, as far as it matters here, in its order: a key may stand there more than once."""
        found = self.git(*CONFIGURATION, check=False)
        entries = (entry.partition("\n") for entry in found.text.split("\0"))
        return tuple((key, value) for key, separator, value in entries if separator)

    @cached_property
    def _configuration(self) -> Mapping[str, str]:
        return dict(self._settings)

    @cached_property
    def remote_name(self) -> str | None:
        """`origin`, else the only one, else the one that the current branch follows; None for no remote at all.

        Before all of them the one that GitHub's `gh` was told to take: of a fork's clone `origin` is the fork.
        """
        names = [found["name"] for key in self._configuration if (found := _REMOTE_URL.fullmatch(key))]
        told = [name for name in names if self._configuration.get(f"remote.{name}.gh-resolved") == "base"]
        if len(told) == 1:
            return told[0]
        if "origin" in names:
            return "origin"
        if len(names) <= 1:
            return names[0] if names else None
        upstream = self._configuration.get(f"branch.{self.current_branch()}.remote")
        if upstream in names:
            return upstream
        raise FactUnknown(
            f"which of the remotes {', '.join(sorted(names))} is meant cannot be told",
            remedy=Run(("git", "remote", "rename", min(names), "origin")),
        )

    def remote_url(self) -> str | None:
        """Where the remote is, rewritten as git is configured to and without credentials; None for no remote."""
        name = self.remote_name
        if name is None:
            return None
        if any(key.endswith(".insteadof") for key, _ in self._settings):
            url = self.git("ls-remote", "--get-url", name).text.strip()
        else:
            # Git reads from the first where a remote has several.
            url = next(value for key, value in self._settings if key == f"remote.{name}.url")
        return without_credentials(url) if url.startswith("http") else url

    @property
    def _speaking(self) -> Mapping[str, str]:
        return speaking(os.environ, self.remote_url(), self._configuration)

    def remote(self, *, seconds: float | None = None) -> Remote | None:
        """What the remote shows now; None where there is no remote, FactUnknown where it gives no answer in time."""
        name = self.remote_name
        if name is None:
            return None
        seen = self._list(name, "HEAD", f"{HEADS}*", f"{TAGS}*", seconds=seconds)
        return Remote(name, seen.tags, seen.branches, self._head_of_remote)

    def _list(self, remote: str, *patterns: str, seconds: float | None = None) -> Advertised:
        if not self.may_fetch:
            raise FactUnknown(f"the remote {remote} is not asked while offline")
        if self._silent is not None:
            raise self._silent
        words = ("ls-remote", "--symref", "--end-of-options", remote, *patterns)
        try:
            listed = self.git(*words, timeout=seconds or self.remote_seconds, settings=self._speaking)
        except FactUnknown as failure:
            why = failure.completed.complaint if isinstance(failure, ProcessFailed) else failure.message
            again = Run(("git", "ls-remote", remote))
            silent = FactUnknown(f"the remote {remote} gives no answer: {why}", remedy=again)
            if self.remote_seconds < NETWORK and not isinstance(failure, ProcessFailed):
                self._silent = silent
            raise silent from failure
        seen = advertised(listed.text)
        self._head_of_remote = None if seen.head is None else seen.head.removeprefix(HEADS)
        return seen

    # -- what a clone may lack ------------------------------------------------------------------------------------

    @property
    def is_shallow(self) -> bool:
        """Whether history ends here before it began."""
        boundary = self.common_directory / "shallow"
        return boundary.is_file() and boundary.stat().st_size > 0

    def lacks(self, *, branch: str | None = None, lines: Sequence[str] = ()) -> Lacking:
        """What `complete` would ask the remote for; asks nobody."""
        return lacking(
            references(self.git, HEADS, REMOTES, TAGS),
            shallow=self.is_shallow,
            remote=self.remote_name,
            branch=branch,
            lines=lines,
        )

    def _complete_history(self) -> None:
        if self.is_shallow:
            self.complete()

    def complete(
        self, *, branch: str | None = None, lines: Sequence[str] = (), known: References | None = None
    ) -> bool:
        """Fetch history, tags, the main branch and the lines of release, each only where it is not here.

        `lines` are names or shell-style patterns. A local tag is never moved. Returns whether anything was
        fetched; raises FactUnknown where something that is missing cannot be.
        """
        known = known or references(self.git, HEADS, REMOTES, TAGS)
        remote = self.remote_name
        lack = lacking(known, shallow=self.is_shallow, remote=remote, branch=branch, lines=lines)
        if not lack.anything:
            return False
        if remote is None:
            raise FactUnknown("this clone has no history and no remote to fetch it from")
        if not self.may_fetch:
            raise FactUnknown(
                f"this clone lacks {lack}, and nothing is fetched while offline", remedy=lack.remedy(remote)
            )
        seen = self._list(remote, "HEAD", f"{HEADS}*", f"{TAGS}*")
        specs = refspecs(lack, known, seen, remote)
        if specs:
            self._fetch(remote, specs, lack)
        return bool(specs)

    def catch_up(self, remote: Remote, *, branches: Sequence[str], known: References) -> bool:
        """Fetch the tags that only the remote has, and those of its `branches` that stand elsewhere here.

        `branches` are names or shell-style patterns. Only remote-tracking branches are moved, never a tag or a
        local branch. Returns whether anything was fetched; raises FactUnknown where it cannot be.
        """
        missing = [ref for ref in (TAGS + name for name in remote.tags) if ref not in known.names]
        stale = moved(remote, branches, known)
        specs = [f"+{HEADS}{name}:{REMOTES}{remote.name}/{name}" for name in stale]
        specs += [f"{ref}:{ref}" for ref in missing]
        if specs:
            self._fetch(remote.name, specs, Lacking(history=False, tags=bool(missing), branches=stale))
        return bool(specs)

    def _fetch(self, remote: str, specs: Sequence[str], lack: Lacking) -> None:
        words = (*FETCH, "--unshallow") if lack.history else FETCH
        try:
            self.git(
                *words,
                remote,
                stdin="\n".join(specs).encode("utf-8", "surrogateescape"),
                timeout=TRANSFER,
                # Nobody asked for a release to run what lies in a folder of hooks.
                settings={"core.hooksPath": os.devnull, **self._speaking},
            )
        except ProcessFailed as failure:
            raise FactUnknown(
                f"this clone lacks {lack}, and {remote} does not give it: {failure.completed.complaint}",
                remedy=lack.remedy(remote),
            ) from failure
        finally:
            # The reader knows the old end of history.
            self._objects.close()
        if lack.history and self.is_shallow:
            raise FactUnknown(f"the remote {remote} is shallow itself: its history ends before it began")

    # -- a pristine copy ------------------------------------------------------------------------------------------

    def checkout(self, commit: str, into: Path, *, keep_tag: str | None) -> None:
        """Put a commit's files into an empty or new directory, with all history and tags beside them.

        Nothing of the working tree, of the user's git configuration or of hooks shows in the files, and
        nothing is written to this repository. Of the tags on the commit only `keep_tag`, if any, is there, so that
        a backend that asks git for the version gets that one. Raises FactUnknown or Conflict.
        """
        self._complete_history()
        name, tags = self.commit_of(commit), self.tags()
        if keep_tag is not None and keep_tag not in tags:
            raise FactUnknown(f"there is no tag {keep_tag} here", where=AtRef(keep_tag))
        if keep_tag is not None and tags[keep_tag].commit != name:
            raise Conflict(
                f"{keep_tag} stands on {tags[keep_tag].commit[:12]}, not on {name[:12]}", where=AtRef(keep_tag)
            )
        Checkout(self.git, self.common_directory, into).make(
            name,
            without=[tag.name for tag in tags.values() if tag.commit == name and tag.name != keep_tag],
            origin=self.remote_url() if self.tree(name).read(".gitmodules") is not None else None,
            promisor=self.promisor(),
        )

    def promisor(self) -> str | None:
        """Where a partial clone gets the objects that it does not have; None for a clone that has them all."""
        promising = (key.removesuffix("promisor") for key in self._configuration if key.endswith(".promisor"))
        return next((self._configuration.get(f"{remote}url") for remote in promising), None)
