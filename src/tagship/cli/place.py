"""From what the command line said to the workplace it means."""

import sys

from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.domain.config import Auth
from tagship.domain.endpoints import KNOWN, Endpoints
from tagship.errors import InFile, NotThere, Run, UsageError
from tagship.workflow.config import custom_index
from tagship.workflow.workplace import Wishes, Workplace


def workplace(options: Options, console: Console) -> Workplace:
    """The project, with the wishes of the command line; raises UsageError for a directory that is none."""
    if not options.directory.is_dir():
        raise UsageError(f"{options.directory} is not a directory")
    return Workplace(options.directory, tag=options.tag, wishes=_wishes(options, console), environ=console.environ)


def _wishes(options: Options, console: Console) -> Wishes:
    return Wishes(
        index=_index(options),
        auth=None if options.auth is None else Auth(options.auth),
        host_name=options.host,
        offline=options.offline,
        confirm_jump=options.confirm_jump,
        dist=options.dist,
        token_from=sys.stdin if options.token_stdin else None,
        on_secret=console.learn,
    )


def _index(options: Options) -> Endpoints | None:
    if options.index is None:
        if options.upload_url is not None:
            raise UsageError("--upload-url says where the index of --index takes uploads; give both")
        return None
    if options.index in KNOWN:
        return KNOWN[options.index]
    if "://" not in options.index:
        raise UsageError(f"--index takes {', '.join(KNOWN)} or the address of a simple index, not {options.index!r}")
    return custom_index(options.index, options.upload_url or options.index)


def workplace_of_build(options: Options, console: Console) -> Workplace:
    """The project with the tag that the built files are of; raises NotThere where nothing was built."""
    place = workplace(options, console)
    with place:
        manifest = place.manifest()
        if options.tag is not None and place.facts.tag_name != manifest.tag:
            raise NotThere(
                f"{place.dist.name} holds the build of {manifest.tag}, not of {place.facts.tag_name}",
                where=InFile(place.dist.name),
                remedy=Run(("tagship", "build", place.facts.tag_name)),
            )
    options.tag = manifest.tag
    return workplace(options, console)
