"""What would a user notice? The files in clean environments, as far as interpreters are at hand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from packaging.version import InvalidVersion, Version

from tagship.checks.reading import listed
from tagship.domain.artifact import Artifact
from tagship.domain.built import BuiltFacts, Installation
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, FactUnknown, InFile

NEEDS = frozenset({"artifacts", "network"})
"""What the files depend on comes from where the machine gets such things."""


def _installed(facts: BuiltFacts) -> Sequence[Installation]:
    """The installations that came to be; raises NotApplicable where there is none."""
    installed = [each for each in _tried(facts) if each.refused is None]
    if not installed:
        raise NotApplicable("nothing is installed that could be looked at")
    return installed


def _tried(facts: BuiltFacts) -> Sequence[Installation]:
    tried = facts.installations
    if not tried:
        names = listed([each.artifact.filename for each in facts.distributions])
        raise NotApplicable(f"no interpreter here takes {names or 'anything of what is here'}")
    return tried


def _on(installation: Installation) -> str:
    return f"{installation.filename} on Python {installation.python}"


def _insist_on_libraries(installation: Installation, lacking: Mapping[str, str]) -> None:
    """Raise FactUnknown where a shared library is missing that is this machine's to have, and not a wheel's."""
    for what, said in lacking.items():
        raise FactUnknown(
            f"{_on(installation)}: {what} cannot be tried without a shared library that this system lacks: {said}",
            where=InFile(installation.filename),
            remedy=Edit("install that library on this machine, or exempt this check"),
        )


class WheelInstalls:
    """The wheel installs where nothing else is, together with what it depends on."""

    id: ClassVar = "wheel-installs"
    title: ClassVar = "the files install in a clean environment of every Python tried"
    why: ClassVar = (
        "A wheel that every index takes may still not install: for what it depends on, or for what its archive lacks."
    )
    fix: ClassVar = "Mend what the project depends on, or the Pythons it says it runs on."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NEEDS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find what an installer refused."""
        for installation in _tried(facts):
            if installation.refused is not None:
                yield Finding(
                    f"{_on(installation)} does not install:\n{installation.refused}",
                    where=InFile(installation.filename),
                    remedy=Edit("mend what it depends on, or leave that Python out with requires-python"),
                )


class ModulesImport:
    """Everything that was installed of the project can be imported."""

    id: ClassVar = "modules-import"
    title: ClassVar = "every module that is installed can be imported"
    why: ClassVar = (
        "Tests run beside the sources: a file that the wheel lacks, or a dependency that is not declared, shows only "
        "where the project's directory is out of sight."
    )
    fix: ClassVar = "Declare what the module needs as a dependency, or include the file that it misses."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NEEDS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find modules that say something else than hello; what only an extra brings may be missing."""
        installed = _installed(facts)
        for installation in installed:
            for module, reason in installation.failed.items():
                yield Finding(
                    f"{_on(installation)}: import {module} fails: {reason}",
                    where=InFile(installation.filename),
                    remedy=Edit(f"declare or include what {module} needs, and build again"),
                )
        for installation in installed:
            _insist_on_libraries(installation, {f"import {name}": said for name, said in installation.lacking.items()})
        wanting = [each for each in installed if each.wanting]
        if wanting and not any(each.imported for each in installed):
            raise NotApplicable(
                f"{_on(wanting[0])} imports only with an extra: {next(iter(wanting[0].wanting.values()))}"
            )


class ScriptsStart:
    """Every console script can be started."""

    id: ClassVar = "scripts-start"
    title: ClassVar = "every console script starts"
    why: ClassVar = "An entry point is only a name until somebody calls it, and users are the first who do."
    fix: ClassVar = "Make the entry point name a function that exists, and declare what it needs."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NEEDS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find scripts that do not load, or that miss a module when asked for help."""
        installed = _installed(facts)
        if not any(each.scripts or each.broken_scripts or each.lacking_scripts for each in installed):
            raise NotApplicable("there are no console scripts")
        for installation in installed:
            for script, reason in installation.broken_scripts.items():
                yield Finding(
                    f"{_on(installation)}: {script} does not start: {reason}",
                    where=InFile(installation.filename),
                    remedy=Edit(f"mend the entry point of {script} or declare what it needs, and build again"),
                )
        for installation in installed:
            _insist_on_libraries(installation, installation.lacking_scripts)


class InstalledVersionIsTheReleases:
    """What is installed calls itself by the version that is released."""

    id: ClassVar = "installed-version-is-the-releases"
    title: ClassVar = "what is installed calls itself by the version of the release"
    why: ClassVar = (
        "Users, their lock files and their bug reports go by what is installed, not by what the file was called."
    )
    fix: ClassVar = "Build from the tag, with the version in one place."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NEEDS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find another version than the expected one, or than the file name's where none is."""
        for installation in _installed(facts):
            wanted = _wanted(facts, installation.filename)
            if installation.version is None or wanted is None:
                continue
            if _version(installation.version) != wanted:
                yield Finding(
                    f"{_on(installation)} calls itself {installation.version}, not {wanted}",
                    where=InFile(installation.filename),
                    remedy=Edit(f"make the metadata say {wanted}, and build again"),
                )


def _wanted(facts: BuiltFacts, filename: str) -> Version | None:
    expected = facts.expected
    if expected is not None and expected.version is not None:
        return expected.version
    try:
        return Artifact(filename, 0, "").identity[1]
    except ValueError:
        return None


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
