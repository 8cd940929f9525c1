"""An index that took the files and does not serve them, or that is not there."""

from dataclasses import replace
from http import HTTPStatus

from tagship.rehearsal.faults.fault import Scene
from tagship.rehearsal.faults.uploads import unavailable
from tagship.rehearsal.wire import Request, Response, Slice


def slow(scene: Scene) -> None:
    """Answer with the first page that was asked for, as caches do, for longer than anybody waits."""
    kept: dict[tuple[str, str], Response] = {}

    def keep(request: Request, response: Response) -> Response:
        if request.method != "GET" or not request.path.startswith("/simple/"):
            return response
        return kept.setdefault((request.path, request.header("Accept")), response)

    scene.index.server.after = keep


def other_bytes(scene: Scene) -> None:
    """Send every file back to front."""

    def change(request: Request, response: Response) -> Response:
        body = response.body
        if not _is_download(request, response) or not isinstance(body, Slice):
            return response
        return replace(response, body=body.path.read_bytes()[::-1])

    scene.index.server.after = change


def truncated(scene: Scene) -> None:
    """Send half of every file, announced as the whole, and hang up."""

    def cut(request: Request, response: Response) -> Response:
        body = response.body
        if not _is_download(request, response) or not isinstance(body, Slice):
            return response
        half = scene.world.directory / f"half-of-{body.path.name}"
        half.write_bytes(body.path.read_bytes()[: body.length // 2])
        headers = {**response.headers, "Connection": "close"}
        return replace(response, body=Slice(half, 0, body.length), headers=headers)

    scene.index.server.after = cut


def down(scene: Scene) -> None:
    """Answer everything with 503."""
    scene.index.server.before = lambda _: unavailable()


def _is_download(request: Request, response: Response) -> bool:
    return request.method == "GET" and request.path.startswith("/packages/") and response.status == HTTPStatus.OK
