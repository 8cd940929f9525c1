"""What `init` writes for Forgejo, and for Gitea: workflows that need no action, since a shell does what they do.

- readiness: what a pull request has to pass
- release: from the tag to the proof, in one job
- canary: does main still build, with what is new since?
- steps: what these have in common
"""

from tagship.domain.adoption import Adoption, Generated
from tagship.scaffold.forgejo.canary import canary
from tagship.scaffold.forgejo.readiness import readiness
from tagship.scaffold.forgejo.release import release
from tagship.scaffold.trains import trains

DIRECTORY = ".forgejo/workflows"


def workflows(adoption: Adoption) -> tuple[Generated, ...]:
    """The workflow files of a project on Forgejo."""
    return (
        readiness(adoption),
        *(release(adoption, train) for train in trains(adoption)),
        canary(adoption),
    )
