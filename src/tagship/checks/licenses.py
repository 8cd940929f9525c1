"""Is the licence said as the index wants it, and is its text in every file?"""

from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import ClassVar

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.version import Version

from tagship.checks.reading import ARTIFACTS, core_metadata_of, listed, opened, printable
from tagship.domain.artifact import Kind
from tagship.domain.built import BuiltFacts
from tagship.domain.core_metadata import CoreMetadata, parse_metadata
from tagship.domain.finding import Finding, Severity
from tagship.domain.index_rules import introduced_in
from tagship.domain.version import parse_version
from tagship.errors import Edit, InFile

LONGEST_EXPRESSION = 2000
"""Characters; an operating system's licences take fewer."""


class LicenseExpressionIsValid:
    """License-Expression is an expression of known licences."""

    id: ClassVar = "license-expression-is-valid"
    title: ClassVar = "the licence expression is one of known licences"
    why: ClassVar = "The index refuses an expression that it cannot read, and licences that are not in the SPDX list."
    fix: ClassVar = "Write an SPDX expression such as 'Apache-2.0 OR MIT' under 'license' in [project]."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find expressions that are none."""
        for filename, metadata in core_metadata_of(facts):
            flaw = _expression_flaw(metadata.license_expression)
            if flaw is not None:
                yield Finding(
                    f"{filename} has the licence expression {printable(metadata.license_expression):.80}: {flaw}",
                    where=InFile(filename),
                    remedy=Edit("write 'license' as an SPDX expression, such as MIT or 'Apache-2.0 OR MIT'"),
                )


def _expression_flaw(said: str) -> str | None:
    if len(said) > LONGEST_EXPRESSION:
        return "it is too long to be read"
    try:
        canonicalize_license_expression(said or "MIT")
    except InvalidLicenseExpression as invalid:
        return printable(str(invalid).rstrip(".")[:160])
    return None


class LicenseIsSaidOnce:
    """The licence is said as an expression or in the old field, not in both."""

    id: ClassVar = "license-is-said-once"
    title: ClassVar = "the licence is said as an expression or as text, not as both"
    why: ClassVar = "The index refuses License beside License-Expression (PEP 639)."
    fix: ClassVar = "Keep the expression, and name the text under 'license-files' in [project]."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find licences said twice."""
        for filename, metadata in core_metadata_of(facts):
            if metadata.license and metadata.license_expression:
                yield Finding(
                    f"{filename} has License beside License-Expression {printable(metadata.license_expression)}",
                    where=InFile(filename),
                    remedy=Edit("keep the expression, and name the text under 'license-files'"),
                )


class LicensePathsArePlain:
    """Every License-File is a path as it stands in the archive."""

    id: ClassVar = "license-paths-are-plain"
    title: ClassVar = "every licence file is named by a plain path below the project"
    why: ClassVar = "The index refuses patterns, absolute paths, backslashes and '..' in License-File (PEP 639)."
    fix: ClassVar = "Name licence files that lie below the project's directory."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find paths that lead elsewhere, or to many files."""
        for filename, metadata in core_metadata_of(facts):
            wrong = [path for path in _license_files(metadata) if not _is_plain(path)]
            if wrong:
                yield Finding(
                    f"{filename} names licence files by {listed(wrong)}",
                    where=InFile(filename),
                    remedy=Edit("let 'license-files' match files below the project's directory"),
                )


def _is_plain(path: str) -> bool:
    absolute = PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()
    return not (absolute or ".." in path or "*" in path or "\\" in path)


def _license_files(metadata: CoreMetadata) -> tuple[str, ...]:
    """What the index looks for; backends wrote the field before the metadata had it, and then it means nothing."""
    version = parse_version(metadata.metadata_version)
    if version is None or version < Version(introduced_in("license-file")):
        return ()
    return metadata.license_files


class LicenseFilesAreThere:
    """Every licence file that the metadata names lies where the index looks for it."""

    id: ClassVar = "license-files-are-there"
    title: ClassVar = "every licence file that the metadata names is in the file"
    why: ClassVar = "The index refuses an sdist without it at its top, or a wheel without it in .dist-info/licenses."
    fix: ClassVar = "Include the licence files, and build with a current version of the backend."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find licences that are promised and absent."""
        for distribution in opened(facts):
            metadata = parse_metadata(distribution.metadata or b"")
            folder = distribution.top if distribution.artifact.kind is Kind.SDIST else f"{distribution.root}/licenses"
            held = set(distribution.names)
            absent = [path for path in _license_files(metadata) if f"{folder}/{path}" not in held]
            if absent:
                filename = distribution.artifact.filename
                yield Finding(
                    f"{filename} names licence files that are not in {folder}: {listed(absent)}",
                    where=InFile(filename),
                    remedy=Edit("include the licence files, or let 'license-files' name others"),
                )
