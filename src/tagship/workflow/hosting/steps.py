"""The steps that set a code host, and the plan of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import Lacking, Planned, Request, Satisfied, Setting, SettingsHost
from tagship.domain.hosting import Wanted
from tagship.domain.plan import Done, Effect, Plan, State, Step, Stopped, Todo
from tagship.errors import (
    Conflict,
    Edit,
    FactUnknown,
    Incomplete,
    Run,
    TagshipError,
    Visit,
)
from tagship.workflow.hosting.facts import HostSettings
from tagship.workflow.hosting.place import HostingPlace
from tagship.workflow.hosting.setting import Setter


class MayBeSet:
    """See that the repository's settings can be changed at all, before the first of them is."""

    name: ClassVar = "see-that-it-may-be-set"
    effect: ClassVar = Effect.NONE

    def __init__(self, facts: HostSettings) -> None:
        self._facts = facts

    def describe(self) -> str:
        """What is looked at."""
        return "see that the repository is open, and administered by whoever asks"

    def probe(self) -> State:
        """Whether it is; reads."""
        repository, remote = self._facts.repository, self._facts.wanted.remote
        if repository.archived:
            remedy = Visit(f"{repository.url}/settings")
            return Stopped(Conflict(f"{repository.name} is archived, and nothing of it can be set", remedy=remedy))
        if repository.name.lower() != remote.lower():
            remedy_ = Run(("git", "remote", "set-url", "origin", f"{repository.url}.git"))
            return Stopped(Conflict(f"{remote} is {repository.name} now, and nothing is sent there", remedy=remedy_))
        if not repository.administered:
            return Stopped(
                FactUnknown(
                    f"whoever asks does not administer {repository.name}, so that nothing can be set",
                    remedy=Edit("set GH_TOKEN to a token of an administrator with the permission administration=write"),
                )
            )
        return Done(f"{repository.name} is open, and can be set")

    def apply(self) -> None:
        """Nothing to do: it only looks."""


class SetUp:
    """One setting: looked at, and set where it lacks something."""

    name: ClassVar[str]
    setting: ClassVar[Setting]
    does: ClassVar[str]
    effect: ClassVar = Effect.SHARED

    def __init__(self, host: SettingsHost, wanted: Wanted, setter: Setter) -> None:
        self._host = host
        self._wanted = wanted
        self._setter = setter
        self.shown: tuple[Request, ...] = ()
        self.sent = 0
        self._taken: Planned | None = None
        self._sending: Planned | None = None

    def describe(self) -> str:
        """What is set."""
        return self.does

    def probe(self) -> State:
        """Whether the host is set so; what cannot be had there is left out, with the reason."""
        try:
            found = self._host.lacking(self.setting, self._wanted)
        except NotApplicable as left:
            return Done(f"left out: {left}")
        if isinstance(found, Satisfied):
            return Done(found.evidence)
        self.shown = tuple(each.request for each in found.planned)
        return Todo("; ".join((found.missing, *map(str, self.shown))))

    def apply(self) -> None:
        """Send exactly what was shown; raises Incomplete where the host has changed since."""
        found = self._host.lacking(self.setting, self._wanted)
        planned = found.planned if isinstance(found, Lacking) else ()
        if tuple(each.request for each in planned) != self.shown:
            raise Incomplete(
                f"{self.name}: the host was changed while you were asked, and nothing of it was sent",
                remedy=Run(("tagship", "doctor", "--apply")),
            )
        for each in planned:
            self._carry_out(each)

    def _carry_out(self, planned: Planned) -> None:
        self._sending = planned
        try:
            self._setter.set(self.name, planned)
        except TagshipError as error:
            if self._setter.is_open(planned):
                raise
            self._sending = None
            if self._taken is None:
                raise
            raise self._restored(self._taken, error) from error
        self.sent += 1
        self._taken, self._sending = (planned if planned.bares else None), None

    def _restored(self, taken: Planned, error: TagshipError) -> TagshipError:
        """The error, once what was taken away for the request that failed is put back; or with why it is not."""
        try:
            self._setter.put_back()
        except TagshipError as failed:
            # Who says that there is one already may be right.
            self._sending = taken if isinstance(failed, FactUnknown | Conflict) else None
            return error.with_more(f"the protection that was there before could not be put back ({failed.message})")
        self._taken, self.sent = None, self.sent - 1
        return error.with_more(f"the protection that {taken.bares} had before was put back")

    @property
    def done(self) -> int:
        """How many requests were sent and stand."""
        return self.sent - (self._taken is not None)

    @property
    def bared(self) -> str | None:
        """What is left without protection half-way, told in full; None where nothing is."""
        taken = self._taken or self._sending
        if taken is None or not taken.bares:
            return None
        return f"{taken.bares} {'has' if self._sending is None else 'may have'} no protection at this moment"


class ProtectMain(SetUp):
    """Main through pull requests with a green check, for everybody."""

    name = Setting.MAIN.value
    setting = Setting.MAIN
    does = "let main change through pull requests that passed the check, for everybody"


class RestrictTags(SetUp):
    """The tags of releases by administrators alone."""

    name = Setting.TAGS_MADE.value
    setting = Setting.TAGS_MADE
    does = "let administrators alone make the tags of releases"


class KeepTags(SetUp):
    """Tags of releases that stay."""

    name = Setting.TAGS_KEPT.value
    setting = Setting.TAGS_KEPT
    does = "let nobody move or delete the tag of a release"


class MakeEnvironment(SetUp):
    """An environment that patterns guard."""

    name = Setting.ENVIRONMENT.value
    setting = Setting.ENVIRONMENT
    does = "make the environment of the credential, closed to every branch"


class AdmitReleases(SetUp):
    """The tags of releases into the environment, and main."""

    name = Setting.POLICIES.value
    setting = Setting.POLICIES
    does = "let the tags of releases use the environment, and main, from which one is started by hand"


class LimitJobToken(SetUp):
    """A default token that reads."""

    name = Setting.JOB_TOKEN.value
    setting = Setting.JOB_TOKEN
    does = "let a job's token read, unless its workflow asks for more"


class RequirePins(SetUp):
    """Actions by commit alone."""

    name = Setting.ACTIONS.value
    setting = Setting.ACTIONS
    does = "run no action that is named by tag or branch"


class AskForConsent(SetUp):
    """Workflows from outside after somebody agreed."""

    name = Setting.FORKS.value
    setting = Setting.FORKS
    does = "let workflows for pull requests from outside wait for consent"


class ScanForSecrets(SetUp):
    """Pushes without credentials."""

    name = Setting.SCANNING.value
    setting = Setting.SCANNING
    does = "look for credentials, and refuse pushes that hold one"


class FreezeReleases(SetUp):
    """Published releases that stay."""

    name = Setting.IMMUTABLE.value
    setting = Setting.IMMUTABLE
    does = "let nobody change a published release"


class HearInPrivate(SetUp):
    """A private way to report a hole."""

    name = Setting.REPORTING.value
    setting = Setting.REPORTING
    does = "let holes be reported in private"


class SettingUp:
    """The steps for one repository, and what becomes of them."""

    def __init__(self, place: HostingPlace) -> None:
        facts, host = place.hosting, place.settings()
        setter = Setter(host, place.record, facts.wanted.remote, lambda: datetime.now(UTC))
        self.first = MayBeSet(facts)
        self.steps: Sequence[SetUp] = tuple(
            kind(host, facts.wanted, setter)
            for kind in (
                ProtectMain,  # the release is made from main: before anything about tags
                RestrictTags,  # who may begin a release, before what one may use
                KeepTags,  # a ruleset of its own, because a bypass is of a whole one
                MakeEnvironment,  # closed first,
                AdmitReleases,  # then opened to the tags that are protected by now
                LimitJobToken,  # what workflows may do
                RequirePins,
                AskForConsent,
                ScanForSecrets,  # what protects everybody else
                FreezeReleases,
                HearInPrivate,
            )
        )

    @property
    def plan(self) -> Plan:
        """All of them, in the order in which each finds what it needs."""
        steps: tuple[Step, ...] = (self.first, *self.steps)
        return Plan(steps)

    def aftermath(self, error: TagshipError) -> TagshipError:
        """An error with what was set before it and what was not, to be raised: nothing is left half-set in silence."""
        told = self.told
        if told is None:
            return error
        goes_on = isinstance(error, Incomplete) or any(step.bared for step in self.steps)
        again = "; the same command goes on from there" if goes_on else ""
        return error.with_more(f"{told}{again}")

    @property
    def told(self) -> str | None:
        """What was set by now and what was not; None where nothing was."""
        sent = [step.name for step in self.steps if step.done]
        bared = [step.bared for step in self.steps if step.bared is not None]
        if not sent and not bared:
            return None
        left = [
            f"{step.name} in part" if step.done else step.name for step in self.steps if step.done < len(step.shown)
        ]
        told = [*bared, *((f"set by now: {', '.join(sent)}",) if sent else ())]
        return "; ".join((*told, f"not set: {', '.join(left) or 'nothing else was to be'}"))
