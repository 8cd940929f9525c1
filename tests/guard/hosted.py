"""A repository on a stand-in host whose main moves in every way, and a clone that asks about it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from guard.serving import Clone
from tagship.adapters.github.activity import GitHubActivity
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.guarding import Guarded, Provenance
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.history import How
from tagship.workflow.guarding.examining import guard
from tagship.workflow.guarding.place import GuardPlace
from tagship.workflow.workplace import Wishes


class Hosted:
    """The host, its bare repository, and a clone; `now` is the time on the host, an hour on with each deed."""

    def __init__(self, top: Path, host: StandInHost) -> None:
        self.host = host
        self.server = Clone(top / "project.git")
        self.clone = Clone(top / "clone")
        self.now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=40)
        host.settings.clock = lambda: self.now

    def later(self, **more: int) -> None:
        self.now += timedelta(**(more or {"hours": 1}))

    @property
    def tip(self) -> str:
        return self.server.tip("refs/heads/main")

    @property
    def dates(self) -> Mapping[str, str]:
        at = f"{self.now.timestamp():.0f} +0000"
        return {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}

    def commit(self, message: str = "Change", *, onto: str | None = None, branch: str = "work") -> str:
        """A commit on top of main, or of another one, in the clone alone."""
        base = onto or "origin/main"
        self.clone.git("fetch", "--quiet", "origin")
        self.clone.git("checkout", "--quiet", "-B", branch, base)
        (self.clone.path / f"{branch}-{self.now:%d%H%M}").write_text(message, encoding="utf-8")
        self.clone.git("add", "--all")
        self.clone.git("commit", "--quiet", "--allow-empty-message", "-m", message, **self.dates)
        return self.clone.tip()

    def push(self, commit: str, *, to: str = "main", force: bool = False, actor: str = "ada") -> str:
        """Straight to a branch."""
        self.host.push(to, commit, actor=actor, force=force, source=self.clone.path, at=self.now)
        self.later()
        return commit

    def direct(self, message: str = "Change", *, actor: str = "ada") -> str:
        return self.push(self.commit(message), actor=actor)

    def merged(self, how: How = "squash", *, message: str = "Work", branch: str | None = None) -> str:
        """Through a pull request; what main points at then."""
        name = branch or f"topic-{self.now:%d%H%M}"
        self.push(self.commit(message, branch=name), to=name, actor="grace")
        pull = self.host.open_pull(name, actor="grace", title=message)
        made = self.host.merge(pull, how=how, actor="ada", at=self.now)
        self.later()
        return made

    def fetch(self) -> None:
        self.clone.git("fetch", "--quiet", "origin")

    def event(self, before: str, after: str, *, ref: str = "refs/heads/main") -> dict[str, str]:
        """The variables of a job that runs for a push."""
        path = self.clone.path.with_name("event.json")
        path.write_text(json.dumps({"ref": ref, "before": before, "after": after}), encoding="utf-8")
        return {"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(path), "GITHUB_ACTIONS": "true"}

    @contextmanager
    def place(
        self, *, environ: Mapping[str, str] | None = None, token: str | None = None, offline: bool = False
    ) -> Iterator[GuardPlace]:
        """Where somebody guards who asks the host with a token."""
        owner, _, name = self.host.repository.partition("/")
        wishes = Wishes(host_name="github", pause=lambda _: None, offline=offline)
        with HttpClient() as http, GuardPlace(self.clone.path, environ=environ or {}, wishes=wishes) as place:
            secret, patience = Secret(token or self.host.token, origin="GH_TOKEN"), Patience(pause=lambda _: None)
            place.witness = GitHubActivity(http, owner, name, secret, api=self.host.api_url, patience=patience)
            yield place

    def guarded(
        self, span: str | None = None, *, days: int | None = None, environ: Mapping[str, str] | None = None
    ) -> Guarded:
        """What is said of a range, of some days until now, or of the push that a job runs for."""
        self.fetch()
        with self.place(environ=environ) as place:
            return guard(place, span=span, days=days, now=self.now)


def verdicts(seen: Guarded) -> Sequence[tuple[str, Provenance]]:
    return [(arrival.commit, arrival.verdict) for arrival in seen.main]


@contextmanager
def hosting(top: Path) -> Iterator[Hosted]:
    """A host whose main has begun with one commit."""
    Clone(top).git("init", "--quiet", "--bare", "--initial-branch=main", "project.git")
    with StandInHost(git=top / "project.git") as host:
        Clone(top).git("init", "--quiet", "--initial-branch=main", "clone")
        hosted = Hosted(top, host)
        hosted.clone.git("remote", "add", "origin", hosted.server.path.as_uri())
        (hosted.clone.path / "README").write_text("Begin", encoding="utf-8")
        hosted.clone.git("add", "--all")
        hosted.clone.git("commit", "--quiet", "-m", "Begin", **hosted.dates)
        hosted.push(hosted.clone.tip())
        hosted.fetch()
        yield hosted
        assert host.server.crashes == []
