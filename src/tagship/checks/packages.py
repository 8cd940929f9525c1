"""Where a repository holds several packages: do they fit each other, and does none go before what it requires?"""

from collections.abc import Iterator
from typing import ClassVar

from tagship.domain.facts import Facts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.names import NormalizedName
from tagship.domain.packages import Demand, Exclusion, Family, Member, bounds, release_order
from tagship.errors import Edit, FactUnknown, Remedy, Run

NOTHING: frozenset[str] = frozenset()


class InternalBoundsAdmitTheRelease:
    """What the packages of a repository require of each other is what stands beside them."""

    id: ClassVar = "internal-bounds-admit-the-release"
    title: ClassVar = "the packages of this repository admit each other's versions"
    why: ClassVar = (
        "A package that excludes the new version of its sibling keeps everybody who has both at the old one, or "
        "makes the two impossible to install together."
    )
    fix: ClassVar = "Widen the bound and release that package as well, or choose a version within it."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find requirements among siblings that exclude this release, or that it makes in vain."""
        family, own = _family(facts)
        if not own.demands and not family.asking_for(own.name):
            raise NotApplicable("no other package of this repository requires this one, and it requires none of them")
        for exclusion in bounds(family, own.name, facts.version):
            yield Finding(_told(exclusion), where=exclusion.demand.where, remedy=_widen(exclusion))
        for demand in own.demands:
            if demand.specifier and family.members[demand.name].version is None:
                raise FactUnknown(f"neither a file nor a tag tells the version of {demand.name}", where=demand.where)


def _told(exclusion: Exclusion) -> str:
    return (
        f"{exclusion.by.name} requires {exclusion.demand.text!r}, which excludes {exclusion.of} {exclusion.version} "
        "of this repository"
    )


def _widen(exclusion: Exclusion) -> Edit:
    where = exclusion.demand.where
    return Edit(f"let {exclusion.demand.text!r} in {where} admit {exclusion.version}")


class DependenciesAreReleasedFirst:
    """Of every sibling that this package requires there is a version to be had that will do."""

    id: ClassVar = "dependencies-are-released-first"
    title: ClassVar = "what this package requires of its siblings is tagged or on the index"
    why: ClassVar = (
        "Until the version that it requires can be had, nobody can install the release. What is called like a package "
        "that is kept private, and is on a public index, is somebody else's."
    )
    fix: ClassVar = "Release the required packages first, in the order that the finding tells; require no private one."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find requirements, those of extras left out, that no released version of the sibling meets.

        Nor does any of a sibling that `Private ::` among its classifiers keeps from the public index, tagged or not.
        """
        family, own = _family(facts)
        required = [demand for demand in own.demands if demand.extra is None]
        if not required:
            raise NotApplicable("this package requires no other one of this repository")
        public = facts.config.index.site is not None and not own.private
        kept_back = [demand for demand in required if public and family.members[demand.name].private]
        for demand in kept_back:
            yield Finding(
                f"{own.name} requires {demand.text!r}, and a classifier of {demand.name} keeps it from the index",
                where=demand.where,
                remedy=Edit(f"let {own.name} do without {demand.name}, or publish {demand.name} as well"),
            )
        missing = [each for each in required if each not in kept_back and not _can_be_had(each, family, facts)]
        order = _order(family, own.name) if missing else ()
        for demand in sorted(missing, key=lambda each: order.index(each.name)):
            yield Finding(
                f"{own.name} requires {demand.text!r}, and no such version of {demand.name} is tagged or on the "
                f"index; the order is {', then '.join(order)}",
                where=demand.where,
                remedy=_release(demand, family),
            )


def _can_be_had(demand: Demand, family: Family, facts: Facts) -> bool:
    """Whether a tag or the index has a version that will do; the index is asked only where no tag does."""
    template = family.members[demand.name].template
    tagged = (template.version_in(tag) for tag in facts.tags)
    if any(version is not None and demand.admits(version) for version in tagged):
        return True
    return any(demand.admits(version) for version in facts.served(demand.name))


def _release(demand: Demand, family: Family) -> Remedy:
    version = family.members[demand.name].version
    if version is not None and demand.admits(version):
        return Run(("tagship", "tag", "--package", demand.name))
    return Edit(f"prepare a version of {demand.name} that {demand.text!r} admits, and release it")


def _order(family: Family, name: NormalizedName) -> tuple[NormalizedName, ...]:
    """The package and all that it requires, directly or not, in the order of their releases."""
    needed: dict[NormalizedName, Member] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in needed:
            needed[each] = family.members[each]
            waiting += [demand.name for demand in needed[each].demands if demand.extra is None]
    return release_order(needed)


def _family(facts: Facts) -> tuple[Family, Member]:
    """The packages of the repository and the one that the facts are about."""
    family = facts.family
    if family is None:
        raise NotApplicable("the repository holds one package")
    own = family.members.get(facts.project.normalized_name)
    if own is None:
        raise NotApplicable(f"{facts.project.normalized_name} is none of the packages that the repository lists")
    return family, own
