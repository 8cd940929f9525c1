"""Which tag is meant."""

from collections.abc import Callable, Mapping

from packaging.version import Version

from tagship.domain.version import parse_version
from tagship.errors import Edit, FactUnknown
from tagship.workflow.gather import Gathered


def chooser(asked_for: str | None, environ: Mapping[str, str]) -> Callable[[Gathered], str]:
    """The tag that was asked for, by its name or its version; else CI's, else HEAD's, else the project's version's."""

    def choose(facts: Gathered) -> str:
        if asked_for is not None:
            return _named(asked_for.removeprefix("refs/tags/"), facts)
        return tag_from_ci(environ) or _highest_on_head(facts) or _tag_of_the_project(facts)

    return choose


def tag_from_ci(environ: Mapping[str, str]) -> str | None:
    """The tag that CI runs for, by GitHub's and Forgejo's variables, then by GitLab's."""
    if environ.get("GITHUB_REF_TYPE") == "tag":
        return environ.get("GITHUB_REF_NAME") or None
    return environ.get("CI_COMMIT_TAG") or None


def _named(name: str, facts: Gathered) -> str:
    version = parse_version(name)
    if version is None or name in facts.tags or facts.template.spelling_in(name) is not None:
        return name
    return facts.template.tag_for(version)


def _highest_on_head(facts: Gathered) -> str | None:
    versions: dict[Version, str] = {
        version: name for name in facts.head_tags if (version := facts.template.version_in(name))
    }
    return versions[max(versions)] if versions else None


def _tag_of_the_project(facts: Gathered) -> str:
    version = facts.head_project.version
    if version is None:
        raise FactUnknown(
            "no tag was named, HEAD has none, and no file of the project tells its version",
            remedy=Edit(f"name the tag, such as {facts.template.prefix}1.2.3"),
        )
    if version.is_devrelease:
        # Between two releases many projects carry such a version; nobody means to tag it.
        raise FactUnknown(
            f"no tag was named, HEAD has none, and {version} is a version under development",
            remedy=Edit(f"name the tag, such as {facts.template.tag_for(Version(version.base_version))}"),
        )
    return facts.template.tag_for(version)
