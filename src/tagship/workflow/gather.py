"""Looks each fact up once, when first asked for."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from packaging.version import Version

from tagship.adapters.changelogs import read_changelog
from tagship.adapters.git import GitRepository
from tagship.adapters.git.references import HEADS, REMOTES, References
from tagship.adapters.manifests import read_manifest
from tagship.adapters.triggers import find_tag_triggers
from tagship.adapters.versions import find_version_copies
from tagship.adapters.workspaces import find_packages, read_family
from tagship.domain.artifact import IndexPage, Manifest
from tagship.domain.changelog import Changelog
from tagship.domain.config import Config
from tagship.domain.facts import (
    AddedLine,
    CommitCheck,
    Host,
    Index,
    Remote,
    Standing,
    Tag,
    TagTrigger,
    Tree,
    VersionCopy,
)
from tagship.domain.packages import Family, templates
from tagship.domain.project import Project
from tagship.domain.tagging import discover_template
from tagship.domain.version import TagTemplate
from tagship.errors import ConfigError, Edit, FactUnknown
from tagship.workflow.lookup import fact
from tagship.workflow.several.subdirectory import Subdirectory


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside things that facts are looked up in; what costs a connection is made when first asked for.

    `ask_backend` completes a project whose files do not tell its version, at one commit.
    """

    repository: GitRepository
    index: Callable[[], Index]
    host: Callable[[], Host | None]
    ask_backend: Callable[[Project, str], Project]


class Gathered:
    """The facts about one tag of one project.

    `choose` names the tag, from the facts that do not depend on it. `inside` is the project's directory below
    the top of the repository, with forward slashes, empty for the top itself; `workspace` is that of the directory
    which lists several packages, if one does. `dist` is where built files would lie.
    """

    def __init__(
        self,
        ports: Ports,
        config: Config,
        choose: Callable[["Gathered"], str],
        *,
        dist: Path,
        inside: str = "",
        workspace: str = "",
    ) -> None:
        self.config = config
        self.answers: dict[str, object] = {}
        self._ports = ports
        self._choose = choose
        self._dist = dist
        self._inside = Subdirectory(inside)
        self._workspace = Subdirectory(workspace)

    def _tree(self, commit: str) -> Tree:
        return self._inside.tree(self._ports.repository.tree(commit))

    # What the facts are about, for who is about something else than a tag.

    def _head_files(self) -> Tree:
        """The project's files at HEAD."""
        return self._tree("HEAD")

    def _files(self) -> Tree:
        """The project's files at the tagged commit."""
        return self._tree(self.tag.commit)

    def _whole(self) -> Tree:
        """Every file of the repository at the tagged commit."""
        return self._ports.repository.tree(self.tag.commit)

    def _completed(self, project: Project) -> Project:
        """A project whose files do not tell its version, as its backend describes it."""
        return self._ports.ask_backend(project, self.tag.commit)

    def catch_up(self) -> None:
        """Fetch the tags that only the remote has, and main and the release lines where they moved there.

        It is for who asks the remote anyway; call it before anything else. Where the remote gives no answer
        nothing is fetched: what needs the answer is unknown by itself. What was found out before is forgotten,
        but for the tag that was chosen. Raises FactUnknown for a clone that lacks something, or for what cannot be
        fetched.
        """
        try:
            remote = self.remote
        except FactUnknown:
            return
        if remote is None:
            return
        branches = [*self.config.release_lines]
        with suppress(FactUnknown):  # which branch is main is a question of its own
            branches.append(self.main)
        if self._ports.repository.catch_up(remote, branches=branches, known=self.references):
            self.answers = {name: self.answers[name] for name in ("remote", "tag_name") if name in self.answers}

    @fact
    def references(self) -> References:
        """Tags and branches, after what the clone lacks was fetched."""
        repository = self._ports.repository
        known = repository.references()
        fetched = repository.complete(branch=self.config.branch, lines=self.config.release_lines, known=known)
        return repository.references() if fetched else known

    @fact
    def tags(self) -> Mapping[str, Tag]:
        """Every tag that leads to a commit."""
        return self.references.tags

    @fact
    def head_project(self) -> Project:
        """The project as HEAD describes it."""
        return self._inside.read_project(self._head_files())

    @fact
    def template(self) -> TagTemplate:
        """What the project decided, or what its tags show, or `v{version}`."""
        if self.config.tag is not None:
            return self.config.tag
        try:
            name = self.head_project.name
        except ConfigError:
            name = ""
        return discover_template(self.tags, name) or TagTemplate()

    @fact
    def head(self) -> str:
        """The commit that is checked out."""
        return self._ports.repository.head()

    @fact
    def head_tags(self) -> Sequence[str]:
        """The tags on HEAD."""
        return tuple(tag.name for tag in self.tags.values() if tag.commit == self.head)

    @fact
    def tag_name(self) -> str:
        """The tag in question, whether it exists or not."""
        return self._choose(self)

    @fact
    def tag(self) -> Tag:
        """The tag in question."""
        if self.tag_name not in self.tags:
            raise FactUnknown(f"there is no tag {self.tag_name} to look at")
        return self.tags[self.tag_name]

    @fact
    def version(self) -> Version:
        """The version that the tag names."""
        version = self.template.version_in(self.tag_name)
        if version is None:
            raise FactUnknown(f"{self.tag_name} names no version")
        return version

    @fact
    def remote(self) -> Remote | None:
        """The remote's tags and branches."""
        return self._ports.repository.remote()

    @fact
    def main(self) -> str:
        """The branch that the project calls main."""
        return self._called_main()

    def _called_main(self) -> str:
        if self.config.branch is not None:
            return self.config.branch
        # What the clone holds for the remote's HEAD is as old as the clone.
        told = None if self._answered is None else self._answered.main
        return told or self._ports.repository.default_branch(known=self.references)

    @property
    def _answered(self) -> Remote | None:
        """The remote as it was asked before, if it was and gave an answer; asks nobody."""
        remote = self.answers.get("remote")
        return remote if isinstance(remote, Remote) else None

    @fact
    def standing(self) -> Standing:
        """Where the tagged commit stands."""
        return self.standing_of(self.tag.commit)

    def standing_of(self, commit: str) -> Standing:
        """Where a commit stands: by the remote's branches where there is a remote, else by ours."""
        refs = self._ports.repository.branch_refs_containing(commit)
        counted = {self._plain(ref): ref for ref in refs if self._counts(ref)}
        lines = tuple(self._shown(ref) for plain, ref in counted.items() if self.config.is_release_line(plain))
        branches = tuple(sorted(map(self._shown, refs)))
        return Standing(main=self.main, on_main=self.main in counted, lines=lines, branches=branches)

    @property
    def _seen_by_others(self) -> str:
        """What the full names of those branches begin with that others see; ours, where there is no remote."""
        remote = self._ports.repository.remote_name
        return HEADS if remote is None else f"{REMOTES}{remote}/"

    def _plain(self, ref: str) -> str:
        """The name that such a branch has for others."""
        return ref.removeprefix(self._seen_by_others)

    def _counts(self, ref: str) -> bool:
        """Whether a branch is where others see it, and not one that the remote has no more."""
        if not ref.startswith(self._seen_by_others):
            return False
        return self._answered is None or self._plain(ref) in self._answered.branches

    def _shown(self, ref: str) -> str:
        """A branch as a reader knows it; one of ours that is called like a remote's is told apart."""
        name = ref.removeprefix(HEADS).removeprefix(REMOTES)
        alike = ref.startswith(HEADS) and f"{REMOTES}{name}".startswith(self._seen_by_others)
        return f"heads/{name}" if alike else name

    @fact
    def reached(self) -> frozenset[Version]:
        """The versions tagged on the way to this commit."""
        names = self._ports.repository.tags_reached_from(self.tag.commit)
        return frozenset(filter(None, map(self.template.version_in, names)))

    @fact
    def committed_at(self) -> datetime:
        """The commit's own time."""
        return self._ports.repository.committed_at(self.tag.commit)

    @fact
    def _tagged_project(self) -> Project:
        """The project as the files of the tagged commit describe it."""
        return self._inside.read_project(self._files())

    @fact
    def _read_project(self) -> Project:
        """The project as the tagged commit describes it, or as its backend does where the files do not tell."""
        project = self._tagged_project
        if project.version is not None or project.version_is_tag:
            return project
        return self._completed(project)

    @fact
    def project(self) -> Project:
        """The project at the tagged commit, its places told from the top of the repository."""
        return self._inside.project(self._read_project)

    @fact
    def _read_changelog(self) -> Changelog | None:
        """The changelog of the tagged commit, by the project's own paths."""
        return self._changelog_in(self._files(), self.config.changelog)

    def _changelog_in(self, tree: Tree, configured: str | None) -> Changelog | None:
        return read_changelog(tree, configured=configured, project=self.head_project.name)

    @fact
    def changelog(self) -> Changelog | None:
        """The changelog of the tagged commit, its places told from the top of the repository."""
        return self._inside.changelog(self._read_changelog)

    @property
    def inside(self) -> str:
        """The project's directory below the top of the repository, empty for the top itself."""
        return self._inside.path("").rstrip("/")

    def changelog_at(self, commit: str) -> Changelog | None:
        """The changelog of any commit or branch, its places told from the top of the repository."""
        return self._inside.changelog(self._changelog_in(self._tree(commit), self.config.changelog))

    @fact
    def _main_ref(self) -> str:
        """The full name of the branch that main is here, as others see it."""
        main = self._seen_by_others + self.main
        if main not in self.references.names or not self._counts(main):
            _ = self.head  # which says more where there is no commit at all
            raise FactUnknown(
                f"there is no branch {self.main} to look at", remedy=Edit('write branch = "NAME" under [tool.tagship]')
            )
        return main

    @fact
    def main_tip(self) -> str:
        """The branch that main is here, as others see it and as a reader knows it."""
        return self._shown(self._main_ref)

    @fact
    def main_changelog(self) -> Changelog | None:
        """The changelog at the tip of main; where the tagged commit has it is looked first, before all is listed."""
        ours, tree = self._read_changelog, self._tree(self._main_ref)
        if ours is not None and tree.read(ours.path) is not None:
            theirs = self._changelog_in(tree, ours.path)
            if theirs is not None and any(section.version is not None for section in theirs.sections):
                return self._inside.changelog(theirs)
        return self.changelog_at(self._main_ref)

    @fact
    def tags_on_main(self) -> frozenset[str]:
        """The tags whose commits are part of main."""
        return self._ports.repository.tags_reached_from(self._main_ref)

    @fact
    def version_copies(self) -> Sequence[VersionCopy]:
        """Where else the version is spelt out."""
        project, named = self._read_project, self.config.version_files
        found = find_version_copies(self._files(), project, named, carried=self._carried)
        return self._inside.copies(found)

    @property
    def _carried(self) -> frozenset[Version]:
        """The versions by which a copy is known: the one in question, and the last one released before it."""
        with suppress(FactUnknown):
            earlier = [version for version in self.reached if version < self.version]
            return frozenset((self.version, *([max(earlier)] if earlier else [])))
        return frozenset()

    @fact
    def added_lines(self) -> Sequence[AddedLine] | None:
        """What Python lines are new since the last tag on the way; None for the first one."""
        earlier = {version for version in self.reached if version < self.version}
        if not earlier:
            return None
        by_version = {self.template.version_in(name): name for name in self.tags}
        return self._ports.repository.added_lines(by_version[max(earlier)], self.tag.commit)

    @fact
    def triggers(self) -> Sequence[TagTrigger]:
        """The workflows that start on a tag."""
        return find_tag_triggers(self._whole())

    @fact
    def commit_checks(self) -> Sequence[CommitCheck] | None:
        """What the code host says of the commit."""
        host = self._ports.host()
        return None if host is None else host.checks(self.tag.commit)

    @fact
    def index(self) -> IndexPage:
        """What the index knows of the project, by its name at the tagged commit, or at HEAD while there is no tag."""
        try:
            project = self._tagged_project
        except FactUnknown:
            project = self.head_project
        return self._ports.index().page(project.normalized_name)

    @fact
    def manifest(self) -> Manifest | None:
        """The manifest beside the built files, of whatever tag they are."""
        return read_manifest(self._dist)

    @fact
    def family(self) -> Family | None:
        """The packages of the repository at the tagged commit, their paths from its top."""
        whole = self._whole()
        listed = find_packages(self._workspace.tree(whole), self.config)
        packages = self._workspace.packages(listed)
        if not packages:
            return None
        return read_family(whole, packages, templates(packages, self.tags), self.tags)

    @property
    def _is_kept_back(self) -> bool:
        """Whether this is a package that the index never gets, beside others that it does."""
        family, public = self.family, self.config.index.site is not None
        return public and family is not None and family.keeps_back(self._read_project.normalized_name)

    def served(self, package: str) -> frozenset[Version]:
        """The versions of another package that can be had from the index."""
        files = self._ports.index().page(package).files
        return frozenset(file.version for file in files if file.version is not None and file.yanked is False)
