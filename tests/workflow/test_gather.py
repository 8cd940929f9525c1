from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from repositories import PYPROJECT, Repo, add_section, new_project, prepare, release, released
from tagship.adapters.github.releases import GitHubReleases
from tagship.adapters.token_sources import token_from_stdin
from tagship.domain.changelog import Format
from tagship.domain.config import Auth
from tagship.domain.credential import Liveness, TokenFlaw
from tagship.domain.facts import Standing
from tagship.domain.version import TagTemplate
from tagship.errors import ConfigError, CredentialHalt, FactUnknown, Incomplete
from tagship.rehearsal.index import StandInIndex
from tagship.workflow.gather import Gathered
from tagship.workflow.workplace import Wishes, Workplace

Ask = Callable[..., Gathered]


@pytest.fixture
def ask() -> Iterator[Ask]:
    """The facts about a tag of a repository."""
    places: list[Workplace] = []

    def facts_about(repo: Repo, tag: str | None = None, inside: str = "", *, offline: bool = False) -> Gathered:
        place = Workplace(repo.path / inside, environ={}, tag=tag, wishes=Wishes(offline=offline))
        places.append(place)
        return place.facts

    yield facts_about
    for place in places:
        place.__exit__(None, None, None)


def test_a_fact_is_looked_up_once(tmp_path: Path, ask: Ask) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    facts = ask(repo, "v1.0.0")
    first = facts.tags
    repo.tag("v1.1.0")

    assert facts.tags is first


def test_the_reason_why_there_is_no_fact_is_looked_up_once_as_well(tmp_path: Path, ask: Ask) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    facts = ask(repo, "v1.1.0")
    with pytest.raises(FactUnknown) as first:
        _ = facts.tag
    repo.tag("v1.1.0")

    with pytest.raises(FactUnknown) as second:
        _ = facts.tag

    assert second.value is first.value


def test_a_fact_of_the_class_is_its_own_description() -> None:
    assert Gathered.tags.__doc__ == "Every tag that leads to a commit."


@pytest.mark.parametrize(
    ("tags", "template"),
    [
        ((), "v{version}"),
        (("1.0.0", "1.1.0"), "{version}"),
        (("handmade-v1.0.0", "other-v3.0.0"), "handmade-v{version}"),
        (("release-1.0", "nightly"), "release-{version}"),
    ],
)
def test_how_a_project_spells_its_tags(tags: tuple[str, ...], template: str, tmp_path: Path, ask: Ask) -> None:
    repo = new_project(tmp_path / "project")
    prepare(repo, "1.1.0")
    for tag in tags:
        repo.tag(tag)

    assert ask(repo).template == TagTemplate(template)


def test_how_a_project_decided_to_spell_its_tags(tmp_path: Path, ask: Ask) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.write({"tagship.toml": 'tag = "handmade/{version}"\n'})

    assert ask(repo).template == TagTemplate("handmade/{version}")


def test_how_tags_are_spelt_where_the_project_at_head_cannot_be_read(tmp_path: Path, ask: Ask) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.commit({"pyproject.toml": '[project]\nversion = "1.0.0"\n'})

    assert ask(repo).template == TagTemplate("v{version}")


def test_a_tag_that_names_no_version(tmp_path: Path, ask: Ask) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.tag("v1.x")

    with pytest.raises(FactUnknown, match=r"v1\.x names no version"):
        _ = ask(repo, "v1.x").version


def test_where_a_commit_stands_counts_as_others_see_it(tmp_path: Path, ask: Ask) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.write({"tagship.toml": 'release-lines = ["1.x"]\n'})
    repo.branch("1.x")
    prepare(repo, "1.0.1")
    repo.tag("v1.0.1")

    assert ask(repo, "v1.0.1").standing == Standing("main", on_main=False, lines=(), branches=("1.x",))
    repo.push()
    assert ask(repo, "v1.0.1").standing == Standing(
        "main", on_main=False, lines=("origin/1.x",), branches=("1.x", "origin/1.x")
    )


def test_without_a_remote_the_branches_here_count(tmp_path: Path, ask: Ask) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    prepare(repo, "1.0.0")
    repo.tag("v1.0.0")
    facts = ask(repo, "v1.0.0")

    assert facts.standing == Standing("main", on_main=True, lines=(), branches=("main",))
    assert facts.tags_on_main == {"v1.0.0"}


def test_the_branch_that_is_called_main_may_not_be_there(tmp_path: Path, ask: Ask) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    repo.write({"tagship.toml": 'branch = "trunk"\n'})
    prepare(repo, "1.0.0")
    repo.tag("v1.0.0")
    facts = ask(repo, "v1.0.0")

    assert not facts.standing.on_main
    with pytest.raises(FactUnknown, match="no branch trunk"):
        _ = facts.main_tip


def test_added_lines_since_the_last_tag_on_the_way(tmp_path: Path, ask: Ask) -> None:
    repo = new_project(tmp_path / "project")
    repo.write({"a.py": "one = 1\n"})
    release(repo, "1.0.0")
    repo.write({"a.py": "one = 1\ntwo = 2\n"})
    release(repo, "1.1.0")

    added = ask(repo, "v1.1.0").added_lines

    assert added is not None
    assert [(line.path, line.line, line.text) for line in added] == [("a.py", 2, "two = 2")]
    assert ask(repo, "v1.0.0").added_lines is None


def test_main_keeps_its_changelog_elsewhere_by_now(tmp_path: Path, ask: Ask) -> None:
    """A page that only points elsewhere does not hide the changelog that it points to."""
    repo = released(tmp_path / "project", "1.0.0")
    text = (repo.path / "CHANGELOG.md").read_text(encoding="utf-8")
    repo.commit({"docs/CHANGELOG.md": text, "CHANGELOG.md": "# Changelog\n\nIt has moved to docs/CHANGELOG.md.\n"})
    repo.push()
    found = ask(repo, "v1.0.0").main_changelog

    assert found is not None
    assert found.path == "docs/CHANGELOG.md"


def test_main_has_a_changelog_and_the_tag_has_none(tmp_path: Path, ask: Ask) -> None:
    repo = new_project(tmp_path / "project")
    text = (repo.path / "CHANGELOG.md").read_text(encoding="utf-8")
    (repo.path / "CHANGELOG.md").unlink()
    repo.commit()
    repo.tag("v1.0.0")
    repo.write({"CHANGELOG.md": text})
    add_section(repo, "1.0.0")
    repo.commit()
    repo.push()
    facts = ask(repo, "v1.0.0")

    assert facts.changelog is None
    assert facts.main_changelog is not None


def test_places_are_told_from_the_top_of_the_repository(tmp_path: Path, ask: Ask) -> None:
    """Whoever has the commit must find them, wherever the command was run."""
    repo = Repo.new(tmp_path / "project")
    repo.write(
        {
            "packages/one/pyproject.toml": PYPROJECT.format(version="1.0.0"),
            "packages/one/CHANGELOG.md": "# Changelog\n\n## 1.0.0\n\n- Words.\n",
            "packages/one/handmade.py": '__version__ = "1.0.0"\n',
            ".github/workflows/release.yml": 'on:\n  push:\n    tags: ["v*"]\n',
        }
    )
    repo.commit()
    repo.tag("v1.0.0")
    facts = ask(repo, "v1.0.0", "packages/one")

    assert str(facts.project.version_source) == "packages/one/pyproject.toml:7"
    assert facts.changelog is not None
    assert facts.changelog.path == "packages/one/CHANGELOG.md"
    assert [section.path for section in facts.changelog.sections] == ["packages/one/CHANGELOG.md"]
    assert facts.changelog.format is Format.MARKDOWN
    assert [copy.path for copy in facts.version_copies] == ["packages/one/handmade.py"]
    assert [trigger.path for trigger in facts.triggers] == [".github/workflows/release.yml"]


def test_a_version_that_no_file_tells_has_no_place(tmp_path: Path, ask: Ask) -> None:
    repo = Repo.new(tmp_path / "project")
    scm = '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n'
    scm += '[project]\nname = "handmade"\ndynamic = ["version"]\n[tool.hatch.version]\nsource = "vcs"\n'
    repo.commit({"one/pyproject.toml": scm})
    repo.tag("v1.0.0")
    facts = ask(repo, "v1.0.0", "one")

    assert facts.project.version_is_tag
    assert facts.project.version_source.path is None
    assert facts.changelog is None


def test_what_a_version_file_lacks_is_the_projects_mistake(tmp_path: Path, ask: Ask) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.write({"tagship.toml": 'version-files = ["gone.txt"]\n'})

    with pytest.raises(ConfigError, match=r"gone\.txt"):
        _ = ask(repo, "v1.0.0").version_copies


def test_catching_up_forgets_what_was_known_before_but_for_the_chosen_tag(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    clone = repo.clone("clone")
    repo.tag("v1.0.1", "v1.0.0")
    repo.push()

    with Workplace(clone.path, environ={}) as place:
        facts = place.facts
        assert facts.tag_name == "v1.0.0"
        facts.catch_up()
        assert "v1.0.1" in facts.tags
        assert facts.tag_name == "v1.0.0"

    with Workplace(clone.path, environ={}) as place:
        assert place.facts.tag_name == "v1.0.1"
        place.facts.catch_up()
        assert place.facts.answers["tag_name"] == "v1.0.1"


def test_offline_nobody_is_asked(tmp_path: Path, ask: Ask) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    facts = ask(repo, "v1.0.0", offline=True)

    facts.catch_up()
    for question in ("remote", "index"):
        with pytest.raises(FactUnknown, match="offline"):
            getattr(facts, question)
    assert facts.commit_checks is None


@pytest.fixture
def index() -> Iterator[StandInIndex]:
    with StandInIndex() as running:
        yield running


def test_the_token_and_whether_it_is_alive(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    heard: list[object] = []
    wishes = Wishes(index=index.endpoints, auth=Auth.TOKEN, on_secret=heard.append)

    with Workplace(repo.path, environ={"TAGSHIP_TOKEN": index.token}, wishes=wishes) as place:
        assert place.authority.token.flaw is None
        assert place.authority.liveness is Liveness.ALIVE
        assert place.authority.identity_refusal is None
    assert len(heard) == 1


def test_the_token_from_a_stream(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    stream = StringIO(index.token)
    wishes = Wishes(index=index.endpoints, auth=Auth.TOKEN, token_from=lambda asked: token_from_stdin(stream, asked))

    with Workplace(repo.path, environ={}, wishes=wishes) as place:
        assert place.authority.liveness is Liveness.ALIVE


def test_no_token_anywhere(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    with Workplace(repo.path, environ={}, wishes=Wishes(index=index.endpoints, auth=Auth.TOKEN)) as place:
        assert place.authority.token.flaw is TokenFlaw.ABSENT


def test_why_trusted_publishing_gives_no_token(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    with Workplace(repo.path, environ={}, wishes=Wishes(index=index.endpoints, auth=Auth.TRUSTED)) as place:
        assert isinstance(place.authority.identity_refusal, CredentialHalt)


def test_the_host_of_a_remote_on_github(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.git("remote", "set-url", "origin", "git@github.com:example/handmade.git")
    heard: list[object] = []

    with Workplace(repo.path, environ={"GITHUB_TOKEN": "a-word"}, wishes=Wishes(on_secret=heard.append)) as place:
        assert isinstance(place.host(), GitHubReleases)
        assert place.host() is place.host()
    assert len(heard) == 1
    with Workplace(repo.path, environ={}) as place:
        assert isinstance(place.host(), GitHubReleases)
    with Workplace(repo.path, environ={}, wishes=Wishes(offline=True)) as place, pytest.raises(FactUnknown):
        place.host()


def test_one_tagship_at_a_time(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    with (
        Workplace(repo.path, environ={}) as one,
        Workplace(repo.path, environ={}) as other,
        one.alone(),
        pytest.raises(Incomplete, match="another tagship"),
        other.alone(),
    ):
        raise AssertionError
    with Workplace(repo.path, environ={}) as other, other.alone():
        assert (repo.path / ".git/tagship.lock").exists()
