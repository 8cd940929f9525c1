"""What can a host be told to insist on, for all workflows and releases?"""

from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.hosting.asking import APPLY, HOST, HostingFacts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import AtUrl


class DefaultTokenReadsAlone:
    """A job's token may write only what its workflow asks for."""

    id: ClassVar = "default-token-reads-alone"
    title: ClassVar = "a job's token reads, unless its workflow asks for more"
    why: ClassVar = "A workflow that says nothing of permissions can otherwise push, release and approve."
    fix: ClassVar = "Run `tagship doctor --apply`: it makes the default token read-only, and lets it approve nothing."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find a token that writes, or that approves pull requests."""
        token, where = facts.job_token, _page(facts, "actions")
        if not token.reads_only:
            yield Finding("the default token of a job may write", where, APPLY)
        if token.approves:
            yield Finding("workflows may approve pull requests", where, APPLY)


class ActionsArePinned:
    """The host runs no action that is named by a tag or branch."""

    id: ClassVar = "actions-are-pinned"
    title: ClassVar = "the host insists that actions are named by commit"
    why: ClassVar = "A tag of somebody else's action can be moved; in March 2025 moved tags printed secrets into logs."
    fix: ClassVar = (
        "Run `tagship doctor --apply`: it requires full commit hashes; pin the actions of other workflows first."
    )
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that tags and branches of actions are let through."""
        policy = facts.actions
        if policy.pinned is None:
            raise NotApplicable("the host has no such switch")
        if not policy.pinned:
            yield Finding("actions may be named by tag or branch", _page(facts, "actions"), APPLY)


class ActionsAreEnabled:
    """The host runs workflows at all."""

    id: ClassVar = "actions-are-enabled"
    title: ClassVar = "the repository runs workflows"
    why: ClassVar = "Where they are switched off a tag starts nothing, and nothing tells."
    fix: ClassVar = "Enable them on the page of the repository's settings for actions."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that workflows are switched off."""
        if not facts.actions.enabled:
            yield Finding("workflows are switched off in this repository", _page(facts, "actions"), APPLY)


class SecretScanningIsOn:
    """The host looks for credentials in what was pushed."""

    id: ClassVar = "secret-scanning-is-on"
    title: ClassVar = "the host looks for credentials in what is pushed"
    why: ClassVar = "A token of an index that is found in a public repository is revoked within minutes; others wait."
    fix: ClassVar = "Run `tagship doctor --apply`: it switches it on."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that it is off."""
        if not facts.secret_scanning:
            yield Finding("secret scanning is off", _page(facts, "security_analysis"), APPLY)


class PushProtectionIsOn:
    """The host refuses a push that holds a credential."""

    id: ClassVar = "push-protection-is-on"
    title: ClassVar = "the host refuses a push that holds a credential"
    why: ClassVar = "What was pushed once is out, however fast it is deleted; this is the last moment to stop it."
    fix: ClassVar = "Run `tagship doctor --apply`: it switches it on."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that it is off."""
        if not facts.push_protection:
            yield Finding("push protection is off", _page(facts, "security_analysis"), APPLY)


class ReleasesAreImmutable:
    """A published release stays as it is, with its tag."""

    id: ClassVar = "releases-are-immutable"
    title: ClassVar = "a published release cannot be changed"
    why: ClassVar = "Files of a release can otherwise be replaced, and its tag moved, by whoever may write."
    fix: ClassVar = (
        "Run `tagship doctor --apply`: it switches it on; releases are drafted, filled and then published, as here."
    )
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that they can be changed."""
        if not facts.immutable_releases:
            yield Finding("published releases can be changed", _page(facts, ""), APPLY)


class ReportsComeInPrivate:
    """Whoever finds a hole can tell the maintainers alone."""

    id: ClassVar = "reports-come-in-private"
    title: ClassVar = "holes can be reported in private"
    why: ClassVar = "Where there is no private way, what is found is told in an issue that everybody reads."
    fix: ClassVar = "Run `tagship doctor --apply`: it switches it on."
    severity: ClassVar = Severity.NOTE
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that it is off."""
        if facts.repository.private:
            raise NotApplicable("a private repository is reported to by who may see it")
        if not facts.private_reporting:
            yield Finding("vulnerabilities cannot be reported in private", _page(facts, "security_analysis"), APPLY)


class StrangersWaitForApproval:
    """Workflows of somebody else's fork run once a maintainer agrees."""

    id: ClassVar = "strangers-wait-for-approval"
    title: ClassVar = "workflows for pull requests from outside wait for consent"
    why: ClassVar = "One merged correction of a typing error is enough to be no first-time contributor any more."
    fix: ClassVar = "Run `tagship doctor --apply`: it asks for consent for everybody from outside."
    severity: ClassVar = Severity.NOTE
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that some from outside need no consent."""
        if facts.repository.private:
            raise NotApplicable("a private repository has no pull requests from outside")
        approval = facts.fork_approval
        if not approval.of_everybody:
            yield Finding(f"only these wait for consent: {approval.policy}", _page(facts, "actions"), APPLY)


def _page(facts: HostingFacts, name: str) -> AtUrl:
    return AtUrl(f"{facts.repository.url}/settings/{name}".rstrip("/"))
