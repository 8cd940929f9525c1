"""Releases that went wrong once, each as it happened, and what the gate says to it now."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from gate.asking import ask, publish
from repositories import add_section, new_project, prepare, release, released, set_version
from tagship.adapters.github.releases import GitHubReleases
from tagship.adapters.http import HttpClient
from tagship.domain.credential import Secret
from tagship.domain.facts import CheckState, CommitCheck, Host, HostRelease, PullRequest
from tagship.errors import AtUrl, Edit
from tagship.rehearsal.index import StandInIndex

WORKFLOW = """\
name: release
on:
  push:
    tags:
      - "{pattern}"
jobs: {{}}
"""
TEST = "def test_it() -> None:\n    assert True\n"
TEST_XFAIL = 'import pytest\n\n\n@pytest.mark.xfail(reason="later")\ndef test_it() -> None:\n    assert False\n'


def test_failure_14_tests_marked_xfail_to_let_a_release_through(tmp_path: Path, index: StandInIndex) -> None:
    """Failure 14: tests were marked xfail right before a release; each new one is listed, and nothing is blocked."""
    repo = new_project(tmp_path / "project")
    repo.write({"tests/test_it.py": TEST})
    release(repo, "1.0.0")
    repo.write({"tests/test_it.py": TEST_XFAIL})
    release(repo, "1.0.1")

    answer = ask(repo, index, "v1.0.1")

    assert (answer.verdict, answer.warnings) == ("ready", ["tests-are-not-newly-skipped"])
    assert answer.place("tests-are-not-newly-skipped") == ("tests/test_it.py", 4)


def test_failure_18_the_trigger_does_not_match_the_first_tag_of_the_next_major(
    tmp_path: Path, index: StandInIndex
) -> None:
    """Failure 18: the workflow listened to v2 tags, so the first v3 tag was pushed and nothing ran."""
    repo = new_project(tmp_path / "project")
    repo.write({".github/workflows/release.yml": WORKFLOW.format(pattern="v2.*")})
    release(repo, "2.0.0")
    release(repo, "3.0.0")

    assert ask(repo, index, "v2.0.0").outcome("triggers-answer-the-tag") == "passed"

    answer = ask(repo, index, "v3.0.0")

    assert (answer.verdict, answer.warnings) == ("ready", ["triggers-answer-the-tag"])
    assert answer.place("triggers-answer-the-tag") == (".github/workflows/release.yml", 4)


def test_failure_19_a_pre_release_is_a_release_like_any_other(tmp_path: Path, index: StandInIndex) -> None:
    """Failure 19: pre-releases were unsupported and patched by hand; 3.1.0a1 passes as it is."""
    repo = released(tmp_path / "project", "3.0.0", "3.1.0a1")

    assert ask(repo, index, "v3.1.0a1").verdict == "ready"


def test_failure_20_a_branch_off_the_main_that_was_just_tagged_is_not_red(tmp_path: Path, index: StandInIndex) -> None:
    """Failure 20: every pull request was red after a tag, since its version was tagged already and it had none new."""
    repo = released(tmp_path / "project", "1.0.0", "1.1.0")
    publish(index, tmp_path / "files", "1.1.0", at=repo.now)
    repo.branch("docs")
    repo.commit({"docs/page.md": "Words.\n"})

    answer = ask(repo, index)

    assert (answer.verdict, answer.report.tag) == ("ready", "v1.1.0")


def test_failure_21_a_tag_pushed_without_a_changelog_section(tmp_path: Path, index: StandInIndex) -> None:
    """Failure 21: a tag without a changelog section was pushed, and moved later; now it stops before anything is built.

    What to do depends on one thing: whether anything was published from it.
    """
    repo = released(tmp_path / "project", "1.0.0")
    set_version(repo, "1.0.1")
    repo.commit()
    repo.tag("v1.0.1")
    repo.push()

    answer = ask(repo, index, "v1.0.1")

    assert answer.blockers == ["changelog-has-version"]
    remedy = answer.finding("changelog-has-version").remedy
    assert isinstance(remedy, Edit)
    assert "if nothing was published" in remedy.text
    assert "next version" in remedy.text


@pytest.mark.parametrize("path", ["src/handmade/__init__.py", "handmade/_version.py", "CITATION.cff"])
def test_failure_24_a_second_version_source_was_not_bumped(path: str, tmp_path: Path, index: StandInIndex) -> None:
    """Failure 24: a second place that spells the version out was forgotten, three times over."""
    spelling = "version: 1.0.0\n" if path.endswith(".cff") else '__version__ = "1.0.0"\n'
    repo = new_project(tmp_path / "project")
    repo.write({path: spelling})
    release(repo, "1.0.0")
    release(repo, "1.0.1")

    assert ask(repo, index, "v1.0.0").verdict == "ready"

    answer = ask(repo, index, "v1.0.1")

    assert answer.blockers == ["version-files-agree"]
    assert answer.place("version-files-agree") == (path, 1)


@pytest.mark.parametrize("slip", ["4.1.5", "4.2.0a1", "3.3.0"])
def test_failure_25_a_version_that_jumps_by_a_slip_of_the_finger(
    slip: str, tmp_path: Path, index: StandInIndex
) -> None:
    """Failure 25: after 3.1.4 somebody typed 4.1.5, 4.2.0a1 and 3.3.0; each needs to be confirmed."""
    repo = released(tmp_path / "project", "3.1.4", slip)

    answer = ask(repo, index, f"v{slip}")

    assert answer.blockers == ["version-is-one-step-up"]
    assert "3.1.5 (patch), 3.2.0 (minor) or 4.0.0 (major)" in str(answer.finding("version-is-one-step-up").remedy)


def test_failure_31_main_never_heard_of_a_maintenance_release(tmp_path: Path, index: StandInIndex) -> None:
    """Failure 31: two maintenance releases were missing from main's changelog and were added much later."""
    repo = new_project(tmp_path / "project")
    repo.write({"tagship.toml": 'release-lines = ["release/*"]\n'})
    release(repo, "3.1.0")
    release(repo, "3.2.0")
    repo.branch("release/3.1", "v3.1.0")
    release(repo, "3.1.1")

    answer = ask(repo, index, "v3.1.1")

    assert (answer.verdict, answer.warnings) == ("ready", ["main-has-the-entry"])
    assert "copy '3.1.1' from v3.1.1 into CHANGELOG.md on main" in str(answer.finding("main-has-the-entry").remedy)

    repo.switch("main")
    add_section(repo, "3.1.1")
    repo.commit()
    repo.push()
    assert ask(repo, index, "v3.1.1").warnings == []


class Telling:
    """A code host that tells of the checks on commits, and has no releases."""

    def __init__(self, checks: Sequence[CommitCheck]) -> None:
        self._checks = checks
        self.asked: list[str] = []

    def checks(self, commit: str) -> Sequence[CommitCheck]:
        self.asked.append(commit)
        return self._checks

    def open_pulls(self) -> Sequence[PullRequest]:
        return ()

    def file(self, commit: str, path: str) -> bytes | None:
        raise AssertionError((commit, path))

    def release(self, tag: str) -> HostRelease | None:  # noqa: ARG002 -- the port's shape
        return None

    def draft(self, tag: str, *, title: str, notes: str, prerelease: bool) -> HostRelease:
        raise AssertionError((tag, title, notes, prerelease))

    def attach(self, release: HostRelease, name: str, content: bytes) -> None:
        raise AssertionError((release, name, content))

    def publish(self, release: HostRelease, *, latest: bool) -> HostRelease:
        raise AssertionError((release, latest))


GREEN = CommitCheck("lint", CheckState.GREEN)
RED = CommitCheck("tests", CheckState.RED, "http://127.0.0.1/runs/7")
PENDING = CommitCheck("windows", CheckState.PENDING)


def telling(*checks: CommitCheck) -> Callable[[], Host]:
    return lambda: Telling(checks)


def test_failure_37_a_tag_on_a_red_commit(tmp_path: Path, index: StandInIndex) -> None:
    """Failure 37: main was red, was mended, and the tag was cut again; the gate names every check that failed."""
    repo = released(tmp_path / "project", "1.0.0")

    answer = ask(repo, index, "v1.0.0", host=telling(GREEN, RED, CommitCheck("docs", CheckState.RED), PENDING))

    assert answer.blockers == ["commit-is-green"]
    tests, docs = answer["commit-is-green"].findings
    assert tests.where == AtUrl("http://127.0.0.1/runs/7")
    assert (tests.message.partition(" ")[0], docs.message.partition(" ")[0]) == ("tests", "docs")


def test_a_commit_whose_checks_are_still_running_leaves_the_question_open(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    answer = ask(repo, index, "v1.0.0", host=telling(GREEN, PENDING))

    assert (answer.verdict, answer.unknown) == ("unknown", ["commit-is-green"])
    assert "windows" in (answer["commit-is-green"].reason or "")


def test_a_green_commit_and_one_on_which_nothing_ran(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    host = Telling([GREEN])

    assert ask(repo, index, "v1.0.0", host=lambda: host).outcome("commit-is-green") == "passed"
    assert host.asked == [repo.git("rev-parse", "HEAD")]
    assert ask(repo, index, "v1.0.0", host=telling()).outcome("commit-is-green") == "skipped"


class _Broken(BaseHTTPRequestHandler):
    """A code host that has a bad day."""

    def do_GET(self) -> None:  # the name that the library calls
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def broken_host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Broken) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.slow
def test_a_host_that_gives_no_answer_leaves_the_question_open(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    token = Secret("no-token", origin="a test")

    with broken_host() as url, HttpClient() as http:
        answer = ask(
            repo, index, "v1.0.0", host=lambda: GitHubReleases(http, "owner", "name", token, api=url, uploads=url)
        )

    assert (answer.verdict, answer.unknown) == ("unknown", ["commit-is-green"])


def test_failure_40_a_heading_for_a_later_candidate_stands_there_too_early(tmp_path: Path, index: StandInIndex) -> None:
    """Failure 40: a heading for rc3 blocked rc2; the message says which heading, where, and what to do with it."""
    repo = released(tmp_path / "project", "1.0.0", "1.1.0rc1")
    add_section(repo, "1.1.0rc2")
    add_section(repo, "1.1.0rc3")
    set_version(repo, "1.1.0rc2")
    repo.commit()
    repo.tag("v1.1.0rc2")
    repo.push()

    answer = ask(repo, index, "v1.1.0rc2")

    assert answer.blockers == ["changelog-has-no-newer"]
    assert answer.place("changelog-has-no-newer") == ("CHANGELOG.md", 3)
    remedy = str(answer.finding("changelog-has-no-newer").remedy)
    assert "remove '1.1.0rc3' from CHANGELOG.md or mark it Unreleased" in remedy


def test_tags_of_a_second_package_are_no_versions_of_this_one(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.0.1", "1.1.0")
    repo.tag("other-v9.0.0")
    prepare(repo, "1.2.0")
    repo.tag("v1.2.0")
    repo.push()

    assert ask(repo, index, "v1.2.0").verdict == "ready"
