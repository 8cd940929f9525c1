"""From what the command line said to the workplace it means."""

import io
import os
import sys
from pathlib import Path

from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.domain.config import Auth
from tagship.domain.endpoints import KNOWN, Endpoints
from tagship.errors import AtRef, Edit, InFile, NotThere, Run, UsageError
from tagship.workflow.config import CREDENTIALS_ELSEWHERE, custom_index
from tagship.workflow.workplace import Wishes, Workplace


def workplace(options: Options, console: Console) -> Workplace:
    """The project, with the wishes of the command line; raises UsageError for a directory that is none."""
    if not options.directory.is_dir():
        raise UsageError(f"{options.directory} is not a directory")
    return Workplace(options.directory, tag=options.tag, wishes=_wishes(options, console), environ=console.environ)


def _wishes(options: Options, console: Console) -> Wishes:
    return Wishes(
        index=_index(options),
        auth=_auth(options),
        host_name=options.host,
        offline=options.offline,
        confirm_jump=options.confirm_jump,
        dist=_dist(options),
        token_from=(sys.stdin or io.StringIO()) if options.token_stdin else None,
        on_secret=console.learn,
    )


def _auth(options: Options) -> Auth | None:
    """The way of authenticating that was asked for; a token that is given is meant to be used."""
    if options.token_stdin and options.auth == Auth.TRUSTED.value:
        raise UsageError("--token-stdin gives a token, and --auth trusted uses none; give one of the two")
    if options.token_stdin:
        return Auth.TOKEN
    return None if options.auth is None else Auth(options.auth)


def _index(options: Options) -> Endpoints | None:
    if options.index is None:
        if options.upload_url is not None:
            raise UsageError("--upload-url says where the index of --index takes uploads; give both")
        return None
    if options.index in KNOWN:
        return KNOWN[options.index]
    if "://" not in options.index:
        raise UsageError(f"--index takes {', '.join(KNOWN)} or the address of a simple index, not {options.index!r}")
    try:
        return custom_index(options.index, options.upload_url or options.index)
    except ValueError as wrong:
        raise UsageError(str(wrong), remedy=Edit(CREDENTIALS_ELSEWHERE)) from None


def _dist(options: Options) -> Path | None:
    """The directory of the built files by a name of its own: what is written beside it is named after it."""
    if options.dist is None:
        return None
    dist = Path(os.path.normpath(options.dist.absolute()))
    if not dist.name:
        raise UsageError(f"{options.dist} has no name of its own, and the manifest beside it is named after it")
    _prove_disposable(dist, options.directory)
    return dist


def _prove_disposable(dist: Path, project: Path) -> None:
    """Raise UsageError for a directory that holds more than built files ever could, by whatever name it is called."""
    kept = {"the project": project, "the home directory": Path("~").expanduser(), "where you are": Path()}
    for what, directory in kept.items():
        if directory.resolve().is_relative_to(dist.resolve()):
            raise UsageError(
                f"{dist} is or holds {what}, and the built files need a directory of their own",
                remedy=Edit("name one of their own, such as --dist dist"),
            )


def workplace_of_build(options: Options, console: Console) -> Workplace:
    """The project with the tag that the built files are of; raises NotThere where there are none of it."""
    place = workplace(options, console)
    with place:
        manifest = place.manifest()
        if options.tag is not None and place.facts.tag_name != manifest.tag:
            raise NotThere(
                f"{place.dist.name} holds the build of {manifest.tag}, not of {place.facts.tag_name}",
                where=InFile(place.dist.name),
                remedy=Run(("tagship", "build", place.facts.tag_name)),
            )
        tag = place.facts.tags.get(manifest.tag)
        if tag is not None and tag.commit != manifest.commit:
            raise NotThere(
                f"{place.dist.name} holds the build of {manifest.commit[:12]}, and {tag.name} is {tag.commit[:12]} now",
                where=AtRef(tag.name),
                remedy=Run(("tagship", "build", tag.name)),
            )
    options.tag = manifest.tag
    return workplace(options, console)
