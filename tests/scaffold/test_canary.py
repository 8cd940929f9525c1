"""When the canary flies, and with what."""

import re
from dataclasses import replace

from scaffold.adoptions import ADOPTIONS, SEVERAL, TRUSTED, UNITTEST, UV
from scaffold.reading import jobs, parsed, workflows
from tagship.domain.adoption import Adoption
from tagship.scaffold.github.canary import DAYS, HOURS, MINUTES, canary, cron


def scripts(adoption: Adoption) -> str:
    return str(jobs(parsed(workflows(adoption)["canary.yml"])))


def test_it_flies_once_a_week_and_never_at_the_full_hour() -> None:
    flights = {cron(f"someone/project-{number}") for number in range(300)}

    assert len(flights) > 150
    for flight in flights:
        minute, hour, *days = flight.split(" ")
        assert int(minute) in MINUTES
        assert int(hour) in HOURS
        assert days[:2] == ["*", "*"]
        assert int(days[2]) in DAYS


def test_it_flies_when_it_always_did() -> None:
    """As the host spells the name, in whatever case: a repository keeps its time."""
    assert cron("Someone/Demo") == cron("someone/demo")
    assert cron("someone/demo") != cron("someone/other")


def test_a_project_without_a_repository_has_a_time_too() -> None:
    assert f'cron: "{cron("demo")}"' in canary(replace(TRUSTED, repository=None)).blocks["canary"]


def test_everything_is_as_new_as_it_gets() -> None:
    assert "uv pip compile --quiet --universal --upgrade" in scripts(TRUSTED)
    assert "uv lock --upgrade" in scripts(replace(TRUSTED, tests=UV))
    assert "as new as it gets" not in scripts(replace(TRUSTED, tests=UNITTEST))


def test_every_package_is_built() -> None:
    told = canary(replace(TRUSTED, packages=SEVERAL)).blocks["build"]

    assert "check --all --only project-builds --only distributions-are-valid" in told
    assert re.findall(r'"\$RUNNER_TEMP/built" (\S+)', told) == ["packages/core", "packages/app"]


def test_what_cannot_be_tested_is_built_all_the_same() -> None:
    assert set(jobs(parsed(workflows(ADOPTIONS["pure, no tests known"])["canary.yml"]))) == {
        "build",
        "failed",
        "mended",
    }
