"""The fourteen rules that every generated workflow keeps, asked of each job of each project."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

import pytest

from scaffold.adoptions import ADOPTIONS, rendered
from scaffold.reading import Table, every_workflow, jobs, parsed, permissions, steps, workflows
from tagship.checks.workflow import answers
from tagship.domain.adoption import Adoption, Generated
from tagship.domain.config import Auth, Publisher
from tagship.scaffold.github.building import RUNNERS
from tagship.scaffold.trains import trains

EVERY = [pytest.param(generated, id=f"{name}: {file}") for name, file, generated in every_workflow()]
RELEASES = [
    pytest.param(ADOPTIONS[name], generated, id=f"{name}: {file}")
    for name, file, generated in every_workflow()
    if file.startswith("release")
]
RELEASE_FILES = [each for each in EVERY if "/release" in cast("Generated", each.values[0]).path]
PROJECTS = [pytest.param(adoption, id=name) for name, adoption in ADOPTIONS.items()]
SEE_THE_CREDENTIAL = {"credential", "publish"}
HARMLESS_EVENTS = {"push", "pull_request", "merge_group", "schedule", "workflow_dispatch"}


def uses(step: Table) -> str:
    """The action of a step without its commit, or nothing."""
    return cast("str", step.get("uses", "")).partition("@")[0]


def inputs(step: Table) -> Table:
    return cast("Table", step.get("with", {}))


def script(step: Table) -> str:
    return cast("str", step.get("run", ""))


def all_steps(generated: Generated) -> Iterator[tuple[str, Table]]:
    """Every step with the name of its job."""
    for name, job in jobs(parsed(generated)).items():
        for step in steps(job):
            yield name, step


def needed(all_jobs: Mapping[str, Table], name: str) -> set[str]:
    """Every job that stands before one, near or far."""
    before = cast("list[str]", all_jobs[name].get("needs", []))
    return set(before).union(*(needed(all_jobs, each) for each in before))


@pytest.mark.parametrize("generated", EVERY)
def test_1_what_is_used_is_pinned(generated: Generated) -> None:
    text = rendered(generated)
    used = re.findall(r"^ +(?:- )?uses: (.*)", text, re.MULTILINE)

    assert used
    assert [each for each in used if re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each) is None] == []
    assert "container" not in text
    for line in re.findall(r".*pip install.*", text):
        assert "--require-hashes --only-binary :all:" in line or line.endswith("--no-deps .") or "tests.txt" in line


@pytest.mark.parametrize("generated", EVERY)
def test_2_nothing_is_allowed_without_a_reason(generated: Generated) -> None:
    text = rendered(generated)

    assert parsed(generated)["permissions"] == {}
    assert [each for each in jobs(parsed(generated)).values() if "permissions" not in each] == []
    assert [line for line in text.splitlines() if re.search(r"^ +[a-z-]+: write$", line)] == []
    assert "write-all" not in text
    for name, job in jobs(parsed(generated)).items():
        wide = [scope for scope, how in permissions(job).items() if how == "write"]
        assert "id-token" not in wide or name in SEE_THE_CREDENTIAL
        assert len(wide) <= 1


@pytest.mark.parametrize(("adoption", "generated"), RELEASES)
def test_2_where_the_credential_is_nothing_of_the_project_runs(adoption: Adoption, generated: Generated) -> None:
    for name in SEE_THE_CREDENTIAL:
        job = jobs(parsed(generated))[name]
        scripts = " ".join(map(script, steps(job)))

        assert "actions/checkout" not in map(uses, steps(job))
        assert not re.search(r"pip install|tagship (?:build|validate|prove)|cibuildwheel|curl", scripts)
        assert permissions(job) == ({"id-token": "write"} if adoption.auth is Auth.TRUSTED else {})


@pytest.mark.parametrize("generated", EVERY)
def test_3_no_checkout_leaves_a_credential(generated: Generated) -> None:
    checkouts = [inputs(step) for _, step in all_steps(generated) if uses(step) == "actions/checkout"]

    assert checkouts
    assert [each for each in checkouts if each["persist-credentials"] is not False] == []


@pytest.mark.parametrize("generated", EVERY)
def test_4_nothing_is_cached(generated: Generated) -> None:
    assert "cache" not in rendered(generated)


@pytest.mark.parametrize("generated", EVERY)
def test_5_no_event_of_a_stranger_meets_a_right(generated: Generated) -> None:
    workflow = parsed(generated)

    assert set(cast("Table", workflow["on"])) <= HARMLESS_EVENTS
    if "pull_request" in cast("Table", workflow["on"]):
        assert "secrets." not in rendered(generated)
        assert [job for job in jobs(workflow).values() if "write" in permissions(job).values()] == []


@pytest.mark.parametrize("generated", EVERY)
def test_6_no_expression_is_put_into_a_script(generated: Generated) -> None:
    assert [step for _, step in all_steps(generated) if "${{" in script(step)] == []


@pytest.mark.parametrize(("adoption", "generated"), RELEASES)
def test_7_the_credential_is_behind_the_environment(adoption: Adoption, generated: Generated) -> None:
    named = {name: job["environment"] for name, job in jobs(parsed(generated)).items() if "environment" in job}
    plain = {name: each if isinstance(each, str) else cast("Table", each)["name"] for name, each in named.items()}

    assert plain == dict.fromkeys(SEE_THE_CREDENTIAL, adoption.environment)


@pytest.mark.parametrize("generated", EVERY)
def test_8_only_an_older_state_of_a_pull_request_is_cancelled(generated: Generated) -> None:
    concurrency = cast("Table", parsed(generated)["concurrency"])

    if generated.path.endswith("readiness.yml"):
        assert concurrency["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"
        assert "github.sha" in cast("str", concurrency["group"])
    else:
        assert concurrency["cancel-in-progress"] is False


@pytest.mark.parametrize("generated", EVERY)
def test_9_and_10_every_job_ends_on_a_known_machine(generated: Generated) -> None:
    for job in jobs(parsed(generated)).values():
        runner = cast("str", job["runs-on"])
        fixed = re.fullmatch(r"(?:ubuntu|macos|windows)-\d+(?:\.\d+)?(?:-\w+)?", runner)

        assert 0 < cast("int", job["timeout-minutes"]) <= 120
        assert fixed or runner == "${{ matrix.runner }}"
        assert "self-hosted" not in runner


@pytest.mark.parametrize("generated", EVERY)
def test_10_a_secret_is_seen_by_one_step_of_two_jobs(generated: Generated) -> None:
    text = rendered(generated)
    workflow = parsed(generated)

    assert "secrets: inherit" not in text
    assert "toJSON" not in text
    assert "secrets." not in str(workflow.get("env", ""))
    for name, job in jobs(workflow).items():
        seeing = [step for step in steps(job) if "secrets." in str(step)]
        assert "secrets." not in str({key: value for key, value in job.items() if key != "steps"})
        assert not seeing or name in SEE_THE_CREDENTIAL


@pytest.mark.parametrize("adoption", PROJECTS)
def test_10_a_token_is_in_a_workflow_only_where_there_is_one(adoption: Adoption) -> None:
    texts = [rendered(each) for name, each in workflows(adoption).items() if name.startswith("release")]

    assert texts
    for text in texts:
        assert (f"secrets.{adoption.secret}" in text) is (adoption.auth is Auth.TOKEN)
        assert ("id-token: write" in text) is (adoption.auth is Auth.TRUSTED)


@pytest.mark.parametrize("generated", RELEASE_FILES)
def test_11_artifacts_are_handed_over_by_id(generated: Generated) -> None:
    fetched = [inputs(step) for _, step in all_steps(generated) if uses(step) == "actions/download-artifact"]

    assert fetched
    assert [each for each in fetched if not re.fullmatch(r"\$\{\{ .*needs\..* \}\}", str(each["artifact-ids"]))] == []
    assert [each for each in fetched if {"name", "pattern"} & each.keys()] == []


@pytest.mark.parametrize("generated", RELEASE_FILES)
def test_12_an_artifact_holds_what_is_named_and_nothing_else(generated: Generated) -> None:
    kept = [inputs(step) for _, step in all_steps(generated) if uses(step) == "actions/upload-artifact"]
    paths = {path for each in kept for path in cast("str", each["path"]).split("\n") if path}

    assert all(each["if-no-files-found"] == "error" for each in kept)
    assert {
        path
        for path in paths
        if not re.fullmatch(r"(?:dist|wheels)/|dist(?:/\w+)?\.(?:manifest|receipt)\.json|\.tagship/wheels\.txt", path)
    } == {"${{ runner.temp }}/tagship.tar"}


@pytest.mark.parametrize("generated", RELEASE_FILES)
def test_13_what_is_built_once_is_what_is_published(generated: Generated) -> None:
    all_jobs = jobs(parsed(generated))
    building = {name for name, step in all_steps(generated) if "tagship build" in " ".join(script(step).split())}
    from_build = [
        name
        for name, step in all_steps(generated)
        if inputs(step).get("artifact-ids") == "${{ needs.build.outputs.dist }}"
    ]

    assert building == ({"sdist", "build"} if "wheels" in all_jobs else {"build"})
    assert from_build == ["validate", "publish", "prove", "announce"]


@pytest.mark.parametrize("generated", RELEASE_FILES)
def test_14_everything_stands_behind_the_gate_in_the_order_of_a_release(generated: Generated) -> None:
    all_jobs = jobs(parsed(generated))
    order = [name for name in all_jobs if name not in {"failed", "mended"}]
    middle = ["sdist", "wheels", "build"] if "wheels" in all_jobs else ["build"]

    assert order == ["gate", "credential", *middle, "validate", "publish", "prove", "announce"]
    for place, name in enumerate(order):
        assert needed(all_jobs, name) == set(order[:place])
        assert "if" not in all_jobs[name]
    assert set(cast("list[str]", all_jobs["failed"]["needs"])) == set(order)
    assert all_jobs["failed"]["if"] == "failure()"
    assert needed(all_jobs, "mended") == set(order)
    assert "if" not in all_jobs["mended"]


@pytest.mark.parametrize("adoption", PROJECTS)
def test_each_tag_starts_its_own_workflow_and_no_other(adoption: Adoption) -> None:
    filters = {}
    for name, generated in workflows(adoption).items():
        push = cast("Table", cast("Table", parsed(generated)["on"]).get("push", {}))
        filters[name] = tuple(cast("list[str]", push.get("tags", [])))
    for train in trains(adoption):
        for package in train.packages:
            for version in ("1.2.3", "10.0rc1", "2026.1.post1"):
                tag = package.tag.text.replace("{version}", version)
                assert [name for name, each in filters.items() if answers(each, tag)] == [f"{train.name}.yml"]
        assert not answers(filters[f"{train.name}.yml"], train.packages[0].tag.text.replace("{version}", "next"))


@pytest.mark.parametrize("adoption", PROJECTS)
def test_the_aggregate_always_runs_and_needs_every_other(adoption: Adoption) -> None:
    found = parsed(workflows(adoption)["readiness.yml"])
    all_jobs = jobs(found)
    on = cast("Table", found["on"])

    assert all_jobs["ready"]["if"] == "always()"
    assert all_jobs["ready"]["name"] == "ready"
    assert set(cast("list[str]", all_jobs["ready"]["needs"])) == all_jobs.keys() - {"ready"}
    assert "paths" not in str(on)
    assert on["pull_request"] is None
    assert on["merge_group"] is None
    assert cast("Table", on["push"])["branches"] == [adoption.main, *adoption.release_lines]


@pytest.mark.parametrize("adoption", PROJECTS)
def test_the_tests_always_run_where_it_is_known_how(adoption: Adoption) -> None:
    all_jobs = jobs(parsed(workflows(adoption)["readiness.yml"]))

    assert ("tests" in all_jobs) is (adoption.tests is not None)
    if adoption.tests is not None:
        matrix = cast("Table", cast("Table", all_jobs["tests"]["strategy"])["matrix"])
        assert matrix["python"] == list(adoption.tests.pythons[-1:] if adoption.tested_by else adoption.tests.pythons)


@pytest.mark.parametrize(("adoption", "generated"), RELEASES)
def test_what_publishes_is_what_was_chosen(adoption: Adoption, generated: Generated) -> None:
    job = jobs(parsed(generated))["publish"]
    theirs = "pypa/gh-action-pypi-publish" in map(uses, steps(job))
    ours = any("tagship publish" in " ".join(script(step).split()) for step in steps(job))

    assert (theirs, ours) == (adoption.publisher is Publisher.PYPA_ACTION, adoption.publisher is Publisher.TAGSHIP)


def test_every_platform_tells_its_wheels() -> None:
    job = jobs(parsed(workflows(ADOPTIONS["compiled, trusted"])["release.yml"]))["wheels"]
    included = cast("list[Table]", cast("Table", cast("Table", job["strategy"])["matrix"])["include"])

    assert [(each["runner"], each["platform"]) for each in included] == list(RUNNERS)
    assert list(cast("Table", job["outputs"])) == [platform for _, platform in RUNNERS]
    assert permissions(job) == {}
