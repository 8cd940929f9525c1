"""The stand-in index as those who measure see it: started, asked where it is, ended."""

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.place import CHECKOUT, Environment, surroundings
from bench.series import UnmeasurableError

END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where an index answers, and the token that it takes."""

    simple: str
    upload: str
    token: str = field(repr=False)


class RunningIndex:
    """An index in a process of its own, so that its time is not ours; `renew` gives an empty one in its place."""

    def __init__(self, environment: Environment, served: Path | None = None) -> None:
        self._argv = [str(environment.python), "-m", "bench.stand_in", *([] if served is None else [str(served)])]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._argv, cwd=CHECKOUT, env=surroundings(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        said = self._process.stdout.readline() if self._process.stdout else ""
        if not said:
            self._end()
            raise UnmeasurableError("the stand-in index does not start")
        self.address = Address(**json.loads(said))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def renew(self) -> None:
        """Replace the index by one that has seen nothing, at another address."""
        self._end()
        self.__enter__()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with process:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
