"""What a step says and writes into its files, as the runner reads it: commands, masks, variables."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from running.results import Annotation

MASK = "***"
_COMMAND = re.compile(r"\s*::(?P<name>[A-Za-z][A-Za-z-]*)(?: (?P<properties>[^\n]*?))?::(?P<message>.*)")
_ESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_FORBIDDEN = re.compile(r"NODE_OPTIONS|(?:GITHUB|RUNNER)_.*")


class MalformedFileError(ValueError):
    """A line of a step's file is neither `name=value` nor the start of a value of many lines."""


class Masks:
    """What no log may show."""

    def __init__(self) -> None:
        self._values: set[str] = set()

    def add(self, value: str) -> None:
        """Mask a value from now on: whole, each of its lines, and as addresses and headers carry it."""
        for each in filter(str.strip, {value, *value.splitlines()}):
            self._values |= {each, quote(each, safe=""), base64.b64encode(each.encode()).decode()}

    def __call__(self, text: str) -> str:
        """The text as it may be shown."""
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, MASK)
        return text


class Log:
    """Takes the lines of a step: keeps what is said, and obeys what is a command."""

    def __init__(self, lines: list[str], masks: Masks, annotations: list[Annotation]) -> None:
        self._lines = lines
        self._masks = masks
        self._annotations = annotations
        self._stopped: str | None = None

    def __call__(self, line: str) -> None:
        """Take one line."""
        command = _COMMAND.fullmatch(line)
        if self._stopped is not None:
            self._stopped = None if line.strip() == f"::{self._stopped}::" else self._stopped
        elif command is not None:
            self._obey(command["name"], command["properties"] or "", command["message"])
            if command["name"] == "add-mask":
                return
        self._lines.append(self._masks(line))

    def _obey(self, name: str, properties: str, message: str) -> None:
        match name:
            case "add-mask":
                self._masks.add(_unescaped(message))
            case "stop-commands":
                self._stopped = message
            case "error" | "warning" | "notice":
                told = dict(each.split("=", 1) for each in properties.split(",") if "=" in each)
                shown = {key: self._masks(_unescaped(value)) for key, value in told.items()}
                self._annotations.append(Annotation(name, self._masks(_unescaped(message)), shown))
            case "set-output" | "save-state" | "set-env" | "add-path":
                self._annotations.append(Annotation("error", f"the command {name} is no longer obeyed"))
            case _:
                pass  # groups and debugging change nothing but how a log is shown


def read_variables(path: Path) -> Mapping[str, str]:
    """What a step wrote into GITHUB_OUTPUT or GITHUB_ENV; raises MalformedFileError."""
    found: dict[str, str] = {}
    lines = iter(path.read_text(encoding="utf-8").split("\n"))
    for line in lines:
        name, equals, value = line.partition("=")
        key, heredoc, end = line.partition("<<")
        if heredoc and (not equals or len(key) < len(name)):
            body = []
            while (each := next(lines, None)) != end:
                if each is None:
                    raise MalformedFileError(f"{key} does not end with {end}")
                body.append(each)
            found[key] = "\n".join(body)
        elif equals and name:
            found[name] = value
        elif line:
            raise MalformedFileError(f"{line!r} is no variable")
    return found


def may_set(name: str) -> bool:
    """Whether a step may set a variable for those after it."""
    return _FORBIDDEN.fullmatch(name) is None


def _unescaped(text: str) -> str:
    for code, character in _ESCAPES:
        text = text.replace(code, character)
    return text
