"""`tagship guard`."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.saying import Said, say
from guard.hosted import Hosted, hosting
from tagship.adapters.github.api import GitHubApi

ADDRESS = "https://github.com/stand-in/project.git"


@pytest.fixture
def hosted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosted]:
    """A repository whose clone says that it is of a code host, which answers on this machine."""
    with hosting(tmp_path) as made:
        defaults = {**(GitHubApi.__init__.__kwdefaults__ or {}), "api": made.host.api_url}
        monkeypatch.setattr(GitHubApi.__init__, "__kwdefaults__", defaults)
        monkeypatch.setenv("GH_TOKEN", made.host.token)
        yield made


def as_on_the_host(hosted: Hosted) -> None:
    hosted.fetch()
    hosted.clone.git("remote", "set-url", "origin", ADDRESS)


def guard(hosted: Hosted, capsys: pytest.CaptureFixture[str], *words: str) -> Said:
    return say(capsys, "guard", "-C", str(hosted.clone.path), *words)


def in_a_job(hosted: Hosted, monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> None:
    for name, value in hosted.event(before, after).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GH_TOKEN", hosted.host.issue_token(
        {"contents": "read", "pull-requests": "read", "issues": "write"}, kind="actions"
    ))  # fmt: skip


def test_all_came_through(hosted: Hosted, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    before, merged = hosted.tip, hosted.merged()
    as_on_the_host(hosted)
    in_a_job(hosted, monkeypatch, before, merged)
    said = guard(hosted, capsys, "--json")

    assert said.exit == 0
    assert said.document["schema"] == "tagship-guard/1"
    assert said.document["verdict"] == "ready"
    arrivals = json.loads(said.out)["main"]
    assert [(each["commit"], each["verdict"], each["by"]) for each in arrivals] == [(merged, "pull-request", "ada")]
    assert hosted.host.issues.held == []


@pytest.mark.parametrize("form", ["terminal", "github", "markdown", "sarif", "junit"])
def test_a_direct_commit(
    hosted: Hosted, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    before, pushed = hosted.tip, hosted.direct("::error::`x` <b>@all</b>")
    as_on_the_host(hosted)
    in_a_job(hosted, monkeypatch, before, pushed)
    said = guard(hosted, capsys, "--format", form)

    assert said.exit == 1, said.err
    assert "pushed straight to main by ada" in said.out.replace("\n", " ").replace("  ", " ")
    assert not any(line.startswith("::error::`x`") for line in said.out.splitlines())
    (issue,) = hosted.host.issues.held
    assert pushed in str(issue.body)
    assert f"opened {hosted.host.settings.place.web}/issues/{issue.number}" in said.err


def test_no_issue_where_none_is_wanted_or_possible(
    hosted: Hosted, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, pushed = hosted.tip, hosted.direct()
    as_on_the_host(hosted)
    outside = guard(hosted, capsys, "--range", f"{before}..{pushed}")
    in_a_job(hosted, monkeypatch, before, pushed)
    unwanted = guard(hosted, capsys, "--no-issue")
    monkeypatch.setenv("GH_TOKEN", hosted.host.issue_token({"contents": "read"}, kind="actions"))
    refused = guard(hosted, capsys)

    assert [outside.exit, unwanted.exit, refused.exit] == [1, 1, 1]
    assert hosted.host.issues.held == []
    assert "no issue was written" in refused.err
    assert "issues" in refused.err


def test_it_cannot_be_told(hosted: Hosted, capsys: pytest.CaptureFixture[str]) -> None:
    as_on_the_host(hosted)
    offline = guard(hosted, capsys, "--offline", "--days", "3660", "--json")
    nobody = guard(hosted, capsys, "--host", "none", "--days", "3660")

    assert (offline.exit, nobody.exit) == (3, 3)
    assert offline.document["verdict"] == "unknown"
    assert "there is no code host to ask, and no journal of a git server" in " ".join(nobody.out.split())


def test_without_a_token_the_host_says_which_it_wants(
    hosted: Hosted, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before, pushed = hosted.tip, hosted.direct()
    as_on_the_host(hosted)
    monkeypatch.delenv("GH_TOKEN")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))  # where no gh has one to tell either
    said = guard(hosted, capsys, "--range", f"{before}..{pushed}")

    assert said.exit == 3
    assert "Requires authentication" in " ".join(said.out.split())


def test_words_that_do_not_fit(hosted: Hosted, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for words in (
        ("--range", "main", "--host", "none"),
        ("--days", "0"),
        ("--days", "many"),
        ("--days", "1", "--range", "a..b"),
        ("--server", str(tmp_path)),
        ("main..topic",),
    ):
        assert guard(hosted, capsys, *words).exit == 2, words
    assert say(capsys, "guard", "-C", str(tmp_path / "nowhere")).exit == 2


def test_hooks_of_a_clone(hosted: Hosted, capsys: pytest.CaptureFixture[str]) -> None:
    hosted.fetch()
    installed = guard(hosted, capsys, "--install", "--json")
    commit = hosted.commit()
    refused = hosted.clone.push("origin", "HEAD:main")
    removed = guard(hosted, capsys, "--uninstall")

    assert (installed.exit, removed.exit) == (0, 0)
    assert installed.document["schema"] == "tagship-plan/1"
    assert "nothing is pushed straight to main" in refused.said
    assert hosted.tip != commit


def test_hooks_of_a_server(tmp_path: Path, hosted: Hosted, capsys: pytest.CaptureFixture[str]) -> None:
    hosted.fetch()
    (hosted.clone.path / "tagship.toml").write_text(
        'branch = "main"\nrelease-lines = ["release/*"]\n', encoding="utf-8"
    )
    server = str(hosted.server.path)
    installed = guard(hosted, capsys, "--install", "--server", server)
    hosted.clone.git("checkout", "--quiet", "-B", "topic", "origin/main")
    hosted.clone.commit("topic", "Topic")
    merged = hosted.clone.push("origin", "HEAD:refs/for/main")
    hosted.fetch()
    (hosted.clone.path / "tagship.toml").unlink()
    seen = guard(hosted, capsys, "--days", "1", "--json")
    named = guard(
        hosted, capsys, "--days", "1", "--json", "--journal", str(hosted.server.path / "tagship/journal.jsonl")
    )
    elsewhere = guard(hosted, capsys, "--days", "1", "--journal", str(tmp_path / "none.jsonl"))
    removed = say(capsys, "guard", "-C", str(tmp_path), "--uninstall", "--server", server)
    again = say(capsys, "guard", "-C", str(tmp_path), "--install", "--server", server)

    assert (installed.exit, removed.exit, again.exit, elsewhere.exit) == (0, 0, 0, 3)
    assert hosted.server.try_git("config", "--get-all", "tagship.line").said == ""
    assert not merged.refused, merged.said
    assert seen.exit == 0
    arrivals = seen.document["main"]
    assert isinstance(arrivals, list)
    assert len(arrivals) == 2
    assert named.document["main"] == arrivals


def test_a_tampered_journal(hosted: Hosted, capsys: pytest.CaptureFixture[str]) -> None:
    hosted.fetch()
    journal = hosted.server.path / "tagship" / "journal.jsonl"
    journal.parent.mkdir()
    journal.write_text("{}\n", encoding="utf-8")

    assert guard(hosted, capsys).exit == 6


class Piped:
    """Standard input as a manager of hooks gives it."""

    def __init__(self, content: str) -> None:
        reader, writer = os.pipe()
        os.write(writer, content.encode())
        os.close(writer)
        self.buffer = os.fdopen(reader, "rb")

    def isatty(self) -> bool:
        return False


def test_as_a_hook(hosted: Hosted, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    before, commit = hosted.tip, hosted.commit()
    exits = []
    for ref in ("refs/heads/main", "refs/heads/topic"):
        old = before if ref.endswith("main") else "0" * 40
        piped = Piped(f"refs/heads/work {commit} {ref} {old}\n")
        monkeypatch.setattr(sys, "stdin", piped)
        exits.append(guard(hosted, capsys, "--hook", "pre-push", "origin", "address").exit)
        piped.buffer.close()

    assert exits == [1, 0]


def test_the_schema_knows_every_verdict() -> None:
    from tagship.domain.guarding import Provenance  # noqa: PLC0415 -- beside the schema
    from tagship.reports.documents import schema  # noqa: PLC0415 -- as above

    words = json.dumps(schema("guard"))
    assert all(f'"{each.value}"' in words for each in Provenance)
