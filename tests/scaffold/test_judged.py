"""What others say of the generated workflows: an auditor, the host's schema and parser, and readers of scripts."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from node import package
from scaffold.adoptions import ADOPTIONS, rendered
from scaffold.reading import every_script, workflows

SECONDS = 120
BIN = Path(sys.executable).parent
PARSE = Path(__file__).with_name("parse.mjs")
PERSONAS = ("regular", "pedantic", "auditor")


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for each adoption, named after its place in the table."""
    root = tmp_path_factory.mktemp("projects")
    for place, adoption in enumerate(ADOPTIONS.values()):
        directory = root / str(place) / ".github" / "workflows"
        directory.mkdir(parents=True)
        for name, generated in workflows(adoption).items():
            (directory / name).write_text(rendered(generated), encoding="utf-8")
    return root


def judge(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What a tool that is installed beside Python says."""
    tool, *arguments = words
    return subprocess.run(
        [str(BIN / tool), *arguments], cwd=cwd, capture_output=True, check=False, text=True, timeout=SECONDS
    )


@pytest.mark.slow
@pytest.mark.parametrize("persona", PERSONAS)
def test_the_auditor_finds_nothing_above_informational(projects: Path, persona: str) -> None:
    """Its report counts, and not its exit code; what it informs of is that a token could be trusted publishing."""
    told = judge("zizmor", "--offline", f"--persona={persona}", "--format=json", ".", cwd=projects)
    findings = json.loads(told.stdout)

    assert told.stderr.count("completed") == len(list(projects.rglob("*.yml")))
    assert [each for each in findings if each["determinations"]["severity"] != "Informational"] == []
    assert {each["ident"] for each in findings} <= {"use-trusted-publishing"}


@pytest.mark.slow
def test_the_auditor_would_find_something(projects: Path, tmp_path: Path) -> None:
    """That nothing is found means something: an action by its tag, and it is."""
    workflow = (projects / "0/.github/workflows/release.yml").read_text(encoding="utf-8")
    broken = tmp_path / ".github" / "workflows" / "release.yml"
    broken.parent.mkdir(parents=True)
    broken.write_text(re.sub("@[0-9a-f]{40} # v", "@v", workflow), encoding="utf-8")
    told = judge("zizmor", "--offline", "--format=json", ".", cwd=tmp_path)

    assert "unpinned-uses" in {each["ident"] for each in json.loads(told.stdout)}


@pytest.mark.slow
def test_the_schema_of_the_host_is_met(projects: Path) -> None:
    files = [str(path) for path in sorted(projects.rglob("*.yml"))]
    told = judge("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files, cwd=projects)

    assert told.returncode == 0, told.stdout


def parse(*files: Path) -> str:
    """What the host's own parser says, expressions included."""
    parser = package("@actions/workflow-parser") / "dist" / "index.js"
    done = subprocess.run(
        ["node", str(PARSE), str(parser), *map(str, files)],
        capture_output=True,
        check=False,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_parser_of_the_host_takes_them(projects: Path, tmp_path: Path) -> None:
    workflow = (projects / "0/.github/workflows/release.yml").read_text(encoding="utf-8")
    broken = tmp_path / "release.yml"
    broken.write_text(workflow.replace("${{ github.token }}", "${{ gitbub.token }}"), encoding="utf-8")

    assert parse(*sorted(projects.rglob("*.yml"))) == ""
    assert "gitbub" in parse(broken)


def scripts() -> Iterator[tuple[str, str]]:
    """Each script once, with a place where it stands."""
    seen: set[str] = set()
    for where, script in every_script():
        if script not in seen:
            seen.add(script)
            yield where, script


def test_every_script_can_be_read_by_the_shell() -> None:
    """Each in a file of its own would start hundreds of processes: each is the body of a function instead."""
    text = "".join(f"script_{place}() {{\n{script.rstrip()}\n}}\n" for place, (_, script) in enumerate(scripts()))
    told = subprocess.run(
        ["bash", "-n"], input=text, capture_output=True, check=False, text=True, encoding="utf-8", timeout=SECONDS
    )

    assert told.stderr == ""
    assert told.returncode == 0


@pytest.mark.slow
def test_every_script_is_clean_to_the_linter_of_shells(tmp_path: Path) -> None:
    where = {}
    for place, (told_where, script) in enumerate(scripts()):
        path = tmp_path / f"{place}.sh"
        path.write_text(f"#!/bin/bash -e\n{script}", encoding="utf-8")
        where[str(path.name)] = told_where
    told = judge("shellcheck", "--format=json", *where, cwd=tmp_path)

    assert [(where[each["file"]], each["code"], each["message"]) for each in json.loads(told.stdout)] == []
