from collections.abc import Sequence
from datetime import date, timedelta
from typing import Unpack

import pytest

from checks.asking import cannot_tell, finds, passes, skips
from fakes import NAME, FakeFacts, Given, a_changelog, a_project, facts_about, tags
from tagship.checks.changelog import (
    ChangelogHasContent,
    ChangelogHasNoNewer,
    ChangelogHasVersion,
    ChangelogNamesVersionOnce,
    ChangelogSectionIsFinal,
)
from tagship.checks.entries import (
    ChangelogDateIsRight,
    ChangelogIsInOrder,
    ChangelogIsUndamaged,
    UnreleasedIsRolled,
)
from tagship.checks.telling import EXAMPLE, EntryIsWritten
from tagship.domain.branch import Bump, ChangedFile, Divergence, Fragment, Fragments, Shipping, TreeState
from tagship.domain.changelog import Changelog, parse
from tagship.domain.config import Config, Way
from tagship.errors import Edit, InCommit, InFile, Run

TODAY = date(2026, 3, 1)
BESIDE_MAIN = Divergence("base", 1, 0)
ON_MAIN = Divergence("base", 0, 0)
SHIPS = Shipping(ships=True, reason="src/handmade/cli.py is part of the package")
OLD = "## 1.1.0 - 2026-01-01\n\n- First.\n"
ENTRY = "- Something that is long enough to be known again, and told once. #12\n"


def read(text: str, path: str = "CHANGELOG.md") -> Changelog:
    return parse(text, path=path, project=NAME)


def branch(text: str, main_text: str | None = OLD, at: str = "1.2.0", **given: Unpack[Given]) -> FakeFacts:
    """A branch that would be released as a version that is not tagged, with its changelog and main's."""
    implied = Given(
        tags={},
        today=TODAY,
        divergence=BESIDE_MAIN,
        shipping=SHIPS,
        changed=(ChangedFile("src/handmade/cli.py", "src/handmade/cli.py"),),
        changelog=read(text),
        changelog_texts={"CHANGELOG.md": text},
        main_changelog=None if main_text is None else read(main_text),
        fragments=None,
        project=a_project(at),
    )
    implied.update(given)
    return facts_about(f"v{at}", **implied)


def test_a_changelog_that_nobody_damaged() -> None:
    passes(ChangelogIsUndamaged(), branch(f"## Unreleased\n\n### Fixed\n\n{ENTRY}\n{OLD}"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"## Unreleased\n\n<<<<<<< HEAD\n{ENTRY}=======\n- b\n>>>>>>> topic\n\n{OLD}", 3),
        (f"## 1.2.0\n\n{ENTRY}\n## 1.2.0\n\n- b\n\n{OLD}", 5),
        (f"## Unreleased\n\n{ENTRY}- b\n{ENTRY}\n{OLD}", 5),
        (f"## Unreleased\n\n### Fixed\n\n- a\n\n### Added\n\n- b\n\n### Fixed\n\n- c\n\n{OLD}", 11),
        ("## Unreleased\n\n### Fixed\n\n## 1.1.0 - 2026-01-01\n\n- Torn.\n", 5),
    ],
    ids=["markers", "a version twice", "an entry twice", "a group twice", "torn"],
)
def test_what_a_merge_leaves_behind(text: str, line: int) -> None:
    """Pain 20: changelogs conflict, and a union merge doubles headings and lets sections interleave."""
    findings = finds(ChangelogIsUndamaged(), branch(text))

    assert findings[0].where == InFile("CHANGELOG.md", line)


def test_damage_that_main_has_as_well_is_history() -> None:
    """Headings of old releases stand twice in many a changelog, and block nobody."""
    old = "## 0.4.10\n\n- a\n\n## 0.4.10\n\n- b\n"

    passes(ChangelogIsUndamaged(), branch(f"## 1.2.0\n\n{ENTRY}\n{OLD}\n{old}", f"{OLD}\n{old}"))
    finds(ChangelogIsUndamaged(), branch(f"## 1.2.0\n\n{ENTRY}\n{OLD}\n{old}", OLD))


def test_on_main_itself_the_newest_sections_are_looked_at() -> None:
    twice = f"## 1.1.1\n\n- a\n\n## 1.1.1\n\n- b\n\n{OLD}"
    old = f"## 1.2.0\n\n- c\n\n{OLD}\n## 1.0.0\n\n- a\n\n## 1.0.0\n\n- b\n"

    finds(ChangelogIsUndamaged(), branch(twice, twice, divergence=ON_MAIN))
    passes(ChangelogIsUndamaged(), branch(old, old, divergence=ON_MAIN))


def test_markers_are_shown_on_purpose_in_a_fence_and_underline_titles() -> None:
    fenced = "## 1.2.0\n\n```\n<<<<<<< HEAD\n=======\n>>>>>>> topic\n```\n"
    ruled = "Changes\n=======\n\nv1.10.0\n-------\n\n- a\n"

    passes(ChangelogIsUndamaged(), branch(fenced))
    log = parse(ruled, path="NEWS.rst", project=NAME)
    passes(ChangelogIsUndamaged(), branch("", changelog=log, changelog_texts={"NEWS.rst": ruled}))


@pytest.mark.parametrize(
    "check",
    [ChangelogIsUndamaged(), ChangelogIsInOrder(), ChangelogDateIsRight(), UnreleasedIsRolled()],
    ids=lambda check: check.id,
)
def test_without_a_changelog_there_is_nothing_to_judge(check: ChangelogIsUndamaged) -> None:
    skips(check, branch("", changelog=None))


@pytest.mark.parametrize(
    ("titles", "main"),
    [
        (["Unreleased", "1.2.0", "1.1.0"], ["1.1.0"]),
        (["1.1.0", "1.2.0"], ["1.0.0", "1.1.0"]),
        # Releases of a maintenance line stand where they came out.
        (["2.0.0", "1.2.0", "1.9.0"], ["2.0.0", "1.9.0"]),
        (["1.2.0", "2.0.0", "1.1.0"], ["2.0.0", "1.1.0"]),
        # What main has is history.
        (["1.2.0", "1.0.0", "1.1.0", "0.9.0"], ["1.0.0", "1.1.0", "0.9.0"]),
        (["1.2.0", "Unreleased", "1.1.0"], ["1.1.1", "Unreleased", "1.1.0"]),
        ([], []),
    ],
)
def test_sections_in_order(titles: Sequence[str], main: Sequence[str]) -> None:
    passes(ChangelogIsInOrder(), branch("", changelog=a_changelog(*titles), main_changelog=a_changelog(*main)))


@pytest.mark.parametrize(
    ("titles", "wrong"),
    [
        (["1.1.0", "1.2.0", "1.0.0", "0.9.0"], "1.2.0"),
        (["1.2.1", "1.3.0", "1.2.2", "1.1.0", "1.0.0"], "1.2.2"),
        (["1.0.0", "1.2.0", "1.1.0", "0.9.0", "0.8.0"], "1.2.0"),
        (["1.1.0", "Unreleased", "1.0.0"], "Unreleased"),
    ],
)
def test_a_new_section_in_the_wrong_place(titles: Sequence[str], wrong: str) -> None:
    main = [title for title in titles if title != wrong]
    facts = branch("", changelog=a_changelog(*titles), main_changelog=a_changelog(*main))
    findings = finds(ChangelogIsInOrder(), facts)

    assert any(f"'{wrong}'" in finding.message for finding in findings)


def test_without_mains_changelog_the_newest_section_is_looked_at() -> None:
    facts = branch("", changelog=a_changelog("1.1.0", "1.1.1", "1.0.0", "0.9.0"), main_changelog=None)
    (finding,) = finds(ChangelogIsInOrder(), facts)

    assert "'1.1.0'" in finding.message
    assert "'1.1.1'" in finding.message


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(1), TODAY - timedelta(9)])
def test_a_date_that_can_be_right(day: date) -> None:
    passes(ChangelogDateIsRight(), branch(f"## 1.2.0 - {day}\n\n- a\n\n{OLD}"))


@pytest.mark.parametrize(
    ("version", "day", "before"),
    [("1.2.0", TODAY + timedelta(2), "1.1.0 - 2026-01-01"), ("1.2.1", date(2026, 1, 5), "1.2.0 - 2026-01-06")],
)
def test_a_date_that_cannot_be_right(version: str, day: date, before: str) -> None:
    text = f"## {version} - {day}\n\n- a\n\n## {before}\n\n- b\n"
    (finding,) = finds(ChangelogDateIsRight(), branch(text, at=version))

    assert finding.where == InFile("CHANGELOG.md", 1)


def test_a_maintenance_release_may_be_dated_after_releases_above_it() -> None:
    text = "## 2.0.0 - 2026-02-01\n\n- a\n\n## 1.2.1 - 2026-02-20\n\n- b\n\n## 1.2.0 - 2026-01-01\n\n- c\n"

    passes(ChangelogDateIsRight(), branch(text, at="1.2.1"))


def test_a_version_without_a_date() -> None:
    skips(ChangelogDateIsRight(), branch(f"## 1.2.0\n\n- a\n\n{OLD}"))


def test_entries_that_were_left_under_unreleased() -> None:
    """Failure 22: entries stayed under Unreleased after they had shipped."""
    text = f"## Unreleased\n\n{ENTRY}\n## 1.2.0 - 2026-03-01\n\n- b\n\n{OLD}"
    (finding,) = finds(UnreleasedIsRolled(), branch(text))

    assert (finding.where, type(finding.remedy)) == (InFile("CHANGELOG.md", 1), Edit)
    assert finds(UnreleasedIsRolled(), branch(text, divergence=ON_MAIN))


def test_unreleased_is_empty_beside_the_version() -> None:
    passes(UnreleasedIsRolled(), branch(f"## Unreleased\n\n## 1.2.0\n\n- b\n\n{OLD}"))
    passes(UnreleasedIsRolled(), branch(f"## 1.3.0 (unreleased)\n\n{ENTRY}\n## 1.2.0\n\n- b\n\n{OLD}"))


def test_what_is_unreleased_may_be_for_a_later_version() -> None:
    text = f"## Unreleased\n\n{ENTRY}\n## 1.2.0\n\n- b\n\n{OLD}"

    skips(UnreleasedIsRolled(), branch(f"## Unreleased\n\n{ENTRY}\n{OLD}"))
    skips(UnreleasedIsRolled(), branch(text, tags=tags("v1.2.0")))
    skips(UnreleasedIsRolled(), branch(text, f"## Unreleased\n\n## 1.2.0\n\n- b\n\n{OLD}"))


def test_a_branch_that_tells_under_unreleased() -> None:
    passes(EntryIsWritten(), branch(f"## Unreleased\n\n{ENTRY}\n{OLD}", f"## Unreleased\n\n{OLD}"))
    passes(EntryIsWritten(), branch(f"## Unreleased\n\n- a\n{ENTRY}\n{OLD}", f"## Unreleased\n\n- a\n\n{OLD}"))


@pytest.mark.parametrize(
    ("text", "line", "entry"),
    [
        (f"## Unreleased\n\n* a\n\n{OLD}", 4, "* Describe the change (#NUMBER)"),
        (f"## Unreleased\n\n{OLD}", 2, "- Describe the change (#NUMBER)"),
        (f"# Log\n\n{OLD}", 3, "- Describe the change (#NUMBER)"),
    ],
)
def test_a_branch_that_forgot_is_told_the_line_to_paste(text: str, line: int, entry: str) -> None:
    """A branch that changes code and forgets the changelog is blocked with the line to paste."""
    facts = branch(text, text, config=Config(bump=Way.RELEASE_PR))
    (finding,) = finds(EntryIsWritten(), facts)

    assert finding.where == InFile("CHANGELOG.md", line)
    assert isinstance(finding.remedy, Edit)
    assert entry in finding.remedy.text


def test_where_a_heading_is_needed_its_place_is_told_for_the_file_as_it_is() -> None:
    text = f"# Log\n\n{OLD}"
    (finding,) = finds(EntryIsWritten(), branch(text, text, config=Config(bump=Way.RELEASE_PR)))

    assert finding.remedy == Edit(
        "add '- Describe the change (#NUMBER)' under a new heading '## Unreleased' in CHANGELOG.md, before line 3"
    )


@pytest.mark.parametrize("before", ["", "- A change that main tells.\n"], ids=["alone", "beside another"])
@pytest.mark.parametrize("pasted", [EXAMPLE, EXAMPLE.replace("NUMBER", "7")])
def test_a_branch_that_pasted_the_line_and_left_it_so(before: str, pasted: str) -> None:
    """The line was taken for an entry, and ended up in the notes of a tag."""
    text, main = (f"## Unreleased\n\n{before}{more}\n{OLD}" for more in (f"- {pasted}\n", ""))
    (finding,) = finds(EntryIsWritten(), branch(text, main, config=Config(bump=Way.RELEASE_PR)))
    (blind,) = finds(EntryIsWritten(), branch(text, main, changelog_texts={}))

    assert finding.where == InFile("CHANGELOG.md", 4 if before else 3)
    assert finding.remedy == Edit("write what changed in place of 'Describe the change' in CHANGELOG.md")
    assert blind.where == InFile("CHANGELOG.md")


@pytest.mark.parametrize("left", [EXAMPLE, "Tides are right (#NUMBER)"])
def test_the_example_is_in_the_way_whatever_the_branch_is_there_for(left: str) -> None:
    """Beside an entry in earnest, and where no entry is owed: it was called ready."""
    text = f"## Unreleased\n\n{ENTRY}- {left}\n\n{OLD}"
    docs = Shipping(ships=False, reason="only documentation")

    for given in (Given(), Given(shipping=docs), Given(config=Config(bump=Way.IN_PR))):
        (finding,) = finds(EntryIsWritten(), branch(text, **given))
        assert finding.where == InFile("CHANGELOG.md", 4)
    skips(EntryIsWritten(), branch(text, divergence=ON_MAIN, tree_state=TreeState()))
    skips(EntryIsWritten(), facts_about("v1.2.0", shipping=docs))


def test_an_entry_whose_number_nobody_wrote() -> None:
    """The notes of a release said (#NUMBER)."""
    text, main = (f"## Unreleased\n\n{more}\n{OLD}" for more in ("- Tides are right (#NUMBER)\n", ""))
    (finding,) = finds(EntryIsWritten(), branch(text, main))
    (blind,) = finds(EntryIsWritten(), branch(text, main, changelog_texts={}))

    assert finding.where == InFile("CHANGELOG.md", 3)
    assert finding.remedy == Edit("put the number in place of 'NUMBER' in CHANGELOG.md, or take '(#NUMBER)' away")
    assert blind.where == InFile("CHANGELOG.md")
    passes(EntryIsWritten(), branch(text.replace("(#NUMBER)", "(#7)"), main))
    passes(EntryIsWritten(), branch(text.replace("\n\n## 1", f"\n{ENTRY}\n## 1"), text))


def test_a_file_of_news_that_is_named_after_no_number() -> None:
    """`towncrier create` was told NUMBER, and the notes said (#NUMBER)."""
    given = Fragment("news/NUMBER.bugfix.md", "bugfix", Bump.PATCH, "Tides are right.\n")
    facts = branch(
        OLD,
        fragments=Fragments("towncrier", "news", ("bugfix",), (given,)),
        changed=[ChangedFile(given.path, None)],
    )
    (finding,) = finds(EntryIsWritten(), facts)

    assert finding.where == InFile(given.path)
    assert finding.remedy == Edit(
        "put the number in place of 'NUMBER' in the name of news/NUMBER.bugfix.md, or call it +change.bugfix.md"
    )


def test_a_changelog_of_one_file_per_release_has_no_heading_to_add() -> None:
    log = parse("1.1.0\n=====\n\n* First.\n", path="docs/changes/1.1.0.rst", project=NAME)
    files = Changelog("docs/changes", log.format, log.sections)
    facts = branch(OLD, changelog=files, main_changelog=files, config=Config(bump=Way.RELEASE_PR))
    (finding,) = finds(EntryIsWritten(), facts)

    assert finding.remedy == Edit(
        "add '- Describe the change (#NUMBER)' under an unreleased version in a file of its own in docs/changes, "
        "headed as the newest one there"
    )


@pytest.mark.parametrize("line", ["- TODO", "### Fixed"])
def test_a_line_that_says_nothing_is_no_entry(line: str) -> None:
    main = f"## Unreleased\n\n- A change that main tells.\n\n{OLD}"

    finds(EntryIsWritten(), branch(main.replace("tells.\n", f"tells.\n\n{line}\n"), main))


def test_the_example_that_main_has_already_is_not_the_branchs() -> None:
    text = f"## Unreleased\n\n- {EXAMPLE}\n\n{OLD}"
    (finding,) = finds(EntryIsWritten(), branch(text, text))

    assert isinstance(finding.remedy, Edit)
    assert finding.remedy.text.startswith("add '- Describe the change")


@pytest.mark.parametrize(
    "texts",
    [{}, {"CHANGELOG.md": f"<<<<<<< HEAD\n{OLD}=======\n>>>>>>> theirs\n"}],
    ids=["nothing to read", "a merge half done"],
)
def test_a_branch_that_forgot_where_no_line_can_be_told(texts: dict[str, str]) -> None:
    facts = branch(OLD, OLD, config=Config(bump=Way.RELEASE_PR), changelog_texts=texts)
    (finding,) = finds(EntryIsWritten(), facts)

    assert finding.where == InFile("CHANGELOG.md", 1)
    assert isinstance(finding.remedy, Edit)
    assert "a new heading 'Unreleased'" in finding.remedy.text


def test_a_branch_that_forgot_where_there_is_no_changelog() -> None:
    facts = branch("", None, changelog=None, changelog_texts={}, config=Config(bump=Way.RELEASE_PR))
    (finding,) = finds(EntryIsWritten(), facts)

    assert isinstance(finding.remedy, Edit)


def test_a_branch_that_need_not_tell() -> None:
    """Failure 20: after a release every pull request was red, those that ship nothing included."""
    text = f"## Unreleased\n\n{OLD}"

    skips(EntryIsWritten(), branch(text, text, shipping=Shipping(ships=False, reason="only docs/ changes")))
    skips(EntryIsWritten(), branch(text, text, divergence=ON_MAIN, tree_state=TreeState()))
    skips(EntryIsWritten(), branch(text, text, config=Config(bump=Way.IN_PR)))
    skips(EntryIsWritten(), branch(OLD, OLD))
    cannot_tell(EntryIsWritten(), facts_about("v1.2.0"))


def news(tool: str, *kinds: str, found: bool = False) -> Fragments:
    fragment = Fragment(f"news/7.{kinds[0]}.md", kinds[0], Bump.PATCH, "It works.")
    return Fragments(tool, "news", kinds, (fragment,) if found else ())


def test_a_branch_that_adds_a_file_of_news() -> None:
    changed = (ChangedFile("news/7.bugfix.md", None),)

    passes(EntryIsWritten(), branch(OLD, fragments=news("towncrier", "bugfix", found=True), changed=changed))


@pytest.mark.parametrize("tool", ["towncrier", "changesets"])
def test_a_file_of_news_that_nobody_wrote_yet(tool: str) -> None:
    """What `towncrier create` was told to write was taken for news."""
    given = Fragment("news/7.bugfix.md", "bugfix", Bump.PATCH, "Describe the change\n")
    written = Fragment("news/8.misc.md", "misc", Bump.PATCH, "")
    changed = [ChangedFile(each.path, None) for each in (given, written)]
    (finding,) = finds(
        EntryIsWritten(), branch(OLD, fragments=Fragments(tool, "news", ("bugfix",), (given,)), changed=changed)
    )

    assert finding.where == InFile(given.path, 1)
    assert finding.remedy == Edit(f"write what changed in place of 'Describe the change' in {given.path}")
    both = Fragments(tool, "news", ("bugfix", "misc"), (given, written))
    (beside,) = finds(EntryIsWritten(), branch(OLD, fragments=both, changed=changed))
    assert beside == finding
    passes(EntryIsWritten(), branch(OLD, fragments=both, changed=changed[1:]))


def test_the_kind_that_is_proposed_is_no_break() -> None:
    (finding,) = finds(EntryIsWritten(), branch(OLD, fragments=news("towncrier", "breaking", "fix")))

    assert finding.remedy == Run(("towncrier", "create", "--content", "Describe the change", "NUMBER.fix"))


@pytest.mark.parametrize(
    ("tool", "remedy"),
    [
        ("towncrier", Run(("towncrier", "create", "--content", "Describe the change", "NUMBER.bugfix"))),
        ("scriv", Run(("scriv", "create", "--edit"))),
        ("reno", Run(("reno", "new", "describe-the-change"))),
    ],
)
def test_a_branch_that_adds_no_file_of_news(tool: str, remedy: Run) -> None:
    """Files that lie there already are other people's news."""
    facts = branch(OLD, fragments=news(tool, "feature", "bugfix", found=True))
    (finding,) = finds(EntryIsWritten(), facts)

    assert (finding.where, finding.remedy) == (InFile("news"), remedy)


def test_a_branch_that_adds_no_changeset() -> None:
    (finding,) = finds(EntryIsWritten(), branch(OLD, fragments=news("changesets", "patch")))

    assert isinstance(finding.remedy, Edit)


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (ChangelogHasVersion(), OLD),
        (ChangelogSectionIsFinal(), f"## 1.2.0 (unreleased)\n\n- a\n\n{OLD}"),
        (ChangelogNamesVersionOnce(), f"## 1.2.0\n\n- a\n\n## 1.2.0\n\n- b\n\n{OLD}"),
        (ChangelogHasContent(), f"## 1.2.0\n\n{OLD}"),
        (ChangelogHasNoNewer(), f"## 1.3.0\n\n- a\n\n## 1.2.0\n\n- b\n\n{OLD}"),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_before_the_tag_exists_places_are_in_the_working_tree(check: ChangelogHasVersion, text: str) -> None:
    """Failures 21 and 40: a tag without a section, and a heading for rc3 that blocked rc2, found before the tag."""
    (before,) = finds(check, branch(text))
    (after,) = finds(check, branch(text, tags=tags("v1.2.0")))

    assert isinstance(before.where, InFile)
    assert isinstance(after.where, InCommit)
    assert "main" not in str(before.remedy)


def test_a_project_without_a_changelog_before_the_tag_exists() -> None:
    (finding,) = finds(ChangelogHasVersion(), branch("", changelog=None))

    assert finding.where == InFile("CHANGELOG.md")
