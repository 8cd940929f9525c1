"""Every check of every family, each once: some are asked of a branch and of a tag alike."""

from tagship.checks.catalogue.adoption import ADOPTION
from tagship.checks.catalogue.artifacts import ARTIFACTS
from tagship.checks.catalogue.branch import BRANCH
from tagship.checks.catalogue.credential import CREDENTIAL
from tagship.checks.catalogue.gate import GATE
from tagship.checks.catalogue.guard import GUARD
from tagship.checks.catalogue.hosting import HOSTING
from tagship.checks.engine import AnyCheck

_EVERY: tuple[AnyCheck, ...] = (*GATE, *BRANCH, *CREDENTIAL, *ARTIFACTS, *HOSTING, *GUARD, *ADOPTION)
CHECKS: tuple[AnyCheck, ...] = tuple({check.id: check for check in _EVERY}.values())
