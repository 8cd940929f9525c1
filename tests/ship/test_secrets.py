"""No token comes out anywhere, also when a server sends it back in every way it can."""

import base64
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from ship.commands import Commands, Said, ship_to, to
from ship.project import make_project
from tagship.rehearsal.index import StandInIndex
from tagship.rehearsal.wire import Request, Response

pytestmark = pytest.mark.slow


class Echo:
    """A server that repeats its callers' credentials in reason phrases, bodies and headers."""

    def __init__(self, token: str) -> None:
        pair = base64.b64encode(f"__token__:{token}".encode()).decode()
        self.text = f"do you mean {token}, {quote(token, safe='')} or {pair}?"
        self.token = token

    def refuse(self, request: Request) -> Response | None:
        return self.answer(403) if request.method == "POST" else None

    def fail(self, request: Request) -> Response | None:
        return self.answer(500) if request.method == "POST" else None

    def welcome(self, request: Request, response: Response) -> Response:
        """Yes to everything, with warnings that an uploader is to be shown."""
        if request.method == "POST" and response.status == 200:
            return Response(200, self.text.encode(), {"Content-Type": "text/plain", "X-Told": self.text}, self.text)
        return response

    def mislead(self, request: Request) -> Response | None:
        """Nothing can be read here."""
        return self.answer(418) if request.method == "GET" else None

    def send_elsewhere(self, _request: Request) -> Response | None:
        return Response(302, headers={"Location": f"http://127.0.0.1:9/?q={quote(self.token)}"}, reason=self.text)

    def answer(self, status: int) -> Response:
        body = json.dumps({"code": f"{status} {self.text}", "message": self.text}).encode()
        # Nobody needs to wait before asking again.
        return Response(status, body, {"Content-Type": "application/json", "Retry-After": "0"}, self.text)


def spellings(token: str) -> set[str]:
    """The forms in which a token may come out."""
    pair = f"__token__:{token}"
    forms = {token, quote(token, safe=""), quote_plus(token), token[8:40]}
    return forms | {base64.b64encode(text.encode()).decode().rstrip("=") for text in (token, pair)}


def written(places: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    for place in places:
        for folder, _, files in os.walk(place):
            for name in files:
                path = Path(folder) / name
                yield path, path.read_bytes().decode("utf-8", "replace")


def check_hidden(token: str, commands: Commands, *said: Said) -> None:
    texts = [(Path("output"), each.stdout + each.stderr) for each in said]
    texts += list(written([commands.project, commands.temporary, commands.home]))
    for path, text in texts:
        for form in spellings(token):
            assert form not in text, path


@pytest.fixture
def token(index: StandInIndex) -> str:
    """A token that is alive for as long as the test takes."""
    return index.token


@pytest.mark.parametrize(
    ("fault", "way"),
    [
        ("refuse", "environment"),
        ("refuse", "stdin"),
        ("fail", "environment"),
        ("welcome", "environment"),
        ("welcome", "stdin"),
        ("mislead", "stdin"),
        ("send_elsewhere", "environment"),
    ],
)
def test_a_server_that_repeats_the_token(
    commands: Commands, index: StandInIndex, token: str, fault: str, way: str
) -> None:
    echo = Echo(token)
    if fault == "welcome":
        index.server.after = echo.welcome
    else:
        index.server.before = getattr(echo, fault)
    stdin, extra = (token + "\n", ["--token-stdin"]) if way == "stdin" else ("", [])
    variables = {} if way == "stdin" else {"TAGSHIP_TOKEN": token}
    form = "--json" if way == "stdin" else "--format=terminal"
    said = [
        commands.run(*words, "--debug", form, variables=variables, stdin=stdin)
        for words in (
            ship_to(index.endpoints, *extra),
            ("publish", "--yes", *to(index.endpoints), "--auth", "token", *extra),
        )
    ]

    # The token did get to where it was said back, or there would be nothing to hide.
    assert any(each.method == "POST" for each in index.log) or fault in {"mislead", "send_elsewhere"}

    check_hidden(token, commands, *said)


def test_commands_that_use_no_token_hide_it_as_well(commands: Commands, index: StandInIndex, token: str) -> None:
    """What a server was once given it may send back much later."""
    variables = {"TAGSHIP_TOKEN": token, "GH_TOKEN": f"{token}-of-the-host"}
    commands.run(*ship_to(index.endpoints), variables=variables).check(0)
    index.server.before = Echo(token).mislead
    at = to(index.endpoints)
    said = [
        commands.run(*words, "--debug", variables=variables)
        for words in (
            ("status", *at),
            ("show", *at),
            ("gate", *at),
            ("build",),
            ("prove", *at, "--patience", "1"),
            ("ship", "--plan", *at, "--auth", "token"),
            ("notes",),
            ("rehearse",),
            ("explain", "token-is-alive"),
            ("ship", "--no-such-option", token),
            ("explain", token),
            ("gate", f"v{token}"),
            (token,),
        )
    ]

    check_hidden(token, commands, *said)


def test_a_backend_that_prints_its_environment(tmp_path: Path, index: StandInIndex, token: str) -> None:
    """Neither our token nor anybody else's reaches the project's code."""
    telling = "import os, sys\nsys.exit(str(dict(os.environ)))\n"
    commands = Commands(make_project(tmp_path / "p", {"backend.py": telling}).path, tmp_path / "surroundings")
    other = f"{token}-of-somebody-else"
    variables = {"TAGSHIP_TOKEN": token, "DEPLOY_PASSWORD": other}
    said = commands.run(*ship_to(index.endpoints), variables=variables).check(1)

    assert "SOURCE_DATE_EPOCH" in said.stderr
    assert other not in said.stderr

    check_hidden(token, commands, said)
