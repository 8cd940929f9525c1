"""Is anything of a draft left that somebody meant to put into words?"""

from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.changelog import NO_CHANGELOG, NOTHING, own_section, place
from tagship.domain.branch import BranchFacts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit


class ChangelogIsInWords:
    """The section of the version is more than a list of subjects of commits."""

    id: ClassVar = "changelog-is-in-words"
    title: ClassVar = "the section of the version is more than the subjects of its commits"
    why: ClassVar = (
        "Subjects of commits tell those who work on a project what was done; who uses it looks for what is different "
        "for them, and finds it among updates of tools. Where nothing was written, prepare drafts a section from them."
    )
    fix: ClassVar = "Say it in words for users of the project, and leave out what they do not notice."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find a section of which every line is the subject of a commit since the last release, word for word."""
        if facts.changelog is None:
            raise NotApplicable(NO_CHANGELOG)
        section = own_section(facts.changelog, facts.version)
        lines = {line.strip() for line in section.body.splitlines() if line.strip()}
        if lines and lines <= {f"- {' '.join(subject.split())}" for subject in facts.subjects}:
            yield Finding(
                f"'{section.title}' lists what commits say of themselves, word for word",
                where=place(facts, section.path, section.line),
                remedy=Edit(f"put the section in {section.path} into words for who uses the project"),
            )
