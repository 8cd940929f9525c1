from datetime import timedelta

from packaging.requirements import Requirement

from tagship.domain.core_metadata import MULTIPLE_USE, SINGLE_USE
from tagship.domain.endpoints import TWO_WEEKS
from tagship.domain.index_rules import (
    ACCEPTED_METADATA_VERSIONS,
    FIELDS_SINCE,
    HIGHEST_RATIO,
    LARGEST_FILE,
    LAST_ACCEPTED_BACKEND,
    LONGEST_FILENAME,
    LONGEST_LABEL,
    LONGEST_SUMMARY,
    NAME,
    PLATFORM,
    RATIO_MATTERS_FROM,
    RST,
    UNPRINTABLE,
    introduced_in,
)

TAKEN = (
    "any", "win32", "win_amd64", "win_arm64", "win_ia64", "linux_armv6l", "linux_armv7l", "manylinux1_x86_64",
    "manylinux2010_i686", "manylinux2014_s390x", "manylinux_2_28_riscv64", "manylinux_2_17_ppc64",
    "musllinux_1_2_x86_64", "macosx_10_9_intel", "macosx_10_15_fat3", "macosx_11_0_arm64", "macosx_15_0_x86_64",
    "macosx_26_0_universal2", "ios_13_0_arm64_iphoneos", "ios_13_0_x86_64_iphonesimulator", "android_21_x86",
    "pyemscripten_2026_0_wasm32",
)  # fmt: skip
REFUSED = (
    "", "linux_x86_64", "linux_armv8l", "manylinux1_aarch64", "manylinux2014_riscv64", "manylinux_2_39_loongarch64",
    "musllinux_1_2_ppc64", "macosx_10_9_fat32", "macosx_11_1_arm64", "macosx_16_0_arm64", "ios_13_0_armv7_iphoneos",
    "android_21_mips", "freebsd_14_amd64", "pyodide_2024_0_wasm32", "emscripten_3_1_58_wasm32",
)  # fmt: skip


def test_platforms() -> None:
    assert [platform for platform in TAKEN if not PLATFORM.fullmatch(platform)] == []
    assert [platform for platform in REFUSED if PLATFORM.fullmatch(platform)] == []


def test_numbers() -> None:
    """The stand-in index and the checks both go by these; that they are the public index's is told here alone."""
    assert ACCEPTED_METADATA_VERSIONS == ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
    assert LARGEST_FILE == 104_857_600
    assert (RATIO_MATTERS_FROM, HIGHEST_RATIO) == (67_108_864, 50)
    assert LONGEST_FILENAME == 246
    assert (LONGEST_SUMMARY, LONGEST_LABEL) == (512, 32)
    assert RST == "text/x-rst"
    assert timedelta(days=14) == TWO_WEEKS


def test_names() -> None:
    names = ("a", "A1", "a.b_c-d", "1", "", "-a", "a-", "a b", "\u00e4", "a\n", "\u0131")

    assert [NAME.fullmatch(name) is not None for name in names] == [True] * 4 + [False] * 7


def test_what_cannot_be_printed() -> None:
    assert [ordinal for ordinal in range(0x200) if UNPRINTABLE.search(chr(ordinal))] == [*range(32), 127]


def test_every_field_came_with_a_version() -> None:
    late = {field for fields in FIELDS_SINCE.values() for field in fields}

    assert late <= SINGLE_USE.keys() | MULTIPLE_USE.keys()
    assert set(FIELDS_SINCE) <= set(ACCEPTED_METADATA_VERSIONS)
    assert (introduced_in("name"), introduced_in("dynamic"), introduced_in("license-file")) == ("1.0", "2.2", "2.4")


def test_every_pin_is_a_requirement() -> None:
    assert all(Requirement(pin).specifier for pin in LAST_ACCEPTED_BACKEND.values())
