"""Blocks put into files that somebody else began."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from repositories import Repo
from scaffold.adoptions import TRUSTED
from tagship.domain.config import HostKind
from tagship.domain.managed import fresh, merge
from tagship.domain.setup import FileState, SetFile
from tagship.errors import InFile
from tagship.scaffold.gitlab import pipeline
from tagship.scaffold.hooks import hooks
from tagship.workflow.adopting.adopting import drift
from tagship.workflow.adopting.planning import fitted, joined_to
from tagship.workflow.adopting.survey import Survey
from workflow.adopting.projects import NOBODY, OFFLINE, adopted, file_at, is_settled, planned, project

HOOKS = hooks(TRUSTED)
INDENTED = "repos:\n  - repo: https://example.org/a\n    rev: v1\n    hooks:\n      - id: a\n"
AT_THE_MARGIN = "# ours\nrepos:\n- repo: https://example.org/a\n  rev: v1\n  hooks:\n  - id: a\n"


@pytest.mark.parametrize(
    "text",
    [
        INDENTED,
        AT_THE_MARGIN,
        INDENTED.removesuffix("\n"),
        INDENTED.replace("\n", "\r\n"),
        f"\ufeff{AT_THE_MARGIN[7:]}",
    ],
)
@pytest.mark.parametrize("tail", ["", "\n# what follows\nci:\n  autofix_prs: false\n"])
def test_hooks_join_the_list_that_is_there(text: str, tail: str) -> None:
    if tail and not text.endswith("\n"):
        text += "\n"
    whole = text + (tail.replace("\n", "\r\n") if "\r" in text else tail)
    generated = fitted(HOOKS, whole)
    joined = joined_to(whole, generated)

    assert joined is not None
    parsed = yaml.safe_load(joined.removeprefix("\ufeff"))
    assert [each["repo"] for each in parsed["repos"]] == ["https://example.org/a", "local"]
    assert ("ci" in parsed) is bool(tail)
    assert merge(joined, fitted(HOOKS, joined)).text == joined
    assert joined.replace("\r\n", "\n").replace(text.replace("\r\n", "\n").rstrip("\n"), "", 1) != joined


@pytest.mark.parametrize("text", ["", "repos: []\n", "ci: {}\n", "repos:\n"])
def test_a_file_without_a_list_to_join_is_left_alone(text: str) -> None:
    assert joined_to(text, fitted(HOOKS, text)) is None


PIPELINE = next(each for each in pipeline(replace(TRUSTED, host=HostKind.GITLAB)) if each.path == ".gitlab-ci.yml")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "test:\n  script: [pytest]",
        "include:\n  - local: mine.yml\n\ntest:\n  script: [pytest]\n",
        "include:\n# ours\n- local: mine.yml\n- project: a/b\n  file: c.yml\n",
    ],
)
def test_a_pipeline_includes_ours_beside_its_own(text: str) -> None:
    joined = joined_to(text, fitted(PIPELINE, text))

    assert joined is not None
    parsed = yaml.safe_load(joined)
    assert parsed["include"][-1] == {"local": ".gitlab/tagship.yml"}
    assert ("test" in parsed) is ("pytest" in text)
    assert ({"local": "mine.yml"} in parsed["include"]) is ("mine" in text)
    assert merge(joined, fitted(PIPELINE, joined)).text == joined


@pytest.mark.parametrize("text", ["include: mine.yml\n", "include:\n  local: mine.yml\n", "include: [a.yml]\n"])
def test_a_pipeline_that_includes_in_another_way_is_left_alone(text: str) -> None:
    assert joined_to(text, fitted(PIPELINE, text)) is None


def test_a_new_file_of_hooks_is_as_it_is_generated() -> None:
    text = fresh(HOOKS)

    assert merge(text, fitted(HOOKS, text)).text == text


TWICE = f"{INDENTED}\n# more\n'repos' :\n  - repo: https://example.org/b\n    rev: v1\n    hooks: []\n"


def hooks_in(repo: Repo) -> tuple[SetFile, str]:
    """What is planned for the hooks by force, and what the file says once all that is planned was written."""
    setup = adopted(repo, manner=replace(OFFLINE, force=True))
    return file_at(setup, ".pre-commit-config.yaml"), (repo.path / ".pre-commit-config.yaml").read_text("utf-8")


@pytest.mark.parametrize("text", [TWICE, TWICE.replace("\n", "\r\n"), f"\ufeff{TWICE}"])
def test_a_list_that_is_there_twice_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    repo = project(tmp_path / "project", {".pre-commit-config.yaml": text})
    (repo.path / ".pre-commit-config.yaml").write_bytes(text.encode())
    file, after = hooks_in(repo)

    assert (file.state, file.line, file.change) == (FileState.FOREIGN, 8, None)
    assert file.reason == "its key repos is there more than once, on lines 1, 8, of which none but the last is read"
    assert "make one list of them, at .pre-commit-config.yaml:1" in str(file.remedy)
    assert after.encode() == text.replace("\r\n", "\n").encode()
    with Survey(repo.path, {}) as survey:
        verdicts = drift(survey, NOBODY, {}).verdicts
    (verdict,) = (each for each in verdicts if each.id == "generated-files-have-their-places")
    assert [finding.where for finding in verdict.findings] == [InFile(".pre-commit-config.yaml", 8)]


def test_a_list_that_became_two_since_is_refused_as_well(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {".pre-commit-config.yaml": INDENTED})
    adopted(repo)
    path = repo.path / ".pre-commit-config.yaml"
    managed = path.read_text(encoding="utf-8")
    path.write_text(f"{managed}repos:\n  - repo: https://example.org/b\n", encoding="utf-8")
    file, after = hooks_in(repo)

    assert (file.state, file.line) == (FileState.FOREIGN, managed.count("\n") + 1)
    assert after.startswith(managed)


@pytest.mark.parametrize(
    "more", ["# repos:\n", "repositories:\n  - a\n", "ci:\n  repos: 1\n  skip:\n    - repos:\n", "x: repos:\n"]
)
def test_what_only_looks_like_the_list_is_not_it(tmp_path: Path, more: str) -> None:
    repo = project(tmp_path / "project", {".pre-commit-config.yaml": INDENTED + more})

    assert hooks_in(repo)[0].state is FileState.CHANGED
    assert is_settled(planned(repo))
