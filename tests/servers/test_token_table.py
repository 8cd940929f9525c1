"""Our verdict on each kind of token beside what two independent servers say to an upload with it."""

import pytest
from bench.token_table import Row, text, token_table

from tagship.domain.finding import Readiness

pytestmark = pytest.mark.slow

READY, HALT = Readiness.READY, Readiness.BLOCKED
INVALID = "Invalid or non-existent authentication information."
BY_BOTH_INDEXES = {
    "alive, no caveat": (READY, ("token-is-narrow",), "200"),
    "account-wide": (READY, ("token-is-narrow",), "200"),
    "account-wide, in old words": (READY, ("token-is-narrow",), "200"),
    "this project": (READY, (), "200"),
    "this project, for an hour": (READY, (), "200"),
    "other project": (HALT, ("token-is-for-this-project",), "403 Invalid API Token: project-scoped token is not valid"),
    "expired": (HALT, ("token-is-in-force",), "403 Invalid API Token: token is expired"),
    "not yet valid": (HALT, ("token-is-in-force",), "403 Invalid API Token: token is expired"),
    "unknown caveat": (HALT, ("token-has-known-caveats",), "403 Invalid API Token: "),
    "another user's alone": (READY, ("token-is-narrow",), "403 Invalid API Token: current user does not match"),
    "revoked": (HALT, ("token-is-alive",), f"403 {INVALID}"),
    "tampered signature": (READY, ("token-is-narrow",), "403 Invalid API Token: signatures do not match"),
    "newline at its end": (HALT, ("token-is-well-formed",), "200"),
    "control character": (HALT, ("token-is-well-formed",), f"403 {INVALID}"),
    "cut off": (HALT, ("token-is-well-formed",), f"403 {INVALID}"),
    "garbage": (HALT, ("token-is-well-formed",), f"403 {INVALID}"),
    "empty": (HALT, ("token-is-present",), f"403 {INVALID}"),
}
OF_ANOTHER = (HALT, ("token-is-for-this-index",), f"403 {INVALID}")
DENIED = "403 Exception during token verification: "
BY_DEVPI = {
    "alive, in its own words": (READY, (), "200"),
    "this project, in its own words": (READY, (), "200"),
    "other project, in its own words": (READY, (), DENIED),
    "expired, in its own words": (HALT, ("token-is-alive",), DENIED),
    "other project": (HALT, ("token-is-for-this-project",), DENIED),
    "expired": (HALT, ("token-is-in-force", "token-is-alive"), DENIED),
    "not yet valid": (HALT, ("token-is-in-force", "token-is-alive"), DENIED),
    "unknown caveat": (HALT, ("token-is-alive",), DENIED),
    "revoked": (HALT, ("token-is-alive",), "403 The token id "),
    "tampered signature": (HALT, ("token-is-alive",), DENIED),
    "newline at its end": (HALT, ("token-is-well-formed",), "401"),
    "garbage": (HALT, ("token-is-alive",), "401"),
    "empty": (HALT, ("token-is-present",), "401"),
}
TABLE = {
    "stand-in for the real index": {**BY_BOTH_INDEXES, "of its test instance": OF_ANOTHER},
    "stand-in for its test instance": {**BY_BOTH_INDEXES, "of the real index": OF_ANOTHER},
    "devpi": BY_DEVPI,
}
STRICTER = {"newline at its end"}
"""What the public index forgives, and other servers and clients do not."""
ONLY_AN_UPLOAD_TELLS = {"another user's alone", "tampered signature", "other project, in its own words"}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    pytest.importorskip("devpi_server")
    pytest.importorskip("devpi_tokens")
    return list(token_table(tmp_path_factory.mktemp("tokens")))


def test_every_kind_of_token_is_judged_as_the_table_says(rows: list[Row]) -> None:
    judged = {(row.server, row.token): (row.verdict, row.because) for row in rows}

    assert judged == {
        (server, token): expected[:2] for server, kinds in TABLE.items() for token, expected in kinds.items()
    }


def test_every_server_answers_as_the_table_says(rows: list[Row]) -> None:
    answers = {(row.server, row.token): row.cells[-1] for row in rows}

    assert {
        place: answer for place, answer in answers.items() if not answer.startswith(TABLE[place[0]][place[1]][2])
    } == {}


def test_we_and_the_server_differ_where_we_say_so_and_nowhere_else(rows: list[Row]) -> None:
    refused_by_us = {row.token for row in rows if row.verdict is HALT and row.status == 200}
    refused_by_the_server = {row.token for row in rows if row.verdict is READY and row.status != 200}

    assert (refused_by_us, refused_by_the_server) == (STRICTER, ONLY_AN_UPLOAD_TELLS)


def test_the_table_can_be_printed_and_holds_no_token(rows: list[Row]) -> None:
    printed = text(rows)

    assert len(printed.splitlines()) == len(rows) + 2
    assert "pypi-A" not in printed
    assert "devpi-A" not in printed
