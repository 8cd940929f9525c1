"""Facts given by hand, and the values that they are made of, with defaults in which nothing is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Generic, TypedDict, TypeVar, Unpack, cast, overload

from packaging.version import Version

from tagship.domain.artifact import Artifact, IndexPage, Manifest, ServedFile
from tagship.domain.branch import (
    AddedLeak,
    Breakage,
    ChangedFile,
    Divergence,
    Fragments,
    Lock,
    Rival,
    Shipping,
    Suggestion,
    TreeState,
    Trial,
)
from tagship.domain.built import Blob, Classifiers, Expected, Installation, Published, Rebuilt
from tagship.domain.changelog import Changelog, parse
from tagship.domain.config import Config
from tagship.domain.credential import Liveness, TokenShape
from tagship.domain.distribution import Distribution, Member
from tagship.domain.facts import AddedLine, CommitCheck, Remote, Standing, Tag, TagTrigger, VersionCopy
from tagship.domain.finding import Finding, Outcome, Report, Severity, Verdict
from tagship.domain.packages import Family
from tagship.domain.project import Project, VersionSource
from tagship.domain.version import TagTemplate
from tagship.errors import CredentialHalt, FactUnknown

T = TypeVar("T")

COMMIT = "c0ffee" * 6 + "c0ff"
OTHER_COMMIT = "decade" * 6 + "deca"
TAG_OBJECT = "ab1e" * 10
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAME = "handmade"


class Given(TypedDict, total=False):
    """Every fact, none of which need be given."""

    config: Config
    inside: str
    template: TagTemplate
    tag_name: str
    tags: Mapping[str, Tag]
    tag: Tag
    version: Version
    remote: Remote | None
    standing: Standing
    reached: frozenset[Version]
    committed_at: datetime
    project: Project
    changelog: Changelog | None
    main_changelog: Changelog | None
    version_copies: Sequence[VersionCopy]
    added_lines: Sequence[AddedLine] | None
    triggers: Sequence[TagTrigger]
    commit_checks: Sequence[CommitCheck] | None
    index: IndexPage
    token: TokenShape
    liveness: Liveness
    identity_refusal: CredentialHalt | None
    project_name: str
    now: datetime
    manifest: Manifest | None
    family: Family | None
    served: Mapping[str, frozenset[Version]]
    expected: Expected | None
    distributions: Sequence[Distribution]
    strangers: Sequence[str]
    classifiers: Classifiers
    rendering_flaws: Mapping[str, str]
    tracked: frozenset[str] | None
    blobs: Mapping[str, Blob] | None
    published: Published | None
    rebuilt: Rebuilt | None
    installations: Sequence[Installation]
    today: date
    branch: str | None
    free_branch: str
    main: str
    main_ref: str
    tree_state: TreeState
    divergence: Divergence
    main_moved: bool
    changed: Sequence[ChangedFile]
    shipping: Shipping
    main_project: Project | None
    changelog_texts: Mapping[str, str]
    fragments: Fragments | None
    locks: Sequence[Lock]
    packaged: Sequence[str]
    added_leaks: Sequence[AddedLeak]
    rivals: Sequence[Rival]
    subjects: Sequence[str]
    suggestion: Suggestion | None
    breakages: Sequence[Breakage]
    tests: Trial
    built_report: Report
    custom: Mapping[str, Sequence[Finding]]


class _Fact(Generic[T]):
    """A property that has what was given under its name."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, facts: None, owner: type) -> "_Fact[T]": ...

    @overload
    def __get__(self, facts: "FakeFacts", owner: type) -> T: ...

    def __get__(self, facts: "FakeFacts | None", owner: type) -> "T | _Fact[T]":
        if facts is None:
            return self
        if self._name not in facts.given:
            raise FactUnknown(f"{self._name} was not given")
        return cast("T", facts.given[self._name])

    def __set__(self, facts: "FakeFacts", value: object) -> None:
        raise AttributeError(f"{self._name} is given once, when the facts are made")


class FakeFacts:
    """The facts that a test gives; every other one is unknown."""

    config = _Fact[Config]()
    template = _Fact[TagTemplate]()
    tag_name = _Fact[str]()
    tags = _Fact[Mapping[str, Tag]]()
    tag = _Fact[Tag]()
    version = _Fact[Version]()
    remote = _Fact[Remote | None]()
    standing = _Fact[Standing]()
    reached = _Fact[frozenset[Version]]()
    committed_at = _Fact[datetime]()
    project = _Fact[Project]()
    changelog = _Fact[Changelog | None]()
    main_changelog = _Fact[Changelog | None]()
    version_copies = _Fact[Sequence[VersionCopy]]()
    added_lines = _Fact[Sequence[AddedLine] | None]()
    triggers = _Fact[Sequence[TagTrigger]]()
    commit_checks = _Fact[Sequence[CommitCheck] | None]()
    index = _Fact[IndexPage]()
    token = _Fact[TokenShape]()
    liveness = _Fact[Liveness]()
    identity_refusal = _Fact[CredentialHalt | None]()
    project_name = _Fact[str]()
    now = _Fact[datetime]()
    manifest = _Fact[Manifest | None]()
    family = _Fact[Family | None]()
    expected = _Fact[Expected | None]()
    distributions = _Fact[Sequence[Distribution]]()
    strangers = _Fact[Sequence[str]]()
    classifiers = _Fact[Classifiers]()
    rendering_flaws = _Fact[Mapping[str, str]]()
    tracked = _Fact[frozenset[str] | None]()
    blobs = _Fact[Mapping[str, Blob] | None]()
    published = _Fact[Published | None]()
    rebuilt = _Fact[Rebuilt | None]()
    installations = _Fact[Sequence[Installation]]()
    today = _Fact[date]()
    branch = _Fact[str | None]()
    free_branch = _Fact[str]()
    main = _Fact[str]()
    main_ref = _Fact[str]()
    tree_state = _Fact[TreeState]()
    divergence = _Fact[Divergence]()
    main_moved = _Fact[bool]()
    changed = _Fact[Sequence[ChangedFile]]()
    shipping = _Fact[Shipping]()
    main_project = _Fact[Project | None]()
    changelog_texts = _Fact[Mapping[str, str]]()
    fragments = _Fact[Fragments | None]()
    locks = _Fact[Sequence[Lock]]()
    packaged = _Fact[Sequence[str]]()
    added_leaks = _Fact[Sequence[AddedLeak]]()
    rivals = _Fact[Sequence[Rival]]()
    subjects = _Fact[Sequence[str]]()
    suggestion = _Fact[Suggestion | None]()
    breakages = _Fact[Sequence[Breakage]]()
    tests = _Fact[Trial]()
    built_report = _Fact[Report]()

    def __init__(self, **given: Unpack[Given]) -> None:
        self.given: Mapping[str, object] = dict(given)

    @property
    def inside(self) -> str:
        """The top of the repository, where nothing else is given."""
        return str(self.given.get("inside", ""))

    def custom(self, check: str) -> Sequence[Finding]:
        """What was given for this check of the project's own."""
        given = cast("Mapping[str, Sequence[Finding]]", self.given.get("custom", {}))
        if check not in given:
            raise FactUnknown(f"what {check} found was not given")
        return given[check]

    def served(self, package: str) -> frozenset[Version]:
        """What was given for this package."""
        given = cast("Mapping[str, frozenset[Version]]", self.given.get("served", {}))
        if package not in given:
            raise FactUnknown(f"the versions of {package} were not given")
        return given[package]


def facts_about(name: str, **given: Unpack[Given]) -> FakeFacts:
    """The facts that follow from the name of an annotated tag `v{version}`, and what else is given."""
    tag, template = a_tag(name), TagTemplate()
    implied = Given(
        config=Config(), template=template, tag_name=name, tag=tag, tags={name: tag}, committed_at=NOON, manifest=None
    )
    if (version := template.version_in(name)) is not None:
        implied["version"] = version
    implied.update(given)
    return FakeFacts(**implied)


def a_tag(name: str, *, commit: str = COMMIT, object_name: str = TAG_OBJECT, at: datetime | None = NOON) -> Tag:
    """An annotated tag."""
    return Tag(name, commit, object_name, at)


def a_lightweight_tag(name: str, commit: str = COMMIT) -> Tag:
    """A bare pointer to a commit."""
    return Tag(name, commit, commit)


def tags(*names: str) -> dict[str, Tag]:
    """Annotated tags by name."""
    return {name: a_tag(name) for name in names}


def versions(*texts: str) -> frozenset[Version]:
    """A set of versions."""
    return frozenset(map(Version, texts))


def a_remote(*tagged: Tag, name: str = "origin") -> Remote:
    """A remote with these tags."""
    return Remote(name, {tag.name: tag for tag in tagged})


def a_standing(*, on_main: bool = True, lines: Iterable[str] = (), branches: Iterable[str] = ("main",)) -> Standing:
    """Where a commit stands, main being called main."""
    return Standing("main", on_main, tuple(lines), tuple(branches))


def a_project(
    version: str | None,
    *,
    name: str = NAME,
    source: VersionSource | None = None,
    backend: str = "hatchling.build",
    unknown: str | None = None,
) -> Project:
    """A project that states its version in pyproject.toml."""
    return Project(
        name=name,
        version=None if version is None else Version(version),
        version_source=source or VersionSource("pyproject", "pyproject.toml", 7),
        backend=backend,
        dynamic=False,
        version_unknown=unknown,
    )


def a_changelog(*titles: str, body: str = "- Something changed.", path: str = "CHANGELOG.md") -> Changelog:
    """A changelog in Markdown with a section under each title."""
    sections = "".join(f"## {title}\n\n{body}\n\n" for title in titles)
    return parse(f"# Changelog\n\n{sections}", path=path, project=NAME)


def a_digest(seed: str) -> str:
    """64 hexadecimal digits."""
    return (seed.encode().hex() * 64)[:64]


def a_wheel(version: str = "1.2.0", *, name: str = NAME, platform: str = "any", seed: str = "wheel") -> Artifact:
    """A wheel on this machine."""
    return Artifact(f"{name}-{version}-py3-none-{platform}.whl", 2_000, a_digest(seed))


def an_sdist(version: str = "1.2.0", *, name: str = NAME, seed: str = "sdist") -> Artifact:
    """An sdist on this machine."""
    return Artifact(f"{name}-{version}.tar.gz", 3_000, a_digest(seed))


def served(
    artifact: Artifact, *, sha256: str | None = None, at: datetime | None = NOON, yanked: bool | str = False
) -> ServedFile:
    """A file as an index serves it."""
    url = f"https://index.example/files/{artifact.filename}"
    return ServedFile(artifact.filename, url, sha256 or artifact.sha256, artifact.size, at, yanked)


def a_page(*files: ServedFile, listed: Iterable[str] = (), exists: bool = True) -> IndexPage:
    """What an index knows of the project."""
    return IndexPage(NAME, exists, files, tuple(map(Version, listed)))


def a_manifest(*files: Artifact, version: str = "1.2.0", toolchain: Mapping[str, str] | None = None) -> Manifest:
    """What a build of a tag made."""
    return Manifest(
        project=NAME,
        version=version,
        tag=f"v{version}",
        commit=COMMIT,
        source_date_epoch=int(NOON.timestamp()),
        toolchain=toolchain or {},
        files=files,
    )


def a_metadata(version: str = "1.2.0", *more: str, name: str = NAME, metadata_version: str = "2.4") -> bytes:
    """The core metadata of a distribution, with more lines at its end."""
    lines = (f"Metadata-Version: {metadata_version}", f"Name: {name}", f"Version: {version}", *more)
    return "\n".join((*lines, "", "A description.", "")).encode()


def a_distribution(
    artifact: Artifact, *, metadata: bytes | None = None, members: Iterable[str] = (), broken: str | None = None
) -> Distribution:
    """A distribution that opens and holds metadata that fits its name, unless said otherwise."""
    held = tuple(map(Member, members))
    return Distribution(artifact, held, a_metadata() if metadata is None else metadata, broken)


def an_unreadable(artifact: Artifact, *, broken: str | None = None) -> Distribution:
    """A distribution in which no metadata is found."""
    return Distribution(artifact, metadata=None, broken=broken)


def a_verdict(
    outcome: Outcome,
    *findings: Finding,
    id: str = "tag-exists",  # noqa: A002 -- the field's name
    severity: Severity = Severity.ERROR,
    reason: str | None = None,
) -> Verdict:
    """A verdict of a check that nobody ran."""
    return Verdict(id, "the tag exists", severity, outcome, "It matters.", "Mend it.", reason, findings)


def a_report(*verdicts: Verdict, command: str = "gate") -> Report:
    """A report about version 1.2.0 of the project."""
    return Report(command, NAME, "1.2.0", "v1.2.0", COMMIT, verdicts, 0.25)
