"""`tagship credential --store`: a token that was looked at lies in the environment's secret, and nowhere else."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.planted import assert_hidden
from cli.saying import Said, Terminal, at, say
from reports.reading import objects
from repositories import Repo
from tagship.adapters.github.secrets import GitHubSecrets
from tagship.adapters.http import HttpClient, Patience
from tagship.cli.console import Console
from tagship.domain.caveat import read_caveat
from tagship.domain.credential import Secret
from tagship.domain.endpoints import PYPI
from tagship.domain.macaroon import PREFIX, decode
from tagship.domain.secret_store import SecretStore
from tagship.errors import Exit
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.environments import StoredPolicy
from tagship.rehearsal.index import ACCOUNT, StandInIndex
from tagship.workflow.storing import StoringPlace

NAME = "PYPI_API_TOKEN"


@dataclass
class Scene:
    """A project in a repository, an index that issues tokens, and a host with an environment for releases."""

    repo: Repo
    index: StandInIndex
    host: StandInHost
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def say(self, *words: str) -> Said:
        start = ("-C", str(self.repo.path), "credential", *at(self.index))
        return say(self.capsys, *start, "--auth", "token", "--store", *words)

    @property
    def held(self) -> list[tuple[str | None, str]]:
        return list(self.host.secrets.held)

    def check_unseen(self, token: str, *said: Said) -> None:
        """The token stands in no output and in nothing that the host was told or answered, in no spelling."""
        bodies = [part.decode("utf-8", "replace") for each in self.host.record for part in (each.content, each.answer)]
        told = [repr(each) for each in (*self.host.record, *self.host.log)]
        for each in said:
            assert_hidden(token, each.out, each.err)
        assert_hidden(token, *bodies, *told)
        encoded = base64.b64encode(token.encode()).decode()
        for text in (*bodies, *told, *(part for each in said for part in (each.out, each.err))):
            assert encoded not in text
            assert encoded[4:-4] not in text


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Scene]:
    repo = Repo.new(tmp_path / "project")
    repo.commit({"pyproject.toml": '[project]\nname = "mine"\nversion = "1"\n'})
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with StandInIndex() as index, StandInHost() as host, HttpClient() as http:
        environment = host.environments.appear("pypi")
        environment.protected_branches = False
        environment.policies.append(StoredPolicy(1, "v*", "tag"))
        monkeypatch.setenv("TAGSHIP_TOKEN", index.token)

        def kept() -> SecretStore:
            held = Secret(host.token, origin="GH_TOKEN")
            owner, name = host.repository.split("/")
            return GitHubSecrets(http, owner, name, held, api=host.api_url, patience=Patience(base_delay=0.01))

        monkeypatch.setattr(StoringPlace, "kept_by", staticmethod(kept))
        yield Scene(repo, index, host, capsys, monkeypatch)
        assert host.server.crashes == index.server.crashes == []


def test_a_good_token_lies_in_the_environment(scene: Scene) -> None:
    plan = scene.say("--plan", "--json")
    nothing = scene.held
    said = scene.say("--yes", "--json")
    again = scene.say("--yes")

    assert plan.exit == said.exit == again.exit == Exit.READY, said.err
    assert nothing == []
    assert [step["state"] for step in objects(plan.document, "steps")] == ["todo"]
    (step,) = objects(said.document, "steps")
    assert (step["name"], step["state"], step["effect"]) == ("store", "done", "shared")
    assert "lies in pypi of stand-in/project" in str(step["evidence"])
    assert scene.held == [("pypi", NAME)]
    assert scene.host.secrets.value(NAME, environment="pypi") == scene.index.token
    scene.check_unseen(scene.index.token, plan, said, again)


def test_a_narrowed_one_lies_there_in_its_place(scene: Scene) -> None:
    said = scene.say("--bind", "--yes")
    stored = scene.host.secrets.value(NAME, environment="pypi")
    caveats = [read_caveat(each) for each in decode(stored, PREFIX).caveats]

    assert said.exit == Exit.READY, said.err
    assert stored != scene.index.token
    assert "mine" in str(caveats)
    scene.check_unseen(stored, said)
    scene.check_unseen(scene.index.token, said)


def test_another_name_in_another_environment(scene: Scene) -> None:
    environment = scene.host.environments.appear("testpypi")
    environment.protected_branches = False
    environment.policies.append(StoredPolicy(2, "v*", "tag"))
    said = scene.say("--environment", "testpypi", "--secret", "TEST_TOKEN", "--yes")

    assert said.exit == Exit.READY
    assert scene.held == [("testpypi", "TEST_TOKEN")]


def test_the_environment_that_the_project_names(scene: Scene) -> None:
    own = '[project]\nname = "mine"\nversion = "1"\n[tool.tagship]\nenvironment = "releases"\n'
    scene.repo.commit({"pyproject.toml": own})
    said = scene.say("--yes", "--json")

    assert said.exit == Exit.BLOCKED
    assert "no environment releases" in str(said.document["message"])
    assert said.document["remedy"] == {"run": ["tagship", "-C", str(scene.repo.path), "doctor", "--apply"]}


def test_an_environment_for_any_tag_is_remarked_on(scene: Scene) -> None:
    scene.host.environments.named("pypi").policies[:] = [StoredPolicy(1, "*", "tag")]
    said = scene.say("--yes")

    assert said.exit == Exit.READY
    assert "pypi is for any tag, and whoever may push can make one" in " ".join((said.out + said.err).split())


@pytest.mark.parametrize("made", ["", "{alive}\n", "{dead}", "{other}"])
def test_a_bad_token_is_not_stored(scene: Scene, made: str) -> None:
    desk = scene.index.tokens
    tokens = {"alive": scene.index.token, "dead": desk.issue(ACCOUNT), "other": desk.issue(ACCOUNT, projects=["else"])}
    desk.revoke(tokens["dead"])
    scene.monkeypatch.setenv("TAGSHIP_TOKEN", made.format(**tokens))
    said = scene.say("--yes", "--json")

    assert said.exit == Exit.CREDENTIAL
    assert said.document["command"] == "credential"
    assert scene.held == []
    assert [each.method for each in scene.host.record if each.method != "GET"] == []


def test_a_token_that_could_not_be_looked_at_is_not_stored(scene: Scene) -> None:
    said = scene.say("--offline", "--yes", "--json")

    assert said.exit == Exit.UNKNOWN
    assert scene.held == []


def test_an_environment_that_nothing_names_is_for_init_to_name(scene: Scene) -> None:
    said = scene.say("--environment", "release", "--yes", "--json")

    assert said.exit == Exit.BLOCKED
    assert "no environment release" in str(said.document["message"])
    named = ["init", "--environment", "release"]
    assert said.document["remedy"] == {"run": ["tagship", "-C", str(scene.repo.path), *named]}
    assert scene.held == []


def test_a_plan_that_cannot_be_carried_out(scene: Scene) -> None:
    scene.host.environments.named("pypi").protected_branches = None
    said = scene.say("--plan", "--json")

    assert said.exit == Exit.BLOCKED
    assert [step["state"] for step in objects(said.document, "steps")] == ["conflict"]


def test_one_that_every_workflow_may_read_is_told(scene: Scene) -> None:
    scene.host.secrets.keep(NAME, "of old")
    said = scene.say("--yes")

    assert said.exit == Exit.READY
    assert f"{NAME} lies in the repository as well" in " ".join(said.err.split())


def test_nobody_is_there_to_be_asked(scene: Scene) -> None:
    said = scene.say("--json")

    assert said.exit == Exit.USAGE
    assert "nobody is here to answer" in str(said.document["message"])
    assert scene.held == []


@pytest.mark.parametrize(("answer", "stored"), [("y\n", 1), ("n\n", 0)])
def test_it_is_asked_once_after_the_token_was_typed_in_unseen(
    scene: Scene, answer: str, stored: int, tmp_path: Path
) -> None:
    """A stream in place of the terminal: whoever asks for a secret asks the stream that is no terminal of ours."""
    del tmp_path
    scene.monkeypatch.delenv("TAGSHIP_TOKEN")
    scene.monkeypatch.setenv("TERM", "xterm")
    scene.monkeypatch.setattr("sys.stdin", Terminal(answer))
    scene.monkeypatch.setattr(Console, "interactive", True)
    scene.monkeypatch.setattr("getpass.getpass", lambda *_: scene.index.token)
    said = scene.say()

    assert said.exit == (Exit.READY if stored else Exit.INTERRUPTED)
    assert len(scene.held) == stored
    assert said.err.count("[y/N]") == 1
    scene.check_unseen(scene.index.token, said)


def test_nobody_is_there_to_type_it_in(scene: Scene) -> None:
    scene.monkeypatch.delenv("TAGSHIP_TOKEN")
    said = scene.say("--yes", "--json")

    assert said.exit != Exit.READY
    assert "nobody is here to type the token in" in said.out
    assert scene.held == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--secret", "a-b"), "--secret takes the name of a variable"),
        (("--secret", "-x"), "expected one argument"),
        (("--environment", " "), "--environment takes a name"),
        (("--environment", ".."), "--environment takes a name"),
        (("--minutes", "5"), "give both"),
    ],
)
def test_words_that_make_no_sense(scene: Scene, words: tuple[str, ...], told: str) -> None:
    said = scene.say(*words, "--json")

    assert said.exit == Exit.USAGE
    assert told in str(said.document["message"])


def test_consent_is_about_storing(scene: Scene) -> None:
    said = say(scene.capsys, "-C", str(scene.repo.path), "credential", *at(scene.index), "--plan", "--json")

    assert said.exit == Exit.USAGE
    assert "give --store as well" in str(said.document["message"])


def test_trusted_publishing_stores_nothing(scene: Scene) -> None:
    said = say(scene.capsys, "-C", str(scene.repo.path), "credential", "--store", "--index", PYPI.name, "--json")

    assert said.exit == Exit.USAGE
    assert "trusted publishing" in str(said.document["message"])
