"""Projects built by uv_build, which takes a static version and nothing else."""

from tagship.adapters.backends.manifest import Manifest, no_identity
from tagship.adapters.backends.reading import NotStatic, Reading

read_identity = no_identity


def read_version(manifest: Manifest) -> Reading:
    """Raises NotStatic: there is nowhere else to look than in `[project]`."""
    raise NotStatic(f"uv_build takes no version but the one under [project] in {manifest.toml.path}")
