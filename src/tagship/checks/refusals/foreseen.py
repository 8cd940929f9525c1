"""What is told of one refusal, and the three kinds there are by who finds it."""

from dataclasses import dataclass

BAD_REQUEST = 400


@dataclass(frozen=True, slots=True)
class ForeseenRefusal:
    """One way in which the index refuses, or should.

    `says` is a part of its answer and `status` the answer's code; both are None where the index takes the file and
    tagship does not. `check` is the id of the check that finds it before anything is sent, and `crafted` the bad file
    by which the tests show that. Where no check can, `otherwise` says who finds it, or why nobody does.
    """

    situation: str
    says: str | None
    status: int | None
    check: str | None = None
    otherwise: str | None = None
    crafted: str | None = None


def crafted(name: str, situation: str, check: str, says: str | None = None) -> ForeseenRefusal:
    """What a check finds in a file that the tests make; without words of the index it takes the file."""
    return ForeseenRefusal(situation, says, None if says is None else BAD_REQUEST, check, crafted=name)


def found(situation: str, says: str, status: int, check: str) -> ForeseenRefusal:
    """What a check of the tag or of the credential finds."""
    return ForeseenRefusal(situation, says, status, check)


def unforeseen(situation: str, says: str, status: int, otherwise: str) -> ForeseenRefusal:
    """What no check can know."""
    return ForeseenRefusal(situation, says, status, otherwise=otherwise)
