"""From a project to a release in each of the ways that people work: what is proposed is pasted as it is spelt."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.saying import Said, at, say
from repositories import PYPROJECT_SCM, Repo
from tagship.adapters.interpreters import OWN
from tagship.errors import Exit
from tagship.rehearsal.index import StandInIndex

pytestmark = pytest.mark.slow

NAME = "handmade"
PYPROJECT = f"""\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "{NAME}"
version = "{{version}}"
requires-python = ">=3.9"
"""
BACKEND = '''\
"""Builds without fetching anything, whatever version pyproject.toml says."""
import base64, hashlib, io, os, re, tarfile, zipfile
from pathlib import Path

VERSION = re.search(r'^version = "(.*)"', Path("pyproject.toml").read_text(), re.MULTILINE)[1]
METADATA = f"Metadata-Version: 2.4\\nName: handmade\\nVersion: {VERSION}\\nRequires-Python: >=3.9\\n\\n".encode()


def build_sdist(directory, config_settings=None):
    name = f"handmade-{VERSION}.tar.gz"
    files = {path: Path(path).read_bytes() for path in ("pyproject.toml", "backend.py", "handmade.py")}
    with tarfile.open(os.path.join(directory, name), "w:gz") as archive:
        for path, content in {**files, "PKG-INFO": METADATA}.items():
            entry = tarfile.TarInfo(f"handmade-{VERSION}/{path}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return name


def build_wheel(directory, config_settings=None, metadata_directory=None):
    name, info = f"handmade-{VERSION}-py3-none-any.whl", f"handmade-{VERSION}.dist-info"
    tags = b"Wheel-Version: 1.0\\nGenerator: backend\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files = {"handmade.py": Path("handmade.py").read_bytes(), f"{info}/METADATA": METADATA, f"{info}/WHEEL": tags}
    listed = [f"{path},sha256={_digest(content)},{len(content)}" for path, content in files.items()]
    with zipfile.ZipFile(os.path.join(directory, name), "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
        archive.writestr(f"{info}/RECORD", "\\n".join([*listed, f"{info}/RECORD,,"]) + "\\n")
    return name


def _digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
'''
TOWNCRIER = """
[tool.towncrier]
directory = "news"
filename = "CHANGELOG.md"
start_string = "<!-- news -->\\n"
title_format = "## {version} - {project_date}"
"""
BEGUN = "# Changelog\n\n<!-- news -->\n\n## 1.0.0 - 2026-01-05\n\n- The first.\n"
MEMBER = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{name}"
version = "1.0.0"
requires-python = ">=3.9"
dependencies = [{requires}]
"""


@dataclass
class Work:
    """A maintainer's clone, and what was said last."""

    repo: Repo
    index: StandInIndex
    capsys: pytest.CaptureFixture[str]

    def say(self, *words: str, inside: str = "") -> Said:
        """A command in a directory of the project; its lines fit the terminal, but for commands to paste."""
        said = say(self.capsys, "-C", str(self.repo.path / inside), *words, *self._given(words[0]))
        assert "Traceback" not in said.out + said.err
        assert all(len(line) <= 80 for line in said.out.splitlines() if "$ " not in line and "://" not in line), (
            said.out
        )
        return said

    def _given(self, command: str) -> tuple[str, ...]:
        host = () if command in {"prepare", "status", "notes"} else ("--host", "none")
        asked = () if command == "notes" else at(self.index)
        return (*asked, *host)

    def paste(self, said: Said) -> None:
        """Run what was proposed, as it is spelt."""
        commands = proposed(said)
        assert commands, said.out + said.err
        for command in commands:
            program, *words = shlex.split(command)
            if program == "git":
                self.repo.git(*words)
            else:
                assert program == "tagship"
                assert say(self.capsys, *words, "--yes").exit == Exit.READY, command

    def check(self, *words: str) -> Said:
        return self.say("check", "--fast", *words)

    def merge(self) -> None:
        """What the code host does with the branch that is checked out."""
        branch = self.repo.git("branch", "--show-current")
        self.repo.switch("main")
        self.repo.git("merge", "--quiet", "--no-ff", "-m", f"Merge {branch}", branch)
        self.repo.git("branch", "--quiet", "--delete", branch)
        self.repo.git("push", "--quiet", "origin", "main")

    def ship(self, tag: str) -> Said:
        """The release of a tag, which the index then serves."""
        return say(
            self.capsys, "-C", str(self.repo.path), "ship", tag, *at(self.index), "--host", "none",
            "--auth", "token", "--yes", "--python", OWN.version,
        )  # fmt: skip


def proposed(said: Said) -> list[str]:
    """The commands that were printed to be pasted, in their order."""
    lines = (line.strip() for line in (said.out + said.err).splitlines())
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


@pytest.fixture
def work(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """A project with nothing but code, on main, pushed."""
    repo = Repo.new(tmp_path / "project")
    with StandInIndex() as index:
        monkeypatch.setenv("TAGSHIP_TOKEN", index.token)
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.chdir(tmp_path)
        yield Work(repo, index, capsys)
        assert index.server.crashes == []


def begin(work: Work, version: str = "0.1.0", **files: str) -> None:
    """Commit and push the project."""
    own = {
        "pyproject.toml": PYPROJECT.format(version=version),
        "backend.py": BACKEND,
        "handmade.py": "GREETING = 'hello'\n",
        ".gitignore": "/dist*\n__pycache__/\n",
    }
    work.repo.commit({**own, **files}, "Begin")
    work.repo.push()
    work.repo.git("fetch", "--quiet", "origin")
    work.repo.git("remote", "set-head", "origin", "main")


def release(work: Work, tag: str, **files: str) -> None:
    """A project whose first release is out."""
    begin(work, tag.lstrip("v"), **{"CHANGELOG.md": BEGUN, **files})
    work.repo.tag(tag)
    work.repo.push()


def feature(work: Work, **files: str) -> None:
    """Begin a branch with a change of code."""
    work.repo.branch("feature")
    work.repo.commit({"handmade.py": "GREETING = 'hello, world'\n", **files}, "Greet the world")


def test_the_first_release_of_a_fresh_project(work: Work) -> None:
    """No tag, no changelog: each command says which is next, and that one works."""
    begin(work)

    advice = work.say("status")
    assert "tagship" in " ".join(proposed(advice))
    assert "prepare 0.1.0" in " ".join(proposed(advice))
    work.paste(advice)

    assert work.repo.git("branch", "--show-current") == "release-0.1.0"
    assert work.check().exit == Exit.READY
    work.merge()
    advice = work.say("status")
    assert "tag v0.1.0" in " ".join(proposed(advice))
    work.paste(advice)
    assert work.ship("v0.1.0").exit == Exit.READY
    assert "v0.1.0 is published" in work.say("status").out
    assert work.check().exit == Exit.BLOCKED  # main itself is checked out


def test_in_pr_from_a_feature_to_what_the_index_serves(work: Work) -> None:
    """The branch bumps: what check proposes makes it ready, what prepare proposes pushes it, and the tag carries on."""
    release(work, "v1.0.0")
    feature(work)

    blocked = work.check()
    assert blocked.exit == Exit.BLOCKED
    assert any("prepare patch" in command for command in proposed(blocked))
    prepared = work.say("prepare", "minor", "--yes")
    assert prepared.exit == Exit.READY
    assert work.check().exit == Exit.READY
    work.paste(prepared)
    assert work.repo.git("ls-remote", "--heads", "origin", "feature")

    assert work.say("tag", "--yes").exit == Exit.BLOCKED  # not on main yet
    work.merge()
    assert work.say("tag", "--yes").exit == Exit.READY
    assert work.ship("v1.1.0").exit == Exit.READY
    assert work.say("notes", "1.1.0").out.strip() in work.repo.git("cat-file", "tag", "v1.1.0")
    assert "v1.1.0 is published" in work.say("status").out
    # The next one who forgets to prepare is told so.
    work.repo.commit({"handmade.py": "GREETING = 'bye'\n"})
    work.repo.push("main")
    forgotten = work.say("tag", "--yes")
    assert forgotten.exit == Exit.CONFLICT
    assert " prepare patch" in forgotten.err


def test_release_pr_where_features_only_add_their_entries(work: Work) -> None:
    """An entry makes a feature ready; the release branch rolls what has come together."""
    table = PYPROJECT.format(version="1.0.0") + '\n[tool.tagship]\nbump = "release-pr"\n'
    release(work, "v1.0.0", **{"pyproject.toml": table})
    feature(work)
    assert work.check().exit == Exit.BLOCKED

    work.repo.commit({"CHANGELOG.md": BEGUN.replace("<!-- news -->", "## Unreleased\n\n- The world is greeted.")})
    assert work.check().exit == Exit.READY
    work.merge()
    prepared = work.say("prepare", "minor", "--yes")

    assert prepared.exit == Exit.READY, prepared.err
    assert work.check().exit == Exit.READY
    work.paste(prepared)
    work.merge()
    assert work.say("tag", "--yes").exit == Exit.READY
    assert "- The world is greeted." in work.repo.git("cat-file", "tag", "v1.1.0")
    assert work.say("gate", "v1.1.0").exit == Exit.READY


def test_fragments_that_their_own_tool_puts_together(work: Work) -> None:
    """A fragment makes a feature ready and tells the bump; the release takes it away."""
    pytest.importorskip("towncrier")
    release(work, "v1.0.0", **{"pyproject.toml": PYPROJECT.format(version="1.0.0") + TOWNCRIER, "news/.keep": ""})
    feature(work)
    assert work.check().exit == Exit.BLOCKED

    work.repo.commit({"news/7.feature.md": "The world is greeted.\n"})
    assert work.check().exit == Exit.READY
    work.merge()
    asked = work.say("prepare")  # nobody is there to answer: the proposal is one to paste
    assert "proposed: 1.1.0" in asked.err
    work.paste(asked)

    assert not (work.repo.path / "news" / "7.feature.md").exists()
    assert work.repo.git("status", "--porcelain") == ""
    assert work.check().exit == Exit.READY
    work.merge()
    assert work.say("tag", "--yes").exit == Exit.READY
    assert "The world is greeted." in work.repo.git("cat-file", "tag", "v1.1.0")


def test_scm_where_the_tag_is_the_version(work: Work) -> None:
    """No file carries the version: it is prepared all the same, and named when it is tagged."""
    work.repo.commit({"pyproject.toml": PYPROJECT_SCM, "handmade.py": "GREETING = 'hello'\n"}, "Begin")
    work.repo.push()
    prepared = work.say("prepare", "minor", "--yes")

    assert prepared.exit == Exit.READY, prepared.err
    assert "the tag is the version" in prepared.out
    work.merge()
    unnamed = work.say("tag", "--yes")
    assert unnamed.exit == Exit.USAGE
    assert work.say("tag", "0.1.0", "--yes").exit == Exit.READY
    assert work.say("gate").exit == Exit.READY
    feature(work)
    blocked = work.check()
    assert blocked.exit == Exit.BLOCKED
    assert work.say("prepare", "patch", "--yes").exit == Exit.READY
    assert work.check().exit == Exit.READY
    work.merge()
    assert work.say("tag", "0.1.1", "--yes").exit == Exit.READY


def workspace(work: Work) -> None:
    """Three packages of which each requires the one before, released nowhere yet."""
    requires = {"core": "", "middle": '"core>=1.0"', "app": '"middle>=1.0", "core==1.*"'}
    files = {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n'}
    for name, demand in requires.items():
        files[f"packages/{name}/pyproject.toml"] = MEMBER.format(name=name, requires=demand)
        files[f"packages/{name}/src/{name}/__init__.py"] = "X = 1\n"
        files[f"packages/{name}/CHANGELOG.md"] = BEGUN
    work.repo.commit(files, "Begin")
    work.repo.push()
    work.repo.git("fetch", "--quiet", "origin")
    work.repo.git("remote", "set-head", "origin", "main")


def test_a_workspace_is_released_in_order(work: Work) -> None:
    """Which is first is told by the first command that is proposed, down to the one that can be released."""
    workspace(work)
    assert work.say("tag", "--yes").exit == Exit.USAGE  # which of them?

    blocked = work.say("tag", "--package", "app", "--yes")
    assert blocked.exit == Exit.BLOCKED
    assert "core, then middle, then app" in " ".join(blocked.out.split())
    # The second needs the first: in this order both can be pasted.
    work.paste(blocked)
    assert work.say("tag", "--yes", inside="packages/app").exit == Exit.READY

    tags = work.repo.git("ls-remote", "--tags", "--refs", "origin")
    assert [f"{name}-v1.0.0" in tags for name in ("core", "middle", "app")] == [True] * 3
    assert work.say("gate", "middle-v1.0.0").exit == Exit.READY
    assert work.say("notes", "middle-v1.0.0").out == "- The first.\n"


def test_a_workspace_where_two_packages_change(work: Work) -> None:
    """What check proposes for each is about that one, and both are tagged on the same commit, one after the other."""
    workspace(work)
    for name in ("core", "middle", "app"):
        work.repo.tag(f"{name}-v1.0.0")
    work.repo.push()
    work.repo.branch("feature")
    work.repo.commit({f"packages/{name}/src/{name}/__init__.py": "X = 2\n" for name in ("core", "app")})

    blocked = work.check()
    assert blocked.exit == Exit.BLOCKED
    assert len(proposed(blocked)) == 2
    work.paste(blocked)
    assert work.check().exit == Exit.READY
    work.merge()

    for name in ("core", "app"):
        assert work.say("tag", "--package", name, "--yes").exit == Exit.READY
        assert work.say("gate", f"{name}-v1.0.1").exit == Exit.READY
    unchanged = work.say("tag", "--package", "middle", "--yes")
    assert unchanged.exit == Exit.CONFLICT
    assert " prepare patch --package middle" in unchanged.err


@pytest.mark.parametrize("command", ["gate", "notes", "tag"])
def test_the_tag_of_another_package_is_a_slip(work: Work, command: str) -> None:
    workspace(work)
    work.repo.tag("core-v1.0.0")
    said = work.say(command, "core-v1.0.0", "--package", "app")

    assert said.exit == Exit.USAGE
    assert "core-v1.0.0 is a tag of core, and app is meant" in said.err
    assert "app-v{version}" in said.err


def test_a_line_of_maintenance_beside_main(work: Work) -> None:
    """A fix of an old release is prepared on its line, merged there and tagged there."""
    table = PYPROJECT.format(version="1.0.0") + '\n[tool.tagship]\nrelease-lines = ["1.*.x"]\n'
    release(work, "v1.0.0", **{"pyproject.toml": table})
    work.repo.branch("1.0.x")
    work.repo.push("1.0.x")
    work.repo.switch("main")
    work.say("prepare", "major", "--yes")
    work.merge()
    assert work.say("tag", "--yes").exit == Exit.READY

    work.repo.switch("1.0.x")
    work.repo.commit({"handmade.py": "GREETING = 'hello again'\n"}, "Greet again")
    work.repo.push("1.0.x")
    prepared = work.say("prepare", "patch", "--yes")
    assert prepared.exit == Exit.READY, prepared.err
    branch = work.repo.git("branch", "--show-current")
    assert branch == "release-1.0.1"
    work.repo.switch("1.0.x")
    work.repo.git("merge", "--quiet", "--ff-only", branch)
    work.repo.push("1.0.x")

    tagged = work.say("tag", "--yes")
    assert tagged.exit == Exit.READY, tagged.err
    # What a line tells, main has to tell as well.
    assert "warning: " in tagged.err
    assert "1.0.1" in tagged.err.partition("warning: ")[2]
    assert work.say("gate", "v1.0.1").exit == Exit.READY


def test_a_cycle_of_candidates(work: Work) -> None:
    """From a final release over an alpha and a candidate to the next, each tagged."""
    release(work, "v1.0.0")
    feature(work)
    for words, version in (
        (("minor", "--pre", "a"), "1.1.0a1"),
        (("--pre", "a"), "1.1.0a2"),
        (("--pre", "rc"), "1.1.0rc1"),
        (("minor",), "1.1.0"),
    ):
        prepared = work.say("prepare", *words, "--yes")
        assert prepared.exit == Exit.READY, prepared.err
        assert f'version = "{version}"' in (work.repo.path / "pyproject.toml").read_text(encoding="utf-8")
        assert work.check().exit == Exit.READY
        work.merge()
        tagged = work.say("tag", "--yes")
        assert tagged.exit == Exit.READY, tagged.err
        work.repo.commit({"handmade.py": f"GREETING = 'after {version}'\n"}, "Go on")
        work.repo.push("main")

    assert {"v1.1.0a1", "v1.1.0a2", "v1.1.0rc1", "v1.1.0"} <= set(work.repo.git("tag").split())
