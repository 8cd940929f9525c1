"""Asks about a branch as its maintainer does, and finds its way in the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pytest

from cli.saying import Said, at, say
from repositories import Repo, release
from tagship.rehearsal.index import StandInIndex

CODE = "GREETING = 'hello'\n"
NEWER = "GREETING = 'good morning'\n"
SHIPS = "src/handmade/__init__.py"


@dataclass(frozen=True)
class Answer:
    """What `check` said of a branch."""

    said: Said

    @property
    def verdict(self) -> str:
        return str(self.said.document["verdict"])

    @property
    def blockers(self) -> list[str]:
        return self._failed("error")

    @property
    def warnings(self) -> list[str]:
        return self._failed("warning")

    def check(self, name: str) -> dict[str, object]:
        return next(check for check in self._checks if check["id"] == name)

    def outcome(self, name: str) -> str:
        return str(self.check(name)["outcome"])

    def reason(self, name: str) -> str:
        return str(self.check(name)["reason"])

    def findings(self, name: str) -> list[dict[str, object]]:
        return cast("list[dict[str, object]]", self.check(name)["findings"])

    def told(self, name: str) -> str:
        """All that a check found, with its remedies, as one text."""
        return "\n".join(f"{finding['message']} {finding['remedy']}" for finding in self.findings(name))

    @property
    def _checks(self) -> list[dict[str, object]]:
        return cast("list[dict[str, object]]", self.said.document["checks"])

    def _failed(self, severity: str) -> list[str]:
        return [
            str(check["id"]) for check in self._checks if (check["severity"], check["outcome"]) == (severity, "failed")
        ]


@dataclass(frozen=True)
class Branch:
    """A project with a release behind it, on a feature branch, and the index that serves nothing of it."""

    repo: Repo
    index: StandInIndex
    capsys: pytest.CaptureFixture[str]

    def ask(self, *words: str, directory: Repo | None = None) -> Answer:
        """`check` without tests and build."""
        return Answer(self.say("check", "--json", "--fast", *at(self.index), "--host", "none", *words, of=directory))

    def say(self, *words: str, of: Repo | None = None) -> Said:
        return say(self.capsys, "-C", str((of or self.repo).path), *words)


def released_project(repo: Repo, versions: Sequence[str] = ("1.0.0", "1.1.0")) -> None:
    """A package with some releases on main, pushed."""
    repo.write({SHIPS: CODE, "tests/test_it.py": "def test_it() -> None:\n    assert True\n"})
    for version in versions:
        release(repo, version)
    repo.git("fetch", "--quiet", "origin")
    repo.git("remote", "set-head", "origin", "main")
