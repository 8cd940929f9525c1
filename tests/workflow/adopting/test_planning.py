"""Blocks put into files that somebody else began."""

from dataclasses import replace

import pytest
import yaml

from scaffold.adoptions import TRUSTED
from tagship.domain.config import HostKind
from tagship.domain.managed import fresh, merge
from tagship.scaffold.gitlab import pipeline
from tagship.scaffold.hooks import hooks
from tagship.workflow.adopting.planning import fitted, joined_to

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
