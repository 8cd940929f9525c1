"""What `init` writes for GitHub: the workflows, each a text with marks, in the order in which a change meets them.

- steps: what many jobs have in common
- readiness: may this be merged?
- guard: did what came to main come through a pull request?
- release: from the tag to the proof; commands: what its jobs run, for one package and for several
- building: how its distributions come about; wheels: on every platform
- telling: one issue of a failure, opened and closed
- canary: does main still build, with what is new since?
"""

from tagship.domain.adoption import Adoption, Generated
from tagship.scaffold.github.canary import canary
from tagship.scaffold.github.guard import guard
from tagship.scaffold.github.readiness import readiness
from tagship.scaffold.github.release import release
from tagship.scaffold.trains import trains

DIRECTORY = ".github/workflows"


def workflows(adoption: Adoption) -> tuple[Generated, ...]:
    """The workflow files of a project on GitHub."""
    return (
        readiness(adoption),
        guard(adoption),
        *(release(adoption, train) for train in trains(adoption)),
        canary(adoption),
    )
