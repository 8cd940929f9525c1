"""The plans: what happens, in which order, and why there."""

from tagship.domain.plan import Plan
from tagship.workflow.stages import Stages
from tagship.workflow.tagging.steps import Tagging


def ship(stages: Stages) -> Plan:
    """From a pushed tag to a proved release."""
    return Plan(
        (
            stages.gate,  # nothing may start from a wrong tag
            stages.credential,  # halts before packaging: a dead token must not cost a build
            stages.build,  # nothing is named before it builds
            stages.validate,  # every refusal that can be foreseen is found while nothing has left the house
            *stages.draft,  # reversible, so before the upload; nobody is told yet
            stages.upload,  # for ever: missing files only, by hash
            stages.prove,  # ask the index, not the uploader
            *stages.release,  # watchers are mailed only about what can be installed
        )
    )


def tag(steps: Tagging) -> Plan:
    """From an up-to-date main to a tag whose release has begun."""
    return Plan(
        (
            steps.tip,  # everything below looks at HEAD, which must be what others see as main
            steps.gate,  # what would stop the release is found while there is no tag yet
            steps.credential,  # where it is here: a release that cannot be uploaded need not begin
            steps.make,  # on this machine, so that it can be taken back
            steps.push,  # others see it: from here on it stays
            *steps.run,  # ask the host, not the push: a tag that starts nothing releases nothing
        )
    )


def build(stages: Stages) -> Plan:
    """The distributions alone."""
    return Plan((stages.build,))


def build_sdist(stages: Stages) -> Plan:
    """The sdist alone, where wheels are built elsewhere from it."""
    return Plan((stages.build_sdist,))


def collect(stages: Stages) -> Plan:
    """The wheels that were built elsewhere, beside the sdist."""
    return Plan((stages.collect,))


def publish(stages: Stages) -> Plan:
    """From built files to uploaded ones, for a workflow that gates and builds in other jobs."""
    return Plan(
        (
            stages.credential,  # halts before anything is sent
            stages.validate_given,  # the files must still be those that were built
            stages.upload,  # missing files only, by hash
        )
    )


def prove(stages: Stages) -> Plan:
    """The proof alone, as often as somebody wants it."""
    return Plan((stages.prove,))


def announce(stages: Stages) -> Plan:
    """From a proof to a public release on the code host, for a workflow that proves in another job."""
    return Plan(
        (
            stages.proof,  # nothing is announced that nobody proved, or that is gone from the index
            *stages.draft,  # reversible, and there to hold the files: a public release may be locked
            *stages.release,  # with the manifest and the receipt; watchers are mailed
        )
    )
