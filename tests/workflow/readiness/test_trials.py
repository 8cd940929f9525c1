"""The trials of a branch: real commands in copies of real repositories, of which not a byte changes."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from repositories import Repo
from tagship.domain.config import Config, CustomCheck
from tagship.domain.finding import NotApplicable
from tagship.errors import Edit, FactUnknown, InFile
from tagship.workflow.readiness.ahead import SLOW
from workflow.readiness.trying import SOURCE, TEST, everything_in, make_environment, trials

PYPROJECT = '[project]\nname = "demo"\nversion = "1.0"\n'
FILES: dict[str, str | bytes] = {**SOURCE, "pyproject.toml": PYPROJECT, "tests/test_it.py": TEST}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where throwaway copies go; nothing is left of them, however a test ends."""
    place = tmp_path / "temporary ü"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    yield place
    assert list(place.glob("tagship-*")) == []


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.new(tmp_path / "project ü", remote=False)
    made.commit(FILES)
    return made


def own_check(*command: str, **more: str) -> Config:
    check = CustomCheck("all-is-well", "all is well", "It matters.", "Mend it.", command)
    return Config(checks=(check,), source="pyproject.toml", **more)  # type: ignore[arg-type]  # nothing more


# -- tests ------------------------------------------------------------------------------------------------------------


def test_the_tree_is_tried_as_it_lies_here_and_stays_so(repo: Repo) -> None:
    """Changed and untracked files count, ignored ones do not, and the tests may write whatever they want."""
    repo.commit({".gitignore": "ignored/\n*.log\n"})
    repo.write({
        "ignored/test_ignored.py": "assert False\n",
        "old.log": "as it was",
        "tests/test_new.py": "from pathlib import Path\ndef test_new():\n    Path('old.log').write_text('new')\n",
    })  # fmt: skip
    before = everything_in(repo.path)
    heard: list[tuple[str, str]] = []

    with trials(repo, heard=heard) as running:
        running.start({"project-builds": "", "distributions-are-valid": "", "bump-fits-the-api": ""})
        trial = running.tests()

    assert trial.passed
    assert "2 passed" in trial.tail[-1]
    assert {which for which, _ in heard} == {"tests"}
    assert any("tests/test_new.py" in line for _, line in heard)
    assert everything_in(repo.path) == before


def test_failure_12_the_source_is_tested_and_not_what_is_installed(repo: Repo) -> None:
    """Failure 12: the tests imported the installed package, and said nothing of the one to be released."""
    repo.commit({".gitignore": ".venv/\n"})
    make_environment(repo.path / ".venv", {"demo/__init__.py": 'WHICH = "installed"\n'})

    with trials(repo) as running:
        trial = running.tests()

    assert trial.passed, trial.tail
    assert trial.argv[0] == str(repo.path / ".venv" / "bin" / "python")


def test_an_editable_install_leads_to_the_copy_and_gets_no_bytecode(repo: Repo) -> None:
    repo.commit({".gitignore": ".venv/\n"})
    make_environment(repo.path / ".venv", {"editable.pth": str(repo.path / "src")})
    repo.write({"tests/test_where.py": "import demo\n\ndef test_it():\n    print(demo.__file__)\n    assert 0\n"})
    before = everything_in(repo.path)
    heard: list[tuple[str, str]] = []

    with trials(repo, heard=heard) as running:
        assert not running.tests().passed

    shown = [line for _, line in heard if line.endswith("demo/__init__.py")]
    assert shown
    assert not shown[0].startswith(str(repo.path))
    assert everything_in(repo.path) == before


def test_failure_17_the_tests_meet_a_detached_head_before_the_release_does(repo: Repo) -> None:
    """Failure 17: tests that asked for the branch failed under the trigger of a tag, and nowhere else."""
    asks = "import subprocess\n\ndef test_it():\n    subprocess.run(['git', 'symbolic-ref', 'HEAD'], check=True)\n"
    repo.commit({"tests/test_branch.py": asks})

    with trials(repo) as running:
        trial = running.tests()

    assert repo.git("symbolic-ref", "HEAD") == "refs/heads/main"
    assert not trial.passed
    assert any("symbolic-ref" in line for line in trial.tail)


@pytest.mark.parametrize("where", ["detached", "shallow", "worktree", "subdirectory"])
def test_wherever_the_project_is(repo: Repo, tmp_path: Path, where: str) -> None:
    inside = ""
    if where == "detached":
        repo.git("checkout", "--quiet", "--detach")
    elif where == "shallow":
        repo.commit({"more": "x"})
        repo.git("clone", "--quiet", "--depth=1", repo.path.as_uri(), str(tmp_path / "shallow"))
        repo = Repo(tmp_path / "shallow")
    elif where == "worktree":
        repo.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
        repo = Repo(tmp_path / "linked")
    else:
        inside = "packages/demo ü"
        repo.commit({f"{inside}/{path}": content for path, content in FILES.items()})

    with trials(repo, inside=inside) as running:
        trial = running.tests()

    assert trial.passed, trial.tail


def test_what_a_build_left_among_the_modules_is_there(repo: Repo) -> None:
    """A version file that git ignores is written by an editable install, and the source is broken without it."""
    repo.commit({
        ".gitignore": "_version.py\nvenv/\n",
        "src/demo/__init__.py": "from demo._version import WHICH\n",
    })  # fmt: skip
    repo.write({"src/demo/_version.py": 'WHICH = "source"\n', "venv/lib/huge.py": ""})

    with trials(repo) as running:
        assert running.tests().passed


def test_the_command_that_the_project_decided_for(repo: Repo) -> None:
    with trials(repo, config=Config(test=(sys.executable, "-c", "print('mine')"))) as running:
        assert running.tests().tail == ("mine",)

    with (
        trials(repo, config=Config(test=("no-such-runner",))) as running,
        pytest.raises(FactUnknown, match="no-such-runner") as missing,
    ):
        running.tests()

    assert isinstance(missing.value.remedy, Edit)


def test_credentials_do_not_reach_the_tests(repo: Repo) -> None:
    """Nor does what git exports to a hook, from which tagship may be called."""
    code = "import os, sys; sys.exit('DEPLOY_TOKEN' in os.environ or 'GIT_DIR' in os.environ)"
    environ = {**os.environ, "DEPLOY_TOKEN": "x", "GIT_DIR": str(repo.path / ".git")}

    with trials(repo, config=Config(test=(sys.executable, "-c", code)), environ=environ) as running:
        assert running.tests().passed


def test_a_project_without_tests(repo: Repo) -> None:
    shutil.rmtree(repo.path / "tests")

    with trials(repo) as running, pytest.raises(NotApplicable, match="no tests"):
        running.tests()


def test_tests_that_nobody_knows_how_to_run(repo: Repo) -> None:
    shutil.rmtree(repo.path / "tests")
    repo.write({"tests/run.sh": "exit 0\n"})

    with trials(repo) as running, pytest.raises(FactUnknown, match="cannot be told") as unknown:
        running.tests()

    assert isinstance(unknown.value.remedy, Edit)


def test_an_environment_that_nobody_made_for_the_tests_proves_nothing(repo: Repo) -> None:
    """Without one of the project's own, what lacks there is no failure; what the project itself lacks is one."""
    repo.write({"tests/test_more.py": "import of_somebody_else\n"})
    with trials(repo) as running, pytest.raises(FactUnknown, match="need of_somebody_else"):
        running.tests()

    repo.write({"tests/test_more.py": "import demo.forgotten\n"})
    with trials(repo) as running:
        assert running.tests().ended == 2


def test_without_a_network_the_tests_have_not_failed(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that makes the environment of the tests itself could not fetch what goes into it."""
    tool = tmp_path / "tools/nox"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'Temporary failure in name resolution'\nexit 1\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")

    with trials(repo, config=Config(test=("nox",))) as running, pytest.raises(FactUnknown, match="name resolution"):
        running.tests()


@pytest.mark.timeout(120)
def test_what_still_runs_ends_with_the_trials(repo: Repo) -> None:
    """Which is what happens after a Ctrl-C, too."""
    heard: list[tuple[str, str]] = []
    sleeper = (sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(600)")

    with trials(repo, config=Config(test=sleeper), heard=heard) as running:
        running.start({"project-builds": "", "distributions-are-valid": "", "bump-fits-the-api": ""})
        deadline = time.monotonic() + 30
        while not heard and time.monotonic() < deadline:
            time.sleep(0.05)

    assert heard == [("tests", "begun")]


@pytest.mark.slow
def test_ctrl_c_ends_every_trial_and_leaves_nothing(repo: Repo, temporary: Path) -> None:
    """A real one: SIGINT to the process group of a child that waits for the tests."""
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom repositories import Repo\n"
        "from tagship.domain.config import Config\nfrom workflow.readiness.trying import trials\n"
        "class Told(list):\n    def append(self, said): print(said[1], flush=True)\n"
        "sleeper = (sys.executable, '-c', 'import os, time; print(os.getpid(), flush=True); time.sleep(600)')\n"
        "with trials(Repo(Path.cwd()), config=Config(test=sleeper), heard=Told()) as running:\n"
        "    running.start({'project-builds': '', 'distributions-are-valid': ''})\n"
        "    running.tests()\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=repo.path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        inner = int(process.stdout.readline())

        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=30)

    assert "KeyboardInterrupt" in said
    with pytest.raises(ProcessLookupError):
        os.kill(inner, 0)


def test_fast_begins_nothing(repo: Repo) -> None:
    heard: list[tuple[str, str]] = []

    with trials(repo, heard=heard) as running:
        running.start({}, fast=True)

    assert heard == []


# -- the project's own checks -----------------------------------------------------------------------------------------


def test_failure_36_a_check_of_the_projects_own_tells_places(repo: Repo) -> None:
    """Failure 36: a migration's target above the version of the release was nobody's to find."""
    code = (
        "import os, sys\n"
        "print('looking')\n"
        "print('src/demo/__init__.py:1: targets 9.9, above ' + os.environ['TAGSHIP_VERSION'])\n"
        "print('src/demo/__init__.py:1:7: a column as well')\n"
        "print('nowhere.py:3: is no file')\n"
        "sys.exit(1)\n"
    )

    with trials(repo, config=own_check(sys.executable, "-c", code)) as running:
        first, second = running.custom("all-is-well")

    assert (first.message, first.where) == ("targets 9.9, above 1.0", InFile("src/demo/__init__.py", 1))
    assert (second.message, second.where) == ("a column as well", InFile("src/demo/__init__.py", 1, 7))
    assert first.remedy == Edit("Mend it.")


def test_a_check_that_names_no_place_is_quoted(repo: Repo) -> None:
    with trials(repo, config=own_check(sys.executable, "-c", "raise SystemExit('it is not well')")) as running:
        (finding,) = running.custom("all-is-well")

    assert finding.message == "it is not well"
    assert finding.where == InFile("pyproject.toml")


def test_a_check_that_passes_or_cannot_run(repo: Repo) -> None:
    with trials(repo, config=own_check(sys.executable, "-c", "print('x:1: fine')")) as running:
        assert running.custom("all-is-well") == ()

    with trials(repo, config=own_check("no-such-check")) as running, pytest.raises(FactUnknown, match="no-such-check"):
        running.custom("all-is-well")


def test_a_check_that_does_not_end(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagship.workflow.readiness.trials.OWN_CHECK", 0.2)
    sleeper = own_check(sys.executable, "-c", "import time; time.sleep(600)")

    with trials(repo, config=sleeper) as running, pytest.raises(FactUnknown, match=r"ended after 0\.2 seconds"):
        running.custom("all-is-well")


def test_a_check_that_is_waived_is_not_run_beside_one_that_is_asked(repo: Repo) -> None:
    waived = replace(own_check("touch", str(repo.path / "run")).checks[0], id="waived")
    config = replace(own_check(sys.executable, "-c", "pass"), checks=(waived, *own_check("true").checks))

    with trials(repo, config=config) as running:
        running.start({"waived": "until tomorrow", **dict.fromkeys(SLOW, "not asked")})
        assert running.custom("all-is-well") == ()

    assert not (repo.path / "run").exists()


# -- the public API ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_api_is_compared_with_the_release_before(repo: Repo) -> None:
    """The working tree counts, not its last commit, and paths are told from the top."""
    repo.commit({"packages/demo/src/demo/__init__.py": "def parse(): ...\ndef kept(): ...\n"})
    repo.tag("v0.9")
    repo.write({"packages/demo/src/demo/__init__.py": "def kept(): ...\n"})

    with trials(repo, inside="packages/demo", before="v0.9") as running:
        (found,) = running.breakages()

    assert (found.symbol, found.path, found.line) == ("demo.parse", "packages/demo/src/demo/__init__.py", 1)


def test_a_first_release_has_nothing_to_break(repo: Repo) -> None:
    with trials(repo) as running, pytest.raises(NotApplicable):
        running.breakages()
