"""Building: from the tag and from nothing else, the wheel from the sdist, and nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from adapters.projects import BACKEND, in_tree, wheel
from adapters.scenes import Place, Scene
from tagship.adapters.builder import IsolatedBuilder
from tagship.adapters.environments import Installer, Pip, find_uv
from tagship.adapters.git import GitRepository
from tagship.domain.facts import Builder, SdistBuilder
from tagship.errors import BuildFailed, FactUnknown, TagshipError, UsageError

pytestmark = pytest.mark.slow
FILES = {"demo-1.0.tar.gz", "demo-1.0-py3-none-any.whl"}


def installer(name: str) -> Installer:
    uv = find_uv()
    assert uv is not None
    return uv if name == "uv" else Pip()


class Yard:
    """A project to build, the place for temporary files, and what the backend said."""

    def __init__(self, place: Place, temporary: Path) -> None:
        self.place = place
        self.temporary = temporary
        self.dist = temporary.parent / "dist"
        self.said: list[str] = []

    def commit(self, files: dict[str, str], tag: str = "v1.0") -> None:
        self.place.commit(dict(files))
        self.place.tag(tag, "Release")

    def build(self, tag: str = "v1.0", *, project: str = ".", by: Installer | None = None) -> dict[str, str]:
        with GitRepository.at(self.place.path) as repository:
            builder: Builder = IsolatedBuilder(
                repository, project=project, temporary=self.temporary, on_output=self.said.append, installer=by
            )
            return dict(builder.build(tag=tag, commit=repository.commit_of(tag), target=self.dist))

    def build_sdist(self, tag: str = "v1.0") -> dict[str, str]:
        with GitRepository.at(self.place.path) as repository:
            builder: SdistBuilder = IsolatedBuilder(repository, temporary=self.temporary, on_output=self.said.append)
            return dict(builder.build_sdist(tag=tag, commit=repository.commit_of(tag), target=self.dist))

    def fail(self, tag: str = "v1.0") -> TagshipError:
        with pytest.raises(TagshipError) as caught:
            self.build(tag)
        assert list(self.temporary.iterdir()) == []
        assert not self.dist.exists() or list(self.dist.iterdir()) == []
        return caught.value


@pytest.fixture
def yard(scene: Scene) -> Yard:
    temporary = scene.top / "temporary"
    temporary.mkdir()
    return Yard(scene.project("project ü"), temporary)


def test_sdist_and_the_wheel_from_it(yard: Yard, capfd: pytest.CaptureFixture[str]) -> None:
    yard.commit(in_tree())
    yard.place.write({"src/demo/__init__.py": "changed", "src/demo/untracked.py": "x"})

    toolchain = yard.build()

    assert {path.name for path in yard.dist.iterdir()} == FILES
    with zipfile.ZipFile(yard.dist / "demo-1.0-py3-none-any.whl") as archive:
        assert archive.read("demo/__init__.py") == b"ANSWER = 42\n"
        assert "demo/untracked.py" not in archive.namelist()
    assert list(yard.temporary.iterdir()) == []
    assert set(toolchain) == {"python", "build", "uv"}
    assert toolchain["python"] == ".".join(map(str, sys.version_info[:3]))
    assert [line for line in yard.said if line.startswith("making")] == ["making the sdist", "making the wheel"]
    assert capfd.readouterr() == ("", "")


def test_the_sdist_alone(yard: Yard) -> None:
    yard.commit(in_tree())
    toolchain = yard.build_sdist()

    assert {path.name for path in yard.dist.iterdir()} == {"demo-1.0.tar.gz"}
    assert set(toolchain) == {"python", "build", "uv"}
    assert [line for line in yard.said if line.startswith("making")] == ["making the sdist"]
    assert list(yard.temporary.iterdir()) == []
    with pytest.raises(UsageError, match="is not empty"):
        yard.build_sdist()


def test_what_the_sdist_lacks_the_wheel_lacks(yard: Yard) -> None:
    forgetful = BACKEND.replace('".git" not in path.parts', '".git" not in path.parts and path.name != "data.py"')
    yard.commit(in_tree(backend=forgetful) | {"src/demo/data.py": "x = 1\n"})

    yard.build()

    with zipfile.ZipFile(yard.dist / "demo-1.0-py3-none-any.whl") as archive:
        assert "demo/__init__.py" in archive.namelist()
        assert "demo/data.py" not in archive.namelist()


def test_the_backend_sees_no_secret_and_the_commits_time(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINE_PASSWORD", "hidden")
    monkeypatch.setenv("GITHUB_TOKEN", "hidden")
    monkeypatch.setenv("SETUPTOOLS_SCM_PRETEND_VERSION", "9")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    yard.commit(in_tree())

    yard.build()

    seen = next(line for line in yard.said if line.startswith("ENVIRONMENT")).split()
    assert not {"TWINE_PASSWORD", "GITHUB_TOKEN", "SETUPTOOLS_SCM_PRETEND_VERSION"} & set(seen)
    with tarfile.open(yard.dist / "demo-1.0.tar.gz") as archive:
        assert archive.getmember("demo-1.0/PKG-INFO").mtime == 1772359200
        assert {member.mode for member in archive if member.name.endswith(".py")} == {0o644}


def test_the_tag_is_the_version(yard: Yard) -> None:
    yard.commit(in_tree(version=None), tag="v2.0")
    yard.place.tag("v2.1", "On the same commit")
    yard.place.tag("other-v7")

    yard.build("v2.0")

    assert {path.name for path in yard.dist.iterdir()} == {"demo-2.0.tar.gz", "demo-2.0-py3-none-any.whl"}


def test_a_project_below_the_top(yard: Yard) -> None:
    yard.commit({f"packages/demo/{path}": text for path, text in in_tree().items()})

    yard.build(project="packages/demo")

    assert {path.name for path in yard.dist.iterdir()} == FILES


@pytest.mark.parametrize("name", ["uv", "pip"])
def test_build_requirements_are_resolved_and_told(yard: Yard, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    links = yard.temporary.parent / "links"
    links.mkdir()
    wheel(links, "toy_tool", "3.1", {"toy_tool.py": "WORKS = True\n"})
    wheel(links, "only_for_wheels", "0.5", {"only_for_wheels.py": ""})
    for prefix in ("UV", "PIP"):
        monkeypatch.setenv(f"{prefix}_NO_INDEX", "1")
        monkeypatch.setenv(f"{prefix}_FIND_LINKS", str(links))
    using = BACKEND.replace("import io,", "import toy_tool, io,", 1)
    using += "\ndef get_requires_for_build_wheel(config_settings=None):\n    return ['only-for-wheels']\n"
    never = "\"not-there-at-all ; python_version < '3'\""
    yard.commit(in_tree(requires=f'"toy-tool>=3", {never}', backend=using))

    toolchain = yard.build(by=installer(name))

    assert {path.name for path in yard.dist.iterdir()} == FILES
    assert toolchain["toy-tool"] == "3.1"
    assert toolchain["only-for-wheels"] == "0.5"
    assert re.fullmatch(r"\d+\.[\d.]+", toolchain[name])


def test_what_only_the_sdist_needs_is_not_there_for_the_wheel(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    links = yard.temporary.parent / "links"
    links.mkdir()
    wheel(links, "toy_tool", "3.1", {"toy_tool.py": ""})
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(links))
    backend = BACKEND.replace('    print("making the wheel")', "    import toy_tool", 1)
    backend += "\ndef get_requires_for_build_sdist(config_settings=None):\n    return ['toy-tool']\n"
    yard.commit(in_tree(backend=backend))

    failure = yard.fail()

    assert isinstance(failure, BuildFailed)
    assert "No module named 'toy_tool'" in failure.message


class TestFailures:
    def test_the_backends_last_words_are_quoted(self, yard: Yard, capfd: pytest.CaptureFixture[str]) -> None:
        noisy = (
            "def build_sdist(d, c=None):\n"
            "    print('\\n' * 9 + 'line\\n' * 99)\n"
            "    raise RuntimeError('no such licence file')\n"
        )
        yard.commit(in_tree(backend=noisy))

        failure = yard.fail()

        assert isinstance(failure, BuildFailed)
        assert failure.message.startswith("the sdist does not build:\n")
        assert failure.message.endswith("RuntimeError: no such licence file")
        assert len(failure.message.splitlines()) <= 16
        assert str(yard.temporary) not in failure.message
        assert failure.remedy is not None
        assert capfd.readouterr() == ("", "")

    def test_a_wheel_that_does_not_build_leaves_no_sdist(self, yard: Yard) -> None:
        yard.commit(in_tree(backend=BACKEND.replace('print("making the wheel")', "sys.exit('wheel: no')")))

        assert yard.fail().message == "the wheel does not build:\nwheel: no"

    def test_a_backend_that_is_not_there(self, yard: Yard) -> None:
        yard.commit({"pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "missing_backend"\n'})

        assert "missing_backend" in yard.fail().message

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[build-system", "pyproject.toml"),
            ("[build-system]\nbuild-backend = 'x'\n", "requires"),
            ("[build-system]\nrequires = ['one two three']\nbuild-backend = 'x'\n", "one two three"),
            ("[build-system]\nrequires = ['--index-url=http://x']\nbuild-backend = 'x'\n", "--index-url"),
        ],
    )
    def test_a_broken_description(self, yard: Yard, text: str, said: str) -> None:
        yard.commit({"pyproject.toml": text})

        failure = yard.fail()

        assert isinstance(failure, BuildFailed)
        assert said in failure.message

    def test_no_project_at_all(self, yard: Yard) -> None:
        yard.commit({"README": "x"})

        assert "does not appear to be a Python project" in yard.fail().message

    def test_requirements_that_do_not_exist(self, yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("UV_NO_INDEX", "1")
        yard.commit(in_tree(requires='"no-such-tool"'))

        failure = yard.fail()

        assert isinstance(failure, BuildFailed)
        assert "no-such-tool" in failure.message

    def test_an_index_that_does_not_answer_is_unknown(self, yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
        monkeypatch.setenv("UV_HTTP_RETRIES", "0")
        yard.commit(in_tree(requires='"no-such-tool"'))

        assert isinstance(yard.fail(), FactUnknown)

    def test_a_target_that_is_not_empty(self, yard: Yard) -> None:
        yard.commit(in_tree())
        yard.dist.mkdir()
        (yard.dist / "old-0.9.tar.gz").touch()

        with pytest.raises(UsageError, match="not empty"):
            yard.build()

        assert [path.name for path in yard.dist.iterdir()] == ["old-0.9.tar.gz"]

    def test_a_target_that_is_a_file(self, yard: Yard) -> None:
        yard.commit(in_tree())
        yard.dist.write_text("mine", encoding="utf-8")

        with pytest.raises(UsageError, match="not a directory"):
            yard.build()

        assert yard.dist.read_text(encoding="utf-8") == "mine"

    def test_a_file_that_was_promised_and_not_made(self, yard: Yard) -> None:
        yard.commit(in_tree(backend="def build_sdist(d, c=None):\n    return 'demo-1.0.tar.gz'\n"))

        assert "promised demo-1.0.tar.gz" in yard.fail().message

    def test_a_target_that_cannot_be_written(self, yard: Yard) -> None:
        """The place of the wheel is taken meanwhile: then the sdist does not stay either."""
        taken = f"os.makedirs({str(yard.dist / 'demo-1.0-py3-none-any.whl/x')!r})"
        yard.commit(in_tree(backend=BACKEND.replace('print("making the wheel")', taken)))

        with pytest.raises(OSError, match=r"demo-1\.0-py3-none-any\.whl"):
            yard.build()

        assert [path.name for path in yard.dist.iterdir()] == ["demo-1.0-py3-none-any.whl"]
        assert list(yard.temporary.iterdir()) == []

    def test_a_tag_that_is_not_there(self, yard: Yard) -> None:
        yard.commit(in_tree())
        with GitRepository.at(yard.place.path) as repository, pytest.raises(FactUnknown, match="no tag v9"):
            IsolatedBuilder(repository).build(tag="v9", commit=repository.head(), target=yard.dist)

    def test_no_directory_for_temporary_files(self, yard: Yard) -> None:
        yard.commit(in_tree())
        yard.temporary.rmdir()

        with pytest.raises(BuildFailed, match="no directory for temporary files") as caught:
            yard.build()

        assert caught.value.remedy is not None

    def test_a_backend_that_finds_the_disk_full(self, yard: Yard) -> None:
        full = BACKEND.replace('print("making the sdist")', "raise OSError(28, 'No space left on device')")
        yard.commit(in_tree(backend=full))

        assert "No space left on device" in yard.fail().message


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interruption_leaves_nothing(yard: Yard, number: signal.Signals) -> None:
    note = yard.temporary.parent / "pid"
    waiting = (
        "def build_sdist(d, c=None):\n"
        "    import os, time\n"
        f"    open({str(note)!r}, 'w').write(str(os.getpid()))\n"
        "    time.sleep(60)\n"
    )
    yard.commit(in_tree(backend=waiting))
    program = (
        "from pathlib import Path\n"
        "from tagship.adapters.builder import IsolatedBuilder\n"
        "from tagship.adapters.git import GitRepository\n"
        f"with GitRepository.at(Path({str(yard.place.path)!r})) as repository:\n"
        f"    dist = Path({str(yard.dist)!r})\n"
        "    IsolatedBuilder(repository).build(tag='v1.0', commit=repository.head(), target=dist)\n"
    )
    source = str(Path(__file__).parents[2] / "src")
    environ = {**os.environ, "PYTHONPATH": source, "TMPDIR": str(yard.temporary)}
    with subprocess.Popen([sys.executable, "-c", program], env=environ, stderr=subprocess.PIPE) as ours:
        deadline = time.monotonic() + 60
        while not (note.exists() and note.read_text(encoding="utf-8")) and time.monotonic() < deadline:
            time.sleep(0.05)
        backend = int(note.read_text(encoding="utf-8"))
        ours.send_signal(number)
        _, said = ours.communicate(timeout=30)

    assert b"KeyboardInterrupt" in said
    assert list(yard.temporary.iterdir()) == []
    assert not Path(f"/proc/{backend}").exists()
    assert not yard.dist.exists()
