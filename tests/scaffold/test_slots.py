"""What a user writes between the managed blocks is a part of the workflow."""

import re
from typing import cast

import pytest
import yaml

from scaffold.adoptions import ADOPTIONS, rendered
from scaffold.reading import Table, jobs, steps, workflows
from tagship.domain.adoption import Adoption

PROJECTS = [pytest.param(adoption, id=name) for name, adoption in ADOPTIONS.items()]
STEP = "      - name: Mine\n        run: sudo apt-get install --yes libfoo-dev"
JOB = "  mine:\n    runs-on: ubuntu-24.04\n    steps: []"


def extended(text: str) -> Table:
    """A workflow in which each invitation is taken up."""
    text = re.sub(r"^      # Steps of your own .*$", STEP, text, flags=re.MULTILINE)
    text = re.sub(r"^      # Jobs of your own that must pass .*\n.*$", f"      - mine\n{JOB}", text, flags=re.MULTILINE)
    return cast("Table", yaml.safe_load(re.sub(r"^  # Jobs of your own .*$", JOB, text, flags=re.MULTILINE)))


@pytest.mark.parametrize("adoption", PROJECTS)
def test_jobs_may_follow_in_every_workflow(adoption: Adoption) -> None:
    for generated in workflows(adoption).values():
        assert list(jobs(extended(rendered(generated))))[-1] == "mine"


@pytest.mark.parametrize("adoption", PROJECTS)
def test_the_aggregate_can_need_a_job_of_the_users(adoption: Adoption) -> None:
    ready = jobs(extended(rendered(workflows(adoption)["readiness.yml"])))["ready"]

    assert cast("list[str]", ready["needs"])[-1] == "mine"


@pytest.mark.parametrize("adoption", PROJECTS)
def test_steps_may_stand_before_what_needs_them(adoption: Adoption) -> None:
    before: dict[str, str] = {}
    for file, generated in workflows(adoption).items():
        for name, job in jobs(extended(rendered(generated))).items():
            names = [str(step.get("name", "")) for step in steps(job)]
            if "Mine" in names:
                before[f"{file.removesuffix('.yml')}/{name}"] = names[names.index("Mine") + 1]
    compiled = {f"{train}/{job}" for train in ("release", "release-wheels") for job in ("sdist", "wheels")}

    assert "readiness/check" in before
    assert "canary/build" in before
    assert ("readiness/tests" in before) is (adoption.tests is not None)
    assert bool(compiled & before.keys()) is bool(adoption.compiled)
    for place, following in before.items():
        if place.startswith("release"):
            assert following.startswith("Build")
