"""What a person does once a release is prepared."""

from packaging.version import Version

from tagship.errors import Run
from tagship.workflow.preparing.ground import Ground
from tagship.workflow.workplace import Workplace


def what_follows(place: Workplace, ground: Ground, branch: str | None, *, changed: bool) -> tuple[Run, ...]:
    """The commands to paste: push, and the pull request where the host is one that has a command for it."""
    working = ground.branch if branch is None or not changed else branch
    if ground.remote is None:
        return () if working == ground.main else (Run(("git", "switch", ground.main)), Run(("git", "merge", working)))
    if working == ground.main and not changed:
        return ()
    push = Run(("git", "push", "--set-upstream", ground.remote, working))
    if working == ground.main or place.host_name != "github":
        return (push,)
    return (push, Run(("gh", "pr", "create", "--base", ground.main, "--head", working, "--fill")))


def when_tagged(place: Workplace, ground: Ground, version: Version, branch: str | None) -> tuple[str, ...]:
    """When the version is tagged, and how."""
    when = "" if (branch or ground.branch) == ground.main else f"once it is part of {ground.main}, "
    which = () if place.package is None else ("--package", place.package)
    command = Run(("tagship", "tag", str(version), *which))
    return (f"{when}`{command}` begins the release",)
