"""`python -m bench.known_packages`: what tagship says of distributions that thousands of people install.

Every finding of a severity that blocks is a false alarm until EXPLAINED says why it is right.
"""

import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from packaging.tags import sys_tags
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from tagship.adapters.http import HttpClient
from tagship.adapters.index import PackageIndex
from tagship.checks import ARTIFACTS, INSTALLS
from tagship.checks.engine import examine
from tagship.domain.artifact import ServedFile
from tagship.domain.config import Config
from tagship.domain.endpoints import PYPI
from tagship.domain.facts import Index
from tagship.domain.finding import Outcome, Verdict
from tagship.errors import FactUnknown, TagshipError
from tagship.workflow.files.built import Built

PACKAGES = (
    "aiohttp", "attrs", "black", "boto3", "botocore", "certifi", "cffi", "click", "cryptography", "django",
    "docutils", "fastapi", "flask", "flit-core", "hatchling", "httpx", "idna", "jinja2", "jsonschema", "lxml",
    "markupsafe", "mypy", "numpy", "packaging", "pillow", "pip", "poetry-core", "protobuf", "psutil", "pydantic",
    "pydantic-core", "pygments", "pytest", "python-dateutil", "pyyaml", "requests", "rich", "ruamel.yaml",
    "setuptools", "six", "sphinx", "sqlalchemy", "starlette", "tox", "tqdm", "trove-classifiers", "twine", "urllib3",
    "virtualenv", "wheel",
)  # fmt: skip
WHEEL_ONLY = frozenset({"cryptography", "mypy", "numpy", "pillow", "pydantic-core", "tox", "virtualenv"})
"""Packages whose sdist is large, or holds another language's sources: the others tell as much."""
EXPLAINED: dict[tuple[str, str], str] = {
    ("twine", "archives-hold-no-credentials"): "its tests spell out a token of TestPyPI, over five lines",
    ("psutil", "wheels-match-the-sdist"): "__init__.py of the wheel names STATUS_LOCKED twice, that of the sdist once",
}
"""By package and check, why a blocking finding is right; the files were published before anybody checked that."""
NOT_ASKED = "what was released before is not looked at here"
RANKS = {tag: rank for rank, tag in enumerate(sys_tags())}
"""The tags of wheels that run here, the closest first."""


class UnreachableError(RuntimeError):
    """No registry answers; the message says who was asked for what."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One package: its files, and the verdicts that are no pass."""

    package: str
    files: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def blocking(self) -> tuple[Verdict, ...]:
        """What would have stopped a release or left it open, explained or not."""
        return tuple(verdict for verdict in self.verdicts if verdict.blocks or verdict.leaves_open)

    @property
    def false_alarms(self) -> tuple[Verdict, ...]:
        """What would have stopped a release, and nobody explained."""
        return tuple(verdict for verdict in self.blocking if (self.package, verdict.id) not in EXPLAINED)


def fetch(package: str, directory: Path, index: PackageIndex) -> None:
    """Download the newest wheel for this machine and its sdist; raises UnreachableError without a wheel."""
    try:
        files = [file for file in index.page(package).files if not file.yanked and _is_final(file)]
        wheel = max((file for file in files if file.filename.endswith(".whl")), key=_fitness, default=None)
        if wheel is None or _fitness(wheel)[0] is False:
            raise UnreachableError(f"{package}: there is no wheel for this machine")
        wanted = [wheel] if package in WHEEL_ONLY else [wheel, *_sdists(files, wheel)]
        for file in wanted:
            index.download(file.url, directory / file.filename, _silent)
    except TagshipError as error:
        raise UnreachableError(f"{package}: {error}") from error


def _is_final(file: ServedFile) -> bool:
    return file.version is not None and not file.version.is_prerelease


def _fitness(wheel: ServedFile) -> tuple[bool, Version, int]:
    """What installers go by: whether it runs here, then the version, then how closely its tags fit."""
    _, version, _, tags = parse_wheel_filename(wheel.filename)
    ranks = [RANKS[tag] for tag in tags if tag in RANKS]
    return bool(ranks), version, -min(ranks, default=0)


def _sdists(files: Sequence[ServedFile], wheel: ServedFile) -> Sequence[ServedFile]:
    return [file for file in files if file.version == wheel.version and file.filename.endswith(".tar.gz")]


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def _no_index() -> Index:
    raise FactUnknown(NOT_ASKED)


def judge(package: str, directory: Path) -> Judged:
    """Ask every check that needs no environment."""
    facts = Built(directory, Config(), index=_no_index)
    checks = [check for check in ARTIFACTS if check not in INSTALLS and "network" not in check.needs]
    verdicts = examine(checks, facts, excused={})
    told = tuple(
        each
        for each in verdicts
        if each.outcome is Outcome.FAILED or (each.outcome is Outcome.UNKNOWN and each.reason != NOT_ASKED)
    )
    return Judged(package, tuple(found.artifact.filename for found in facts.distributions), told)


def judge_all(directory: Path, packages: Sequence[str] = PACKAGES) -> tuple[Judged, ...]:
    """Fetch and judge each package, below `directory`; what is there already is not fetched again."""

    def one(package: str) -> Judged:
        place = directory / package
        if not place.is_dir():
            place.mkdir(parents=True)
            fetch(package, place, index)
        return judge(package, place)

    with HttpClient() as http, ThreadPoolExecutor(2) as workers:
        index = PackageIndex(PYPI, http)
        return tuple(workers.map(one, packages))


def table(judged: Sequence[Judged]) -> str:
    """Package, files, verdict, one line each, and the findings below."""
    lines = [f"{'package':<20} {'files':<6} verdict"]
    for each in judged:
        verdict = "passed" if not each.blocking else "explained" if not each.false_alarms else "FALSE ALARM"
        lines.append(f"{each.package:<20} {len(each.files):<6} {verdict}")
        lines += [f"    {found.severity.value} {found.id}: {_words(found)}" for found in each.verdicts]
        lines += [
            f"    right, for {EXPLAINED[each.package, found.id]}"
            for found in each.blocking
            if (each.package, found.id) in EXPLAINED
        ]
    wrong = sum(bool(each.false_alarms) for each in judged)
    files = sum(len(each.files) for each in judged)
    return "\n".join([*lines, "", f"{len(judged)} packages, {files} files, {wrong} with false alarms"])


def _words(verdict: Verdict) -> str:
    return verdict.findings[0].message if verdict.outcome is Outcome.FAILED else f"unknown: {verdict.reason}"


def main(words: Sequence[str]) -> int:
    """Print the table; the one argument is a directory to keep the files in."""
    with tempfile.TemporaryDirectory(prefix="known-packages-") as temporary:
        try:
            judged = judge_all(Path(words[0] if words else temporary))
        except UnreachableError as reason:
            print(reason, file=sys.stderr)
            return 1
    print(table(judged))
    return 1 if any(each.false_alarms for each in judged) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
