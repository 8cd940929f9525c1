import pytest
from packaging.requirements import Requirement

from tagship.domain.core_metadata import MULTIPLE_USE, SINGLE_USE
from tagship.domain.index_rules import (
    ACCEPTED_METADATA_VERSIONS,
    FIELDS_SINCE,
    LAST_ACCEPTED_BACKEND,
    PLATFORM,
    introduced_in,
)
from tagship.rehearsal import filename_rules

PLATFORMS = (
    "any", "win32", "win_amd64", "win_ia64", "linux_x86_64", "linux_armv7l", "linux_armv8l", "manylinux1_x86_64",
    "manylinux1_aarch64", "manylinux2010_i686", "manylinux2014_s390x", "manylinux2014_riscv64",
    "manylinux_2_28_riscv64", "manylinux_2_39_loongarch64", "musllinux_1_2_x86_64", "musllinux_1_2_ppc64",
    "macosx_10_9_intel", "macosx_10_15_fat3", "macosx_10_9_fat32", "macosx_11_0_arm64", "macosx_11_1_arm64",
    "macosx_16_0_arm64", "macosx_26_0_universal2", "ios_13_0_arm64_iphoneos", "ios_13_0_x86_64_iphonesimulator",
    "ios_13_0_armv7_iphoneos", "android_21_x86", "android_21_mips", "pyemscripten_2025_0_wasm32", "freebsd_14_amd64",
    "",
)  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_stand_in_takes_the_same_platforms(platform: str) -> None:
    ours, theirs = PLATFORM.fullmatch(platform), filename_rules.PLATFORM.fullmatch(platform)

    assert (ours is None) == (theirs is None)


def test_every_field_came_with_a_version() -> None:
    late = {field for fields in FIELDS_SINCE.values() for field in fields}

    assert late <= SINGLE_USE.keys() | MULTIPLE_USE.keys()
    assert set(FIELDS_SINCE) <= set(ACCEPTED_METADATA_VERSIONS)
    assert (introduced_in("name"), introduced_in("dynamic"), introduced_in("license-file")) == ("1.0", "2.2", "2.4")


def test_every_pin_is_a_requirement() -> None:
    assert all(Requirement(pin).specifier for pin in LAST_ACCEPTED_BACKEND.values())
