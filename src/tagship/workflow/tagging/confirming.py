"""A jump that is confirmed on the command line, and the jobs of the tagged commit that are not told of it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from tagship.adapters.triggers import FOLDERS
from tagship.checks.version import VersionIsOneStepUp
from tagship.domain.facts import Tree
from tagship.domain.finding import Finding, Outcome, Report, Verdict
from tagship.errors import Edit
from tagship.workflow.config import OWN_FILE

SOME_DAYS: Final = timedelta(days=14)
"""How long the waiver that is proposed holds: until the release is out, and no jump after it."""

_PIPELINE: Final = re.compile(rf"(?:{'|'.join(map(re.escape, (*FOLDERS, '.gitlab')))})/.+\.ya?ml|\.gitlab-ci\.yml")
_CONTINUED: Final = re.compile(r"\\\n\s*")
_COMMENT: Final = re.compile(r"(?:^|\s)#.*$", re.MULTILINE)
_ASKS: Final = re.compile(r"\btagship(?:\s+-\S+(?:\s+\S+)?)*\s+(?:gate|ship)\b(?P<options>[^\n|;&]*)")
_OPTION: Final = "--confirm-jump"


def unaware_jobs(files: Tree) -> Sequence[str]:
    """The pipelines that ask the gate without the option: they would refuse what is confirmed here, once it is out."""
    return [path for path in files.paths() if _PIPELINE.fullmatch(path) and _asks_unaware(files.read(path) or b"")]


def with_waiver(report: Report, jobs: Sequence[str], files: Tree, *, inside: str, today: date) -> Report:
    """The report with the waiver that those jobs would read in place of the option that they are not given."""
    own, shared = (f"{inside}/{name}".lstrip("/") for name in (OWN_FILE, "pyproject.toml"))
    path, table = (own, "[waive]") if files.read(own) is not None else (shared, "[tool.tagship.waive]")
    line = f'{VersionIsOneStepUp.id} = {{reason = "{report.version} is meant", until = {today + SOME_DAYS}}}'
    remedy = Edit(f"bring to main in {path}, before the tag is made, the lines '{table}' and '{line}'")

    def waived(verdict: Verdict) -> Verdict:
        if verdict.id != VersionIsOneStepUp.id or verdict.outcome is not Outcome.FAILED:
            return verdict
        told = f"{', '.join(jobs)} would be asked without {_OPTION} and refuse the tag"
        findings = (Finding(f"{each.message}; {told}", each.where, remedy) for each in verdict.findings)
        return replace(verdict, findings=tuple(findings))

    return replace(report, verdicts=tuple(waived(each) for each in report.verdicts))


def _asks_unaware(content: bytes) -> bool:
    text = _CONTINUED.sub(" ", _COMMENT.sub("", content.decode("utf-8", "replace")))
    return any(_OPTION not in found["options"] for found in _ASKS.finditer(text))
