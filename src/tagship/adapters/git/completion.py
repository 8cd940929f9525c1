"""What a clone made for a job does not have, and how to fetch exactly that."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tagship.adapters.git.references import HEADS, REMOTES, TAGS, Advertised, References
from tagship.domain.facts import Remote
from tagship.errors import Edit, Remedy, Run

MAIN_OF_THE_REMOTE = "HEAD"
CUSTOMARY_MAINS = ("main", "master")


@dataclass(frozen=True, slots=True)
class Lacking:
    """History, tags, or the remote-tracking branches (by name or pattern) that a clone does not have.

    The branch HEAD stands for whatever the remote's HEAD stands for.
    """

    history: bool
    tags: bool
    branches: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether there is a reason to ask the remote."""
        return self.history or self.tags or bool(self.branches)

    def __str__(self) -> str:
        parts = [
            *(["its history"] if self.history else []),
            *(["its tags"] if self.tags else []),
            *(["the remote's main branch" if each == MAIN_OF_THE_REMOTE else each for each in self.branches]),
        ]
        return ", ".join(parts)

    def remedy(self, remote: str) -> Run:
        """The command that fetches it by hand."""
        depth = ("--unshallow",) if self.history else ()
        return Run(("git", "fetch", *depth, "--tags", remote, f"+{HEADS}*:{REMOTES}{remote}/*"))


def lacking(
    known: References, *, shallow: bool, remote: str | None, branch: str | None, lines: Sequence[str]
) -> Lacking:
    """Compare what is here with what a gate asks about; asks nobody."""
    if remote is None:
        return Lacking(history=shallow, tags=False)
    tracked = {ref.removeprefix(f"{REMOTES}{remote}/") for ref in known.names if ref.startswith(f"{REMOTES}{remote}/")}
    wanted = () if _has_main(tracked, branch) else (branch or MAIN_OF_THE_REMOTE,)
    return Lacking(
        history=shallow,
        tags=not any(ref.startswith(TAGS) for ref in known.names),
        branches=(*wanted, *(line for line in lines if not any(fnmatchcase(name, line) for name in tracked))),
    )


def _has_main(tracked: set[str], branch: str | None) -> bool:
    if branch is not None:
        return branch in tracked
    return MAIN_OF_THE_REMOTE in tracked or any(name in tracked for name in CUSTOMARY_MAINS)


def refspecs(lack: Lacking, known: References, seen: Advertised, remote: str) -> tuple[str, ...]:
    """What to fetch: branches into their remote-tracking names, and tags that are not here.

    A tag that is here is never fetched again: where the remote's differs, both must stay to be seen.
    """
    heads = set(_heads(lack, seen))
    if lack.history and not heads and seen.head is not None:
        heads.add(seen.head)
    specs = [f"+{head}:{REMOTES}{remote}/{head.removeprefix(HEADS)}" for head in sorted(heads)]
    specs += [f"{ref}:{ref}" for ref in seen.objects if ref.startswith(TAGS) and ref not in known.names]
    # History must be asked for under some name, even where there is nothing new to store.
    return tuple(specs) or (("HEAD",) if lack.history else ())


def moved(remote: Remote, wanted: Sequence[str], known: References) -> tuple[str, ...]:
    """The remote's branches of these names or patterns that stand elsewhere here, or are not here at all; sorted."""
    return tuple(
        sorted(
            name
            for name, tip in remote.branches.items()
            if any(fnmatchcase(name, each) for each in wanted)
            and known.objects.get(f"{REMOTES}{remote.name}/{name}") != tip
        )
    )


def _heads(lack: Lacking, seen: Advertised) -> Iterator[str]:
    for wanted in lack.branches:
        if wanted == MAIN_OF_THE_REMOTE:
            if seen.head in seen.objects:
                yield str(seen.head)
        else:
            yield from (
                ref for ref in seen.objects if ref.startswith(HEADS) and fnmatchcase(ref.removeprefix(HEADS), wanted)
            )


def what_tells_main(remote: str | None, tracked: Collection[str]) -> Remedy:
    """What makes known which branch is main, where a clone has only `tracked` of the remote's branches."""
    if remote is None:
        return Edit('write branch = "NAME" under [tool.tagship]')
    if len(tracked) > 1:
        return Run(("git", "remote", "set-head", remote, "--auto"))
    # A clone of a single branch: without the others a remote's head leads to nothing here.
    return Run(("git", "fetch", remote, f"+{HEADS}*:{REMOTES}{remote}/*"))
