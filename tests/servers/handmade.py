"""Distributions made by hand: a wheel and an sdist in milliseconds, of any name, version and content."""

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

EPOCH = (2020, 2, 2, 0, 0, 0)


def core_metadata(name: str, version: str, **fields: str) -> str:
    """METADATA or PKG-INFO; keyword arguments are further fields, with `_` for `-`."""
    head = {"Metadata-Version": "2.4", "Name": name, "Version": version, "Summary": f"{name}, made by hand"}
    head |= {field.replace("_", "-"): value for field, value in fields.items()}
    return "".join(f"{field}: {value}\n" for field, value in head.items()) + "\nMade by hand.\n"


def make_wheel(
    directory: Path,
    name: str = "handmade",
    version: str = "1.0",
    *,
    tag: str = "py3-none-any",
    code: str = "",
    whole: str | None = None,
    extra: Mapping[str, bytes] | None = None,
    **fields: str,
) -> Path:
    """A wheel with one module; other `code` gives other bytes under the same name.

    `whole` is the module's whole text, where it is not to be the version and `code`.
    """
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    members = {
        f"{name.replace('-', '_')}/__init__.py": (whole or f'__version__ = "{version}"\n{code}').encode(),
        f"{info}/METADATA": core_metadata(name, version, **fields).encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
        **(extra or {}),
    }
    record = "".join(f"{path},{_digest(content)},{len(content)}\n" for path, content in members.items())
    members[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    return write_zip(directory / f"{stem}-{tag}.whl", members)


def make_sdist(
    directory: Path,
    name: str = "handmade",
    version: str = "1.0",
    *,
    code: str = "",
    whole: str | None = None,
    extra: Mapping[str, bytes] | None = None,
    **fields: str,
) -> Path:
    """An sdist that nobody could build, and that every index takes."""
    stem = f"{name.replace('-', '_')}-{version}"
    members = {
        f"{stem}/PKG-INFO": core_metadata(name, version, **fields).encode(),
        f"{stem}/pyproject.toml": f'[project]\nname = "{name}"\nversion = "{version}"\n'.encode(),
        f"{stem}/{name.replace('-', '_')}/__init__.py": (whole or f'__version__ = "{version}"\n{code}').encode(),
        **(extra or {}),
    }
    return write_tar(directory / f"{stem}.tar.gz", members)


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    """A zip file whose bytes depend on its members alone."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return path


def write_tar(path: Path, members: Mapping[str, bytes]) -> Path:
    """A gzipped tar file whose bytes depend on its members alone."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def _digest(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
