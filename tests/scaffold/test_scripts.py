"""What the scripts in the workflows do, run by the shell that would run them."""

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from scaffold.adoptions import ADOPTIONS
from scaffold.reading import Table, jobs, parsed, steps, workflows

SECONDS = 30
NEEDS_JQ = pytest.mark.skipif(shutil.which("jq") is None, reason="jq reads what the stand-in for gh prints")
GH = """\
#!/bin/bash -e
# Prints what it was told to, through the expression that comes after --jq, and keeps the words that it was given.
printf '%s\\n' "$*" >> "$KEPT/words"
case "$1 $2" in
  "api "*) answer=jobs.json ;;
  "issue list") answer=issues.json ;;
  "issue close") exit 0 ;;
  *) cp "${@: -1}" "$KEPT/body.md"; exit 0 ;;
esac
while [ "$1" != --jq ]; do shift; done
jq --raw-output "$2" "$KEPT/$answer"
"""
TITLE = 'Release of v1 "x" failed'
FAILED = ("failed", "Open the issue, or tell it once more")
MENDED = ("mended", "Close the issue, if there is one")
OTHER: Mapping[str, object] = {"number": 9, "title": "other"}
FAILED_FIRST = "2026-11-20T10:00:00Z"
FAILED_LATER = "2026-11-20T10:05:00Z"


def script_of(adoption: str, file: str, job: str, name: str) -> Table:
    """One step of a generated workflow, by what it is called."""
    found = steps(jobs(parsed(workflows(ADOPTIONS[adoption])[file]))[job])
    return next(step for step in found if step.get("name") == name)


def run(step: Table, directory: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step as the host's runner does: in a file of its own, ended by the first command that fails."""
    path = directory / "step.sh"
    path.write_text(cast("str", step["run"]), encoding="utf-8")
    variables = {"PATH": os.environ["PATH"], "GITHUB_OUTPUT": str(directory / "output"), "RUNNER_TEMP": str(directory)}
    return subprocess.run(
        ["bash", "-e", str(path)],
        cwd=directory,
        env={**variables, **environ},
        capture_output=True,
        check=False,
        text=True,
        timeout=SECONDS,
    )


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("core-v1.2.0", "package=core\nproject=core\n"),
        ("app-v0.1.0rc1", "package=app\nproject=acme.app\n"),
        ("core-vnext", None),
        ("v1.2.0", None),
        ("", None),
        ("$(touch broken)", None),
    ],
)
def test_the_tag_chooses_the_package(tmp_path: Path, tag: str, told: str | None) -> None:
    step = script_of("several, trusted", "release.yml", "gate", "See which package the tag names")
    done = run(step, tmp_path, {"TAG": tag})

    assert (done.returncode == 0) is (told is not None)
    assert "is a tag of no package" in done.stdout or told is not None
    output = tmp_path / "output"
    assert (output.read_text(encoding="utf-8") if output.exists() else None) == told
    assert not (tmp_path / "broken").exists()


@pytest.mark.parametrize(
    ("results", "passes"),
    [("success success", True), ("success", True), ("success failure", False), ("skipped success", False),
     ("cancelled", False)],
)  # fmt: skip
def test_the_aggregate_passes_only_where_everything_did(tmp_path: Path, results: str, passes: bool) -> None:  # noqa: FBT001 -- a row of the table
    step = script_of("pure, trusted", "readiness.yml", "ready", "All of them succeeded")

    assert (run(step, tmp_path, {"RESULTS": results}).returncode == 0) is passes


@pytest.mark.parametrize(("wheels", "passes"), [("1 2 3 4 5", True), ("1 2 3 4", False), ("", False)])
def test_a_platform_whose_wheels_are_not_told_is_missed(tmp_path: Path, wheels: str, passes: bool) -> None:  # noqa: FBT001 -- a row of the table
    step = script_of("compiled, trusted", "release.yml", "build", "See that every platform told its wheels")

    assert (run(step, tmp_path, {"WHEELS": wheels}).returncode == 0) is passes


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A directory with a stand-in for `gh`, and the jobs of a run two of which failed."""
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH, encoding="utf-8")
    gh.chmod(0o755)
    ran = [
        {"name": "Prove", "conclusion": "failure", "completed_at": FAILED_LATER, "html_url": "https://host.example/2"},
        {"name": "Gate", "conclusion": "success", "completed_at": FAILED_FIRST, "html_url": "https://host.example/0"},
        {
            "name": "Build",
            "conclusion": "timed_out",
            "completed_at": FAILED_FIRST,
            "html_url": "https://host.example/1",
        },
        {
            "name": "Announce",
            "conclusion": "skipped",
            "completed_at": FAILED_FIRST,
            "html_url": "https://host.example/3",
        },
    ]
    (tmp_path / "jobs.json").write_text(json.dumps({"jobs": ran}), encoding="utf-8")
    return tmp_path


def tell(host: Path, job: str, name: str, issues: list[Mapping[str, object]]) -> list[str]:
    """What a job that keeps the issue asked of `gh`, where these issues are open."""
    (host / "issues.json").write_text(json.dumps(issues), encoding="utf-8")
    environ = {
        "PATH": f"{host / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "KEPT": str(host),
        "GH_REPO": "someone/demo",
        "RUN": "7",
        "ATTEMPT": "2",
        "TITLE": TITLE,
        "ADVICE": "Mend $it.",
        "PAGE": "https://host.example/runs/7",
    }
    done = run(script_of("pure, trusted", "release.yml", job, name), host, environ)

    assert done.returncode == 0, done.stderr
    return (host / "words").read_text(encoding="utf-8").splitlines()


@NEEDS_JQ
def test_a_failure_opens_one_issue_that_leads_with_its_cause(host: Path) -> None:
    words = tell(host, *FAILED, [OTHER])

    assert words[0].startswith("api repos/someone/demo/actions/runs/7/attempts/2/jobs?per_page=100 ")
    assert words[-1].startswith('issue create --title Release of v1 "x" failed ')
    assert (host / "body.md").read_text(encoding="utf-8") == (
        "[Build](https://host.example/1) failed first.\n\nMend $it.\n"
    )


@NEEDS_JQ
def test_the_next_failure_is_told_in_the_same_issue(host: Path) -> None:
    words = tell(host, *FAILED, [OTHER, {"number": 4, "title": TITLE}])

    assert words[-1].startswith("issue comment 4 ")
    assert not [each for each in words if each.startswith("issue create")]


@NEEDS_JQ
def test_the_run_that_comes_through_closes_it(host: Path) -> None:
    words = tell(host, *MENDED, [OTHER, {"number": 4, "title": TITLE}])

    assert words[-1] == "issue close 4 --comment https://host.example/runs/7 came through."


@NEEDS_JQ
def test_where_nothing_had_failed_nothing_is_closed(host: Path) -> None:
    assert [words.split(" ")[:2] for words in tell(host, *MENDED, [OTHER])] == [["issue", "list"]]


@pytest.mark.skipif(shutil.which("unzip") is None, reason="the runner's image has unzip")
def test_the_canary_tells_what_built_the_wheel(tmp_path: Path) -> None:
    step = script_of("pure, trusted", "canary.yml", "build", "Tell what built it")
    uv = tmp_path / "tagship" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text("#!/bin/bash\n", encoding="utf-8")  # what it would build lies there already
    uv.chmod(0o755)
    (tmp_path / "built").mkdir()
    with zipfile.ZipFile(tmp_path / "built" / "demo-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("demo-1.dist-info/METADATA", "Metadata-Version: 2.5\nName: demo\n\nMetadata-Version: none\n")
        wheel.writestr("demo-1.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: hatchling 1.32.0\n")
    done = run(step, tmp_path, {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary")})

    assert done.returncode == 0, done.stderr
    told = "demo-1-py3-none-any.whl: Metadata-Version: 2.5\nGenerator: hatchling 1.32.0\n"
    assert done.stdout == told
    assert (tmp_path / "summary").read_text(encoding="utf-8") == told
