"""What is taken from elsewhere."""

import re
from dataclasses import replace

from scaffold.adoptions import ADOPTIONS, COMPILED, PYTEST, TRUSTED, UV, rendered
from scaffold.reading import every_workflow
from tagship.scaffold.github.steps import building_python
from tagship.scaffold.locks import locks
from tagship.scaffold.pins import PINS


def test_every_pin_is_a_commit_with_its_version() -> None:
    for name, pin in PINS.actions.items():
        assert pin.action == name
        assert re.fullmatch(r"[0-9a-f]{40}", pin.commit)
        assert re.fullmatch(r"v\d+\.\d+\.\d+", pin.version)
        assert str(pin) == f"{name}@{pin.commit} # {pin.version}"


def test_what_is_pinned_is_used_and_nothing_else_is() -> None:
    texts = "".join(rendered(generated) for _, _, generated in every_workflow())
    used = set(re.findall(r"uses: ([\w.-]+/[\w.-]+)@", texts))

    assert used == set(PINS.actions)


def test_the_locks_follow_from_what_jobs_install() -> None:
    assert locks(replace(TRUSTED, tests=None)) == {".tagship/release.txt": ("tagship",)}
    assert locks(TRUSTED, "tagship==1.2") == {
        ".tagship/release.txt": ("tagship==1.2",),
        ".tagship/tests.txt": ("pytest", "numpy>=1"),
    }
    assert set(locks(replace(TRUSTED, packages=COMPILED, tests=UV))) == {".tagship/release.txt", ".tagship/wheels.txt"}


def test_every_lock_that_is_installed_from_is_made() -> None:
    for name, _, generated in every_workflow():
        installed = set(re.findall(r"-r (\.tagship/\w+\.txt)", rendered(generated)))

        assert installed <= set(locks(ADOPTIONS[name]))


def test_the_python_that_builds_is_one_that_the_project_runs_on() -> None:
    def python(requires: str | None, tested: tuple[str, ...] | None = ("3.9", "3.11", "3.12")) -> str:
        package = replace(TRUSTED.packages[0], requires_python=requires)
        tests = None if tested is None else replace(PYTEST, pythons=tested)
        return building_python(replace(TRUSTED, packages=(package,), tests=tests))

    assert python(None) == PINS.python
    assert python(">=3.13.2") == PINS.python
    assert python("<3.13") == "3.12"
    assert python(">=3.9,<3.11") == PINS.python  # tagship itself needs a newer one
    assert python(">=3.14", ("3.14",)) == "3.14"
    assert python("<3.13", None) == PINS.python
    assert python("nonsense") == PINS.python
