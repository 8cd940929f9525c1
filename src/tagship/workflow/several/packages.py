"""Several packages in one repository: which there are, which is meant, and a workplace for each."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import fields, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Self, TypeVar

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.git import GitRepository
from tagship.adapters.git.absence import place_below
from tagship.adapters.git.remembering import RememberingRepository
from tagship.adapters.git.working import WorkingTree
from tagship.adapters.pyproject import PYPROJECT
from tagship.adapters.workspaces import find_members, lists_packages, read_family
from tagship.domain.config import Config, Package
from tagship.domain.names import canonicalize_name
from tagship.domain.packages import Family, Member, Territory, named_by, release_order, templates
from tagship.domain.version import TagTemplate
from tagship.domain.workspace import PackageAtAGlance, Roster
from tagship.errors import Edit, UsageError
from tagship.workflow.config import read_config
from tagship.workflow.several.sharing import Within
from tagship.workflow.several.subdirectory import Subdirectory
from tagship.workflow.workplace import Wishes, Workplace

if TYPE_CHECKING:
    from tagship.workflow.readiness.ahead import Ahead  # which only one command needs

PlaceT = TypeVar("PlaceT", bound=Workplace)
MOST_NAMES = 12
_DEFAULT = Config()
_NOT_INHERITED = frozenset({"changelog", "source", "tag", "version_files"})
"""Decisions that name files or tags of the project that they were made for."""


class Packages(AbstractContextManager["Packages"]):
    """The packages that one directory of a repository lists, by their normalised names.

    `found` has their paths from the top of the repository. Leave the context to end what was started for them.
    """

    def __init__(self, directory: Path, config: Config, repository: GitRepository) -> None:
        self.directory = directory
        self.config = config
        self.repository = repository
        self.inside = place_below(repository.root, directory)
        self.working = WorkingTree(repository)
        self.working.paths()  # known at once, so that nothing is asked about each file
        workspace = Subdirectory(self.inside)
        members = find_members(workspace.tree(self.working), config, tuple(self._links_to_packages()))
        self.found: Mapping[str, Package] = workspace.packages(members.packages)
        self._left_out = members.left_out
        self._answers: dict[str, object] = {"working": self.working}

    @classmethod
    def at(cls, directory: Path, *, may_fetch: bool = True) -> Self | None:
        """The packages that a directory lists; None where it lists none. Raises ConfigError for a broken list."""
        config = read_config(directory)
        if not lists_packages(DirectoryTree(directory), config):
            return None
        repository = GitRepository.at(directory, may_fetch=may_fetch)
        packages = cls(directory, config, repository)
        if packages.found:
            return packages
        packages.close()
        if packages.left_out:
            told = "; ".join(packages.left_out)
            raise UsageError(f"the workspace of {directory} has no member that could be released; {told}")
        return None

    @classmethod
    def around(cls, directory: Path, *, may_fetch: bool = True) -> tuple[Self, str | None] | None:
        """The packages that a directory lists, or that it is one of itself, with its name then; None for neither."""
        listed = cls.at(directory, may_fetch=may_fetch)
        if listed is not None:
            return listed, None
        here = directory.resolve()
        for above in _below_the_top(here):
            listed = cls.at(above, may_fetch=may_fetch)
            if listed is not None:
                own = (name for name, package in listed.found.items() if listed.directory_of(package) == here)
                name = next(own, None)
                if name is not None:
                    return listed, name
                listed.close()
        return None

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End what was started."""
        self.working.close()
        self.repository.close()

    def _links_to_packages(self) -> Iterable[str]:
        """The symbolic links to directories with a project, or with such right below; from the workspace's own."""
        within = f"{self.inside}/" if self.inside else ""
        for link in self.working.links:
            place = self.repository.root / link
            if link.startswith(within) and ((place / PYPROJECT).is_file() or any(place.glob(f"*/{PYPROJECT}"))):
                yield link.removeprefix(within)

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """What the workspace lists and is no package here, each with the reason as a sentence for a person.

        A link to what is a package by its own path leaves nothing out.
        """
        here, known = self.repository.root / self.inside, set(map(self.directory_of, self.found.values()))
        return tuple(
            f"{path} is left out: {reason}"
            for path, reason in self._left_out.items()
            if (here / path).resolve() not in known
        )

    def directory_of(self, package: Package) -> Path:
        """Where a package is on this disk."""
        return self.repository.root.resolve() / package.path

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The tags that are here."""
        return tuple(self.repository.references().tags)

    @cached_property
    def templates(self) -> Mapping[str, TagTemplate]:
        """How each package spells its tags."""
        return templates(self.found, self.tags)

    @cached_property
    def family(self) -> Family:
        """What the packages are and require of each other, as they lie here."""
        return read_family(self.working, self.found, self.templates, self.tags)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Their names in the order of release; raises ConfigError for a circle."""
        return release_order(self.family.members)

    def named(self, name: str) -> str:
        """The package of that name, however it is spelt; raises UsageError where there is none."""
        normalized = canonicalize_name(name)
        if normalized in self.found:
            return normalized
        near = get_close_matches(normalized, self.found, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it is one of {self._names}"
        told = "; ".join((f"there is no package {name!r} here", *self.left_out))
        raise UsageError(told, remedy=Edit(hint))

    def of_tag(self, tag: str) -> str | None:
        """The one package that a tag is of, by how each spells its tags; None where that is not one."""
        name = tag.removeprefix("refs/tags/")
        spelt = self.templates if name in self.tags else templates(self.found, (*self.tags, name))
        found = named_by(name, spelt)
        return found[0] if len(found) == 1 else None

    def one_is_wanted(self) -> UsageError:
        """What is said where the command is about one package, and none was named."""
        return UsageError(
            f"there are {len(self.found)} packages here, and this command is about one of them",
            remedy=Edit(f"name it with --package: {self._names}"),
        )

    @property
    def _names(self) -> str:
        names = sorted(self.found)
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        return ", ".join(names[:MOST_NAMES]) + more

    def workplace(
        self,
        name: str,
        kind: type[PlaceT],
        *,
        environ: Mapping[str, str],
        tag: str | None = None,
        wishes: Wishes | None = None,
    ) -> PlaceT:
        """The workplace of one package; it shares the repository and does not end it."""
        package, wanted = self.found[name], wishes or Wishes()
        self.repository.remote_seconds = wanted.remote_seconds
        config = wanted.over(self.config_of(package))
        within = Within(self.repository, config, self.inside, self._answers, name)
        return kind(self.directory_of(package), environ=environ, tag=tag, wishes=wanted, within=within)

    def each(
        self, kind: type[PlaceT], *, environ: Mapping[str, str], wishes: Wishes | None = None
    ) -> Mapping[str, PlaceT]:
        """A workplace for every package, in the order of release, for who only reads: git is asked things once."""
        may_fetch = kind.fetches and not (wishes or Wishes()).offline
        self.repository.close()
        self.repository = RememberingRepository(self.repository.root, may_fetch=may_fetch)
        self._answers["family"] = self.family
        return {name: self.workplace(name, kind, environ=environ, wishes=wishes) for name in self.order}

    def roster(self) -> Roster:
        """What there is to see of each."""
        return Roster(tuple(self._at_a_glance(self.family.members[canonicalize_name(name)]) for name in self.order))

    def _at_a_glance(self, member: Member) -> PackageAtAGlance:
        tagged = {version: tag for tag in self.tags if (version := member.template.version_in(tag)) is not None}
        return PackageAtAGlance(
            name=member.name,
            path=member.path,
            version=None if member.version is None else str(member.version),
            tag_format=member.template.text,
            last_tag=tagged[max(tagged)] if tagged else None,
            requires=tuple(dict.fromkeys(demand.name for demand in member.demands)),
        )

    def config_of(self, package: Package) -> Config:
        """The decisions of the repository, with those of the package's own files and of its entry over them."""
        there = self.directory_of(package)
        is_top = there == self.directory.resolve()
        own = self.config if is_top else _over(self.config, read_config(there, inside=package.path))
        return replace(
            own,
            tag=package.tag or own.tag or self.templates[package.name],
            changelog=package.changelog or own.changelog,
            message=own.message if own.message != _DEFAULT.message else f"Release {package.name} {{version}}",
            packages=self.config.packages,
        )

    def changed(self, facts: Mapping[str, "Ahead"]) -> tuple[str, ...]:
        """The packages of which the branch changes anything, in their order; on main, since each one's last release."""
        land = Territory({name: package.path for name, package in self.found.items()})
        owners: dict[int, frozenset[str]] = {}
        for ahead in facts.values():
            # On a branch all of them hold the one answer.
            if id(ahead.changed) not in owners:
                owners[id(ahead.changed)] = land.owners(_paths(ahead))
        return tuple(name for name, ahead in facts.items() if name in owners[id(ahead.changed)])


def place_in(
    directory: Path, *, package: str | None, environ: Mapping[str, str], tag: str | None = None, wishes: Wishes
) -> Workplace:
    """The workplace of the package that is named, or that the directory is one of; else of the directory's project."""
    found = Packages.around(directory)
    if found is not None:
        packages, own = found
        with ExitStack() as stack:
            stack.enter_context(packages)
            name = own if package is None else packages.named(package)
            if name is not None:
                place = packages.workplace(name, Workplace, tag=tag, wishes=wishes, environ=environ)
                return place.closes(stack.pop_all())
    return Workplace(directory, tag=tag, wishes=wishes, environ=environ)


def _below_the_top(directory: Path) -> Iterable[Path]:
    """The directories above one, up to the top of its repository; none where it is the top, or in no repository."""
    if (directory / ".git").exists():
        return ()
    above = list(directory.parents)
    top = next((number for number, each in enumerate(above) if (each / ".git").exists()), None)
    return () if top is None else above[: top + 1]


def _over(root: Config, own: Config) -> Config:
    """What the repository decided, but for what a package decided for itself or can only decide itself.

    What is excused for all stays so, whatever else a package excuses.
    """
    said = {each.name: getattr(own, each.name) for each in fields(Config)}
    decided = replace(
        root,
        **{key: value for key, value in said.items() if key in _NOT_INHERITED or value != getattr(_DEFAULT, key)},
    )
    return replace(
        decided,
        exempt=MappingProxyType({**root.exempt, **own.exempt}),
        waive=MappingProxyType({**root.waive, **own.waive}),
    )


def _paths(facts: "Ahead") -> set[str]:
    return {path for file in facts.changed for path in (file.path, file.before) if path is not None}
