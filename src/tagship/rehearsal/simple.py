"""The reading side: the simple API in JSON and HTML (PEP 503, 691, 700, 714, 792), the older JSON API, the files."""

import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tagship.rehearsal.store import Store, StoredFile, StoredProject, StoredRelease
from tagship.rehearsal.wire import Request, Response, Slice

API_VERSION = "1.4"
JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
PLAIN_HTML = "text/html"
OFFERS = {
    # what a client may ask for → what it gets; the first wins a tie
    PLAIN_HTML: PLAIN_HTML,
    HTML_TYPE: HTML_TYPE,
    JSON_TYPE: JSON_TYPE,
    "application/vnd.pypi.simple.latest+html": HTML_TYPE,
    "application/vnd.pypi.simple.latest+json": JSON_TYPE,
}
SIMPLE_CACHE = "max-age=600, public"
JSON_CACHE = "max-age=900, public"
FILE_CACHE = "max-age=365000000, immutable, public"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """Answers what is asked of a store; `url` is the server's address, without a slash at the end."""

    store: Store
    url: str

    def read(self, request: Request) -> Response:
        """Answer one GET or HEAD."""
        match request.path.split("/")[1:]:
            case ["simple", ""]:
                return self._listing(request)
            case ["simple", name, ""]:
                return self._page(request, name)
            case ["simple"] | ["simple", _]:
                return _moved(f"{self.url}{request.target.partition('?')[0]}/")
            case ["pypi", name, *version, "json"] if len(version) <= 1:
                return self._json(request, name, next(iter(version), None))
            case ["packages", *_]:
                return self._file(request)
            case _:
                return _not_found()

    def _listing(self, request: Request) -> Response:
        with self.store.lock:
            names = [project.name for project in self.store.projects.values() if project.releases]
            serial = self.store.serial
        kind = _negotiated(request.header("Accept"))
        if kind == JSON_TYPE:
            page = json.dumps({"meta": _meta(serial), "projects": [{"name": name} for name in names]})
        else:
            page = _html_page("Simple index", [_link(f"/simple/{canonicalize_name(name)}/", name) for name in names])
        return _cached(request, page.encode(), kind, serial, SIMPLE_CACHE)

    def _page(self, request: Request, name: str) -> Response:
        with self.store.lock:
            project = self.store.project(name)
            if project is None:
                return _not_found()
            if name != project.normalized:
                return _moved(f"{self.url}/simple/{project.normalized}/")
            kind = _negotiated(request.header("Accept"))
            page = self._detail(project) if kind == JSON_TYPE else self._html_detail(project)
            return _cached(request, page.encode(), kind, project.serial, SIMPLE_CACHE)

    def _detail(self, project: StoredProject) -> str:
        versions = sorted(version for version, release in project.releases.items() if release.files)
        detail: dict[str, object] = {
            "alternate-locations": [],
            "files": [self._described(file) for file in _visible(project)],
            "meta": _meta(project.serial),
            "name": project.normalized,
            "project-status": {"status": project.status},
            "versions": [str(version) for version in versions],
        }
        return json.dumps(detail)

    def _described(self, file: StoredFile) -> Mapping[str, object]:
        metadata = {"sha256": file.metadata_sha256} if file.metadata is not None else False
        return {
            "core-metadata": metadata,
            "dist-info-metadata": metadata,
            "filename": file.filename,
            "hashes": {"sha256": file.sha256},
            "provenance": None,
            "requires-python": file.requires_python,
            "size": file.size,
            "upload-time": _time(file.uploaded_at),
            "url": self._address(file),
            "yanked": file.yanked,
        }

    def _html_detail(self, project: StoredProject) -> str:
        links: list[str] = []
        for file in _visible(project):
            attributes: dict[str, str] = {}
            if file.requires_python:
                attributes["data-requires-python"] = file.requires_python
            if file.metadata is not None:
                attributes["data-core-metadata"] = f"sha256={file.metadata_sha256}"
            if file.yanked is not False:
                attributes["data-yanked"] = file.yanked if isinstance(file.yanked, str) else ""
            links.append(_link(f"{self._address(file)}#sha256={file.sha256}", file.filename, attributes))
        return _html_page(f"Links for {project.normalized}", links)

    def _json(self, request: Request, name: str, version: str | None) -> Response:
        with self.store.lock:
            project = self.store.project(name)
            release = None if project is None else _release(project, version)
            if project is None or release is None:
                return Response(HTTPStatus.NOT_FOUND, b'{"message": "Not Found"}', {"Content-Type": "application/json"})
            described: dict[str, object] = {
                "info": _info(project, release),
                "last_serial": project.serial,
                "ownership": {"organization": None, "roles": [{"role": "Owner", "user": project.owner}]},
                "urls": [self._legacy(file) for file in release.files],
                "vulnerabilities": [],
            }
            if version is None:
                described["releases"] = {
                    str(each): [self._legacy(file) for file in held.files] for each, held in project.releases.items()
                }
            return _cached(request, json.dumps(described).encode(), "application/json", project.serial, JSON_CACHE)

    def _legacy(self, file: StoredFile) -> Mapping[str, object]:
        return {
            "digests": {"blake2b_256": file.blake2_256, "md5": file.md5, "sha256": file.sha256},
            "filename": file.filename,
            "packagetype": file.kind.value,
            "requires_python": file.requires_python,
            "size": file.size,
            "upload_time_iso_8601": _time(file.uploaded_at),
            "url": self._address(file),
            "yanked": file.yanked is not False,
            "yanked_reason": file.yanked if isinstance(file.yanked, str) else None,
        }

    def _address(self, file: StoredFile) -> str:
        return self.url + quote(file.url_path)

    def _file(self, request: Request) -> Response:
        file = self.store.served_at(request.path)
        if file is not None:
            return _ranged(request, file)
        file = self.store.served_at(request.path.removesuffix(".metadata"))
        if file is None or file.metadata is None:
            return _not_found()
        return Response(
            HTTPStatus.OK, file.metadata, {"Cache-Control": FILE_CACHE, "Content-Type": "application/octet-stream"}
        )


def _visible(project: StoredProject) -> Sequence[StoredFile]:
    """The files that a reader is shown: none of a project in quarantine."""
    return [] if project.status == "quarantined" else list(project.files)


def _release(project: StoredProject, version: str | None) -> StoredRelease | None:
    """The release asked for, or the one that an installer would take."""
    if version is not None:
        try:
            return project.releases.get(Version(version))
        except InvalidVersion:
            return None
    held = [release for release in project.releases.values() if release.files]
    return max(held, key=lambda release: (not release.version.is_prerelease, release.version), default=None)


def _info(project: StoredProject, release: StoredRelease) -> Mapping[str, object]:
    def first(field: str) -> str | None:
        return next(iter(release.info.get(field, ())), None)

    yanked = [file.yanked for file in release.files if file.yanked is not False]
    return {
        "author": first("author"),
        "author_email": first("author_email"),
        "classifiers": list(release.info.get("classifiers", ())),
        "description": first("description"),
        "description_content_type": first("description_content_type"),
        "license_expression": first("license_expression"),
        "name": project.name,
        "requires_dist": list(release.info.get("requires_dist", ())) or None,
        "requires_python": first("requires_python"),
        "summary": first("summary"),
        "version": str(release.version),
        "yanked": bool(yanked) and len(yanked) == len(release.files),
        "yanked_reason": next((reason for reason in yanked if isinstance(reason, str)), None),
    }


def _negotiated(accept: str) -> str:
    """What to answer with; HTML where the client does not say, or asks for nothing we have."""
    wanted: dict[str, float] = {}
    for entry in accept.split(","):
        kind, *parameters = (part.strip() for part in entry.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        wanted[kind] = float(quality) if re.fullmatch(r"[01](\.\d{0,3})?", quality) else 1.0
    everything = wanted.get("*/*", 0.0)
    best = max(OFFERS, key=lambda offer: wanted.get(offer, everything))
    return OFFERS[best]


def _cached(request: Request, body: bytes, kind: str, serial: int, cache: str) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": cache, "ETag": etag, "Vary": "Accept", "X-PyPI-Last-Serial": str(serial)}
    if etag in request.header("If-None-Match"):
        return Response(HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(HTTPStatus.OK, body, {"Content-Type": kind} | headers)


def _ranged(request: Request, file: StoredFile) -> Response:
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": FILE_CACHE,
        "Content-Type": "application/octet-stream",
        "ETag": f'"{file.md5}"',
    }
    asked = _RANGE.fullmatch(request.header("Range"))
    if asked is None or asked.groups() == ("", ""):
        return Response(HTTPStatus.OK, Slice(file.path, 0, file.size), headers)
    first, last = asked.groups()
    start = int(first) if first else max(0, file.size - int(last))
    stop = min(int(last) + 1, file.size) if first and last else file.size
    if start >= stop:
        return Response(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers | {"Content-Range": f"bytes */{file.size}"}
        )
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    return Response(HTTPStatus.PARTIAL_CONTENT, Slice(file.path, start, stop - start), headers)


def _link(href: str, text: str, attributes: Mapping[str, str] | None = None) -> str:
    quoted = "".join(f' {name}="{html.escape(value)}"' for name, value in (attributes or {}).items())
    return f'<a href="{html.escape(href)}"{quoted}>{html.escape(text)}</a><br>'


def _html_page(title: str, links: Sequence[str]) -> str:
    head = f'<meta name="pypi:repository-version" content="{API_VERSION}"><title>{html.escape(title)}</title>'
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>\n" + "\n".join(links) + "\n</body></html>\n"


def _meta(serial: int) -> Mapping[str, object]:
    return {"_last-serial": serial, "api-version": API_VERSION}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moved(url: str) -> Response:
    return Response(HTTPStatus.MOVED_PERMANENTLY, headers={"Location": url})


def _not_found() -> Response:
    return Response(HTTPStatus.NOT_FOUND, b"404 Not Found", {"Content-Type": "text/plain; charset=UTF-8"})
