"""The stand-in code host itself: from a request to its answer, and what who rehearses does to the repository."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from tagship.rehearsal.host.actions import Actions
from tagship.rehearsal.host.activity import Activity, StoredUpdate
from tagship.rehearsal.host.branches import Branches
from tagship.rehearsal.host.call import Route
from tagship.rehearsal.host.callers import Caller, Kind, Tokens, job_or_person
from tagship.rehearsal.host.checks import Checks
from tagship.rehearsal.host.commits import Commits
from tagship.rehearsal.host.environments import Environments
from tagship.rehearsal.host.history import History, How
from tagship.rehearsal.host.issues import Issues
from tagship.rehearsal.host.manners import RateLimits, Trouble, Way
from tagship.rehearsal.host.objects import NOWHERE, Objects
from tagship.rehearsal.host.people import People
from tagship.rehearsal.host.pins import Others
from tagship.rehearsal.host.policies import Policies
from tagship.rehearsal.host.publishing import Publishing
from tagship.rehearsal.host.pulls import Pulls, StoredPull
from tagship.rehearsal.host.reception import Reception
from tagship.rehearsal.host.refusals import NO_HEADERS
from tagship.rehearsal.host.releases import Releases
from tagship.rehearsal.host.repository import Repository, owned_by
from tagship.rehearsal.host.rulesets import Rulesets
from tagship.rehearsal.host.rulings import Rulings
from tagship.rehearsal.host.sealed import Vault
from tagship.rehearsal.wire import Exchange, LoopbackServer

MAINTAINER: Mapping[str, str] = {"repo": "write", "workflow": "write"}


class StandInHost:
    """A host of one repository (`owner/name`) that exists inside its with block; see the package for all of it.

    `token` may do everything that a maintainer may, with a classic token; `reading_token` may read what is public, and
    is told that everything else is not there. `issue_token` makes others. `immutable` locks published releases, as the
    repository's setting of that name does. `git` is a bare repository behind the host. Unless it is open to who is
    `anonymous`, as GitHub is, a request without a token is refused: a rehearsal is to notice one that got lost.

    `check_runs` holds, by commit and name, how a check ended (`success`, `failure` ...), or None for one that is still
    running. `actions` are the repository's workflows and what they have begun. `pulls` are its pull requests.
    """

    def __init__(
        self,
        repository: str = "stand-in/project",
        *,
        branch: str = "main",
        immutable: bool = False,
        git: Path | None = None,
        owner_type: str = "User",
        plan: str = "free",
        private: bool = False,
        anonymous: bool = False,
    ) -> None:
        people = People(repository.partition("/")[0], owner_type)
        people.add(people.maintainer, role="admin")
        people.add("reader", role="read")
        self.settings = Repository(repository, people, branch=branch, plan=plan, private=private)
        self.objects = Objects(git)
        self.releases = Releases(branch, immutable=immutable)
        self.check_runs: dict[str, dict[str, str | None]] = {}
        self.pulls: list[StoredPull] = []
        self._make_parts()
        self.token = self.tokens.issue(self._maintainer)
        self.reading_token = self.tokens.issue(Caller("classic", "reader", {"public_repo": "write"}))
        beside = (*owned_by(self.settings), *self.others.routes())
        self.reception = Reception(
            self.settings, self.tokens, self.rate, self._inside(), self._publishing.uploads(), beside, anonymous
        )
        self.record = self.reception.record
        self.server = LoopbackServer(self.reception.answer)
        self._lock = self.reception.lock

    def _make_parts(self) -> None:
        settings, objects = self.settings, self.objects
        self.tokens = Tokens(settings.now)
        self.rate = RateLimits(settings.now)
        self.actions = Actions(settings, objects)
        self.checks = Checks(settings, objects, self.check_runs)
        self.policies = Policies(settings, self.actions, self.releases)
        self.rulesets = Rulesets(settings)
        self.rulings = Rulings(settings, self.rulesets)
        self.environments = Environments(settings)
        self.secrets = Vault(settings, self.environments)
        self.activity = Activity(settings)
        self.others = Others(settings)
        self.commits = Commits(settings, objects)
        self.branches = Branches(settings, self.commits, self.rulesets)
        self._pulls = Pulls(settings, objects, self.pulls)
        self.issues = Issues(settings, self._pulls)
        self.history = History(settings, objects, self.activity, self._pulls, self.issues, self.rulings, self.checks)
        self._publishing = Publishing(settings, self.releases)

    def _inside(self) -> Sequence[Route]:
        """What leads where in the repository; of two that fit, the first."""
        return (
            *self.settings.routes(),
            *self._publishing.routes(),
            *self._pulls.routes(),
            *self.checks.routes(),
            *self.commits.routes(),
            *self.branches.routes(),
            *self.rulings.routes(),  # before the rulesets: their path would be a ruleset's number
            *self.rulesets.routes(),
            *self.policies.routes(),
            *self.actions.routes(),
            *self.secrets.routes(),
            *self.environments.routes(),
            *self.activity.routes(),
            *self.issues.routes(),
        )

    def __enter__(self) -> Self:
        self.server.__enter__()
        self.settings.root = self.server.url
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.__exit__(kind, error, trace)

    @property
    def repository(self) -> str:
        """The repository's name, with its owner's."""
        return self.settings.full_name

    @property
    def api_url(self) -> str:
        """Where the API begins, without a slash at the end."""
        return self.server.url

    @property
    def log(self) -> list[Exchange]:
        """Every request so far, in short; `record` has them whole."""
        return self.server.log

    # Who may

    def _maintainer(self) -> Caller:
        administers = self.actions.administered
        return Caller("classic", self.settings.people.maintainer, MAINTAINER, pushes=True, administers=administers)

    def issue_token(
        self,
        permissions: Mapping[str, str],
        *,
        kind: Kind = "fine-grained",
        admin: bool = False,
        push: bool = True,
        login: str | None = None,
        expires: datetime | None = None,
    ) -> str:
        """Make a token with these permissions, in the words of GitHub's tables, each `read`, `write` or `none`.

        Those of a `classic` token are its scopes (`repo`, `public_repo` ...). A permission over settings helps only
        who is an `admin` of the repository, and none to write who may not `push`. The token of a job (`actions`)
        is never an administrator's, and can be given no permission over settings: raises ValueError.
        """
        people = self.settings.people
        person = login or (people.maintainer if admin else "contributor")
        if kind != "actions" and (person != people.maintainer or admin):
            people.add(person, role="admin" if admin else "write" if push else "read")
        granted = {name.replace("-", "_") if kind != "classic" else name: level for name, level in permissions.items()}
        administers = admin and kind != "actions"
        return self.tokens.issue(Caller(kind, job_or_person(kind, person), granted, push, administers, expires))

    # What happens to the repository

    def push(
        self,
        ref: str,
        commit: str,
        *,
        actor: str | None = None,
        force: bool = False,
        source: Path | None = None,
        at: datetime | None = None,
    ) -> StoredUpdate | None:
        """Let a branch or tag point at a commit, from the repository in `source` where given; raises PushRefused."""
        with self._lock:
            who, when = self._who_and_when(actor, at)
            return self.history.push(ref, commit, actor=who, at=when, force=force, source=source)

    def delete(self, ref: str, *, actor: str | None = None, at: datetime | None = None) -> StoredUpdate | None:
        """Take a branch or tag away; raises PushRefused."""
        return self.push(ref, NOWHERE, actor=actor, at=at)

    def received(
        self, ref: str, before: str, after: str, *, actor: str | None = None, at: datetime | None = None
    ) -> StoredUpdate | None:
        """Write down what a real push to the git repository has done to a reference, by its full name."""
        with self._lock:
            who, when = self._who_and_when(actor, at)
            return self.history.received(ref, before, after, actor=who, at=when)

    def edit(
        self,
        path: str,
        content: bytes,
        *,
        branch: str | None = None,
        actor: str | None = None,
        at: datetime | None = None,
        message: str = "",
    ) -> StoredUpdate:
        """Change a file in the browser, straight on a branch; raises PushRefused."""
        with self._lock:
            who, when = self._who_and_when(actor, at)
            where = branch or self.settings.branch
            return self.history.edit(path, content, branch=where, actor=who, at=when, message=message)

    def open_pull(
        self,
        branch: str,
        *,
        base: str | None = None,
        actor: str | None = None,
        title: str = "",
        owner: str = "",
        commit: str | None = None,
    ) -> StoredPull:
        """Propose a branch of the git repository; with `owner` and `commit`, one of a fork whose commits are here."""
        with self._lock:
            who = actor or self.settings.people.maintainer
            into = base or self.settings.branch
            return self.history.open_pull(branch, base=into, actor=who, title=title, owner=owner, commit=commit)

    def merge(
        self,
        *pulls: StoredPull | int,
        how: How = "merge",
        actor: str | None = None,
        at: datetime | None = None,
        message: str = "",
    ) -> str:
        """Merge a pull request, or several at once by the queue; the commit that the branch points at then."""
        with self._lock:
            who, when = self._who_and_when(actor, at)
            numbers = {pull.number: pull for pull in self.pulls}
            chosen = [numbers[pull] if isinstance(pull, int) else pull for pull in pulls]
            return self.history.merge(chosen, how, actor=who, at=when, message=message)

    def landed(
        self,
        pull: StoredPull,
        before: str,
        after: str,
        introduced: Sequence[str],
        *,
        how: How = "merge",
        actor: str | None = None,
        at: datetime | None = None,
    ) -> StoredUpdate:
        """Write down a merge whose commits are in the git repository already: quicker than to make them one by one."""
        with self._lock:
            who, when = self._who_and_when(actor, at)
            return self.history.landed([(pull, after, introduced)], before, how, actor=who, at=when)

    def rename(self, name: str) -> None:
        """Give the repository another name (`owner/name`); the one before leads on to it."""
        with self._lock:
            self.settings.rename(name)

    def _who_and_when(self, actor: str | None, at: datetime | None) -> tuple[str, datetime]:
        return actor or self.settings.people.maintainer, at or self.settings.clock()

    # Trouble

    def fail_next(
        self,
        method: str,
        path: str,
        status: int = 502,
        times: int = 1,
        headers: Mapping[str, str] = NO_HEADERS,
        *,
        spare: int = 0,
        message: str | None = None,
        way: Way = "refused",
    ) -> None:
        """Answer the next requests with a failure; `path` is a pattern in which `*` stands for anything, `/` included.

        `method` may be `*`. The first `spare` of those that match are left alone. In which `way` it goes wrong: a
        request is `refused` and nothing happens, it is carried out and the failure is `lost` in place of its answer,
        or the connection is `cut` with nothing done, or `cut-after` it was.
        """
        self.reception.troubles.order(Trouble(method, path, status, times, spare, headers, message, way))

    def slow_next(self, method: str, path: str, seconds: float, times: int = 1, *, spare: int = 0) -> None:
        """Answer the next requests late."""
        self.reception.troubles.order(Trouble(method, path, None, times, spare, seconds=seconds))
