"""Projects whose backend is not known here: `[project]` is read, and nothing else."""

from tagship.adapters.backends.manifest import Manifest, no_identity
from tagship.adapters.backends.reading import NotStatic, Reading

read_identity = no_identity


def read_version(manifest: Manifest) -> Reading:
    """Raises NotStatic: only the backend knows where it keeps the version."""
    raise NotStatic(f"only the build backend {manifest.build_backend} knows where the version is")
