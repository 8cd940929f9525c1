"""A project that is ready to be tagged, with a real remote, a stand-in index and a stand-in code host around it."""

import io
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cli import saying
from cli.saying import Terminal
from repositories import Repo, add_section, new_project, set_version
from tagship.adapters.github.runs import GitHubRuns
from tagship.adapters.http import HttpClient
from tagship.cli.console import Console
from tagship.cli.dispatch import _guarded
from tagship.cli.options import parse
from tagship.cli.remedies import complete_error
from tagship.cli.tag import carry_out_tagging, show_tagging
from tagship.domain.config import Auth
from tagship.domain.credential import Secret
from tagship.domain.facts import Host
from tagship.errors import Exit, TagshipError
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.index import StandInIndex
from tagship.workflow.tagging.place import TaggingPlace
from tagship.workflow.workplace import Wishes

REPOSITORY = "stand-in/handmade"
VERSION, TAG = "1.0.0", "v1.0.0"
WORKFLOW = ".github/workflows/release.yml"
RELEASES_ON = """\
name: release
on:
  push:
    tags: ["{pattern}"]
  workflow_dispatch:
    inputs:
      tag:
        required: true
jobs: {{}}
"""
NOTES = "- Grüße an alle, auch an Łukasz und 東京.\n\n    # no comment of git's\n#nor-this\n\n- The last entry."


class Said(saying.Said):
    """How a command ended, and what it wrote, with what its document tells."""

    @property
    def failed(self) -> list[str]:
        """The checks that failed, where the document is a report."""
        checks = self.document["checks"]
        assert isinstance(checks, list)
        return [str(check["id"]) for check in checks if isinstance(check, dict) and check["outcome"] == "failed"]

    @property
    def steps(self) -> dict[str, str]:
        """The steps of a plan and what became of them."""
        steps = self.document["steps"]
        assert isinstance(steps, list)
        return {str(step["name"]): str(step["evidence"]) for step in steps if isinstance(step, dict)}

    @property
    def states(self) -> dict[str, tuple[str, str]]:
        """The steps of a plan, each with its state and how far it reaches."""
        steps = self.document["steps"]
        assert isinstance(steps, list)
        return {
            str(step["name"]): (str(step["state"]), str(step["effect"])) for step in steps if isinstance(step, dict)
        }

    @property
    def message(self) -> str:
        return str(self.document["message"])

    @property
    def remedy(self) -> str:
        remedy = self.document["remedy"]
        assert isinstance(remedy, dict)
        ((_, told),) = remedy.items()
        return " ".join(map(str, told)) if isinstance(told, list) else str(told)


@dataclass
class Scene:
    """The project and everything around it; `hosted` is whether there is a code host."""

    repo: Repo
    index: StandInIndex
    host: StandInHost
    http: HttpClient
    hosted: bool = True
    confirm_jump: bool = False
    pause: Callable[[float], None] = time.sleep
    environ: dict[str, str] = field(default_factory=dict)
    waited: list[float] = field(default_factory=list)

    @contextmanager
    def place(self, tag: str | None = None, *, offline: bool = False, inside: str = "") -> Iterator[TaggingPlace]:
        def host() -> Host:
            token = Secret(self.host.token, origin="GH_TOKEN")
            (owner, name), api = REPOSITORY.split("/"), self.host.api_url
            return GitHubRuns(self.http, owner, name, token, api=api, uploads=api)

        def pause(seconds: float) -> None:
            self.waited.append(seconds)
            self.pause(seconds)

        wishes = Wishes(
            index=self.index.endpoints,
            auth=Auth.TOKEN,
            host=host if self.hosted else None,
            host_name="github" if self.hosted else "none",
            offline=offline,
            pause=pause,
            confirm_jump=self.confirm_jump,
        )
        with TaggingPlace(self.repo.path / inside, tag=tag, environ=self.environ, wishes=wishes) as place:
            yield place

    def tag(self, *words: str, stdin: "str | Terminal | None" = None, consent: bool = True) -> Said:
        """`tagship tag` with these words; as JSON and with `--yes` unless somebody types or there is no consent."""
        given = () if stdin is not None else ("--json", "--yes") if consent else ("--json",)
        options = parse(["-C", str(self.repo.path), "tag", "--patience", "0.3", *given, *words])
        out, err = io.StringIO(), io.StringIO() if stdin is None else Terminal()
        console = Console(form=options.format, color=False, environ=self.environ, stdout=out, stderr=err)

        def run() -> Exit:
            with self.place(options.tag, offline=options.offline) as place:
                carry_out = show_tagging if options.plan else carry_out_tagging
                try:
                    return carry_out(place, options, console)
                except TagshipError as error:
                    complete_error(error, options)
                    raise

        with pytest.MonkeyPatch.context() as patch:
            typed = io.StringIO() if stdin is None else stdin
            patch.setattr(sys, "stdin", Terminal(typed) if isinstance(typed, str) else typed)
            ended = _guarded(run, console, debug=False)
        assert "Traceback" not in out.getvalue() + err.getvalue()
        return Said(ended, out.getvalue(), err.getvalue())

    @property
    def head(self) -> str:
        return self.repo.git("rev-parse", "HEAD")

    @property
    def tags_here(self) -> list[str]:
        return self.repo.git("tag", "--list").split()

    @property
    def tags_there(self) -> Mapping[str, str]:
        """The remote's tags with their objects."""
        listed = self.repo.git("ls-remote", "--tags", "--refs", str(self.repo.remote)).splitlines()
        return {name.removeprefix("refs/tags/"): value for value, _, name in (line.partition("\t") for line in listed)}

    def begin(self, tag: str = TAG, path: str = WORKFLOW) -> None:
        """Let the code host begin the run of a tag on HEAD."""
        self.host.actions.start(path, ref=tag, commit=self.head)

    def hook(self, name: str, script: str, *, remote: bool = False) -> None:
        """Put a hook in place."""
        path = (self.repo.remote if remote else self.repo.path / ".git") / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)


def ready_to_tag(path: Path, *, pattern: str = "v*", pyproject: str | None = None, body: str = NOTES) -> Repo:
    """The project with a version and its notes on main, pushed, and a workflow that releases tags."""
    repo = new_project(path)
    if pyproject is None:
        set_version(repo, VERSION)
    else:
        repo.write({"pyproject.toml": pyproject})
    add_section(repo, VERSION, body)
    repo.commit({WORKFLOW: RELEASES_ON.format(pattern=pattern)}, f"Prepare {VERSION}")
    repo.push()
    return repo


@contextmanager
def scene_of(repo: Repo) -> Iterator[Scene]:
    """The world around a project; no server of it may crash."""
    with StandInIndex() as index, StandInHost(REPOSITORY) as host, HttpClient() as http:
        host.actions.states[WORKFLOW] = "active"
        yield Scene(repo, index, host, http)
        assert index.server.crashes == []
        assert host.server.crashes == []
