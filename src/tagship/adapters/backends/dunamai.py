"""Settings that the plug-ins built on dunamai share: the tag is the version unless a file is named."""

from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.patterns import group_of, search
from tagship.adapters.backends.reading import PATTERN, TEXT, Reading, Written, written


def from_file(manifest: Manifest, plugin: str) -> Reading | None:
    """The version in the file that `[tool.PLUGIN.from-file]` names, or None where the tag is the version."""
    keys = ("tool", plugin, "from-file")
    source = manifest.toml.string(*keys, "source")
    if source is None:
        return None
    setting = f"[tool.{plugin}.from-file]"
    pattern = manifest.toml.string(*keys, "pattern")
    if pattern is None:
        text = manifest.needed_text(source, setting)
        return written(Written(text, manifest.spelt(source), 1), TEXT)
    return written(group_of(manifest, source, search(manifest, source, pattern, setting), 1, setting), PATTERN)
