"""What has changed since the last release that the index serves?"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import ClassVar

from tagship.checks.layout import (
    ARTIFACTS_AND_INDEX,
    SOURCE_HOMES,
    counted,
    grouped,
    importable,
    installed_by,
    packages,
    parents,
    sdists_of,
    suffix_of,
    top_of,
    unpacked,
    wheels_of,
)
from tagship.checks.reading import listed
from tagship.checks.sources import is_for_developers, is_generated, is_source
from tagship.domain.built import BuiltFacts, Published
from tagship.domain.distribution import Distribution, Member
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, InFile

LARGE = 1 << 20
"""Bytes from which on one new file is worth a word."""
GROWN = 2
"""How many times its former size a release may have without a word."""


def published_before(facts: BuiltFacts) -> Published:
    """The release before this one; raises NotApplicable where there is none."""
    if facts.published is None:
        raise NotApplicable("no release was published before this one")
    return facts.published


class RemovalsAreExplained:
    """What the last release's wheels held and this one's do not is gone from the sources, too."""

    id: ClassVar = "removals-are-explained"
    title: ClassVar = "the wheels hold what the last release's held and the sources still have"
    why: ClassVar = "A file that drops out of a release without a commit that removes it was lost on the way."
    fix: ClassVar = "Let the build backend include the files again, or remove them from the project."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS_AND_INDEX

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find files of the last release's wheels that git has and no wheel; without git, the sdist tells."""
        published = published_before(facts)
        held = installed_by(wheels_of(facts.distributions))
        before = installed_by(wheels_of(published.distributions))
        told_by, sources = _sources(facts)
        lost = _still_there(_gone(held, before), before, sources)
        for paths in grouped(lost, held).values():
            yield Finding(
                f"no wheel holds {counted(len(paths), 'file')} of {published.version} that {told_by} has:"
                f" {listed(paths)}",
                where=InFile(paths[0]),
                remedy=Edit(f"let the build backend include {paths[0].rpartition('/')[0] or paths[0]} again"),
            )


def _sources(facts: BuiltFacts) -> tuple[str, Collection[str]]:
    """What the release was made from, and what tells: git, or else the sdist."""
    if facts.tracked is not None:
        return "git", facts.tracked
    sdists = sdists_of(facts.distributions)
    if not sdists:
        raise NotApplicable("neither git nor an sdist is here to tell what was removed on purpose")
    return "the sdist", {path for sdist in sdists for path in unpacked(sdist)}


def _gone(held: Collection[str], before: Collection[str]) -> list[str]:
    """What was there before, less what comes and goes without anybody's notice."""
    gone = sorted(set(before) - set(held))
    return [path for path in gone if not (is_generated(path) or is_for_developers(path) or is_source(path))]


def _still_there(gone: Iterable[str], before: Collection[str], sources: Collection[str]) -> list[str]:
    """Which of the files that are gone stand where the package is made from, or would be, at the top."""
    roots = {package.name: package.root for package in packages(before, sources)}

    def stands(path: str) -> bool:
        made_from = [f"{roots[name]}{path[len(name) :]}" for name in parents(path) if name in roots]
        return any(place in sources for place in (*made_from, *(f"{home}{path}" for home in SOURCE_HOMES)))

    return [path for path in gone if stands(path)]


class ModulesAreKept:
    """Without git to tell what was removed on purpose, every module of the last release is there."""

    id: ClassVar = "modules-are-kept"
    title: ClassVar = "the wheels hold every module of the last release whose package they hold"
    why: ClassVar = "No repository is here to tell a module that was removed from one that was lost."
    fix: ClassVar = "Examine the files in the project's repository, or see that each module was removed on purpose."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS_AND_INDEX

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find modules that are gone while their directory stands."""
        published = published_before(facts)
        if facts.tracked is not None:
            raise NotApplicable("git tells what was removed on purpose")
        held = installed_by(wheels_of(facts.distributions))
        standing = {path.rpartition("/")[0] for path in held}
        gone = _gone(held, installed_by(wheels_of(published.distributions)))
        lost = [path for path in gone if path.endswith(".py") and path.rpartition("/")[0] in standing]
        for paths in grouped(lost, held).values():
            yield Finding(
                f"{counted(len(paths), 'module')} of {published.version} gone: {listed(paths)}",
                where=InFile(paths[0]),
                remedy=Edit(f"see that {paths[0]} was removed on purpose"),
            )


class AdditionsAreExpected:
    """What a release adds is no new top-level name, no large file, and not as much again as there was."""

    id: ClassVar = "additions-are-expected"
    title: ClassVar = "the release adds no top-level name, no large file, and does not double in size"
    why: ClassVar = "What was packed by mistake shows as something large or something new."
    fix: ClassVar = "See that what is new is meant to be installed; exempt this check for the release if it is."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS_AND_INDEX

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find new names at the top, new large data, and wheels that have doubled."""
        published = published_before(facts)
        wheels, former = wheels_of(facts.distributions), wheels_of(published.distributions)
        held, before = installed_by(wheels), installed_by(former)
        added = sorted(held.keys() - before.keys())
        tops = sorted({top_of(path) for path in importable(added)} - {top_of(path) for path in before})
        if tops:
            yield _surprise(wheels[0], f"installs {listed(tops)}, which {published.version} did not", listed(tops))
        large = [
            path for path in added if held[path].size > LARGE and not is_generated(path) and suffix_of(path) != ".py"
        ]
        if large:
            more = f"brings {counted(len(large), 'new file')} of more than 1 MiB: {listed(large)}"
            yield _surprise(wheels[0], more, listed(large))
        for wheel, size, was in _grown(wheels, former):
            yield _surprise(wheel, f"is {size / was:.1f} times as large as in {published.version}", "what is new")


def _surprise(wheel: Distribution, what: str, of: str) -> Finding:
    filename = wheel.artifact.filename
    return Finding(f"{filename} {what}", where=InFile(filename), remedy=Edit(f"see that {of} is meant to be there"))


def _grown(wheels: Iterable[Distribution], former: Iterable[Distribution]) -> Iterator[tuple[Distribution, int, int]]:
    """The wheels that are much larger than those with the same tags were, with both sizes in bytes."""
    sizes = {_tags(wheel): wheel.artifact.size for wheel in former}
    for wheel in wheels:
        was = sizes.get(_tags(wheel), 0)
        if was and wheel.artifact.size > GROWN * was:
            yield wheel, wheel.artifact.size, was


def _tags(wheel: Distribution) -> str:
    """The part of a wheel's file name that says where it runs."""
    return "-".join(wheel.artifact.filename.rsplit("-", 3)[1:])


class ContentsStayAsTheyWere:
    """The wheels hold the files that the last release's held, by name and by content."""

    id: ClassVar = "contents-stay-as-they-were"
    title: ClassVar = "the wheels add nothing to the last release, take nothing away and change no data"
    why: ClassVar = "What is in a release shows best beside the one before: a wrong template looks like any other file."
    fix: ClassVar = "Read the list; what is there by mistake has not been published yet."
    severity: ClassVar = Severity.NOTE
    needs: ClassVar = ARTIFACTS_AND_INDEX

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Tell what was added and removed, and which files other than modules have changed."""
        published = published_before(facts)
        wheels = wheels_of(facts.distributions)
        held, before = installed_by(wheels), installed_by(wheels_of(published.distributions))
        changes = {
            "added": held.keys() - before.keys(),
            "removed": before.keys() - held.keys(),
            "changed": {path for path in held.keys() & before.keys() if _is_other_data(path, held, before)},
        }
        for how, paths in changes.items():
            told = sorted(path for path in paths if not is_generated(path))
            if told:
                yield Finding(
                    f"{counted(len(told), 'file')} {how} since {published.version}: {listed(told)}",
                    where=InFile(wheels[0].artifact.filename),
                    remedy=Edit(f"see that what was {how} was meant to be"),
                )


def _is_other_data(path: str, held: Mapping[str, Member], before: Mapping[str, Member]) -> bool:
    mine, other = held[path].sha256, before[path].sha256
    return not path.endswith(".py") and None not in {mine, other} and mine != other
