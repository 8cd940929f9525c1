"""What servers do to a release, and what a release does about it."""

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from servers.handmade import make_sdist, make_wheel
from ship.scene import FILES, PROJECT, VERSION, Scene, scene
from tagship.errors import Exit
from tagship.rehearsal.wire import LoopbackServer, Request, Response, Slice

WHEEL, SDIST = sorted(FILES, key=lambda name: name.endswith(".tar.gz"))
HTML = {"Content-Type": "text/html"}


def is_upload(request: Request) -> bool:
    """An upload, and not the form without a file that asks whether a token is alive."""
    return request.method == "POST" and request.header("Content-Type").startswith("multipart/")


def is_page(request: Request) -> bool:
    return request.method == "GET" and request.path.startswith("/simple/")


def is_download(request: Request) -> bool:
    return request.method == "GET" and request.path.startswith("/packages/")


class Times:
    """Counts the requests that a fault is meant for; `number` of them were met so far."""

    def __init__(self, meant: Callable[[Request], bool]) -> None:
        self._meant = meant
        self.number = 0

    def __call__(self, request: Request) -> bool:
        met = self._meant(request)
        self.number += met
        return met


def counted(world: Scene, meant: Callable[[Request], bool]) -> Times:
    """Counts requests to the index, and leaves them alone."""
    times = Times(meant)

    def count(request: Request) -> None:
        times(request)

    world.index.server.before = count
    return times


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_answer_is_not_repeated(world: Scene, lost: int) -> None:
    uploads = Times(is_upload)

    def cut(request: Request, response: Response) -> Response:
        if uploads(request) and uploads.number <= lost:
            raise ConnectionAbortedError
        return response

    world.index.server.after = cut
    outcome = world.run()

    assert outcome.exit == Exit.READY, outcome.stderr
    assert uploads.number == len(FILES)

    world.check_released()


@pytest.mark.parametrize("there", [WHEEL, SDIST])
def test_what_is_there_with_our_bytes_is_not_sent(world: Scene, there: str) -> None:
    world.run("build")
    world.index.seed(world.dist / there)
    uploads = counted(world, is_upload)
    outcome = world.run()

    assert outcome.exit == Exit.READY, outcome.stderr
    assert uploads.number == 1

    world.check_released()


def test_what_is_there_whole_needs_no_credential(world: Scene) -> None:
    world.run("build")
    for name in FILES:
        world.index.seed(world.dist / name)
    outcome = world.run("publish")

    assert outcome.exit == Exit.READY
    assert world.posted == 0
    assert "no credential is needed" in outcome.stderr


@pytest.mark.parametrize("make", [make_wheel, make_sdist])
@pytest.mark.parametrize("built", [False, True], ids=["to-build", "built"])
def test_other_bytes_under_our_name_stop_everything(
    world: Scene, tmp_path: Path, make: Callable[..., Path], *, built: bool
) -> None:
    if built:
        world.run("build")
    other = make(tmp_path, PROJECT, VERSION, code="other = True\n")
    world.index.seed(other)
    before = world.served
    outcome = world.run(format="json")
    error = json.loads(outcome.stdout)

    assert outcome.exit == Exit.CONFLICT
    assert error["kind"] == "conflict"
    assert hashlib.sha256(other.read_bytes()).hexdigest() in error["message"]
    assert world.served == before
    assert world.sent == 0
    assert list(world.host.releases) == []


def test_other_bytes_that_come_in_between_stop_the_upload(world: Scene, tmp_path: Path) -> None:
    """Somebody else uploads the sdist while the draft is being made."""
    other = make_sdist(tmp_path, PROJECT, VERSION, code="other = True\n")

    def meanwhile(request: Request, response: Response) -> Response:
        if request.method == "POST":
            world.index.seed(other)
        return response

    world.host.server.after = meanwhile
    outcome = world.run()

    assert outcome.exit == Exit.CONFLICT
    assert set(world.served) == {SDIST}
    assert [release.draft for release in world.host.releases] == [True]


@pytest.mark.parametrize("meant", [is_upload, is_page, is_download], ids=["upload", "page", "download"])
def test_an_index_that_is_out_of_breath_is_asked_again(world: Scene, meant: Callable[[Request], bool]) -> None:
    busy = Times(meant)
    world.index.server.before = lambda request: Response(503) if busy(request) and busy.number <= 2 else None
    outcome = world.run()

    assert outcome.exit == Exit.READY, outcome.stderr
    assert busy.number > 2

    world.check_released()


@pytest.mark.parametrize("meant", [is_upload, is_page], ids=["upload", "page"])
def test_the_wait_that_an_index_asks_for_is_kept(world: Scene, meant: Callable[[Request], bool]) -> None:
    limited = Times(meant)
    free_at: list[float] = []

    def refuse_for_a_second(request: Request) -> Response | None:
        if not limited(request):
            return None
        if not free_at:
            free_at.append(time.monotonic() + 1)
        elif time.monotonic() < free_at[0]:
            too_early.append(request)
        return Response(429, headers={"Retry-After": "1"}) if limited.number == 1 else None

    too_early: list[Request] = []
    world.index.server.before = refuse_for_a_second
    outcome = world.run()

    assert outcome.exit == Exit.READY, outcome.stderr
    assert limited.number > 1
    assert too_early == []

    world.check_released()


def hide_from_pages(world: Scene, looks: int, name: str = SDIST) -> Times:
    """Let the first pages after the upload not list a file; what counts those pages."""
    pages = Times(lambda request: is_page(request) and name in world.served)

    def stale(request: Request, response: Response) -> Response:
        if not pages(request) or pages.number > looks:
            return response
        assert isinstance(response.body, bytes)
        page = json.loads(response.body)
        page["files"] = [file for file in page["files"] if file["filename"] != name]
        return dataclasses.replace(response, body=json.dumps(page).encode())

    world.index.server.after = stale
    return pages


def test_slow_caches_are_waited_for(world: Scene) -> None:
    uploads = counted(world, is_upload)
    pages = hide_from_pages(world, 4)
    outcome = world.run()

    assert outcome.exit == Exit.READY, outcome.stderr
    assert pages.number > 4
    assert uploads.number == len(FILES)
    assert f"does not serve {SDIST} yet; looking again in" in outcome.stderr

    world.check_released()


def test_caches_that_are_slower_than_we_are_patient(world: Scene) -> None:
    hide_from_pages(world, 1000)
    outcome = world.run(patience=0.5)

    assert outcome.exit == Exit.INCOMPLETE
    assert all(release.draft for release in world.host.releases)

    world.index.server.after = lambda _, response: response

    assert world.run().exit == Exit.READY

    world.check_released()


def test_other_bytes_with_our_digest(world: Scene) -> None:
    def forge(request: Request, response: Response) -> Response:
        return dataclasses.replace(response, body=b"other bytes") if is_download(request) else response

    world.index.server.after = forge
    outcome = world.run(format="json")
    error = json.loads(outcome.stdout)

    assert outcome.exit == Exit.CONFLICT
    assert error["where"]["url"].endswith(WHEEL)
    assert [release.draft for release in world.host.releases] == [True]


def test_a_download_that_breaks_off(world: Scene) -> None:
    def break_off(request: Request, response: Response) -> Response:
        if not is_download(request):
            return response
        assert isinstance(response.body, Slice)
        longer = dataclasses.replace(response.body, length=response.body.length + 1)
        return dataclasses.replace(response, body=longer, headers={**response.headers, "Connection": "close"})

    world.index.server.after = break_off
    outcome = world.run()

    assert outcome.exit == Exit.UNKNOWN
    assert [release.draft for release in world.host.releases] == [True]

    world.index.server.after = lambda _, response: response

    assert world.run().exit == Exit.READY

    world.check_released()


def cut_off(_request: Request) -> Response:
    raise ConnectionAbortedError


def elsewhere(request: Request) -> Response:
    return Response(302, headers={"Location": f"http://127.0.0.1:9{request.path}"})


FAULTS: Mapping[str, Callable[[Request], Response]] = {
    "cut off": cut_off,
    "500": lambda _: Response(500, b"out of order"),
    "a login page": lambda _: Response(200, b"<!doctype html><title>Sign in</title>", HTML),
    "an empty answer": lambda _: Response(200),
    "redirected": elsewhere,
    "read-only": lambda _: Response(403, b"read-only mode", reason="Read-only mode: Uploads are disabled"),
    "forbidden": lambda _: Response(403, b"forbidden"),
    "gone": lambda _: Response(410, b"gone"),
}
REFUSED = {Exit.BLOCKED, Exit.USAGE, Exit.UNKNOWN, Exit.CREDENTIAL, Exit.INCOMPLETE}
MOST_REQUESTS = 40


@pytest.mark.slow
@pytest.mark.parametrize(
    ("whose", "fault"),
    [
        *(("index", fault) for fault in FAULTS),
        *(("host", fault) for fault in ("cut off", "gone")),
    ],
)
def test_a_server_that_fails_from_its_nth_request_on(template: Path, tmp_path: Path, whose: str, fault: str) -> None:
    """Wherever it happens: no success is claimed, no bug, nothing half-done; and running again completes it."""
    for number in range(MOST_REQUESTS):
        with scene(template, tmp_path / f"{number}" / "sample") as world:
            server = world.index.server if whose == "index" else world.host.server
            fail_from(server, number, FAULTS[fault])
            first = world.run()
            world.check_promises()
            if first.exit == Exit.READY:
                world.check_released()

                assert number > 5

                return

            assert first.exit in REFUSED, (number, first)
            assert "Traceback" not in first.stderr

            server.before = lambda _: None
            again = world.run()

            assert again.exit == Exit.READY, (number, again)

            world.check_released()
    pytest.fail("the run never came to its end")


def fail_from(server: LoopbackServer, number: int, fault: Callable[[Request], Response]) -> None:
    seen = Times(lambda _: True)

    def answer(request: Request) -> Response | None:
        seen(request)
        return fault(request) if seen.number > number else None

    server.before = answer
