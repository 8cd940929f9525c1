"""The facts about what lies in the working tree, beside main and the last release."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from tagship.adapters.fragments import find_fragments
from tagship.adapters.git import GitRepository
from tagship.adapters.git import branch as git_branch
from tagship.adapters.git.additions import begin_added_lines
from tagship.adapters.git.history import begin_messages
from tagship.adapters.git.references import HEADS, References
from tagship.adapters.git.working import WorkingTree
from tagship.adapters.pyproject import read_project
from tagship.adapters.toml_document import TomlDocument
from tagship.adapters.versions import find_locks
from tagship.domain.branch import ChangedFile, Divergence, Fragments, Lock, Shipping, TreeState
from tagship.domain.config import Config
from tagship.domain.facts import Remote, Tag, Tree
from tagship.domain.packages import Territory
from tagship.domain.project import Project
from tagship.domain.shipping import changes_tools_only, judge, moves_the_version_only
from tagship.errors import ConfigError, FactUnknown, Run, TagshipError
from tagship.workflow.gather import Gathered, Ports
from tagship.workflow.lookup import fact
from tagship.workflow.readiness.ways import newest

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
"""Without any of them there is no project."""
MOST_PLACES_OF_A_VERSION = 100
"""Who changes more files than that does more than to set a version."""


class BesideMain(Gathered):
    """The facts about the branch that is checked out, as its files lie here, committed or not.

    Nothing is fetched and nothing is written: what a clone lacks is unknown, with the command that fetches it. Main is
    the remote's, as this clone knows it, or else the local branch. `ask_remote` asks what the remote has now, and
    raises FactUnknown offline.
    """

    def __init__(
        self,
        ports: Ports,
        config: Config,
        choose: Callable[[Gathered], str],
        *,
        ask_remote: Callable[[], Remote | None],
        dist: Path,
        inside: str = "",
        workspace: str = "",
    ) -> None:
        super().__init__(ports, config, choose, dist=dist, inside=inside, workspace=workspace)
        self._ask_remote = ask_remote

    def close(self) -> None:
        """End what stays open to look at the working tree."""
        tree = self.answers.get("working")
        if isinstance(tree, WorkingTree):
            tree.close()

    @property
    def repository(self) -> GitRepository:
        """The repository, which is only read."""
        return self._ports.repository

    # -- where the files are ------------------------------------------------------------------------------------------

    @fact
    def working(self) -> WorkingTree:
        """The files as they lie here."""
        tree = WorkingTree(self.repository)
        tree.paths()  # known at once, so that nothing is asked about each file
        return tree

    @property
    def files(self) -> Tree:
        """The project's files as they lie here, by its own paths."""
        return self._inside.tree(self.working)

    @property
    def own_project(self) -> Project:
        """The project with its places by its own paths."""
        return self._read_project

    def from_top(self, path: str) -> str:
        """A path of the project, from the top of the repository."""
        return self._inside.path(path)

    def _files(self) -> Tree:
        return self.files

    def _head_files(self) -> Tree:
        return self._files()

    def _whole(self) -> Tree:
        return self.working

    def _completed(self, project: Project) -> Project:
        return self._ports.ask_backend(project, "HEAD")

    # -- references ---------------------------------------------------------------------------------------------------

    @fact
    def references(self) -> References:
        """What this clone has, complete or not."""
        return self.repository.references()

    @fact
    def tags(self) -> Mapping[str, Tag]:
        """The tags, where they can be all: a shallow clone has those that it met."""
        if self.repository.is_shallow:
            raise FactUnknown(
                "this clone is shallow and lacks tags, and check fetches nothing",
                remedy=Run(("git", "fetch", "--unshallow", "--tags")),
            )
        tags = self.references.tags
        if not tags and self._tags_elsewhere():
            raise FactUnknown(
                "this clone lacks its tags, and check fetches nothing", remedy=Run(("git", "fetch", "--tags"))
            )
        return tags

    def _tags_elsewhere(self) -> bool:
        """Whether the remote has tags; raises FactUnknown where it cannot be asked: a clone may be without them."""
        try:
            return self.remote is not None and bool(self.remote.tags)
        except FactUnknown as unknown:
            raise FactUnknown(
                f"this clone has no tags, and whether the remote has any cannot be told: {unknown.message}",
                remedy=Run(("git", "fetch", "--tags")),
            ) from unknown

    @fact
    def remote(self) -> Remote | None:
        """The remote's tags and branches now."""
        return self._ask_remote()

    @fact
    def branch(self) -> str | None:
        """The branch that is checked out; None for a detached HEAD."""
        return self.repository.current_branch()

    @fact
    def main_moved(self) -> bool:
        """Whether main is elsewhere on the remote than this clone knows."""
        remote = self.remote
        if remote is None:
            return False
        return remote.branches.get(self.main) != self.references.objects.get(self._main_ref)

    @fact
    def main_ref(self) -> str:
        """The full name of the branch that main is here: the remote's, or the local one where the remote's is not."""
        try:
            return self._main_ref
        except FactUnknown:
            local = HEADS + self.main
            if local in self.references.names:
                return local
            raise

    @fact
    def main(self) -> str:
        """What the branch is to become a part of: main, or the line of releases that it is or that it left last."""
        return self.on_line or self._called_main()

    @fact
    def on_line(self) -> str | None:
        """The release line that is checked out, or that the branch left after main, by its name; None for main."""
        if self.branch is not None and self.config.is_release_line(self.branch):
            return self.branch
        main, names = self._seen_by_others + self._called_main(), self.references.names
        lines = [ref for ref in sorted(names) if self._counts(ref) and self.config.is_release_line(self._plain(ref))]
        known = lines and main in names and not self.repository.is_shallow
        left = git_branch.nearest(self.repository, [main, *lines]) if known else main
        return None if left == main else self._plain(left)

    # -- releases -----------------------------------------------------------------------------------------------------

    @fact
    def released(self) -> Version | None:
        """The last release that HEAD descends from; None before the first."""
        found = newest(sorted(self.reached))
        if found is not None:
            last = self.tags[self._tag_of(found)].commit
            begin_messages(self.repository.git, last, self._inside.pathspecs(self.land))
            begin_added_lines(self.repository.git, last, self.head)
        return found

    @fact
    def reached(self) -> frozenset[Version]:
        """The versions tagged on the way to HEAD."""
        names = self.repository.tags_reached_from("HEAD") if self.tags else ()
        return frozenset(filter(None, map(self.template.version_in, names)))

    @fact
    def _tags_by_version(self) -> Mapping[Version, str]:
        """Every version with a tag, and the first tag of it."""
        found: dict[Version, str] = {}
        for name in self.tags:
            version = self.template.version_in(name)
            if version is not None:
                found.setdefault(version, name)
        return found

    @property
    def _versions(self) -> Collection[Version]:
        """Every version with a tag."""
        return self._tags_by_version.keys()

    def _tag_of(self, version: Version) -> str:
        return self._tags_by_version[version]

    # -- beside main --------------------------------------------------------------------------------------------------

    @fact
    def tree_state(self) -> TreeState:
        """How the working tree differs from HEAD."""
        return git_branch.tree_state(self.repository)

    @fact
    def divergence(self) -> Divergence:
        """How the branch and main went apart."""
        found = git_branch.divergence(self.repository, self.main_ref)
        if found.base is not None and not found.is_part_of_main:
            with suppress(TagshipError):  # why the tree is not known is told to who asks for it
                git_branch.begin_with(self.repository, found.base, self.tree_state)
        return found

    @fact
    def base(self) -> str | None:
        """Since when things count as changed: where the branch left main; on main itself the last release.

        A branch begins where something is changed, committed or not. None where nothing was released yet, or where the
        branch and main share nothing.
        """
        if not self._is_main_as_it_stands:
            return self.divergence.base
        return None if self.released is None else self.tags[self._tag_of(self.released)].commit

    @property
    def _is_main_as_it_stands(self) -> bool:
        """Whether what lies here is a commit of main, and nothing that git tracks was changed since."""
        return self.divergence.is_part_of_main and not self.tree_state.changed

    @fact
    def changed(self) -> Sequence[ChangedFile]:
        """What the branch changes, committed or not."""
        if self.base is None:
            return tuple(ChangedFile(path, None) for path in self.working.paths())
        return git_branch.changed_files(self.repository, self.base, state=self.tree_state)

    @fact
    def shipping(self) -> Shipping:
        """Whether what the branch changes reaches users."""
        if self.base is None:
            on_main = self._is_main_as_it_stands
            reason = "nothing was released yet" if on_main else f"the branch shares no commit with {self.main}"
            return Shipping(ships=True, reason=reason)
        if not self.changed:
            since = f"since {self.released}" if self._is_main_as_it_stands else f"against {self.main}"
            return Shipping(ships=False, reason=f"nothing is changed {since}")
        names = [path for file in self.changed for path in {file.path, file.before} if path is not None]
        mine = sorted({path for path in names if self._is_mine(path)})
        if not mine:
            return Shipping(ships=False, reason="only files outside the project are changed")
        if self.land is not None and self._is_kept_back:
            return Shipping(ships=False, reason="a classifier keeps this package from the index")
        wrote = () if self._is_main_as_it_stands else git_branch.authors(self.repository, self.base)
        return judge(
            mine,
            wrote,
            extra=self.config.ships_nothing,
            packages=tuple(self._package_paths()),
            harmless=tuple(self._harmless(self.base, mine)),
        )

    @property
    def moves_the_version_only(self) -> bool:
        """Whether all that the branch changes of what ships is main's version, for another one."""
        main, own = self.main_project, self._read_project.version
        old = None if main is None else main.version
        if self.base is None or own is None or old is None or old == own:
            return False
        names = {path for file in self.changed for path in (file.path, file.before) if path and self._is_mine(path)}
        if len(names) > MOST_PLACES_OF_A_VERSION:
            return False
        moved = [path for path in names if self._moves_it_only(self.base, path, old, own)]
        packages = tuple(self._package_paths())
        harmless = (*self._harmless(self.base, sorted(names)), *moved)
        return not judge(names, (), extra=self.config.ships_nothing, packages=packages, harmless=harmless).ships

    def _moves_it_only(self, base: str, path: str, old: Version, new: Version) -> bool:
        before, after = self.repository.tree(base).read(path), self.working.read(path)
        if before is None or after is None:
            return False
        return moves_the_version_only(before.decode("utf-8", "replace"), after.decode("utf-8", "replace"), old, new)

    def _harmless(self, base: str, paths: Sequence[str]) -> Iterator[str]:
        """The pyproject.toml among the paths, where its change is about tools that build nothing."""
        path = self._inside.path("pyproject.toml")
        if path not in paths:
            return
        before, after = self.repository.tree(base).read(path), self.working.read(path)
        if before is None or after is None:
            return
        with suppress(ConfigError):
            parsed = (TomlDocument.parse(path, content).data for content in (before, after))
            if changes_tools_only(*parsed):
                yield path

    @fact
    def land(self) -> Territory | None:
        """Whose each path is, where the repository holds several packages; None where it is not known to."""
        try:
            family = self.family
        except FactUnknown:
            return None
        return None if family is None else Territory({each.name: each.path for each in family.members.values()})

    def _is_mine(self, path: str) -> bool:
        """Whether a path belongs to this project, and not to a package that lies within its directory."""
        if not self._inside.holds(path):
            return False
        return self.land is None or self.land.owner(path) == self.land.owner(self._inside.path("pyproject.toml"))

    def _package_paths(self) -> Iterator[str]:
        if self.inside:
            yield self.inside
        yield from (package.path for package in self.config.packages.values())

    @fact
    def main_project(self) -> Project | None:
        """The project at the tip of main; None where main has none yet."""
        tree = self._tree(self.main_ref)
        if all(tree.read(name) is None for name in PROJECT_FILES):
            return None
        try:
            return self._described_on_main(self._inside.project(read_project(tree)))
        except ConfigError as broken:
            raise FactUnknown(f"the project on {self.main} cannot be read: {broken.message}") from broken

    def _described_on_main(self, project: Project) -> Project:
        """The project with the version that its backend computes for main, where only that can tell it."""
        if project.version is not None or project.version_is_tag:
            return project
        try:
            if not self.tree_state.changed and self.references.objects.get(self.main_ref) == self.head:
                return self._read_project
            return self._ports.ask_backend(project, self.main_ref)
        except FactUnknown as unknown:
            return replace(project, version_unknown=unknown.message)

    # -- what else lies there -----------------------------------------------------------------------------------------

    @fact
    def changelog_texts(self) -> Mapping[str, str]:
        """The changelog's files by path from the top, as text with line feeds."""
        changelog = self._read_changelog
        if changelog is None:
            return {}
        files = self._files()
        found: dict[str, str] = {}
        for path in dict.fromkeys((changelog.path, *(section.path for section in changelog.sections))):
            content = files.read(path)
            if content is not None:
                text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
                found[self._inside.path(path)] = text
        return found

    @fact
    def fragments(self) -> Fragments | None:
        """The news in files of their own; None where the project works otherwise."""
        found = find_fragments(self._files(), self.head_project.name)
        if found is None or not self.inside:
            return found
        pieces = tuple(replace(piece, path=self._inside.path(piece.path)) for piece in found.found)
        return replace(found, folder=self._inside.path(found.folder), found=pieces)

    @fact
    def locks(self) -> Sequence[Lock]:
        """The project's own entries in its lock files, and in those of the workspace that it is in."""
        return find_locks(self.working, self._read_project, directory=self.inside)

    @fact
    def packaged(self) -> Sequence[str]:
        """The untracked files in folders of modules that git tracks: packaging takes what lies there."""
        tracked = set(self.working.paths()) - set(self.tree_state.untracked)
        folders = {path.removesuffix("__init__.py") for path in tracked if path.endswith("/__init__.py")}
        folders = {
            each for each in folders if not each.startswith(("tests/", "test/", "docs/")) and self._is_mine(each)
        }
        return tuple(path for path in self.tree_state.untracked if any(path.startswith(folder) for folder in folders))
