"""The reading side: the simple API in JSON and HTML (PEP 503, 691, 700, 714, 792), the older JSON API, the files."""

import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from tagship.rehearsal.project_json import describe, release_of, time_of
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
INTEGRITY_TYPE = "application/vnd.pypi.integrity.v1+json"
QUARANTINED = "quarantined"
FOR_EVERY_SITE = {"Access-Control-Allow-Origin": "*"}
FILE_CACHE = "max-age=365000000, immutable, public"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """Answers what is asked of a store.

    `url` is the address of the index, `files` that of the host which serves the files; neither ends in a slash.
    """

    store: Store
    url: str
    files: str

    def read(self, request: Request) -> Response:
        """Answer one GET or HEAD."""
        match request.path.split("/")[1:]:
            case ["simple", ""]:
                return self._listing(request)
            case ["simple", name, ""]:
                return self._page(request, name)
            case ["simple"] | ["simple", _]:
                return _moved(f"{self.url}{request.target.partition('?')[0]}/")
            case ["pypi", name, *version, "json"] | ["pypi", name, *version, "json", ""] if len(version) <= 1:
                return self._json(request, name, next(iter(version), None))
            case ["integrity", name, version, filename, "provenance"]:
                return self._provenance(name, version, filename)
            case _:
                return self._file(request)

    def _listing(self, request: Request) -> Response:
        with self.store.lock:
            shown = [project for project in self.store.projects.values() if project.status != QUARANTINED]
            shown.sort(key=lambda project: project.normalized)
            serial = self.store.serial
        kind = _negotiated(request.header("Accept"))
        if kind == JSON_TYPE:
            named = [{"_last-serial": project.serial, "name": project.name} for project in shown]
            page = json.dumps({"meta": _meta(serial), "projects": named}) + "\n"
        else:
            page = _html_page("Simple index", [_link(f"/simple/{each.normalized}/", each.name) for each in shown])
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
        shown = _visible(project)
        detail: dict[str, object] = {
            "alternate-locations": [],
            "files": [self._described(project, release, file) for release, file in shown],
            "meta": _meta(project.serial),
            "name": project.normalized,
            "project-status": {"status": project.status},
            "versions": [str(version) for version in sorted({release.version for release, _ in shown})],
        }
        return json.dumps(detail) + "\n"

    def _described(self, project: StoredProject, release: StoredRelease, file: StoredFile) -> Mapping[str, object]:
        metadata = {"sha256": file.metadata_sha256} if file.metadata is not None else False
        return {
            "core-metadata": metadata,
            "dist-info-metadata": metadata,
            "filename": file.filename,
            "hashes": {"sha256": file.sha256},
            "provenance": self._provenance_address(project, release, file),
            "requires-python": file.requires_python,
            "size": file.size,
            "upload-time": time_of(file.uploaded_at),
            "url": self._address(file),
            "yanked": file.yanked,
        }

    def _html_detail(self, project: StoredProject) -> str:
        links: list[str] = []
        for release, file in _visible(project):
            attributes: dict[str, str] = {}
            if file.requires_python:
                attributes["data-requires-python"] = file.requires_python
            if file.metadata is not None:
                attributes["data-dist-info-metadata"] = f"sha256={file.metadata_sha256}"
                attributes["data-core-metadata"] = f"sha256={file.metadata_sha256}"
            if file.yanked is not False:
                attributes["data-yanked"] = file.yanked if isinstance(file.yanked, str) else ""
            if (provenance := self._provenance_address(project, release, file)) is not None:
                attributes["data-provenance"] = provenance
            links.append(_link(f"{self._address(file)}#sha256={file.sha256}", file.filename, attributes))
        return _html_page(f"Links for {project.normalized}", links, status=project.status)

    def _json(self, request: Request, name: str, version: str | None) -> Response:
        with self.store.lock:
            project = self.store.project(name)
            release = None if project is None or project.status == QUARANTINED else release_of(project, version)
            if project is None or release is None:
                return Response(HTTPStatus.NOT_FOUND, b'{"message": "Not Found"}', {"Content-Type": "application/json"})
            if name != project.normalized:
                told = "" if version is None else f"{quote(version)}/"
                return _moved(f"{self.url}/pypi/{project.normalized}/{told}json")
            page = json.dumps(describe(project, release, self.url, files=self.files, whole=version is None))
            return _cached(request, f"{page}\n".encode(), "application/json", project.serial, JSON_CACHE)

    def _provenance(self, name: str, version: str, filename: str) -> Response:
        with self.store.lock:
            project, file = self.store.project(name), self.store.file(filename)
            release = None if project is None else release_of(project, version)
            if release is None or file is None or file not in release.files:
                return _not_found()
            if file.provenance is None:
                text = json.dumps({"message": f"No provenance available for {filename}"})
                return Response(HTTPStatus.NOT_FOUND, text.encode(), {"Content-Type": "application/json"})
            headers = {"Cache-Control": SIMPLE_CACHE, "Content-Type": INTEGRITY_TYPE, "Vary": "Accept"}
            return Response(HTTPStatus.OK, json.dumps(file.provenance).encode(), headers | FOR_EVERY_SITE)

    def _provenance_address(self, project: StoredProject, release: StoredRelease, file: StoredFile) -> str | None:
        if file.provenance is None:
            return None
        return f"{self.url}/integrity/{project.normalized}/{release.version}/{quote(file.filename)}/provenance"

    def _address(self, file: StoredFile) -> str:
        return self.files + quote(file.url_path)

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


def _visible(project: StoredProject) -> Sequence[tuple[StoredRelease, StoredFile]]:
    """The files that a reader is shown, by version and name: none of a project in quarantine."""
    if project.status == QUARANTINED:
        return []
    shown = [(release, file) for release in project.releases.values() for file in release.files]
    return sorted(shown, key=lambda each: (each[0].version, each[1].filename))


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
    headers |= FOR_EVERY_SITE
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


def _html_page(title: str, links: Sequence[str], *, status: str | None = None) -> str:
    head = f'<meta name="pypi:repository-version" content="{API_VERSION}">'
    head += "" if status is None else f'<meta name="pypi:project-status" content="{html.escape(status)}">'
    head += f"<title>{html.escape(title)}</title>"
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>\n" + "\n".join(links) + "\n</body></html>\n"


def _meta(serial: int) -> Mapping[str, object]:
    return {"_last-serial": serial, "api-version": API_VERSION}


def _moved(url: str) -> Response:
    return Response(HTTPStatus.MOVED_PERMANENTLY, headers={"Location": url})


def _not_found() -> Response:
    return Response(HTTPStatus.NOT_FOUND, b"404 Not Found", {"Content-Type": "text/plain; charset=UTF-8"})
