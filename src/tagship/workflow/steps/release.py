"""The code host's release: a draft while nothing is proved, public when everything is."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from packaging.version import Version

from tagship.domain.facts import Host
from tagship.domain.plan import Done, Effect, State, Stopped, Todo
from tagship.errors import FactUnknown, Run, TagshipError
from tagship.workflow.files.receipts import receipt_path

RECEIPT_ASSET = "tagship-receipt.json"


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
    """Watchers are mailed only about what can be installed."""

    name: ClassVar = "release"
    effect: ClassVar = Effect.FOREVER

    def __init__(self, host: Host, *, tag: str, latest: Callable[[], bool], dist: Path) -> None:
        self._host = host
        self._tag = tag
        self._latest = latest
        self._dist = dist

    def describe(self) -> str:
        """What becomes public."""
        return f"attach the receipt and make the release of {self._tag} public"

    def probe(self) -> State:
        """Look whether it is public."""
        try:
            release = self._host.release(self._tag)
        except TagshipError as error:
            return Stopped(error)
        if release is None or release.draft:
            return Todo("the release is a draft" if release else "there is no release yet")
        return Done(f"public: {release.url}")

    def apply(self) -> None:
        """Attach the receipt once, then publish; only the highest final version is marked as the latest."""
        release = self._host.release(self._tag)
        if release is None:
            raise FactUnknown(
                f"the draft of {self._tag} is gone from the code host", remedy=Run(("tagship", "ship", self._tag))
            )
        if RECEIPT_ASSET not in release.assets:
            self._host.attach(release, RECEIPT_ASSET, receipt_path(self._dist).read_bytes())
        self._host.publish(release, latest=self._latest())
