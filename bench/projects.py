"""The repositories that are measured on: `python -m bench.projects KIND DIRECTORY`, where tagship is installed.

Prints one JSON object: `remote` is the bare repository, `tag` the one to ship, `version` its version. What an index
served before lies in `served` below the directory.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.append(str(CHECKOUT / "tests"))

from history import NAME, make_history  # noqa: E402 -- one generator, which the tests use as well
from repositories import Repo  # noqa: E402 -- as above
from servers.handmade import make_sdist, make_wheel  # noqa: E402 -- as above
from tagship.rehearsal.sample import HISTORY, make_sample  # noqa: E402 -- sorted with those above

VERSION = "1.0.0"
HATCHLING = {
    ".gitignore": "dist/\ndist.manifest.json\ndist.receipt.json\n",
    "CHANGELOG.md": f"# Changelog\n\n## {VERSION} - 2026-01-05\n\n### Added\n\n- `double()` doubles.\n",
    "README.md": "# doubling\n\nDoubles numbers.\n",
    "pyproject.toml": (
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n'
        f'[project]\nname = "doubling"\nversion = "{VERSION}"\ndescription = "Doubles numbers."\n'
        'readme = "README.md"\nrequires-python = ">=3.9"\n'
    ),
    "src/doubling/__init__.py": '"""Doubles numbers."""\n\n\ndef double(x: int) -> int:\n    return 2 * x\n',
}


def large(directory: Path) -> dict[str, str]:
    """The history of a busy project, every earlier version of which the index serves, as wheel and sdist."""
    made = make_history(directory / "project")
    served = directory / "served"
    served.mkdir()
    *earlier, newest = made.on_main
    for tag in (*earlier, *made.on_the_line):
        make_wheel(served, NAME, tag.removeprefix("v"))
        make_sdist(served, NAME, tag.removeprefix("v"))
    return _described(made.remote, newest)


def sample(directory: Path) -> dict[str, str]:
    """The sample of the rehearsal, built by flit."""
    project = make_sample(directory / "project")
    return _described(project.with_name("project.git"), f"v{HISTORY[-1].version}")


def hatchling(directory: Path) -> dict[str, str]:
    """A project of one module, built by hatchling."""
    repo = Repo.new(directory / "project")
    repo.commit(HATCHLING)
    tag = repo.tag(f"v{VERSION}")
    repo.push()
    return _described(repo.remote, tag)


def _described(remote: Path, tag: str) -> dict[str, str]:
    return {"remote": str(remote), "tag": tag, "version": tag.removeprefix("v")}


KINDS: dict[str, Callable[[Path], dict[str, str]]] = {"large": large, "sample": sample, "hatchling": hatchling}


def main(kind: str, directory: str) -> None:
    print(json.dumps(KINDS[kind](Path(directory))))


if __name__ == "__main__":
    main(*sys.argv[1:])
