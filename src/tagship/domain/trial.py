"""What came of rehearsing a release with something broken on purpose: one trial for each fault."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trial:
    """One fault, and how the release ended with it.

    `stage` is where it stopped, None where it went through; `exit` how it ended and `expected` how the documents say
    that it does: exit codes, or 128 and the number of the signal that killed it. `resumed` tells whether a second run
    with the fault gone finished, None where there is nothing to resume. `days_left` is how long the index takes more
    files of what is public in part, None where nothing is. `surprises` say what was not as documented.
    """

    name: str
    does: str
    stage: str | None
    exit: int
    expected: int
    explanation: str
    resumed: bool | None
    days_left: int | None
    seconds: float
    surprises: tuple[str, ...] = ()

    @property
    def as_documented(self) -> bool:
        """Whether everything ended as the documents say."""
        return not self.surprises


@dataclass(frozen=True, slots=True)
class Trials:
    """The trials of one project and tag, in the order in which they were made.

    `set_aside` are checks that the project does not pass by itself and that were left out, so that the faults show.
    """

    project: str
    tag: str
    faults: tuple[Trial, ...]
    set_aside: tuple[str, ...] = ()

    @property
    def as_documented(self) -> bool:
        """Whether everything ended as the documents say."""
        return all(trial.as_documented for trial in self.faults)

    @property
    def seconds(self) -> float:
        """How long they took together."""
        return sum(trial.seconds for trial in self.faults)
