"""Words for YAML."""

import pytest
import yaml

from tagship.scaffold.github.steps import listed, quoted, scalar, script

PLAIN = ("pypi", "it's", 'say "x"', "über")
TEXTS = (*PLAIN, "true", "Off", "null", "a: b", "a #b", "a:", " a", "a ", "7", "-x", "@x", "{a}", "")


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stays_the_text_that_it_was(text: str) -> None:
    assert yaml.safe_load(f"key: {scalar(text)} # said") == {"key": text}
    assert yaml.safe_load(f"key: {quoted(text)}") == {"key": text}


def test_quotes_are_for_those_that_need_them() -> None:
    assert [text for text in TEXTS if scalar(text) == text] == list(PLAIN)


def test_a_list_is_one_of_texts() -> None:
    assert yaml.safe_load(listed(["3.10", "release/*", r"a\+b"])) == ["3.10", "release/*", r"a\+b"]


@pytest.mark.parametrize("lines", [["tox"], ["true"], ["a: b"], ["a", "b # c"], ["'a b' c"], ["echo one # two"]])
def test_a_script_is_what_the_shell_reads(lines: list[str]) -> None:
    step = yaml.safe_load(f"- name: x\n  run: {script(lines)}\n")

    assert step[0]["run"].rstrip("\n").split("\n") == lines


def test_a_script_stands_where_it_is_put() -> None:
    assert yaml.safe_load(f"a:\n  - b:\n      run: {script(['c', 'd'], margin=6)}") == {"a": [{"b": {"run": "c\nd"}}]}
