"""Which version a branch brings where the tag is it: the one that its changelog tells of, and main's does not."""

from dataclasses import dataclass

from packaging.version import Version

from tagship.domain.changelog import parse_files
from tagship.workflow.readiness.ahead import Ahead


@dataclass(frozen=True, slots=True)
class Rolled:
    """The section of a version that this branch brings: in which file, and what main tells of already.

    `path` is from the top of the repository, `lines` are those that the file has on main.
    """

    version: Version
    path: str
    project: str
    known: frozenset[Version]
    lines: frozenset[str]

    def version_in(self, content: bytes) -> Version | None:
        """The highest version that another branch's file tells of, and main does not; None for none."""
        text = content.decode("utf-8", "replace").replace("\r\n", "\n")
        # To read a whole changelog takes long, and most branches have that of main or of a while ago.
        if self.lines.issuperset(text.split("\n")):
            return None
        told = parse_files([(self.path, text)], path=self.path, project=self.project).sections
        released = (section.version for section in told if not section.unreleased)
        return max((version for version in released if version and version not in self.known), default=None)


def section_rolled(facts: Ahead) -> Rolled | None:
    """The section that the branch brings; None where it brings none, or a file of the project carries the version."""
    version, changelog = facts.announced, facts.changelog
    if version is None or changelog is None or not facts.project.version_is_tag:
        return None
    main = facts.changelog_at(facts.main_ref)
    sections = () if main is None else main.sections
    known = frozenset(each.version for each in sections if each.version is not None and not each.unreleased)
    if version in known:
        return None
    path = next(section.path for section in changelog.sections if section.version == version)
    content = facts.repository.tree(facts.main_ref).read(path) or b""
    lines = content.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    return Rolled(version, path, facts.project.name, known, frozenset(lines))
