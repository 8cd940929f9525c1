"""A jump that is confirmed on the command line, and the jobs that are not told so."""

import re
from dataclasses import replace
from datetime import date

import pytest

from scaffold.adoptions import ADOPTIONS, rendered
from tagship.domain.config import HostKind
from tagship.domain.finding import Finding, Outcome, Report, Severity, Verdict
from tagship.errors import AtRef, Edit
from tagship.scaffold import files
from tagship.workflow.tagging.confirming import unaware_jobs, with_waiver
from trees import Files

RELEASE = ".github/workflows/release.yml"
TODAY = date(2026, 3, 1)


def _said(text: str) -> str:
    """A file without its comments."""
    return re.sub(r"(?:^|\s)#.*$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("host", [HostKind.GITHUB, HostKind.GITLAB, HostKind.FORGEJO])
@pytest.mark.parametrize("name", ["pure, trusted", "pure, token", "several, trusted", "several, one tag"])
def test_what_init_writes_is_not_told_of_a_jump(host: HostKind, name: str) -> None:
    written = {each.path: rendered(each) for each in files(replace(ADOPTIONS[name], host=host))}

    releasing = [path for path, text in written.items() if path.endswith(".yml") and " gate " in _said(text)]
    assert releasing
    assert sorted(unaware_jobs(Files(written))) == sorted(releasing)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (RELEASE, "run: tagship gate v1"),
        (RELEASE, "run: python -m tagship --package core -C sub ship"),
        (".gitlab-ci.yml", "script: [tagship gate]"),
        (RELEASE, "run: tagship gate; echo --confirm-jump"),
    ],
)
def test_a_job_that_asks_without_the_option(path: str, text: str) -> None:
    assert unaware_jobs(Files({path: text})) == [path]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (RELEASE, "run: tagship gate --confirm-jump"),
        (RELEASE, "run: |\n  tagship gate \\\n    --confirm-jump"),
        (RELEASE, "# tagship gate asks for it"),
        (RELEASE, "name: tagship's gate\nrun: tagship check"),
        (RELEASE, "run: make release"),
        ("docs/release.yml", "run: tagship gate"),
        (".github/workflows/README.md", "tagship gate"),
    ],
)
def test_what_does_not_ask_or_is_told(path: str, text: str) -> None:
    assert unaware_jobs(Files({path: text})) == []


@pytest.mark.parametrize(
    ("inside", "there", "told"),
    [
        ("", "pyproject.toml", "in pyproject.toml, before the tag is made, the lines '[tool.tagship.waive]' and"),
        ("core", "core/tagship.toml", "in core/tagship.toml, before the tag is made, the lines '[waive]' and"),
    ],
)
def test_the_waiver_to_paste(inside: str, there: str, told: str) -> None:
    jump = Finding("1.0.0 is followed by 5.0.0", AtRef("v5.0.0"), Edit("give the option"))
    asked = Verdict("version-is-one-step-up", "", Severity.ERROR, Outcome.FAILED, "", "", findings=(jump,))
    other = replace(asked, id="tag-exists")
    report = Report("tag", "handmade", "5.0.0", "v5.0.0", "c" * 40, (asked, other), 0.0)

    first, second = with_waiver(report, [RELEASE], Files({there: ""}), inside=inside, today=TODAY).verdicts

    assert second == other
    (finding,) = first.findings
    assert finding.message.endswith(f"; {RELEASE} would be asked without --confirm-jump and refuse the tag")
    assert finding.remedy == Edit(
        f"bring to main {told} 'version-is-one-step-up = {{reason = \"5.0.0 is meant\", until = 2026-03-15}}'"
    )
