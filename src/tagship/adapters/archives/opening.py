"""A built file, opened by what its name says it is."""

from pathlib import Path

from tagship.adapters.archives.broken import BrokenArchiveError
from tagship.adapters.archives.limits import deadline_for
from tagship.adapters.archives.reading import Inspect, Reading
from tagship.adapters.archives.tar_reader import read_sdist
from tagship.adapters.archives.zip_reader import read_wheel
from tagship.adapters.manifests import artifact_of
from tagship.domain.artifact import Artifact
from tagship.domain.distribution import Distribution

_SDIST = ".tar.gz"
_WHEEL = ".whl"
_OLD_SDIST = ".zip"
_METADATA = {_WHEEL: "METADATA", _SDIST: "PKG-INFO"}


def open_distribution(path: Path, *, inspect: Inspect | None = None) -> Distribution:
    """Read a built file: its members, what describes it, how it is packed; and prove by its checksums that it is whole.

    The metadata is looked for where the file name promises it. Whatever is wrong with an archive is told in `broken`
    and in `peculiarities`, never raised, and costs some 10 seconds and 300 MB at most; raises OSError only where
    there is no file. `inspect` is asked for the leaks in each member.
    """
    suffix = next((suffix for suffix in _METADATA if path.name.endswith(suffix)), None)
    if suffix is None:
        return Distribution(artifact_of(path), broken=_why_not(path.name))
    size = path.stat().st_size
    root = Distribution(Artifact(path.name, size, "")).root
    reading = Reading(root, size, inspect, deadline_for(size))
    broken = None
    try:
        artifact = read_wheel(path, reading) if suffix == _WHEEL else read_sdist(path, reading)
    except BrokenArchiveError as reason:
        artifact, broken = artifact_of(path), str(reason)
    if not (broken or reading.members):
        broken = "the archive is empty"
    return Distribution(
        artifact,
        tuple(reading.members),
        None if broken else _metadata(reading, suffix),
        broken,
        reading.texts,
        tuple(reading.peculiarities),
        tuple(reading.leaks.values()),
    )


def _metadata(reading: Reading, suffix: str) -> bytes | None:
    """What the file name promises; of an sdist with one directory of another name, what lies in that, as indexes do."""
    promised = reading.texts.get(f"{reading.root}/{_METADATA[suffix]}")
    if promised is not None or suffix != _SDIST:
        return promised
    tops = {member.name.removeprefix("./").partition("/")[0] for member in reading.members}
    return reading.texts.get(f"{tops.pop()}/{_METADATA[suffix]}") if len(tops) == 1 else None


def _why_not(name: str) -> str:
    if name.endswith(_OLD_SDIST):
        return f"{name} is a .zip sdist, which the index does not take any more"
    return f"{name} is neither a wheel nor a .tar.gz sdist"
