"""What a run that was killed left beside the built files; one that was interrupted leaves nothing."""

import glob
import shutil
from pathlib import Path

from tagship.adapters.manifests import manifest_path
from tagship.workflow.files.receipts import receipt_path
from tagship.workflow.steps.build import unfinished


def sweep(dist: Path) -> None:
    """Remove the unfinished files and directories of earlier runs; to be called while no other run is at work."""
    beginnings = (f".tagship-{unfinished(dist)}-", *(f".{path(dist).name}." for path in (manifest_path, receipt_path)))
    for prefix in beginnings:
        for left in dist.parent.glob(f"{glob.escape(prefix)}*"):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
