"""What thousands of people install passes: a finding that blocks is explained, or it is a false alarm."""

import pytest
from bench.known_packages import EXPLAINED, PACKAGES, Judged, UnreachableError, judge_all, table

MOST_SECONDS = 1200


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Judged, ...]:
    try:
        return judge_all(tmp_path_factory.mktemp("known"))
    except UnreachableError as reason:
        pytest.skip(f"the registry cannot be reached: {reason}")


@pytest.mark.slow
@pytest.mark.timeout(MOST_SECONDS)
def test_no_well_known_package_raises_a_false_alarm(judged: tuple[Judged, ...]) -> None:
    wrong = [each for each in judged if each.false_alarms]

    assert wrong == [], table(wrong)


@pytest.mark.slow
@pytest.mark.timeout(MOST_SECONDS)
def test_there_are_enough_of_them(judged: tuple[Judged, ...]) -> None:
    assert len(judged) == len(PACKAGES) >= 40
    assert sum(len(each.files) for each in judged) >= 70


def test_every_explanation_is_of_a_package_that_is_looked_at() -> None:
    assert {package for package, _ in EXPLAINED} <= set(PACKAGES)
