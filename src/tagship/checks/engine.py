"""Runs checks over facts and gives each its verdict: the one place where configuration meets findings."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import ClassVar, Never, Protocol, TypeVar, runtime_checkable

from tagship.domain.finding import Finding, NotApplicable, Outcome, Severity, Verdict
from tagship.errors import Edit, TagshipError

MOST_FINDINGS = 100
"""Findings of one check that are told; of more, only the number."""
LONGEST_TEXT = 4000
"""Characters of a message or a remedy."""

FactsT = TypeVar("FactsT")
AskedT_contra = TypeVar("AskedT_contra", contravariant=True)


class Check(Protocol[AskedT_contra]):
    """One rule over the facts of its family, as a class whose attributes are its words.

    `id` is the good state in kebab-case, `title` a sentence that is true when the check passes, `why`
    and `fix` full sentences. `run` yields what is wrong; it knows neither configuration nor outcome nor
    format. It raises NotApplicable where it has nothing to look at, and may raise FactUnknown after what it found:
    what was found stands.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    why: ClassVar[str]
    fix: ClassVar[str]
    severity: ClassVar[Severity]
    needs: ClassVar[frozenset[str]]

    def run(self, facts: AskedT_contra) -> Iterator[Finding]:
        """Yield every finding; nothing to yield is a pass."""


@runtime_checkable
class Remarked(Protocol[AskedT_contra]):
    """A check with something to say beside a pass: where it looked, or what the pass does not prove."""

    def remark(self, facts: AskedT_contra) -> str | None:
        """What stands as the reason beside a pass; None where there is nothing to say."""


AnyCheck = Check[Never]
"""A check of whatever family, to be described and not to be asked."""
Onlooker = Callable[[Verdict], None]


def examine(
    checks: Iterable[Check[FactsT]],
    facts: FactsT,
    *,
    excused: Mapping[str, str],
    offline: bool = False,
    reworded: Callable[[Verdict], Verdict] | None = None,
    onlooker: Onlooker | None = None,
) -> tuple[Verdict, ...]:
    """A verdict for every check, in order; `onlooker` hears each as soon as it is there.

    `excused` maps the id of a check to the reason why it is not asked. A check that needs the network never passes
    when `offline`; facts ask nobody then, so that it may still be inapplicable. An error in one check is that check's
    unknown and hides no other verdict; neither does it hide what the check found before. `reworded` tells a verdict as
    those need it who ask the checks of another family.
    """
    verdicts: list[Verdict] = []
    for check in checks:
        verdict = _examine(check, facts, excused=excused, offline=offline)
        verdict = verdict if reworded is None else reworded(verdict)
        verdicts.append(verdict)
        if onlooker is not None:
            onlooker(verdict)
    return tuple(verdicts)


def _examine(check: Check[FactsT], facts: FactsT, *, excused: Mapping[str, str], offline: bool) -> Verdict:
    if check.id in excused:
        return verdict_on(check, Outcome.SKIPPED, reason=excused[check.id])
    findings: list[Finding] = []
    ended = _ask(check, facts, findings)
    if findings:
        return verdict_on(check, Outcome.FAILED, findings=tuple(findings))
    if offline and "network" in check.needs and ended.outcome is Outcome.PASSED:
        return verdict_on(check, Outcome.UNKNOWN, reason="needs the network, and --offline was given")
    return ended


def _ask(check: Check[FactsT], facts: FactsT, findings: list[Finding]) -> Verdict:
    """How a check ends that finds nothing; what it does find is put into `findings`."""
    untold = 0
    try:
        for finding in check.run(facts):
            if len(findings) < MOST_FINDINGS:
                findings.append(_within_bounds(finding))
            else:
                untold += 1
        remark = check.remark(facts) if isinstance(check, Remarked) else None
    except NotApplicable as skipped:
        return verdict_on(check, Outcome.SKIPPED, reason=str(skipped))
    except TagshipError as unknown:
        way_out = Finding(unknown.message, unknown.where, unknown.remedy)
        known = (way_out,) if unknown.remedy is not None else ()
        return verdict_on(check, Outcome.UNKNOWN, reason=unknown.message, findings=known)
    except Exception as crash:  # noqa: BLE001 -- one broken check must not hide the verdicts of the others
        return verdict_on(check, Outcome.UNKNOWN, reason=f"the check itself broke: {crash!r}"[:LONGEST_TEXT])
    finally:
        if untold:
            findings.append(Finding(f"and {untold:,} more like these, which are only counted"))
    return verdict_on(check, Outcome.PASSED, reason=remark)


def _within_bounds(finding: Finding) -> Finding:
    """A finding that a file's hostile words do not make too long to be read."""
    remedy = finding.remedy
    if isinstance(remedy, Edit) and len(remedy.text) > LONGEST_TEXT:
        remedy = Edit(_cut(remedy.text))
    elif len(finding.message) <= LONGEST_TEXT:
        return finding
    return replace(finding, message=_cut(finding.message), remedy=remedy)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def verdict_on(
    check: AnyCheck, outcome: Outcome, *, reason: str | None = None, findings: tuple[Finding, ...] = ()
) -> Verdict:
    """Join an outcome to the words of its check."""
    return Verdict(
        id=check.id,
        title=check.title,
        severity=check.severity,
        outcome=outcome,
        why=check.why,
        fix=check.fix,
        reason=reason,
        findings=findings,
    )
