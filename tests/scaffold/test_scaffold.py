"""The files as a whole: which there are, how their blocks lie, and one of them in full."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scaffold.adoptions import ADOPTIONS, TRUSTED, rendered
from scaffold.reading import every_script
from tagship.domain.adoption import Adoption
from tagship.domain.config import HostKind
from tagship.domain.endpoints import PYPI
from tagship.scaffold import HOSTS, files

EXPECTED = Path(__file__).parent / "expected"
SITE = "https://index.example"
"""In place of the public index, which one module alone names."""
MOST = 120
PROJECTS = [pytest.param(adoption, id=name) for name, adoption in ADOPTIONS.items()]


def test_the_release_workflow_is_the_one_that_was_read_and_agreed_to() -> None:
    """To agree to a change, write what is generated over the file that is expected, and read the difference."""
    release = next(each for each in files(TRUSTED) if each.path.endswith("/release.yml"))

    assert (EXPECTED / "release.yml").read_text(encoding="utf-8") == rendered(release).replace(str(PYPI.site), SITE)


@pytest.mark.parametrize("adoption", PROJECTS)
def test_every_file_is_made_of_its_blocks(adoption: Adoption) -> None:
    for generated in files(adoption):
        marks = re.findall(r"^\{(\w+)\}$", generated.first, re.MULTILINE)

        assert marks == list(generated.blocks)
        assert generated.purpose
        for block in generated.blocks.values():
            assert block.endswith("\n")
            assert not block.endswith("\n\n")
            assert "tagship: begin" not in block
            assert not re.search(r"@[A-Z_]+@|@[\w/-]+/[\w-]+@\s", block)


@pytest.mark.parametrize("adoption", PROJECTS)
def test_every_file_reads_well(adoption: Adoption) -> None:
    for generated in files(adoption):
        lines = rendered(generated).splitlines()

        assert [line for line in lines if line != line.rstrip() or "\t" in line] == []
        assert "\n\n\n" not in rendered(generated)
        if generated.path.endswith(".yml"):
            assert [line for line in lines if len(line) > MOST and "://" not in line] == []


@pytest.mark.parametrize("adoption", PROJECTS)
def test_what_is_generated_follows_from_the_adoption_alone(adoption: Adoption) -> None:
    assert files(adoption) == files(replace(adoption))
    paths = [generated.path for generated in files(adoption)]

    assert len(set(paths)) == len(paths)
    assert {"RELEASING.md", ".pre-commit-config.yaml", ".github/workflows/release.yml"} <= set(paths)


def test_a_host_without_an_entry_is_no_silent_nothing() -> None:
    absent = next((host for host in HostKind if host not in HOSTS), None)
    if absent is None:
        assert set(HOSTS) == set(HostKind)
        return
    with pytest.raises(KeyError):
        files(replace(TRUSTED, host=absent))


def test_the_projects_own_files_are_not_imported_in_place_of_a_dependency() -> None:
    """`python -m` puts the current directory first, where a project may well have a `packaging.py`."""
    ours = [script for _, script in every_script() if "-m tagship" in script or "--target" in script]

    assert ours
    assert [script for script in ours if re.search(r"python -m (?:tagship|pip)", script)] == []
