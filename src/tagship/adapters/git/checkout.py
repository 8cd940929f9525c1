"""A throwaway copy of one commit, with history and tags, in which nothing of this machine shows."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tagship.adapters.git.command import TRANSFER, Git
from tagship.adapters.git.references import TAGS
from tagship.adapters.process import ProcessFailed
from tagship.errors import Edit, FactUnknown, Remedy, Run

NEUTRAL_UMASK = 0o022
"""Modes of files go into the archives; they must not depend on who builds."""

_CONFIGURATION = {
    "core.autocrlf": "false",
    "core.eol": "lf",
    "core.safecrlf": "false",
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.longPaths": "true",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "advice.detachedHead": "false",
    # A backend that asks git must not be shown signatures, or be told that some file is not to its taste.
    "log.showSignature": "false",
    "status.showUntrackedFiles": "normal",
}
"""Written into the copy, so that it also holds for the git that a build backend runs there."""


_NAMED = 3
"""How many files a message names."""


class Checkout:
    """Makes one copy of `source`, a repository's git directory, in the directory `into`."""

    def __init__(self, git: Git, source: Path, into: Path) -> None:
        self._git = git
        self._source = source
        self._into = into
        self._copy = Git(into)

    def make(self, commit: str, *, without: Sequence[str], origin: str | None, promisor: str | None) -> None:
        """Copy, drop the tags named in `without`, put the commit's files there, and its submodules' where it has any.

        `origin` is where the project's remote is, for submodules whose address is told relative to it.
        `promisor` is where a partial clone gets the objects that it does not have.
        """
        self._clone()
        if without:
            deletions = "".join(f"delete {TAGS}{name}\0\0" for name in without)
            self._copy("update-ref", "-z", "--stdin", stdin=deletions.encode("utf-8", "surrogateescape"))
        self._fill(commit, promisor)
        self._prove_filtered()
        if (self._into / ".gitmodules").is_file():
            self._submodules(origin)

    def _clone(self) -> None:
        settings = [part for name, value in _CONFIGURATION.items() for part in ("--config", f"{name}={value}")]
        self._git(
            "clone",
            # Nothing is copied: the objects of the source are read where they are.
            "--quiet", "--shared", "--no-checkout", "--no-recurse-submodules", "--origin=origin", "--template=",
            *settings,
            "--",
            str(self._source),
            str(self._into),
            umask=NEUTRAL_UMASK,
            # A user may have forbidden git to read other repositories on this machine; this one is their own.
            variables={"GIT_ALLOW_PROTOCOL": "file"},
        )  # fmt: skip

    def _fill(self, commit: str, promisor: str | None) -> None:
        # A remote's address may hold a credential: it must not stand on a command line.
        lazily = {} if promisor is None else {"remote.lazy.url": promisor, "remote.lazy.promisor": "true"}
        done = self._copy(
            "checkout", "--quiet", "--detach", commit, timeout=TRANSFER, umask=NEUTRAL_UMASK, settings=lazily
        )
        # Git calls it a success when a file's object is missing.
        if self._copy("ls-files", "--deleted", "-z").stdout:
            raise FactUnknown(
                f"not every file of {commit[:12]} can be had: {done.complaint}", remedy=Run(("git", "fsck"))
            )

    def _prove_filtered(self) -> None:
        """Stop where the source's own configuration has a filter that the copy's files did not go through.

        What is configured for the user works in the copy as well.
        """
        paths = self._copy("ls-files", "-z").stdout
        if not re.search(rb"(?:^|[/\0])\.gitattributes\0", paths):
            return
        theirs, ours = _filters(self._git), _filters(self._copy)
        missing = {key.split(".", 1)[1].rpartition(".")[0] for key in theirs if theirs[key] != ours.get(key)}
        if not missing:
            return
        fields = self._copy("check-attr", "-z", "--stdin", "filter", stdin=paths).text.split("\0")
        found = [(path, name) for path, name in zip(fields[::3], fields[2::3], strict=False) if name in missing]
        if found:
            name = found[0][1]
            files = [path for path, filtered in found if filtered == name]
            more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
            raise FactUnknown(
                f"{', '.join(files[:_NAMED])}{more} cannot be had as released: "
                f"the filter {name} is configured for this clone, which does not hold in the copy that is built",
                remedy=_everywhere(name, anew=not any(key.startswith(f"filter.{name}.") for key in ours)),
            )

    def _submodules(self, origin: str | None) -> None:
        if origin is not None:
            self._copy("config", "remote.origin.url", origin)
        local = False
        for name, repository in self._modules_at_hand():
            self._copy("config", f"submodule.{name}.url", str(repository))
            local = True
        allow = ("-c", "protocol.file.allow=always") if local else ()
        try:
            self._copy(
                *allow,
                "submodule", "--quiet", "update", "--init", "--recursive",
                timeout=TRANSFER,
                umask=NEUTRAL_UMASK,
            )  # fmt: skip
        except ProcessFailed as failure:
            raise FactUnknown(
                f"the submodules cannot be had: {failure.completed.complaint}",
                remedy=Run(("git", "submodule", "update", "--init", "--recursive")),
            ) from failure

    def _modules_at_hand(self) -> Iterator[tuple[str, Path]]:
        """The submodules whose commit is in the user's own repository already: no need to ask anybody."""
        listed = self._copy("config", "--null", "--file", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$")
        for entry in listed.text.split("\0"):
            key, _, path = entry.partition("\n")
            name = key.removeprefix("submodule.").removesuffix(".path")
            repository = self._source / "modules" / name
            if not name or ".." in name.split("/") or not (repository / "HEAD").is_file():
                continue
            pinned = self._copy("rev-parse", "--verify", "--quiet", f"HEAD:{path}", check=False).text.strip()
            if pinned and Git(repository)("cat-file", "-e", f"{pinned}^{{commit}}", check=False).returncode == 0:
                yield name, repository


def _filters(git: Git) -> Mapping[str, str]:
    """The commands that make files of what is stored, by their keys as they hold in a directory."""
    found = git("config", "--null", "--get-regexp", r"^filter\..*\.(smudge|process)$", check=False)
    return dict(entry.split("\n", 1) for entry in found.text.split("\0") if "\n" in entry)


def _everywhere(name: str, *, anew: bool) -> Remedy:
    if name == "lfs" and anew:
        return Run(("git", "lfs", "install"))
    return Edit(f"configure filter.{name} with git config --global alone")
