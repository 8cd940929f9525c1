"""A real git server: git http-backend behind Python's HTTP server on loopback, and clones that talk to it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from repositories import IDENTITY, SETTINGS

SECONDS = 60
PATH = os.pathsep.join([str(Path(sys.executable).resolve().parent), os.environ["PATH"]])
"""With this Python first: each hook starts `python3`, and what chooses among several takes longer than the hook."""
ENVIRONMENT = {"PATH": PATH, "LC_ALL": "C.UTF-8", **SETTINGS, **IDENTITY}


@dataclass(frozen=True)
class Ended:
    """How git ended, and all that it said."""

    code: int
    said: str

    @property
    def refused(self) -> bool:
        return self.code != 0


@dataclass(frozen=True)
class Clone:
    """A working tree, or a bare repository."""

    path: Path

    def try_git(self, *words: str, **variables: str) -> Ended:
        """Run git, however it ends."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.path,
            env={**ENVIRONMENT, "HOME": str(self.path), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=SECONDS,
        )
        return Ended(done.returncode, done.stdout.decode("utf-8", "replace"))

    def git(self, *words: str, **variables: str) -> str:
        """Run git, which must succeed; what it says without the last line end."""
        ended = self.try_git(*words, **variables)
        assert ended.code == 0, (words, ended.said)
        return ended.said.rstrip("\n")

    def commit(self, name: str = "file", message: str = "Change", content: str | None = None) -> str:
        """Commit one file; the commit's name."""
        (self.path / name).write_text(message if content is None else content, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def push(self, *words: str) -> Ended:
        """Push to the server."""
        return self.try_git("push", *words)

    def tip(self, ref: str = "HEAD") -> str:
        return self.git("rev-parse", ref)


def backend(top: Path) -> type[BaseHTTPRequestHandler]:
    """What hands every request to git http-backend, as a web server with a login does."""

    class Backend(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._hand_over(b"")

        def do_POST(self) -> None:
            self._hand_over(self._body())

        def _body(self) -> bytes:
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length", "0")))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def _hand_over(self, body: bytes) -> None:
            path, _, query = self.path.partition("?")
            variables: Mapping[str, str] = {
                "GIT_PROJECT_ROOT": str(top),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "REMOTE_USER": "ada",
                "REMOTE_ADDR": "127.0.0.1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
            }
            done = subprocess.run(
                ["git", "http-backend"],
                env={**ENVIRONMENT, **variables},
                input=body,
                capture_output=True,
                check=False,
                timeout=SECONDS,
            )
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            headers = [line.partition(": ")[::2] for line in head.decode().splitlines()]
            self.send_response(int(dict(headers).get("Status", "200").split(" ")[0]))
            for name, value in headers:
                if name != "Status":
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 -- the name of the base class
            """Nobody reads a log of it."""

    return Backend


@contextmanager
def serving(top: Path) -> Iterator[str]:
    """Serve the bare repositories in a directory; the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), backend(top))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(SECONDS)
