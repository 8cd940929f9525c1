"""The workplace of a rehearsal: the same project, the same plan, and nobody outside."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tagship.adapters.github.releases import GitHubReleases as GitHub
from tagship.adapters.http import HttpClient
from tagship.domain.config import Auth
from tagship.domain.credential import Secret
from tagship.domain.endpoints import Endpoints
from tagship.domain.listeners import OnSecret, unheard
from tagship.errors import FactUnknown, Run
from tagship.rehearsal.world import StandInWorld
from tagship.workflow.files.wanted import Wanted
from tagship.workflow.several.packages import place_in
from tagship.workflow.workplace import Wishes, Workplace


@dataclass(slots=True)
class Pace:
    """A clock by which waiting takes a part of its time only: `factor` seconds pass in one.

    `waited` is how many seconds were waited for by this clock.
    """

    factor: float = 1.0
    waited: float = field(default=0.0, init=False)

    def pause(self, seconds: float) -> None:
        """Wait so many seconds by this clock."""
        time.sleep(seconds / self.factor)
        self.waited += seconds

    def clock(self) -> float:
        """The time by this clock, in seconds since some moment."""
        return time.monotonic() + self.waited * (1 - 1 / self.factor)


@dataclass(frozen=True, slots=True)
class Part:
    """How a project is to be rehearsed: `tag` as asked for, and what a person would say on the command line.

    `pythons` and `no_install` say with which interpreters the files are tried out, and why they are not at all.
    `package` is the one that is meant where the repository lists several.
    """

    tag: str | None = None
    confirm_jump: bool = False
    on_secret: OnSecret = unheard
    pythons: tuple[str, ...] = ()
    no_install: str | None = None
    package: str | None = None


@contextmanager
def rehearsal_of(source: Path, part: Part) -> Iterator[Workplace]:
    """A workplace in which everything outside is a stand-in; it is gone at the end. Raises like `world_of`."""
    with world_of(source, part) as world, workplace_in(world, part, {"TAGSHIP_TOKEN": world.index.token}) as place:
        yield place


@contextmanager
def world_of(source: Path, part: Part) -> Iterator[StandInWorld]:
    """A stand-in world around a copy of a project, which has the tag.

    A tag that the project does not have yet is made in the copy alone, on HEAD. Raises like StandInWorld, and
    FactUnknown for a shallow clone: a rehearsal fetches nothing, and a gate needs the history.
    """
    with StandInWorld(source) as world:
        if world.shallow:
            raise FactUnknown(
                "this clone lacks its history, and a rehearsal fetches nothing from outside",
                remedy=Run(("git", "-C", str(source), "fetch", "--unshallow", "--tags")),
            )
        world.make_tag(tag_to_rehearse(world.project, part.tag, package=part.package))
        yield world


@contextmanager
def workplace_in(
    world: StandInWorld,
    part: Part,
    environ: Mapping[str, str],
    *,
    index: Endpoints | None = None,
    auth: Auth = Auth.TOKEN,
    pace: Pace | None = None,
) -> Iterator[Workplace]:
    """The project in a stand-in world, with that world's index and host.

    `environ` is where the token is looked for; `index` stands for the world's own where that is to be seen otherwise.
    """
    with HttpClient() as http:
        token = Secret(world.host.token, origin="the stand-in host")

        def host() -> GitHub:
            owner, name = world.host.repository.split("/")
            return GitHub(http, owner, name, token, api=world.host.api_url, uploads=world.host.api_url)

        wishes = Wishes(
            index=index or world.index.endpoints,
            auth=auth,
            host_name="github",
            host=host,
            confirm_jump=part.confirm_jump,
            on_secret=part.on_secret,
            pause=(pace or Pace()).pause,
            installs=Wanted(pythons=part.pythons),
            no_install=part.no_install,
        )
        meant = place_in(world.project, package=part.package, tag=world.tag, environ=environ, wishes=wishes)
        with meant as place:
            yield place


def tag_to_rehearse(project: Path, asked_for: str | None, *, package: str | None = None) -> str:
    """The tag that would be shipped; where nothing names one, the highest of a final version, else the highest."""
    with place_in(project, package=package, tag=asked_for, environ={}, wishes=Wishes()) as place:
        facts = place.facts
        try:
            return facts.tag_name
        except FactUnknown:
            versions = {version: name for name in facts.tags if (version := facts.template.version_in(name))}
            if not versions:
                raise
            return versions[max(versions, key=lambda version: (not version.is_prerelease, version))]
