"""Cut GitLab's own description of its interface down to what is asked of it: names and kinds, no prose.

`python -m tools.gitlab_described openapi_v2.yaml` writes the table that tests/gitlab_described.py holds every
request and every answer against. GitLab publishes the description with its source, as
`doc/api/openapi/openapi_v2.yaml`, and in no package; so the names and kinds of the operations that are used, as they
were in July 2026, stand in the repository, and a test compares them anew wherever TAGSHIP_GITLAB_DESCRIPTION names a
whole description.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias, cast

import yaml

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Node: TypeAlias = Mapping[str, Json]

TABLE: Final = Path(__file__).parent.parent / "tests" / "gitlab_described.json"
ROOT: Final = "/api/v4"
PROJECT: Final = "/projects/{id}"
USED: Final = (
    ("GET", PROJECT),
    ("PUT", PROJECT),
    ("GET", f"{PROJECT}/protected_branches"),
    ("POST", f"{PROJECT}/protected_branches"),
    ("GET", f"{PROJECT}/protected_branches/{{name}}"),
    ("DELETE", f"{PROJECT}/protected_branches/{{name}}"),
    ("GET", f"{PROJECT}/protected_tags"),
    ("POST", f"{PROJECT}/protected_tags"),
    ("GET", f"{PROJECT}/protected_tags/{{name}}"),
    ("DELETE", f"{PROJECT}/protected_tags/{{name}}"),
    ("GET", f"{PROJECT}/variables"),
    ("POST", f"{PROJECT}/variables"),
    ("PUT", f"{PROJECT}/variables/{{key}}"),
    ("DELETE", f"{PROJECT}/variables/{{key}}"),
    ("GET", f"{PROJECT}/repository/commits/{{sha}}/statuses"),
    ("GET", f"{PROJECT}/repository/commits/{{sha}}/merge_requests"),
    ("GET", f"{PROJECT}/repository/files/{{file_path}}/raw"),
    ("GET", f"{PROJECT}/merge_requests"),
    ("GET", f"{PROJECT}/events"),
    ("GET", f"{PROJECT}/releases/{{tag_name}}"),
    ("POST", f"{PROJECT}/releases"),
    ("PUT", f"{PROJECT}/packages/generic/{{package_name}}/*package_version/(*path/){{file_name}}"),
)
"""Every operation that tagship asks for."""
_KEPT: Final = ("type", "enum", "required", "$ref")
_KINDS: Final = "#/definitions/"
_UNSAID: Final[Node] = {"type": "string"}


def cut(description: bytes) -> Node:
    """The operations in use and the kinds that they speak of; raises KeyError for one that is not described.

    Of an operation: the kinds of what may stand in its query, of its body, and of its answers by status.
    """
    whole = cast("Node", yaml.safe_load(description))
    paths, described = cast("Mapping[str, Node]", whole["paths"]), cast("Mapping[str, Json]", whole["definitions"])
    operations = {f"{method} {path}": _operation(paths[ROOT + path][method.lower()]) for method, path in USED}
    kinds: dict[str, Json] = {}
    waiting = list(_named(operations))
    while waiting:
        name = waiting.pop()
        if name not in kinds:
            kinds[name] = _bare(described[name])
            waiting += _named(kinds[name])
    return {"sha256": hashlib.sha256(description).hexdigest(), "operations": operations, "definitions": kinds}


def _operation(spec: Json) -> Json:
    told = cast("Node", spec)
    given = cast("list[Node]", told.get("parameters", []))
    bodies = [each["schema"] for each in given if each["in"] == "body"]
    answers = cast("Mapping[str, Node]", told["responses"])
    return {
        "query": {cast("str", each["name"]): _bare(dict(each)) for each in given if each["in"] == "query"},
        "body": _bare(bodies[0]) if bodies else None,
        "answers": {
            status: _bare(answer["schema"])
            for status, answer in answers.items()
            if status.startswith("2") and "schema" in answer
        },
    }


def _bare(schema: Json) -> Json:
    """A schema without its prose.

    Where nothing is written but "string", nobody has said of what kind it is: that is what is generated then.
    """
    node = cast("Node", schema)
    if node == _UNSAID:
        return {}
    told = {key: node[key] for key in _KEPT if isinstance(node.get(key), str | list)}
    if "items" in node:
        told["items"] = _bare(node["items"])
    if "properties" in node:
        told["properties"] = {name: _bare(each) for name, each in cast("Node", node["properties"]).items()}
    return told


def _named(node: Json) -> Iterator[str]:
    """The kinds that are referred to, at any depth."""
    if isinstance(node, list):
        for each in node:
            yield from _named(each)
    elif isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(_KINDS)
        for each in node.values():
            yield from _named(each)


def written(table: Node) -> str:
    """The table with one line for each operation and each kind."""
    lines = [f' "sha256": "{table["sha256"]}"']
    for name in ("operations", "definitions"):
        told = sorted(cast("Node", table[name]).items())
        inside = ",\n".join(f"  {json.dumps(key)}: {json.dumps(each, sort_keys=True)}" for key, each in told)
        lines.append(f' "{name}": {{\n{inside}\n }}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write the table from the description that is named."""
    TABLE.write_text(written(cut(Path(sys.argv[1]).read_bytes())), encoding="utf-8")


if __name__ == "__main__":
    main()
