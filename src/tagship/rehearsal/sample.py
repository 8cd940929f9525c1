"""A small complete project to rehearse with: its history, its tags and its remote are the same on every machine."""

import base64
import hashlib
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tagship.adapters.process import run
from tagship.adapters.surroundings import git_environment
from tagship.rehearsal.index import StandInIndex

NAME = "sample-ship"
PACKAGE = "sample_ship"
BRANCH = "main"
REMOTE = "origin"
SECONDS = 60.0
# An address that can never be anybody's (RFC 2606); of the reserved names, the ones for tests are taken by no index.
IDENTITY = ("sample-ship maintainers", "maintainers@example.org")
SETTINGS = {
    "user.name": IDENTITY[0],
    "user.email": IDENTITY[1],
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "core.autocrlf": "false",
    "core.hooksPath": os.devnull,
    "init.templateDir": "",
    "gc.auto": "0",
    "maintenance.auto": "false",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One release of the sample; `notes` are the changelog's lines, `code` the functions that it adds."""

    version: str
    date: str
    notes: str
    code: str

    @property
    def moment(self) -> str:
        """When it was committed and tagged, as git takes it."""
        return f"{self.date}T12:00:00+00:00"


HISTORY = (
    Chapter(
        "1.0.0",
        "2026-03-02",
        "### Added\n\n- `knots()` turns metres per second into knots.",
        'def knots(metres_per_second: float) -> float:\n    """A speed in knots."""\n'
        "    return metres_per_second * 3600 / 1852\n",
    ),
    Chapter(
        "1.1.0",
        "2026-05-04",
        "### Added\n\n- `nautical_miles()` turns metres into nautical miles.",
        'def nautical_miles(metres: float) -> float:\n    """A distance in nautical miles."""\n'
        "    return metres / 1852\n",
    ),
    Chapter(
        "1.2.0",
        "2026-07-06",
        "### Added\n\n- `fathoms()` turns metres into fathoms.\n\n### Fixed\n\n"
        "- The description says what the functions take.",
        'def fathoms(metres: float) -> float:\n    """A depth in fathoms."""\n    return metres / 1.8288\n',
    ),
)

PYPROJECT = """\
[build-system]
requires = ["flit_core>=3.11"]
build-backend = "flit_core.buildapi"

[project]
name = "sample-ship"
version = "{version}"
description = "Units of the sea, as a project to rehearse releases with."
readme = "README.md"
requires-python = ">=3.9"
license = "MIT"
license-files = ["LICENSE"]
authors = [{{ name = "{author}", email = "{email}" }}]
classifiers = ["Programming Language :: Python :: 3", "Typing :: Typed"]
"""
README = """\
# sample-ship

Units of the sea: a small package that takes metric values and gives nautical ones.

```python
from sample_ship import knots

knots(10.0)
```
"""
CHANGELOG = """\
# Changelog

What changed for those who use the package, newest first.
"""
LICENSE = """\
MIT License

Copyright (c) 2026 sample-ship maintainers

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
TEST = """\
from sample_ship import knots


def test_a_nautical_mile_an_hour_is_a_knot() -> None:
    assert round(knots(1852 / 3600), 9) == 1.0
"""
METADATA = """\
Metadata-Version: 2.4
Name: sample-ship
Version: {version}
Summary: Units of the sea, as a project to rehearse releases with.
Requires-Python: >=3.9
License-Expression: MIT
License-File: LICENSE
Description-Content-Type: text/markdown

"""
WHEEL = "Wheel-Version: 1.0\nGenerator: sample-ship\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
WHEEL_TIME = (1980, 1, 1, 0, 0, 0)
IGNORED = "__pycache__/\n/dist/\n"


def make_sample(directory: Path) -> Path:
    """Write the sample into a new directory and push it to a bare repository beside it; returns the directory.

    The version in its files is 1.2.0, tagged `v1.2.0` and pushed, with `v1.0.0` and `v1.1.0` before it. Commit
    and tag ids never change, whatever the user's git configuration says. Raises FileExistsError.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True)
    remote = directory.with_name(f"{directory.name}.git")
    _git(directory.parent, "init", "--quiet", "--bare", f"--initial-branch={BRANCH}", str(remote))
    _git(directory, "init", "--quiet", f"--initial-branch={BRANCH}")
    _git(directory, "remote", "add", REMOTE, str(remote))
    for count in range(1, len(HISTORY) + 1):
        _release(directory, HISTORY[:count])
    _git(directory, "push", "--quiet", "--set-upstream", REMOTE, BRANCH)
    _git(directory, "push", "--quiet", REMOTE, "--tags")
    _git(directory, "remote", "set-head", REMOTE, BRANCH)
    return directory


def publish_earlier(index: StandInIndex) -> None:
    """Let an index serve what was released before the newest version, each from its own day on."""
    with TemporaryDirectory(prefix="sample-ship-") as folder:
        for count, chapter in enumerate(HISTORY[:-1], 1):
            wheel = _wheel(Path(folder), HISTORY[:count])
            index.seed(wheel, at=datetime.fromisoformat(chapter.moment))


def _wheel(directory: Path, chapters: Sequence[Chapter]) -> Path:
    """The wheel of an earlier version, made by hand: no backend is needed for what is long done."""
    version = chapters[-1].version
    stem = f"{PACKAGE}-{version}"
    info, files = f"{stem}.dist-info", files_of(chapters)
    package = f"src/{PACKAGE}/"
    members = {path.removeprefix("src/"): text for path, text in files.items() if path.startswith(package)}
    members[f"{info}/licenses/LICENSE"] = files["LICENSE"]
    members[f"{info}/WHEEL"] = WHEEL
    members[f"{info}/METADATA"] = METADATA.format(version=version) + files["README.md"]
    record = "".join(f"{path},{_digest(text)},{len(text.encode())}\n" for path, text in members.items())
    members[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
    wheel = directory / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in members.items():
            archive.writestr(zipfile.ZipInfo(path, WHEEL_TIME), text)
    return wheel


def _digest(text: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _release(directory: Path, chapters: Sequence[Chapter]) -> None:
    newest = chapters[-1]
    for path, text in files_of(chapters).items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    _git(directory, "add", "--all", at=newest.moment)
    _git(directory, "commit", "--quiet", "--cleanup=verbatim", "-m", f"Release {newest.version}", at=newest.moment)
    message = f"{NAME} {newest.version}\n\n{newest.notes}\n"
    _git(directory, "tag", "--annotate", "--cleanup=verbatim", "-m", message, f"v{newest.version}", at=newest.moment)


def files_of(chapters: Sequence[Chapter]) -> Mapping[str, str]:
    """The sample's files after these chapters, by path."""
    newest = chapters[-1]
    sections = "".join(
        f"\n## [{chapter.version}] - {chapter.date}\n\n{chapter.notes}\n" for chapter in reversed(chapters)
    )
    code = '"""Units of the sea."""\n' + "".join(f"\n\n{chapter.code}" for chapter in chapters)
    return {
        ".gitignore": IGNORED,
        "CHANGELOG.md": CHANGELOG + sections,
        "LICENSE": LICENSE,
        "README.md": README,
        "pyproject.toml": PYPROJECT.format(version=newest.version, author=IDENTITY[0], email=IDENTITY[1]),
        f"src/{PACKAGE}/__init__.py": code,
        f"src/{PACKAGE}/py.typed": "",
        f"tests/test_{PACKAGE}.py": TEST,
    }


def _git(directory: Path, *words: str, at: str = HISTORY[-1].moment) -> None:
    """Run git as if this user had configured nothing."""
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    inherited = {name: value for name, value in git_environment(os.environ).items() if not name.startswith("GIT_")}
    environment = inherited | {
        "GIT_AUTHOR_DATE": at,
        "GIT_COMMITTER_DATE": at,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    run(["git", *settings, *words], cwd=directory, env=environment, timeout=SECONDS)
