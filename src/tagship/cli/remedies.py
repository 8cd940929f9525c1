"""Completes the commands that are proposed, so that they are about the same project and index when pasted."""

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tagship.adapters.nearest import top_of
from tagship.cli.commands import COMMANDS
from tagship.cli.options import Options
from tagship.domain.finding import Finding, NotReady, Report
from tagship.errors import Exit, Remedy, Run, TagshipError

_INDEX = frozenset(
    {
        "status",
        "show",
        "check",
        "prepare",
        "gate",
        "credential",
        "validate",
        "publish",
        "prove",
        "announce",
        "ship",
        "tag",
    }
)
_PLACED = {"git": "-C", "tagship": "-C", "uv": "--directory", "poetry": "-C"}
"""By which option a program is told where to work, before the words for what to do."""
_DIST = frozenset({"build", "prove", "announce", "ship"})
_TOKEN = frozenset({"credential", "publish", "ship", "tag"})


def completed(remedy: Remedy | None, options: Options) -> Remedy | None:
    """The remedy with what was given on the command line; only what it lacks is added, so twice is once."""
    if not isinstance(remedy, Run) or options.sample:
        return remedy
    if remedy.directory is not None:
        remedy = _placed(remedy, top_of(options.directory) / remedy.directory)
    program, *words = remedy.argv
    if program not in _PLACED:
        return remedy
    names_it = program == "git" and words[:1] == ["init"]
    placed = names_it or _PLACED[program] in words
    # Reports name files from the top of the repository, and so does what is proposed to git.
    directory = top_of(options.directory) if program == "git" else options.directory
    elsewhere = directory.resolve() != Path.cwd() and not placed
    place = (_PLACED[program], str(directory)) if elsewhere else ()
    given = _given(words, options) if program == "tagship" else ()
    return Run((program, *place, *words, *given))


def _placed(remedy: Run, directory: Path) -> Run:
    """The command as it has to be pasted here to work in that directory."""
    there, here = directory.resolve(), Path.cwd()
    if there == here:
        return Run(remedy.argv)
    place = str(there.relative_to(here) if there.is_relative_to(here) else directory)
    program, *words = remedy.argv
    if program in _PLACED:
        return Run((program, _PLACED[program], place, *words))
    if remedy.argv[:2] == ("towncrier", "create"):
        return Run(("towncrier", "create", "--dir", place, *words[1:]))
    return Run(("sh", "-c", f"cd {shlex.quote(place)} && {shlex.join(remedy.argv)}"))


def complete_error(error: TagshipError, options: Options) -> None:
    """Complete what an error proposes, and the findings of the report it carries."""
    if error.exit is Exit.BUG:  # which proposes the very command that was given
        return
    error.remedy = completed(error.remedy, options)
    if isinstance(error, NotReady):
        error.report = complete_report(error.report, options)


def complete_report(report: Report, options: Options) -> Report:
    """The report with every remedy in it complete."""

    def complete(finding: Finding) -> Finding:
        return replace(finding, remedy=completed(finding.remedy, options))

    verdicts = (replace(each, findings=tuple(map(complete, each.findings))) for each in report.verdicts)
    return replace(report, verdicts=tuple(verdicts))


def _given(words: list[str], options: Options) -> tuple[str, ...]:
    """The options of this command that the proposed one takes as well and does not have yet."""
    names = {command.name for command in COMMANDS}
    command = next((word for word in words if word in names), "")
    named = options.package is not None and command not in {"", "explain"} and "--package" not in words
    added: tuple[str, ...] = ("--package", str(options.package)) if named else ()
    if command in _INDEX and options.index is not None and "--index" not in words:
        added += ("--index", options.index)
        added += () if options.upload_url is None else ("--upload-url", options.upload_url)
    if command in _TOKEN:
        added += _token_given(words, options)
    if command == options.command == "prepare" and "--help" not in words:
        added += tuple(word for word in _preparing_given(options) if word not in words)
    if command == "credential" and options.project is not None and "--project" not in words:
        added += ("--project", options.project)
    if command in _DIST and options.dist is not None and "--dist" not in words:
        added += ("--dist", str(options.dist))
    return added


def _preparing_given(options: Options) -> Iterator[str]:
    """How a release is prepared, whichever it is; each of these stands for itself."""
    if options.dated is not None:
        yield f"--date={options.dated}"
    if not options.beside:
        yield "--no-branch"
    for option, given in (("--plan", options.plan), ("--yes", options.yes), ("--offline", options.offline)):
        if given:
            yield option


def _token_given(words: list[str], options: Options) -> tuple[str, ...]:
    """How to authenticate, and where the token is, as this command was told."""
    added: tuple[str, ...] = () if options.auth is None or "--auth" in words else ("--auth", options.auth)
    if options.token_stdin and "--token-stdin" not in words:
        added += ("--token-stdin",)
    if options.token_from is not None and "--token-from" not in words:
        added += ("--token-from", options.token_from)
    return added
