"""Which Pythons are at hand, and which file each of them takes."""

import platform
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.tags import sys_tags

from tagship.adapters.environments import Uv
from tagship.adapters.interpreters import OWN, Interpreter, choose, fitting, interpreters, may_satisfy
from tagship.errors import FactUnknown, Run

OLD, NEW, NEXT = Interpreter("/3.9", "3.9.18"), Interpreter("/3.90", "3.90.1"), Interpreter("/3.91", "3.91.0a2")
ANCIENT = Interpreter("/3.6", "3.6.15")
HERE = (NEXT, NEW, OWN, OLD, ANCIENT)


def here() -> Sequence[Interpreter]:
    return HERE


def nobody_looks() -> Sequence[Interpreter]:
    raise AssertionError("what is known without looking needs no look")


@pytest.mark.parametrize(
    ("requires", "chosen"),
    [
        (">=3.6", (OWN, NEW, OLD)),
        (">=3.9", (OWN, NEW, OLD)),
        (">=3.10", (OWN, NEW)),
        (">=3.90", (NEW,)),
        (">=3.91a0", (NEXT,)),
        # Nothing was promised, so that the oldest is asked nothing.
        (None, (OWN, NEW)),
        ("whatever", (OWN, NEW, OLD)),
    ],
)
def test_newest_oldest_and_own(requires: str | None, chosen: tuple[Interpreter, ...]) -> None:
    assert choose((), requires, here) == chosen


def test_named_ones() -> None:
    assert choose(("3.9", "3.90.1", "3.9.18"), ">=3.8", here) == (OLD, NEW)
    assert choose(("3.9", "3.90.1"), ">=3.50", here) == (NEW,)
    assert choose((OWN.version,), None, nobody_looks) == (OWN,)


@pytest.mark.parametrize(("named", "requires", "install"), [(("3.8",), None, "3.8"), ((), ">=3.99", ">=3.99")])
def test_one_that_is_not_here(named: Sequence[str], requires: str | None, install: str) -> None:
    with pytest.raises(FactUnknown) as caught:
        choose(named, requires, here)

    assert caught.value.remedy == Run(("uv", "python", "install", install))


@pytest.mark.parametrize(
    ("requires", "named", "may"),
    [
        (None, "3.9", True), (">=3.9.2", "3.9", True), (">=3.9.2", "3.9.1", False), (">=3.10", "3.9", False),
        ("<3.9", "3.9", False), ("whatever", "3.9", True), ("==3.9.18", "3.9", True), (">=3.10", "3.10", True),
    ],
)  # fmt: skip
def test_what_may_do_before_anybody_looks(requires: str | None, named: str, *, may: bool) -> None:
    assert may_satisfy(requires, named) is may


def uv_that_lists(path: Path, listed: str) -> Uv:
    program = path / "uv"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{listed}\nEND\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Uv(str(program))


def an_entry(version: str, path: str, **more: str) -> str:
    fields = {"version": version, "path": path, "implementation": "cpython", "arch": platform.machine()} | more
    return "{" + ", ".join(f'"{key}": "{value}"' for key, value in fields.items()) + "}"


def test_what_uv_lists(tmp_path: Path) -> None:
    listed = [
        an_entry("3.90.1", "/first"),
        an_entry("3.90.1", "/second"),
        an_entry("3.90.2", "/pypy", implementation="pypy"),
        an_entry("3.90.3", "/threads", variant="freethreaded"),
        an_entry("3.90.4", "/emulated", arch="sparc"),
        an_entry("three", "/odd"),
        '{"version": "3.90.5"}',
        "7",
        an_entry("3.8.1", "/old"),
    ]
    uv = uv_that_lists(tmp_path, f"[{', '.join(listed)}]")

    found = interpreters(uv, cwd=tmp_path, environ={"PATH": "/usr/bin:/bin"})

    assert found == (Interpreter("/first", "3.90.1"), OWN, Interpreter("/old", "3.8.1"))


def test_our_own_is_there_whatever_uv_says(tmp_path: Path) -> None:
    assert interpreters(None, cwd=tmp_path, environ={}) == (OWN,)
    assert interpreters(uv_that_lists(tmp_path, "error: no"), cwd=tmp_path, environ={"PATH": "/usr/bin:/bin"}) == (OWN,)


def test_the_wheel_that_an_installer_would_take() -> None:
    best = next(iter(sys_tags()))
    pure, own, built = (Path(name) for name in ("d-1-py3-none-any.whl", f"d-1-{best}.whl", f"d-1-2-{best}.whl"))
    elsewhere, odd, sdist = Path("d-1-cp27-cp27m-win32.whl"), Path("d-1.whl"), Path("d-1.tar.gz")

    assert fitting([sdist, elsewhere, odd, pure, own], OWN) == own
    assert fitting([own, built], OWN) == built
    assert fitting([sdist, own], NEW) == sdist
    assert fitting([pure, own], NEW) == pure
    assert fitting([elsewhere, odd], OWN) is None
