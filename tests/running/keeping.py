"""Artifacts that one job hands to another: kept under a number, with a digest that is looked at again."""

import fnmatch
import glob
import hashlib
import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

from running.job import ActionFailedError, Call
from running.results import Annotation, Artifact


def upload(call: Call) -> None:
    """Keep files under a name that no other artifact of the run has."""
    name = call.inputs.get("name") or "artifact"
    files, root = _found(call)
    if not files:
        return _nothing_found(call)
    kept = call.job.artifacts
    same = next((number for number, one in kept.items() if one.name == name), None)
    if same is not None and not call.flag("overwrite", usual=False):
        raise ActionFailedError(
            "Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with "
            "this name already exists on the workflow run"
        )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for path in files:
            archive.writestr(path.relative_to(root).as_posix(), path.read_bytes())
    number = str(5001 + max((int(each) - 5000 for each in kept), default=0))
    if same is not None:
        del kept[same]
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    kept[number] = Artifact(number, name, digest, content.getvalue())
    call.log(f"Artifact {name} has been kept: {len(files)} files, number {number}, sha256 {digest}")
    call.outputs.update({"artifact-id": number, "artifact-digest": digest})
    return None


def download(call: Call) -> None:
    """Unpack artifacts by number, by name, by pattern, or all; several get folders of their own unless merged."""
    chosen = _chosen(call)
    place = call.job.inside(call.inputs.get("path") or ".")
    # One that was asked for by itself is unpacked right there.
    alone = bool(call.inputs.get("name")) or (bool(call.inputs.get("artifact-ids")) and len(chosen) == 1)
    for artifact in chosen:
        if hashlib.sha256(artifact.content).hexdigest() != artifact.digest:
            raise ActionFailedError(f"Artifact digest validation failed for artifact '{artifact.name}'")
        flat = alone or call.flag("merge-multiple", usual=False)
        with zipfile.ZipFile(io.BytesIO(artifact.content)) as archive:
            archive.extractall(place if flat else place / artifact.name)
        call.log(f"Artifact {artifact.name} ({artifact.number}) has been unpacked")
    call.outputs["download-path"] = str(place)


def _chosen(call: Call) -> Sequence[Artifact]:
    kept, inputs = call.job.artifacts, call.inputs
    if {"name", "artifact-ids"} <= {name for name, value in inputs.items() if value}:
        raise ActionFailedError("Inputs 'name' and 'artifact-ids' cannot be used together. Please specify only one.")
    if inputs.get("artifact-ids"):
        numbers = [number.strip() for number in inputs["artifact-ids"].split(",")]
        missing = [number for number in numbers if number not in kept]
        if missing:
            raise ActionFailedError(f"No artifacts found with the provided IDs: {', '.join(missing)}")
        return [kept[number] for number in numbers]
    if inputs.get("name"):
        found = [one for one in kept.values() if one.name == inputs["name"]]
        if not found:
            raise ActionFailedError(f"Unable to download artifact(s): Artifact not found for name: {inputs['name']}")
        return found
    return [one for one in kept.values() if fnmatch.fnmatchcase(one.name, inputs.get("pattern") or "*")]


def _nothing_found(call: Call) -> None:
    told = f"No files were found with the provided path: {call.inputs.get('path', '')}. No artifacts will be uploaded."
    match call.inputs.get("if-no-files-found") or "warn":
        case "error":
            raise ActionFailedError(told)
        case "warn":
            call.job.result.annotations.append(Annotation("warning", told))
        case _:
            call.log(told)


def _found(call: Call) -> tuple[Sequence[Path], Path]:
    """The files that the patterns name, and the folder that their names in the archive begin after."""
    lines = [line.strip() for line in call.inputs.get("path", "").splitlines() if line.strip()]
    patterns = [str(call.job.inside(line)) for line in lines if not line.startswith("!")]
    refused = {path for line in lines if line.startswith("!") for path in _files(str(call.job.inside(line[1:])))}
    files = sorted({path for pattern in patterns for path in _files(pattern)} - refused)
    if not call.flag("include-hidden-files", usual=False):
        files = [path for path in files if not _is_hidden(path, call.job.workspace)]
    # The folder before the first star of each; of several, what they have in common.
    starts = [Path(pattern.partition("*")[0]) for pattern in patterns]
    roots = [start if start.is_dir() else start.parent for start in starts]
    return files, Path(os.path.commonpath(roots)) if roots else call.job.workspace


def _files(pattern: str) -> list[Path]:
    # Not Path.glob, which takes no absolute pattern.
    named = [Path(each) for each in glob.glob(pattern, recursive=True, include_hidden=True)]  # noqa: PTH207 -- as above
    below = [each for path in named if path.is_dir() for each in path.rglob("*")]
    return [path for path in [*named, *below] if path.is_file()]


def _is_hidden(path: Path, workspace: Path) -> bool:
    inside = path.relative_to(workspace) if path.is_relative_to(workspace) else path
    return any(part.startswith(".") for part in inside.parts)
