"""The settings of a host given by hand: everything as it should be, but for what a test says otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from checks import asking
from tagship.checks.engine import Check
from tagship.checks.hosting.asking import HostingFacts
from tagship.domain.facts import TagTrigger
from tagship.domain.finding import NotApplicable
from tagship.domain.hosting import (
    ACTIONS_APP,
    EVERYTHING,
    ActionsPolicy,
    Environment,
    ForkApproval,
    Guard,
    HostRepository,
    JobToken,
    LockedActions,
    Protection,
    RefPolicy,
    RequiredCheck,
    Rule,
    SeenChecks,
    StoredSecret,
    Wanted,
)
from tagship.domain.workflow_files import Job, Script, Use, WorkflowFile
from tagship.errors import Edit, FactUnknown, TagshipError

NAME = "someone/handmade"
PAGE = f"https://github.com/{NAME}"
COMMIT = "a1" * 20
READY = RequiredCheck("ready", ACTIONS_APP)
UNSEEN = FactUnknown("the protection of main is told to administrators alone", remedy=Edit("administration=read"))
MAIN = Guard(
    "the ruleset 'main'",
    frozenset({Rule.PULL_REQUEST, Rule.NO_FORCE_PUSH, Rule.NO_DELETION, Rule.UP_TO_DATE}),
    covers=("main",),
    checks=(READY,),
    page=f"{PAGE}/rules/1",
)
MADE = Guard("the ruleset 'made'", frozenset({Rule.CREATION}), covers=("v*",), bypassed_by=("administrators",))
KEPT = Guard("the ruleset 'kept'", frozenset({Rule.NO_UPDATE, Rule.NO_DELETION}), covers=(EVERYTHING,))
READINESS = WorkflowFile(
    ".github/workflows/readiness.yml",
    events=frozenset({"push", "pull_request"}),
    jobs=(Job("tests", 9, name="Test"), Job("ready", 12)),
)
PUBLISH = Job(
    "publish",
    20,
    environment="pypi",
    permissions={"id-token": "write"},
    uses=(Use(f"actions/checkout@{COMMIT}", 22),),
    scripts=(Script("tagship publish --yes", 24),),
    told="TOKEN: ${{ secrets.PYPI_API_TOKEN }}",
)
RELEASE = WorkflowFile(".github/workflows/release.yml", events=frozenset({"push"}), permissions={}, jobs=(PUBLISH,))
BROKEN = WorkflowFile(".github/workflows/odd.yml", unread="line 3 is indented with a tab")


@dataclass
class Given:
    """Every fact; what is an exception is raised when it is asked for."""

    wanted: Wanted = Wanted(remote=NAME, projects=("handmade",))  # noqa: RUF009 -- frozen
    repository: HostRepository = HostRepository(NAME, PAGE, "main")  # noqa: RUF009 -- frozen
    main_rules: Protection = Protection((MAIN,))  # noqa: RUF009 -- frozen
    tag_rules: Protection = Protection((MADE, KEPT))  # noqa: RUF009 -- frozen
    environment: Environment | None = Environment(  # noqa: RUF009 -- frozen
        "pypi", f"{PAGE}/deployments", policies=(RefPolicy("v*", "tag"),), reviewers=("someone",)
    )
    environment_secrets: Sequence[StoredSecret] = ()
    shared_secrets: Sequence[StoredSecret] = ()
    actions: ActionsPolicy = ActionsPolicy(enabled=True, pinned=True)  # noqa: RUF009 -- frozen
    job_token: JobToken = JobToken(reads_only=True, approves=False)  # noqa: RUF009 -- frozen
    fork_approval: ForkApproval = ForkApproval("everybody", of_everybody=True)  # noqa: RUF009 -- frozen
    secret_scanning: bool = True
    push_protection: bool = True
    immutable_releases: bool = True
    private_reporting: bool = True
    checks_seen: SeenChecks = SeenChecks(frozenset({READY}), "the tip of main")  # noqa: RUF009 -- frozen
    workflows: Sequence[WorkflowFile] = (READINESS, RELEASE)
    triggers: Sequence[TagTrigger] = (TagTrigger(RELEASE.path, 4, ("v[0-9]*",)),)
    locked_actions: LockedActions | None = None

    def __getattribute__(self, name: str) -> object:
        found = object.__getattribute__(self, name)
        if isinstance(found, TagshipError | NotApplicable):
            raise found
        return found

    def wanting(self, **changed: object) -> "Given":
        """The same, with something else wanted."""
        self.wanted = replace(self.wanted, **changed)  # type: ignore[arg-type]  # what a test names is there
        return self


def passes(check: Check[HostingFacts], facts: Given | None = None) -> str | None:
    """The check finds nothing, of what is as it should be where nothing is given; what it says beside."""
    return asking.passes(check, facts or Given())
