"""The document of what came to main."""

from tagship.domain.guarding import Arrival, BranchUpdate, Guarded
from tagship.reports.documents.writing import Document, seconds_of, time_of


def guard_document(guarded: Guarded) -> Document:
    """`tagship-guard/1`: the verdict over each commit that came to main, newest first, with what proves it.

    `rewritten` holds the updates, oldest first, after which main no longer held what it had held before.
    """
    return {
        "schema": "tagship-guard/1",
        "branch": guarded.branch,
        "base": guarded.base,
        "tip": guarded.tip or None,
        "verdict": guarded.readiness.value,
        "main": [_arrival(arrival) for arrival in guarded.main],
        "rewritten": [_update(update) for update in guarded.rewritten],
        "seconds": seconds_of(guarded.seconds),
    }


def _arrival(arrival: Arrival) -> Document:
    return {
        "commit": arrival.commit,
        "subject": arrival.subject,
        "verdict": arrival.verdict.value,
        "evidence": arrival.evidence,
        "by": arrival.by,
        "at": None if arrival.at is None else time_of(arrival.at),
        "url": arrival.url,
    }


def _update(update: BranchUpdate) -> Document:
    return {
        "before": update.before,
        "after": update.after,
        "by": update.actor,
        "at": None if update.at is None else time_of(update.at),
    }
