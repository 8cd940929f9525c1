"""Which version is proposed, and which is meant."""

from datetime import date

import pytest
from packaging.version import Version

from tagship.domain.branch import Bump, Suggestion
from tagship.domain.bump import Wish
from tagship.errors import UsageError
from tagship.workflow.preparing.aiming import Sight, advise, aim, tree
from tagship.workflow.preparing.releases import Releases

TODAY = date(2026, 3, 1)
GROWN = Suggestion(Bump.MINOR, ("a door is new",))


def at(current: str, *taken: str, last: str | None = None) -> Releases:
    """A project whose files say `current`; the versions that are taken have been tagged long ago."""
    known = None if last is None else Version(last)
    return Releases(
        current=Version(current),
        written=True,
        taken={Version(version): date(2025, 1, 1) for version in taken},
        last=None,
        last_version=known,
        final=None,
        final_version=known,
    )


def seen(releases: Releases, suggestion: Suggestion | None = None, on_main: str | None = None) -> Sight:
    return Sight(releases, lambda: suggestion, TODAY, None if on_main is None else Version(on_main))


@pytest.mark.parametrize(
    ("releases", "suggestion", "version"),
    [
        (at("1.1.0.dev0", "1.0.0", "1.1.0.dev0"), None, "1.1.0"),
        (at("1.0.1.dev0", "1.0.0", "1.0.1.dev0"), GROWN, "1.1.0"),
        (at("2026.2.0", "2026.2.0"), None, "2026.3.0"),
        (at("1.0.0", "1.0.0"), GROWN, "1.1.0"),
    ],
)
def test_what_is_proposed(releases: Releases, suggestion: Suggestion | None, version: str) -> None:
    advice = advise(releases, suggestion, TODAY)

    assert advice is not None
    assert advice.version == Version(version)
    assert advice.reasons


def test_what_cannot_be_reached_is_not_proposed() -> None:
    """A later release stands on the line of the pre-release already."""
    assert advise(at("1.1.0rc1", "1.1.0rc1", "1.1.5"), None, TODAY) is None


def test_a_kind_alone_goes_as_far_up_as_the_changes_ask() -> None:
    assert aim(seen(at("1.0.0", "1.0.0"), GROWN), Wish(pre="rc")) == Version("1.1.0rc1")


@pytest.mark.parametrize(
    ("wish", "version"),
    [(Wish(Bump.MINOR), "1.1.0"), (Wish(Bump.PATCH), "1.1.1"), (Wish(Bump.MAJOR), "2.0.0"), (Wish(dev=True), "1.1.0")],
)
def test_a_wish_that_was_fulfilled_already_is_not_fulfilled_twice(wish: Wish, version: str) -> None:
    current = "1.1.0.dev0" if wish.dev else "1.1.0"
    found = aim(seen(at(current, "1.0.0", last="1.0.0")), wish)

    assert found == Version("1.1.0.dev0" if wish.dev else version)


def test_what_else_there_is_stands_beside_a_refusal() -> None:
    with pytest.raises(UsageError, match=r"1\.0\.0 goes backwards[\s\S]*1\.2\.1") as refused:
        aim(seen(at("1.2.0", "1.2.0")), Wish(version=Version("1.0.0")))

    assert refused.value.message == str(refused.value)


@pytest.mark.parametrize("suggestion", [None, GROWN, Suggestion(Bump.PATCH, ("a door is mended",))])
@pytest.mark.parametrize(
    ("releases", "on_main"),
    [
        (at("1.1.0.dev0", "1.0.0", last="1.0.0"), None),
        (at("1.1.0.dev1", "1.0.0", "1.1.0.dev0", last="1.1.0.dev0"), None),
        (at("1.1.0", "1.0.0", last="1.0.0"), "1.1.0.dev0"),
        (at("1.1.0rc1", "1.0.0", last="1.0.0"), "1.0.0"),
        (at("1.0.0", "1.0.0", last="1.0.0"), "1.0.0"),
        (at("2026.2.0", "2026.2.0", "2026.1.0", last="2026.2.0"), None),
        (at("2026.3.0.dev0", "2026.2.0", "2026.1.0", last="2026.2.0"), None),
    ],
)
def test_the_tree_shows_what_each_wish_is_taken_for(
    releases: Releases, on_main: str | None, suggestion: Suggestion | None
) -> None:
    sight = seen(releases, suggestion, on_main)
    for row in tree(sight).splitlines()[1:]:
        *words, shown = row.translate(dict.fromkeys(map(ord, "│├└─"))).split()
        part = None if words[0].startswith("--") else Bump(words.pop(0))
        pre = words[words.index("--pre") + 1] if "--pre" in words else None

        assert aim(sight, Wish(part, pre=pre, post="--post" in words, dev="--dev" in words)) == Version(shown), row


def test_a_development_version_that_nobody_took_is_shown_as_it_is() -> None:
    """Another number was shown than the one that is made."""
    rows = tree(seen(at("1.1.0.dev0", "1.0.0", last="1.0.0"))).splitlines()

    assert [row.split()[-1] for row in rows if "─ --dev" in row] == ["1.1.0.dev0"]
