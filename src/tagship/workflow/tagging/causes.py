"""Why no run begins for a tag: what is known to keep one from it, each only where it applies here."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tagship.adapters.triggers import find_tag_triggers
from tagship.checks.workflow import answers
from tagship.domain.facts import TagTrigger, Tree
from tagship.domain.runs import Runs
from tagship.errors import FactUnknown, InCommit, Run, Where

FOLDER: Final = ".github/workflows"
MOST_TAGS_IN_A_PUSH: Final = 3
"""Of more tags in one push, the host makes no event at all."""

_SKIP = re.compile(
    r"\[skip ci\]|\[ci skip\]|\[no ci\]|\[skip actions\]|\[actions skip\]|^skip-checks: ?true$",
    re.IGNORECASE | re.MULTILINE,
)
"""What in a commit's message keeps every push of the commit from starting a workflow, that of a tag included."""
_COMMENT = re.compile(r"(?:^|\s)#.*$", re.MULTILINE)
_DISPATCH = re.compile(r"\bworkflow_dispatch\b")
_TAG_INPUT = re.compile(r"^\s+[\"']?tag[\"']?\s*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why nothing runs: what was seen, where, and what to do about it."""

    what: str
    mend: str
    where: Where | None = None

    def __str__(self) -> str:
        place = "" if self.where is None else f" ({self.where})"
        return f"{self.what}{place}: {self.mend}"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a cause may lie in: the tagged commit, main beside it, and how the tag came to the remote.

    `main` reads the files of main, which may have a workflow that the tagged commit has not. `pushed_here` is whether
    this run pushed the tag, alone; `in_a_job` whether that was a job of the host.
    """

    tag: str
    commit: str
    files: Tree
    main_name: str
    main: Callable[[], Tree]
    message: str
    pushed_here: bool
    in_a_job: bool

    @property
    def triggers(self) -> Sequence[TagTrigger]:
        """The workflows of the tagged commit that start on tags; the host reads those of no other folder."""
        return _triggers_in(self.files)

    @property
    def expected(self) -> frozenset[str]:
        """The workflows that should start on this tag."""
        return frozenset(each.path for each in self.triggers if answers(each.patterns, self.tag))


def _triggers_in(files: Tree) -> tuple[TagTrigger, ...]:
    return tuple(each for each in find_tag_triggers(files) if each.path.startswith(f"{FOLDER}/") and each.patterns)


def foreseen(about: Circumstances) -> Iterator[Cause]:
    """The causes that lie in the tagged commit, which can be seen before anything is pushed."""
    if not about.expected:
        yield from _nothing_listens(about)
    skipping = _SKIP.search(about.message)
    if skipping is not None:
        yield Cause(
            f"the message of {about.commit[:12]} says {skipping.group().strip()}, which skips its tags' workflows, too",
            "tag a commit whose message does not say so, with the next version, or start the workflow by hand",
        )


def _nothing_listens(about: Circumstances) -> Iterator[Cause]:
    triggers = about.triggers
    for trigger in triggers:
        yield Cause(
            f"{trigger.path} starts on {', '.join(trigger.patterns)}, which {about.tag} does not match",
            f"let a pattern under on.push.tags match {about.tag}; it counts for the tags of later commits",
            InCommit(about.commit, trigger.path, trigger.line),
        )
    if triggers:
        return
    elsewhere = _on_main(about)
    if elsewhere:
        yield Cause(
            f"{', '.join(elsewhere)} is on {about.main_name} and not in the tagged commit, whose own files count",
            f"bring it to this line as well, as with git checkout {about.main_name} -- {' '.join(elsewhere)}",
        )
    elif not _workflow_files(about.files):
        yield Cause(f"the tagged commit has no file in {FOLDER}", "add a workflow that starts on tags: on.push.tags")
    else:
        yield Cause(
            f"no workflow of the tagged commit names tags under on.push ({', '.join(_workflow_files(about.files))})",
            "add on.push.tags to the one that releases; it counts for the tags of later commits",
        )


def _on_main(about: Circumstances) -> list[str]:
    try:
        return [each.path for each in _triggers_in(about.main()) if about.files.read(each.path) is None]
    except FactUnknown:  # then it is no cause that could be told
        return []


def _workflow_files(files: Tree) -> list[str]:
    return [path for path in files.paths() if path.rpartition("/")[0] == FOLDER and path.endswith((".yml", ".yaml"))]


def found(about: Circumstances, runs: Runs) -> Iterator[Cause]:
    """Every cause that applies: in the commit, on the host, and in the push. What cannot be asked is told as that."""
    yield from foreseen(about)
    yield from _on_the_host(about, runs)
    if about.in_a_job:
        yield Cause(
            "the tag was pushed by a job (GITHUB_ACTIONS is set), and what a job's own token pushes starts nothing",
            "push with a deploy key or a token of a person or an app, or start the workflow by hand",
        )
    if not about.pushed_here:
        yield Cause(
            f"the tag was on the remote before; of more than {MOST_TAGS_IN_A_PUSH} tags in one push none starts a run",
            "if it came so, or its run was deleted, start the workflow by hand: pushing a tag again starts nothing",
        )


def _on_the_host(about: Circumstances, runs: Runs) -> Iterator[Cause]:
    try:
        if not runs.actions_enabled():
            yield Cause(
                "Actions are disabled for the repository", f"enable them in its settings, as seen from {runs.runs_page}"
            )
    except FactUnknown as unasked:
        yield Cause(
            "whether Actions are enabled for the repository cannot be asked",
            f"look at {runs.runs_page} ({unasked.message})",
        )
    try:
        known = runs.workflows()
    except FactUnknown as unasked:
        yield Cause("whether the workflow is enabled cannot be asked", f"look at {runs.runs_page} ({unasked.message})")
        return
    paths = {each.path for each in about.triggers}
    for workflow in known:
        if workflow.path in paths and not workflow.active:
            command = Run(("gh", "workflow", "enable", workflow.path.rpartition("/")[2]))
            yield Cause(f"the host does not run {workflow.path}: {workflow.state}", str(command))


def by_hand(about: Circumstances) -> Run | None:
    """The command that starts the workflow of the release without a push; None where none can be started so.

    Where the workflow takes the tag as an input, that of main is run, which may be newer than the tag.
    """
    paths = [each.path for each in about.triggers] or _workflow_files(about.files)
    for path in _preferred(paths, about.expected):
        text = _COMMENT.sub("", (about.files.read(path) or b"").decode("utf-8", "replace"))
        dispatch = _DISPATCH.search(text)
        if dispatch is not None:
            takes_tag = _TAG_INPUT.search(text, dispatch.end())
            way = ("--ref", about.main_name, "-f", f"tag={about.tag}") if takes_tag else ("--ref", about.tag)
            return Run(("gh", "workflow", "run", path.rpartition("/")[2], *way))
    return None


def _preferred(paths: Iterable[str], expected: frozenset[str]) -> list[str]:
    return sorted(dict.fromkeys(paths), key=lambda path: path not in expected)
