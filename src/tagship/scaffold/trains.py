"""Which packages a tag ships, and which workflow takes them there.

A tag ships one package, or all that share its spelling. A workflow runs straight through, without a job that is there
for some tags and not for others: where a skipped job stands among those that another needs, that other is skipped as
well unless each condition says otherwise, and that is how releases go missing. So packages that are built on every
platform, packages that are not, and packages that share a tag have a workflow each, where a repository has several of
these; nearly every one has one kind, and its workflow is called `release`.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from tagship.domain.adoption import AdoptedPackage, Adoption
from tagship.domain.version import TagTemplate

RELEASE = "release"
_SPECIAL = frozenset("*?+[]!\\")
"""What means something else than itself in a workflow's filter pattern."""


@dataclass(frozen=True, slots=True)
class Train:
    """One release workflow; `name` is its own, and that of its file. `together`: one tag ships all the packages."""

    name: str
    packages: tuple[AdoptedPackage, ...]
    together: bool

    @property
    def is_compiled(self) -> bool:
        """Whether any of the packages is built on every platform."""
        return any(package.is_compiled for package in self.packages)

    @property
    def chooses(self) -> bool:
        """Whether only the tag tells which of the packages is shipped."""
        return len(self.packages) > 1 and not self.together

    @property
    def tags(self) -> tuple[TagTemplate, ...]:
        """How the tags are spelt that start it, each spelling once."""
        return tuple({package.tag.text: package.tag for package in self.packages}.values())


def trains(adoption: Adoption) -> tuple[Train, ...]:
    """The release workflows of a project, the one called `release` first."""
    alone: dict[bool, list[AdoptedPackage]] = {}
    found: list[tuple[str, Sequence[AdoptedPackage], bool]] = []
    for text, packages in _by_tag(adoption).items():
        if len(packages) > 1:
            found.append((_named_after(text), packages, True))
        else:
            alone.setdefault(packages[0].is_compiled, []).extend(packages)
    found = [("wheels" if compiled else "", alone[compiled], False) for compiled in sorted(alone)] + found
    names = [RELEASE, *(f"{RELEASE}-{kind}" for kind, _, _ in found[1:])]
    return tuple(
        # Spellings that differ in signs alone would share a name.
        Train(name if name not in names[:place] else f"{name}-{place}", tuple(packages), together)
        for place, (name, (_, packages, together)) in enumerate(zip(names, found, strict=True))
    )


def train_of(adoption: Adoption, package: AdoptedPackage) -> Train:
    """The workflow that ships a package; its file name is one of the values that an index trusts."""
    return next(train for train in trains(adoption) if package in train.packages)


def pattern(tag: TagTemplate) -> str:
    """The filter pattern that lets the tags of this spelling through: a digit where the version begins."""
    return f"{_escaped(tag.prefix)}[0-9]*{_escaped(tag.suffix)}"


def glob(tag: TagTemplate) -> str:
    """The same as a pattern of a shell's `case`."""
    return "".join((_literal(tag.prefix), "[0-9]*", _literal(tag.suffix)))


def _literal(text: str) -> str:
    return shlex.quote(text) if text else ""


def _by_tag(adoption: Adoption) -> dict[str, list[AdoptedPackage]]:
    found: dict[str, list[AdoptedPackage]] = {}
    for package in adoption.packages:
        found.setdefault(package.tag.text, []).append(package)
    return found


def _named_after(template: str) -> str:
    """A name for what shares a spelling of tags, from the letters in front of the version."""
    prefix = TagTemplate(template).prefix.removesuffix("v")
    return "".join(sign if sign.isalnum() else "-" for sign in prefix).strip("-").lower() or "together"


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in text)
