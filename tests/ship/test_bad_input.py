"""What people, disks and projects do to a release: told in words, with a way out, and nothing is half-written."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from repositories import Repo
from ship.commands import Commands, Said, after, ship_to, to, token_of
from ship.project import BACKEND, CHANGELOG, FILES, NAME, PYPROJECT, TAG, make_project
from tagship.errors import Exit
from tagship.rehearsal.index import StandInIndex

pytestmark = pytest.mark.slow
NOBODY = "http://127.0.0.1:9/"


def commands_for(repo: Repo | Path, tmp_path: Path) -> Commands:
    return Commands(repo if isinstance(repo, Path) else repo.path, tmp_path / "surroundings")


def ship(commands: Commands, index: StandInIndex, *more: str) -> Said:
    return commands.run(*ship_to(index.endpoints, *more), variables=token_of(index))


def check_nothing_happened(commands: Commands, index: StandInIndex) -> None:
    names = {path.name for path in commands.project.iterdir()}

    assert not names & {"dist.manifest.json", "dist.receipt.json"}
    assert not [name for name in names if name.startswith(".") and name not in {".git", ".gitignore"}]
    assert list(commands.temporary.iterdir()) == []
    assert not any(each.method == "POST" and each.status == 200 for each in index.log)


def in_file(said: Said) -> tuple[object, object, object]:
    where = said.document["where"]
    assert isinstance(where, dict)
    return where["path"], where["line"], where["column"]


def test_a_pyproject_that_is_no_toml(tmp_path: Path, index: StandInIndex) -> None:
    commands = commands_for(make_project(tmp_path / "p", {"pyproject.toml": '[project]\nname = "x\n'}), tmp_path)
    said = ship(commands, index, "--json").check(Exit.USAGE)

    assert in_file(said) == ("pyproject.toml", 2, 10)
    assert said.document["remedy"] is not None

    check_nothing_happened(commands, index)


def test_an_unknown_key(tmp_path: Path, index: StandInIndex) -> None:
    pyproject = f"{PYPROJECT}\n[tool.tagship]\nchangelgo = 'NEWS.md'\n"
    commands = commands_for(make_project(tmp_path / "p", {"pyproject.toml": pyproject}), tmp_path)
    said = ship(commands, index, "--json").check(Exit.USAGE)
    path, line, _ = in_file(said)

    assert (path, line) == ("pyproject.toml", pyproject.splitlines().index("changelgo = 'NEWS.md'") + 1)
    assert "'changelog'" in str(said.document["remedy"])

    check_nothing_happened(commands, index)


def test_no_pyproject(tmp_path: Path, index: StandInIndex) -> None:
    repo = make_project(tmp_path / "p")
    repo.git("rm", "--quiet", "pyproject.toml")
    repo.commit(message="No project any more")
    repo.git("tag", "--force", "-m", TAG, TAG)
    repo.git("push", "--quiet", "--force", "origin", "main", TAG)
    commands = commands_for(repo, tmp_path)
    said = ship(commands, index, "--json").check(Exit.USAGE)

    assert "neither pyproject.toml, setup.py nor setup.cfg" in str(said.document["message"])

    check_nothing_happened(commands, index)


def test_no_repository(tmp_path: Path, index: StandInIndex) -> None:
    (tmp_path / "p").mkdir()
    said = ship(commands_for(tmp_path / "p", tmp_path), index, "--json").check(Exit.USAGE)

    assert said.document["remedy"] == {"edit": "name the project's directory with -C, or write a pyproject.toml"}


def test_no_directory(tmp_path: Path, index: StandInIndex) -> None:
    ship(commands_for(tmp_path / "p", tmp_path), index, "--json").check(Exit.USAGE)


def test_no_remote(tmp_path: Path, index: StandInIndex) -> None:
    commands = commands_for(make_project(tmp_path / "p", remote=False), tmp_path)
    said = ship(commands, index).check(Exit.UNKNOWN)

    assert "no remote" in said.stdout

    check_nothing_happened(commands, index)


def test_a_remote_that_is_gone(tmp_path: Path, index: StandInIndex) -> None:
    repo = make_project(tmp_path / "p")
    shutil.rmtree(repo.remote)
    commands = commands_for(repo, tmp_path)
    said = ship(commands, index, "--json").check(Exit.UNKNOWN)

    assert said.document["verdict"] == "unknown"

    check_nothing_happened(commands, index)


def test_an_index_that_nobody_runs(commands: Commands, index: StandInIndex) -> None:
    said = commands.run("ship", "--yes", "--host", "none", "--index", NOBODY, "--json", variables=token_of(index))

    assert said.check(Exit.UNKNOWN).document["verdict"] == "unknown"

    check_nothing_happened(commands, index)


def test_a_changelog_that_is_no_text(tmp_path: Path, index: StandInIndex) -> None:
    latin = CHANGELOG.replace("first", "allererste, größte").encode("latin-1")
    commands = commands_for(make_project(tmp_path / "p", {"CHANGELOG.md": latin}), tmp_path)
    said = ship(commands, index).check(Exit.UNKNOWN)

    assert "CHANGELOG.md is not UTF-8" in said.stdout
    assert "save CHANGELOG.md as UTF-8" in said.stdout

    check_nothing_happened(commands, index)


@pytest.mark.parametrize("name", ["with some spaces", "Größe-日本語", 'it\'s "quoted" & $HOME'])
def test_a_path_of_any_name(tmp_path: Path, index: StandInIndex, name: str) -> None:
    commands = commands_for(make_project(tmp_path / name / name), tmp_path / name)
    said = ship(commands, index).check(Exit.READY)

    assert "proved: " in said.stdout


def test_a_project_without_a_changelog_that_says_so(tmp_path: Path, index: StandInIndex) -> None:
    """What is exempt at the gate is not missed when everything is published."""
    exempt = "".join(
        f'{check} = "no changelog"\n'
        for check in (
            "changelog-has-version",
            "changelog-section-is-final",
            "changelog-names-version-once",
            "changelog-has-content",
            "changelog-has-no-newer",
        )
    )
    pyproject = f"{PYPROJECT}\n[tool.tagship.exempt]\n{exempt}"
    repo = make_project(tmp_path / "p", {"pyproject.toml": pyproject, "CHANGELOG.md": ""})
    said = ship(commands_for(repo, tmp_path), index, "--json").check(Exit.READY)

    assert said.document["notes_sha256"] is None


def test_strangers_among_the_built_files(project: Repo, commands: Commands, index: StandInIndex) -> None:
    stranger = project.path / "dist" / "SHA256SUMS"
    project.write({"dist/SHA256SUMS": "0"})
    said = ship(commands, index, "--json").check(Exit.CONFLICT)

    assert "SHA256SUMS" in str(said.document["message"])
    assert said.document["remedy"] == {"edit": f"move them out of {stranger.parent}: SHA256SUMS"}
    assert stranger.read_text() == "0"

    check_nothing_happened(commands, index)


@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("nowhere")], ids=["file", "broken link"])
def test_a_dist_that_is_no_directory(
    project: Repo, commands: Commands, index: StandInIndex, make: Callable[[Path], None]
) -> None:
    make(project.path / "dist")
    said = ship(commands, index, "--json").check(Exit.CONFLICT)

    assert "not a directory" in str(said.document["message"])

    check_nothing_happened(commands, index)


@pytest.mark.parametrize("content", ["{", "\udcff"])
@pytest.mark.parametrize("command", ["build", "publish", "prove", "ship"])
def test_a_manifest_that_is_none(
    project: Repo, commands: Commands, index: StandInIndex, content: str, command: str
) -> None:
    manifest = project.path / "dist.manifest.json"
    manifest.write_bytes(content.encode(errors="surrogateescape"))
    words = {"ship": ship_to(index.endpoints), "publish": ("publish", "--yes", *to(index.endpoints), "--auth", "token")}
    said = commands.run(*words.get(command, (command,)), "--json", variables=token_of(index)).check(Exit.USAGE)

    assert "is not a manifest" in str(said.document["message"])
    assert manifest.read_bytes() == content.encode(errors="surrogateescape")
    assert not any(each.method == "POST" and each.status == 200 for each in index.log)


def test_a_project_that_does_not_build(tmp_path: Path, index: StandInIndex) -> None:
    broken = f"{BACKEND}\nraise SystemExit('the backend is unwell')\n"
    commands = commands_for(make_project(tmp_path / "p", {"backend.py": broken}), tmp_path)
    said = ship(commands, index, "--json").check(Exit.BLOCKED)

    assert said.document["kind"] == "build-failed"
    assert "the backend is unwell" in str(said.document["message"])

    check_nothing_happened(commands, index)


def test_a_project_that_does_not_import(tmp_path: Path, index: StandInIndex) -> None:
    commands = commands_for(make_project(tmp_path / "p", {f"{NAME}.py": "import nothing_of_that_name\n"}), tmp_path)
    said = ship(commands, index, "--json").check(Exit.BLOCKED)

    assert said.document["command"] == "validate"
    assert "nothing_of_that_name" in said.stdout
    assert not any(each.method == "POST" and each.status == 200 for each in index.log)
    assert not (commands.project / "dist.receipt.json").exists()
    assert list(commands.temporary.iterdir()) == []


def test_files_that_changed_since_they_were_built(commands: Commands, index: StandInIndex) -> None:
    commands.run("build").check(Exit.READY)
    wheel = next((commands.project / "dist").glob("*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"!")
    publish = ("publish", "--yes", *to(index.endpoints), "--auth", "token", "--json")
    changed = commands.run(*publish, variables=token_of(index)).check(Exit.BLOCKED)
    wheel.unlink()
    gone = commands.run(*publish, variables=token_of(index)).check(Exit.BLOCKED)

    assert "files-match-the-manifest" in changed.stdout
    assert "is gone" in gone.stdout
    assert not any(each.method == "POST" and each.status == 200 for each in index.log)


def test_a_tag_that_was_moved_since_its_build(project: Repo, commands: Commands, index: StandInIndex) -> None:
    commands.run("build").check(Exit.READY)
    project.commit({"later.py": ""})
    project.tag(TAG, force=True)
    publish = ("publish", "--yes", *to(index.endpoints), "--auth", "token", "--json")
    said = commands.run(*publish, variables=token_of(index)).check(Exit.BLOCKED)

    assert said.document["remedy"] == {"run": ["tagship", "-C", str(project.path), "build", TAG]}
    assert not any(each.method == "POST" and each.status == 200 for each in index.log)


def test_the_build_of_another_release_makes_room(project: Repo, commands: Commands, index: StandInIndex) -> None:
    """What was published of the release before says nothing of this one: it is built, and consent is asked for."""
    ship(commands, index).check(Exit.READY)
    newer = {path: (project.path / path).read_text().replace("1.0", "1.1") for path in ("pyproject.toml", "backend.py")}
    project.commit({**newer, "CHANGELOG.md": CHANGELOG.replace("1.0", "1.1")})
    project.tag("v1.1")
    project.push()
    without_consent = commands.run(*ship_to(index.endpoints)[:-3], "--host", "none", variables=token_of(index))
    said = ship(commands, index).check(Exit.READY)

    assert without_consent.exit == Exit.USAGE
    assert "proved: handmade 1.1" in said.stdout
    assert {path.name for path in (project.path / "dist").iterdir()} == {name.replace("1.0", "1.1") for name in FILES}


# ------------------------------------------------------------------------------------------------------------------
# The disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    mount = tmp_path / "small"
    mount.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("nothing may be mounted here")
    yield mount
    subprocess.run(["umount", str(mount)], check=True)


def fill(directory: Path, *, but: int = 0) -> Path:
    """A file that takes all the room there is, but for so many bytes."""
    filler = directory / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(file.tell() - but)
            return filler


def test_a_disk_that_is_full(small_disk: Path, tmp_path: Path, index: StandInIndex) -> None:
    commands = commands_for(make_project(small_disk / "handmade"), tmp_path)
    filler = fill(small_disk)
    said = ship(commands, index, "--json")

    assert said.exit in {Exit.BLOCKED, Exit.INCOMPLETE}
    assert f"{small_disk}/handmade" in str(said.document["message"])
    assert "make room there" in str(said.document["remedy"])

    check_nothing_happened(commands, index)
    filler.unlink()
    ship(commands, index).check(Exit.READY)


def test_a_disk_that_is_full_where_temporary_files_go(
    small_disk: Path, commands: Commands, index: StandInIndex
) -> None:
    filler = fill(small_disk, but=16 * 1024)
    commands.temporary = small_disk
    said = ship(commands, index, "--json")

    assert said.exit in {Exit.BLOCKED, Exit.INCOMPLETE, Exit.UNKNOWN}, said
    assert "no space" in str(said.document["message"]).casefold()
    assert list(small_disk.iterdir()) == [filler]

    filler.unlink()
    ship(commands, index).check(Exit.READY)


def test_a_project_that_may_not_be_written(small_disk: Path, tmp_path: Path, index: StandInIndex) -> None:
    commands = commands_for(make_project(small_disk / "handmade"), tmp_path)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    shipped = ship(commands, index, "--json").check(Exit.INCOMPLETE)
    planned = commands.run("ship", "--plan", *to(index.endpoints), "--auth", "token", variables=token_of(index))
    gated = commands.run("gate", *to(index.endpoints)[:2])
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)

    assert shipped.document["remedy"] is not None

    planned.check(Exit.READY)
    gated.check(Exit.READY)
    check_nothing_happened(commands, index)


@pytest.mark.parametrize("json", [False, True], ids=["words", "json"])
def test_an_output_that_takes_nothing(commands: Commands, index: StandInIndex, *, json: bool) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            commands.argv(*ship_to(index.endpoints), *(["--json"] if json else [])),
            env=commands.environ(**token_of(index)),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == Exit.INCOMPLETE, done.stderr
    assert "the result cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(commands: Commands, index: StandInIndex, closed: str) -> None:
    words = " ".join(f"'{word}'" for word in commands.argv(*ship_to(index.endpoints)))
    done = subprocess.run(
        ["sh", "-c", f"{words} {closed}"],
        env=commands.environ(**token_of(index)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == Exit.READY, done
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away(commands: Commands, index: StandInIndex) -> None:
    ship(commands, index).check(Exit.READY)
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        commands.argv("prove", *to(index.endpoints)),
        env=commands.environ(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writing)

    assert done.returncode == Exit.INTERRUPTED
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_files_that_may_not_grow(commands: Commands, index: StandInIndex) -> None:
    """A quota by another name."""
    said = subprocess.run(
        after(
            "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))",
            commands.argv(*ship_to(index.endpoints), "--json"),
        ),
        env=commands.environ(**token_of(index)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = Said(said.returncode, said.stdout, said.stderr)

    assert told.exit in {Exit.BLOCKED, Exit.UNKNOWN, Exit.INCOMPLETE}, told
    assert told.document["schema"] in {"tagship-error/1", "tagship-report/1"}

    check_nothing_happened(commands, index)
