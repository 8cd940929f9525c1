import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.saying import at, publish, say
from repositories import PYPROJECT, Repo, new_project, prepare, released
from tagship.rehearsal.index import StandInIndex


@pytest.fixture
def index() -> Iterator[StandInIndex]:
    with StandInIndex() as running:
        yield running


def test_ready(tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    said = say(capsys, "-C", str(repo.path), "gate", "v1.0.0", "--json", *at(index))

    assert (said.exit, said.err) == (0, "")
    assert said.document["verdict"] == "ready"
    assert (said.document["tag"], said.document["version"]) == ("v1.0.0", "1.0.0")


def test_blocked(tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.2.0")

    said = say(capsys, "-C", str(repo.path), "gate", "--json", *at(index))

    assert (said.exit, said.document["verdict"]) == (1, "blocked")
    assert said.outcomes["version-is-one-step-up"] == "failed"
    assert say(capsys, "-C", str(repo.path), "gate", "--json", "--confirm-jump", *at(index)).exit == 0


def test_unknown(tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    said = say(capsys, "-C", str(repo.path), "gate", "--json", "--offline", *at(index))

    assert (said.exit, said.document["verdict"]) == (3, "unknown")
    assert said.outcomes["tag-is-on-main"] == "passed"


def test_a_tag_that_is_not_there(tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    said = say(capsys, "-C", str(repo.path), "gate", "v9.0.0", "--json", *at(index))

    assert (said.exit, said.document["commit"], said.document["project"]) == (1, None, None)
    assert said.outcomes["tag-exists"] == "failed"


def test_a_tag_that_names_no_version(tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.tag("nightly")

    said = say(capsys, "-C", str(repo.path), "gate", "nightly", "--json", *at(index))

    assert (said.exit, said.document["version"], said.document["project"]) == (1, None, "handmade")


def test_a_clone_that_cannot_be_completed(
    tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.1.0")
    clone = repo.clone("clone", depth=1)
    shutil.rmtree(repo.remote)

    said = say(capsys, "-C", str(clone.path), "gate", "--json", *at(index))

    assert said.exit == 3
    assert (said.document["schema"], said.document["kind"]) == ("tagship-error/1", "fact-unknown")


@pytest.mark.parametrize("form", ["terminal", "github", "markdown", "sarif", "junit"])
def test_every_form_names_what_failed(
    form: str, tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.2.0")

    said = say(capsys, "-C", str(repo.path), "gate", "--format", form, *at(index))

    assert said.exit == 1
    assert "version-is-one-step-up" in said.out


def test_words_that_do_not_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = new_project(tmp_path / "project")

    for words in (
        ("--upload-url", "http://127.0.0.1:9/"),
        ("--index", "somewhere"),
        ("--host", "elsewhere"),
        ("one", "two"),
        ("--jump",),
    ):
        said = say(capsys, "-C", str(repo.path), "gate", "--json", *words)
        assert (said.exit, said.document["kind"]) == (2, "usage-error")


def test_a_directory_with_spaces_and_letters_of_all_kinds(
    tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = released(tmp_path / "Größe und 'Maß' ☃ 船" / "my project", "1.0.0")

    said = say(capsys, "-C", str(repo.path), "gate", "--json", *at(index))

    assert (said.exit, said.document["tag"]) == (0, "v1.0.0")


def test_a_project_in_a_subdirectory(
    tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = Repo.new(tmp_path / "project")
    repo.write(
        {
            "packages/größe eins/pyproject.toml": PYPROJECT.format(version="1.0.0"),
            "packages/größe eins/CHANGELOG.md": "# Changelog\n\n## 1.0.1\n\n- Words.\n\n## 1.0.0\n\n- Words.\n",
        }
    )
    repo.commit()
    repo.tag("v1.0.0")
    repo.push()
    inside = repo.path / "packages/größe eins"

    said = say(capsys, "-C", str(inside), "gate", "--json", *at(index))
    monkeypatch.chdir(inside)
    from_inside = say(capsys, "gate", "--json", *at(index))

    assert said.exit == from_inside.exit == 1
    assert said.outcomes == from_inside.outcomes
    (finding,) = [
        finding
        for check in json.loads(said.out)["checks"]
        if check["id"] == "changelog-has-no-newer"
        for finding in check["findings"]
    ]
    assert finding["where"]["path"] == "packages/größe eins/CHANGELOG.md"
    assert repo.git("show", f"{finding['where']['commit']}:{finding['where']['path']}")


def test_a_waiver_lets_a_failure_pass_until_its_day(
    tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.2.0")
    waiver = '[waive.version-is-one-step-up]\nreason = "1.1 was never for others"\nuntil = {until}\n'

    repo.write({"tagship.toml": waiver.format(until="2999-12-31")})
    held = say(capsys, "-C", str(repo.path), "gate", "--json", *at(index))
    repo.write({"tagship.toml": waiver.format(until="2020-12-31")})
    over = say(capsys, "-C", str(repo.path), "gate", "--json", *at(index))

    assert (held.exit, held.outcomes["version-is-one-step-up"]) == (0, "skipped")
    assert "1.1 was never for others" in held.out
    assert (over.exit, over.outcomes["version-is-one-step-up"]) == (1, "failed")
    assert "its waiver ended on 2020-12-31: 1.1 was never for others" in over.out


def test_an_exemption_lets_a_failure_pass(
    tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, "1.1.0")
    repo.tag("v1.1.0", lightweight=True)
    repo.push()
    repo.write({"tagship.toml": '[exempt]\ntag-is-annotated = "we sign commits"\n'})

    said = say(capsys, "-C", str(repo.path), "gate", "--json", *at(index))

    assert (said.exit, said.outcomes["tag-is-annotated"]) == (0, "skipped")


def test_again_after_it_was_published(tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    publish(index, repo, "1.0.0")

    assert say(capsys, "-C", str(repo.path), "gate", "--json", *at(index)).exit == 0


def test_a_remote_that_is_on_no_code_host_but_is_said_to_be(
    tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    said = say(capsys, "-C", str(repo.path), "gate", "--json", "--host", "github", *at(index))

    assert (said.exit, said.outcomes["commit-is-green"]) == (3, "unknown")
    assert say(capsys, "-C", str(repo.path), "gate", "--json", "--host", "none", *at(index)).exit == 0


def test_an_address_with_a_password_is_refused_and_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo, word = released(tmp_path / "project", "1.0.0"), "x" * 9

    said = say(capsys, "-C", str(repo.path), "gate", "--index", f"http://user:{word}@127.0.0.1:9/simple/")

    assert said.exit == 2
    assert word not in said.out + said.err


def test_what_is_proposed_is_about_the_same_project(
    tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    said = say(capsys, "-C", str(repo.path), "gate", "v9.0.0", *at(index))

    assert f"tagship -C {repo.path} tag v9.0.0" in said.out
