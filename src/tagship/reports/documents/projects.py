"""The documents of a project: what is seen of it, its packages, its notes."""

from tagship.domain.overview import Overview
from tagship.domain.project import VersionSource
from tagship.domain.workspace import PackageAtAGlance, Roster
from tagship.reports.documents.writing import Document
from tagship.reports.shown import Notes


def overview_document(overview: Overview) -> Document:
    """`tagship-facts/1`: what tagship sees of the project; `unknown` maps a key to why it could not be read."""
    return {
        "schema": "tagship-facts/1",
        "name": overview.name,
        "version": overview.version,
        "version_source": _version_source(overview.version_source),
        "dynamic": overview.dynamic,
        "backend": overview.backend,
        "changelog": _changelog(overview),
        "tag_format": overview.tag_format,
        "branch": overview.branch,
        "release_lines": list(overview.release_lines),
        "host": overview.host,
        "index": overview.index,
        "unknown": dict(overview.unknown),
    }


def packages_document(roster: Roster) -> Document:
    """`tagship-packages/1`: the packages of a repository, in the order of their release."""
    return {"schema": "tagship-packages/1", "packages": [_package(package) for package in roster.packages]}


def notes_document(notes: Notes) -> Document:
    """`tagship-notes/1`: one changelog section, exactly; `version` is null for an unreleased one."""
    section = notes.section
    return {
        "schema": "tagship-notes/1",
        "version": None if section.version is None else str(section.version),
        "tag": notes.tag,
        "title": section.title,
        "path": section.path,
        "line": section.line,
        "markup": notes.markup.value,
        "body": section.body,
    }


def _package(package: PackageAtAGlance) -> Document:
    return {
        "name": package.name,
        "path": package.path,
        "version": package.version,
        "tag_format": package.tag_format,
        "last_tag": package.last_tag,
        "requires": list(package.requires),
    }


def _version_source(source: VersionSource | None) -> Document | None:
    return None if source is None else {"kind": source.kind, "path": source.path, "line": source.line}


def _changelog(overview: Overview) -> Document | None:
    if overview.changelog_path is None:
        return None
    return {"path": overview.changelog_path, "format": overview.changelog_format}
