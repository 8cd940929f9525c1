import pytest

from tagship.adapters.triggers import find_tag_triggers
from tagship.domain.facts import TagTrigger
from trees import Files

PATH = ".github/workflows/release.yml"


def found(text: str) -> tuple[TagTrigger, ...]:
    return find_tag_triggers(Files({PATH: text}))


@pytest.mark.parametrize(
    ("text", "line", "patterns"),
    [
        ("on:\n  push:\n    tags:\n      - 'v*'\n      - \"w*\"\n  workflow_dispatch:\n", 3, ("v*", "w*")),
        ("on:\n  push:\n    tags:\n    - v*\n    branches: [main]\n", 3, ("v*",)),
        ("'on':\n  push:\n    tags:\n      - v*\n", 3, ("v*",)),
        ("on:\n  push:\n    tags: v*\n", 3, ("v*",)),
        ("on:\n  push:\n    tags: ['v*', w*]\n", 3, ("v*", "w*")),
        ("on:\n  push:\n    tags: ['v[0-9]+.[0-9]+', 'w[a,b]*', 'it''s']\n", 3, ("v[0-9]+.[0-9]+", "w[a,b]*", "it's")),
        ("on:\n  push:\n    tags: [\n      'v*',\n      w*,\n    ]\n    branches: [main]\n", 3, ("v*", "w*")),
        ("on:\n  push:\n    tags:\n      [ 'v*' ]\n", 3, ("v*",)),
        ("on:\n  push: {branches: [main], tags: [v*]}\n", 2, ("v*",)),
        ("on:\n  push: {branches: [main], tags: [v*,\n      w*]}\n", 2, ("v*", "w*")),
        ("name: x\non: {push: {tags: ['v[0-9]*']}}\n", 2, ("v[0-9]*",)),
        ("on:\n  push:\n    tags: &tags\n      - v*\n", 3, ("v*",)),
        ("on:\n  push:\n    tags: &tags [v*]\n", 3, ("v*",)),
        ("on: # start\n  push:\n    # of tags\n    tags: # these\n\n      - v* # all\n", 4, ("v*",)),
        ("on:\r\n  push:\r\n    tags:\r\n      - v*\r\n", 3, ("v*",)),
        ("\ufeffon:\n  push:\n    tags: [v*]\n", 3, ("v*",)),
        ("on:\n  push:\n    tags:\n      - v*\n      - '!v*-beta'\n", 3, ("v*", "!v*-beta")),
    ],
)
def test_every_way_to_write_the_list(text: str, line: int, patterns: tuple[str, ...]) -> None:
    assert found(text) == (TagTrigger(PATH, line, patterns),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "on: push\n",
        "on:\n  push:\n    branches: [main]\n",
        "on:\n  push:\n    tags:\n    branches: [main]\n",
        "on:\n  push:\n    tags: []\n",
        "on:\n  pull_request:\n    tags: [v*]\n",
        "jobs:\n  push:\n    tags: [v*]\n",
        "on:\n  release:\n    types: [published]\n",
        "- on:\n  - push\n",
        "\x00\x01",
    ],
)
def test_what_is_no_list_of_tags(text: str) -> None:
    assert found(text) == ()


def test_only_workflows_and_all_of_them() -> None:
    text = "on:\n  push:\n    tags: [v*]\n"
    paths = (
        ".forgejo/workflows/a.yaml",
        ".gitea/workflows/a.yml",
        ".github/workflows/a.yml",
        ".github/workflows/b.yaml",
    )
    others = (".github/a.yml", ".github/workflows/deep/a.yml", ".github/workflows/a.txt", "a.yml")

    triggers = find_tag_triggers(Files(dict.fromkeys((*paths, *others), text)))

    assert tuple(trigger.path for trigger in triggers) == paths
