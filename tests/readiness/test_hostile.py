"""Repositories, files and programs that go against a look at a branch: it stays whole, in time, and says what is up."""

import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.saying import Said, say
from fakes import NAME, facts_about
from repositories import PYPROJECT, Repo, new_project, prepare, release
from tagship.adapters.git import GitRepository
from tagship.adapters.git.scratch import scratch
from tagship.adapters.process import follow
from tagship.adapters.toml_document import TomlDocument
from tagship.checks.entries import ChangelogIsInOrder
from tagship.domain.branch import Divergence
from tagship.domain.changelog import parse
from tagship.errors import ConfigError, Exit
from tagship.reports.progress import PlainProgress

WITHOUT_BUILD = ("--skip", "project-builds", "--skip", "distributions-are-valid")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A feature branch right after release 1.1.0, in which nothing has happened yet."""
    repo = new_project(tmp_path / "project")
    release(repo, "1.0.0")
    release(repo, "1.1.0")
    repo.branch("feature")
    return repo


def ask(capsys: pytest.CaptureFixture[str], repo: Repo, *words: str) -> Said:
    return say(capsys, "-C", str(repo.path), "check", "--json", *words)


def told(said: Said, check: str) -> dict[str, object]:
    return next(each for each in json.loads(said.out)["checks"] if each["id"] == check)


def remedies(said: Said, check: str) -> list[object]:
    findings = told(said, check)["findings"]
    assert isinstance(findings, list)
    return [finding["remedy"] for finding in findings]


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def script(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return path


# -- repositories ------------------------------------------------------------------------------------------------------


def test_a_partial_clone_is_not_filled_by_a_look(
    repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Git fetches what such a clone lacks the moment that it is read, and writes it into the repository."""
    prepare(repo, "1.2.0")
    repo.push("feature")
    subprocess.run(["git", "-C", repo.remote, "config", "uploadpack.allowFilter", "true"], check=True)
    source, clone = f"file://{repo.remote}", tmp_path / "partial"
    subprocess.run(["git", "clone", "-q", "--filter=blob:none", "-b", "feature", source, clone], check=True)
    before = contents(clone)

    said = ask(capsys, Repo(clone), "--fast", "--offline")

    assert contents(clone) == before
    assert said.exit == Exit.UNKNOWN
    assert "this clone is partial" in str(told(said, "version-is-bumped")["reason"])
    assert remedies(said, "version-is-bumped") == [
        {"run": ["git", "-C", str(clone), "fetch", "--refetch", "--no-filter"]}
    ]


def test_the_only_branch_that_was_fetched_is_not_taken_for_main(
    repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A job's checkout knows its own branch alone, and no HEAD of the remote."""
    repo.commit({"README.md": "# Better\n"})
    repo.push("feature")
    source, clone = f"file://{repo.remote}", tmp_path / "narrow"
    subprocess.run(["git", "clone", "-q", "--depth=1", "-b", "feature", source, clone], check=True)

    said = ask(capsys, Repo(clone), "--fast", "--offline")

    assert said.outcomes["branch-is-not-main"] == "unknown"
    assert "which branch is main" in str(told(said, "branch-is-not-main")["reason"])


def test_no_commit_is_said_where_there_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "unborn"
    subprocess.run(["git", "init", "-q", path], check=True)
    (path / "pyproject.toml").write_text(PYPROJECT.format(version="1.0.0"))

    said = ask(capsys, Repo(path), "--fast", "--offline")

    assert told(said, "branch-merges-cleanly")["reason"] == "there is no commit here yet"


def test_a_working_tree_elsewhere_is_no_bug(repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "elsewhere").mkdir()
    repo.git("config", "core.worktree", str(tmp_path / "elsewhere"))

    said = ask(capsys, repo, "--fast", "--offline")

    assert said.exit == Exit.USAGE
    assert "core.worktree" in json.dumps(said.document["remedy"])


def test_damage_in_the_repository_has_a_way_out(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    name = repo.git("rev-parse", "HEAD").strip()
    loose = repo.path / ".git" / "objects" / name[:2] / name[2:]
    loose.chmod(0o644)
    loose.write_bytes(b"no object")

    said = ask(capsys, repo, "--fast", "--offline")

    assert said.exit == Exit.UNKNOWN
    assert remedies(said, "tree-is-clean") == [{"run": ["git", "-C", str(repo.path), "fsck"]}]


@pytest.mark.timeout(120)
def test_no_hook_and_no_monitor_runs(repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Either may hang or write: one that ran leaves a file, and a monitor would be waited for."""
    ran = tmp_path / "ran"
    for hook in ("post-index-change", "reference-transaction", "pre-commit", "post-checkout"):
        script(repo.path / ".git" / "hooks" / hook, f"touch '{ran}'", "exit 1")
    monitor = script(tmp_path / "monitor", f"touch '{ran}'", "sleep 60")
    repo.git("config", "core.fsmonitor", str(monitor), GIT_OPTIONAL_LOCKS="0")
    (repo.path / "tagship.toml").write_text('test = ["true"]\n')

    said = ask(capsys, repo, "--offline", *WITHOUT_BUILD)

    assert said.outcomes["tests-pass"] == "passed"
    assert not ran.exists()


def test_a_scratch_without_hooks_runs_none(repo: Repo, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    script(repo.path / ".git" / "hooks" / "pre-commit", f"touch '{ran}'", "exit 1")
    with GitRepository.at(repo.path) as repository, scratch(repository, "HEAD", hooks=False) as copy:
        (copy.directory / "pyproject.toml").write_text(PYPROJECT + "# more\n")

        name = copy.commit("Change")

    assert len(name) == len(repo.git("rev-parse", "HEAD").strip())
    assert not ran.exists()


def test_a_directory_that_is_none_has_a_way_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = ask(capsys, Repo(tmp_path / "nowhere"), "--fast")

    assert said.exit == Exit.USAGE
    assert said.document["remedy"] == {"edit": "name the directory of the project with -C"}


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(60)
def test_a_changelog_of_many_sections_is_looked_through_in_time() -> None:
    """Each compared with each would take minutes; the one that is out of place is found all the same."""
    titles = [f"1.0.{number}" for number in range(20_000, 0, -1)]
    titles[10_000], titles[10_001] = titles[10_001], titles[10_000]
    text = "# Changelog\n\n" + "".join(f"## {title} - 2026-01-01\n\n- Something.\n\n" for title in titles)
    changelog = parse(text, path="CHANGELOG.md", project=NAME)
    main = parse("# Changelog\n\n## 0.9 - 2025-01-01\n\n- First.\n", path="CHANGELOG.md", project=NAME)
    facts = facts_about("1.0.20000", changelog=changelog, main_changelog=main, divergence=Divergence("base", 1, 0))

    found = [finding.message for finding in ChangelogIsInOrder().run(facts)]

    assert found == [
        "'1.0.9999 - 2026-01-01' stands on the wrong side of '1.0.10000 - 2026-01-01'",
        "'1.0.10000 - 2026-01-01' stands on the wrong side of '1.0.9999 - 2026-01-01'",
    ]


@pytest.mark.timeout(60)
def test_a_key_without_end_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match="too deep"):
        TomlDocument.parse("pyproject.toml", b"[tool]\n" + b"a." * 500_000 + b"a = 1\n")


def test_a_long_word_is_no_key_without_end() -> None:
    text = f'[tool]\nlong = "{"x" * 1_000_000}"\ndots = "{". " * 1000}"\n'

    assert TomlDocument.parse("pyproject.toml", text.encode()).string("tool", "dots") == ". " * 1000


# -- programs ----------------------------------------------------------------------------------------------------------

DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        os.close(1), os.close(2)
        time.sleep(60)
    os._exit(0)
time.sleep(0.5)
"""


def lives(process: str) -> bool:
    """Whether a process is there, and not only its number until somebody takes note of its end."""
    try:
        return ") Z " not in Path("/proc", process, "stat").read_text()
    except OSError:
        return False


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere nobody tells what a process was started with"
)
def test_what_leaves_the_process_group_is_ended_as_well(tmp_path: Path) -> None:
    lines: list[str] = []

    ended = follow([sys.executable, "-c", DAEMON], cwd=tmp_path, env=os.environ, timeout=30, on_line=lines.append)

    assert ended == 0
    assert not lives(lines[0])


def test_what_tests_say_meanwhile_is_no_command_to_a_runner() -> None:
    stream = io.StringIO()

    PlainProgress(stream).note("::set-env name=PATH::/tmp")

    assert stream.getvalue().strip() == r"\::set-env name=PATH::/tmp"


def test_places_outside_and_lines_of_nought_are_none(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What is told must be of the schema whatever a command says."""
    lines = r"tagship.toml:0:0: whole\ntagship.toml:1:0: line\n../elsewhere:1: no place\n"
    says = f"touch ../elsewhere; printf '{lines}'; exit 1"
    (repo.path / "tagship.toml").write_text(
        '[[check]]\nid = "mine-holds"\ntitle = "mine holds"\nwhy = "Because."\nfix = "Mend it."\n'
        f"command = {json.dumps(['sh', '-c', says])}\n"
    )

    said = ask(capsys, repo, "--offline", "--only", "mine-holds")

    assert said.document["verdict"] == "blocked"
    findings = told(said, "mine-holds")["findings"]
    assert isinstance(findings, list)
    assert [(each["where"]["line"], each["where"]["column"]) for each in findings] == [(None, None), (1, None)]


# -- what cannot be looked at ------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser reads everything")
def test_a_file_that_may_not_be_read_is_named(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    (repo.path / "hidden").write_text("x")
    (repo.path / "hidden").chmod(0)

    said = ask(capsys, repo, "--fast", "--offline")

    assert told(said, "branch-adds-no-credentials")["reason"] == "hidden cannot be read: Permission denied"
    assert remedies(said, "branch-adds-no-credentials") == [{"edit": "make hidden readable, or let git ignore it"}]


def test_what_cannot_be_begun_hides_no_other_verdict(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    name = repo.git("rev-parse", "HEAD").strip()
    loose = repo.path / ".git" / "objects" / name[:2] / name[2:]
    loose.chmod(0o644)
    loose.write_bytes(b"no object")

    said = ask(capsys, repo, "--offline")

    assert said.outcomes["version-files-agree"] == "passed"
    assert said.outcomes["tests-pass"] == "unknown"


def test_a_changelog_that_is_a_link_out_of_the_tree_is_named(
    repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To start a changelog there, as who keeps none is told, would write into the file of somebody else."""
    (tmp_path / "theirs.md").write_text("# Changelog\n\n## 1.2.0\n\n- Of another project.\n")
    (repo.path / "CHANGELOG.md").unlink()
    (repo.path / "CHANGELOG.md").symlink_to(tmp_path / "theirs.md")

    said = ask(capsys, repo, "--fast", "--offline")

    assert said.outcomes["changelog-is-undamaged"] == "unknown"
    assert "CHANGELOG.md is a link that leads out" in str(told(said, "changelog-is-undamaged")["reason"])
