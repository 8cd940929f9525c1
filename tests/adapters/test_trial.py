"""A project's own command, run in a copy: whatever it does, it ends, and what it said last is quoted."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tagship.adapters.trial import network_was_missing, run_trial, telling, trial_environment
from tagship.domain.branch import Trial
from tagship.errors import Edit, FactUnknown

LONG = 60.0


def environment(place: Path, environ: Mapping[str, str] | None = None, *, source: bool = True) -> dict[str, str]:
    return trial_environment(
        os.environ if environ is None else environ,
        project=place / "project",
        copy=place,
        room=place / "room",
        environment=None,
        source=source,
    )


def tried(
    place: Path, argv: Sequence[str], *, seconds: float = LONG, stop: threading.Event | None = None
) -> tuple[Trial, list[str]]:
    lines: list[str] = []
    trial = run_trial(argv, place, environ=environment(place), seconds=seconds, on_line=lines.append, stop=stop)
    return trial, lines


def python(place: Path, code: str, **more: object) -> tuple[Trial, list[str]]:
    return tried(place, [sys.executable, "-c", code], **more)  # type: ignore[arg-type]  # the keywords of tried


def pytest_in(place: Path, files: Mapping[str, str], *arguments: str) -> Trial:
    for name, content in files.items():
        (place / name).write_text(content, encoding="utf-8")
    return tried(place, [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments])[0]


def is_alive(number: int) -> bool:
    """Whether a process runs; one that is dead and not yet taken note of does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def ends(number: int) -> bool:
    deadline = time.monotonic() + 5
    while is_alive(number) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(number)


# -- how it ends ------------------------------------------------------------------------------------------------------


def test_what_passes_says_its_last_line(tmp_path: Path) -> None:
    trial, lines = python(tmp_path, "print('one'); print(); print('two')")

    assert trial.passed
    assert trial.tail == ("one", "two")
    assert lines == ["one", "", "two"]


@pytest.mark.timeout(60)
def test_what_hangs_is_ended_with_all_its_children(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )

    trial, lines = python(tmp_path, code, seconds=1.0)

    assert trial.ended is None
    assert not trial.passed
    assert trial.tail == (lines[0],)
    assert ends(int(lines[0]))


@pytest.mark.timeout(60)
def test_a_daemon_that_keeps_the_pipe_is_not_waited_for(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid)\n"
    )

    trial, lines = python(tmp_path, code)

    assert trial.passed
    assert ends(int(lines[0]))


@pytest.mark.timeout(60)
def test_a_daemon_with_a_session_of_its_own_holds_nobody_up(tmp_path: Path) -> None:
    """It is found by the mark in its environment, and ended as well."""
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        "print(child.pid)\n"
    )

    trial, lines = python(tmp_path, code)

    assert trial.passed
    assert ends(int(lines[0]))


@pytest.mark.slow
def test_a_flood_is_neither_kept_nor_a_hindrance(tmp_path: Path) -> None:
    """Run in a process of its own, whose memory can be measured."""
    flood = "import sys\nfor _ in range(4000): sys.stdout.write('x' * 99999 + chr(10))\nsys.exit(3)"
    code = (
        "import os, resource, sys\nfrom pathlib import Path\nfrom tagship.adapters.trial import run_trial\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"trial = run_trial([sys.executable, '-c', {flood!r}], Path.cwd(), environ=dict(os.environ), seconds=120,"
        " on_line=lambda line: None)\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(trial.ended, len(trial.tail), max(map(len, trial.tail)), after - before)\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True, timeout=200
    )

    ended, lines, longest, grown = map(int, done.stdout.split())
    assert ended == 3
    assert lines == 15
    assert longest <= 401
    assert grown < 60_000, "kilobytes, after 400 megabytes of output"


def test_a_line_without_end_is_told_in_pieces(tmp_path: Path) -> None:
    _, lines = python(tmp_path, "import sys; sys.stdout.write('x' * 1_000_000)")

    assert sum(map(len, lines)) == 1_000_000
    assert max(map(len, lines)) < 300_000


def test_a_command_that_is_not_there_is_no_failure_of_the_tests(tmp_path: Path) -> None:
    with pytest.raises(FactUnknown, match="no-such-program is not installed") as missing:
        tried(tmp_path, ["no-such-program"])

    assert isinstance(missing.value.remedy, Edit)


def test_neither_is_a_runner_that_is_not_there(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "bare"], cwd=tmp_path, check=True, timeout=60)

    with pytest.raises(FactUnknown, match="pytest is not installed"):
        tried(tmp_path, [str(tmp_path / "bare" / "bin" / "python"), "-m", "pytest"])


def test_a_test_that_misses_a_module_is_one(tmp_path: Path) -> None:
    trial = pytest_in(tmp_path, {"test_it.py": "import nowhere_at_all\n"})

    assert trial.ended == 2
    assert any("No module named 'nowhere_at_all'" in line for line in trial.tail)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_no_failure_of_the_tests(tmp_path: Path) -> None:
    with pytest.raises(FactUnknown, match="the disk was full") as full:
        python(tmp_path, "open('/dev/full', 'w').write('x' * 99999)")

    assert "TMPDIR" in str(full.value.remedy)


def test_somebody_else_may_stop_it(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()

    with pytest.raises(FactUnknown, match="stopped"):
        python(tmp_path, "import time; time.sleep(600)", stop=stop)


def test_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    """A real Ctrl-C: SIGINT to the process group of a real child, which runs a trial."""
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom tagship.adapters.trial import run_trial\n"
        "run_trial([sys.executable, '-c', 'import os, time; print(os.getpid(), flush=True); time.sleep(600)'],"
        " Path.cwd(), environ=dict(os.environ), seconds=300, on_line=lambda line: print(line, flush=True))\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        inner = int(process.stdout.readline())

        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=30)

    assert "KeyboardInterrupt" in said
    assert ends(inner)


# -- what it sees -----------------------------------------------------------------------------------------------------


def test_no_credential_reaches_it_and_no_bytecode_leaves_it(tmp_path: Path) -> None:
    outside = {"PATH": os.environ["PATH"], "DEPLOY_TOKEN": "x", "FORCE_COLOR": "1", "PYTEST_ADDOPTS": "-q", "LANG": "C"}

    seen = environment(tmp_path, outside)

    assert "DEPLOY_TOKEN" not in seen
    assert "FORCE_COLOR" not in seen
    assert seen["PYTHONDONTWRITEBYTECODE"] == "1"
    assert seen["PYTHONPYCACHEPREFIX"] == str(tmp_path / "room" / "bytecode")
    assert (seen["PYTEST_ADDOPTS"], seen["LANG"]) == ("-q", "C")


def test_the_copy_is_what_is_imported(tmp_path: Path) -> None:
    """Whether the user's own path leads into the project, or the project is installed: the copy comes first."""
    (tmp_path / "src").mkdir()
    outside = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "project" / "lib"), "/elsewhere"])}

    with_source = environment(tmp_path, outside)["PYTHONPATH"].split(os.pathsep)
    without = environment(tmp_path, outside, source=False)["PYTHONPATH"].split(os.pathsep)

    assert with_source == [str(tmp_path / "src"), str(tmp_path / "lib"), "/elsewhere"]
    assert without == [str(tmp_path / "lib"), "/elsewhere"]


def test_an_environment_counts_as_activated(tmp_path: Path) -> None:
    seen = trial_environment(
        {"PATH": "/bin"}, project=tmp_path, copy=tmp_path, room=tmp_path, environment=tmp_path / "env", source=False
    )

    assert seen["VIRTUAL_ENV"] == str(tmp_path / "env")
    assert seen["PATH"].endswith(f"{os.pathsep}/bin")
    assert seen["PATH"].startswith(str(tmp_path / "env"))


# -- what is quoted ---------------------------------------------------------------------------------------------------


def test_pytest_is_quoted_by_its_first_failure_and_its_summary(tmp_path: Path) -> None:
    files = {
        "test_it.py": "import pytest\n"
        "def test_good(): pass\n"
        "@pytest.mark.parametrize('number', range(3))\n"
        "def test_bad(number):\n    print('noise')\n    assert 1 + number == 10\n"
    }

    trial = pytest_in(tmp_path, files)

    assert trial.ended == 1
    assert trial.tail[:2] == ("E       assert (1 + 0) == 10", "FAILED test_it.py::test_bad[0] - assert (1 + 0) == 10")
    assert "3 failed, 1 passed" in trial.tail[-1]
    assert not any("noise" in line for line in trial.tail)


def test_coloured_output_is_quoted_plain(tmp_path: Path) -> None:
    trial = pytest_in(tmp_path, {"test_it.py": "def test_bad():\n    assert False\n"}, "--color=yes")

    assert trial.tail[0] == "E       assert False"
    assert not any("\x1b" in line for line in trial.tail)


def test_no_tests_have_an_exit_of_their_own(tmp_path: Path) -> None:
    trial = pytest_in(tmp_path, {"nothing.py": ""})

    assert trial.ended == 5


def test_unittest_is_quoted_by_its_last_block(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import unittest\n"
        "class It(unittest.TestCase):\n"
        "    def test_a(self): self.assertEqual(1, 2)\n"
        "    def test_b(self): raise ValueError('the cause')\n",
        encoding="utf-8",
    )

    trial, _ = tried(tmp_path, [sys.executable, "-m", "unittest"])

    assert trial.ended == 1
    assert trial.tail[0].startswith("FAIL: test_a")
    assert "AssertionError: 1 != 2" in trial.tail
    assert trial.tail[-1] == "FAILED (failures=1, errors=1)"


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        (["nox > Command pytest failed with exit code 1", "nox > Session tests failed."], "nox"),
        (
            [
                "py: exit 1 (0.31 seconds) /x> pytest pid=1",
                "  py: FAIL code 1 (1.2 seconds)",
                "  evaluation failed :( (1.3 seconds)",
            ],
            "tox",
        ),
        (["make: *** [Makefile:2: test] Error 1"], "make"),
    ],
)
def test_of_a_runner_of_runners_the_inner_one_is_quoted(after: list[str], kind: str) -> None:
    summary = "FAILED test_it.py::test_bad - assert False"
    inner = ["E   assert False", "", "=== short test summary info ===", summary, "=== 1 failed in 0.1s ==="]

    assert telling(["nox > Running session tests", *inner, *after]) == (inner[0], summary, inner[-1]), kind
    assert telling(["the inner tool's last word", "", *after]) == ("the inner tool's last word",)


def test_anything_else_is_quoted_by_its_last_lines() -> None:
    lines = [f"line {number}" for number in range(50)]

    assert telling([*lines, "", " "]) == tuple(lines[-15:])
    assert telling(["", ""]) == ()


def test_a_credential_in_an_address_is_not_quoted(tmp_path: Path) -> None:
    trial, lines = python(tmp_path, "import sys; print('from https://me:hidden@host.example/x'); sys.exit(1)")

    assert "hidden" not in "".join([*trial.tail, *lines])


def test_a_missing_network_is_recognised() -> None:
    offline = Trial(("nox",), 1, 1.0, ("error: Failed to fetch: `https://x.example`", "nox > Session failed"))
    failed = Trial(("nox",), 1, 1.0, ("E assert False",))

    assert network_was_missing(offline) == offline.tail[0]
    assert network_was_missing(failed) is None
