"""Built files that were handed on with their manifest to where their project is not: are they still those?

Nothing in them is opened: what they hold was looked at where the project is, and here a credential is at hand.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from tagship.adapters.manifests import artifact_of
from tagship.checks import ARTIFACTS
from tagship.checks.artifacts import DistHoldsOnlyTheBuild, FilesMatchTheManifest
from tagship.domain.artifact import Artifact
from tagship.domain.distribution import Distribution
from tagship.workflow.files.built import Built
from tagship.workflow.lookup import fact

ASKED = frozenset({DistHoldsOnlyTheBuild.id, FilesMatchTheManifest.id})
ELSEWHERE = "the project is not here; tagship validate asks it where the project is, of the same files"
LEFT_OUT = "what they hold is left to tagship validate, which has the project and its commit at hand"

EXCUSED: Mapping[str, str] = MappingProxyType({check.id: ELSEWHERE for check in ARTIFACTS if check.id not in ASKED})
"""The checks that are not asked, each with the reason: some compare with git, and for each the project, whose
configuration is not here, may have made an exception."""


class Handed(Built):
    """The facts about files of a manifest, as far as names, sizes and digests tell them."""

    @fact
    def distributions(self) -> Sequence[Distribution]:
        """The files with their digests; none is opened."""
        return tuple(map(_unopened, filter(Path.is_file, self.paths)))


def _unopened(path: Path) -> Distribution:
    try:
        return Distribution(artifact_of(path))
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        return Distribution(Artifact(path.name, 0, ""), broken=f"the file cannot be read: {reason}")
