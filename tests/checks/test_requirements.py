import pytest

from checks.asking import cannot_tell, finds, passes
from checks.made import SDIST, WHEEL, built, told
from fakes import FakeFacts, a_distribution, an_unreadable
from tagship.checks.engine import Check
from tagship.checks.requirements import DependenciesAreNamed, DependenciesCanBeRead, ExtrasAreValid, PythonRangeIsValid
from tagship.errors import Edit, InFile

EVERY: list[Check[FakeFacts]] = [
    DependenciesAreNamed(),
    DependenciesCanBeRead(),
    PythonRangeIsValid(),
    ExtrasAreValid(),
]


@pytest.mark.parametrize("check", EVERY)
def test_a_sound_build(check: Check[FakeFacts]) -> None:
    passes(check, built(a_distribution(WHEEL), a_distribution(SDIST)))


@pytest.mark.parametrize("check", EVERY)
def test_metadata_that_cannot_be_read_says_nothing(check: Check[FakeFacts]) -> None:
    assert WHEEL.filename in cannot_tell(check, built(an_unreadable(WHEEL), a_distribution(SDIST)))
    cannot_tell(check, FakeFacts())


@pytest.mark.parametrize(
    "line",
    [
        "packaging",
        "packaging>=24.2",
        'colorama>=0.4; sys_platform == "win32"',
        'rich[jupyter]>=13; extra == "docs"',
        'packaging (>=24.2) ;\n  python_version < "3.12"',
    ],
)
def test_a_dependency_by_name(line: str) -> None:
    passes(DependenciesAreNamed(), built(told(f"Requires-Dist: {line}")))
    passes(DependenciesCanBeRead(), built(told(f"Requires-Dist: {line}")))


@pytest.mark.parametrize(
    "line",
    [
        "Requires-Dist: packaging @ https://host.example/packaging.whl",
        'Requires-Dist: packaging @ git+https://host.example/packaging@main ; extra == "dev"',
        "Requires-Dist: packaging @ file:///srv/packaging",
        "Obsoletes-Dist: packaging @ https://host.example/",
    ],
)
def test_a_dependency_by_address(line: str) -> None:
    facts = built(told("Requires-Dist: rich", line))

    (finding,) = finds(DependenciesAreNamed(), facts)

    assert (finding.where, type(finding.remedy)) == (InFile(WHEEL.filename), Edit)
    passes(DependenciesCanBeRead(), facts)


def test_more_dependencies_than_anybody_reads() -> None:
    facts = built(told(*(f"Requires-Dist: {'packaging' * 5}{number}" for number in range(15_000))))

    (finding,) = finds(DependenciesCanBeRead(), facts)

    assert "524,288 characters" in finding.message
    assert "524,288 characters" in cannot_tell(DependenciesAreNamed(), facts)


@pytest.mark.parametrize(
    "line", ["packaging >> 1", "päckaging", "packaging; python > 3", "packaging >= new", f"a; {'(' * 5000}os_name"]
)
def test_a_dependency_that_is_none(line: str) -> None:
    facts = built(told("Requires-Dist: rich", f"Requires-Dist: {line}"))

    (finding,) = finds(DependenciesCanBeRead(), facts)

    assert (finding.where, type(finding.remedy)) == (InFile(WHEEL.filename), Edit)
    passes(DependenciesAreNamed(), facts)


def test_every_file_is_looked_into() -> None:
    lines = ("Requires-Dist: a @ https://host.example/a", "Requires-Dist: b @ file:///b")

    assert len(finds(DependenciesAreNamed(), built(told(*lines), told(*lines, artifact=SDIST)))) == 4


def test_the_supported_pythons() -> None:
    passes(PythonRangeIsValid(), built(told("Requires-Python: >=3.11,!=3.12.*")))
    finds(PythonRangeIsValid(), built(told("Requires-Python: 3.11 or later")))


def test_extras() -> None:
    passes(ExtrasAreValid(), built(told("Provides-Extra: test", "Provides-Extra: Docs_2")))
    finds(ExtrasAreValid(), built(told("Provides-Extra: test", "Provides-Extra: really?")))
