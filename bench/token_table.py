"""Every kind of token, our verdict beside the server's answer: `PYTHONPATH=src:tests python -m bench.token_table`.

From a checkout, with what the tests need. The servers are the stand-in index and devpi-server with devpi-tokens, both
on this machine. A token is judged as `tagship credential` judges it, then a wheel is sent with it, whatever the verdict
was. Where we say ready and the server refuses, nothing but an upload could tell.
"""

import base64
import hashlib
import json
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from minting import user_caveat
from servers.devpi import USER, DevpiServer, running_devpi
from servers.handmade import make_wheel
from tagship.adapters.http import HttpClient
from tagship.adapters.index import PackageIndex
from tagship.adapters.token import examine_token
from tagship.domain.caveat import projects_caveat, validity_caveat
from tagship.domain.config import Auth, Config
from tagship.domain.endpoints import PYPI, TESTPYPI, Endpoints
from tagship.domain.finding import Outcome, Readiness, Report
from tagship.domain.macaroon import decode, encode
from tagship.rehearsal.index import ACCOUNT, StandInIndex
from tagship.rehearsal.tokens import TokenDesk, user_id
from tagship.workflow.authority import Authority, report_on_credential
from tagship.workflow.credentials import StoredToken

PROJECT = "handmade"
BOUNDARY = "a-line-between-fields"
SECONDS = 30
HOUR = 3600
COLUMNS = ("server", "token", "our verdict", "because of", "the server's answer to a wheel")
PLACES = {"the real index": PYPI, "its test instance": TESTPYPI}


@dataclass(frozen=True, slots=True)
class Row:
    """One token before one server; `because` are the checks that failed, or those that warned or could not tell."""

    server: str
    token: str
    verdict: Readiness
    because: tuple[str, ...]
    status: int
    answer: str

    @property
    def cells(self) -> tuple[str, ...]:
        verdict = "halt" if self.verdict is Readiness.BLOCKED else self.verdict.value
        return self.server, self.token, verdict, ", ".join(self.because), f"{self.status} {self.answer}".rstrip()


def token_table(scratch: Path) -> Iterator[Row]:
    """Every row, as it comes; `scratch` is an empty directory."""
    versions = count(1)
    for place, index in PLACES.items():
        with StandInIndex(location=location_of(index)) as server:
            for token, value in _of_stand_in(server.tokens, place).items():
                yield _row(f"stand-in for {place}", token, value, server.endpoints, scratch, next(versions))
    with running_devpi(scratch) as devpi:
        endpoints = devpi.create_index("tokens").endpoints
        for token, value in _of_devpi(devpi).items():
            yield _row("devpi", token, value, endpoints, scratch, next(versions))


def location_of(index: Endpoints) -> str:
    """What an index calls itself in its tokens."""
    assert index.token_prefix is not None
    start = index.token_prefix.partition("-")[2]
    raw = base64.urlsafe_b64decode(start + "=" * (-len(start) % 4))
    return raw[3 : 3 + raw[2]].decode()


def _of_stand_in(desk: TokenDesk, place: str) -> dict[str, str]:
    now = int(time.time())
    other = next(index for name, index in PLACES.items() if name != place)
    dead, alive = desk.issue(ACCOUNT), desk.issue(ACCOUNT)
    desk.revoke(dead)
    return {
        "alive, no caveat": alive,
        "account-wide": desk.issue(ACCOUNT, caveats=[user_caveat(user_id(ACCOUNT))]),
        "account-wide, in old words": desk.issue(ACCOUNT, caveats=[b'{"version": 1, "permissions": "user"}']),
        "this project": desk.issue(ACCOUNT, projects=[PROJECT]),
        "this project, for an hour": desk.issue(ACCOUNT, projects=[PROJECT], expires=now + HOUR),
        "other project": desk.issue(ACCOUNT, projects=["other"]),
        "expired": desk.issue(ACCOUNT, expires=now - 1),
        "not yet valid": desk.issue(ACCOUNT, not_before=now + HOUR, expires=now + 2 * HOUR),
        "unknown caveat": desk.issue(ACCOUNT, caveats=[b"[9]"]),
        "another user's alone": desk.issue(ACCOUNT, caveats=[user_caveat(user_id("another"))]),
        "revoked": dead,
        "tampered signature": _tampered(alive),
        "newline at its end": f"{alive}\n",
        "control character": f"{alive[:40]}\x1b{alive[40:]}",
        "cut off": alive[:60],
        "garbage": "open sesame",
        "empty": "",
        f"of {next(name for name in PLACES if name != place)}": TokenDesk(location_of(other)).issue(ACCOUNT),
    }


def _of_devpi(server: DevpiServer) -> dict[str, str]:
    alive, dead = server.create_token(), server.create_token()
    server.revoke_token(decode(dead, "devpi-").identifier.decode())
    now = int(time.time())
    return {
        "alive, in its own words": alive,
        "this project, in its own words": _narrowed(alive, f"projects={PROJECT}".encode()),
        "other project, in its own words": _narrowed(alive, b"projects=other"),
        "expired, in its own words": _narrowed(alive, b"expires=1"),
        "other project": _narrowed(alive, projects_caveat(["other"])),
        "expired": _narrowed(alive, validity_caveat(not_before=0, expires_at=now - 1)),
        "not yet valid": _narrowed(alive, validity_caveat(not_before=now + HOUR, expires_at=now + 2 * HOUR)),
        "unknown caveat": _narrowed(alive, b"[9]"),
        "revoked": dead,
        "tampered signature": _tampered(alive),
        "newline at its end": f"{alive}\n",
        "garbage": "open sesame",
        "empty": "",
    }


def _narrowed(token: str, caveat: bytes) -> str:
    prefix = token[: token.index("-") + 1]
    return encode(decode(token, prefix).narrowed(caveat))


def _tampered(token: str) -> str:
    """The same with another signature, which is what stands at its end."""
    return token[:-8] + ("A" * 8 if token[-8:] != "A" * 8 else "B" * 8)


def _row(server: str, token: str, value: str, endpoints: Endpoints, scratch: Path, number: int) -> Row:
    report = _judged(value, endpoints)
    decisive = _named(report, lambda each: each.blocks) or _named(report, lambda each: each.leaves_open)
    aside = _named(report, lambda each: each.outcome in {Outcome.FAILED, Outcome.UNKNOWN})
    status, answer = _sent(value, endpoints, make_wheel(scratch, PROJECT, f"1.{number}"), f"1.{number}")
    return Row(server, token, report.readiness, decisive or aside, status, answer)


def _judged(value: str, endpoints: Endpoints) -> Report:
    stored = StoredToken(*examine_token(value, USER, endpoints, origin="TAGSHIP_TOKEN"))
    with HttpClient() as http:
        authority = Authority(
            Config(index=endpoints, auth=Auth.TOKEN),
            index=lambda: PackageIndex(endpoints, http, pause=lambda _: None),
            credentials=lambda: stored,
            name=lambda: PROJECT,
        )
        return report_on_credential(authority, excused={}, offline=False)


def _named(report: Report, wanted: Callable[..., bool]) -> tuple[str, ...]:
    return tuple(verdict.id for verdict in report.verdicts if wanted(verdict))


def _sent(value: str, endpoints: Endpoints, wheel: Path, version: str) -> tuple[int, str]:
    """What the server says to a wheel, as any client would send it."""
    pair = base64.b64encode(f"{USER}:{value}".encode()).decode()
    request = urllib.request.Request(endpoints.upload, _form(wheel, version), method="POST")
    request.add_header("Authorization", f"Basic {pair}")
    request.add_header("Accept", "application/json")
    request.add_header("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, _words(refused.read())


def _form(wheel: Path, version: str) -> bytes:
    fields = {
        ":action": "file_upload", "protocol_version": "1", "metadata_version": "2.4", "name": PROJECT,
        "version": version, "filetype": "bdist_wheel", "pyversion": "py3",
        "sha256_digest": hashlib.sha256(wheel.read_bytes()).hexdigest(),
    }  # fmt: skip
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
    parts = [f'{head}{name}"\r\n\r\n{text}\r\n'.encode() for name, text in fields.items()]
    file = f'{head}content"; filename="{wheel.name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
    return b"".join([*parts, file, wheel.read_bytes(), f"\r\n--{BOUNDARY}--\r\n".encode()])


def _words(body: bytes) -> str:
    """The reason in a refusal: what the public index calls the code, or the last line that devpi wrote."""
    try:
        told: dict[str, str] = json.loads(body)
    except ValueError:
        return body.decode(errors="replace").splitlines()[0]
    message = [line.strip() for line in told.get("message", "").splitlines() if line.strip()]
    code = told.get("code", "").partition(" ")[2]
    return message[-1] if len(message) > 1 else code.partition(" See ")[0]


def text(rows: Iterable[Row]) -> str:
    """A Markdown table."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(row.cells for row in rows)]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="token-table-") as directory:
        print(text(token_table(Path(directory))), end="")
