"""`tagship validate`."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from cli.releasing import Release
from cli.saying import Said, at, say
from servers.handmade import make_sdist, make_wheel
from ship.project import BACKEND, CODE, PYPROJECT, TAG
from tagship.adapters.interpreters import OWN
from tagship.errors import Exit
from tagship.rehearsal.index import StandInIndex

INSTALLS = ("wheel-installs", "installed-version-is-the-releases", "modules-import", "scripts-start")
FIELDS = {"Requires_Python": ">=3.9", "License_Expression": "MIT", "Description_Content_Type": "text/plain"}
LOOK_ONLY = ("--no-install", "--offline")


PACKS_ITSELF = {
    "handmade-1.0/pyproject.toml": PYPROJECT.encode(),
    "handmade-1.0/backend.py": BACKEND.encode(),
    "handmade-1.0/handmade.py": CODE.encode(),
}
"""What makes the sdist one that builds without a network."""


def foreign(directory: Path, version: str = "1.0", extra: Mapping[str, bytes] | None = None) -> Path:
    """The built files of somebody who does not use tagship; `extra` goes into the sdist."""
    dist = directory / "elsewhere"
    dist.mkdir(parents=True)
    make_wheel(dist, version=version, extra=None, **FIELDS)
    make_sdist(dist, version=version, extra=extra, **FIELDS)
    return dist


def anywhere(capsys: pytest.CaptureFixture[str], tmp_path: Path, *words: str) -> Said:
    """The command in a directory that is no project and no repository."""
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir(exist_ok=True)
    return say(capsys, "-C", str(nowhere), "validate", *words)


@pytest.mark.parametrize("made", ["directory", "pipe", "loop"])
def test_what_is_called_like_a_file_and_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path, made: str) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    path = dist / "handmade-1.0-py3-none-any.whl"
    match made:
        case "directory":
            path.mkdir()
        case "pipe":
            if not hasattr(os, "mkfifo"):
                pytest.skip("there are no pipes with names here")
            os.mkfifo(path)
        case _:
            path.symlink_to(path.name)

    whole = anywhere(capsys, tmp_path, str(dist), *LOOK_ONLY)

    assert whole.exit == Exit.BLOCKED
    assert f"{path.name} is no regular file" in whole.err
    if made == "pipe":
        picked = anywhere(capsys, tmp_path, str(path), *LOOK_ONLY)
        assert picked.exit == Exit.BLOCKED
        assert f"{path.name} is no regular file" in picked.err


def test_where_there_is_no_project_nobody_is_told_to_build_with_tagship(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "nowhere" / "dist").mkdir(parents=True)
    nothing = anywhere(capsys, tmp_path, *LOOK_ONLY)
    dist = foreign(tmp_path)
    next(dist.glob("*.whl")).write_bytes(b"no archive")
    broken = anywhere(capsys, tmp_path, str(dist), *LOOK_ONLY)

    assert nothing.exit == Exit.BLOCKED
    assert broken.exit == Exit.BLOCKED
    assert "does not open" in broken.out
    assert "tagship build" not in nothing.err + broken.out


def test_very_many_files_that_do_not_open_are_told_briefly(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    dist = tmp_path / "many"
    dist.mkdir()
    for number in range(300):
        (dist / f"handmade-1.{number}-py3-none-any.whl").write_bytes(b"junk")

    for form in ("terminal", "github", "markdown"):
        said = anywhere(capsys, tmp_path, str(dist), *LOOK_ONLY, "--format", form)
        assert said.exit == Exit.BLOCKED
        assert len(said.out) < 40_000
    assert len(anywhere(capsys, tmp_path, str(dist), *LOOK_ONLY, "--json").out) < 400_000


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
        words = (str(foreign(tmp_path, extra=PACKS_ITSELF)), *at(index), "--python", OWN.version, "--format", form)
        said = anywhere(capsys, tmp_path, *words)

    assert said.exit == Exit.READY, said.out
    assert "archives-open" in said.out or "ready" in said.out


def test_what_other_peoples_files_are_of(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said = anywhere(capsys, tmp_path, str(foreign(tmp_path)), *LOOK_ONLY, "--json")

    assert (said.document["project"], said.document["version"]) == ("handmade", "1.0")
    assert (said.document["tag"], said.document["commit"]) == (None, None)
    assert failed(said) == set()


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_cached")
def test_an_sdist_that_does_not_build_beside_a_wheel(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    broken = PACKS_ITSELF | {"handmade-1.0/backend.py": b"raise RuntimeError('no tea')\n"}
    said = anywhere(
        capsys, tmp_path, str(foreign(tmp_path, extra=broken)), "--offline", "--python", OWN.version, "--json"
    )

    assert said.exit == Exit.BLOCKED
    assert failed(said) == {"wheel-installs"}
    assert "handmade-1.0.tar.gz on Python" in said.out


@pytest.fixture
def nothing_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installer has seen nothing before."""
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_cached")
def test_what_needs_no_network_is_answered_without(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    dist = foreign(tmp_path, extra=PACKS_ITSELF)
    said = anywhere(capsys, tmp_path, str(dist), "--offline", "--python", OWN.version, "--json")

    assert said.exit == Exit.READY, said.out
    assert said.outcomes["wheel-installs"] == said.outcomes["modules-import"] == "passed"
    assert said.outcomes["removals-are-explained"] == "skipped"
    assert "the last release was not looked at" in said.out


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_cached")
def test_what_needs_a_network_is_unknown_without(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    dist = foreign(tmp_path)
    wheel = make_wheel(dist, version="1.0", extra=None, **FIELDS, Requires_Dist="no-such-thing")
    said = anywhere(capsys, tmp_path, str(wheel), "--offline", "--python", OWN.version, "--json")

    assert said.exit == Exit.UNKNOWN
    assert {said.outcomes[check] for check in INSTALLS} == {"unknown"}
    assert said.outcomes["archives-open"] == "passed"


def test_a_look_without_a_network_can_be_good(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said = anywhere(capsys, tmp_path, str(foreign(tmp_path)), *LOOK_ONLY, "--json")

    assert said.exit == Exit.READY, said.out
    assert said.outcomes["removals-are-explained"] == "skipped"
    assert set(said.outcomes.values()) == {"passed", "skipped"}


def test_a_python_that_the_files_are_not_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    dist = str(foreign(tmp_path))
    said = anywhere(capsys, tmp_path, dist, "--offline", "--python", "3.8", "--json")

    assert said.exit == Exit.USAGE
    assert "Requires-Python: >=3.9" in str(said.document["message"])
    assert anywhere(capsys, tmp_path, dist, *LOOK_ONLY, "--python", "3.8").exit == Exit.READY


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("--plan",)])
def test_no_release_is_made_or_found_done_without_a_network(release: Release, words: tuple[str, ...]) -> None:
    """What a look may leave out, a release may not: whether the files are there is for the index to say."""
    outcomes = [release.say("build").exit]
    outcomes += [getattr(release, command)("--offline", *words).exit for command in ("publish", "ship")]
    assert release.sent == 0
    outcomes += [release.ship().exit]
    outcomes += [getattr(release, command)("--offline", *words).exit for command in ("publish", "ship")]

    assert [each == Exit.READY for each in outcomes] == [True, False, False, True, False, False]


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


def test_what_is_named_need_not_be_built_here(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        said = anywhere(capsys, tmp_path, str(path))
        assert "name the directory of the built files" in said.err
        assert "$ tagship" not in said.err

    (tmp_path / "nowhere" / "pyproject.toml").write_text('[project]\nname = "a"\n', encoding="utf-8")
    assert anywhere(capsys, tmp_path).err.endswith(" build\n")


def test_help_says_that_code_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "validate", "--help")

    assert "this runs code out of the files" in said.out
    assert "3 could not tell" in said.out


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


@pytest.mark.slow
def test_a_release_is_not_tried_with_a_python_that_it_is_not_for(release: Release) -> None:
    said = release.ship("--python", "3.8", "--json")

    assert said.exit == Exit.USAGE
    assert "Requires-Python: >=3.9" in str(said.document["message"])
    assert release.sent == 0
