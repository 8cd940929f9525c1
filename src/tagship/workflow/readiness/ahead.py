"""The facts about a branch: what lies in the working tree, beside main, as the tag that it would become."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from tagship.checks.telling import left_of_the_example
from tagship.domain.branch import (
    AddedLeak,
    Breakage,
    Rival,
    Suggestion,
    Trial,
)
from tagship.domain.changelog import Changelog
from tagship.domain.config import Config, Way
from tagship.domain.facts import AddedLine, Remote, Standing, Tag
from tagship.domain.finding import Finding, Report
from tagship.domain.shipping import judge
from tagship.domain.version import BEGINNING, next_versions
from tagship.errors import FactUnknown, TagshipError
from tagship.workflow.gather import Gathered, Ports
from tagship.workflow.lookup import fact
from tagship.workflow.readiness.beside import BesideMain
from tagship.workflow.readiness.ways import ENTRY, Evidence, Found, Role, discover_way, excuses, newest, role_of
from tagship.workflow.tagging.facts import prospective

if TYPE_CHECKING:
    from tagship.workflow.preparing.evidence import Evidence as Witnesses
    from tagship.workflow.readiness.trials import Trials

SLOW = ("bump-fits-the-api", "tests-pass", "project-builds", "distributions-are-valid")
"""The checks that take longer than a person waits without looking away."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be asked beyond the files that are here.

    `remote` asks the remote what it has now and raises FactUnknown offline. `rivals` looks for other branches that
    claim the same, `leaks` for credentials in what is added. `trials` runs what takes time; `today` is the day where
    the maintainer is.
    """

    remote: Callable[[], Remote | None]
    rivals: Callable[["Ahead"], Sequence[Rival]]
    trials: Callable[["Ahead"], "Trials"]
    leaks: Callable[["Ahead"], Sequence[AddedLeak]]
    today: date


class Ahead(BesideMain):
    """The facts about the branch that is checked out, about the tag that it would become."""

    def __init__(
        self, ports: Ports, config: Config, reach: Reach, *, dist: Path, inside: str = "", workspace: str = ""
    ) -> None:
        super().__init__(
            ports, config, self._tag_ahead, ask_remote=reach.remote, dist=dist, inside=inside, workspace=workspace
        )
        self.config: Config = config
        self._decided = config.bump is not None
        self.reach = reach
        self.today = reach.today

    # -- the tag ahead ------------------------------------------------------------------------------------------------

    def _tag_ahead(self, _facts: Gathered) -> str:
        """The tag's name as the project spells it, for the version that the branch tells."""
        return self.template.tag_for(self.told_version)

    @fact
    def tag(self) -> Tag:
        """The tag as it would be if it were made now, on HEAD."""
        return prospective(self.tag_name, self.head)

    @fact
    def standing(self) -> Standing:
        """Where the commit will stand: on main once it is merged, unless it is of a release line."""
        if self.on_line is not None:
            return Standing(self._called_main(), on_main=False, lines=(self.on_line,), branches=(self.on_line,))
        return Standing(self.main, on_main=True, lines=(), branches=(self.main,))

    @fact
    def added_lines(self) -> Sequence[AddedLine] | None:
        """What Python lines are new since the last tag on the way, also where that is of the branch's own version."""
        last = max(self.reached, default=None)
        return None if last is None else self.repository.added_lines(self._tag_of(last), "HEAD")

    @fact
    def told_version(self) -> Version:
        """The version that the project tells; where the tag is the version, the one that its changelog tells of next.

        Where nothing tells that either it is what follows the highest version on the way: the next patch, or the
        release that was opened there with a development version.
        """
        version = self._read_project.version
        if version is not None:
            return version
        # What no file tells the backend told, or the question before raised: none is left but where the tag is it.
        if self.announced is not None:
            return self.announced
        if not self.reached:
            raise FactUnknown("the tag is the version, and nothing tells which one would be the first")
        return next_versions(max(self.reached), self._versions).patch

    @fact
    def announced(self) -> Version | None:
        """The version that the changelog has a section of, above the last release and not tagged; None for none."""
        changelog = self._read_changelog
        sections = () if changelog is None else changelog.sections
        found = [
            section.version
            for section in sections
            if section.version is not None
            and not section.unreleased
            and section.version not in self._versions
            and (self.released is None or section.version > self.released)
        ]
        return max(found, default=None)

    @property
    def free_branch(self) -> str:
        """A name that a new branch could have."""
        return self.references.free_branch

    # -- what takes longer to find out ---------------------------------------------------------------------------------

    @fact
    def added_leaks(self) -> Sequence[AddedLeak]:
        """The credentials in what the branch adds."""
        return self.reach.leaks(self)

    @fact
    def rivals(self) -> Sequence[Rival]:
        """Other branches and pull requests that claim the same."""
        return self.reach.rivals(self)

    @fact
    def trials(self) -> "Trials":
        """What runs beside the other questions."""
        return self.reach.trials(self)

    def begin(self, excused: Mapping[str, str], asked: Sequence[str], *, fast: bool) -> None:
        """Let begin what takes long, as far as it is asked for; `excused` maps checks to why they are not."""
        own = {check.id for check in self.config.checks}
        wanted = {each for each in asked if each in own or (each in SLOW and not fast)} - excused.keys()
        if wanted:
            unasked = dict.fromkeys({*SLOW, *own} - wanted, "not asked")
            # Why nothing can begin is told by each check that would have asked.
            with suppress(TagshipError):
                self.trials.start({**unasked, **excused})

    @property
    def known_version(self) -> Version | None:
        """The version that the branch would be released as, if anything tells."""
        try:
            return self.version
        except TagshipError:
            return None

    @property
    def known_tag_name(self) -> str | None:
        """The tag that it would become, if anything tells."""
        return None if self.known_version is None else self.tag_name

    @property
    def release_before(self) -> str | None:
        """The tag of the release that users have, which the public API is compared with; None where there is none."""
        try:
            version = self.known_version
            earlier = [each for each in self.reached if version is None or each < version]
            before = newest(earlier)
            return None if before is None else self._tag_of(before)
        except TagshipError:
            return None

    @fact
    def breakages(self) -> Sequence[Breakage]:
        """What of the public API the branch breaks against the last release."""
        return self.trials.breakages()

    @fact
    def tests(self) -> Trial:
        """How the project's own tests ended."""
        return self.trials.tests()

    @fact
    def built_report(self) -> Report:
        """What `validate` says of the distributions built from the tree."""
        return self.trials.built_report()

    def custom(self, check: str) -> Sequence[Finding]:
        """What a check of the project's own found."""
        return self.trials.custom(check)

    @fact
    def suggestion(self) -> Suggestion | None:
        """How much the version should go up."""
        before = self.released or self._read_project.version or BEGINNING
        return self.evidence.suggestion(before)

    @fact
    def evidence(self) -> "Witnesses":
        """What changed since the last release, as `prepare` finds it."""
        from tagship.workflow.preparing.evidence import find_evidence  # noqa: PLC0415 -- asked for late, and by few

        last = None if self.released is None else self.tags[self._tag_of(self.released)]
        about = self._inside.pathspecs(self.land)
        return find_evidence(self.repository.git, last, self._read_changelog, self.fragments, about)

    @property
    def subjects(self) -> Sequence[str]:
        """The first lines of the messages since the last release."""
        return tuple(told.subject for told in self.evidence.since)

    # -- what the branch is for ---------------------------------------------------------------------------------------

    @fact
    def way(self) -> Found:
        """How the project works towards a release."""
        if self.config.bump is not None:
            return Found(self.config.bump, f'bump = "{self.config.bump.value}"')
        return discover_way(
            Evidence(
                fragments=lambda: self.fragments,
                main=lambda: self.main_project,
                changelog=self._changelog_on_main,
                tagged=lambda version: version in self._versions,
                merged=self._merged_at_last,
                unreleased=self._main_went_on,
            )
        )

    def _changelog_on_main(self) -> Changelog | None:
        return self._changelog_in(self._tree(self.main_ref), self._known_changelog)

    @property
    def _known_changelog(self) -> str | None:
        """The changelog's path where it can be said without listing main's files."""
        ours = self._read_changelog
        if ours is None or self._tree(self.main_ref).read(ours.path) is None:
            return self.config.changelog
        return ours.path

    def _merged_at_last(self) -> int | None:
        """How many commits about the project stand on main's own line between the last two releases there."""
        finals = sorted(version for version in self.reached if not version.is_prerelease)[-2:]
        if len(finals) < 2:  # noqa: PLR2004 -- a span has two ends
            return None
        before, last = map(self._tag_of, finals)
        counted = self.repository.git(
            "rev-list",
            "--first-parent",
            "--count",
            f"refs/tags/{before}..refs/tags/{last}",
            "--",
            *self._inside.pathspecs(self.land),
        )
        return int(counted.text)

    def _main_went_on(self) -> bool:
        """Whether main got anything that ships since its last release."""
        if self.released is None:
            return False
        last = self._tag_of(self.released)
        base = "HEAD" if self.divergence.base is None else self.divergence.base
        if self.tags[last].commit == base:
            return False
        listed = self.repository.git(
            "diff", "--no-ext-diff", "--no-renames", "--name-only", "-z", self.tags[last].commit, base, "--"
        )
        paths = [path for path in listed.text.split("\0") if path and self._is_mine(path)]
        packages = tuple(self._package_paths())
        return bool(paths) and judge(paths, (), extra=self.config.ships_nothing, packages=packages).ships

    @fact
    def role(self) -> Role:
        """What the branch is there for."""
        return role_of(
            ships=self.shipping.ships, way=self.way.way, is_new=self._is_new, names_release=self._names_release
        )

    @property
    def _is_new(self) -> bool:
        """Whether the version is not main's; on main itself, and before the first release, whether it has no tag."""
        project = self._read_project
        if project.version_is_tag:
            return False
        version = self.told_version
        if version in self._versions:
            return False
        if version.is_devrelease:
            return False
        main = None if self.divergence.is_part_of_main else self.main_project
        # Main's own development version may be of any release to come.
        return main is None or main.version is None or main.version.is_devrelease or version > main.version

    @property
    def _names_release(self) -> bool:
        """Whether the changelog tells of a version that is to be tagged.

        Of one that files carry it does only where main's does not: what main has already some other branch brought.
        """
        if self._read_project.version_is_tag:
            return self.announced is not None
        version, ours = self.told_version, self._read_changelog
        if ours is None or not ours.tells_of(version) or version in self._versions or version.is_devrelease:
            return False
        if self.released is not None and version < self.released:
            return False
        main = self._changelog_on_main()
        return main is None or not main.tells_of(version)

    def settle(self) -> None:
        """Let the configuration say from now on how the project works, where it did not: some checks go by that.

        A branch that should bring its own section and brings no version yet is asked for an entry all the same.
        """
        with suppress(TagshipError):
            way = Way.RELEASE_PR if self.role is Role.UNBUMPED else self.way.way
            self.config = replace(self.config, bump=way)

    def excuses(self) -> Mapping[str, str]:
        """The checks that are not asked of this branch, each with the reason; none where that cannot be told.

        Whatever a branch is there for, it may not leave the example that we gave it.
        """
        try:
            found = dict(excuses(self.role, self.way, self.shipping, str(self.told_version)))
            silent = self._need_not_tell()
            if silent is not None:
                found[ENTRY] = silent
            if self._read_project.version_is_tag and self.role is not Role.RELEASE:
                found["version-files-agree"] = "the tag is the version, and nothing tells which one comes next"
            if left_of_the_example(self):
                found.pop(ENTRY, None)
        except TagshipError:
            return {}
        return found

    def _need_not_tell(self) -> str | None:
        """Why the branch owes no entry although it ships something; None where it owes one.

        A project that did not decide how it works is held to what it does: where nothing stands open for what is
        unreleased, the changelog is written, or made from commits, when a release is.
        """
        if self.role is Role.UNBUMPED and self._tells:
            return "the branch changes the changelog"
        if self.role is Role.FEATURE and self.moves_the_version_only:
            return "nothing that ships is changed but the version"
        if self._decided or self.role in {Role.RELEASE, Role.QUIET} or self.fragments is not None:
            return None
        logs = [log for log in (self._read_changelog, self._changelog_on_main()) if log is not None]
        # Once something was released an unbumped branch is held up anyway: it lacks a version.
        may_pass = self.role is Role.FEATURE or not self._versions
        if may_pass and logs and not any(log.opened for log in logs):
            return "the changelog has no heading for what is unreleased: it is written when a release is made"
        return None if logs else "the project keeps no changelog"

    @property
    def _tells(self) -> bool:
        """Whether the branch changes the changelog in any way."""
        return any(file.path in self.changelog_texts for file in self.changed)
