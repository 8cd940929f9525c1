"""Which tag is to be made: the one that was asked for, or that of the version that HEAD has."""

from collections.abc import Callable

from packaging.version import Version

from tagship.errors import Edit, FactUnknown, Run, UsageError
from tagship.workflow.gather import Gathered
from tagship.workflow.naming import chooser


def new_tag(asked_for: str | None) -> Callable[[Gathered], str]:
    """The tag by its name or its version as it was asked for, else by the project's version at HEAD.

    Where the tag is the version, one that is on HEAD already is gone on with. Another tag on HEAD is no answer where
    the project says itself what its version is. The choice raises UsageError where a person must say which version.
    """

    def choose(facts: Gathered) -> str:
        if asked_for is not None:
            return chooser(asked_for, {})(facts)
        version = facts.head_project.version
        if version is not None:
            return _of_the_project(version, facts)
        try:
            # The one on HEAD; without an environment nobody claims that CI runs for another.
            return chooser(None, {})(facts)
        except FactUnknown as unnamed:
            raise UsageError(
                "no file of the project tells its version, and HEAD has no tag: say which version it is",
                remedy=Edit("name it, as in `tagship tag 1.2.3`"),
            ) from unnamed

    return choose


def _of_the_project(version: Version, facts: Gathered) -> str:
    if version.is_devrelease:
        # Between two releases many projects carry such a version; nobody means to tag it.
        raise UsageError(
            f"{version} is a version under development, and no tag was named",
            remedy=Run(("tagship", "prepare", version.base_version)),
        )
    return facts.template.tag_for(version)
