"""The gate in a repository of the size of a busy project's: 9,000 commits, 280 tags, all of them published."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gate.asking import Answer, ask
from history import COMMITS, TAGS, Made, make_history
from servers.handmade import make_wheel
from tagship.domain.overview import Stage
from tagship.rehearsal.index import StandInIndex
from tagship.workflow.telling.status import status
from tagship.workflow.workplace import Wishes, Workplace

MOST_PROCESSES = 10
SAMPLE = 71


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_history(tmp_path_factory.mktemp("scale") / "project")


@pytest.fixture(scope="module")
def published(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandInIndex]:
    """Every version was published five minutes after its commit."""
    folder = tmp_path_factory.mktemp("files")
    listed = made.repo.git("for-each-ref", "--format=%(refname:lstrip=2) %(creatordate:unix)", "refs/tags")
    with StandInIndex() as index:
        for line in listed.splitlines():
            tag, seconds = line.split()
            at = datetime.fromtimestamp(int(seconds), UTC) + timedelta(minutes=5)
            index.seed(make_wheel(folder, version=tag.removeprefix("v")), at=at)
        yield index


def surprises(made: Made, tag: str, answer: Answer) -> list[str]:
    """Verdicts that stand in the way, but for those that the tag deserves.

    A lightweight tag does not tell when it was made, so that the releases after it may count as well.
    """
    found = {*answer.blockers, *answer.warnings, *answer.unknown}
    if made.repo.git("cat-file", "-t", f"refs/tags/{tag}") == "commit":
        return sorted({"tag-is-annotated"} - found)
    return sorted(found ^ ({"main-has-the-entry"} if tag in made.on_the_line else set()))


def test_the_repository_has_the_size_it_claims(made: Made) -> None:
    assert int(made.repo.git("rev-list", "--all", "--count")) == COMMITS
    assert len(made.repo.git("tag").splitlines()) == len(made.tags) == TAGS
    assert made.repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("tag", ["v5.5.5", "v1.7.25", "v3.1.3"])
def test_one_gate_costs_few_processes(
    tag: str, made: Made, published: StandInIndex, commands: Callable[[], list[str]]
) -> None:
    answer = ask(made.repo, published, tag)

    assert surprises(made, tag, answer) == []
    assert len(commands()) <= MOST_PROCESSES


def test_status_costs_few_processes(made: Made, published: StandInIndex, commands: Callable[[], list[str]]) -> None:
    with Workplace(made.repo.path, environ={}, wishes=Wishes(index=published.endpoints)) as place:
        seen = status(place)

    assert {version.stage for version in seen.versions} == {Stage.PUBLISHED}
    assert seen.next is None
    assert len(commands()) <= MOST_PROCESSES


def test_a_clone_of_ci_gets_what_it_needs_in_one_fetch(
    made: Made, published: StandInIndex, commands: Callable[[], list[str]]
) -> None:
    checkout = made.repo.checkout_like_ci("like-ci", "v5.5.5")
    commands()

    answer = ask(checkout, published, "v5.5.5")

    assert answer.verdict == "ready"
    assert commands().count("fetch") == 1
    assert len([name for name in checkout.references() if name.startswith("refs/tags/")]) == TAGS


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_release_of_years_passes_its_own_gate(made: Made, published: StandInIndex) -> None:
    """Those of the maintenance line as well, though higher versions were tagged and published long before."""
    every = len(made.on_main) // (SAMPLE - len(made.on_the_line))
    tags = [*made.on_main[::every], *made.on_the_line][-SAMPLE:]

    surprised = {tag: found for tag in tags if (found := surprises(made, tag, ask(made.repo, published, tag)))}

    assert surprised == {}
    assert len(tags) == SAMPLE
