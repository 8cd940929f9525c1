"""The steps from an up-to-date main to a tag whose release has begun, put together for one project."""

from collections.abc import Callable
from typing import Protocol

from tagship.domain.config import Auth
from tagship.domain.credential import TokenFlaw
from tagship.domain.plan import Done, State
from tagship.errors import Conflict, FactUnknown, Incomplete, NotThere, Run, TagshipError
from tagship.workflow import examinations
from tagship.workflow.execute import Onlooker as StageOnlooker
from tagship.workflow.execute import look
from tagship.workflow.steps.examine import CheckCredential, Examination, Gate
from tagship.workflow.steps.prove import Patience
from tagship.workflow.tagging.causes import Circumstances
from tagship.workflow.tagging.gating import GateAhead
from tagship.workflow.tagging.making import MakeTag, PushTag, message_of
from tagship.workflow.tagging.place import TaggingPlace
from tagship.workflow.tagging.tip import Tip
from tagship.workflow.tagging.watching import SeeTheRun


class Onlooker(StageOnlooker, Protocol):
    """Who watches: stages, and what is worth a line of its own."""

    def note(self, text: str) -> None:
        """Something worth a line of its own."""


class GateBeforeThePush(Gate):
    """A tag that others have is past this gate; the release workflow has one of its own."""

    def __init__(self, tag: str, examination: Examination, *, pushed: Callable[[], bool]) -> None:
        super().__init__(tag, examination)
        self._pushed = pushed

    def probe(self) -> State:
        """Examine the tag as it would be, unless it is out already."""
        if self._pushed():
            return Done(f"not asked: {self._tag} is out; tagship gate {self._tag} examines it")
        return super().probe()


class CredentialOfHere(CheckCredential):
    """The credential where it is here; `elsewhere` says why it is not, and then nobody looks at it."""

    def __init__(self, index: str, *, elsewhere: Callable[[], str | None], examination: Examination) -> None:
        super().__init__(index, needed=lambda: True, examination=examination)
        self._elsewhere = elsewhere

    def probe(self) -> State:
        """Examine it, or say that it was not looked at."""
        elsewhere = self._elsewhere()
        return super().probe() if elsewhere is None else Done(f"not looked at: {elsewhere}")


class Tagging:
    """The steps for one tag; `run` holds the last one, or none where nobody wants to wait.

    Making them names the tag, and raises UsageError where a person must.
    """

    def __init__(self, place: TaggingPlace, onlooker: Onlooker, *, patience: Patience, wait: bool = True) -> None:
        facts, repository = place.facts, place.repository
        self.tag = facts.tag_name
        self._place = place
        self.tip = Tip(facts, repository)
        self.make = MakeTag(repository, tag=self.tag, commit=lambda: facts.head, message=self._message)
        self.push = PushTag(repository, tag=self.tag, remote=self._remote, undo=self.make.undo, note=onlooker.note)
        ahead = GateAhead(place, self.circumstances, onlooker.note, patience)
        self.gate = GateBeforeThePush(self.tag, ahead.examine, pushed=self._is_out)
        self.credential = CredentialOfHere(
            place.config.index.name, elsewhere=self._elsewhere, examination=lambda: examinations.credential(place)
        )
        watch = SeeTheRun(
            place.runs,
            tag=self.tag,
            circumstances=self.circumstances,
            pushed=self._is_out,
            look_at=lambda: repository.remote_url() or self._remote(),
            patience=patience,
        )
        self.run: tuple[SeeTheRun, ...] = (watch,) if wait else ()

    def circumstances(self) -> Circumstances:
        """What the release of this tag depends on."""
        place, facts = self._place, self._place.facts
        return Circumstances(
            tag=self.tag,
            commit=facts.head,
            files=place.repository.tree(facts.head),
            main_name=facts.main,
            main=lambda: place.repository.tree(facts.main_tip),
            message=place.repository.git("log", "--max-count=1", "--format=%B", facts.head).text,
            pushed_here=self.push.pushed,
            in_a_job=place.in_a_job,
        )

    def aftermath(self, error: TagshipError) -> TagshipError:
        """What an error comes to between the making and the push, with what is left here told; to be raised."""
        if isinstance(error, Conflict) and (told := self.make.undo()):
            return error.with_more(told)  # somebody else was faster
        if isinstance(error, FactUnknown) and self.make.made is not None and not self.push.pushed:
            return Incomplete(
                f"{error.message}; {self.tag} is made here and not yet on the remote",
                where=error.where,
                remedy=Run(("tagship", "tag", self.tag)),
            )
        return error

    def _message(self) -> bytes:
        facts = self._place.facts
        return message_of(facts.project.name, str(facts.version), self.notes())

    def notes(self) -> str | None:
        """The notes; None where the project keeps none, which the gate has let pass or has not."""
        try:
            return self._place.notes()[1].body
        except NotThere:
            return None

    def _remote(self) -> str:
        name = self._place.repository.remote_name
        if name is None:
            raise NotThere("there is no remote", remedy=Run(("git", "remote", "add", "origin", "URL")))
        return name

    def _is_out(self) -> bool:
        return isinstance(look(self.push), Done)

    def _elsewhere(self) -> str | None:
        """Why there is no credential here to be looked at, if there is none."""
        index = self._place.config.index.name
        if self._place.config.authentication is Auth.TRUSTED:
            return f"{index} gives one to the job of the release workflow alone, which asks before it packages"
        shape = self._place.credentials().shape
        if shape.flaw is TokenFlaw.ABSENT:
            return (
                f"{shape.origin} is not set here; the job of the release workflow has it, and asks before it packages"
            )
        return None
