import pytest

from checks.asking import cannot_tell, finds, passes
from checks.made import INFO, SDIST, TOP, WHEEL, built, told
from fakes import FakeFacts, a_metadata, an_unreadable
from tagship.checks.licenses import (
    LicenseExpressionIsValid,
    LicenseFilesAreThere,
    LicenseIsSaidOnce,
    LicensePathsArePlain,
)
from tagship.domain.artifact import Artifact
from tagship.domain.distribution import Distribution, Member
from tagship.errors import InFile


def licensed(artifact: Artifact, *members: str, metadata_version: str = "2.4") -> Distribution:
    """A file that promises LICENSE, with these members."""
    metadata = a_metadata("1.2.0", "License-File: LICENSE", metadata_version=metadata_version)
    return Distribution(artifact, tuple(map(Member, members)), metadata)


@pytest.mark.parametrize("said", ["MIT", "mit", "Apache-2.0 OR (MIT AND BSD-3-Clause)", "LicenseRef-Own"])
def test_an_expression(said: str) -> None:
    passes(LicenseExpressionIsValid(), built(told(f"License-Expression: {said}"), told()))


@pytest.mark.parametrize("said", ["MIT License", "Handmade-1.0", "MIT OR", "(MIT", "Apache-2.0 WITH MIT", "(" * 3000])
def test_what_is_no_expression(said: str) -> None:
    (finding,) = finds(LicenseExpressionIsValid(), built(told(f"License-Expression: {said}")))

    assert finding.where == InFile(WHEEL.filename)


def test_a_licence_said_once() -> None:
    passes(LicenseIsSaidOnce(), built(told("License: MIT"), told("License-Expression: MIT", artifact=SDIST)))
    passes(LicenseIsSaidOnce(), built(told("License-Expression: MIT", "License: UNKNOWN")))


def test_a_licence_said_twice() -> None:
    finds(LicenseIsSaidOnce(), built(told("License-Expression: MIT", "License: MIT")))


@pytest.mark.parametrize("path", ["LICENSE", "licenses/MIT.txt", "a b.txt"])
def test_a_plain_path(path: str) -> None:
    passes(LicensePathsArePlain(), built(told(f"License-File: {path}")))


@pytest.mark.parametrize("path", ["LICEN*", "../LICENSE", "/LICENSE", "C:/LICENSE", "licenses\\MIT"])
def test_a_path_that_is_not(path: str) -> None:
    finds(LicensePathsArePlain(), built(told(f"License-File: {path}")))
    passes(LicensePathsArePlain(), built(told(f"License-File: {path}", metadata_version="2.1")))


def test_licence_files_where_they_should_be() -> None:
    wheel, sdist = licensed(WHEEL, f"{INFO}/licenses/LICENSE"), licensed(SDIST, f"{TOP}/LICENSE")

    passes(LicenseFilesAreThere(), built(wheel, sdist))
    passes(LicenseFilesAreThere(), built(licensed(WHEEL, metadata_version="2.3")))
    passes(LicenseFilesAreThere(), built(licensed(WHEEL, metadata_version="two")))


def test_licence_files_that_are_elsewhere() -> None:
    wheel, sdist = licensed(WHEEL, f"{INFO}/LICENSE"), licensed(SDIST, f"{TOP}/docs/LICENSE")

    found = finds(LicenseFilesAreThere(), built(wheel, sdist))

    assert [finding.where for finding in found] == [InFile(WHEEL.filename), InFile(SDIST.filename)]


def test_what_cannot_be_read() -> None:
    cannot_tell(LicenseFilesAreThere(), built(an_unreadable(WHEEL, broken="cut short")))
    for check in (LicenseExpressionIsValid(), LicenseIsSaidOnce(), LicensePathsArePlain()):
        cannot_tell(check, FakeFacts())
