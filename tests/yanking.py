"""What the owner of a project on the stand-in index may do besides uploading."""

from packaging.utils import canonicalize_name
from packaging.version import Version

from tagship.rehearsal.store import Store


def yank(store: Store, name: str, version: str, reason: str = "") -> None:
    """Yank every file of a release; raises KeyError for what is not there."""
    with store.lock:
        project = store.projects[canonicalize_name(name)]
        for file in project.releases[Version(version)].files:
            file.yanked = reason or True
        store.serial += 1
        project.serial = store.serial
