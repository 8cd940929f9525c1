"""The distributions that a branch would become: built from a copy of the tree as it lies here, and validated."""

import os
import re
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from packaging.version import Version

from tagship.adapters.builder import IsolatedBuilder
from tagship.adapters.directory import DirectoryTree
from tagship.adapters.environments import Environment, Installer, Uv, find_installer
from tagship.adapters.git import GitRepository
from tagship.adapters.git.branch import tree_state
from tagship.adapters.git.command import TRANSFER
from tagship.adapters.git.references import TAGS
from tagship.adapters.git.scratch import Scratch, scratch
from tagship.adapters.manifests import artifact_of, write_manifest
from tagship.adapters.process import Completed
from tagship.adapters.pyproject import read_project
from tagship.adapters.workshop import workshop
from tagship.checks import ARTIFACTS, INSTALLS
from tagship.checks.continuity import ExtrasAndScriptsAreKept, PlatformsAreKept, PythonRangeIsKept, ToolchainIsSteady
from tagship.checks.drift import AdditionsAreExpected, ContentsStayAsTheyWere, ModulesAreKept, RemovalsAreExplained
from tagship.checks.engine import examine
from tagship.domain.artifact import Artifact, Manifest
from tagship.domain.config import Config
from tagship.domain.finding import Report
from tagship.errors import BuildFailed, Edit, FactUnknown
from tagship.workflow.files.built import Built
from tagship.workflow.files.origin import Origin
from tagship.workflow.gather import Gathered

TAG = "tagship-trial"
"""The tag in the copy, for a project whose version does not come from there."""
BY_HAND = Edit("run `python -m build` to see everything that the backend says, and mend what it complains of")
_MISSING = re.compile(
    # What a backend says where the machine lacks a compiler, or cannot fetch what the compiler needs.
    r"^.*(?:can't find Rust compiler|[Cc]argo,? .*not (?:found|installed)|(?:cargo|rustc|cmake|gcc|cc|clang): not found"
    r"|No such file or directory: '(?:\S*/)?(?:cargo|rustc|maturin|cmake|ninja|gcc|cc|clang)'"
    r"|command '(?:\S*/)?(?:gcc|g\+\+|cc|c\+\+|clang|x86_64-linux-gnu-gcc|cl)(?:\.exe)?' failed: No such file"
    r"|(?:gcc|cc|clang|g\+\+): No such file|Rust(?: toolchain)? (?:was )?not found|rust compiler .*not found"
    r"|Unable to find a compiler|unable to find vcvarsall\.bat|Microsoft Visual C\+\+ .* is required"
    r"|Unknown compiler\(s\)|No CMAKE_\w+_COMPILER could be found"
    r"|Could ?n[o']t resolve host|Could not resolve hostname|[Tt]emporary failure in name resolution"
    r"|[Nn]ame or service not known|[Nn]etwork is unreachable|dns error).*$",
    re.MULTILINE,
)
_UNHOOKED: Mapping[str, str] = {
    "core.hooksPath": os.devnull,
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "user.useConfigOnly": "false",
    # Where the user has no name yet; nobody ever sees the commit.
    "user.name": "tagship",
    "user.email": "tagship@localhost",
}

UNASKED = frozenset(
    type(check)
    for check in (
        # A branch is tried often and quickly: nothing is installed for it,
        *INSTALLS,
        # and the last release is not fetched to be looked into.
        RemovalsAreExplained(),
        ModulesAreKept(),
        ExtrasAndScriptsAreKept(),
        PlatformsAreKept(),
        AdditionsAreExpected(),
        PythonRangeIsKept(),
        ToolchainIsSteady(),
        ContentsStayAsTheyWere(),
    )
)
ASKED = tuple(check for check in ARTIFACTS if type(check) not in UNASKED)


def report_on_build(
    repository: GitRepository,
    config: Config,
    *,
    inside: str,
    tag: str | None,
    version: Version | None,
    offline: bool,
    excused: Mapping[str, str],
    on_line: Callable[[str], None],
) -> Report:
    """What `validate` says of the sdist and the wheel of the tree as it lies here, without installing them.

    They are built from a commit and a tag that exist in a throwaway copy alone. `tag` and `version` are those that it
    would become, as far as they are known. `offline`, what is built with must be in uv's cache. Raises BuildFailed
    where they do not build, and FactUnknown where it cannot be tried.
    """
    started = time.monotonic()
    with (
        scratch(repository, "HEAD", changes=True, hooks=False, offline=offline) as copy,
        workshop("trial-build", failure=FactUnknown) as room,
    ):
        project = read_project(DirectoryTree(copy.directory / inside))
        if project.version_is_tag and tag is None:
            raise FactUnknown(
                "the tag is the version, and nothing says which one comes next",
                remedy=Edit("give the changelog a section for the version that comes next"),
            )
        state = tree_state(repository)
        touched = sorted({*state.changed, *state.untracked})
        commit, there = _settle(copy, touched, shallow=repository.is_shallow), tag or TAG
        copy.git("update-ref", TAGS + there, commit)
        with GitRepository.at(copy.directory, may_fetch=False) as copied:
            files, toolchain = _build(
                copied, room / "dist", there, commit, inside=inside, offline=offline, on_line=on_line
            )
            manifest = Manifest(
                project=project.name,
                version=str(version or files[0].identity[1]),
                tag=there,
                commit=commit,
                source_date_epoch=int(copied.committed_at(commit).timestamp()),
                toolchain=toolchain,
                files=files,
            )
            write_manifest(room / "dist", manifest)
            origin = Origin(copy.directory / inside, lambda: copied, _no_facts, lambda: inside)
            built = Built(room / "dist", config, origin=origin, offline=True)
            verdicts = examine(ASKED, built, excused=excused)
        return Report(
            command="validate",
            project=manifest.project,
            version=manifest.version,
            tag=tag,
            commit=None,
            verdicts=verdicts,
            seconds=time.monotonic() - started,
        )


def _settle(copy: Scratch, touched: Sequence[str], *, shallow: bool) -> str:
    """Commit the files that were touched as they lie in the copy; the commit's name.

    No other is added again: git may be unable to, as to a file whose attributes name an encoding that it is not in. Of
    a shallow clone nothing but that commit is left.
    """
    git, head = copy.git, copy.start
    there = [path for path in touched if (copy.directory / path).is_symlink() or not (copy.directory / path).is_dir()]
    if there:
        git(
            "update-index", "-z", "--add", "--remove", "--replace", "--stdin",
            stdin=b"".join(os.fsencode(path) + b"\0" for path in there),
            timeout=TRANSFER,
            settings=_UNHOOKED,
        )  # fmt: skip
        tree = git("write-tree", settings=_UNHOOKED).text.strip()
        head = git("commit-tree", "-p", "HEAD", "-m", "Try", tree, settings=_UNHOOKED).text.strip()
        git("update-ref", "HEAD", head, settings=_UNHOOKED)
    if not shallow:
        return head
    # Where history ends before it began, whoever asks for all of it is refused. The tag on the commit tells enough.
    alone = git("commit-tree", "-m", "Try", "HEAD^{tree}", settings=_UNHOOKED).text.strip()
    names = git("for-each-ref", "--format=%(refname)").text.split()
    deletions = "".join(f"delete {name}\n" for name in names)
    git("update-ref", "--no-deref", "HEAD", alone)
    git("update-ref", "--stdin", stdin=deletions.encode("utf-8", "surrogateescape"))
    (copy.directory / ".git" / "shallow").unlink()
    return alone


def _build(
    repository: GitRepository,
    dist: Path,
    tag: str,
    commit: str,
    *,
    inside: str,
    offline: bool,
    on_line: Callable[[str], None],
) -> tuple[tuple[Artifact, ...], Mapping[str, str]]:
    """The built files and the toolchain that made them."""
    installer = _installer(offline=offline)
    builder = IsolatedBuilder(repository, project=inside or ".", on_output=on_line, installer=installer)
    try:
        with warnings.catch_warnings():
            # The front end repeats what the backend warns of, in the middle of whatever is shown meanwhile.
            warnings.simplefilter("ignore")
            toolchain = builder.build(tag=tag, commit=commit, target=dist)
    except BuildFailed as failed:
        lacking = _MISSING.search(failed.message)
        if lacking is not None:
            raise FactUnknown(f"what the build needs is not here: {lacking[0].strip()}", remedy=BY_HAND) from failed
        # The remedies of a release send people to a clone of its tag, which is nowhere yet.
        told = isinstance(failed.remedy, Edit) and tag in failed.remedy.text
        raise BuildFailed(failed.message, where=failed.where, remedy=BY_HAND if told else failed.remedy) from failed
    return tuple(artifact_of(path) for path in sorted(dist.iterdir())), toolchain


class _Cached(Uv):
    """uv that fetches nothing."""

    def install(
        self, environment: Environment, requirements: Sequence[str], *, cwd: Path, env: Mapping[str, str]
    ) -> Completed:
        """Install from the cache; raises FactUnknown for what is not there."""
        done = super().install(environment, requirements, cwd=cwd, env={**env, "UV_OFFLINE": "1"})
        if done.returncode != 0:
            raise FactUnknown(
                f"--offline was given, and {', '.join(requirements)} to build with is not in uv's cache",
                remedy=Edit("run the same command without --offline once"),
            )
        return done


def _installer(*, offline: bool) -> Installer:
    found = find_installer()
    if not offline:
        return found
    if not isinstance(found, Uv):
        raise FactUnknown("--offline was given, and pip fetches what a project is built with")
    return _Cached(found.binary)


def _no_facts() -> Gathered:
    raise FactUnknown("a trial build is of no release")
