"""Workflows read, and expressions evaluated, by GitHub's own parser and evaluator, in one Node process."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from tagship.adapters.process import Conversation

SCRIPT = Path(__file__).with_name("evaluate.mjs")
SECONDS = 60
MARK = "$expression"
CONTEXTS = ("github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "steps", "job", "runner", "env")

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Contexts: TypeAlias = Mapping[str, Json]


class InvalidWorkflowError(AssertionError):
    """The official parser refuses a workflow, or the official evaluator an expression."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow as the official parser reads it; expressions in `tree` are still to be evaluated."""

    path: str
    events: Mapping[str, Json]
    tree: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Status:
    """What success(), failure() and cancelled() say at some point of a run."""

    success: bool = True
    failure: bool = False
    cancelled: bool = False


class Evaluator:
    """The parser and the evaluator, inside a with block; `packages` is the folder that they are installed in."""

    def __init__(self, packages: Path) -> None:
        self._packages = packages

    def __enter__(self) -> Self:
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        self._node = Conversation(["node", str(SCRIPT), str(self._packages)], cwd=self._packages, env=kept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._node.close()

    def parse(self, path: str, text: str) -> Workflow:
        """A workflow; raises InvalidWorkflowError with everything that the parser says against it."""
        answer = self._ask({"ask": "parse", "name": path, "content": text})
        return Workflow(path, mapping(answer["events"]), mapping(answer["workflow"]))

    def value(self, tree: Json, contexts: Contexts, status: Status | None = None) -> Json:
        """A part of a workflow with everything in it evaluated."""
        match tree:
            case {"$expression": str(expression)}:
                return self._evaluate(expression, contexts, status)["value"]
            case dict():
                return {name: self.value(each, contexts, status) for name, each in tree.items()}
            case list():
                return [self.value(each, contexts, status) for each in tree]
            case _:
                return tree

    def text(self, tree: Json, contexts: Contexts) -> str:
        """A scalar of a workflow as the text that a step gets."""
        if isinstance(tree, dict) and MARK in tree:
            return str(self._evaluate(str(tree[MARK]), contexts, None)["text"])
        return text_of(tree)

    def texts(self, tree: Json, contexts: Contexts) -> dict[str, str]:
        """A mapping of a workflow, such as an `env`, as texts."""
        return {name: self.text(each, contexts) for name, each in mapping(tree).items()}

    def holds(self, tree: Json, contexts: Contexts, status: Status) -> bool:
        """Whether a condition holds; without one, whether everything before succeeded."""
        match tree:
            case None:
                return status.success
            case {"$expression": str(expression)}:
                return self._evaluate(expression, contexts, status)["truthy"] is True
            case _:
                raise InvalidWorkflowError(f"{tree!r} is no condition")

    def _evaluate(self, expression: str, contexts: Contexts, status: Status | None) -> Mapping[str, Json]:
        told: dict[str, Json] = {name: contexts.get(name, {}) for name in CONTEXTS}
        state = {} if status is None else {name: getattr(status, name) for name in Status.__slots__}
        return self._ask({"ask": "evaluate", "expression": expression, "contexts": told, "state": state})

    def _ask(self, question: Mapping[str, object]) -> Mapping[str, Json]:
        sent = f"{json.dumps(question)}\n".encode()
        line = self._node.ask(sent, lambda answers: answers.readline(), timeout=SECONDS)
        answer = mapping(json.loads(line))
        if answer.get("errors"):
            about = question.get("expression", question.get("name"))
            raise InvalidWorkflowError(f"{about}: {'; '.join(dict.fromkeys(map(str, items(answer['errors']))))}")
        return answer


def mapping(tree: Json) -> dict[str, Json]:
    """A mapping, empty for nothing; anything else is refused."""
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise InvalidWorkflowError(f"{tree!r} is no mapping")
    return tree


def items(tree: Json) -> Sequence[Json]:
    """A list; one scalar for a list of it, nothing for an empty one."""
    if tree is None:
        return []
    return tree if isinstance(tree, list) else [tree]


def text_of(value: Json) -> str:
    """A scalar as GitHub writes it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case str() | int() | float():
            return str(value)
        case _:
            raise InvalidWorkflowError(f"{value!r} is no scalar")
