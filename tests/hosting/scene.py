"""A project with a release workflow, its remote's name on GitHub, and the stand-in host in GitHub's place."""

import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cli import saying
from cli.saying import Terminal
from node import package
from openapi import PACKAGE, all_problems
from repositories import Repo, new_project
from scaffold.adoptions import TOKEN, TRUSTED, rendered
from tagship.adapters.github.settings import GitHubSettings
from tagship.adapters.http import HttpClient, Patience
from tagship.cli.console import Console
from tagship.cli.dispatch import _guarded
from tagship.cli.doctor import examined
from tagship.cli.options import parse
from tagship.cli.remedies import complete_error
from tagship.domain.config import Auth
from tagship.domain.credential import Secret
from tagship.errors import Exit, TagshipError
from tagship.rehearsal.host import StandInHost
from tagship.scaffold.github import workflows
from tagship.workflow.hosting.place import HostingPlace
from tagship.workflow.workplace import Wishes

REPOSITORY = "stand-in/handmade"
ADMINISTRATOR: Mapping[str, str] = {
    **dict.fromkeys(("actions", "administration", "environments", "secrets"), "write"),
    **dict.fromkeys(("checks", "contents", "metadata", "pull_requests", "statuses"), "read"),
}
"""What doctor needs of a fine-grained token."""


class Said(saying.Said):
    """How a command ended, and what it wrote, with what its document tells."""

    def checks(self, outcome: str) -> Mapping[str, Mapping[str, object]]:
        """The checks that ended so, by id."""
        checks = self.document["checks"]
        assert isinstance(checks, list)
        return {str(each["id"]): each for each in checks if isinstance(each, dict) and each["outcome"] == outcome}

    @property
    def steps(self) -> Mapping[str, tuple[str, str]]:
        """The steps of a plan, each with its state and evidence."""
        steps = self.document["steps"]
        assert isinstance(steps, list)
        return {
            str(each["name"]): (str(each["state"]), str(each["evidence"])) for each in steps if isinstance(each, dict)
        }

    @property
    def message(self) -> str:
        return str(self.document["message"])

    @property
    def remedy(self) -> str:
        return json.dumps(self.document["remedy"])


@dataclass
class Scene:
    """The project and its host; `token` is what the maintainer has, None for nobody."""

    repo: Repo
    host: StandInHost
    http: HttpClient
    token: str | None
    auth: Auth = Auth.TRUSTED
    waited: list[float] = field(default_factory=list)

    def settings(self, token: str | None = None, name: str = REPOSITORY) -> GitHubSettings:
        """The port to the host, for a token."""
        chosen = token or self.token
        secret = None if chosen is None else Secret(chosen, origin="GH_TOKEN")
        owner, repository = name.split("/")
        api, patience = self.host.api_url, Patience(pause=self.waited.append)
        return GitHubSettings(self.http, owner, repository, secret, api=api, uploads=api, patience=patience)

    @contextmanager
    def place(self, *, offline: bool = False, reviewers: Sequence[str] = ()) -> Iterator[HostingPlace]:
        with HostingPlace(self.repo.path, environ={}, wishes=Wishes(offline=offline, auth=self.auth)) as place:
            place.made_by = self.settings
            place.reviewers = tuple(reviewers)
            yield place

    def doctor(self, *words: str, typed: str | None = None) -> Said:
        """`tagship doctor` with these words, as JSON unless somebody types."""
        given = ("--json",) if typed is None else ()
        options = parse(["-C", str(self.repo.path), "doctor", *given, *words])
        out, err = io.StringIO(), io.StringIO() if typed is None else Terminal()
        console = Console(form=options.format, color=False, environ={}, stdout=out, stderr=err)

        def run() -> Exit:
            with self.place(offline=options.offline, reviewers=options.reviewers) as place:
                try:
                    return examined(place, options, console)
                except TagshipError as error:
                    complete_error(error, options)
                    raise

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO() if typed is None else Terminal(typed))
            ended = _guarded(run, console, debug=False)
        assert "Traceback" not in out.getvalue() + err.getvalue()
        if self.token is not None:
            assert self.token not in out.getvalue() + err.getvalue()
        return Said(ended, out.getvalue(), err.getvalue())

    @property
    def writes(self) -> list[str]:
        """What was asked to be changed on the host so far, in order."""
        return [f"{each.method} {each.path}" for each in self.host.log if each.method != "GET"]

    def state(self) -> object:
        """All that can be set on the host, to be compared."""
        host, policies = self.host, self.host.policies
        return (
            [(each.name, each.enforcement, each.rules, each.bypass_actors) for each in host.rulesets],
            [(name, list(each.policies), list(each.reviewers), each.protected_branches, each.wait_timer)
             for name, each in host.environments.held.items()],
            (policies.sha_pinning_required, policies.default_workflow_permissions, policies.approval_policy),
            (policies.can_approve_pull_request_reviews, policies.private_vulnerability_reporting),
            (dict(host.settings.security), host.releases.immutable, host.actions.enabled),
        )  # fmt: skip


def project(path: Path, auth: Auth = Auth.TRUSTED) -> Repo:
    """A project whose workflows are those that adoption brings, with a version behind it."""
    repo = new_project(path)
    for each in workflows(TRUSTED if auth is Auth.TRUSTED else TOKEN):
        text = rendered(each)
        repo.write({each.path: text})
    repo.commit(message="Adopt the project")
    repo.push()
    repo.tag("v1.0.0")
    repo.git("remote", "set-url", "origin", f"https://github.com/{REPOSITORY}.git")
    return repo


@contextmanager
def scene_of(
    path: Path,
    *,
    auth: Auth = Auth.TRUSTED,
    owner_type: str = "User",
    plan: str = "free",
    private: bool = False,
    permissions: Mapping[str, str] = ADMINISTRATOR,
    admin: bool = True,
) -> Iterator[Scene]:
    """The world around a project; every exchange with the host is one that GitHub describes."""
    repo = project(path / "handmade", auth)
    with (
        StandInHost(REPOSITORY, git=repo.remote, owner_type=owner_type, plan=plan, private=private) as host,
        HttpClient() as http,
    ):
        token = host.issue_token(permissions, admin=admin)
        package(PACKAGE)
        yield Scene(repo, host, http, token, auth)
        assert all_problems(host.record) == []
        assert host.server.crashes == []
