"""What the checks of built files may ask: about files that lie there, whoever built them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from packaging.version import Version

from tagship.domain.artifact import Manifest
from tagship.domain.config import Config
from tagship.domain.distribution import Distribution


@dataclass(frozen=True, slots=True)
class Expected:
    """What the files of a release should say: the project's name, and its version and tag where these are known."""

    name: str
    version: Version | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Classifiers:
    """The classifiers that the index knows; `deprecated` maps each one to what takes its place, which may be nothing.

    `source` names the list and its version, which a reader of a complaint wants to know.
    """

    known: frozenset[str]
    deprecated: Mapping[str, tuple[str, ...]]
    source: str


@dataclass(frozen=True, slots=True)
class Published:
    """The release that an index served last before this one, its files fetched and opened."""

    version: Version
    distributions: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The same commit built once more: the sdist, the wheel from that sdist, and a wheel straight from the checkout."""

    distributions: tuple[Distribution, ...]
    from_checkout: Distribution


@dataclass(frozen=True, slots=True)
class Installation:
    """What became of one wheel (or of an sdist without one) in one clean environment.

    `python` is the interpreter's version. `refused` is what the installer said where it did not install; then the rest
    is empty. `version` is what `importlib.metadata` says. `failed` maps modules, and `broken_scripts` console scripts,
    to what they said instead of starting. `wanting` are modules that need what only an extra brings; `lacking`, and
    `lacking_scripts`, need a shared library that this system does not have, so that nothing is known of them.
    """

    filename: str
    python: str
    version: str | None = None
    imported: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()
    broken_scripts: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None
    wanting: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    lacking_scripts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Blob:
    """A tracked file's content, as a checkout may have it.

    `digests` are its sha256 as git stores it and with either kind of line ends, in hexadecimal; none where the content
    is no blob's alone, since attributes let git write something else. `size` is in bytes, as stored.
    """

    digests: frozenset[str]
    size: int


class BuiltFacts(Protocol):
    """What the checks of built files may ask; each is looked up once, when first asked for."""

    @property
    def config(self) -> Config:
        """What the project decided."""

    @property
    def manifest(self) -> Manifest | None:
        """The manifest beside the files; None where nobody put one there."""

    @property
    def expected(self) -> Expected | None:
        """What the files should say; None where nothing but the files themselves tells."""

    @property
    def distributions(self) -> Sequence[Distribution]:
        """The built files, opened and read; those of the manifest where there is one."""

    @property
    def strangers(self) -> Sequence[str]:
        """What else lies in the directory."""

    @property
    def classifiers(self) -> Classifiers:
        """The classifiers that the index knows."""

    @property
    def rendering_flaws(self) -> Mapping[str, str]:
        """By file name, why its description does not render; a description that renders is no part.

        Unknown where what renders reStructuredText is not installed.
        """

    @property
    def tracked(self) -> frozenset[str] | None:
        """The files of the commit that was built, as paths with forward slashes below the project's directory.

        None where the files are not of a repository that is here.
        """

    @property
    def blobs(self) -> Mapping[str, Blob] | None:
        """The content of the tracked files, by path; each is read when it is looked up, which may raise FactUnknown.

        None where the files are not of a repository that is here, and where neither a manifest nor a tag on HEAD says
        of which commit they are.
        """

    @property
    def published(self) -> Published | None:
        """The highest release below this one that the index serves; None where this is the first."""

    @property
    def rebuilt(self) -> Rebuilt | None:
        """The same commit built again; None where nobody asked for that."""

    @property
    def installations(self) -> Sequence[Installation]:
        """Every wheel in a clean environment of each supported interpreter at hand."""
