"""A server that runs as a child process on loopback, and an index that it serves."""

import contextlib
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tagship.domain.credential import Credential, Secret
from tagship.domain.endpoints import Endpoints
from tagship.rehearsal.tokens import TokenDesk

START_SECONDS = 60.0
END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class RunningIndex:
    """Where an index answers, and who may upload to it."""

    endpoints: Endpoints
    username: str
    password: str = field(repr=False)

    @property
    def credential(self) -> Credential:
        """User name and password as tagship's own uploader takes them."""
        return Credential(self.username, Secret(self.password, origin="the test's own server"))


def invented_token() -> str:
    """A password for this run alone, in the shape of a token."""
    return TokenDesk("127.0.0.1").issue("nobody")


def free_port() -> int:
    """A port on loopback that nobody listened to a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(argv: Sequence[str], url: str, log: Path) -> Iterator[None]:
    """Run a server until the block ends; raises RuntimeError with its last words if it never answers at `url`."""
    with log.open("wb") as sink:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT)
        try:
            _wait_until_it_answers(process, url, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_it_answers(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError as answered:
            answered.close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer:\n{log.read_text(errors='replace')[-2000:]}")
