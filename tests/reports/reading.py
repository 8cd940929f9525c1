"""Ways into a JSON document that are true to its types, and a terminal that is read as a terminal reads."""

import os
import threading
from pathlib import Path
from typing import TextIO

from tagship.reports.documents.writing import Document, Json


def at(content: Json, *path: str | int) -> Json:
    """What stands at a path of keys and positions."""
    for step in path:
        if isinstance(step, str):
            assert isinstance(content, dict)

            content = content[step]
        else:
            assert isinstance(content, list)

            content = content[step]
    return content


def objects(content: Json, *path: str | int) -> list[Document]:
    """The list of objects that stands at a path."""
    found = at(content, *path)

    assert isinstance(found, list)

    return [each for each in found if isinstance(each, dict)]


class Terminal:
    """A pseudo-terminal whose other end is read all the time, as a terminal does."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self._here, there = os.openpty()
        self.stream: TextIO = Path(os.ttyname(there)).open("w", encoding=encoding)  # noqa: SIM115 -- read() closes it
        os.close(there)
        self._read = bytearray()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        while True:
            try:
                got = os.read(self._here, 65536)
            except OSError:  # the other end was closed
                return
            if not got:
                return
            self._read += got

    def so_far(self) -> str:
        """What was written until now."""
        return self._read.decode("utf-8", "replace").replace("\r\n", "\n")

    def read(self) -> str:
        """Close the stream; everything that was written to it."""
        if not self.stream.closed:
            self.stream.close()
            self._reader.join(10)
            os.close(self._here)
        return self._read.decode("utf-8").replace("\r\n", "\n")
