"""Where things lie: what a wheel installs, what an sdist unpacks to, and which tracked directory became a package."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from tagship.checks.reading import unopened
from tagship.domain.artifact import Kind
from tagship.domain.built import BuiltFacts
from tagship.domain.distribution import Distribution, Member, MemberKind
from tagship.domain.finding import NotApplicable

ARTIFACTS_AND_INDEX = frozenset({"artifacts", "network"})
SOURCE_HOMES = ("", "src/", "lib/", "python/")
"""Where a repository has its packages, mostly."""
TESTS = frozenset({"tests", "test", "testing", "testdata"})
INSTALLED_BESIDE = frozenset({"purelib", "platlib"})
"""The parts of a wheel's `.data` directory that land where its packages do."""
EXTENSION_MODULES = (".so", ".pyd", ".dll", ".dylib", ".abi3.so")
MYPYC = "__mypyc"
"""What stands in the name of a module that a compiler adds, after a digest that is never twice the same."""
REPAIRED = (".libs", ".dylibs")
"""Directories in which a wheel's repairer puts the shared libraries that it brings."""
VOTERS = 100
"""Files of one package that are asked where its sources are; more would only cost time."""
CANDIDATES = 500
"""Tracked files of one name among which the source of a packaged one is looked for."""
PACKAGES = 500
"""Packages of one release that are looked at; what has more was not made by hand."""
GROUPS = 50
ELSEWHERE = "other directories"
"""What is told of as one when there is more to tell than anybody reads."""
DEEPEST = 40
"""Directories above a file that are told apart; a name of a hundred thousand slashes is no path."""


@dataclass(frozen=True, slots=True)
class Package:
    """One directory that a release's wheels install, and the tracked directory that it was made from.

    `held` are the paths of its files below it; `root` and `name` are paths, with forward slashes.
    """

    name: str
    root: str
    held: frozenset[str]


def all_opened(distributions: Iterable[Distribution]) -> tuple[Distribution, ...]:
    """Every distribution; raises FactUnknown where one does not open, since what it holds cannot be told."""
    found = tuple(distributions)
    broken = [each.artifact.filename for each in found if each.broken is not None]
    if broken:
        raise unopened(broken)
    return found


def wheels_of(distributions: Iterable[Distribution]) -> tuple[Distribution, ...]:
    """The wheels; raises FactUnknown where a file does not open, NotApplicable where there is no wheel."""
    wheels = tuple(each for each in all_opened(distributions) if each.artifact.kind is Kind.WHEEL)
    if not wheels:
        raise NotApplicable("there is no wheel")
    return wheels


def sdists_of(distributions: Iterable[Distribution]) -> tuple[Distribution, ...]:
    """The sdists, which may be none; raises FactUnknown where a file does not open."""
    return tuple(each for each in all_opened(distributions) if each.artifact.kind is Kind.SDIST)


def sdists_to_compare(distributions: Iterable[Distribution]) -> tuple[Distribution, ...]:
    """The sdists; raises FactUnknown where a file does not open, NotApplicable where there is no sdist."""
    found = sdists_of(distributions)
    if not found:
        raise NotApplicable("there is no sdist to compare with")
    return found


def tracked_files(facts: BuiltFacts) -> frozenset[str]:
    """The files of the commit that was built; raises NotApplicable where no repository is here."""
    if facts.tracked is None:
        raise NotApplicable("the files are not of a repository that is here")
    return facts.tracked


def installed(wheel: Distribution) -> dict[str, Member]:
    """The files that a wheel puts among other projects' modules, by their path there; no metadata, no scripts."""
    found = {}
    for member in wheel.members:
        first, *rest = member.name.split("/")
        if member.kind is MemberKind.DIRECTORY or member.name.endswith("/"):
            continue
        if first.endswith(".data") and rest:
            if rest[0] in INSTALLED_BESIDE:
                found["/".join(rest[1:])] = member
        elif not first.endswith(".dist-info"):
            found[member.name] = member
    return found


def installed_by(wheels: Iterable[Distribution]) -> dict[str, Member]:
    """What any of these wheels installs, by path."""
    found: dict[str, Member] = {}
    for wheel in wheels:
        found.update(installed(wheel))
    return found


def unpacked(sdist: Distribution) -> dict[str, Member]:
    """The files of an sdist by their path below its one directory."""
    return {
        member.name.partition("/")[2]: member
        for member in sdist.members
        if member.kind is not MemberKind.DIRECTORY and "/" in member.name.rstrip("/")
    }


def packages(paths: Collection[str], tracked: Collection[str]) -> tuple[Package, ...]:
    """The packages among what wheels install whose sources are found among the tracked files."""
    named = _by_name(tracked)
    found = []
    for name, held in sorted(_directories_with_files(paths).items())[:PACKAGES]:
        root = _root(name, held, named)
        if root is not None:
            found.append(Package(name, root, frozenset(held)))
    return tuple(found)


def _by_name(tracked: Iterable[str]) -> Mapping[str, Sequence[str]]:
    named: dict[str, list[str]] = defaultdict(list)
    for path in sorted(tracked):
        same = named[path.rpartition("/")[2]]
        if len(same) < CANDIDATES:
            same.append(path)
    return named


def _directories_with_files(paths: Iterable[str]) -> dict[str, list[str]]:
    """The topmost directories that hold files of their own, not only directories: packages, and no namespaces."""
    own = {path.rpartition("/")[0] for path in paths} - {""}
    found: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        top = next((parent for parent in parents(path) if parent in own), None)
        if top is not None:
            found[top].append(path[len(top) + 1 :])
    return found


def _root(name: str, held: Sequence[str], named: Mapping[str, Sequence[str]]) -> str | None:
    """The tracked directory in which most of a package's files are found in the same places."""
    telling = sorted(path for path in held if not path.endswith("__init__.py")) or sorted(held)
    voters = telling[:: len(telling) // VOTERS + 1]
    votes: Counter[str] = Counter()
    for path in voters:
        for source in named.get(path.rpartition("/")[2], ()):
            if source.endswith(f"/{path}"):
                votes[source[: -len(path) - 1]] += 1

    def worth(root: str) -> tuple[int, bool, int, str]:
        return votes[root], root in alike, -root.count("/"), root

    alike = {root for root in votes if f"/{root}".endswith(f"/{name}")}
    best = max(votes, key=worth, default=None)
    # Half of a package's files in a directory called otherwise is no chance; one file of one may be.
    if best is None or best in alike or votes[best] * 2 > len(voters) > 1:
        return best
    return max(alike, key=worth, default=None)


def parents(path: str) -> tuple[str, ...]:
    """The directories above a path, topmost first, without the empty one; no more of them than anybody makes."""
    parts = path.split("/", DEEPEST)
    return tuple("/".join(parts[:depth]) for depth in range(1, len(parts)))


def below(directory: str, ordered: Sequence[str]) -> Iterator[str]:
    """Those of these paths, which are sorted, that lie in a directory, without its name."""
    start = f"{directory}/"
    for at in range(bisect_left(ordered, start), len(ordered)):
        if not ordered[at].startswith(start):
            return
        yield ordered[at][len(start) :]


def grouped(paths: Iterable[str], present: Collection[str]) -> dict[str, list[str]]:
    """Paths by the topmost directory of theirs that is not present at all, or else by the one they are in.

    A directory that is absent with all below it makes one group, however deep it is.
    """
    standing = {parent for path in present for parent in parents(path)}
    groups: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        absent = (parent for parent in parents(path) if parent not in standing)
        groups[next(absent, path.rpartition("/")[0])].append(path)
    for directory in list(groups)[GROUPS:]:
        groups[ELSEWHERE] += groups.pop(directory)
    return groups


def counted(number: int, noun: str) -> str:
    """A number and its noun: 1 file, 2 files."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def suffix_of(path: str) -> str:
    """The end of a file name from its last dot on, in lower case; empty where it has none."""
    return PurePosixPath(path).suffix.lower()


def top_of(path: str) -> str:
    """The name by which a file is imported, or found, from the top of an installation."""
    return path.partition("/")[0].partition(".")[0] if "/" not in path else path.partition("/")[0]


def importable(paths: Iterable[str]) -> Iterator[str]:
    """The paths by which something can be imported, less what compilers and repairers add to a wheel."""
    for path in paths:
        top = path.partition("/")[0]
        is_loose = "/" not in path and not path.endswith((".py", *EXTENSION_MODULES))
        if not is_loose and not top.endswith(REPAIRED) and MYPYC not in top:
            yield path
