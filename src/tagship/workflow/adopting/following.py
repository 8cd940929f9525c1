"""What is left to a person once the files are written, in the order in which it is done."""

import re
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from tagship.adapters.workflow_files import LOCK as ACTIONS_LOCK
from tagship.domain.adoption import AdoptedPackage, Adoption
from tagship.domain.config import Auth, HostKind
from tagship.domain.setup import FileState, NextStep, SetFile
from tagship.errors import Edit, Run, Visit
from tagship.scaffold.gitlab import PIPELINE
from tagship.scaffold.gitlab.release import stages
from tagship.scaffold.guide import registered
from tagship.scaffold.hooks import PATH as HOOKS
from tagship.workflow.adopting.deciding import unkept_tags
from tagship.workflow.adopting.survey import Survey

_TRUSTING = frozenset({HostKind.GITHUB, HostKind.GITLAB})
"""The hosts whose identities an index may take."""
_PROPOSED: Mapping[HostKind, str] = MappingProxyType(
    {
        HostKind.GITLAB: "open a merge request",
        HostKind.PLAIN: "have it merged into {main} on the server, which does so itself for "
        "git push origin HEAD:refs/for/{main} where `tagship guard --install --server` guards it",
    }
)
"""How a branch comes to main where that is no pull request."""
_STAGE = re.compile(r"""^[ \t]+stage:[ \t]*["']?([\w.-]+(?: [\w.-]+)*)["']?[ \t]*(?:#.*)?\r?$""", re.MULTILINE)
_ALWAYS = frozenset({".pre", ".post"})
"""The stages that every pipeline of GitLab's has."""


def next_steps(survey: Survey, adoption: Adoption, files: tuple[SetFile, ...]) -> tuple[NextStep, ...]:
    """What comes next: what keeps the workflows from running, the commit, the index, the host, then what may go."""
    return tuple(_next(survey, adoption, files))


def _next(survey: Survey, adoption: Adoption, files: tuple[SetFile, ...]) -> Iterator[NextStep]:
    yield from _to_decide(files)
    for name, tag in unkept_tags(survey, adoption, files).items():
        does = f"write down how tags of {name} are spelt, which the clone of a job does not tell"
        yield NextStep(does, Edit(f'put tag = "{tag}" into packages.{name} of {survey.config.source}, beside its path'))
    yield from _to_commit(survey, adoption, files)
    yield from _to_replace(adoption, {file.path for file in files if file.state is not FileState.LEFT})
    if adoption.host is HostKind.GITLAB:
        yield from _to_stage(survey, stages(adoption))
    if survey.tree.read(ACTIONS_LOCK) is not None:
        told = f"{ACTIONS_LOCK} is there: a workflow with an action that it lacks does not start"
        yield NextStep(told, Run(("gh", "actions-lock")))
    if adoption.auth is Auth.TRUSTED and adoption.host in _TRUSTING:
        yield from (_publisher(survey, adoption, package) for package in adoption.packages)
    if adoption.host is not HostKind.PLAIN:
        also = ", the tags and the environment" if adoption.host is HostKind.GITHUB else " and the tags"
        yield NextStep(f"protect the main branch{also}", Run(("tagship", "doctor", "--apply")))
    if adoption.auth is Auth.TOKEN and adoption.host is not HostKind.PLAIN:
        does = f"hand over the token, narrowed to this project, as {adoption.secret} of {adoption.environment}"
        yield NextStep(does, Run(("tagship", "credential", "--bind", "--store")))
    if any(file.path == HOOKS and file.state is not FileState.FOREIGN for file in files):
        install = Run(("pre-commit", "install", "--hook-type", "pre-push"))
        yield NextStep("switch the hooks on, in each clone that is pushed from", install)
    yield NextStep("see a whole release, on this machine alone", Run(("tagship", "rehearse")))


def _to_decide(files: tuple[SetFile, ...]) -> Iterator[NextStep]:
    """What keeps the workflows from being what they should be."""
    for file in files:
        if file.state is FileState.LACKING:
            yield NextStep(f"make {file.path}, without which the workflows fail: {file.reason}", file.remedy)
        if file.state in {FileState.FOREIGN, FileState.LEFT}:
            yield NextStep(f"decide on {file.path}: {file.reason}", file.remedy)
        if file.state is FileState.EDITED:
            names = ", ".join(each.name for each in file.edited)
            hint = Edit("move what you added outside of the block, then run `tagship init --force`")
            yield NextStep(f"decide on {file.path}: {names} was edited by hand", hint)


def _to_stage(survey: Survey, ours: tuple[str, ...]) -> Iterator[NextStep]:
    """What the user's pipeline has to say of stages: with its own list ours is not heard, and without one GitLab's."""
    text = (survey.tree.read(PIPELINE) or b"").decode("utf-8", "replace")
    if re.search(r"^stages:", text, re.MULTILINE):
        named = Edit(f"name {', '.join(ours)} in it as well")
        yield NextStep(f"{PIPELINE} has a list of stages, which takes the place of the generated one", named)
        return
    lacking = tuple(dict.fromkeys(name for name in _STAGE.findall(text) if name not in {*ours, *_ALWAYS}))
    if lacking:
        does = f"{PIPELINE} has jobs in the stage {', '.join(lacking)}, which the generated list of stages lacks"
        yield NextStep(does, Edit(f"begin it with a list of its own: stages: [{', '.join((*ours, *lacking))}]"))


def _to_commit(survey: Survey, adoption: Adoption, files: tuple[SetFile, ...]) -> Iterator[NextStep]:
    written = [file.path for file in files if file.change is not None]
    if not written:
        return
    ignored = survey.repository.git("check-ignore", "--", *written, check=False).text.split("\n")[:-1]
    for path in ignored:
        look = Run(("git", "check-ignore", "--verbose", "--", path))
        yield NextStep(f"see to it that {path} is committed: git ignores it", look)
    proposed = _PROPOSED.get(adoption.host, "open a pull request").format(main=adoption.main)
    commands = f"git switch -c adopt-tagship, git add, git commit and git push; then {proposed}"
    yield NextStep(f"commit what was written, on a branch ({', '.join(sorted(written))})", Edit(commands))


def _to_replace(adoption: Adoption, ours: Collection[str]) -> Iterator[NextStep]:
    """What replaces what; nothing of another tool is deleted by us, and what stands in its place is ours."""
    for each in adoption.predecessors:
        left = f"; left: {'; '.join(each.leaves)}" if each.leaves else ""
        does = f"{each.tool} ({each.path}) is replaced: {'; '.join(each.replaces)}{left}"
        if each.path in ours and each.path.startswith(".github/"):
            yield NextStep(f"{does}; ours belongs in its place, and git keeps what it was")
        elif each.path.startswith(".github/"):
            yield NextStep(does, Run(("git", "rm", each.path)))
        elif each.tool == "towncrier":
            yield NextStep(does)
        else:
            yield NextStep(does, Edit(f"take its configuration out of {each.path} once a release was made without it"))


def _publisher(survey: Survey, adoption: Adoption, package: AdoptedPackage) -> NextStep:
    """The values that an index is told, unless they are those that it was told for today's workflow."""
    values = registered(adoption, package)
    today = survey.publishing
    known = None if today is None or today.auth is not Auth.TRUSTED else today
    told = tuple(values.items())
    page = None if adoption.index.site is None else _page(adoption, package)
    if known is not None:
        file, environment = known.path.rpartition("/")[2], known.environment
        if (file, environment) == (values.get("workflow_filename"), values.get("environment")):
            does = f"nothing is to be registered for {package.name}: the index trusts {file} in {environment} already"
            return NextStep(does, None, told)
        does = f"tell the index whom it trusts with {package.name} from now on; so far it is {file}"
        return NextStep(does, page, told)
    return NextStep(f"tell the index whom it trusts with {package.name}", page, told)


def _page(adoption: Adoption, package: AdoptedPackage) -> Visit:
    return Visit(f"{adoption.index.site}/manage/project/{package.name}/settings/publishing/")
