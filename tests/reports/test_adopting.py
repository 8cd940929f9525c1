"""How a project is adopted, as each format tells it."""

import io
import json
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from tagship.domain import adoption as adopting
from tagship.domain.adoption import AdoptedPackage, Adoption, NativeCode, Pins, Predecessor
from tagship.domain.change import FileChange
from tagship.domain.config import HostKind
from tagship.domain.managed import EditedBlock
from tagship.domain.setup import Detail, FileState, NextStep, SetFile, SetUp
from tagship.domain.version import TagTemplate
from tagship.errors import Edit, Run, Visit
from tagship.reports import RENDERERS, render
from tagship.reports.documents import document, schema

NATIVE = NativeCode("Extension(…)", "setup.py")
PACKAGE = AdoptedPackage("demo", "", TagTemplate(), "setuptools.build_meta", native=NATIVE)
ADOPTION = Adoption(
    HostKind.GITHUB,
    "main",
    (PACKAGE,),
    Pins(date(2026, 8, 31), {}, {}, "ubuntu-24.04", "3.13"),
    "someone/demo",
    tests=adopting.TestRun("pytest", (("pip", "install", "."),), ("pytest",), ("3.13",)),
    tested_by=("ci.yml",),
    predecessors=(Predecessor("tbump", "tbump.toml", 1, {}, ("this",), ("that",)),),
)
LOCK = b"tagship==1 \\\n  --hash=x\n"
FILES = (
    SetFile("a.yml", "releases", FileState.NEW, FileChange("a.yml", None, b"on: push # | `x` <b>\n")),
    SetFile("b.yml", "guards", FileState.EDITED, edited=(EditedBlock("one", 3, "x: 1\n", "x: 2\n"),)),
    SetFile("c.yml", "", FileState.FOREIGN, reason="it was there", remedy=Edit("rename it")),
    SetFile("d.yml", "", FileState.LEFT, reason="nothing generates it", remedy=Run(("git", "rm", "d.yml"))),
    SetFile("l.txt", "locks", FileState.CHANGED, FileChange("l.txt", b"", LOCK), is_lock=True),
)
NEXT = (
    NextStep("commit it", Run(("git", "commit"))),
    NextStep("tell the index", Visit("https://index.example/form"), (("owner", "someone"), ("repository", "demo"))),
    NextStep("look at it"),
    NextStep("mind the gap", Edit("slowly")),
)
SETUP = SetUp(ADOPTION, (Detail("main", "main", "git"), Detail("tests", "pytest", "conftest.py")), FILES, NEXT)


def written(form: str, setup: SetUp = SETUP, *, color: bool = False) -> str:
    stream = io.StringIO()
    render(setup, stream, format=form, color=color)
    return stream.getvalue()


@pytest.mark.parametrize("form", RENDERERS)
def test_every_format_tells_every_file(form: str) -> None:
    told = written(form)

    for file in FILES:
        assert file.path in told


def test_the_document_is_of_its_schema() -> None:
    for setup in (SETUP, replace(SETUP, adoption=replace(ADOPTION, tests=None), is_written=True)):
        Draft202012Validator(schema("init")).validate(document(setup))
    assert json.loads(written("json"))["packages"][0]["compiled"] == {"sign": "Extension(…)", "path": "setup.py"}


def test_the_terminal_shows_differences_until_they_are_written() -> None:
    told = written("terminal")

    assert "+on: push # | `x` <b>" in told
    assert "b.yml:3: the block one was edited by hand, and stays" in told
    assert "-x: 1" in told
    assert "+++ b/l.txt: 2 lines of requirements with hashes" in told
    assert "--hash=x" not in told
    assert "2 files to write" in told
    after = written("terminal", replace(SETUP, is_written=True))
    assert "+on: push" not in after
    assert "2 files written; nothing is committed" in after
    assert "https://index.example/form" in after


def test_nothing_to_write() -> None:
    settled = replace(SETUP, files=(SetFile("a.yml", "releases", FileState.SAME),), next=())

    assert "everything is as it would be generated" in written("terminal", settled)
    assert "everything is as it would be generated" in written("markdown", settled)


def test_what_is_left_to_a_person_is_said_last() -> None:
    """Where nothing is to be written, not everything is as it would be."""
    lacking = SetFile("m.txt", "locks", FileState.LACKING, reason="offline", is_lock=True)
    left = replace(SETUP, files=(*FILES[1:4], lacking), next=())
    told = "left to decide on: b.yml, c.yml, d.yml; left to make: m.txt"

    assert f"nothing to write; {told}" in " ".join(written("terminal", left).split())
    assert f"nothing to write; {told}" in written("markdown", left)
    assert "2 files to write; left to decide on: b.yml, c.yml, d.yml" in written("markdown")
    done = written("markdown", replace(SETUP, is_written=True))
    assert "2 files written; nothing is committed; left to decide on: b.yml" in done


def test_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")

    assert "a.yml" in written("terminal")


def test_markdown_keeps_its_tables() -> None:
    told = written("markdown")

    assert "| a.yml | new | releases |" in told
    assert "```diff" in told
    assert "1. commit it: `git commit`" in told
    assert "2. tell the index; owner: `someone`; repository: `demo`" in told


def test_junit_is_xml() -> None:
    assert ET.fromstring(written("junit")).tag == "testsuites"
