"""The clean room: real installers, a real index on this machine, and packages of every shape."""

import hashlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from adapters.projects import wheel
from tagship.adapters.environments import find_uv
from tagship.adapters.interpreters import satisfied
from tagship.adapters.probe import comes_with_an_extra, missing_library, modules_in, optional_requirements
from tagship.adapters.venv import PipCleanRoom, UvCleanRoom, clean_room
from tagship.domain.facts import CleanRoom, Installed
from tagship.errors import FactUnknown, Incomplete, ProofFailed, TagshipError

PYTHON = ".".join(map(str, sys.version_info[:3]))


class Shelf:
    """An index that serves the wheels of one directory; `requests` are the paths that were asked for."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self.directory = directory
        self.requires_python: str | None = None
        self.requests: list[str] = []
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shelf.requests.append(self.path)
                body, kind = shelf.answer(self.path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body or b"")

            do_HEAD = do_GET  # noqa: N815 -- its name there

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name there
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    @property
    def simple(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/simple/"

    def answer(self, path: str) -> tuple[bytes | None, str]:
        if path.startswith("/files/"):
            file = self.directory / path.removeprefix("/files/")
            return file.read_bytes() if file.is_file() else None, "application/octet-stream"
        name = path.removeprefix("/simple/").strip("/")
        files = [
            file for file in sorted(self.directory.iterdir()) if file.name.startswith(f"{name.replace('-', '_')}-")
        ]
        if not files:
            return None, "text/plain"
        page = {"meta": {"api-version": "1.1"}, "name": name, "versions": [], "files": [*map(self.entry, files)]}
        return json.dumps(page).encode(), "application/vnd.pypi.simple.v1+json"

    def entry(self, file: Path) -> dict[str, object]:
        return {
            "filename": file.name,
            "url": f"/files/{file.name}",
            "hashes": {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()},
            **({} if self.requires_python is None else {"requires-python": self.requires_python}),
        }

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "index")
    yield shelf
    shelf.close()


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """Where this machine is configured to get everything else."""
    shelf = Shelf(tmp_path / "mirror")
    for name in list(os.environ):
        if name.startswith(("UV_", "PIP_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("UV_DEFAULT_INDEX", shelf.simple)
    monkeypatch.setenv("PIP_INDEX_URL", shelf.simple)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip-cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("PIP_RETRIES", "0")
    yield shelf
    shelf.close()


def room_of(kind: str, simple: str, temporary: Path) -> CleanRoom:
    temporary.mkdir(exist_ok=True)
    if kind == "pip":
        return PipCleanRoom(simple, temporary=temporary)
    uv = find_uv()
    assert uv is not None
    return UvCleanRoom(simple, uv=uv, temporary=temporary)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["uv", "pip"])
class TestBoth:
    @pytest.fixture
    def room(self, kind: str, index: Shelf, mirror: Shelf, tmp_path: Path) -> Iterator[CleanRoom]:
        del mirror
        yield room_of(kind, index.simple, tmp_path / "temporary")
        assert list((tmp_path / "temporary").iterdir()) == []

    def fail(self, room: CleanRoom, version: str = "1.0") -> TagshipError:
        with pytest.raises(TagshipError) as caught:
            room.install("Some.Demo", version, requires_python=None)
        return caught.value

    def test_installs_and_imports(self, room: CleanRoom, index: Shelf, mirror: Shelf) -> None:
        """Itself comes from the index, what it depends on from wherever this machine gets things."""
        wheel(
            index.directory,
            "some_demo",
            "1.0",
            {"some_demo/__init__.py": "import helper\nprint('hello')\n"},
            "Requires-Dist: helper",
        )
        wheel(index.directory, "some_demo", "2.0", {"some_demo/__init__.py": "raise RuntimeError\n"})
        wheel(index.directory, "helper", "9.0", {"helper.py": "raise RuntimeError('from the wrong index')\n"})
        wheel(mirror.directory, "helper", "1.0", {"helper.py": ""})
        wheel(mirror.directory, "some_demo", "1.0", {"other.py": ""})

        installed = room.install("Some.Demo", "1.0", requires_python=f"=={PYTHON}")

        assert installed == Installed("1.0", ("some_demo",), PYTHON)

    def test_a_version_that_was_just_published_is_seen(self, room: CleanRoom, index: Shelf) -> None:
        wheel(index.directory, "some_demo", "0.9", {"some_demo.py": ""})
        assert room.install("Some.Demo", "0.9", requires_python=None).version == "0.9"

        wheel(index.directory, "some_demo", "1.0", {"some_demo.py": ""})

        assert room.install("Some.Demo", "1.0", requires_python=None).version == "1.0"

    def test_a_pre_release(self, room: CleanRoom, index: Shelf) -> None:
        wheel(index.directory, "some_demo", "1.0rc1", {"some_demo.py": ""})

        assert room.install("Some.Demo", "1.0rc1", requires_python=None).version == "1.0rc1"

    def test_not_served_yet(self, room: CleanRoom, index: Shelf) -> None:
        assert isinstance(self.fail(room), Incomplete)

        wheel(index.directory, "some_demo", "0.9", {"some_demo.py": ""})
        assert isinstance(self.fail(room), Incomplete)

    def test_an_index_that_does_not_answer(self, room: CleanRoom, kind: str, tmp_path: Path) -> None:
        del room
        nobody = room_of(kind, "http://127.0.0.1:9/simple/", tmp_path / "temporary")

        assert type(self.fail(nobody)) is FactUnknown

    def test_a_dependency_that_does_not_exist(self, room: CleanRoom, index: Shelf) -> None:
        wheel(index.directory, "some_demo", "1.0", {"some_demo.py": ""}, "Requires-Dist: no-such-thing")

        failure = self.fail(room)

        assert isinstance(failure, ProofFailed)
        assert "no-such-thing" in failure.message

    def test_built_for_something_else(self, room: CleanRoom, index: Shelf) -> None:
        wheel(index.directory, "some_demo", "1.0", {"some_demo.py": ""}, tag="cp27-cp27m-win32")

        assert isinstance(self.fail(room), ProofFailed)

    def test_it_does_not_import(self, room: CleanRoom, index: Shelf) -> None:
        wheel(index.directory, "some_demo", "1.0", {"some_demo/__init__.py": "import undeclared\n"})

        failure = self.fail(room)

        assert isinstance(failure, ProofFailed)
        assert "import some_demo: ModuleNotFoundError: No module named 'undeclared'" in failure.message

    def test_it_ends_the_interpreter(self, room: CleanRoom, index: Shelf) -> None:
        wheel(
            index.directory,
            "some_demo",
            "1.0",
            {"some_demo.py": "import os, sys\nsys.stderr.write('bye')\nsys.stderr.flush()\nos._exit(0)\n"},
        )

        failure = self.fail(room)

        assert isinstance(failure, ProofFailed)
        assert failure.message.endswith("bye")

    def test_it_is_not_the_one_that_is_imported(self, room: CleanRoom, index: Shelf) -> None:
        """The standard library comes first, so nobody would ever get this one."""
        wheel(index.directory, "some_demo", "1.0", {"json/__init__.py": "", "sys.py": "", "some_demo.py": ""})

        failure = self.fail(room)

        assert isinstance(failure, ProofFailed)
        assert "import json: another module of this name comes first" in failure.message
        assert "import sys: another" in failure.message
        assert "import some_demo" not in failure.message

    def test_it_never_ends(self, room: CleanRoom, index: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tagship.adapters.looking.IMPORTING", 3.0)
        files = {"a_demo.py": "", "some_demo.py": "import time\ntime.sleep(60)\n"}
        wheel(index.directory, "some_demo", "1.0", files)

        failure = self.fail(room)

        assert isinstance(failure, ProofFailed)
        assert "import some_demo is not done after 3 seconds" in failure.message
        assert failure.remedy is not None

    def test_it_exits_on_import(self, room: CleanRoom, index: Shelf) -> None:
        wheel(index.directory, "some_demo", "1.0", {"some_demo.py": "raise SystemExit(0)\n"})

        assert "SystemExit" in self.fail(room).message

    def test_the_wheel_holds_another_version(self, room: CleanRoom, index: Shelf) -> None:
        made = wheel(index.directory, "some_demo", "0.9", {"some_demo.py": ""})
        made.rename(index.directory / "some_demo-1.0-py3-none-any.whl")

        assert isinstance(self.fail(room), ProofFailed)

    def test_nothing_around_it_shows(
        self, room: CleanRoom, index: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither the project in sight, nor its settings, nor a token."""
        (tmp_path / "project/some_demo").mkdir(parents=True)
        (tmp_path / "project/some_demo/__init__.py").write_text(
            "raise RuntimeError('from the tree')\n", encoding="utf-8"
        )
        (tmp_path / "project/pyproject.toml").write_text("[tool.uv]\nno-index = true\n", encoding="utf-8")
        monkeypatch.chdir(tmp_path / "project")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "project"))
        monkeypatch.setenv("UPLOAD_TOKEN", "hidden")
        text = "import os\nassert 'UPLOAD_TOKEN' not in os.environ and not os.listdir()\n"
        wheel(index.directory, "some_demo", "1.0", {"some_demo.py": text})

        assert room.install("some-demo", "1.0", requires_python=None).imported == ("some_demo",)

    def test_a_module_that_wants_an_extra(self, room: CleanRoom, index: Shelf) -> None:
        """A server beside a library: what it needs comes with `some-demo[server]`, and the rest works without."""
        server = (
            "try:\n    import no_such_loop\nexcept ImportError as e:\n    raise ImportError('install [d]') from e\n"
        )
        files = {"some_demo.py": "", "some_demo_server.py": server}
        wheel(index.directory, "some_demo", "1.0", files, 'Requires-Dist: no-such-loop>=3; extra == "server"')

        assert room.install("some-demo", "1.0", requires_python=None).imported == ("some_demo",)

    @pytest.mark.parametrize(
        ("files", "metadata"),
        [
            # The extra brings something else; there is none; it is not what is missing.
            ({"some_demo.py": "", "other.py": "import no_such_loop"}, 'Requires-Dist: no-such; extra == "server"'),
            ({"some_demo.py": "", "other.py": "import no_such_loop"}, "Keywords: extra"),
            ({"some_demo.py": "", "other.py": "1 / 0"}, 'Requires-Dist: no-such-loop; extra == "server"'),
        ],
    )
    def test_an_extra_that_excuses_nothing(
        self, room: CleanRoom, index: Shelf, files: dict[str, str], metadata: str
    ) -> None:
        wheel(index.directory, "some_demo", "1.0", files, metadata)

        assert isinstance(self.fail(room), ProofFailed)

    def test_nothing_works_without_the_extra(self, room: CleanRoom, index: Shelf) -> None:
        """It installs, and of what it brings nobody promised that it imports alone."""
        metadata = 'Requires-Dist: no-such-loop; extra == "server"'
        wheel(index.directory, "some_demo", "1.0", {"some_demo.py": "import no_such_loop"}, metadata)

        assert room.install("some-demo", "1.0", requires_python=None) == Installed("1.0", (), PYTHON)

    def test_a_library_that_this_machine_lacks(self, room: CleanRoom, index: Shelf) -> None:
        code = "import ctypes\nctypes.CDLL('libno-such-thing.so.7')\n"
        wheel(index.directory, "some_demo", "1.0", {"some_demo.py": code})

        failure = self.fail(room)

        assert type(failure) is FactUnknown
        assert "libno-such-thing" in failure.message
        assert failure.remedy is not None

    def test_no_python_that_will_do(self, room: CleanRoom) -> None:
        with pytest.raises(FactUnknown, match=r"no Python >=3\.99") as caught:
            room.install("some-demo", "1.0", requires_python=">=3.99")

        assert caught.value.remedy is not None

    def test_whether_there_is_a_python_is_known_before(self, room: CleanRoom) -> None:
        room.ready(None)
        room.ready(f"=={PYTHON}")
        with pytest.raises(FactUnknown, match=r"no Python >=3\.99"):
            room.ready(">=3.99")


@pytest.mark.slow
def test_uv_does_not_wait_for_what_was_just_published(
    index: Shelf, mirror: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user's waiting time is for other people's releases."""
    del mirror
    monkeypatch.setenv("UV_EXCLUDE_NEWER", "2020-01-01T00:00:00Z")
    wheel(index.directory, "some_demo", "1.0", {"some_demo.py": ""})

    assert (
        room_of("uv", index.simple, tmp_path / "temporary").install("some-demo", "1.0", requires_python=None).version
        == "1.0"
    )


@pytest.mark.slow
def test_uv_finds_another_python(index: Shelf, mirror: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del mirror
    others = sorted(Path(sys.base_prefix).parent.glob("3.1[23]*/bin/python3"))
    if not others:
        pytest.skip("there is no other Python beside this one")
    monkeypatch.setenv("PATH", f"{others[0].parent}:/usr/bin:/bin")
    wheel(index.directory, "some_demo", "1.0", {"some_demo.py": ""})

    installed = room_of("uv", index.simple, tmp_path / "temporary").install(
        "some-demo", "1.0", requires_python=">=3.12"
    )

    assert installed.python.startswith("3.1")
    assert installed.python != PYTHON


@pytest.mark.slow
def test_uv_finds_what_pyenv_installed_and_did_not_switch_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = find_uv()
    assert uv is not None
    others = sorted(Path(sys.base_prefix).parent.glob("*3.1[234]*/bin/python3"))
    if not others:
        pytest.skip("there is no other Python beside this one")
    (tmp_path / "pyenv/versions").mkdir(parents=True)
    (tmp_path / "pyenv/versions/3.other").symlink_to(others[0].parent.parent)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "managed"))

    UvCleanRoom("http://127.0.0.1:9/simple/", uv=uv, temporary=tmp_path).ready(">=3.12")

    assert list(tmp_path.glob("python*")) == []


def test_uv_where_it_is_and_pip_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(clean_room("http://127.0.0.1:9/simple/"), UvCleanRoom)

    monkeypatch.setitem(sys.modules, "uv", None)

    assert isinstance(clean_room("http://127.0.0.1:9/simple/"), PipCleanRoom)


def test_interpreters() -> None:
    wanted = (None, "", ">=3.9", "nonsense", "<3.13", ">=3.14")

    assert [satisfied(text, "3.13.0rc1") for text in wanted] == [True, True, True, True, False, False]


def test_what_only_an_extra_brings() -> None:
    requires = [
        "always",
        "Both>=1 ; extra == 'x'",
        "both",
        "Some.Thing[y]>2; python_version < '4' and extra=='x'",
        'python-dateutil ; (extra == "x")',
        "extra-thing; python_version < '4'",
        "",
    ]

    assert optional_requirements(requires) == {"some-thing": "x", "python-dateutil": "x"}
    assert optional_requirements(["a; extra in 'x y'"]) == {"a": ""}


@pytest.mark.parametrize(
    ("module", "excused"), [("aiohttp", True), ("yaml", True), ("dateutil.parser", True), ("typo", False)]
)
def test_modules_by_the_names_of_their_projects(module: str, *, excused: bool) -> None:
    error = ModuleNotFoundError(f"No module named {module!r}", name=module)

    assert (comes_with_an_extra(error, {"aiohttp", "pyyaml", "python-dateutil"}) is not None) is excused
    assert not comes_with_an_extra(ImportError("cannot import name 'x'", name="aiohttp"), {"aiohttp"})


@pytest.mark.parametrize(
    "error",
    [
        ImportError("libGL.so.1: cannot open shared object file: No such file or directory"),
        ImportError("Error loading shared library libz.so.1: No such file or directory (needed by /site/demo/_x.so)"),
        ImportError("dlopen(/site/demo/_x.so, 0x0002): Library not loaded: /opt/lib/libz.1.dylib"),
        ImportError("DLL load failed while importing _x: The specified module could not be found."),
        OSError("PortAudio library not found"),
        OSError("cannot load library 'libpango-1.0-0': libpango-1.0-0: cannot open shared object file"),
        OSError('no library called "cairo-2" was found'),
        ImportError("failed to find libmagic.  Check your installation"),
        ImportError("Unable to find zbar shared library"),
    ],
)
def test_a_library_of_the_system_that_is_not_here(error: Exception) -> None:
    behind = RuntimeError("no sound")
    behind.__cause__ = error

    assert missing_library(error, {"_x.so"})
    assert missing_library(behind)


@pytest.mark.parametrize(
    "error",
    [
        None,
        ModuleNotFoundError("No module named 'library not found'"),
        ImportError("cannot import name 'x' from 'demo'"),
        ImportError("/site/demo/_x.so: undefined symbol: y"),
        FileNotFoundError(2, "No such file or directory", "VERSION"),
        # It came with the wheel, which does not find it.
        ImportError("libz-0123.so.1: cannot open shared object file: No such file or directory"),
        OSError("/site/demo/libz-0123.so.1: cannot open shared object file: No such file or directory"),
    ],
)
def test_what_is_no_fault_of_the_system(error: Exception | None) -> None:
    assert not missing_library(error, {"libz-0123.so.1"})


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["demo/__init__.py", "demo/sub/__init__.py", "demo/sub/x.py"], ["demo"]),
        (["demo.py", "_demo.py"], ["demo"]),
        (["_demo.py"], ["_demo"]),
        (["_native.abi3.so", "demo/__init__.py"], ["demo"]),
        (["fast.abi3.so"], ["fast"]),
        (["ns/one/__init__.py", "ns/two.py", "ns/one/deep.py"], ["ns.one", "ns.two"]),
        (["ns/a/b/c/__init__.py"], ["ns.a.b.c"]),
        (["demo-stubs/__init__.py", "demo-stubs/x.pyi", "demo.pth"], []),
        (["../../../bin/demo", "demo-1.0.dist-info/RECORD", "demo/data.txt"], []),
        (["demo/__main__.py"], []),
        (["demo/__pycache__/x.cpython-311.pyc", "demo/__init__.py"], ["demo"]),
        (["__init__.py"], ["__init__"]),
    ],
)
def test_what_is_importable(files: list[str], names: list[str]) -> None:
    assert modules_in(files) == names
