import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.releases import a_broken_wheel, a_release_sdist, a_release_wheel, released
from fakes import FakeFacts
from tagship.checks.drift import AdditionsAreExpected, ContentsStayAsTheyWere, ModulesAreKept, RemovalsAreExplained
from tagship.checks.engine import Check
from tagship.domain.distribution import Member
from tagship.errors import InFile

CORE = ("handmade/__init__.py", "handmade/core.py", "handmade/missions/a.md")
SOURCES = tuple(f"src/{path}" for path in CORE)
NOW, BEFORE = a_release_wheel(*CORE), a_release_wheel(*CORE, version="1.1.0")
EVERY: list[Check[FakeFacts]] = [
    RemovalsAreExplained(),
    ModulesAreKept(),
    AdditionsAreExpected(),
    ContentsStayAsTheyWere(),
]


@pytest.mark.parametrize("check", EVERY)
def test_a_release_like_the_one_before(check: Check[FakeFacts]) -> None:
    passes(check, released(NOW, a_release_sdist(*SOURCES), before=[BEFORE]))


@pytest.mark.parametrize("check", EVERY)
def test_a_first_release(check: Check[FakeFacts]) -> None:
    skips(check, released(NOW, tracked=SOURCES))


@pytest.mark.parametrize("check", EVERY)
def test_an_index_that_cannot_be_asked(check: Check[FakeFacts]) -> None:
    cannot_tell(check, FakeFacts(distributions=[NOW], tracked=None))


@pytest.mark.parametrize("check", EVERY)
def test_a_wheel_that_does_not_open(check: Check[FakeFacts]) -> None:
    cannot_tell(check, released(a_broken_wheel(), a_release_sdist(*SOURCES), before=[BEFORE]))


def test_removals_that_git_knows_of() -> None:
    before = [a_release_wheel(*CORE, "handmade/old.py", "handmade/missions/old.md", "single.py")]

    passes(RemovalsAreExplained(), released(NOW, tracked=SOURCES, before=before))


def test_removals_that_git_knows_nothing_of() -> None:
    before = [a_release_wheel(*CORE, "handmade/skills/a.md", "handmade/skills/b.md")]
    tracked = (*SOURCES, "src/handmade/skills/a.md", "src/handmade/skills/b.md")

    (finding,) = finds(RemovalsAreExplained(), released(NOW, tracked=tracked, before=before))

    assert finding.where == InFile("handmade/skills/a.md")
    assert "2 files of 1.1.0 that git has" in finding.message


def test_a_single_module_that_is_gone_from_the_wheel_alone() -> None:
    before = [a_release_wheel(*CORE, "single.py")]

    finds(RemovalsAreExplained(), released(NOW, tracked=(*SOURCES, "src/single.py"), before=before))


def test_without_git_the_sdist_tells_what_was_removed() -> None:
    before = [a_release_wheel(*CORE, "handmade/old.py")]
    told = released(NOW, a_release_sdist(*SOURCES), before=before)
    contradicted = released(NOW, a_release_sdist(*SOURCES, "src/handmade/old.py"), before=before)

    passes(RemovalsAreExplained(), told)
    finds(RemovalsAreExplained(), contradicted)
    skips(RemovalsAreExplained(), released(NOW, before=before))


@pytest.mark.parametrize(
    "path", ["handmade/_version.py", "handmade/_c.abi3.so", "handmade/tests/test_a.py", "handmade/_c.pyx"]
)
def test_what_comes_and_goes(path: str) -> None:
    before = [a_release_wheel(*CORE, path)]

    passes(RemovalsAreExplained(), released(NOW, tracked=(*SOURCES, f"src/{path}"), before=before))


def test_modules_that_are_gone_with_nobody_to_tell_why() -> None:
    before = [a_release_wheel(*CORE, "handmade/old.py", "handmade/sub/__init__.py", "handmade/missions/old.md")]

    (finding,) = finds(ModulesAreKept(), released(NOW, before=before))

    assert "handmade/old.py" in finding.message
    skips(ModulesAreKept(), released(NOW, tracked=SOURCES, before=before))


def test_modules_that_are_all_there() -> None:
    passes(ModulesAreKept(), released(NOW, before=[BEFORE]))


def test_additions_that_nobody_wonders_at() -> None:
    now = a_release_wheel(
        *CORE,
        "handmade/new.py",
        "handmade/new.json",
        Member("handmade/tables.py", size=2 << 20),
        "30fcd23745efe32ce681__mypyc.cpython-311-x86_64-linux-gnu.so",
        size=3_000,
    )

    passes(AdditionsAreExpected(), released(now, before=[BEFORE]))


def test_additions_that_somebody_should_look_at() -> None:
    now = a_release_wheel(*CORE, "scratch/__init__.py", Member("handmade/core.dump", size=2 << 20), size=9_000)

    name, data, size = finds(AdditionsAreExpected(), released(now, before=[BEFORE]))

    assert "scratch" in name.message
    assert "handmade/core.dump" in data.message
    assert "4.5 times" in size.message


def test_a_wheel_for_another_platform_says_nothing_of_growth() -> None:
    now = a_release_wheel(*CORE, tags="cp311-cp311-win_amd64", size=90_000)

    passes(AdditionsAreExpected(), released(now, before=[BEFORE]))


def test_contents_that_stay() -> None:
    passes(ContentsStayAsTheyWere(), released(NOW, before=[BEFORE]))


def test_what_was_added_removed_and_changed() -> None:
    changed = "handmade/missions/b.md"
    now = a_release_wheel(*CORE, "handmade/new.py", Member(changed, size=1, sha256="ab" * 32))
    before = a_release_wheel(*CORE, "handmade/old.py", Member(changed, size=1, sha256="cd" * 32))

    added, removed, other = finds(ContentsStayAsTheyWere(), released(now, before=[before]))

    assert "handmade/new.py" in added.message
    assert "handmade/old.py" in removed.message
    assert changed in other.message
