"""The hooks of a clone."""

from typing import cast

import yaml

from scaffold.adoptions import TRUSTED, rendered
from tagship.scaffold.hooks import hooks


def test_they_are_entries_of_the_list_of_repositories() -> None:
    read = cast("dict[str, list[dict[str, object]]]", yaml.safe_load(rendered(hooks(TRUSTED))))
    (entry,) = read["repos"]
    found = cast("list[dict[str, object]]", entry["hooks"])

    assert entry["repo"] == "local"
    assert [each["id"] for each in found] == ["tagship-check", "tagship-guard"]
    assert [each["stages"] for each in found] == [["pre-push"]] * 2
    assert all(str(each["entry"]).startswith("tagship ") for each in found)


def test_an_entry_stands_in_a_list_that_has_others() -> None:
    (block,) = hooks(TRUSTED).blocks.values()
    read = yaml.safe_load(f"repos:\n  - repo: https://host.example/hooks\n    rev: v1\n    hooks: []\n{block}")

    assert [each["repo"] for each in read["repos"]] == ["https://host.example/hooks", "local"]
