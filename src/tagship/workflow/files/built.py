"""The facts about built files, each looked up once, when first asked for.

They come from the files, from the manifest beside them and from the project where it is here; no tag is asked for, so
that files can be examined wherever they lie.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from packaging.version import Version

from tagship.adapters.manifests import read_manifest, strangers
from tagship.domain.artifact import Artifact, Manifest
from tagship.domain.built import Blob, Classifiers, Expected, Installation, Published, Rebuilt
from tagship.domain.config import Config
from tagship.domain.core_metadata import parse_metadata
from tagship.domain.distribution import Distribution
from tagship.domain.facts import Index
from tagship.domain.finding import NotApplicable
from tagship.domain.names import NormalizedName, canonicalize_name
from tagship.errors import Edit, FactUnknown, TagshipError, UsageError
from tagship.workflow.files.origin import Origin
from tagship.workflow.files.wanted import DISTRIBUTIONS, Wanted
from tagship.workflow.lookup import fact

BESIDE_THEM = ("*.publish.attestation", "*.asc", ".gitignore")
"""What builders and signers put among the files, and uploaders pass over or send along."""
READERS = 4
"""Files that are read at the same time."""


def _nobody() -> Index:
    raise FactUnknown("no index is known to compare with")


class Built:
    """The facts about the files in one directory, or about `files` alone where some are given.

    `origin` is the project that they may be of. `index` is where the release before was published. `offline`, nobody
    looks at that one, and what is installed must do with what is here.
    """

    def __init__(
        self,
        dist: Path,
        config: Config,
        *,
        files: Sequence[Path] = (),
        origin: Origin | None = None,
        index: Callable[[], Index] = _nobody,
        wanted: Wanted | None = None,
        offline: bool = False,
    ) -> None:
        self.config = config
        self.answers: dict[str, object] = {}
        self._dist = dist
        self._files = files
        self._origin = origin
        self._index = index
        self._wanted = wanted or Wanted()
        self._offline = offline

    @fact
    def manifest(self) -> Manifest | None:
        """The manifest beside the files; files that were picked by hand have none."""
        return None if self._files or not self._dist.name else read_manifest(self._dist)

    @fact
    def expected(self) -> Expected | None:
        """What the manifest says, or else what the project does."""
        manifest = self.manifest
        if manifest is not None:
            return Expected(manifest.project, Version(manifest.version), manifest.tag)
        return None if self._origin is None else self._origin.expected(self._dist, self._names)

    @fact
    def paths(self) -> Sequence[Path]:
        """Where the files are that are examined: those that were picked, or that the manifest names, or all of them."""
        if self._files:
            return tuple(self._files)
        if self.manifest is not None:
            return tuple(self._dist / file.filename for file in self.manifest.files)
        if not self._dist.is_dir():
            return ()
        return tuple(
            path for path in sorted(self._dist.iterdir()) if path.name.endswith(DISTRIBUTIONS) and path.is_file()
        )

    @fact
    def distributions(self) -> Sequence[Distribution]:
        """The files, opened."""
        present = [path for path in self.paths if path.is_file()]
        if len(present) < READERS // 2:
            return tuple(map(_opened, present))
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 -- a plan opens none, and one needs no help

        with ThreadPoolExecutor(READERS) as readers:
            return tuple(readers.map(_opened, present))

    @fact
    def strangers(self) -> Sequence[str]:
        """What else lies there; what is commonly found among files without a manifest is no stranger to them."""
        if self._files:
            return ()
        if self.manifest is not None:
            return strangers(self._dist, self.manifest)
        ours = {path.name for path in self.paths if path.is_file()}
        return tuple(name for name in strangers(self._dist, None) if name not in ours and not _is_beside_them(name))

    @fact
    def classifiers(self) -> Classifiers:
        """The classifiers that the index knows."""
        from tagship.adapters.classifiers import known_classifiers  # noqa: PLC0415 -- a list of a thousand lines

        return known_classifiers()

    @fact
    def rendering_flaws(self) -> Mapping[str, str]:
        """Why descriptions do not render."""
        from tagship.adapters.rendering import rendering_flaws  # noqa: PLC0415 -- loads docutils, which few need

        return rendering_flaws(self.distributions)

    @fact
    def tracked(self) -> frozenset[str] | None:
        """The files of the commit that was built."""
        if self._origin is None:
            return None
        return self._origin.tracked(self._names, None if self.manifest is None else self.manifest.commit)

    @fact
    def blobs(self) -> Mapping[str, Blob] | None:
        """What the commit has in the tracked files, where a manifest names it, or where HEAD is at the files' tag."""
        if self._origin is None:
            return None
        if self.manifest is not None:
            return self._origin.blobs(self._names, self.manifest.commit)
        expected = self.expected
        versions = {known[1] for known in map(_identity, self.paths) if known is not None}
        if expected is None or expected.tag is None or versions != {expected.version}:
            return None
        commit = self._origin.head_at(expected.tag)
        return None if commit is None else self._origin.blobs(self._names, commit)

    @fact
    def published(self) -> Published | None:
        """The release before this one."""
        if self._offline:
            raise NotApplicable("--offline was given, and the last release was not looked at")
        name, version = self.identity
        if name is None or version is None:
            raise FactUnknown("nothing says which project and version the files are of")
        from tagship.workflow.files.predecessor import published_before  # noqa: PLC0415 -- loads what downloads

        return published_before(self._index(), name, version, read=_opened)

    @fact
    def rebuilt(self) -> Rebuilt | None:
        """The commit built once more, if somebody asked for it."""
        if not self._wanted.rebuild:
            return None
        if self._origin is None:
            raise FactUnknown("the project that the files were built from is not here")
        return self._origin.rebuilt(self.manifest, read=_opened)

    @fact
    def installations(self) -> Sequence[Installation]:
        """The files in clean environments, project by project; what they depend on is fetched for that, or cached.

        A manifest of ours says that the wheel was built from the sdist; where there is none, both are tried, and so is
        an sdist whose wheels are to come.
        """
        from tagship.adapters.tryout import try_out  # noqa: PLC0415 -- most examinations are made without

        done: list[Installation] = []
        for paths in self._projects:
            done += try_out(
                paths,
                requires_python=self._requires_python(paths),
                pythons=self._wanted.pythons,
                sdist_too=self.manifest is None or self.manifest.unfinished,
                offline=self._offline,
                companions=self._wanted.companions,
            )
        return tuple(done)

    def insist_on_pythons(self) -> None:
        """Raise UsageError for an interpreter that was asked for, and that is for none of the files by their word."""
        from tagship.adapters.interpreters import may_satisfy  # noqa: PLC0415 -- only for who asks for one

        try:
            ranges = [self._requires_python(paths) for paths in self._projects]
        except TagshipError:  # whoever asks for the files says what is wrong with them
            return
        for python in self._wanted.pythons:
            if ranges and not any(may_satisfy(each, python) for each in ranges):
                said = " and ".join(dict.fromkeys(f"Requires-Python: {each}" for each in ranges))
                raise UsageError(
                    f"--python {python} is none of those that the files are for: they say {said}",
                    remedy=Edit("name a Python that the project runs on, or mend requires-python and build again"),
                )

    @property
    def _projects(self) -> Sequence[Sequence[Path]]:
        """The files that are there, project by project."""
        names = dict.fromkeys(filter(None, map(_name_of, self.paths)))
        return [[path for path in self.paths if _name_of(path) == name and path.is_file()] for name in names]

    def _requires_python(self, paths: Iterable[Path]) -> str | None:
        names = {path.name for path in paths}
        for distribution in self.distributions:
            if distribution.artifact.filename in names and distribution.metadata is not None:
                return parse_metadata(distribution.metadata).requires_python or None
        return None

    @fact
    def identity(self) -> tuple[str | None, Version | None]:
        """The project's name and the version, by what is expected, or else by the files where all say the same."""
        expected = self.expected
        if expected is not None and expected.version is not None:
            return expected.name, expected.version
        found = {known for known in map(_identity, self.paths) if known is not None}
        if len(found) == 1:
            return found.pop()
        return (None if expected is None else expected.name), None

    @property
    def _names(self) -> frozenset[NormalizedName]:
        named = {known[0] for known in map(_identity, self.paths) if known is not None}
        manifest = self.manifest
        return frozenset(named if manifest is None else {*named, canonicalize_name(manifest.project)})


def _opened(path: Path) -> Distribution:
    from tagship.adapters.archives import open_distribution  # noqa: PLC0415 -- a plan opens none
    from tagship.secrets.matcher import leaks_in  # noqa: PLC0415 -- as above

    try:
        return open_distribution(path, inspect=leaks_in)
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        return Distribution(Artifact(path.name, 0, ""), broken=f"the file cannot be read: {reason}")


def _is_beside_them(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in BESIDE_THEM)


def _identity(path: Path) -> tuple[NormalizedName, Version] | None:
    try:
        return Artifact(path.name, 0, "").identity
    except ValueError:
        return None


def _name_of(path: Path) -> NormalizedName | None:
    known = _identity(path)
    return None if known is None else known[0]
