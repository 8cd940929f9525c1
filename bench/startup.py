"""What every call costs: `--version` and `--help`, against a bare interpreter and what others start with."""

from dataclasses import dataclass
from pathlib import Path

from bench.place import Environment, Place, run, surroundings
from bench.races import Contender, race
from bench.series import Goal, Result, UnmeasurableError

ROUNDS = 20
BARE_STARTS = 2.5
FEWEST_PEERS = 5
BARE = "bare interpreter"


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool of the trade; `version` is how it is asked for its own, None for one that cannot tell."""

    distribution: str
    script: str
    version: str | None = "--version"


PEERS = (
    Peer("twine", "twine"),
    Peer("python-semantic-release", "semantic-release"),
    Peer("bump-my-version", "bump-my-version"),
    Peer("zest.releaser", "fullrelease", version=None),
    Peer("towncrier", "towncrier"),
    Peer("commitizen", "cz", version="version"),
)


def measure(place: Place, rounds: int | None) -> Result:
    """Race the start of tagship against the others'."""
    installed, missing = _install(place)
    tagship = place.tagship
    bare = _contender(BARE, tagship.python, "-c", "pass")
    script = tagship.script("tagship")
    versions = [
        _contender(peer.distribution, environment.script(peer.script), peer.version)
        for peer, environment in installed
        if peer.version is not None
    ]
    helps = [
        _contender(peer.distribution, environment.script(peer.script), "--help") for peer, environment in installed
    ]
    count = rounds or ROUNDS
    by_version = race("--version", [bare, _contender("tagship", script, "--version"), *versions], count)
    by_help = race("--help", [bare, _contender("tagship", script, "--help"), *helps], count)
    goal = Goal("tagship --version in bare interpreter starts", by_version.ratio("tagship"), BARE_STARTS, "x")
    return Result((by_version, by_help), (goal,), tuple(missing))


def _install(place: Place) -> tuple[list[tuple[Peer, Environment]], list[str]]:
    """The peers that install; raises UnmeasurableError where they are too few for a comparison."""
    installed: list[tuple[Peer, Environment]] = []
    missing: list[str] = []
    for peer in PEERS:
        try:
            installed.append((peer, place.environment(peer.distribution, peer.distribution)))
        except UnmeasurableError as reason:
            missing.append(f"start-up of {peer.distribution}: {reason}")
    if len(installed) < FEWEST_PEERS:
        raise UnmeasurableError("\n  ".join(["fewer than five peers install:", *missing]))
    return installed, missing


def _contender(name: str, *argv: str | Path) -> Contender:
    env = surroundings()

    def start() -> None:
        run(argv, env=env)

    return Contender(name, start)
