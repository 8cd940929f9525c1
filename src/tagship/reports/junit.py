"""JUnit XML, as test reporters read it: a check is a test case, and so is a fault of a rehearsal.

A failed error is a failure, a failed warning or note is a passed test that printed something, a check
that could not tell is an error where it leaves the question open. Nothing skipped is without its reason.
"""

import json
import re
from typing import TextIO
from xml.etree import ElementTree as ET

from tagship.domain.finding import Finding, Outcome, Report, Severity, Verdict
from tagship.domain.trial import Trial, Trials
from tagship.domain.workspace import Reports
from tagship.errors import TagshipError
from tagship.reports.documents import document
from tagship.reports.documents.verdicts import kind_of
from tagship.reports.harmless import lines
from tagship.reports.shown import Shown
from tagship.reports.standing import trial_explained, trials_line
from tagship.reports.verdicts import findings_of, headline

# What GitHub's runner obeys where it starts a line.
_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)
# Characters that XML 1.0 has no way to write and that are not control characters.
_NO_XML = dict.fromkeys(map(ord, "\ufffe\uffff"))


def render(value: Shown, stream: TextIO) -> None:
    """Write one `testsuites` document in ASCII; a value of another kind than those named is a suite that printed it."""
    match value:
        case Report():
            suites = [_report_suite(value)]
        case Reports():
            suites = [_report_suite(report, of=report.project) for report in value.all_told]
        case Trials():
            suites = [_trials_suite(value)]
        case TagshipError():
            suites = [_error_suite(value)]
        case _:
            suites = [_suite("tagship", [])]
            _child(suites[0], "system-out", json.dumps(document(value), indent=2))
    root = ET.Element("testsuites")
    root.extend(suites)
    ET.indent(root)
    # Whatever is not ASCII becomes a character reference, so that the declared encoding is true of any stream.
    stream.write(_inert(ET.tostring(root, encoding="us-ascii", xml_declaration=True).decode("ascii")))
    stream.write("\n")


def _report_suite(report: Report, *, of: str | None = None) -> ET.Element:
    cases = [_case(report, verdict) for verdict in report.verdicts]
    suite = _suite(" ".join(filter(None, ("tagship", report.command, of))), cases)
    suite.set("time", f"{report.seconds:.3f}")
    _child(suite, "system-out", headline(report))
    return suite


def _trials_suite(trials: Trials) -> ET.Element:
    suite = _suite("tagship rehearse", [_trial_case(trial) for trial in trials.faults])
    suite.set("time", f"{trials.seconds:.3f}")
    _child(suite, "system-out", trials_line(trials))
    return suite


def _trial_case(trial: Trial) -> ET.Element:
    """A fault after which all ended as documented is a test that passed, whatever the release came to."""
    names = {"classname": "tagship.rehearse", "name": _clean(trial.name), "time": f"{trial.seconds:.3f}"}
    case = ET.Element("testcase", names)
    if trial.surprises:
        _told(case, "failure", trial.surprises[0], trial_explained(trial))
    else:
        _child(case, "system-out", trial_explained(trial))
    return case


def _error_suite(error: TagshipError) -> ET.Element:
    case = ET.Element("testcase", {"classname": "tagship", "name": kind_of(error)})
    told = error.message if error.where is None else f"{error.message}\nat {error.where}"
    _told(case, "error", error.message, told if error.remedy is None else f"{told}\nfix: {error.remedy}")
    return _suite("tagship", [case])


def _suite(name: str, cases: list[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": _clean(name), "tests": str(len(cases))})
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    suite.extend(cases)
    return suite


def _case(report: Report, verdict: Verdict) -> ET.Element:
    names = {"classname": _clean(f"tagship.{report.command}"), "name": _clean(verdict.id)}
    case = ET.Element("testcase", names)
    reason = verdict.reason or "no reason given"
    match verdict.outcome:
        case Outcome.PASSED:
            pass
        case Outcome.SKIPPED:
            _told(case, "skipped", reason, "")
        case Outcome.UNKNOWN:
            _told(case, "error" if verdict.leaves_open else "skipped", f"unknown: {reason}", "")
        case Outcome.FAILED:
            _failed(case, verdict)
    return case


def _failed(case: ET.Element, verdict: Verdict) -> None:
    findings = findings_of(verdict)
    told = "\n\n".join(_finding(finding, verdict) for finding in findings)
    if verdict.severity is Severity.ERROR:
        _told(case, "failure", findings[0].message, told)
        return
    _child(case, "system-out", f"{verdict.severity.value}: {told}")


def _finding(finding: Finding, verdict: Verdict) -> str:
    place = "" if finding.where is None else f"\nat {finding.where}"
    return f"{finding.message}{place}\nfix: {finding.remedy or verdict.fix}"


def _told(case: ET.Element, tag: str, message: str, text: str) -> None:
    element = _child(case, tag, text)
    element.set("message", _clean(message))
    if tag != "skipped":
        element.set("type", case.get("name", ""))


def _child(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = _clean(text) or None
    return element


def _inert(page: str) -> str:
    """The same document, with references for what a runner that sees it on its log would take for a command."""
    return _COMMAND.sub(r"\1&#58;:", page).replace("##[", "##&#91;")


def _clean(text: str) -> str:
    return "\n".join(lines(text)).translate(_NO_XML)
