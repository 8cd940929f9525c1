"""From what the command line said to the workplace it means."""

import io
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tagship.adapters.git.command import GLANCE, NETWORK
from tagship.adapters.nearest import FILES, prove_project
from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.domain.artifact import Manifest
from tagship.domain.config import Auth
from tagship.domain.credential import TOKEN_VARIABLE
from tagship.domain.endpoints import KNOWN, Endpoints
from tagship.domain.names import InvalidName, canonicalize_name
from tagship.domain.version import parse_version
from tagship.errors import AtRef, Edit, InFile, NotThere, Remedy, Run, UsageError
from tagship.workflow.config import CREDENTIALS_ELSEWHERE, custom_index
from tagship.workflow.files.wanted import DISTRIBUTIONS, Wanted
from tagship.workflow.naming import tag_from_ci
from tagship.workflow.workplace import Wishes, Workplace

if TYPE_CHECKING:
    from tagship.adapters.token_sources import TokenSource
    from tagship.workflow.several.packages import Packages

PlaceT = TypeVar("PlaceT", bound=Workplace)
_LOOKING = frozenset({"check", "show", "status"})
"""Commands that somebody waits for, and that nothing is decided by for good."""
_ANYWHERE = frozenset({"credential", "gate", "publish", "validate"})
"""Commands that have something to say where no project is: each asks for what it needs, and tells what it lacks."""


def workplace(
    options: Options, console: Console, *, dist: Path | None = None, files: tuple[Path, ...] = ()
) -> Workplace:
    """The project, with the wishes of the command line; of several packages the one that is named.

    Raises UsageError for a directory that is none, and where several packages are there and none of them is named: by
    `--package`, by the directory, by the tag, or by the tag that CI runs for. `dist` and `files` are the built files
    that are meant, if not those that the command line names.
    """
    wishes = _wishes(options, console)
    wishes = wishes if dist is None else replace(wishes, dist=dist, files=files)
    return _place_of(Workplace, options, console, wishes)


def workplace_of(kind: type[PlaceT], options: Options, console: Console) -> PlaceT:
    """The same for a command whose facts are about something else; raises as `workplace`."""
    return _place_of(kind, options, console, _wishes(options, console))


def place_of_repository(kind: type[PlaceT], options: Options, console: Console) -> PlaceT:
    """The directory itself, whatever packages it lists, for what is about the repository as a whole."""
    return kind(options.directory, wishes=_wishes(options, console), environ=console.environ)


def _place_of(kind: type[PlaceT], options: Options, console: Console, wishes: Wishes) -> PlaceT:
    if not options.directory.is_dir():
        raise _no_directory(options)
    found = packages_of(options, may_fetch=kind.fetches and not options.offline)
    if found is None:
        if _is_about_files_here(options, console):
            prove_project(options.directory)
        return kind(options.directory, tag=options.tag, wishes=wishes, environ=console.environ)
    packages, own = found
    try:
        name = _package_meant(packages, own, options, console)
        place = packages.workplace(name, kind, tag=options.tag, wishes=wishes, environ=console.environ)
    except BaseException:
        packages.close()
        raise
    place.closes(packages)
    return place


def _is_about_files_here(options: Options, console: Console) -> bool:
    """Whether nothing but the files in the directory tells of the project: neither a tag, nor files built elsewhere."""
    named = options.tag or options.project or options.dist or options.files
    return options.command not in _ANYWHERE and not named and tag_from_ci(console.environ) is None


def _no_directory(options: Options) -> UsageError:
    return UsageError(
        f"{options.directory} is not a directory", remedy=Edit("name the directory of the project with -C")
    )


def packages_of(options: Options, *, may_fetch: bool = False) -> "tuple[Packages, str | None] | None":
    """The packages that the directory lists, or is one of, with its name then; None where it is the only project."""
    from tagship.workflow.several.packages import Packages  # noqa: PLC0415 -- what only looks at files has no use for it

    found = Packages.around(options.directory, may_fetch=may_fetch)
    if found is None and options.package is not None:
        raise UsageError(
            f"there is one project in {options.directory}, and no package to name",
            remedy=Edit("leave --package out, or list the packages under [tool.tagship.packages]"),
        )
    return found


def project_directory(options: Options, console: Console) -> tuple[Path, str | None]:
    """Where the project lies that is meant, and what it is listed as, if it is a package; raises as `workplace`."""
    if not options.directory.is_dir():
        raise _no_directory(options)
    found = packages_of(options)
    if found is None:
        return options.directory, None
    packages, own = found
    with packages:
        name = _package_meant(packages, own, options, console)
        return packages.directory_of(packages.found[name]), name


def workplaces(kind: type[PlaceT], packages: "Packages", options: Options, console: Console) -> Mapping[str, PlaceT]:
    """A workplace for every package, in the order of release; for what only reads."""
    return packages.each(kind, wishes=_wishes(options, console), environ=console.environ)


def _package_meant(packages: "Packages", own: str | None, options: Options, console: Console) -> str:
    """The package that a command is about; raises UsageError where nothing tells."""
    said = own if options.package is None else packages.named(options.package)
    if said is not None:
        _prove_own(packages, said, options)
        return said
    tag = options.tag or tag_from_ci(console.environ)
    name = None if tag is None else packages.of_tag(tag)
    if name is None:
        raise packages.one_is_wanted()
    return name


def _prove_own(packages: "Packages", name: str, options: Options) -> None:
    """Raise UsageError where the tag that is named is one of another package."""
    if options.tag is None or parse_version(options.tag) is not None:
        return  # a version alone may be one of any package
    other = packages.of_tag(options.tag)
    if other not in {None, name}:
        raise UsageError(
            f"{options.tag} is a tag of {other}, and {name} is meant",
            remedy=Edit(f"name a tag such as {packages.templates[canonicalize_name(name)].text}, or --package {other}"),
        )


def _wishes(options: Options, console: Console) -> Wishes:
    return Wishes(
        index=_index(options),
        auth=_auth(options),
        host_name=options.host,
        offline=options.offline,
        confirm_jump=options.confirm_jump,
        dist=_dist(options),
        installs=Wanted(tuple(options.pythons), options.rebuild, tuple(options.companions)),
        no_install=_no_install(options),
        token_from=_token_source(options, console),
        project=_project(options),
        on_secret=console.learn,
        on_note=console.note,
        remote_seconds=GLANCE if options.command in _LOOKING else NETWORK,
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
    if place is None and options.store and TOKEN_VARIABLE not in console.environ:
        place = "prompt"  # somebody brings a token along, and has it in no variable
    if place in {None, "env"}:
        return None
    from tagship.adapters import token_sources  # noqa: PLC0415 -- most commands need no token

    match place:
        case "stdin":
            stream = sys.stdin or io.StringIO()
            return lambda index: token_sources.token_from_stdin(stream, index, on_flawed=console.learn)
        case "prompt":
            return lambda index: token_sources.token_from_prompt(console.ask_hidden, index, on_flawed=console.learn)
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
    """The project with the tag that the built files are of; raises NotThere where there are none of it.

    Where no repository is here, the manifest alone says what the files are, and git is not asked.
    """
    place = workplace(options, console)
    with place:
        manifest = place.manifest()
        if manifest.unfinished:
            raise NotThere(
                f"{place.dist.name} holds the sdist of {manifest.tag} alone, and its wheels are still to come",
                where=InFile(place.dist.name),
                remedy=Edit(f"build the wheels from it, and collect them: tagship build {manifest.tag} --with DIR"),
            )
        _prove_named(manifest, options)
        if place.is_in_repository:
            _prove_tagged(place, manifest, options)
        else:
            options.project = manifest.project
    options.tag = manifest.tag
    return workplace(options, console)


def _prove_named(manifest: Manifest, options: Options) -> None:
    """Raise NotThere where the built files are of another project than the one that is named."""
    named = _project(options)
    if named is not None and named != canonicalize_name(manifest.project):
        raise NotThere(
            f"the built files are of {manifest.project}, and {options.project} is to be published",
            remedy=Edit("fetch the files of the project that is meant, or leave --project out"),
        )


def _prove_tagged(place: Workplace, manifest: Manifest, options: Options) -> None:
    """Raise NotThere where the built files are of another tag, or of a commit that the tag leads to no more."""
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


def workplace_of_files(options: Options, console: Console) -> Workplace:
    """The files to examine and the directory of the project that they may be of; raises NotThere where there are none.

    Nothing is written where they lie, so that any directory will do.
    """
    if not options.directory.is_dir():
        raise _no_directory(options)
    if options.package is None:
        dist, files = _examined(options, options.directory)
        wishes = replace(_wishes(options, console), dist=dist, files=files)
        place = Workplace(options.directory, wishes=wishes, environ=console.environ)
    else:
        with workplace(options, console) as named:
            dist, files = _examined(options, named.directory)
        place = workplace(options, console, dist=dist, files=files)
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
    here = any((options.directory / name).is_file() for name in FILES)
    if here and not options.files:
        return Run(("tagship", "build"))
    return Edit("name the directory of the built files, or the files")


def _examined(options: Options, project: Path) -> tuple[Path, tuple[Path, ...]]:
    """The directory of the built files, and those that are meant where it is not all of them."""
    given = [Path(os.path.normpath(path.absolute())) for path in options.files or [project / "dist"]]
    for path in given:
        if not path.exists():
            raise NotThere(f"there is no {path}", where=InFile(str(path)), remedy=_how_to_have_files(options))
    if len(given) == 1 and given[0].is_dir():
        return given[0], ()
    for path in given:
        if path.is_dir():
            raise UsageError(f"{path} is a directory; give one directory, or files alone")
    return given[0].parent, tuple(dict.fromkeys(given))
