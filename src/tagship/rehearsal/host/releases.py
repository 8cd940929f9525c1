"""The releases of one repository on the stand-in code host: their state, their rules, their JSON."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.bodies import flag, text
from tagship.rehearsal.host.people import Person
from tagship.rehearsal.host.refusals import HostRefusal, found, invalid_request, validation_failed
from tagship.rehearsal.host.shapes import Place

NOT_IN_ASSET_NAMES = re.compile(r"[^A-Za-z0-9._+-]+")
LATEST = frozenset({"true", "false", "legacy"})


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
    latest = text(body, "make_latest")
    if latest is not None and latest not in LATEST:
        raise invalid_request("make_latest")
    return Wishes(
        tag=text(body, "tag_name"),
        target=text(body, "target_commitish"),
        name=text(body, "name"),
        notes=text(body, "body"),
        draft=flag(body, "draft"),
        prerelease=flag(body, "prerelease"),
        latest=latest,
    )


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
        return found(next((release for release in self._held if str(release.id) == number), None))

    def by_tag(self, tag: str) -> StoredRelease:
        """The public release of a tag; a draft has no tag yet. Raises HostRefusal."""
        return found(next((release for release in self._held if release.tag == tag and not release.draft), None))

    def latest(self) -> StoredRelease:
        """The release that the host calls latest; raises HostRefusal."""
        public = [release for release in self._held if not release.draft and not release.prerelease]
        chosen = next((release for release in public if release.id == self._latest), None)
        return found(chosen or next(iter(public), None))

    def asset(self, number: str) -> StoredAsset:
        """The file of that id; raises HostRefusal."""
        return found(next((asset for held in self._held for asset in held.assets if str(asset.id) == number), None))

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


@dataclass(frozen=True, slots=True)
class Scribe:
    """Writes releases down as the host does; `uploads` is where files of the repository are sent to."""

    place: Place
    author: Person
    immutable: bool

    @property
    def uploads(self) -> str:
        """Where the files of releases go: to another host in the world, to another path here."""
        return f"{self.place.root}/uploads/repos/{self.place.full_name}"

    def release(self, release: StoredRelease) -> dict[str, object]:
        """One release."""
        url = f"{self.place.api}/releases/{release.id}"
        shown = f"untagged-{release.id:020x}" if release.draft else quote(release.tag)
        return {
            "assets": [self.asset(asset, release) for asset in release.assets],
            "assets_url": f"{url}/assets",
            "author": shapes.user(self.place, self.author),
            "body": release.notes,
            "created_at": shapes.told(release.created_at),
            "draft": release.draft,
            "html_url": f"{self.place.web}/releases/tag/{shown}",
            "id": release.id,
            "immutable": self.immutable and not release.draft,
            "name": release.name,
            "node_id": f"RE_{release.id}",
            "prerelease": release.prerelease,
            "published_at": None if release.published_at is None else shapes.told(release.published_at),
            "tag_name": release.tag,
            "tarball_url": None if release.draft else f"{self.place.api}/tarball/{quote(release.tag)}",
            "target_commitish": release.target,
            "upload_url": f"{self.uploads}/releases/{release.id}/assets{{?name,label}}",
            "url": url,
            "zipball_url": None if release.draft else f"{self.place.api}/zipball/{quote(release.tag)}",
        }

    def asset(self, asset: StoredAsset, release: StoredRelease) -> dict[str, object]:
        """One file of a release."""
        return {
            "browser_download_url": f"{self.place.web}/releases/download/{quote(release.tag)}/{quote(asset.name)}",
            "content_type": asset.content_type,
            "created_at": shapes.told(asset.created_at),
            "digest": f"sha256:{hashlib.sha256(asset.content).hexdigest()}",
            "download_count": 0,
            "id": asset.id,
            "label": asset.label,
            "name": asset.name,
            "node_id": f"RA_{asset.id}",
            "size": len(asset.content),
            "state": "uploaded",
            "updated_at": shapes.told(asset.created_at),
            "uploader": shapes.user(self.place, self.author),
            "url": f"{self.place.api}/releases/assets/{asset.id}",
        }


def _now() -> datetime:
    return datetime.now(UTC)
