"""Projects to try: with tests, in a repository, with backends that build without any network."""

import base64
import hashlib
import importlib.metadata
import os
import sys
import venv
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from packaging.version import Version

from repositories import Repo
from tagship.adapters.git import GitRepository
from tagship.domain.config import Config
from tagship.workflow.readiness.trials import Trials, Tried

SOURCE = {"src/demo/__init__.py": 'WHICH = "source"\n'}
TEST = "from demo import WHICH\n\ndef test_it():\n    assert WHICH == 'source', WHICH\n"


@contextmanager
def trials(
    repo: Repo,
    *,
    config: Config | None = None,
    inside: str = "",
    tag: str | None = "v1.0",
    before: str | None = None,
    environ: Mapping[str, str] | None = None,
    heard: list[tuple[str, str]] | None = None,
    offline: bool = False,
) -> Iterator[Trials]:
    """The trials of a repository as it lies there, for version 1.0 unless said otherwise."""
    version = None if tag is None else Version(tag.rpartition("v")[2])
    with GitRepository.at(repo.path, may_fetch=False) as repository:
        tried = Tried(repository, config or Config(), "demo", inside=inside, tag=tag, version=version, before=before)
        with Trials(
            tried,
            environ=os.environ if environ is None else environ,
            offline=offline,
            on_line=lambda which, line: None if heard is None else heard.append((which, line)),
        ) as running:
            yield running


def everything_in(directory: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file below a directory, git's own and ignored ones included: its mode, when it was written, its bytes.

    Git marks an object as used lately, wherever it is borrowed from, when the same is to be written: of objects the
    time is left out.
    """
    found = {}
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            stat, name = path.lstat(), path.relative_to(directory).as_posix()
            written = 0 if name.startswith(".git/objects/") else stat.st_mtime_ns
            found[name] = (stat.st_mode, written, path.read_bytes())
    return found


def make_environment(root: Path, installed: Mapping[str, str]) -> None:
    """A virtual environment with these files installed; this interpreter's packages can be imported there as well."""
    venv.EnvBuilder(symlinks=True, with_pip=False).create(root)
    (packages,) = root.glob("lib/python*/site-packages")
    for name, content in installed.items():
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).write_text(content, encoding="utf-8")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "ours.pth").write_text("\n".join(ours), encoding="utf-8")


def wheels_of(names: tuple[str, ...], folder: Path) -> None:
    """The distributions that are installed here, and what they need, as the wheels that they once were."""
    folder.mkdir(exist_ok=True)
    for name in names:
        found = importlib.metadata.distribution(name)
        stem = f"{found.name.replace('-', '_')}-{found.version}"
        with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as archive:
            rows = []
            for file in found.files or ():
                path = Path(str(found.locate_file(file)))
                if ".." in file.parts or path.suffix == ".pyc" or file.name in {"RECORD", "INSTALLER"}:
                    continue
                content = path.read_bytes()
                digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
                rows.append(f"{file},sha256={digest},{len(content)}")
                archive.writestr(str(file), content)
            info = next(file.parent for file in found.files or () if file.name == "METADATA")
            rows.append(f"{info}/RECORD,,")
            archive.writestr(f"{info}/RECORD", "\n".join(rows) + "\n")
