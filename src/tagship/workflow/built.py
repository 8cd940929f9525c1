"""The facts about built files, each looked up once, when first asked for.

They come from the files, from the manifest beside them and from the project where it is here; no tag is asked for, so
that files can be examined wherever they lie.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from packaging.version import Version

from tagship.adapters.manifests import read_manifest, strangers
from tagship.domain.artifact import Manifest
from tagship.domain.built import Expected
from tagship.domain.config import Config
from tagship.domain.distribution import Distribution
from tagship.workflow.lookup import fact


class Built:
    """The facts about the files in one directory.

    `expect` says what the files should be of where there is no manifest to tell.
    """

    def __init__(self, dist: Path, config: Config, *, expect: Callable[[], Expected | None]) -> None:
        self.config = config
        self.answers: dict[str, object] = {}
        self._dist = dist
        self._expect = expect

    @fact
    def manifest(self) -> Manifest | None:
        """The manifest beside the files."""
        return read_manifest(self._dist)

    @fact
    def expected(self) -> Expected | None:
        """What the manifest says, or else what the project does."""
        manifest = self.manifest
        if manifest is None:
            return self._expect()
        return Expected(manifest.project, Version(manifest.version), manifest.tag)

    @fact
    def distributions(self) -> Sequence[Distribution]:
        """The files of the manifest, or else every wheel and sdist that lies there, opened."""
        from tagship.adapters.archives import open_distribution  # noqa: PLC0415 -- a plan opens none

        return tuple(open_distribution(path) for path in self._paths() if path.is_file())

    def _paths(self) -> Sequence[Path]:
        if self.manifest is not None:
            return [self._dist / file.filename for file in self.manifest.files]
        return sorted(path for path in self._dist.iterdir() if path.name.endswith((".whl", ".tar.gz")))

    @fact
    def strangers(self) -> Sequence[str]:
        """What else lies there."""
        return strangers(self._dist, self.manifest)
