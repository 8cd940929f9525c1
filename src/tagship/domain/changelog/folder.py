"""A changelog of one file per release: the next file, in the style of the newest."""

from collections.abc import Mapping
from datetime import date

from packaging.version import Version

from tagship.domain.changelog import Changelog, Section
from tagship.domain.changelog.date_style import ISO, learn_date, spelt_in
from tagship.domain.changelog.drawing import drawing_of
from tagship.domain.changelog.editing import insert
from tagship.domain.changelog.files import read_name
from tagship.domain.changelog.layout import Layout, Splice
from tagship.domain.changelog.outline import join_body, split_lines
from tagship.domain.changelog.style import learn, put
from tagship.errors import Conflict, Edit, FactUnknown, InFile

_JOINTS = (".", "_", "-")


def insert_file(
    texts: Mapping[str, str], changelog: Changelog, version: Version, dated: date, body: str, *, project: str
) -> tuple[str, str]:
    """The path and text of the file that tells about a version.

    `texts` are the files of the changelog by path. A file named after a line of releases that the version belongs to
    gets another section; otherwise the file is new. Raises Conflict where a file tells about the version already, and
    FactUnknown where no file shows how one is named.
    """
    own = changelog.section(version)
    if own is not None:
        raise Conflict(
            f"{own.path} tells about {version} already",
            where=InFile(own.path, own.line),
            remedy=Edit(f"complete '{own.title}' in {own.path} by hand"),
        )
    line = next((path for path in texts if _is_line_of(path, version, project)), None)
    if line is not None:
        alone = _alone(changelog, line)
        return line, insert(texts[line], alone, version, dated, body, project=project)
    newest = _newest(changelog, texts)
    return _renamed(newest, version), _rewritten(
        texts[newest.path], _alone(changelog, newest.path), newest, version, dated, body, project
    )


def _newest(changelog: Changelog, texts: Mapping[str, str]) -> Section:
    released = [section for section in changelog.sections if section.version is not None and section.path in texts]
    named = [section for section in released if _spelling(section) is not None]
    if not named:
        raise FactUnknown(
            f"no file in {changelog.path} is named after a release",
            where=InFile(changelog.path),
            remedy=Edit(f"write the first file of {changelog.path} by hand, named as in 1.2.0.md"),
        )
    return max(named, key=lambda section: section.version or Version("0"))


def _alone(changelog: Changelog, path: str) -> Changelog:
    """One file of the changelog as one of its own."""
    return Changelog(path, changelog.format, tuple(one for one in changelog.sections if one.path == path))


def _is_line_of(path: str, version: Version, project: str) -> bool:
    """Whether a file is named after the line of releases of a version: 1.2.rst for 1.2.3."""
    named = read_name(path, project).version
    if named is None or named.is_prerelease:
        return False
    length = len(named.release)
    return length < len(version.release) and named.release == version.release[:length]


def _spelling(section: Section) -> str | None:
    """How a file's name spells its version."""
    name = section.path.rpartition("/")[2]
    forms = (str(section.version).replace(".", joint) for joint in _JOINTS)
    return next((form for form in forms if put(name, form, "\x01") != name), None)


def _renamed(newest: Section, version: Version) -> str:
    spelling = _spelling(newest)
    folder, slash, name = newest.path.rpartition("/")
    if spelling is None or newest.version is None:  # pragma: no cover -- `_newest` chose one that has a spelling
        return newest.path
    joint = next(joint for joint in _JOINTS if str(newest.version).replace(".", joint) == spelling)
    return folder + slash + put(name, spelling, str(version).replace(".", joint))


def _rewritten(
    text: str, alone: Changelog, newest: Section, version: Version, dated: date, body: str, project: str
) -> str:
    """The newest file with another version, date and body."""
    layout = Layout.of(text, alone, project)
    told = split_lines(join_body(split_lines(body)))
    place = next((place for place in layout.places if place.section.version == newest.version), None)
    if place is not None:
        style = learn(layout, project=project, version=version)
        head = style.head(version, dated, newest.version)
        lines = (*head, *("",) * style.below, *told, "")
        return layout.splice([Splice(place.start, len(layout.lines), lines)])
    heading = next((one for one in layout.outline.headings if one.line + 1 == newest.line), None)
    if heading is None:
        return layout.splice([Splice(layout.outline.begin, len(layout.lines), (*told, ""))])
    title = put(heading.text, str(newest.version), str(version))
    spelt = spelt_in(title)
    if spelt is not None:
        style_of_day = learn_date(title, ()) or ISO
        title = title[: spelt.begin] + style_of_day.write(dated) + title[spelt.end :]
    drawn = drawing_of(heading, layout.lines, ()).draw(title)
    return layout.splice([Splice(heading.line, len(layout.lines), (*drawn, "", *told, ""))])
