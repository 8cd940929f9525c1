import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.releases import a_broken_wheel, a_release_sdist, a_release_wheel, released
from fakes import FakeFacts
from tagship.checks.contents import (
    ShippedFilesAreTracked,
    TrackedDataIsShipped,
    TrackedFilesAreShipped,
    TrackedModulesAreShipped,
    WheelsHoldTheSdistsModules,
)
from tagship.checks.engine import Check
from tagship.domain.built import Blob
from tagship.domain.distribution import Member
from tagship.errors import InFile

CORE = ("handmade/__init__.py", "handmade/core.py", "handmade/data/one.json")
EVERY: list[Check[FakeFacts]] = [
    TrackedModulesAreShipped(),
    TrackedDataIsShipped(),
    TrackedFilesAreShipped(),
    ShippedFilesAreTracked(),
]
HOMES = ["", "src/", "lib/", "python/", "deep/down/src/"]


def sources(*more: str, home: str = "src/") -> list[str]:
    """The tracked files of the package, and more."""
    return [*(f"{home}{path}" for path in CORE), "pyproject.toml", *more]


@pytest.mark.parametrize("check", EVERY)
@pytest.mark.parametrize("home", HOMES)
def test_a_wheel_that_holds_what_git_tracks(check: Check[FakeFacts], home: str) -> None:
    passes(check, released(a_release_wheel(*CORE), tracked=sources(home=home)))


@pytest.mark.parametrize("check", EVERY)
def test_without_a_repository_there_is_nothing_to_compare(check: Check[FakeFacts]) -> None:
    skips(check, released(a_release_wheel(*CORE)))


@pytest.mark.parametrize("check", EVERY)
def test_without_a_wheel(check: Check[FakeFacts]) -> None:
    skips(check, released(a_release_sdist(*CORE), tracked=sources()))


@pytest.mark.parametrize("check", EVERY)
def test_a_wheel_whose_sources_are_elsewhere(check: Check[FakeFacts]) -> None:
    skips(check, released(a_release_wheel(*CORE), tracked=["Cargo.toml", "src/lib.rs"]))


@pytest.mark.parametrize("check", EVERY)
def test_a_wheel_that_does_not_open(check: Check[FakeFacts]) -> None:
    cannot_tell(check, released(a_broken_wheel(), tracked=sources()))


def test_wheels_that_hold_what_git_tracks() -> None:
    facts = released(a_release_wheel(*CORE), tracked=sources())

    passes(TrackedModulesAreShipped(), facts)
    passes(TrackedDataIsShipped(), facts)
    passes(TrackedFilesAreShipped(), facts)
    passes(ShippedFilesAreTracked(), facts)


@pytest.mark.parametrize("home", HOMES)
def test_a_module_that_no_wheel_holds(home: str) -> None:
    facts = released(a_release_wheel(*CORE), tracked=sources(f"{home}handmade/forgotten.py", home=home))

    (finding,) = finds(TrackedModulesAreShipped(), facts)

    assert finding.where == InFile(f"{home}handmade/forgotten.py")
    passes(TrackedDataIsShipped(), facts)
    passes(TrackedFilesAreShipped(), facts)


def test_a_package_below_that_was_forgotten_is_told_once() -> None:
    lost = [f"src/handmade/missions/{kind}/m{number}.py" for kind in ("plain", "odd") for number in range(500)]

    (finding,) = finds(TrackedModulesAreShipped(), released(a_release_wheel(*CORE), tracked=sources(*lost)))

    assert "1,000 tracked files" in finding.message
    assert "and 997 more" in finding.message


def test_a_module_that_one_of_several_wheels_holds() -> None:
    linux = a_release_wheel(*CORE, "handmade/_linux.py", tags="cp311-cp311-manylinux_2_28_x86_64")
    windows = a_release_wheel(*CORE, "handmade/_windows.py", tags="cp311-cp311-win_amd64")
    tracked = sources("src/handmade/_linux.py", "src/handmade/_windows.py")

    passes(TrackedModulesAreShipped(), released(linux, windows, tracked=tracked))


def test_a_package_whose_directory_is_called_otherwise() -> None:
    tracked = ["source/__init__.py", "source/core.py", "source/data/one.json", "source/lost.py"]

    (finding,) = finds(TrackedModulesAreShipped(), released(a_release_wheel(*CORE), tracked=tracked))

    assert finding.where == InFile("source/lost.py")


def test_a_package_of_which_little_is_tracked_is_known_by_its_name() -> None:
    made = [f"handmade/made/{number}.py" for number in range(9)]
    tracked = ["src/handmade/core.py", "src/handmade/lost.py", *(f"templates/made/{number}.py" for number in range(3))]

    (finding,) = finds(
        TrackedModulesAreShipped(), released(a_release_wheel("handmade/core.py", *made), tracked=tracked)
    )

    assert finding.where == InFile("src/handmade/lost.py")


def test_directories_and_metadata_are_no_files_of_a_package() -> None:
    wheel = a_release_wheel(
        *CORE, "handmade/empty/", "handmade-1.2.0.data/scripts/run", "handmade-1.2.0.data/purelib/handmade/two.py"
    )
    facts = released(wheel, tracked=sources("src/handmade/two.py"))

    passes(ShippedFilesAreTracked(), facts)
    passes(TrackedModulesAreShipped(), facts)


def test_copies_elsewhere_in_the_repository_are_not_taken_for_the_package() -> None:
    copies = [f"tests/data/{path}" for path in (*CORE, "handmade/other.py")]

    passes(TrackedModulesAreShipped(), released(a_release_wheel(*CORE), tracked=sources(*copies)))


def test_a_namespace_that_others_share() -> None:
    wheel = a_release_wheel("space/handmade/__init__.py", "space/handmade/core.py")
    tracked = ["src/space/handmade/__init__.py", "src/space/handmade/core.py", "src/space/other/__init__.py"]

    passes(TrackedModulesAreShipped(), released(wheel, tracked=tracked))


@pytest.mark.parametrize(
    "path",
    ["data/two.json", "templates/page.html", "py.typed", "locale/de/LC_MESSAGES/handmade.mo", "skills/review/SKILL.md"],
)
def test_data_that_no_wheel_holds(path: str) -> None:
    facts = released(a_release_wheel(*CORE), tracked=sources(f"src/handmade/{path}"))

    (finding,) = finds(TrackedDataIsShipped(), facts)

    assert finding.where == InFile(f"src/handmade/{path}")
    passes(TrackedModulesAreShipped(), facts)
    passes(TrackedFilesAreShipped(), facts)


def test_files_among_which_others_are_shipped_are_data() -> None:
    wheel = a_release_wheel(*CORE, "handmade/rules/a.pest")

    finds(
        TrackedDataIsShipped(),
        released(wheel, tracked=sources("src/handmade/rules/a.pest", "src/handmade/rules/b.pest")),
    )


@pytest.mark.parametrize("path", ["rules/b.pest", "command_template", "_vendor/vendor.txt", "_vendor/other/py.typed"])
def test_other_files_that_no_wheel_holds(path: str) -> None:
    facts = released(a_release_wheel(*CORE), tracked=sources(f"src/handmade/{path}"))

    (finding,) = finds(TrackedFilesAreShipped(), facts)

    assert finding.where == InFile(f"src/handmade/{path}")
    passes(TrackedDataIsShipped(), facts)


def test_a_package_beside_that_no_wheel_holds() -> None:
    tracked = sources("src/handmade_extra/__init__.py", "src/handmade_extra/more.py", "src/tests/__init__.py")

    (finding,) = finds(TrackedFilesAreShipped(), released(a_release_wheel(*CORE), tracked=tracked))

    assert finding.where == InFile("src/handmade_extra")


@pytest.mark.parametrize("path", ["data/two.json", "unused.py"])
def test_what_the_last_release_kept_in_its_sdist_alone_is_no_news(path: str) -> None:
    before = [a_release_wheel(*CORE), a_release_sdist(*sources(f"src/handmade/{path}"))]
    facts = released(a_release_wheel(*CORE), tracked=sources(f"src/handmade/{path}"), before=before)

    finds(TrackedFilesAreShipped(), facts)
    passes(TrackedDataIsShipped(), facts)
    passes(TrackedModulesAreShipped(), facts)


def test_an_index_that_cannot_be_asked_excuses_nothing() -> None:
    facts = FakeFacts(distributions=[a_release_wheel(*CORE)], tracked=frozenset(sources("src/handmade/lost.py")))

    finds(TrackedModulesAreShipped(), facts)


@pytest.mark.parametrize("check", EVERY[:3])
@pytest.mark.parametrize(
    "path",
    [
        "tests/test_core.py",
        "tests/data/expected.json",
        "test_core.py",
        "conftest.py",
        "docs/index.rst",
        "README.md",
        "CHANGES",
        "TODO.txt",
        "LICENSE.APACHE",
        ".gitignore",
        ".github/workflows/ci.yml",
        "_speedups.c",
        "_speedups.pyx",
        "lib.rs",
        "Cargo.toml",
        "meson.build",
        "CMakeLists.txt",
        "config.py.in",
        "locale/de/LC_MESSAGES/handmade.po",
        "static/app.ts",
        "package.json",
        "_vendor/other-1.0.dist-info/METADATA",
    ],
)
def test_what_no_wheel_need_hold(check: Check[FakeFacts], path: str) -> None:
    passes(check, released(a_release_wheel(*CORE), tracked=sources(f"src/handmade/{path}")))


@pytest.mark.parametrize("name", ["history", "install", "news", "changes", "testing", "tools"])
def test_a_module_is_no_paper_whatever_it_is_called(name: str) -> None:
    finds(
        TrackedModulesAreShipped(),
        released(a_release_wheel(*CORE), tracked=sources(f"src/handmade/{name}.py", f"src/handmade/{name}/one.py")),
    )


def test_a_link_to_a_directory_that_the_wheel_holds_as_one() -> None:
    wheel = a_release_wheel(*CORE, "handmade/missions/a.md", "handmade/missions/b.md")
    facts = released(wheel, tracked=sources("src/handmade/missions", "missions/a.md", "missions/c.md"))

    passes(TrackedFilesAreShipped(), facts)
    passes(ShippedFilesAreTracked(), facts)


def test_a_link_that_no_wheel_followed() -> None:
    facts = released(a_release_wheel(*CORE), tracked=sources("src/handmade/missions", "missions/a.md"))

    (finding,) = finds(TrackedDataIsShipped(), facts)

    assert finding.where == InFile("src/handmade/missions")


def test_files_that_git_does_not_track() -> None:
    wheel = a_release_wheel(*CORE, "handmade/scratch.py", "handmade/drafts/a.md", "handmade/drafts/b.md")

    below, loose = sorted(
        finds(ShippedFilesAreTracked(), released(wheel, tracked=sources())), key=lambda finding: finding.message[-9:]
    )

    assert {below.where, loose.where} == {InFile(wheel.artifact.filename)}
    assert "drafts/a.md" in (below.message + loose.message)
    assert "scratch.py" in (below.message + loose.message)


@pytest.mark.parametrize(
    "path",
    [
        Member("handmade/_version.py", size=10),
        Member("handmade/_speedups.cpython-311-x86_64-linux-gnu.so", size=10),
        Member("handmade/core.pyi", size=10),
        Member("handmade/wire_pb2.py", size=10),
        Member("handmade/includes/__init__.py", size=0),
        Member("handmade/schemas/shared.json", size=10),
        Member("handmade.libs/libz.so.1", size=10),
    ],
    ids=lambda member: member.name,
)
def test_what_a_build_writes_or_takes_from_elsewhere(path: Member) -> None:
    passes(ShippedFilesAreTracked(), released(a_release_wheel(*CORE, path), tracked=sources("schemas/shared.json")))


def test_names_that_nobody_would_give_cost_no_more_than_others() -> None:
    """Were every directory on such a path told apart, they would fill the memory."""
    deep = "a/" * 30_000 + "b.py"
    many = [f"p{number}/m.py" for number in range(20_000)]
    facts = released(a_release_wheel(*CORE, deep, *many), tracked=sources(deep, *many))

    passes(TrackedModulesAreShipped(), facts)
    passes(ShippedFilesAreTracked(), facts)


STRAY = Member("handmade/conftest.py", size=10, sha256="5" * 64)


def test_a_module_that_is_called_like_many_and_is_none_of_them() -> None:
    tracked = sources("tests/conftest.py")
    blobs = {path: Blob(frozenset({"a" * 64}), 10) for path in tracked}

    finds(ShippedFilesAreTracked(), released(a_release_wheel(*CORE, STRAY), tracked=tracked))
    finds(ShippedFilesAreTracked(), released(a_release_wheel(*CORE, STRAY), tracked=tracked, blobs=blobs))


def test_a_module_that_a_build_copies_from_elsewhere() -> None:
    tracked = sources("templates/conftest.py")
    blobs = {path: Blob(frozenset({"5" * 64}), 10) for path in tracked}

    passes(ShippedFilesAreTracked(), released(a_release_wheel(*CORE, STRAY), tracked=tracked, blobs=blobs))


def test_a_wheel_with_fewer_modules_than_the_sdist() -> None:
    sdist = a_release_sdist(*sources("src/handmade/lost.py", "tests/test_core.py"))

    (finding,) = finds(WheelsHoldTheSdistsModules(), released(a_release_wheel(*CORE), sdist))

    assert "src/handmade/lost.py" in finding.message
    assert finding.where == InFile(sdist.artifact.filename)


def test_a_wheel_with_the_modules_of_the_sdist() -> None:
    sdist = a_release_sdist(*sources("src/handmade/test_core.py", "src/handmade/_version.py", "setup.py"))

    passes(WheelsHoldTheSdistsModules(), released(a_release_wheel(*CORE), sdist))


def test_the_sdist_is_not_asked_where_git_is() -> None:
    sdist = a_release_sdist(*sources("src/handmade/lost.py"))

    skips(WheelsHoldTheSdistsModules(), released(a_release_wheel(*CORE), sdist, tracked=sources()))
    skips(WheelsHoldTheSdistsModules(), released(a_release_wheel(*CORE)))
