"""Small projects that build without any network: their backend is in their own tree, or in a wheel made here."""

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

BACKEND = '''
"""Packs what is there, as backends do; the version is in pyproject.toml, in PKG-INFO, or in git."""
import io, os, pathlib, subprocess, sys, tarfile, tomllib, zipfile

def _project():
    return tomllib.loads(pathlib.Path("pyproject.toml").read_text("utf-8"))["project"]

def _version():
    if "version" in _project():
        return _project()["version"]
    if os.path.exists("PKG-INFO"):
        return pathlib.Path("PKG-INFO").read_text("utf-8").split("Version: ")[2].splitlines()[0]
    described = subprocess.check_output(["git", "describe", "--tags", "--long", "--dirty"], text=True)
    return described.rpartition("-0-g")[0].removeprefix("v")

def _metadata():
    return f"Metadata-Version: 2.1\\nName: {_project()['name']}\\nVersion: {_version()}\\n".encode()

def build_sdist(directory, config_settings=None):
    print("making the sdist")
    print("ENVIRONMENT " + " ".join(sorted(os.environ)), file=sys.stderr)
    stem = f"{_project()['name']}-{_version()}"
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    with tarfile.open(os.path.join(directory, stem + ".tar.gz"), "w:gz") as archive:
        for path in sorted(pathlib.Path().rglob("*")):
            if path.is_file() and ".git" not in path.parts and "__pycache__" not in path.parts:
                archive.add(path, f"{stem}/{path.as_posix()}")
        content = _metadata()
        entry = tarfile.TarInfo(f"{stem}/PKG-INFO")
        entry.size, entry.mtime = len(content), epoch
        archive.addfile(entry, io.BytesIO(content))
    return stem + ".tar.gz"

def build_wheel(directory, config_settings=None, metadata_directory=None):
    print("making the wheel")
    name, version = _project()["name"], _version()
    info = f"{name}-{version}.dist-info"
    filename = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, filename), "w") as archive:
        for path in sorted(pathlib.Path("src").rglob("*.py")):
            archive.write(path, path.relative_to("src").as_posix())
        archive.writestr(f"{info}/METADATA", _metadata())
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(f"{info}/RECORD", "")
    return filename
'''


def in_tree(*, version: str | None = "1.0", requires: str = "", backend: str = BACKEND) -> dict[str, str]:
    """The files of a project whose backend lies in its own tree; without a version the tag is the version."""
    said = f'version = "{version}"' if version else 'dynamic = ["version"]'
    return {
        "pyproject.toml": (
            f'[build-system]\nrequires = [{requires}]\nbuild-backend = "packing"\nbackend-path = ["backend"]\n\n'
            f'[project]\nname = "demo"\n{said}\n'
        ),
        "backend/packing.py": backend,
        "src/demo/__init__.py": "ANSWER = 42\n",
    }


def wheel(
    directory: Path,
    name: str,
    version: str,
    files: Mapping[str, str | bytes],
    *metadata: str,
    tag: str = "py3-none-any",
) -> Path:
    """A wheel with these files, and lines of metadata such as `Requires-Dist: other`."""
    info = f"{name}-{version}.dist-info"
    head = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}", *metadata]
    described = {
        f"{info}/METADATA": "\n".join(head) + "\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: by-hand\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    contents = {
        path: content if isinstance(content, bytes) else content.encode()
        for path, content in {**files, **described}.items()
    }
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for path, content in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        rows.writerow([path, f"sha256={digest}", len(content)])
    rows.writerow([f"{info}/RECORD", "", ""])
    made = directory / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in {**contents, f"{info}/RECORD": record.getvalue().encode()}.items():
            archive.writestr(path, content)
    return made
