"""Does an archive hold a credential?"""

from collections.abc import Collection, Iterator
from typing import ClassVar

from tagship.checks.for_show import FOR_SHOW, MADE_FOR_TESTS, TEST_FILE, WORD
from tagship.checks.layout import SOURCE_HOMES, counted, installed
from tagship.checks.reading import ARTIFACTS, encrypted, listed, printable
from tagship.domain.artifact import Kind
from tagship.domain.built import BuiltFacts
from tagship.domain.distribution import Distribution
from tagship.domain.finding import Finding, Severity
from tagship.domain.names import canonicalize_name
from tagship.errors import Edit, FactUnknown, InFile

KEY_FILES = (
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".git-credentials", ".codex/auth.json", ".claude/.credentials.json",
    ".aws/credentials", ".docker/config.json", ".config/gh/hosts.yml",
)  # fmt: skip
"""Ends of paths to files that are kept for their credentials, however these look."""
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
    shown = _for_show(distribution, {leak.member for leak in distribution.leaks if leak.rule in MADE_FOR_TESTS})
    for leak in distribution.leaks:
        is_shown = leak.member in shown or (leak.rule == "private-key" and _is_test(leak.member))
        if for_show is (leak.rule in MADE_FOR_TESTS and is_shown):
            found.setdefault(leak.member, f"holds a credential: {leak.rule}, {leak.preview}…")
    return found


def _kept(distribution: Distribution) -> Iterator[tuple[str, str]]:
    """The members that are kept for their credentials, and in which none was recognised."""
    leaking = {leak.member for leak in distribution.leaks}
    kept = {name for name in distribution.names if f"/{name}".endswith(_KEY_PATHS)} - leaking
    for name in sorted(kept - _for_show(distribution, kept)):
        yield name, "is a file in which credentials are kept"


def _insist_on_open(facts: BuiltFacts) -> None:
    """Raise FactUnknown where a file does not open, or is encrypted: what it holds cannot be told."""
    unread = [each.artifact.filename for each in facts.distributions if each.broken is not None or encrypted(each)]
    if unread:
        raise FactUnknown(f"whether a credential is in {listed(unread)} cannot be told")


def _for_show(distribution: Distribution, members: Collection[str]) -> frozenset[str]:
    """Those of these members that lie among tests or examples.

    What the project's own package is called says nothing of what is in it: neither the one directory of an sdist, nor
    the package under the project's name, nor the only one that a wheel installs.
    """
    if not members:
        return frozenset()
    is_sdist = distribution.artifact.kind is Kind.SDIST
    own = {canonicalize_name(distribution.artifact.filename.partition("-")[0])}
    tops = set() if is_sdist else {path.partition("/")[0] for path in installed(distribution)}
    own |= {canonicalize_name(top) for top in tops if len(tops) == 1}
    return frozenset(
        member for member in members if _is_for_show(member.partition("/")[2] if is_sdist else member, own)
    )


def _is_test(path: str) -> bool:
    return TEST_FILE.fullmatch(path.lower().rpartition("/")[2]) is not None


def _is_for_show(path: str, own: Collection[str]) -> bool:
    home = next((home for home in SOURCE_HOMES if home and path.startswith(home)), "")
    first, _, rest = path.removeprefix(home).partition("/")
    directories, _, _ = (rest if canonicalize_name(first) in own else path).lower().rpartition("/")
    return not FOR_SHOW.isdisjoint(WORD.findall(directories))
