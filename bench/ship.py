"""From a pushed tag to a proved release, against the three commands that build, look and send."""

import json
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench.index import RunningIndex
from bench.place import Environment, Place, run, surroundings
from bench.races import Contender, race
from bench.series import Goal, Result

ROUNDS = 5
PROJECTS = ("sample", "hatchling")
INSTALLERS = ("uv", "pip")
TIMES_FASTER_THAN_PIP = 3.0
BY_HAND = ("build", "twine", "uv", "pip")


class Course:
    """One contender's clone and index, both new in every round, so that nothing is there already."""

    def __init__(self, name: str, made: dict[str, str], home: Path, index: RunningIndex) -> None:
        self.clone = home / name
        self.index = index
        self.tag = made["tag"]
        self._remote = made["remote"]

    def reset(self) -> None:
        self.index.renew()
        shutil.rmtree(self.clone, ignore_errors=True)
        run(["git", "clone", "--quiet", self._remote, self.clone])

    def ship(self, tagship: Environment) -> None:
        """Gate, credential, build, validation, upload and proof."""
        address = self.index.address
        where = ["--index", address.simple, "--upload-url", address.upload, "--auth", "token"]
        run(
            [tagship.script("tagship"), "ship", self.tag, "--yes", *where],
            cwd=self.clone,
            env=surroundings(TAGSHIP_TOKEN=address.token),
        )

    def by_hand(self, tools: Environment, installer: str) -> None:
        """Build, check and upload, with nothing looked at before and nothing proved after."""
        address = self.index.address
        login = surroundings(TWINE_USERNAME="__token__", TWINE_PASSWORD=address.token)
        run([tools.python, "-m", "build", "--installer", installer], cwd=self.clone)
        files = sorted((self.clone / "dist").iterdir())
        twine: tuple[str | Path, ...] = (tools.python, "-m", "twine")
        run([*twine, "check", "--strict", *files], cwd=self.clone)
        upload = ("upload", "--non-interactive", "--disable-progress-bar", "--repository-url", address.upload)
        run([*twine, *upload, *files], cwd=self.clone, env=login)


def measure(place: Place, rounds: int | None) -> Result:
    """Race `ship` against the three commands for each project."""
    tools = place.environment("tools", *BY_HAND)
    results = [_measure(kind, place, tools, rounds or ROUNDS) for kind in PROJECTS]
    return sum(results, Result())


def _measure(kind: str, place: Place, tools: Environment, rounds: int) -> Result:
    tagship = place.tagship
    home = place.directory / kind
    made: dict[str, str] = json.loads(run([tagship.python, "-m", "bench.projects", kind, home]))
    with ExitStack() as stack:

        def contender(name: str, work: Callable[[Course], None]) -> Contender:
            folder = name.replace(" ", "-").replace(",", "")
            course = Course(folder, made, home, stack.enter_context(RunningIndex(tagship)))
            return Contender(name, lambda: work(course), prepare=course.reset)

        by_hand = [
            contender(f"build, twine check, upload ({each})", partial(Course.by_hand, tools=tools, installer=each))
            for each in INSTALLERS
        ]
        ours = contender("tagship ship", partial(Course.ship, tagship=tagship))
        standings = race(f"shipping the {kind} project", [*by_hand, ours], rounds)
    with_uv, with_pip = (standings.series[each.name] for each in by_hand)
    mine = standings.series["tagship ship"]
    return Result(
        (standings,),
        (
            Goal(f"ship of the {kind} project against the three commands with uv", mine.over(with_uv), 1.0, "x"),
            Goal(
                f"the three commands with pip against ship of the {kind} project",
                with_pip.over(mine),
                TIMES_FASTER_THAN_PIP,
                "x",
                at_least=True,
            ),
        ),
    )
