"""An index that does not take the files, or does not say so."""

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import tagship
from tagship.adapters.process import run
from tagship.adapters.said import last_lines
from tagship.domain.endpoints import TWO_WEEKS
from tagship.domain.plan import Todo
from tagship.rehearsal.faults.fault import Ending, Scene
from tagship.rehearsal.wire import Request, Response
from tagship.workflow.execute import Execution
from tagship.workflow.stages import Onlooker, Stages
from tagship.workflow.steps.prove import Patience

SECONDS = 600.0
LINES_TOLD = 5
WAIT = 2
"""Seconds for which the index asks to be left alone."""
UNAVAILABLE = b"<html><head><title>503 Service Unavailable</title></head><body></body></html>\n"


def nothing(scene: Scene) -> None:
    """Break nothing yet."""


def is_upload(request: Request) -> bool:
    """Whether a request brings a file; a question to the same address brings none."""
    return request.method == "POST" and request.header("Content-Type").startswith("multipart/form-data")


def burnt(scene: Scene) -> None:
    """Publish the first file and delete it again."""
    first = scene.files[0]
    scene.index.seed(scene.path(first))
    scene.index.store.delete(first.filename)


def old(scene: Scene) -> None:
    """Publish the first file a day longer ago than the index takes more."""
    scene.index.seed(scene.path(scene.files[0]), at=datetime.now(UTC) - TWO_WEEKS - timedelta(days=1))


def dies_after_the_first(scene: Scene) -> None:
    """Cut every connection that brings a file once the index holds one."""

    def cut(request: Request) -> None:
        if is_upload(request) and scene.extent().up:
            raise ConnectionAbortedError

    scene.index.server.before = cut


def killed(scene: Scene, onlooker: Onlooker) -> Ending:
    """Run the real command in a process of its own, and kill it when its second file comes in."""
    process: list[int] = []

    def kill(request: Request) -> None:
        if is_upload(request) and scene.extent().up:
            os.kill(process[0], getattr(signal, "SIGKILL", signal.SIGTERM))
            raise ConnectionAbortedError

    scene.index.server.before = kill
    done = run(
        _command(scene),
        cwd=scene.world.project,
        env=_environment(scene),
        timeout=SECONDS,
        check=False,
        on_line=onlooker.note,
        on_start=process.append,
    )
    if done.returncode >= 0:
        return Ending(done.returncode, None, None, last_lines(done.stdout, LINES_TOLD))
    return Ending(128 - done.returncode, "upload", None, f"killed; left to upload: {_next_look(scene, onlooker)}")


def _command(scene: Scene) -> list[str]:
    jump = ["--confirm-jump"] if scene.part.confirm_jump else []
    pythons = [word for python in scene.part.pythons for word in ("--python", python)]
    return [
        *(sys.executable, "-P", "-m", "tagship", "-C", str(scene.world.project)),
        *("ship", str(scene.world.tag), "--yes", "--host", "none", "--auth", "token", *jump, *pythons),
        *("--index", scene.endpoints.simple, "--upload-url", scene.endpoints.upload),
    ]


def _environment(scene: Scene) -> dict[str, str]:
    """As it is here, with the token, and so that the process runs this very tagship."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    places = (str(Path(tagship.__file__).parents[1]), inherited.get("PYTHONPATH", ""))
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join(place for place in places if place),
        "TAGSHIP_TOKEN": scene.token or "",
    }


def _next_look(scene: Scene, onlooker: Onlooker) -> str:
    with scene.workplace() as place:
        state = Stages(place, Execution(onlooker), onlooker, patience=Patience()).upload.probe()
    return state.missing if isinstance(state, Todo) else str(state)


def lost(scene: Scene) -> None:
    """Lose the answer to the first upload, which the index has taken."""

    def count(request: Request) -> None:
        if is_upload(request):
            scene.seen.append("upload")

    def lose(request: Request, response: Response) -> Response:
        if is_upload(request) and len(scene.seen) == 1:
            raise ConnectionAbortedError
        return response

    scene.index.server.before = count
    scene.index.server.after = lose


def sent_once(scene: Scene) -> str:
    """How many uploads there were, with one answer lost."""
    if len(scene.seen) == len(scene.files):
        return "one answer was lost, the index was asked, and nothing was sent twice"
    return f"{len(scene.seen)} uploads of {len(scene.files)} files"


def server_errors(scene: Scene) -> None:
    """Answer every upload with 503."""
    scene.index.server.before = lambda request: unavailable() if is_upload(request) else None


def unavailable() -> Response:
    """What stands before an index says when it cannot reach the index."""
    return Response(HTTPStatus.SERVICE_UNAVAILABLE, UNAVAILABLE, {"Content-Type": "text/html; charset=utf-8"})


def rate_limited(scene: Scene) -> None:
    """Answer the first two uploads with 429 and a time to wait."""

    def limit(request: Request) -> Response | None:
        if not is_upload(request) or len(scene.seen) == 2:  # noqa: PLR2004 -- as said above
            return None
        scene.seen.append("limited")
        return Response(HTTPStatus.TOO_MANY_REQUESTS, b"", {"Retry-After": str(WAIT)})

    scene.index.server.before = limit


def waited(scene: Scene) -> str:
    """Whether it was waited for as long as the index asked."""
    asked = WAIT * len(scene.seen)
    if scene.pace.waited >= asked:
        return f"waited {asked} s in all, as the index asked"
    return f"{scene.pace.waited:g} s, where the index asked for {asked}"


def read_only(scene: Scene) -> None:
    """Let the index's keepers switch uploads off."""
    scene.index.admin.read_only = True
