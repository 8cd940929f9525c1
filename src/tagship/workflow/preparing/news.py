"""The changelog of a release: rolled, put together from fragments, drafted from commits, or begun."""

from collections.abc import Sequence

from packaging.version import Version

from tagship.adapters.changelogs import read_changelog
from tagship.adapters.fragments import compose
from tagship.checks.changelog import NEW, ChangelogHasVersion
from tagship.domain.branch import Fragments
from tagship.domain.bump import Told, of_interest
from tagship.domain.change import FileChange
from tagship.domain.changelog import Changelog, Format, Section, parse
from tagship.domain.changelog.editing import begin, insert, remarks, roll
from tagship.domain.changelog.folder import insert_file
from tagship.domain.changelog.layout import Layout, Splice
from tagship.domain.plan import Done, Todo
from tagship.workflow.preparing.desk import Desk, Part
from tagship.workflow.preparing.tools import at_hand, run_tool

NOTHING = "- Nothing changed but the version."

_TITLE = "Changelog\n=========\n"
"""What a changelog in reStructuredText begins with."""

_ANY = "\0"
"""Stands for a version, whichever: no message holds it."""


def write_news(desk: Desk) -> Part:
    """The section of the version, where there is none yet."""
    does = f"give {desk.version} a section in the changelog, dated {desk.dated}"
    changelog = read_changelog(desk.tree, configured=desk.config.changelog, project=desk.project.name)
    section = None if changelog is None else changelog.section(desk.version)
    if changelog is not None and section is not None and not section.unreleased:
        return Part("changelog", does, Done(f"{section.path} has a section {section.title!r}"), _left(changelog))
    final = None if changelog is None else _of_its_final(changelog, desk.version)
    if final is not None:
        return Part("changelog", does, Done(f"{final.path} tells about it under {final.title!r}, its final release"))
    fragments = desk.evidence.fragments
    if fragments is not None and fragments.found:
        return _from_fragments(desk, does, changelog, fragments)
    if changelog is None or _is_blank(_text(desk, changelog.path)):
        # Who is exempt from the check that asks for a changelog is not given one.
        if ChangelogHasVersion.id in desk.config.exempt:
            return Part("changelog", does, Done("the project keeps no changelog"))
        body, told = _drafted(desk)
        return _put(desk, does, _begun(desk, changelog, body), told)
    return _in_file(desk, does, changelog, section)


def _of_its_final(changelog: Changelog, version: Version) -> Section | None:
    """The section that tells about a pre-release because it is that of its final release, already written."""
    section = changelog.section(Version(version.base_version)) if version.is_prerelease else None
    return None if section is None or section.unreleased else section


def _left(changelog: Changelog) -> tuple[str, ...]:
    """What stands under Unreleased although the version has its section."""
    left = next((each for each in changelog.sections if each.unreleased and each.has_content), None)
    return () if left is None else (f"{left.path} holds more under {left.title!r}, which this release does not tell",)


def _in_file(desk: Desk, does: str, changelog: Changelog, named: Section | None) -> Part:
    """Roll what is unreleased, or else draft the section from what the commits say."""
    text = _text(desk, changelog.path)
    if text is None:
        return _one_file_more(desk, does, changelog)
    name = desk.project.name
    odd = remarks(text, changelog, desk.version, project=name)
    opened = named or _opened(changelog, desk.version)
    if opened is not None and opened.has_content:
        rolled = roll(text, changelog, desk.version, desk.dated, project=name)
        return _put(desk, does, _change(desk, changelog.path, rolled), odd)
    body, told = _drafted(desk)
    if opened is not None and opened.version is not None:
        # The heading becomes the version's, so that the draft belongs below it.
        filled = _filled(text, changelog, opened, body, name)
        made = roll(filled, changelog, desk.version, desk.dated, project=name)
    else:
        made = insert(text, changelog, desk.version, desk.dated, body, project=name)
    return _put(desk, does, _change(desk, changelog.path, made), (*odd, *told))


def _opened(changelog: Changelog, version: Version) -> Section | None:
    """The section that is open: without a version, or for one that this release is, or comes before or after."""
    opened = changelog.opened
    nameless = (each for each in opened if each.version is None)
    meant = (
        each
        for each in opened
        if each.version is not None and (each.version <= version or each.version.base_version == version.base_version)
    )
    return next(nameless, None) or next(meant, None)


def _filled(text: str, changelog: Changelog, opened: Section, body: str, project: str) -> str:
    """The changelog with a body below the heading of a section that has none."""
    layout = Layout.of(text, changelog, project)
    place = next(place for place in layout.places if place.section.line == opened.line)
    told = ("", *body.split("\n"))
    if "<!--" in opened.body or opened.body.startswith(".."):
        return layout.splice([Splice(place.begin, place.begin, told)])
    # What stands there tells nothing: a line such as `Nothing changed yet` has served its time.
    end = place.end
    while end > place.begin and not layout.lines[end - 1].strip():
        end -= 1
    return layout.splice([Splice(place.begin, end, told)])


def _from_fragments(desk: Desk, does: str, changelog: Changelog | None, fragments: Fragments) -> Part:
    """The fragments put together by the tool that owns them, or as a list where it is not at hand."""
    made = compose(fragments, desk.version, desk.dated)
    folder = fragments.folder
    if made.argv is None and made.body is None:
        return Part("changelog", does, Done(f"{fragments.tool} reads {folder} whenever it is asked"))
    if made.argv is None:
        return _put_together(desk, does, changelog, made.body or "", made.gone, ())
    command = at_hand(made.argv[0], module=True)
    if command is None:
        told = f"{fragments.tool} is not at hand: what lies in {folder} was put together as a plain list"
        paths = tuple(fragment.path for fragment in fragments.found)
        return _put_together(desk, does, changelog, _listed(fragments), paths, (told,))
    run_tool([*command, *made.argv[1:]], desk.directory)
    told = f"{fragments.tool} put the section together from what lies in {folder}"
    return Part("changelog", does, Todo(told))


def _put_together(
    desk: Desk,
    does: str,
    changelog: Changelog | None,
    body: str,
    gone: Sequence[str],
    told: tuple[str, ...],
) -> Part:
    """A section with this body, and the fragments taken away."""
    taken = [FileChange(path, content, None) for path in gone if (content := desk.tree.read(path)) is not None]
    text = None if changelog is None else _text(desk, changelog.path)
    if changelog is None or text is None:
        change = _begun(desk, None, body)
    elif _is_blank(text):
        change = _begun(desk, changelog, body)
    else:
        inserted = insert(text, changelog, desk.version, desk.dated, body, project=desk.project.name)
        change = _change(desk, changelog.path, inserted)
    return Part("changelog", does, Todo(", ".join(desk.put([change, *taken]))), told)


def _listed(fragments: Fragments) -> str:
    """The news as one list, the weightiest first."""
    weighed = sorted(fragments.found, key=lambda each: -1 if each.bump is None else each.bump.weight, reverse=True)
    return "\n".join(_item(each.text) for each in weighed)


def _item(text: str) -> str:
    """A piece of news as items of a list: its headings go, for they would stand there once for each piece."""
    kept = [line for line in text.strip().split("\n") if not line.startswith("#")]
    told = "\n".join(kept).strip()
    return told if told.startswith(("- ", "* ")) else "- " + told.replace("\n", "\n  ")


def _one_file_more(desk: Desk, does: str, changelog: Changelog) -> Part:
    """For one file per release: a new one, named and headed like the newest."""
    body, told = _drafted(desk)
    read = {section.path: _text(desk, section.path) for section in changelog.sections}
    texts = {path: text for path, text in read.items() if text is not None}
    path, text = insert_file(texts, changelog, desk.version, desk.dated, body, project=desk.project.name)
    return _put(desk, does, _change(desk, path, text), told)


def _drafted(desk: Desk) -> tuple[str, tuple[str, ...]]:
    """A list of what the commits say, and that a person should go over it."""
    commits = [told for told in _telling(desk.evidence.since) if not _releases(desk, told)]
    subjects = [told.subject for told in of_interest(commits)]
    if not subjects:
        return NOTHING, ("no commit since the last release changes the project, and the changelog says so",)
    entries = "\n".join(f"- {subject}" for subject in dict.fromkeys(subjects))
    told = f"nothing was written for {desk.version} yet: its section lists what the commits say of themselves"
    return entries, (f"{told}; put it into words for readers before it is merged, as `tagship check` says until then",)


def _telling(commits: Sequence[Told]) -> list[Told]:
    return [told for told in commits if not told.is_merge and told.subject]


def _releases(desk: Desk, told: Told) -> bool:
    """Whether a commit is one that `prepare` makes."""
    subject = desk.config.message_for(desk.project.name, _ANY).partition("\n")[0]
    head, _, tail = subject.partition(_ANY)
    return bool(head.strip()) and told.subject.startswith(head) and told.subject.endswith(tail)


def _text(desk: Desk, path: str) -> str | None:
    content = desk.tree.read(path)
    return None if content is None else content.decode()


def _is_blank(text: str | None) -> bool:
    """Whether a changelog is there, and nothing stands in it."""
    return text is not None and not text.strip()


def _begun(desk: Desk, blank: Changelog | None, body: str) -> FileChange:
    """The changelog with its first release: a new one, or the one in which nothing stands, in its own markup."""
    project, version, dated = desk.project.name, desk.version, desk.dated
    if blank is None or blank.format is Format.MARKDOWN:
        return _change(desk, NEW if blank is None else blank.path, begin(project, version, dated, body))
    titled = parse(_TITLE, path=blank.path, project=project)
    return _change(desk, blank.path, insert(_TITLE, titled, version, dated, body, project=project))


def _change(desk: Desk, path: str, text: str) -> FileChange:
    return FileChange(path, desk.tree.read(path), text.encode())


def _put(desk: Desk, does: str, change: FileChange, told: tuple[str, ...]) -> Part:
    return Part("changelog", does, Todo(", ".join(desk.put([change]))), told)
