"""Several packages in one repository: what they ask of each other, and in which order they are released."""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from packaging.version import Version

from tagship.domain.config import Package
from tagship.domain.names import NormalizedName
from tagship.domain.tagging import discover_template, tags_by_package
from tagship.domain.version import PLACEHOLDER, TagTemplate
from tagship.errors import ConfigError, Edit, InFile

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet  # slow, and asked for where there are several packages


@dataclass(frozen=True, slots=True)
class Demand:
    """What one package requires of another one of the same repository; `extra` is the one it is part of, if any.

    `text` is the requirement as it is spelt, `where` its place from the top of the repository.
    """

    name: NormalizedName
    specifier: "SpecifierSet"
    text: str
    where: InFile
    extra: str | None = None

    def admits(self, version: Version) -> bool:
        """Whether the version would do, pre-releases included: what is released here is meant to be used here."""
        return self.specifier.contains(version, prereleases=True)


@dataclass(frozen=True, slots=True)
class Member:
    """One of several packages at one state of the files; `path` is its directory from the top, "" for the top itself.

    `version` is what its files say, or else its highest tag; None where neither tells. `demands` are those upon its
    siblings, and none upon itself. `private` is one that a classifier keeps from every public index.
    """

    name: NormalizedName
    path: str
    version: Version | None
    template: TagTemplate
    demands: tuple[Demand, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """The packages of one repository by their normalised names; there are at least two, or one that is configured."""

    members: Mapping[NormalizedName, Member]
    _asking: Mapping[NormalizedName, tuple[Member, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        asking: dict[NormalizedName, list[Member]] = {}
        for member in self.members.values():
            for name in dict.fromkeys(demand.name for demand in member.demands):
                asking.setdefault(name, []).append(member)
        frozen = MappingProxyType({name: tuple(members) for name, members in asking.items()})
        object.__setattr__(self, "_asking", frozen)

    def keeps_back(self, name: NormalizedName) -> bool:
        """Whether a package is private beside others that are not: where all of them are, they have an index."""
        own = self.members.get(name)
        return own is not None and own.private and not all(each.private for each in self.members.values())

    def left_behind(self, name: NormalizedName, version: Version) -> tuple[Member, ...]:
        """The packages that are released under the same tag as this one, and whose version is another."""
        own = self.members.get(name)
        if own is None:
            return ()
        together = (each for each in self.members.values() if each.template.text == own.template.text)
        return tuple(each for each in together if each.name != name and each.version not in {None, version})

    def asking_for(self, name: NormalizedName) -> tuple[Member, ...]:
        """The members that require this one, with an extra or without."""
        return self._asking.get(name, ())


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A requirement that does not admit the version of a sibling that stands beside it."""

    by: Member
    demand: Demand
    of: NormalizedName
    version: Version


def bounds(family: Family, name: NormalizedName, version: Version) -> Iterator[Exclusion]:
    """What excludes a release of one package: its siblings' requirements, and its own, which its siblings do not meet.

    Where a sibling's version is not known, or is one under development that nobody is meant to have, its own
    requirements count and those upon it do not.
    """
    own = family.members.get(name)
    if own is not None:
        for demand in own.demands:
            there = family.members[demand.name].version
            if there is not None and not there.is_devrelease and not demand.admits(there):
                yield Exclusion(own, demand, demand.name, there)
    for member in family.asking_for(name):
        for demand in member.demands:
            if demand.name == name and not demand.admits(version):
                yield Exclusion(member, demand, name, version)


def release_order(members: Mapping[NormalizedName, Member]) -> tuple[NormalizedName, ...]:
    """The names such that what is required comes before what requires it, and otherwise by the alphabet.

    Requirements of an extra do not count: a package and its plugins ask for each other that way. Raises ConfigError
    that names the circle where there is one.
    """
    required = {name: _required(member) & members.keys() for name, member in members.items()}
    followers: dict[NormalizedName, list[NormalizedName]] = {}
    for name, names in required.items():
        for other in names:
            followers.setdefault(other, []).append(name)
    left = {name: len(names) for name, names in required.items()}
    free = [name for name, count in left.items() if not count]
    heapq.heapify(free)
    order: list[NormalizedName] = []
    while free:
        order.append(name := heapq.heappop(free))
        for follower in followers.get(name, ()):
            left[follower] -= 1
            if not left[follower]:
                heapq.heappush(free, follower)
    if len(order) < len(members):
        raise _circle(members, required, set(members) - set(order))
    return tuple(order)


def _required(member: Member) -> frozenset[NormalizedName]:
    return frozenset(demand.name for demand in member.demands if demand.extra is None)


def _circle(
    members: Mapping[NormalizedName, Member],
    required: Mapping[NormalizedName, frozenset[NormalizedName]],
    tangled: set[NormalizedName],
) -> ConfigError:
    """The error that names one circle; whoever is tangled requires somebody who is as well."""
    way = [min(tangled)]
    while way[-1] not in way[:-1]:
        way.append(min(required[way[-1]] & tangled))
    circle = way[way.index(way[-1]) :]
    demand = next(each for each in members[circle[0]].demands if each.name == circle[1] and each.extra is None)
    return ConfigError(
        f"packages require each other in a circle: {' -> '.join(circle)}",
        where=demand.where,
        remedy=Edit(f"take {demand.text!r} out of the dependencies of {circle[0]}, or make it an extra"),
    )


def templates(packages: Mapping[str, Package], tags: Iterable[str]) -> Mapping[str, TagTemplate]:
    """How each package spells its tags: as configured, else as its own tags show, else `NAME-v{version}`.

    Tags that name no package are the root's; where the root is none and no tag names a package, they are everybody's:
    then all packages are released at once.
    """
    names = list(tags)
    by_package = tags_by_package(names)
    named = any(name in by_package for name in packages)
    together = not named and not any(package.path == "" for package in packages.values())
    shared = discover_template(names, "") if together else None
    found: dict[str, TagTemplate] = {}
    for name, package in packages.items():
        if package.tag is not None:
            found[name] = package.tag
            continue
        # The root's own name is less often in its tags than nothing is.
        own: Sequence[str] = names if package.path == "" else by_package.get(name, ())
        found[name] = shared or discover_template(own, name) or _customary(package)
    return MappingProxyType(found)


def _customary(package: Package) -> TagTemplate:
    return TagTemplate() if package.path == "" else TagTemplate(f"{package.name}-v{PLACEHOLDER}")


def named_by(tag: str, spelt: Mapping[str, TagTemplate]) -> tuple[str, ...]:
    """The packages whose template reads this tag, of several those with the longest prefix."""
    readers = [name for name, template in spelt.items() if template.version_in(tag) is not None]
    longest = max((len(spelt[name].prefix) for name in readers), default=0)
    return tuple(name for name in readers if len(spelt[name].prefix) == longest)


class Territory:
    """Which package a path of the repository belongs to: the one in the deepest directory above it."""

    def __init__(self, directories: Mapping[str, str]) -> None:
        self._by_directory = {directory: name for name, directory in directories.items()}

    @property
    def directories(self) -> Collection[str]:
        """Where the packages are."""
        return self._by_directory.keys()

    def owner(self, path: str) -> str | None:
        """The package, or None for a path outside of all of them."""
        directory = path
        while directory:
            directory = directory.rpartition("/")[0]
            if directory in self._by_directory:
                return self._by_directory[directory]
        return None

    def owners(self, paths: Iterable[str]) -> frozenset[str]:
        """The packages that any of the paths belongs to."""
        return frozenset(owner for path in paths if (owner := self.owner(path)) is not None)
