"""Files as a user meets them: real installers, real environments, wheels of every shape."""

import io
import os
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.projects import BACKEND, wheel
from tagship.adapters import tryout
from tagship.adapters.environments import find_uv
from tagship.adapters.interpreters import OWN, interpreters
from tagship.adapters.tryout import try_out
from tagship.domain.built import Installation
from tagship.errors import FactUnknown

pytestmark = pytest.mark.slow

PYTHON = OWN.version
SOURCE = Path(tryout.__file__).parents[2]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing comes from outside, and nothing is left behind."""
    for name in list(os.environ):
        if name.startswith(("UV_", "PIP_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple/")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("PIP_RETRIES", "1")
    (tmp_path / "temporary").mkdir()
    (tmp_path / "dist").mkdir()
    yield
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.fixture(params=["uv", "pip"])
def installer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each installer in turn."""
    if request.param == "pip":
        monkeypatch.setattr(tryout, "find_uv", lambda: None)


def tried(tmp_path: Path, *paths: Path, pythons: tuple[str, ...] = (PYTHON,)) -> Installation:
    (installation,) = try_out(paths, requires_python=None, pythons=pythons, temporary=tmp_path / "temporary")
    return installation


def a_wheel(
    tmp_path: Path, files: dict[str, str], *metadata: str, scripts: str = "", tag: str = "py3-none-any"
) -> Path:
    points = {"some_demo-1.0.dist-info/entry_points.txt": scripts} if scripts else {}
    return wheel(tmp_path / "dist", "some_demo", "1.0", {**files, **points}, *metadata, tag=tag)


@pytest.mark.usefixtures("installer")
def test_a_wheel_that_works(tmp_path: Path) -> None:
    code = "import sys\n\ndef main():\n    print(sys.argv)\n    return 7\n"
    made = a_wheel(tmp_path, {"some_demo/__init__.py": code}, scripts="[console_scripts]\nsome-demo = some_demo:main\n")

    assert tried(tmp_path, made) == Installation(
        made.name, PYTHON, "1.0", imported=("some_demo",), scripts=("some-demo",)
    )


@pytest.mark.usefixtures("installer")
def test_what_it_needs_cannot_be_fetched(tmp_path: Path) -> None:
    """No fault of the wheel: nothing is known."""
    made = a_wheel(tmp_path, {"some_demo.py": ""}, "Requires-Dist: no-such-thing")

    with pytest.raises(FactUnknown, match="cannot be fetched"):
        tried(tmp_path, made)


@pytest.mark.usefixtures("installer")
def test_what_it_needs_is_released_together_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside, index = tmp_path / "beside", tmp_path / "index"
    beside.mkdir()
    index.mkdir()
    monkeypatch.setenv("UV_DEFAULT_INDEX", index.as_uri())
    monkeypatch.setenv("PIP_INDEX_URL", index.as_uri())
    wheel(beside, "other_part", "2.0", {"other_part.py": ""})
    made = a_wheel(tmp_path, {"some_demo.py": "import other_part\n"}, "Requires-Dist: other-part>=2")
    found, missed = (
        try_out([made], requires_python=None, pythons=(PYTHON,), companions=told, temporary=tmp_path / "temporary")[0]
        for told in ([beside], [])
    )

    assert found == Installation(made.name, PYTHON, "1.0", imported=("some_demo",))
    assert "other-part" in str(missed.refused)


@pytest.mark.usefixtures("installer")
def test_a_wheel_that_no_installer_takes(tmp_path: Path) -> None:
    made = a_wheel(tmp_path, {"some_demo.py": ""})
    made.write_bytes(b"not an archive")

    installation = tried(tmp_path, made)

    assert installation.refused
    assert str(tmp_path) not in installation.refused
    assert installation.version is None


def test_a_module_that_misses_what_nobody_declared(tmp_path: Path) -> None:
    installation = tried(tmp_path, a_wheel(tmp_path, {"some_demo.py": "import undeclared\n", "other.py": ""}))

    assert installation.imported == ("other",)
    assert "undeclared" in installation.failed["some_demo"]


def test_a_module_that_ends_the_interpreter(tmp_path: Path) -> None:
    installation = tried(tmp_path, a_wheel(tmp_path, {"some_demo.py": "import os\nos._exit(3)\n"}))

    assert list(installation.failed) == ["some-demo"]
    assert installation.version is None


SCRIPTS = """
import sys

def good():
    sys.exit("usage: good [options]")

def waits():
    import time
    time.sleep(60)

def asks():
    sys.exit(len(sys.stdin.read()))

def lacks():
    import undeclared

def lacks_an_extra():
    import no_such_loop

def breaks():
    raise ValueError("no display")
"""


def test_scripts_of_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tryout, "STARTING", 1.0)
    names = ("good", "waits", "asks", "lacks", "lacks_an_extra", "breaks", "nowhere")
    points = "".join(f"{name} = some_demo:{name}\n" for name in names)
    scripts = f"[console_scripts]\n{points}[gui_scripts]\nwindow = some_demo:waits\nno_window = some_demo:nothing\n"
    needs = 'Requires-Dist: no-such-loop; extra == "server"'

    installation = tried(tmp_path, a_wheel(tmp_path, {"some_demo.py": SCRIPTS}, needs, scripts=scripts))

    assert set(installation.scripts) == {"good", "waits", "asks", "lacks_an_extra", "breaks"}
    assert set(installation.broken_scripts) == {"lacks", "nowhere", "no_window"}
    assert "undeclared" in installation.broken_scripts["lacks"]


def test_nothing_around_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dist/some_demo.py").write_text("raise RuntimeError('from the tree')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "dist")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "dist"))
    monkeypatch.setenv("UPLOAD_TOKEN", "hidden")
    code = (
        "import os, pathlib\nassert 'UPLOAD_TOKEN' not in os.environ and not os.listdir()\n"
        "def main():\n    assert not any(pathlib.Path.home().iterdir())\n    import undeclared\n"
    )
    made = a_wheel(tmp_path, {"some_demo.py": code}, scripts="[console_scripts]\nsome-demo = some_demo:main\n")

    installation = tried(tmp_path, made)

    assert installation.failed == {}
    assert "undeclared" in installation.broken_scripts["some-demo"]


def test_a_file_that_was_replaced_is_installed_afresh(tmp_path: Path) -> None:
    tried(tmp_path, a_wheel(tmp_path, {"some_demo.py": ""}))

    assert tried(tmp_path, a_wheel(tmp_path, {"other.py": ""})).imported == ("other",)


def test_another_version_inside_than_outside(tmp_path: Path) -> None:
    made = wheel(tmp_path / "dist", "some_demo", "0.9", {"some_demo.py": ""})
    renamed = made.rename(tmp_path / "dist/some_demo-1.0-py3-none-any.whl")

    installation = tried(tmp_path, renamed)

    assert installation.refused or installation.version == "0.9"


def test_an_sdist_where_no_wheel_fits(tmp_path: Path) -> None:
    sdist = an_sdist(tmp_path)
    elsewhere = wheel(tmp_path / "dist", "demo", "1.0", {"demo.py": ""}, tag="cp27-cp27m-win32")

    assert tried(tmp_path, elsewhere, sdist) == Installation(sdist.name, PYTHON, "1.0", imported=("demo",))


def test_a_wheel_for_another_machine(tmp_path: Path) -> None:
    elsewhere = a_wheel(tmp_path, {"some_demo.py": ""}, tag="cp27-cp27m-win32")

    assert try_out([elsewhere], requires_python=None, pythons=(PYTHON,), temporary=tmp_path / "temporary") == ()


def test_every_python_that_will_do(tmp_path: Path) -> None:
    here = interpreters(find_uv(), cwd=tmp_path, environ=dict(os.environ))
    if len(here) < 2:
        pytest.skip("there is no other Python beside this one")
    made = a_wheel(
        tmp_path, {"some_demo.py": "def main():\n    pass\n"}, scripts="[console_scripts]\nd = some_demo:main\n"
    )

    done = try_out([made], requires_python=">=3.8", temporary=tmp_path / "temporary")

    assert {PYTHON} < {each.python for each in done}
    assert {(each.version, each.scripts) for each in done} == {("1.0", ("d",))}


@pytest.mark.parametrize("version", ["3.8", "3.9"])
def test_a_name_with_a_dot_on_an_old_python(tmp_path: Path, version: str) -> None:
    """Its directory is called as backends called it then, and these Pythons look it up letter by letter."""
    old = [
        each
        for each in interpreters(find_uv(), cwd=tmp_path, environ=dict(os.environ))
        if each.version.startswith(f"{version}.")
    ]
    if not old:
        pytest.skip(f"there is no Python {version} beside this one")
    made = wheel(tmp_path / "dist", "some.dotted_demo", "1.0", {"some/dotted_demo.py": ""})

    installation = tried(tmp_path, made, pythons=(version,))

    assert (installation.version, installation.imported) == ("1.0", ("some.dotted_demo",))


@pytest.mark.parametrize("name", ["Odd", "KeyboardInterrupt"])
def test_a_module_that_raises_what_nobody_catches(tmp_path: Path, name: str) -> None:
    code = f"class Odd(BaseException):\n    pass\nraise {name}('no')\n"

    installation = tried(tmp_path, a_wheel(tmp_path, {"some_demo.py": code}))

    assert installation.failed == {"some_demo": f"{name}: no"}


def test_nothing_of_ours_shows_where_a_module_ends_the_interpreter(tmp_path: Path) -> None:
    code = "import os, sys, traceback\ntraceback.print_stack()\nsys.stderr.flush()\nos._exit(3)\n"

    installation = tried(tmp_path, a_wheel(tmp_path, {"some_demo.py": code}))

    (said,) = installation.failed.values()
    assert "some_demo.py" in said
    assert str(SOURCE) not in said
    assert str(tmp_path) not in said


def test_a_module_that_needs_what_only_an_extra_brings(tmp_path: Path) -> None:
    made = a_wheel(
        tmp_path, {"some_demo.py": "import no_such_loop\n"}, 'Requires-Dist: no-such-loop; extra == "server"'
    )

    installation = tried(tmp_path, made)

    assert (installation.imported, installation.failed) == ((), {})
    assert installation.wanting["some_demo"].endswith("'no_such_loop', which comes with the extra server")


LIBRARY = "import ctypes\nctypes.CDLL('libno-such-thing.so.7')\n"


def test_a_library_that_this_machine_lacks(tmp_path: Path) -> None:
    started = "def main():\n    raise ImportError('libGL.so.1: cannot open shared object file: No such file')\n"
    files = {"some_demo.py": LIBRARY, "other.py": started}
    points = "[console_scripts]\nlacks = some_demo:main\nlacks_later = other:main\n"

    installation = tried(tmp_path, a_wheel(tmp_path, files, scripts=points))

    assert (installation.imported, installation.failed) == (("other",), {})
    assert (installation.scripts, installation.broken_scripts) == ((), {})
    assert list(installation.lacking) == ["some_demo"]
    assert set(installation.lacking_scripts) == {"lacks", "lacks_later"}


def test_a_library_that_the_wheel_brings_is_its_own_to_find(tmp_path: Path) -> None:
    files = {"some_demo.py": LIBRARY, "some_demo.libs/libno-such-thing.so.7": "lost"}

    assert list(tried(tmp_path, a_wheel(tmp_path, files)).failed) == ["some_demo"]


@pytest.mark.usefixtures("installer")
def test_what_needs_no_network_is_tried_without(tmp_path: Path) -> None:
    made = a_wheel(tmp_path, {"some_demo.py": ""})

    (installation,) = try_out(
        [made], requires_python=None, pythons=(PYTHON,), offline=True, temporary=tmp_path / "temporary"
    )

    assert installation.imported == ("some_demo",)


@pytest.mark.usefixtures("installer")
def test_what_is_not_here_is_not_fetched(tmp_path: Path) -> None:
    made = a_wheel(tmp_path, {"some_demo.py": ""}, "Requires-Dist: no-such-thing")

    with pytest.raises(FactUnknown, match="--offline was given"):
        try_out([made], requires_python=None, pythons=(PYTHON,), offline=True, temporary=tmp_path / "temporary")


@pytest.mark.usefixtures("installer")
def test_a_broken_wheel_is_broken_offline(tmp_path: Path) -> None:
    made = a_wheel(tmp_path, {"some_demo.py": ""})
    made.write_bytes(b"not an archive")

    (installation,) = try_out(
        [made], requires_python=None, pythons=(PYTHON,), offline=True, temporary=tmp_path / "temporary"
    )

    assert installation.refused


def an_sdist(tmp_path: Path, backend: str = BACKEND) -> Path:
    sdist = tmp_path / "dist/demo-1.0.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        for name, text in {
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "packing"\nbackend-path = ["backend"]\n'
            '[project]\nname = "demo"\nversion = "1.0"\n',
            "backend/packing.py": backend,
            "src/demo.py": "",
            "PKG-INFO": "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n",
        }.items():
            entry = tarfile.TarInfo(f"demo-1.0/{name}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return sdist


def test_an_sdist_beside_a_wheel_that_nobody_proved_to_be_built_from_it(tmp_path: Path) -> None:
    sdist = an_sdist(tmp_path, "raise RuntimeError('no tea')\n")
    made = wheel(tmp_path / "dist", "demo", "1.0", {"demo.py": ""})
    where = tmp_path / "temporary"

    (alone,) = try_out([made, sdist], requires_python=None, pythons=(PYTHON,), temporary=where)
    good, broken = try_out([made, sdist], requires_python=None, pythons=(PYTHON,), sdist_too=True, temporary=where)

    assert alone == good == Installation(made.name, PYTHON, "1.0", imported=("demo",))
    assert (broken.filename, broken.python) == (sdist.name, PYTHON)
    assert "no tea" in (broken.refused or "")


def test_an_sdist_beside_a_wheel_for_one_machine_is_not_built_here(tmp_path: Path) -> None:
    own = next(iter(OWN.tags))
    made = wheel(tmp_path / "dist", "demo", "1.0", {"demo.py": ""}, tag=str(own))

    (installation,) = try_out(
        [made, an_sdist(tmp_path)], requires_python=None, pythons=(PYTHON,), sdist_too=True,
        temporary=tmp_path / "temporary",
    )  # fmt: skip

    assert installation.filename == made.name


def test_what_one_python_tells_stands_against_what_another_does_not(tmp_path: Path) -> None:
    others = [each for each in interpreters(find_uv(), cwd=tmp_path, environ=dict(os.environ)) if not each.own]
    if not others:
        pytest.skip("there is no other Python beside this one")
    needs = f"Requires-Dist: no-such-thing; python_full_version != '{PYTHON}'"
    made = a_wheel(tmp_path, {"some_demo.py": "import undeclared\n"}, needs)

    installation = tried(tmp_path, made, pythons=(PYTHON, others[0].version))

    assert (installation.python, list(installation.failed)) == (PYTHON, ["some_demo"])


WAITING = """
import sys
from pathlib import Path
from tagship.adapters.signals import termination_interrupts
from tagship.adapters.tryout import try_out

with termination_interrupts():
    try_out([Path(sys.argv[1])], requires_python=None, pythons=(sys.argv[2],), temporary=Path(sys.argv[3]))
"""


def test_whoever_ends_it_ends_what_it_started(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    code = f"import os, time\nopen({str(told)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    made = a_wheel(tmp_path, {"some_demo.py": code})
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, str(made), PYTHON, str(tmp_path / "temporary")],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stderr=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + 60
        while not (told.is_file() and told.read_text(encoding="utf-8")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        process.wait(30)

    status = Path(f"/proc/{told.read_text(encoding='utf-8')}/stat")
    assert not status.exists() or status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
