"""Installs what the tests run on Node: GitHub's workflow parser and API description, and a runner for GitLab's jobs.

`python -m tools.node` puts exact versions into `.node/`, with npm as it is configured; whatever is there already
stays. One of them calls rsync: where that is missing, Debian's package is unpacked beside them, for which nobody has to
be root. It ends with 1 where something cannot be had, and the tests that need it are then skipped with the reason.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

PLACE = Path(__file__).resolve().parent.parent / ".node"
INSTALLED = PLACE / "node_modules"
PROGRAMS = PLACE / "bin"
PACKAGES: Mapping[str, str] = {
    "@actions/expressions": "0.3.61",
    "@actions/workflow-parser": "0.3.61",
    "@octokit/openapi": "23.0.2",
    "gitlab-ci-local": "4.63.0",  # newer ones ask for a newer Node than distributions have
}
BEFORE = "2026-11-15"
"""What these packages need in turn is taken as it was on that day, so that an installation can be repeated."""
DEBIAN = ("rsync", "libpopt0")
SECONDS = 600


def installed(name: str) -> str | None:
    """The version of a package that is installed, None where it is not."""
    try:
        told: object = json.loads((INSTALLED / name / "package.json").read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError):
        return None
    return str(told)


def rsync() -> Path | None:
    """Where rsync is: on PATH, or unpacked here."""
    found = shutil.which("rsync") or shutil.which("rsync", path=str(PROGRAMS))
    return None if found is None else Path(found)


def main() -> int:
    """Install what is missing; the exit code."""
    problems = [*_install_packages(), *_unpack_rsync()]
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201 -- what this program has to say
    return 1 if problems else 0


def _install_packages() -> Iterator[str]:
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items() if installed(name) != version]
    if not wanted:
        return
    npm = shutil.which("npm")
    if npm is None:
        yield "npm is not installed: install Node.js 20 or newer"
        return
    PLACE.mkdir(exist_ok=True)
    options = ("--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", f"--before={BEFORE}")
    everything = [f"{name}@{version}" for name, version in PACKAGES.items()]
    done = _run([npm, "install", *options, f"--prefix={PLACE}", *everything], PLACE)
    if done.returncode != 0:
        yield f"npm could not install {' '.join(wanted)}: {done.stderr.strip()}"
        return
    for path in (INSTALLED / "@octokit" / "openapi" / "generated").iterdir():
        if not path.name.startswith("api.github.com."):  # nearly 400 MB of other editions
            path.unlink()


def _unpack_rsync() -> Iterator[str]:
    if rsync() is not None:
        return
    apt, unpack = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or unpack is None:
        yield "rsync is not installed: install it with the system's package manager"
        return
    target = PLACE / "debian"
    with tempfile.TemporaryDirectory(prefix="debian-") as folder:
        done = _run([apt, "download", *DEBIAN], Path(folder))
        for package in Path(folder).glob("*.deb"):
            done = done if done.returncode else _run([unpack, "-x", str(package), str(target)], Path(folder))
    if done.returncode != 0:
        yield f"rsync could not be fetched: {done.stderr.strip()}; run apt-get update, or install it yourself"
        return
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    libraries = os.pathsep.join(map(str, (target / "usr" / "lib").glob("*-linux-*")))
    program = PROGRAMS / "rsync"
    program.write_text(
        f'#!/bin/sh\nLD_LIBRARY_PATH="{libraries}" exec "{target}/usr/bin/rsync" "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)


def _run(argv: list[str], place: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(argv, cwd=place, capture_output=True, check=False, text=True, timeout=SECONDS)


if __name__ == "__main__":
    sys.exit(main())
