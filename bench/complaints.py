"""Who complains about how many bad files: `python -m bench.complaints DIRECTORY`, where tagship is installed.

Makes in the directory one folder for each file that is bad in a way of which some peer complains, and prints how
many of them tagship judges otherwise; the files are the tests' own.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from refusals.crafted import Make
from refusals.peers import COMPLAINTS, OTHERWISE


def make_all(directory: Path) -> None:
    """The bad files, each in a folder of its own: one or more for every code of a peer's."""
    for number, complaint in enumerate(COMPLAINTS):
        _make(complaint.make, directory / f"{number:02}-{complaint.check}")
    for code, (make, _) in OTHERWISE.items():
        _make(make, directory / code)


def _make(make: Make, folder: Path) -> None:
    folder.mkdir(parents=True)
    make(folder)


if __name__ == "__main__":
    make_all(Path(sys.argv[1]))
    print(len(OTHERWISE))
