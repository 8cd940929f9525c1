import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.releases import a_broken_wheel, a_release_sdist, a_release_wheel, released
from fakes import FakeFacts
from tagship.checks.engine import Check
from tagship.checks.extensions import ExtensionsFitTheWheelsTags, WheelsForAnySystemArePure, WheelsSayWhetherTheyArePure

CORE = ("handmade/__init__.py", "handmade/core.py")
LINUX, WINDOWS = "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", "cp312-cp312-win_amd64"
EVERY: list[Check[FakeFacts]] = [
    WheelsForAnySystemArePure(),
    ExtensionsFitTheWheelsTags(),
    WheelsSayWhetherTheyArePure(),
]


@pytest.mark.parametrize("check", EVERY)
def test_wheels_without_and_with_what_is_compiled(check: Check[FakeFacts]) -> None:
    linux = a_release_wheel(*CORE, "handmade/_fast.cpython-312-x86_64-linux-gnu.so", tags=LINUX)

    passes(check, released(a_release_wheel(*CORE)))
    passes(check, released(linux))
    skips(check, released(a_release_sdist(*CORE)))
    cannot_tell(check, released(a_broken_wheel()))


@pytest.mark.parametrize(
    "name", ["_fast.cpython-312-x86_64-linux-gnu.so", "_fast.so", "_fast.cp312-win_amd64.pyd", "lib/libz.dylib"]
)
def test_what_is_compiled_in_a_wheel_for_any_system(name: str) -> None:
    (finding,) = finds(WheelsForAnySystemArePure(), released(a_release_wheel(*CORE, f"handmade/{name}")))

    assert name in finding.message


def test_what_tests_read_is_no_extension() -> None:
    passes(WheelsForAnySystemArePure(), released(a_release_wheel(*CORE, "handmade/tests/data/broken.so")))


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        (LINUX, "_fast.cpython-312-x86_64-linux-gnu.so"),
        (LINUX, "_fast.abi3.so"),
        (LINUX, "_fast.so"),
        (LINUX, "libfast.so.1"),
        ("cp312-cp312-musllinux_1_2_x86_64", "_fast.cpython-312-x86_64-linux-musl.so"),
        ("cp39-cp39-musllinux_1_2_x86_64", "_fast.cpython-39-x86_64-linux-gnu.so"),
        ("cp312-cp312-manylinux_2_17_aarch64", "_fast.cpython-312-aarch64-linux-gnu.so"),
        ("cp312-cp312-manylinux_2_17_i686", "_fast.cpython-312-i386-linux-gnu.so"),
        ("cp312-cp312-manylinux_2_31_armv7l", "_fast.cpython-312-arm-linux-gnueabihf.so"),
        ("cp312-cp312-manylinux_2_17_ppc64le", "_fast.cpython-312-powerpc64le-linux-gnu.so"),
        ("cp313-cp313t-manylinux_2_17_x86_64", "_fast.cpython-313t-x86_64-linux-gnu.so"),
        ("pp311-pypy311_pp73-manylinux_2_17_x86_64", "_fast.pypy311-pp73-x86_64-linux-gnu.so"),
        ("graalpy311-graalpy242_311_native-manylinux_2_17_x86_64", "_fast.graalpy242-311-native-x86_64-linux.so"),
        ("cp312-cp312-macosx_11_0_arm64", "_fast.cpython-312-darwin.so"),
        ("cp313-cp313-ios_13_0_arm64_iphoneos", "_fast.cpython-313-iphoneos.so"),
        (WINDOWS, "_fast.cp312-win_amd64.pyd"),
        (WINDOWS, "_fast.pyd"),
        ("cp38-abi3-win_amd64", "_fast.pyd"),
        ("cp38-abi3-manylinux_2_17_x86_64", "_fast.cpython-38-x86_64-linux-gnu.so"),
        ("py3-none-manylinux_2_17_x86_64", "_fast.cpython-312-x86_64-linux-gnu.so"),
        ("cp312-cp312-linux_x86_64", "_fast.cpython-312-x86_64-linux-gnu.so"),
    ],
)
def test_extensions_that_fit(tags: str, name: str) -> None:
    passes(ExtensionsFitTheWheelsTags(), released(a_release_wheel(*CORE, f"handmade/{name}", tags=tags)))


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        (LINUX, "_fast.cpython-311-x86_64-linux-gnu.so"),
        (LINUX, "_fast.cpython-312t-x86_64-linux-gnu.so"),
        (LINUX, "_fast.cpython-312-aarch64-linux-gnu.so"),
        (LINUX, "_fast.cpython-312-darwin.so"),
        (LINUX, "_fast.pypy311-pp73-x86_64-linux-gnu.so"),
        (LINUX, "_fast.cp312-win_amd64.pyd"),
        ("cp313-cp313t-manylinux_2_17_x86_64", "_fast.cpython-313-x86_64-linux-gnu.so"),
        ("cp312-cp312-manylinux_2_17_aarch64", "_fast.cpython-312-x86_64-linux-gnu.so"),
        ("py3-none-manylinux_2_17_aarch64", "_fast.cpython-312-x86_64-linux-gnu.so"),
        (WINDOWS, "_fast.cp311-win_amd64.pyd"),
        (WINDOWS, "_fast.cp312-win32.pyd"),
        (WINDOWS, "_fast.cpython-312-x86_64-linux-gnu.so"),
    ],
)
def test_extensions_that_are_for_others(tags: str, name: str) -> None:
    (finding,) = finds(ExtensionsFitTheWheelsTags(), released(a_release_wheel(*CORE, f"handmade/{name}", tags=tags)))

    assert name in finding.message


def test_one_of_several_variants_is_enough() -> None:
    several = [f"handmade/_fast.cpython-3{minor}-x86_64-linux-gnu.so" for minor in (10, 11, 12)]

    passes(ExtensionsFitTheWheelsTags(), released(a_release_wheel(*several, tags=LINUX)))


@pytest.mark.parametrize(
    ("tags", "said", "name"),
    [(LINUX, "true", "_fast.abi3.so"), (WINDOWS, "true", "_fast.pyd"), ("py3-none-any", "false", "more.py")],
)
def test_wheels_that_call_themselves_what_they_are_not(tags: str, said: str, name: str) -> None:
    texts = {"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: {said}\n"}

    finds(WheelsSayWhetherTheyArePure(), released(a_release_wheel(*CORE, f"handmade/{name}", tags=tags, texts=texts)))


def test_a_library_for_ctypes_may_lie_where_pure_packages_do() -> None:
    texts = {"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"}
    wheel = a_release_wheel(*CORE, "handmade/libfast.so", tags="py3-none-manylinux2014_x86_64", texts=texts)

    passes(WheelsSayWhetherTheyArePure(), released(wheel))
