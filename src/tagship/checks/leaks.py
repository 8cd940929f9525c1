"""Does an archive hold a credential?"""

import re
from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.layout import counted
from tagship.checks.reading import ARTIFACTS, listed, printable
from tagship.domain.artifact import Kind
from tagship.domain.built import BuiltFacts
from tagship.domain.distribution import Distribution
from tagship.domain.finding import Finding, Severity
from tagship.errors import Edit, FactUnknown, InFile

KEY_FILES = (
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".git-credentials", ".codex/auth.json", ".claude/.credentials.json",
    ".aws/credentials", ".docker/config.json", ".config/gh/hosts.yml",
)  # fmt: skip
"""Ends of paths to files that are kept for their credentials, however these look."""
MADE_FOR_TESTS = frozenset({
    "private-key", "key-store", "pypirc-password", "netrc-password", "npmrc-token", "env-secret",
})  # fmt: skip
"""The rules of what tests make up for themselves; a token proves by its form that somebody issued it."""
FOR_SHOW = ("test", "unittest", "demo", "dummy", "example", "sample", "fixture", "mock", "fake")
"""How words begin in the names of directories that hold nothing in earnest."""
WORD = re.compile(r"[a-z]+")
TOLD = 20
"""Members of one archive that are told of one by one."""


class ArchivesHoldNoCredentials:
    """No archive holds a credential, or a file in which only credentials are kept."""

    id: ClassVar = "archives-hold-no-credentials"
    title: ClassVar = "no archive holds a credential or a private key"
    why: ClassVar = "What was published is public for ever, and is found by machines within minutes."
    fix: ClassVar = "Revoke the credential first, then take it out of the tree and of its history, and build again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find credentials, keys among tests and examples left out, and files in which credentials are kept."""
        for distribution in facts.distributions:
            filename = distribution.artifact.filename
            holding = [*_leaking(distribution, for_show=False).items(), *_kept(distribution)]
            for member, what in holding[:TOLD]:
                name = printable(member)
                yield Finding(
                    f"{filename}: {name} {what}",
                    where=InFile(filename),
                    remedy=Edit(f"revoke it first, then take {name} out of the tree and its history, and build again"),
                )
            if len(holding) > TOLD:
                yield Finding(
                    f"{filename}: {counted(len(holding) - TOLD, 'file')} more with credentials",
                    where=InFile(filename),
                    remedy=Edit("revoke what is told of, take it out, and look again"),
                )
        _insist_on_open(facts)


class TestsHoldNoCredentials:
    """No key or password, be it an example, lies among the tests and examples of an archive."""

    id: ClassVar = "tests-hold-no-credentials"
    title: ClassVar = "the tests and examples in the archives hold no key and no password"
    why: ClassVar = "Scanners report what looks like a credential, and one that was real once may be real still."
    fix: ClassVar = "Let tests make their keys when they run; revoke what was ever real."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find keys and passwords among tests and examples."""
        for distribution in facts.distributions:
            filename = distribution.artifact.filename
            members = list(_leaking(distribution, for_show=True))
            if members:
                yield Finding(
                    f"{filename}: {counted(len(members), 'file')} with keys or passwords among its tests and examples:"
                    f" {listed(members)}",
                    where=InFile(filename),
                    remedy=Edit("revoke what was ever real, and let tests make their keys when they run"),
                )
        _insist_on_open(facts)


_KEY_PATHS = tuple(f"/{path}" for path in KEY_FILES)


def _leaking(distribution: Distribution, *, for_show: bool) -> dict[str, str]:
    """The members that hold a credential, those for show or the others, each with what it holds first."""
    found: dict[str, str] = {}
    for leak in distribution.leaks:
        if for_show is (leak.rule in MADE_FOR_TESTS and _is_for_show(_inside(leak.member, distribution))):
            found.setdefault(leak.member, f"holds a credential: {leak.rule}, {leak.preview}…")
    return found


def _kept(distribution: Distribution) -> Iterator[tuple[str, str]]:
    """The members that are kept for their credentials, and in which none was recognised."""
    leaking = {leak.member for leak in distribution.leaks}
    for name in sorted(set(distribution.names) - leaking):
        if f"/{name}".endswith(_KEY_PATHS) and not _is_for_show(_inside(name, distribution)):
            yield name, "is a file in which credentials are kept"


def _insist_on_open(facts: BuiltFacts) -> None:
    """Raise FactUnknown where a file does not open: what it holds cannot be told."""
    unread = [each.artifact.filename for each in facts.distributions if each.broken is not None]
    if unread:
        raise FactUnknown(f"whether a credential is in {', '.join(unread)} cannot be told")


def _inside(member: str, distribution: Distribution) -> str:
    """Where a member lies, without the one directory of an sdist, whose name says nothing of what is in it."""
    return member.partition("/")[2] if distribution.artifact.kind is Kind.SDIST else member


def _is_for_show(path: str) -> bool:
    """Whether a file lies among tests or examples."""
    directories, _, _ = path.lower().rpartition("/")
    return any(word.startswith(FOR_SHOW) for word in WORD.findall(directories))
