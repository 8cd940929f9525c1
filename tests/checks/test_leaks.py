from dataclasses import replace

import pytest

from checks.asking import cannot_tell, finds, passes
from checks.releases import a_broken_wheel, a_release_sdist, a_release_wheel, released
from fakes import an_sdist
from tagship.checks.leaks import ArchivesHoldNoCredentials, TestsHoldNoCredentials
from tagship.domain.distribution import Distribution, Leak
from tagship.errors import Edit, InFile

WHEEL = a_release_wheel("handmade/__init__.py")


def leaking(member: str, rule: str) -> Distribution:
    """An sdist from which one credential leaks."""
    return a_release_sdist(member, leaks=[Leak(f"handmade-1.2.0/{member}", rule, "AbCd")] * 2)


def test_archives_that_hold_no_credential() -> None:
    facts = released(WHEEL, a_release_sdist("src/handmade/__init__.py", "tests/id_rsa"))

    passes(ArchivesHoldNoCredentials(), facts)
    passes(TestsHoldNoCredentials(), facts)


@pytest.mark.parametrize("rule", ["index-token", "github-personal-token", "private-key"])
@pytest.mark.parametrize("member", ["src/handmade/settings.py", ".codex/config.toml", "tests"])
def test_a_credential(member: str, rule: str) -> None:
    facts = released(WHEEL, leaking(member, rule))

    (finding,) = finds(ArchivesHoldNoCredentials(), facts)

    assert finding.where == InFile("handmade-1.2.0.tar.gz")
    assert isinstance(finding.remedy, Edit)
    assert finding.remedy.text.startswith("revoke")
    passes(TestsHoldNoCredentials(), facts)


@pytest.mark.parametrize("rule", ["private-key", "netrc-password", "key-store"])
@pytest.mark.parametrize("member", ["tests/data/server.pem", "demos/user.key", "dummyserver/certs/server.key"])
def test_what_tests_make_up(member: str, rule: str) -> None:
    facts = released(WHEEL, leaking(member, rule))

    finds(TestsHoldNoCredentials(), facts)
    passes(ArchivesHoldNoCredentials(), facts)


def test_an_issued_token_among_the_tests() -> None:
    facts = released(leaking("tests/data/recorded.yaml", "index-token"))

    finds(ArchivesHoldNoCredentials(), facts)
    passes(TestsHoldNoCredentials(), facts)


@pytest.mark.parametrize(
    "directory", ["samplerate", "testcontainers/core", "fakeredis", "demography", "mockery", "dummynet", "exampled"]
)
def test_a_package_whose_name_begins_like_a_test(directory: str) -> None:
    facts = released(leaking(f"src/{directory}/deploy.pem", "private-key"))

    finds(ArchivesHoldNoCredentials(), facts)
    passes(TestsHoldNoCredentials(), facts)


@pytest.mark.parametrize("directory", ["unit_tests", "handmade/Testing-Data", "docs/examples.d"])
def test_words_in_the_names_of_directories(directory: str) -> None:
    passes(ArchivesHoldNoCredentials(), released(leaking(f"{directory}/server.pem", "private-key")))


@pytest.mark.parametrize(
    "path",
    [
        "src/handmade/test_ecdh.py", "handmade/tests.py", "src/core/ssl_test.cc", "handmade/conftest.py",
        "lib/Crypto/SelfTest/keys.py", "handmade/selftests/a.pem", "handmade/Test_Keys.py",
    ],
)  # fmt: skip
def test_tests_beside_what_they_test(path: str) -> None:
    passes(ArchivesHoldNoCredentials(), released(leaking(path, "private-key")))
    finds(TestsHoldNoCredentials(), released(leaking(path, "private-key")))
    finds(ArchivesHoldNoCredentials(), released(leaking(path, "pypi-token")))


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("handmade/latest_keys.py", "private-key"), ("handmade/contest.py", "private-key"),
        ("handmade/tests.pem", "private-key"), ("handmade/attest_it.py", "private-key"),
        ("handmade/test_it.py", "pypirc-password"), ("handmade/test_it.py", "env-secret"),
    ],
)  # fmt: skip
def test_what_is_no_test_by_its_name(path: str, rule: str) -> None:
    finds(ArchivesHoldNoCredentials(), released(leaking(path, rule)))


@pytest.mark.parametrize("place", ["mock", "src/mock", "lib/Mock"])
def test_a_package_that_is_called_like_a_test_throughout(place: str) -> None:
    leaks = tuple(Leak(f"mock-1.2.0/{path}", "private-key", "-----") for path in (f"{place}/a.pem", "tests/b.pem"))
    sdist = Distribution(an_sdist(name="mock"), (), leaks=leaks)

    (finding,) = finds(ArchivesHoldNoCredentials(), released(sdist))

    assert "a.pem" in finding.message


def test_the_only_package_that_a_wheel_installs() -> None:
    member = "fake/deploy.pem"
    leaks = (Leak(member, "private-key", "-----"),)
    alone, beside = (a_release_wheel(*paths) for paths in ([member], [member, "handmade/__init__.py"]))

    finds(ArchivesHoldNoCredentials(), released(replace(alone, leaks=leaks)))
    passes(ArchivesHoldNoCredentials(), released(replace(beside, leaks=leaks)))


@pytest.mark.parametrize("directory", ["handmade/test", "handmade", "handmade/latest", "handmade/attestations"])
def test_a_key_in_a_wheel(directory: str) -> None:
    leak = Leak(f"{directory}/server.key", "private-key", "-----")
    facts = released(Distribution(WHEEL.artifact, WHEEL.members, leaks=(leak,)))

    finds(TestsHoldNoCredentials() if directory == "handmade/test" else ArchivesHoldNoCredentials(), facts)


def test_more_credentials_than_anybody_reads() -> None:
    leaks = [Leak(f"handmade-1.2.0/{number}.py", "index-token", "pypi-AbCd") for number in range(500)]

    found = finds(ArchivesHoldNoCredentials(), released(a_release_sdist("a.py", leaks=leaks)))

    assert len(found) == 21
    assert "480 files more" in found[-1].message


def test_a_project_that_is_called_like_a_test() -> None:
    member = "handmade-1.2.0/server.key"
    sdist = Distribution(an_sdist(name="pytest_handmade"), (), leaks=(Leak(member, "private-key", "-----"),))

    finds(ArchivesHoldNoCredentials(), released(sdist))


@pytest.mark.parametrize("member", ["id_ed25519", ".codex/auth.json", "home/.aws/credentials", ".git-credentials"])
def test_a_file_in_which_credentials_are_kept(member: str) -> None:
    finds(ArchivesHoldNoCredentials(), released(WHEEL, a_release_sdist(member)))


def test_a_file_that_does_not_open() -> None:
    cannot_tell(ArchivesHoldNoCredentials(), released(a_broken_wheel()))
    cannot_tell(TestsHoldNoCredentials(), released(a_broken_wheel()))
    finds(ArchivesHoldNoCredentials(), released(a_broken_wheel(), leaking("a.py", "index-token")))
