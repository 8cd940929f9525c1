"""Does anything come to main past a pull request and its checks?"""

from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.hosting.asking import (
    APPLY,
    HOST,
    INIT,
    HostingFacts,
    bound,
    insist_on_all_rules,
    only_idle,
)
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.hosting import ACTIONS_APP, RequiredCheck, Rule
from tagship.domain.workflow_files import Job, WorkflowFile
from tagship.errors import AtRef, Edit, FactUnknown, InFile, Remedy, Visit

PULL_EVENTS = frozenset({"pull_request", "pull_request_target"})


class MainTakesPullRequests:
    """Nothing comes to main but through a pull request."""

    id: ClassVar = "main-takes-pull-requests"
    title: ClassVar = "main changes through pull requests alone"
    why: ClassVar = (
        "What is pushed straight to main was looked at by nobody and tested by nothing before it is released; "
        "a sole maintainer needs no approval for that, and zero of them are right."
    )
    fix: ClassVar = "Run `tagship doctor --apply`: it makes the ruleset; it asks for no approvals, and more do no harm."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find no rule in force that requires a pull request."""
        yield from _missing(facts, Rule.PULL_REQUEST, "no rule in force makes changes of {} come as pull requests")


class MainKeepsItsHistory:
    """Main is neither rewritten nor deleted."""

    id: ClassVar = "main-keeps-its-history"
    title: ClassVar = "main can be neither rewritten nor deleted"
    why: ClassVar = (
        "A forced push takes released commits out of main, and with them the proof of where a tag came from."
    )
    fix: ClassVar = "Run `tagship doctor --apply`: it makes the ruleset that refuses both."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find no rule against forced pushes, or none against deletion."""
        yield from _missing(facts, Rule.NO_FORCE_PUSH, "no rule in force refuses forced pushes to {}")
        yield from _missing(facts, Rule.NO_DELETION, "no rule in force keeps {} from being deleted")


class MainRequiresTheChecks:
    """What is merged has passed the check that stands for all others, reported by the host itself."""

    id: ClassVar = "main-requires-the-checks"
    title: ClassVar = "main takes nothing that has not passed the aggregate check"
    why: ClassVar = (
        "Without it a red branch is merged, and the tag on it is stopped; from any reporter, whoever may "
        "write a status forges it."
    )
    fix: ClassVar = "Run `tagship doctor --apply`: it requires the check, from the host's own application."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that the check is not required, or may come from anybody."""
        wanted, main = facts.wanted, facts.wanted.main
        if facts.main_rules.requiring(wanted.check, (main,)).is_there:
            return
        insist_on_all_rules(facts.main_rules)
        apps = [each.app for each in facts.main_rules.required(main) if each.name == wanted.check.name]
        what = "is not required"
        if apps:
            what = "is required from whoever reports it" if None in apps else "is required from another application"
        yield Finding(f"the check {wanted.check.name} {what} on {main}", AtRef(main), APPLY)


class MainIsMergedUpToDate:
    """A branch is merged as it was checked: on top of main."""

    id: ClassVar = "main-is-merged-up-to-date"
    title: ClassVar = "a branch must be up to date before it is merged"
    why: ClassVar = "Two branches that are green apart can be red together, or claim the same version."
    fix: ClassVar = "Run `tagship doctor --apply`: it requires branches to be up to date."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that the checks of an outdated branch count."""
        yield from _missing(facts, Rule.UP_TO_DATE, "a branch may be merged into {} that was checked on an older one")


class MainBindsEverybody:
    """Nobody is exempt from the rules of main."""

    id: ClassVar = "main-binds-everybody"
    title: ClassVar = "nobody may bypass the rules of main"
    why: ClassVar = "A rule with an exception for administrators binds nobody in a project of one."
    fix: ClassVar = "Take the actors out of the list of those who may bypass the ruleset, on the page of the ruleset."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find who may bypass one of the rules that are there."""
        rules, names = facts.main_rules, (facts.wanted.main,)
        bindings = [
            *((rule.value, rules.binding(rule, names)) for rule in _OF_MAIN),
            (f"the check {facts.wanted.check.name} is required", rules.requiring(facts.wanted.check, names)),
        ]
        there = [(what, binding) for what, binding in bindings if binding.is_there]
        if not there:
            raise NotApplicable(f"no rules are in force on {facts.wanted.main}")
        told: dict[str, None] = {}
        for what, binding in there:
            around = bound(binding, f"the rule that {what}")
            if around is not None and str(binding.guards) not in told:
                told[str(binding.guards)] = None
                page = binding.guards[0].page
                yield Finding(around, AtRef(facts.wanted.main), APPLY if page is None else Visit(page))


class RequiredChecksExist:
    """Every check that main requires is one that runs."""

    id: ClassVar = "required-checks-exist"
    title: ClassVar = "every check that main requires is one that runs"
    why: ClassVar = (
        "A required check that nothing reports stays pending for ever, and nothing can be merged any more; "
        "where paths narrow a workflow, its check is missing on some branches."
    )
    fix: ClassVar = "Let a workflow without path filters define a job of that name, or no longer require the check."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find checks that nobody has reported lately and no workflow defines, and those that paths narrow."""
        required = facts.main_rules.required(facts.wanted.main)
        if not required:
            raise NotApplicable(f"no checks are required on {facts.wanted.main}")
        for check in required:
            defining = [workflow for workflow in facts.workflows if _defines(workflow, check)]
            if all(workflow.narrowed & PULL_EVENTS for workflow in defining):
                for workflow in defining:
                    yield Finding(
                        f"the check {check.name} is required, and {workflow.path} runs for some paths alone",
                        InFile(workflow.path),
                        Edit(f"take paths and paths-ignore out of on.pull_request in {workflow.path}"),
                    )
            if not defining and not _was_seen(facts, check):
                yield Finding(_unseen(facts, check), AtRef(facts.wanted.main), _way_out(facts, check))

    def remark(self, facts: HostingFacts) -> str | None:
        """Which of them no run has shown yet."""
        try:
            seen = facts.checks_seen
        except FactUnknown as unknown:  # a workflow defines each of them, which is what was asked
            return f"whether each has reported is not known: {unknown.message}"
        new = [check.name for check in facts.main_rules.required(facts.wanted.main) if not _was_seen(facts, check)]
        return f"{', '.join(new)} has not reported yet on {seen.where}" if new else None


_OF_MAIN = (Rule.PULL_REQUEST, Rule.NO_FORCE_PUSH, Rule.NO_DELETION)


def _missing(facts: HostingFacts, rule: Rule, message: str) -> Iterator[Finding]:
    """Find that no rule in force does what it should; raises FactUnknown where there may be one that is not shown."""
    rules, main = facts.main_rules, facts.wanted.main
    if not rules.binding(rule, (main,)).is_there:
        insist_on_all_rules(rules)
        yield Finding(message.format(main) + only_idle(rules, rule, (main,)), AtRef(main), APPLY)


def _defines(workflow: WorkflowFile, check: RequiredCheck) -> bool:
    """Whether a pull request lets the workflow report such a check, as the host's own application."""
    return (
        bool(workflow.events & PULL_EVENTS)
        and check.app in {None, ACTIONS_APP}
        and any(_reports(job, check.name) for job in workflow.jobs)
    )


def _reports(job: Job, name: str) -> bool:
    """Whether a job's check may have a name; one of a matrix, or of a workflow that is called, has more to it."""
    if name == job.shown_as:
        return not job.has_matrix and job.calls is None
    return name.startswith((f"{job.shown_as} (", f"{job.shown_as} / "))


def _was_seen(facts: HostingFacts, check: RequiredCheck) -> bool:
    return any(seen.stands_for(check) for seen in facts.checks_seen.checks)


def _unseen(facts: HostingFacts, check: RequiredCheck) -> str:
    """What is to be told of a check that nobody reports; raises FactUnknown where a workflow cannot be read."""
    for workflow in facts.workflows:
        if workflow.unread is not None:
            raise FactUnknown(f"{workflow.path} cannot be read whole: {workflow.unread}")
    others = sorted({seen.name for seen in facts.checks_seen.checks})
    shown = f", where {', '.join(others)} did" if others else ""
    return f"the check {check.name} is required, and nothing reported it on {facts.checks_seen.where}{shown}"


def _way_out(facts: HostingFacts, check: RequiredCheck) -> Remedy:
    if check.stands_for(facts.wanted.check):
        return INIT
    return Edit(f"name a job {check.name} in a workflow that pull requests start, or no longer require it")
