"""Who else is about to release the same version, or changes the same lines of the changelog?

Other open branches as this clone knows them, and open pull requests where the host can be asked. What a branch claims
is read from its files alone: no history is walked, so that a hundred branches take no longer than a glance.
"""

import dataclasses
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, TypeVar

from packaging.version import Version

from tagship.adapters.git import GitRepository
from tagship.adapters.git.branch import OpenBranches, open_branches
from tagship.adapters.pyproject import read_project
from tagship.domain.branch import Rival, Rivals
from tagship.domain.facts import Host, PullRequest, Tree
from tagship.errors import FactUnknown, TagshipError
from tagship.workflow.readiness.ahead import Ahead
from tagship.workflow.readiness.rolled import Rolled, section_rolled
from tagship.workflow.several.subdirectory import Subdirectory

T = TypeVar("T")

MOST_ASKED: Final = 20
"""Pull requests whose files are asked of the host; those that were fetched are read here, however many."""
_LONGEST: Final = 4000
"""Lines of a changelog that are compared; more than that differ where one was written anew."""
_MOST_PAIRS: Final = 250_000
"""Pairs of lines, between two that both texts have once, that are compared one by one."""


@dataclass(frozen=True, slots=True)
class Change:
    """Lines that take the place of others; a change that only adds has the same place before and behind.

    `before` and `behind` are places between the lines of the older text, counted from 0 at its beginning.
    """

    before: int
    behind: int
    lines: tuple[str, ...]

    @property
    def shown(self) -> tuple[int, int]:
        """The first and the last line of the older text that it is about, counted from 1."""
        return self.before + 1, max(self.before + 1, self.behind)

    def collides(self, other: "Change") -> bool:
        """Whether git cannot put both in; the same change twice is one."""
        return self != other and self.before <= other.behind and other.before <= self.behind


@dataclass(frozen=True, slots=True)
class Claim:
    """What this branch is to become: its version, if that is not main's already, and its changes of the changelog.

    `inside` is the project's directory from the top, `source` the file that has the version, which is the changelog's
    where there is a section that is `rolled`, and `changelog` the changelog's, where there is anything to compare.
    `main` is the name of that branch and `main_ref` its reference.
    """

    main: str
    main_ref: str
    inside: str = ""
    version: Version | None = None
    source: str | None = None
    rolled: Rolled | None = None
    changelog: str | None = None
    changes: tuple[Change, ...] = ()
    apart: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that anybody could claim as well."""
        return self.version is None and not self.changes


def find_rivals(facts: Ahead, host: Callable[[], Host | None]) -> Rivals:
    """The branches and pull requests that claim what this branch does, and how far they were looked for.

    A host that cannot be asked, or a clone without the branches, leaves out what it would tell, and `looked` says so.
    """
    return look_for(facts.repository, claim_of(facts), host, head=facts.head, pushed=_pushed(facts))


def claim_of(facts: Ahead) -> Claim:
    """What the branch claims; what cannot be told it does not claim."""
    rolled = _known(lambda: section_rolled(facts))
    version, source = _version_claimed(facts) if rolled is None else (rolled.version, rolled.path)
    apart = _known(lambda: facts.divergence)
    changelog, changes = _changelog_claimed(facts, None if apart is None else apart.base)
    return Claim(
        main=facts.main,
        main_ref=facts.main_ref,
        inside=facts.inside,
        version=version,
        source=source,
        rolled=rolled,
        changelog=changelog,
        changes=changes,
        apart=apart is not None and not apart.is_part_of_main,
    )


def _version_claimed(facts: Ahead) -> tuple[Version | None, str | None]:
    """The version that the branch brings, and where it stands; nothing where it has that of main, or only a tag has."""
    project, version = _known(lambda: facts.project), facts.known_version
    if project is None or project.version != version or project.version_source.path is None:
        return None, None
    main = _known(lambda: facts.main_project)
    return (None, None) if main is not None and main.version == version else (version, project.version_source.path)


def _changelog_claimed(facts: Ahead, base: str | None) -> tuple[str | None, tuple[Change, ...]]:
    """The changelog's file and what the branch changes of it, counted in main's; nothing where it changes nothing."""
    texts = _known(lambda: facts.changelog_texts) or {}
    for path, text in texts.items():
        ours, trees = _lines(text), facts.repository.tree
        theirs = _text(trees(facts.main_ref), path)
        # Where main went on, its own news would look like something that we took away or put in place of it.
        if theirs is not None and (base is None or _text(trees(base), path) != ours):
            changes = changes_between(theirs, ours)
            return (path, changes) if changes else (None, ())
    return None, ()


def _known(ask: Callable[[], T]) -> T | None:
    """A fact, or None where it cannot be had: this forecast goes as far as it can."""
    try:
        return ask()
    except TagshipError:
        return None


def _pushed(facts: Ahead) -> str | None:
    """The commit of this branch on the remote, which a pull request of its own is at."""
    remote, branch = facts.repository.remote_name, facts.branch
    return facts.references.objects.get(f"refs/remotes/{remote}/{branch}") if remote and branch else None


def look_for(
    repository: GitRepository,
    claim: Claim,
    host: Callable[[], Host | None],
    *,
    head: str,
    pushed: str | None = None,
) -> Rivals:
    """The rivals of a claim; `head` and `pushed` are our own commits, at which nobody is one."""
    if claim.is_empty:
        return Rivals((), "nothing is claimed that another branch could claim as well")
    branches = open_branches(repository, claim.main_ref, apart=claim.apart)
    asked = _ask(host, claim.main)
    mine = {head, pushed}
    pulls = {pull.commit: pull for pull in asked.pulls if pull.commit not in mine}
    looks = _Looks(repository, claim, asked.host)
    seen: list[tuple[str, str | None, Tree, str]] = []
    for name, commit in branches.tips.items():
        if commit not in mine and commit not in pulls:
            seen.append((name, None, repository.tree(commit), commit))
    for pull in pulls.values():
        tree = looks.tree(pull.commit)
        if tree is not None:
            seen.append((f"#{pull.number}", pull.url, tree, pull.commit))
    found = [rival for each in seen if (rival := looks.at(*each)) is not None]
    if any(rival.version is not None for rival in found):
        # Who has to make way must know what else is claimed.
        found += [rival for where, url, tree, _ in seen if (rival := looks.above(where, url, tree)) is not None]
    return Rivals(tuple(found), _told(branches, asked, looks.unread))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the host said: its open pull requests, or why it was not asked."""

    host: Host | None
    pulls: Sequence[PullRequest] = ()
    reason: str | None = None


def _ask(host: Callable[[], Host | None], main: str) -> _Asked:
    try:
        asked = host()
        if asked is None:
            return _Asked(None, reason="there is no code host to ask")
        return _Asked(asked, [pull for pull in asked.open_pulls() if pull.base == main])
    except TagshipError as unknown:
        return _Asked(None, reason=unknown.message)


def _told(branches: OpenBranches, asked: _Asked, unread: int) -> str:
    newest = "the newest " if branches.more else ""
    looked = f"looked at {newest}{_counted(len(branches.tips), 'other branch', 'other branches')}"
    if asked.reason is not None:
        return f"{looked}; not at pull requests: {asked.reason}"
    told = f"{looked} and {_counted(len(asked.pulls), 'open pull request', 'open pull requests')}"
    return f"{told}, {unread} of which could not be read" if unread else told


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


@dataclasses.dataclass(slots=True)
class _Looks:
    """Looks at what others claim; remembers what each content told, since most branches share it."""

    repository: GitRepository
    claim: Claim
    host: Host | None
    unread: int = 0
    asked: int = 0
    versions: dict[bytes, Version | None] = dataclasses.field(default_factory=dict)
    main_lines: tuple[str, ...] | None = None
    behind: dict[tuple[str, ...], bool] = dataclasses.field(default_factory=dict)
    changes: dict[tuple[str, ...], tuple[Change, ...]] = dataclasses.field(default_factory=dict)

    def tree(self, commit: str) -> Tree | None:
        """The files at the tip of a pull request, here or on the host; None where they cannot be had."""
        try:
            return self.repository.tree(commit)
        except FactUnknown:
            self.asked += 1
        if self.host is None or self.asked > MOST_ASKED:
            self.unread += 1
            return None
        return _HostTree(self.host, commit)

    def at(self, where: str, url: str | None, tree: Tree, commit: str) -> Rival | None:
        """What a branch claims as well; None where it does not, or where its files cannot be read."""
        try:
            version, lines = self._version(tree), self._lines(tree, commit)
        except TagshipError:
            self.unread += 1
            return None
        return Rival(where, url, version, lines) if version is not None or lines is not None else None

    def _version(self, tree: Tree) -> Version | None:
        """Our own version, where the other one has it as well."""
        claim = self.claim
        content = None if claim.source is None or claim.version is None else tree.read(claim.source)
        if content is None or claim.version is None:
            return None
        # To parse a file takes long; where not even the beginning of the version stands in it, it has another.
        if claim.rolled is None and _beginning(claim.version).search(content) is None:
            return None
        return claim.version if self._read(content, tree) == claim.version else None

    def above(self, where: str, url: str | None, tree: Tree) -> Rival | None:
        """A branch that is to become a later version than ours, with that alone; None for any other."""
        claim = self.claim
        try:
            content = None if claim.source is None else tree.read(claim.source)
            version = None if content is None else self._read(content, tree)
        except TagshipError:  # who cannot be read claims nothing
            return None
        is_above = version is not None and claim.version is not None and version > claim.version
        return Rival(where, url, version) if is_above else None

    def _read(self, content: bytes, tree: Tree) -> Version | None:
        """The version that the branch brings in whose file this content is."""
        rolled, inside = self.claim.rolled, Subdirectory(self.claim.inside)
        if content not in self.versions:
            version = read_project(inside.tree(tree)).version if rolled is None else rolled.version_in(content)
            self.versions[content] = version
        return self.versions[content]

    def _lines(self, tree: Tree, commit: str) -> tuple[int, int] | None:
        """The first lines of main's changelog that both change."""
        path = self.claim.changelog
        theirs = None if path is None else _text(tree, path)
        if path is None or theirs is None:
            return None
        if self.main_lines is None:
            self.main_lines = _text(self.repository.tree(self.claim.main_ref), path) or ()
        if theirs not in self.changes:
            self.changes[theirs] = changes_between(self.main_lines, theirs)
        changes = self.changes[theirs]
        shown = next((change.shown for change in changes if any(map(change.collides, self.claim.changes))), None)
        return None if shown is None or self._is_only_behind(commit, path, theirs) else shown

    def _is_only_behind(self, commit: str, path: str, theirs: tuple[str, ...]) -> bool:
        """Whether a branch has the changelog as main had it once, which tells where it began; asked of few."""
        if theirs not in self.behind:
            found = self.repository.git("merge-base", self.claim.main_ref, commit, check=False)
            base = found.text.strip() if found.returncode == 0 else None
            self.behind[theirs] = base is not None and _text(self.repository.tree(base), path) == theirs
        return self.behind[theirs]


def _beginning(version: Version) -> re.Pattern[bytes]:
    """How the version begins wherever it is spelt: zeros may stand before a number, and zeros at the end be missing."""
    major, minor = (*version.release, 0)[:2]
    return re.compile(rb"%d\.0*%d(?!\d)" % (major, minor) if minor else rb"%d" % major)


class _HostTree:
    """The files of a commit that only the host has, asked for one by one."""

    def __init__(self, host: Host, commit: str) -> None:
        self._host = host
        self._commit = commit
        self._read: dict[str, bytes | None] = {}

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none."""
        if path not in self._read:
            self._read[path] = self._host.file(self._commit, path)
        return self._read[path]

    def paths(self) -> Sequence[str]:
        """Raises FactUnknown: nobody needs the list so much that it would be asked for."""
        raise FactUnknown("which files a pull request has is not asked of the host")


def _text(tree: Tree, path: str) -> tuple[str, ...] | None:
    content = tree.read(path)
    return None if content is None else _lines(content.decode("utf-8", "replace"))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.replace("\r\n", "\n").split("\n"))


def changes_between(older: Sequence[str], newer: Sequence[str]) -> tuple[Change, ...]:
    """What the newer text has that the older one has not, and in whose place.

    What it has not any more is no change: a branch that is behind lacks what was written since. Nothing where too much
    differs to be compared.
    """
    start = _shared(older, newer)
    end = _shared(older[start:][::-1], newer[start:][::-1])
    before, after = older[start : len(older) - end], newer[start : len(newer) - end]
    if max(len(before), len(after)) > _LONGEST:
        return ()
    return tuple(_changes(before, after, start))


def _changes(before: Sequence[str], after: Sequence[str], offset: int) -> Iterator[Change]:
    """The changes between two lines and the next that both have once: nearly every line of a changelog is such a one.

    To compare all with all takes minutes, since blank lines and the names of groups are everywhere.
    """
    above, beside = 0, 0
    for here, there in (*_anchors(before, after), (len(before), len(after))):
        old, new = before[above:here], after[beside:there]
        if len(old) * len(new) > _MOST_PAIRS:
            yield Change(offset + above, offset + here, tuple(new))
        elif new:
            for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
                if kind in {"insert", "replace"}:
                    yield Change(offset + above + i1, offset + above + i2, tuple(new[j1:j2]))
        above, beside = here + 1, there + 1


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """The most lines that both texts have once and in the same order, by their numbers in either."""
    ours, theirs = Counter(before), Counter(after)
    there = {line: number for number, line in enumerate(after) if theirs[line] == 1}
    pairs = [(here, there[line]) for here, line in enumerate(before) if line in there and ours[line] == 1]
    # The longest rising sequence: `lowest` has where the best one of each length ends so far.
    lowest: list[int] = []
    ends: list[int] = []
    behind: list[int | None] = []
    for at, (_, number) in enumerate(pairs):
        length = bisect_left(lowest, number)
        behind.append(ends[length - 1] if length else None)
        lowest[length : length + 1], ends[length : length + 1] = [number], [at]
    found: list[tuple[int, int]] = []
    last = ends[-1] if ends else None
    while last is not None:
        found.append(pairs[last])
        last = behind[last]
    return found[::-1]


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (ours, theirs) in pairs if ours != theirs), min(len(first), len(second)))
