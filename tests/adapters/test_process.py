"""Processes: what they are given, how they end, and that nothing of them stays."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import pytest

from tagship.adapters.process import Conversation, ProcessFailed, run, title
from tagship.adapters.said import first_complaint, last_lines
from tagship.adapters.signals import termination_interrupts
from tagship.adapters.surroundings import build_environment, clean_environment, git_environment
from tagship.errors import FactUnknown, UsageError

PYTHON = sys.executable
# Starts a grandchild in the same group, tells its number, and waits with it.
PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(60)\n"
)


def script(text: str) -> list[str]:
    return [PYTHON, "-c", text]


def gone(pid: int) -> bool:
    """Whether a process ends within two seconds; one that nobody waited for counts as ended."""
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "\nState:\tZ" in status.read_text(encoding="utf-8"):
            return True
        time.sleep(0.02)
    return False


def test_output_errors_and_exit_are_kept_apart() -> None:
    completed = run(
        script("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"), timeout=20, check=False
    )

    assert (completed.stdout, completed.stderr, completed.returncode) == (b"out\n", b"err\n", 3)


def test_standard_input_is_closed_unless_given() -> None:
    reader = script("import sys; sys.stdout.write(repr(sys.stdin.read()))")

    assert run(reader, timeout=20).text == "''"
    assert run(reader, timeout=20, stdin=b"words").text == "'words'"


def test_a_failure_is_told_by_its_first_meaningful_line() -> None:
    with pytest.raises(ProcessFailed) as caught:
        run(
            script("import sys; print('warning: hm\\n\\nfatal: no such thing\\nmore', file=sys.stderr); sys.exit(2)"),
            timeout=20,
        )

    assert caught.value.message.endswith("failed: no such thing")
    assert caught.value.completed.returncode == 2


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    completed = run([PYTHON, "-c", "import sys; print(sys.argv[1])", "$(touch x); *"], cwd=tmp_path, timeout=20)

    assert completed.text == "$(touch x); *\n"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_program_is_told_with_a_remedy() -> None:
    with pytest.raises(UsageError) as caught:
        run(["no-such-program-at-all"], timeout=5)

    assert "no-such-program-at-all" in caught.value.message
    assert caught.value.remedy is not None


def test_a_missing_directory_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        run([PYTHON, "-V"], cwd=tmp_path / "nowhere", timeout=5)

    assert "nowhere" in caught.value.message


def test_a_program_that_may_not_be_run(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n", encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        run([str(program)], timeout=5)

    assert caught.value.remedy is not None


@pytest.mark.parametrize("followed", [False, True])
def test_time_out_ends_the_whole_group(tmp_path: Path, followed: bool) -> None:  # noqa: FBT001 -- a parameter
    note = tmp_path / "pid"
    parent = PARENT.replace("print(child.pid, flush=True)", f"open({str(note)!r}, 'w').write(str(child.pid))")

    with pytest.raises(FactUnknown, match="took longer than 1 seconds"):
        run(script(parent), timeout=1, on_line=(lambda _: None) if followed else None)

    assert gone(int(note.read_text(encoding="utf-8")))


@pytest.mark.timeout(50)
def test_a_child_that_ignores_the_request_to_end_is_made_to() -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    )
    seen: list[str] = []

    with pytest.raises(FactUnknown):
        run(script(stubborn), timeout=1, on_line=seen.append)

    assert seen == ["ready"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interruption_ends_the_whole_group(number: signal.Signals, tmp_path: Path) -> None:
    """The interruption comes from outside while a child with a child of its own runs."""
    program = (
        "import pathlib, sys\n"
        "from tagship.adapters.process import run\n"
        "try:\n"
        f"    run([sys.executable, '-c', {PARENT!r}], timeout=50, on_line=lambda pid: print(pid, flush=True))\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', flush=True)\n"
    )
    source = Path(__file__).parents[2] / "src"
    with subprocess.Popen(
        script(program), cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(source)}, stdout=subprocess.PIPE, text=True
    ) as ours:
        assert ours.stdout is not None
        grandchild = int(ours.stdout.readline())
        ours.send_signal(number)
        rest = ours.stdout.read()

    assert rest == "interrupted\n"
    assert gone(grandchild)


def test_lines_are_seen_as_they_come_and_errors_among_them() -> None:
    seen: list[str] = []
    speaker = "import sys; print('a', flush=True); print('b', file=sys.stderr, flush=True); sys.stdout.write('c')"

    completed = run(script(speaker), timeout=20, on_line=seen.append)

    assert seen == ["a", "b", "c"]
    assert completed.stdout == b"a\nb\nc"


def test_an_onlooker_that_fails_ends_the_process() -> None:
    pids: list[int] = []

    def refuse(line: str) -> None:
        pids.append(int(line))
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        run(script(PARENT), timeout=50, on_line=refuse)

    assert gone(pids[0])


def test_much_output_does_not_block() -> None:
    completed = run(
        script("import sys; sys.stdout.write('x' * 5_000_000); sys.stderr.write('y' * 5_000_000)"), timeout=30
    )

    assert (len(completed.stdout), len(completed.stderr)) == (5_000_000, 5_000_000)


def test_signal_handlers_are_as_before() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with termination_interrupts():
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL

    assert signal.getsignal(signal.SIGTERM) is before


def test_runs_outside_the_main_thread() -> None:
    said: list[bytes] = []
    worker = threading.Thread(target=lambda: said.append(run(script("print('there')"), timeout=20).stdout))
    worker.start()
    worker.join()

    assert said == [b"there\n"]


class TestConversation:
    def echo(self, tmp_path: Path, text: str) -> Conversation:
        return Conversation(script(text), cwd=tmp_path, env=dict(os.environ))

    def test_questions_and_answers(self, tmp_path: Path) -> None:
        talk = self.echo(tmp_path, "import sys\nfor line in sys.stdin: print(line.strip().upper(), flush=True)")

        answers = [talk.ask(word, whole_line, timeout=20) for word in (b"one\n", b"two\n")]
        talk.close()
        talk.close()

        assert answers == [b"ONE\n", b"TWO\n"]

    def test_no_answer_in_time_is_unknown(self, tmp_path: Path) -> None:
        talk = self.echo(tmp_path, "import time; time.sleep(60)")

        with pytest.raises(FactUnknown, match=r"gave no answer for 0\.5 seconds"):
            talk.ask(b"well?\n", whole_line, timeout=0.5)

    def test_an_early_end_is_told_in_its_own_words(self, tmp_path: Path) -> None:
        talk = self.echo(tmp_path, "import sys; sys.exit('fatal: broken pack')")

        with pytest.raises(FactUnknown, match="failed: broken pack"):
            talk.ask(b"well?\n", whole_line, timeout=20)


def whole_line(source: BinaryIO) -> bytes:
    line = source.readline()
    if not line:
        raise EOFError
    return line


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        (
            b"fatal: unable to access 'https://me:word@host.example/x': no\n",
            "unable to access 'https://host.example/x': no",
        ),
        (b"remote: Repository not found.\nfatal: repository gone\n", "Repository not found."),
        (b"@@@@@@@@\n@    WARNING: IDENTIFICATION HAS CHANGED!  @\n", "@    WARNING: IDENTIFICATION HAS CHANGED!  @"),
        (
            b"remote: you sent Authorization: Basic bWU6d29yZC13b3JkLXdvcmQ=, and that is wrong\n",
            "you sent Authorization: Basic [credential], and that is wrong",
        ),
        (b"error: basic infrastructure-as-code is missing\n", "basic infrastructure-as-code is missing"),
        (b"warning: redirecting\nhint: do\nerror: fatal: real\n", "real"),
        (b"\n  \n", ""),
    ],
)
def test_first_complaint(output: bytes, complaint: str) -> None:
    assert first_complaint(output) == complaint


def test_last_lines_leave_out_what_is_empty_and_what_is_secret() -> None:
    output = b"first\n\nsecond\nat ssh://user:word@host/x\n\n"

    assert last_lines(output, 2) == "second\nat ssh://host/x"


def test_title_names_the_command_and_nothing_else() -> None:
    assert title(["/usr/bin/git", "-c", "a.b=c", "fetch", "--quiet", "origin"]) == "git fetch"


ENVIRON: Mapping[str, str] = {
    "PATH": "/bin", "HOME": "/home/me", "HTTPS_PROXY": "http://proxy", "UV_INDEX_URL": "http://mirror",
    "UV_KEYRING_PROVIDER": "subprocess", "GIT_SSH_COMMAND": "ssh -v", "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "a.b", "GIT_ASKPASS": "/bin/ask",
    "GITHUB_TOKEN": "-", "Twine_Password": "-", "SIGNING_KEY": "-", "MY_KEY_ID": "-", "SOME_SECRET": "-",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "-", "GOOGLE_APPLICATION_CREDENTIALS": "-", "CI_JOB_JWT_V2": "-",
    "CI_REPOSITORY_URL": "-", "DB_PASSWD": "-", "HATCH_INDEX_AUTH": "-", "DOCKER_AUTH_CONFIG": "-", "DB_PASS": "-",
    "DB_PWD": "-", "AZURE_CREDS": "-", "SLACK_WEBHOOK_URL": "-", "SESSION_COOKIE": "-", "SSHPRIVATEKEY": "-",
    "PWD": "/home/me", "XAUTHORITY": "/home/me/.x", "SSH_AUTH_SOCK": "/run/agent",
    "SETUPTOOLS_SCM_PRETEND_VERSION": "9", "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_X": "9", "PBR_VERSION": "9",
    "POETRY_DYNAMIC_VERSIONING_BYPASS": "9", "UV_DYNAMIC_VERSIONING_BYPASS": "9", "HATCH_VCS_PRETEND_VERSION": "9",
    "PYTHONPATH": "-", "PYTHONHOME": "-", "VIRTUAL_ENV": "-",
    "GIT_DIR": "-", "GIT_INDEX_FILE": "-", "GIT_WORK_TREE": "-", "LANGUAGE": "de",
}  # fmt: skip


def test_project_code_sees_no_secret_no_version_and_no_other_interpreter() -> None:
    seen = clean_environment(ENVIRON)

    # Git's configuration by variables may hold a header with a token, and is refused unless it is whole.
    assert set(seen) == {
        "PATH", "HOME", "HTTPS_PROXY", "UV_INDEX_URL", "UV_KEYRING_PROVIDER", "GIT_SSH_COMMAND",
        "GIT_ASKPASS", "LANGUAGE", "PWD", "XAUTHORITY", "SSH_AUTH_SOCK",
    }  # fmt: skip


def test_builds_see_the_commits_time() -> None:
    seen = build_environment(ENVIRON, epoch=1_700_000_000, ceiling="/shop")

    assert seen["SOURCE_DATE_EPOCH"] == "1700000000"
    assert seen["TZ"] == "UTC"
    assert "GITHUB_TOKEN" not in seen


def test_git_sees_its_settings_and_no_other_repository() -> None:
    seen = git_environment(ENVIRON)

    assert {"GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0"} <= set(seen)
    assert not {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "LANGUAGE"} & set(seen)
    assert (seen["GIT_TERMINAL_PROMPT"], seen["GIT_OPTIONAL_LOCKS"]) == ("0", "0")


def test_git_sees_nothing_that_is_for_uploads() -> None:
    ours = ("TAGSHIP_TOKEN", "TAGSHIP_USERNAME", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL")

    seen = git_environment(dict.fromkeys((*ours, "GIT_ASKPASS"), "a word"))

    assert not set(ours) & set(seen)
    assert "GIT_ASKPASS" in seen
