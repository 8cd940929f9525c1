"""What the formats agree on when they tell several packages: the rows and the last line."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tagship.domain.finding import Outcome, Readiness, Report, Verdict
from tagship.domain.workspace import PackageAtAGlance, Reports
from tagship.reports.verdicts import counted, failures, named, word

NONE = "-"
ROSTER = ("package", "directory", "version", "last tag", "tags", "requires")
PACKAGES = ("verdict", "package", "version", "why")
_WORDS = {Readiness.READY: "passed", Readiness.BLOCKED: "failed", Readiness.UNKNOWN: "unknown"}
_WHOLE = {Readiness.READY: "ready", Readiness.BLOCKED: "blocked", Readiness.UNKNOWN: "could not tell"}


def report_word(report: Report) -> str:
    """How a report ended, in the word of a check that ends so."""
    return _WORDS[report.readiness]


def report_line(report: Report) -> str:
    """One package with its version, and what stands in its way."""
    about = " ".join(filter(None, (report.project, report.version))) or "a package without a name"
    return ": ".join(filter(None, (about, _WHOLE[report.readiness], _told(report))))


def report_row(report: Report) -> tuple[str, ...]:
    """One package as a row under `PACKAGES`."""
    return (report.readiness.value, report.project or NONE, report.version or NONE, _told(report) or NONE)


def _told(report: Report) -> str:
    """What is in the way, else how many warnings and notes there are, which `--package` shows."""
    minor = Counter(word(verdict) for verdict in failures(report) if not verdict.blocks)
    hints = [counted(minor[name], name) for name in ("warning", "note") if minor[name]]
    return ", ".join(_in_the_way(report)) or ", ".join(hints)


def _in_the_way(report: Report) -> tuple[str, ...]:
    """The checks that block, and those that leave the question open."""
    return tuple(verdict.id for verdict in report.verdicts if verdict.blocks or verdict.leaves_open)


@dataclass(frozen=True, slots=True)
class Shared:
    """What several packages lack alike, word for word, and is therefore told once; `report` holds nothing else."""

    packages: tuple[str, ...]
    report: Report


def shared(reports: Sequence[Report]) -> tuple[Shared, ...]:
    """What failed or is unknown in more than one report, gathered by the packages that it holds for."""
    holders: dict[Verdict, list[str]] = {}
    for report in reports:
        for verdict in filter(_is_to_be_told, report.verdicts):
            holders.setdefault(verdict, []).append(report.project or NONE)
    groups: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict, names in holders.items():
        if len(names) > 1:
            groups.setdefault(tuple(names), []).append(verdict)
    return tuple(Shared(names, _anonymous(reports[0], verdicts)) for names, verdicts in groups.items())


def alone(report: Report, told: Iterable[Shared]) -> Report:
    """A report without what is told of several packages at once."""
    elsewhere = frozenset(verdict for each in told for verdict in each.report.verdicts)
    return replace(report, verdicts=tuple(verdict for verdict in report.verdicts if verdict not in elsewhere))


def tells_more(report: Report) -> bool:
    """Whether anything in a report failed or is unknown."""
    return any(map(_is_to_be_told, report.verdicts))


def shared_by(packages: Sequence[str], value: Reports) -> str:
    """The packages that something holds for: the first few, or that it is all of them."""
    names = named(packages)
    return f"all {len(packages)} packages" if names.endswith(" more") and len(packages) == len(value.reports) else names


def _is_to_be_told(verdict: Verdict) -> bool:
    return verdict.outcome in {Outcome.FAILED, Outcome.UNKNOWN}


def _anonymous(report: Report, verdicts: Sequence[Verdict]) -> Report:
    return replace(report, project=None, version=None, tag=None, verdicts=tuple(verdicts), left_out=())


def reports_headline(value: Reports) -> str:
    """The verdict over all packages, and what it does not speak of."""
    said = _verdict(value)
    left_out = dict.fromkeys(part for report in value.reports for part in report.left_out)
    return "; ".join((said, *left_out))


def _verdict(value: Reports) -> str:
    counts = Counter(report.readiness for report in value.reports)
    every = counted(len(value.reports), "package")
    if not value.reports:
        return f"{_WHOLE[value.readiness]}: nothing of any package is changed"
    match value.readiness:
        case Readiness.READY:
            return f"ready: {every}"
        case Readiness.BLOCKED:
            return f"blocked: {counts[Readiness.BLOCKED]} of {every}"
        case Readiness.UNKNOWN:
            return f"could not tell: {counts[Readiness.UNKNOWN]} of {every}"


def reports_tally(value: Reports) -> str:
    """How many packages ended how, how many were left alone, and in how many seconds."""
    counts = Counter(report.readiness for report in value.reports)
    parts = [f"{counts[each]} {each.value}" for each in Readiness if counts[each]]
    if value.left_alone:
        parts.append(f"{len(value.left_alone)} not changed")
    every = counted(len(value.reports) + len(value.left_alone), "package")
    return f"{every}: {', '.join([*parts, f'{value.seconds:.1f} s'])}"


def roster_row(package: PackageAtAGlance) -> tuple[str, ...]:
    """One package as a row under `ROSTER`."""
    return (
        package.name,
        package.path or ".",
        package.version or NONE,
        package.last_tag or NONE,
        package.tag_format,
        ", ".join(package.requires) or NONE,
    )


def roster_sentence(package: PackageAtAGlance) -> str:
    """One package as a line of words, for where a table has no room."""
    row = roster_row(package)
    return ", ".join(f"{label} {cell}" for label, cell in zip(ROSTER[1:], row[1:], strict=True))
