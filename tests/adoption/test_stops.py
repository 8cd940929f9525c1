"""Whatever is wrong with a release stops it where it should, says why, and leaves nothing behind for good."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from adoption.adopted import (
    FILES,
    RELEASE_YML,
    TAG,
    TOKEN,
    TRUSTED,
    VERSION,
    Adopted,
    begun,
    keep_token,
    told,
    trust,
)
from adoption.conftest import Adopt, Stop
from running.events import push
from running.results import RunResult
from servers.handmade import make_wheel
from tagship.rehearsal.index import ACCOUNT
from tagship.rehearsal.sample import NAME
from tagship.rehearsal.wire import Request, Response, Slice

pytestmark = pytest.mark.slow
WHEEL = next(name for name in FILES if name.endswith(".whl"))


def check_stopped(adopted: Adopted, run: RunResult, *jobs: str, served: frozenset[str] = frozenset()) -> None:
    """The last of these jobs failed, no other one began, the index holds no more, and one issue tells of it."""
    assert begun(run) == list(jobs), run.log
    assert [run.job(name).conclusion for name in jobs] == [*["success"] * (len(jobs) - 1), "failure"], run.log
    assert adopted.served() == served
    assert [release.draft for release in adopted.world.host.releases if not release.draft] == []
    assert run.job("failed").conclusion == "success", run.log
    assert adopted.issues() == [f"Release of {run.event.ref_name} failed"]


# What the gate finds


def a_red_check(adopted: Adopted) -> str:
    adopted.green("HEAD", lint="failure")
    adopted.tag(green=False)
    return TAG


def another_version(adopted: Adopted) -> str:
    adopted.tag("v1.3.0")
    return "v1.3.0"


def off_main(adopted: Adopted) -> str:
    adopted.repo.branch("aside")
    adopted.repo.commit({"README.md": "# aside\n"}, "Aside")
    adopted.tag()
    return TAG


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (a_red_check, "lint failed on "),
        (another_version, "1.2.0"),
        (off_main, "not on main"),
    ],
)
def test_the_gate_stops_it(adopt: Adopt, happens: Callable[[Adopted], str], why: str) -> None:
    """Pains 4 and 14, failures 18 and 37: before anything is built, and before anybody is asked to approve."""
    adopted = adopt()
    approved: list[str] = []

    def approve(job: str, _environment: str) -> bool:
        approved.append(job)
        return True

    adopted.runner.approve = approve
    name = happens(adopted)
    run = adopted.run(RELEASE_YML, push(adopted.repository, f"refs/tags/{name}"))

    check_stopped(adopted, run, "gate")
    assert why in told(run.job("gate"))
    assert approved == []


# What the credential's job finds


def dead(adopted: Adopted) -> None:
    token = adopted.world.index.tokens.issue(ACCOUNT, projects=[NAME])
    adopted.world.index.tokens.revoke(token)
    keep_token(adopted.world, token, TOKEN)


def absent(adopted: Adopted) -> None:
    adopted.world.host.secrets.held.clear()
    adopted.world.take_settings()


def for_another(adopted: Adopted) -> None:
    keep_token(adopted.world, adopted.world.index.tokens.issue(ACCOUNT, projects=["another"]), TOKEN)


def cut_short(adopted: Adopted) -> None:
    keep_token(adopted.world, adopted.world.index.tokens.issue(ACCOUNT)[:40], TOKEN)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (dead, "does not know the token"),
        (absent, "TAGSHIP_TOKEN is empty"),
        (for_another, "another"),
        (cut_short, "well-formed"),
    ],
)
def test_a_bad_token_stops_it_before_anything_is_built(
    stop: Stop, happens: Callable[[Adopted], None], why: str
) -> None:
    """Pains 9, 10 and 11: which of the several things is wrong, minutes before an upload would have been refused."""
    adopted, before = stop("credential", TOKEN)
    happens(adopted)
    run = adopted.runner.run_again(before)

    check_stopped(adopted, run, "gate", "credential")
    assert why in told(run.job("credential"))


def test_without_the_permission_to_ask_for_an_identity_it_stops(adopt: Adopt) -> None:
    """Pain 7, and failure 26: who may not ask is told which line of which job is missing."""
    adopted = adopt()
    written = "    permissions:\n      id-token: write # exchanged for a token of the index, which is burnt at once\n"
    adopted.rewrite(RELEASE_YML, (written, "    permissions: {}\n"))
    run = adopted.release()

    check_stopped(adopted, run, "gate", "credential")
    assert "id-token: write" in told(run.job("credential"))
    assert not run.job("credential").identified


def test_a_publisher_that_the_index_does_not_know_stops_it_claim_by_claim(stop: Stop) -> None:
    """Pains 7 and 8: the environment differs, and nothing is fallen back to, though a token that is good lies there."""
    adopted, before = stop("credential")
    adopted.world.index.publishers._trusted.clear()
    keep_token(adopted.world, adopted.world.index.token, TRUSTED)
    trust(adopted.world, NAME, "elsewhere")
    run = adopted.runner.run_again(before)

    check_stopped(adopted, run, "gate", "credential")
    said = told(run.job("credential"))
    assert "environment" in said
    assert "pypi" in said
    assert not any(job.secrets for job in run.jobs)


# Who is let in


def test_an_environment_that_does_not_know_the_ref_lets_no_credential_out(stop: Stop) -> None:
    adopted, before = stop("credential")
    (held,) = adopted.world.host.environments.held.values()
    held.policies[:] = [each for each in held.policies if each.kind == "branch"]
    adopted.world.take_settings()
    run = adopted.runner.run_again(before)

    assert begun(run) == ["gate"]
    assert run.job("credential").conclusion == "failure"
    assert (
        told(run.job("credential"))
        == f'Tag "{TAG}" is not allowed to deploy to pypi due to environment protection rules.'
    )
    assert adopted.issues() == [f"Release of {TAG} failed"]


@pytest.mark.parametrize("job", ["credential", "publish"])
def test_a_reviewer_who_says_no_is_obeyed(stop: Stop, job: str) -> None:
    """Whether it is before anything is built, or once the files are there to be looked at."""
    adopted, run = stop(job)
    before = {"credential": ["gate"], "publish": ["gate", "credential", "build", "validate"]}[job]

    assert begun(run) == before
    assert told(run.job(job)) == "The deployment to pypi was rejected."
    assert run.job(job).steps == []
    assert adopted.served() == set()


# What happens to the files between the jobs


def swap(run: RunResult, change: Callable[[dict[str, bytes]], None], *, told_anew: bool) -> None:
    """Put another content into the artifact with the distributions; the host's digest follows, or does not."""
    number, kept = next((number, kept) for number, kept in run.artifacts.items() if kept.name == "dist")
    with zipfile.ZipFile(io.BytesIO(kept.content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    digest = hashlib.sha256(content.getvalue()).hexdigest() if told_anew else kept.digest
    run.artifacts[number] = replace(kept, content=content.getvalue(), digest=digest)


def another_wheel(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.endswith(".whl"))
    members[name] += b"\0"


def one_less(members: dict[str, bytes]) -> None:
    del members[next(name for name in members if name.endswith(".whl"))]


def one_more(members: dict[str, bytes]) -> None:
    members["dist/SHA256SUMS"] = b"0  x\n"


def lost(members: dict[str, bytes]) -> None:
    for name in [name for name in members if name.startswith("dist/")]:
        members[name.replace("dist/", "elsewhere/")] = members.pop(name)


@pytest.mark.parametrize(
    ("change", "told_anew", "why"),
    [
        (another_wheel, False, "digest validation failed"),
        (another_wheel, True, "sha256"),
        (one_less, True, "sample_ship-1.2.0-py3-none-any.whl"),
        (one_more, True, "SHA256SUMS"),
        (lost, True, "is gone"),
    ],
)
def test_files_that_changed_between_jobs_are_not_published(
    stop: Stop, *, change: Callable[[dict[str, bytes]], None], told_anew: bool, why: str
) -> None:
    """Failures 4 and 27: the job that publishes looks at names and digests again, whatever was handed to it."""
    adopted, before = stop("publish")
    held = dict(before.artifacts)
    swap(before, change, told_anew=told_anew)
    try:
        run = adopted.runner.run_again(before)
    finally:
        before.artifacts = held

    check_stopped(adopted, run, "gate", "credential", "build", "validate", "publish")
    assert why in told(run.job("publish"))
    assert not any(request.method == "POST" and request.path == "/legacy/" for request in adopted.world.index.log)


# What the index does


def test_an_upload_that_dies_half_way_is_taken_up_again(stop: Stop) -> None:
    """Pains 1 and 3: the failed jobs run again, what is there is compared and not sent twice, and the issue closes."""
    adopted, before = stop("publish")
    sent: list[str] = []

    def die(request: Request) -> None:
        if is_upload(request):
            sent.append(request.path)
            if adopted.served():
                raise ConnectionAbortedError

    adopted.world.index.server.before = die
    half = adopted.runner.run_again(before)
    there = frozenset(adopted.served())

    check_stopped(adopted, half, "gate", "credential", "build", "validate", "publish", served=there)
    assert len(there) == 1
    sent.clear()
    adopted.world.index.server.before = lambda request: sent.append(request.path) if is_upload(request) else None
    whole = adopted.runner.run_again(half)

    assert whole.conclusion == "success", whole.log
    assert adopted.served() == FILES
    assert len(sent) == 1
    assert adopted.issues() == []


def is_upload(request: Request) -> bool:
    return request.method == "POST" and request.header("Content-Type").startswith("multipart/form-data")


def test_a_version_that_is_published_with_other_bytes_is_not_added_to(stop: Stop) -> None:
    """Pains 4 and 5: nothing is skipped by its name; both digests are told, and what to do with a spent version."""
    adopted, before = stop("publish")
    adopted.world.index.seed(make_wheel(adopted.repo.path.parent, NAME, VERSION))
    run = adopted.runner.run_again(before)

    check_stopped(adopted, run, "gate", "credential", "build", "validate", "publish", served=frozenset({WHEEL}))
    assert f"other bytes under the name {WHEEL}" in told(run.job("publish"))


def test_an_index_that_serves_other_bytes_is_not_called_a_release(stop: Stop) -> None:
    """Pain 2, failure 34: what watchers of the host are told of waits for the proof, and the proof does not hold."""
    adopted, before = stop("publish")

    def change(request: Request, response: Response) -> Response:
        if request.path.startswith("/packages/") and isinstance(response.body, Slice):
            return replace(response, body=response.body.path.read_bytes()[::-1])
        return response

    adopted.world.index.server.after = change
    run = adopted.runner.run_again(before)

    check_stopped(adopted, run, "gate", "credential", "build", "validate", "publish", "prove", served=frozenset(FILES))
    assert "sha256" in told(run.job("prove"))
    assert list(adopted.world.host.releases) == []


def test_every_failure_is_told_in_one_issue_that_leads_with_the_first_cause(stop: Stop) -> None:
    """Pain 37, failure 13: a second failure is a comment; what names no step and no error is no report."""
    adopted, before = stop("publish")
    adopted.runner.approve = lambda job, _environment: job != "publish"
    again = adopted.runner.run_again(before)
    once_more = adopted.runner.run_again(again)
    (issue,) = adopted.world.host.issues.held

    assert once_more.conclusion == "failure"
    assert (issue.author, issue.state, issue.title) == ("github-actions[bot]", "open", f"Release of {TAG} failed")
    assert issue.body is not None
    assert issue.body.startswith("[Publish](https://github.com/")
    assert "RELEASING.md" in issue.body
    assert len(issue.comments) == 1
    adopted.runner.approve = lambda _job, _environment: True
    assert adopted.runner.run_again(once_more).conclusion == "success"
    assert issue.state == "closed"
