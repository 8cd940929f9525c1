"""How `tagship doctor` asks, shows and ends."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from hosting.scene import REPOSITORY, Scene
from repositories import Repo, new_project
from tagship.adapters.github.token import token_at_hand
from tagship.cli import main
from tagship.cli.console import Console
from tagship.cli.doctor import place_meant
from tagship.cli.options import parse
from tagship.domain.finding import NotApplicable
from tagship.errors import Exit, UsageError

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Runs the command itself, and tells how it ended and all that it wrote."""
    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        ended = main(list(words))
        captured = capsys.readouterr()
        return int(ended), captured.out + captured.err

    return run


def test_the_plan_shows_each_request_and_sends_none(sole: Scene) -> None:
    said = sole.doctor("--plan")

    assert said.exit == Exit.READY
    assert said.steps["protect-main"][0] == "todo"
    assert f'POST /repos/{REPOSITORY}/rulesets {{"name": "tagship: main"' in said.steps["protect-main"][1]
    assert f"PUT /repos/{REPOSITORY}/environments/pypi\n{{" in said.err
    assert sole.writes == []


@pytest.mark.parametrize(("words", "typed"), [(("--plan",), ""), (("--apply",), "n\n")])
def test_a_person_is_shown_each_body_once(sole: Scene, words: tuple[str, ...], typed: str) -> None:
    said = sole.doctor(*words, typed=typed)
    told = said.out + said.err

    assert told.count('"context": "ready"') == 1
    assert told.count(f"/repos/{REPOSITORY}/immutable-releases") == 2


def test_a_plan_that_cannot_be_carried_out_ends_as_it_would(sole: Scene) -> None:
    sole.host.settings.archived = True
    said = sole.doctor("--plan")

    assert said.exit == Exit.CONFLICT
    assert said.steps["see-that-it-may-be-set"][0] == "conflict"


@pytest.mark.parametrize(("answer", "ended"), [("y\n", Exit.READY), ("n\n", Exit.INTERRUPTED), ("", Exit.INTERRUPTED)])
def test_it_is_asked_once_behind_every_request(sole: Scene, answer: str, ended: Exit) -> None:
    said = sole.doctor("--apply", typed=answer)

    assert said.exit == ended
    assert said.err.count("Go on? [y/N]") == 1
    question = said.err.index("Go on?")
    assert said.err.index(f"POST /repos/{REPOSITORY}/rulesets\n") < question
    assert said.err.index('"context": "ready"') < question
    assert bool(sole.writes) == (ended == Exit.READY)


def test_nothing_is_sent_where_nobody_can_agree(sole: Scene) -> None:
    said = sole.doctor("--apply")

    assert said.exit == Exit.USAGE
    assert sole.writes == []


def test_an_interrupt_at_the_question(sole: Scene) -> None:
    class Nobody:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hosting.scene.Terminal", lambda *_: _Terminal(Nobody()))
        said = sole.doctor("--apply", typed="")

    assert said.exit == Exit.INTERRUPTED
    assert "nothing was sent" in said.err
    assert sole.writes == []


class _Terminal:
    """Standard error that keeps what it is told, and standard input that is interrupted."""

    def __init__(self, stdin: object) -> None:
        self._stdin = stdin
        self._told: list[str] = []

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        raise KeyboardInterrupt

    def write(self, text: str) -> int:
        self._told.append(text)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def getvalue(self) -> str:
        return "".join(self._told)

    encoding = "utf-8"


@pytest.mark.parametrize("form", ["terminal", "markdown", "sarif", "junit", "github"])
def test_the_report_in_every_form(sole: Scene, form: str) -> None:
    said = sole.doctor("--format", form, typed="")

    assert said.exit == Exit.BLOCKED
    assert "main-takes-pull-requests" in said.out


def test_offline_the_files_are_looked_at(sole: Scene) -> None:
    said = sole.doctor("--offline")

    assert said.exit == Exit.UNKNOWN
    assert {"release-starts-on-the-tag", "publisher-fits-the-workflow", "workflows-leave-main-alone"} <= set(
        said.checks("passed")
    )
    assert "--offline was given" in str(said.checks("unknown")["main-takes-pull-requests"]["reason"])
    assert sole.doctor("--apply", "--offline", "--yes").exit == Exit.UNKNOWN
    assert sole.doctor().exit == Exit.BLOCKED


def test_a_waived_check_is_not_asked(sole: Scene) -> None:
    toml = (sole.repo.path / "pyproject.toml").read_text(encoding="utf-8")
    sole.repo.write({"pyproject.toml": toml + '\n[tool.tagship.exempt]\nactions-are-pinned = "not here"\n'})

    assert "not here" in str(sole.doctor().checks("skipped")["actions-are-pinned"]["reason"])


def test_a_remote_without_a_host(tmp_path: Path, say: Say) -> None:
    repo = new_project(tmp_path / "handmade")
    ended, told = say("-C", str(repo.path), "doctor")
    assert ended == Exit.USAGE
    assert "no code host" in told

    ended, told = say("-C", str(repo.path), "doctor", "--host", "github")
    assert ended == Exit.USAGE
    assert "not on GitHub" in told

    ended, told = say("-C", str(repo.path), "doctor", "--host", "gitlab")
    assert ended == Exit.USAGE
    assert "no repository on gitlab" in told


def test_a_reviewer_is_for_apply_alone(tmp_path: Path, say: Say) -> None:
    repo = new_project(tmp_path / "handmade")
    ended, told = say("-C", str(repo.path), "doctor", "--reviewer", "somebody")

    assert ended == Exit.USAGE
    assert "--apply" in told


def test_a_whole_run_of_the_command_offline(sole: Scene, say: Say) -> None:
    """With the port that the remote's address leads to, which is asked nothing."""
    assert sole.doctor().exit == Exit.BLOCKED
    ended, told = say("-C", str(sole.repo.path), "doctor", "--offline")

    assert ended == Exit.UNKNOWN
    assert "publisher-fits-the-workflow" in told or "main-takes-pull-requests" in told


def test_several_packages_share_the_settings(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "many")
    parts = "".join(f'[tool.tagship.packages.{name}]\npath = "{name}"\ntag = "{name}-v{{version}}"\n' for name in "ab")
    files: Mapping[str, str] = {
        f"{name}/pyproject.toml": f'[project]\nname = "{name}"\nversion = "1"\n' for name in "ab"
    }
    repo.commit({**files, "tagship.toml": parts.replace("tool.tagship.", "")})
    repo.git("remote", "set-url", "origin", f"https://github.com/{REPOSITORY}.git")
    options = parse(["-C", str(repo.path), "doctor", "--host", "github", "--offline"])
    console = Console(form="json", color=False, environ={})

    with place_meant(options, console) as place:
        assert set(place.hosting.wanted.patterns) == {"a-v*", "b-v*"}
        assert place.hosting.wanted.projects == ()


# -- where the token is found -----------------------------------------------------------------------------------------


def gh(folder: Path, script: str) -> dict[str, str]:
    """An environment in which `gh` is this script."""
    folder.mkdir()
    program = folder / "gh"
    program.write_text(f"#!{sys.executable}\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return {"PATH": str(folder)}


def test_the_environment_comes_before_gh(tmp_path: Path) -> None:
    environ = gh(tmp_path / "bin", "print('from gh')")

    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        found = token_at_hand({**environ, name: "given"})
        assert found is not None
        assert (found.origin, found.reveal()) == (name, "given")


def test_the_token_of_gh(tmp_path: Path) -> None:
    found = token_at_hand(gh(tmp_path / "bin", "import sys; print(' '.join(sys.argv[1:]))"))

    assert found is not None
    assert found.reveal() == "auth token --hostname github.com"
    assert "gh auth token" in repr(found)


@pytest.mark.parametrize("script", ["raise SystemExit(1)", "pass"])
def test_gh_that_has_none(tmp_path: Path, script: str) -> None:
    assert token_at_hand(gh(tmp_path / "bin", script)) is None
    assert token_at_hand({"PATH": str(tmp_path)}) is None
    (tmp_path / "bin" / "gh").write_text("no program\n", encoding="utf-8")
    assert token_at_hand({"PATH": str(tmp_path / "bin")}) is None


def test_the_port_of_the_command_takes_the_token_up(sole: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sole.doctor().exit == Exit.BLOCKED
    monkeypatch.setenv("GH_TOKEN", "given-for-this")
    learnt: list[object] = []
    options = parse(["-C", str(sole.repo.path), "doctor"])
    console = Console(form="json", color=False, environ={"GH_TOKEN": "given-for-this"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console, "learn", learnt.append)
        with place_meant(options, console) as place:
            assert place.settings() is place.settings()

    assert [str(getattr(each, "origin", "")) for each in learnt] == ["GH_TOKEN"]


def test_who_has_no_remote_at_all(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "alone", remote=False)
    repo.commit({"pyproject.toml": '[project]\nname = "alone"\nversion = "1"\n'})
    options = parse(["-C", str(repo.path), "doctor"])

    with place_meant(options, Console(form="json", color=False, environ={})) as place, pytest.raises(UsageError):
        _ = place.hosting


@pytest.mark.parametrize(
    ("said", "main", "pattern"),
    [("", "main", "v*"), ('branch = "trunk"\ntag = "rel-{version}"\n', "trunk", "rel-*")],
)
def test_what_the_project_says_comes_before_what_is_found(sole: Scene, said: str, main: str, pattern: str) -> None:
    path = sole.repo.path / "pyproject.toml"
    sole.repo.write({"pyproject.toml": path.read_text(encoding="utf-8") + f"\n[tool.tagship]\n{said}"})
    with sole.place() as place:
        assert (place.hosting.wanted.main, place.hosting.wanted.patterns) == (main, (pattern,))
        assert place.hosting.wanted.projects == ("handmade",)


def test_a_project_without_a_name(sole: Scene) -> None:
    sole.repo.write({"pyproject.toml": "[build-system]\nrequires = []\n"})
    with sole.place() as place:
        assert place.hosting.wanted.projects == ()


def test_without_any_token_the_port_is_made_all_the_same(sole: Scene, tmp_path: Path) -> None:
    assert sole.doctor().exit == Exit.BLOCKED
    options = parse(["-C", str(sole.repo.path), "doctor"])
    console = Console(form="json", color=False, environ={"PATH": str(tmp_path / "nothing")})
    with place_meant(options, console) as place:
        assert place.settings() is not None


@pytest.mark.parametrize(
    ("host", "address", "read"),
    [("gitlab", "https://gitlab.com/some/one.git", False), ("forgejo", "https://codeberg.org/some/one.git", True)],
)
def test_other_hosts_have_other_files(sole: Scene, host: str, address: str, *, read: bool) -> None:
    assert sole.doctor().exit == Exit.BLOCKED
    sole.repo.git("remote", "set-url", "origin", address)
    options = parse(["-C", str(sole.repo.path), "doctor", "--offline", "--host", host])
    with place_meant(options, Console(form="json", color=False, environ={})) as place:
        assert place.hosting.wanted.check.app is None
        assert place.hosting.wanted.environment == "pypi"
        if read:
            assert place.hosting.workflows == ()
        else:
            with pytest.raises(NotApplicable, match="pipelines"):
                _ = place.hosting.workflows
    asking = parse(["-C", str(sole.repo.path), "doctor", "--host", host])
    with place_meant(asking, Console(form="json", color=False, environ={})) as place:
        assert place.settings() is place.settings()
