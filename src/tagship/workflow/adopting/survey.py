"""What there is to find out about a project that is to be adopted; only read, and nobody is asked."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

from tagship.adapters.adopting.bumping import predecessors
from tagship.adapters.adopting.native import native_code
from tagship.adapters.adopting.pinned import PATH as PINS_PATH
from tagship.adapters.adopting.pinned import read_pins
from tagship.adapters.adopting.publishing import Publishing, Workflows, read_own_workflows
from tagship.adapters.adopting.pythons import pythons
from tagship.adapters.adopting.remotes import Hosted, addresses_of, hosted, hosts_by_files
from tagship.adapters.adopting.testing import below, run_of
from tagship.adapters.changelogs import read_changelog
from tagship.adapters.git import GitRepository
from tagship.adapters.git.absence import place_below
from tagship.adapters.git.completion import CUSTOMARY_MAINS
from tagship.adapters.git.working import WorkingTree
from tagship.adapters.nearest import prove_project
from tagship.adapters.pyproject import read_project
from tagship.domain.adoption import ENVIRONMENT, AdoptedPackage, Adoption, Pins, Predecessor, TestRun
from tagship.domain.config import Auth, Config, HostKind, Package, Publisher, Way
from tagship.domain.managed import is_managed
from tagship.domain.names import canonicalize_name
from tagship.domain.packages import templates
from tagship.domain.setup import Detail
from tagship.domain.tagging import discover_template
from tagship.domain.version import TagTemplate
from tagship.errors import Edit, TagshipError, UsageError
from tagship.scaffold.pins import PINS
from tagship.workflow.config import read_config
from tagship.workflow.readiness.place import BranchPlace
from tagship.workflow.readiness.ways import Found
from tagship.workflow.several.packages import Packages
from tagship.workflow.several.subdirectory import Subdirectory
from tagship.workflow.workplace import Wishes

T = TypeVar("T")
_LINE = re.compile(r"(?P<folder>release|releases|stable|maint|maintenance)[/-]v?\d[\w.]*|v?\d+(?:\.\d+)*\.x")
_MANAGED_IN = (".github/workflows/", ".gitlab/", ".forgejo/workflows/", "RELEASING.md", ".gitlab-ci.yml")


@dataclass(frozen=True, slots=True)
class Decisions:
    """What somebody decided, at the command line or when asked; None where it is left to what is found."""

    host: HostKind | None = None
    auth: Auth | None = None
    way: Way | None = None
    publisher: Publisher | None = None
    environment: str | None = None


class Survey(AbstractContextManager["Survey"]):
    """One repository with the project, or the packages, that a directory holds; leave the context to end it.

    Raises UsageError for a directory in no repository, and ConfigError where there is no project, or where its
    configuration is broken.
    """

    def __init__(self, directory: Path, environ: Mapping[str, str]) -> None:
        self._open = ExitStack()
        self._environ = environ
        self.repository = self._open.enter_context(GitRepository.at(directory, may_fetch=False))
        self.root = self.repository.root
        self.tree = self._open.enter_context(WorkingTree(self.repository))
        self.paths = self.tree.paths()
        found = Packages.around(directory, may_fetch=False)
        self._packages = None if found is None else self._open.enter_context(found[0])
        self.directory = directory if found is None else found[0].directory
        self.inside = place_below(self.root, self.directory)
        if self._packages is None:
            prove_project(self.directory)
        self.config: Config = read_config(self.directory)

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __enter__(self) -> Self:
        return self

    # -- packages -----------------------------------------------------------------------------------------------------

    @cached_property
    def listed(self) -> Mapping[str, Package]:
        """The packages by their names: those of a workspace, or one below the top; none for one at the top."""
        if self._packages is not None:
            return self._packages.found
        if not self.inside:
            return {}
        name = canonicalize_name(read_project(self.tree, self.inside).name)
        return {name: Package(name, self.inside)}

    @property
    def is_below(self) -> bool:
        """Whether there is one project, in a directory of the repository that nothing at its top names."""
        return self._packages is None and bool(self.inside)

    @property
    def only(self) -> str:
        """Where the one project lies, if there is one; the directory of the workspace for several."""
        paths = [package.path for package in self.listed.values()]
        return paths[0] if len(paths) == 1 else self.inside

    @cached_property
    def packages(self) -> tuple[AdoptedPackage, ...]:
        """What is published, in the order of its release."""
        if not self.listed:
            tag = self.config.tag or self._tag or TagTemplate()
            return (self._package("", self.config, tag, key=None),)
        spelt = templates(self.listed, self._tags)
        order = self.listed if self._packages is None else self._packages.order
        return tuple(self._member(name, spelt) for name in order)

    def _member(self, name: str, spelt: Mapping[str, TagTemplate]) -> AdoptedPackage:
        normal = canonicalize_name(name)
        package = self.listed[normal]
        if self._packages is None:
            return self._package(package.path, self.config, self.config.tag or spelt[normal], key=normal)
        config = self._packages.config_of(package)
        return self._package(package.path, config, config.tag or spelt[normal], key=normal)

    def _package(self, path: str, config: Config, tag: TagTemplate, *, key: str | None) -> AdoptedPackage:
        project = read_project(self.tree, path)
        below_it = Subdirectory(path)
        configured, name = config.changelog, project.name
        changelog = _told(lambda: read_changelog(below_it.tree(self.tree), configured=configured, project=name), None)
        return AdoptedPackage(
            name=project.name,
            path=path,
            tag=tag,
            backend=project.backend,
            key=key,
            native=native_code(self.tree, path),
            requires_python=project.requires_python,
            changelog=None if changelog is None else below_it.path(changelog.path),
        )

    @cached_property
    def _tags(self) -> tuple[str, ...]:
        return tuple(self.repository.references().tags)

    @cached_property
    def _tag(self) -> TagTemplate | None:
        """How the tags that are there are spelt; else how the tool spelt them that made them."""
        found = discover_template(self._tags, read_project(self.tree, self.inside).name)
        spelt = self._translated("tag")
        return found or (TagTemplate(spelt) if isinstance(spelt, str) else None)

    # -- what others did ----------------------------------------------------------------------------------------------

    @cached_property
    def workflows(self) -> Workflows:
        """The workflows that we did not write."""
        return read_own_workflows(self.tree)

    @cached_property
    def tools(self) -> tuple[Predecessor, ...]:
        """The tools that released the project so far, by their configuration."""
        return predecessors(Subdirectory(self.only).tree(self.tree))

    def _translated(self, key: str) -> object:
        return next((tool.translated[key] for tool in self.tools if key in tool.translated), None)

    @cached_property
    def publishing(self) -> Publishing | None:
        """How the project is uploaded today; the job that names the environment of the public index first."""
        jobs = [each for each in self.workflows.publishing if "test" not in f"{each.job} {each.environment}".lower()]
        return next(iter([*jobs, *self.workflows.publishing]), None)

    @cached_property
    def is_adopted(self) -> bool:
        """Whether something of ours is there already, so that everything was decided once."""
        ours = (path for path in self.paths if path.startswith(_MANAGED_IN))
        return any(is_managed((self.tree.read(path) or b"").decode("utf-8", "replace")) for path in ours)

    # -- the branch and the host --------------------------------------------------------------------------------------

    @cached_property
    def _place(self) -> BranchPlace:
        wishes = Wishes(offline=True)
        if self._packages is not None:
            first = self._packages.order[0]
            return self._packages.workplace(first, BranchPlace, environ=self._environ, wishes=wishes)
        return self._open.enter_context(BranchPlace(self.directory, environ=self._environ, wishes=wishes))

    @cached_property
    def main(self) -> str:
        """The protected branch; in a repository without a commit the one that is to have the first.

        A job's clone holds the one branch that it is about, which then tells nothing of main.
        """
        known = self.config.branch or _told(self.repository.default_branch, None) or self._translated("branch")
        current = None if self.repository.is_shallow else self.repository.current_branch()
        return str(known or current or CUSTOMARY_MAINS[0])

    @property
    def is_main_certain(self) -> bool:
        """Whether a clone without a word of its remote takes the same branch for main, whatever it holds."""
        names = {name for branch in self.repository.branches() for name in (branch, branch.partition("/")[2])}
        return self.main == CUSTOMARY_MAINS[0] and names.isdisjoint(CUSTOMARY_MAINS[1:])

    @cached_property
    def way(self) -> Found:
        """How the project works towards a release."""
        if self.config.bump is not None:
            return Found(self.config.bump, f'bump = "{self.config.bump.value}"')
        translated = self._translated("bump")
        if translated is not None:
            return Found(Way(str(translated)), f"{', '.join(tool.tool for tool in self.tools)} is set up so")
        unknown = Found(Way.IN_PR, "nothing on main shows another way")
        return _told(lambda: self._place.facts.way, unknown)

    @cached_property
    def hosted(self) -> Hosted | None:
        """Where the remote leads."""
        return hosted(self.repository)

    @cached_property
    def host(self) -> HostKind | None:
        """The code host, by configuration, remote or workflows; None where none of them tells."""
        if self.config.host is not None:
            return HostKind(self.config.host)
        if self.hosted is not None and self.hosted.kind is not None:
            return self.hosted.kind
        by_files = hosts_by_files(self.paths)
        unnamed = self.hosted is None or not self.hosted.host
        return by_files[0] if len(by_files) == 1 and unnamed and len(addresses_of(self.repository)) <= 1 else None

    @property
    def is_elsewhere(self) -> bool:
        """Whether the remote leads to a host that is not known by its name, such as one of the user's own."""
        return self.hosted is not None and bool(self.hosted.host) and self.hosted.kind is None

    def auth_on(self, host: HostKind | None) -> tuple[Auth, str]:
        """How an upload from a host is authenticated, and by what that is told."""
        if self.config.auth is not None:
            return self.config.auth, f'auth = "{self.config.auth.value}"'
        today = self.publishing
        untrusted = self.is_elsewhere or host in {HostKind.FORGEJO, HostKind.PLAIN}
        asked = self.config.index.site is not None and not (untrusted and today and today.auth is Auth.TRUSTED)
        if today is not None and today.auth is not None and asked:
            return today.auth, f"{today.path} does so today"
        if self.config.authentication is Auth.TRUSTED and untrusted:
            return Auth.TOKEN, "the index takes no identity of this host"
        return self.config.authentication, f"the index {self.config.index.name} takes it"

    @property
    def environment(self) -> str | None:
        """The host's environment with the credential: as configured, or as today's workflow names it."""
        today = None if self.publishing is None else self.publishing.environment
        return self.config.environment or (None if today is None or "${{" in today else today)

    @property
    def publisher(self) -> Publisher | None:
        """What uploads, where that is configured."""
        return None if self.config.publish_with is None else Publisher(self.config.publish_with)

    # -- tests --------------------------------------------------------------------------------------------------------

    @cached_property
    def tests(self) -> tuple[TestRun, str] | None:
        """How the tests run in a job, and by what that is told."""
        directories = [package.path for package in self.packages]
        wanted = [package.requires_python for package in self.packages]
        known = pythons(self.tree, directories, wanted)
        if len(directories) > 1 or not self.only:
            return run_of(self.tree, self.config.test, known, directories)
        found = run_of(Subdirectory(self.only).tree(self.tree), self.config.test, known, ("",))
        moved = None if found is None else below(found[0], self.only)
        return None if found is None or moved is None else (moved, found[1])

    @cached_property
    def release_lines(self) -> tuple[str, ...]:
        """Branches that older versions are released from, a pattern for those in a folder."""
        if self.config.release_lines:
            return self.config.release_lines
        lines: dict[str, None] = {}
        for branch in self.repository.branches():
            name = branch.partition("/")[2] if self.hosted and branch.startswith(f"{self.hosted.remote}/") else branch
            found = _LINE.fullmatch(name)
            if found is not None:
                lines[f"{found['folder']}{name[len(found['folder'])]}*" if found["folder"] else "*.x"] = None
        return tuple(lines)

    # -- together -----------------------------------------------------------------------------------------------------

    @cached_property
    def pins(self) -> Pins:
        """The project's own pins over those of this tagship."""
        content = self.tree.read(PINS_PATH)
        if content is None:
            return PINS
        day, actions = read_pins(content)
        return replace(PINS, of=day, actions={**PINS.actions, **actions})

    def adoption(self, decided: Decisions) -> Adoption:
        """What the generated files depend on; raises UsageError where the host is neither found nor decided."""
        host = decided.host or self.host
        if host is None:
            raise self.host_is_unknown()
        return Adoption(
            host=host,
            main=self.main,
            packages=self.packages,
            pins=self.pins,
            repository=None if self.hosted is None else self.hosted.repository,
            host_url=None if self.hosted is None else self.hosted.url,
            index=self.config.index,
            auth=decided.auth or self.auth_on(host)[0],
            way=decided.way or self.way.way,
            publisher=decided.publisher or self.publisher or Publisher.TAGSHIP,
            environment=decided.environment or self.environment or ENVIRONMENT,
            release_lines=self.release_lines,
            tests=None if self.tests is None else self.tests[0],
            tested_by=tuple(path.rpartition("/")[2] for path in self.workflows.testing),
            predecessors=(*self.tools, *self.workflows.predecessors),
        )

    def host_is_unknown(self) -> UsageError:
        """What is said where nothing tells the code host."""
        names = sorted(addresses_of(self.repository))
        if self.hosted is not None and self.hosted.host:
            told = f"{self.hosted.host} is not a code host that is known by its name"
        elif len(names) > 1:
            told = f"which of the remotes {', '.join(names)} is the code host's cannot be told"
        else:
            told = "no remote tells the code host" if not names else "the remote leads to no code host"
        return UsageError(told, remedy=Edit("name it with --host: github, gitlab, forgejo or none"))

    def details(self, adoption: Adoption) -> tuple[Detail, ...]:
        """What was found out, in the order in which a person would ask."""
        return tuple(self._details(adoption))

    def _details(self, adoption: Adoption) -> Iterator[Detail]:
        for package in adoption.packages:
            native = "pure Python" if package.native is None else f"compiled: {package.native.sign}"
            where = package.path or "the top"
            yield Detail("package", f"{package.name}, {native}", f"{where}, built by {package.backend}")
            told = "tags" if self._tags else "no tag is there yet"
            yield Detail("tags", package.tag.text, told)
            yield Detail("changelog", package.changelog or "none", package.changelog or "no file of such a name")
        yield Detail("main", adoption.main, "git")
        remote = f"the remote {self.hosted.remote}" if self.hosted is not None else "no remote"
        yield Detail("host", adoption.host.value, remote if self.host is adoption.host else "decided")
        auth, told_by = self.auth_on(adoption.host)
        yield Detail("authentication", adoption.auth.value, told_by if auth is adoption.auth else "decided")
        way = self.way
        yield Detail("versions go up", adoption.way.value, way.reason if way.way is adoption.way else "decided")
        if self.tests is None:
            yield Detail("tests", "unknown", "nothing tells how they run")
        else:
            run, told = self.tests
            yield Detail("tests", " ".join(run.command), told)
            yield Detail("Pythons", ", ".join(run.pythons) or "none known", "requires-python and classifiers")
        if adoption.release_lines:
            yield Detail("release lines", ", ".join(adoption.release_lines), "branches")
        for path in self.workflows.testing:
            yield Detail("tested by", path, "it runs tests on pull requests")
        for path, reason in self.workflows.unread:
            yield Detail("unread", path, reason)
        for each in adoption.predecessors:
            where = each.path if each.line is None else f"{each.path}:{each.line}"
            yield Detail("until now", each.tool, where)
            for said in each.lost:
                yield Detail("not carried over", said, f"{each.tool}, {where}")


def _told(question: Callable[[], T], otherwise: T) -> T:
    """The answer, or what stands for one that cannot be had: a repository may have no commit yet."""
    try:
        return question()
    except TagshipError:
        return otherwise
