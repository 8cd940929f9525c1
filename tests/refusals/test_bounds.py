"""What a hostile file may cost, whatever is in it: the whole command in ten seconds and three hundred megabytes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from refusals.hostile import HOSTILE, METADATA
from refusals.sending import Sender
from tagship.checks.engine import MOST_FINDINGS
from tagship.errors import Exit
from tagship.rehearsal.index import StandInIndex

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.slow

SECONDS = 10
SURVIVED_WITHIN = 30
"""Seconds of work of the stand-in and of who sends to it, with whatever traces the tests."""
MEBIBYTES = 300
PATIENCE = 120
"""Seconds on the clock of a machine that has other things to do."""
VALIDATE = f"""
import resource, sys
from pathlib import Path
from tagship.cli import main

size = Path("/proc/self/statm")
used = int(size.read_text().split()[0]) * resource.getpagesize() if size.exists() else 700 << 20
resource.setrlimit(resource.RLIMIT_AS, (used + ({MEBIBYTES} << 20),) * 2)
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS + 1}))
sys.exit(main(["-C", str(Path(sys.argv[1]).parent), "validate", "--no-install", "--offline", *sys.argv[1:]]))
"""
LARGEST_REPORT = 4 << 20
TEXTS = (
    "headers of every name",
    "lines that are no headers",
    "many findings",
    "long findings",
    "requirements that nest",
    "requirements in brackets",
    "versions of every kind",
    "expressions that nearly match",
    "a table of many cells",
    "lists inside of lists",
    "a title under every line",
    "emphasis without an end",
    "substitutions of substitutions",
    "references to nowhere",
)
"""Files whose metadata takes long to read, which an uploader sends in a form."""
FORMS = ("terminal", "json", "github", "markdown", "sarif", "junit")


def validated(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The command on a file, and everything that it costs within bounds."""
    argv = [sys.executable, "-c", VALIDATE, *map(str, words)]
    return subprocess.run(argv, capture_output=True, check=False, text=True, encoding="utf-8", timeout=PATIENCE)


@pytest.fixture(scope="module", params=HOSTILE)
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every hostile file in turn, made once for all who look at it: to make it costs as much as to read it."""
    return HOSTILE[request.param].make(tmp_path_factory.mktemp("hostile"))


def test_a_hostile_file_costs_little(hostile: Path) -> None:
    done = validated(hostile, "--json")

    assert done.returncode in {Exit.BLOCKED, Exit.UNKNOWN}, done.stderr
    assert "Traceback" not in done.stderr
    checks = json.loads(done.stdout)["checks"]
    assert [each for each in checks if "itself broke" in (each["reason"] or "")] == []
    assert all(len(each["findings"]) <= MOST_FINDINGS + 1 for each in checks)
    assert len(done.stdout) < LARGEST_REPORT


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["many findings", "long findings"])
def test_what_is_said_of_it_is_short_enough_in_every_format(tmp_path: Path, name: str, form: str) -> None:
    path = HOSTILE[name].make(tmp_path)

    done = validated(path, "--format", form)

    assert (done.returncode, "Traceback" in done.stderr) == (Exit.BLOCKED, False), done.stderr
    assert len(done.stdout) < LARGEST_REPORT


@pytest.mark.timeout(SURVIVED_WITHIN)
def test_the_stand_in_index_survives_it(hostile: Path) -> None:
    with StandInIndex() as index:
        sender = Sender(index)
        answer = sender.send_as(hostile, METADATA)
        sender.close()

        assert answer.status in {200, 400}, answer.text
        assert index.server.crashes == []


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.timeout(SURVIVED_WITHIN)
def test_the_stand_in_index_survives_what_it_says_of_itself(tmp_path: Path, name: str) -> None:
    path = HOSTILE[name].make(tmp_path)
    with StandInIndex() as index:
        sender = Sender(index)
        answer = sender.send(path)
        sender.close()

        assert answer.status in {200, 400, 413}, answer.text
        assert index.server.crashes == []
