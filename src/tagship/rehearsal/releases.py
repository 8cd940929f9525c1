"""The releases of one repository on the stand-in code host: their state, their rules, their JSON."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

T = TypeVar("T")

NOT_IN_ASSET_NAMES = re.compile(r"[^A-Za-z0-9._+-]+")
LATEST = frozenset({"true", "false", "legacy"})
USER_LINKS = (
    "avatar_url",
    "events_url",
    "followers_url",
    "following_url",
    "gists_url",
    "html_url",
    "organizations_url",
    "received_events_url",
    "repos_url",
    "starred_url",
    "subscriptions_url",
    "url",
)


class HostRefusal(Exception):
    """An answer that is not yes; `details` are the entries of the host's `errors`."""

    def __init__(self, status: HTTPStatus, message: str, *details: Mapping[str, str]) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details


@dataclass(slots=True)
class StoredAsset:
    """One file of a release."""

    id: int
    name: str
    label: str | None
    content_type: str
    content: bytes
    created_at: datetime


@dataclass(slots=True)
class StoredRelease:
    """One release; `published_at` is None for a draft."""

    id: int
    tag: str
    target: str
    name: str | None
    notes: str | None
    draft: bool
    prerelease: bool
    created_at: datetime
    published_at: datetime | None = None
    assets: list[StoredAsset] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a request wants of a release, read and checked; None where it says nothing."""

    tag: str | None = None
    target: str | None = None
    name: str | None = None
    notes: str | None = None
    draft: bool | None = None
    prerelease: bool | None = None
    latest: str | None = None


def wishes_in(body: Mapping[str, object]) -> Wishes:
    """Read a request's body; raises HostRefusal for a value of the wrong kind."""
    latest = _text(body, "make_latest")
    if latest is not None and latest not in LATEST:
        raise invalid_request("make_latest")
    return Wishes(
        tag=_text(body, "tag_name"),
        target=_text(body, "target_commitish"),
        name=_text(body, "name"),
        notes=_text(body, "body"),
        draft=_flag(body, "draft"),
        prerelease=_flag(body, "prerelease"),
        latest=latest,
    )


def _text(body: Mapping[str, object], key: str) -> str | None:
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise invalid_request(key)
    return value


def _flag(body: Mapping[str, object], key: str) -> bool | None:
    value = body.get(key)
    if value is not None and not isinstance(value, bool):
        raise invalid_request(key)
    return value


def invalid_request(key: str) -> HostRefusal:
    """A value of the wrong kind."""
    return HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"Invalid request.\n\nFor '{key}', the value has a wrong type.")


class Releases:
    """The releases of one repository, newest first; `immutable` locks the files of published ones."""

    def __init__(self, branch: str, *, immutable: bool) -> None:
        self.branch = branch
        self.immutable = immutable
        self._held: list[StoredRelease] = []
        self._latest: int | None = None
        self._count = 0

    def __iter__(self) -> Iterator[StoredRelease]:
        return iter(self._held)

    def get(self, number: str) -> StoredRelease:
        """The release of that id; raises HostRefusal."""
        return _found(next((release for release in self._held if str(release.id) == number), None))

    def by_tag(self, tag: str) -> StoredRelease:
        """The public release of a tag; a draft has no tag yet. Raises HostRefusal."""
        return _found(next((release for release in self._held if release.tag == tag and not release.draft), None))

    def latest(self) -> StoredRelease:
        """The release that the host calls latest; raises HostRefusal."""
        public = [release for release in self._held if not release.draft and not release.prerelease]
        chosen = next((release for release in public if release.id == self._latest), None)
        return _found(chosen or next(iter(public), None))

    def asset(self, number: str) -> StoredAsset:
        """The file of that id; raises HostRefusal."""
        return _found(next((asset for held in self._held for asset in held.assets if str(asset.id) == number), None))

    def create(self, wishes: Wishes) -> StoredRelease:
        """Make a release; two drafts may name one tag, two public releases may not. Raises HostRefusal."""
        if not wishes.tag:
            raise validation_failed("Release", "tag_name", "missing_field")
        draft = bool(wishes.draft)
        if not draft:
            self._check_free(wishes.tag, None)
        release = StoredRelease(
            id=self._next_id(),
            tag=wishes.tag,
            target=wishes.target or self.branch,
            name=wishes.name,
            notes=wishes.notes,
            draft=True,
            prerelease=bool(wishes.prerelease),
            created_at=_now(),
        )
        self._held.insert(0, release)
        if not draft:
            self._publish(release, wishes)
        return release

    def change(self, release: StoredRelease, wishes: Wishes) -> StoredRelease:
        """Change a release, or publish a draft; raises HostRefusal."""
        tag = wishes.tag or release.tag
        if not release.draft and self.immutable and tag != release.tag:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Cannot change the tag of an immutable release.")
        if wishes.draft is False or not release.draft:
            self._check_free(tag, release)
        release.tag, release.target = tag, wishes.target or release.target
        release.name = release.name if wishes.name is None else wishes.name
        release.notes = release.notes if wishes.notes is None else wishes.notes
        release.prerelease = release.prerelease if wishes.prerelease is None else wishes.prerelease
        if wishes.draft is False or not release.draft:
            self._publish(release, wishes)
        return release

    def delete(self, release: StoredRelease) -> None:
        """Take a release away; its tag stays."""
        self._held.remove(release)

    def attach(self, release: StoredRelease, name: str, label: str | None, kind: str, content: bytes) -> StoredAsset:
        """Add a file; raises HostRefusal for a name that is taken, and for a release that is locked."""
        self._check_open(release)
        name = NOT_IN_ASSET_NAMES.sub(".", name).strip(".")
        if not name:
            raise validation_failed("ReleaseAsset", "name", "missing_field")
        if any(asset.name == name for asset in release.assets):
            raise validation_failed("ReleaseAsset", "name", "already_exists")
        asset = StoredAsset(self._next_id(), name, label, kind, content, _now())
        release.assets.append(asset)
        return asset

    def detach(self, asset: StoredAsset) -> None:
        """Take a file away; raises HostRefusal for a release that is locked."""
        release = next(release for release in self._held if asset in release.assets)
        self._check_open(release)
        release.assets.remove(asset)

    def _check_open(self, release: StoredRelease) -> None:
        if self.immutable and not release.draft:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Cannot change the assets of an immutable release.")

    def _check_free(self, tag: str, release: StoredRelease | None) -> None:
        if any(other.tag == tag and not other.draft and other is not release for other in self._held):
            raise validation_failed("Release", "tag_name", "already_exists")

    def _publish(self, release: StoredRelease, wishes: Wishes) -> None:
        newly = release.draft
        release.draft = False
        release.published_at = release.published_at or _now()
        wanted = wishes.latest or ("true" if newly else "false")
        if wanted == "true" and not release.prerelease:
            self._latest = release.id

    def _next_id(self) -> int:
        self._count += 1
        return self._count


def _found(thing: T | None) -> T:
    if thing is None:
        raise HostRefusal(HTTPStatus.NOT_FOUND, "Not Found")
    return thing


def validation_failed(resource: str, place: str, code: str) -> HostRefusal:
    """The host's answer to a request that is well formed and cannot be granted."""
    return HostRefusal(
        HTTPStatus.UNPROCESSABLE_ENTITY, "Validation Failed", {"resource": resource, "code": code, "field": place}
    )


@dataclass(frozen=True, slots=True)
class Scribe:
    """Writes releases down as the host does; `api` and `web` are addresses without a slash at the end."""

    api: str
    web: str
    uploads: str
    immutable: bool

    def release(self, release: StoredRelease) -> dict[str, object]:
        """One release."""
        url = f"{self.api}/releases/{release.id}"
        shown = f"untagged-{release.id:020x}" if release.draft else quote(release.tag)
        return {
            "assets": [self.asset(asset, release) for asset in release.assets],
            "assets_url": f"{url}/assets",
            "author": self._user(),
            "body": release.notes,
            "created_at": _time(release.created_at),
            "draft": release.draft,
            "html_url": f"{self.web}/releases/tag/{shown}",
            "id": release.id,
            "immutable": self.immutable and not release.draft,
            "name": release.name,
            "node_id": f"RE_{release.id}",
            "prerelease": release.prerelease,
            "published_at": None if release.published_at is None else _time(release.published_at),
            "tag_name": release.tag,
            "tarball_url": None if release.draft else f"{self.api}/tarball/{quote(release.tag)}",
            "target_commitish": release.target,
            "upload_url": f"{self.uploads}/releases/{release.id}/assets{{?name,label}}",
            "url": url,
            "zipball_url": None if release.draft else f"{self.api}/zipball/{quote(release.tag)}",
        }

    def asset(self, asset: StoredAsset, release: StoredRelease) -> dict[str, object]:
        """One file of a release."""
        return {
            "browser_download_url": f"{self.web}/releases/download/{quote(release.tag)}/{quote(asset.name)}",
            "content_type": asset.content_type,
            "created_at": _time(asset.created_at),
            "digest": f"sha256:{hashlib.sha256(asset.content).hexdigest()}",
            "download_count": 0,
            "id": asset.id,
            "label": asset.label,
            "name": asset.name,
            "node_id": f"RA_{asset.id}",
            "size": len(asset.content),
            "state": "uploaded",
            "updated_at": _time(asset.created_at),
            "uploader": self._user(),
            "url": f"{self.api}/releases/assets/{asset.id}",
        }

    def _user(self) -> dict[str, object]:
        links = {name: f"{self.web}/{name.removesuffix('_url')}" for name in USER_LINKS}
        return {
            "gravatar_id": "",
            "id": 1,
            "login": "stand-in",
            "node_id": "U_1",
            "site_admin": False,
            "type": "User",
        } | links


def _now() -> datetime:
    return datetime.now(UTC)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
