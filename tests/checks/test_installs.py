"""What would a user notice?"""

from dataclasses import replace

import pytest
from packaging.version import Version

from checks.asking import cannot_tell, finds, passes, skips
from fakes import FakeFacts, a_distribution, a_wheel
from tagship.checks.engine import examine
from tagship.checks.installs import InstalledVersionIsTheReleases, ModulesImport, ScriptsStart, WheelInstalls
from tagship.domain.built import Expected, Installation
from tagship.domain.finding import Finding, Outcome

WHEEL = a_wheel()
CHECKS = (WheelInstalls(), ModulesImport(), ScriptsStart(), InstalledVersionIsTheReleases())


def installed(*installations: Installation, expected: Expected | None = None) -> FakeFacts:
    return FakeFacts(
        installations=installations,
        distributions=(a_distribution(WHEEL),),
        expected=expected or Expected("handmade", Version("1.2.0"), "v1.2.0"),
    )


def well(python: str = "3.12.1", version: str | None = "1.2.0", **broken: dict[str, str]) -> Installation:
    return Installation(
        WHEEL.filename,
        python,
        version,
        imported=("handmade",),
        failed=broken.get("failed", {}),
        scripts=("handmade",),
        broken_scripts=broken.get("broken_scripts", {}),
    )


def refused() -> Installation:
    return Installation(WHEEL.filename, "3.8.18", refused="no solution found:\nbecause of tea")


def about_python(findings: tuple[Finding, ...], python: str) -> bool:
    return all(python in finding.message and finding.where is not None for finding in findings)


def test_what_installs() -> None:
    passes(WheelInstalls(), installed(well("3.12.1"), well("3.11.7")))


def test_what_an_installer_refuses() -> None:
    (finding,) = finds(WheelInstalls(), installed(well(), refused()))

    assert about_python((finding,), "3.8.18")
    assert finding.message.endswith("because of tea")


def test_modules_that_import() -> None:
    passes(ModulesImport(), installed(well()))


def test_a_module_that_misses_something() -> None:
    broken = well("3.11.7", failed={"handmade": "ModuleNotFoundError: No module named 'undeclared'"})

    (finding,) = finds(ModulesImport(), installed(well(), broken))

    assert about_python((finding,), "3.11.7")
    assert "undeclared" in finding.message


def alone(**more: dict[str, str]) -> Installation:
    """Installed, and nothing of it could be imported."""
    return Installation(
        WHEEL.filename,
        "3.12.1",
        "1.2.0",
        failed=more.get("failed", {}),
        wanting=more.get("wanting", {}),
        lacking=more.get("lacking", {}),
        lacking_scripts=more.get("lacking_scripts", {}),
    )


def test_what_only_imports_with_an_extra() -> None:
    wanting = {"handmade": "No module named 'tea', which comes with the extra kitchen"}

    (verdict,) = examine([ModulesImport()], installed(alone(wanting=wanting)), excused={})

    assert verdict.outcome is Outcome.SKIPPED
    assert "the extra kitchen" in (verdict.reason or "")
    passes(ModulesImport(), installed(alone(wanting=wanting), well()))
    finds(ModulesImport(), installed(alone(wanting=wanting, failed={"other": "ZeroDivisionError"})))


def test_a_library_of_the_system_that_is_missing_is_no_fault_of_the_wheels() -> None:
    lacking = {"handmade": "ImportError: libGL.so.1: cannot open shared object file"}

    assert "libGL.so.1" in cannot_tell(ModulesImport(), installed(well(), alone(lacking=lacking)))
    assert "libGL.so.1" in cannot_tell(ScriptsStart(), installed(alone(lacking_scripts=lacking)))
    finds(ModulesImport(), installed(alone(lacking=lacking, failed={"other": "ZeroDivisionError"})))


def test_scripts_that_start() -> None:
    passes(ScriptsStart(), installed(well()))


def test_a_script_that_leads_nowhere() -> None:
    broken = well(broken_scripts={"handmade": "handmade:main: AttributeError: no attribute 'main'"})

    (finding,) = finds(ScriptsStart(), installed(broken))

    assert "handmade does not start" in finding.message


def test_nothing_to_start() -> None:
    skips(ScriptsStart(), installed(Installation(WHEEL.filename, "3.12.1", "1.2.0", imported=("handmade",))))


def test_it_calls_itself_as_released() -> None:
    passes(InstalledVersionIsTheReleases(), installed(well(version="1.2")))


@pytest.mark.parametrize("version", ["1.1.0", "1.2.0+local", "one"])
def test_it_calls_itself_otherwise(version: str) -> None:
    (finding,) = finds(InstalledVersionIsTheReleases(), installed(well(version=version)))

    assert version in finding.message


def test_the_file_name_counts_where_nothing_else_is_said() -> None:
    passes(InstalledVersionIsTheReleases(), installed(well(), expected=Expected("handmade")))
    finds(InstalledVersionIsTheReleases(), installed(well(version="1.1.0"), expected=Expected("handmade")))


def test_a_version_that_nobody_could_ask_for_is_for_another_check() -> None:
    silent = well(version=None, failed={"handmade": "it ends the interpreter"})

    passes(InstalledVersionIsTheReleases(), installed(silent))
    finds(ModulesImport(), installed(silent))


def test_no_interpreter_takes_it() -> None:
    for check in CHECKS:
        skips(check, installed())


def test_what_does_not_install_is_told_once() -> None:
    finds(WheelInstalls(), installed(refused()))
    for check in CHECKS[1:]:
        skips(check, installed(refused()))


def test_what_could_not_be_tried() -> None:
    for check in CHECKS:
        cannot_tell(check, FakeFacts(distributions=(a_distribution(WHEEL),)))


def test_a_file_whose_name_tells_no_version_is_for_another_check() -> None:
    nameless = replace(well(), filename="handmade.whl")

    passes(InstalledVersionIsTheReleases(), FakeFacts(installations=(nameless,), expected=None))
