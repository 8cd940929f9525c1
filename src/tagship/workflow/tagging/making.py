"""The tag, made here and then pushed: the one thing that a release begins with."""

import shlex
from collections.abc import Callable
from typing import ClassVar

from tagship.adapters.git import GitRepository
from tagship.adapters.git.tags import (
    make_tag,
    push_tag,
    tag_on_remote,
    take_back,
    words_for_making,
    words_for_pushing,
)
from tagship.domain.plan import Done, Effect, State, Stopped, Todo
from tagship.errors import AtRef, Conflict, FactUnknown, Incomplete, Interrupted, Refused, Run, TagshipError
from tagship.workflow.execute import look

SHORT = 12


def message_of(project: str, version: str, notes: str | None) -> bytes:
    """What the tag carries: the release in one line, and the notes below it exactly as the changelog has them."""
    title = f"{project} {version}\n"
    text = title if not notes else f"{title}\n{notes}\n"
    return text.encode("utf-8", "surrogateescape")


class MakeTag:
    """An annotated tag on the very commit that was gated; a tag that stands there already is left as it is.

    `made` is the name of the object that this run made, None where it made none.
    """

    name: ClassVar = "tag"
    effect: ClassVar = Effect.LOCAL

    def __init__(
        self, repository: GitRepository, *, tag: str, commit: Callable[[], str], message: Callable[[], bytes]
    ) -> None:
        self._repository = repository
        self._tag = tag
        self._commit = commit
        self._message = message
        self.made: str | None = None

    def describe(self) -> str:
        """What is made where."""
        return f"make the annotated tag {self._tag}, which carries the notes, on {self._commit()[:SHORT]}"

    def probe(self) -> State:
        """Look for the tag here."""
        there = self._repository.tags().get(self._tag)
        if there is None:
            return Todo(shlex.join(words_for_making(self._tag, self._commit())))
        if there.commit == self._commit():
            return Done(f"{self._tag} is on {there.commit[:SHORT]}")
        return Stopped(
            Conflict(
                f"{self._tag} is on {there.commit[:SHORT]}, not on {self._commit()[:SHORT]}",
                where=AtRef(self._tag),
                remedy=Run(("git", "show", self._tag)),
            )
        )

    def apply(self) -> None:
        """Make it; git signs where it is configured so."""
        self.made = make_tag(self._repository.git, self._tag, self._commit(), self._message())

    def undo(self) -> str:
        """Remove what this run made and nobody else has, and say so as a sentence's end; silent where it made none."""
        if self.made is None:
            return ""
        gone = take_back(self._repository.git, self._tag, self.made)
        self.made = None
        return f"the tag {self._tag} that was made here is removed again" if gone else f"{self._tag} stays here"


class PushTag:
    """That one tag and nothing else. Who refuses it leaves no trace here; what did not come through is tried again.

    `pushed` is whether this run pushed it.
    """

    name: ClassVar = "push"
    effect: ClassVar = Effect.SHARED

    def __init__(
        self,
        repository: GitRepository,
        *,
        tag: str,
        remote: Callable[[], str],
        undo: Callable[[], str],
        note: Callable[[str], None],
    ) -> None:
        self._repository = repository
        self._tag = tag
        self._remote = remote
        self._undo = undo
        self._note = note
        self.pushed = False

    def describe(self) -> str:
        """Where it goes."""
        return f"push {self._tag} to {self._remote()}, and nothing else"

    def probe(self) -> State:
        """Compare the tag here with the remote's."""
        remote = self._remote()
        try:
            there = tag_on_remote(self._repository.git, remote, self._tag)
        except FactUnknown as unknown:
            if not self.pushed:
                raise
            raise unknown.with_more(f"{self._tag} was pushed, and is not seen there yet") from unknown
        if there is None:
            return Todo(shlex.join(words_for_pushing(remote, self._tag)))
        here = self._repository.tags().get(self._tag)
        if here is not None and here.object_name == there.object_name:
            return Done(f"{remote} has {self._tag} on {there.commit[:SHORT]}")
        return Stopped(
            Conflict(
                f"{remote} has another {self._tag}: tag object {there.object_name[:SHORT]}"
                f"{'' if here is None else f', here it is {here.object_name[:SHORT]}'}",
                where=AtRef(self._tag),
                remedy=Run(("git", "fetch", "--force", remote, f"refs/tags/{self._tag}:refs/tags/{self._tag}")),
            )
        )

    def apply(self) -> None:
        """Push; raises Refused or Conflict with nothing left here, Incomplete with the tag kept for the next try."""
        try:
            push_tag(self._repository.git, self._remote(), self._tag, self._note)
            self.pushed = True
        except (Refused, Conflict, Incomplete) as failed:
            self._after(failed)
        except KeyboardInterrupt as stopped:
            raise Interrupted(
                f"interrupted while {self._tag} was pushed: whether it arrived is seen when this is run again",
                remedy=Run(("tagship", "tag", self._tag)),
            ) from stopped

    def _after(self, failed: TagshipError) -> None:
        """Look at the remote once more: what it certainly has not is undone where somebody refused it.

        Returns where it has the tag all the same; else raises the error with word of what is left here.
        """
        state = look(self)
        if isinstance(state, Done):
            self.pushed = True
            return
        if isinstance(failed, Conflict) or (isinstance(failed, Refused) and isinstance(state, Todo)):
            told = self._undo()
        else:
            told = f"{self._tag} stays here, and the same command goes on from it"
        raise (failed.with_more(told) if told else failed) from failed
