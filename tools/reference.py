"""Writes the reference pages that repeat what the code says.

`python -m tools.reference` writes `docs/reference/cli.md`, `refusals.md` and `checks/` there; with `--check` it writes
nothing, names the pages that differ and ends with 1. The words come from the parser and from the check classes, so
that they are mended there.
"""

import argparse
import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tagship.checks import ADOPTION, ARTIFACTS, BRANCH, CREDENTIAL, GATE, GUARD, HOSTING
from tagship.checks.engine import AnyCheck
from tagship.cli.commands import COMMANDS, DEFAULT
from tagship.cli.options import add_common
from tools.refusals_page import PAGE as REFUSALS_PAGE
from tools.refusals_page import refusals_page

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
CLI_PAGE = "cli.md"
CHECKS_FOLDER = "checks"
INDEX_PAGE = f"{CHECKS_FOLDER}/README.md"
WIDTH = 100
MARK = "<!-- Written by `python -m tools.reference` from {source}: edit that, then run it again. -->\n\n"

CLI_INTRODUCTION = f"""\
# The command line

`tagship` alone is `tagship {DEFAULT}`.
`tagship --version` prints the version.
`tagship COMMAND --help` says what this page says.
How each command ends is told under [exit codes](exit-codes.md), what it prints as JSON under [documents](documents.md).

| command | what it is |
|---|---|
"""
COMMON_INTRODUCTION = """\

## Options of every command

They may stand before or after the command.

"""
CHECKS_INTRODUCTION = """\
# The checks

Each is named by the good state, and each ends as passed, failed, skipped or unknown.
A failed *error* blocks a release, a failed *warning* is shown and blocks nothing.
An *error* that is unknown leaves the question open, and an open question is no pass.

What a check *needs* beyond the repository is the network (its index or its remote), the code host, the credential, or
the built artifacts.
With `--offline` whatever needs the network is unknown; `validate` skips what compares with the last release, and
`check` leaves all of it out and says so beside its verdict.

`tagship explain ID` shows one of them.
Every check can be [exempted or waived](../../how-to/exempt-a-check.md) with a reason.
"""


@dataclass(frozen=True, slots=True)
class Family:
    """Checks that are asked together: their stage in a release, what the stage is about, the commands that ask."""

    stage: str
    about: str
    checks: tuple[AnyCheck, ...]
    commands: tuple[str, ...]


FAMILIES = (
    Family("check", "Is this branch ready?", BRANCH, ("check",)),
    Family("gate", "May this tag ship?", GATE, ("gate", "ship", "rehearse")),
    Family(
        "credential",
        "Is the credential there, well formed and alive? Asked before anything is built or sent.",
        CREDENTIAL,
        ("credential", "publish", "ship", "rehearse"),
    ),
    Family(
        "validate",
        "Are the built files what the tag promises, and would the index take them?",
        ARTIFACTS,
        ("validate", "publish", "ship", "rehearse"),
    ),
    Family("init", "Are the generated files as they would be generated now?", ADOPTION, ("init",)),
    Family("doctor", "Is the code host set to what a release needs?", HOSTING, ("doctor",)),
    Family("guard", "Did what came to main come through a pull request?", GUARD, ("guard",)),
)


def pages() -> Mapping[str, str]:
    """Every generated page by its path below `docs/reference`, with forward slashes."""
    written = {CLI_PAGE: _cli_page(), INDEX_PAGE: _index_page()}
    written[REFUSALS_PAGE] = MARK.format(source="src/tagship/checks/refusals") + refusals_page()
    for check in {check.id: check for family in FAMILIES for check in family.checks}.values():
        asking = [family for family in FAMILIES if any(each.id == check.id for each in family.checks)]
        written[f"{CHECKS_FOLDER}/{check.id}.md"] = _check_page(check, asking)
    return written


# -- the command line -------------------------------------------------------------------------------------------------


class _Recorder(argparse.ArgumentParser):
    """A parser that tells what was declared, in order, and which of it excludes each other."""

    def __init__(self) -> None:
        super().__init__(add_help=False)

    @property
    def declared(self) -> tuple[argparse.Action, ...]:
        # An option that is added to a group never passes by this parser's own add_argument.
        return tuple(self._actions)

    def alternatives(self) -> Iterator[Sequence[argparse.Action]]:
        """Everything that was declared, with what excludes each other together."""
        groups = [tuple(group._group_actions) for group in self._mutually_exclusive_groups]  # noqa: SLF001 -- argparse tells no other way
        for action in self._actions:
            excluding = next((group for group in groups if action in group), (action,))
            if action is excluding[0]:
                yield excluding


def _cli_page() -> str:
    common = _Recorder()
    add_common(common)
    parts = [
        MARK.format(source="src/tagship/cli"),
        CLI_INTRODUCTION,
        *(f"| [`{command.name}`](#tagship-{command.name}) | {command.summary} |\n" for command in COMMANDS),
        COMMON_INTRODUCTION,
        _options_table(common.declared),
        *(part for command in COMMANDS for part in _command_section(command.name, command.module)),
    ]
    return "".join(parts)


def _command_section(name: str, module: str) -> Iterator[str]:
    command = importlib.import_module(module)
    recorder = _Recorder()
    command.configure(recorder)
    yield f"\n## tagship {name}\n\n{_prose(command.run)}\n\n"
    yield f"```text\n{_lines(f'tagship {name}', [_usage(each) for each in recorder.alternatives()])}```\n"
    if recorder.declared:
        yield "\n" + _options_table(recorder.declared)
    if recorder.epilog is not None:
        yield f"\n```text\n{recorder.epilog.rstrip()}\n```\n"


def _options_table(declared: Sequence[argparse.Action]) -> str:
    rows = (f"| {_cell(_spelt(action))} | {_cell(action.help or '')} |\n" for action in declared)
    return "| option | meaning |\n|---|---|\n" + "".join(rows)


def _lines(start: str, words: Sequence[str]) -> str:
    """A command with its options, broken between them."""
    lines = [start]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(" " * len(start))
        lines[-1] += f" {word}"
    return "".join(f"{line}\n" for line in lines)


def _usage(alternatives: Sequence[argparse.Action]) -> str:
    action = alternatives[0]
    if not action.option_strings:
        return {"?": f"[{action.metavar}]", "*": f"[{action.metavar} ...]"}.get(str(action.nargs), str(action.metavar))
    return f"[{' | '.join(' '.join((each.option_strings[-1], *_value(each))) for each in alternatives)}]"


def _spelt(action: argparse.Action) -> str:
    return f"`{' '.join((', '.join(action.option_strings) or str(action.metavar), *_value(action)))}`"


def _value(action: argparse.Action) -> tuple[str, ...]:
    """The value that an option takes, if it takes one."""
    if not action.option_strings or action.nargs == 0:
        return ()
    if action.choices is not None:
        return ("|".join(map(str, action.choices)),)
    return (str(action.metavar or action.dest.upper()),)


# -- the checks -------------------------------------------------------------------------------------------------------


def _index_page() -> str:
    parts = [MARK.format(source="src/tagship/checks"), CHECKS_INTRODUCTION]
    for family in FAMILIES:
        parts.append(f"\n## {family.stage}\n\n{family.about}\n\n")
        parts.append("| check | is true when it passes | severity | needs |\n|---|---|---|---|\n")
        parts.extend(
            f"| [{check.id}]({check.id}.md) | {_cell(check.title)} | {check.severity.value} | {_needs(check)} |\n"
            for check in family.checks
        )
    return "".join(parts)


def _check_page(check: AnyCheck, asking: Sequence[Family]) -> str:
    commands = dict.fromkeys(command for family in asking for command in family.commands)
    asked_by, stages = ", ".join(f"`tagship {command}`" for command in commands), [family.stage for family in asking]
    return (
        f"{MARK.format(source='src/tagship/checks')}"
        f"# {check.id}\n\n{_prose(type(check))}\n\n"
        "| severity | stage | asked by | needs | exempt or waive |\n|---|---|---|---|---|\n"
        f"| {check.severity.value} | {', '.join(stages)} | {asked_by} | {_needs(check)} "
        "| [yes](../../how-to/exempt-a-check.md) |\n\n"
        f"**Passes when** {check.title}.\n\n"
        f"**What it does.** {_prose(check.run)}\n\n"
        f"**Why.** {check.why}\n\n"
        f"**How to mend it.** {check.fix}\n"
    )


def _needs(check: AnyCheck) -> str:
    return ", ".join(sorted(check.needs)) or "nothing"


def _prose(thing: object) -> str:
    """A docstring with its paragraphs kept and its lines as they stand."""
    return inspect.getdoc(thing) or ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# -- writing and comparing --------------------------------------------------------------------------------------------


def differences(into: Path) -> tuple[str, ...]:
    """The generated pages that are absent, differ, or have no check behind them any more; sorted."""
    wanted = pages()
    stale = {path for path, text in wanted.items() if _read(into / path) != text}
    return tuple(sorted(stale | _orphans(into, wanted)))


def write(into: Path) -> None:
    """Bring every page up to date and remove those that no check stands behind."""
    wanted = pages()
    for path, text in wanted.items():
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    for path in _orphans(into, wanted):
        (into / path).unlink()


def _orphans(into: Path, wanted: Mapping[str, str]) -> set[str]:
    found = {f"{CHECKS_FOLDER}/{path.name}" for path in (into / CHECKS_FOLDER).glob("*.md")}
    return found - wanted.keys()


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main(words: Sequence[str]) -> int:
    """Write the pages, or with `--check` tell which of them are stale."""
    parser = argparse.ArgumentParser(prog="python -m tools.reference", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where a page is stale")
    parser.add_argument("--into", type=Path, default=REFERENCE, metavar="DIR", help="default: docs/reference")
    options = parser.parse_args(words)
    if not options.check:
        write(options.into)
        return 0
    stale = differences(options.into)
    for path in stale:
        sys.stdout.write(f"{path} is stale; run python -m tools.reference\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
