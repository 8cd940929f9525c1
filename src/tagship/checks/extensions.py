"""Do a wheel's compiled modules fit what the wheel says that it is for?

The suffixes of extension modules are those of importlib.machinery.EXTENSION_SUFFIXES of each interpreter. One that
names no interpreter fits every one, and so does the stable ABI's.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import ClassVar

from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

from tagship.checks.layout import TESTS, installed, wheels_of
from tagship.checks.reading import ARTIFACTS, listed
from tagship.checks.wheels import wheel_file
from tagship.domain.built import BuiltFacts
from tagship.domain.distribution import Distribution
from tagship.domain.finding import Finding, Severity
from tagship.errors import Edit, InFile

COMPILED = (".so", ".pyd", ".dylib")
INTERPRETERS = (".abi3.so", ".abi3t.so", ".pyd")
_SUFFIX = re.compile(
    r"(?P<module>.+?)\.(?P<interpreter>cpython-3\d+|cp3\d+|pypy3\d+|graalpy\d+)(?P<threads>t?)d?"
    r"(-(?P<abi>pp\d+|native|\d+-native))?-(?P<system>[\w-]+)\.(so|pyd)"
)
SYSTEMS = (
    (re.compile(r"win32|win_\w+"), re.compile(r"win.*")),
    (re.compile(r"darwin"), re.compile(r"macosx_.*")),
    (re.compile(r"(?P<arch>\w+)-linux-(gnu|musl)\w*"), re.compile(r"(many|musl)?linux.*")),
)
"""The system that a suffix names, and the platforms of tags that are that system; of others nothing is known."""
ARCHITECTURES: Mapping[str, tuple[str, ...]] = {
    "x86_64": ("x86_64",),
    "i386": ("i686", "i386"),
    "aarch64": ("aarch64",),
    "arm": ("armv6l", "armv7l", "armv8l"),
    "powerpc64le": ("ppc64le",),
    "powerpc64": ("ppc64",),
    "s390x": ("s390x",),
    "riscv64": ("riscv64",),
    "loongarch64": ("loongarch64",),
}
"""What suffixes on Linux call an architecture, and what tags do."""


def _tags(wheel: Distribution) -> frozenset[Tag]:
    """What a wheel's name says that it is for; nothing for a name that cannot be read."""
    try:
        *_, tags = parse_wheel_filename(wheel.artifact.filename)
    except ValueError:
        return frozenset()
    return tags


def _is_for_any_system(wheel: Distribution) -> bool:
    return any(tag.platform == "any" for tag in _tags(wheel))


def _extension_modules(wheel: Distribution) -> list[str]:
    """The compiled files that only an interpreter loads; what has a plain name may be a library for ctypes."""
    return [path for path in _compiled(wheel) if path.endswith(INTERPRETERS) or _SUFFIX.fullmatch(path)]


def _compiled(wheel: Distribution) -> list[str]:
    """The compiled files that a wheel installs, less those that only tests read."""
    return sorted(
        path for path in installed(wheel) if path.endswith(COMPILED) and TESTS.isdisjoint(path.lower().split("/"))
    )


class WheelsForAnySystemArePure:
    """A wheel for any system holds nothing that was compiled for one."""

    id: ClassVar = "wheels-for-any-system-are-pure"
    title: ClassVar = "no wheel for any system holds what was compiled for one"
    why: ClassVar = "It installs everywhere, and its compiled modules load on one kind of system only."
    fix: ClassVar = "Tell the build backend that the project has extension modules, so that it tags the wheel rightly."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find extension modules and shared libraries in wheels whose name ends in none-any."""
        for wheel in wheels_of(facts.distributions):
            found = _compiled(wheel) if _is_for_any_system(wheel) else []
            if found:
                filename = wheel.artifact.filename
                yield Finding(
                    f"{filename} is for any system and holds {listed(found)}",
                    where=InFile(filename),
                    remedy=Edit("build the wheel for a platform, or leave the compiled files out"),
                )


class ExtensionsFitTheWheelsTags:
    """Every extension module is for an interpreter and a system that its wheel is for."""

    id: ClassVar = "extensions-fit-the-wheels-tags"
    title: ClassVar = "every extension module is for the Python and system of its wheel"
    why: ClassVar = "An interpreter passes over an extension module that is named for another one: the import fails."
    fix: ClassVar = "Build each wheel in a clean directory, with the interpreter that it is for."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find modules of which no variant fits the wheel's name."""
        for wheel in wheels_of(facts.distributions):
            strange = _strange(wheel)
            if strange:
                filename = wheel.artifact.filename
                yield Finding(
                    f"{filename} holds {listed(strange)}, which it is not for",
                    where=InFile(filename),
                    remedy=Edit("build the wheel again, in a clean directory"),
                )


def _strange(wheel: Distribution) -> list[str]:
    """The extension modules that fit no tag, unless another variant of the same module does."""
    tags = _tags(wheel)
    variants: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for path in _compiled(wheel) if tags else ():
        found = _SUFFIX.fullmatch(path)
        if found is None:
            variants[path.partition(".")[0]].append((path, True))
        else:
            variants[found["module"]].append((path, any(_fits(found, tag) for tag in tags)))
    return sorted(path for several in variants.values() if not any(fits for _, fits in several) for path, _ in several)


def _fits(suffix: re.Match[str], tag: Tag) -> bool:
    return _is_of_interpreter(suffix, tag) and _is_of_system(suffix["system"], tag.platform)


def _is_of_interpreter(suffix: re.Match[str], tag: Tag) -> bool:
    """Whether an interpreter of a tag looks for a suffix; a tag of the stable ABI, or of none, may mean several."""
    if tag.abi in {"abi3", "abi3t"} or tag.interpreter.startswith("py"):
        return True
    digits = "".join(filter(str.isdigit, suffix["interpreter"]))
    wanted = {"cp": ("cpython-", "cp"), "pp": ("pypy",)}.get(tag.interpreter[:2])
    if wanted is None or tag.interpreter[2:] == "3":
        return True
    same = suffix["interpreter"].startswith(wanted) and digits == tag.interpreter[2:]
    return same and (tag.abi == "none" or bool(suffix["threads"]) == tag.abi.endswith("t"))


def _is_of_system(system: str, platform: str) -> bool:
    for named, tagged in SYSTEMS:
        found = named.fullmatch(system)
        if found is None:
            continue
        if not tagged.fullmatch(platform):
            return False
        if system.startswith("win"):
            return platform == system
        architectures = ARCHITECTURES.get(found.groupdict().get("arch") or "")
        return architectures is None or platform.endswith(architectures)
    return True


class WheelsSayWhetherTheyArePure:
    """A wheel says that it is pure exactly where nothing in it is compiled."""

    id: ClassVar = "wheels-say-whether-they-are-pure"
    title: ClassVar = "every wheel's Root-Is-Purelib is true to what the wheel holds"
    why: ClassVar = "Systems that keep compiled and pure packages apart would install it to the wrong place."
    fix: ClassVar = "Tell the build backend whether the project has extension modules."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find wheels that call themselves pure with compiled modules, or not pure though for any system."""
        for wheel in wheels_of(facts.distributions):
            said = " ".join(wheel_file(wheel).get("root-is-purelib", ())).lower()
            modules = _extension_modules(wheel)
            if said == "true" and modules:
                flaw = f"says Root-Is-Purelib: true and holds {listed(modules)}"
            elif said == "false" and not _compiled(wheel) and _is_for_any_system(wheel):
                flaw = "says Root-Is-Purelib: false, is for any system and holds nothing that is compiled"
            else:
                continue
            filename = wheel.artifact.filename
            yield Finding(
                f"{filename} {flaw}",
                where=InFile(filename),
                remedy=Edit("tell the build backend whether the project has extension modules"),
            )
