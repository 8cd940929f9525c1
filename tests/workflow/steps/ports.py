"""An index and a host in memory, for what a real one would take too long to do."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from tagship.domain.artifact import Artifact, IndexPage, Manifest, ServedFile
from tagship.domain.credential import Credential, Liveness, Secret, TokenShape
from tagship.domain.facts import CommitCheck, HostRelease, Progress, PullRequest, UploadAnswer
from tagship.errors import TagshipError

CONTENT = {"a-1-py3-none-any.whl": b"a wheel", "a-1.tar.gz": b"an sdist"}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


MANIFEST = Manifest(
    project="a",
    version="1",
    tag="v1",
    commit="c" * 40,
    source_date_epoch=0,
    toolchain={"hand": "1"},
    files=tuple(Artifact(name, len(content), digest(content)) for name, content in CONTENT.items()),
)


@dataclass
class MemoryIndex:
    """The port `Index`; `hidden` names files that were taken and are not listed yet, `refuses` those it never takes."""

    content: dict[str, bytes] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    sent: list[str] = field(default_factory=list)
    error: TagshipError | None = None
    warnings: tuple[str, ...] = ()
    yanked: bool | str = False
    digests: Callable[[bytes], str | None] = digest
    on_page: Callable[["MemoryIndex"], None] = lambda _: None
    refuses: dict[str, TagshipError] = field(default_factory=dict)
    uploaded_at: datetime | None = None

    def page(self, project: str) -> IndexPage:
        self.on_page(self)
        if self.error is not None:
            raise self.error
        listed = {name: content for name, content in self.content.items() if name not in self.hidden}
        served = (
            ServedFile(
                name, f"https://i/{name}", self.digests(content), uploaded_at=self.uploaded_at, yanked=self.yanked
            )
            for name, content in listed.items()
        )
        return IndexPage(project, exists=bool(listed), files=tuple(served))

    def upload(self, path: Path, artifact: Artifact, credential: Credential, progress: Progress) -> UploadAnswer:
        assert credential.username == "__token__"
        if artifact.filename in self.refuses:
            raise self.refuses[artifact.filename]
        self.content[artifact.filename] = path.read_bytes()
        self.sent.append(artifact.filename)
        progress(artifact.size, artifact.size)
        return UploadAnswer(self.warnings)

    def probe(self, credential: Credential) -> Liveness:
        del credential
        return Liveness.UNKNOWN

    def download(self, url: str, target: Path, progress: Progress) -> None:
        content = self.content[url.rpartition("/")[2]]
        target.write_bytes(content)
        progress(len(content), len(content))


class MemoryHost:
    """The port `Host`, with one release at most."""

    def __init__(self) -> None:
        self.held: HostRelease | None = None
        self.attached: dict[str, bytes] = {}
        self.prerelease = self.latest = False
        self.error: TagshipError | None = None

    def checks(self, commit: str) -> tuple[CommitCheck, ...]:
        del commit
        return ()

    def open_pulls(self) -> tuple[PullRequest, ...]:
        return ()

    def file(self, commit: str, path: str) -> bytes | None:
        raise AssertionError((commit, path))

    def release(self, tag: str) -> HostRelease | None:
        assert tag == "v1"
        if self.error is not None:
            raise self.error
        return self.held

    def draft(self, tag: str, *, title: str, notes: str, prerelease: bool) -> HostRelease:
        assert title == tag
        self.prerelease = prerelease
        self.held = HostRelease(1, "https://h/draft", draft=True, notes=notes)
        return self.held

    def attach(self, release: HostRelease, name: str, content: bytes) -> None:
        self.attached[name] = content
        self.held = replace(release, assets=(*release.assets, name))

    def publish(self, release: HostRelease, *, latest: bool) -> HostRelease:
        self.latest = latest
        self.held = replace(self.held or release, draft=False, url="https://h/public")
        return self.held


class Told:
    """An onlooker who remembers."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.transfers: list[str] = []

    def transfer(self, label: str, done: int, total: int) -> None:
        assert done <= total
        self.transfers.append(label)

    def note(self, text: str) -> None:
        self.notes.append(text)


class Purse:
    """A source of one credential that is made up on the spot."""

    shape = TokenShape("a test")

    def get(self) -> Credential:
        return Credential("__token__", Secret(secrets.token_hex(8), origin="a test"))

    def preflight(self) -> None:
        """Nobody is asked."""


def put_down(dist: Path) -> Path:
    """Write the files of the manifest."""
    dist.mkdir(parents=True)
    for name, content in CONTENT.items():
        (dist / name).write_bytes(content)
    return dist
