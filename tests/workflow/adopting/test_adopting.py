"""Projects of many kinds adopted: what is found out, what is written, and that a second run has nothing to do."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from repositories import Repo
from tagship.adapters.adopting.pinned import read_pins
from tagship.domain.adoption import Pin
from tagship.domain.config import Auth, HostKind, Publisher, Way
from tagship.domain.finding import Readiness
from tagship.domain.setup import FileState
from tagship.errors import ConfigError, Conflict, FactUnknown, InFile, UsageError
from tagship.scaffold.pins import PINS
from tagship.workflow.adopting.adopting import drift
from tagship.workflow.adopting.locking import planned_locks
from tagship.workflow.adopting.survey import Decisions, Survey
from tagship.workflow.config import read_config
from workflow.adopting.projects import (
    GITHUB,
    NOBODY,
    OFFLINE,
    PYPROJECT,
    adopted,
    file_at,
    is_settled,
    planned,
    project,
    states,
    told,
)

RELEASE = ".github/workflows/release.yml"
READINESS = ".github/workflows/readiness.yml"
BY_HAND = """\
name: Publish
on:
  push:
    tags: ["v*"]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: python -m build
  pypi:
    runs-on: ubuntu-latest
    environment: release
    permissions:
      id-token: write
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
"""
TESTS = """\
on: [push, pull_request]
jobs:
  tests:
    runs-on: ubuntu-latest
    steps:
      - run: pytest
"""


def drifted(repo: Repo) -> dict[str, list[str]]:
    """What the check of a project finds, by the checks that find it."""
    with Survey(repo.path, {}) as survey:
        report = drift(survey, NOBODY, {})
    return {each.id: [finding.message for finding in each.findings] for each in report.verdicts if each.findings}


def test_a_project_without_any_release_set_up(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    setup = adopted(repo)

    assert setup.is_written
    assert set(states(setup).values()) == {"new", "changed"}
    assert told(setup)["tests"] == "python -m pytest"
    assert told(setup)["Pythons"] == "3.11, 3.13"
    assert told(setup)["authentication"] == "trusted"
    assert (repo.path / RELEASE).is_file()
    assert read_config(repo.path).bump is Way.IN_PR
    assert is_settled(planned(repo))
    repo.commit()
    assert is_settled(planned(repo))
    assert [step.values for step in setup.next if step.values] == [
        (
            ("owner", "someone"),
            ("repository", "handmade"),
            ("workflow_filename", "release.yml"),
            ("environment", "pypi"),
        )
    ]


def test_what_a_user_adds_stays_and_is_no_drift(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    adopted(repo)
    path = repo.path / READINESS
    text = path.read_text(encoding="utf-8")
    mine = text.replace(
        "      # Jobs of your own that must pass", "      - mine\n      # Jobs of your own that must pass"
    )
    path.write_text(mine + "  mine:\n    runs-on: ubuntu-24.04\n", encoding="utf-8")

    assert mine != text
    assert is_settled(planned(repo))
    assert set(drifted(repo)) == {"lock-files-are-current"}


def test_a_block_that_was_edited_by_hand_is_told_and_kept(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    adopted(repo)
    path = repo.path / RELEASE
    edited = path.read_text(encoding="utf-8").replace("retention-days: 14", "retention-days: 90")
    path.write_text(edited, encoding="utf-8")
    setup = adopted(repo)

    assert file_at(setup, RELEASE).state is FileState.EDITED
    assert any("was edited by hand" in step.does for step in setup.next)
    assert path.read_text(encoding="utf-8") == edited
    assert "managed-blocks-are-untouched" in drifted(repo)
    adopted(repo, manner=replace(OFFLINE, force=True))
    assert "retention-days: 90" not in path.read_text(encoding="utf-8")
    assert set(drifted(repo)) == {"lock-files-are-current"}


def test_files_of_the_same_name_that_are_not_ours(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {RELEASE: BY_HAND, "RELEASING.md": "# Ours\n\nCall somebody."})
    setup = adopted(repo)

    assert file_at(setup, RELEASE).state is FileState.FOREIGN
    assert (repo.path / RELEASE).read_text(encoding="utf-8") == BY_HAND
    assert (repo.path / "RELEASING.md").read_text(encoding="utf-8").startswith("# Ours\n\nCall somebody.\n\n<!-- tag")
    assert any("decide on" in step.does for step in setup.next)
    assert "generated-files-have-their-places" in drifted(repo)
    forced = adopted(repo, manner=replace(OFFLINE, force=True))
    assert file_at(forced, RELEASE).state is FileState.CHANGED
    assert is_settled(planned(repo))


def test_the_workflow_of_today_tells_how_it_is_published(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {".github/workflows/publish.yml": BY_HAND, ".github/workflows/ci.yml": TESTS})
    setup = adopted(repo)

    assert setup.adoption.environment == "release"
    assert setup.adoption.tested_by == ("ci.yml",)
    assert read_config(repo.path).environment == "release"
    assert any("so far it is publish.yml" in step.does for step in setup.next)
    assert any("replaced" in step.does and "git rm" in str(step.remedy) for step in setup.next)
    (repo.path / ".github/workflows/publish.yml").unlink()
    assert is_settled(planned(repo))


def test_a_publisher_that_is_registered_already(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {RELEASE: BY_HAND})
    setup = planned(repo, manner=replace(OFFLINE, force=True))

    assert any("nothing is to be registered for handmade" in step.does for step in setup.next)


def test_a_token_of_today_stays_one(tmp_path: Path) -> None:
    by_token = BY_HAND.replace("    permissions:\n      id-token: write\n", "").replace(
        "@release/v1\n", "@release/v1\n        with:\n          password: ${{ secrets.PYPI_PASSWORD }}\n"
    )
    repo = project(tmp_path / "project", {".github/workflows/publish.yml": by_token})
    setup = adopted(repo)

    assert setup.adoption.auth is Auth.TOKEN
    assert read_config(repo.path).auth is Auth.TOKEN
    assert any("credential --bind --store" in str(step.remedy) for step in setup.next)
    assert is_settled(planned(repo))


def test_what_is_decided_is_kept(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    decided = Decisions(None, Auth.TOKEN, Way.RELEASE_PR, Publisher.PYPA_ACTION, "shop")
    setup = adopted(repo, decided)
    config = read_config(repo.path)

    assert (config.auth, config.bump, config.publish_with, config.environment) == (
        Auth.TOKEN,
        Way.RELEASE_PR,
        Publisher.PYPA_ACTION.value,
        "shop",
    )
    assert {detail.told_by for detail in setup.details if detail.name in {"authentication", "versions go up"}} == {
        "decided"
    }
    assert is_settled(planned(repo))


def test_keys_that_are_there_are_left_alone(tmp_path: Path) -> None:
    own = PYPROJECT + '\n[tool.tagship] # ours\nbump = "fragments" # as ever\n\n[tool.other]\nx = 1\n'
    repo = project(tmp_path / "project", {"pyproject.toml": own})
    adopted(repo, Decisions(auth=Auth.TOKEN))

    text = (repo.path / "pyproject.toml").read_text(encoding="utf-8")
    assert text == own.replace("# ours\n", '# ours\nauth = "token"\n')


def test_another_tools_configuration_is_translated(tmp_path: Path) -> None:
    own = PYPROJECT + (
        '\n[tool.bumpversion]\ntag = true\ntag_name = "rel-{new_version}"\nmessage = "Now {new_version}"\n'
        '[[tool.bumpversion.files]]\nfilename = "docs/conf.py"\nsearch = "release = \'{current_version}\'"\n'
        '\n[tool.towncrier]\nfilename = "CHANGELOG.md"\ndirectory = "news"\n'
    )
    repo = project(tmp_path / "project", {"pyproject.toml": own, "docs/conf.py": "release = '1.0.0'\n"})
    setup = adopted(repo)
    config = read_config(repo.path)

    assert config.tag is not None
    assert config.tag.text == "rel-{version}"
    assert config.message == "Now {version}"
    assert config.bump is Way.FRAGMENTS
    assert [each.path for each in config.version_files] == ["docs/conf.py"]
    assert config.changelog is None
    assert setup.adoption.way is Way.FRAGMENTS
    assert {each.tool for each in setup.adoption.predecessors} == {"bump-my-version", "towncrier"}
    assert is_settled(planned(repo))


def test_what_is_found_out_anyway_is_not_written(tmp_path: Path) -> None:
    own = (
        PYPROJECT
        + '\n[tool.semantic_release]\ntag_format = "v{version}"\n'
        + '[tool.semantic_release.branches.main]\nmatch = "main"\n'
    )
    repo = project(tmp_path / "project", {"pyproject.toml": own})
    repo.tag("v1.0.0")
    adopted(repo)

    config = read_config(repo.path)
    assert (config.tag, config.branch) == (None, None)


def test_several_packages(tmp_path: Path) -> None:
    root = (
        '[tool.uv.workspace]\nmembers = ["packages/*"]\n\n[tool.commitizen]\ntag_format = "$version"\nversion = "1"\n'
    )
    members = {
        f"packages/{name}/pyproject.toml": PYPROJECT.replace('"handmade"', f'"{name}"').replace(
            "dependencies = []", f"dependencies = [{needs}]"
        )
        for name, needs in (("one", ""), ("two", '"one>=1"'))
    }
    repo = project(tmp_path / "project", {"pyproject.toml": root, **members, "packages/two/setup.py": "Extension('x')"})
    setup = adopted(repo)
    adoption = setup.adoption

    assert [package.name for package in adoption.packages] == ["one", "two"]
    assert [package.key for package in adoption.packages] == ["one", "two"]
    assert [package.is_compiled for package in adoption.packages] == [False, True]
    assert read_config(repo.path).tag is None
    assert adoption.tests is not None
    assert adoption.tests.requirements == ("pytest",)
    assert is_settled(planned(repo))
    assert drifted(repo).keys() == {"lock-files-are-current"}


def test_a_project_below_the_top(tmp_path: Path) -> None:
    inner = {f"python/{name}": content for name, content in (("pyproject.toml", PYPROJECT), ("tests/test_a.py", ""))}
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({**inner, "README.md": "Everything.\n"})
    repo.git("remote", "add", "origin", GITHUB)
    setup = adopted(repo, inside="python")

    assert (
        (repo.path / "tagship.toml")
        .read_text(encoding="utf-8")
        .startswith('packages = { handmade = { path = "python" } }\n')
    )
    assert setup.adoption.tests is not None
    assert setup.adoption.tests.command == ("python", "-m", "pytest", "python")
    assert is_settled(planned(repo, inside="python"))
    assert is_settled(planned(repo))


def test_a_workspace_below_the_top(tmp_path: Path) -> None:
    root = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"python/pyproject.toml": root, "python/packages/one/pyproject.toml": PYPROJECT})
    repo.git("remote", "add", "origin", GITHUB)
    setup = adopted(repo, inside="python")

    assert [package.path for package in setup.adoption.packages] == ["python/packages/one"]
    assert "python/pyproject.toml" in states(setup)
    assert is_settled(planned(repo, inside="python"))


def test_tests_that_are_not_led_below_the_top_are_unknown(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"python/pyproject.toml": PYPROJECT, "python/Makefile": "test:\n\ttrue\n"})
    repo.git("remote", "add", "origin", GITHUB)

    assert told(planned(repo, inside="python"))["tests"] == "unknown"


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.write({"pyproject.toml": PYPROJECT})
    repo.git("remote", "add", "origin", GITHUB)
    setup = adopted(repo)

    assert setup.adoption.main == "main"
    assert setup.adoption.way is Way.IN_PR
    assert is_settled(planned(repo))


def test_a_project_of_setup_py_gets_a_file_of_its_own(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"setup.py": "from setuptools import setup\nsetup(name='handmade', version='1.0.0')\n"})
    repo.git("remote", "add", "origin", GITHUB)
    adopted(repo)

    assert (repo.path / "tagship.toml").read_text(encoding="utf-8") == 'bump = "in-pr"\n'
    assert is_settled(planned(repo))


def test_release_lines_are_found_among_the_branches(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    for name in ("release/1.0", "release/1.1", "2.x", "feature/x", "stable-3.0"):
        repo.git("branch", name)
    repo.git("update-ref", "refs/remotes/origin/maint/1.2", "HEAD")
    adopted(repo)

    assert set(read_config(repo.path).release_lines) == {"release/*", "*.x", "stable-*", "maint/*"}
    assert is_settled(planned(repo))


@pytest.mark.parametrize(
    ("remotes", "files", "said"),
    [
        ({}, {}, "no remote tells the code host"),
        ({"origin": "https://git.example.org/a/b.git"}, {}, "git.example.org is not a code host"),
        ({"one": GITHUB, "two": GITHUB}, {}, "which of the remotes one, two"),
        ({"origin": "/srv/git/b.git"}, {}, "the remote leads to no code host"),
        ({"one": GITHUB, "two": GITHUB}, {".github/workflows/ci.yml": TESTS}, "which of the remotes one, two"),
    ],
)
def test_a_host_that_nothing_tells(tmp_path: Path, remotes: dict[str, str], files: dict[str, str], said: str) -> None:
    repo = project(tmp_path / "project", files, remote=None)
    for name, address in remotes.items():
        repo.git("remote", "add", name, address)

    with pytest.raises(UsageError, match=said) as caught:
        planned(repo)
    assert "--host" in str(caught.value.remedy)
    assert planned(repo, Decisions(host=HostKind.GITHUB)).adoption.host is HostKind.GITHUB


def test_workflows_tell_the_host_where_no_remote_does(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {".github/workflows/ci.yml": TESTS}, remote=None)
    setup = adopted(repo)

    assert setup.adoption.host is HostKind.GITHUB
    assert setup.adoption.repository is None
    assert read_config(repo.path).host == "github"


def test_a_host_that_is_configured(tmp_path: Path) -> None:
    own = PYPROJECT + '\n[tool.tagship]\nhost = "github"\n'
    repo = project(tmp_path / "project", {"pyproject.toml": own}, remote="https://git.example.org/a/b.git")

    assert planned(repo).adoption.host is HostKind.GITHUB


def test_of_several_remotes_origin_then_upstream(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", remote=None)
    repo.git("remote", "add", "fork", "https://github.com/fork/handmade.git")
    repo.git("remote", "add", "upstream", GITHUB)

    assert planned(repo).adoption.repository == "someone/handmade"


def test_an_identity_that_no_index_takes(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", remote="git@codeberg.org:someone/handmade.git")
    with Survey(repo.path, {}) as survey:
        assert survey.host is HostKind.FORGEJO
        assert survey.auth_on(survey.host)[0] is Auth.TOKEN


def test_marks_that_are_not_sound_stop_everything(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    adopted(repo)
    path = repo.path / RELEASE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[1:]), encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        planned(repo)
    assert isinstance(caught.value.where, InFile)
    assert caught.value.where.path == RELEASE


def test_a_link_that_leads_out_of_the_repository(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    (tmp_path / "elsewhere").mkdir()
    (repo.path / ".github").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Conflict, match="leads out"):
        planned(repo)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_toml_file_that_takes_no_key_safely(tmp_path: Path) -> None:
    """An inline table cannot be gone on with."""
    repo = project(tmp_path / "project", {"tagship.toml": "# ours\n"})
    adopted(repo)
    assert is_settled(planned(repo))

    odd = project(tmp_path / "odd", {"pyproject.toml": PYPROJECT + '\n[tool]\ntagship = {branch = "main"}\n'})
    with pytest.raises(FactUnknown, match="added to it safely"):
        planned(odd)


def test_what_git_ignores_is_told(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {".gitignore": ".github\n"})
    setup = adopted(repo)

    assert any(step.does.startswith(f"see to it that {RELEASE} is committed") for step in setup.next)


def test_a_lock_of_actions_is_told(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {".github/workflows/actions.lock": "{}\n"})

    assert any("gh actions-lock" in str(step.remedy) for step in planned(repo).next)


def test_a_generated_file_that_nothing_generates_any_more(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    adopted(repo)
    left = repo.path / ".github/workflows/release-wheels.yml"
    left.write_bytes((repo.path / RELEASE).read_bytes())
    setup = planned(repo)

    assert file_at(setup, ".github/workflows/release-wheels.yml").state is FileState.LEFT
    assert "generated-files-are-wanted" in drifted(repo)


def test_workflows_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    odd = "on: push\njobs:\n\tx: 1\n"
    tabbed = BY_HAND.replace("  pypi:\n", "\tpypi:\n")
    repo = project(tmp_path / "project", {".github/workflows/a.yml": odd, ".github/workflows/b.yml": tabbed})
    setup = planned(repo)

    unread = [detail.value for detail in setup.details if detail.name == "unread"]
    assert unread == [".github/workflows/a.yml", ".github/workflows/b.yml"]
    assert [each.path for each in setup.adoption.predecessors] == [".github/workflows/b.yml"]


def test_newer_pins_are_kept_in_a_file_of_their_own(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    newer = {name: Pin(name, "v99.0.0", "f" * 40) for name in PINS.actions}
    setup = adopted(repo, manner=replace(OFFLINE, pins=newer))

    content = (repo.path / ".tagship/pins.toml").read_bytes()
    assert read_pins(content)[1] == newer
    assert setup.adoption.pins.of >= date(2026, 1, 1)
    assert "# v99.0.0" in (repo.path / RELEASE).read_text(encoding="utf-8")
    assert is_settled(planned(repo))
    assert file_at(planned(repo, manner=replace(OFFLINE, pins=newer)), ".tagship/pins.toml").state is FileState.SAME
    older = {name: Pin(name, "v98.0.0", "e" * 40) for name in PINS.actions}
    assert file_at(planned(repo, manner=replace(OFFLINE, pins=older)), ".tagship/pins.toml").state is FileState.CHANGED


def test_a_host_that_nothing_is_generated_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagship.workflow.adopting.adopting.HOSTS", {HostKind.GITHUB: None})
    repo = project(tmp_path / "project")

    with pytest.raises(UsageError, match="nothing is generated for gitlab"):
        planned(repo, Decisions(host=HostKind.GITLAB))


def test_a_lock_file_is_kept_as_long_as_it_pins_this_version(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    adoption = planned(repo).adoption
    lock = f"tagship==1.2.3 \\\n    --hash=sha256:{'0' * 64}\n"
    repo.write({".tagship/release.txt": lock, ".tagship/tests.txt": "pytest\n"})

    def lock_states(version: str) -> list[FileState]:
        found = planned_locks(repo.path, adoption, environ={}, make=False, version=version)
        return [each.state for each in found]

    assert lock_states("1.2.3") == [FileState.SAME, FileState.LACKING]
    assert lock_states("1.2.4") == [FileState.LACKING, FileState.LACKING]


def test_lock_files_are_made_from_what_the_users_index_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from servers.handmade import make_wheel  # noqa: PLC0415 -- one test needs it

    folder = tmp_path / "wheels"
    folder.mkdir()
    make_wheel(folder, name="tagship", version="7.0")
    repo = project(tmp_path / "project", {"pyproject.toml": PYPROJECT.replace('["pytest"]', '["tagship"]')})
    monkeypatch.setenv("UV_NO_INDEX", "1")
    environ = {"PIP_FIND_LINKS": str(folder)}
    adoption = planned(repo).adoption
    assert adoption.tests is not None
    adoption = replace(adoption, tests=replace(adoption.tests, requirements=("tagship", "nothing-of-the-kind")))
    made, lacking = planned_locks(repo.path, adoption, environ=environ, make=True, version="7.0")

    assert made.state is FileState.NEW
    assert made.change is not None
    text = (made.change.after or b"").decode()
    assert "tagship==7.0 \\\n    --hash=sha256:" in text
    assert "://" not in text
    assert (lacking.state, str(lacking.remedy).startswith("printf")) == (FileState.LACKING, True)
    repo.write({made.path: "# old\n"})
    again, _ = planned_locks(repo.path, adoption, environ=environ, make=True, version="7.0")
    assert again.state is FileState.CHANGED
    repo.write({made.path: text})
    kept, _ = planned_locks(repo.path, adoption, environ={}, make=True, version="7.0")
    assert kept.state is FileState.SAME


def test_a_project_that_was_adopted_is_told_from_one_that_was_not(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    with Survey(repo.path, {}) as survey:
        assert not survey.is_adopted
    adopted(repo)
    with Survey(repo.path, {}) as survey:
        assert survey.is_adopted


def test_where_there_is_no_project(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"README.md": "Nothing.\n"})

    with pytest.raises(ConfigError, match="there is no project"):
        planned(repo)
    (tmp_path / "nowhere").mkdir()
    with pytest.raises(UsageError, match="not in a git repository"):
        planned(Repo(tmp_path / "nowhere"))


def test_drift_of_a_project_that_is_not_adopted(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    with Survey(repo.path, {}) as survey:
        report = drift(survey, NOBODY, {})

    assert report.readiness is Readiness.BLOCKED
    assert report.project == "handmade"


def test_what_a_directory_below_decided_is_told_at_the_top(tmp_path: Path) -> None:
    """The jobs begin at the top, where nothing of it is heard."""
    own = PYPROJECT + '\n[tool.tagship]\nauth = "token"\n'
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"python/pyproject.toml": own})
    repo.git("remote", "add", "origin", GITHUB)
    adopted(repo, inside="python")

    assert read_config(repo.path).auth is Auth.TOKEN
    assert is_settled(planned(repo))


def test_a_token_for_a_test_index_and_no_page_to_open(tmp_path: Path) -> None:
    own = (
        PYPROJECT
        + '\n[tool.tagship.index]\nsimple = "https://index.example/simple/"\nupload = "https://index.example/up/"\n'
    )
    repo = project(tmp_path / "project", {"pyproject.toml": own, ".github/workflows/publish.yml": BY_HAND})
    setup = planned(repo, Decisions(auth=Auth.TRUSTED))

    assert [step.remedy for step in setup.next if step.values] == [None]


def test_without_a_place_for_hooks_none_are_switched_on(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {".pre-commit-config.yaml": "ci: {}\n"})

    assert not any("pre-commit install" in str(step.remedy) for step in planned(repo).next)


def test_what_comes_next_depends_on_the_host(tmp_path: Path) -> None:
    """What each host is told apart by is what comes next."""
    from tagship.scaffold import HOSTS  # noqa: PLC0415 -- one test needs it

    for host in HostKind:
        if host in HOSTS:
            repo = project(tmp_path / host.value)
            setup = planned(repo, Decisions(host=host, auth=Auth.TOKEN))
            remedies = [str(step.remedy) for step in setup.next]
            assert ("tagship doctor --apply" in remedies) is (host is not HostKind.PLAIN)
            assert ("tagship credential --bind --store" in remedies) is (host is not HostKind.PLAIN)


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        (HostKind.GITHUB, "git push; then open a pull request"),
        (HostKind.FORGEJO, "git push; then open a pull request"),
        (HostKind.GITLAB, "git push; then open a merge request"),
        (HostKind.PLAIN, "git push; then have it merged into main on the server, which does so itself for git push or"),
    ],
)
def test_what_was_written_is_proposed_in_the_words_of_the_host(tmp_path: Path, host: HostKind, asked: str) -> None:
    setup = planned(project(tmp_path / "project"), Decisions(host=host, auth=Auth.TOKEN))
    (commit,) = (step for step in setup.next if step.does.startswith("commit what was written"))

    assert asked in str(commit.remedy)
    assert host is HostKind.PLAIN or str(commit.remedy).endswith(asked)


def test_what_another_tool_said_and_we_do_not_is_told(tmp_path: Path) -> None:
    own = PYPROJECT + '\n[tool.bumpversion]\nmessage = "From {current_version} to {new_version}"\n'
    setup = planned(project(tmp_path / "project", {"pyproject.toml": own}))
    details = [(each.name, each.value, each.told_by) for each in setup.details]

    at = f"pyproject.toml:{own.splitlines().index('[tool.bumpversion]') + 1}"
    assert details[-2:] == [
        ("until now", "bump-my-version", at),
        ("not carried over", 'message = "From {current_version} to {new_version}"', f"bump-my-version, {at}"),
    ]


def test_stages_of_a_pipelines_own_are_told(tmp_path: Path) -> None:
    own = {".gitlab-ci.yml": "stages: [test]\ntest:\n  script: [pytest]\n"}
    repo = project(tmp_path / "project", own, remote="https://gitlab.com/someone/handmade.git")
    setup = adopted(repo)

    assert any("takes the place of the generated one" in step.does for step in setup.next)
    assert is_settled(planned(repo))


def test_an_identity_of_a_host_of_ones_own_is_trusted_by_nobody(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", remote="https://git.example.org/someone/handmade.git")
    setup = adopted(repo, Decisions(host=HostKind.GITLAB))

    assert setup.adoption.auth is Auth.TOKEN
    assert (read_config(repo.path).auth, read_config(repo.path).host) == (Auth.TOKEN, "gitlab")
    assert is_settled(planned(repo))


def test_hooks_of_the_users_are_not_written_over_even_by_force(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {".pre-commit-config.yaml": "repos: []\n"})
    setup = adopted(repo, manner=replace(OFFLINE, force=True))

    assert file_at(setup, ".pre-commit-config.yaml").state is FileState.FOREIGN
    assert "begin its list repos" in str(file_at(setup, ".pre-commit-config.yaml").remedy)
    assert (repo.path / ".pre-commit-config.yaml").read_text(encoding="utf-8") == "repos: []\n"


def test_stages_that_the_generated_list_lacks_are_named(tmp_path: Path) -> None:
    """Without a list of its own, a pipeline has those of GitLab, of which the generated one is not made up."""
    staged = {"ship": "deploy # all of it", "tell": '"after that"', "make": "build", "last": ".post"}
    jobs = "".join(f"{job}:\n  stage: {stage}\n" for job, stage in staged.items())
    remote = "https://gitlab.com/someone/handmade.git"
    repo = project(tmp_path / "project", {".gitlab-ci.yml": jobs}, remote=remote)
    (step,) = [step for step in adopted(repo).next if "stage" in step.does]

    assert "has jobs in the stage deploy, after that, which" in step.does
    assert str(step.remedy).startswith("begin it with a list of its own: stages: [test, gate, credential, build, ")
    assert str(step.remedy).endswith(", announce, deploy, after that]")
    usual = project(tmp_path / "usual", {".gitlab-ci.yml": "test:\n  stage: test\n"}, remote=remote)
    assert not any("stage" in step.does for step in adopted(usual).next)


def test_nothing_is_planned_through_a_link(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {"README.md": "Mine.\n"})
    (repo.path / RELEASE).parent.mkdir(parents=True)
    (repo.path / RELEASE).symlink_to("../../README.md")

    with pytest.raises(Conflict, match=r"release\.yml is a symbolic link to \.\./\.\./README\.md"):
        planned(repo, manner=replace(OFFLINE, force=True))
    assert (repo.path / "README.md").read_text(encoding="utf-8") == "Mine.\n"
