"""Every refusal of the public index, who finds it beforehand, and what cannot be foreseen.

`tests/refusals` makes each bad file named here, shows that the check finds it, and that the stand-in index refuses it
in these words. The order is the index's own: credential, form, project, file, archive, contents, attestations.
"""

from tagship.checks.refusals.files import ARCHIVES, FILES, METADATA, TEXTS, WHEELS
from tagship.checks.refusals.foreseen import ForeseenRefusal
from tagship.checks.refusals.requests import CREDENTIALS, FORMS, PROJECTS

REFUSALS: tuple[ForeseenRefusal, ...] = (
    *CREDENTIALS,
    *FORMS,
    *METADATA,
    *TEXTS,
    *PROJECTS,
    *FILES,
    *ARCHIVES,
    *WHEELS,
)
