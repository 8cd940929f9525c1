"""What `tagship doctor` sets on GitLab and on Forgejo: half-way, and what somebody changes behind it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from cli.saying import Said, say
from gitlab_described import validated
from tagship.adapters.gitlab.settings import GitLabSettings
from tagship.domain.host_changes import Json, Request
from tagship.errors import Exit
from tagship.rehearsal.other_hosts import StandInForgejo, StandInGitLab

PYPROJECT = '[project]\nname = "demo"\nversion = "1.0"\n\n[tool.tagship]\nhost = "{host}"\n'
PROTECTIONS = "*/protected_branches"
Row = dict[str, object]
Doctor = Callable[..., Said]


@pytest.fixture
def gitlab() -> Iterator[StandInGitLab]:
    with StandInGitLab("group/sub/project") as host, validated(host):
        yield host
        assert host.server.crashes == []


@pytest.fixture
def forgejo() -> Iterator[StandInForgejo]:
    with StandInForgejo() as host:
        yield host
        assert host.server.crashes == []


def clone_of(directory: Path, remote: str, host: str) -> Path:
    for words in (("init", "--quiet", "--initial-branch=main"), ("remote", "add", "origin", remote)):
        subprocess.run(["git", *words], cwd=directory, check=True)
    (directory / "pyproject.toml").write_text(PYPROJECT.format(host=host), encoding="utf-8")
    return directory


@pytest.fixture
def on_gitlab(
    tmp_path: Path, gitlab: StandInGitLab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Doctor:
    clone = clone_of(tmp_path, f"{gitlab.url}/{gitlab.path}.git", "gitlab")
    monkeypatch.setenv("GITLAB_TOKEN", gitlab.token)
    return lambda *words: say(capsys, "-C", str(clone), "doctor", "--json", *words)


@pytest.fixture
def on_forgejo(
    tmp_path: Path, forgejo: StandInForgejo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Doctor:
    clone = clone_of(tmp_path, f"{forgejo.url}/{forgejo.path}.git", "forgejo")
    monkeypatch.setenv("FORGEJO_TOKEN", forgejo.token)
    return lambda *words: say(capsys, "-C", str(clone), "doctor", "--json", *words)


def told(said: Said) -> str:
    return str(said.document["message"])


def row(protection: Row, kind: str) -> Row:
    """Who is let through by a protection, the only one."""
    (only,) = cast("list[Row]", protection[f"{kind}_access_levels"])
    return only


def writes(host: StandInGitLab) -> list[str]:
    return [each.method for each in host.record if each.method != "GET"]


# What somebody has changed since


def test_tags_that_somebody_opened_are_left(gitlab: StandInGitLab, on_gitlab: Doctor) -> None:
    assert on_gitlab("--apply", "--yes").exit == Exit.READY
    row(gitlab.protected_tags["v*"], "create")["access_level"] = 30
    said = on_gitlab("--undo", "--yes")

    assert said.exit == Exit.CONFLICT
    assert "restrict-tags is changed since (create_access_levels)" in told(said)
    assert (list(gitlab.protected_tags), list(gitlab.protected_branches)) == (["v*"], [])


def test_a_milder_protection_of_tags_is_told(gitlab: StandInGitLab, on_gitlab: Doctor) -> None:
    assert on_gitlab("--apply", "--yes").exit == Exit.READY
    developers = [{"access_level": 30, "access_level_description": "Developers + Maintainers"}]
    gitlab.protected_tags["*"] = {"name": "*", "create_access_levels": developers}
    checks = cast("list[Row]", on_gitlab().document["checks"])
    (made,) = (each for each in checks if each["id"] == "tag-creation-is-restricted")

    assert made["outcome"] == "failed"
    (finding,) = cast("list[Row]", made["findings"])
    assert finding["message"] == ("whoever may write may make a tag v* all the same, past the protection of the tags *")
    assert "visit" in cast("Row", finding["remedy"])


@pytest.mark.parametrize(("name", "value"), [("access_level", 60), ("user_id", 12), ("group_id", 12)])
def test_a_main_that_somebody_changed_is_left(gitlab: StandInGitLab, on_gitlab: Doctor, name: str, value: int) -> None:
    assert on_gitlab("--apply", "--yes").exit == Exit.READY
    row(gitlab.protected_branches["main"], "merge")[name] = value
    said = on_gitlab("--undo", "--yes")

    assert said.exit == Exit.CONFLICT
    assert "protect-main is changed since (merge_access_levels)" in told(said)
    assert (list(gitlab.protected_tags), list(gitlab.protected_branches)) == ([], ["main"])


def test_what_was_there_before_waits_until_ours_is_gone(gitlab: StandInGitLab, on_gitlab: Doctor) -> None:
    gitlab.protect("main")
    assert on_gitlab("--apply", "--yes").exit == Exit.READY
    ours = row(gitlab.protected_branches["main"], "merge")
    ours["access_level"] = 60
    said = on_gitlab("--undo", "--yes")

    assert said.exit == Exit.CONFLICT
    assert "its place is taken" in told(said)
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 0
    # Set back by hand it is as it was left, whatever number its row has by now.
    ours |= {"access_level": 40, "id": 99}
    assert on_gitlab("--undo", "--yes").exit == Exit.READY
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 40


def test_taking_back_half_way_says_what_is_bare(gitlab: StandInGitLab, on_gitlab: Doctor) -> None:
    gitlab.protect("main")
    assert on_gitlab("--apply", "--yes").exit == Exit.READY
    gitlab.fail_next("POST", PROTECTIONS, 500)
    said = on_gitlab("--undo", "--yes")

    assert said.exit == Exit.INCOMPLETE
    assert "nothing protects in its place at this moment; the same command goes on" in told(said)
    assert on_gitlab("--undo", "--yes").exit == Exit.READY
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 40


@pytest.mark.parametrize(("name", "value"), [("whitelist_usernames", []), ("whitelist_teams", ["everybody"])])
def test_tags_of_forgejo_that_somebody_changed_are_left(
    forgejo: StandInForgejo, on_forgejo: Doctor, name: str, value: list[str]
) -> None:
    assert on_forgejo("--apply", "--yes").exit == Exit.READY
    forgejo.tag_protections[0][name] = value
    said = on_forgejo("--undo", "--yes")

    assert said.exit == Exit.CONFLICT
    assert f"restrict-tags is changed since ({name})" in told(said)
    assert (len(forgejo.tag_protections), forgejo.branch_protections) == (1, {})


def test_a_main_of_forgejo_that_somebody_added_to_is_left(forgejo: StandInForgejo, on_forgejo: Doctor) -> None:
    assert on_forgejo("--apply", "--yes").exit == Exit.READY
    forgejo.branch_protections["main"]["required_approvals"] = 2
    said = on_forgejo("--undo", "--yes")

    assert said.exit == Exit.CONFLICT
    assert "protect-main is changed since (required_approvals)" in told(said)
    assert list(forgejo.branch_protections) == ["main"]


# Half-way


@pytest.mark.parametrize("status", [500, 422])
def test_the_old_protection_is_put_back_at_once(gitlab: StandInGitLab, on_gitlab: Doctor, status: int) -> None:
    gitlab.protect("main")
    gitlab.fail_next("POST", PROTECTIONS, status)
    said = on_gitlab("--apply", "--yes")

    assert said.exit != Exit.READY
    assert "the protection that main had before was put back" in told(said)
    assert "set by now" not in told(said)
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 40
    assert "nothing is left" in json.dumps(on_gitlab("--undo", "--plan").document)
    assert on_gitlab("--apply", "--yes").exit == Exit.READY
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 0


@pytest.mark.parametrize("status", [500, 422, 403])
def test_a_main_without_protection_is_told_so(gitlab: StandInGitLab, on_gitlab: Doctor, status: int) -> None:
    gitlab.protect("main")
    gitlab.fail_next("POST", PROTECTIONS, status, 2)
    said = on_gitlab("--apply", "--yes")

    assert said.exit != Exit.READY
    assert "could not be put back" in told(said)
    assert "main has no protection at this moment; not set: protect-main, restrict-tags" in told(said)
    assert "the same command goes on from there" in told(said)
    assert gitlab.protected_branches == {}

    assert on_gitlab("--apply", "--yes").exit == Exit.READY
    assert on_gitlab("--undo", "--yes").exit == Exit.READY
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 40


def test_without_protection_the_old_one_can_be_had_back(gitlab: StandInGitLab, on_gitlab: Doctor) -> None:
    gitlab.protect("main")
    gitlab.fail_next("POST", PROTECTIONS, 500, 2)
    on_gitlab("--apply", "--yes")

    assert on_gitlab("--undo", "--yes").exit == Exit.READY
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 40


def test_answers_that_are_lost_on_the_way(gitlab: StandInGitLab, on_gitlab: Doctor) -> None:
    """Taken away and made anew, and no answer to either: both are looked for."""
    gitlab.protect("main")
    gitlab.fail_next("DELETE", f"{PROTECTIONS}/main", 502, way="lost")
    gitlab.fail_next("POST", PROTECTIONS, 502, way="lost")

    assert on_gitlab("--apply", "--yes").exit == Exit.READY
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 0
    assert on_gitlab("--undo", "--yes").exit == Exit.READY
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 40


def test_a_protection_that_was_not_taken_away_stays(gitlab: StandInGitLab, on_gitlab: Doctor) -> None:
    gitlab.protect("main")
    gitlab.fail_next("DELETE", f"{PROTECTIONS}/main", 500)
    said = on_gitlab("--apply", "--yes")

    assert said.exit == Exit.INCOMPLETE
    assert "no protection" not in told(said)
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 40


def test_what_is_not_seen_is_not_claimed(gitlab: StandInGitLab, on_gitlab: Doctor) -> None:
    gitlab.protect("main")
    gitlab.fail_next("POST", PROTECTIONS, 500)
    gitlab.fail_next("GET", f"{PROTECTIONS}/main", 403, spare=1)
    said = on_gitlab("--apply", "--yes")

    assert said.exit == Exit.INCOMPLETE
    assert "main may have no protection at this moment" in told(said)


@pytest.mark.parametrize("way", ["GET", "POST"])
def test_what_is_not_seen_of_putting_it_back(gitlab: StandInGitLab, on_gitlab: Doctor, way: str) -> None:
    """The second look fails, or somebody made a protection in between."""
    gitlab.protect("main")
    gitlab.fail_next("POST", PROTECTIONS, 422 if way == "POST" else 500)
    gitlab.fail_next("POST", PROTECTIONS, 409 if way == "POST" else 500)
    if way == "GET":
        gitlab.fail_next("GET", f"{PROTECTIONS}/main", 403, spare=2)
    said = on_gitlab("--apply", "--yes")

    assert "could not be put back" in told(said)
    assert "main may have no protection at this moment" in told(said)


def test_putting_back_without_an_answer(gitlab: StandInGitLab, on_gitlab: Doctor) -> None:
    gitlab.protect("main")
    gitlab.fail_next("POST", PROTECTIONS, 500)
    gitlab.fail_next("POST", PROTECTIONS, 502, way="lost")
    said = on_gitlab("--apply", "--yes")

    assert "the protection that main had before was put back" in told(said)
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 40


def test_stopped_by_hand_between_the_two(
    gitlab: StandInGitLab, on_gitlab: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    gitlab.protect("main")
    send = GitLabSettings.send

    def stopping(host: GitLabSettings, request: Request) -> Json:
        if request.method == "POST":
            raise KeyboardInterrupt
        return send(host, request)

    with monkeypatch.context() as patch:
        patch.setattr(GitLabSettings, "send", stopping)
        said = on_gitlab("--apply", "--yes")

    assert said.exit == Exit.INTERRUPTED
    assert "main may have no protection at this moment; not set: protect-main" in said.err
    assert on_gitlab("--undo", "--yes").exit == Exit.READY
    assert row(gitlab.protected_branches["main"], "push")["access_level"] == 40


# Beside a milder one


@pytest.mark.parametrize("words", [("--plan",), ("--apply", "--yes")])
def test_a_milder_protection_stops_it_before_anything_is_sent(
    gitlab: StandInGitLab, on_gitlab: Doctor, words: tuple[str, ...]
) -> None:
    gitlab.protect("*", push=30, merge=30, force=True)
    said = on_gitlab(*words)
    whole = json.dumps(said.document)

    assert said.exit == Exit.CONFLICT
    assert "GitLab follows the mildest: * allows pushes and force pushes" in whole
    assert "let nobody push past the protection *" in whole
    assert writes(gitlab) == []


def test_a_strict_one_or_one_of_other_branches_stops_nothing(gitlab: StandInGitLab, on_gitlab: Doctor) -> None:
    gitlab.protect("ma*", push=0)
    gitlab.protect("release/*", push=30, force=True)

    assert on_gitlab("--apply", "--yes").exit == Exit.READY


# What a host cannot do


def test_nothing_is_wrong_on_forgejo_once_it_is_set(
    tmp_path: Path, forgejo: StandInForgejo, on_forgejo: Doctor
) -> None:
    workflow = tmp_path / ".forgejo/workflows/release.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text('on:\n  push:\n    tags: ["v*"]\njobs: {}\n', encoding="utf-8")
    before = on_forgejo()
    assert on_forgejo("--apply", "--yes").exit == Exit.READY
    forgejo.report("main", "readiness / ready (push)", "success")
    said = on_forgejo()

    assert before.outcomes["tags-stay-as-they-are"] == "failed"
    assert said.outcomes["tags-stay-as-they-are"] == "skipped"
    assert "move and delete them as well" in said.out
    assert (said.exit, [name for name, outcome in said.outcomes.items() if outcome == "failed"]) == (Exit.READY, [])
