"""Is the credential kept apart, for releases alone?"""

from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.hosting.asking import APPLY, HOST, HostingFacts, insist_on_all_rules
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.hosting import RefPolicy, Rule, ref_pattern
from tagship.errors import AtUrl, Run, Visit

_STRAYS = ("anything", "x", "v", "1", "some/thing")
"""Tags that stand for those which are no release's."""


class EnvironmentTakesReleasesAlone:
    """The environment is there, and only releases may use it: their tags, and main, which starts one by hand."""

    id: ClassVar = "environment-takes-releases-alone"
    title: ClassVar = "only releases may use the environment, from their tags or from main"
    why: ClassVar = (
        "A job that names an environment that is not there makes it, without any protection; then a workflow on any "
        "branch can ask for the credential. Protected branches do not help: while none is protected, all of them may. "
        "Main alone is let in by name: a tag whose own workflow is broken is released with the one that mended it."
    )
    fix: ClassVar = "Run `tagship doctor --apply`: it makes the environment, and lets tags of releases and main in."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find no environment, one without a policy, and policies that let others in or a release out."""
        environment, wanted = facts.environment, facts.wanted
        if environment is None:
            where = AtUrl(f"{facts.repository.url}/settings/environments")
            yield Finding(f"there is no environment {wanted.environment}", where, APPLY)
            return
        name, where = environment.name, AtUrl(environment.page)
        if environment.protected_branches:
            yield Finding(
                f"{name} may be used from protected branches, and from every one if there is none", where, APPLY
            )
            return
        if environment.policies is None:
            yield Finding(f"{name} may be used from every branch and tag", where, APPLY)
            return
        for policy in environment.policies:
            if policy.kind == "branch" and policy.pattern == wanted.main:
                continue
            if policy.kind != "tag":
                told = f"{name} may be used from the branches {policy.pattern}"
                yield Finding(told, where, Visit(environment.page))
            elif (stray := _stray(policy.pattern, facts)) is not None:
                told = f"{name} may be used from tags that are no releases, by {policy.pattern}, such as {stray}"
                yield Finding(f"{told}, which whoever may push may make", where, Visit(environment.page))
        patterns = [ref_pattern(policy.pattern) for policy in environment.policies if policy.kind == "tag"]
        for tag in wanted.all_samples:
            if not any(pattern.fullmatch(tag) for pattern in patterns):
                yield Finding(f"{name} may not be used from a tag such as {tag}", where, APPLY)
                return


class EnvironmentLetsMainIn:
    """A release that is started by hand, with main's workflow, gets the credential."""

    id: ClassVar = "environment-lets-main-in"
    title: ClassVar = "a release that is started from main may use the environment"
    why: ClassVar = (
        "A tag runs the workflow of its own commit. Where that is broken, the release is started from main, whose "
        "workflow is mended, and the environment turns it away unless it takes main as well."
    )
    fix: ClassVar = "Run `tagship doctor --apply`: it lets main in, by its name."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that no policy names main."""
        environment, main = facts.environment, facts.wanted.main
        if environment is None or environment.policies is None:
            raise NotApplicable("there is no environment with a list of who may use it")
        if RefPolicy(main, "branch") not in environment.policies:
            told = f"{environment.name} turns away what is started from {main}"
            yield Finding(told, AtUrl(environment.page), APPLY)


def _stray(pattern: str, facts: HostingFacts) -> str | None:
    """A tag that a pattern lets in although it is no release's and anybody may make it; raises FactUnknown."""
    releases = list(map(ref_pattern, facts.wanted.patterns))
    others = [tag for tag in _STRAYS if not any(each.fullmatch(tag) for each in releases)]
    for tag in others:
        if ref_pattern(pattern).fullmatch(tag) and not facts.tag_rules.binding(Rule.CREATION, (tag,)).is_there:
            insist_on_all_rules(facts.tag_rules)
            return tag
    return None


class EnvironmentHasAReviewer:
    """A person says yes before anything is published."""

    id: ClassVar = "environment-has-a-reviewer"
    title: ClassVar = "a person agrees before anything is published"
    why: ClassVar = (
        "Whoever gets hold of a maintainer's token can push a tag, but not press the button; a sole maintainer may "
        "well approve their own release."
    )
    fix: ClassVar = (
        "Run `tagship doctor --apply --reviewer NAME`: it asks that person before each use of the environment."
    )
    severity: ClassVar = Severity.NOTE
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find an environment without reviewers."""
        environment = facts.environment
        if environment is None:
            raise NotApplicable(f"there is no environment {facts.wanted.environment}")
        if not environment.reviewers:
            yield Finding(
                f"{environment.name} is used without asking anybody",
                AtUrl(environment.page),
                Run((*APPLY.argv, "--reviewer", "NAME")),
            )

    def remark(self, facts: HostingFacts) -> str | None:
        """What no interface tells or sets."""
        environment = facts.environment
        return (
            None
            if environment is None
            else "whether administrators may pass the reviewer is shown and set on the page of the environment alone: "
            f"{environment.page}"
        )
