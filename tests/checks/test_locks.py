import pytest

from checks.asking import cannot_tell, finds, passes, skips
from fakes import FakeFacts, a_project
from tagship.checks.locks import LocksCarryTheVersion
from tagship.domain.branch import Lock
from tagship.domain.project import TAG_IS_THE_VERSION, VersionSource
from tagship.errors import FactUnknown, InFile, Run

ARGV = ("uv", "lock")


def a_lock(text: str) -> Lock:
    return Lock("uv.lock", 12, text, "uv", ARGV)


@pytest.mark.parametrize("text", ["1.2.0rc1", "1.2.0-rc.1", "1.2.0-rc1"])
def test_a_lock_file_in_step(text: str) -> None:
    passes(LocksCarryTheVersion(), FakeFacts(locks=[a_lock(text)], project=a_project("1.2.0rc1")))


@pytest.mark.parametrize("text", ["1.1.0", "nothing like a version"])
def test_a_lock_file_that_was_forgotten(text: str) -> None:
    good, bad = a_lock("1.2.0"), a_lock(text)

    (finding,) = finds(LocksCarryTheVersion(), FakeFacts(locks=[good, bad], project=a_project("1.2.0")))

    assert finding.where == InFile("uv.lock", 12)
    assert finding.remedy == Run(ARGV, "")


def test_nothing_to_compare() -> None:
    tagged = a_project("1.2.0", source=VersionSource(TAG_IS_THE_VERSION))

    skips(LocksCarryTheVersion(), FakeFacts(locks=[]))
    skips(LocksCarryTheVersion(), FakeFacts(locks=[a_lock("1.1.0")], project=tagged))


def test_a_version_that_is_not_known() -> None:
    project = a_project(None)

    assert cannot_tell(LocksCarryTheVersion(), FakeFacts(locks=[a_lock("1.1.0")], project=project))
    assert cannot_tell(LocksCarryTheVersion(), FakeFacts(project=project)) == str(FactUnknown("locks was not given"))
