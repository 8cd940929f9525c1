"""The workplace of a rehearsal: the same project, the same plan, and nobody outside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tagship.adapters.github import GitHubReleases as GitHub
from tagship.adapters.http import HttpClient
from tagship.domain.config import Auth
from tagship.domain.credential import Credential, Secret
from tagship.errors import FactUnknown, Run
from tagship.rehearsal.world import StandInWorld
from tagship.workflow.workplace import Wishes, Workplace


@contextmanager
def rehearsal_of(
    source: Path, *, tag: str | None, confirm_jump: bool, on_secret: Callable[[Secret | Credential], None]
) -> Iterator[Workplace]:
    """A workplace in which everything outside is a stand-in; it is gone at the end.

    A tag that the project does not have yet is made in the copy alone, on HEAD. Raises like StandInWorld, and
    FactUnknown for a shallow clone: a rehearsal fetches nothing, and a gate needs the history.
    """
    with StandInWorld(source) as world, HttpClient() as http:
        if world.shallow:
            raise FactUnknown(
                "this clone lacks its history, and a rehearsal fetches nothing from outside",
                remedy=Run(("git", "-C", str(source), "fetch", "--unshallow", "--tags")),
            )
        world.make_tag(tag_to_rehearse(world.project, tag))
        token = Secret(world.host.token, origin="the stand-in host")

        def host() -> GitHub:
            owner, name = world.host.repository.split("/")
            return GitHub(http, owner, name, token, api=world.host.api_url, uploads=world.host.api_url)

        wishes = Wishes(
            index=world.index.endpoints,
            auth=Auth.TOKEN,
            host_name="github",
            host=host,
            confirm_jump=confirm_jump,
            on_secret=on_secret,
        )
        environ = {"TAGSHIP_TOKEN": world.index.token}
        with Workplace(world.project, tag=world.tag, environ=environ, wishes=wishes) as place:
            yield place


def tag_to_rehearse(project: Path, asked_for: str | None) -> str:
    """The tag that would be shipped; where nothing names one, the highest of a final version, else the highest."""
    with Workplace(project, tag=asked_for, environ={}) as place:
        facts = place.facts
        try:
            return facts.tag_name
        except FactUnknown:
            versions = {version: name for name in facts.tags if (version := facts.template.version_in(name))}
            if not versions:
                raise
            return versions[max(versions, key=lambda version: (not version.is_prerelease, version))]
