"""tagship as people run it: a process of its own, with nothing of this user and a place for temporary files."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jsonschema

import tagship
from repositories import SETTINGS
from tagship.adapters.interpreters import OWN
from tagship.domain.endpoints import Endpoints
from tagship.rehearsal.index import StandInIndex
from tagship.reports.documents import schema

SOURCE = Path(tagship.__file__).parents[1]
"""Where it is imported from: what is installed was compiled once, and not again by every process."""
SECONDS = 120
KEPT = ("PATH", "LANG", "SYSTEMROOT")
# A proxy that refuses everything: whoever would leave this machine fails instead.
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Said:
    """What a process said, and how it ended."""

    exit: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, object]:
        """The one JSON document on standard output, which is as its schema says."""
        content = json.loads(self.stdout)
        assert isinstance(content, dict)
        jsonschema.validate(content, schema(content["schema"].removeprefix("tagship-").removesuffix("/1")))
        return content

    def check(self, code: int) -> "Said":
        """This, after a look at the exit code and for tracebacks."""
        assert self.exit == code, (self.exit, self.stdout, self.stderr)
        assert "Traceback" not in self.stdout + self.stderr
        return self


class Commands:
    """Runs commands on one project; `home` holds what they leave in their home, `temporary` must end up empty."""

    def __init__(self, project: Path, place: Path) -> None:
        self.project = project
        self.home = place / "home"
        self.temporary = place / "temporary"
        self.home.mkdir(parents=True)
        self.temporary.mkdir()

    def environ(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        own = {
            "HOME": str(self.home),
            "PYTHONPATH": str(SOURCE),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "error",
            "TMPDIR": str(self.temporary),
            "HTTP_PROXY": NOWHERE,
            "HTTPS_PROXY": NOWHERE,
            "NO_PROXY": "127.0.0.1",
            "UV_NO_CONFIG": "1",
            **SETTINGS,
        }
        return kept | own | more

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "tagship", "-C", str(self.project), *words]

    def run(self, *words: str, stdin: str = "", variables: Mapping[str, str] | None = None) -> Said:
        """Run a command to its end."""
        done = subprocess.run(
            self.argv(*words),
            cwd=self.home,
            env=self.environ(**(variables or {})),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    @contextlib.contextmanager
    def started(self, *words: str, variables: Mapping[str, str] | None = None) -> Iterator["subprocess.Popen[str]"]:
        """A command that is running; it is made to end with the block, if it has not ended by then."""
        with subprocess.Popen(
            self.argv(*words),
            cwd=self.home,
            env=self.environ(**(variables or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()


def to(endpoints: Endpoints) -> Sequence[str]:
    """The options that lead a command to an index."""
    return "--index", endpoints.simple, "--upload-url", endpoints.upload


def ship_to(endpoints: Endpoints, *more: str) -> Sequence[str]:
    """`ship` with a token, without asking and without a code host; the files are tried with our own Python alone."""
    return "ship", *to(endpoints), "--auth", "token", "--python", OWN.version, "--yes", "--host", "none", *more


def after(statement: str, argv: Sequence[str]) -> list[str]:
    """A command whose process first carries out a Python statement."""
    return [sys.executable, "-c", f"import os, sys; {statement}; os.execv(sys.argv[1], sys.argv[1:])", *argv]


def token_of(index: StandInIndex) -> dict[str, str]:
    return {"TAGSHIP_TOKEN": index.token}


def end(process: "subprocess.Popen[str]", number: signal.Signals) -> Said:
    """Send a signal, and wait for what it comes to."""
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=SECONDS)
    return Said(process.returncode, stdout, stderr)


def wait_for(condition: Callable[[], bool], process: "subprocess.Popen[str] | None" = None) -> None:
    """Wait until something is so; fails where the process ends first."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
