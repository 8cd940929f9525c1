"""Do the commands of a wheel lead to modules that the wheel has?"""

from collections.abc import Collection, Iterator
from typing import ClassVar

from tagship.checks.layout import EXTENSION_MODULES, installed, parents, wheels_of
from tagship.checks.reading import ARTIFACTS, entry_points_of, listed
from tagship.domain.built import BuiltFacts
from tagship.domain.finding import Finding, Severity
from tagship.errors import Edit, InFile

COMMANDS = frozenset({"[console_scripts]", "[gui_scripts]"})
MODULES = (".py", ".pyc", *EXTENSION_MODULES)
MOST = 10_000
"""Lines of entry points that are read."""


class ScriptsHaveTheirModules:
    """Every command of a wheel leads to a module of it, or into a package that is another project's."""

    id: ClassVar = "scripts-have-their-modules"
    title: ClassVar = "every command of a wheel leads to a module that the wheel holds"
    why: ClassVar = "The command is installed, and ends in an ImportError whenever somebody types it."
    fix: ClassVar = "Name the module where the function is, and let the build backend include its package."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find commands whose module is missing from a package that the wheel holds."""
        for wheel in wheels_of(facts.distributions):
            commands = tuple(_commands(entry_points_of(wheel)))
            if not commands:
                continue
            paths = installed(wheel)
            regular = {path.rpartition("/")[0] for path in paths if path.rpartition("/")[2].startswith("__init__.")}
            there = _importable({module for _, module in commands}, paths)
            lost = [
                f"{name} = {module}" for name, module in commands if module not in there and _is_own(module, regular)
            ]
            if lost:
                filename = wheel.artifact.filename
                yield Finding(
                    f"{filename} holds no module for {listed(lost)}",
                    where=InFile(filename),
                    remedy=Edit("name the module where the function is, or include it in the wheel"),
                )


def _commands(content: bytes) -> Iterator[tuple[str, str]]:
    """The name of each command and the module that it leads to; what cannot be read is told of elsewhere."""
    is_of_commands = False
    for line in content.decode("utf-8", "replace").splitlines()[:MOST]:
        text = line.strip()
        if text.startswith("["):
            is_of_commands = text in COMMANDS
        elif is_of_commands and "=" in text and not text.startswith(("#", ";")):
            name, _, target = text.partition("=")
            yield name.strip(), target.partition(":")[0].partition("[")[0].strip()


def _importable(modules: Collection[str], paths: Collection[str]) -> frozenset[str]:
    """Which of these modules lie here; directories are packages, too."""
    wanted = {module.replace(".", "/"): module for module in modules}
    found: set[str] = set()
    for path in paths:
        found.update(wanted[parent] for parent in parents(path) if parent in wanted)
        folder, _, name = path.rpartition("/")
        module = f"{folder}/{name.partition('.')[0]}".lstrip("/")
        if module in wanted and path.endswith(MODULES):
            found.add(wanted[module])
    return frozenset(found)


def _is_own(module: str, regular: Collection[str]) -> bool:
    """Whether a module would have to lie in a package that is this wheel's alone, and no namespace of several."""
    path = module.replace(".", "/")
    return any(parent in regular for parent in parents(path))
