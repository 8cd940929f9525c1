"""The older JSON API: one project or one release with everything that its first upload said of it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from packaging.version import InvalidVersion, Version

from tagship.rehearsal.store import StoredFile, StoredProject, StoredRelease

TEXTS = (
    "author",
    "author_email",
    "description",
    "description_content_type",
    "download_url",
    "home_page",
    "keywords",
    "license",
    "license_expression",
    "maintainer",
    "maintainer_email",
    "platform",
    "requires_python",
    "summary",
)
LISTS = {
    # name in the answer → form field; nothing is null
    "dynamic": "dynamic",
    "license_files": "license_file",
    "provides_extra": "provides_extra",
    "requires_dist": "requires_dist",
}


def release_of(project: StoredProject, version: str | None) -> StoredRelease | None:
    """The release asked for, or the one that an installer would take."""
    if version is not None:
        try:
            return project.releases.get(Version(version))
        except InvalidVersion:
            return None

    def rank(release: StoredRelease) -> tuple[bool, bool, Version]:
        return not release.yanked, not release.version.is_prerelease, release.version

    return max(project.releases.values(), key=rank, default=None)


def describe(
    project: StoredProject, release: StoredRelease, url: str, *, files: str, whole: bool
) -> Mapping[str, object]:
    """What is answered about a release, and with `whole` about every other too.

    `url` is the index's address, `files` that of the host which serves the files.
    """
    roles = [{"role": "Owner", "user": project.owner}]
    roles += [{"role": "Maintainer", "user": user} for user in sorted(project.maintainers)]
    organization = None if project.organization is None else project.organization.name
    described: dict[str, object] = {
        "info": _info(project, release, url),
        "last_serial": project.serial,
        "ownership": {"organization": organization, "roles": roles},
        "urls": _files(release, files),
        "vulnerabilities": [],
    }
    if whole:
        latest_first = sorted(project.releases.values(), key=lambda each: each.version, reverse=True)
        described["releases"] = {str(each.version): _files(each, files) for each in latest_first}
    return described


def time_of(moment: datetime) -> str:
    """A time as the index writes it: in UTC, with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _info(project: StoredProject, release: StoredRelease, url: str) -> Mapping[str, object]:
    page, info = f"{url}/project/{quote(project.name)}/", release.info
    yanked = next((file.yanked for file in release.files if isinstance(file.yanked, str)), None)
    told: dict[str, object] = {field: next(iter(info.get(field, ())), None) for field in TEXTS}
    told |= {name: list(info.get(field, ())) or None for name, field in LISTS.items()}
    return told | {
        "bugtrack_url": None,
        "classifiers": list(info.get("classifiers", ())),
        "docs_url": None,
        "downloads": {"last_day": -1, "last_month": -1, "last_week": -1},
        "name": project.name,
        "package_url": page,
        "project_url": page,
        "project_urls": _project_urls(info.get("project_urls", ())) or None,
        "release_url": f"{page}{release.version}/",
        "version": str(release.version),
        "yanked": release.yanked,
        "yanked_reason": yanked if release.yanked else None,
    }


def _project_urls(entries: Iterable[str]) -> Mapping[str, str]:
    parts = (entry.partition(",") for entry in entries)
    return {label.strip(): url.strip() for label, _, url in parts}


def _files(release: StoredRelease, url: str) -> list[Mapping[str, object]]:
    return [_file(file, url) for file in sorted(release.files, key=lambda file: file.filename)]


def _file(file: StoredFile, url: str) -> Mapping[str, object]:
    return {
        "comment_text": None,
        "core-metadata": {"sha256": file.metadata_sha256} if file.metadata is not None else False,
        "digests": {"blake2b_256": file.blake2_256, "md5": file.md5, "sha256": file.sha256},
        "downloads": -1,
        "filename": file.filename,
        "has_sig": False,
        "md5_digest": file.md5,
        "packagetype": file.kind.value,
        "python_version": "source" if file.filename.endswith((".tar.gz", ".zip")) else file.filename.split("-")[-3],
        "requires_python": file.requires_python,
        "size": file.size,
        "upload_time": file.uploaded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "upload_time_iso_8601": time_of(file.uploaded_at),
        "url": url + quote(file.url_path),
        "yanked": file.yanked is not False,
        "yanked_reason": file.yanked if isinstance(file.yanked, str) else None,
    }
