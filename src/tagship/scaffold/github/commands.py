"""What the jobs of a release run: for one package, for the one that the tag names, and for several that share a tag."""

import shlex
from dataclasses import dataclass

from tagship.domain.adoption import AdoptedPackage, Adoption
from tagship.domain.endpoints import KNOWN, PYPI
from tagship.scaffold.github.steps import LONG, TAGSHIP
from tagship.scaffold.trains import Train

DIST = "dist"


@dataclass(frozen=True, slots=True)
class Cargo:
    """What one pass of the steps ships, as their commands tell it.

    `title` is what the names of steps end with; `chosen` the words that name the package, each with a space before it;
    `project` a word for a shell. `dist` is the directory of its built files, without a slash at the end.
    """

    title: str
    chosen: str
    project: str
    dist: str
    is_compiled: bool

    @property
    def manifest(self) -> str:
        """The file that names the built files with their digests."""
        return f"{self.dist}.manifest.json"

    @property
    def receipt(self) -> str:
        """The file that holds the proof."""
        return f"{self.dist}.receipt.json"

    @property
    def where(self) -> str:
        """The words that say where the built files lie; a package's own directory is not where jobs look."""
        return f"{self.chosen} --dist {self.dist}" if self.chosen else ""

    @property
    def sources(self) -> str:
        """Where its sdist is unpacked for the wheels."""
        return f"source{self.dist.removeprefix(DIST)}"

    @property
    def wheels(self) -> str:
        """Where its wheels are put together."""
        return f"wheels{self.dist.removeprefix(DIST)}"


def cargoes(train: Train) -> tuple[Cargo, ...]:
    """What the steps of a workflow pass through for, in the order of the packages."""
    if train.chooses:
        return (Cargo("", ' --package "$PACKAGE"', '"$PROJECT"', DIST, train.is_compiled),)
    if not train.together:
        (package,) = train.packages
        # One of several, or one below the top: built files lie in its own directory unless that is said.
        chosen = "" if package.key is None else f" --package {shlex.quote(package.key)}"
        return (Cargo("", chosen, shlex.quote(package.name), DIST, package.is_compiled),)
    return tuple(_of_several(package) for package in train.packages)


def _of_several(package: AdoptedPackage) -> Cargo:
    key = package.key or package.name
    word = shlex.quote(key)
    return Cargo(f" {key}", f" --package {word}", shlex.quote(package.name), f"{DIST}/{key}", package.is_compiled)


def together(cargo: Cargo, passes: tuple[Cargo, ...]) -> str:
    """The words for what is released by the same tag: a package may need another one that no index has yet."""
    return "".join(f" --together-with {each.dist}" for each in passes if each != cargo)


def step(name: str, command: str, *, environment: str = "") -> str:
    """One step that calls tagship; `environment` are lines of YAML."""
    whole = f"{TAGSHIP} {command}"
    run = whole if len(whole) <= LONG else f">-\n    {TAGSHIP}\n    {command}"
    text = f"- name: {name}\n  run: {run}\n"
    if environment:
        text += "  env:\n" + "".join(f"    {line}\n" for line in environment.splitlines())
    return text


def where_to(adoption: Adoption) -> str:
    """The words for an index other than the public one, for jobs in which no configuration is at hand."""
    index = adoption.index
    if index == PYPI:
        return ""
    if index in KNOWN.values():
        return f" --index {index.name}"
    return f" --index {shlex.quote(index.simple)} --upload-url {shlex.quote(index.upload)}"
