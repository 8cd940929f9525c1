"""The code host's release: a draft while nothing is proved, public when everything is."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from packaging.version import Version

from tagship.domain.facts import Host, HostRelease
from tagship.domain.plan import Done, Effect, State, Stopped, Todo
from tagship.errors import FactUnknown, Run, TagshipError

RECEIPT_ASSET = "tagship-receipt.json"
MANIFEST_ASSET = "tagship-manifest.json"


def asset_named(name: str, package: str | None) -> str:
    """What a file is attached as; of packages that share a tag, and so a release, each has files of its own."""
    return name if package is None else f"{name.removesuffix('.json')}-{package}.json"


class DraftRelease:
    """Reversible: a draft is seen by nobody who watches the project."""

    name: ClassVar = "draft"
    effect: ClassVar = Effect.SHARED

    def __init__(self, host: Host, *, tag: str, version: Callable[[], Version], notes: Callable[[], str]) -> None:
        self._host = host
        self._tag = tag
        self._version = version
        self._notes = notes

    def describe(self) -> str:
        """What is drafted."""
        return f"draft the release of {self._tag} with its notes"

    def probe(self) -> State:
        """Look for a release of the tag, draft or public; notes that somebody edited are left alone."""
        try:
            release = self._host.release(self._tag)
        except TagshipError as error:
            return Stopped(error)
        if release is None:
            return Todo(f"{self._tag} has no release yet")
        return Done(f"{'draft' if release.draft else 'public'}: {release.url}")

    def apply(self) -> None:
        """Make the draft."""
        self._host.draft(self._tag, title=self._tag, notes=self._notes(), prerelease=self._version().is_prerelease)


class PublishRelease:
    """Watchers are mailed only about what can be installed.

    `assets` are the files that are attached, by the names that they get. `awaited` names what other packages of the
    same tag attach: a release may be locked once it is public, so it stays a draft until the last of them has come.
    """

    name: ClassVar = "release"
    effect: ClassVar = Effect.FOREVER

    def __init__(
        self,
        host: Host,
        *,
        tag: str,
        latest: Callable[[], bool],
        assets: Callable[[], Mapping[str, Path]],
        awaited: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._host = host
        self._tag = tag
        self._latest = latest
        self._assets = assets
        self._awaited = awaited

    def describe(self) -> str:
        """What becomes public."""
        return f"attach manifest and receipt, and make the release of {self._tag} public"

    def probe(self) -> State:
        """Look whether it is public, or waits for others; one that somebody made public is told, and left as it is."""
        try:
            release = self._host.release(self._tag)
            if release is None:
                return Todo("there is no release yet")
            if not release.draft:
                return Done(f"public: {release.url}{_by_whom(release)}")
            waits_for = self._waits_for(release)
            if waits_for and self._assets().keys() <= set(release.assets):
                return Done(f"a draft until {', '.join(waits_for)} is there as well: {release.url}")
        except TagshipError as error:
            return Stopped(error)
        return Todo("the release is a draft")

    def apply(self) -> None:
        """Attach each file once, then publish; only the highest final version is marked as the latest."""
        release = self._host.release(self._tag)
        if release is None:
            raise FactUnknown(
                f"the draft of {self._tag} is gone from the code host", remedy=Run(("tagship", "announce", self._tag))
            )
        for name, path in self._assets().items():
            if name not in release.assets:
                self._host.attach(release, name, path.read_bytes())
        if not self._waits_for(release):
            self._host.publish(release, latest=self._latest())

    def _waits_for(self, release: HostRelease) -> tuple[str, ...]:
        return tuple(name for name in self._awaited() if name not in release.assets)


def _by_whom(release: HostRelease) -> str:
    """What to add of a release that was made public without us; what is locked then takes no file any more."""
    ours = RECEIPT_ASSET.removesuffix(".json")
    return "" if any(name.startswith(ours) for name in release.assets) else ", by somebody else: it has no receipt"
