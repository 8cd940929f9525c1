"""The generated files of a project, beside what would be generated now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tagship.checks.adoption import (
    GeneratedFilesAreCurrent,
    GeneratedFilesAreWanted,
    GeneratedFilesHaveTheirPlaces,
    LockFilesAreCurrent,
    ManagedBlocksAreUntouched,
)
from tagship.checks.engine import Check, examine
from tagship.domain.adoption import AdoptedPackage, Adoption, Pins
from tagship.domain.change import FileChange
from tagship.domain.config import HostKind
from tagship.domain.finding import Finding, Outcome
from tagship.domain.managed import EditedBlock
from tagship.domain.setup import AdoptionFacts, FileState, SetFile, SetUp
from tagship.domain.version import TagTemplate
from tagship.errors import InFile, Run

ADOPTION = Adoption(
    HostKind.GITHUB,
    "main",
    (AdoptedPackage("demo", "", TagTemplate(), "hatchling.build"),),
    Pins(date(2026, 8, 31), {}, {}, "ubuntu-24.04", "3.13"),
)
PATH = ".github/workflows/release.yml"
SAME = SetFile(PATH, "releases", FileState.SAME)


@dataclass(frozen=True)
class Facts:
    setup: SetUp


def facts(*files: SetFile) -> Facts:
    return Facts(SetUp(ADOPTION, (), (SAME, *files), ()))


def passes(check: Check[AdoptionFacts], about: Facts) -> None:
    (verdict,) = examine([check], about, excused={})

    assert verdict.outcome is Outcome.PASSED, verdict


def finds(check: Check[AdoptionFacts], about: Facts) -> Sequence[Finding]:
    """What is found; each finding has a place, and a way out."""
    (verdict,) = examine([check], about, excused={})

    assert verdict.outcome is Outcome.FAILED, verdict
    for finding in verdict.findings:
        assert finding.remedy is not None
        assert isinstance(finding.where, InFile)
        assert not finding.message.endswith(".")
    return verdict.findings


def test_what_would_be_generated_differently() -> None:
    changed = SetFile("a.yml", "", FileState.CHANGED, FileChange("a.yml", b"a", b"b"))
    new = SetFile("b.yml", "", FileState.NEW, FileChange("b.yml", None, b"b"))
    lock = SetFile(".tagship/release.txt", "", FileState.NEW, FileChange("c", None, b"c"), is_lock=True)

    passes(GeneratedFilesAreCurrent(), facts(lock))
    found = finds(GeneratedFilesAreCurrent(), facts(changed, new))
    assert [each.message for each in found] == ["a.yml is not as it would be generated now", "b.yml is not there"]


def test_a_block_that_was_edited() -> None:
    blocks = (EditedBlock("one", 7, "a\n", "b\n"), EditedBlock("two", 9, "c\n", "d\n"))

    passes(ManagedBlocksAreUntouched(), facts())
    found = finds(ManagedBlocksAreUntouched(), facts(SetFile(PATH, "", FileState.EDITED, edited=blocks)))
    assert [each.where for each in found] == [InFile(PATH, 7), InFile(PATH, 9)]


def test_a_file_that_is_in_the_way() -> None:
    passes(GeneratedFilesHaveTheirPlaces(), facts())
    (finding,) = finds(GeneratedFilesHaveTheirPlaces(), facts(SetFile("g.yml", "", FileState.FOREIGN, reason="old")))
    assert finding.message == "g.yml is in the way: old"


def test_a_lock_file_that_is_lacking() -> None:
    remedy = Run(("uv", "pip", "compile"))
    lacking = SetFile(".tagship/release.txt", "", FileState.LACKING, reason="offline", remedy=remedy, is_lock=True)

    passes(LockFilesAreCurrent(), facts())
    (finding,) = finds(LockFilesAreCurrent(), facts(lacking))
    assert finding.remedy == remedy


def test_a_file_that_nothing_generates_any_more() -> None:
    passes(GeneratedFilesAreWanted(), facts())
    (finding,) = finds(GeneratedFilesAreWanted(), facts(SetFile("x.yml", "", FileState.LEFT, reason="gone")))
    assert finding.remedy == Run(("git", "rm", "x.yml"))
