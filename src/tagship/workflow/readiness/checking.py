"""Is the branch ready? Which checks are asked of it, which are not and why, and how their findings are told."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from types import MappingProxyType

from tagship.checks.catalogue.branch import BRANCH
from tagship.checks.engine import Check, Onlooker, examine
from tagship.checks.telling import EXAMPLE
from tagship.checks.trials import custom
from tagship.domain.branch import BranchFacts
from tagship.domain.changelog import Changelog
from tagship.domain.config import Config
from tagship.domain.finding import Finding, Outcome, Report, Verdict
from tagship.errors import AtRef, ConfigError, Edit, InCommit, InFile, Run, TagshipError, UsageError, Where
from tagship.workflow.lapse import with_lapsed
from tagship.workflow.readiness.ahead import SLOW, Ahead
from tagship.workflow.readiness.ways import Role

FEW = 2
"""How many checks a verdict names."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What whoever runs the command wants asked, and what not; `only` empty means everything."""

    fast: bool = False
    offline: bool = False
    confirm_jump: bool = False
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()


def family(config: Config) -> tuple[Check[BranchFacts], ...]:
    """The checks of a branch: ours in their order, then the project's own."""
    return (*BRANCH, *map(custom, config.checks))


def chosen(config: Config, scope: Scope) -> tuple[Check[BranchFacts], ...]:
    """Those that are told in the report; raises UsageError for an id that no check of a branch has."""
    asked = family(config)
    known = [check.id for check in asked]
    for option, ids in (("--only", scope.only), ("--skip", scope.skip)):
        for wanted in ids:
            if wanted not in known:
                near = get_close_matches(wanted, known, n=1)
                hint = f"did you mean {near[0]}?" if near else "the ids are " + ", ".join(known)
                raise UsageError(f"{option}: no check of a branch is called {wanted!r}", remedy=Edit(hint))
    return tuple(check for check in asked if not scope.only or check.id in scope.only)


def check(facts: Ahead, scope: Scope, *, onlooker: Onlooker | None = None) -> Report:
    """A verdict for every check of the branch.

    Raises UsageError for an id that there is not, and ConfigError for a project whose own files are broken.
    """
    started = time.monotonic()
    asked = chosen(facts.config, scope)
    _prove_readable(facts)
    today = datetime.now(tz=UTC).date()
    facts.settle()
    excused = _excused(asked, facts, scope, facts.config.excused(today))
    facts.begin(excused, [each.id for each in asked], fast=scope.fast)
    lapsed = facts.config.lapsed(today)

    def reworded(verdict: Verdict) -> Verdict:
        return with_lapsed(told_of_a_branch(verdict, facts), lapsed)

    verdicts = examine(asked, facts, excused=excused, reworded=reworded, onlooker=onlooker)
    return Report(
        command="check",
        project=_known(facts, "project_name"),
        version=_known(facts, "version"),
        tag=_tag(facts),
        commit=_known(facts, "head"),
        verdicts=verdicts,
        seconds=time.monotonic() - started,
        left_out=tuple(_left_out(asked, excused, scope, facts.config)),
    )


def _prove_readable(facts: Ahead) -> None:
    """Raise ConfigError where the project's own files are broken, of which nothing else could be told then.

    A changelog that the configuration names and that is not there is such a thing, as it is for every other command.
    """
    try:
        facts.head_project  # noqa: B018 -- looked up for what it raises
        if facts.config.changelog is not None:
            facts.changelog  # noqa: B018 -- as above
    except ConfigError:
        raise
    except TagshipError:
        return  # what cannot be read here is told by each check that asks for it


def _excused(
    asked: Sequence[Check[BranchFacts]], facts: Ahead, scope: Scope, configured: Mapping[str, str]
) -> Mapping[str, str]:
    """The checks that are not asked, each with its reason; what the project decided is told before all else."""
    jump = ("version-is-one-step-up", "version-is-one-step-above-main") if scope.confirm_jump else ()
    needs_network = [each.id for each in asked if "network" in each.needs]
    return MappingProxyType(
        {
            **facts.excuses(),
            **dict.fromkeys(jump, "confirmed with --confirm-jump"),
            **dict.fromkeys(needs_network if scope.offline else (), "--offline was given"),
            **dict.fromkeys(SLOW if scope.fast else (), "--fast was given"),
            **dict.fromkeys(scope.skip, "--skip was given"),
            **configured,
        }
    )


def _left_out(
    asked: Sequence[Check[BranchFacts]], excused: Mapping[str, str], scope: Scope, config: Config
) -> Iterable[str]:
    """What the verdict does not speak of, by the option that left it out."""
    if scope.only:
        yield f"--only asked {len(asked)} of {len(family(config))} checks"
    for option in ("--fast", "--offline", "--skip"):
        ids = [each.id for each in asked if excused.get(each.id) == f"{option} was given"]
        if ids:
            yield f"{option} left out {_in_short(ids)}"


_KINDS = MappingProxyType(
    {
        "tests-pass": "tests",
        "project-builds": "build",
        "distributions-are-valid": "build",
        "bump-fits-the-api": "the public API",
    }
)


def _in_short(ids: Sequence[str]) -> str:
    """What is not spoken of, in few words: the report has the names of all checks that were skipped."""
    kinds = [_KINDS[each] for each in _KINDS if each in ids]
    rest = [each for each in ids if each not in _KINDS]
    few = rest if len(rest) <= FEW else [f"{len(rest)} {'more ' if kinds else ''}checks"]
    return ", ".join(dict.fromkeys([*kinds, *few]))


def _tag(facts: Ahead) -> str | None:
    """The tag that the branch would become; None for one that releases nothing."""
    try:
        return facts.tag_name if facts.role is Role.RELEASE else None
    except TagshipError:
        return None


def _known(facts: Ahead, name: str) -> str | None:
    """A fact for the head of the report, or None where it cannot be had: the checks that ask for it say why."""
    try:
        return str(facts.project.name if name == "project_name" else getattr(facts, name))
    except TagshipError:
        return None


# -- how it is told ---------------------------------------------------------------------------------------------------


def told_of_a_branch(verdict: Verdict, facts: Ahead) -> Verdict:
    """A verdict of a check that may speak of a tag, as it is of a branch: files lie here, and no tag is there yet."""
    if not verdict.findings:
        return verdict
    findings = [replace(each, where=_here(each.where, facts)) for each in verdict.findings]
    remedy = REMEDIES.get(verdict.id)
    if remedy is not None and verdict.outcome is Outcome.FAILED:
        findings = [remedy(each, facts) for each in findings]
    return replace(verdict, findings=tuple(findings))


def _here(where: Where | None, facts: Ahead) -> Where | None:
    match where:
        case InCommit(commit, path, line) if commit == facts.head:
            return None if path is None else InFile(path, line)
        case AtRef(ref) if ref == facts.known_tag_name:
            source = facts.project.version_source
            return where if source.path is None else InFile(source.path, source.line)
        case _:
            return where


def _copies_fixed(finding: Finding, _facts: Ahead) -> Finding:
    remedy = Run(("tagship", "check", "--fix", "--only", "version-files-agree"))
    message = finding.message.replace("the tag says", "the project says")
    return replace(finding, message=message, remedy=remedy)


def _section_pasted(finding: Finding, facts: Ahead) -> Finding:
    """What rolls the notes into a section where there are any; else the lines to paste, and where."""
    changelog = facts.changelog
    if changelog is None:
        return finding
    if any(section.version is None and section.has_content for section in changelog.sections):
        return replace(finding, remedy=Run(("tagship", "prepare", str(facts.version))))
    pasted = _pasted(changelog, facts)
    return finding if pasted is None else replace(finding, where=pasted[0], remedy=pasted[1])


def _pasted(changelog: Changelog, facts: Ahead) -> tuple[InFile, Edit] | None:
    """Where a section for the version would go, and its lines in the style of the others; None where it is unclear."""
    from tagship.domain.changelog.editing import insert  # noqa: PLC0415 -- only who lacks a section needs it

    text = facts.changelog_texts.get(changelog.path)
    if text is None:
        return None
    told = f"- {EXAMPLE}"
    try:
        longer = insert(text, changelog, facts.version, facts.today, told, project=facts.project.name)
    except TagshipError:
        return None
    before, after = text.split("\n"), longer.split("\n")
    pairs = enumerate(zip(before, after, strict=False))
    first = next((number for number, (old, new) in pairs if old != new), len(before))
    added = [line for line in after[first : first + len(after) - len(before)] if line.strip()]
    lines = ", ".join(f"'{line}'" for line in added)
    return InFile(changelog.path, first + 1), Edit(f"add to {changelog.path} at line {first + 1}: {lines}")


def _in_the_project(finding: Finding, facts: Ahead) -> Finding:
    """The command where it works: in the project's own directory."""
    remedy = finding.remedy
    return replace(finding, remedy=replace(remedy, directory=facts.inside)) if isinstance(remedy, Run) else finding


REMEDIES = MappingProxyType(
    {
        "entry-is-written": _in_the_project,
        "project-builds": _in_the_project,
        "tests-pass": _in_the_project,
        "version-files-agree": _copies_fixed,
        "changelog-has-version": _section_pasted,
    }
)
"""By the id of a check that also speaks of tags, or knows no directories: what to do on a branch, and where."""
