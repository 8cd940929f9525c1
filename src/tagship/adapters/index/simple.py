"""Reading the simple repository API (PEP 503, 592, 629, 691, 700, 792): JSON, and HTML where there is no JSON.

An answer is a page of the project asked for, or it is nothing: what cannot be read whole raises
FactUnknown, because an empty page would read as "never published".
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import cast
from urllib.parse import unquote, urljoin, urlsplit

from packaging.version import Version

from tagship.adapters.http import Response, host_of
from tagship.domain.artifact import IndexPage, ServedFile
from tagship.domain.names import NormalizedName, canonicalize_name
from tagship.domain.version import parse_version
from tagship.errors import Edit, FactUnknown

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"
ACCEPT = f"{JSON}, {HTML};q=0.2, text/html;q=0.1"

_LATEST_JSON = "application/vnd.pypi.simple.latest+json"
_HTML_TYPES = frozenset({HTML, "application/vnd.pypi.simple.latest+html", "text/html"})
_MAJOR = "1"
_QUARANTINED = "quarantined"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FRAGMENT = re.compile(r"(?:\A|&)sha256=([0-9A-Fa-f]{64})(?:&|\Z)")
_FILE_NAME = re.compile(r"[^/\\]+\.(?:whl|tar\.gz|zip|tar\.bz2|tgz|egg)")
_SEPARATORS = re.compile(r"[-_.]+")


def read_page(project: NormalizedName, response: Response) -> IndexPage:
    """The page of a project out of an answer with status 200; raises FactUnknown for everything that is none."""
    if response.content_type in {JSON, _LATEST_JSON}:
        return _from_json(project, response)
    if response.content_type in _HTML_TYPES:
        return _from_html(project, response)
    raise _unreadable(
        response, f"answered with the content type {response.content_type[:80]!r} instead of the simple API"
    )


def _unreadable(response: Response, what: str) -> FactUnknown:
    return FactUnknown(
        f"{host_of(response.url)} {what}",
        remedy=Edit("check the address of the index, and that no proxy or login page stands before it"),
    )


def _from_json(project: NormalizedName, response: Response) -> IndexPage:
    try:
        answer = response.json()
        if not isinstance(answer, dict):
            raise TypeError("no object")  # noqa: TRY301 -- one way out for every malformation
        page = cast("dict[str, object]", answer)
        _expect_version(response, _text(_object(page["meta"]), "api-version"))
        name = canonicalize_name(_text(page, "name"))
        files = tuple(_file_from_json(_object(entry), response.url) for entry in _list(page["files"]))
        listed = tuple(_versions(_list(page.get("versions", []))))
        marker = page.get("project-status")
    except KeyError as error:
        what = f"answered without the member {error.args[0]!r} that the simple API promises"
        raise _unreadable(response, what) from error
    except (ValueError, TypeError) as error:
        raise _unreadable(response, "answered with something that is not the JSON of the simple API") from error
    if name != project:
        raise _unreadable(response, f"answered about {name!r} instead of {project!r}")
    if isinstance(marker, dict) and marker.get("status") == _QUARANTINED:
        raise FactUnknown(
            f"{host_of(response.url)} keeps {project} in quarantine, and does not show which files it has",
            remedy=Edit(f"ask who runs the index why {project} is in quarantine, and to lift it"),
        )
    return _page(project, files, listed, response)


def _expect_version(response: Response, told: str) -> None:
    if told.partition(".")[0] != _MAJOR:
        raise _unreadable(response, f"speaks version {told[:20]!r} of the simple API, and only 1 is understood")


def _page(
    project: NormalizedName, files: tuple[ServedFile, ...], listed: tuple[Version, ...], response: Response
) -> IndexPage:
    digests: dict[str, str | None] = {}
    for file in files:
        if digests.setdefault(file.filename, file.sha256) != file.sha256:
            raise _unreadable(response, f"lists {file.filename} twice, with different digests")
    return IndexPage(project, exists=True, files=files, listed=listed)


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError("no object")
    return cast("dict[str, object]", value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return cast("list[object]", value)


def _text(holder: dict[str, object], key: str) -> str:
    value = holder[key]
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _file_from_json(entry: dict[str, object], base: str) -> ServedFile:
    """One file; size and time of upload came with PEP 700 and may be missing."""
    filename = _text(entry, "filename")
    if "/" in filename or "\\" in filename:
        raise ValueError("no file name")
    size, uploaded, yanked = entry.get("size"), entry.get("upload-time"), entry.get("yanked", False)
    return ServedFile(
        filename=filename,
        url=urljoin(base, _text(entry, "url")),
        sha256=_digest(_object(entry["hashes"])),
        size=size if isinstance(size, int) and not isinstance(size, bool) else None,
        uploaded_at=_moment(uploaded) if isinstance(uploaded, str) else None,
        # An empty reason is false in JSON; in HTML its presence alone means yanked.
        yanked=yanked if isinstance(yanked, str) and yanked else "" if yanked is True else False,
    )


def _digest(hashes: dict[str, object]) -> str | None:
    if "sha256" not in hashes:
        return None
    digest = _text(hashes, "sha256").lower()
    if _SHA256.fullmatch(digest) is None:
        raise ValueError("no digest")
    return digest


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _versions(spellings: list[object]) -> Iterator[Version]:
    """The versions that follow PEP 440; what an index kept from before it is passed over."""
    for spelling in spellings:
        if not isinstance(spelling, str):
            raise TypeError("no text")
        version = parse_version(spelling)
        if version is not None:
            yield version


class _Links(HTMLParser):
    """The anchors of a page, with their text, and what tells a simple page from any other."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: list[tuple[dict[str, str | None], str]] = []
        self.base: str | None = None
        self.api_version: str | None = None
        self.headline = ""
        self.opened = self.closed = False
        self._anchor: dict[str, str | None] | None = None
        self._text = ""
        self._in_headline = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "a":
            self._finish()
            self._anchor = attributes
        elif tag == "base" and self.base is None:
            self.base = attributes.get("href")
        elif tag == "meta" and attributes.get("name") == "pypi:repository-version":
            self.api_version = attributes.get("content")
        elif tag in {"title", "h1"}:
            self._in_headline = True
        self.opened = self.opened or tag == "html"

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._finish()
        elif tag in {"title", "h1"}:
            self._in_headline = False
        self.closed = self.closed or tag == "html"

    def handle_data(self, data: str) -> None:
        self._text += data if self._anchor is not None else ""
        self.headline += data if self._in_headline else ""

    def close(self) -> None:
        super().close()
        self._finish()

    def _finish(self) -> None:
        if self._anchor is not None:
            self.anchors.append((self._anchor, self._text.strip()))
        self._anchor, self._text = None, ""

    @property
    def says_so(self) -> bool:
        """Whether a page without any file still declares itself to be a list of files."""
        return self.api_version is not None or "links for" in self.headline.lower()


def _from_html(project: NormalizedName, response: Response) -> IndexPage:
    links = _Links()
    try:
        links.feed(response.text)
        links.close()
    except AssertionError as error:  # which is how the parser of older Pythons takes a marked section it does not know
        raise _unreadable(response, "answered with a page that is no HTML") from error
    try:
        files = tuple(_files_from_html(links, urljoin(response.url, links.base or "")))
    except ValueError as error:
        raise _unreadable(response, "answered with a page whose links cannot be read") from error
    ours = [file for file in files if _belongs(file.filename, project)]
    if not ours and (files or not (links.says_so or response.content_type != "text/html")):
        raise _unreadable(response, "answered with a web page instead of the simple API")
    if links.opened and not links.closed:
        raise _unreadable(response, "answered with a page that breaks off before its end")
    if links.api_version is not None:
        _expect_version(response, links.api_version)
    return _page(project, files, (), response)


def _files_from_html(links: _Links, base: str) -> Iterator[ServedFile]:
    """The anchors that lead to a distribution: by their address, else by their text.

    PEP 503 wants both to be the same; directory listings shorten the text, download scripts hide the name.
    """
    for attributes, text in links.anchors:
        parts = urlsplit(urljoin(base, attributes.get("href") or ""))
        names = (unquote(parts.path).rpartition("/")[2], text)
        filename = next((name for name in names if _FILE_NAME.fullmatch(name)), None)
        if filename is None:
            continue
        digest = _FRAGMENT.search(parts.fragment)
        yield ServedFile(
            filename=filename,
            url=parts._replace(fragment="").geturl(),
            sha256=digest.group(1).lower() if digest else None,
            yanked=(attributes["data-yanked"] or "") if "data-yanked" in attributes else False,
        )


def _belongs(filename: str, project: NormalizedName) -> bool:
    return _SEPARATORS.sub("-", filename).lower().startswith(f"{project}-")
