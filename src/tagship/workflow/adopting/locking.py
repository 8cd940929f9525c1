"""The files of requirements with hashes, which uv makes from what the user's index has."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tagship import __version__
from tagship.adapters.adopting.locking import by_hand, compiled, made_from, pinned_version
from tagship.adapters.adopting.writing import content_of
from tagship.adapters.environments import find_uv
from tagship.domain.adoption import Adoption
from tagship.domain.change import FileChange
from tagship.domain.config import HostKind
from tagship.domain.setup import FileState, SetFile
from tagship.errors import FactUnknown
from tagship.scaffold.locks import RELEASE, locks

OLDEST = "3.11"
"""The oldest Python that tagship runs on."""
_PURPOSES = {RELEASE: "tagship and what it needs, by hash: what the jobs of a release install"}
_OTHER = "what the tests, or the builds, install, by hash"


def planned_locks(
    root: Path, adoption: Adoption, *, environ: Mapping[str, str], make: bool, version: str = __version__
) -> tuple[SetFile, ...]:
    """The lock files of an adoption: kept where made from the same; made anew where `make`, else lacking."""
    # Where nothing runs, nothing is installed.
    wanted = {} if adoption.host is HostKind.PLAIN else locks(adoption, f"tagship=={version}")
    pythons = adoption.tests.pythons if adoption.tests is not None else ()
    tested = pythons[0] if pythons else OLDEST
    return tuple(
        _planned(
            root,
            path,
            requirements,
            environ=environ,
            make=make,
            python=tested if adoption.tests is not None and path == adoption.tests.locked else OLDEST,
            version=version,
        )
        for path, requirements in wanted.items()
    )


def _planned(
    root: Path,
    path: str,
    requirements: Sequence[str],
    *,
    environ: Mapping[str, str],
    make: bool,
    python: str,
    version: str,
) -> SetFile:
    content = content_of(root, path)
    purpose = _PURPOSES.get(path, _OTHER)
    text = "" if content is None else content.decode("utf-8", "replace")
    if _is_current(path, text, requirements, version):
        return SetFile(path, purpose, FileState.SAME, is_lock=True)
    told = f"it is not made from {', '.join(requirements)}" if text else "it is not there"
    if make:
        try:
            new = compiled(find_uv(), requirements, cwd=root, environ=environ, python=python)
        except FactUnknown as unknown:
            told = unknown.message
        else:
            state = FileState.NEW if content is None else FileState.CHANGED
            return SetFile(path, purpose, state, FileChange(path, content, new.encode("utf-8")), is_lock=True)
    remedy = by_hand(requirements, path, python)
    return SetFile(path, purpose, FileState.LACKING, reason=told, remedy=remedy, is_lock=True)


def _is_current(path: str, text: str, requirements: Sequence[str], version: str) -> bool:
    """Whether a lock file holds what is asked for; a person may make one, and an update may pin newer things in it."""
    if path == RELEASE:
        return pinned_version(text, "tagship") == version
    return made_from(text) == tuple(requirements)
