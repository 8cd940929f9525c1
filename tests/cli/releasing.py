"""A project that builds in half a second, an index to ship it to, and tagship in this process."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.saying import Said, at, say
from repositories import Repo
from tagship.adapters.interpreters import OWN
from tagship.rehearsal.index import StandInIndex


@dataclass(frozen=True)
class Release:
    """What the commands of a release are about."""

    repo: Repo
    index: StandInIndex
    capsys: pytest.CaptureFixture[str]

    def say(self, *words: str) -> Said:
        """A command about the project."""
        return say(self.capsys, "-C", str(self.repo.path), *words)

    def ship(self, *words: str) -> Said:
        return self.say("ship", *self.to_index, "--host", "none", "--yes", "--python", OWN.version, *words)

    def publish(self, *words: str) -> Said:
        return self.say("publish", *self.to_index, "--yes", *words)

    def prove(self, *words: str) -> Said:
        return self.say("prove", *at(self.index), *words)

    @property
    def to_index(self) -> tuple[str, ...]:
        return (*at(self.index), "--auth", "token")

    @property
    def dist(self) -> Path:
        return self.repo.path / "dist"

    @property
    def sent(self) -> int:
        """How many files the index took."""
        return sum(each.method == "POST" and each.status == 200 for each in self.index.log)
