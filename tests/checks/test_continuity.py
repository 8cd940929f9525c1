import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.releases import a_broken_wheel, a_release_sdist, a_release_wheel, released
from fakes import FakeFacts
from tagship.checks.continuity import (
    ExtrasAndScriptsAreKept,
    PlatformsAreKept,
    PythonRangeIsKept,
    ToolchainIsSteady,
)
from tagship.checks.engine import Check
from tagship.domain.distribution import Distribution

CORE = ("handmade/__init__.py",)
NOW = a_release_wheel(*CORE)
EVERY: list[Check[FakeFacts]] = [
    ToolchainIsSteady(),
    PlatformsAreKept(),
    PythonRangeIsKept(),
    ExtrasAndScriptsAreKept(),
]


def by(generator: str) -> Distribution:
    """A wheel that this backend wrote."""
    return a_release_wheel(*CORE, texts={"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: {generator}\n"})


def for_platforms(*tags: str) -> list[Distribution]:
    """A wheel for each of these tags."""
    return [a_release_wheel(*CORE, tags=f"cp311-cp311-{each}") for each in tags]


def with_scripts(*names: str, says: tuple[str, ...] = ()) -> Distribution:
    """A wheel with these console scripts."""
    lines = "".join(f"{name} = handmade:main\n" for name in names)
    return a_release_wheel(*CORE, says=says, texts={"{info}/entry_points.txt": f"[console_scripts]\n{lines}"})


@pytest.mark.parametrize("check", EVERY)
def test_a_release_like_the_one_before(check: Check[FakeFacts]) -> None:
    passes(check, released(NOW, before=[NOW]))


@pytest.mark.parametrize("check", EVERY)
def test_a_first_release(check: Check[FakeFacts]) -> None:
    skips(check, released(NOW))


@pytest.mark.parametrize("check", EVERY)
def test_an_index_that_cannot_be_asked(check: Check[FakeFacts]) -> None:
    cannot_tell(check, FakeFacts(distributions=[NOW]))


@pytest.mark.parametrize("check", [EVERY[0], EVERY[2], EVERY[3]])
def test_a_wheel_that_does_not_open(check: Check[FakeFacts]) -> None:
    cannot_tell(check, released(a_broken_wheel(), before=[NOW]))


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("hatchling 1.32.0", "hatchling 1.27.0"),
        ("setuptools (80.9.0)", "bdist_wheel (0.37.1)"),
        ("flit 3.9.0", ""),
    ],
)
def test_the_same_backend(now: str, before: str) -> None:
    passes(ToolchainIsSteady(), released(by(now), before=[by(before)]))


def test_another_backend() -> None:
    (finding,) = finds(ToolchainIsSteady(), released(by("uv 0.12.2"), before=[by("setuptools (83.0.0)")]))

    assert "from setuptools (83.0.0) to uv 0.12.2" in finding.message


def test_another_version_of_the_metadata() -> None:
    before = Distribution(NOW.artifact, NOW.members, b"Metadata-Version: 2.1\nName: handmade\nVersion: 1.1.0\n")

    (finding,) = finds(ToolchainIsSteady(), released(NOW, before=[before]))

    assert "2.4" in finding.message
    assert "2.1" in finding.message


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (["manylinux_2_28_x86_64"], ["manylinux2014_x86_64", "manylinux_2_17_x86_64"]),
        (["macosx_11_0_universal2"], ["macosx_10_9_x86_64", "macosx_11_0_arm64"]),
        (["macosx_10_9_x86_64", "macosx_11_0_arm64"], ["macosx_11_0_universal2"]),
        (["win_amd64", "win32"], ["win32"]),
        (["any"], ["win_amd64", "musllinux_1_2_aarch64"]),
    ],
)
def test_platforms_that_are_kept(now: list[str], before: list[str]) -> None:
    passes(PlatformsAreKept(), released(*for_platforms(*now), before=for_platforms(*before)))


@pytest.mark.parametrize(
    ("now", "before", "gone"),
    [
        (["macosx_10_9_x86_64"], ["macosx_10_9_x86_64", "macosx_11_0_arm64"], "macosx arm64"),
        (["manylinux_2_28_x86_64"], ["manylinux_2_28_x86_64", "musllinux_1_2_x86_64"], "musllinux x86_64"),
        (["win_amd64"], ["win_amd64", "win32"], "win32"),
        (["win_amd64"], ["any"], "every platform"),
    ],
)
def test_platforms_that_are_not(now: list[str], before: list[str], gone: str) -> None:
    (finding,) = finds(PlatformsAreKept(), released(*for_platforms(*now), before=for_platforms(*before)))

    assert f"no wheel is for {gone}," in finding.message


def test_a_release_without_wheels_has_no_platforms() -> None:
    finds(PlatformsAreKept(), released(a_release_sdist("a.py"), before=for_platforms("any")))


def requiring(pythons: str) -> Distribution:
    """A wheel for these Pythons."""
    return a_release_wheel(*CORE, says=[f"Requires-Python: {pythons}"])


@pytest.mark.parametrize(
    ("now", "before"), [(">=3.9", ">=3.9"), (">=3.8", ">=3.9"), ("nonsense", ">=3.9"), (">=3.9.2", ">=3.9")]
)
def test_a_range_that_is_kept(now: str, before: str) -> None:
    passes(PythonRangeIsKept(), released(requiring(now), before=[requiring(before)]))


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [(">=3.10", ">=3.9", "3.9"), (">=3.9,<3.13", ">=3.9", "3.13, 3.14, 3.15 and"), (">=3", "nonsense", "2.7")],
)
def test_a_range_that_is_narrower(now: str, before: str, told: str) -> None:
    (finding,) = finds(PythonRangeIsKept(), released(requiring(now), before=[requiring(before)]))

    assert f"not for Python {told}" in finding.message


def test_extras_and_scripts_that_are_kept() -> None:
    now = with_scripts("handmade", "pip3.12", says=("Provides-Extra: fast-er",))
    before = with_scripts("handmade", "pip3.11", says=("Provides-Extra: Fast_er",))

    passes(ExtrasAndScriptsAreKept(), released(now, before=[before]))


def test_extras_and_scripts_that_are_gone() -> None:
    before = a_release_wheel(
        *CORE,
        "handmade-1.2.0.data/scripts/old.sh",
        says=("Provides-Extra: fast",),
        texts={"{info}/entry_points.txt": "[console_scripts]\nhandmade-old = handmade:main\n"},
    )

    extra, scripts = finds(ExtrasAndScriptsAreKept(), released(with_scripts("handmade"), before=[before]))

    assert "fast" in extra.message
    assert "handmade-old, old.sh" in scripts.message


def test_entry_points_that_were_not_read() -> None:
    unread = a_release_wheel(*CORE, "handmade-1.2.0.dist-info/entry_points.txt")

    cannot_tell(ExtrasAndScriptsAreKept(), released(unread, before=[a_release_wheel(*CORE, version="1.1.0")]))


def test_entry_points_that_cannot_be_read() -> None:
    unreadable = a_release_wheel(*CORE, texts={"{info}/entry_points.txt": "no section = here\n"})

    passes(ExtrasAndScriptsAreKept(), released(unreadable, before=[unreadable]))
