"""What the gate says of the tag itself: its being there, its spelling, its place, its twin on the remote."""

from pathlib import Path

import pytest

from gate.asking import ask
from repositories import Repo, add_section, prepare, released, set_version
from tagship.errors import AtRef, Edit, Run
from tagship.rehearsal.index import StandInIndex


def test_a_tag_with_nothing_wrong_is_ready(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.1.0")

    answer = ask(repo, index, "v1.1.0")

    assert (answer.verdict, answer.blockers, answer.warnings, answer.unknown) == ("ready", [], [], [])
    assert (answer.report.project, answer.report.version) == ("handmade", "1.1.0")
    assert answer.report.commit == repo.git("rev-parse", "HEAD")


def test_absent_tag(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    answer = ask(repo, index, "v1.1.0")

    assert answer.blockers == ["tag-exists"]
    remedy = answer.finding("tag-exists").remedy
    assert remedy == Run(("tagship", "tag", "v1.1.0"))
    assert "tag-is-on-main" in answer.unknown


def test_a_tag_that_only_the_remote_has_is_fetched_and_judged(tmp_path: Path, index: StandInIndex) -> None:
    """Advice to make a tag that others have already would end in two tags of one name."""
    repo = released(tmp_path / "project", "1.0.0")
    clone = repo.clone("clone")
    prepare(repo, "1.1.0")
    repo.tag("v1.1.0")
    repo.push()
    clone.git("fetch", "--quiet", "--no-tags", "origin")

    answer = ask(clone, index, "v1.1.0")

    assert answer.verdict == "ready"
    assert answer.report.commit == repo.git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [
        ("v1.1.0-1", "v1.1.0.post1"),
        ("v1.1.0-rc.1", "v1.1.0rc1"),
        ("v1.1.0-beta1", "v1.1.0b1"),
        ("v1.1.0-pre", "v1.1.0rc0"),
        ("v01.1.0", "v1.1.0"),
        ("v1.1.0.RC1", "v1.1.0rc1"),
        ("v1.1.0-preview2", "v1.1.0rc2"),
    ],
)
def test_a_spelling_with_another_meaning_is_caught_and_the_right_one_offered(
    tag: str, canonical: str, tmp_path: Path, index: StandInIndex
) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, canonical.removeprefix("v"))
    repo.push("main", f"refs/tags/{repo.tag(tag)}")

    answer = ask(repo, index, tag)

    finding = answer.finding("tag-is-canonical")
    assert "tag-is-canonical" in answer.blockers
    assert finding.where == AtRef(tag)
    assert finding.remedy == Run(("git", "tag", "--annotate", canonical, f"{tag}^{{commit}}", "--message", canonical))
    assert isinstance(finding.remedy, Run)
    repo.git(*finding.remedy.argv[1:])
    repo.push("refs/tags/" + canonical)
    assert ask(repo, index, canonical).verdict == "ready"


@pytest.mark.parametrize("tag", ["v1.1.0+local", "v1.1.0-alpha.1.2", "v1.1.0-SNAPSHOT", "v1.1.0_1"])
def test_a_spelling_that_no_index_takes_is_caught(tag: str, tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, "1.1.0")
    repo.push("main", f"refs/tags/{repo.tag(tag)}")

    answer = ask(repo, index, tag)

    assert "tag-is-canonical" in answer.blockers
    assert isinstance(answer.finding("tag-is-canonical").remedy, Edit)


def test_a_tag_of_another_form_is_no_release(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.push(f"refs/tags/{repo.tag('nightly')}")

    answer = ask(repo, index, "nightly")

    assert "tag-is-canonical" in answer.blockers
    assert "version-matches-tag" in answer.unknown


def test_a_version_is_enough_to_name_a_tag(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.1.0")

    assert ask(repo, index, "1.1.0").report.tag == "v1.1.0"
    assert ask(repo, index, "refs/tags/v1.1.0").report.tag == "v1.1.0"
    assert ask(repo, index).report.tag == "v1.1.0"


def test_lightweight_tag(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, "1.1.0")
    repo.tag("v1.1.0", lightweight=True)

    remedy = ask(repo, index, "v1.1.0").finding("tag-is-annotated").remedy
    assert isinstance(remedy, Run)
    repo.git(*remedy.argv[1:])
    assert "tag-is-annotated" not in ask(repo, index, "v1.1.0").blockers


def test_a_lightweight_tag_that_was_pushed_is_left_alone(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, "1.1.0")
    repo.tag("v1.1.0", lightweight=True)
    repo.push()

    answer = ask(repo, index, "v1.1.0")

    assert answer.blockers == ["tag-is-annotated"]
    assert isinstance(answer.finding("tag-is-annotated").remedy, Edit)


def test_off_main(tmp_path: Path, index: StandInIndex) -> None:
    """The message says where the commit is instead, and the remedy shows what main lacks."""
    repo = released(tmp_path / "project", "1.0.0")
    repo.branch("feature")
    prepare(repo, "1.1.0")
    repo.tag("v1.1.0")
    repo.push()

    answer = ask(repo, index, "v1.1.0")

    assert answer.blockers == ["tag-is-on-main"]
    assert "origin/feature" in answer.finding("tag-is-on-main").message
    assert answer.warnings == ["main-has-the-entry"]


def test_on_a_local_main_that_was_not_pushed_is_not_on_main(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, "1.1.0")
    repo.push(f"refs/tags/{repo.tag('v1.1.0')}")

    answer = ask(repo, index, "v1.1.0")

    assert answer.blockers == ["tag-is-on-main"]


def test_an_ancestor_of_main_is_enough(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.commit({"after.txt": "main goes on\n"})
    repo.push()

    assert ask(repo, index, "v1.0.0").verdict == "ready"


def line_of_release(path: Path, *, declared: bool) -> Repo:
    repo = released(path, "1.0.0")
    if declared:
        repo.write({"tagship.toml": 'release-lines = ["release/*"]\n'})
        repo.commit()
        repo.push()
    repo.branch("release/1.0", "v1.0.0")
    if declared:
        repo.write({"tagship.toml": 'release-lines = ["release/*"]\n'})
    prepare(repo, "1.0.1")
    repo.tag("v1.0.1")
    repo.push()
    return repo


def test_on_a_declared_release_line(tmp_path: Path, index: StandInIndex) -> None:
    repo = line_of_release(tmp_path / "project", declared=True)

    answer = ask(repo, index, "v1.0.1")

    assert (answer.verdict, answer.outcome("tag-is-on-main")) == ("ready", "passed")


def test_on_a_release_line_that_was_not_declared(tmp_path: Path, index: StandInIndex) -> None:
    repo = line_of_release(tmp_path / "project", declared=False)

    answer = ask(repo, index, "v1.0.1")

    assert answer.blockers == ["tag-is-on-main"]
    assert "release/1.0" in answer.finding("tag-is-on-main").message


def test_not_pushed(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, "1.1.0")
    repo.tag("v1.1.0")
    repo.push("main")

    answer = ask(repo, index, "v1.1.0")

    assert answer.blockers == ["tag-is-pushed"]
    assert answer.finding("tag-is-pushed").remedy == Run(("git", "push", "origin", "refs/tags/v1.1.0"))
    assert answer.unknown == ["tag-has-not-moved"]


def test_moved_to_another_commit_on_the_remote(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    clone = repo.clone("clone")
    before = {name: there for name, there in clone.references().items() if "/remotes/" not in name}
    add_section(repo, "Unreleased")
    repo.commit()
    repo.tag("v1.0.0", force=True)
    repo.git("push", "--quiet", "--force", "origin", "main", "refs/tags/v1.0.0")

    answer = ask(clone, index, "v1.0.0")

    assert answer.blockers == ["tag-has-not-moved"]
    assert repo.git("rev-parse", "HEAD")[:12] in answer.finding("tag-has-not-moved").message
    assert before.items() <= clone.references().items()


def test_made_again_on_the_same_commit(tmp_path: Path, index: StandInIndex) -> None:
    """Same name, same commit, another object: perhaps another tagger, perhaps another signature."""
    repo = released(tmp_path / "project", "1.0.0")
    clone = repo.clone("clone")
    repo.tag("v1.0.0", force=True)
    repo.git("push", "--quiet", "--force", "origin", "refs/tags/v1.0.0")

    answer = ask(clone, index, "v1.0.0")

    assert answer.blockers == ["tag-has-not-moved"]
    assert "the same commit" in answer.finding("tag-has-not-moved").message


def test_without_a_remote_nobody_knows(tmp_path: Path, index: StandInIndex) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.write({"CHANGELOG.md": "# Changelog\n"})
    set_version(repo, "1.0.0")
    add_section(repo, "1.0.0")
    repo.commit()
    repo.tag("v1.0.0")

    answer = ask(repo, index, "v1.0.0")

    assert (answer.verdict, answer.blockers) == ("unknown", [])
    assert answer.unknown == ["tag-is-pushed", "tag-has-not-moved"]
