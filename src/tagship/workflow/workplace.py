"""One project with all that a release of it touches, put together from its configuration and surroundings."""

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.git import GitRepository
from tagship.adapters.git.absence import marked_as_repository, place_below
from tagship.adapters.git.command import NETWORK
from tagship.adapters.hosts import HostAddress
from tagship.adapters.manifests import manifest_path, read_manifest
from tagship.adapters.pyproject import read_project
from tagship.adapters.remote_address import repository_of
from tagship.domain.artifact import Manifest
from tagship.domain.changelog import Changelog, Section
from tagship.domain.config import Auth, Config
from tagship.domain.credential import Credential
from tagship.domain.endpoints import Endpoints
from tagship.domain.facts import Host, Index
from tagship.domain.listeners import OnNote, OnSecret, unheard
from tagship.domain.names import canonicalize_name
from tagship.domain.project import Project
from tagship.errors import Edit, FactUnknown, NotThere, Run, TagshipError
from tagship.workflow.config import read_config
from tagship.workflow.files.marks import mark_of
from tagship.workflow.files.wanted import Wanted
from tagship.workflow.gather import Gathered, Ports
from tagship.workflow.naming import chooser
from tagship.workflow.other_hosts import ANOTHER_REMOTE, OTHERS, OtherHost, address_on
from tagship.workflow.several.sharing import Within
from tagship.workflow.telling.notes import notes_of

if TYPE_CHECKING:
    from tagship.adapters.http import HttpClient
    from tagship.adapters.token_sources import TokenSource
    from tagship.workflow.authority import Authority
    from tagship.workflow.credentials import Credentials
    from tagship.workflow.files.built import Built
    from tagship.workflow.files.origin import Origin

NOBODY_IS_ASKED = "--offline was given, and nobody is asked"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person at the command line wants otherwise than the project's configuration says.

    `token_from` looks for the token elsewhere than in the environment. `project` is the name of what is published where
    no file says it. `on_secret` hears of every secret that is taken up, so that output can be kept clean of it, and
    `on_note` of what a person should know although it stops nothing. `host` makes the code host's port in place of the
    one that the remote's address leads to. `pause` takes seconds and is how the time between two tries is waited for.
    `files` are the built files that are meant, where it is not all of `dist`; `installs` says with what they are tried
    out in clean environments, and `no_install` is the reason why they are not. `remote_seconds` is how long the remote
    may take to show git what it has.
    """

    index: Endpoints | None = None
    auth: Auth | None = None
    host_name: str | None = None
    host: Callable[[], Host] | None = None
    offline: bool = False
    confirm_jump: bool = False
    dist: Path | None = None
    files: tuple[Path, ...] = ()
    installs: Wanted = field(default_factory=Wanted)
    no_install: str | None = None
    token_from: "TokenSource | None" = None
    project: str | None = None
    on_secret: OnSecret = unheard
    on_note: OnNote = unheard
    pause: Callable[[float], None] = time.sleep
    remote_seconds: float = NETWORK

    def over(self, config: Config) -> Config:
        """The configuration with these wishes laid over it."""
        return replace(
            config,
            index=self.index or config.index,
            auth=self.auth or config.auth,
            host=self.host_name or config.host,
        )


class Workplace:
    """What the commands about one project and one tag share; a context manager that ends what it started.

    `environ` is where tokens and CI's variables are looked for. Raises ConfigError at once for a broken
    configuration; everything else is looked up when first asked for. `within` is for one of several packages.
    `fetches` is whether what the clone lacks may be fetched.
    """

    fetches: ClassVar[bool] = True

    def __init__(
        self,
        directory: Path,
        *,
        environ: Mapping[str, str],
        tag: str | None = None,
        wishes: Wishes | None = None,
        within: Within | None = None,
    ) -> None:
        self.directory = directory
        self.wishes = wishes or Wishes()
        self.config = self.wishes.over(read_config(directory) if within is None else within.config)
        self._within = within
        self._environ = environ
        self._asked_for = tag
        self._open = ExitStack()
        self._built: tuple[object, Built] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @cached_property
    def repository(self) -> GitRepository:
        """The repository that the project stands in; raises UsageError where it stands in none."""
        if self._within is not None:
            return self._within.repository
        repository = GitRepository.at(self.directory, may_fetch=not self.wishes.offline)
        repository.remote_seconds = self.wishes.remote_seconds
        return self._open.enter_context(repository)

    @cached_property
    def is_in_repository(self) -> bool:
        """Whether a repository is here, by what marks one; git is not asked."""
        return self._within is not None or marked_as_repository(self.directory) is not None

    @property
    def inside(self) -> str:
        """The project's directory below the top of the repository, empty for the top itself."""
        return place_below(self.repository.root, self.directory)

    @property
    def package(self) -> str | None:
        """What the project is listed as, where it is one of several packages."""
        return None if self._within is None else self._within.name

    @property
    def workspace(self) -> str:
        """The directory below the top that lists the packages of the repository, if one does; empty for the top."""
        if self._within is not None:
            return self._within.workspace
        return self.inside if self.config.packages else ""

    def closes(self, other: AbstractContextManager[object]) -> Self:
        """The same workplace, which from now on ends something else as well when it is left."""
        self._open.enter_context(other)
        return self

    @property
    def dist(self) -> Path:
        """Where the built files lie."""
        return self.wishes.dist or self.directory / "dist"

    @cached_property
    def facts(self) -> Gathered:
        """The facts about the tag in question."""
        ports = Ports(self.repository, self.index, self.host, self.ask_backend)
        choose = chooser(self._asked_for, self._environ)
        return Gathered(ports, self.config, choose, dist=self.dist, inside=self.inside, workspace=self.workspace)

    @cached_property
    def authority(self) -> "Authority":
        """The facts about the credential."""
        from tagship.workflow.authority import Authority  # noqa: PLC0415 -- not all commands need one

        return Authority(self.config, index=self.index, credentials=self.credentials, name=self._project_name)

    def _project_name(self) -> str:
        """The name of what is published: of the tag that was named, or else of the files as they lie here."""
        if self.wishes.project is not None:
            return canonicalize_name(self.wishes.project)
        if self._asked_for is not None:
            return self.facts.project.normalized_name
        return read_project(DirectoryTree(self.directory)).normalized_name

    def built(self) -> "Built":
        """The facts about the built files as they lie there now; the same ones for as long as the files are the same.

        A stage is probed more than once, and what is installed or fetched for it need not be each time.
        """
        mark = mark_of(self.dist, self.wishes.files)
        if self._built is None or self._built[0] != mark:
            from tagship.workflow.files.built import Built  # noqa: PLC0415 -- few commands look at built files

            built = Built(
                self.dist,
                self.config,
                files=self.wishes.files,
                origin=self._origin,
                index=self.index,
                wanted=self.wishes.installs,
                offline=self.wishes.offline,
            )
            self._built = mark, built
        return self._built[1]

    @property
    def _origin(self) -> "Origin":
        from tagship.workflow.files.origin import Origin  # noqa: PLC0415 -- as above

        return Origin(self.directory, lambda: self.repository, lambda: self.facts, lambda: self.inside)

    @cached_property
    def _http(self) -> "HttpClient":
        from tagship.adapters.http import HttpClient  # noqa: PLC0415 -- a third of a start, and not all need it

        return self._open.enter_context(HttpClient())

    @cached_property
    def _index(self) -> Index:
        from tagship.adapters.index import PackageIndex  # noqa: PLC0415 -- as above

        return PackageIndex(self.config.index, self._http, pause=self.wishes.pause)

    def index(self) -> Index:
        """The index; raises FactUnknown when offline."""
        if self.wishes.offline:
            raise FactUnknown(NOBODY_IS_ASKED)
        return self._index

    @cached_property
    def _credentials(self) -> "Credentials":
        from tagship.workflow.credentials import StoredToken, TrustedPublishing  # noqa: PLC0415 -- as above

        if self.config.authentication is Auth.TRUSTED:
            return TrustedPublishing(self._mint, self._preflight)
        from tagship.adapters.token_sources import token_from_environment  # noqa: PLC0415 -- as above

        source, index, on_secret = self.wishes.token_from, self.config.index, self.wishes.on_secret
        shape, credential = (
            token_from_environment(self._environ, index, on_flawed=on_secret) if source is None else source(index)
        )
        if credential is not None:
            on_secret(credential)
        return StoredToken(shape, credential)

    def credentials(self) -> "Credentials":
        """What the configuration says, and nothing else."""
        return self._credentials

    def _mint(self) -> Credential:
        from tagship.adapters.oidc import mint  # noqa: PLC0415 -- as above

        minted = mint(self.config.index, self._http, project=self._project_if_named(), pause=self.wishes.pause)
        self.wishes.on_secret(minted)
        return minted

    def _preflight(self) -> None:
        if self.wishes.offline:
            raise FactUnknown(NOBODY_IS_ASKED)
        from tagship.adapters.oidc import preflight  # noqa: PLC0415 -- as above

        preflight(
            self.config.index,
            self._http,
            self._project_if_named(),
            pause=self.wishes.pause,
            on_secret=self.wishes.on_secret,
            note=self.wishes.on_note,
        )

    def _project_if_named(self) -> str | None:
        """The name that a refused job is told where to register; a missing name is for others to complain of."""
        try:
            return self._project_name()
        except TagshipError:
            return None

    @property
    def host_name(self) -> str:
        """The code host by configuration, or by the remote's address: `github`, `gitlab`, `forgejo` or `none`."""
        if self.config.host is not None:
            return self.config.host
        if self._on_github is not None:
            return "github"
        return "none" if self._elsewhere is None else self._elsewhere.kind.value

    @cached_property
    def _on_github(self) -> tuple[str, str] | None:
        url = self.repository.remote_url()
        return None if url is None else repository_of(url)

    @cached_property
    def _elsewhere(self) -> HostAddress | None:
        """Where the remote leads, if that is GitLab or Forgejo, by its name or by configuration."""
        return address_on(self.config.host, self.repository.remote_url())

    @cached_property
    def other_host(self) -> OtherHost:
        """The repository on GitLab or Forgejo; raises FactUnknown where the remote leads to none."""
        if self._elsewhere is None:
            raise FactUnknown(f"the remote leads to no repository on {self.host_name}", remedy=ANOTHER_REMOTE)
        return OtherHost(self._http, self._elsewhere, self._environ, self.wishes.on_secret)

    @cached_property
    def _host(self) -> Host | None:
        if self.wishes.host is not None:
            return self.wishes.host()
        if self.host_name == "none":
            return None
        if self.host_name in OTHERS:
            return self.other_host.releases()
        if self._on_github is None:
            raise FactUnknown("the remote is not on GitHub", remedy=Edit('set host = "none" in [tool.tagship]'))
        from tagship.adapters.github.checks import OwnRun  # noqa: PLC0415 -- as above
        from tagship.adapters.github.runs import GitHubRuns  # noqa: PLC0415 -- as above
        from tagship.adapters.github.token import github_token  # noqa: PLC0415 -- as above

        token = github_token(self._environ)
        if token is not None:
            self.wishes.on_secret(token)
        number, workflow = self._environ.get("GITHUB_RUN_ID"), self._environ.get("GITHUB_WORKFLOW_REF", "")
        own = None if number is None else OwnRun(number, workflow)
        return GitHubRuns(self._http, *self._on_github, token, own_run=own)

    def host(self) -> Host | None:
        """The code host, or None where there is none; raises FactUnknown when offline."""
        if self.host_name != "none" and self.wishes.offline:
            raise FactUnknown(NOBODY_IS_ASKED)
        return self._host

    @property
    def confirms_the_jump(self) -> bool:
        """Whether the command line says that the version is meant, and that is enough."""
        return self.wishes.confirm_jump

    def excused(self) -> Mapping[str, str]:
        """The checks that are not asked today, each with its reason."""
        excused = self.config.excused(datetime.now(tz=UTC).date())
        if self.confirms_the_jump:
            excused["version-is-one-step-up"] = "confirmed with --confirm-jump"
        if self.wishes.no_install is not None:
            from tagship.checks import INSTALLS  # noqa: PLC0415 -- few commands install

            excused |= {check.id: self.wishes.no_install for check in INSTALLS}
        return MappingProxyType(excused)

    def manifest(self) -> Manifest:
        """The manifest beside the built files; raises NotThere before anything was built."""
        manifest = read_manifest(self.dist)
        if manifest is None:
            raise NotThere(
                f"there is no {manifest_path(self.dist).name}: nothing was built here", remedy=Run(("tagship", "build"))
            )
        return manifest

    def notes(self) -> tuple[Changelog, Section]:
        """The changelog and the section that is the notes, at the tag, or at HEAD while there is no tag yet."""
        facts = self.facts
        commit = facts.tag.commit if facts.tag_name in facts.tags else "HEAD"
        return notes_of(facts.changelog_at(commit), facts.version, inside=facts.inside)

    def ask_backend(self, project: Project, commit: str) -> Project:
        """The project as its backend describes it, in an isolated build of a copy of one commit."""
        if self.wishes.offline:
            raise FactUnknown(f"{project.version_unknown}; the backend is not asked while offline")
        from tagship.adapters.backends.ask import ask_backend  # noqa: PLC0415 -- as above

        with tempfile.TemporaryDirectory(prefix="tagship-copy-", ignore_cleanup_errors=True) as place:
            copy = Path(place) / "copy"
            if commit == "HEAD":
                shutil.copytree(
                    self.directory, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", ".venv", "venv")
                )
                return ask_backend(copy, project)
            name = self.facts.tag_name
            self.repository.checkout(commit, copy, keep_tag=name if name in self.facts.tags else None)
            return ask_backend(copy / self.inside, project)

    def alone(self) -> AbstractContextManager[None]:
        """Within, no other tagship writes in this repository; raises Incomplete where one does.

        Where there is no repository, it is the directory of the built files that belongs to one alone.
        """
        from tagship.workflow.alone import alone  # noqa: PLC0415 -- only what writes needs it

        if self.is_in_repository:
            return alone(self.repository.common_directory / "tagship.lock", "in this repository")
        return alone(self.dist.with_name(f".{self.dist.name}.tagship.lock"), f"on {self.dist}")
