"""`guard` on a generated history of which it is known how each commit came to main: no verdict is wrong."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from guard.generated import Story, tell
from repositories import Repo
from tagship.adapters.github.activity import GitHubActivity
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.guarding import Guarded, Provenance
from tagship.rehearsal.host import StandInHost
from tagship.workflow.guarding.examining import guard
from tagship.workflow.guarding.place import GuardPlace
from tagship.workflow.workplace import Wishes

COMMITS = 2000
SEED = 20260105
KINDS = {
    "first push", "direct", "merge", "squash", "rebase", "forced", "merge by hand", "web edit", "indirect merge",
    "queue", "revert",
}  # fmt: skip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Two thousand commits on a stand-in host."""
    top = tmp_path_factory.mktemp("story")
    Repo(top).git("init", "--quiet", "--bare", "--initial-branch=main", "hosted.git")
    with StandInHost(git=top / "hosted.git") as host:
        told = Story(host, top / "hosted.git", SEED)
        tell(told, COMMITS)
        yield told
        assert host.server.crashes == []


@pytest.fixture(scope="module")
def clone(story: Story) -> Path:
    """What anybody has who clones it now."""
    path = story.git.with_name("clone")
    Repo(path.parent).git("clone", "--quiet", story.git.as_uri(), str(path))
    return path


@pytest.fixture(scope="module")
def witnesses_clone(story: Story) -> Path:
    """A clone of somebody who was there all the time, and has what was thrown away."""
    path = story.git.with_name("older-clone")
    Repo(path.parent).git("clone", "--quiet", story.git.as_uri(), str(path))
    Repo(path).git("fetch", "--quiet", "origin", "refs/kept/*:refs/kept/*")
    return path


def guarded(story: Story, clone: Path, span: str, *, token: str | None = None, days: int | None = None) -> Guarded:
    """What is said of a range by who asks the host with a token."""
    host = story.host
    owner, _, name = host.repository.partition("/")
    wishes = Wishes(host_name="github", offline=True)
    with HttpClient() as http, GuardPlace(clone, environ={}, wishes=wishes) as place:
        secret = Secret(token or host.token, origin="GH_TOKEN")
        patience = Patience(pause=lambda _: None)
        place.witness = GitHubActivity(http, owner, name, secret, api=host.api_url, patience=patience)
        return guard(place, span=span) if days is None else guard(place, days=days, now=host.settings.now())


def verdicts(seen: Guarded) -> Mapping[str, Provenance]:
    return {arrival.commit: arrival.verdict for arrival in seen.main}


def all_of(story: Story) -> str:
    return f"{story.run('rev-list', '--max-parents=0', 'refs/heads/main')}..origin/main"


def truth(story: Story, commits: Mapping[str, object]) -> Mapping[str, Provenance]:
    return {commit: story.truth[commit] for commit in commits}


def test_every_kind_is_among_them(story: Story) -> None:
    assert set(story.kinds) == KINDS
    assert min(story.kinds.values()) >= 3
    assert len(story.truth) >= COMMITS
    assert story.doubtful
    assert set(story.run("rev-list", "refs/heads/main").split()) <= story.truth.keys()


def test_no_verdict_is_wrong(story: Story, witnesses_clone: Path) -> None:
    before = len(story.host.log)
    seen = verdicts(guarded(story, witnesses_clone, all_of(story)))
    asked = len(story.host.log) - before

    assert seen == truth(story, seen)
    assert len(seen) > 0.9 * COMMITS
    # One page for a hundred updates, one for a hundred pull requests, and few questions about single commits.
    assert asked < 60


def test_what_was_thrown_away_is_unverified_only_where_it_matters(story: Story, clone: Path) -> None:
    seen = verdicts(guarded(story, clone, all_of(story)))
    expected = {
        commit: Provenance.UNVERIFIED if commit in story.doubtful else came
        for commit, came in truth(story, seen).items()
    }

    assert seen == expected
    assert Provenance.UNVERIFIED in seen.values()


def test_a_log_that_is_cut_off(story: Story, witnesses_clone: Path) -> None:
    """What came before the log begins is unverified; what came after is as it was."""
    updates = [update for update in story.host.activity.updates if update.ref == "refs/heads/main"]
    cut = updates[len(updates) // 2]
    story.host.activity.kept = len(story.host.activity.updates) - story.host.activity.updates.index(cut)
    try:
        seen = verdicts(guarded(story, witnesses_clone, all_of(story)))
    finally:
        story.host.activity.kept = None
    older = set(story.run("rev-list", cut.before).split())

    assert {commit for commit, verdict in seen.items() if verdict is Provenance.UNVERIFIED} == older & seen.keys()
    assert {commit: verdict for commit, verdict in seen.items() if commit not in older} == truth(
        story, {commit: 0 for commit in seen if commit not in older}
    )


def test_the_last_days(story: Story, witnesses_clone: Path) -> None:
    """What the host's log tells of as having come since then, whatever its commits say they were made at."""

    seen = verdicts(guarded(story, witnesses_clone, "", days=3))
    since = story.now - timedelta(days=3)
    first = next(
        update for update in story.host.activity.updates if update.ref == "refs/heads/main" and update.at >= since
    )

    assert set(seen) == set(story.between(first.before, "refs/heads/main"))
    assert seen == truth(story, seen)
    assert 10 < len(seen) < 0.5 * COMMITS


def test_who_may_not_read_the_log_is_told_so(story: Story, witnesses_clone: Path) -> None:
    token = story.host.issue_token({"metadata": "read", "pull-requests": "read"}, kind="actions")
    before = len(story.host.log)
    seen = guarded(story, witnesses_clone, all_of(story), token=token)

    assert set(verdicts(seen).values()) == {Provenance.UNVERIFIED}
    assert "the activity log: " in str(seen.verdicts[0].reason)
    assert "answered 403" in str(seen.verdicts[0].reason)
    assert len(story.host.log) - before == 1


def test_who_may_not_read_pull_requests_sees_what_was_pushed(story: Story, witnesses_clone: Path) -> None:
    """The log alone proves that a commit came past them; that one came through one takes both."""
    token = story.host.issue_token({"metadata": "read", "contents": "read"}, kind="actions")
    seen = verdicts(guarded(story, witnesses_clone, all_of(story), token=token))
    expected = {
        commit: Provenance.DIRECT if came is Provenance.DIRECT else Provenance.UNVERIFIED
        for commit, came in truth(story, seen).items()
    }

    assert seen == expected


def test_a_host_that_fails_half_way(story: Story, witnesses_clone: Path) -> None:
    """The log breaks off after two pages: what they tell stands, and nothing else is guessed."""
    story.host.fail_next("GET", "*/activity*", 502, times=20, spare=2)
    try:
        seen = verdicts(guarded(story, witnesses_clone, all_of(story)))
    finally:
        story.host.reception.troubles.ordered.clear()
    known = {commit: verdict for commit, verdict in seen.items() if verdict is not Provenance.UNVERIFIED}

    assert known == truth(story, known)
    assert 0 < len(known) < len(seen)
