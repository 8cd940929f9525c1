"""The notes of a release: the changelog's section, exactly."""

from packaging.version import Version

from tagship.checks.changelog import NO_CHANGELOG, begun_at, section_for
from tagship.domain.changelog import Changelog, Section
from tagship.errors import Edit, InFile, NotThere


def notes_of(changelog: Changelog | None, version: Version, *, inside: str = "") -> tuple[Changelog, Section]:
    """The changelog, and the section of it that is the notes of a version; raises NotThere where there is none.

    `inside` is the project's directory below the top of the repository.
    """
    if changelog is None:
        raise NotThere(NO_CHANGELOG, remedy=Edit(f"start {begun_at(inside)}"))
    section = section_for(changelog, version)
    if section is None:
        raise NotThere(
            f"{changelog.path} has no section for {version}",
            where=InFile(changelog.path),
            remedy=Edit(f"add a section {version} to {changelog.path}"),
        )
    return changelog, section
