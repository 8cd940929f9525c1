"""What can a host be told to insist on, for all workflows and releases?"""

from checks.asking import finds, skips
from checks.hosting.given import NAME, PAGE, Given, passes
from tagship.checks.hosting.switches import (
    ActionsAreEnabled,
    ActionsArePinned,
    DefaultTokenReadsAlone,
    PushProtectionIsOn,
    ReleasesAreImmutable,
    ReportsComeInPrivate,
    SecretScanningIsOn,
    StrangersWaitForApproval,
)
from tagship.domain.hosting import ActionsPolicy, ForkApproval, HostRepository, JobToken

PRIVATE = HostRepository(NAME, PAGE, "main", private=True)


def test_all_of_them_are_on() -> None:
    passes(ActionsAreEnabled())
    passes(ActionsArePinned())
    passes(DefaultTokenReadsAlone())
    passes(PushProtectionIsOn())
    passes(ReleasesAreImmutable())
    passes(ReportsComeInPrivate())
    passes(SecretScanningIsOn())
    passes(StrangersWaitForApproval())


def test_all_of_them_are_off() -> None:
    finds(ActionsAreEnabled(), Given(actions=ActionsPolicy(enabled=False, pinned=None)))
    finds(ActionsArePinned(), Given(actions=ActionsPolicy(enabled=True, pinned=False)))
    finds(PushProtectionIsOn(), Given(push_protection=False))
    finds(ReleasesAreImmutable(), Given(immutable_releases=False))
    finds(ReportsComeInPrivate(), Given(private_reporting=False))
    finds(SecretScanningIsOn(), Given(secret_scanning=False))
    (finding,) = finds(StrangersWaitForApproval(), Given(fork_approval=ForkApproval("first time", of_everybody=False)))
    assert "first time" in finding.message


def test_a_token_that_writes_and_one_that_approves() -> None:
    assert len(finds(DefaultTokenReadsAlone(), Given(job_token=JobToken(reads_only=False, approves=True)))) == 2
    assert len(finds(DefaultTokenReadsAlone(), Given(job_token=JobToken(reads_only=True, approves=True)))) == 1


def test_a_server_that_does_not_know_the_switch() -> None:
    skips(ActionsArePinned(), Given(actions=ActionsPolicy(enabled=True, pinned=None)))


def test_what_a_private_repository_has_no_use_for() -> None:
    skips(ReportsComeInPrivate(), Given(repository=PRIVATE, private_reporting=False))
    skips(StrangersWaitForApproval(), Given(repository=PRIVATE))
