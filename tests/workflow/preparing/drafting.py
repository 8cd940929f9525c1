"""Preparing a release of a real repository, and what follows one, in a few words."""

from datetime import date

from repositories import Repo
from tagship.domain.bump import Wish
from tagship.domain.listeners import OnNote, unheard
from tagship.domain.proposal import Proposal
from tagship.workflow.preparing.preparation import Preparation
from tagship.workflow.workplace import Wishes, Workplace

TODAY = date(2026, 3, 1)


def preparing(repo: Repo, *, offline: bool = True) -> Preparation:
    return Preparation(Workplace(repo.path, environ={}, wishes=Wishes(offline=offline)), today=TODAY)


def asking(repo: Repo, *, on_note: OnNote = unheard) -> Preparation:
    """A preparation that asks the remote, and no index."""
    place = Workplace(repo.path, environ={}, wishes=Wishes(on_note=on_note))
    preparation = Preparation(place, today=TODAY)
    preparation.__dict__["_published"] = frozenset()
    return preparation


def prepare(repo: Repo, wish: Wish) -> Proposal:
    """Prepare a release; what was proposed."""
    preparation = preparing(repo)
    with preparation.place, preparation.propose(preparation.aim(wish), TODAY) as draft:
        draft.carry_out()
        return draft.proposal


def open_after(repo: Repo, wish: Wish | None = None) -> Proposal:
    """Open what follows the last release; what was proposed."""
    preparation = preparing(repo)
    with preparation.place, preparation.propose_next(wish or Wish()) as draft:
        if not draft.proposal.is_done:
            draft.carry_out()
        return draft.proposal


def states(proposal: Proposal) -> dict[str, type]:
    return {step.name: type(step.state) for step in proposal.steps}


def read(repo: Repo, path: str) -> str:
    return (repo.path / path).read_text(encoding="utf-8")
