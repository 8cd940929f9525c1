"""The stand-ins for actions do what the real ones do, with real git, twine and pip, through the locked door."""

import json
import sysconfig
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from repositories import Repo
from running.conftest import WORKFLOW, Begin
from running.events import push
from running.expressions import Evaluator
from running.jobs import Runner
from running.machine import Machine
from running.results import RunResult
from running.world import World
from servers.handmade import make_sdist, make_wheel
from tagship.domain.endpoints import PYPI
from tagship.rehearsal.host.environments import StoredPolicy
from tagship.rehearsal.index import ACCOUNT
from tagship.rehearsal.publishers import Publisher

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
UPLOAD = "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a"
DOWNLOAD = "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"
PUBLISH = "pypa/gh-action-pypi-publish@dc37677b2e1c63e2034f94d8a5b11f265b73ba33"
TAG = "refs/tags/v1.0"


@pytest.fixture
def world(begin: Begin, tmp_path: Path) -> Iterator[World]:
    """Everything outside, around a repository that holds the files of one release."""
    dist = tmp_path / "project" / "dist"
    dist.mkdir()
    make_wheel(dist)
    make_sdist(dist)
    with World(begin("on: push\njobs: {a: {runs-on: u, steps: [{run: x}]}}").repository) as world:
        yield world
        assert world.index.server.crashes + world.door.crashes == []


@pytest.fixture
def runner(world: World, evaluator: Evaluator, machine: Machine, tmp_path: Path) -> Runner:
    return world.runner(evaluator, tmp_path / "inside", machine)


def pushed(runner: Runner, repo: Repo, jobs: str, ref: str = TAG) -> RunResult:
    repo.commit({WORKFLOW: f"on: push\npermissions: {{}}\njobs:\n{jobs}"})
    repo.tag("v1.0", force=True)
    repo.git("push", "--quiet", "--force", "origin", "main", "v1.0")
    result = runner.run(WORKFLOW, push(runner.repository, ref))
    assert result is not None
    return result


def test_a_checkout_is_the_repository_at_the_event(runner: Runner, repo: Repo, world: World) -> None:
    look = (
        "{run: 'git describe --all; git rev-list --count HEAD; git branch --all --list; git remote get-url origin;"
        " git cat-file -t v1.0; git ls-remote --tags origin; cat $RUNNER_TEMP/*.config'}"
    )
    result = pushed(
        runner,
        repo,
        f"""
  whole: {{runs-on: u, steps: [{{uses: {CHECKOUT}, with: {{fetch-depth: 0, persist-credentials: false}}}}, {look}]}}
  usual: {{runs-on: u, steps: [{{uses: {CHECKOUT}}}, {look}]}}
  main:
    runs-on: u
    steps:
      - {{uses: {CHECKOUT}, with: {{ref: main, path: below}}}}
      - {{run: git status --short --branch, working-directory: below}}
  lost: {{runs-on: u, steps: [{{uses: {CHECKOUT}, with: {{ref: nowhere}}}}]}}
""",
    )
    whole, usual = result.job("whole").steps[1], result.job("usual").steps[1]

    assert whole.lines[:2] == ["tags/v1.0", repo.git("rev-list", "--count", "HEAD")]
    assert "  remotes/origin/main" in whole.lines
    assert "https://github.com/someone/project" in whole.lines
    assert "tag" in whole.lines
    assert any(line.endswith("refs/tags/v1.0^{}") for line in whole.lines)
    assert "No such file" in whole.log
    assert usual.lines[:2] == ["tags/v1.0", "1"]
    assert "extraheader = AUTHORIZATION: basic ***" in usual.log
    assert result.job("main").steps[1].log == "## main...origin/main"
    assert "nowhere" in result.job("lost").log
    assert result.conclusions == {"whole": "failure", "usual": "success", "main": "success", "lost": "failure"}
    assert result.job("whole").actions == [CHECKOUT]
    assert {passage.host for passage in world.door.log} == {"github.com"}


def test_a_push_needs_the_permission(runner: Runner, repo: Repo, world: World) -> None:
    steps = f"[{{uses: {CHECKOUT}}}, {{run: 'git push origin HEAD:refs/heads/new-$GITHUB_JOB'}}]"
    world.repository.private = True
    result = pushed(
        runner,
        repo,
        f"""
  nothing: {{runs-on: u, steps: {steps}}}
  read: {{runs-on: u, permissions: {{contents: read}}, steps: {steps}}}
  write: {{runs-on: u, permissions: {{contents: write}}, steps: {steps}}}
""",
    )

    assert result.conclusions == {"nothing": "failure", "read": "failure", "write": "success"}
    assert result.job("nothing").steps[1].outcome == "skipped"
    assert world.repository.git("branch", "--list", "new-*").split() == ["new-write"]
    assert [update.ref for update in world.host.activity.updates] == ["refs/heads/new-write"]


def test_the_host_grants_what_the_job_declares_and_no_more(runner: Runner, repo: Repo, world: World) -> None:
    ask = """
      - run: |
          curl --silent --fail --header "Authorization: Bearer $TOKEN" --data '{"title": "x"}' \\
            "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues"
        env: {TOKEN: "${{ github.token }}"}
"""
    result = pushed(
        runner,
        repo,
        f"""
  with:
    runs-on: u
    permissions: {{issues: write}}
    steps: {ask}
  without:
    runs-on: u
    permissions: {{issues: read, contents: write}}
    steps: {ask}
""",
    )

    assert result.conclusions == {"with": "success", "without": "failure"}
    assert [(one.host, one.status) for one in world.door.log] == [("api.github.com", 201), ("api.github.com", 403)]


def test_the_host_knows_how_far_a_run_has_come(runner: Runner, repo: Repo) -> None:
    ask = """curl --silent --fail --header "Authorization: Bearer $TOKEN" "https://api.github.com/repos/$AT" """
    steps = f"""[{{run: '{ask}', env: {{TOKEN: "${{{{ github.token }}}}", AT: "someone/project/%s"}}}}]"""
    run_at = "actions/runs/${{ github.run_id }}"
    result = pushed(
        runner,
        repo,
        f"""
  broken: {{runs-on: u, steps: [{{run: exit 1}}]}}
  jobs: {{runs-on: u, permissions: {{actions: read}}, steps: {steps % f"{run_at}/attempts/1/jobs"}}}
  run: {{runs-on: u, permissions: {{actions: read}}, steps: {steps % run_at}}}
  checks: {{runs-on: u, permissions: {{checks: read}}, steps: {steps % "commits/${{ github.sha }}/check-runs"}}}
""",
    )

    assert [result.job(name).conclusion for name in ("jobs", "run", "checks")] == ["success"] * 3, result.log
    jobs = json.loads(result.job("jobs").log)["jobs"]
    assert [(job["name"], job["conclusion"]) for job in jobs] == [("broken", "failure"), ("jobs", None)]
    assert jobs[0]["html_url"].startswith(f"https://github.com/someone/project/actions/runs/{result.number}/job/")
    assert json.loads(result.job("run").log)["path"] == WORKFLOW
    checks = json.loads(result.job("checks").log)["check_runs"]
    assert [check["status"] for check in checks] == ["completed", "completed", "completed", "in_progress"]
    assert all(f"/actions/runs/{result.number}/" in check["details_url"] for check in checks)


def test_settings_of_the_host_hold_for_jobs(runner: Runner, repo: Repo, world: World) -> None:
    world.host.secrets.keep("DEEP", "a hidden one", environment="Release")
    environment = world.host.environments.appear("Release")
    environment.protected_branches = False
    environment.policies.append(StoredPolicy(1, "v*", "tag"))
    world.take_settings()
    job = """
  a: {runs-on: u, environment: release, steps: [{run: 'echo "<$S>"', env: {S: "${{ secrets.DEEP }}"}}]}
"""

    assert pushed(runner, repo, job).log == "<***>"
    assert pushed(runner, repo, job, "main").job("a").annotations[0].message.startswith('Branch "main" is not allowed')


def test_artifacts_are_handed_over(runner: Runner, repo: Repo) -> None:
    result = pushed(
        runner,
        repo,
        f"""
  make:
    runs-on: u
    outputs:
      id: ${{{{ steps.keep.outputs.artifact-id }}}}
      digest: ${{{{ steps.keep.outputs.artifact-digest }}}}
    steps:
      - run: |
          mkdir dist .hidden
          touch dist/one dist/.two manifest.json .hidden/x
      - {{id: keep, uses: {UPLOAD}, with: {{name: both, path: "dist/\\nmanifest.json\\n.hidden"}}}}
      - {{uses: {UPLOAD}, with: {{name: star, path: "dist/*"}}}}
      - {{id: again, uses: {UPLOAD}, continue-on-error: true, with: {{name: star, path: manifest.json}}}}
      - id: none
        uses: {UPLOAD}
        continue-on-error: true
        with: {{name: none, path: nowhere, if-no-files-found: error}}
      - {{uses: {UPLOAD}, with: {{name: nothing, path: nowhere}}}}
  take:
    needs: [make]
    runs-on: u
    steps:
      - {{uses: {DOWNLOAD}, with: {{artifact-ids: "${{{{ needs.make.outputs.id }}}}", path: a}}}}
      - {{uses: {DOWNLOAD}, with: {{path: b}}}}
      - {{uses: {DOWNLOAD}, with: {{path: c, merge-multiple: true, pattern: "s*"}}}}
      - run: find a b c -type f | sort
      - {{id: gone, uses: {DOWNLOAD}, continue-on-error: true, with: {{artifact-ids: "77"}}}}
""",
    )
    make, take = result.job("make"), result.job("take")
    kept = result.artifacts[make.outputs["id"]]

    assert result.conclusion == "success", result.log
    assert take.steps[3].log.split() == [
        "a/dist/one",
        "a/manifest.json",
        "b/both/dist/one",
        "b/both/manifest.json",
        "b/star/one",
        "c/one",
    ]
    assert (kept.name, kept.digest) == ("both", make.outputs["digest"])
    assert [make.step(name).outcome for name in ("again", "none")] == ["failure", "failure"]
    assert [one.level for one in make.annotations] == ["error", "error", "warning"]
    assert take.step("gone").outcome == "failure"


def test_an_artifact_that_was_changed_is_not_taken(runner: Runner, repo: Repo) -> None:
    def swap(job: str, run: RunResult) -> None:
        if job == "take":
            run.artifacts = {number: replace(one, content=one.content + b"x") for number, one in run.artifacts.items()}

    runner.before = swap
    result = pushed(
        runner,
        repo,
        f"""
  make: {{runs-on: u, steps: [{{run: echo > x}}, {{uses: {UPLOAD}, with: {{path: x}}}}]}}
  take: {{runs-on: u, needs: make, steps: [{{uses: {DOWNLOAD}}}]}}
""",
    )

    assert result.conclusions == {"make": "success", "take": "failure"}
    assert "digest validation failed" in result.job("take").log


@pytest.mark.slow
def test_a_job_that_is_trusted_publishes_and_no_other(runner: Runner, repo: Repo, world: World) -> None:
    world.index.store.register("handmade", ACCOUNT)
    world.index.publishers.register("handmade", Publisher("github", "someone", "project", "w.yml", "pypi"))
    steps = f"[{{uses: {CHECKOUT}}}, {{uses: {PUBLISH}}}]"
    result = pushed(
        runner,
        repo,
        f"""
  unasked: {{runs-on: u, environment: pypi, steps: {steps}}}
  elsewhere: {{runs-on: u, environment: other, permissions: {{id-token: write}}, steps: {steps}}}
  publish: {{runs-on: u, environment: pypi, permissions: {{id-token: write}}, steps: {steps}}}
""",
    )
    project = world.index.store.project("handmade")

    assert result.conclusions == {"unasked": "failure", "elsewhere": "failure", "publish": "success"}, result.log
    assert "OIDC token permissions" in result.job("unasked").log
    assert "environment" in result.job("elsewhere").log
    assert project is not None
    assert len(list(project.files)) == 2
    assert result.job("publish").actions == [CHECKOUT, PUBLISH]
    assert world.door.refused == []


@pytest.mark.slow
def test_a_token_publishes_and_shows_nowhere(runner: Runner, repo: Repo, world: World) -> None:
    world.repository.secrets = {"PYPI_API_TOKEN": world.index.token}
    result = pushed(
        runner,
        repo,
        f"""
  a:
    runs-on: u
    steps:
      - uses: {CHECKOUT}
      - {{uses: {PUBLISH}, with: {{password: "${{{{ secrets.PYPI_API_TOKEN }}}}", verbose: true}}}}
""",
    )

    assert result.conclusion == "success", result.log
    assert world.index.store.project("handmade") is not None
    assert world.index.token not in result.log
    assert [one.path for one in world.door.log if one.host == PYPI.hosts[1]] == ["/legacy/", "/legacy/"]


BACKEND = '''\
"""Makes a wheel for the platform that it is told to be on, with nothing but the standard library."""

import json
import sysconfig
import zipfile


def build_wheel(place, config_settings=None, metadata_directory=None):
    name = f"made-1.0-py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}.whl"
    with zipfile.ZipFile(f"{place}/{name}", "w") as wheel:
        wheel.writestr("made-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: made\\nVersion: 1.0\\n")
        wheel.writestr("made-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: py3-none-any\\n")
        wheel.writestr("made-1.0.dist-info/RECORD", "")
    return name
'''


@pytest.mark.slow
def test_wheels_are_built_and_interpreters_set_up(runner: Runner, repo: Repo) -> None:
    repo.write(
        {
            "backend.py": BACKEND,
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        }
    )
    result = pushed(
        runner,
        repo,
        f"""
  wheels:
    strategy: {{matrix: {{os: [ubuntu-24.04, ubuntu-24.04-arm, macos-15, windows-2025]}}}}
    runs-on: ${{{{ matrix.os }}}}
    defaults: {{run: {{shell: bash}}}}
    steps:
      - {{uses: {CHECKOUT}}}
      - {{uses: "actions/setup-python@x", with: {{python-version: "{sysconfig.get_python_version()}"}}, id: python}}
      - {{uses: "astral-sh/setup-uv@x", with: {{enable-cache: false}}}}
      - {{uses: "pypa/cibuildwheel@x"}}
      - run: |
          ls wheelhouse
          uv --version
          pip --version
          test "$(command -v python)" = "${{{{ steps.python.outputs.python-path }}}}"
""",
    )

    assert result.conclusion == "success", result.log
    assert [leg.steps[-1].lines[0].removeprefix("made-1.0-py3-none-") for leg in result.jobs] == [
        "manylinux_2_17_x86_64.whl", "manylinux_2_17_aarch64.whl", "macosx_11_0_arm64.whl", "win_amd64.whl",
    ]  # fmt: skip
