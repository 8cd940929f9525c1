"""From what the command line said to the workplace it means."""

import io
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import InvalidName, canonicalize_name

from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.domain.config import Auth
from tagship.domain.endpoints import KNOWN, Endpoints
from tagship.errors import AtRef, Edit, InFile, NotThere, Remedy, Run, UsageError
from tagship.workflow.built import DISTRIBUTIONS, Wanted
from tagship.workflow.config import CREDENTIALS_ELSEWHERE, custom_index
from tagship.workflow.workplace import Wishes, Workplace

if TYPE_CHECKING:
    from tagship.adapters.token_sources import TokenSource


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
        installs=Wanted(pythons=tuple(options.pythons), rebuild=options.rebuild),
        no_install=_no_install(options),
        token_from=_token_source(options, console),
        project=_project(options),
        on_secret=console.learn,
        on_note=console.note,
    )


def _no_install(options: Options) -> str | None:
    """Why the built files are not tried out, if they are not."""
    if options.command == "publish":
        # Trying out runs the project's code and its dependencies', and here a credential is at hand.
        return "publish installs nothing; tagship validate does it before"
    return None if options.install else "--no-install was given"


def _auth(options: Options) -> Auth | None:
    """The way of authenticating that was asked for; a token that is given is meant to be used."""
    given = "--token-stdin" if options.token_stdin else "--token-from" if options.token_from is not None else None
    if given and options.auth == Auth.TRUSTED.value:
        raise UsageError(f"{given} gives a token, and --auth trusted uses none; give one of the two")
    if given:
        return Auth.TOKEN
    return None if options.auth is None else Auth(options.auth)


def _token_source(options: Options, console: Console) -> "TokenSource | None":
    """Where the token was said to be; None for the environment."""
    if options.token_stdin and options.token_from not in {None, "stdin"}:
        raise UsageError(f"--token-stdin and --token-from {options.token_from} are two places; give one of the two")
    place = "stdin" if options.token_stdin else options.token_from
    if place in {None, "env"}:
        return None
    from tagship.adapters import token_sources  # noqa: PLC0415 -- most commands need no token

    match place:
        case "stdin":
            stream = sys.stdin or io.StringIO()
            return lambda index: token_sources.token_from_stdin(stream, index, on_flawed=console.learn)
        case "pypirc":
            return token_sources.pypirc_outside(options.directory, console.environ, on_flawed=console.learn)
        case _:
            environ, learn = console.environ, console.learn
            return lambda index: token_sources.token_from_keyring(environ, index, on_flawed=learn)


def _project(options: Options) -> str | None:
    """The name that was given for what is published; raises UsageError for one that no index would take."""
    if options.project is None:
        return None
    try:
        return canonicalize_name(options.project, validate=True)
    except InvalidName:
        raise UsageError(f"--project takes the name of a project, not {options.project!r}") from None


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


def workplace_of_files(options: Options, console: Console) -> Workplace:
    """The files to examine and the directory of the project that they may be of; raises NotThere where there are none.

    Nothing is written where they lie, so that any directory will do.
    """
    if not options.directory.is_dir():
        raise UsageError(f"{options.directory} is not a directory")
    dist, files = _examined(options)
    wishes = replace(_wishes(options, console), dist=dist, files=files)
    place = Workplace(options.directory, wishes=wishes, environ=console.environ)
    odd = next((path for path in files or _named_like_files(dist) if not path.is_file()), None)
    if odd is not None and (files or not place.built().paths):
        raise NotThere(f"{odd} is no regular file", where=InFile(str(odd)), remedy=Edit("put the file itself there"))
    if not place.built().paths:
        raise NotThere(
            f"{dist} holds neither a wheel nor an sdist", where=InFile(str(dist)), remedy=_how_to_have_files(options)
        )
    return place


def _named_like_files(dist: Path) -> list[Path]:
    """What is called like a built file, whatever it is."""
    return sorted(path for path in dist.iterdir() if path.name.endswith(DISTRIBUTIONS)) if dist.is_dir() else []


def _how_to_have_files(options: Options) -> Remedy:
    """What to do where there is nothing to examine: what lies elsewhere need not be built by tagship."""
    here = any((options.directory / name).is_file() for name in ("pyproject.toml", "setup.py", "setup.cfg"))
    if here and not options.files:
        return Run(("tagship", "build"))
    return Edit("name the directory of the built files, or the files")


def _examined(options: Options) -> tuple[Path, tuple[Path, ...]]:
    """The directory of the built files, and those that are meant where it is not all of them."""
    given = [Path(os.path.normpath(path.absolute())) for path in options.files or [options.directory / "dist"]]
    for path in given:
        if not path.exists():
            raise NotThere(f"there is no {path}", where=InFile(str(path)), remedy=_how_to_have_files(options))
    if len(given) == 1 and given[0].is_dir():
        return given[0], ()
    for path in given:
        if path.is_dir():
            raise UsageError(f"{path} is a directory; give one directory, or files alone")
    return given[0].parent, tuple(dict.fromkeys(given))
