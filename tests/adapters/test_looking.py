"""What a stranger's module makes the interpreter say is checked before anybody believes it."""

import json
import os
import sys
from pathlib import Path

import pytest

from tagship.adapters import looking
from tagship.adapters.looking import Seen, look_around_in, read_seen
from tagship.errors import FactUnknown, ProofFailed

ALONE: dict[str, object] = {"version": "1.0", "python": "3.11.7", "imported": ["demo"], "failed": {}}
WHOLE = ALONE | {"scripts": ["demo"], "broken": {"other": "no"}, "optional": ["extra"]}


def said(**changes: object) -> bytes:
    return json.dumps(WHOLE | changes).encode()


def test_what_the_probe_says() -> None:
    assert read_seen(json.dumps(ALONE).encode()) == Seen("1.0", "3.11.7", ("demo",), {})
    assert read_seen(said(), scripts=True) == Seen(
        "1.0", "3.11.7", ("demo",), {}, ("demo",), {"other": "no"}, frozenset({"extra"})
    )


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"null", b"[]", b"\xff", b"1", b"{}", said(version=None), said(python=3), said(imported="demo"),
        said(imported=[1]), said(failed=[]), said(failed={"demo": None}), said(scripts={}), said(broken="x"),
        said(optional=None), json.dumps(ALONE).encode(), b" " * looking.LONGEST_ANSWER + said(),
    ],
)  # fmt: skip
def test_what_it_would_never_say(answer: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        read_seen(answer, scripts=True)


def installed(tmp_path: Path, module: str) -> Path:
    """An interpreter in whose environment a distribution brings this one module."""
    place = tmp_path / "site"
    (place / "some_demo-1.0.dist-info").mkdir(parents=True)
    (place / "some_demo.py").write_text(module, encoding="utf-8")
    (place / "some_demo-1.0.dist-info/METADATA").write_text("Name: some-demo\nVersion: 1.0\n", encoding="utf-8")
    (place / "some_demo-1.0.dist-info/RECORD").write_text("some_demo.py,,\n", encoding="utf-8")
    python = tmp_path / "python"
    # What `-I` keeps out of an environment of its own stands in for one that was installed.
    python.write_text(f'#!/bin/sh\nshift\nPYTHONPATH={place} exec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return python


def look(tmp_path: Path, module: str) -> Seen:
    return look_around_in(installed(tmp_path, module), "some-demo", tmp_path, os.environ)


@pytest.mark.skipif(sys.platform == "win32", reason="the interpreter is a shell script")
class TestLooking:
    def test_what_is_there(self, tmp_path: Path) -> None:
        assert look(tmp_path, "print('noise')\n").imported == ("some_demo",)

    def test_what_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FactUnknown, match="called another-demo") as caught:
            look_around_in(installed(tmp_path, ""), "another-demo", tmp_path, os.environ)

        assert looking.__file__ not in caught.value.message

    def test_an_interpreter_that_does_not_come_so_far(self, tmp_path: Path) -> None:
        python = tmp_path / "python"
        python.write_text("#!/bin/sh\necho 'no home' >&2\nexit 1\n", encoding="utf-8")
        python.chmod(0o755)

        with pytest.raises(FactUnknown, match="no home"):
            look_around_in(python, "some-demo", tmp_path, os.environ)

    @pytest.mark.parametrize("answer", ["b'[]'", "b'{}'", "b'[' * 30_000"])
    def test_another_answer_than_the_probes(self, tmp_path: Path, answer: str) -> None:
        """A module finds the way by which the probe answers."""
        module = f"import os\nos.write(3, {answer})\nos._exit(0)\n"

        with pytest.raises(ProofFailed, match="ends the interpreter"):
            look(tmp_path, module)

    @pytest.mark.parametrize("left", ["b'\\xff' * 10", "b'x' * (1 << 20)"], ids=["not-utf-8", "long"])
    def test_what_it_leaves_in_the_file_of_names(
        self, tmp_path: Path, left: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(looking, "IMPORTING", 2.0)
        module = f"import sys, time\nopen(sys.argv[2], 'wb').write({left})\ntime.sleep(60)\n"

        with pytest.raises(ProofFailed, match="is not done after 2 seconds") as caught:
            look(tmp_path, module)

        assert len(caught.value.message) < 1000

    def test_a_pipe_in_place_of_the_file_of_names(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(looking, "IMPORTING", 2.0)
        module = "import os, sys, time\nos.remove(sys.argv[2])\nos.mkfifo(sys.argv[2])\ntime.sleep(60)\n"

        with pytest.raises(FactUnknown):
            look(tmp_path, module)
