import pytest

from checks.asking import cannot_tell, finds, passes
from fakes import (
    COMMIT,
    OTHER_COMMIT,
    FakeFacts,
    Given,
    a_lightweight_tag,
    a_remote,
    a_standing,
    a_tag,
    facts_about,
    tags,
)
from tagship.checks.tag import TagExists, TagHasNotMoved, TagIsAnnotated, TagIsCanonical, TagIsOnMain, TagIsPushed
from tagship.domain.facts import Remote, Standing, Tag
from tagship.domain.version import TagTemplate
from tagship.errors import AtRef, Edit, Run

LIGHT = a_lightweight_tag("v1.2.0")


def test_a_tag_that_exists() -> None:
    passes(TagExists(), FakeFacts(tag_name="v1.2.0", tags=tags("v1.1.0", "v1.2.0")))


def test_a_tag_that_does_not_exist() -> None:
    (finding,) = finds(TagExists(), facts_about("v1.2.0", tags=tags("v1.1.0"), remote=a_remote()))

    assert finding.where == AtRef("v1.2.0")
    assert finding.remedy == Run(("tagship", "tag", "v1.2.0"))


def test_a_tag_is_made_by_hand_where_there_is_no_remote() -> None:
    (finding,) = finds(TagExists(), facts_about("v1.2.0", tags={}, remote=None))

    assert finding.remedy == Run(("git", "tag", "--annotate", "v1.2.0", "--message", "v1.2.0"))


def test_a_tag_that_the_remote_has_is_fetched_and_not_made_again() -> None:
    (finding,) = finds(TagExists(), facts_about("v1.2.0", tags={}, remote=a_remote(a_tag("v1.2.0"))))

    assert finding.remedy == Run(("git", "fetch", "origin", "refs/tags/v1.2.0:refs/tags/v1.2.0"))


def test_where_the_remote_cannot_be_asked_tagging_will_ask_it_first() -> None:
    (finding,) = finds(TagExists(), facts_about("v1.2.0", tags={}))

    assert finding.remedy == Run(("tagship", "tag", "v1.2.0"))


@pytest.mark.parametrize("name", ["main", "refs/heads/main", "1..2", "v1.2.0-1", "v1.2.0+local"])
def test_what_would_make_no_tag_that_ships_is_not_proposed(name: str) -> None:
    (finding,) = finds(TagExists(), facts_about(name, tags={}))

    assert finding.remedy == Edit("name a tag such as v1.2.3")


def test_tags_that_cannot_be_listed() -> None:
    cannot_tell(TagExists(), FakeFacts(tag_name="v1.2.0"))


@pytest.mark.parametrize(
    "tag", ["v1.2.0", "v1.2", "v1.2.0rc1", "v1.2.0.post1", "v1.2.0.dev3", "v1!1.2.0", "v2024.11", "v0"]
)
def test_canonical_spellings(tag: str) -> None:
    passes(TagIsCanonical(), facts_about(tag))


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [
        ("v1.2.3-1", "v1.2.3.post1"),
        ("v1.2.3-rc.1", "v1.2.3rc1"),
        ("v1.2.3-beta", "v1.2.3b0"),
        ("v01.2", "v1.2"),
        ("vv1.2", "v1.2"),
        ("v1.2.3-dev", "v1.2.3.dev0"),
    ],
)
def test_other_spellings_of_a_version(tag: str, canonical: str) -> None:
    (finding,) = finds(TagIsCanonical(), facts_about(tag))

    assert finding.where == AtRef(tag)
    assert finding.remedy == Run(("git", "tag", "--annotate", canonical, tag + "^{commit}", "--message", canonical))


@pytest.mark.parametrize("tag", ["v1.2.3-hotfix.4", "v1.x", "v1.2.0+local", "v" + "9" * 5000])
def test_what_no_index_takes_as_a_version(tag: str) -> None:
    (finding,) = finds(TagIsCanonical(), facts_about(tag))

    assert isinstance(finding.remedy, Edit)


@pytest.mark.parametrize("tag", ["1.2.0", "release-1.2.0", "V1.2.0", "v", "latest"])
def test_a_tag_of_another_form(tag: str) -> None:
    (finding,) = finds(TagIsCanonical(), facts_about(tag))

    assert (finding.where, type(finding.remedy)) == (AtRef(tag), Edit)


def test_a_template_of_the_projects_own() -> None:
    passes(TagIsCanonical(), FakeFacts(tag_name="pkg/1.2.0", template=TagTemplate("pkg/{version}")))
    finds(TagIsCanonical(), FakeFacts(tag_name="v1.2.0", template=TagTemplate("pkg/{version}")))


def test_a_template_that_is_unknown() -> None:
    cannot_tell(TagIsCanonical(), FakeFacts(tag_name="v1.2.0"))


def test_an_annotated_tag() -> None:
    passes(TagIsAnnotated(), FakeFacts(tag=a_tag("v1.2.0")))


@pytest.mark.parametrize("remote", [None, a_remote(a_tag("v1.1.0"))])
def test_a_lightweight_tag(remote: Remote | None) -> None:
    (finding,) = finds(TagIsAnnotated(), FakeFacts(tag=a_lightweight_tag("v1.2.0"), remote=remote))

    assert finding.where == AtRef("v1.2.0")
    assert isinstance(finding.remedy, Run)
    assert "v1.2.0^{commit}" in finding.remedy.argv


@pytest.mark.parametrize("given", [{"remote": a_remote(LIGHT)}, {}], ids=["pushed", "unknown"])
def test_a_lightweight_tag_that_others_may_have_is_not_moved(given: Given) -> None:
    given = {**given, "tag": LIGHT}
    (finding,) = finds(TagIsAnnotated(), facts_about("v1.2.0", **given))

    assert isinstance(finding.remedy, Edit)
    assert "next version" in finding.remedy.text


def test_a_tag_that_nobody_has_is_neither_annotated_nor_not() -> None:
    cannot_tell(TagIsAnnotated(), FakeFacts(tag_name="v1.2.0"))


def test_a_tag_that_is_pushed() -> None:
    passes(TagIsPushed(), facts_about("v1.2.0", remote=a_remote(a_tag("v1.2.0"))))


def test_a_tag_that_is_not_pushed() -> None:
    (finding,) = finds(TagIsPushed(), facts_about("v1.2.0", remote=a_remote(a_tag("v1.1.0"), name="upstream")))

    assert finding.where == AtRef("v1.2.0")
    assert finding.remedy == Run(("git", "push", "upstream", "refs/tags/v1.2.0"))


@pytest.mark.parametrize("check", [TagIsPushed(), TagHasNotMoved()])
def test_a_repository_without_a_remote_has_shared_nothing(check: TagIsPushed | TagHasNotMoved) -> None:
    cannot_tell(check, facts_about("v1.2.0", remote=None))
    cannot_tell(check, facts_about("v1.2.0"))


def test_a_tag_that_is_the_same_everywhere() -> None:
    passes(TagHasNotMoved(), facts_about("v1.2.0", remote=a_remote(a_tag("v1.2.0"))))


@pytest.mark.parametrize(
    "there",
    [
        a_tag("v1.2.0", commit=OTHER_COMMIT, object_name="beef" * 10),
        a_tag("v1.2.0", object_name="beef" * 10),
        a_lightweight_tag("v1.2.0"),
    ],
)
def test_a_tag_that_is_another_on_the_remote(there: Tag) -> None:
    (finding,) = finds(TagHasNotMoved(), facts_about("v1.2.0", remote=a_remote(there, name="upstream")))

    assert finding.where == AtRef("v1.2.0")
    assert finding.remedy == Run(("git", "fetch", "--force", "upstream", "refs/tags/v1.2.0:refs/tags/v1.2.0"))


def test_a_tag_that_is_only_here_cannot_be_compared() -> None:
    cannot_tell(TagHasNotMoved(), facts_about("v1.2.0", remote=a_remote()))


@pytest.mark.parametrize(
    "standing",
    [
        a_standing(),
        a_standing(on_main=False, lines=["origin/1.x"], branches=["origin/1.x"]),
        a_standing(on_main=True, lines=["origin/1.x"]),
    ],
)
def test_a_tag_on_main_or_a_line(standing: Standing) -> None:
    passes(TagIsOnMain(), facts_about("v1.2.0", standing=standing))


@pytest.mark.parametrize("branches", [[], ["feature"], ["feature", "origin/feature"]])
def test_a_tag_elsewhere(branches: list[str]) -> None:
    (finding,) = finds(TagIsOnMain(), facts_about("v1.2.0", standing=a_standing(on_main=False, branches=branches)))

    assert finding.where == AtRef("v1.2.0")
    assert all(branch in finding.message for branch in branches)
    assert isinstance(finding.remedy, Run)


def test_a_tag_that_only_the_remotes_main_lacks() -> None:
    """Nothing is between main as it is here and the tag, so that there is nothing to list."""
    here = a_standing(on_main=False, branches=["main", "origin/release-1.2.0"])

    (finding,) = finds(TagIsOnMain(), facts_about("v1.2.0", standing=here))

    assert finding.message.endswith("is not on main as the remote has it; it is on main, origin/release-1.2.0")
    assert str(finding.remedy).startswith(f"bring {COMMIT[:12]} to main on the remote first")


@pytest.mark.parametrize("branches", [["feature"], ["main"]])
def test_of_a_tag_to_come_the_commit_is_told(branches: list[str]) -> None:
    facts = facts_about("v1.2.0", standing=a_standing(on_main=False, branches=branches), tags=tags("v1.1.0"))

    (finding,) = finds(TagIsOnMain(), facts)

    assert finding.where == AtRef("HEAD")
    assert finding.message.startswith(f"{COMMIT[:12]} is not on main")
    assert isinstance(finding.remedy, Edit)


def test_a_standing_that_is_unknown() -> None:
    cannot_tell(TagIsOnMain(), facts_about("v1.2.0"))
