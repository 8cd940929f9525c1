"""Can an installer read what the metadata asks for: other projects (PEP 508), versions of Python, extras?"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import ClassVar

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tagship.checks.reading import ARTIFACTS, core_metadata_of, listed, printable
from tagship.domain.built import BuiltFacts
from tagship.domain.core_metadata import CoreMetadata
from tagship.domain.finding import Finding, Severity
from tagship.domain.index_rules import NAME
from tagship.errors import Edit, FactUnknown, InFile

MOST_CHARACTERS = 512 << 10
"""Of all requirements of one file; the largest projects have a tenth, and reading some takes long."""


class DependenciesAreNamed:
    """Every dependency is a name that an installer looks up on an index."""

    id: ClassVar = "dependencies-are-named"
    title: ClassVar = "no dependency is a direct reference"
    why: ClassVar = "The index refuses files that depend on an address instead of a released version."
    fix: ClassVar = "Depend on a released version of the other project."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find dependencies with an address."""
        for filename, metadata in core_metadata_of(facts):
            for line in requirements_of(metadata):
                requirement = read_requirement(line)
                if isinstance(requirement, Requirement) and requirement.url is not None:
                    yield Finding(
                        f"{filename} depends on {printable(line)}: a direct reference",
                        where=InFile(filename),
                        remedy=Edit(f"replace '{printable(line)}' by a name and a version specifier"),
                    )


class DependenciesCanBeRead:
    """Every dependency is a requirement as the specification writes it."""

    id: ClassVar = "dependencies-can-be-read"
    title: ClassVar = "every dependency can be read"
    why: ClassVar = "The index refuses a requirement that it cannot read, and so does every installer."
    fix: ClassVar = "Give each dependency a name, and after it extras, versions and a marker if need be (PEP 508)."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find requirements that are none."""
        for filename, metadata in core_metadata_of(facts):
            if has_too_many(metadata):
                yield Finding(
                    f"{filename} has requirements of more than {MOST_CHARACTERS:,} characters, which nobody reads",
                    where=InFile(filename),
                    remedy=Edit("depend on less"),
                )
                continue
            for line in requirements_of(metadata):
                requirement = read_requirement(line)
                if isinstance(requirement, str):
                    yield Finding(
                        f"{filename} depends on {printable(line)}: {requirement}",
                        where=InFile(filename),
                        remedy=Edit(f"replace '{printable(line)}' by a name and a version specifier"),
                    )


class PythonRangeIsValid:
    """Requires-Python is a set of version specifiers."""

    id: ClassVar = "python-range-is-valid"
    title: ClassVar = "the supported range of Python versions can be read"
    why: ClassVar = "The index refuses a Requires-Python that it cannot read, and installers would ignore it."
    fix: ClassVar = "Write a range such as '>=3.11' under 'requires-python' in [project]."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find ranges that are none."""
        for filename, metadata in core_metadata_of(facts):
            try:
                SpecifierSet(metadata.requires_python)
            except ValueError:  # InvalidSpecifier, and a number of more digits than Python converts
                yield Finding(
                    f"{filename} requires Python {printable(metadata.requires_python)}, which is no range",
                    where=InFile(filename),
                    remedy=Edit("write 'requires-python' as in '>=3.11'"),
                )


class ExtrasAreValid:
    """Every extra has a name that can be asked for."""

    id: ClassVar = "extras-are-valid"
    title: ClassVar = "every extra has a valid name"
    why: ClassVar = "The index refuses an extra whose name no requirement could spell."
    fix: ClassVar = "Use letters, digits and '-' in the names of extras."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find names that are none."""
        for filename, metadata in core_metadata_of(facts):
            wrong = [extra for extra in metadata.provides_extra if not NAME.fullmatch(extra)]
            if wrong:
                yield Finding(
                    f"{filename} provides extras that cannot be named: {listed(wrong)}",
                    where=InFile(filename),
                    remedy=Edit("name extras with letters, digits and '-'"),
                )


def requirements_of(metadata: CoreMetadata) -> tuple[str, ...]:
    """Every line that is a requirement; raises FactUnknown where there are more of them than are read."""
    if has_too_many(metadata):
        raise FactUnknown(f"there are requirements of more than {MOST_CHARACTERS:,} characters, which are not read")
    return _lines(metadata)


def has_too_many(metadata: CoreMetadata) -> bool:
    """Whether the metadata has more requirements than are read."""
    return is_too_much(_lines(metadata))


def _lines(metadata: CoreMetadata) -> tuple[str, ...]:
    return (*metadata.requires_dist, *metadata.provides_dist, *metadata.obsoletes_dist)


def is_too_much(lines: Iterable[str]) -> bool:
    """Whether reading these would take longer than anybody waits."""
    return sum(map(len, lines)) > MOST_CHARACTERS


@lru_cache(maxsize=4096)  # several checks ask about the same lines
def read_requirement(line: str) -> Requirement | str:
    """The requirement, which is not to be changed, or why it is none."""
    try:
        return Requirement(line)
    except RecursionError:
        return "its marker is nested too deeply"
    except ValueError as invalid:  # InvalidRequirement, and a number of more digits than Python converts
        return str(invalid).splitlines()[0].rstrip(".")
