"""A stand-in index as a process of its own: `python -m bench.stand_in [FOLDER]`, where tagship is installed.

Serves the files of a folder from the start. Prints one JSON object with the keys `simple`, `upload` and `token`, and
answers until its standard input ends.
"""

import json
import sys
from pathlib import Path

from tagship.rehearsal.index import StandInIndex


def main(folders: list[str]) -> None:
    with StandInIndex() as index:
        for folder in folders:
            for path in sorted(Path(folder).iterdir()):
                index.seed(path)
        endpoints = index.endpoints
        print(json.dumps({"simple": endpoints.simple, "upload": endpoints.upload, "token": index.token}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
