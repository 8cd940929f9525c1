"""The credential, looked at and narrowed from the command line."""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.planted import assert_hidden, macaroon
from cli.saying import Said, Terminal, at, say
from tagship.domain.caveat import projects_caveat, read_caveat, validity_caveat
from tagship.domain.endpoints import PYPI, TESTPYPI
from tagship.domain.macaroon import decode, encode
from tagship.errors import Exit
from tagship.rehearsal.index import ACCOUNT, StandInIndex
from tagship.rehearsal.tokens import Purpose

PYPROJECT = '[project]\nname = "Mine.Own"\nversion = "1.0"\n'
CHECKS = (
    "token-is-present",
    "token-is-well-formed",
    "token-is-for-this-index",
    "token-has-known-caveats",
    "token-is-for-this-project",
    "token-is-in-force",
    "token-is-alive",
    "token-is-narrow",
    "identity-is-trusted",
)


@dataclass(frozen=True)
class Scene:
    """A directory with nothing but a pyproject.toml, no git in sight, and an index that issues tokens."""

    path: Path
    index: StandInIndex
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def hold(self, token: str) -> str:
        self.monkeypatch.setenv("TAGSHIP_TOKEN", token)
        return token

    def say(self, *words: str, to: tuple[str, ...] | None = None) -> Said:
        index = at(self.index) if to is None else to
        return say(self.capsys, "-C", str(self.path), "credential", *index, *words)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Scene]:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with StandInIndex() as index:
        scene = Scene(tmp_path, index, capsys, monkeypatch)
        scene.hold(index.token)
        yield scene
        assert index.server.crashes == []


def test_a_good_token_in_a_directory_that_git_does_not_know(scene: Scene) -> None:
    token = scene.hold(scene.index.tokens.issue(ACCOUNT, projects=["mine-own"]))

    said = scene.say("--json")

    assert said.exit == Exit.READY, said.out
    assert (said.document["command"], said.document["project"]) == ("credential", "mine-own")
    assert (said.document["tag"], said.document["commit"], said.document["version"]) == (None, None, None)
    assert tuple(said.outcomes) == CHECKS
    assert set(said.outcomes.values()) == {"passed", "skipped"}
    assert_hidden(token, said.out, said.err)


def test_what_the_probe_does_not_prove_is_said_to_a_person(scene: Scene) -> None:
    said = scene.say()

    assert said.exit == Exit.READY
    assert "proved by an upload alone" in " ".join(said.out.split())
    assert "tagship credential --bind" in " ".join(said.out.split()).replace(f"-C {scene.path} ", "")


def test_a_token_whose_scope_cannot_be_seen_is_unknown_and_no_obstacle(scene: Scene) -> None:
    said = scene.say("--json")

    assert (said.exit, said.outcomes["token-is-narrow"]) == (Exit.READY, "unknown")


@pytest.mark.parametrize(
    ("made", "failed"),
    [
        ("", "token-is-present"),
        ("{alive}\n", "token-is-well-formed"),
        ("{dead}", "token-is-alive"),
        ("{expired}", "token-is-in-force"),
        ("{early}", "token-is-in-force"),
        ("{other}", "token-is-for-this-project"),
    ],
)
def test_a_token_that_fails_halts(scene: Scene, made: str, failed: str) -> None:
    desk = scene.index.tokens
    tokens = {
        "alive": scene.index.token,
        "dead": desk.issue(ACCOUNT),
        "expired": desk.issue(ACCOUNT, expires=1),
        "early": desk.issue(ACCOUNT, not_before=2**40, expires=2**41),
        "other": desk.issue(ACCOUNT, projects=["theirs"]),
    }
    desk.revoke(tokens["dead"])
    scene.hold(made.format(**tokens))

    said = scene.say("--json")

    assert said.exit == Exit.CREDENTIAL
    assert [check for check, outcome in said.outcomes.items() if outcome == "failed"] == [failed]
    for token in tokens.values():
        assert_hidden(token, said.out, said.err)


def test_offline_it_is_not_known_whether_the_token_is_alive(scene: Scene) -> None:
    said = scene.say("--offline", "--json")

    assert (said.exit, said.outcomes["token-is-alive"]) == (Exit.UNKNOWN, "unknown")
    assert said.outcomes["identity-is-trusted"] == "skipped"
    assert scene.index.log == []


def test_offline_no_identity_is_asked_for(scene: Scene) -> None:
    said = scene.say("--auth", "trusted", "--offline", "--json")

    assert (said.exit, said.outcomes["identity-is-trusted"]) == (Exit.UNKNOWN, "unknown")
    assert said.outcomes["token-is-alive"] == "skipped"


def test_a_standard_output_that_is_closed_gets_no_token(scene: Scene) -> None:
    scene.monkeypatch.setattr(sys, "stdout", None)

    said = scene.say("--bind")

    assert said.exit == Exit.INCOMPLETE
    assert "standard output is closed" in said.err


def test_a_token_of_the_test_instance_is_no_token_of_the_real_index(scene: Scene) -> None:
    scene.hold(macaroon(TESTPYPI))

    said = scene.say("--offline", "--auth", "token", "--json", to=("--index", "pypi"))

    assert (said.exit, said.outcomes["token-is-for-this-index"]) == (Exit.CREDENTIAL, "failed")


def test_trusted_publishing_needs_an_identity(scene: Scene) -> None:
    said = scene.say("--auth", "trusted", "--json", to=("--index", "testpypi", "--offline"))

    assert said.exit == Exit.UNKNOWN
    assert {said.outcomes[check] for check in CHECKS[:-1]} <= {"skipped", "unknown"}
    assert said.outcomes["identity-is-trusted"] == "unknown"


def test_help_says_how_it_ends_and_what_is_minted(scene: Scene) -> None:
    said = scene.say("--help")

    assert "mints a token" in said.out
    assert "4 a check failed" in said.out
    assert "3 could not tell" in said.out


def test_outside_of_any_project(scene: Scene) -> None:
    """Whether a token that is bound to names is bound to this one cannot be told without a name."""
    (scene.path / "pyproject.toml").unlink()
    scene.hold(scene.index.tokens.issue(ACCOUNT, projects=["mine-own"]))

    nameless = scene.say("--json")
    named = scene.say("--json", "--project", "MINE_own")

    assert (nameless.exit, nameless.outcomes["token-is-for-this-project"]) == (Exit.UNKNOWN, "unknown")
    assert (named.exit, named.document["project"]) == (Exit.READY, "mine-own")


def test_a_bound_token_goes_to_a_pipe_and_the_report_beside_it(scene: Scene) -> None:
    token = scene.index.token

    said = scene.say("--bind")

    assert said.exit == Exit.READY, said.err
    assert said.out == encode(decode(token).narrowed(projects_caveat(["mine-own"])))
    assert "token-is-alive" in said.err
    assert_hidden(token, said.err)
    assert said.out not in said.err
    now = datetime.now(UTC)
    assert scene.index.tokens.objections(said.out, Purpose("mine-own"), now) == ()
    assert scene.index.tokens.objections(said.out, Purpose("other"), now) != ()


def test_a_bound_token_can_be_bound_to_minutes_as_well(scene: Scene) -> None:
    before = int(datetime.now(UTC).timestamp())

    said = scene.say("--bind", "--minutes", "15", "--project", "other")

    caveats = decode(said.out).caveats
    expected = [
        projects_caveat(["other"]),
        *(validity_caveat(not_before=now - 60, expires_at=now + 900) for now in range(before, before + 60)),
    ]
    assert len(caveats) == 2
    assert set(caveats) <= set(expected)
    assert said.exit == Exit.READY


def test_a_bound_token_is_narrow(scene: Scene) -> None:
    scene.hold(scene.say("--bind").out)

    said = scene.say("--json")

    assert (said.exit, said.outcomes["token-is-narrow"]) == (Exit.READY, "passed")


def test_offline_a_token_is_bound_all_the_same(scene: Scene) -> None:
    said = scene.say("--bind", "--offline")

    assert said.exit == Exit.READY
    assert "could not tell: token-is-alive" in said.err
    assert [read_caveat(each) for each in decode(said.out).caveats]


@pytest.mark.parametrize("flaw", ["", " {token}", "{token}\x1b", "{other}", "{dead}", "pass word"])
def test_no_token_that_fails_is_bound(scene: Scene, flaw: str) -> None:
    other, dead = scene.index.tokens.issue(ACCOUNT, projects=["theirs"]), scene.index.tokens.issue(ACCOUNT)
    scene.index.tokens.revoke(dead)
    scene.hold(flaw.format(token=scene.index.token, other=other, dead=dead))

    said = scene.say("--bind")

    assert (said.exit, said.out) == (Exit.CREDENTIAL, "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--bind", "--json"), "--format json"),
        (("--bind", "--format", "github"), "--format github"),
        (("--minutes", "5"), "--bind"),
        (("--bind", "--minutes", "0"), "minutes"),
        (("--bind", "--minutes", "-1"), "minutes"),
        (("--bind", "--minutes", "99999999999999999999"), "minutes"),
        (("--bind", "--minutes", "soon"), "minutes"),
        (("--bind", "--auth", "trusted"), "trusted publishing"),
        (("--token-from", "keyring", "--token-stdin"), "give one of the two"),
        (("--token-from", "env", "--auth", "trusted"), "--token-from"),
        (("--project", "-"), "--project"),
        (("--project", ".."), "--project"),
    ],
)
def test_words_that_do_not_go_together(scene: Scene, words: tuple[str, ...], told: str) -> None:
    said = scene.say(*words)

    assert said.exit == Exit.USAGE
    assert told in said.out + said.err


def test_nothing_is_bound_without_a_project(scene: Scene) -> None:
    (scene.path / "pyproject.toml").unlink()

    said = scene.say("--bind")

    assert (said.exit, said.out) == (Exit.USAGE, "")
    assert "--project" in said.err


def test_a_terminal_gets_no_token(scene: Scene) -> None:
    terminal = Terminal()
    with scene.monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        said = scene.say("--bind")

    assert (said.exit, terminal.getvalue()) == (Exit.USAGE, "")
    assert "| gh secret set PYPI_API_TOKEN --env pypi" in " ".join(said.err.split())


@pytest.mark.parametrize(("refused", "ends"), [(OSError(28, "No space left on device"), 5), (BrokenPipeError(), 130)])
def test_a_pipe_that_takes_nothing(scene: Scene, refused: OSError, ends: int) -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise refused

    with scene.monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Full())
        said = scene.say("--bind")

    assert said.exit == ends
    assert_hidden(scene.index.token, said.err)


def pypirc(scene: Scene, token: str) -> None:
    (scene.path / "home").mkdir()
    content = f"[work]\nrepository = {scene.index.endpoints.upload}\npassword = {token}\n"
    (scene.path / "home" / ".pypirc").write_text(content, encoding="utf-8")


def test_a_token_from_pypirc_when_asked_for(scene: Scene) -> None:
    """And never otherwise: the environment comes first, and nothing comes second."""
    elsewhere = scene.path / "elsewhere"
    elsewhere.mkdir()
    scene.monkeypatch.delenv("TAGSHIP_TOKEN")
    pypirc(scene, scene.index.token)
    words = ("-C", str(elsewhere), "credential", *at(scene.index), "--project", "mine-own")

    unasked = say(scene.capsys, *words, "--json")
    asked = say(scene.capsys, *words, "--json", "--token-from", "pypirc")
    narrowed = say(scene.capsys, *words, "--token-from", "pypirc", "--bind")

    assert (unasked.exit, unasked.outcomes["token-is-present"]) == (Exit.CREDENTIAL, "failed")
    assert asked.exit == Exit.READY, asked.out
    assert_hidden(scene.index.token, unasked.out, asked.out, asked.err, narrowed.err)
    assert decode(narrowed.out).caveats == (projects_caveat(["mine-own"]),)


def test_the_origin_is_named(scene: Scene) -> None:
    elsewhere = scene.path / "elsewhere"
    elsewhere.mkdir()
    pypirc(scene, "x\ty")

    said = say(scene.capsys, "-C", str(elsewhere), "credential", *at(scene.index), "--json", "--token-from", "pypirc")

    assert "the section [work] of ~/.pypirc" in said.out
    assert said.exit == Exit.CREDENTIAL


def test_a_pypirc_in_the_tree_of_the_project_is_refused(scene: Scene) -> None:
    pypirc(scene, scene.index.token)

    said = scene.say("--token-from", "pypirc")

    assert said.exit == Exit.CREDENTIAL
    assert "tree of the project" in " ".join(said.err.split())


@pytest.mark.parametrize(
    "words", [("--token-stdin",), ("--token-from", "stdin"), ("--token-from", "stdin", "--token-stdin")]
)
def test_a_token_from_standard_input(scene: Scene, words: tuple[str, ...]) -> None:
    scene.monkeypatch.delenv("TAGSHIP_TOKEN")
    scene.monkeypatch.setattr(sys, "stdin", io.StringIO(f"{scene.index.token}\n"))

    said = scene.say(*words, "--json")

    assert said.exit == Exit.READY, said.out
    assert_hidden(scene.index.token, said.out, said.err)


def test_no_keyring_command(scene: Scene) -> None:
    scene.monkeypatch.setenv("PATH", str(scene.path / "nothing"))

    said = scene.say("--token-from", "keyring", "--json")

    assert said.exit == Exit.UNKNOWN
    assert "keyring is not installed" in said.out


def test_a_token_of_the_real_index_is_read_before_anybody_is_asked(scene: Scene) -> None:
    scene.hold(encode(decode(macaroon(PYPI)).narrowed(projects_caveat(["theirs"]))))

    said = scene.say("--offline", "--auth", "token", "--json", to=("--index", "pypi"))

    assert said.exit == Exit.CREDENTIAL
    assert said.outcomes["token-is-for-this-project"] == "failed"
