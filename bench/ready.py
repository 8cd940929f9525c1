"""`tagship check --fast --offline` on a large project and on many packages, beside what the peers have for it.

`python -m bench.ready` runs this subject alone. Cold is the first run in a fresh clone, of tagship without bytecode;
what the system keeps of files in memory cannot be dropped without being root. Warm is every run after that.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from bench.large_repository import clone, make_large, make_packages
from bench.place import Environment, Place, run, surroundings
from bench.races import Contender, race
from bench.report import Machine, text
from bench.series import Goal, Result, Series, Standings, UnmeasurableError

ROUNDS = 10
COLD_ROUNDS = 3
MOST_SECONDS = 0.6
COUNTS = (50, 100, 200)
NOISE = 1.25
"""How much more than twice the time twice the packages may take before it is called more than linear."""
TAGSHIP = "tagship check --fast --offline"
ALIKE = "tagship check --only changelog-has-version"
"""What comes nearest to the question of `towncrier check`: whether the branch tells its news."""
TOWNCRIER_CHECK = "towncrier check"
ANSWERS = frozenset({0, 1})
"""Ready and blocked: both are an answer."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool and its nearest command; `settings` are the files that it needs, put into its own clone.

    `ends` are the exit codes of an answer.
    """

    distribution: str
    script: str
    words: tuple[str, ...]
    settings: Mapping[str, str]
    with_it: tuple[str, ...] = ()
    ends: Collection[int] = (0,)

    @property
    def title(self) -> str:
        """The command without what only this repository makes it need."""
        return " ".join((self.script, *self.words[:2]))


BUMP = '[tool.bumpversion]\ncurrent_version = "{version}"\nallow_dirty = true\n'
RELEASE = '[tool.semantic_release]\nversion_toml = ["pyproject.toml:project.version"]\n'
RELEASE += '[tool.semantic_release.branches.any]\nmatch = ".*"\n'
COMMITIZEN = '[tool.commitizen]\nname = "cz_conventional_commits"\nversion = "{version}"\ntag_format = "v$version"\n'
TOWNCRIER = '[tool.towncrier]\nname = "large"\npackage = "large"\npackage_dir = "src"\ndirectory = "newsfragments"\n'

PEERS = (
    Peer("bump-my-version", "bump-my-version", ("show-bump",), {".bumpversion.toml": BUMP}),
    Peer("python-semantic-release", "semantic-release", ("version", "--print"), {"pyproject.toml": RELEASE}),
    # It ends with 16 or 21 where no commit asks for a new version, which is its answer here.
    Peer("commitizen", "cz", ("bump", "--dry-run", "--yes"), {"pyproject.toml": COMMITIZEN}, ends=(0, 3, 16, 21)),
    Peer(
        "towncrier", "towncrier", ("check", "--compare-with", "origin/main"), {"towncrier.toml": TOWNCRIER}, ends=(0, 1)
    ),
    Peer("sp-repo-review", "repo-review", (".",), {}, with_it=("repo-review[cli]",), ends=(0, 3)),
)


def measure(place: Place, rounds: int | None) -> Result:
    """Race on the large project, then see how the time grows with the packages."""
    home = place.directory / "ready"
    home.mkdir()
    today = datetime.now().astimezone().date()
    remote = make_large(home / "large.git", today)
    large, missing = _against_peers(place, home, remote, rounds or ROUNDS)
    alike = _alike(large)
    cold = _cold("large project", place, home, lambda: remote)
    packages = {count: make_packages(home / f"packages-{count}.git", today, count=count).remote for count in COUNTS}
    cold_packages = _cold(f"{COUNTS[-1]} packages", place, home, lambda: packages[COUNTS[-1]], "--all")
    growth = _growth(place, home, packages, rounds or ROUNDS)
    ours = large.series[TAGSHIP].median
    goals = [Goal("seconds of a warm check of the large project", ours, MOST_SECONDS, " s")]
    theirs = [series.median for name, series in large if name not in {TAGSHIP, ALIKE}]
    if theirs:
        goals.append(Goal("warm check over the fastest peer", ours / min(theirs), 1.0, "x"))
    for less, more in pairwise(COUNTS):
        ratio = growth.series[_many(more)].over(growth.series[_many(less)])
        goals.append(Goal(f"{more} packages over {less}", ratio, more / less * NOISE, "x"))
    return Result((large, *alike, cold, cold_packages, growth), tuple(goals), tuple(missing))


def _alike(large: Standings) -> tuple[Standings, ...]:
    """Of the same race, the two that ask the same, with one as the measure of the other; none without towncrier."""
    found = {name: series for name, series in large if name == ALIKE or name.startswith(TOWNCRIER_CHECK)}
    peer = next((name for name in found if name != ALIKE), None)
    return () if peer is None else (Standings("one question: are the news told?", peer, found),)


def _many(count: int) -> str:
    return f"{count} packages"


def _against_peers(place: Place, home: Path, remote: Path, rounds: int) -> tuple[Standings, list[str]]:
    """The standings of all that could be installed and gave an answer, and why the others did not."""
    own = clone(remote, home / "large")
    contenders, missing = [_check(place.tagship, own), _one_question(place.tagship, own)], list[str]()
    for peer in PEERS:
        try:
            environment = place.environment(peer.distribution, peer.distribution, *peer.with_it)
            contender = _asked(peer, environment, clone(remote, home / f"large-{peer.distribution}"))
            contender.run()
        except UnmeasurableError as reason:
            missing.append(f"{peer.title}: {reason}")
        else:
            contenders.append(contender)
    return race("9,000 commits and files, warm", contenders, rounds), missing


def _check(environment: Environment, project: Path, *more: str, name: str = TAGSHIP) -> Contender:
    argv: list[str | Path] = [environment.script("tagship"), "-C", project, "check", "--fast", "--offline", *more]
    return Contender(name, _runner(argv, project, ends=ANSWERS))


def _one_question(environment: Environment, project: Path) -> Contender:
    words = ALIKE.split()[1:]
    argv: list[str | Path] = [environment.script("tagship"), "-C", project, *words, "--offline"]
    return Contender(ALIKE, _runner(argv, project, ends=ANSWERS))


def _asked(peer: Peer, environment: Environment, project: Path) -> Contender:
    """A peer in a clone of its own, which holds what the peer needs to know of the project."""
    version = next(
        line.split('"')[1]
        for line in (project / "pyproject.toml").read_text(encoding="utf-8").splitlines()
        if line.startswith("version = ")
    )
    for name, settings in peer.settings.items():
        path = project / name
        before = path.read_text(encoding="utf-8") + "\n" if path.exists() else ""
        path.write_text(before + settings.replace("{version}", version), encoding="utf-8")
    (project / "newsfragments").mkdir(exist_ok=True)
    return Contender(peer.title, _runner([environment.script(peer.script), *peer.words], project, ends=peer.ends))


def _runner(argv: Sequence[str | Path], project: Path, *, ends: Collection[int]) -> Callable[[], None]:
    env = surroundings()

    def start() -> None:
        run(argv, cwd=project, env=env, ends=ends)

    return start


def _cold(what: str, place: Place, home: Path, remote: Callable[[], Path], *more: str) -> Standings:
    """First runs, each in a clone of its own and without bytecode of tagship, beside the second runs there."""
    first: list[float] = []
    second: list[float] = []
    for number in range(COLD_ROUNDS):
        project = clone(remote(), home / f"cold-{len(more)}-{number}")
        for cache in place.tagship.path.rglob("__pycache__"):
            shutil.rmtree(cache)
        check = _check(place.tagship, project, *more)
        first.append(_seconds(check))
        second.append(_seconds(check))
        shutil.rmtree(project)
    series = {"second run": Series(tuple(second)), "first run in a fresh clone": Series(tuple(first))}
    return Standings(f"cold: {what}", "second run", series)


def _seconds(contender: Contender) -> float:
    started = time.perf_counter()
    contender.run()
    return time.perf_counter() - started


def _growth(place: Place, home: Path, remotes: Mapping[int, Path], rounds: int) -> Standings:
    contenders = [
        _check(place.tagship, clone(remote, home / f"packages-{count}"), "--all", name=_many(count))
        for count, remote in remotes.items()
    ]
    return race("check --fast --offline --all, warm", contenders, rounds)


def main() -> int:
    """Measure this subject alone and print it; 1 where tagship itself could not be measured."""
    machine = Machine.this()
    with tempfile.TemporaryDirectory(prefix="tagship-bench-", ignore_cleanup_errors=True) as directory:
        try:
            result = measure(Place(Path(directory)), None)
        except UnmeasurableError as reason:
            print(f"not measured: {reason}", file=sys.stderr)
            return 1
    sys.stdout.write(text(result, machine))
    return 0


if __name__ == "__main__":
    sys.exit(main())
