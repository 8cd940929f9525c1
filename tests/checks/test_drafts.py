from packaging.version import Version

from checks.asking import cannot_tell, finds, passes, skips
from fakes import FakeFacts
from tagship.checks.drafts import ChangelogIsInWords
from tagship.domain.changelog import parse
from tagship.domain.finding import Severity

SUBJECTS = ("Mend the door  (#3)", "Update tools", "Release 1.1.0")


def told(body: str, *, subjects: tuple[str, ...] | None = SUBJECTS, heading: str = "1.1.0") -> FakeFacts:
    text = f"# Changes\n\n## {heading}\n\n{body}\n\n## 1.0.0\n\n- First.\n"
    changelog = parse(text, path="CHANGES.md", project="handmade")
    if subjects is None:
        return FakeFacts(version=Version("1.1.0"), changelog=changelog)
    return FakeFacts(version=Version("1.1.0"), changelog=changelog, tag_name="v1.1.0", tags={}, subjects=subjects)


def test_a_draft_that_nobody_went_over() -> None:
    (finding,) = finds(ChangelogIsInWords(), told("- Mend the door (#3)\n- Update tools"))

    assert "'1.1.0' lists what commits say" in finding.message
    assert str(finding.where) == "CHANGES.md:3"
    assert ChangelogIsInWords.severity is Severity.WARNING


def test_one_line_in_words_is_enough() -> None:
    passes(ChangelogIsInWords(), told("- The door closes again.\n- Update tools"))
    passes(ChangelogIsInWords(), told("- Nothing changed but the version."))
    passes(ChangelogIsInWords(), told(""))
    passes(ChangelogIsInWords(), told("- Mend the door (#3)", subjects=()))


def test_without_a_section_there_is_nothing_to_look_at() -> None:
    skips(ChangelogIsInWords(), told("- Update tools", heading="Unreleased"))
    skips(ChangelogIsInWords(), FakeFacts(version=Version("1.1.0"), changelog=None))


def test_where_the_history_is_not_known() -> None:
    cannot_tell(ChangelogIsInWords(), told("- Update tools", subjects=None))
