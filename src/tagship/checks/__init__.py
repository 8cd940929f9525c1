"""The catalogue: every check by family, in the order in which a person would ask.

- engine: what a check is, and how it comes to a verdict
- catalogue: the families, each a table of its own; loaded when first asked for
- branch, bump, entries, drafts, locks, trials: is this branch ready?
- tag, version, changelog, workflow: may this tag ship?
- credential: is the credential good?
- artifacts, archives, wheels, extensions, scripts: are the built files right? (reading: how they are read)
- metadata, requirements, descriptions, licenses: is what they say of themselves?
- refusals: what the index would have said instead
- leaks, strays: what does nobody want in there?
- contents, digests, comparison: do the files hold what git, the sdist and another build hold?
- drift, continuity: what has changed since the last release?
- installs: what would a user of them notice?
- adoption: are the generated files as they would be generated now?
- hosting: is the code host set to what a release needs?
- guarding: did what came to main come through a pull request?
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagship.checks.catalogue.adoption import ADOPTION as ADOPTION
    from tagship.checks.catalogue.artifacts import ARTIFACTS as ARTIFACTS
    from tagship.checks.catalogue.artifacts import CONTENTS as CONTENTS
    from tagship.checks.catalogue.artifacts import INSTALLS as INSTALLS
    from tagship.checks.catalogue.branch import BRANCH as BRANCH
    from tagship.checks.catalogue.credential import CREDENTIAL as CREDENTIAL
    from tagship.checks.catalogue.gate import GATE as GATE
    from tagship.checks.catalogue.guard import GUARD as GUARD
    from tagship.checks.catalogue.hosting import HOSTING as HOSTING
    from tagship.checks.catalogue.whole import CHECKS as CHECKS

_TABLES = {
    "BRANCH": "branch",
    "GATE": "gate",
    "CREDENTIAL": "credential",
    "HOSTING": "hosting",
    "GUARD": "guard",
    "ADOPTION": "adoption",
    "INSTALLS": "artifacts",
    "CONTENTS": "artifacts",
    "ARTIFACTS": "artifacts",
    "CHECKS": "whole",
}
"""Where each table stands; to load them all takes longer than most commands run."""


def __getattr__(name: str) -> object:
    if name not in _TABLES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tagship.checks.catalogue.{_TABLES[name]}"), name)
