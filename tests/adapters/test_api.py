"""What of a public API is broken, told from two states of its source."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tagship.adapters.api import find_breakages
from tagship.adapters.directory import DirectoryTree
from tagship.domain.branch import Breakage
from tagship.errors import FactUnknown, Run

pytestmark = pytest.mark.slow
BEFORE = """\
from demo._inner import helper
__version__ = "1.0"
LIMIT = 3
def parse(text, strict=False, *, encoding="utf-8"): ...
def gone(): ...
def _private(): ...
class Base: ...
class Reader(Base):
    def read(self, size): ...
    def close(self): ...
"""
AFTER = """\
from demo._inner import helper
__version__ = "1.1"
LIMIT = 4
def parse(text, *, encoding="latin-1"): ...
class Base: ...
class Reader:
    def read(self, size, where): ...
    def close(self): ...
"""


def trees(place: Path, before: dict[str, str], after: dict[str, str]) -> tuple[DirectoryTree, DirectoryTree]:
    for state, files in (("before", before), ("after", after)):
        for name, content in {"README": "", **files}.items():
            path = place / state / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    return DirectoryTree(place / "before"), DirectoryTree(place / "after")


def broken(place: Path, before: dict[str, str], after: dict[str, str], **more: float) -> Sequence[Breakage]:
    return find_breakages(*trees(place, before, after), "demo", environ=os.environ, **more)  # type: ignore[arg-type]  # seconds alone


def symbols(found: Sequence[Breakage]) -> set[str]:
    return {each.symbol for each in found}


def package(content: str, home: str = "src/") -> dict[str, str]:
    return {
        f"{home}demo/__init__.py": content,
        f"{home}demo/_inner.py": "def helper(): ...\n",
        f"{home}demo/tests/test_it.py": "def test_it(): ...\n",
    }


def test_what_callers_trip_over(tmp_path: Path) -> None:
    found = broken(tmp_path, package(BEFORE), package(AFTER))

    assert symbols(found) == {"demo.parse", "demo.gone", "demo.Reader", "demo.Reader.read"}
    by_symbol = {each.symbol: each for each in found}
    assert by_symbol["demo.gone"] == Breakage("demo.gone", "public object was removed", "src/demo/__init__.py", 5)
    assert by_symbol["demo.parse"].what == "parameter was removed: strict"
    assert by_symbol["demo.Reader.read"].what == "parameter was added as required: where"
    assert by_symbol["demo.Reader"].what == "base class was removed: Base"


def test_what_nobody_calls_is_left_out(tmp_path: Path) -> None:
    """Private names, values and defaults, tests, and what lies beside the packages."""
    before = package("def _private(): ...\ndef __getattr__(name): ...\nLIMIT = 3\ndef call(size=1): ...\n")
    before |= {"docs/__init__.py": "def x(): ...\n", "setup.py": "def y(): ...\n", "src/demo/_hidden.py": "A = 1\n"}
    after = {"src/demo/__init__.py": "LIMIT = 'many'\ndef call(size=2): ...\n"}

    assert broken(tmp_path, before, after) == ()


def test_what_moves_house_stays_what_it_was(tmp_path: Path) -> None:
    assert broken(tmp_path, package(BEFORE, home=""), package(BEFORE, home="src/")) == ()


def test_a_package_that_is_gone(tmp_path: Path) -> None:
    before = {**package("X = 1\n"), "src/other/__init__.py": ""}

    (found,) = broken(tmp_path, before, package("X = 1\n"))

    assert found == Breakage("other", "other can no longer be imported")


@pytest.mark.parametrize("home", ["", "src/"])
def test_a_single_module(tmp_path: Path, home: str) -> None:
    found = broken(tmp_path, {f"{home}demo.py": "def a(): ...\n"}, {f"{home}demo.py": "def b(): ...\n"})

    assert [(each.symbol, each.path, each.line) for each in found] == [("demo.a", f"{home}demo.py", 1)]


def test_a_package_in_a_namespace(tmp_path: Path) -> None:
    found = broken(
        tmp_path, {"src/space/demo/__init__.py": "def a(): ...\n"}, {"src/space/demo/__init__.py": "def b(): ...\n"}
    )

    assert symbols(found) == {"space.demo.a"}


def test_nothing_of_the_project_runs(tmp_path: Path) -> None:
    code = f"open({str(tmp_path / 'ran')!r}, 'w')\ndef a(): ...\n"

    broken(tmp_path, package(code), package("def b(): ...\n"))

    assert not (tmp_path / "ran").exists()


def test_without_the_extra_it_cannot_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "griffe", None)

    with pytest.raises(FactUnknown, match="griffe is not installed") as unknown:
        broken(tmp_path, package("def a(): ...\n"), package("def b(): ...\n"))

    assert unknown.value.remedy == Run(("python", "-m", "pip", "install", "tagship[api]"))


def test_source_that_is_the_same_needs_no_comparison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "griffe", None)

    assert broken(tmp_path, package(BEFORE), package(BEFORE)) == ()


def test_source_that_cannot_be_parsed_leaves_it_open(tmp_path: Path) -> None:
    with pytest.raises(FactUnknown, match="cannot be compared"):
        broken(tmp_path, package("def a(): ...\n"), package("def (\n"))


def test_its_time_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(FactUnknown, match="longer"):
        broken(tmp_path, package("def a(): ...\n"), package("def b(): ...\n"), seconds=0.01)
