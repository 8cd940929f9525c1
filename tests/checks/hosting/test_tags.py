"""Who may make a release's tag, and may anybody move one?"""

from dataclasses import replace

import pytest

from checks.asking import cannot_tell, finds
from checks.hosting.given import KEPT, MADE, UNSEEN, Given, passes
from tagship.checks.hosting.tags import TagCreationIsRestricted, TagsStayAsTheyAre
from tagship.domain.hosting import JOBS, WRITERS, Force, Guard, Protection, Rule
from tagship.domain.version import TagTemplate
from tagship.errors import Visit

SEVERAL = (TagTemplate("core-v{version}"), TagTemplate("app/v{version}"))


def ruled(*guards: Guard) -> Given:
    return Given(tag_rules=Protection(guards))


def test_protected_tags() -> None:
    passes(TagCreationIsRestricted())
    passes(TagsStayAsTheyAre())


def test_tags_that_anybody_may_make_or_move() -> None:
    finds(TagCreationIsRestricted(), ruled(KEPT))
    moved, deleted = finds(TagsStayAsTheyAre(), ruled(MADE))

    assert ("moved" in moved.message, "deleted" in deleted.message) == (True, True)


def test_each_package_has_tags_of_its_own() -> None:
    facts = ruled(replace(MADE, covers=("core-v*",)), replace(KEPT, covers=("core-v*", "app/*"))).wanting(
        templates=SEVERAL
    )

    (finding,) = finds(TagCreationIsRestricted(), facts)
    assert "app/v*" in finding.message
    passes(TagsStayAsTheyAre(), facts)


def test_a_pattern_that_some_versions_do_not_match() -> None:
    finds(TagCreationIsRestricted(), ruled(replace(MADE, covers=("v[0-9].*",))))


@pytest.mark.parametrize("passing", [(WRITERS,), ("administrators", JOBS)])
@pytest.mark.parametrize("page", [None, "https://x.test"])
def test_a_rule_that_nearly_everybody_passes(passing: tuple[str, ...], page: str | None) -> None:
    (finding,) = finds(TagCreationIsRestricted(), ruled(replace(MADE, bypassed_by=passing, page=page)))

    assert finding.message.startswith(f"{passing[-1]} may make a tag v* all the same")
    assert isinstance(finding.remedy, Visit) is (page is not None)


def test_who_may_make_one_is_not_shown() -> None:
    cannot_tell(TagCreationIsRestricted(), ruled(replace(MADE, bypassed_by=None)))


def test_a_ruleset_that_only_evaluates() -> None:
    (finding,) = finds(TagCreationIsRestricted(), ruled(replace(MADE, force=Force.EVALUATED)))

    assert "only evaluated" in finding.message


def test_who_may_move_a_tag_all_the_same() -> None:
    findings = finds(TagsStayAsTheyAre(), ruled(replace(KEPT, bypassed_by=("administrators",), page="https://x.test")))

    assert [isinstance(each.remedy, Visit) for each in findings] == [True, True]
    (only,) = finds(
        TagsStayAsTheyAre(),
        ruled(
            replace(KEPT, rules=frozenset({Rule.NO_UPDATE})),
            replace(KEPT, rules=frozenset({Rule.NO_DELETION}), bypassed_by=("administrators",)),
        ),
    )
    assert "deleted" in only.message


def test_who_may_move_one_is_not_shown() -> None:
    cannot_tell(TagsStayAsTheyAre(), ruled(replace(KEPT, bypassed_by=None)))


def test_rules_that_are_not_shown() -> None:
    facts = Given(tag_rules=Protection(unseen=UNSEEN))

    cannot_tell(TagCreationIsRestricted(), facts)
    cannot_tell(TagsStayAsTheyAre(), facts)
