"""What `init` writes, as pure functions from an adoption to files: one package or module for each host.

- templates: texts with marks
- pins: actions by commit, as of a day; locks: files of requirements with hashes
- trains: which packages a tag ships, and which workflow takes them there
- github: readiness, guard, release, canary; gitlab, forgejo: the same as far as they can; plain: nothing runs there
- guide: RELEASING.md; hooks: what runs in a clone
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tagship.domain.adoption import Adoption, Generated
from tagship.domain.config import HostKind
from tagship.scaffold.forgejo import workflows as forgejo
from tagship.scaffold.github import workflows as github
from tagship.scaffold.gitlab import pipeline as gitlab
from tagship.scaffold.guide import guide
from tagship.scaffold.hooks import hooks
from tagship.scaffold.plain import nothing as plain

HOSTS: Mapping[HostKind, Callable[[Adoption], tuple[Generated, ...]]] = MappingProxyType(
    {
        HostKind.GITHUB: github,
        HostKind.GITLAB: gitlab,
        HostKind.FORGEJO: forgejo,
        HostKind.PLAIN: plain,
    }
)
"""What each host runs."""


def files(adoption: Adoption) -> tuple[Generated, ...]:
    """Every file that adoption brings, first what the host runs."""
    return (*HOSTS[adoption.host](adoption), guide(adoption), hooks(adoption))
