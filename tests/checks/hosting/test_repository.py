"""Is the repository where the remote says, and open?"""

from checks.asking import cannot_tell, finds
from checks.hosting.given import NAME, PAGE, Given, passes
from tagship.checks.hosting.repository import RemoteHasTheRightName, RepositoryIsOpen
from tagship.domain.hosting import HostRepository
from tagship.errors import FactUnknown


def test_an_open_repository() -> None:
    passes(RepositoryIsOpen())


def test_an_archived_one() -> None:
    finds(RepositoryIsOpen(), Given(repository=HostRepository(NAME, PAGE, "main", archived=True)))


def test_one_that_is_not_told() -> None:
    facts = Given(repository=FactUnknown("no answer"))  # type: ignore[arg-type]  # raised when it is asked for

    assert cannot_tell(RepositoryIsOpen(), facts) == "no answer"


def test_the_right_name_whatever_the_case_of_its_letters() -> None:
    passes(RemoteHasTheRightName())
    passes(RemoteHasTheRightName(), Given().wanting(remote=NAME.upper()))


def test_a_renamed_repository() -> None:
    (finding,) = finds(RemoteHasTheRightName(), Given().wanting(remote="someone/before"))

    assert f"git remote set-url origin {PAGE}.git" in str(finding.remedy)
