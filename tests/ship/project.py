"""A project that brings its own build backend: it builds for real, in half a second, and fetches nothing.

No two builds of it are the same, as with a backend that is not reproducible.
"""

from collections.abc import Mapping
from pathlib import Path

from repositories import Repo

NAME, VERSION, TAG = "handmade", "1.0", "v1.0"
FILES = {f"{NAME}-{VERSION}-py3-none-any.whl", f"{NAME}-{VERSION}.tar.gz"}

WAIT = "HANDMADE_WAITS_AT"
"""The variable that makes the backend tell, in the file it names, that it is at work, and then work for ever."""

PYPROJECT = f"""\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "{NAME}"
version = "{VERSION}"
requires-python = ">=3.9"
"""
CHANGELOG = f"# Changelog\n\n## {VERSION}\n\n- The first release.\n"
CODE = "GREETING = 'hello'\n"
BACKEND = f'''\
import base64, hashlib, io, os, subprocess, sys, tarfile, time, zipfile
from pathlib import Path

METADATA = b"""Metadata-Version: 2.4
Name: {NAME}
Version: {VERSION}
Summary: made by its own backend
Requires-Python: >=3.9

"""
MEMBERS = ("pyproject.toml", "backend.py", "{NAME}.py")


def build_sdist(directory, config_settings=None):
    name = "{NAME}-{VERSION}.tar.gz"
    with tarfile.open(os.path.join(directory, name), "w:gz") as archive:
        for member in MEMBERS:
            add(archive, member, Path(member).read_bytes())
        add(archive, "PKG-INFO", METADATA)
        add(archive, "NONCE", os.urandom(8))
    return name


def add(archive, member, content):
    entry = tarfile.TarInfo(f"{NAME}-{VERSION}/{{member}}")
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def build_wheel(directory, config_settings=None, metadata_directory=None):
    marker = os.environ.get("{WAIT}")
    if marker:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(marker).write_text(f"{{os.getpid()}} {{child.pid}}")
        time.sleep(600)
    name = "{NAME}-{VERSION}-py3-none-any.whl"
    info = "{NAME}-{VERSION}.dist-info"
    members = {{
        "{NAME}.py": Path("{NAME}.py").read_bytes(),
        f"{{info}}/NONCE": os.urandom(8),
        f"{{info}}/METADATA": METADATA,
        f"{{info}}/WHEEL": b"Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }}
    digest = lambda content: base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    record = "".join(f"{{path}},sha256={{digest(content)}},{{len(content)}}\\n" for path, content in members.items())
    members[f"{{info}}/RECORD"] = f"{{record}}{{info}}/RECORD,,\\n".encode()
    with zipfile.ZipFile(os.path.join(directory, name), "w") as archive:
        for path, content in members.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return name
'''


def make_project(path: Path, files: Mapping[str, str | bytes] | None = None, *, remote: bool = True) -> Repo:
    """The project with its one version tagged and pushed; `files` come in place of its own, or beside them."""
    repo = Repo.new(path, remote=remote)
    own = {
        ".gitignore": "/dist*\n__pycache__/\n",
        "CHANGELOG.md": CHANGELOG,
        "backend.py": BACKEND,
        "pyproject.toml": PYPROJECT,
        f"{NAME}.py": CODE,
    }
    repo.commit({**own, **(files or {})}, f"Prepare {VERSION}")
    repo.tag(TAG)
    if remote:
        repo.push()
    return repo
