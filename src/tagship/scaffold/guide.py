"""RELEASING.md: how a change becomes a release in this very project, with its own commands and links."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import assert_never
from urllib.parse import urlencode

from packaging.version import Version

from tagship.domain.adoption import AGGREGATE, AdoptedPackage, Adoption, Comments, Generated
from tagship.domain.config import Auth, HostKind, Way
from tagship.scaffold.templates import fill, joined
from tagship.scaffold.trains import train_of, trains

PATH = "RELEASING.md"
EXAMPLE = Version("1.2.0")

_CHANGE = """\
# Releasing @NAME@

`uv tool install tagship` brings the one tool that is needed.

## A change

Nothing goes to `@MAIN@` directly: a change comes through a branch and a @REQUEST@.

```console
$ git switch @MAIN@ && git pull
$ git switch -c my-change
```

@NOTES@
Then:

```console
$ tagship check
$ git push -u origin my-change
```

`check` says that the branch is ready, or what is missing, each with its fix.
@MERGE@
"""
_NOTES: Mapping[Way, str] = MappingProxyType(
    {
        Way.IN_PR: (
            "The branch brings its version and its section of @CHANGELOG@; `tagship prepare@CHOICE@` writes both."
        ),
        Way.RELEASE_PR: "The branch adds its lines to the open section of @CHANGELOG@, and leaves the version alone.",
        Way.FRAGMENTS: "The branch brings a fragment of news, and leaves the version and @CHANGELOG@ alone.",
    }
)
_PREPARE = """\
## A release

```console
$ git switch @MAIN@ && git pull
$ tagship prepare@CHOICE@
```

This proposes the version, writes it everywhere, closes the section of @CHANGELOG@, and commits that on a branch.
@PROPOSE@
"""
_TAG = """\
@TITLE@

```console
$ git switch @MAIN@ && git pull
$ tagship tag@CHOICE@
```

This asks everything that the release will be asked, shows the notes, and pushes one tag, such as `@EXAMPLE@`.
@LINES@
"""
_BY_HOST = """\
## Watch it

`tagship tag` waits until the run has begun@PAGE@.
It goes through gate, credential, build, validate, publish, prove and announce.
A reviewer of the environment `@ENVIRONMENT@` is asked twice: before the credential is looked at, and before what was
built and validated is published.
Green means that the index serves the very bytes that were built, and that they install.
`tagship status` tells the same from here.

## It stopped

A failure opens one issue that names the job which failed first.
Mend the cause, and run the failed jobs again: what is done is found done, and no file is uploaded twice.
Where the workflow itself was mended on `@MAIN@`, start that one for the same tag:

```console
@DISPATCH@
```
"""
_BY_PIPELINE = """\
## Watch it

The pipeline of the tag goes through gate, credential, build, validate, publish, prove and announce@PAGE@.
Green means that the index serves the very bytes that were built, and that they install.
`tagship status` tells the same from here.

## It stopped

Mend the cause, and run the jobs that failed again: what is done is found done, and no file is uploaded twice.
"""
_BY_HAND = """\
## Ship it

No machine runs here when a tag comes.
The whole release is one command, on a machine that has the credential:

```console
$ tagship ship @EXAMPLE@
```

It goes through gate, credential, build, validate, upload and proof, and asks before what cannot be taken back.
Where it stops, mend the cause and run it again: what is done is found done.
"""
_MEND = """\
## The tag is wrong

`tagship status` tells what is on the index.
As long as nothing is, the tag may go, where the rules that protect tags let you, and come back on the right commit:

```console
$ git push origin :refs/tags/@EXAMPLE@
$ git tag -d @EXAMPLE@
```

As soon as one file is on the index, the version is spent: leave the tag where it is, and release the next one.
Whoever should not install what is there is kept from it by yanking the release on the index's site.
"""
_TRUSTED = """\
## What the index has to know

@INDEX@ trusts the workflow itself; no token is stored anywhere. It is told once, by an owner of the project:

@TABLE@

What is registered before the project is there is forgotten after 30 days, and does not keep the name.
"""
_STORE = """\
## The token

The token is a secret of the environment `@ENVIRONMENT@`, called `@SECRET@`, and nowhere else.
@TOKEN_PAGE@This narrows one to this project and stores it, without its ever being an argument or on a disk:

```console
$ tagship credential --bind --store
```
"""
_STORED = """\
## The token

The token is a secret called `@SECRET@`, protected and masked, for tags alone.
@TOKEN_PAGE@`tagship credential --project @PROJECT@` tells what it is good for.
"""
_TOLD = """\
## The token

The token is a secret of the repository, called `@SECRET@`; every workflow that a push starts can read it, so it is one
that can do nothing but upload to this project.
@TOKEN_PAGE@This narrows it and stores it, without its ever being an argument or on a disk:

```console
$ tagship credential --bind --store
```
"""
_AT_HAND = """\
## The token

The token stays on the machine that ships, in its keyring, and nowhere on the server.
@TOKEN_PAGE@`tagship credential --project @PROJECT@` tells what it is good for.
"""
_TOKENS = MappingProxyType(
    {HostKind.GITHUB: _STORE, HostKind.GITLAB: _STORED, HostKind.FORGEJO: _TOLD, HostKind.PLAIN: _AT_HAND}
)
_REQUESTS = MappingProxyType({HostKind.GITLAB: "merge request", HostKind.PLAIN: "merge on the server"})
_FORMS: Mapping[HostKind, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        HostKind.GITHUB: (
            ("owner", "owner"),
            ("repository", "repository name"),
            ("workflow_filename", "workflow name"),
            ("environment", "environment name"),
        ),
        HostKind.GITLAB: (
            ("namespace", "namespace"),
            ("project", "project name"),
            ("workflow_filepath", "top-level pipeline file path"),
            ("environment", "environment name"),
        ),
    }
)
"""The fields of the index's form for whose identities it takes, and how it calls them."""
_PAGES = MappingProxyType({HostKind.GITHUB: "/actions", HostKind.GITLAB: "/-/pipelines", HostKind.FORGEJO: "/actions"})


def guide(adoption: Adoption) -> Generated:
    """The guide for whoever changes or releases the project."""
    marks = _marks(adoption)
    texts = [
        _CHANGE,
        "" if adoption.way is Way.IN_PR else _PREPARE,
        _TAG,
        _after_the_tag(adoption),
        _MEND,
        _trust(adoption),
    ]
    return Generated(
        path=PATH,
        purpose="how a change becomes a release here, with this project's own commands and links",
        blocks={"releasing": joined(*(fill(text, marks) for text in texts if text))},
        first="{releasing}\n\nWhat else is to be known about releases of this project may follow here.\n",
        comments=Comments.MARKUP,
    )


def _after_the_tag(adoption: Adoption) -> str:
    match adoption.host:
        case HostKind.GITHUB:
            return _BY_HOST
        case HostKind.PLAIN:
            return _BY_HAND
        case _:
            return _BY_PIPELINE


def _trust(adoption: Adoption) -> str:
    """What is told of the credential: where no index takes the identities of the host, it is a token."""
    is_trusted = adoption.auth is Auth.TRUSTED and adoption.host in _FORMS
    return _TRUSTED if is_trusted else _TOKENS[adoption.host]


def _marks(adoption: Adoption) -> Mapping[str, str]:
    """What stands for this project in the texts above."""
    package, *others = adoption.packages
    request = _REQUESTS.get(adoption.host, "pull request")
    changelogs = dict.fromkeys(f"`{each.changelog}`" for each in adoption.packages if each.changelog)
    small = {
        "CHANGELOG": " or ".join(changelogs) or "the changelog",
        "CHOICE": " --package NAME" if others else "",
    }
    return {
        **small,
        "NAME": package.name if not others else ", ".join([package.name, *(each.name for each in others)]),
        "MAIN": adoption.main,
        "REQUEST": request,
        "NOTES": fill(_NOTES[adoption.way], small),
        "PROPOSE": f"Push it, open a {request}, and merge it."
        if adoption.host is not HostKind.PLAIN
        else "Have it merged on the server.",
        "MERGE": _merge(adoption, request),
        "TITLE": "## A release" if adoption.way is Way.IN_PR else "Once it is merged:",
        "EXAMPLE": package.tag.tag_for(EXAMPLE),
        "LINES": _lines(adoption, request),
        "PAGE": _page(adoption),
        "DISPATCH": "\n".join(_dispatches(adoption)),
        "ENVIRONMENT": adoption.environment,
        "SECRET": adoption.secret,
        "PROJECT": package.name,
        "TOKEN_PAGE": "" if adoption.index.token_page is None else f"[Make one there]({adoption.index.token_page}).\n",
        "INDEX": "The index" if adoption.index.site is None else f"[The index]({adoption.index.site})",
        "TABLE": "\n".join(_table(adoption)),
    }


def _merge(adoption: Adoption, request: str) -> str:
    """How the branch comes to main, as far as the host sees to it."""
    match adoption.host:
        case HostKind.GITHUB:
            return (
                f"Open a {request}; it may be merged once the check `{AGGREGATE}` has passed.\n"
                f"What comes to `{adoption.main}` past that is found by the guard, and told in an issue."
            )
        case HostKind.GITLAB:
            return f"Open a {request}; it may be merged once its pipeline has passed."
        case HostKind.FORGEJO:
            return (
                f"Open a {request}; it may be merged once the check `{AGGREGATE}` has passed.\n"
                f"Only the protection of `{adoption.main}` keeps others out: this host keeps no log for a guard."
            )
        case HostKind.PLAIN:
            return (
                f"Have it merged on the server; `tagship guard --install` keeps `{adoption.main}` from direct pushes."
            )
        case _:
            assert_never(adoption.host)


def _lines(adoption: Adoption, request: str) -> str:
    if not adoption.release_lines:
        return ""
    named = ", ".join(f"`{line}`" for line in adoption.release_lines)
    return f"Older lines live on {named}: a branch from there, a {request} back to it, and `tagship tag` there."


def _page(adoption: Adoption) -> str:
    """Where the runs are seen, as the rest of a sentence; empty where that is not known."""
    path = _PAGES.get(adoption.host)
    if path is None or adoption.repository is None or adoption.host_url is None:
        return ""
    return f"; [the runs are here]({adoption.host_url.rstrip('/')}/{adoption.repository}{path})"


def _dispatches(adoption: Adoption) -> Iterator[str]:
    for train in trains(adoption):
        tag = train.packages[0].tag.tag_for(EXAMPLE)
        yield f"$ gh workflow run {train.name}.yml --ref {adoption.main} -f tag={tag}"


def _table(adoption: Adoption) -> Iterator[str]:
    """The values of the index's form, one line for each project."""
    heads = _FORMS.get(adoption.host)
    if heads is None:
        return
    columns = ("project", *(shown for _, shown in heads), "form, once the project is there", "form, before that")
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for package in adoption.packages:
        values = registered(adoption, package)
        cells = [package.name, *(f"`{value}`" for value in values.values()), *_forms(adoption, package, values)]
        yield f"| {' | '.join(cells)} |"


def registered(adoption: Adoption, package: AdoptedPackage) -> Mapping[str, str]:
    """What an index is told of the workflow that it trusts with a package, by the names of its form's fields."""
    place, _, name = (adoption.repository or "OWNER/REPOSITORY").rpartition("/")
    workflow = f"{train_of(adoption, package).name}.yml" if adoption.host is HostKind.GITHUB else ".gitlab-ci.yml"
    values = (place, name, workflow, adoption.environment)
    return {field: value for (field, _), value in zip(_FORMS.get(adoption.host, ()), values, strict=False)}


def _forms(adoption: Adoption, package: AdoptedPackage, values: Mapping[str, str]) -> tuple[str, str]:
    """The pages on which it is told, with these values typed in already."""
    if adoption.index.site is None:
        return "-", "-"
    asked = {"provider": adoption.host.value, **(values if adoption.repository else {})}
    there = f"{adoption.index.site}/manage/project/{package.name}/settings/publishing/?{urlencode(asked)}"
    before = urlencode({**asked, "project_name": package.name})
    return f"[add]({there})", f"[add]({adoption.index.site}/manage/account/publishing/?{before})"
