"""`tagship validate`."""

from pathlib import Path

import pytest

from cli.releasing import Release
from cli.saying import Said, at, say
from servers.handmade import make_sdist, make_wheel
from ship.project import TAG
from tagship.adapters.interpreters import OWN
from tagship.errors import Exit
from tagship.rehearsal.index import StandInIndex

INSTALLS = ("wheel-installs", "installed-version-is-the-releases", "modules-import", "scripts-start")
FIELDS = {"Requires_Python": ">=3.9", "License_Expression": "MIT", "Description_Content_Type": "text/plain"}
LOOK_ONLY = ("--no-install", "--offline")


def foreign(directory: Path, version: str = "1.0") -> Path:
    """The built files of somebody who does not use tagship."""
    dist = directory / "elsewhere"
    dist.mkdir(parents=True)
    make_wheel(dist, version=version, extra=None, **FIELDS)
    make_sdist(dist, version=version, extra=None, **FIELDS)
    return dist


def anywhere(capsys: pytest.CaptureFixture[str], tmp_path: Path, *words: str) -> Said:
    """The command in a directory that is no project and no repository."""
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir(exist_ok=True)
    return say(capsys, "-C", str(nowhere), "validate", *words)


def failed(said: Said) -> set[str]:
    return {name for name, outcome in said.outcomes.items() if outcome == "failed"}


@pytest.mark.slow
def test_a_fresh_build(release: Release) -> None:
    assert release.say("build").exit == Exit.READY
    said = release.say("validate", *at(release.index), "--python", OWN.version, "--json")

    assert said.exit == Exit.READY, said.out
    assert (said.document["project"], said.document["version"], said.document["tag"]) == ("handmade", "1.0", TAG)
    assert said.document["commit"] == release.repo.git("rev-parse", "HEAD")
    assert {said.outcomes[check] for check in INSTALLS} == {"passed", "skipped"}
    assert said.outcomes["wheel-installs"] == "passed"
    assert said.outcomes["files-match-the-manifest"] == "passed"


@pytest.mark.slow
def test_a_fresh_build_that_was_tampered_with(release: Release) -> None:
    assert release.say("build").exit == Exit.READY
    make_wheel(release.dist, version="1.0", code="import undeclared\n")
    said = release.say("validate", *at(release.index), "--python", OWN.version, "--json")

    assert said.exit == Exit.BLOCKED
    assert {"files-match-the-manifest", "modules-import"} <= failed(said)


@pytest.mark.slow
def test_a_rebuild_that_is_asked_for(release: Release) -> None:
    assert release.say("build").exit == Exit.READY
    said = release.say("validate", *at(release.index), "--no-install", "--rebuild", "--json")

    assert said.outcomes["build-is-reproducible"] == "failed"  # its backend sees to that
    assert said.exit == Exit.READY


@pytest.mark.slow
@pytest.mark.parametrize("form", ["terminal", "json", "github", "markdown", "sarif", "junit"])
def test_other_peoples_files_in_every_format(capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str) -> None:
    with StandInIndex() as index:
        words = (str(foreign(tmp_path)), *at(index), "--python", OWN.version, "--format", form)
        said = anywhere(capsys, tmp_path, *words)

    assert said.exit == Exit.READY, said.out
    assert "archives-open" in said.out or "ready" in said.out


def test_what_other_peoples_files_are_of(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said = anywhere(capsys, tmp_path, str(foreign(tmp_path)), *LOOK_ONLY, "--json")

    assert (said.document["project"], said.document["version"]) == ("handmade", "1.0")
    assert (said.document["tag"], said.document["commit"]) == (None, None)
    assert failed(said) == set()


def test_what_needs_no_network_is_answered_without(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said = anywhere(capsys, tmp_path, str(foreign(tmp_path)), "--offline", "--json")

    assert said.exit == Exit.UNKNOWN
    assert {said.outcomes[check] for check in INSTALLS} == {"unknown"}
    assert said.outcomes["archives-open"] == "passed"


def test_files_are_only_looked_at_where_that_is_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with StandInIndex() as index:
        said = anywhere(capsys, tmp_path, str(foreign(tmp_path)), *at(index), "--no-install", "--json")

    assert said.exit == Exit.READY, said.out
    assert {said.outcomes[check] for check in INSTALLS} == {"skipped"}
    assert "--no-install" in said.out


def test_the_directory_that_one_is_in(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written there, so that it need not be a directory of its own."""
    monkeypatch.chdir(foreign(tmp_path))
    said = say(capsys, "validate", ".", *LOOK_ONLY, "--json")

    assert said.document["project"] == "handmade"
    assert failed(said) == set()


def test_one_file_and_several(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wheel, sdist = sorted(foreign(tmp_path).iterdir())
    (wheel.parent / "notes.txt").write_text("", encoding="utf-8")

    for words in ((str(wheel),), (str(sdist),), (str(wheel), str(sdist))):
        said = anywhere(capsys, tmp_path, *words, *LOOK_ONLY, "--json")
        assert said.document["project"] == "handmade"
        assert said.outcomes["dist-holds-only-the-build"] == "passed"
        assert failed(said) == set()


def test_what_lies_around(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    dist = foreign(tmp_path)
    (dist / "notes.txt").write_text("", encoding="utf-8")
    (dist / "another-1.0-py3-none-any.whl").mkdir()
    said = anywhere(capsys, tmp_path, str(dist), *LOOK_ONLY, "--json")

    assert said.exit == Exit.BLOCKED
    assert failed(said) == {"dist-holds-only-the-build"}
    assert "another-1.0-py3-none-any.whl" in said.out


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04", b"\x1f\x8b\x08\x00"])
@pytest.mark.parametrize("name", ["handmade-1.0-py3-none-any.whl", "handmade-1.0.tar.gz", "notes.txt"])
def test_a_file_that_is_no_archive(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    said = anywhere(capsys, tmp_path, str(path), *LOOK_ONLY, "--json")

    assert said.exit == Exit.BLOCKED
    assert said.outcomes["archives-open"] == "failed"
    assert "the check itself broke" not in said.out


def test_a_file_that_cannot_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    memory = Path("/proc/self/mem")
    if not memory.exists():
        pytest.skip("needs a file that nobody can read, not even its owner")
    path = tmp_path / "handmade-1.0-py3-none-any.whl"
    path.symlink_to(memory)
    said = anywhere(capsys, tmp_path, str(path), *LOOK_ONLY, "--json")

    assert said.exit == Exit.BLOCKED
    assert said.outcomes["archives-open"] == "failed"


def test_nothing_to_look_at(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    for words in ((), (str(empty),), (str(tmp_path / "missing"),), (str(empty / "missing.whl"),)):
        said = anywhere(capsys, tmp_path, *words, "--json")
        assert said.exit == Exit.BLOCKED
        assert said.document["kind"] == "not-there"
        assert said.document["remedy"] is not None


def test_words_that_make_no_sense(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    dist = foreign(tmp_path)

    for words in ((str(dist), str(dist / "handmade-1.0.tar.gz")), (str(dist), "--python", "snake"), ("",)):
        said = anywhere(capsys, tmp_path, *words, "--json")
        assert said.exit == Exit.USAGE
        assert said.document["kind"] == "usage-error"


def test_the_project_that_the_files_lie_in_says_what_they_should_be(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A build by other means, in a directory that is no repository."""
    project = tmp_path / "project"
    dist = foreign(project).rename(project / "dist")
    (project / "pyproject.toml").write_text('[project]\nname = "handmade"\nversion = "1.1"\n', encoding="utf-8")
    said = say(capsys, "-C", str(project), "validate", *LOOK_ONLY, "--json")

    assert said.exit == Exit.BLOCKED
    assert failed(said) == {"metadata-names-the-release"}
    assert dist.is_dir()


@pytest.mark.slow
def test_publishing_installs_nothing_beside_the_credential(release: Release) -> None:
    """What is installed runs, and there is a token to be had."""
    release.say("build")
    make_wheel(release.dist, version="1.0", code="import undeclared\n")
    said = release.publish("--json")

    assert said.exit == Exit.BLOCKED
    assert {said.outcomes[check] for check in INSTALLS} == {"skipped"}
