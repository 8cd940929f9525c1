"""`validate` without trying anything out, against the two tools that people run in its place, on real packages."""

import json
from dataclasses import dataclass
from pathlib import Path

from bench.index import RunningIndex
from bench.place import Environment, Place, run
from bench.races import Contender, race
from bench.series import Goal, Result, UnmeasurableError

ROUNDS = 5
PACKAGES = ("attrs", "click", "flask", "idna", "jinja2", "packaging", "pluggy", "requests", "rich", "urllib3")
OTHERS = "twine check --strict, check-wheel-contents"
NOT_SLOWER = 1.0
READY, BLOCKED, UNKNOWN = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Release:
    """The files of one package in a directory of their own."""

    directory: Path

    @property
    def wheels(self) -> list[Path]:
        return sorted(self.directory.glob("*.whl"))

    @property
    def files(self) -> list[Path]:
        return sorted(self.directory.iterdir())


def measure(place: Place, rounds: int | None) -> Result:
    """Race one call per package against two calls per package; every tool sees every file."""
    releases, missing = _download(place)
    others = place.environment("checkers", "twine", "check-wheel-contents")
    script = place.tagship.script("tagship")
    standings = race(
        f"validating {len(releases)} packages, {sum(len(release.files) for release in releases)} files",
        [
            Contender(OTHERS, lambda: _check_with_others(others, releases)),
            Contender("tagship validate --no-install", lambda: _validate(script, releases)),
        ],
        rounds or ROUNDS,
    )
    ratio = standings.ratio("tagship validate --no-install")
    ours, theirs, otherwise = _complaints(place, others, script)
    told = f"bad files that tagship tells of; the others tell of {theirs}, of which {otherwise} are judged otherwise"
    goals = (
        Goal(f"tagship validate against {OTHERS}", ratio, NOT_SLOWER, "x"),
        Goal(told, ours, theirs - otherwise, at_least=True),
    )
    return Result((standings,), goals, missing)


def _complaints(place: Place, others: Environment, script: Path) -> tuple[int, int, int]:
    """Of how many bad files we complain, of how many the others do, and which number of these is no matter to us."""
    directory = place.directory / "bad"
    otherwise = int(run([place.tagship.python, "-m", "bench.complaints", directory]))
    ours = theirs = 0
    with RunningIndex(place.tagship) as index:
        # An index that has seen nothing of the project, so that nothing in the files is excused by what came before.
        where = ("--index", index.address.simple, "--upload-url", index.address.upload)
        for release in (Release(path) for path in sorted(directory.iterdir())):
            words = ("validate", "--no-install", "--json", *where)
            report = json.loads(run([script, *words, release.directory], ends=(READY, BLOCKED, UNKNOWN)))
            ours += any(check["outcome"] == "failed" for check in report["checks"])
            theirs += _others_complain(others, release)
    return ours, theirs, otherwise


def _others_complain(others: Environment, release: Release) -> bool:
    commands: list[list[str | Path]] = [[others.script("twine"), "check", "--strict", *release.files]]
    if release.wheels:
        commands.append([others.script("check-wheel-contents"), "--no-config", *release.wheels])
    return any(_ends_badly(command) for command in commands)


def _ends_badly(command: list[str | Path]) -> bool:
    try:
        run(command)
    except UnmeasurableError:
        return True
    return False


def _validate(script: Path, releases: list[Release]) -> None:
    # Offline, as the others are: what the index would have to tell is left unknown.
    words = ("validate", "--no-install", "--offline")
    for release in releases:
        run([script, *words, release.directory], ends=(READY, BLOCKED, UNKNOWN))


def _check_with_others(others: Environment, releases: list[Release]) -> None:
    for release in releases:
        run([others.script("twine"), "check", "--strict", *release.files], ends=(READY, BLOCKED))
        run([others.script("check-wheel-contents"), *release.wheels], ends=(READY, BLOCKED))


def _download(place: Place) -> tuple[list[Release], tuple[str, ...]]:
    """The latest wheel and sdist of each package; raises UnmeasurableError where there is not one whole release."""
    downloader = place.environment("downloader", "pip")
    releases: list[Release] = []
    missing: list[str] = []
    for name in PACKAGES:
        release = Release(place.directory / "packages" / name)
        pip: list[str | Path] = [
            downloader.python,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            release.directory,
        ]
        try:
            run([*pip, "--only-binary", ":all:", name])
            run([*pip, "--no-binary", name, name])
        except UnmeasurableError as reason:
            missing.append(f"validating {name}: {reason}")
        else:
            releases.append(release)
    if not releases:
        raise UnmeasurableError("\n  ".join(["no package can be downloaded:", *missing]))
    return releases, tuple(missing)
