"""Does the branch tell what it changes, in words that somebody wrote?"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import ClassVar

from tagship.checks.changelog import NO_CHANGELOG, NOTHING, begun_at, how_to_write
from tagship.domain.branch import BranchFacts, Fragment, Fragments
from tagship.domain.changelog import Changelog, Section
from tagship.domain.changelog.content import NUMBER, UNWRITTEN, is_example, left_unwritten, tells_something
from tagship.domain.config import Way
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, FactUnknown, InFile, Remedy, Run

EXAMPLE = f"{UNWRITTEN} (#{NUMBER})"
"""What the line to paste says before somebody says it better."""


class EntryIsWritten:
    """A branch that ships something tells about it."""

    id: ClassVar = "entry-is-written"
    title: ClassVar = "the branch tells in the changelog, or in a file of news, what it changes"
    why: ClassVar = (
        "Only who made a change can tell it well; when the release is made it is found out from commits, or lost. "
        "Where bump is not configured it is asked of projects that do so: main or the branch has a heading for what is "
        "unreleased, or news is kept in files of its own; and, once something was released, of a branch that should "
        "raise the version and does not. A branch that only moves the version owes nothing."
    )
    fix: ClassVar = "Add one line under Unreleased that a user of the project understands, or a file of news."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find a branch that ships and adds neither, or any branch that leaves the example as it was given."""
        left = left_of_the_example(facts)
        if left:
            yield from left
            return
        if not facts.shipping.ships:
            raise NotApplicable(facts.shipping.excuse)
        if facts.divergence.is_part_of_main and not facts.tree_state.changed:
            raise NotApplicable("the commit is part of main")
        fragments, changelog = facts.fragments, facts.changelog
        way = _way(facts, fragments)
        if way is Way.IN_PR:
            raise NotApplicable("each branch brings its own section, and no entry beside it")
        news = () if fragments is None else _added_news(facts, fragments)
        if news:
            return
        if way is Way.FRAGMENTS and fragments is not None:
            yield Finding(
                f"the branch adds no file to {fragments.folder}",
                where=InFile(fragments.folder),
                remedy=_create(fragments),
            )
        elif changelog is None:
            yield Finding(
                f"{NO_CHANGELOG} in which the branch could tell what it changes",
                where=InFile(begun_at(facts.inside)),
                remedy=Edit(f"start {begun_at(facts.inside)} with the lines '## Unreleased' and '- {EXAMPLE}'"),
            )
        else:
            added = _added_lines(changelog, facts.main_changelog)
            if not any(section.has_content and tells_something(line) for section, line in added):
                yield _missing(facts, changelog)


def left_of_the_example(facts: BranchFacts) -> Sequence[Finding]:
    """What is left of the example among what the branch adds, whatever the branch is there for; nothing if unknown."""
    with suppress(FactUnknown):
        if facts.divergence.is_part_of_main and not facts.tree_state.changed:
            return ()
        fragments, changelog = facts.fragments, facts.changelog
        news = () if fragments is None else _added_news(facts, fragments)
        added = () if changelog is None else _added_lines(changelog, facts.main_changelog)
        return (*_unwritten_files(news), *_unwritten_lines(facts, added))
    return ()


def _way(facts: BranchFacts, fragments: Fragments | None) -> Way:
    """How the project works, by what it says or else by where its news is."""
    if facts.config.bump is not None:
        return facts.config.bump
    if fragments is not None:
        return Way.FRAGMENTS
    logs = (facts.main_changelog, facts.changelog)
    return Way.RELEASE_PR if any(log is not None and log.opened for log in logs) else Way.IN_PR


def _added_news(facts: BranchFacts, fragments: Fragments) -> Sequence[Fragment]:
    """The files of news that the branch adds or rewrites."""
    changed = {file.path for file in facts.changed}
    return [fragment for fragment in fragments.found if fragment.path in changed]


def _added_lines(changelog: Changelog, main: Changelog | None) -> Sequence[tuple[Section, str]]:
    """The lines under Unreleased that main does not have there, each with its section."""
    known = () if main is None else main.opened
    there = {line for section in known for line in section.body.split("\n")}
    return [(opened, line) for opened in changelog.opened for line in opened.body.split("\n") if line not in there]


def _missing(facts: BranchFacts, changelog: Changelog) -> Finding:
    """The line to paste, and where."""
    from tagship.domain.changelog.adding import heading, paste  # noqa: PLC0415 -- only for a branch that forgot

    opened = next(iter(changelog.opened), None)
    path = changelog.path if opened is None else opened.path
    text = facts.changelog_texts.get(path)
    line, entry = 1 if opened is None else opened.line + 1, f"- {EXAMPLE}"
    under = f"a new heading 'Unreleased' in {path}"
    if text is not None:
        with suppress(FactUnknown):
            line, entry = paste(text, changelog, EXAMPLE, project=facts.project.name)
            head = heading(text, changelog, project=facts.project.name)
            under = f"a new heading '{head}' in {path}, before line {line}"
    elif any(section.path != path for section in changelog.sections):
        under = f"an unreleased version in a file of its own in {path}, headed as the newest one there"
    if opened is not None:
        under = f"'{opened.title}' in {path}, at line {line}"
    return Finding(
        "the branch changes what ships, and the changelog does not tell",
        where=InFile(path, line),
        remedy=Edit(f"add '{entry}' under {under}"),
    )


def _unwritten_lines(facts: BranchFacts, added: Sequence[tuple[Section, str]]) -> Iterator[Finding]:
    """The example, where nobody said it better, and entries whose number is still the one of the example."""
    from tagship.domain.changelog.adding import find_line  # noqa: PLC0415 -- only for a branch that forgot

    sections = dict.fromkeys(section for section, _ in added)
    left = {section: frozenset(left_unwritten(section.body)) for section in sections}
    for section, line in added:
        if line in left[section]:
            text = facts.changelog_texts.get(section.path)
            what = "an entry" if is_example(line) else "an entry with a number"
            yield Finding(
                f"the branch adds {what} that nobody wrote yet",
                where=InFile(section.path, None if text is None else find_line(text, section, line)),
                remedy=Edit(how_to_write(line, section.path)),
            )


def _unwritten_files(news: Sequence[Fragment]) -> Iterator[Finding]:
    """Files of news that still hold the example, and those whose name is still the one of the example."""
    for fragment in news:
        if is_example(fragment.text):
            yield Finding(
                "the branch adds an entry that nobody wrote yet",
                where=InFile(fragment.path, 1),
                remedy=Edit(how_to_write(fragment.text, fragment.path)),
            )
    yield from _unnumbered_files([fragment for fragment in news if not is_example(fragment.text)])


def _unnumbered_files(news: Sequence[Fragment]) -> Iterator[Finding]:
    """Files of news whose name still holds the word for a number: it would stand in the notes."""
    for fragment in news:
        name = fragment.path.rpartition("/")[2]
        if name.startswith(f"{NUMBER}."):
            other = f"+change{name.removeprefix(NUMBER)}"
            yield Finding(
                f"{fragment.path} is not named after the number of an issue yet",
                where=InFile(fragment.path),
                remedy=Edit(
                    f"put the number in place of '{NUMBER}' in the name of {fragment.path}, or call it {other}"
                ),
            )


def _create(fragments: Fragments) -> Remedy:
    """How a file of news is made."""
    from tagship.domain.bump.news import mildest  # noqa: PLC0415 -- only for a branch that forgot

    if fragments.tool == "towncrier":
        return Run(("towncrier", "create", "--content", UNWRITTEN, f"{NUMBER}.{mildest(fragments.kinds)}"))
    if fragments.tool == "scriv":
        return Run(("scriv", "create", "--edit"))
    if fragments.tool == "reno":
        return Run(("reno", "new", "describe-the-change"))
    name = f"{fragments.folder}/describe-the-change.md"
    return Edit(f"write {name} with the lines '---', 'NAME: patch', '---' and '{UNWRITTEN}'")
