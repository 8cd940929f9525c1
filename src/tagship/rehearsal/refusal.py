"""How an index says no: the same words in the status line and in the body."""

import html
import json
from http import HTTPStatus

from tagship.rehearsal.wire import Request, Response

LONGEST_TEXT = 4000
"""Characters; clients give up at a status line of sixteen times as many bytes."""


class Refusal(Exception):
    """An answer that is not yes; `text` is what the client is told."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text[:LONGEST_TEXT]


def bad_request(text: str) -> Refusal:
    """What is wrong with an upload, in the index's words."""
    return Refusal(HTTPStatus.BAD_REQUEST, text)


def refuse(request: Request, refusal: Refusal) -> Response:
    """The answer: the text in the reason phrase, and in the body's `code` for a client that accepts JSON."""
    status = refusal.status
    line = f"{status.value} {refusal.text}"
    if "application/json" in request.header("Accept"):
        message = "The server could not comply with the request."
        body = json.dumps({"message": message, "code": line, "title": status.phrase}).encode()
        kind = "application/json"
    else:
        quoted = html.escape(line)
        body = f"<html><head><title>{quoted}</title></head><body><h1>{quoted}</h1></body></html>\n".encode()
        kind = "text/html; charset=UTF-8"
    return Response(status, body, {"Content-Type": kind}, reason=refusal.text)
