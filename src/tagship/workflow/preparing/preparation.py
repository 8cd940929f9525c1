"""The whole way of preparing: what stands here, what would be done, and doing it all at once."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from packaging.version import Version

from tagship.adapters.changelogs import read_changelog
from tagship.adapters.directory import DirectoryTree
from tagship.adapters.fragments import find_fragments
from tagship.adapters.git.references import HEADS
from tagship.adapters.git.repository import GitRepository
from tagship.adapters.git.scratch import Scratch, scratch
from tagship.adapters.git.takeover import take_over
from tagship.adapters.pyproject import read_project
from tagship.adapters.workspaces import find_packages
from tagship.checks.version import VersionIsAboveTags
from tagship.domain.branch import Breakage, Suggestion
from tagship.domain.bump import Wish
from tagship.domain.change import FileChange
from tagship.domain.changelog import Changelog
from tagship.domain.facts import Tree
from tagship.domain.packages import Territory
from tagship.domain.plan import Done, Effect, Preview, State, Todo
from tagship.domain.project import Project
from tagship.domain.proposal import Proposal
from tagship.errors import Conflict, Edit, FactUnknown, Incomplete, InFile, Refused, Run, TagshipError
from tagship.workflow.preparing.after import aim_after, find_custom, open_changelog
from tagship.workflow.preparing.aiming import Advice, Sight, advise, aim
from tagship.workflow.preparing.dating import prove_day
from tagship.workflow.preparing.desk import Desk, Part, write_versions
from tagship.workflow.preparing.evidence import Evidence, find_evidence
from tagship.workflow.preparing.following import what_follows, when_tagged
from tagship.workflow.preparing.ground import Ground, find_ground, prove_clean
from tagship.workflow.preparing.locking import own_entries, write_entries
from tagship.workflow.preparing.news import write_news
from tagship.workflow.preparing.releases import Releases, find_releases
from tagship.workflow.preparing.remote import Answer, ask_remote, only_there, reached_only_there, remarks
from tagship.workflow.preparing.writing import collect
from tagship.workflow.several.subdirectory import Subdirectory
from tagship.workflow.workplace import Workplace

PATIENCE = 30.0
"""Seconds for comparing two states of the public API, while somebody waits for a proposal."""

RELEASE, BEGIN, AFTER = "release-", "begin-", "after-"
"""What the names of branches begin with: one that prepares a release, and those that open what follows one."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A release as it lies in the throwaway clone, and what it would be here."""

    proposal: Proposal
    place: Workplace
    scratch: Scratch
    message: str
    branch: str | None

    def carry_out(self) -> Proposal:
        """Commit in the clone, with the user's hooks and signature, and take the commit over, whole or not at all.

        Raises Incomplete where somebody went on with the branch while the question stood there, and Refused where a
        hook let the commit pass and took the version back in it.
        """
        if self.place.repository.head() != self.scratch.start:
            raise Incomplete(
                f"HEAD is no longer at {self.scratch.start[:12]}, for which this was prepared",
                remedy=Edit("run the same command again"),
            )
        meant = self._project_in(DirectoryTree(self.scratch.directory))
        commit, more = self._commit()
        self._prove_carried(commit, meant)
        take_over(self.place.repository, self.scratch, commit, branch=self.branch)
        told = self.proposal
        steps = tuple(Preview(step.name, step.does, step.effect, _done(step, commit)) for step in told.steps)
        return Proposal(told.version, (), steps, following=told.following, remarks=(*more, *told.remarks))

    def _project_in(self, tree: Tree) -> Project:
        inside = Subdirectory(self.place.inside)
        return inside.read_project(inside.tree(tree))

    def _prove_carried(self, commit: str, meant: Project) -> None:
        """Raise Refused where the commit says another version than what was committed."""
        with GitRepository(self.scratch.directory, may_fetch=False) as copy:
            found = self._project_in(copy.tree(commit))
        if found.version != meant.version:
            place = found.version_source
            raise Refused(
                f"a hook changed {place} and let the commit pass with {found.version} in place of {meant.version}: "
                "nothing was done here",
                where=None if place.path is None else InFile(place.path, place.line),
                remedy=Edit(f"keep the hook from writing the version into {place}, and run the same command again"),
            )

    def _commit(self) -> tuple[str, tuple[str, ...]]:
        """The commit, and what to tell of it: a hook that mends files refuses once, and is then content."""
        changes = self.proposal.changes
        try:
            return self.scratch.commit(self.message, paths=_paths(changes)), ()
        except Refused:
            mended = collect(self.scratch)
            if mended == changes:
                raise
            commit = self.scratch.commit(self.message, paths=_paths(mended))
        paths = ", ".join(sorted({change.path for change in set(mended) ^ set(changes)}))
        return commit, (f"a hook changed {paths} before it let the commit pass",)


def _paths(changes: Sequence[FileChange]) -> list[str]:
    return [change.path for change in changes]


def _done(step: Preview, commit: str) -> State:
    match step.state:
        case Todo(missing):
            return Done(commit[:12] if step.name == "commit" else missing or step.does)
        case _:
            return step.state


class Preparation:
    """Everything about one project that preparing its next release asks, each looked up once.

    `today` is the day where the maintainer is; `beside` whether work that begins on main goes on a branch of its own.
    """

    def __init__(self, place: Workplace, *, today: date, beside: bool = True) -> None:
        self.place = place
        self.today = today
        self._beside = beside
        self._inside = Subdirectory(place.inside)

    @cached_property
    def ground(self) -> Ground:
        """Where the work goes; raises Conflict where it must not."""
        repository, config = self.place.repository, self.place.config
        untracked = prove_clean(repository)
        # The remote is asked before all that could ask it as well: its answer says what main is, too.
        remote, facts = self._answer.remote, self.place.facts
        return find_ground(repository, facts.references, facts.main, config, remote=remote, untracked=untracked)

    @cached_property
    def _answer(self) -> Answer:
        """What the remote has now, asked once; a silence that nobody chose is told at once."""
        answer = ask_remote(self.place.repository, self.place.config)
        if answer.remote is not None:
            self.place.facts.answers["remote"] = answer.remote
        if answer.silence is not None and answer.asked:
            self.place.wishes.on_note(answer.silence)
        return answer

    def see_ground(self) -> None:
        """Raise Conflict, with the way out, where nothing may be prepared."""
        self.ground  # noqa: B018 -- looked up for what it raises

    @cached_property
    def _tree(self) -> Tree:
        return self._inside.tree(self._whole)

    @cached_property
    def _whole(self) -> Tree:
        return self.place.repository.tree("HEAD")

    @cached_property
    def project(self) -> Project:
        """The project as HEAD describes it."""
        return self._inside.read_project(self._tree)

    @cached_property
    def changelog(self) -> Changelog | None:
        """The changelog at HEAD."""
        return read_changelog(self._tree, configured=self.place.config.changelog, project=self.project.name)

    @cached_property
    def releases(self) -> Releases:
        """What was released, by tags here and on the remote, and by the index where it can be asked."""
        answer, facts, repository = self._answer, self.place.facts, self.place.repository
        elsewhere = only_there(answer, facts.tags, facts.template)
        return find_releases(
            self.project,
            facts.template,
            facts.tags,
            repository.tags_reached_from("HEAD") | reached_only_there(repository, elsewhere),
            elsewhere=elsewhere,
            remote=repository.remote_name,
            published=self._published,
        )

    @cached_property
    def _published(self) -> frozenset[Version]:
        try:
            return frozenset(self.place.index().page(self.project.normalized_name).versions)
        except FactUnknown as unknown:
            if not self.place.wishes.offline:
                self.place.wishes.on_note(f"which versions the index has is not known: {unknown.message}")
            return frozenset()

    @cached_property
    def evidence(self) -> Evidence:
        """What changed since the last tag, which is what the section of a pre-release tells about."""
        fragments = find_fragments(self._tree, self.project.name)
        return find_evidence(self.place.repository.git, self.releases.last, self.changelog, fragments, self._about)

    @cached_property
    def evidence_of_all(self) -> Evidence:
        """What changed since the release that users have, pre-releases not counted."""
        releases, evidence = self.releases, self.evidence
        if releases.final == releases.last:
            return evidence
        git = self.place.repository.git
        return find_evidence(git, releases.final, self.changelog, evidence.fragments, self._about)

    @cached_property
    def _about(self) -> tuple[str, ...]:
        """The pathspecs of the project, beside the packages that HEAD lists; nothing for all of the repository."""
        place = self.place
        workspace = Subdirectory(place.workspace)
        listed = {} if place.package is None else find_packages(workspace.tree(self._whole), place.config)
        land = Territory({name: each.path for name, each in workspace.packages(listed).items()})
        return self._inside.pathspecs(land)

    @cached_property
    def suggestion(self) -> Suggestion | None:
        """How far up the version should go from the release that users have."""
        before = self.releases.final_version or self.releases.current
        return self.evidence_of_all.suggestion(before, breakages=self._breakages())

    def _breakages(self) -> Sequence[Breakage]:
        """What of the public API is gone since the last release; nothing where that cannot be told."""
        from tagship.adapters.api import find_breakages  # noqa: PLC0415 -- who names the version does not need it

        last = self.releases.final
        if last is None:
            return ()
        before = self._inside.tree(self.place.repository.tree(last.commit))
        try:
            return find_breakages(before, self._tree, self.project.name, environ=os.environ, seconds=PATIENCE)
        except FactUnknown as unknown:
            self.place.wishes.on_note(f"whether the public API breaks is not looked at: {unknown.message}")
            return ()

    @cached_property
    def advice(self) -> Advice | None:
        """What to propose to somebody who has no wish yet."""
        return advise(self.releases, self.suggestion, self.today)

    @cached_property
    def on_main(self) -> Version | None:
        """The version that main says, as far as it is known here and is not the branch at hand."""
        ground = self.ground
        for ref in (ground.tip, HEADS + ground.main):
            if ref is not None and (ref == ground.tip or ref in ground.references.names):
                with suppress(TagshipError):
                    return read_project(self._inside.tree(self.place.repository.tree(ref))).version
        return None

    def aim(self, wish: Wish, *, confirmed: bool = False) -> Version:
        """The version that a wish means here; raises UsageError."""
        return aim(self.sight, wish, confirmed=confirmed)

    @cached_property
    def sight(self) -> Sight:
        """What tells which version a wish means here."""
        return Sight(self.releases, lambda: self.suggestion, self.today, self.on_main)

    @contextmanager
    def propose(self, version: Version, dated: date) -> Iterator[Draft]:
        """A release as it would be; the clone that it lies in is gone when the context is left.

        Raises UsageError for a day, other than today, that a check would not let pass.
        """
        message = self.place.config.message_for(self.project.name, str(version))
        with self._at_desk(version, dated, RELEASE) as (desk, branch):
            locks = own_entries(desk)
            # The lock files last: their tools look at everything else.
            parts = [write_versions(desk), self._write_news(desk), write_entries(desk, locks)]
            yield self._draft(desk, parts, message, branch)

    def _write_news(self, desk: Desk) -> Part:
        news = write_news(desk)
        if desk.dated != self.today and isinstance(news.state, Todo):
            prove_day(desk, self.today)
        return news

    @contextmanager
    def propose_next(self, wish: Wish) -> Iterator[Draft]:
        """What follows the last release, by the project's own custom, or with the version that is wished for."""
        repository, inside, config = self.place.repository, self._inside, self.place.config
        custom = find_custom(
            self.releases, lambda commit: inside.tree(repository.tree(commit)), config.changelog, self.project.name
        )
        version = aim_after(self.releases, wish, custom, self.today)
        shown = version or self.releases.current
        with self._at_desk(shown, self.today, AFTER if version is None else BEGIN) as (desk, branch):
            locks = own_entries(desk)
            opened = Part("version", "write the version under development", Done("no version is opened"))
            parts = [
                opened if version is None else write_versions(desk),
                open_changelog(desk, custom, version),
                write_entries(desk, locks if version is not None else ()),
            ]
            message = f"Begin {shown}" if version is not None else f"Open the changelog after {shown}"
            yield self._draft(desk, parts, message, branch, tagged=False)

    @contextmanager
    def _at_desk(self, version: Version, dated: date, purpose: str) -> Iterator[tuple[Desk, str | None]]:
        ground, place = self.ground, self.place
        # Several projects of one repository may be at the same version.
        name = f"{purpose}{self.project.normalized_name}-{version}" if place.inside else f"{purpose}{version}"
        branch = name if ground.is_main and self._beside else None
        blocking = None if branch is None else ground.branch_in_the_way(branch)
        if blocking is not None:
            raise Conflict(
                f"there is a branch {blocking}, beside which git can keep no {branch}",
                remedy=Run(("git", "branch", "--move", blocking, f"{blocking.replace('/', '-')}-before")),
            )
        offline = not place.repository.may_fetch
        with scratch(place.repository, ground.head, branch=branch or ground.branch, offline=offline) as copy:
            desk = Desk(
                scratch=copy,
                inside=place.inside,
                project=self.project,
                config=place.config,
                version=version,
                dated=dated,
                evidence=self.evidence if version.is_prerelease else self.evidence_of_all,
                carried=frozenset(filter(None, (self.releases.last_version, self.on_main))),
                offline=place.wishes.offline,
            )
            yield desk, branch

    def _draft(
        self, desk: Desk, parts: Sequence[Part], message: str, branch: str | None, *, tagged: bool = True
    ) -> Draft:
        changes = collect(desk.scratch)
        if changes and branch is not None:
            self.ground.prove_free(branch)
        steps = [Preview(part.name, part.does, Effect.LOCAL, part.state) for part in parts]
        steps += self._last_steps(changes, message, branch)
        proposal = Proposal(
            version=desk.version,
            changes=changes,
            steps=tuple(steps),
            commands=_commands(message, branch) if changes else (),
            following=what_follows(self.place, self.ground, branch, changed=bool(changes)),
            remarks=(
                *remarks(self._answer, self.place.repository, self.ground, self.releases, self.today),
                *(remark for part in parts for remark in part.remarks),
                *(self._remarks(changes, desk.version) if tagged else ()),
                *(when_tagged(self.place, self.ground, desk.version, branch if changes else None) if tagged else ()),
            ),
        )
        return Draft(proposal, self.place, desk.scratch, message, branch)

    def _last_steps(self, changes: Sequence[FileChange], message: str, branch: str | None) -> Iterator[Preview]:
        subject = message.partition("\n")[0]
        here: State = Done("there is nothing to commit")
        todo = here if not changes else Todo(", ".join(change.path for change in changes))
        yield Preview("commit", f"commit as {subject!r}, with the hooks and the signature that git is set to",
                      Effect.LOCAL, todo)  # fmt: skip
        if branch is None:
            does = f"bring {self.ground.branch} forward to the commit"
        else:
            does = f"begin the branch {branch} and switch to it"
        yield Preview("branch", does, Effect.LOCAL, Todo() if changes else Done(f"{self.ground.branch} has it all"))

    def _remarks(self, changes: Sequence[FileChange], version: Version) -> Iterator[str]:
        if not changes:
            return
        if self.releases.last is not None and not self.evidence.since:
            yield f"no commit since {self.releases.last.name} changes the project: nothing but the version is released"
        untracked = self.ground.untracked
        if untracked:
            told = "is not tracked by git, and stays out"
            if len(untracked) > 1:
                told = f"and {len(untracked) - 1} more are not tracked by git, and stay out"
            yield f"{untracked[0]} {told}"
        above = self.releases.last_version
        is_shadowed = above is not None and above > version and (version.is_prerelease or not above.is_prerelease)
        if is_shadowed and VersionIsAboveTags.id not in self.place.config.exempt:
            yield f"{above} is tagged, and is taken before {version}: {VersionIsAboveTags.id} will stop the release"
        current = self.releases.current
        if self.releases.is_open and not current.is_prerelease and self.releases.last is not None:
            yield f"{current} stands in the files and was never tagged"


def _commands(message: str, branch: str | None) -> tuple[Run, ...]:
    commit = Run(("git", "commit", "--all", "--message", message))
    return (commit,) if branch is None else (Run(("git", "switch", "-c", branch)), commit)
