"""Pushes and merges on the stand-in host, and what it tells of them afterwards."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openapi import validated
from rehearsal.calling import ADMINISTRATOR, MAIN, TAGS_KEPT, TAGS_MADE, Client, Told, calling
from repositories import Repo
from tagship.errors import UsageError
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.history import How
from tagship.rehearsal.host.objects import NOWHERE
from tagship.rehearsal.host.pulls import StoredPull
from tagship.rehearsal.host.rulings import PushRefused


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.new(tmp_path / "project")
    repo.commit({"a.txt": "a\n"}, "First")
    return repo


@pytest.fixture
def host(repo: Repo) -> Iterator[StandInHost]:
    with StandInHost(git=repo.remote) as running, validated(running, refused=True):
        running.push("main", "main", source=repo.path)
        yield running
        assert running.server.crashes == []


@pytest.fixture
def call(host: StandInHost) -> Iterator[Client]:
    with calling(host, host.issue_token(ADMINISTRATOR, admin=True)) as client:
        client("GET", "")
        yield client


def proposed(repo: Repo, host: StandInHost, name: str, commits: int = 1) -> StoredPull:
    """A pull request of so many commits, each of which adds a file."""
    repo.git("fetch", "--quiet", "origin")
    repo.branch(name, "origin/main")
    for number in range(commits):
        repo.commit({f"{name}-{number}.txt": name}, f"{name} {number}")
    host.push(name, name, source=repo.path, actor="somebody")
    return host.open_pull(name, actor="somebody", title=name.capitalize())


def kinds(call: Client, query: str = "ref=refs/heads/main") -> list[str]:
    return [each["activity_type"] for each in call("GET", f"activity?{query}").content]


def links_of(answer: Told) -> dict[str, str]:
    """Where the other pages are."""
    return {name: url for url, name in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["Link"])}


def pulls_of(call: Client, commit: str) -> list[int]:
    return [each["number"] for each in call("GET", f"commits/{commit}/pulls").content]


@pytest.mark.parametrize(("how", "introduced"), [("merge", 3), ("squash", 1), ("rebase", 2), ("queue", 1)])
def test_what_a_button_merges(repo: Repo, host: StandInHost, call: Client, how: How, introduced: int) -> None:
    pull = proposed(repo, host, "work", commits=2)
    before = host.objects.tip("refs/heads/main")
    repo.branch("other", "main")
    host.push("main", repo.commit({"c.txt": "c"}, "Meanwhile"), source=repo.path)
    main = host.objects.tip("refs/heads/main")
    tip = host.merge(pull, how=how, actor="merger")
    new = host.objects.between(main, tip)
    newest = call("GET", "activity?ref=main&per_page=1").content[0]

    assert len(new) == introduced
    assert [pulls_of(call, commit) for commit in new] == [[pull.number]] * introduced
    assert pulls_of(call, main) == []
    assert kinds(call) == ["merge_queue_merge" if how == "queue" else "pr_merge", "push", "branch_creation"]
    assert (newest["before"], newest["after"], newest["actor"]["login"]) == (main, tip, "merger")
    assert host.objects.holds(tip, before)
    assert host.objects.blob(f"{tip}:work-1.txt") == b"work"
    assert host.objects.blob(f"{tip}:c.txt") == b"c"
    merged = call("GET", "pulls?state=closed").content[0]
    assert (merged["merged_at"] is not None, merged["merge_commit_sha"]) == (True, tip)


def test_the_queue_merges_several_at_once(repo: Repo, host: StandInHost, call: Client) -> None:
    pulls = [proposed(repo, host, name) for name in ("one", "two")]
    main = host.objects.tip("refs/heads/main")
    tip = host.merge(*(pull.number for pull in pulls), how="queue")
    second, first = host.objects.between(main, tip)

    assert [pulls_of(call, first), pulls_of(call, second)] == [[1], [2]]
    assert kinds(call, "ref=main&activity_type=merge_queue_merge") == ["merge_queue_merge"]


def test_who_pushes_the_commits_of_a_pull_request_has_it_marked_as_merged(
    repo: Repo, host: StandInHost, call: Client
) -> None:
    """The trap: by the pull requests alone the commits are in order, and only the log tells of the push."""
    pull = proposed(repo, host, "work", commits=2)
    commits = host.objects.between("refs/heads/main", pull.commit)
    open_before = [pulls_of(call, commit) for commit in commits]
    host.push("main", pull.commit)

    assert open_before == [[1], [1]]
    assert [pulls_of(call, commit) for commit in commits] == [[1], [1]]
    assert call("GET", "pulls?state=all").content[0]["merged_at"] is not None
    assert kinds(call) == ["push", "branch_creation"]


def test_a_direct_push_a_forced_one_and_an_edit(repo: Repo, host: StandInHost, call: Client) -> None:
    first = host.objects.tip("refs/heads/main")
    pushed = host.push("main", repo.commit({"b.txt": "b"}, "Direct"), source=repo.path, actor="direct")
    assert pushed is not None
    with pytest.raises(PushRefused, match="unless they are forced"):
        host.push("main", first)
    forced = host.push("main", first, force=True)
    edited = host.edit("docs/x.md", b"x\n", actor="web")
    again = host.push("main", edited.after)

    assert forced is not None
    assert again is None
    assert kinds(call) == ["push", "force_push", "push", "branch_creation"]
    assert pulls_of(call, pushed.after) == []
    commit = call("GET", f"commits/{edited.after}").content["commit"]
    assert (commit["committer"]["name"], commit["author"]["name"]) == ("GitHub", "web")
    assert host.objects.blob(f"{edited.after}:docs/x.md") == b"x\n"
    assert host.objects.blob(f"{edited.after}:a.txt") == b"a\n"


def test_a_branch_that_goes_takes_its_pull_request_along(repo: Repo, host: StandInHost, call: Client) -> None:
    pull = proposed(repo, host, "work")
    host.push("work", repo.commit({"d.txt": "d"}), source=repo.path)
    newer = pull.commit
    host.delete("work")

    assert newer == repo.git("rev-parse", "work")
    assert (pull.state, pull.merged_at, host.objects.tip("refs/heads/work")) == ("closed", None, NOWHERE)
    assert kinds(call, "ref=work") == ["branch_deletion", "push", "branch_creation"]
    with pytest.raises(UsageError, match="only open pull requests"):
        host.merge(pull)


def test_what_contradicts_cannot_be_merged(repo: Repo, host: StandInHost, call: Client) -> None:
    pull = proposed(repo, host, "work")
    host.edit("work-0.txt", b"another\n")
    with pytest.raises(UsageError, match="without conflicts"):
        host.merge(pull)

    assert [each["number"] for each in call("GET", "pulls").content] == [pull.number]


def test_a_real_push_can_be_told_of(repo: Repo, host: StandInHost, call: Client) -> None:
    before = host.objects.tip("refs/heads/main")
    after = repo.commit({"b.txt": "b"})
    repo.git("push", "--quiet", "origin", "main")
    update = host.received("refs/heads/main", before, after, actor="somebody")

    assert update is not None
    assert (update.kind, update.actor) == ("push", "somebody")
    assert host.received("refs/tags/v1", NOWHERE, after) is None
    assert kinds(call) == ["push", "branch_creation"]


def test_merges_can_be_told_of(repo: Repo, host: StandInHost, call: Client) -> None:
    """As of a history that was made in one go."""
    before = host.objects.tip("refs/heads/main")
    after = repo.commit({"b.txt": "b"}, "Squashed (#7)")
    repo.git("push", "--quiet", "origin", "main")
    host.pulls.append(pull := StoredPull(7, "gone", "c" * 40))
    update = host.landed(pull, before, after, [after], how="queue", actor="github-merge-queue[bot]")

    assert update.kind == "merge_queue_merge"
    assert pulls_of(call, after) == [7]
    assert kinds(call) == ["merge_queue_merge", "branch_creation"]


class TestActivity:
    def test_pages_lead_on_and_back(self, host: StandInHost, call: Client) -> None:
        for number in range(5):
            host.edit("x", f"{number}".encode())
        first = call("GET", "activity?ref=main&per_page=2")
        links = links_of(first)
        second = call("GET", links["next"])
        backwards = links_of(second)
        back = call("GET", backwards["prev"])

        assert [each["id"] for each in (*first.content, *second.content)] == [6, 5, 4, 3]
        assert back.content == first.content
        assert "ref=main" in links["next"]

    def test_it_is_asked_by_time_actor_and_kind(self, host: StandInHost, call: Client) -> None:
        host.edit("x", b"1", at=datetime.now(UTC) - timedelta(days=10), actor="old")
        host.edit("x", b"2", actor="new")

        assert len(kinds(call, "time_period=week")) == 2
        assert len(kinds(call, "time_period=month")) == 3
        assert kinds(call, "actor=old") == ["push"]
        assert kinds(call, "direction=asc&activity_type=push") == ["push", "push"]
        assert kinds(call, "ref=nowhere") == []
        for wrong in ("time_period=hour", "activity_type=tag", "direction=up", "after=x", "before=Y3Vyc29yOjk5"):
            assert call("GET", f"activity?{wrong}").status == 422

    def test_a_history_that_ends(self, host: StandInHost, call: Client) -> None:
        host.edit("x", b"1")
        host.activity.kept = 1
        assert kinds(call) == ["push"]
        host.activity.kept = 0
        assert kinds(call) == []


class TestRules:
    def test_what_they_let_through(self, repo: Repo, host: StandInHost, call: Client) -> None:
        host.rulesets.add(MAIN)
        pull = proposed(repo, host, "work")
        with pytest.raises(PushRefused, match="pull_request"):
            host.edit("x", b"1")
        with pytest.raises(PushRefused, match="required_status_checks"):
            host.merge(pull)
        host.check_runs[pull.commit] = {"ready": "success"}
        tip = host.merge(pull)
        suites = call("GET", "rulesets/rule-suites?ref=refs/heads/main").content
        failed = call("GET", "rulesets/rule-suites?rule_suite_result=fail&actor_name=stand-in").content
        one = call("GET", f"rulesets/rule-suites/{suites[0]['id']}")

        assert [suite["result"] for suite in suites] == ["pass", "fail", "fail"]
        assert len(failed) == 2
        assert one.content["after_sha"] == tip
        assert call("GET", "branches/main").content["protected"] is True
        assert kinds(call) == ["pr_merge", "branch_creation"]

    def test_who_may_bypass_them(self, host: StandInHost, call: Client) -> None:
        bypass = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
        host.rulesets.add({**MAIN, "bypass_actors": bypass})
        host.edit("x", b"1")
        with pytest.raises(PushRefused):
            host.edit("x", b"2", actor="somebody")

        assert [suite["result"] for suite in call("GET", "rulesets/rule-suites").content] == ["fail", "bypass"]
        assert len(call("GET", "rulesets/rule-suites?rule_suite_result=bypass").content) == 1

    def test_tags(self, repo: Repo, host: StandInHost, call: Client) -> None:
        host.rulesets.add(TAGS_MADE)
        host.rulesets.add(TAGS_KEPT)
        tag = repo.git("rev-parse", repo.tag("v1.0"))
        with pytest.raises(PushRefused, match="creation"):
            host.push("refs/tags/v1.0", "v1.0", source=repo.path, actor="github-actions[bot]")
        assert host.push("refs/tags/v1.0", "v1.0", source=repo.path) is None
        repo.commit({"b.txt": "b"})
        for moved in (repo.git("rev-parse", "HEAD"), NOWHERE):
            with pytest.raises(PushRefused):
                host.push("refs/tags/v1.0", moved, source=None if moved == NOWHERE else repo.path, force=True)

        assert call("GET", "git/ref/tags/v1.0").content["object"] == {
            "sha": tag,
            "type": "tag",
            "url": f"{host.api_url}/repos/stand-in/project/git/tags/{tag}",
        }
        assert call("GET", f"git/tags/{tag}").content["tag"] == "v1.0"


def test_what_is_not_there(host: StandInHost, call: Client) -> None:
    host.others.tags["actions/none"] = {}
    paths = {
        f"commits/{'9' * 40}": 422,
        f"commits/{'9' * 40}/pulls": 422,
        "compare/main...nowhere": 404,
        "git/ref/tags/v9": 404,
        f"git/tags/{'9' * 40}": 404,
        "contents/none": 404,
        "branches/none": 404,
        "/repos/actions/checkout/tags": 404,
        "/repos/actions/none/releases/latest": 404,
        "/orgs/stand-in": 404,
        "/users/nobody": 404,
        "actions/workflows/none.yml": 404,
    }

    assert {path: call("GET", path).status for path in paths} == paths
    assert host.activity.updates[0].kind == "branch_creation"


def test_comparisons(repo: Repo, host: StandInHost, call: Client) -> None:
    base = host.objects.tip("refs/heads/main")
    pull = proposed(repo, host, "work", commits=2)
    host.edit("x", b"1")
    told = call("GET", f"compare/{base}...{pull.commit}").content
    diverged = call("GET", f"compare/main...{pull.commit}?per_page=1&page=2").content

    assert (told["status"], told["ahead_by"], told["behind_by"]) == ("ahead", 2, 0)
    assert [file["filename"] for file in told["files"]] == ["work-0.txt", "work-1.txt"]
    assert [commit["commit"]["message"] for commit in told["commits"]] == ["work 0", "work 1"]
    assert (diverged["status"], diverged["ahead_by"], diverged["behind_by"]) == ("diverged", 2, 1)
    assert [commit["sha"] for commit in diverged["commits"]] == [pull.commit]
    assert diverged["merge_base_commit"]["sha"] == base
    assert call("GET", f"compare/{pull.commit}...{base}").content["status"] == "behind"
    assert call("GET", f"compare/{base}...{base}").content["status"] == "identical"


def test_dispatches(repo: Repo, host: StandInHost, call: Client) -> None:
    path = ".github/workflows/release.yml"
    host.actions.states[path] = "active"
    dispatch = "actions/workflows/release.yml/dispatches"
    statuses = [
        call("POST", dispatch, {"ref": "main", "inputs": {"tag": "v1"}}).status,
        call("POST", "actions/workflows/1/dispatches", {"ref": "nowhere"}).status,
        call("POST", dispatch, {}).status,
    ]
    host.actions.states[path] = "disabled_manually"
    statuses.append(call("POST", dispatch, {"ref": "main"}).status)
    (run,) = host.actions.runs

    assert statuses == [204, 422, 422, 422]
    assert (run.event, run.inputs, run.commit) == ("workflow_dispatch", {"tag": "v1"}, repo.git("rev-parse", "main"))
