"""The project that built files may be of, as far as it is here: what they should say, and what they were made from."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.git import GitRepository
from tagship.adapters.git.absence import marked_as_repository
from tagship.adapters.pyproject import read_project
from tagship.adapters.workshop import workshop
from tagship.domain.artifact import Manifest
from tagship.domain.built import Blob, Expected, Rebuilt
from tagship.domain.distribution import Distribution
from tagship.domain.facts import Tree
from tagship.domain.names import NormalizedName
from tagship.domain.project import Project
from tagship.errors import ConfigError, FactUnknown, Run, UsageError
from tagship.workflow.files.blobs import TreeBlobs
from tagship.workflow.gather import Gathered
from tagship.workflow.several.subdirectory import Subdirectory

Names = Collection[NormalizedName]


@dataclass(frozen=True, slots=True)
class Origin:
    """A directory that may hold the project; `repository` and `facts` raise UsageError where that is in no repository.

    `inside` is the directory below the top of the repository.
    """

    directory: Path
    repository: Callable[[], GitRepository]
    facts: Callable[[], Gathered]
    inside: Callable[[], str]

    def project(self) -> Project | None:
        """The project as its files say now; None where there is none that can be read."""
        try:
            return read_project(DirectoryTree(self.directory))
        except ConfigError:
            return None

    def expected(self, dist: Path, names: Names) -> Expected | None:
        """What files in `dist` should say, by the tag on HEAD or else by the project's files.

        None for files that lie elsewhere and are called otherwise: they are none of this project's.
        """
        project = self.project()
        if project is None:
            return None
        beside = dist.resolve().parent == self.directory.resolve()
        if not beside and project.normalized_name not in names:
            return None
        return self._tagged(project) or Expected(project.name, project.version)

    def _tagged(self, project: Project) -> Expected | None:
        try:
            facts = self.facts()
            name, version = facts.tag_name, facts.version
            return Expected(project.name, version, name) if name in facts.tags else None
        except (UsageError, FactUnknown):  # no repository, no tags, or none that is meant; none is needed
            return None

    def tracked(self, names: Names, commit: str | None) -> frozenset[str] | None:
        """The files of a commit, or of HEAD; None where the files are of another project, or in no repository.

        Raises FactUnknown for a commit that is not here, and for a repository that git does not read.
        """
        tree = self._tree(names, commit or "HEAD")
        return None if tree is None else frozenset(tree.paths())

    def blobs(self, names: Names, commit: str) -> Mapping[str, Blob] | None:
        """The content of those files, by path; None and FactUnknown as for `tracked`."""
        tree = self._tree(names, commit)
        return None if tree is None else TreeBlobs(tree)

    def head_at(self, tag: str) -> str | None:
        """The commit of HEAD where a tag that is here leads to it, too; None where it leads elsewhere.

        Raises FactUnknown for a HEAD without a commit.
        """
        head = self.repository().commit_of("HEAD")
        return head if self.repository().commit_of(f"refs/tags/{tag}") == head else None

    def _tree(self, names: Names, commit: str) -> Tree | None:
        project = self.project()
        if project is None or project.normalized_name not in names:
            return None
        try:
            tree = self.repository().tree(commit)
        except UsageError as unread:
            if marked_as_repository(self.directory) is None:
                return None
            raise FactUnknown(unread.message, where=unread.where, remedy=unread.remedy) from unread
        return Subdirectory(self.inside()).tree(tree)

    def rebuilt(self, manifest: Manifest | None, *, read: Callable[[Path], Distribution]) -> Rebuilt:
        """The commit that a manifest names built once more; raises FactUnknown or BuildFailed where it cannot be."""
        if manifest is None:
            raise FactUnknown(
                "no manifest says from which commit the files were built", remedy=Run(("tagship", "build"))
            )
        from tagship.adapters.builder import IsolatedBuilder  # noqa: PLC0415 -- most examinations build nothing

        builder = IsolatedBuilder(self.repository(), project=self.inside() or ".")
        with workshop("rebuild", failure=FactUnknown) as room:
            again = room / "again"
            builder.build(tag=manifest.tag, commit=manifest.commit, target=again)
            wheel = builder.build_wheel(tag=manifest.tag, commit=manifest.commit, target=room / "straight")
            return Rebuilt(tuple(map(read, sorted(again.iterdir()))), read(wheel))
